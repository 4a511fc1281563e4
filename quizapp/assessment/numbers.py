"""Typed numbers: read in plain digits, and held against a key with its tolerance and its named slips."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import Finding

LONGEST = 40
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Slip:
    """A wrong result that one particular misconception leads to; `rationale` is Markdown."""

    value: Decimal
    misconception: str
    rationale: str


@dataclass(frozen=True)
class NumberKey:
    """The right number with its absolute tolerance, both ends included, and the named slips."""

    value: Decimal
    tolerance: Decimal
    slips: tuple[Slip, ...]

    def holds(self, typed: str) -> bool:
        """Whether a number that was read is right."""
        return abs(Decimal(typed) - self.value) <= self.tolerance

    def slip(self, typed: str) -> int | None:
        """The place of the slip that leads to a number, within the tolerance; None where none does."""
        given = Decimal(typed)
        return next(
            (place for place, one in enumerate(self.slips) if abs(given - one.value) <= self.tolerance), None
        )


def read_number(submitted: str) -> str:
    """The number as plain digits, thousands separators removed; empty where nothing was typed.

    Raises InvalidResponse for anything but ASCII digits with at most one point, a leading sign and commas
    between thousands: `nan`, `1e9`, `1_000`, other scripts' digits and a comma as decimal mark are refused.
    """
    typed = submitted.strip().replace("\u2212", "-")
    if not typed:
        return ""
    if len(typed) > LONGEST:
        raise InvalidResponse("number_too_long")
    if not _NUMBER.fullmatch(typed) or not any(sign.isdigit() for sign in typed):
        raise InvalidResponse("not_a_number")
    return typed.replace(",", "").removeprefix("+")


def dump_slips(slips: tuple[Slip, ...]) -> list[dict[str, str]]:
    """The plain form of slips; numbers as text, so that no digit is lost."""
    return [
        {"value": str(one.value), "misconception": one.misconception, "rationale": one.rationale}
        for one in slips
    ]


def load_slips(written: list[Mapping[str, Any]]) -> tuple[Slip, ...]:
    """The slips behind a plain form; KeyError for what is missing."""
    return tuple(Slip(Decimal(one["value"]), one["misconception"], one["rationale"]) for one in written)


def key_digits(key: NumberKey) -> dict[str, str]:
    """What counts as right, without the zeros that change nothing: 2.50 is 2.5."""
    return {
        "value": format(key.value.normalize(), "f"),
        "tolerance": format(key.tolerance.normalize(), "f"),
    }


def tell(key: NumberKey, unit: str) -> str:
    """The key with its unit and its tolerance, for people."""
    return f"{key.value:,f} {unit}, give or take {key.tolerance:f}"


def key_findings(key: NumberKey, tolerance: tuple[str, ...], slips: tuple[str, ...]) -> Iterator[Finding]:
    """What is wrong with key and slips; the paths are where tolerance and slips stand."""
    if key.tolerance <= 0:
        yield Finding(tolerance, "tolerance", "the tolerance is above zero")
    for place, one in enumerate(key.slips):
        if abs(one.value - key.value) <= 2 * key.tolerance:
            yield Finding((*slips, str(place)), "slip_on_key", "a slip lies within two tolerances of the key")
