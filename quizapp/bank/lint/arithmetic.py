"""Equations as explanations print them: found in Markdown and LaTeX, computed, and compared as printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.evaluation import evaluate
from quizapp.assessment.formulas.functions import Language
from quizapp.assessment.formulas.grammar import parse
from quizapp.bank.lint import words

_SIGNS = str.maketrans({"\u2212": "-", "\u00d7": "*", "\u00f7": "/", "$": ""})
_REWRITTEN = (
    ("\\times", "*"),
    ("\\cdot", "*"),
    ("\\div", "/"),
    ("\\left", ""),
    ("\\right", ""),
    ("\\approx", "\u2248"),
    ("\\,", ""),
    ("{,}", ","),
    ("\\%", "%"),
)
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_RAISED = re.compile(r"\^\{([^{}]*)\}")
_LEFT = re.compile(r"[-+*/^().0-9,% ]*$")
_RIGHT = re.compile(r"[-+*/^().0-9,% ]*")
_PRINTED = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_PERCENT = re.compile(r"([0-9.]+)%")
_GROUPED = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_CURRENCY = re.compile(r"\b[A-Z]{3} (?=[0-9])")
_PLUS = re.compile(r"(^|\()\s*\+")
_SIGN = re.compile("([=\u2248])")
_DEEPEST = 3
"""Fractions and powers within one another that are still read."""
_ROUGHLY = Decimal("0.05")
_VARIABLE = re.compile(r"(?:\\[A-Za-z]+|(?<![A-Za-z])[A-Za-z](?:_\w)?|[0-9][A-Za-z]|[)}\]])\s*$")
_TERM = re.compile(r"\s*(?:[\\_{^]|[b-zB-HJ-Z](?![A-Za-z]))")
_LANGUAGE = Language({})


@dataclass(frozen=True)
class Equation:
    """Two sides that hold numbers alone; the right one is what the left comes to, `roughly` or exactly."""

    left: str
    right: str
    roughly: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether it is true as exactly as its right side is printed; None where a side has no value."""
        left, right = value_of(self.left), value_of(self.right)
        if left is None or right is None:
            return None
        if self.roughly:
            return abs(left - right) <= abs(left) * _ROUGHLY
        numbers = _PRINTED.findall(self.right)
        coarsest = max(Decimal(1).scaleb(-words.decimals(one)) for one in numbers)
        allowed = coarsest * len(numbers) / 2 / (100 if "%" in self.right else 1)
        return abs(left - right) <= allowed

    @property
    def results(self) -> tuple[str, ...]:
        """The numbers of the right side, as printed."""
        return tuple(_PRINTED.findall(self.right))

    @property
    def operands(self) -> tuple[str, ...]:
        """The numbers of the left side, as printed."""
        return tuple(_PRINTED.findall(self.left))


def calculable(text: str) -> str:
    """A text with its formulas in the signs of a calculator."""
    text = text.translate(_SIGNS)
    if "\\" not in text and "{" not in text:
        return _CURRENCY.sub("", text)
    for old, new in _REWRITTEN:
        text = text.replace(old, new)
    for _ in range(_DEEPEST):
        text, raised = _RAISED.subn(r"^(\1)", text)
        text, divided = _FRACTION.subn(r"((\1)/(\2))", text)
        if not raised and not divided:
            break
    return _CURRENCY.sub("", text)


@lru_cache(maxsize=256)
def equations(text: str) -> tuple[Equation, ...]:
    """Every equation in a text that holds numbers alone; a chain gives one for each of its signs."""
    return tuple(_equations(text)) if "=" in text or "approx" in text or "\u2248" in text else ()


def _equations(text: str) -> Iterator[Equation]:
    parts = _SIGN.split(calculable(text))
    for before, sign, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        left, right = _LEFT.search(before), _RIGHT.match(after)
        if not left or not right or _goes_on(before[: left.start()], left[0], after[right.end() :], right[0]):
            continue
        sides = left[0].strip(" ,.*/"), right[0].strip(" ,.")
        if all(_PRINTED.search(one) and one.count("(") == one.count(")") for one in sides):
            yield Equation(*sides, roughly=sign != "=")


def _goes_on(before: str, left: str, after: str, right: str) -> bool:
    """Whether a side is but the end or the beginning of an expression with letters in it."""
    if left[:1] not in tuple(" .,") and (before[-1:].isalnum() or before[-1:] in tuple("_}")):
        return True
    if left.lstrip()[:1] in tuple("-+*/^") and _VARIABLE.search(before):
        return True
    return _TERM.match(after) is not None or (after[:1].isalpha() and not right.endswith(" "))


@lru_cache(maxsize=4096)
def value_of(expression: str) -> Decimal | None:
    """What an expression of numbers comes to; None where it is no expression or has no value."""
    source = _PLUS.sub(r"\1", _PERCENT.sub(r"(\1/100)", _GROUPED.sub("", expression)))
    try:
        value = evaluate(parse(source), {}, _LANGUAGE)
    except FormulaError:
        return None
    return value if isinstance(value, Decimal) else None


_HABITS: tuple[tuple[float, float], ...] = (
    (1, 0),
    (100, 0),
    (0.01, 0),
    (10_000, 0),
    (2, 0),
    (4, 0),
    (12, 0),
    (200, 0),
    (100, -100),
    (-100, 100),
    (200, -200),
    (-200, 200),
    (400, -400),
    (1, -100),
    (-1, 100),
    (1_000, 0),
    (1_000_000, 0),
)
"""One step of habit: a share of 100, a basis point, a part of a year, growth by a rate, what is left of 100.

Of a printed number the first times it plus the second is what it was made of.
"""


def made_of(value: float) -> Iterator[tuple[float, float]]:
    """What a printed number may have been made of, and by how much a unit in its last place counts there."""
    return ((factor * value + more, abs(factor)) for factor, more in _HABITS)


def made_from(value: float) -> Iterator[float]:
    """What may be made of a number."""
    return ((value - more) / factor for factor, more in _HABITS)
