"""The exams on offer: what each is, what its start page must say, and whether the banks can fill it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Cell, ExamProfile, Quota, shortfalls
from quizapp.assessment.errors import BlueprintShort
from quizapp.assessment.extra_time import extra_time
from quizapp.services import attempts
from quizapp.services.dealing import drawn
from quizapp.services.errors import NotFound
from quizapp.services.facts import kept_out
from quizapp.store import exams as rows
from quizapp.store import items as item_rows
from quizapp.store import time_grants as grant_rows
from quizapp.store.exams import OfferedExam, OpenAttempt
from quizapp.store.time_grants import TimeGrant
from quizapp.store.transaction import Store

NOBODY = 0
"""An account id that no account has: whoever is not signed in has seen nothing."""


@dataclass(frozen=True)
class ListedExam:
    """An exam on offer, with the public ids of the account's open attempts at it."""

    offered: OfferedExam
    timed: str | None
    tutor: str | None


@dataclass(frozen=True)
class StartPage:
    """All that the page before Begin rests on.

    `seen` is how many questions of a booklet dealt now would be repeats; `short` is the quota that the bank
    cannot fill, None where it can fill all. `extra` is what each part would have beyond its own minutes in a
    timed test begun now, by the grants in `given`.
    """

    exam: ListedExam
    seen: int
    short: BlueprintShort | None
    given: tuple[TimeGrant, ...]
    extra: tuple[timedelta, ...]


def profile(store: Store, bank_slug: str, exam_slug: str) -> OfferedExam:
    """An exam that is offered; raises NotFound for any other."""
    with store.read() as conn:
        offered = rows.offered(conn, bank_slug, exam_slug)
    if offered is None:
        raise NotFound
    return offered


def listed(store: Store, account_id: int | None, now: datetime) -> tuple[ListedExam, ...]:
    """Every exam on offer; an attempt whose time is up is no longer one to continue."""
    with store.read() as conn:
        offered = rows.all_offered(conn)
    still_open = _still_open(store, account_id, now)
    return tuple(_listed(one, still_open) for one in offered)


def start(store: Store, account_id: int | None, bank_slug: str, exam_slug: str, now: datetime) -> StartPage:
    """An exam with what this account has seen of it; raises NotFound for one that is not offered."""
    offered = profile(store, bank_slug, exam_slug)
    with store.read() as conn:
        try:
            seen, short = _repeats(conn, offered, account_id or NOBODY, now), None
        except BlueprintShort as found:
            seen, short = 0, found
        given = grant_rows.standing(conn, account_id or NOBODY, offered.bank_id, exam_slug)
    grants = [one.grant for one in given]
    extra = tuple(extra_time(part.allowance, grants) for part in offered.profile.parts)
    return StartPage(_listed(offered, _still_open(store, account_id, now)), seen, short, given, extra)


def _repeats(conn: Connection, offered: OfferedExam, account_id: int, now: datetime) -> int:
    """How many items of a trial booklet the account has seen; nothing of it is kept.

    A draw takes unseen units first, so the count is the same whatever the seed, but for case sets and
    concepts that stand in each other's way.
    """
    avoid = kept_out(conn, offered, now.date())
    entries = drawn(conn, account_id, offered.bank_id, offered.profile, 0, avoid)
    return sum(entry.item.seen for entry in entries)


def _still_open(store: Store, account_id: int | None, now: datetime) -> tuple[OpenAttempt, ...]:
    if account_id is None:
        return ()
    with store.read() as conn:
        found = rows.open_attempts(conn, account_id)
    return tuple(
        one for one in found if attempts.standing(store, account_id, one.public_id, now).attempt.open
    )


def _listed(offered: OfferedExam, still_open: tuple[OpenAttempt, ...]) -> ListedExam:
    own = {
        one.mode: one.public_id
        for one in still_open
        if (one.bank_slug, one.exam_slug) == (offered.bank_slug, offered.exam_slug)
    }
    return ListedExam(offered, own.get(Mode.TIMED), own.get(Mode.TUTOR))


class Supply(StrEnum):
    """Whether a bank fills a quota with half as many units again, just so, or perhaps not at all."""

    AMPLE = "ample"
    THIN = "thin"
    SHORT = "short"


@dataclass(frozen=True)
class QuotaCheck:
    """A quota beside what the bank holds for it: units, which are single items and whole case sets."""

    part: str
    topics: tuple[str, ...]
    difficulty: int | None
    wanted: int
    units: int
    supply: Supply

    @property
    def percent(self) -> int:
        """The share of the units that one booklet takes, rounded up; at most 100."""
        return min(100, -(-100 * self.wanted // self.units)) if self.units else 100


@dataclass(frozen=True)
class ProfileCheck:
    """An exam on offer with every quota checked."""

    offered: OfferedExam
    quotas: tuple[QuotaCheck, ...]

    @property
    def feasible(self) -> bool:
        """Whether the bank can fill every quota, whatever is drawn first."""
        return all(one.supply is not Supply.SHORT for one in self.quotas)


def feasibility(store: Store) -> tuple[ProfileCheck, ...]:
    """Every exam on offer, its blueprint beside what its bank holds now."""
    with store.read() as conn:
        return tuple(_check(conn, offered) for offered in rows.all_offered(conn))


def _check(conn: Connection, offered: OfferedExam) -> ProfileCheck:
    exam = offered.profile
    cells = {cell for part in exam.parts for quota in part.blueprint for cell in quota.cells}
    counts = item_rows.cell_counts(conn, offered.bank_id, cells)
    titles = item_rows.topic_titles(conn, offered.bank_id)
    short = {
        (one.topics, one.difficulty) for one in shortfalls(exam, rows.concept_supply(conn, offered.bank_id))
    }
    wanted = wanted_of(exam)
    return ProfileCheck(
        offered,
        tuple(
            QuotaCheck(
                part.title,
                tuple(titles.get(topic, topic) for topic in quota.topics),
                quota.difficulty,
                quota.items,
                sum(counts[cell] for cell in quota.cells),
                _supply(quota, short, counts, wanted),
            )
            for part in exam.parts
            for quota in part.blueprint
        ),
    )


def wanted_of(exam: ExamProfile) -> Mapping[tuple[Cell, ...], int]:
    """The items that one booklet takes from the same cells; quotas of several parts add up."""
    wanted: dict[tuple[Cell, ...], int] = {}
    for part in exam.parts:
        for quota in part.blueprint:
            wanted[quota.cells] = wanted.get(quota.cells, 0) + quota.items
    return wanted


def _supply(
    quota: Quota,
    short: set[tuple[tuple[str, ...], int | None]],
    counts: Mapping[Cell, int],
    wanted: Mapping[tuple[Cell, ...], int],
) -> Supply:
    if (quota.topics, quota.difficulty) in short:
        return Supply.SHORT
    units = sum(counts[cell] for cell in quota.cells)
    return Supply.THIN if 2 * units < 3 * wanted[quota.cells] else Supply.AMPLE
