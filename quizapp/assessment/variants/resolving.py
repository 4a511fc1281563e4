"""The plain item of one draw: a template's texts with the printed values in them, and its answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.functions import Step
from quizapp.assessment.interactions import numeric_entry
from quizapp.assessment.item import OptionOrder
from quizapp.assessment.options import LETTERS
from quizapp.assessment.variants.printing import decimals_asked
from quizapp.assessment.variants.template import (
    ANSWER,
    CONVENTION,
    DECIMALS,
    KEY,
    Computed,
    ItemTemplate,
    WorkedText,
)
from quizapp.assessment.variants.texts import filled_all, names_in

Shown = Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """The key or a distractor of one draw: its name, what it comes to as printed, and the print."""

    name: str
    number: Decimal
    text: str


def resolved(
    template: ItemTemplate, shown: Shown, results: Sequence[Result], worked: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """The shape of a file for the item, its scalars typed.

    `shown` are the printed values, `results` the key and the distractors, `worked` the lines of those steps
    that a finance formula gives. Raises MalformedItem where a text names what there is not.
    """
    answer = template.answer
    if isinstance(answer, Computed):
        shown = {**shown, DECIMALS: decimals_asked(answer.show)}
        told = {**shown, **{one.name: one.text for one in results}}
        fields = _computed(template, answer, results, shown, told)
    else:
        told = dict(shown)
        fields = _filled_all((ANSWER,), answer.fields, shown)
    return {
        "id": template.id,
        "subtopic": template.subtopic,
        "objective": template.objective,
        "concept": template.concept,
        "level": template.level,
        "difficulty": template.difficulty,
        "interaction": template.interaction,
        "style": template.style,
        "stem": _stem(template, shown),
        **fields,
        "explanation": {
            "rule": _filled_all(("explanation", "rule"), template.explanation.rule, told),
            "why": _why(template, worked, told),
        },
        "facts": template.facts,
        "sources": template.sources,
        "as_of": template.as_of,
        "review_by": template.review_by,
        "status": template.status,
        "licence": template.licence,
        "author": template.author,
    }


def worked_line(step: Step, value: str) -> str:
    """One step of a working as a line of Markdown; a step called by a symbol keeps its letters."""
    is_word = re.search("[A-Za-z]{2}", step.name) is not None
    name = f"{step.name[:1].upper()}{step.name[1:]}" if is_word else f"${step.name}$"
    return f"{name}: ${step.expression}$ = {value}" if step.expression else f"{name}: {value}"


def _stem(template: ItemTemplate, shown: Shown) -> str:
    """The stem with the convention where it is wanted, or else as its last paragraph."""
    stem = template.stem.rstrip()
    convention = _filled_all((CONVENTION,), template.convention.strip(), shown)
    if CONVENTION not in names_in(stem):
        return f"{_filled_all(('stem',), stem, shown)}\n\nConvention: {convention}\n"
    text: str = _filled_all(("stem",), stem, {**shown, CONVENTION: convention})
    return f"{text}\n"


def _computed(
    template: ItemTemplate, answer: Computed, results: Sequence[Result], shown: Shown, told: Shown
) -> dict[str, Any]:
    """The fields of the interaction: a number with its slips, or options from the least to the greatest."""
    written = {KEY: answer.rationale or ""} | {one.name: one.rationale for one in answer.distractors}
    rationales = {
        one.name: _filled_all(("rationale", one.name), written[one.name], {**told, ANSWER: one.text})
        for one in results
    }
    misconceptions = {one.name: one.misconception for one in answer.distractors}
    if template.interaction == numeric_entry.NAME:
        key, *slips = results
        return {
            "unit": _filled_all((KEY, "unit"), answer.unit or "", shown),
            "decimals": answer.show.places,
            "key": {"value": key.number, "tolerance": answer.tolerance},
            "slips": [
                {
                    "value": one.number,
                    "misconception": misconceptions[one.name],
                    "rationale": rationales[one.name],
                }
                for one in slips
            ],
        }
    ordered = sorted(results, key=lambda one: one.number)
    # An id that told the key from the rest would reach the browser with the options.
    ids = {one.name: letter.lower() for one, letter in zip(ordered, LETTERS, strict=False)}
    text = answer.text or f"[[{ANSWER}]]"
    return {
        "option_order": OptionOrder.FIXED,
        "options": [
            {
                "id": ids[one.name],
                "text": _filled_all((KEY, "text"), text, {**shown, ANSWER: one.text}),
                "rationale": rationales[one.name],
                "misconception": misconceptions.get(one.name),
            }
            for one in ordered
        ],
        "key": [ids[KEY]],
    }


def _why(template: ItemTemplate, worked: Mapping[int, Sequence[str]], told: Shown) -> str:
    """The explanation, with the worked steps as a numbered list below it."""
    lines: list[str] = []
    for place, step in enumerate(template.steps):
        if isinstance(step, WorkedText):
            lines.append(_filled_all(("steps", str(place), "text"), step.text.strip(), told))
        else:
            lines += worked[place]
    why = _filled_all(("explanation", "why"), template.explanation.why.rstrip(), told)
    listed = "".join(f"{number}. {line}\n" for number, line in enumerate(lines, start=1))
    return f"{why}\n\n{listed}" if listed else f"{why}\n"


def _filled_all(path: tuple[str, ...], value: Any, shown: Shown) -> Any:
    try:
        return filled_all(value, shown)
    except KeyError as unknown:
        message = f"nothing is named '{unknown.args[0]}' here"
        raise MalformedItem(path, "unknown_placeholder", message) from unknown
