"""Exam profiles in the database: content-addressed versions, and which of them a bank offers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Cell, ExamProfile
from quizapp.assessment.codec import digest, profile_document, profile_from_document
from quizapp.store.tables import attempt, bank, exam_version, item
from quizapp.store.transaction import hot


@dataclass(frozen=True)
class OfferedExam:
    """An exam that a bank offers, as it is now.

    `reviews` holds each fact of the bank: its day of review, as an ISO date that sorts as days do, and id.
    """

    bank_id: int
    bank_slug: str
    bank_title: str
    covers: str
    reviews: tuple[tuple[str, str], ...]
    revision: int
    exam_slug: str
    version: str
    profile: ExamProfile


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt that is not closed yet, and what it is an attempt at."""

    public_id: str
    bank_slug: str
    exam_slug: str
    mode: Mode


OFFERED = (
    *("b.id", "b.slug", "b.title", "b.document", "b.revision"),
    *("e.slug", "e.version", "v.document"),
)
"""The columns that an offered exam is made of, from `ON_OFFER`."""
ON_OFFER = "bank b JOIN exam e ON e.bank_id = b.id JOIN exam_version v ON v.version = e.version"
_offers = f"SELECT {', '.join(OFFERED)} FROM {ON_OFFER} WHERE e.offered "  # noqa: S608 - names, no values
_one_offered = hot(_offers + "AND b.slug = :bank_slug AND e.slug = :exam_slug")
_all_offered = hot(_offers + "ORDER BY b.slug, e.ordinal")


def offered_in(row: tuple[Any, ...]) -> OfferedExam:
    """The exam in a row that begins with the columns `OFFERED`."""
    bank_id, bank_slug, title, document, revision, exam_slug, version, profile = row[: len(OFFERED)]
    head = _head(document)
    return OfferedExam(
        bank_id,
        bank_slug,
        title,
        head.covers,
        head.reviews,
        revision,
        exam_slug,
        version,
        stored_profile(version, profile),
    )


class _Head(NamedTuple):
    covers: str
    reviews: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _head(document: str) -> _Head:
    held = json.loads(document)
    reviews = tuple((one["review_by"], one["id"]) for one in held.get("facts", ()))
    return _Head(str(held["covers"]), reviews)


def offered(conn: Connection, bank_slug: str, exam_slug: str) -> OfferedExam | None:
    """One exam that is offered; None for any other."""
    row = _one_offered.one(conn, bank_slug=bank_slug, exam_slug=exam_slug)
    return offered_in(row) if row else None


def all_offered(conn: Connection) -> tuple[OfferedExam, ...]:
    """Every exam that is offered, by bank and in the order of its file."""
    return tuple(map(offered_in, _all_offered(conn)))


_profiles: dict[str, ExamProfile] = {}
_MOST_CACHED = 1000


def profile_of(conn: Connection, version: str) -> ExamProfile:
    """The exam profile of a version that is stored; a version never changes, so it is read once."""
    known = _profiles.get(version)
    if known:
        return known
    asked = select(exam_version.c.document).where(exam_version.c.version == version)
    return stored_profile(version, conn.execute(asked).scalar_one())


def stored_profile(version: str, document: str) -> ExamProfile:
    """The exam profile of a version, from its stored document where it was not read before."""
    known = _profiles.get(version)
    if known is None:
        known = profile_from_document(json.loads(document))
        if len(_profiles) >= _MOST_CACHED:
            _profiles.clear()
        _profiles[version] = known
    return known


_version = hot("SELECT version FROM exam_version WHERE version = :version")


def keep_version(conn: Connection, version: str, document: Mapping[str, Any]) -> None:
    """Store a profile under its hash, unless it is there."""
    if _version.one(conn, version=version) is None:
        conn.execute(insert(exam_version).values(version=version, document=json.dumps(document)))


_withdraw = hot("UPDATE exam SET offered = false WHERE bank_id = :bank_id")
_offer = hot("""
INSERT INTO exam (bank_id, slug, version, ordinal, offered)
VALUES (:bank_id, :slug, :version, :ordinal, true)
    ON CONFLICT (bank_id, slug)
    DO UPDATE SET version = excluded.version, ordinal = excluded.ordinal, offered = true
""")


def publish_exams(conn: Connection, bank_id: int, profiles: Sequence[ExamProfile]) -> None:
    """Make these the exams that a bank offers, in this order; others stay known and are offered no more."""
    _withdraw(conn, bank_id=bank_id)
    for ordinal, profile in enumerate(profiles):
        document = profile_document(profile)
        version = digest(document)
        keep_version(conn, version, document)
        _offer(conn, bank_id=bank_id, slug=profile.id, version=version, ordinal=ordinal)


def open_attempts(conn: Connection, account_id: int) -> tuple[OpenAttempt, ...]:
    """The account's attempts that were open when last written, practice included."""
    rows = conn.execute(
        select(attempt.c.public_id, bank.c.slug, attempt.c.exam_slug, attempt.c.mode)
        .join(bank, bank.c.id == attempt.c.bank_id)
        .where(attempt.c.account_id == account_id, attempt.c.state == "open")
        .order_by(attempt.c.started_at)
    )
    return tuple(OpenAttempt(public_id, slug, exam, Mode(mode)) for public_id, slug, exam, mode in rows)


def concept_supply(conn: Connection, bank_id: int) -> dict[Cell, frozenset[str]]:
    """The concepts of the single items that may be drawn, per cell; case sets are left out."""
    rows = conn.execute(
        select(item.c.topic, item.c.difficulty, item.c.concept).where(
            item.c.bank_id == bank_id,
            item.c.status == "live",
            item.c.sample.is_(False),
            item.c.unit_key == item.c.slug,
        )
    )
    supply: dict[Cell, set[str]] = {}
    for topic, difficulty, concept in rows:
        supply.setdefault((topic, difficulty), set()).add(concept)
    return {cell: frozenset(concepts) for cell, concepts in supply.items()}
