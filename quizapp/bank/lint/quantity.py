"""Options that are a number with its unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from quizapp.bank.lint import words

_AMOUNT = re.compile(r"(?P<sign>[-+]?)(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?:/(?P<below>[0-9]+))?")

BRIEF = 16
"""Signs beside a number that are no more than its unit."""


@dataclass(frozen=True)
class Quantity:
    """The one number of an option; `frame` is the rest of it."""

    value: Decimal
    decimals: int
    frame: str


@lru_cache(maxsize=1024)
def quantity(text: str) -> Quantity | None:
    """An option as a quantity; None where it holds no number or several."""
    found = list(_AMOUNT.finditer(text))
    if len(found) != 1:
        return None
    (one,) = found
    value = words.number(one["number"])
    if one["below"]:
        if not int(one["below"]):
            return None
        value /= int(one["below"])
    before, after = text[: one.start()], text[one.end() :]
    if before[-1:].isalpha() or after[:1].isalpha() or (after[:1] == "-" and after[1:2].isalpha()):
        return None
    frame = words.normalised(f"{before} # {after}")
    return Quantity(-value if one["sign"] == "-" else value, words.decimals(one["number"]), frame)


def is_figure(text: str) -> bool:
    """Whether an option is a number with its unit, and no more."""
    found = quantity(text)
    return found is not None and len(found.frame) <= BRIEF


def quantities(texts: Sequence[str]) -> tuple[Quantity, ...]:
    """Some options as quantities; none where one of them is none."""
    found = [quantity(one) for one in texts]
    return tuple(one for one in found if one) if all(found) else ()
