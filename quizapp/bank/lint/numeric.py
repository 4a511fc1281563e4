"""Rules on options that are numbers or ranges of numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise

from quizapp.assessment.item import OptionOrder
from quizapp.bank.lint import words
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import Choices, View

_AMOUNT = re.compile(r"(?P<sign>[-+]?)(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?:/(?P<below>[0-9]+))?")
_NUMERAL = r"-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_RANGE = re.compile(
    rf"(?:from |between )?(?:[A-Z]{{3}} )?(?P<low>{_NUMERAL})(?P<unit>[^0-9]{{0,12}}?)\s*(?:-|to|and)\s*"
    rf"(?:[A-Z]{{3}} )?(?P<high>{_NUMERAL})"
)
_BELOW = re.compile(rf"(?i:less than|below|under|up to|at most)\s(?:[A-Z]{{3}} )?(?P<high>{_NUMERAL})")
_ABOVE = re.compile(rf"(?i:more than|above|over|at least)\s(?:[A-Z]{{3}} )?(?P<low>{_NUMERAL})")
_ASKS_RANGE = re.compile(
    r"\b(range|terms?|maturit\w+|interval|band|window|bracket|period|limits|span|corridor|spread|run|between|dates?|"
    r"years?|how long|when)\b",
    re.IGNORECASE,
)


_BRIEF = 16
"""Signs beside a number that are no more than its unit."""
_SCALES = frozenset({"thousand", "million", "billion", "trillion"})


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
    return found is not None and len(found.frame) <= _BRIEF


def quantities(choices: Choices) -> tuple[Quantity, ...]:
    """The options as quantities; none where one of them is none."""
    found = [quantity(one) for one in choices.texts]
    return tuple(one for one in found if one) if all(found) else ()


def _comparable(choices: Choices) -> tuple[Quantity, ...]:
    """The quantities of options that differ in their number alone."""
    found = quantities(choices)
    return found if len({one.frame for one in found}) == 1 else ()


def numbers_unsorted(view: View, ground: Ground) -> Iterator[Flaw]:
    """Options that differ in a number alone stand in ascending or descending order."""
    for choices in view.lists:
        if choices.order is OptionOrder.FIXED:
            values = [one.value for one in _comparable(choices)]
            rising = sorted(values)
            if values not in (rising, rising[::-1]):
                yield Flaw(choices.path, "the numbers of the options are out of order")


def numbers_shuffled(view: View, ground: Ground) -> Iterator[Flaw]:
    """Options that differ in a number alone are not shuffled."""
    for choices in view.lists:
        if choices.order is OptionOrder.SHUFFLED and _comparable(choices):
            yield Flaw(choices.path, "the options are numbers: write them in order, with option_order: fixed")


def same_number(view: View, ground: Ground) -> Iterator[Flaw]:
    """No two options show one number in two ways."""
    for choices in view.lists:
        found = quantities(choices)
        for (place, one), (_, other) in combinations(enumerate(found), 2):
            if (one.value, one.frame) == (other.value, other.frame):
                path = (*choices.path, place, "text")
                yield Flaw(path, "two options are the same number")


def ranges_overlap(view: View, ground: Ground) -> Iterator[Flaw]:
    """Options that are ranges for one number do not overlap."""
    if _ASKS_RANGE.search(view.lead_in):
        return
    for choices in view.lists:
        found = [_range(one) for one in choices.texts]
        if choices.key is None or not all(found):
            continue
        ordered = sorted(one for one in found if one)
        if any(high > low for (_, high), (low, _) in pairwise(ordered)):
            yield Flaw(choices.path, "the ranges of the options overlap")


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    if found := _RANGE.search(text):
        low, high = words.number(found["low"]), words.number(found["high"])
        return (low, high) if low < high else None
    if found := _BELOW.match(text):
        return Decimal("-Infinity"), words.number(found["high"])
    if found := _ABOVE.match(text):
        return words.number(found["low"]), Decimal("Infinity")
    return None


def mixed_units(view: View, ground: Ground) -> Iterator[Flaw]:
    """Options that are numbers share their unit and their decimals."""
    for choices in view.lists:
        found = quantities(choices)
        if choices.key is None or len(found) < 3 or any(len(one.frame) > _BRIEF for one in found):
            continue
        frames = {one.frame for one in found}
        if len(frames) == 1 and len({one.decimals for one in found}) == 1:
            continue
        if words.DESIGNATION.search(choices.joined):
            continue
        if len(frames) > 1 and len({_unit(one) for one in frames}) > 1:
            yield Flaw(choices.path, "the options are numbers of several units")
        elif len(frames) == 1:
            yield Flaw(choices.path, "the options show different numbers of decimals")


def _unit(frame: str) -> str:
    """The unit of a frame, whether one of it or many."""
    return " ".join(one.removesuffix("s") for one in frame.split() if one not in _SCALES)
