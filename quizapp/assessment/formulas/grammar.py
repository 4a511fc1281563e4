"""Tokens to a tree, by precedence: or, and, not, comparisons, + -, * /, unary minus, ^ from the right."""

from collections.abc import Mapping
from decimal import Decimal

from quizapp.assessment.formulas.errors import FormulaError, fault
from quizapp.assessment.formulas.limits import LIMITS, Limits
from quizapp.assessment.formulas.tokens import END, NAME, NUMBER, tokens
from quizapp.assessment.formulas.tree import Binary, Call, Formula, Listing, Name, Node, Number, Unary

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
KEYWORDS = frozenset({"and", "or", "not"})
_NOT, _COMPARED, _SUM, _PRODUCT, _MINUS, _POWER = 3, 4, 5, 6, 7, 8
_BINDING: Mapping[str, int] = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(COMPARISONS, _COMPARED),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "^": _POWER,
}


def parse(source: str, limits: Limits = LIMITS) -> Formula:
    """The formula that a text stands for; raises FormulaError where it stands for none."""
    return Formula(source, _Parser(source, limits).whole())


class _Parser:
    """One reading of one source. `height` is that of the node made last, `depth` that of the reading."""

    __slots__ = ("depth", "height", "kinds", "limits", "offsets", "place", "source", "texts")

    def __init__(self, source: str, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.kinds, self.texts, self.offsets = tokens(source, limits)
        self.place = 0
        self.depth = 0
        self.height = 0

    def whole(self) -> Node:
        """The tree of all tokens."""
        node = self._expression(0)
        if self.kinds[self.place] != END:
            raise self._unexpected()
        return node

    def _expression(self, least: int) -> Node:
        """The longest expression from here whose operators bind at least so tightly."""
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self._too_deep()
        node = self._operand(least)
        while True:
            place = self.place
            sign = self.texts[place]
            binding = _BINDING.get(sign, 0)
            if not binding or binding < least:
                break
            self.place += 1
            height = self.height
            right = self._expression(binding if binding == _POWER else binding + 1)
            if binding == _COMPARED and self.texts[self.place] in COMPARISONS:
                raise self._fault("chained_comparison")
            self._rise(max(height, self.height))
            node = Binary(self.offsets[place], sign, node, right)
        self.depth -= 1
        return node

    def _operand(self, least: int) -> Node:
        place = self.place
        kind, text, at = self.kinds[place], self.texts[place], self.offsets[place]
        self.place += 1
        if kind == NUMBER:
            self.height = 1
            return Number(at, Decimal(text))
        if kind == NAME and text not in KEYWORDS:
            if self.texts[self.place] == "(":
                self.place += 1
                return Call(at, text, self._several(")"))
            self.height = 1
            return Name(at, text)
        if text == "(":
            node = self._expression(0)
            self._expect(")")
            return node
        if text == "[":
            return Listing(at, self._several("]"))
        if text == "-" or (text == "not" and least <= _NOT):
            operand = self._expression(_MINUS if text == "-" else _NOT)
            self._rise(self.height)
            return Unary(at, text, operand)
        self.place = place
        raise self._unexpected()

    def _several(self, closing: str) -> tuple[Node, ...]:
        """Expressions between commas up to the closing sign, which is taken too."""
        found: list[Node] = []
        highest = 0
        if self.texts[self.place] != closing:
            while True:
                found.append(self._expression(0))
                highest = max(highest, self.height)
                if closing == "]" and len(found) > self.limits.items:
                    raise self._fault("list_too_long", most=self.limits.items)
                if self.texts[self.place] != ",":
                    break
                self.place += 1
        self._expect(closing)
        self._rise(highest)
        return tuple(found)

    def _rise(self, below: int) -> None:
        self.height = below + 1
        if self.height > self.limits.depth:
            raise self._too_deep()

    def _expect(self, text: str) -> None:
        if self.texts[self.place] != text:
            raise self._unexpected()
        self.place += 1

    def _unexpected(self) -> FormulaError:
        ended = self.kinds[self.place] == END
        return self._fault("unexpected", found="the end" if ended else f"'{self.texts[self.place]}'")

    def _too_deep(self) -> FormulaError:
        return self._fault("too_deep", most=self.limits.depth)

    def _fault(self, code: str, **values: object) -> FormulaError:
        return fault(self.source, self.offsets[self.place], code, **values)
