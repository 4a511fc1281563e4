"""What the property tests draw, and how often: rates, coupons, prices and terms, as decimals."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import hypothesis
from hypothesis import strategies as st

EXAMPLES = 30


def given(*drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`hypothesis.given`, so often that all formulas together are checked within seconds."""
    return lambda test: hypothesis.settings(max_examples=EXAMPLES)(hypothesis.given(*drawn)(test))


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals from low to high with so many places; whole numbers, scaled, as those are quickly drawn."""
    ends = (int(Decimal(end).scaleb(places)) for end in (low, high))
    return st.integers(*ends).map(lambda whole: Decimal(whole).scaleb(-places))


YIELDS = decimals("-0.02", "0.20", 5)
POSITIVE_RATES = decimals("0.0001", "0.20", 5)
COUPONS = decimals("0", "0.15", 5)
COUNTS = st.integers(1, 20)
FRACTIONS = decimals("0.01", "1", 3)
FREQUENCIES = st.sampled_from((1, 2, 4))
AMOUNTS = decimals("0.1", "5000", 1)
NEARLY = Decimal("1e-24")


def close(one: Decimal, other: Decimal, within: Decimal = NEARLY) -> bool:
    """Whether two results agree but for the last digits of the working precision."""
    return abs(one - other) <= within
