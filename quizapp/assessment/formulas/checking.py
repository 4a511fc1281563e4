"""What is wrong with a formula before it is ever evaluated: unknown names and functions, and wrong kinds."""

from collections.abc import Mapping
from dataclasses import dataclass

from quizapp.assessment.formulas.errors import FormulaError, fault
from quizapp.assessment.formulas.evaluation import IF_ARGUMENTS
from quizapp.assessment.formulas.functions import Language
from quizapp.assessment.formulas.grammar import COMPARISONS, parse
from quizapp.assessment.formulas.tree import Binary, Call, Kind, Listing, Name, Node, Number, Unary


@dataclass(frozen=True)
class Checked:
    """What a reading shows: the kind of the formula's value, None where a fault hides it, and the faults."""

    kind: Kind | None
    faults: tuple[FormulaError, ...]


def check(source: str, kinds: Mapping[str, Kind], language: Language) -> Checked:
    """The faults of a formula over names of known kinds, without evaluating it."""
    try:
        formula = parse(source, language.limits)
    except FormulaError as refused:
        return Checked(None, (refused,))
    reading = _Reading(source, kinds, language)
    kind = reading.kind(formula.root)
    return Checked(kind, tuple(reading.faults))


class _Reading:
    """One walk over one tree; a part whose kind is unknown for a fault brings no second one."""

    def __init__(self, source: str, kinds: Mapping[str, Kind], language: Language) -> None:
        self.source = source
        self.kinds = kinds
        self.language = language
        self.faults: list[FormulaError] = []

    def kind(self, node: Node) -> Kind | None:
        """The kind of a part, with its faults noted."""
        if isinstance(node, Number):
            return Kind.NUMBER
        if isinstance(node, Name):
            if node.name not in self.kinds:
                self._note(node.at, "unknown_name", name=node.name)
            return self.kinds.get(node.name)
        if isinstance(node, Unary):
            wanted = Kind.TRUTH if node.sign == "not" else Kind.NUMBER
            self._demand(node.operand, wanted)
            return wanted
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Listing):
            return self._listing(node)
        return self._if(node) if node.name == "if" else self._call(node)

    def _binary(self, node: Binary) -> Kind:
        if node.sign in COMPARISONS:
            left = self.kind(node.left)
            if left is not None and left not in (Kind.NUMBER, Kind.DATE):
                self._note(node.left.at, "wrong_kind", wanted="a number or a date", given=left)
                left = None
            self._demand(node.right, left)
            return Kind.TRUTH
        wanted = Kind.TRUTH if node.sign in ("and", "or") else Kind.NUMBER
        self._demand(node.left, wanted)
        self._demand(node.right, wanted)
        return wanted

    def _listing(self, node: Listing) -> Kind | None:
        kinds = {self.kind(one) for one in node.items}
        if None in kinds:
            return None
        if kinds <= {Kind.NUMBER}:
            return Kind.NUMBERS
        if kinds <= {Kind.DATE}:
            return Kind.DATES
        self._note(node.at, "mixed_list")
        return None

    def _if(self, node: Call) -> Kind | None:
        if len(node.arguments) != IF_ARGUMENTS:
            given = len(node.arguments)
            self._note(node.at, "wrong_count", function="if", wanted="3 values", given=given)
            return None
        self._demand(node.arguments[0], Kind.TRUTH)
        kind = self.kind(node.arguments[1])
        self._demand(node.arguments[2], kind)
        return kind

    def _call(self, node: Call) -> Kind | None:
        function = self.language.functions.get(node.name)
        if function is None:
            self._note(node.at, "unknown_function", name=node.name)
            for one in node.arguments:
                self.kind(one)
            return None
        if not function.accepts(len(node.arguments)):
            given = len(node.arguments)
            self._note(node.at, "wrong_count", function=node.name, wanted=function.wanted, given=given)
        for place, one in enumerate(node.arguments):
            self._demand(one, function.kind_at(place))
        return function.gives

    def _demand(self, node: Node, wanted: Kind | None) -> None:
        given = self.kind(node)
        empty = isinstance(node, Listing) and not node.items and wanted is Kind.DATES
        if None not in (wanted, given) and given is not wanted and not empty:
            self._note(node.at, "wrong_kind", wanted=wanted, given=given)

    def _note(self, at: int, code: str, **values: object) -> None:
        self.faults.append(fault(self.source, at, code, **values))
