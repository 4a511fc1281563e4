"""A template and a seed to an item: drawn, computed, printed, and drawn again where it is not sound.

Chance comes from `Random(seed).random()` alone, of which Python promises the same numbers for the same whole
seed on every machine and in every version. Parameters are drawn in the order of their names.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random

from quizapp.assessment.codec import item_from_document
from quizapp.assessment.errors import AssessmentError, MalformedItem
from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.evaluation import evaluate, working
from quizapp.assessment.formulas.functions import Language
from quizapp.assessment.formulas.grammar import parse
from quizapp.assessment.formulas.tree import Formula, Value
from quizapp.assessment.item import Item
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.printing import Unprintable, is_exact, number_shown, printed
from quizapp.assessment.variants.resolving import Result, resolved, worked_line
from quizapp.assessment.variants.template import ANSWER, KEY, Computed, ItemTemplate, WorkedFormula
from quizapp.assessment.variants.texts import names_in

TRIES = 200
"""How often one deal is drawn anew. A template that is found sound has a valid draw in ten at the least."""


@dataclass
class TemplateUnsound(AssessmentError):
    """No draw of a template was valid; how many failed, by reason."""

    template: str
    reasons: Mapping[str, int]


@dataclass
class Rejected(AssessmentError):
    """One draw is not valid: where in the template, and the code of the reason."""

    where: str
    code: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code}"


def deal(template: ItemTemplate, seed: int, language: Language, tries: int = TRIES) -> Item:
    """The item of a seed; raises TemplateUnsound where no draw is valid, FormulaError for no formula."""
    return Dealer(template, language).deal(seed, tries)


class Dealer:
    """A template with its formulas read, to deal many items from."""

    def __init__(self, template: ItemTemplate, language: Language) -> None:
        self.template = template
        self._language = language
        self._parameters = sorted(template.parameters.items())
        self._schedule = tuple(self._planned())
        self._results = tuple(self._wanted())
        self._steps = {
            place: (self._parsed(one.formula), one.show)
            for place, one in enumerate(template.steps)
            if isinstance(one, WorkedFormula)
        }
        self._printed = frozenset(name for one in template.texts() for name in names_in(one.text))
        self._asked = frozenset((*names_in(template.stem), *names_in(template.convention)))

    def deal(self, seed: int, tries: int = TRIES, rejected: Counter[str] | None = None) -> Item:
        """The item of a seed, the first valid draw of its chance; the others are counted in `rejected`."""
        chance = Random(seed)  # noqa: S311  # a variant, no secret
        reasons: Counter[str] = Counter()
        try:
            for _ in range(tries):
                places = [int(chance.random() * one.size) for _, one in self._parameters]
                try:
                    return self.draw(places)
                except Rejected as refused:
                    reasons[str(refused)] += 1
        finally:
            if rejected is not None:
                rejected.update(reasons)
        raise TemplateUnsound(self.template.id, dict(reasons.most_common()))

    def draw(self, places: list[int]) -> Item:
        """The item of one draw, by each parameter's place in its range; raises Rejected for no valid one."""
        names, results = self.compute(places)
        document = resolved(self.template, self._shown(names), results, self._worked(names))
        try:
            item = item_from_document(document, self.template.bank, self.template.topic, {})
        except MalformedItem as refused:
            raise Rejected(".".join((ANSWER, *refused.path)), refused.code) from refused
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as refused:
            # A written answer comes as its author wrote it: no schema has seen the fields that it lacks.
            raise Rejected(ANSWER, "malformed") from refused
        for one in INTERACTIONS[self.template.interaction].findings(item.public.body, item.secret.answer):
            raise Rejected(".".join((ANSWER, *one.path)), one.code)
        return item

    def compute(self, places: list[int]) -> tuple[dict[str, Value], tuple[Result, ...]]:
        """All that is drawn and computed, and what key and distractors come to, without any text."""
        names = {name: one.at(place) for (name, one), place in zip(self._parameters, places, strict=True)}
        for where, name, formula in self._schedule:
            value = self._value(where, formula, names)
            if name:
                names[name] = value
            elif value is not True:
                raise Rejected(where, "not_met")
        return names, self._computed(names)

    def _planned(self) -> Iterator[tuple[str, str, Formula]]:
        """Every value after those it needs, and every constraint as soon as it can be asked.

        Yields where it stands, the name of a value ("" for a constraint) and its formula. What needs itself
        or a name that there is not comes last, and evaluation will say so.
        """
        known = set(self.template.parameters)
        waiting = [
            (f"constraints.{place}", "", self._parsed(source))
            for place, source in enumerate(self.template.constraints)
        ]
        waiting += [(f"values.{name}", name, self._parsed(one)) for name, one in self.template.values.items()]
        while ready := [one for one in waiting if one[2].names <= known]:
            first = ready[0]
            waiting.remove(first)
            known.add(first[1])
            yield first
        yield from waiting

    def _wanted(self) -> Iterator[tuple[str, str, Formula]]:
        """Where the formulas of the key and of every distractor stand, their names, and the formulas."""
        answer = self.template.answer
        if isinstance(answer, Computed):
            yield "key.formula", KEY, self._parsed(answer.formula)
            for place, one in enumerate(answer.distractors):
                yield f"distractors.{place}.formula", one.name, self._parsed(one.formula)

    def _parsed(self, source: str) -> Formula:
        return parse(source, self._language.limits)

    def _value(self, where: str, formula: Formula, names: Mapping[str, Value]) -> Value:
        try:
            return evaluate(formula, names, self._language)
        except FormulaError as refused:
            raise Rejected(where, refused.code) from refused

    def _shown(self, names: Mapping[str, Value]) -> dict[str, str]:
        """Every value that some text prints, as it prints it.

        Raises Rejected for one that cannot be printed so, and for one that the stem would round: whoever
        computes with what the stem says must come to the key.
        """
        shown = {}
        for name, value in names.items():
            if name not in self._printed:
                continue
            show = self.template.show.get(name)
            try:
                shown[name] = printed(value, show)
                exact = name not in self._asked or is_exact(value, show)
            except Unprintable as refused:
                raise Rejected(f"show.{name}", str(refused.args[0])) from refused
            if not exact:
                raise Rejected(f"show.{name}", "rounded_in_stem")
        return shown

    def _computed(self, names: Mapping[str, Value]) -> tuple[Result, ...]:
        """The key and what every wrong formula comes to; raises Rejected where two are hard to tell apart."""
        answer = self.template.answer
        if not isinstance(answer, Computed):
            return ()
        results = []
        for where, name, formula in self._results:
            value = self._value(where, formula, names)
            if not isinstance(value, Decimal):
                raise Rejected(where, "wrong_kind")
            try:
                results.append(Result(name, number_shown(value, answer.show), printed(value, answer.show)))
            except Unprintable as refused:
                raise Rejected(where, str(refused.args[0])) from refused
        for one, other in combinations(results, 2):
            if one.text == other.text:
                raise Rejected(f"{one.name} and {other.name}", "print_alike")
            if abs(one.number - other.number) <= 2 * answer.tolerance:
                raise Rejected(f"{one.name} and {other.name}", "within_two_tolerances")
        return tuple(results)

    def _worked(self, names: Mapping[str, Value]) -> dict[int, tuple[str, ...]]:
        """The lines of each worked step that is a formula's, by its place among the steps."""
        lines = {}
        for place, (formula, show) in self._steps.items():
            try:
                steps = working(formula, names, self._language)
                lines[place] = tuple(worked_line(one, printed(one.value, show)) for one in steps)
            except FormulaError as refused:
                raise Rejected(f"steps.{place}", refused.code) from refused
            except Unprintable as refused:
                raise Rejected(f"steps.{place}", str(refused.args[0])) from refused
        return lines
