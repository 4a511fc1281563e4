"""The fields of a plain dict, taken one by one and typed; MalformedItem for the first that does not fit."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from quizapp.assessment.codec import canonical_decimal
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.grammar import KEYWORDS
from quizapp.assessment.variants.printing import Show, show_from_text
from quizapp.assessment.variants.template import ANSWER, CONVENTION, DECIMALS, KEY

RESERVED = KEYWORDS | {"if", ANSWER, CONVENTION, DECIMALS, KEY}
MOST_NAMED = 40
MOST_LISTED = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Of so many digits that sums of them are exact at the precision that every thread begins with.
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Path = tuple[str, ...]
EnumT = TypeVar("EnumT", bound=StrEnum)
MadeT = TypeVar("MadeT")


class Part:
    """The fields of one part of a document; each is taken once, and what is left over is refused."""

    def __init__(self, value: Any, path: Path) -> None:
        if not isinstance(value, Mapping):
            raise MalformedItem(path, "not_fields", "this field holds fields of its own")
        self.fields = {name: one for name, one in value.items() if one is not None}
        self.path = path

    def has(self, name: str) -> bool:
        """Whether a field is given."""
        return name in self.fields

    def take(self, name: str) -> Any:
        """A field's value, whatever it is."""
        value = self.fields.pop(name, None)
        if value is None:
            raise self.refused(name, "missing", "this field is needed")
        return value

    def text(self, name: str) -> str:
        """A text that is not blank."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            raise self.refused(name, "not_text", "this field holds a text")
        return value

    def optional(self, name: str) -> str:
        """A text, empty where it is left out: whoever judges the template will say so."""
        return self.text(name) if self.has(name) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where the field is left out."""
        values = self.listed(name)
        if not all(isinstance(one, str) for one in values):
            raise self.refused(name, "not_text", "this field holds a list of texts")
        return tuple(values)

    def listed(self, name: str) -> list[Any]:
        """A list; empty where the field is left out."""
        value = self.fields.pop(name, None)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise self.refused(name, "not_a_list", "this field holds a list")
        if len(value) > MOST_LISTED:
            raise self.refused(name, "too_many", f"at most {MOST_LISTED}")
        return list(value)

    def named(self, name: str) -> dict[str, Any]:
        """Fields whose names the author chose; empty where the field is left out."""
        value = self.fields.pop(name, None)
        if value is None:
            return {}
        part = Part(value, (*self.path, name))
        if len(part.fields) > MOST_NAMED:
            raise self.refused(name, "too_many", f"at most {MOST_NAMED}")
        for one in part.fields:
            part.check_name(str(one), str(one))
        return part.fields

    def check_name(self, name: str, field: str) -> str:
        """The name, if texts and formulas may use it."""
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise self.refused(field, "bad_name", f"'{name}' is no name for a value: letters, digits and _")
        return name

    def number(self, name: str) -> Decimal:
        """A number in plain digits."""
        return number_from(self.take(name), (*self.path, name))

    def whole(self, name: str) -> int:
        """A whole number of zero or more."""
        value = self.number(name)
        if value != int(value) or value < 0:
            raise self.refused(name, "not_a_whole_number", "write a whole number in plain digits")
        return int(value)

    def day(self, name: str) -> date:
        """A date."""
        return day_from(self.take(name), (*self.path, name))

    def one_of(self, name: str, choices: type[EnumT]) -> EnumT:
        """A word of a list."""
        value = self.take(name)
        try:
            return choices(value)
        except ValueError:
            words = ", ".join(one.value for one in choices)
            raise self.refused(name, "not_allowed", f"write one of: {words}") from None

    def show(self, name: str) -> Show:
        """A manner of printing."""
        return show_from(self.take(name), (*self.path, name))

    def part(self, name: str) -> "Part":
        """A field with fields of its own."""
        return Part(self.take(name), (*self.path, name))

    def parts(self, name: str) -> Iterable["Part"]:
        """A list of such fields; empty where it is left out."""
        for place, one in enumerate(self.listed(name)):
            yield Part(one, (*self.path, name, str(place)))

    def done(self, value: MadeT) -> MadeT:
        """What was made of the part, if nothing of it is left over."""
        for name in self.fields:
            raise self.refused(str(name), "unknown_field", "no such field")
        return value

    def refused(self, name: str, code: str, message: str) -> MalformedItem:
        """The refusal of a field."""
        return MalformedItem((*self.path, name), code, message)


def number_from(value: Any, path: Path) -> Decimal:
    """A number in plain digits."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        value = canonical_decimal(Decimal(value))
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise MalformedItem(path, "not_a_number", "write a number in plain digits with a decimal point")
    return Decimal(value)


def day_from(value: Any, path: Path) -> date:
    """A date."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise MalformedItem(path, "not_a_date", "write a date as YYYY-MM-DD")


def word_from(value: Any, path: Path) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise MalformedItem(path, "not_text", "a word is a text")
    return value


def show_from(value: Any, path: Path) -> Show:
    """A manner of printing."""
    try:
        return show_from_text(value if isinstance(value, str) else "")
    except ValueError:
        message = "write decimals 2, percent 3, thousands, money 2, whole, thirty-seconds or date"
        raise MalformedItem(path, "unknown_manner", message) from None
