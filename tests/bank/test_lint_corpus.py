"""The linter over questions that others wrote, and over anything: it finds much and never fails."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.assessment.item import Item
from quizapp.bank.lint.arithmetic import equations
from quizapp.bank.lint.register import RULES
from quizapp.bank.lint.run import lint_across, lint_bank, lint_item
from tests.bank.lint_cases import choice, ground_of, number, why
from tests.bank.lint_corpus import corpus_items
from tests.lint_rates import rates

ROOT = Path(__file__).resolve().parents[2]
FEWEST, MOST_KINDS = 500, 3

_TEXT = st.text("abcXYZ aeiou.,:;?!%$()[]{}|*_^=+-/\\\"'0123456789\n≈−×é中", max_size=60) | st.sampled_from(
    [
        "$\\frac{1}{0} = 2$",
        "0/0 = 1",
        "$9^{9^{9}} = 1$",
        "99999999999999999999999.5 million",
        "1/0",
        "((((",
        "= = =",
        "-",
    ]
)


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[Item]:
    return list(corpus_items(shared / "corpus"))


def test_the_linter_runs_over_hundreds_of_questions_of_others(corpus: list[Item]) -> None:
    found = rates(corpus)
    assert len(corpus) >= FEWEST
    assert {one.public.interaction for one in corpus} >= {
        "single_choice",
        "multiple_response",
        "numeric_entry",
    }
    assert set(found) <= {rule.code for rule in RULES}
    assert len(found) > 10
    assert found["false-equation"] == 0  # an equation with an unknown in it is none to be computed
    assert min(found[code] for code in ("catch-all-option", "negative-stem", "option-count")) > 0


@settings(max_examples=30)
@given(st.data())
def test_no_text_makes_the_linter_fail(data: st.DataObject) -> None:
    texts = data.draw(st.lists(_TEXT, min_size=4, max_size=6))
    asked, told, line = data.draw(_TEXT), data.draw(_TEXT), data.draw(_TEXT)
    items = [
        choice(
            *texts, order=data.draw(st.sampled_from(["fixed", "shuffled"])), stem=asked, **why(told, line)
        ),
        choice(*texts, key="ab", stem=told, **why(asked, line)),
        number(stem=asked, **why(told, line)),
    ]
    views, ground = ground_of(items)
    for view in views:
        lint_item(view, ground)
    list(lint_across(views, ground))
    list(lint_bank(views, ground))


# Equations


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("$2 + 3 \\times 4 = 14$", [True]),
        ("$2^{3} = 8$, and $\\frac{1}{3} = 0.333$", [True, True]),
        ("$100{,}000 \\times 0.5\\% = 500$ dollars", [True]),
        ("It is 10 × 2 = 20 = 40 / 2.", [True, True]),
        ("USD 500 / 2 = USD 250", [True]),
        ("$1 / 3 \\approx 0.34$", [True]),
        ("$-9{,}000 \\times (-10) = +90{,}000$", [True]),
        ("$2 + 2 = 5$", [False]),
        ("1 / 3 = 0.34", [False]),
        ("$1 / 3 \\approx 0.4$", [False]),
        ("2 / 0 = 1", [None]),
        ("$9^{9^{9}} = 1$", [None]),
        ("$x^2 + 3x - 1 = 0$ and $2x = 300$", []),
        ("$P(2) = 97$, $r_1 = 5$, $F = S \\times 1.03 = 2.06$", []),
        ("$y = 2 x - 1$ and $1 = 2 z$", []),
        ("no equation = none", []),
    ],
)
def test_equations_of_numbers_are_read_as_they_are_printed(text: str, due: list[bool | None]) -> None:
    assert [one.holds for one in equations(text)] == due


# The documents


def told_rules(page: str) -> Iterator[tuple[str, ...]]:
    """The rules that the page lists, with level, source and sentence."""
    yield from re.findall(r"^\| ([a-z-]+) \| (\w+) \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)


def _page() -> str:
    return (ROOT / "docs" / "linter.md").read_text(encoding="utf-8")


def _listed(page: str) -> list[Any]:
    return [row for row in told_rules(page) if row[0] != "rule"]


def test_the_page_on_the_linter_lists_every_rule_as_it_is() -> None:
    assert _listed(_page()) == [(one.code, one.level.value, one.source, one.says) for one in RULES]


def test_control_a_rule_that_the_page_lacks_is_found() -> None:
    page = _page().replace("| clang |", "| bang |")
    assert _listed(page) != [(one.code, one.level.value, one.source, one.says) for one in RULES]
