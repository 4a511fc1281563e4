"""One item edited in a form: filled from a stored version, given back as typed, staged like an upload."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from quizapp.assessment.access import Ground, Sealed, release, sealed_apart
from quizapp.assessment.codec import item_to_document
from quizapp.assessment.item import Item, Status
from quizapp.bank import editing
from quizapp.bank.editing import Draft, Entry
from quizapp.services.errors import NotFound
from quizapp.services.uploads import stage_edit
from quizapp.store import attempts as attempt_rows
from quizapp.store import catalogue, publishing
from quizapp.store import items as rows
from quizapp.store.catalogue import ItemRow
from quizapp.store.transaction import Store


class Act(StrEnum):
    """What a button does to a list of a form."""

    ADD = "add"
    REMOVE = "remove"
    UP = "up"


@dataclass(frozen=True)
class Form:
    """An item as a form. `faults` are what is wrong, by the names of fields; the item has the empty one.

    `entries` are empty while the item's key stays shut for this account; `first` is the field to begin with.
    """

    row: ItemRow
    bank_slug: str
    entries: tuple[Entry, ...]
    faults: tuple[tuple[str, str], ...] = ()
    first: str = ""


@dataclass(frozen=True)
class _Held:
    """An item with its key, and the others of its case set. `item` is None while it stays shut."""

    row: ItemRow
    bank_slug: str
    item: Item | None = None
    siblings: tuple[Item, ...] = ()

    def form(self, draft: Draft, faults: Mapping[str, list[str]] | None = None, first: str = "") -> Form:
        """The form that holds a draft."""
        told = faults or {}
        entries = editing.entries(self.row.interaction, draft, told) if self.item else ()
        pairs = tuple((name, fault) for name, held in told.items() for fault in held)
        return Form(self.row, self.bank_slug, entries, pairs, first)


def opened(store: Store, account_id: int, item_id: int, version: str | None = None) -> Form:
    """The form of an item, filled from a stored version of it, or from the one in use.

    Raises NotFound for an unknown item, for a template, and for a version that is not the item's own.
    """
    held = _held(store, account_id, item_id, version)
    return held.form(editing.draft_of_document(item_to_document(held.item)) if held.item else {})


def kept(store: Store, account_id: int, item_id: int, typed: Mapping[str, str]) -> Form:
    """The form as it was typed; raises NotFound as `opened` does."""
    held = _held(store, account_id, item_id)
    return held.form(editing.draft_of_form(held.row.interaction, typed))


def reworked(
    store: Store, account_id: int, item_id: int, typed: Mapping[str, str], act: Act, name: str
) -> Form:
    """The form as it was typed, with one list changed; raises NotFound as `opened` does."""
    held, first = _held(store, account_id, item_id), ""
    way = held.row.interaction
    draft = editing.draft_of_form(way, typed)
    if act is Act.ADD:
        draft, first = editing.with_one_more(way, draft, name)
    elif act is Act.REMOVE:
        draft = editing.without(way, draft, name)
    else:
        draft = editing.moved_up(way, draft, name)
    return held.form(draft, first=first)


def save(
    store: Store, account_id: int, item_id: int, typed: Mapping[str, str], now: datetime
) -> tuple[str | None, Form]:
    """Stage what was typed; the public id of its report, None where something is wrong, and the form.

    The item goes the way of every file: the same reading, the same report, published by whoever may. Raises
    NotFound as `opened` does, and Refused where an account sends more than anyone can look at.
    """
    held = _held(store, account_id, item_id)
    way, item = held.row.interaction, held.item
    draft = editing.draft_of_form(way, typed)
    if item is None:
        return None, held.form(draft)
    stimulus = item.public.stimulus
    fixed = {"id": item.public.id, "interaction": way} | ({"stimulus": stimulus.id} if stimulus else {})
    documents = [
        editing.document_of_draft(way, draft, fixed),
        *(item_to_document(one) for one in held.siblings),
    ]
    stimuli = [vars(stimulus)] if stimulus else []
    content = editing.file_of(held.bank_slug, item.public.topic, stimuli, documents)
    public_id, reading = stage_edit(store, account_id, f"{item.public.id}.yml", content, now)
    faults = editing.faults_in(content, item.public.id, reading.problems)
    return public_id, held.form(draft, faults)


def _held(store: Store, account_id: int, item_id: int, version: str | None = None) -> _Held:
    with store.read() as conn:
        row = catalogue.find_item(conn, item_id)
        if row is None or row.template is not None:
            raise NotFound
        bank_slug = catalogue.bank_slug_of(conn, row.bank_id)
        chosen = version or row.version
        if chosen not in {one.version for one in catalogue.versions_of(conn, bank_slug, row.slug)}:
            raise NotFound
        found = _Held(row, bank_slug)
        whole = _whole(conn, account_id, row, chosen)
    return replace(found, item=whole[0], siblings=whole[1:]) if whole else found


def _whole(conn: Connection, account_id: int, row: ItemRow, version: str) -> tuple[Item, ...]:
    """The item and the others of its case set with their keys; nothing while one of them stays shut."""
    others = [
        one
        for one in publishing.held_items(conn, row.bank_id).values()
        if one.unit_key == row.unit_key and one.id != row.id and one.status != Status.RETIRED
    ]
    publics = rows.public_items(conn, [version, *(one.version for one in others)])
    sitting = attempt_rows.sitting_of(conn, account_id)
    # An edit may have moved the item to another concept: an open attempt on either keeps it shut.
    sealed = tuple(
        Sealed(public.id, name, concept)
        for name, public in publics.items()
        for concept in {public.concept, row.concept}
    )
    free, shut = sealed_apart(sealed, sitting)
    if shut:
        return ()
    secrets = rows.secret_items(conn, release(free, Ground.PREVIEW, holds=True, sitting=sitting))
    scenario = publics[version].stimulus
    own = Item(publics[version], secrets[version], Status(row.status), row.sample)
    return own, *(
        Item(publics[one.version], secrets[one.version], Status(one.status), one.sample)
        for one in sorted(others, key=lambda one: one.ordinal)
        if publics[one.version].stimulus == scenario
    )
