"""The values that make an item template: what is drawn, what is computed, and the texts around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import prod
from typing import Any, TypeAlias

from quizapp.assessment.formulas.tree import Kind, Value
from quizapp.assessment.item import Explanation, Level, Status, Style
from quizapp.assessment.variants.printing import Show
from quizapp.assessment.variants.texts import texts_of

ANSWER, CONVENTION, DECIMALS, KEY = "answer", "convention", "decimals", "key"
"""The placeholders that stand for no parameter and no value."""


@dataclass(frozen=True)
class NumberRange:
    """Numbers from `start` in steps, none beyond `stop`."""

    start: Decimal
    stop: Decimal
    step: Decimal

    kind = Kind.NUMBER

    @property
    def size(self) -> int:
        """How many values it holds."""
        return int((self.stop - self.start) / self.step) + 1

    def at(self, place: int) -> Value:
        """The value at a place, from 0."""
        return self.start + place * self.step


@dataclass(frozen=True)
class DateRange:
    """Days from `first`, every so many, none beyond `last`."""

    first: date
    last: date
    every: int

    kind = Kind.DATE

    @property
    def size(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days // self.every + 1

    def at(self, place: int) -> Value:
        """The day at a place, from 0."""
        return self.first + timedelta(days=place * self.every)


@dataclass(frozen=True)
class Choices:
    """Values of one kind, written out."""

    kind: Kind
    values: tuple[Value, ...]

    @property
    def size(self) -> int:
        """How many values it holds."""
        return len(self.values)

    def at(self, place: int) -> Value:
        """The value at a place, from 0."""
        return self.values[place]


Parameter: TypeAlias = NumberRange | DateRange | Choices


@dataclass(frozen=True)
class Distractor:
    """A wrong formula and the misconception that leads to it; texts name its result by `name`."""

    name: str
    formula: str
    misconception: str
    rationale: str


@dataclass(frozen=True)
class Computed:
    """An answer that is a number: the key's formula, how it is printed, and the wrong formulas beside it.

    The tolerance is one of the number as printed: of a per cent where per cent is printed. `text` is the text
    of each option, in which [[answer]] is its number; `unit` is what a number field names.
    """

    formula: str
    show: Show
    tolerance: Decimal
    distractors: tuple[Distractor, ...]
    rationale: str | None = None
    text: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Written:
    """An answer of any other kind: the fields of its interaction, whose texts hold placeholders."""

    fields: Mapping[str, Any]


@dataclass(frozen=True)
class WorkedText:
    """One worked step, as written."""

    text: str


@dataclass(frozen=True)
class WorkedFormula:
    """All steps that a finance formula gives for its working."""

    formula: str
    show: Show


@dataclass(frozen=True)
class ItemTemplate:
    """All that makes an item but the draw; the order of parameters and values has no meaning."""

    bank: str
    topic: str
    id: str
    subtopic: str
    objective: str
    concept: str
    level: Level
    difficulty: int
    interaction: str
    style: Style
    parameters: Mapping[str, Parameter]
    constraints: tuple[str, ...]
    values: Mapping[str, str]
    show: Mapping[str, Show]
    stem: str
    convention: str
    answer: Computed | Written
    explanation: Explanation
    steps: tuple[WorkedText | WorkedFormula, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: date
    review_by: date
    status: Status
    licence: str
    author: str

    @property
    def size(self) -> int:
        """How many draws there are, sound or not."""
        return prod(one.size for one in self.parameters.values())

    @property
    def known(self) -> frozenset[str]:
        """The names of all that is drawn or computed before the answer."""
        return frozenset({*self.parameters, *self.values})

    def texts(self) -> Iterator["Text"]:
        """Every text in which placeholders stand, with the names that it may use."""
        asked = self.known | ({DECIMALS} if isinstance(self.answer, Computed) else set())
        yield Text(("stem",), self.stem, asked | {CONVENTION})
        yield Text((CONVENTION,), self.convention, asked)
        told = asked
        if isinstance(self.answer, Computed):
            told = asked | {KEY, *(one.name for one in self.answer.distractors)}
            yield from self._computed_texts(self.answer, told)
        else:
            for path, text in texts_of(self.answer.fields):
                yield Text((ANSWER, *path), text, self.known)
        yield Text(("explanation", "rule"), self.explanation.rule, told)
        yield Text(("explanation", "why"), self.explanation.why, told)
        for place, one in enumerate(self.steps):
            if isinstance(one, WorkedText):
                yield Text(("steps", str(place), "text"), one.text, told)

    def _computed_texts(self, answer: Computed, told: frozenset[str]) -> Iterator["Text"]:
        if answer.text is not None:
            yield Text((KEY, "text"), answer.text, self.known | {ANSWER})
        if answer.unit is not None:
            yield Text((KEY, "unit"), answer.unit, self.known)
        if answer.rationale is not None:
            yield Text((KEY, "rationale"), answer.rationale, told | {ANSWER})
        for place, one in enumerate(answer.distractors):
            yield Text(("distractors", str(place), "rationale"), one.rationale, told | {ANSWER})


@dataclass(frozen=True)
class Text:
    """A text of a template: where it stands, and the names that its placeholders may have."""

    path: tuple[str, ...]
    text: str
    allowed: frozenset[str]
