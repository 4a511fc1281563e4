"""Cloze: a passage with blanks, each filled by choosing from a list, with a number, or with words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from quizapp.assessment import numbers, phrases
from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, Judgement, Response
from quizapp.assessment.numbers import NumberKey
from quizapp.assessment.options import Option
from quizapp.assessment.phrases import PhraseKey

NAME, TITLE = "cloze", "Gaps in a text"
LINES, PROSE = frozenset({"text"}), frozenset({"passage", "rationale", "rationales", "why_right"})
MOST, FEWEST_CHOICES, MOST_CHOICES = 8, 2, 6
CHOICES, NUMBER, WORDS = "choices", "number", "accepted"
_KINDS = (CHOICES, NUMBER, WORDS)
_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_FORMULA = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$")


@dataclass(frozen=True)
class ChoiceBlank:
    """A blank that is filled from a list, which stands as written."""

    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class NumberBlank:
    """A blank for a number, with its unit and the decimals that are asked for."""

    id: str
    unit: str
    decimals: int


@dataclass(frozen=True)
class WordsBlank:
    """A blank for a word or a phrase."""

    id: str


Blank = ChoiceBlank | NumberBlank | WordsBlank


@dataclass(frozen=True)
class ChoiceKey:
    """The right option of a blank, and the reason and the error of each; rationales are Markdown."""

    key: str
    rationales: Mapping[str, str]
    misconceptions: Mapping[str, str]


@dataclass(frozen=True)
class WrittenNumber:
    """The right number of a blank, and why it is right, in Markdown."""

    key: NumberKey
    why_right: str


Key = ChoiceKey | WrittenNumber | PhraseKey


@dataclass(frozen=True)
class ClozeBody(Body):
    """The passage, in Markdown with `{{id}}` for each blank, and the blanks in the order of the file."""

    passage: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True)
class ClozeAnswer(Answer):
    """What fills each blank, in the order of the blanks."""

    keys: tuple[Key, ...]


def cloze_body(body: Body) -> ClozeBody:
    """The body as a passage; raises TypeError for another interaction's body."""
    if not isinstance(body, ClozeBody):
        raise TypeError(f"expected a passage, got {type(body).__name__}")
    return body


def cloze_answer(answer: Answer) -> ClozeAnswer:
    """The answer as what fills blanks; raises TypeError for another interaction's answer."""
    if not isinstance(answer, ClozeAnswer):
        raise TypeError(f"expected what fills blanks, got {type(answer).__name__}")
    return answer


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where a part is missing or too many."""
    for name in ("passage", "blanks"):
        if name not in document:
            raise MalformedItem((name,), "missing", "this field is needed")
    read = [_blank(one, str(place)) for place, one in enumerate(document["blanks"])]
    body = ClozeBody(document["passage"], tuple(blank for blank, _ in read))
    return body, ClozeAnswer(tuple(key for _, key in read))


def _blank(written: Mapping[str, Any], place: str) -> tuple[Blank, Key]:
    held = {name: one for name, one in written.items() if one is not None}
    kinds = [name for name in _KINDS if name in held]
    if len(kinds) != 1:
        message = f"blank {int(place) + 1} has exactly one of {', '.join(_KINDS)}"
        raise MalformedItem(("blanks", place), "blank_kind", message)
    try:
        return {CHOICES: _choice_blank, NUMBER: _number_blank, WORDS: _words_blank}[kinds[0]](held)
    except KeyError as missing:
        name = str(missing.args[0])
        message = f"blank {int(place) + 1} needs the field '{name}'"
        raise MalformedItem(("blanks", place, name), "missing", message) from missing


def _choice_blank(held: Mapping[str, Any]) -> tuple[Blank, Key]:
    choices = held[CHOICES]
    blank = ChoiceBlank(held["id"], tuple(Option(one["id"], one["text"]) for one in choices))
    errors = {one["id"]: one["misconception"] for one in choices if one.get("misconception") is not None}
    return blank, ChoiceKey(held["key"], {one["id"]: one["rationale"] for one in choices}, errors)


def _number_blank(held: Mapping[str, Any]) -> tuple[Blank, Key]:
    number = held[NUMBER]
    blank = NumberBlank(held["id"], number["unit"], int(number["decimals"]))
    key = NumberKey(
        Decimal(number["value"]), Decimal(number["tolerance"]), numbers.load_slips(held.get("slips", []))
    )
    return blank, WrittenNumber(key, held["why_right"])


def _words_blank(held: Mapping[str, Any]) -> tuple[Blank, Key]:
    return WordsBlank(held["id"]), phrases.load_key({"slips": [], **held})


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    held, keys = cloze_body(body), cloze_answer(answer).keys
    blanks = [{"id": blank.id, **_written(blank, key)} for blank, key in zip(held.blanks, keys, strict=True)]
    return {"passage": held.passage, "blanks": blanks}


def _written(blank: Blank, key: Key) -> dict[str, Any]:
    if isinstance(blank, ChoiceBlank) and isinstance(key, ChoiceKey):
        choices = [
            {
                "id": one.id,
                "text": one.text,
                "rationale": key.rationales[one.id],
                "misconception": key.misconceptions.get(one.id),
            }
            for one in blank.options
        ]
        given = [{name: value for name, value in one.items() if value is not None} for one in choices]
        return {CHOICES: given, "key": key.key}
    if isinstance(blank, NumberBlank) and isinstance(key, WrittenNumber):
        number = {"value": str(key.key.value), "tolerance": str(key.key.tolerance)}
        asked = {"decimals": blank.decimals, "unit": blank.unit}
        return {
            NUMBER: {**number, **asked},
            "why_right": key.why_right,
            "slips": numbers.dump_slips(key.key.slips),
        }
    if isinstance(key, PhraseKey):
        return phrases.dump_key(key)
    raise TypeError(f"{type(key).__name__} fills no {type(blank).__name__}")


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of passage and blanks."""
    held = cloze_body(body)
    return {"passage": held.passage, "blanks": [_dumped(one) for one in held.blanks]}


def _dumped(blank: Blank) -> dict[str, Any]:
    if isinstance(blank, ChoiceBlank):
        options = [{"id": one.id, "text": one.text} for one in blank.options]
        return {"id": blank.id, "kind": CHOICES, CHOICES: options}
    if isinstance(blank, NumberBlank):
        return {"id": blank.id, "kind": NUMBER, "unit": blank.unit, "decimals": blank.decimals}
    return {"id": blank.id, "kind": WORDS}


def load_body(stored: Mapping[str, Any]) -> Body:
    """The passage and blanks behind a stored form."""
    return ClozeBody(stored["passage"], tuple(_loaded(one) for one in stored["blanks"]))


def _loaded(stored: Mapping[str, Any]) -> Blank:
    if stored["kind"] == CHOICES:
        return ChoiceBlank(stored["id"], tuple(Option(one["id"], one["text"]) for one in stored[CHOICES]))
    if stored["kind"] == NUMBER:
        return NumberBlank(stored["id"], stored["unit"], stored["decimals"])
    return WordsBlank(stored["id"])


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of what fills the blanks."""
    return {"key": [_dumped_key(one) for one in cloze_answer(answer).keys]}


def _dumped_key(key: Key) -> dict[str, Any]:
    if isinstance(key, ChoiceKey):
        return {
            "right": key.key,
            "rationales": dict(key.rationales),
            "misconceptions": dict(key.misconceptions),
        }
    if isinstance(key, WrittenNumber):
        return {
            "value": str(key.key.value),
            "tolerance": str(key.key.tolerance),
            "why_right": key.why_right,
            "slips": numbers.dump_slips(key.key.slips),
        }
    return phrases.dump_key(key)


def load_answer(stored: Mapping[str, Any]) -> Answer:
    """What fills the blanks, behind its stored form."""
    return ClozeAnswer(tuple(_loaded_key(one) for one in stored["key"]))


def _loaded_key(stored: Mapping[str, Any]) -> Key:
    if "right" in stored:
        return ChoiceKey(stored["right"], dict(stored["rationales"]), dict(stored["misconceptions"]))
    if "value" in stored:
        slips = numbers.load_slips(stored["slips"])
        key = NumberKey(Decimal(stored["value"]), Decimal(stored["tolerance"]), slips)
        return WrittenNumber(key, stored["why_right"])
    return phrases.load_key(stored)


def dump_key(answer: Answer) -> list[Any]:
    """What counts as right in each blank."""
    return [_counted(one) for one in cloze_answer(answer).keys]


def _counted(key: Key) -> Any:
    if isinstance(key, ChoiceKey):
        return key.key
    return numbers.key_digits(key.key) if isinstance(key, WrittenNumber) else list(key.accepted)


def arrange(body: Body, chance: Random) -> tuple[str, ...]:
    """Blanks stand in their passage, and choices as written."""
    return ()


def parse(body: Body, submitted: Sequence[str]) -> Response:
    """The filled blanks as "number:value", in their order, the first blank being 1.

    Raises InvalidResponse for a blank or an option that is not there, for a blank that is filled twice, and
    for what cannot stand in a blank of its kind.
    """
    blanks = {str(number): blank for number, blank in enumerate(cloze_body(body).blanks, start=1)}
    filled: dict[str, str] = {}
    for one in submitted:
        number, _, typed = one.partition(":")
        if number not in blanks:
            raise InvalidResponse("unknown_slot")
        if number in filled:
            raise InvalidResponse("slot_twice")
        filled[number] = _read(blanks[number], typed)
    return tuple(f"{number}:{filled[number]}" for number in blanks if filled.get(number))


def _read(blank: Blank, typed: str) -> str:
    if isinstance(blank, NumberBlank):
        return numbers.read_number(typed)
    if isinstance(blank, WordsBlank):
        return phrases.read_phrase(typed)
    if typed not in {one.id for one in blank.options}:
        raise InvalidResponse("unknown_option")
    return typed


def complete(body: Body, response: Response) -> bool:
    """Whether every blank is filled."""
    return len(response) == len(cloze_body(body).blanks)


def describe(response: Response, order: tuple[str, ...]) -> str:
    """Each filled blank by its number, with what stands in it."""
    return ", ".join(one.replace(":", " ", 1) for one in response)


def tell_key(body: Body, answer: Answer, order: tuple[str, ...]) -> str:
    """What fills each blank, by its number."""
    pairs = zip(cloze_body(body).blanks, cloze_answer(answer).keys, strict=True)
    return ", ".join(f"{number} {_told(blank, key)}" for number, (blank, key) in enumerate(pairs, start=1))


def _told(blank: Blank, key: Key) -> str:
    if isinstance(blank, ChoiceBlank) and isinstance(key, ChoiceKey):
        return next((one.text for one in blank.options if one.id == key.key), key.key)
    if isinstance(blank, NumberBlank) and isinstance(key, WrittenNumber):
        return f"{key.key.value:,f} {blank.unit}"
    return key.shown if isinstance(key, PhraseKey) else ""


def judge(answer: Answer, response: Response) -> tuple[Judgement, ...]:
    """What became of each blank."""
    filled = dict(one.split(":", 1) for one in response)
    return tuple(
        _judged(key, filled.get(str(number))) for number, key in enumerate(cloze_answer(answer).keys, start=1)
    )


def _judged(key: Key, typed: str | None) -> Judgement:
    if typed is None:
        return Judgement(False, None)
    if isinstance(key, ChoiceKey):
        return Judgement(typed == key.key, None)
    held = key.key if isinstance(key, WrittenNumber) else key
    return Judgement(held.holds(typed), held.slip(typed))


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for every blank right; under the partial rule the share of blanks that are."""
    right = [one.right for one in judge(answer, response)]
    return Fraction(sum(right), len(right)) if rule is ScoringRule.PARTIAL else Fraction(int(all(right)))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with the passage, the blanks and what fills them."""
    held = cloze_body(body)
    if not 0 < len(held.blanks) <= MOST:
        yield Finding(("blanks",), "blank_count", f"a passage has 1 to {MOST} blanks")
    yield from _passage_findings(held)
    for place, (blank, key) in enumerate(zip(held.blanks, cloze_answer(answer).keys, strict=True)):
        root = ("blanks", str(place))
        if isinstance(key, WrittenNumber):
            yield from numbers.key_findings(key.key, (*root, NUMBER, "tolerance"), (*root, "slips"))
        elif isinstance(key, PhraseKey):
            yield from phrases.key_findings(key, root)
        elif isinstance(blank, ChoiceBlank):
            yield from _choice_findings(blank, key, root)


def _passage_findings(body: ClozeBody) -> Iterator[Finding]:
    ids = [one.id for one in body.blanks]
    if len(set(ids)) != len(ids):
        yield Finding(("blanks",), "duplicate_blank", "two blanks have the same id")
    placed = _PLACEHOLDER.findall(body.passage)
    for one in dict.fromkeys(placed):
        if one not in ids:
            yield Finding(("passage",), "unknown_blank", f"there is no blank '{one}'")
        elif placed.count(one) > 1:
            yield Finding(("passage",), "blank_twice", f"blank '{one}' stands in the passage twice")
    if sorted(placed) == sorted(ids) and placed != ids:
        yield Finding(("blanks",), "blank_order", "the blanks are listed in the order of the passage")
    for place, one in enumerate(ids):
        if one not in placed:
            yield Finding(("blanks", str(place)), "blank_not_placed", f"the passage has no {{{{{one}}}}}")
    if any(
        _PLACEHOLDER.search(formula) for part in body.passage.split("\n\n") for formula in _formulas(part)
    ):
        yield Finding(("passage",), "blank_in_formula", "a blank stands between dollar signs")
    if "`" in body.passage:
        yield Finding(("passage",), "code_in_passage", "a passage holds no code")


def _formulas(paragraph: str) -> list[str]:
    return _FORMULA.findall(paragraph.replace("$$", "$"))


def _choice_findings(blank: ChoiceBlank, key: ChoiceKey, root: tuple[str, ...]) -> Iterator[Finding]:
    path = (*root, CHOICES)
    ids = [one.id for one in blank.options]
    if not FEWEST_CHOICES <= len(ids) <= MOST_CHOICES:
        yield Finding(path, "choice_count", f"a blank has {FEWEST_CHOICES} to {MOST_CHOICES} choices")
    if len(set(ids)) != len(ids):
        yield Finding(path, "duplicate_option_id", "two choices have the same id")
    texts = [" ".join(one.text.casefold().split()) for one in blank.options]
    if len(set(texts)) != len(texts):
        yield Finding(path, "duplicate_option", "two choices read the same")
    if key.key not in ids:
        yield Finding((*root, "key"), "unknown_key", f"the key names '{key.key}', which is no choice")
    for place, one in enumerate(ids):
        if (one == key.key) == (one in key.misconceptions):
            message = "a misconception stands on every wrong choice and on no right one"
            yield Finding((*path, str(place)), "misconception", message)


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body, answer = read(
        {
            "passage": "When yields rise, prices {{move}}. At 98.50 per 100, USD 1,000 cost {{cost}}. "
            "It is paid on the {{day}}.",
            "blanks": [
                {
                    "id": "move",
                    "choices": [
                        {"id": "fall", "text": "fall", "rationale": "Right."},
                        {"id": "rise", "text": "rise", "rationale": "Wrong.", "misconception": "same-way"},
                    ],
                    "key": "fall",
                },
                {
                    "id": "cost",
                    "number": {"value": "985.00", "tolerance": "0.005", "decimals": 2, "unit": "USD"},
                    "why_right": "Ten times the price.",
                    "slips": [{"value": "98.50", "misconception": "per-hundred", "rationale": "Per 100."}],
                },
                {"id": "day", "accepted": ["settlement [day|date]"], "why_right": "Then it is settled."},
            ],
        }
    )
    full, two_thirds, none = Fraction(1), Fraction(2, 3), Fraction(0)
    right, slip = ("1:fall", "2:985.00", "3:Settlement"), ("1:fall", "2:98.5", "3:settlement date")
    rows: tuple[tuple[Response, ScoringRule, Fraction], ...] = (
        (right, ScoringRule.ALL_OR_NOTHING, full),
        (slip, ScoringRule.ALL_OR_NOTHING, none),
        ((), ScoringRule.ALL_OR_NOTHING, none),
        (right, ScoringRule.PARTIAL, full),
        (slip, ScoringRule.PARTIAL, two_thirds),
        (("1:rise", "2:1", "3:trade day"), ScoringRule.PARTIAL, none),
        ((), ScoringRule.PARTIAL, none),
    )
    return tuple(Example(body, answer, response, rule, due) for response, rule, due in rows)
