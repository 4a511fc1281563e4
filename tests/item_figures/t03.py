"""The numbers of the items of topic 3, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import futures, quotes, repo
from quizapp.finance.exact import half_up
from tests.item_figures.table import Choice, D, Figure, Judged, Number


def t03_repo_weekend_interest() -> Figure:
    cash, rate = D(24_500_000), D("0.0432")
    return Figure(
        key=lambda: repo.interest(cash, rate, 3),
        slips={
            "overnight-counted-as-one-day": lambda: repo.interest(cash, rate, 1),
            "repo-365-for-360": lambda: repo.interest(cash, rate, 3, 365),
        },
    )


def t03_futures_invoice() -> Figure:
    quote, factor, accrued = "110-16", D("0.8832"), D("1.2345")
    futures = quotes.from_32nds(quote)
    return Figure(
        key=lambda: repo.invoice_amount(futures, factor, accrued),
        slips={
            "invoice-without-accrued": lambda: repo.invoice_amount(futures, factor, D(0)),
            "thirty-seconds-read-as-decimals": lambda: repo.invoice_amount(
                D(quote.replace("-", ".")), factor, accrued
            ),
            "factor-applied-to-accrued": lambda: repo.invoice_amount(futures, factor, accrued * factor),
        },
    )


def t03_cheapest_to_deliver() -> Judged:
    notes = {
        "a": ("104.90", "0.9320"),
        "b": ("95.80", "0.8500"),
        "c": ("101.20", "0.8990"),
        "d": ("98.50", "0.8770"),
    }

    def basis(option: str) -> Number:
        price, factor = notes[option]
        return lambda: repo.gross_basis(D(price), D("112.00"), D(factor))

    return Judged({option: basis(option) for option in notes}, lambda own, every: own == min(every))


def t03_case_own_cash() -> Figure:
    face, clean, accrued, haircut = D(50_000_000), D("98.40"), D("0.60"), D("0.02")
    value = face * (clean + accrued) / 100
    return Figure(
        key=lambda: value - repo.haircut_cash(value, haircut),
        slips={
            "clean-value-in-repo": lambda: face * clean / 100 * haircut,
            "haircut-on-face": lambda: face - repo.haircut_cash(face, haircut),
            "haircut-as-divisor": lambda: value - value / (1 + haircut),
        },
    )


def t03_case_implied_repo() -> Figure:
    clean, accrued, later, price, factor, days = D("98.40"), D("0.60"), D("1.26"), D(110), D("0.8960"), 60

    def rate(paid: D, accrued_then: D) -> D:
        return 100 * futures.implied_repo(paid, price, factor, accrued_then, days)

    return Figure(
        key=lambda: rate(clean + accrued, later),
        slips={
            "dirty-in-clean-out": lambda: rate(clean, later),
            "accrued-ignored-in-implied-repo": lambda: rate(clean, D(0)),
            "implied-repo-on-365": lambda: rate(clean + accrued, later) * 365 / 360,
        },
    )


def t03_gross_basis_in_ticks() -> Figure:
    note, contract, factor = "101-12", "113-24", D("0.8900")

    def misread(quote: str) -> D:
        return D(quote.replace("-", "."))

    basis = repo.gross_basis(quotes.from_32nds(note), quotes.from_32nds(contract), factor)
    return Figure(
        key=lambda: 32 * basis,
        slips={
            "ticks-as-hundredths-in-basis": lambda: (
                32 * repo.gross_basis(misread(note), misread(contract), factor)
            ),
            "basis-left-in-points": lambda: basis,
            "basis-without-factor": lambda: (
                32 * repo.gross_basis(quotes.from_32nds(note), quotes.from_32nds(contract), D(1))
            ),
        },
    )


def t03_contracts_for_the_cheapest() -> Choice:
    face, factor, price = D(25_000_000), D("0.8400"), D("88.20")
    return Choice(
        key=lambda: face / repo.CONTRACT_FACE * factor,
        slips={
            "value-matched-hedge": lambda: face * price / 100 / repo.CONTRACT_FACE,
            "face-matched-hedge": lambda: face / repo.CONTRACT_FACE,
            "factor-divides-hedge": lambda: face / repo.CONTRACT_FACE / factor,
        },
    )


def t03_margin_call_in_cash() -> Choice:
    before, after, haircut = D(20_000_000), D(19_700_000), D("0.02")
    lent = repo.haircut_cash(before, haircut)
    return Choice(
        key=lambda: lent - repo.haircut_cash(after, haircut),
        slips={
            "remaining-cushion-as-call": lambda: after - lent,
            "whole-fall-as-call": lambda: before - after,
            "new-haircut-as-call": lambda: after - repo.haircut_cash(after, haircut),
        },
    )


def t03_enough_collateral() -> Judged:
    parcels = {
        "a": (D(10_000_000), D("99.00")),
        "b": (D(9_800_000), D("103.00")),
        "c": (D(10_400_000), D("97.00")),
        "d": (D(9_700_000), D("100.00")),
    }

    def carried(option: str) -> Number:
        face, price = parcels[option]
        return lambda: repo.haircut_cash(face * price / 100, D("0.03"))

    return Judged({option: carried(option) for option in parcels}, lambda own, every: own >= D(9_700_000))


def t03_case_what_hurts() -> Judged:
    paid, price, factor, bought = D("99.00"), D(110), D("0.8960"), D("-0.16")
    earned = price * factor + D("1.26") - paid

    def unwound(basis: str) -> Number:
        carry = repo.interest(paid, D("0.0480"), 20) - D("0.22")
        return lambda: D(basis) - bought - carry

    return Judged(
        {
            "a": lambda: half_up(earned - repo.interest(paid, D("0.0520"), 60), 9),
            "b": unwound("-0.40"),
            "c": unwound("0.10"),
            "d": lambda: D(3) - D(3),
            "e": lambda: earned - repo.interest(paid, D("0.0480"), 60),
        },
        lambda own, every: own < 0,
    )


FIGURES: Mapping[str, Figure] = {
    "t03-repo-weekend-interest": t03_repo_weekend_interest(),
    "t03-futures-invoice": t03_futures_invoice(),
    "t03-case-own-cash": t03_case_own_cash(),
    "t03-case-implied-repo": t03_case_implied_repo(),
    "t03-gross-basis-in-ticks": t03_gross_basis_in_ticks(),
}

CHOICES: Mapping[str, Choice] = {
    "t03-contracts-for-the-cheapest": t03_contracts_for_the_cheapest(),
    "t03-margin-call-in-cash": t03_margin_call_in_cash(),
}

JUDGED: Mapping[str, Judged] = {
    "t03-cheapest-to-deliver": t03_cheapest_to_deliver(),
    "t03-enough-collateral": t03_enough_collateral(),
    "t03-case-what-hurts": t03_case_what_hurts(),
}

LOOKED_UP: frozenset[str] = frozenset()
