"""What a table of an item's numbers holds: how its key, slips and options come about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

D = Decimal
Number = Callable[[], D]
ONE, MILLION = D(1), D(1_000_000)


@dataclass(frozen=True)
class Figure:
    """How a numeric item's key and slips come about; `loose` says why its tolerance is a wide one."""

    key: Number
    slips: Mapping[str, Number]
    loose: str = ""


@dataclass(frozen=True)
class Choice:
    """How the numbers in the options of a single-choice item come about, wrong ones by misconception."""

    key: Number
    slips: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What each option of an item works out to, by option id, and which of the results make the key."""

    options: Mapping[str, Number]
    keyed: Callable[[D, tuple[D, ...]], bool]
