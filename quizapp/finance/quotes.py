"""Prices as the Treasury market quotes them: whole numbers, 32nds and parts of a 32nd."""

import re
from decimal import Decimal

from quizapp.finance.errors import MalformedQuote, OutOfRange
from quizapp.finance.exact import counts, positive
from quizapp.finance.formula import Step, Working, formula

_QUOTE = re.compile(r"(?P<whole>[0-9]{1,4})-(?P<ticks>[0-9]{2})(?P<part>[0-7+]?)")
TICKS = 32
EIGHTHS = 8


@formula
def from_32nds(quote: str) -> Working:
    """The price per 100 face behind a quote of the cash market such as 99-16, 99-16+ or 99-162.

    Whole + 32nds / 32 + eighths / 256: a plus sign is half a 32nd, a third digit counts eighths of a 32nd.
    (Futures write quarters of a 32nd as 2, 5, 7; this is not for them.) Exact. Raises MalformedQuote.
    Source: Fabozzi, Bond Markets, Analysis and Strategies (quotation of Treasury securities).
    """
    found = _QUOTE.fullmatch(quote)
    if found is None or int(found["ticks"]) >= TICKS:
        raise MalformedQuote(quote)
    part = {"": "0", "+": "4"}.get(found["part"], found["part"])
    eighths = EIGHTHS * Decimal(found["ticks"]) + Decimal(part)
    yield Step("32nds", eighths / EIGHTHS, r"\text{32nds} + \frac{\text{eighths}}{8}")
    price = Decimal(found["whole"]) + eighths / (TICKS * EIGHTHS)
    yield Step("price", price, r"\text{whole} + \frac{\text{32nds}}{32}")


@formula
def price_from_32nds(whole: int, ticks: int, eighths: int = 0) -> Working:
    """The price per 100 face of so many whole points, 32nds and eighths of a 32nd: w + t / 32 + e / 256.

    Exact. Source: Fabozzi, Bond Markets, Analysis and Strategies (quotation of Treasury securities).
    """
    counts(0, whole=whole, ticks=ticks, eighths=eighths)
    if ticks >= TICKS:
        raise OutOfRange("ticks", ticks, 0, TICKS - 1)
    if eighths >= EIGHTHS:
        raise OutOfRange("eighths", eighths, 0, EIGHTHS - 1)
    parts = Decimal(ticks) + Decimal(eighths) / EIGHTHS
    yield Step("32nds", parts, r"\text{32nds} + \frac{\text{eighths}}{8}")
    yield Step("price", whole + parts / TICKS, r"\text{whole} + \frac{\text{32nds}}{32}")


@formula
def in_32nds(price: Decimal) -> Working:
    """How many 32nds a price (or a move in price) per 100 face is: 32 P. Exact.

    Source: Fabozzi, Bond Markets, Analysis and Strategies (quotation of Treasury securities).
    """
    positive(price=price)
    yield Step("32nds", price * TICKS, "32 P")
