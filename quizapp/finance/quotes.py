"""Prices as the Treasury market quotes them: whole numbers, 32nds and parts of a 32nd."""

import re
from decimal import Decimal

from quizapp.finance.errors import MalformedQuote
from quizapp.finance.exact import exact, positive

_QUOTE = re.compile(r"(?P<whole>[0-9]{1,4})-(?P<ticks>[0-9]{2})(?P<part>[0-7+]?)")
TICKS = 32
EIGHTHS = 8


@exact
def from_32nds(quote: str) -> Decimal:
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
    return Decimal(found["whole"]) + eighths / (TICKS * EIGHTHS)


@exact
def in_32nds(price: Decimal) -> Decimal:
    """How many 32nds a price (or a move in price) per 100 face is: 32 P. Exact.

    Source: Fabozzi, Bond Markets, Analysis and Strategies (quotation of Treasury securities).
    """
    positive(price=price)
    return price * TICKS
