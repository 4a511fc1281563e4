"""The timeline of an attempt: every save, who sent it and what became of it, and what happened beside.

It answers "my answer vanished": each save is followed to what replaced it, and numbers that a tab gave and
that never arrived are named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quizapp.assessment.attempt import Kind
from quizapp.assessment.held import HeldAttempt, HeldEntry, HeldQuestion
from quizapp.assessment.item import PublicItem, Response
from quizapp.assessment.registry import INTERACTIONS


class What(StrEnum):
    """What happened at one moment of an attempt; the order in which moments of one instant are told."""

    BEGUN = "begun"
    BREAK = "break before part"
    OPENED = "part opened"
    DISPLAYED = "displayed"
    SAVED = "saved"
    LATE = "late"
    REVEALED = "explained"
    GIVEN = "time given"
    DEADLINE = "deadline"
    CLOSED = "part closed"
    FINISHED = "finished"


class Fate(StrEnum):
    """What became of a save."""

    STANDS = "stands"
    REPLACED = "replaced"
    LATE = "kept apart, not scored"


@dataclass(frozen=True)
class Sent:
    """A save as it was sent. `client` is a tab, which numbers its saves; `value` is None once erased."""

    kind: Kind
    client: str
    client_seq: int
    based_on: int | None
    value: Response | None
    read_as: str


@dataclass(frozen=True)
class Saved:
    """What a save became: its place in the log from 1, its version, and the entry that took its place."""

    fate: Fate
    entry: int | None = None
    version: int | None = None
    replaced_by: int | None = None
    by_other_tab: bool = False


@dataclass(frozen=True)
class Moment:
    """One line of a timeline. Parts count from 1."""

    at: datetime
    what: What
    position: int | None = None
    part: int | None = None
    sent: Sent | None = None
    saved: Saved | None = None
    note: str = ""


@dataclass(frozen=True)
class Gap:
    """Numbers that a tab gave to saves of which nothing is stored: refused, or never arrived."""

    client: str
    missing: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """What became of one question: what stands, since when, and in one sentence why."""

    position: int
    answer: Response | None
    read_as: str
    entry: int | None
    saved_at: datetime | None
    marks: str | None
    why: str


@dataclass(frozen=True)
class LateSave:
    """A save that came after deadline and grace."""

    position: int
    kind: Kind
    client: str
    client_seq: int
    value: Response
    received_at: datetime


@dataclass(frozen=True)
class Timeline:
    """An attempt from Begin to its end."""

    public_id: str
    moments: tuple[Moment, ...]
    gaps: tuple[Gap, ...]
    questions: tuple[Standing, ...]


def timeline(held: HeldAttempt, late: Iterable[LateSave], items: Mapping[str, PublicItem]) -> Timeline:
    """All that is stored of an attempt in the order of its instants; `items` are those of its booklet."""
    after = tuple(late)
    dealt = {one.position: one for one in held.questions}

    def read_as(position: int, kind: Kind, value: Response | None) -> str:
        question = dealt.get(position)
        return _read_as(question, items.get(question.version) if question else None, kind, value)

    moments = [*_frame(held)]
    for one in after:
        sent = Sent(
            one.kind,
            one.client,
            one.client_seq,
            None,
            one.value,
            read_as(one.position, one.kind, one.value),
        )
        moments.append(Moment(one.received_at, What.LATE, one.position, sent=sent, saved=Saved(Fate.LATE)))
    successors = _successors(held)
    for number, logged in enumerate(held.log, start=1):
        entry, value = logged.entry, logged.response
        sent = Sent(
            entry.kind,
            entry.client,
            entry.client_seq,
            entry.based_on,
            value,
            read_as(entry.position, entry.kind, value),
        )
        saved = _saved(held, number, successors.get(number))
        moments.append(Moment(entry.server_at, What.SAVED, entry.position, sent=sent, saved=saved))
    order = list(What)
    return Timeline(
        held.public_id,
        tuple(sorted(moments, key=lambda one: (one.at, order.index(one.what)))),
        tuple(_gaps(held, after)),
        tuple(
            _standing(held, one, after, read_as(one.position, Kind.ANSWER, _answer(held, one.position)))
            for one in held.questions
        ),
    )


def _answer(held: HeldAttempt, position: int) -> Response | None:
    newest = held.newest.get((position, Kind.ANSWER))
    return newest.response if newest else ()


def _frame(held: HeldAttempt) -> Iterator[Moment]:
    yield Moment(held.started_at, What.BEGUN, note=f"{held.exam_slug}, {held.mode.value}")
    for number, part in enumerate(held.parts, start=1):
        if part.opens_at:
            began = part.opens_at - held.parts[number - 2].rest
            yield Moment(began, What.BREAK, part=number, note=f"until {part.opens_at:%H:%M:%S}")
        if part.opened_at:
            yield Moment(part.opened_at, What.OPENED, part=number)
        if part.deadline_at:
            yield Moment(part.deadline_at, What.DEADLINE, part=number)
        if part.closed_at:
            yield Moment(part.closed_at, What.CLOSED, part=number, note=_by(part.closed_by))
    for given in held.grants:
        said = f"{given.grant.amount} {given.grant.measure.value}, {given.reason.value}"
        to = None if given.part is None else given.part + 1
        yield Moment(max(given.given_at, held.started_at), What.GIVEN, part=to, note=said)
    for one in held.questions:
        if one.displayed_at:
            yield Moment(one.displayed_at, What.DISPLAYED, one.position, note="for the first time")
        if one.revealed_at:
            yield Moment(one.revealed_at, What.REVEALED, one.position)
    if held.finished_at:
        note = f"{_by(held.closed_by)}, {held.answers_received} answers received"
        yield Moment(held.finished_at, What.FINISHED, note=note)


def _by(who: StrEnum | None) -> str:
    return f"by {'its time' if who == 'time' else f'the {who}'}"


def _successors(held: HeldAttempt) -> dict[int, int]:
    """The entry that took an entry's place, by number."""
    newest: dict[tuple[int, Kind], int] = {}
    successors = {}
    for number, one in enumerate(held.log, start=1):
        where = one.entry.position, one.entry.kind
        if where in newest:
            successors[newest[where]] = number
        newest[where] = number
    return successors


def _saved(held: HeldAttempt, number: int, successor: int | None) -> Saved:
    entry = held.log[number - 1].entry
    if successor is None:
        return Saved(Fate.STANDS, number, entry.version)
    elsewhere = held.log[successor - 1].entry.client != entry.client
    return Saved(Fate.REPLACED, number, entry.version, successor, elsewhere)


def _read_as(
    question: HeldQuestion | None, item: PublicItem | None, kind: Kind, value: Response | None
) -> str:
    """A value as the candidate saw it: letters for options, what was typed as it is."""
    if value is None:
        return "erased"
    if not value:
        return "nothing"
    if kind is Kind.FLAG:
        return "flagged"
    if item is None or question is None or kind not in (Kind.ANSWER, Kind.STRIKE):
        return ", ".join(value)
    try:
        return INTERACTIONS[item.interaction].describe(value, question.order)
    except (LookupError, TypeError, ValueError):
        return ", ".join(value)


def _gaps(held: HeldAttempt, late: Iterable[LateSave]) -> Iterator[Gap]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for one in held.log:
        numbers[one.entry.client].add(one.entry.client_seq)
    for late_one in late:
        numbers[late_one.client].add(late_one.client_seq)
    for client, given in numbers.items():
        missing = tuple(number for number in range(1, max(given)) if number not in given)
        if missing:
            yield Gap(client, missing)


def _standing(
    held: HeldAttempt, question: HeldQuestion, late: tuple[LateSave, ...], read_as: str
) -> Standing:
    position = question.position
    answers = [
        (number, one)
        for number, one in enumerate(held.log, start=1)
        if (one.entry.position, one.entry.kind) == (position, Kind.ANSWER)
    ]
    why = _why(question, answers)
    if any((one.position, one.kind) == (position, Kind.ANSWER) for one in late):
        why += "; an answer came too late"
    if not answers:
        return Standing(position, (), "nothing", None, None, question.marks, why)
    number, newest = answers[-1]
    return Standing(position, newest.response, read_as, number, newest.entry.server_at, question.marks, why)


def _why(question: HeldQuestion, answers: Sequence[tuple[int, HeldEntry]]) -> str:
    if not answers:
        return "no answer arrived" if question.displayed_at else "never displayed, and no answer arrived"
    number, newest = answers[-1]
    if newest.response is None:
        why = f"saved as entry {number}, erased since"
    elif newest.response:
        why = f"answered by entry {number}"
    else:
        why = f"cleared by entry {number}"
    if len(answers) > 1:
        before, replaced = answers[-2]
        where = "the same tab" if replaced.entry.client == newest.entry.client else "another tab"
        why += f", in place of entry {before} from {where}"
    return why
