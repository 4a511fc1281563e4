"""From the function names of a table of figures to quizapp.finance: names and their order, nothing else.

Where a name stands for several formulas, `kind` or `what` chooses one by its name ("ust_price short_first"),
or else the formula whose arguments the row gives.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from quizapp.finance import (
    accrual,
    auction,
    bill,
    bond,
    bootstrap,
    curve,
    daycount,
    discount,
    floater,
    futures,
    fx,
    inflation,
    instruments,
    odd,
    rates,
    repo,
    reserves,
    risk,
    schedule,
    street,
    treasury,
    tvm,
)
from quizapp.finance.formula import AnyFormula
from tests.finance.adapter import Entry, Row


def entries_for(row: Row) -> Sequence[Entry]:
    """The entries that may answer a row, the one that knows most of its arguments first; none if unknown."""
    function, kind = row.get("fn", ""), row.get("kind", row.get("what", ""))
    entries = TABLE.get(f"{function} {kind}", TABLE.get(function, ()))
    return sorted(entries, key=lambda one: len(one.strange(row)))


def _all(entry: Entry, *keys: str) -> Mapping[str, tuple[Entry, ...]]:
    return dict.fromkeys(keys, (entry,))


def _kinds(
    function: str, default: str, names: str, kinds: Mapping[str, AnyFormula], **rest: Any
) -> Mapping[str, tuple[Entry, ...]]:
    """One entry for each kind, and the default for rows without one."""
    chosen = {
        f"{function} {kind}": (Entry(formula, names, chosen_by="kind", **rest),)
        for kind, formula in kinds.items()
    }
    return {**chosen, function: (Entry(kinds[default], names, **rest),)}


FREQUENCY, BASIS, FACE = "freq|frequency|m|f", "basis|daycount", "red|redemption"
NO_PAYMENT = {"payment": Decimal(0)}
YEAR_DAYS = "basis|base|year|year_days|denom"
EX = "xd|ex_div|exdiv|ex_dividend|ex|skip_first"
AUCTION = {"v": "v", "vn": "v^n", "an": "a_n", "F": "F", "PA": "P + A", "A": "A", "P": "P"}
INFLATED = {**AUCTION, "P_adj": "adjusted P", "A_adj": "adjusted A", "SA": "settlement amount"}
RISK = {
    "price": "price",
    "macaulay": "Macaulay duration",
    "mac": "Macaulay duration",
    "duration": "Macaulay duration",
    "modified": "modified duration",
    "mod": "modified duration",
    "mduration": "modified duration",
    "convexity": "convexity",
    "conv": "convexity",
    "convexity_bbg": "convexity over 100",
    "convexity_bloomberg": "convexity over 100",
    "convexity_100": "convexity over 100",
    "bbg_convexity": "convexity over 100",
    "convexity_bb": "convexity over 100",
    "conv_bbg": "convexity over 100",
    "convexity_halved": "half the convexity",
    "pv01": "value of a basis point",
    "dv01": "value of a basis point",
    "bpv": "value of a basis point",
    "pvbp": "value of a basis point",
    "dollar_duration": "dollar duration",
}
RISK_AT_PRICE = {**RISK, "yield": "yield", "accrued": "accrued interest", "dirty": "dirty price"}
CLEAN_OR_DIRTY = {True: "dirty price", False: "clean price"}
DIRTY_OR_CLEAN = {False: "dirty price", True: "clean price"}
COMPOUNDED = {"continuous": "continuous yield", "cont": "continuous yield", "compounded": "yield"}
ZEROS = {
    "price": "price",
    "yield": "continuous yield",
    "par": "par yield",
    "par_yield": "par yield",
    "semi_yield": "yield",
}

TABLE: Mapping[str, tuple[Entry, ...]] = {
    # ust_interest
    "daily_decimal": (Entry(accrual.daily_interest, "rate half_days"),),
    "stub_interest": (Entry(accrual.stub_interest, "rate half_days days full mult"),),
    "two_stub_interest": (Entry(accrual.two_stub_interest, "rate h1 d1 h2 d2"),),
    "accrued_for_face": (Entry(accrual.accrued_for_face, "per_thousand par"),),
    "coupon_payment": (Entry(instruments.coupon_payment, f"par rate {FREQUENCY}"),),
    # ust_price_from_yield
    **_kinds(
        "ust_price",
        "regular",
        "C i n r s r1 s1",
        {
            "regular": treasury.regular,
            "reopened": treasury.regular,
            "short_first": treasury.short_first,
            "long_first": treasury.long_first,
            "reopened_short": treasury.reopened_in_short_first,
            "reopened_frac": treasury.reopened_in_stub_of_long_first,
            "reopened_long": treasury.reopened_in_regular_part_of_long_first,
        },
        by="what",
        steps=AUCTION,
    ),
    # tips
    "tips_price": (Entry(treasury.tips_settlement, "C i n r s ir", "what", INFLATED, "P"),),
    "ref_cpi": (Entry(inflation.ref_cpi, "cpi_m cpi_m1 day dim"),),
    **_all(Entry(inflation.index_ratio, "a|ref b|base"), "index_ratio", "tips_ratio", "tips_index_ratio"),
    "tips_principal": (
        Entry(inflation.principal_from_cpi, "par a b"),
        Entry(inflation.adjusted_principal, "par ir|ratio"),
    ),
    "tips_coupon": (
        Entry(inflation.coupon_from_cpi, "par rate a b"),
        Entry(inflation.inflation_coupon, "par rate ir|ratio"),
    ),
    "tips_sa": (Entry(inflation.settlement_amount, "P A ir"),),
    "strip_av": (Entry(inflation.stripped_adjusted_value, "par c base"),),
    "strip_pa": (Entry(inflation.stripped_payment, "av cpi"),),
    "breakeven": (Entry(inflation.breakeven_exact, "nominal real m"),),
    # frn
    "frn_index": (Entry(floater.index_rate, "D_|d days|r"),),
    "frn_interest": (
        Entry(floater.interest, "r s days accrued|ai"),
        Entry(floater.interest_over, "rs days s"),
    ),
    "frn_accrued": (Entry(floater.interest, "r s days"),),
    "frn_price": (
        Entry(floater.price, "r s m days accrued", "clean", DIRTY_OR_CLEAN),
        Entry(floater.price, "r s m days accrued", "dirty", CLEAN_OR_DIRTY),
    ),
    # tbill
    "bill_price": (Entry(bill.price_from_discount, "d r"), Entry(discount.price, "d a b")),
    "bill_rate": (Entry(bill.discount_from_price, "P r"), Entry(discount.rate, "P a b")),
    **{
        name: (
            Entry(bill.investment_rate, "P|price r|days y"),
            Entry(bill.equivalent_yield, "d r|days y"),
        )
        for name in ("bill_inv_rate", "bill_bey", "bill_eq", "bill_cey", "tbilleq", "tbill_eq")
    },
    **_all(
        Entry(bill.money_market_yield, "P|price|pr r|days"),
        "bill_mmy",
        "bill_yield",
        "tbillyield",
        "tbill_yield",
    ),
    "bill_year": (Entry(bill.year_basis, "issue"),),
    "bill_dollars": (Entry(bill.purchase_price, "par price"),),
    "bill_discount": (Entry(bill.discount_amount, "par price"),),
    # discount_instrument
    "pricedisc": (Entry(discount.price, f"d a b {BASIS} {FACE}"),),
    "disc": (Entry(discount.rate, f"price|pr|P a b {BASIS} {FACE}"),),
    **_all(
        Entry(discount.simple_yield, f"inv|price|pr|P a b {BASIS} {FACE}"),
        "intrate",
        "yielddisc",
        "yield_disc",
    ),
    "received": (Entry(discount.received, f"inv d|disc a b {BASIS}"),),
    "accrintm": (Entry(discount.interest_at_maturity, f"par rate a b {BASIS}"),),
    "pricemat": (
        Entry(discount.price_with_interest_at_maturity, f"rate|coupon y settle|a mat|b issue {BASIS}"),
    ),
    "yieldmat": (
        Entry(discount.yield_with_interest_at_maturity, f"rate|coupon price|pr settle|a mat|b issue {BASIS}"),
    ),
    # street_price_yield
    "street_price": (
        Entry(
            street.price_at_yield,
            f"coupon y settle mat {FREQUENCY} {BASIS} {FACE} {EX}",
            "dirty",
            CLEAN_OR_DIRTY,
            "clean price",
        ),
    ),
    "street_yield": (
        Entry(
            street.yield_at_price,
            f"coupon price|clean settle mat {FREQUENCY} {BASIS} {FACE} {EX} accrued_override|accrued",
            "compounding",
            COMPOUNDED,
        ),
        Entry(
            street.yield_at_price,
            f"coupon dirty settle mat {FREQUENCY} {BASIS} {FACE} {EX}",
            "compounding",
            COMPOUNDED,
            fixed={"accrued_interest": Decimal(0)},
        ),
    ),
    "accrued": (Entry(street.accrued, f"coupon settle mat {FREQUENCY} {BASIS} {EX}"),),
    "lazy_ytm": (Entry(bond.yield_by_years, f"coupon price years {FREQUENCY}"),),
    "lazy_price": (Entry(bond.price_by_years, f"coupon y years {FREQUENCY}"),),
    "current_yield": (Entry(bond.current_yield, "coupon price"),),
    "oddf_price": (Entry(odd.first_price, f"coupon y settle mat issue first {FREQUENCY} {BASIS} {FACE}"),),
    "oddf_yield": (
        Entry(odd.first_yield, f"coupon price settle mat issue first {FREQUENCY} {BASIS} {FACE}"),
    ),
    "oddl_price": (
        Entry(odd.last_price, f"coupon y dc dsc a {FREQUENCY} {FACE}"),
        Entry(odd.last_price_by_dates, f"coupon y settle mat last {FREQUENCY} {BASIS} {FACE}"),
    ),
    "oddl_yield": (
        Entry(odd.last_yield, f"coupon price dc dsc a {FREQUENCY} {FACE}"),
        Entry(odd.last_yield_by_dates, f"coupon price settle mat last {FREQUENCY} {BASIS} {FACE}"),
    ),
    # duration_convexity
    "duration": (
        Entry(street.risk_at_yield, f"coupon y settle mat {FREQUENCY} {BASIS} {FACE} {EX}", "kind", RISK),
        Entry(
            street.risk_at_price,
            f"coupon price settle mat {FREQUENCY} {BASIS} {FACE} {EX} accrued_override|accrued",
            "kind",
            RISK_AT_PRICE,
        ),
    ),
    **_all(
        Entry(risk.bond_risk, f"coupon y n {FREQUENCY}", "kind", RISK, "price", fixed={"frequency": 1}),
        "annual_bond",
    ),
    **{
        f"annual_bond {way}_{change}": (
            Entry(
                risk.estimated_price,
                f"coupon y n - {FREQUENCY}",
                "kind",
                {f"{way}_{change}": step},
                fixed={"frequency": 1, "yield_change": Decimal(amount)},
            ),
        )
        for way, step in (("dur", "price by duration"), ("conv", "price with convexity"))
        for change, amount in (
            ("up1pct", "0.01"),
            ("down1pct", "-0.01"),
            ("dn1pct", "-0.01"),
            ("up2pct", "0.02"),
            ("down2pct", "-0.02"),
        )
    },
    "price_change_dc": (
        Entry(risk.price_change_halved, "dur|mod dy convexity_halved"),
        Entry(risk.price_change, "dur|mod dy convexity|conv"),
    ),
    "mod_from_mac": (Entry(risk.modified_duration, f"mac y {FREQUENCY}", fixed={"frequency": 1}),),
    "dv01": (Entry(risk.dv01, "mod|dur price|dirty par|face"),),
    # rate_conversion
    "effect": (Entry(rates.effective_rate, "r m"),),
    "nominal": (Entry(rates.nominal_rate, "e m"),),
    "cont2disc": (Entry(rates.nominal_from_continuous, "r m"),),
    "disc2cont": (Entry(rates.continuous_rate, "r m"),),
    **_all(
        Entry(rates.other_compounding, "r m|m1|m_from m2|k|n|m_to"), "disc2disc", "nom2nom", "nominal2nominal"
    ),
    # spot_forward_bootstrap
    "boot_cont": (Entry(bootstrap.continuous_zero_rate, f"instr T {FREQUENCY}"),),
    "boot_semi": (Entry(bootstrap.spot_from_par_rates, "par_coupons k m", fixed={"per_year": 2}),),
    **_all(Entry(bootstrap.spot_from_par_rates, "par_coupons k m"), "boot_annual", "boot_ann", "boot_disc"),
    "bond_from_zeros": (Entry(bootstrap.valued_on_zero_rates, f"coupon zeros {FREQUENCY}", "kind", ZEROS),),
    "fwd_disc": (Entry(curve.forward_rate, f"z1 t1 z2 t2 {FREQUENCY}"),),
    "fwd_semi": (Entry(curve.forward_rate, "z1 t1 z2 t2 m", fixed={"per_year": 2}),),
    "fwd_cont": (Entry(curve.forward_continuous, "z1 t1 z2 t2"),),
    "fwd_from_df": (Entry(curve.forward_from_factors, "d1 d2 t m"),),
    "zero_from_df": (Entry(curve.spot_rate, f"d t {FREQUENCY}"),),
    "df_from_zero": (Entry(curve.discount_factor, "z t m"),),
    "par_from_df": (Entry(curve.par_rate, "dfs m"),),
    # fx_forward_cip
    **_all(Entry(fx.forward_continuous, "S rq rb t"), "cip_cont"),
    **_all(Entry(fx.forward_compound, "S rq rb t"), "cip_comp"),
    **{
        name: (
            Entry(fx.forward_simple, "S rq rb days yq|basis_q|basis|year yb|basis_b|basis|year"),
            Entry(fx.forward_simple_years, "S rq rb t"),
        )
        for name in ("cip_simple", "cip_simp", "cip")
    },
    "cip_df": (
        Entry(fx.forward_from_year_factors, "S dfq_1y dfb_1y days"),
        Entry(fx.forward_from_factors, "S dfq dfb"),
    ),
    **_all(Entry(fx.forward_points, "S F pip"), "fwd_points", "cip_points"),
    # forward_repo_carry
    "carry": (Entry(repo.net_carry, "par coupon repo days price|dirty"),),
    "repo_interest": (Entry(repo.interest, f"cash rate days {YEAR_DAYS}"),),
    "repo_price": (Entry(repo.repurchase_price, f"cash rate days {YEAR_DAYS}"),),
    "haircut": (Entry(repo.haircut_cash, "value haircut"),),
    "fwd_price_cont": (Entry(repo.forward_price_continuous, "S r t income|I q|y|yield|dividend_yield"),),
    "fwd_bond": (Entry(repo.forward_price, f"dirty repo days cpns {YEAR_DAYS}", fixed={"year_days": 365}),),
    # futures_conversion_factor
    **{
        f"conv_factor {kind}": (
            Entry(futures.conversion_factor, "coupon n z", fixed={"rounded_to": months}, chosen_by="kind"),
        )
        for kind, months in (("long", 3), ("short", 1))
    },
    "conv_factor": (Entry(futures.conversion_factor, "coupon n z"),),
    "invoice": (Entry(repo.invoice_amount, "futures|price cf|factor accrued par|face"),),
    # day_count
    **_kinds(
        "yearfrac",
        "isda",
        "a b ra rb freq",
        {
            "isda": daycount.actual_actual_isda,
            "actact_isda": daycount.actual_actual_isda,
            "isma": daycount.actual_actual_icma,
            "icma": daycount.actual_actual_icma,
            "actact_icma": daycount.actual_actual_icma,
            "bond": daycount.actual_actual_icma,
            "afb": daycount.actual_actual_afb,
            "euro": daycount.actual_actual_afb,
            "act360": daycount.actual_360,
            "act/360": daycount.actual_360,
            "act365": daycount.actual_365,
            "act/365": daycount.actual_365,
            "act365f": daycount.actual_365,
        },
    ),
    **_all(Entry(daycount.thirty_360_days, "start|a end|b"), "d30bb", "d30_360", "d30360"),
    **_all(Entry(daycount.thirty_e_360_days, "start|a end|b"), "d30e", "d30eb", "d30e360", "d30eu"),
    **_all(Entry(daycount.thirty_360_us_days, "start|a end|b"), "d30us", "d30nasd"),
    "days": (Entry(daycount.actual_days, "start|a end|b"),),
    **{
        f"coup {what}": (Entry(formula, f"settle mat {FREQUENCY} {BASIS}", chosen_by="what"),)
        for what, formula in (
            ("days", schedule.coupon_days),
            ("daybs", schedule.coupon_days_accrued),
            ("daysnc", schedule.coupon_days_left),
            ("nc", schedule.coupon_days_left),
            ("num", schedule.coupons_left),
        )
    },
    # auction_rules
    "award_cap": (Entry(auction.award_cap, "offering net_long|nlp|net_long_position|position"),),
    **_all(
        Entry(auction.proration_percentage, "left|remaining|available bids|bid|tendered|at_high"),
        "proration",
        "prorate",
        "proration_pct",
    ),
    "prorated_award": (Entry(auction.prorated_award, "bid percentage|pct multiple"),),
    "bid_to_cover": (Entry(auction.bid_to_cover, "tendered accepted"),),
    "tail": (Entry(auction.tail, "high wi"),),
    # savings_bond
    "ibond": (Entry(instruments.savings_bond_rate, "fixed semi"),),
    # tvm
    "pv": (Entry(tvm.present_value, "rate n pmt fv|fv_ due", fixed=NO_PAYMENT),),
    "fv": (Entry(tvm.future_value, "rate n pmt pv|pv_ due", fixed=NO_PAYMENT),),
    "pmt": (Entry(tvm.level_payment, "rate n pv|pv_ fv|fv_ due"),),
    "nper": (Entry(tvm.number_of_periods, "rate pmt pv|pv_ fv|fv_ due"),),
    "rate": (Entry(tvm.rate_of_annuity, "n pmt pv|pv_ fv|fv_ due"),),
    "rri": (Entry(tvm.growth_rate, "n pv_|pv fv_|fv"),),
    "pduration": (Entry(tvm.periods_of_growth, "rate pv_|pv fv_|fv"),),
    "npv": (Entry(tvm.net_present_value, "rate cf"),),
    "irr": (Entry(tvm.internal_rate, "cf"),),
    "xnpv": (Entry(tvm.dated_present_value, "rate cf"),),
    "xirr": (Entry(tvm.dated_internal_rate, "cf"),),
    # reserves
    "import_cover": (Entry(reserves.import_cover, "reserves imports months"),),
    "guidotti": (Entry(reserves.guidotti_ratio, "reserves debt"),),
}
