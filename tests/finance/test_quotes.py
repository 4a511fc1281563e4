from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance.errors import MalformedQuote, OutOfRange
from quizapp.finance.quotes import from_32nds, in_32nds, price_from_32nds
from tests.finance.draws import given


@pytest.mark.parametrize(
    ("quote", "price"),
    [
        ("99-16", "99.5"),
        ("110-00", "110"),
        ("99-16+", "99.515625"),
        ("99-162", "99.5078125"),
        ("100-317", "100.99609375"),
    ],
)
def test_a_quote_in_32nds_is_read_exactly(quote, price):
    assert from_32nds(quote) == Decimal(price)


@given(st.integers(1, 200), st.integers(0, 31), st.integers(0, 7))
def test_every_quote_counts_whole_32nds_and_eighths_of_one(whole, ticks, eighths):
    price = from_32nds(f"{whole}-{ticks:02}{eighths}")
    assert in_32nds(price) == whole * 32 + ticks + Decimal(eighths) / 8


@pytest.mark.parametrize(
    "quote", ["99.16", "99-32", "99-1", "99-168", "99-16++", "", "-16", "٩٩-16", "99-16 "]
)
def test_anything_else_is_refused_with_its_text(quote):
    with pytest.raises(MalformedQuote) as refusal:
        from_32nds(quote)
    assert refusal.value == MalformedQuote(quote)


@given(st.integers(0, 150), st.integers(0, 31), st.integers(0, 7))
def test_the_parts_of_a_quote_give_the_price_of_its_text(whole, ticks, eighths):
    assert price_from_32nds(whole, ticks, eighths) == from_32nds(f"{whole}-{ticks:02}{eighths}")


def test_parts_that_no_quote_has_are_refused():
    for parts in [(99, 32, 0), (99, 0, 8), (-1, 0, 0)]:
        with pytest.raises(OutOfRange):
            price_from_32nds(*parts)
