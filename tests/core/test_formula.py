"""The formula language: what a text means, where it is refused and why, and that its arithmetic is right."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.formulas.checking import check
from quizapp.assessment.formulas.errors import SENTENCES, FormulaError
from quizapp.assessment.formulas.evaluation import evaluate, working
from quizapp.assessment.formulas.functions import BASIC, language
from quizapp.assessment.formulas.grammar import parse
from quizapp.assessment.formulas.limits import LIMITS
from quizapp.assessment.formulas.tree import Binary, Call, Kind, Listing, Name, Node, Number, Unary, Value
from quizapp.finance.catalogue import FORMULAS

LANGUAGE = language(FORMULAS)
NAMES: dict[str, Value] = {
    "a": Decimal(3),
    "price": Decimal("97.5"),
    "settled": date(2026, 2, 15),
    "flows": (Decimal(2), Decimal(102)),
    "word": "bill",
}
KINDS = {
    "a": Kind.NUMBER,
    "price": Kind.NUMBER,
    "settled": Kind.DATE,
    "flows": Kind.NUMBERS,
    "word": Kind.WORD,
}


def _value(source: str, **names: Value) -> Value:
    return evaluate(parse(source), NAMES | names, LANGUAGE)


def _refusal(source: str) -> FormulaError:
    with pytest.raises(FormulaError) as refused:
        _value(source)
    return refused.value


# What a text means


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("8 - 3 - 2", "3"),
        ("12 / 3 / 2", "2"),
        ("12 / 3 * 2", "8"),
        ("-2 ^ 2", "-4"),
        ("(-2) ^ 2", "4"),
        ("2 ^ -1", "0.5"),
        ("2 ^ 3 ^ 2", "512"),
        ("(2 ^ 3) ^ 2", "64"),
        ("2 ^ -3 ^ 2", "0.001953125"),
        ("2 * -3", "-6"),
        ("--2", "2"),
        ("-a * a", "-9"),
        ("4 ^ 0.5", "2"),
        ("0.1 + 0.2", "0.3"),
        ("100 * (1 - 0.0418 * 180 / 360)", "97.91"),
        ("if(a > 2, 10, 20)", "10"),
        ("if(a > 2 and a < 3, 10, 20)", "20"),
        ("if(1 < 2, 1, 1 / 0)", "1"),
        ("if(settled < date(2026, 3, 1), 1, 0)", "1"),
        ("abs(-1.5) + floor(-1.5) + ceil(-1.5)", "-1.5"),
        ("min(3, 1, 2) * max(3, 1, 2)", "3"),
        ("round(2.5, 0)", "3"),
        ("round(-2.5, 0)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("round(1250, -2)", "1300"),
        ("sqrt(2) ^ 2 - 2 < 0.1 ^ 40", True),
        ("ln(exp(1)) - 1 < 0.1 ^ 40", True),
        ("sum(flows) + count(flows)", "106"),
        ("sum([])", "0"),
        ("days(settled, date(2026, 8, 15))", "181"),
        ("days(date(2028, 2, 1), date(2028, 3, 1))", "29"),
        ("days(add_months(date(2026, 1, 31), 1), date(2026, 2, 28))", "0"),
        ("days(settled, add_months(settled, -6))", "-184"),
        ("weekday(add_days(settled, 1))", "1"),
        ("bill_price(0.0418, 180)", "97.91"),
        ("1 < 2 or 1 / 0 > 1", True),
        ("1 > 2 and 1 / 0 > 1", False),
        ("not 1 > 2 and 2 > 1", True),
        ("1 > 2 or 2 > 1 and 3 > 4", False),
        ("settled == date(2026, 2, 15)", True),
        ("1.0 == 1 and 1 != 2 and 2 >= 2 and 2 <= 2", True),
        ("1 +\n  2\t*\r\n3", "7"),
    ],
)
def test_a_formula_means_what_arithmetic_says(source: str, value: str | bool) -> None:
    assert _value(source) == (value if isinstance(value, bool) else Decimal(value))


def test_numbers_keep_fifty_digits_whatever_the_thread_is_set_to() -> None:
    assert _value("1 / 3") == Decimal("0." + "3" * 50)


def test_a_number_that_counts_reaches_a_finance_formula_as_a_whole_number() -> None:
    assert _value("bill_price(0.0418, 360 / 2)") == Decimal("97.91")
    assert _refusal("bill_price(0.0418, 1.5)").code == "not_whole"


def test_a_list_a_count_and_a_date_reach_a_finance_formula_in_its_own_types() -> None:
    @dataclass(frozen=True)
    class Given:
        name: str
        kind: str
        optional: bool = False

    class Recorder:
        parameters = (
            Given("amounts", "decimals"),
            Given("lives", "counts"),
            Given("calls", "dates"),
            Given("settled", "date"),
            Given("dirty", "flag"),
            Given("basis", "other", True),
        )
        seen: tuple[Any, ...] = ()

        def __call__(self, *args: Any) -> Decimal:
            self.seen = args
            return Decimal(7)

        def steps(self, *args: Any) -> tuple[Any, ...]:
            return ()

    recorder = Recorder()
    source = parse("record([1, 2.5], [3], [], settled, 1 < 2)")
    assert evaluate(source, NAMES, language({"record": recorder})) == 7
    assert recorder.seen == ((Decimal(1), Decimal("2.5")), (3,), (), date(2026, 2, 15), True)
    assert type(recorder.seen[1][0]) is int


def test_a_finance_formula_that_needs_what_no_formula_can_name_is_not_offered() -> None:
    @dataclass(frozen=True)
    class Flows:
        name: str = "flows"
        kind: str = "other"
        optional: bool = False

    class Priced:
        parameters = (Flows(),)

        def __call__(self, *args: Any) -> Decimal:
            return Decimal(0)

        def steps(self, *args: Any) -> tuple[Any, ...]:
            return ()

    assert set(language({"priced": Priced()}).functions) == set(BASIC)
    with pytest.raises(ValueError):
        language({"sum": Priced()})


def test_the_working_of_a_call_ends_in_its_value() -> None:
    steps = working(parse("bill_price(0.0418, 60 * a)"), NAMES, LANGUAGE)
    assert [one.name for one in steps] == ["discount for the days", "price"]
    assert steps[-1].value == _value("bill_price(0.0418, 180)")
    for source in ("1 + 1", "abs(1)", "price", "bill_price(0.0418, 180) + 1"):
        with pytest.raises(FormulaError) as refused:
            working(parse(source), NAMES, LANGUAGE)
        assert refused.value.code == "no_working"


# Where and why a text is refused

REFUSALS = (
    ("", "empty", 1, 1),
    (" \n ", "empty", 1, 1),
    ("1 +", "unexpected", 1, 4),
    ("1 2", "unexpected", 1, 3),
    ("(1", "unexpected", 1, 3),
    ("1)", "unexpected", 1, 2),
    ("* 1", "unexpected", 1, 1),
    ("+1", "unexpected", 1, 1),
    ("max(1,)", "unexpected", 1, 7),
    ("max(,1)", "unexpected", 1, 5),
    ("and", "unexpected", 1, 1),
    ("1 + not 2 > 1", "unexpected", 1, 5),
    ("9**9**9", "unexpected", 1, 3),
    ("1e5", "unexpected", 1, 2),
    ("[3, 4][0]", "unexpected", 1, 7),
    ("a = 3", "bad_character", 1, 3),
    ("1_000", "bad_character", 1, 2),
    (".5", "bad_character", 1, 1),
    ("5.", "bad_character", 1, 2),
    ("a.b", "bad_character", 1, 2),
    ("5!", "bad_character", 1, 2),
    ("１", "bad_character", 1, 1),
    ("1 <\n 2 < 3", "chained_comparison", 2, 4),
    ("9" * 31, "number_too_long", 1, 1),
    ("1 +\n\n  1 / (a - 3)", "division_by_zero", 3, 5),
    ("0 ^ -1", "division_by_zero", 1, 3),
    ("0 ^ 0", "undefined", 1, 3),
    ("sqrt(1 - 2)", "undefined", 1, 1),
    ("1 + ln(0)", "undefined", 1, 5),
    ("(-8) ^ 0.5", "undefined", 1, 6),
    ("9 ^ 9 ^ 9", "number_too_large", 1, 3),
    ("10 ^ 60 * 10 ^ 60", "number_too_large", 1, 9),
    ("round(10 ^ 60, 2)", "number_too_large", 1, 1),
    ("exp(0 - 1000)", "number_too_small", 1, 1),
    ("1 + rate", "unknown_name", 1, 5),
    ("1 + eval(1)", "unknown_function", 1, 5),
    ("min(1)", "wrong_count", 1, 1),
    ("round(1)", "wrong_count", 1, 1),
    ("if(1 < 2, 1)", "wrong_count", 1, 1),
    ("bill_price(1)", "wrong_count", 1, 1),
    ("1 + (2 < 3)", "wrong_kind", 1, 8),
    ("1 + settled", "wrong_kind", 1, 5),
    ("sum(1)", "wrong_kind", 1, 5),
    ("if(1, 2, 3)", "wrong_kind", 1, 4),
    ("1 == settled", "wrong_kind", 1, 6),
    ("word == word", "wrong_kind", 1, 1),
    ("flows < flows", "wrong_kind", 1, 1),
    ("not 1", "wrong_kind", 1, 5),
    ("bill_price(settled, 1)", "wrong_kind", 1, 12),
    ("[1, settled]", "mixed_list", 1, 1),
    ("[[1]]", "mixed_list", 1, 1),
    ("date(2026, 2, 29)", "no_such_date", 1, 1),
    ("date(2026, 13, 1)", "out_of_range", 1, 1),
    ("date(2026.5, 1, 1)", "not_whole", 1, 1),
    ("add_days(settled, 90000)", "no_such_date", 1, 1),
    ("add_months(settled, 3000)", "no_such_date", 1, 1),
    ("round(1, 21)", "out_of_range", 1, 1),
    ("bill_price(9, 182)", "refused", 1, 1),
    ("(" * 41 + "1" + ")" * 41, "too_deep", 1, 41),
    ("1" + " + 1" * 40, "too_deep", 1, 162),
    ("[" + "1, " * 120 + "1]", "list_too_long", 1, 363),
    ("1," * 201, "too_many_parts", 1, 401),
    (" " * 2001, "too_long", 1, 1),
)
"""A source, the code of its refusal, and the line and column that it names."""


@pytest.mark.parametrize(("source", "code", "line", "column"), REFUSALS)
def test_a_refusal_names_its_place(source: str, code: str, line: int, column: int) -> None:
    refused = _refusal(source)
    assert (refused.code, refused.line, refused.column) == (code, line, column)
    assert refused.sentence
    assert str(refused) == f"line {line}, column {column}: {refused.sentence}"


def test_a_refusal_tells_what_it_did_not_like_without_printing_it_raw() -> None:
    assert _refusal("1 + \u202e").sentence == "U+202E is no part of a formula"
    assert _refusal("max(1)").sentence == "max takes 2 or more values, not 1"
    assert _refusal("round(1)").sentence == "round takes 2 values, not 1"
    assert _refusal("bill_price(1)").sentence == "bill_price takes 2 to 3 values, not 1"
    assert _refusal("1 + settled").sentence == "this must be a number, not a date"
    assert _refusal("bill_price(9, 182)").sentence == (
        "bill_price refuses: out of range (name discount, value 9, high 1.97802)"
    )


def test_a_formula_over_more_payments_than_its_steps_allow_is_refused_before_it_runs() -> None:
    class Never:
        parameters = (type("Count", (), {"name": "count", "kind": "count", "optional": False})(),)

        def __call__(self, *args: Any) -> Decimal:
            return Decimal(len(range(args[0])))

        def steps(self, *args: Any) -> tuple[Any, ...]:
            return ()

    bounded = language({"pay": Never()})
    assert evaluate(parse("pay(60)"), {}, bounded) == 60
    for source in ("pay(150)", "pay(10 ^ 90)", "pay(-10 ^ 90)", "pay(75) + pay(75)"):
        with pytest.raises(FormulaError) as refused:
            evaluate(parse(source), {}, bounded)
        assert refused.value.code == "out_of_steps"


def test_every_limit_leaves_room_for_the_formulas_people_write() -> None:
    source = "sum([" + ", ".join(f"2.125 / (1 + 0.0425 / 2) ^ {n}" for n in range(1, 25)) + "])"
    assert len(source) < LIMITS.characters
    assert isinstance(_value(source), Decimal)


# The check before any evaluation


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("a + 1", Kind.NUMBER),
        ("a < 1 or not a > 2", Kind.TRUTH),
        ("settled", Kind.DATE),
        ("[1, a]", Kind.NUMBERS),
        ("[settled, date(2026, 1, 1)]", Kind.DATES),
        ("if(a > 1, settled, date(2026, 1, 1))", Kind.DATE),
        ("bill_price(a, 1)", Kind.NUMBER),
        ("1 / 0", Kind.NUMBER),
    ],
)
def test_a_check_tells_the_kind_of_a_value_without_computing_it(source: str, kind: Kind) -> None:
    checked = check(source, KINDS, LANGUAGE)
    assert checked.faults == ()
    assert checked.kind is kind


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("x + y * a", [("unknown_name", 1), ("unknown_name", 5)]),
        ("f(x) + 1", [("unknown_function", 1), ("unknown_name", 3)]),
        ("if(1 < 2, a, x)", [("unknown_name", 14)]),
        ("if(1 < 2, a, settled)", [("wrong_kind", 14)]),
        ("a + settled", [("wrong_kind", 5)]),
        ("a < settled", [("wrong_kind", 5)]),
        ("word == 1", [("wrong_kind", 1)]),
        ("a and 1", [("wrong_kind", 1), ("wrong_kind", 7)]),
        ("-settled", [("wrong_kind", 2)]),
        ("[1, settled]", [("mixed_list", 1)]),
        ("[x]", [("unknown_name", 2)]),
        ("bill_price(a)", [("wrong_count", 1)]),
        ("bill_price(settled, a, a, a)", [("wrong_count", 1), ("wrong_kind", 12)]),
        ("if(a, 1)", [("wrong_count", 1)]),
        ("1 +", [("unexpected", 4)]),
    ],
)
def test_a_check_finds_every_fault_in_one_reading(source: str, faults: list[tuple[str, int]]) -> None:
    found = check(source, KINDS, LANGUAGE).faults
    assert [(one.code, one.column) for one in found] == faults


def test_every_sentence_belongs_to_a_refusal_that_a_test_provokes() -> None:
    assert {code for _, code, _, _ in REFUSALS} | {"no_working", "out_of_steps"} == set(SENTENCES)


# Random trees, printed and read again, come out as exact fractions


@st.composite
def _trees(draw: st.DrawFn, depth: int = 4) -> tuple[str, Fraction | None]:
    """A source with as many brackets as it needs or more, and what it comes to; None divides by zero."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        number = draw(st.integers(0, 99))
        return str(number), Fraction(number)
    if draw(st.integers(0, 5)) == 0:
        source, value = draw(_trees(depth - 1))
        return f"-({source})", None if value is None else -value
    sign = draw(st.sampled_from("+-*/"))
    (left, one), (right, other) = draw(_trees(depth - 1)), draw(_trees(depth - 1))
    source = f"({left}) {sign} ({right})"
    if one is None or other is None or (sign == "/" and other == 0):
        return source, None
    return source, {
        "+": lambda: one + other,
        "-": lambda: one - other,
        "*": lambda: one * other,
        "/": lambda: one / other,
    }[sign]()


def _printed(node: Node, over: int = 0, right: bool = False) -> str:
    """A tree with the fewest brackets that keep its meaning, by a second statement of the precedences."""
    strengths = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "^": 8}
    if isinstance(node, Number):
        return format(node.value, "f")
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Unary):
        text = f"-{_printed(node.operand, 7)}"
        return f"({text})" if over > 7 and not right else text
    if isinstance(node, Binary):
        own = strengths[node.sign]
        tighter_left = own + 1 if node.sign == "^" else own
        tighter_right = own if node.sign == "^" else own + 1
        text = f"{_printed(node.left, tighter_left)} {node.sign} {_printed(node.right, tighter_right, True)}"
        return f"({text})" if own < over else text
    assert isinstance(node, Call | Listing)
    raise AssertionError


def _shape(node: Node) -> Any:
    """A tree without its offsets."""
    if isinstance(node, Binary):
        return node.sign, _shape(node.left), _shape(node.right)
    if isinstance(node, Unary):
        return node.sign, _shape(node.operand)
    assert isinstance(node, Number)
    return node.value


@given(_trees())
def test_random_arithmetic_comes_out_like_exact_fractions(made: tuple[str, Fraction | None]) -> None:
    source, exact = made
    if exact is None:
        assert _refusal(source).code == "division_by_zero"
        return
    found = _value(source)
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - exact) <= max(abs(exact), Fraction(1)) * Fraction(1, 10**40)


@given(_trees())
def test_a_tree_printed_with_the_fewest_brackets_is_read_as_the_same_tree(
    made: tuple[str, Fraction | None],
) -> None:
    tree = parse(made[0]).root
    assert _shape(parse(_printed(tree)).root) == _shape(tree)
