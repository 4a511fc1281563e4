"""Item templates type no number into what they explain: all are drawn, computed, or of the convention."""

import re
from dataclasses import replace

from quizapp.assessment.variants.template import Computed, ItemTemplate
from tests import shipped

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
PLACEHOLDER = re.compile(r"\[\[.*?\]\]")
CALENDAR = {"1", "2", "3", "4", "6", "12", "30", "360", "364", "365", "366", "52"}
SCALES = {"0", "10", "100", "1000", "0.01", "0.0001", "8", "32"}
"""Percentages, basis points, and the 32nds of a quotation with their eighths."""

HALF_YEARS = {"0.5", "1.0", "1.5", "2.0"}
"""The times of four half-yearly payments."""


def typed_numbers(template: ItemTemplate) -> list[str]:
    """The numbers in texts shown after release that stand in neither question, formula nor fact."""
    formulas = [*template.values.values(), *template.constraints]
    if isinstance(template.answer, Computed):
        formulas += [template.answer.formula, *(one.formula for one in template.answer.distractors)]
    grounds = [template.stem, template.convention, *template.sources, *formulas]
    grounds += [shipped.facts()[name].statement for name in template.facts]
    known = CALENDAR | SCALES | HALF_YEARS | set(NUMBER.findall("\n".join(grounds)))
    return [
        f"{template.id}, {'.'.join(one.path)}: {number}"
        for one in template.texts()
        if one.path[0] not in ("stem", "convention")
        for number in NUMBER.findall(PLACEHOLDER.sub("", one.text))
        if number not in known
    ]


def test_no_template_types_a_number_into_what_it_explains() -> None:
    assert [one for template in shipped.templates().values() for one in typed_numbers(template)] == []


def test_a_typed_number_is_noticed() -> None:
    template = next(iter(shipped.templates().values()))
    typed = replace(template.explanation, why=f"{template.explanation.why} It comes to 98.765.")
    assert typed_numbers(replace(template, explanation=typed)) == [f"{template.id}, explanation.why: 98.765"]
