"""What a rule is and what it says: levels, flaws of items, and statistics of a bank."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.view import View
from quizapp.bank.tree import Path


class Level(StrEnum):
    """What a finding does: an error blocks the item, a warning is shown, a bank finding judges the whole."""

    ERROR = "error"
    WARNING = "warning"
    BANK = "bank"


@dataclass(frozen=True)
class Flaw:
    """What a rule found, and at which field of the item's file form."""

    path: Path
    said: str


@dataclass(frozen=True)
class Statistic:
    """A figure of the whole bank beside its limit; `said` gives it in words, with its test."""

    value: float
    limit: float
    sound: bool
    said: str


ItemCheck = Callable[[View, Ground], Iterator[Flaw]]
AcrossCheck = Callable[[tuple[View, ...], Ground], Iterator[tuple[View, Flaw]]]
BankCheck = Callable[[tuple[View, ...], Ground], Iterator[Statistic]]
WaiverCheck = Callable[[View, Mapping[str, Level], Collection[str]], Iterator[Flaw]]
CheckT = TypeVar("CheckT", bound=Callable[..., object], covariant=True)


@dataclass(frozen=True)
class Rule(Generic[CheckT]):
    """A rule: the function that checks it and gives it its name, its level, and where it comes from."""

    check: CheckT
    level: Level
    source: str

    @property
    def code(self) -> str:
        """The rule's name in findings and waivers."""
        return self.check.__name__.replace("_", "-")

    @property
    def says(self) -> str:
        """The rule in one sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


class ItemRule(Rule[ItemCheck]):
    """Asked of each item by itself."""


class AcrossRule(Rule[AcrossCheck]):
    """Asked of each item beside all others."""


class BankRule(Rule[BankCheck]):
    """Asked of the bank as a whole."""


class WaiverRule(Rule[WaiverCheck]):
    """Asked of an item's waivers, once it is known which warnings it gives rise to."""


AnyRule = Rule[Callable[..., object]]
