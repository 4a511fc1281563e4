from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import auction
from quizapp.finance.errors import Empty, OutOfRange, UnequalLengths
from tests.finance.draws import AMOUNTS, decimals, given


@given(AMOUNTS, decimals("0.01", "1", 4))
def test_the_percentage_is_rounded_up_to_a_hundredth_of_a_point(bids, share):
    left = bids * share
    percentage = auction.proration_percentage(left, bids)
    assert percentage % Decimal("0.0001") == 0
    assert 0 <= percentage - left / bids < Decimal("0.0001")


def test_a_percentage_already_in_hundredths_stays():
    assert auction.proration_percentage(Decimal(655), Decimal(1000)) == Decimal("0.655")
    assert auction.proration_percentage(Decimal(1), Decimal(3)) == Decimal("0.3334")


@given(decimals("100", "100000000", 0), decimals("0.0001", "1", 4))
def test_an_award_is_a_multiple_of_a_hundred_and_never_below_the_prorated_bid(bid, percentage):
    award = auction.prorated_award(bid, percentage)
    assert award % 100 == 0
    assert 0 <= award - bid * percentage < 100


def test_the_cap_is_35_per_cent_less_a_long_position():
    assert auction.award_cap(Decimal(40)) == 14
    assert auction.award_cap(Decimal(40), Decimal(5)) == 9
    assert auction.award_cap(Decimal(40), Decimal(-5)) == 14
    assert auction.award_cap(Decimal(40), Decimal(20)) == 0


def test_cover_and_tail():
    assert auction.bid_to_cover(Decimal(105), Decimal(42)) == Decimal("2.5")
    assert auction.tail(Decimal("0.04251"), Decimal("0.04239")) == Decimal("1.2")
    assert auction.tail(Decimal("0.0423"), Decimal("0.0424")) == -1


def test_noncompetitive_bids_come_off_the_offering_first():
    assert auction.competitive_amount(Decimal(42), Decimal("0.3")) == Decimal("41.7")


def test_impossible_auctions_are_refused():
    with pytest.raises(OutOfRange) as refusal:
        auction.proration_percentage(Decimal(11), Decimal(10))
    assert refusal.value == OutOfRange("left", Decimal(11), 0, Decimal(10))
    with pytest.raises(OutOfRange):
        auction.prorated_award(Decimal(100), Decimal("65.5"))
    with pytest.raises(OutOfRange):
        auction.competitive_amount(Decimal(42), Decimal(43))


@given(
    st.lists(st.tuples(AMOUNTS, decimals("0.03", "0.05", 3)), min_size=1, max_size=8),
    decimals("0.01", "1", 2),
)
def test_the_stop_out_rate_is_the_lowest_at_which_the_bids_reach_the_offer(bids, part):
    amounts, rates = [bid[0] for bid in bids], [bid[1] for bid in bids]
    offered = sum(amounts) * part
    left, at_rate, high = auction.stop_out_rate.steps(rates, amounts, offered)
    below = sum(amount for amount, rate in bids if rate < high.value)
    assert below + left.value == offered
    assert 0 < left.value <= at_rate.value
    assert at_rate.value == sum(amount for amount, rate in bids if rate == high.value)
    share = auction.proration_percentage(left.value, at_rate.value)
    assert share <= 1
    assert auction.proration_at_stop_out(rates, amounts, offered) == share


def test_an_offer_beyond_all_bids_has_no_stop_out_rate():
    with pytest.raises(OutOfRange):
        auction.stop_out_rate([Decimal("0.04")], [Decimal(100)], Decimal(101))
    with pytest.raises(UnequalLengths):
        auction.stop_out_rate([Decimal("0.04")], [], Decimal(101))
    with pytest.raises(Empty):
        auction.stop_out_rate([], [], Decimal(101))
