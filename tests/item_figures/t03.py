"""The numbers of the items of topic 3, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import quotes, repo
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


FIGURES: Mapping[str, Figure] = {
    "t03-repo-weekend-interest": t03_repo_weekend_interest(),
    "t03-futures-invoice": t03_futures_invoice(),
}

CHOICES: Mapping[str, Choice] = {}

JUDGED: Mapping[str, Judged] = {
    "t03-cheapest-to-deliver": t03_cheapest_to_deliver(),
}

LOOKED_UP: frozenset[str] = frozenset()
