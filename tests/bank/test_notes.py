"""Study notes in bank files: numbers computed, plots filled, and refused with line and reason."""

from datetime import date
from decimal import Decimal

import pytest

from quizapp.bank.formats.native_examples import FILES, NOTE
from quizapp.bank.formats.native_writer import write_bank
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Bank, Reading
from quizapp.finance import bill


def _read(note: str) -> Reading:
    held = {**FILES, "notes/example.yml": note}
    return read_bank({name: one.encode() for name, one in held.items()})


def test_a_number_in_a_note_is_what_the_formula_gives() -> None:
    (note,) = _read(NOTE).notes
    price = bill.price_from_discount(Decimal("0.05"), 91)
    assert f"price is {price:.4f}." in note.sections[0].text
    assert "[[" not in note.sections[0].text


def test_a_plot_holds_the_points_of_its_formulas() -> None:
    (note,) = _read(NOTE).notes
    plot = note.sections[0].plot
    assert plot
    assert [one.name for one in plot.curves] == ["at 2%", "at 5%"]
    assert all(len(one.points) == 51 for one in plot.curves)
    last = plot.curves[1].points[-1]
    assert (last.label, last.y) == ("357", bill.price_from_discount(Decimal("0.05"), 357))


def _with_points(points: str) -> Reading:
    """The example whose plot has one line of points instead of its formulas."""
    named = f"        - {{name: base, points: [{points}]}}\n"
    lines = [one for one in NOTE.splitlines(keepends=True) if "formula:" not in one]
    at = lines.index("      series:\n") + 1
    return _read("".join([*lines[:at], named, *lines[at:]]))


def test_points_may_be_numbers_one_after_the_other_or_facts_at_their_days() -> None:
    (numbers,) = _with_points("{at: bills, y: 360}, {at: bonds, y: 365}").notes
    assert numbers.sections[0].plot
    assert numbers.sections[0].plot.named
    assert [(one.x, one.y) for one in numbers.sections[0].plot.curves[0].points] == [(0, 360), (1, 365)]
    (facts,) = _with_points("{at: bills, fact: bill-discount-base}").notes
    assert facts.sections[0].plot
    (point,) = facts.sections[0].plot.curves[0].points
    assert (date.fromordinal(int(point.x)), point.y) == (facts.as_of, 360)
    assert facts.facts == ("bill-discount-base",)
    mixed = _with_points("{at: bills, fact: bill-discount-base}, {at: bonds, y: 365}")
    assert [one.code for one in mixed.problems] == ["mixed_points"]


FAULTS = {
    "a text names what is not computed": ("price is [[price]]", "price is [[yield]]", "unknown_name"),
    "a formula divides by zero": ("bill_price(0.05, days)", "1 / (days - 91)", "division_by_zero"),
    "a value needs itself": ("bill_price(0.05, days)", "price + days", "unknown_name"),
    "an unknown function": ("bill_price(0.05, days)", "bill_prize(0.05, days)", "unknown_function"),
    "a fact that there is not": ("facts: [bill-discount-base]", "facts: [no-such-fact]", "unknown_fact"),
    "a subtopic of no topic": ('subtopic: "1.1"', 'subtopic: "9.9"', "unknown_subtopic"),
    "a topic that there is not": ("topic: T1", "topic: T9", "unknown_topic"),
    "a line without an end": (
        'by: 7}}\n        - {name: "at 5%',
        'by: 0}}\n        - {name: "at 5%',
        "bad_range",
    ),
    "a line of nothing": (", over: {from: 7, to: 357, by: 7}}\nfacts", "}\nfacts", "bad_series"),
    "an unknown field": ("kind: note", "kind: note\ncolour: blue", "unknown_field"),
    "a formula that is none": ("$P = 100 (1 - d r / 360)$", "$\\frac{1}{$", None),
    "too many words": ("The discount is taken", "word " * 900 + "The discount is taken", "too_many_words"),
    "another bank": ("bank: example", "bank: other", "several_banks"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_note_with_a_fault_blocks_the_set_and_says_where(fault: str) -> None:
    old, new, code = FAULTS[fault]
    assert old in NOTE
    reading = _read(NOTE.replace(old, new, 1))
    assert reading.blocked
    assert code is None or code in {one.code for one in reading.problems}
    assert all(one.line >= 1 and one.file for one in reading.problems)


def test_a_note_written_reads_back_as_the_same_note() -> None:
    reading = _read(NOTE)
    assert reading.head
    items = tuple(one.item for one in reading.items if one.template is None)
    bank = Bank(reading.head, reading.facts or (), reading.profiles or (), items, (), reading.notes)
    again = read_bank(write_bank(bank))
    assert again.problems == ()
    assert again.notes == reading.notes


def test_two_files_cannot_hold_one_note() -> None:
    held = {**FILES, "notes/again.yml": NOTE}
    reading = read_bank({name: one.encode() for name, one in held.items()})
    assert "duplicate_id" in {one.code for one in reading.problems}
