"""Item templates in bank files: read with their specimen, and refused at import with line and reason."""

import pytest

from quizapp.bank.formats.native_examples import FILES, TEMPLATE
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Reading

HEAD = "format: 1\nbank: example\ntopic: T1\ntemplates:\n"


def _read(template: str) -> tuple[Reading, str]:
    text = HEAD + template
    held = {**FILES, "items/T1.yml": text}
    del held["exams.yml"]
    return read_bank({name: one.encode() for name, one in held.items()}), text


def test_a_template_is_read_with_a_specimen() -> None:
    reading, _ = _read(TEMPLATE)
    assert reading.problems == ()
    (one,) = reading.items
    assert one.template
    assert one.template.id == one.item.public.id == "bill-price-drawn"
    assert "[[" not in one.item.public.stem


FAULTS = {
    "it can divide by zero": (
        "price: bill_price(discount, days)",
        "price: 1 / (days - 28) + discount",
        "division_by_zero",
        "price: 1 /",
    ),
    "it names an unknown function": (
        "price: bill_price(discount, days)",
        "price: open(discount, days)",
        "unknown_function",
        "price: open",
    ),
    "it needs itself": ("price: bill_price(discount, days)", "price: price + days", None, "price: price +"),
    "no draw is valid": (
        "    values:\n",
        "    constraints: [days > 500]\n    values:\n",
        None,
        "parameters:",
    ),
    "a range that never ends": ("by: 7}", "by: 0}", "bad_range", "days: {"),
    "a formula that reaches out": (
        "price: bill_price(discount, days)",
        "price: days.__class__",
        None,
        "price: days",
    ),
    "an unknown field": ("    convention:", "    seed: 3\n    convention:", "unknown_field", "seed: 3"),
    "a stimulus": ("    stem: |", "    stimulus: two-bonds\n    stem: |", "unknown_field", "stimulus:"),
    "no convention": (
        "    convention: Actual days over 360, taken off the face value. Round to [[decimals]].\n",
        "",
        "missing",
        "- id: bill-price-drawn",
    ),
    "a text that names nothing drawn": ("Price is 100", "Price of [[bond]] is 100", None, "rule: Price of"),
    "a fact that there is not": ("[bill-discount-base]", "[no-such-fact]", "unknown_fact", "facts:"),
    "an unknown interaction": ("numeric_entry", "guessing", "unknown_interaction", "interaction:"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_template_with_a_fault_is_refused_with_its_line(fault: str) -> None:
    old, new, code, where = FAULTS[fault]
    assert old in TEMPLATE
    reading, text = _read(TEMPLATE.replace(old, new, 1))
    assert reading.items == ()
    assert reading.rejected == ("bill-price-drawn",)
    line = next(number for number, one in enumerate(text.splitlines(), start=1) if where in one)
    found = {(one.code, one.line) for one in reading.problems}
    assert found
    assert line in {at for _, at in found}, found
    assert code is None or code in {one for one, _ in found}, found
