"""Rules on options that are numbers or ranges of numbers."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise

from quizapp.assessment.item import OptionOrder
from quizapp.bank.lint import words
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.quantity import BRIEF, Quantity
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import Choices, View

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
_SCALES = frozenset({"thousand", "million", "billion", "trillion"})


def _comparable(choices: Choices) -> tuple[Quantity, ...]:
    """The quantities of options that differ in their number alone."""
    found = choices.quantities
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
        found = choices.quantities
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
        found = choices.quantities
        if choices.key is None or len(found) < 3 or any(len(one.frame) > BRIEF for one in found):
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
