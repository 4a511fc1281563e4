"""A small bank in a database, for tests of what candidates, authors and admins do with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.blueprint import Door, ExamPart, ExamProfile, Order, Quota
from quizapp.assessment.codec import item_from_document
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Item, Stimulus
from quizapp.services import attempts, responses
from quizapp.services.responses import Save
from quizapp.store import accounts as account_rows
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as stored_items
from quizapp.store.exams import publish_exams
from quizapp.store.notes import put_notes
from quizapp.store.publishing import (
    add_bank,
    held_items,
    item_rows,
    publish,
    put_items,
    set_head,
    stage_versions,
    version_rows,
)
from quizapp.store.tables import (
    attempt,
    bank,
    bank_revision,
    draw_position,
    exam_version,
    item,
    item_fact,
    item_secret,
    item_version,
    note,
)
from quizapp.store.tables import exam as exam_row
from quizapp.store.transaction import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COVERS = "Two topics made up for tests. It covers no syllabus."
CANARY = "canary-rationale"
"""Stands in every rationale and explanation, and nowhere else."""
NOTE = {
    "format": "1",
    "bank": "small",
    "note": "first-note",
    "topic": "T1",
    "kind": "note",
    "title": "The first topic",
    "lede": "See what there is to see.",
    "values": {"half": "5 / 2"},
    "sections": [
        {
            "subtopic": "1.1",
            "title": "Halves",
            "text": "Half of five is [[half]].",
            "plot": {
                "title": "Twice as much, twice as high",
                "x": "How much",
                "y": "How high",
                "series": [
                    {"name": "twice", "formula": "2 * x", "over": {"from": "0", "to": "10", "by": "1"}},
                    {"name": "thrice", "formula": "3 * x", "over": {"from": "0", "to": "10", "by": "1"}},
                ],
            },
        }
    ],
    "sources": ["A named text"],
    "as_of": "2026-06-30",
    "review_by": "2027-06-30",
    "licence": "CC-BY-4.0",
    "author": "quizapp contributors",
}
"""A study note as its file says it."""
CASE = Stimulus("ladder", "A ladder of bills", "A client holds *three* bills.")


def single(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A single-choice item; `right` is its key."""
    stem = more.pop("stem", f"Which option answers {slug}?")
    options = [
        {"id": name, "text": f"Text {name} of {slug}", "rationale": f"{CANARY} {name}"}
        | ({} if name == "right" else {"misconception": "slip"})
        for name in ("right", "near", "far", "off")
    ]
    return _item(
        slug,
        topic,
        difficulty,
        "single_choice",
        stem,
        more,
        options=options,
        key=["right"],
        option_order="shuffled",
    )


def multiple(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A multiple-response item; `right` and `too` are its key."""
    options = [
        {"id": name, "text": f"Text {name} of {slug}", "rationale": f"{CANARY} {name}"}
        | ({} if name in ("right", "too") else {"misconception": "slip"})
        for name in ("right", "too", "far", "off")
    ]
    stem = f"Which options answer {slug}?"
    key = ["right", "too"]
    return _item(
        slug,
        topic,
        difficulty,
        "multiple_response",
        stem,
        more,
        options=options,
        key=key,
        choose="open",
        option_order="shuffled",
    )


def numeric(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A numeric item with key 2.5."""
    slips = [{"value": "5.0", "misconception": "doubled", "rationale": f"{CANARY} doubled"}]
    return _item(
        slug,
        topic,
        difficulty,
        "numeric_entry",
        f"What is half of five, for {slug}?",
        more,
        unit="%",
        decimals=1,
        key={"value": "2.5", "tolerance": "0.05"},
        slips=slips,
    )


def truth(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A true-or-false item; "true" is its key."""
    return _item(
        slug,
        topic,
        difficulty,
        "true_false",
        f"What is said of {slug} holds.",
        more,
        key=True,
        why_right=f"{CANARY} right",
        why_wrong=f"{CANARY} wrong",
        misconception="slip",
    )


def statements(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A statement set of which the first two hold."""
    told = [
        {
            "text": f"Statement {n} of {slug}",
            "truth": n < 3,
            "reason": f"{CANARY} {n}",
            "misconception": "slip",
        }
        for n in (1, 2, 3)
    ]
    stem = f"Which statements about {slug} hold?"
    return _item(slug, topic, difficulty, "statement_set", stem, more, statements=told)


def matched(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A matching item; the first prompt goes with the first option, and so on."""
    prompts = [
        {"text": f"Prompt {n}", "key": f"option-{n}", "rationale": f"{CANARY} {n}", "misconception": "slip"}
        for n in (1, 2, 3)
    ]
    options = [{"id": f"option-{n}", "text": f"Option {n} of {slug}"} for n in (1, 2, 3)]
    stem = f"What belongs together in {slug}?"
    return _item(slug, topic, difficulty, "matching", stem, more, prompts=prompts, options=options)


def ordered(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """An ordering item of three elements."""
    elements = [
        {"id": one, "text": f"Step {one} of {slug}", "rationale": f"{CANARY} {one}", "misconception": "slip"}
        for one in ("sow", "reap", "grind")
    ]
    stem = f"In which order do the steps of {slug} come?"
    return _item(slug, topic, difficulty, "ordering", stem, more, elements=elements)


def worded(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A short-text item; "open sesame" is right."""
    slips = [{"pattern": "barley", "misconception": "slip", "rationale": f"{CANARY} barley"}]
    accepted = ["open sesame", f"{CANARY} key"]
    stem = f"Which words open {slug}?"
    right = f"{CANARY} right"
    return _item(
        slug, topic, difficulty, "short_text", stem, more, accepted=accepted, why_right=right, slips=slips
    )


def gapped(slug: str, topic: str = "T1", difficulty: int = 1, **more: Any) -> Item:
    """A cloze item; "a", 2.5 and "open sesame" are right."""
    choices = [
        {"id": "a", "text": f"first of {slug}", "rationale": f"{CANARY} a"},
        {"id": "b", "text": f"second of {slug}", "rationale": f"{CANARY} b", "misconception": "slip"},
    ]
    blanks = [
        {"id": "one", "choices": choices, "key": "a"},
        {
            "id": "two",
            "number": {"value": "2.5", "tolerance": "0.05", "decimals": 1, "unit": "%"},
            "why_right": f"{CANARY} two",
            "slips": [{"value": "5.0", "misconception": "doubled", "rationale": f"{CANARY} doubled"}],
        },
        {
            "id": "three",
            "accepted": ["open sesame", f"{CANARY} key"],
            "why_right": f"{CANARY} three",
            "slips": [{"pattern": "barley", "misconception": "slip", "rationale": f"{CANARY} barley"}],
        },
    ]
    passage = (
        f"In *{slug}*, {{{{one}}}} comes first, {{{{two}}}} is half of five, and {{{{three}}}} opens it.\n"
    )
    stem = f"Fill in the blanks of {slug}."
    return _item(slug, topic, difficulty, "cloze", stem, more, passage=passage, blanks=blanks)


def _item(
    slug: str, topic: str, difficulty: int, interaction: str, stem: str, more: dict[str, Any], **body: Any
) -> Item:
    document = {
        "id": slug,
        "subtopic": "1.1",
        "objective": f"{topic}-O1",
        "concept": more.pop("concept", slug),
        "level": "recall",
        "difficulty": difficulty,
        "interaction": interaction,
        "style": "case" if more.get("stimulus") else "single",
        "stem": stem,
        "explanation": {"rule": f"{CANARY} rule", "why": f"{CANARY} why"},
        "sources": ["A named text"],
        "as_of": date(2026, 6, 30),
        "review_by": date(2027, 6, 30),
        "status": "live",
        "licence": "CC-BY-4.0",
        "author": "quizapp contributors",
    }
    return item_from_document(document | body | more, "small", topic, {CASE.id: CASE})


def items() -> list[Item]:
    """Eight units in topic T1; in T2 two single items and a case set of three; two samples."""
    return [
        *(single(f"one-{n}", "T1", 1 + n % 3) for n in range(7)),
        numeric("one-number", "T1", 2),
        single("two-0", "T2"),
        single("two-1", "T2"),
        *(single(f"two-case-{n}", "T2", 2, stimulus=CASE.id) for n in range(3)),
        single("sample-one", "T1", sample=True, concept="one-0"),
        numeric("sample-two", "T2", sample=True),
    ]


def part(title: str, asked: int, quotas: Sequence[Quota], **more: Any) -> ExamPart:
    """A part of an exam; ten minutes, 70 %, door free unless said; with a penalty, negative scoring."""
    return ExamPart(
        title,
        asked,
        more.get("minutes", 10),
        more.get("pass_percent", 70),
        ScoringRule.NEGATIVE if "penalty" in more else ScoringRule.ALL_OR_NOTHING,
        more.get("door", Door.FREE),
        tuple(quotas),
        more.get("penalty", Fraction(0)),
        more.get("order", Order.ANY),
        more.get("break_minutes", 0),
    )


def exam(slug: str, title: str, *parts: ExamPart) -> ExamProfile:
    """An exam profile."""
    return ExamProfile(
        slug,
        title,
        f"What {title} is good for.",
        "No examination.",
        "The test's author.",
        date(2026, 6, 30),
        False,
        parts,
    )


QUICK = exam("quick", "Quick test", part("Quick test", 4, [Quota(("T1",), None, 3), Quota(("T2",), None, 1)]))
WARM_UP = exam(
    "warm-up", "Warm-up", part("Warm-up", 2, [Quota(("T1", "T2"), None, 2)], minutes=None, pass_percent=None)
)
TWO_PARTS = exam(
    "two-parts",
    "Two-part test",
    part("Part I", 4, [Quota(("T1",), None, 4)], door=Door.ONE_WAY, pass_percent=75),
    part("Part II", 1, [Quota(("T2",), None, 1)], minutes=1, door=Door.ONE_WAY, pass_percent=80),
)
EXAMS = (QUICK, WARM_UP, TWO_PARTS)
STAGES = exam(
    "stages",
    "Test in stages",
    part("Part I", 2, [Quota(("T1",), None, 2)], door=Door.ONE_WAY, break_minutes=5),
    part("Part II", 6, [Quota(("T1",), None, 6)], minutes=3, order=Order.SEQUENTIAL),
)
"""A break, then questions that come one after another."""


STOCKED = (
    bank,
    bank_revision,
    item_version,
    item_secret,
    item,
    item_fact,
    draw_position,
    exam_version,
    exam_row,
    note,
)
"""The tables that a published bank stands in, each after those that it names."""
_held: dict[str, list[str]] = {}


def stock(
    store: Store, exams: Sequence[ExamProfile] = EXAMS, bank_items: Sequence[Item] | None = None
) -> int:
    """Publish the small bank; its id. Stocking again publishes a new revision of it.

    What publishing wrote into a database without a bank is held, and put as it was into the next such
    database: publishing has tests of its own, and costs ten times as much.
    """
    ready = items() if bank_items is None else list(bank_items)
    key = f"{store.dialect} {exams} {ready}"

    def unit(conn: Connection) -> int:
        if any(conn.execute(select(1).select_from(one).limit(1)).first() for one in (bank, item_version)):
            return _published(conn, exams, ready)
        if key in _held:
            _write(conn, _held[key])
        else:
            _published(conn, exams, ready)
            _held[key] = _rows_of(conn)
        return int(conn.execute(select(bank.c.id)).scalar_one())

    return store.write(unit)


def _published(conn: Connection, exams: Sequence[ExamProfile], ready: Sequence[Item]) -> int:
    known = stored_items.bank_by_slug(conn, "small")
    document = json.dumps(
        {
            "covers": COVERS,
            "topics": [{"id": "T1", "title": "First topic"}, {"id": "T2", "title": "Second topic"}],
        }
    )
    bank_id = known.id if known else add_bank(conn, "small", "A small bank", "CC-BY-4.0", document)
    set_head(conn, bank_id, {"document": document})
    rows = version_rows(ready)
    stage_versions(conn, rows, NOW)
    versions = {one.slug: one.version for one in rows}
    put_items(conn, bank_id, item_rows(enumerate(ready), versions), held_items(conn, bank_id))
    publish(conn, bank_id, "upload", None, {}, NOW)
    publish_exams(conn, bank_id, exams)
    put_notes(conn, bank_id, [NOTE], alone=True)
    return bank_id


def _rows_of(conn: Connection) -> list[str]:
    """The statements that write what stands in the tables of a bank, and where their numbers go on."""
    sqlite = conn.dialect.name == "sqlite"
    quoted, joined = ("quote", "group_concat") if sqlite else ("quote_nullable", "string_agg")
    statements = []
    for table in STOCKED:
        values = " || ',' || ".join(f"{quoted}({one.name})" for one in table.c)
        rows = conn.exec_driver_sql(f"SELECT {joined}('(' || {values} || ')', ',') FROM {table.name}")
        if found := rows.scalar():
            statements.append(f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) VALUES {found}")
            if not sqlite and "id" in table.c:
                statements.append(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
                )
    return statements


def _write(conn: Connection, statements: list[str]) -> None:
    cursor = conn.connection.cursor()
    # One way to PostgreSQL and back for all of them; SQLite's driver takes them singly.
    for one in statements if conn.dialect.name == "sqlite" else [";".join(statements)]:
        cursor.execute(one)
    cursor.close()


def candidate(store: Store, email: str = "ada@example.org") -> int:
    """A candidate who never logs in with a password."""
    added = store.write(lambda conn: account_rows.add_account(conn, email, "no hash", "candidate", NOW))
    assert added
    return added


@dataclass(frozen=True)
class Dealt:
    """A question of a booklet, as a test looks at it."""

    position: int
    slug: str
    version: str


def booklet(store: Store, public_id: str) -> list[Dealt]:
    """The questions of an attempt in order."""
    with store.read() as conn:
        found = conn.execute(select(attempt.c.id).where(attempt.c.public_id == public_id)).scalar_one()
        return [Dealt(one.position, one.slug, one.version) for one in attempt_rows.booklet(conn, found)]


def item_id(store: Store, slug: str) -> int:
    """The id of an item in the database."""
    with store.read() as conn:
        return int(conn.execute(select(item.c.id).where(item.c.slug == slug)).scalar_one())


def begin(
    store: Store, account_id: int, exam_slug: str = "quick", mode: Mode = Mode.TIMED, seed: int = 1
) -> str:
    """An attempt begun now."""
    return attempts.begin(store, account_id, "small", exam_slug, mode, NOW, seed)


def see(store: Store, account_id: int, public_id: str, now: datetime = NOW) -> None:
    """Display every question of an attempt to its account."""

    def unit(conn: Connection) -> None:
        found = attempt_rows.find_attempt(conn, public_id)
        assert found
        for one in attempt_rows.booklet(conn, found.id):
            attempt_rows.mark_displayed(conn, found.id, account_id, one.position, now)

    store.write(unit)


def answer(
    store: Store, account_id: int, public_id: str, position: int, right: bool, now: datetime = NOW
) -> None:
    """Answer a question, rightly or wrongly."""
    _answer(store, account_id, public_id, {position: right}, now)


def _answer(
    store: Store, account_id: int, public_id: str, rightly: dict[int, bool] | int, now: datetime
) -> None:
    """Answer the questions named, or all of them with the first so many rightly."""
    with store.read() as conn:
        uniquifier = account_rows.uniquifier(conn, account_id)
        dealt = booklet(store, public_id)
    assert uniquifier
    if isinstance(rightly, int):
        rightly = {one.position: one.position <= rightly for one in dealt}
    for position, right in rightly.items():
        good, bad = ("2.5", "7") if dealt[position - 1].slug == "one-number" else ("right", "off")
        save = Save(public_id, position, Kind.ANSWER, "test", position, 0, (good if right else bad,))
        responses.save_response(store, save, uniquifier, "no session", now)


def sit(
    store: Store, account_id: int, right: int, exam_slug: str = "quick", now: datetime = NOW, seed: int = 1
) -> str:
    """A closed attempt in which the first `right` questions are right and the others wrong; its public id."""
    public_id = attempts.begin(store, account_id, "small", exam_slug, Mode.TIMED, now, seed)
    see(store, account_id, public_id, now)
    _answer(store, account_id, public_id, right, now)
    attempts.hand_in(store, account_id, public_id, now)
    return public_id
