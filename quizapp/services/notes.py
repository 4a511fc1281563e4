"""Study notes for readers: the list of them, one whole, and the section that explains a subtopic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from quizapp.bank.head import facts_of
from quizapp.bank.markup import SafeHtml, render
from quizapp.bank.notes import note_of
from quizapp.bank.values import Fact, Note
from quizapp.services.errors import NotFound
from quizapp.services.plots import Drawn, drawn
from quizapp.store import items as item_rows
from quizapp.store import notes as rows
from quizapp.store.practice import subtopic_sizes
from quizapp.store.transaction import Store


@dataclass(frozen=True)
class ListedNote:
    """A note in the list."""

    bank_slug: str
    slug: str
    topic: str
    kind: str
    title: str
    lede: str


@dataclass(frozen=True)
class NoteBank:
    """The notes of one bank, in the order of its topics; briefings last."""

    title: str
    notes: tuple[ListedNote, ...]


@dataclass(frozen=True)
class ShownSection:
    """A section as a page shows it; `questions` are those of its subtopic."""

    subtopic: str | None
    title: str
    html: SafeHtml
    plot: Drawn | None
    questions: int


@dataclass(frozen=True)
class ShownNote:
    """A note as a page shows it."""

    note: Note
    bank_slug: str
    bank_title: str
    topic: str
    sections: tuple[ShownSection, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class NoteLink:
    """Where a question's subtopic is explained."""

    bank_slug: str
    slug: str
    subtopic: str
    title: str


def list_notes(store: Store) -> tuple[NoteBank, ...]:
    """Every note of every bank that has some."""
    with store.read() as conn:
        found = []
        for bank in item_rows.all_banks(conn):
            place = {topic: n for n, topic in enumerate(item_rows.topic_titles(conn, bank.id))}
            held = [
                ((one.kind == "briefing", place.get(one.topic, len(place)), one.slug), _listed(one))
                for one in rows.notes_of(conn, bank.id)
            ]
            if held:
                found.append(
                    NoteBank(bank.title, tuple(note for _, note in sorted(held, key=lambda one: one[0])))
                )
    return tuple(found)


def _listed(stored: rows.StoredNote) -> ListedNote:
    source = stored.source
    return ListedNote(
        stored.bank_slug, stored.slug, stored.topic, stored.kind, source["title"], source["lede"]
    )


def show_note(store: Store, bank_slug: str, slug: str) -> ShownNote:
    """A note with its plots drawn; raises NotFound."""
    with store.read() as conn:
        stored, bank = rows.find_note(conn, bank_slug, slug), item_rows.bank_by_slug(conn, bank_slug)
        if stored is None or bank is None:
            raise NotFound
        topic = item_rows.topic_titles(conn, bank.id).get(stored.topic, stored.topic)
        sizes = subtopic_sizes(conn, bank.id)
    facts = {one.id: one for one in facts_of(json.loads(bank.document))}
    note = _note(json.dumps(stored.source), bank.document)
    sections = tuple(
        ShownSection(
            one.subtopic,
            one.title,
            render(one.text),
            drawn(one.plot) if one.plot else None,
            sizes.get(one.subtopic or "", 0),
        )
        for one in note.sections
    )
    return ShownNote(
        note, bank.slug, bank.title, topic, sections, tuple(facts[one] for one in note.facts if one in facts)
    )


@lru_cache(maxsize=64)
def _note(source: str, document: str) -> Note:
    return note_of(json.loads(source), {one.id: one for one in facts_of(json.loads(document))})


def links(conn: Connection, bank_id: int) -> Mapping[str, NoteLink]:
    """The section that explains each subtopic of a bank."""
    found: dict[str, NoteLink] = {}
    for one in rows.notes_of(conn, bank_id):
        for section in one.source["sections"]:
            if section.get("subtopic") and one.kind == "note":
                link = NoteLink(one.bank_slug, one.slug, section["subtopic"], section["title"])
                found.setdefault(link.subtopic, link)
    return found
