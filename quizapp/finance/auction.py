"""Auctions of US Treasury securities: the rate that stops out, proration, awards, the cap, cover and tail."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.errors import OutOfRange, UnequalLengths
from quizapp.finance.exact import ONE, ZERO, between, decimals, filled, not_negative, positive, up_to
from quizapp.finance.formula import Step, Working, formula

PERCENTAGE_STEP = Decimal("0.0001")
MULTIPLE = Decimal(100)
CAP_SHARE = Decimal("0.35")
BASIS_POINT = Decimal("0.0001")


@formula
def stop_out_rate(rates: Sequence[Decimal], amounts: Sequence[Decimal], offered: Decimal) -> Working:
    """The highest rate or yield that is accepted when bids are filled from the lowest rate up.

    `amounts` are bid at `rates`, `offered` is what competitive bidders can get. Steps show what was left
    before that rate and the bids at it. Source: 31 CFR 356.20(a)(1)-(2).
    """
    filled("rates", rates)
    decimals(**{f"rate_{place}": rate for place, rate in enumerate(rates)})
    if len(rates) != len(amounts):
        raise UnequalLengths("amounts", len(amounts), len(rates))
    positive(offered=offered, **{f"amount_{place}": amount for place, amount in enumerate(amounts)})
    left = offered
    for rate in sorted(set(rates)):
        bids = sum((amount for one, amount in zip(rates, amounts, strict=True) if one == rate), ZERO)
        if bids >= left:
            yield Step("left for that rate", left, r"\text{offered} - \text{bids below}")
            yield Step("bids at that rate", bids, r"\sum \text{bids at the rate}")
            yield Step("highest accepted rate", rate, r"\text{where bids reach the offer}")
            return
        left -= bids
    raise OutOfRange("offered", offered, 0, sum(amounts, ZERO))


@formula
def proration_percentage(left: Decimal, bids: Decimal) -> Working:
    """The share of each bid at the high yield or discount rate that is awarded, as a fraction up to 1.

    What is left to award / bids at that rate, rounded up to the next hundredth of a percentage point (0.6550
    for 65.50%). Source: 31 CFR 356.20(a)(2).
    """
    positive(left=left, bids=bids)
    if left > bids:
        raise OutOfRange("left", left, 0, bids)
    yield Step("share", left / bids, r"\frac{\text{left}}{\text{bids}}")
    yield Step("percentage", up_to(left / bids, PERCENTAGE_STEP), r"\text{rounded up to } 0.01\,\%")


@formula
def proration_at_stop_out(rates: Sequence[Decimal], amounts: Sequence[Decimal], offered: Decimal) -> Working:
    """The percentage awarded to bids at the highest accepted rate, from all bids.

    `stop_out_rate`, then `proration_percentage`. Source: 31 CFR 356.20(a)(2).
    """
    left, bids, rate = stop_out_rate.steps(rates, amounts, offered)
    yield rate
    yield left
    yield bids
    yield from proration_percentage.steps(left.value, bids.value)


@formula
def prorated_award(bid: Decimal, percentage: Decimal, multiple: Decimal = MULTIPLE) -> Working:
    """The award for a bid at the high rate: bid x percentage.

    Rounded up to the next multiple to bid (USD 100). Source: 31 CFR 356.21(a).
    """
    positive(bid=bid, multiple=multiple)
    between(ZERO, ONE, percentage=percentage)
    yield Step("share of the bid", bid * percentage, r"\text{bid} \times \text{percentage}")
    yield Step("award", up_to(bid * percentage, multiple), r"\text{rounded up to the next multiple}")


@formula
def award_cap(offering: Decimal, net_long: Decimal = ZERO) -> Working:
    """The largest award to one bidder: 35% of the offering less the net long position, at least 0.

    Both in one currency. Exact. Source: 31 CFR 356.22(b).
    """
    positive(offering=offering)
    decimals(net_long=net_long)
    yield Step("35% of the offering", CAP_SHARE * offering, r"0.35 \times \text{offering}")
    cap = max(CAP_SHARE * offering - max(net_long, ZERO), ZERO)
    yield Step("largest award", cap, r"0.35 \times \text{offering} - \text{net long position}")


@formula
def bid_to_cover(tendered: Decimal, accepted: Decimal) -> Working:
    """Bids tendered over bids accepted, a plain ratio. Not rounded; the US Treasury publishes two decimals.

    Source: US Treasury, auction results press releases.
    """
    positive(tendered=tendered, accepted=accepted)
    yield Step("bid-to-cover ratio", tendered / accepted, r"\frac{\text{tendered}}{\text{accepted}}")


@formula
def tail(high_yield: Decimal, when_issued: Decimal) -> Working:
    """How far the high yield lies above the when-issued yield before the auction, in basis points.

    Yields are fractions a year; below zero the auction stopped through. Exact. Source: market
    usage; Garbade and Ingber, The Treasury Auction Process (2005), on the when-issued market.
    """
    decimals(high_yield=high_yield, when_issued=when_issued)
    gap = (high_yield - when_issued) / BASIS_POINT
    yield Step("tail in basis points", gap, r"10000 (y_{\text{high}} - y_{\text{when-issued}})")


@formula
def competitive_amount(offering: Decimal, noncompetitive: Decimal) -> Working:
    """What is left for competitive bids: the offering less noncompetitive awards, which come first.

    Exact. Source: 31 CFR 356.20(a)(1).
    """
    positive(offering=offering)
    not_negative(noncompetitive=noncompetitive)
    if noncompetitive > offering:
        raise OutOfRange("noncompetitive", noncompetitive, 0, offering)
    left = offering - noncompetitive
    yield Step("left for competitive bids", left, r"\text{offering} - \text{noncompetitive}")
