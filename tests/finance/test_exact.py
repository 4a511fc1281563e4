from decimal import Decimal, localcontext

import pytest

from quizapp.finance import bill
from quizapp.finance.errors import NotACount, NotADecimal, OutOfRange
from quizapp.finance.exact import half_up, truncated, up_to
from tests.finance.draws import decimals, given


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("1.005", 2, "1.01"), ("1.0049999", 2, "1.00"), ("7", 2, "7.00")],
)
def test_a_half_is_rounded_away_from_zero(value, places, rounded):
    assert str(half_up(Decimal(value), places)) == rounded


def test_truncation_cuts_towards_zero():
    assert truncated(Decimal("1.0134149"), 6) == Decimal("1.013414")
    assert truncated(Decimal("-1.0134149"), 6) == Decimal("-1.013414")


@given(decimals("0", "1000000", 4), decimals("0.0001", "1000", 4))
def test_the_next_multiple_is_a_multiple_and_less_than_one_step_above(value, step):
    raised = up_to(value, step)
    assert raised % step == 0
    assert 0 <= raised - value < step


def test_a_result_does_not_depend_on_the_precision_of_the_callers_thread():
    usual = bill.discount_from_price(Decimal("99.1"), 91)
    with localcontext() as coarse:
        coarse.prec = 5
        assert bill.discount_from_price(Decimal("99.1"), 91) == usual


@pytest.mark.parametrize("value", [0.05, float("nan"), 1, "0.05", None, Decimal("NaN"), Decimal("Infinity")])
def test_anything_but_a_finite_decimal_is_refused_by_name(value):
    with pytest.raises(NotADecimal) as refusal:
        bill.price_from_discount(value, 91)
    assert refusal.value == NotADecimal("discount", repr(value))


@pytest.mark.parametrize("days", [91.0, True, Decimal(91), "91"])
def test_days_are_a_whole_number(days):
    with pytest.raises(NotACount) as refusal:
        bill.price_from_discount(Decimal("0.05"), days)
    assert refusal.value == NotACount("days", repr(days))


def test_a_count_below_one_is_refused_with_its_range():
    with pytest.raises(OutOfRange) as refusal:
        bill.price_from_discount(Decimal("0.05"), 0)
    assert refusal.value == OutOfRange("days", 0, 1, None)
