"""The values that make an item: what a candidate may see, what stays secret, and the two together."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Response = tuple[str, ...]
"""What a candidate answered: option ids, or the text of a number; empty when nothing is answered."""

NO_RESPONSE: Response = ()


class Level(StrEnum):
    """Cognitive level, after the taxonomy of the bank."""

    RECALL = "recall"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"


class Style(StrEnum):
    """How the stem is cast."""

    SINGLE = "single"
    STATEMENTS = "statements"
    CASE = "case"
    NUMERIC = "numeric"


class Status(StrEnum):
    """Where an item stands in its life; only live items are drawn."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


class OptionOrder(StrEnum):
    """Whether options are shuffled for each attempt or stand as written."""

    SHUFFLED = "shuffled"
    FIXED = "fixed"


class Body:
    """Base of what an interaction shows to a candidate."""


class Answer:
    """Base of what an interaction keeps secret: the key and what explains it."""


@dataclass(frozen=True)
class Stimulus:
    """A scenario that the items of a case set share; `text` is Markdown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """Why the key is the key: one line to remember, then the reason in Markdown."""

    rule: str
    why: str


@dataclass(frozen=True)
class Waiver:
    """A warning of the linter that the author lets stand, by the rule's code, and why."""

    rule: str
    reason: str


@dataclass(frozen=True)
class Mention:
    """A fact that the stem or scenario states on somebody's word, and the words that say on whose."""

    fact: str
    attribution: str


@dataclass(frozen=True)
class PublicItem:
    """All that may reach a browser before release; `stem` is Markdown."""

    bank: str
    id: str
    topic: str
    subtopic: str
    objective: str
    concept: str
    level: Level
    difficulty: int
    interaction: str
    style: Style
    stem: str
    body: Body
    stimulus: Stimulus | None
    as_of: date

    def __hash__(self) -> int:
        """By its name alone, so that what is made of an item can be looked up quickly."""
        return hash((self.bank, self.id))


@dataclass(frozen=True)
class SecretItem:
    """What stays on the server until release."""

    answer: Answer
    explanation: Explanation
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    review_by: date
    licence: str
    author: str
    waivers: tuple[Waiver, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True)
class Item:
    """A whole item as files hold it. Status and sample flag are its place in the bank, not its content."""

    public: PublicItem
    secret: SecretItem
    status: Status = Status.LIVE
    sample: bool = False

    @property
    def unit_key(self) -> str:
        """What is drawn as one: the case set if the item belongs to one, else the item itself."""
        return self.public.stimulus.id if self.public.stimulus else self.public.id

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the key rests on, and of those that the stem only mentions."""
        return self.secret.facts + tuple(one.fact for one in self.secret.mentions)


@dataclass(frozen=True)
class Finding:
    """Something wrong inside an item: where, a code for programs, a sentence for people."""

    path: tuple[str, ...]
    code: str
    message: str


@dataclass(frozen=True)
class Judgement:
    """What became of one blank or field: whether it is right, else the place of the slip that led to it."""

    right: bool
    slip: int | None
