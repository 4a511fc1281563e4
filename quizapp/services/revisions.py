"""From a plan to a new revision of a bank: what would change, what stands in the way, and the publishing."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from quizapp.assessment.blueprint import Cell, ExamProfile, shortfalls
from quizapp.assessment.errors import BlueprintShort
from quizapp.assessment.item import PublicItem, Status
from quizapp.bank.head import facts_of, head_document, head_of
from quizapp.bank.values import BankHead, Fact, KnownBank, KnownItem
from quizapp.services.facts import ChangedFact, changed_facts
from quizapp.services.plans import PlacedItem, Plan, PlannedItem
from quizapp.store import exams as exam_rows
from quizapp.store import items as rows
from quizapp.store import notes as note_rows
from quizapp.store import publishing
from quizapp.store.items import StoredBank
from quizapp.store.publishing import HeldItem, ItemRow, Touched

MOST_LINKED = 10
"""How many of the attempts that a changed key touches are named."""


class Fate(StrEnum):
    """What becomes of an item that the files hold."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """A sound item of the files beside the bank. `touched` is set where its key changes."""

    slug: str
    file: str
    line: int
    fate: Fate
    stays_retired: bool
    touched: Touched | None


@dataclass(frozen=True)
class GoneItem:
    """An item that the bank holds and its topic's file does not.

    With `bound` it belongs to a case set that the files hold, so it cannot stay as it was.
    """

    slug: str
    topic: str
    bound: bool


@dataclass(frozen=True)
class ShortQuota:
    """A quota that the bank, as it would be, cannot be sure to fill."""

    exam: str
    short: BlueprintShort


@dataclass(frozen=True)
class Comparison:
    """A plan beside the bank as it is; `other` says that head, facts or exams change."""

    changes: tuple[Change, ...]
    gone: tuple[GoneItem, ...]
    short: tuple[ShortQuota, ...]
    other: bool
    facts: tuple[ChangedFact, ...]
    notes: Mapping[str, Fate]

    @property
    def idle(self) -> bool:
        """Whether publishing would change nothing but what is ticked among the gone."""
        fates = [*(one.fate for one in self.changes), *self.notes.values()]
        return not self.other and all(one is Fate.SAME for one in fates)


def known_bank(conn: Connection, slug: str) -> KnownBank | None:
    """What is stored of a bank, as the reader of its files wants it."""
    bank = rows.bank_by_slug(conn, slug)
    if bank is None:
        return None
    document = json.loads(bank.document)
    held = publishing.held_items(conn, bank.id)
    publics = rows.public_items(conn, [one.version for one in held.values()])
    return KnownBank(
        head_of(bank.slug, bank.title, bank.licence, document),
        facts_of(document),
        tuple(_known(one, publics[one.version]) for one in held.values()),
    )


def _known(held: HeldItem, public: PublicItem) -> KnownItem:
    return KnownItem(
        held.slug,
        held.topic,
        public.subtopic,
        public.objective,
        held.concept,
        held.unit_key,
        held.status != Status.RETIRED,
    )


def compare(conn: Connection, bank: StoredBank | None, plan: Plan, retire: Collection[str]) -> Comparison:
    """A plan beside the bank as it is; `retire` are the slugs of gone items that are to be retired."""
    held = publishing.held_items(conn, bank.id) if bank else {}
    publics = rows.public_items(conn, [one.version for one in plan.items])
    units = {_placed(one, publics).unit_key for one in plan.items}
    changes = tuple(_change(conn, one, held.get(one.slug)) for one in plan.items)
    gone = tuple(GoneItem(one.slug, one.topic, one.unit_key in units) for one in _gone(plan, held))
    return Comparison(
        changes,
        gone,
        _short(conn, bank, plan, held, publics, retire),
        _other(conn, bank, plan),
        changed_facts(conn, bank.id, facts_of(json.loads(bank.document)), plan.facts or ()) if bank else (),
        _note_fates(conn, bank, plan),
    )


def _note_fates(conn: Connection, bank: StoredBank | None, plan: Plan) -> dict[str, Fate]:
    held = {one.slug: one.source for one in note_rows.notes_of(conn, bank.id)} if bank else {}
    return {
        one["note"]: Fate.NEW
        if one["note"] not in held
        else Fate.SAME
        if held[one["note"]] == one
        else Fate.CHANGED
        for one in plan.notes
    }


def _change(conn: Connection, planned: PlannedItem, held: HeldItem | None) -> Change:
    if held is None:
        return Change(planned.slug, planned.file, planned.line, Fate.NEW, False, None)
    by_hand = held.retired_by_hand
    standing = (Status.RETIRED if by_hand else planned.status, planned.sample)
    same = planned.version == held.version and standing == (held.status, held.sample)
    new_key = planned.key != held.key_digest
    touched = publishing.touched_by(conn, held.id, planned.key, MOST_LINKED) if new_key else None
    fate = Fate.SAME if same else Fate.CHANGED
    return Change(
        planned.slug,
        planned.file,
        planned.line,
        fate,
        by_hand and planned.status is not Status.RETIRED,
        touched,
    )


def _gone(plan: Plan, held: Mapping[str, HeldItem]) -> list[HeldItem]:
    named = {one.slug for one in plan.items} | set(plan.rejected)
    return [
        one
        for one in sorted(held.values(), key=lambda one: (one.topic, one.ordinal, one.slug))
        if one.topic in plan.topics and one.slug not in named and one.status != Status.RETIRED
    ]


def _short(
    conn: Connection,
    bank: StoredBank | None,
    plan: Plan,
    held: Mapping[str, HeldItem],
    publics: Mapping[str, PublicItem],
    retire: Collection[str],
) -> tuple[ShortQuota, ...]:
    profiles = plan.profiles
    if profiles is None:
        profiles = _offered(conn, bank.id) if bank else ()
    supply: dict[Cell, set[str]] = {}
    named = {one.slug for one in plan.items}
    for stays in held.values():
        drawn = stays.status == Status.LIVE and not stays.sample and stays.unit_key == stays.slug
        if drawn and stays.slug not in named and stays.slug not in retire:
            supply.setdefault((stays.topic, stays.difficulty), set()).add(stays.concept)
    for one in plan.items:
        public = publics[one.version]
        by_hand = one.slug in held and held[one.slug].retired_by_hand
        if one.status is Status.LIVE and not one.sample and not by_hand and public.stimulus is None:
            supply.setdefault((public.topic, public.difficulty), set()).add(public.concept)
    return short_quotas(profiles, {cell: frozenset(concepts) for cell, concepts in supply.items()})


def short_quotas(
    profiles: tuple[ExamProfile, ...], supply: Mapping[Cell, frozenset[str]]
) -> tuple[ShortQuota, ...]:
    """Every quota of some exams that a supply cannot be sure to fill."""
    return tuple(
        ShortQuota(profile.title, short) for profile in profiles for short in shortfalls(profile, supply)
    )


def _other(conn: Connection, bank: StoredBank | None, plan: Plan) -> bool:
    """Whether the plan changes head, facts or exams."""
    if bank is None:
        return True
    head, document = _head(conn, bank, plan)
    if (bank.title, bank.licence, json.loads(bank.document)) != (head.title, head.licence, document):
        return True
    return plan.profiles is not None and plan.profiles != _offered(conn, bank.id)


def _offered(conn: Connection, bank_id: int) -> tuple[ExamProfile, ...]:
    return tuple(one.profile for one in exam_rows.all_offered(conn) if one.bank_id == bank_id)


def _head(conn: Connection, bank: StoredBank | None, plan: Plan) -> tuple[BankHead, dict[str, Any]]:
    """The head as it would be, with its document.

    Facts that a file no longer holds are kept, since items that stay may rest on them; so are topics of
    which there are items.
    """
    stored: dict[str, Any] = json.loads(bank.document) if bank else {"covers": "", "topics": []}
    old = head_of(bank.slug, bank.title, bank.licence, stored) if bank else None
    head = plan.head or old
    assert head is not None
    facts: dict[str, Fact] = {one.id: one for one in plan.facts or ()}
    kept = tuple(one for one in facts_of(stored) if one.id not in facts)
    document = head_document(head, (*facts.values(), *kept) if plan.facts is not None else facts_of(stored))
    if plan.head is None:
        # What the bank says of itself stays word for word.
        return head, stored | {"facts": document["facts"]} if plan.facts is not None else stored
    if bank:
        used = {one.topic for one in publishing.held_items(conn, bank.id).values()}
        names = {topic.id for topic in head.topics}
        document["topics"] += [
            one for one in stored["topics"] if one["id"] in used and one["id"] not in names
        ]
    return head, document


def _placed(planned: PlannedItem, publics: Mapping[str, PublicItem]) -> PlacedItem:
    return PlacedItem(publics[planned.version], planned.status, planned.sample, planned.facts)


@dataclass(frozen=True)
class Publication:
    """By whom and why a revision is published; `shipped_digest` is that of the files that ship."""

    origin: str
    account_id: int | None
    now: datetime
    shipped_digest: str | None = None


def planned_rows(conn: Connection, plan: Plan) -> list[ItemRow]:
    """The rows of a plan's items. Versions must be staged."""
    publics = rows.public_items(conn, [one.version for one in plan.items])
    placed = ((one.ordinal, _placed(one, publics)) for one in plan.items)
    return publishing.item_rows(placed, {one.slug: one.version for one in plan.items})


def publish_plan(
    conn: Connection,
    slug: str,
    bank: StoredBank | None,
    plan: Plan,
    planned: Sequence[ItemRow],
    retire: Collection[str],
    by: Publication,
) -> int:
    """Make a plan, whose rows are ready, the bank's next revision, all in this unit; its number."""
    head, document = _head(conn, bank, plan)
    text = json.dumps(document)
    if bank is None:
        bank_id = publishing.add_bank(conn, slug, head.title, head.licence, text)
    else:
        bank_id = bank.id
        publishing.set_head(conn, bank_id, {"title": head.title, "licence": head.licence, "document": text})
    held = publishing.held_items(conn, bank_id)
    publishing.put_items(conn, bank_id, planned, held)
    if retire:
        publishing.retire_items(conn, [held[one].id for one in retire])
    if plan.profiles is not None:
        exam_rows.publish_exams(conn, bank_id, plan.profiles)
    note_rows.put_notes(conn, bank_id, plan.notes, alone=by.shipped_digest is not None)
    if by.shipped_digest is not None:
        publishing.set_head(conn, bank_id, {"shipped_digest": by.shipped_digest})
    summary = {"items": len(plan.items), "retired": len(retire), "left_out": len(plan.rejected)}
    return publishing.publish(conn, bank_id, by.origin, by.account_id, summary, by.now)
