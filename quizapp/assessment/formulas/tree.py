"""The parts of a parsed formula, the values that it works on, and their kinds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Value: TypeAlias = Decimal | bool | date | str | tuple[Decimal, ...] | tuple[date, ...]


class Kind(StrEnum):
    """What a value is; the texts complete "this must be ..."."""

    NUMBER = "a number"
    TRUTH = "a comparison"
    DATE = "a date"
    NUMBERS = "a list of numbers"
    DATES = "a list of dates"
    WORD = "a word"


class Number(NamedTuple):
    """A number as written."""

    at: int
    value: Decimal


class Name(NamedTuple):
    """A parameter or a value, by its name."""

    at: int
    name: str


class Unary(NamedTuple):
    """A sign before its operand: - or not."""

    at: int
    sign: str
    operand: "Node"


class Binary(NamedTuple):
    """A sign between its operands; `at` is where the sign stands."""

    at: int
    sign: str
    left: "Node"
    right: "Node"


class Call(NamedTuple):
    """A function with its arguments."""

    at: int
    name: str
    arguments: tuple["Node", ...]


class Listing(NamedTuple):
    """Values in brackets."""

    at: int
    items: tuple["Node", ...]


Node: TypeAlias = Number | Name | Unary | Binary | Call | Listing


@dataclass(frozen=True)
class Formula:
    """A formula: its text and the tree that the text stands for."""

    source: str
    root: Node

    @property
    def names(self) -> frozenset[str]:
        """The names of the parameters and values that it uses."""
        found: set[str] = set()
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Name):
                found.add(node.name)
            elif isinstance(node, Unary):
                waiting.append(node.operand)
            elif isinstance(node, Binary):
                waiting += (node.left, node.right)
            elif isinstance(node, Call):
                waiting += node.arguments
            elif isinstance(node, Listing):
                waiting += node.items
        return frozenset(found)


def kind_of(value: Value) -> Kind:
    """The kind of a value; an empty list counts as one of numbers."""
    if isinstance(value, bool):
        return Kind.TRUTH
    if isinstance(value, Decimal):
        return Kind.NUMBER
    if isinstance(value, date):
        return Kind.DATE
    if isinstance(value, str):
        return Kind.WORD
    return Kind.DATES if value and isinstance(value[0], date) else Kind.NUMBERS
