"""Whatever numbers and dates come in, a formula ends soon, in finite steps or in a refusal with a name."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from quizapp.finance import bond, schedule
from quizapp.finance.catalogue import FORMULAS
from quizapp.finance.errors import FinanceError, OutOfRange, Uncomputable
from quizapp.finance.formula import Step, formula
from tests.finance.examples import example

SEED, DRAWS = 7, 15
HOSTILE = {
    "decimal": [Decimal(one) for one in ("0", "-1", "1e-40", "1e30", "-0.5", "100", "1e400", "-1e9")],
    "count": [0, -1, 1, 2, 7, 366, 10**6, 10**12],
    "flag": [True, False],
    "date": [date.min, date.max, date(2024, 2, 29), date(2025, 6, 30)],
    "decimals": [[], [Decimal(0)], [Decimal("0.05")] * 3, [Decimal(-2), Decimal(3)], [Decimal("1e30")]],
    "counts": [[], [0], [10**9], [91, 92, 90]],
    "dates": [[], [date(2024, 2, 29)] * 3, [date.min, date.max, date(2025, 1, 1)]],
}


def test_a_formula_ends_in_finite_steps_or_in_a_named_refusal():
    chance = Random(SEED)
    for name, one in FORMULAS.items():
        for _ in range(DRAWS):
            given = example(name)
            for place, parameter in enumerate(one.parameters[: len(given)]):
                if chance.random() < 0.4:
                    given[place] = chance.choice(HOSTILE[parameter.kind])
            try:
                steps = one.steps(*given)
            except FinanceError:
                continue
            assert all(step.value.is_finite() for step in steps), (name, given)


@formula
def _beyond(value: Decimal):
    """A result beyond all numbers. Source: a test."""
    yield Step("beyond", value ** Decimal("1e9"))


def test_a_result_beyond_all_numbers_has_a_name_of_its_own():
    with pytest.raises(Uncomputable) as refusal:
        _beyond(Decimal(10))
    assert refusal.value == Uncomputable("_beyond")


def test_more_than_a_century_of_monthly_payments_is_refused():
    with pytest.raises(OutOfRange) as refusal:
        bond.price_on_coupon_date(Decimal("0.05"), Decimal("0.05"), 1201)
    assert refusal.value == OutOfRange("count", 1201, None, 1200)
    with pytest.raises(OutOfRange):
        schedule.coupon_period(date(2025, 1, 1), date(2725, 1, 1))
    with pytest.raises(OutOfRange):
        bond.annuity_factor(Decimal("0.05"), 10**12)
