"""The refusals of the formulas: named errors that carry values; words are chosen by whoever shows them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class FinanceError(Exception):
    """The root of every refusal of a formula."""


@dataclass
class NotADecimal(FinanceError):
    """An input is no finite Decimal: a float, an infinity or something else would spoil an exact result."""

    name: str
    given: str


@dataclass
class NotACount(FinanceError):
    """An input that counts days, payments or periods is no whole number."""

    name: str
    given: str


@dataclass
class OutOfRange(FinanceError):
    """An input lies outside the range in which the formula means anything; None leaves an end open."""

    name: str
    value: Decimal | int
    low: Decimal | int | None
    high: Decimal | int | None


@dataclass
class Empty(FinanceError):
    """A list of payments, rates or holdings has nothing in it."""

    name: str


@dataclass
class NotListed(FinanceError):
    """A name, such as a currency, is missing from a table that has to hold it."""

    name: str
    listed: tuple[str, ...]


@dataclass
class UnequalLengths(FinanceError):
    """Two lists that belong together differ in length."""

    name: str
    length: int
    wanted: int


@dataclass
class NoYield(FinanceError):
    """No yield between the two ends leads to this price."""

    price: Decimal
    low: Decimal
    high: Decimal


@dataclass
class MalformedQuote(FinanceError):
    """A text is no price in 32nds."""

    text: str


@dataclass
class WrongDates(FinanceError):
    """The second date must lie after the first."""

    first: date
    second: date


@dataclass
class Uncomputable(FinanceError):
    """The numbers lead beyond what can be computed: too large a result, or a division by zero."""

    formula: str


@dataclass
class NoRate(FinanceError):
    """No rate between the two ends balances these payments."""

    low: Decimal
    high: Decimal
