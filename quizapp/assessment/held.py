"""A whole attempt as it is stored, before anybody believes it: log, values, booklet, parts and grants."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from quizapp.assessment.attempt import ClosedBy, Kind, Mode, Part
from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.extra_time import Grant, Reason
from quizapp.assessment.item import Response
from quizapp.assessment.log import LogEntry, fold


@dataclass(frozen=True)
class HeldValue:
    """What was typed, as stored, with the salt of its hash."""

    salt: str
    text: str

    @property
    def response(self) -> Response:
        """The response behind it; what cannot be read is none, and its hash says so."""
        try:
            return tuple(json.loads(self.text))
        except (TypeError, ValueError):
            return ()


@dataclass(frozen=True)
class HeldEntry:
    """An entry of the log with the hash stored beside it; `value` is None once it is erased."""

    entry: LogEntry
    digest: str
    value: HeldValue | None

    @property
    def response(self) -> Response | None:
        """What was typed; None once it is erased."""
        return self.value.response if self.value else None


@dataclass(frozen=True)
class HeldQuestion:
    """A question of the booklet as stored, with the bank and the id of the item that it points at."""

    position: int
    part: int
    version: str
    concept: str
    item: tuple[str, str]
    option_order: str
    displayed_at: datetime | None
    revealed_at: datetime | None
    marks: str | None

    @property
    def order(self) -> tuple[str, ...]:
        """The options in the order in which they were dealt."""
        return tuple(json.loads(self.option_order))


@dataclass(frozen=True)
class HeldGrant:
    """Extra time that an attempt was given; `given_at` lies before its start for one that stood already.

    With `part` it went to that part alone.
    """

    grant: Grant
    reason: Reason
    given_at: datetime
    part: int | None = None


@dataclass(frozen=True)
class HeldAttempt:
    """A whole attempt as stored. `erased` says that its account is: only then may values be missing."""

    public_id: str
    bank: str
    exam_slug: str
    exam_version: str
    exam_document: str
    profile: ExamProfile
    mode: Mode
    seed: int
    open: bool
    started_at: datetime
    finished_at: datetime | None
    closed_by: ClosedBy | None
    answers_received: int | None
    last_received_at: datetime | None
    receipt: str | None
    parts: tuple[Part, ...]
    questions: tuple[HeldQuestion, ...]
    log: tuple[HeldEntry, ...]
    grants: tuple[HeldGrant, ...]
    erased: bool

    @cached_property
    def newest(self) -> dict[tuple[int, Kind], HeldEntry]:
        """The newest entry of every question and kind."""
        return {(one.entry.position, one.entry.kind): one for one in self.log}

    @cached_property
    def answers(self) -> dict[int, Response]:
        """The answers that stand, folded from the log; cleared and erased ones left out."""
        values = {
            (one.entry.position, one.entry.kind, one.entry.version): one.value.response
            for one in self.log
            if one.value
        }
        current = fold((one.entry for one in self.log), values)
        return {where: value for (where, kind), value in current.items() if kind is Kind.ANSWER and value}

    @cached_property
    def erased_answers(self) -> frozenset[int]:
        """The questions whose last answer is erased: empty or not, nobody can say any more."""
        return frozenset(
            where
            for (where, kind), one in self.newest.items()
            if kind is Kind.ANSWER and one.value is None and self.erased
        )


@dataclass(frozen=True)
class HeldTemplate:
    """An item template as stored: its version and its text."""

    version: str
    document: str


@dataclass(frozen=True)
class HeldVersion:
    """An item version as stored: two halves as text, the digest of its key, and what it was dealt from."""

    version: str
    public: str
    secret: str
    key_digest: str
    template: HeldTemplate | None
