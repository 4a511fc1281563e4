"""Auctions of US Treasury securities: proration at the high yield, awards, the cap, cover and tail."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import ONE, ZERO, between, decimals, exact, not_negative, positive, up_to

PERCENTAGE_STEP = Decimal("0.0001")
MULTIPLE = Decimal(100)
CAP_SHARE = Decimal("0.35")
BASIS_POINT = Decimal("0.0001")


@exact
def proration_percentage(left: Decimal, bids: Decimal) -> Decimal:
    """The share of each bid at the high yield or discount rate that is awarded, as a fraction up to 1.

    What is left to award / bids at that rate, rounded up to the next hundredth of a percentage point (0.6550
    for 65.50%). Source: 31 CFR 356.20(a)(2).
    """
    positive(left=left, bids=bids)
    if left > bids:
        raise OutOfRange("left", left, 0, bids)
    return up_to(left / bids, PERCENTAGE_STEP)


@exact
def prorated_award(bid: Decimal, percentage: Decimal, multiple: Decimal = MULTIPLE) -> Decimal:
    """The award for a bid at the high rate: bid x percentage.

    Rounded up to the next multiple to bid (USD 100). Source: 31 CFR 356.21(a).
    """
    positive(bid=bid, multiple=multiple)
    between(ZERO, ONE, percentage=percentage)
    return up_to(bid * percentage, multiple)


@exact
def award_cap(offering: Decimal, net_long: Decimal = ZERO) -> Decimal:
    """The largest award to one bidder: 35% of the offering less the net long position, at least 0.

    Both in one currency. Exact. Source: 31 CFR 356.22(b).
    """
    positive(offering=offering)
    decimals(net_long=net_long)
    return max(CAP_SHARE * offering - max(net_long, ZERO), ZERO)


@exact
def bid_to_cover(tendered: Decimal, accepted: Decimal) -> Decimal:
    """Bids tendered over bids accepted, a plain ratio. Not rounded; the US Treasury publishes two decimals.

    Source: US Treasury, auction results press releases.
    """
    positive(tendered=tendered, accepted=accepted)
    return tendered / accepted


@exact
def tail(high_yield: Decimal, when_issued: Decimal) -> Decimal:
    """How far the high yield lies above the when-issued yield before the auction, in basis points.

    Yields are fractions a year; below zero the auction stopped through. Exact. Source: market
    usage; Garbade and Ingber, The Treasury Auction Process (2005), on the when-issued market.
    """
    decimals(high_yield=high_yield, when_issued=when_issued)
    return (high_yield - when_issued) / BASIS_POINT


@exact
def competitive_amount(offering: Decimal, noncompetitive: Decimal) -> Decimal:
    """What is left for competitive bids: the offering less noncompetitive awards, which come first.

    Exact. Source: 31 CFR 356.20(a)(1).
    """
    positive(offering=offering)
    not_negative(noncompetitive=noncompetitive)
    if noncompetitive > offering:
        raise OutOfRange("noncompetitive", noncompetitive, 0, offering)
    return offering - noncompetitive
