from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import reserves
from quizapp.finance.errors import Empty, NotListed, OutOfRange, UnequalLengths
from tests.finance.draws import AMOUNTS, close, decimals, given

RATES = decimals("0.005", "3", 3)


@given(AMOUNTS, AMOUNTS)
def test_import_cover_times_a_months_imports_is_the_reserves(held, imports):
    assert close(reserves.import_cover(held, imports) * imports / 12, held)


@given(AMOUNTS, AMOUNTS)
def test_the_guidotti_rule_holds_where_reserves_reach_the_debt(held, debt):
    assert (reserves.guidotti_ratio(held, debt) >= 1) == (held >= debt)


def test_the_metric_weighs_debt_liabilities_money_and_exports():
    weights = [reserves.ara_metric(*(Decimal(100 * (place == at)) for place in range(4))) for at in range(4)]
    assert weights == [30, 20, 10, 10]


@given(st.lists(st.tuples(AMOUNTS, RATES), min_size=1, max_size=5))
def test_the_shares_of_all_currencies_make_a_whole(parts):
    holdings = {f"C{place}": amount for place, (amount, _) in enumerate(parts)}
    rates = {f"C{place}": rate for place, (_, rate) in enumerate(parts)}
    assert close(sum(reserves.currency_share(holdings, rates, name) for name in holdings), Decimal(1))


@given(AMOUNTS, AMOUNTS, RATES)
def test_a_weaker_dollar_lowers_its_share_though_nothing_was_sold(dollars, euros, rate):
    holdings = {"USD": dollars, "EUR": euros}
    before = reserves.currency_share(holdings, {"USD": Decimal(1), "EUR": rate}, "USD")
    after = reserves.currency_share(holdings, {"USD": Decimal(1), "EUR": 2 * rate}, "USD")
    assert after < before


@given(AMOUNTS, AMOUNTS)
def test_growth_leads_from_the_start_to_the_end(start, end):
    assert close(start * (1 + reserves.growth(start, end)), end)


def test_impossible_reserves_are_refused():
    holdings, rates = {"USD": Decimal(60), "EUR": Decimal(25)}, {"USD": Decimal(1)}
    with pytest.raises(NotListed) as refusal:
        reserves.currency_share(holdings, rates, "USD")
    assert refusal.value == NotListed("EUR", ("USD",))
    with pytest.raises(NotListed):
        reserves.currency_share({"USD": Decimal(1)}, rates, "JPY")
    with pytest.raises(Empty):
        reserves.currency_share({}, rates, "USD")
    with pytest.raises(OutOfRange):
        reserves.guidotti_ratio(Decimal(60), Decimal(0))
    with pytest.raises(OutOfRange):
        reserves.ara_metric(Decimal(1), Decimal(1), Decimal(1), Decimal(-1))


@given(AMOUNTS, AMOUNTS, decimals("0.5", "2", 4))
def test_a_list_and_a_table_of_holdings_give_the_same_share(dollars, euros, rate):
    table = reserves.currency_share({"USD": dollars, "EUR": euros}, {"USD": Decimal(1), "EUR": rate}, "EUR")
    assert reserves.revalued_share([dollars, euros], [Decimal(1), rate], 2) == table
    assert close(reserves.share(euros * rate, dollars + euros * rate), table)


def test_impossible_lists_are_refused():
    one = Decimal(1)
    with pytest.raises(UnequalLengths):
        reserves.revalued_share([one], [one, one], 1)
    with pytest.raises(OutOfRange):
        reserves.revalued_share([one], [one], 2)
    with pytest.raises(Empty):
        reserves.revalued_share([], [], 1)
    with pytest.raises(OutOfRange):
        reserves.share(one, Decimal(0))
