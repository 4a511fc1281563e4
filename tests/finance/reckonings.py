"""Formulas without a published figure, written a second time in plain floats, often another way round."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import accumulate
from math import ceil, exp
from typing import Any


def _flows_worth(coupon: float, yield_: float, times: list[float], frequency: int) -> float:
    """Payments discounted one by one, the face with the last."""
    discounted = [(1 + yield_ / frequency) ** -time for time in times]
    return sum(100 * coupon / frequency * one for one in discounted) + 100 * discounted[-1]


def _on_coupon_date(coupon: float, yield_: float, count: int, frequency: int = 2) -> float:
    return _flows_worth(coupon, yield_, [place + 1.0 for place in range(count)], frequency)


def _halved(worth: Callable[[float], float], low: float = -0.9, high: float = 5.0) -> float:
    """Where a falling function crosses zero, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > 0 else (low, middle)
    return (low + high) / 2


def _at_rate(rate: float, times: list[float], amounts: list[float]) -> float:
    return sum(amount / (1 + rate) ** time for time, amount in zip(times, amounts, strict=True))


def _outlay(amounts: list[float]) -> list[float]:
    return [float(place) for place in range(len(amounts))]


def _days(dates: list[date]) -> list[float]:
    return [(day - dates[0]).days / 365 for day in dates]


def _horizon(coupon: float, now: float, then: float, count: int, held: int) -> float:
    bought = _on_coupon_date(coupon, now, count)
    return (_on_coupon_date(coupon, then, count - held) + 50 * coupon * held) / bought - 1


def _between(coupon: float, yield_: float, count: int, left: int, period: int) -> float:
    fraction = left / period
    times = [fraction + place for place in range(count)]
    return _flows_worth(coupon, yield_, times, 2) - 50 * coupon * (1 - fraction)


def _stop_out(rates: list[float], amounts: list[float], offered: float) -> float:
    ladder = sorted(zip(rates, amounts, strict=True))
    filled = accumulate(amount for _, amount in ladder)
    return next(rate for (rate, _), so_far in zip(ladder, filled, strict=True) if so_far >= offered)


def _proration(rates: list[float], amounts: list[float], offered: float) -> float:
    high = _stop_out(rates, amounts, offered)
    pairs = list(zip(rates, amounts, strict=True))
    left = offered - sum(amount for rate, amount in pairs if rate < high)
    return ceil(left / sum(amount for rate, amount in pairs if rate == high) * 10_000) / 10_000


def _zero_rate(terms: list[float], coupons: list[float], prices: list[float], years: float) -> float:
    """Zero rates found one after another by halving, as a trader would by trial."""
    zeros: dict[float, float] = {}
    for term, coupon, price in zip(terms, coupons, prices, strict=True):

        def worth(zero: float, term: float = term, coupon: float = coupon, price: float = price) -> float:
            earlier = [term - step / 2 for step in range(1, int(2 * term) + 1) if term - step / 2 > 0]
            value = (100 + coupon / 2) * exp(-zero * term) - price
            paid = [zeros[day] * day for day in earlier] if coupon else []
            return value + sum(coupon / 2 * exp(-one) for one in paid)

        zeros[term] = _halved(worth)
    return zeros[years]


RECKONINGS: Mapping[str, Callable[..., Any]] = {
    "coupon_payment": lambda face, coupon: face / 2 * coupon,
    "final_payment": lambda face, coupon: face * (1 + coupon / 2),
    "strips_count": lambda years: len(range(int(2 * years))) + 1,
    "strips_interest_face": lambda face, coupon: face / 200 * (100 * coupon),
    "strip_price": lambda face, yield_, n: face / 100 * (_on_coupon_date(0.0, yield_, n)),
    "stop_out_rate": _stop_out,
    "competitive_amount": lambda offering, noncompetitive: -(noncompetitive - offering),
    "proration_at_stop_out": _proration,
    "proration_percentage": lambda left, bids: ceil(left / bids * 10_000) / 10_000,
    "prorated_award": lambda bid, percentage: 100 * ceil(bid * percentage / 100),
    "bid_to_cover": lambda tendered, accepted: 1 / (accepted / tendered),
    "auction_tail": lambda high, when_issued: 10_000 * high - 10_000 * when_issued,
    "price_from_32nds": lambda whole, ticks, eighths: (whole * 256 + ticks * 8 + eighths) / 256,
    "in_32nds": lambda price: price / 0.03125,
    "dirty_price": lambda clean, accrued: accrued + clean,
    "clean_price": lambda dirty, accrued: -accrued + dirty,
    "reopening_cost": lambda face, price, accrued: (
        round(face * price / 100, 2) + round(round(accrued, 5) * face / 1000, 2)
    ),
    "price_on_coupon_date": _on_coupon_date,
    "price_by_years": lambda coupon, yield_, years: _on_coupon_date(coupon, yield_, int(2 * years)),
    "price_between_coupons": _between,
    "current_yield": lambda coupon, clean: coupon / (clean / 100),
    "after_tax_yield": lambda yield_, tax: yield_ - yield_ * tax,
    "tax_equivalent_yield": lambda yield_, x, s: (yield_ - yield_ * s) / (1 - (s + x)),
    "holding_period_return": lambda paid, received, income: (received + income) / paid - 1,
    "net_present_value": lambda rate, amounts: _at_rate(rate, [1 + one for one in _outlay(amounts)], amounts),
    "internal_rate": lambda amounts: _halved(lambda rate: _at_rate(rate, _outlay(amounts), amounts)),
    "dated_present_value": lambda rate, dates, amounts: _at_rate(rate, _days(dates), amounts),
    "dated_internal_rate": lambda dates, amounts: _halved(lambda rate: _at_rate(rate, _days(dates), amounts)),
    "forward_rate_continuous": lambda near, t1, far, t2: near + (far - near) * t2 / (t2 - t1),
    "slope_change": lambda s0, l0, s1, l1: 10_000 * ((l1 - l0) - (s1 - s0)),
    "horizon_return": _horizon,
    "roll_down_return": lambda coupon, now, then, count, held: (
        _horizon(coupon, now, then, count, held) - _horizon(coupon, now, now, count, held)
    ),
    "zero_rate_from_prices": _zero_rate,
    "hedge_ratio": lambda held, hedge: 1 / (hedge / held),
    "portfolio_duration": lambda values, durations: sum(
        value / sum(values) * duration for value, duration in zip(values, durations, strict=True)
    ),
    "key_rate_change": lambda durations, changes: sum(
        -duration * change for duration, change in zip(durations, changes, strict=True)
    ),
    "breakeven_yield_rise": lambda income, modified: 1 / (modified / income),
    "principal_at_maturity": lambda face, ratio: face + max(0.0, face * (ratio - 1)),
    "breakeven_exact": lambda nominal, real, m: (nominal - real) / (1 + real / m),
    "breakeven_approximate": lambda nominal, real: -(real - nominal),
    "floater_interest_over": lambda indexes, days, spread: sum(
        round(max(index + spread, 0) / 3.6, 9) * some for index, some in zip(indexes, days, strict=True)
    ),
    "haircut_cash": lambda value, haircut: value - value * haircut,
    "forward_price": lambda dirty, repo, days, amounts, left, year: (
        dirty
        + dirty * repo * days / year
        - sum(one + one * repo * rest / year for one, rest in zip(amounts, left, strict=True))
    ),
    "invoice_amount": lambda futures, factor, accrued: 1000 * futures * factor + 1000 * accrued,
    "gross_basis": lambda clean, futures, factor: -(factor * futures - clean),
    "net_basis": lambda gross, carry: -(carry - gross),
    "implied_repo": lambda dirty, futures, factor, accrued, days: (
        ((futures * factor + accrued) / dirty - 1) / (days / 360)
    ),
    "fx_forward": lambda spot, rq, rb, days, yq: spot * (1 + rq * days / yq) / (1 + rb * days / 360),
    "fx_forward_years": lambda spot, rq, rb, t: spot + spot * (rq - rb) * t / (1 + rb * t),
    "fx_forward_from_factors": lambda spot, quote, base: spot / (quote / base),
    "forward_points": lambda spot, forward: 10_000 * forward - 10_000 * spot,
    "hedged_yield": lambda asset, spot, forward: 1 / spot * (1 + asset) * forward - 1,
    "hedged_pickup": lambda asset, spot, forward, home: 10_000 * (forward / spot * (1 + asset) - (1 + home)),
    "currency_return": lambda asset, change: asset + change + asset * change,
    "unhedged_return": lambda asset, start, end: (1 / start) * (1 + asset) * end - 1,
    "import_cover": lambda reserves, imports: reserves / (imports / 12),
    "guidotti_ratio": lambda reserves, debt: 1 / (debt / reserves),
    "ara_metric": lambda debt, other, money, exports: (3 * debt + 2 * other + money + exports) / 10,
    "revalued_share": lambda amounts, rates, place: (
        1
        / sum(
            amount * rate / (amounts[place - 1] * rates[place - 1])
            for amount, rate in zip(amounts, rates, strict=True)
        )
    ),
    "share": lambda part, whole: 1 - (whole - part) / whole,
    "growth": lambda start, end: end / start - 1,
}
