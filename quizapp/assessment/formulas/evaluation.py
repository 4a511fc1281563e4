"""The value of a formula, and the working behind it, within the budget of its language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, DecimalException, DivisionByZero, Overflow, Underflow
from typing import Any

from quizapp.assessment.formulas.errors import FormulaError, fault
from quizapp.assessment.formulas.functions import Function, Language, Refusal, Step
from quizapp.assessment.formulas.tree import (
    Binary,
    Call,
    Formula,
    Kind,
    Listing,
    Name,
    Node,
    Number,
    Unary,
    Value,
    kind_of,
)

_ARITHMETIC: Mapping[str, Callable[[Context, Decimal, Decimal], Decimal]] = {
    "+": Context.add,
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
    "^": Context.power,
}
IF_ARGUMENTS = 3


def evaluate(formula: Formula, names: Mapping[str, Value], language: Language) -> Value:
    """The value of a formula over named values; raises FormulaError where it has none."""
    return _Run(formula.source, names, language).value(formula.root)


def working(formula: Formula, names: Mapping[str, Value], language: Language) -> tuple[Step, ...]:
    """The steps of a formula that is one call of a finance formula; raises FormulaError for any other."""
    return _Run(formula.source, names, language).working(formula.root)


class _Run:
    """One evaluation: `left` are the steps that it may still take."""

    __slots__ = ("context", "functions", "left", "limits", "names", "source")

    def __init__(self, source: str, names: Mapping[str, Value], language: Language) -> None:
        self.source = source
        self.names = names
        self.functions = language.functions
        self.limits = language.limits
        self.left = language.limits.steps
        self.context = language.limits.context()

    def value(self, node: Node) -> Value:
        """What a part of the formula comes to."""
        self._charge(1, node.at)
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            if node.name not in self.names:
                raise self._fault(node.at, "unknown_name", name=node.name)
            return self.names[node.name]
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._if(node) if node.name == "if" else self._call(node)
        if isinstance(node, Unary):
            return self._unary(node)
        return self._listing(node)

    def working(self, node: Node) -> tuple[Step, ...]:
        """The steps of a call of a finance formula."""
        function = self.functions.get(node.name) if isinstance(node, Call) else None
        if not isinstance(node, Call) or function is None or function.working is None:
            raise self._fault(node.at, "no_working")
        arguments = self._arguments(node, function)
        steps: tuple[Step, ...] = self._computed(node.at, function.working, *arguments)
        return steps

    def _binary(self, node: Binary) -> Value:
        sign = node.sign
        if sign == "and":
            return self._truth(node.left) and self._truth(node.right)
        if sign == "or":
            return self._truth(node.left) or self._truth(node.right)
        if sign in _ARITHMETIC:
            left, right = self._number(node.left), self._number(node.right)
            if (sign == "/" and not right) or (sign == "^" and not left and right < 0):
                raise self._fault(node.at, "division_by_zero")
            result: Decimal = self._computed(node.at, _ARITHMETIC[sign], left, right)
            return result
        return self._compared(node)

    def _compared(self, node: Binary) -> bool:
        left, right = self.value(node.left), self.value(node.right)
        kind = kind_of(left)
        if kind not in (Kind.NUMBER, Kind.DATE):
            raise self._fault(node.left.at, "wrong_kind", wanted="a number or a date", given=kind)
        if kind_of(right) is not kind:
            raise self._fault(node.right.at, "wrong_kind", wanted=kind, given=kind_of(right))
        match node.sign:
            case "==":
                return left == right
            case "!=":
                return left != right
            case "<":
                return left < right  # type: ignore[operator]  # of one kind, as was just checked
            case "<=":
                return left <= right  # type: ignore[operator]
            case ">":
                return left > right  # type: ignore[operator]
            case _:
                return left >= right  # type: ignore[operator]

    def _unary(self, node: Unary) -> Value:
        if node.sign == "not":
            return not self._truth(node.operand)
        return self._number(node.operand).copy_negate()

    def _listing(self, node: Listing) -> Value:
        found = [self.value(one) for one in node.items]
        if all(isinstance(one, Decimal) for one in found) or all(isinstance(one, date) for one in found):
            return tuple(found)  # type: ignore[return-value]  # of one kind, as was just checked
        raise self._fault(node.at, "mixed_list")

    def _if(self, node: Call) -> Value:
        if len(node.arguments) != IF_ARGUMENTS:
            given = len(node.arguments)
            raise self._fault(node.at, "wrong_count", function="if", wanted="3 values", given=given)
        condition, then, otherwise = node.arguments
        return self.value(then if self._truth(condition) else otherwise)

    def _call(self, node: Call) -> Value:
        function = self.functions.get(node.name)
        if function is None:
            raise self._fault(node.at, "unknown_function", name=node.name)
        arguments = self._arguments(node, function)
        value: Value = self._computed(node.at, function.run, *arguments)
        # The logarithm of zero is an infinity that no trap of the context catches.
        if isinstance(value, Decimal) and not value.is_finite():
            raise self._fault(node.at, "undefined")
        return value

    def _arguments(self, node: Call, function: Function) -> tuple[Value, ...]:
        """The arguments of a call, of the right number and kinds, and paid for."""
        given = len(node.arguments)
        if not function.accepts(given):
            raise self._fault(node.at, "wrong_count", function=node.name, wanted=function.wanted, given=given)
        arguments = []
        for place, one in enumerate(node.arguments):
            value = self.value(one)
            self._demand(one.at, function.kind_at(place), value)
            arguments.append(value)
        if function.cost is not None:
            self._charge(function.cost(tuple(arguments)), node.at)
        return tuple(arguments)

    def _computed(self, at: int, compute: Callable[..., object], *given: Value) -> Any:
        try:
            return compute(self.context, *given)
        except Refusal as refused:
            raise self._fault(at, refused.code, **refused.values) from refused
        except Overflow as failed:
            raise self._fault(at, "number_too_large") from failed
        except Underflow as failed:
            raise self._fault(at, "number_too_small") from failed
        except DivisionByZero as failed:
            raise self._fault(at, "division_by_zero") from failed
        except DecimalException as failed:
            raise self._fault(at, "undefined") from failed

    def _number(self, node: Node) -> Decimal:
        value = self.value(node)
        if not isinstance(value, Decimal):
            self._demand(node.at, Kind.NUMBER, value)
        return value  # type: ignore[return-value]  # anything else was just refused

    def _truth(self, node: Node) -> bool:
        value = self.value(node)
        self._demand(node.at, Kind.TRUTH, value)
        return value is True

    def _demand(self, at: int, wanted: Kind, value: Value) -> None:
        given = kind_of(value)
        # An empty list is one of anything.
        if given is not wanted and not (wanted is Kind.DATES and value == ()):
            raise self._fault(at, "wrong_kind", wanted=wanted, given=given)

    def _charge(self, steps: int, at: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise self._fault(at, "out_of_steps")

    def _fault(self, at: int, code: str, **values: object) -> FormulaError:
        return fault(self.source, at, code, **values)
