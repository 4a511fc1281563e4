"""Where a function of a rate crosses zero: the solver behind formulas that have no closed form."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from quizapp.finance.errors import NoRate
from quizapp.finance.exact import ZERO

# Tried from the middle outwards, so that of several crossings the one nearest to zero is found.
TRIED = tuple(
    Decimal(one)
    for one in (
        "-0.99",
        "-0.9",
        "-0.7",
        "-0.5",
        "-0.3",
        "-0.1",
        "-0.01",
        "0.01",
        "0.1",
        "0.3",
        "1",
        "3",
        "10",
    )
)
CLOSE = Decimal("1e-30")


def root(function: Callable[[Decimal], Decimal]) -> Decimal:
    """The rate nearest to zero between -99% and 1,000% where the function is zero, to 30 decimals."""
    values = [function(rate) for rate in TRIED]
    crossings = [
        place
        for place in range(1, len(TRIED))
        if min(values[place - 1 : place + 1]) <= 0
        if max(values[place - 1 : place + 1]) >= 0
    ]
    if not crossings:
        raise NoRate(TRIED[0], TRIED[-1])
    place = min(crossings, key=lambda one: abs(TRIED[one] + TRIED[one - 1]))
    return _ridders(function, (TRIED[place - 1], values[place - 1]), (TRIED[place], values[place]))


def _ridders(
    function: Callable[[Decimal], Decimal], low: tuple[Decimal, Decimal], high: tuple[Decimal, Decimal]
) -> Decimal:
    for end in (low, high):
        if end[1] == 0:
            return end[0]
    while True:
        half = (low[0] + high[0]) / 2
        middle = (half, function(half))
        if middle[1] == 0 or high[0] - low[0] < CLOSE:
            return half
        reach = (middle[1] * middle[1] - low[1] * high[1]).sqrt()
        towards = half - low[0] if low[1] > high[1] else low[0] - half
        guess = half + towards * middle[1] / reach
        found = (guess, function(guess))
        if found[1] == 0:
            return guess
        ends = sorted((low, middle, found, high))
        pairs = pairwise(ends)
        low, high = next(pair for pair in pairs if (pair[0][1] > ZERO) != (pair[1][1] > ZERO))
