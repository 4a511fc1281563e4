"""What the property tests draw: rates, coupons, prices and terms, as decimals."""

from decimal import Decimal

from hypothesis import strategies as st


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals from low to high with so many places."""
    return st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False)


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
