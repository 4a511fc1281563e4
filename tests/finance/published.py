"""The published figures of figures.csv, and the adapter from their function names to quizapp.finance."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from quizapp.finance import (
    accrual,
    auction,
    bill,
    bond,
    curve,
    floater,
    fx,
    inflation,
    rates,
    repo,
    risk,
    schedule,
)

Row = Mapping[str, Any]
HUNDRED = Decimal(100)

NOT_COVERED = {
    "conv_factor": "futures conversion factors",
    "d30bb": "day counts 30/360",
    "yearfrac": "year fractions",
    "ibond": "savings bonds",
    "oddf_price": "odd first coupons at street convention",
    "oddl_yield": "odd last coupons at street convention",
    "pv": "time value of money",
    "fv": "time value of money",
    "rri": "time value of money",
    "xnpv": "time value of money",
}


@dataclass(frozen=True)
class Published:
    """One published figure: what to compute, what comes out, and how exactly it was printed."""

    family: str
    description: str
    inputs: Row
    expected: Decimal
    precision: Decimal
    source: str

    @property
    def function(self) -> str:
        """The name of the function in the table."""
        return str(self.inputs["fn"])


def published() -> tuple[Published, ...]:
    """Every row of figures.csv, its numbers read as decimals."""
    with (Path(__file__).parent / "figures.csv").open(newline="", encoding="utf-8") as lines:
        return tuple(
            Published(
                row["family"],
                row["description"],
                json.loads(row["inputs"], parse_float=Decimal),
                Decimal(row["expected"]),
                Decimal(row["precision"]),
                row["source"],
            )
            for row in csv.DictReader(lines)
        )


def computed(row: Published) -> Decimal:
    """What quizapp.finance makes of a row's inputs."""
    return Decimal(ADAPTERS[row.function](row.inputs))


def _whole(value: Any) -> int:
    assert int(value) == value
    return int(value)


def _days(row: Row) -> int:
    return (date.fromisoformat(row["b"]) - date.fromisoformat(row["a"])).days


def _stub(row: Row) -> Decimal:
    stub = accrual.stub_interest(row["rate"], row["half_days"], row["days"])
    return (row.get("full", Decimal(0)) + stub) * row.get("mult", 1)


def _two_stubs(row: Row) -> Decimal:
    first = accrual.stub_interest(row["rate"], row["h1"], row["d1"])
    return first + accrual.stub_interest(row["rate"], row["h2"], row["d2"])


def _ust_price(row: Row) -> Decimal:
    coupon, yield_ = Decimal(row["C"]) / HUNDRED, row["i"]
    n, r, s, kind = row["n"], row["r"], row["s"], row.get("kind", "regular")
    v = curve.discount_factor(yield_, Decimal("0.5"), 2)
    half = HUNDRED * coupon / 2
    odd = half * row.get("r1", r) / s
    fresh = half * (row.get("r1", r) - r) / s
    worn = accrual.accrued_interest(coupon, s - r, s)
    carried = half * row.get("r1", 0) / row.get("s1", s)
    first, accrued = {
        "regular": (half, worn),
        "reopened": (half, worn),
        "short_first": (odd, Decimal(0)),
        "long_first": (v * odd, Decimal(0)),
        "reopened_short": (odd, fresh),
        "reopened_frac": (v * odd, fresh),
        "reopened_long": (carried + half, carried + worn),
    }[kind]
    dirty = bond.treasury_price(coupon, yield_, n, r, s, first)
    return {
        "P": dirty - accrued,
        "PA": dirty,
        "A": accrued,
        "v": v,
        "vn": curve.discount_factor(yield_, Decimal(n) / 2, 2),
        "an": bond.annuity_factor(yield_, n),
    }[row["what"]]


def _tips_price(row: Row) -> Decimal:
    coupon = row["C"] / HUNDRED
    accrued = accrual.accrued_interest(coupon, row["s"] - row["r"], row["s"])
    clean = accrual.clean_price(bond.treasury_price(coupon, row["i"], row["n"], row["r"], row["s"]), accrued)
    return {
        "P": clean,
        "A_adj": accrued * row["ir"],
        "SA": inflation.settlement_amount(clean, accrued, row["ir"]),
    }[row["what"]]


def _ratio(row: Row) -> Decimal:
    return inflation.index_ratio(Decimal(row["a"]), Decimal(row["b"]))


def _frn_price(row: Row) -> Decimal:
    accrued = row.get("accrued", Decimal(0))
    dirty = floater.price(row["r"], row["s"], row["m"], row["days"], accrued)
    return dirty - accrued if row.get("clean") else dirty


def _period(row: Row) -> schedule.CouponPeriod:
    return schedule.coupon_period(date.fromisoformat(row["settle"]), date.fromisoformat(row["mat"]))


def _accrued(row: Row) -> Decimal:
    period = _period(row)
    return Decimal(
        row.get(
            "accrued_override",
            accrual.accrued_interest(row["coupon"], period.days_accrued, period.days),
        )
    )


def _flows(row: Row) -> tuple[bond.Flow, ...]:
    period = _period(row)
    return bond.coupon_flows(row["coupon"], period.count, period.fraction)


def _street_price(row: Row) -> Decimal:
    dirty = bond.street_price(_flows(row), row["y"])
    return dirty if row.get("dirty") else dirty - _accrued(row)


def _street_yield(row: Row) -> Decimal:
    return bond.yield_from_price(_flows(row), row["price"] + _accrued(row))


def _lazy_ytm(row: Row) -> Decimal:
    flows = bond.coupon_flows(row["coupon"], _whole(row["years"] * 2))
    return bond.yield_from_price(flows, row["price"])


def _duration(row: Row) -> Decimal:
    flows = _flows(row)
    yield_ = row["y"] if "y" in row else _street_yield(row)
    macaulay = risk.macaulay_duration(flows, yield_)
    modified = risk.modified_duration(macaulay, yield_)
    return {
        "macaulay": macaulay,
        "modified": modified,
        "pv01": risk.dv01(modified, bond.street_price(flows, yield_)),
    }[row.get("kind", "macaulay")]


def _annual_bond(row: Row) -> Decimal:
    flows = bond.coupon_flows(row["coupon"], row["n"], frequency=1)
    price = bond.price_on_coupon_date(row["coupon"], row["y"], row["n"], frequency=1)
    macaulay = risk.macaulay_duration(flows, row["y"], 1)
    modified = risk.modified_duration(macaulay, row["y"], 1)
    return {
        "price": price,
        "macaulay": macaulay,
        "convexity": risk.convexity(flows, row["y"], 1),
        "dur_up1pct": price * (1 + risk.price_change(modified, Decimal("0.01"))),
    }[row["kind"]]


def _price_change(row: Row) -> Decimal:
    return risk.price_change(Decimal(row["dur"]), row["dy"], 2 * Decimal(row["convexity_halved"]))


def _continuous_spot(factor: Decimal, years: Decimal) -> Decimal:
    return rates.continuous_rate(curve.spot_rate(factor, years), 1)


def _boot_continuous(row: Row) -> Decimal:
    factors: dict[Decimal, Decimal] = {}
    for years, coupon, price in row["instr"]:
        dates = [step for step in factors if step % Decimal("0.5") == 0] if coupon else []
        payment = Decimal(coupon) / 2
        factors[years] = curve.next_factor(Decimal(price), payment, [factors[step] for step in dates])
    return _continuous_spot(factors[row["T"]], row["T"])


def _yield_from_zeros(row: Row) -> Decimal:
    halves = [Decimal(place) / 2 for place in range(1, len(row["zeros"]) + 1)]
    factors = [
        curve.discount_factor(rates.nominal_from_continuous(zero, 1), years)
        for zero, years in zip(row["zeros"], halves, strict=True)
    ]
    price = curve.price_from_factors(HUNDRED * row["coupon"] / 2, factors)
    flows = bond.coupon_flows(row["coupon"], len(factors))
    assert row["kind"] == "yield"
    return rates.continuous_rate(bond.yield_from_price(flows, price), 2)


def _forward(row: Row) -> Decimal:
    return curve.forward_rate(row["z1"], Decimal(row["t1"]), row["z2"], Decimal(row["t2"]))


def _forward_from_factors(row: Row) -> Decimal:
    near, far = curve.spot_rate(row["d1"], Decimal(1)), curve.spot_rate(row["d2"], Decimal(2))
    return curve.forward_rate(near, Decimal(1), far, Decimal(2))


def _parity_factors(row: Row) -> Decimal:
    share = Decimal(row["days"]) / 365
    return fx.forward_from_factors(row["S"], row["dfq_1y"] ** share, row["dfb_1y"] ** share)


def _carry(row: Row) -> Decimal:
    earned = repo.interest(row["par"], row["coupon"], row["days"], 365)
    return earned - repo.interest(row["par"], row["repo"], row["days"])


def _forward_continuous(row: Row) -> Decimal:
    return repo.forward_price_continuous(Decimal(row["S"]), row["r"], row["t"], row.get("income", Decimal(0)))


def _forward_bond(row: Row) -> Decimal:
    coupons = [(amount, left) for amount, left in row["cpns"]]
    return repo.forward_price(Decimal(row["dirty"]), row["repo"], row["days"], coupons, 365)


ADAPTERS: Mapping[str, Callable[[Row], Decimal | int]] = {
    "daily_decimal": lambda row: accrual.daily_interest(row["rate"], row["half_days"]),
    "stub_interest": _stub,
    "two_stub_interest": _two_stubs,
    "ust_price": _ust_price,
    "tips_price": _tips_price,
    "ref_cpi": lambda row: inflation.ref_cpi(row["cpi_m"], row["cpi_m1"], row["day"], row["dim"]),
    "tips_principal": lambda row: inflation.adjusted_principal(Decimal(row["par"]), _ratio(row)),
    "tips_coupon": lambda row: inflation.inflation_coupon(Decimal(row["par"]), row["rate"], _ratio(row)),
    "strip_av": lambda row: inflation.stripped_adjusted_value(row["par"], row["c"], row["base"]),
    "strip_pa": lambda row: inflation.stripped_payment(row["av"], row["cpi"]),
    "frn_index": lambda row: floater.index_rate(row["D_"], row["days"]),
    "frn_interest": lambda row: floater.interest(row["r"], row["s"], row["days"]),
    "frn_price": _frn_price,
    "bill_price": lambda row: bill.price_from_discount(row["d"], row["r"]),
    "bill_rate": lambda row: bill.discount_from_price(row["P"], row["r"]),
    "bill_inv_rate": lambda row: bill.investment_rate(row["P"], row["r"], row["y"]),
    "bill_year": lambda row: bill.year_basis(date.fromisoformat(row["issue"])),
    "bill_dollars": lambda row: bill.purchase_price(Decimal(row["par"]), row["price"]),
    "bill_discount": lambda row: bill.discount_amount(Decimal(row["par"]), row["price"]),
    "pricedisc": lambda row: bill.price_from_discount(row["d"], _days(row)),
    "accrintm": lambda row: repo.interest(Decimal(row["par"]), row["rate"], _days(row), 365),
    "intrate": lambda row: bill.money_market_yield(HUNDRED * row["inv"] / row["red"], _days(row)),
    "street_price": _street_price,
    "street_yield": _street_yield,
    "accrued": _accrued,
    "lazy_ytm": _lazy_ytm,
    "duration": _duration,
    "annual_bond": _annual_bond,
    "price_change_dc": _price_change,
    "mod_from_mac": lambda row: risk.modified_duration(Decimal(row["mac"]), row["y"], 1),
    "effect": lambda row: rates.effective_rate(row["r"], row["m"]),
    "nominal": lambda row: rates.nominal_rate(row["e"], row["m"]),
    "cont2disc": lambda row: rates.nominal_from_continuous(row["r"], row["m"]),
    "disc2cont": lambda row: rates.continuous_rate(row["r"], row["m"]),
    "boot_cont": _boot_continuous,
    "boot_semi": lambda row: curve.bootstrap(row["par_coupons"], 2)[row["k"] - 1],
    "bond_from_zeros": _yield_from_zeros,
    "fwd_disc": _forward,
    "fwd_from_df": _forward_from_factors,
    "zero_from_df": lambda row: curve.spot_rate(row["d"], Decimal(row["t"])),
    "cip_cont": lambda row: fx.forward_continuous(row["S"], row["rq"], row["rb"], Decimal(row["t"])),
    "cip_comp": lambda row: fx.forward_compound(row["S"], row["rq"], row["rb"], Decimal(row["t"])),
    "cip_df": _parity_factors,
    "carry": _carry,
    "repo_interest": lambda row: repo.interest(row["cash"], row["rate"], row["days"]),
    "repo_price": lambda row: repo.repurchase_price(Decimal(row["cash"]), row["rate"], row["days"]),
    "fwd_price_cont": _forward_continuous,
    "fwd_bond": _forward_bond,
    "award_cap": lambda row: auction.award_cap(Decimal(row["offering"])),
    "coup": lambda row: _period(row).days if row["what"] == "days" else _period(row).days_accrued,
}
