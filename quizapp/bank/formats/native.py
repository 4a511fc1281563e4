"""The native format's schema: what each field of bank, facts, exams and item files may hold.

Scalars arrive as text and become what the schema says; core values carry no trace of this module's models.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from quizapp.assessment.blueprint import Door, Order, Timer
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Level, OptionOrder, Status, Style

FORMAT = "1"


def _whole(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"0|[1-9][0-9]{0,8}", value, re.ASCII):
        return int(value)
    raise PydanticCustomError("not_a_whole_number", "write a whole number in plain digits")


def _number(value: Any) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?", value, re.ASCII):
        return Decimal(value)
    raise PydanticCustomError("not_a_number", "write a number in plain digits with a decimal point")


def _share(value: Any) -> Fraction:
    if isinstance(value, str) and re.fullmatch(r"0\.[0-9]{1,6}|1|[1-9][0-9]?/[1-9][0-9]?", value, re.ASCII):
        share = Fraction(value)
        if 0 < share <= 1:
            return share
    raise PydanticCustomError("not_a_share", "write a share above 0 and at most 1, such as 0.25 or 1/3")


def _day(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("not_a_date", "write a date as YYYY-MM-DD")


def _yes_no(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    raise PydanticCustomError("not_true_or_false", "write true or false")


def _one_of(choices: type[Any]) -> BeforeValidator:
    def check(value: Any) -> Any:
        try:
            return choices(value)
        except ValueError:
            words = ", ".join(one.value for one in choices)
            raise PydanticCustomError("not_allowed", "write one of: {words}", {"words": words}) from None

    return BeforeValidator(check)


Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Share = Annotated[Fraction, BeforeValidator(_share)]
Day = Annotated[date, BeforeValidator(_day)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
ShortSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Licence = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([.+-][A-Za-z0-9.+]+)*$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$", max_length=16)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^\S(.*\S)?$")]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=6000)]


class Part(BaseModel):
    """The base of every part of a file: unknown fields are refused.

    Its validator is built when the first file is read: a server may run for weeks without reading one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SubtopicPart(Part):
    """A subtopic of a topic."""

    id: Code = Field(description="number, unique in the bank, such as 5.1")
    title: Line = Field(description="what people read")


class ObjectivePart(Part):
    """What a learner can do after the topic."""

    id: Code = Field(description="id, unique in the bank, such as T5-O1")
    text: Line = Field(description="one sentence that begins with a verb")


class TopicPart(Part):
    """A topic with its subtopics and objectives."""

    id: Code = Field(description="id, unique in the bank, such as T5")
    title: Line = Field(description="what people read")
    subtopics: list[SubtopicPart] = Field(description="its subtopics", min_length=1, max_length=40)
    objectives: list[ObjectivePart] = Field(description="its objectives", min_length=1, max_length=40)


class BankFile(Part):
    """`bank.yml`: what the bank is and how it is divided."""

    format: Literal["1"] = Field(description="always 1")
    bank: ShortSlug = Field(description="the bank's id, the same in every file of it")
    title: Line = Field(description="what people read")
    licence: Licence = Field(description="SPDX identifier of the licence of its items")
    covers: Prose = Field(description="what the bank covers and what it does not; shown before every exam")
    topics: list[TopicPart] = Field(description="its topics in reading order", min_length=1, max_length=100)


class FactPart(Part):
    """A dated fact that items rest on."""

    id: Slug = Field(description="id, unique in the bank")
    statement: Line = Field(description="the fact in one sentence")
    value: Number | None = Field(None, description="its number, where it has one")
    unit: Line | None = Field(None, description="the number's unit")
    as_of: Day = Field(description="the day it was true")
    vintage: Line | None = Field(None, description="which edition of the data, where figures are revised")
    source: Line = Field(description="who says so")
    confidence: Annotated[str, StringConstraints(pattern=r"^(H|M|C)$")] = Field(
        description="H official or two agreeing sources, M one secondary source, C concept"
    )
    review_by: Day = Field(description="when it must be looked up again")


class FactsFile(Part):
    """`facts.yml`: the facts of the bank, each once."""

    format: Literal["1"] = Field(description="always 1")
    bank: ShortSlug = Field(description="the bank's id")
    facts: list[FactPart] = Field(description="the facts", max_length=5000)


class QuotaPart(Part):
    """So many items from these topics."""

    topics: list[Code] = Field(description="topics to draw from", min_length=1, max_length=40)
    difficulty: Whole | None = Field(None, description="1, 2 or 3; left out means any", ge=1, le=3)
    items: Whole = Field(description="how many", ge=1, le=500)


class ExamPartPart(Part):
    """One part of an exam."""

    title: Line = Field(description="what people read")
    items: Whole = Field(description="questions in this part", ge=1, le=500)
    minutes: Whole | None = Field(None, description="its time; left out means no limit", ge=1, le=600)
    pass_percent: Whole | None = Field(
        None, description="its pass mark; left out means not judged", ge=1, le=100
    )
    scoring: Annotated[ScoringRule, _one_of(ScoringRule)] = Field(
        description="how a response is marked: all_or_nothing; partial, by the share that is right; "
        "negative, all or nothing, and a wrong answer costs the penalty, a blank one nothing; a part never "
        "counts below 0"
    )
    penalty: Share | None = Field(
        None, description="with negative scoring only, and needed there: what a wrong answer costs, in marks"
    )
    door: Annotated[Door, _one_of(Door)] = Field(
        description="one_way: no way back; free: while its time runs"
    )
    order: Annotated[Order, _one_of(Order)] = Field(
        Order.ANY,
        description="any; sequential: one question after another, each left for good before the next",
    )
    break_minutes: Whole | None = Field(
        None, description="a break after it, with a one-way door to a next part only", ge=1, le=120
    )
    blueprint: list[QuotaPart] = Field(
        description="quotas that add up to its items", min_length=1, max_length=100
    )


class ExamPart(Part):
    """An exam profile."""

    id: ShortSlug = Field(description="id, unique in the bank")
    title: Line = Field(description="what people read")
    summary: Line = Field(description="one sentence: what it is good for")
    imitates: Line = Field(description="what it imitates, or that it is our own format")
    source: Line = Field(description="where its figures come from")
    checked_on: Day = Field(description="when the source was last read")
    verified: YesNo = Field(description="true only where an official text confirms every figure")
    timer: Annotated[Timer, _one_of(Timer)] = Field(
        Timer.FIXED,
        description="fixed: time is part of the test; adjustable: whoever begins may have it twice, tenfold "
        "or without limit",
    )
    parts: list[ExamPartPart] = Field(description="its parts in order", min_length=1, max_length=8)


class ExamsFile(Part):
    """`exams.yml`: the exams that this bank offers."""

    format: Literal["1"] = Field(description="always 1")
    bank: ShortSlug = Field(description="the bank's id")
    exams: list[ExamPart] = Field(description="exam profiles in the order shown", max_length=50)


class StimulusPart(Part):
    """The scenario of a case set."""

    id: Slug = Field(description="id, unique in the bank")
    title: Line = Field(description="what people read")
    text: Prose = Field(description="the scenario in Markdown")


class ItemsFile(Part):
    """`items/<topic>.yml`: the items of one topic; each item is checked by itself."""

    format: Literal["1"] = Field(description="always 1")
    bank: ShortSlug = Field(description="the bank's id")
    topic: Code = Field(description="the topic of every item in this file")
    stimuli: list[StimulusPart] = Field(
        default_factory=list, description="scenarios of case sets", max_length=500
    )
    items: list[Any] = Field(default_factory=list, description="the items", max_length=20_000)
    templates: list[Any] = Field(default_factory=list, description="the item templates", max_length=2_000)


class ExplanationPart(Part):
    """Why the key is the key."""

    rule: Line = Field(description="one line that answers and can be remembered")
    why: Prose = Field(description="the reason, with the numbers, in Markdown")


class WaiverPart(Part):
    """A warning of the linter that stands."""

    rule: Slug = Field(description="code of the warning, as in docs/linter.md")
    reason: Line = Field(description="why it stands")


class MentionPart(Part):
    """A fact that stem or scenario states on somebody's word, and that no key rests on."""

    fact: Slug = Field(description="id of the fact")
    attribution: Line = Field(description="the words of stem or scenario that say on whose word")


class ItemPart(Part):
    """The fields of every item, however it is answered."""

    id: Slug = Field(description="id, unique in the bank for ever")
    subtopic: Code = Field(description="a subtopic of the file's topic")
    objective: Code = Field(description="an objective of the file's topic")
    concept: Slug = Field(description="the one idea asked; siblings share it, and no booklet holds it twice")
    level: Annotated[Level, _one_of(Level)] = Field(description="cognitive level")
    difficulty: Whole = Field(description="1 easy, 2 middling, 3 hard", ge=1, le=3)
    interaction: Line = Field(description="how it is answered")
    style: Annotated[Style, _one_of(Style)] = Field(description="how the stem is cast")
    stimulus: Slug | None = Field(None, description="the scenario, for an item of a case set")
    stem: Prose = Field(description="the question in Markdown; $...$ is a formula")
    explanation: ExplanationPart = Field(description="shown after release")
    facts: list[Slug] = Field(
        default_factory=list, description="ids of the facts that the key rests on", max_length=20
    )
    mentions: list[MentionPart] = Field(
        default_factory=list,
        description="facts that the stem states with attribution; those of confidence M may stand here only",
        max_length=5,
    )
    sources: list[Line] = Field(description="where the reader can check", min_length=1, max_length=10)
    as_of: Day = Field(description="the day on which the item was true")
    review_by: Day = Field(description="when it must be read again")
    status: Annotated[Status, _one_of(Status)] = Field(description="only live items are drawn")
    sample: YesNo = Field(False, description="true: shown on the home page and never drawn")
    licence: Licence = Field(description="SPDX identifier")
    author: Line = Field(description="who wrote it")
    waivers: list[WaiverPart] = Field(
        default_factory=list,
        description="warnings of the linter that stand, each with its reason",
        max_length=8,
    )


class OptionPart(Part):
    """An option with the reason why it is right or wrong."""

    id: Slug = Field(description="id within the item")
    text: Line = Field(description="the option in Markdown, one line")
    rationale: Prose = Field(description="why it is right or wrong, and whom it tempts")
    misconception: Slug | None = Field(
        None, description="names the error; on every wrong option, on no right one"
    )


class ChoicePart(ItemPart):
    """An item answered by choosing options."""

    option_order: Annotated[OptionOrder, _one_of(OptionOrder)] = Field(
        description="shuffled for each attempt, or fixed"
    )
    options: list[OptionPart] = Field(description="the options", max_length=10)
    key: list[Slug] = Field(description="ids of the right options", min_length=1, max_length=10)


class SingleChoicePart(ChoicePart):
    """Single choice: exactly four options, one key."""


class MultipleResponsePart(ChoicePart):
    """Multiple response: four to six options, two or more keys."""

    choose: Annotated[str, StringConstraints(pattern=r"^(stated|open)$")] = Field(
        description="stated: the screen says how many; open: choose all that apply"
    )


class NumericKeyPart(Part):
    """A number that is right within a tolerance."""

    value: Number = Field(description="the right number")
    tolerance: Number = Field(description="how far off still counts, both ends included")


class SlipPart(Part):
    """A wrong number with the slip that leads to it."""

    value: Number = Field(description="what the slip gives")
    misconception: Slug = Field(description="names the slip")
    rationale: Prose = Field(description="how one gets there")


class NumericEntryPart(ItemPart):
    """Numeric entry: a number typed into a field."""

    unit: Line = Field(description="shown beside the field")
    decimals: Whole = Field(description="decimals that the stem asks for", ge=0, le=9)
    key: NumericKeyPart = Field(description="the right number")
    slips: list[SlipPart] = Field(description="named wrong results", min_length=1, max_length=6)


class TrueFalsePart(ItemPart):
    """True or false: the stem is the statement."""

    key: YesNo = Field(description="whether the statement is true")
    why_right: Prose = Field(description="why the right answer is right")
    why_wrong: Prose = Field(description="why the other one is wrong, and whom it tempts")
    misconception: Slug = Field(description="names the error of who answers wrongly")


class StatementPart(Part):
    """One statement of a statement set."""

    text: Line = Field(description="the statement in Markdown, one line")
    truth: YesNo = Field(description="whether it holds")
    reason: Prose = Field(description="why it holds or does not, as the end of a sentence")
    misconception: Slug = Field(description="names the error of who judges it wrongly")


class StatementSetPart(ItemPart):
    """Statement set: statements I to IV; the options and the key follow from which of them hold."""

    statements: list[StatementPart] = Field(
        description="three or four statements, at least one of which holds", min_length=3, max_length=4
    )


class PromptPart(Part):
    """A prompt of a matching item with what belongs to it."""

    text: Line = Field(description="the prompt in Markdown, one line")
    key: Slug = Field(description="id of the option that belongs to it")
    rationale: Prose = Field(description="why that one belongs to it")
    misconception: Slug = Field(description="names the error of who chooses another")


class MatchedPart(Part):
    """An option that may belong to a prompt."""

    id: Slug = Field(description="id within the item")
    text: Line = Field(description="the option in Markdown, one line")


class MatchingPart(ItemPart):
    """Matching: each prompt is given one of the options; an option may serve twice, or not at all."""

    prompts: list[PromptPart] = Field(description="the prompts as they stand", min_length=3, max_length=6)
    options: list[MatchedPart] = Field(
        description="the options, shuffled for each attempt", min_length=2, max_length=8
    )


class ElementPart(Part):
    """An element of an ordering item."""

    id: Slug = Field(description="id within the item; it is sent to browsers, so it tells nothing")
    text: Line = Field(description="the element in Markdown, one line")
    rationale: Prose = Field(description="why it stands at this place")
    misconception: Slug = Field(description="names the error of who puts another there")


class OrderingPart(ItemPart):
    """Ordering: the elements in their right order; each attempt lists them shuffled."""

    elements: list[ElementPart] = Field(description="the elements, first to last", min_length=3, max_length=6)


class PatternSlipPart(Part):
    """A wrong answer with the slip that leads to it."""

    pattern: Phrase = Field(description="a pattern as in `accepted`, which takes nothing that those take")
    misconception: Slug = Field(description="names the slip")
    rationale: Prose = Field(description="why it is wrong, and how one gets there")


class ShortTextPart(ItemPart):
    """Short text: a word or a phrase typed into a field."""

    accepted: list[Phrase] = Field(
        description="patterns, the first without its marks being the answer shown: words, `[word]` for one "
        "that may be left out (or one of several, with bars between them), `*` for any end of a word",
        min_length=1,
        max_length=20,
    )
    why_right: Prose = Field(description="why the right answer is right")
    slips: list[PatternSlipPart] = Field(
        default_factory=list, description="named wrong answers", max_length=8
    )


class BlankChoicePart(Part):
    """A choice of a blank."""

    id: Slug = Field(description="id within the blank; it is sent to browsers, so it tells nothing")
    text: Line = Field(description="the choice in Markdown, one line")
    rationale: Prose = Field(description="why it is right or wrong, and whom it tempts")
    misconception: Slug | None = Field(
        None, description="names the error; on every wrong choice, on no right one"
    )


class BlankNumberPart(Part):
    """The number that fills a blank."""

    value: Number = Field(description="the right number")
    tolerance: Number = Field(description="how far off still counts, both ends included")
    decimals: Whole = Field(description="decimals that are asked for", ge=0, le=9)
    unit: Line = Field(description="shown behind the blank")


class BlankSlipPart(Part):
    """A wrong answer in a blank, with the slip that leads to it."""

    value: Number | None = Field(None, description="of a number: what the slip gives")
    pattern: Phrase | None = Field(None, description="of words: a pattern as in `accepted`")
    misconception: Slug = Field(description="names the slip")
    rationale: Prose = Field(description="why it is wrong, and how one gets there")


class BlankPart(Part):
    """A blank: exactly one of `choices`, `number` and `accepted`."""

    id: Slug = Field(description="what stands between {{ and }} in the passage")
    choices: list[BlankChoicePart] | None = Field(
        None, description="a list to choose from, two to six, shown as written", max_length=6
    )
    key: Slug | None = Field(None, description="with `choices`: the id of the right one")
    number: BlankNumberPart | None = Field(None, description="a number to write")
    accepted: list[Phrase] | None = Field(
        None, description="words to write: patterns as in short_text", max_length=20
    )
    why_right: Prose | None = Field(
        None, description="with `number` or `accepted`: why the right answer is right"
    )
    slips: list[BlankSlipPart] = Field(
        default_factory=list,
        description="with `number` or `accepted`: named wrong answers",
        max_length=8,
    )


class ClozePart(ItemPart):
    """Cloze: a passage with blanks to fill. The stem says what to do."""

    passage: Prose = Field(
        description="the text in Markdown, with {{id}} for each blank, once and outside formulas and code"
    )
    blanks: list[BlankPart] = Field(
        description="its blanks in the order of the passage", min_length=1, max_length=8
    )


class TemplateKeyPart(Part):
    """The answer of a template that is a number."""

    formula: Line = Field(description="what it comes to")
    show: Line = Field(description="how it is printed, as in `show`")
    tolerance: Number = Field(
        description="how far off still counts; distractors lie further than two of it from the key"
    )
    unit: Line | None = Field(None, description="of a numeric entry: what stands beside the field")
    text: Line | None = Field(
        None, description="of a single choice: the text of each option, in which [[answer]] is its number"
    )
    rationale: Prose | None = Field(None, description="of a single choice: why the key is right")


class DistractorPart(Part):
    """A wrong formula with the slip that leads to it."""

    name: Line = Field(description="what explanations may call its result by: letters, digits and _")
    formula: Line = Field(description="what the slip comes to")
    misconception: Slug = Field(description="names the slip")
    rationale: Prose = Field(description="how one gets there; [[answer]] is its result")


class StepPart(Part):
    """A worked step: a text, or all steps that a finance formula gives for its working."""

    text: Prose | None = Field(None, description="the step in Markdown")
    formula: Line | None = Field(None, description="a call of a finance formula")
    show: Line | None = Field(None, description="how the results of that formula's steps are printed")


class TemplatePart(ItemPart):
    """A template: an item with parameters, from which a seed makes one of many variants."""

    parameters: dict[str, dict[str, Any]] = Field(
        description="what is drawn, by name: `{from, to, by}` for numbers, `{first, last, every}` for dates, "
        "or a list as `{numbers: []}`, `{dates: []}` or `{words: []}`"
    )
    constraints: list[Line] = Field(
        default_factory=list, description="formulas that each draw must make true", max_length=500
    )
    values: dict[str, Line] = Field(default_factory=dict, description="what is computed, by name: formulas")
    show: dict[str, Line] = Field(
        default_factory=dict,
        description="how a drawn or computed value is printed: `decimals 2`, `percent 3`, `thousands`, "
        "`money 2`, `whole`, `thirty-seconds` or `date`",
    )
    convention: Prose = Field(
        description="day count, compounding and rounding, put below the stem, or where it says "
        "[[convention]]; [[decimals]] is what the key is to be rounded to"
    )
    key: TemplateKeyPart | None = Field(
        None, description="the right answer of a numeric entry or single choice"
    )
    distractors: list[DistractorPart] = Field(
        default_factory=list, description="named wrong formulas; three for a single choice", max_length=8
    )
    answer: dict[str, Any] | None = Field(
        None, description="of any other interaction: its own fields, in whose texts placeholders stand"
    )
    steps: list[StepPart] = Field(
        default_factory=list, description="worked steps, put below the explanation", max_length=20
    )


ITEM_PARTS: dict[str, type[ItemPart]] = {
    "single_choice": SingleChoicePart,
    "multiple_response": MultipleResponsePart,
    "numeric_entry": NumericEntryPart,
    "true_false": TrueFalsePart,
    "statement_set": StatementSetPart,
    "matching": MatchingPart,
    "ordering": OrderingPart,
    "short_text": ShortTextPart,
    "cloze": ClozePart,
}


class PointPart(Part):
    """One point of a series that is written out."""

    at: Line = Field(description="its label on the horizontal axis, such as Mar 2025")
    y: Number | None = Field(None, description="its height")
    fact: Slug | None = Field(
        None, description="instead of `y`: the fact whose value is its height and whose day its place"
    )


class SeriesPart(Part):
    """A line of a plot: a formula over a range, or points that are written out."""

    name: Line = Field(description="written below the plot, with the line's colour")
    formula: Line | None = Field(None, description="its height as a formula of `x`")
    over: dict[str, Any] | None = Field(None, description="the range of `x`: `{from, to, by}`")
    points: list[PointPart] = Field(default_factory=list, description="or its points", max_length=60)


class PlotPart(Part):
    """A plot of one to four lines."""

    title: Line = Field(description="what it shows, in one sentence")
    x: Line = Field(description="the horizontal axis with its unit")
    y: Line = Field(description="the vertical axis with its unit")
    series: list[SeriesPart] = Field(description="its lines", min_length=1, max_length=4)


class NoteSectionPart(Part):
    """A section of a study note."""

    subtopic: Code | None = Field(None, description="the subtopic that it explains; its questions are linked")
    title: Line = Field(description="its heading")
    text: Prose = Field(description="what to know, in Markdown; [[name]] prints a value")
    plot: PlotPart | None = Field(None, description="a plot below the text")


class NoteFile(Part):
    """`notes/<note>.yml`: a study note of a topic, or a briefing."""

    format: Literal["1"] = Field(description="always 1")
    bank: ShortSlug = Field(description="the bank's id")
    note: ShortSlug = Field(description="the note's id, unique in the bank")
    topic: Code = Field(description="its topic")
    kind: Annotated[str, StringConstraints(pattern=r"^(note|briefing)$")] = Field(
        description="note: explains a topic; briefing: tells of an event"
    )
    title: Line = Field(description="what people read")
    lede: Line = Field(description="one sentence: what the reader can do afterwards")
    values: dict[str, Line] = Field(default_factory=dict, description="what is computed, by name: formulas")
    show: dict[str, Line] = Field(
        default_factory=dict, description="how a value is printed, as in item templates"
    )
    sections: list[NoteSectionPart] = Field(description="its sections", min_length=1, max_length=20)
    facts: list[Slug] = Field(
        default_factory=list,
        description="ids of the facts that it uses; those of its plots count too",
        max_length=40,
    )
    sources: list[Line] = Field(description="where the reader can check", min_length=1, max_length=20)
    as_of: Day = Field(description="the day on which it was true")
    review_by: Day = Field(description="when it must be read again")
    licence: Licence = Field(description="SPDX identifier")
    author: Line = Field(description="who wrote it")


FILES: dict[str, type[Part]] = {
    "bank": BankFile,
    "facts": FactsFile,
    "exams": ExamsFile,
    "items": ItemsFile,
    "notes": NoteFile,
}
Check = Callable[[Any], Any]
