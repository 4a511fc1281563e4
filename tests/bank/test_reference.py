"""The reference page is what the schema says, and its examples are read without a problem."""

import re

import pytest

from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.formats import native, native_examples
from quizapp.bank.linting import NOTHING
from quizapp.bank.reader import read_bank
from quizapp.bank.reference import reference
from quizapp.paths import RESOURCES
from quizapp.store.tables import metadata
from tests.bank.sources import ITEM_FILE, files

PAGE = (RESOURCES / "docs" / "native-format.md").read_text(encoding="utf-8")


def test_the_page_is_as_generated() -> None:
    assert reference() == PAGE, "run: python -m quizapp.bank.reference > docs/native-format.md"


def test_every_field_of_every_part_is_described() -> None:
    for model in (
        *native.FILES.values(),
        *native.ITEM_PARTS.values(),
        native.ExplanationPart,
        native.StimulusPart,
        native.TemplatePart,
        native.TemplateKeyPart,
        native.DistractorPart,
        native.StepPart,
    ):
        for name, field in model.model_fields.items():
            assert field.description
            assert re.search(rf"\| `{name}` \| (yes|no) \| .+ \| {re.escape(field.description)} \|", PAGE)


def test_the_page_shows_each_interaction_and_its_example_is_read() -> None:
    held = {name: text.encode() for name, text in native_examples.FILES.items()}
    reading = read_bank(held)
    assert reading.problems == ()
    assert (
        {one.item.public.interaction for one in reading.items}
        == set(INTERACTIONS)
        == set(native_examples.ITEMS)
    )
    for text in (
        *native_examples.ITEMS.values(),
        native_examples.BANK,
        native_examples.FACTS,
        native_examples.EXAMS,
        native_examples.TEMPLATE,
    ):
        assert text in PAGE


def test_control_an_example_with_a_fault_is_not_read() -> None:
    spoilt = native_examples.FILES["items/T1.yml"].replace("level: apply", "level: try")
    assert read_bank(
        {
            **{name: text.encode() for name, text in native_examples.FILES.items()},
            "items/T1.yml": spoilt.encode(),
        }
    ).problems


def test_no_field_may_be_longer_than_its_column() -> None:
    widths = {
        ("bank", "slug"): native.BankFile.model_fields["bank"],
        ("bank", "licence"): native.BankFile.model_fields["licence"],
        ("exam", "slug"): native.ExamPart.model_fields["id"],
        ("item", "slug"): native.ItemPart.model_fields["id"],
        ("item", "concept"): native.ItemPart.model_fields["concept"],
        ("item", "subtopic"): native.ItemPart.model_fields["subtopic"],
        ("item", "topic"): native.ItemsFile.model_fields["topic"],
        ("item", "unit_key"): native.StimulusPart.model_fields["id"],
    }
    for (table, column), field in widths.items():
        most = max(one.max_length for one in field.metadata if getattr(one, "max_length", None))
        assert most <= metadata.tables[table].c[column].type.length, (table, column)


_MARKED = "text|rationale|reason|why_right|why_wrong|stem|why|rule"
MARKDOWN = re.compile(rf"^( +(?:- )?(?:{_MARKED}): )(?!\|$)(.+)$", re.MULTILINE)
"""A line of an example that holds one line of Markdown."""


@pytest.mark.parametrize("name", native_examples.ITEMS)
def test_a_broken_formula_is_found_in_every_text_of_every_interaction(name: str) -> None:
    head = native_examples.FILES["items/T1.yml"].partition("items:\n")[0] + "items:\n"
    part = native_examples.ITEMS[name]
    fields = list(MARKDOWN.finditer(part))
    assert fields
    for field in fields:
        spoilt = f'{head}{part[: field.start()]}{field[1]}"Broken $x^{{$"{part[field.end() :]}'
        problems = read_bank(files() | {ITEM_FILE: spoilt.encode()}, asked=NOTHING).problems
        assert [one.line for one in problems] == [spoilt[: spoilt.index("Broken")].count("\n") + 1], field[0]
