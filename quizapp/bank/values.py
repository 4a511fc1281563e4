"""What a reading of a bank's files yields: the bank, its facts, its exams, its items and the problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.codec import item_to_document
from quizapp.assessment.item import Item
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.problems import Figure, Notice, Problem


@dataclass(frozen=True)
class Topic:
    """A topic with its subtopics and objectives as (id, text) pairs."""

    id: str
    title: str
    subtopics: tuple[tuple[str, str], ...]
    objectives: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BankHead:
    """What a bank says of itself."""

    id: str
    title: str
    licence: str
    covers: str
    topics: tuple[Topic, ...]

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id."""
        return next((one for one in self.topics if one.id == topic_id), None)


@dataclass(frozen=True)
class Fact:
    """A dated fact; `confidence` is H, M or C."""

    id: str
    statement: str
    value: Decimal | None
    unit: str | None
    as_of: date
    vintage: str | None
    source: str
    confidence: str
    review_by: date


@dataclass(frozen=True)
class ReadItem:
    """A sound item with its place in the files; `lines` are those of its fields.

    Of a template, `item` is the specimen.
    """

    item: Item
    file: str
    line: int
    lines: Mapping[str, int]
    template: ItemTemplate | None = None

    @cached_property
    def document(self) -> dict[str, Any]:
        """The item's file form."""
        return item_to_document(self.item)


@dataclass(frozen=True)
class Point:
    """A point of a curve; `label` is what its place on the horizontal axis is called."""

    label: str
    x: Decimal
    y: Decimal


@dataclass(frozen=True)
class Curve:
    """A line of a plot."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Plot:
    """A plot with all its points; `named` where its places are labels in order and no numbers."""

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    named: bool


@dataclass(frozen=True)
class Section:
    """A section with its text in Markdown, every number in it."""

    subtopic: str | None
    title: str
    text: str
    plot: Plot | None


@dataclass(frozen=True)
class Note:
    """A study note, or a briefing. `source` is the plain shape of its file."""

    id: str
    topic: str
    kind: str
    title: str
    lede: str
    sections: tuple[Section, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: date
    review_by: date
    licence: str
    author: str
    source: Mapping[str, Any]

    @property
    def words(self) -> int:
        """How many words there are to read."""
        texts = [self.lede, *(text for one in self.sections for text in (one.title, one.text))]
        return sum(len(text.split()) for text in texts)


@dataclass(frozen=True)
class Reading:
    """Everything read from a set of files; read + rejected = found.

    `head`, `facts` and `profiles` are None where their file was not among them or is unsound. `topics` are
    those whose files were given. `blocked` says that a file could not be read as a whole, so that nothing
    may be published. `notices` and `figures` are what the linter says of the sound items.
    """

    bank_id: str | None
    head: BankHead | None
    facts: tuple[Fact, ...] | None
    profiles: tuple[ExamProfile, ...] | None
    topics: frozenset[str]
    items: tuple[ReadItem, ...]
    found: int
    rejected: tuple[str, ...]
    problems: tuple[Problem, ...]
    blocked: bool
    notices: tuple[Notice, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Bank:
    """A whole bank as files hold it: what a writer writes, and a reading without problems gives."""

    head: BankHead
    facts: tuple[Fact, ...]
    profiles: tuple[ExamProfile, ...]
    items: tuple[Item, ...]
    templates: tuple[ItemTemplate, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class KnownItem:
    """An item that a bank holds already: what others must not collide with; `live` unless retired."""

    slug: str
    topic: str
    subtopic: str
    objective: str
    concept: str
    unit_key: str
    live: bool


@dataclass(frozen=True)
class KnownBank:
    """What is stored of a bank whose files are read."""

    head: BankHead
    facts: tuple[Fact, ...]
    items: tuple[KnownItem, ...]
