"""How a drawn or computed value is printed, and which number the print stands for."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from quizapp.assessment.codec import canonical_decimal
from quizapp.assessment.formulas.tree import Kind, Value, kind_of

MOST_PLACES = 12
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_COUNTS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_WIDE = Context(prec=120)
_PARTS = 256
_PARTS_A_TICK = 8
_HALF_TICK = 4


class Manner(StrEnum):
    """The ways of printing, by the word that a template names them with."""

    DECIMALS = "decimals"
    THOUSANDS = "thousands"
    PERCENT = "percent"
    MONEY = "money"
    WHOLE = "whole"
    THIRTY_SECONDS = "thirty-seconds"
    DATE = "date"


_PLACES = {Manner.DECIMALS: None, Manner.PERCENT: None, Manner.THOUSANDS: 0, Manner.MONEY: 2}
"""The manners that take a number of decimals, with the number that is meant where none is written."""


@dataclass(frozen=True)
class Show:
    """A manner of printing, with the decimals that it rounds to, a half away from zero."""

    manner: Manner
    places: int = 0

    @property
    def kind(self) -> Kind:
        """The kind of value that it prints."""
        return Kind.DATE if self.manner is Manner.DATE else Kind.NUMBER

    def __str__(self) -> str:
        return f"{self.manner} {self.places}" if self.manner in _PLACES else str(self.manner)


class Unprintable(Exception):
    """A value cannot be printed in this manner; the argument is the code of the reason."""


def show_from_text(text: str) -> Show:
    """The manner behind a text such as `percent 3`; raises ValueError where it names none."""
    word, _, places = text.partition(" ")
    manner = Manner(word)
    if manner not in _PLACES:
        if places:
            raise ValueError(text)
        return Show(manner)
    if not places and _PLACES[manner] is not None:
        return Show(manner, _PLACES[manner] or 0)
    if not (places.isascii() and places.isdigit() and len(places) <= 2 and int(places) <= MOST_PLACES):
        raise ValueError(text)
    return Show(manner, int(places))


def number_shown(value: Decimal, show: Show) -> Decimal:
    """The number that the print stands for: rounded, and in per cent where per cent is printed."""
    if show.manner is Manner.THIRTY_SECONDS:
        return Decimal(_parts(value)) / _PARTS
    if show.manner is Manner.WHOLE and value != value.to_integral_value():
        raise Unprintable("not_whole")
    number = _WIDE.multiply(value, Decimal(100)) if show.manner is Manner.PERCENT else value
    rounded = number.quantize(Decimal(1).scaleb(-show.places), rounding=ROUND_HALF_UP, context=_WIDE)
    return rounded or abs(rounded)  # nothing prints as -0.00


def is_exact(value: Value, show: Show | None) -> bool:
    """Whether whoever reads the print knows the value itself, and not a rounding of it."""
    if show is None or not isinstance(value, Decimal):
        return True
    whole = _WIDE.multiply(value, Decimal(100)) if show.manner is Manner.PERCENT else value
    return number_shown(value, show) == whole


def printed(value: Value, show: Show | None) -> str:
    """The value as a text shows it; without a manner, words, dates and short numbers as they are."""
    kind = kind_of(value)
    if show is not None and show.kind is not kind:
        raise Unprintable("wrong_kind")
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if not isinstance(value, Decimal):
        raise Unprintable("wrong_kind")
    if show is None:
        text = canonical_decimal(value)
        if len(text.partition(".")[2]) > MOST_PLACES:
            raise Unprintable("no_decimals_named")
        return _signed(text)
    if show.manner is Manner.THIRTY_SECONDS:
        return _in_32nds(value)
    grouped = "," if show.manner in (Manner.THOUSANDS, Manner.MONEY) else ""
    text = format(number_shown(value, show), f"{grouped}f")
    return _signed(f"{text}%" if show.manner is Manner.PERCENT else text)


def decimals_asked(show: Show) -> str:
    """What to round to, in words: "three decimals", "a whole number"."""
    if not show.places:
        return "a whole number"
    return f"{_COUNTS[show.places]} decimal{'' if show.places == 1 else 's'}"


def _signed(text: str) -> str:
    return text.replace("-", "\u2212")


def _parts(price: Decimal) -> int:
    """A price in eighths of a 32nd, rounded a half up."""
    if price <= 0:
        raise Unprintable("no_price")
    return int(_WIDE.multiply(price, Decimal(_PARTS)).to_integral_value(ROUND_HALF_UP))


def _in_32nds(price: Decimal) -> str:
    """Whole, hyphen and 32nds; then + for half a 32nd, or the eighths of one."""
    whole, parts = divmod(_parts(price), _PARTS)
    ticks, eighths = divmod(parts, _PARTS_A_TICK)
    tail = {0: "", _HALF_TICK: "+"}.get(eighths, str(eighths))
    return f"{whole}-{ticks:02}{tail}"
