"""Proof that stored attempts are unchanged: what is planted in the database is found, and named."""

import itertools
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from quizapp.assessment import verification as core
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.assessment.log import entry_hash, fold, receipt, value_hash
from quizapp.assessment.verification import Discrepancy, Verification
from quizapp.services import attempts, verification
from quizapp.services.errors import NotFound
from quizapp.services.verification import prove
from quizapp.store import responses as response_rows
from quizapp.store.accounts import erase
from quizapp.store.tables import (
    attempt,
    attempt_part,
    booklet_item,
    exam_version,
    item_secret,
    item_version,
    response_log,
    response_value,
    to_microseconds,
)
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.desks import Desk, sit_down
from tests.small_bank import NOW

CHANGED_FULL = 10_000
"""D13: stored attempts of which one byte is changed; on a commit the databases share the columns."""
VERIFIED, VERIFIED_FULL = 9, 10_000
"""D13: attempts that nobody changed."""
REPLAYED, REPLAYED_FULL, SAVES = 6, 10_000, 20
"""D14: attempts rebuilt from their log, and saves in each."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Attempts:
    """Stored attempts of every kind, by their public ids."""

    store: Store
    closed: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.closed + self.open


@pytest.fixture(scope="module")
def sat(kept: Store) -> Attempts:
    """Attempts handed in, ended by time, left for a second part, practised, and open."""
    handed_in = [_walk(kept, seed, "quick") for seed in range(3)]
    by_time = _walk(kept, 3, "quick")
    two_parts, second = _walk(kept, 4, "two-parts"), _walk(kept, 5, "two-parts")
    tutored = _walk(kept, 6, "quick", Mode.TUTOR)
    for one in (two_parts, second):
        attempts.leave_part(kept, one[0].account_id, one[1], 0, NOW + 2 * MINUTE)
        one[0].save(one[1], 5, "right", now=NOW + 2 * MINUTE)
    for one in (*handed_in, two_parts, tutored):
        attempts.hand_in(kept, one[0].account_id, one[1], NOW + 2.5 * MINUTE)
    for one in (by_time, second):
        attempts.standing(kept, one[0].account_id, one[1], NOW + 60 * MINUTE)
    standing = [_walk(kept, seed, "quick") for seed in (7, 8)]
    closed = [public_id for _, public_id in (*handed_in, by_time, two_parts, second, tutored)]
    return Attempts(kept, tuple(closed), tuple(public_id for _, public_id in standing))


def _walk(store: Store, seed: int, exam: str, mode: Mode = Mode.TIMED, saves: int = 8) -> tuple[Desk, str]:
    """An attempt in which somebody answers, changes, clears, flags and strikes at will."""
    chance = random.Random(seed)
    desk = sit_down(store)
    public_id = attempts.begin(store, desk.account_id, "small", exam, mode, NOW, seed)
    slugs = [one.slug for one in small_bank.booklet(store, public_id)]
    held: dict[tuple[int, Kind], int] = {}
    for number in range(saves):
        position = chance.randint(1, 4)
        kind = chance.choice([Kind.ANSWER, Kind.ANSWER, Kind.FLAG])
        if kind is Kind.FLAG:
            value = chance.choice([("1",), ()])
        elif slugs[position - 1] == "one-number":
            value = chance.choice([("2.5",), ("7",), ()])
        else:
            value = chance.choice([("right",), ("near",), ("far",), ()])
        base = held.get((position, kind), 0)
        now = NOW + number * timedelta(seconds=1)
        held[position, kind] = desk.save(public_id, position, *value, kind=kind, base=base, now=now).version
    return desk, public_id


def _half_handed_in(store: Store, seeds: Iterable[int], saves: int = 8) -> tuple[str, ...]:
    """Attempts of so many saves, every other one handed in."""
    names = []
    for seed in seeds:
        desk, public_id = _walk(store, seed, "quick", saves=saves)
        if seed % 2 == 0:
            attempts.hand_in(store, desk.account_id, public_id, NOW + MINUTE)
        names.append(public_id)
    return tuple(names)


# What is planted is undone at once


class Undone(Exception):
    """What a unit found, carried past everything that it wrote."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


Prove = Callable[[Connection, str], Verification]
Plant = Callable[[Connection], None]


def _prove(conn: Connection, public_id: str) -> Verification:
    return prove(conn, public_id, {})


def seen_with(store: Store, public_id: str, plant: Plant, proving: Prove = _prove) -> Verification:
    """What a verification says while somebody with the database in hand has changed something."""

    def unit(conn: Connection) -> None:
        _unguard(conn)
        number = conn.execute(select(attempt.c.id).where(attempt.c.public_id == public_id)).scalar_one()
        plant(conn)
        name = conn.execute(select(attempt.c.public_id).where(attempt.c.id == number)).scalar_one()
        raise Undone(proving(conn, name))

    with pytest.raises(Undone) as undone:
        store.write(unit)
    found: Verification = undone.value.value
    return found


_GUARDS = (
    *(f"{name}_no_update" for name in ("response_log", "response_value", "item_version", "item_secret")),
    *("exam_version_no_update", "response_log_no_delete", "attempt_part_deadline"),
)


def _unguard(conn: Connection) -> None:
    """Take away what keeps the product itself from changing what it stored."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        return
    conn.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name in _GUARDS:
        conn.execute(text(f"DROP TRIGGER {name}"))


# One byte

PROVEN: dict[Table, Sequence[str]] = {
    attempt: (
        *("public_id", "bank_id", "exam_slug", "exam_version", "seed", "started_at", "finished_at"),
        *("answers_received", "last_received_at", "receipt"),
    ),
    attempt_part: ("part", "opened_at", "deadline_at", "closed_at", "extra_seconds"),
    booklet_item: ("position", "part", "item_id", "item_version", "concept", "option_order", "marks"),
    response_log: tuple(one.name for one in response_log.c if one.name != "kind"),
    response_value: ("log_id", "salt", "value"),
    item_version: ("version", "public", "key_digest"),
    item_secret: ("version", "secret"),
    exam_version: ("version", "document"),
}
"""What a verification proves; of `kind`, `state`, `mode` and `closed_by` no byte can be changed for another
that the database takes."""


def _rows_of(conn: Connection, table: Table, public_id: str) -> list[dict[str, Any]]:
    """The rows of a table that an attempt is made of."""
    own = select(attempt.c.id).where(attempt.c.public_id == public_id)
    dealt = select(booklet_item.c.item_version).where(booklet_item.c.attempt_id.in_(own))
    logged = select(response_log.c.id).where(response_log.c.attempt_id.in_(own))
    sat = select(attempt.c.exam_version).where(attempt.c.public_id == public_id)
    where = {
        "attempt": attempt.c.public_id == public_id,
        "response_value": response_value.c.log_id.in_(logged),
        "item_version": item_version.c.version.in_(dealt),
        "item_secret": item_secret.c.version.in_(dealt),
        "exam_version": exam_version.c.version.in_(sat),
    }
    asked = where[table.name] if table.name in where else table.c.attempt_id.in_(own)
    ordered = select(table).where(asked).order_by(*table.primary_key)
    return [dict(row) for row in conn.execute(ordered).mappings()]


def _other_byte(value: Any, chance: random.Random) -> Any:
    """The same value but for one letter or digit."""
    shown = str(value)
    place = chance.choice([place for place, sign in enumerate(shown) if sign.isalnum()])
    signs = "0123456789" if shown[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    changed = (
        shown[:place] + chance.choice([one for one in signs if one != shown[place]]) + shown[place + 1 :]
    )
    return int(changed) if isinstance(value, int) else changed


def _plant_byte(
    conn: Connection, table: Table, column: Column[Any], public_id: str, chance: random.Random
) -> None:
    row = chance.choice([one for one in _rows_of(conn, table, public_id) if one[column.name] is not None])
    value = row[column.name]
    stored = to_microseconds(value) if hasattr(value, "tzinfo") else value
    where = " AND ".join(f"{one.name} = :key_{one.name}" for one in table.primary_key)
    keys = {f"key_{one.name}": row[one.name] for one in table.primary_key}
    statement = text(f"UPDATE {table.name} SET {column.name} = :changed WHERE {where}")
    conn.execute(statement, {"changed": _other_byte(stored, chance), **keys})


def unnoticed(
    sat: Attempts, columns: Sequence[Column[Any]], numbers: range, proving: Prove = _prove
) -> dict[str, int]:
    """The columns of which a changed byte was not found, and by which number; each change is undone."""
    missed = {}
    for number in numbers:
        column = columns[number % len(columns)]
        table = column.table
        assert isinstance(table, Table)
        for attempted in itertools.count():
            # Where it is planted follows from the seed alone, whatever hashes and names are stored there.
            chance = random.Random(f"{number} {column} {attempted}")
            # What an open attempt loses at the end of its log shows in no receipt yet.
            ending = table is attempt or column is response_log.c.attempt_id
            public_id = chance.choice(sat.closed if ending else sat.all)
            plant = partial(_plant_byte, table=table, column=column, public_id=public_id, chance=chance)
            try:
                found = seen_with(sat.store, public_id, plant, proving)
            except (DBAPIError, IndexError):
                continue  # refused by the database, or the attempt has nothing there: not planted
            if found.unchanged:
                missed[str(column)] = number
            break
    return missed


COLUMNS = [table.c[name] for table, names in PROVEN.items() for name in names]


@pytest.mark.nightly
def test_d13_one_changed_byte_of_a_stored_attempt_is_found(sat: Attempts, rounds: Rounds) -> None:
    first = COLUMNS[sat.store.dialect == "postgresql" :: 2]
    columns = [*first, *(one for one in COLUMNS if one not in first)]
    assert unnoticed(sat, columns, rounds(len(first), CHANGED_FULL)) == {}


def test_d13_honest_attempts_verify(sat: Attempts, rounds: Rounds) -> None:
    assert len(sat.all) == VERIFIED
    seeds = rounds(VERIFIED, VERIFIED_FULL)
    more = _half_handed_in(sat.store, [one for one in seeds if one >= VERIFIED])
    found = {one.public_id: one for one in verification.verify_all(sat.store)}
    assert {*sat.all, *more} <= set(found)
    assert [one.discrepancies for one in found.values()] == [()] * len(found)
    assert all(found[one].receipt for one in sat.closed)
    assert sum(found[one].entries for one in sat.all) > 70


WITHOUT = {
    "_log": [response_log.c.client, response_log.c.version, response_log.c.prev_hash, response_value.c.value],
    "_booklet": [booklet_item.c.item_id, booklet_item.c.concept, exam_version.c.document],
    "_orders": [booklet_item.c.option_order],
    "_parts": [attempt_part.c.deadline_at],
    "_end": [attempt.c.receipt, attempt.c.answers_received, attempt.c.last_received_at],
    "_marks": [booklet_item.c.marks],
}
"""For each comparison the columns of which it alone finds some change."""


@pytest.mark.parametrize("comparison", WITHOUT)
@pytest.mark.nightly
def test_d13_control_without_a_comparison_changed_bytes_pass(
    sat: Attempts, comparison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, comparison, lambda *held: iter(()))
    columns = WITHOUT[comparison]
    assert unnoticed(sat, columns, range(len(columns))).keys() == {str(one) for one in columns}


# Each kind of change


def _entry_row(conn: Connection, public_id: str, number: int) -> dict[str, Any]:
    return _rows_of(conn, response_log, public_id)[number]


def _change_value(conn: Connection, public_id: str) -> None:
    """Another answer, with its salt."""
    row = _entry_row(conn, public_id, 3)
    changed = update(response_value).where(response_value.c.log_id == row["id"])
    conn.execute(changed.values(value='["off"]'))


def _change_value_and_hash(conn: Connection, public_id: str) -> None:
    """Another answer, and its hash in the log made to fit."""
    row = _entry_row(conn, public_id, 3)
    salt = conn.execute(
        select(response_value.c.salt).where(response_value.c.log_id == row["id"])
    ).scalar_one()
    _change_value(conn, public_id)
    forged = update(response_log).where(response_log.c.id == row["id"])
    conn.execute(forged.values(value_hash=value_hash(salt, '["off"]')))


def _change_value_and_both_hashes(conn: Connection, public_id: str) -> None:
    """Another answer, and both hashes of its entry made to fit."""
    _change_value_and_hash(conn, public_id)
    _rehash(conn, public_id, 3)


def _rehash(conn: Connection, public_id: str, number: int) -> None:
    row = _entry_row(conn, public_id, number)
    held = response_rows.log_of(conn, row["attempt_id"])[number]
    forged = update(response_log).where(response_log.c.id == row["id"])
    conn.execute(forged.values(entry_hash=entry_hash(held)))


def _change_last_entry(conn: Connection, public_id: str) -> None:
    """The last entry sent by another tab, and its hash made to fit: nothing follows it but the receipt."""
    number = len(_rows_of(conn, response_log, public_id)) - 1
    row = _entry_row(conn, public_id, number)
    conn.execute(update(response_log).where(response_log.c.id == row["id"]).values(client="elsewhere"))
    _rehash(conn, public_id, number)


def _take_value(conn: Connection, public_id: str) -> None:
    """One value erased, of an account that is not."""
    row = _entry_row(conn, public_id, 3)
    conn.execute(delete(response_value).where(response_value.c.log_id == row["id"]))


def _swap_entries(conn: Connection, public_id: str) -> None:
    """Two entries change places, values and all."""
    first, second = _entry_row(conn, public_id, 3), _entry_row(conn, public_id, 4)
    moves = ((first["id"], 999_999), (second["id"], first["id"]), (999_999, second["id"]))
    for table, name in ((response_log, "id"), (response_value, "log_id")):
        for old, new in moves:
            conn.execute(update(table).where(table.c[name] == old).values({name: new}))


def _take_entry(conn: Connection, public_id: str) -> None:
    """An entry in the middle is gone, with its value."""
    _delete_entry(conn, _entry_row(conn, public_id, 3))


def _take_last_entry(conn: Connection, public_id: str) -> None:
    """The last entry is gone, with its value."""
    _delete_entry(conn, _rows_of(conn, response_log, public_id)[-1])


def _delete_entry(conn: Connection, row: dict[str, Any]) -> None:
    conn.execute(delete(response_value).where(response_value.c.log_id == row["id"]))
    conn.execute(delete(response_log).where(response_log.c.id == row["id"]))


def _own(table: Table, public_id: str) -> Any:
    number = select(attempt.c.id).where(attempt.c.public_id == public_id).scalar_subquery()
    return (table.c.id if table is attempt else table.c.attempt_id) == number


def _set(table: Table, position: int | None = None, **values: Any) -> Callable[[Connection, str], None]:
    def plant(conn: Connection, public_id: str) -> None:
        where = _own(table, public_id)
        if position is not None:
            where &= table.c.position == position
        conn.execute(update(table).where(where).values(**values))

    return plant


def _turn_options(conn: Connection, public_id: str) -> None:
    """Two options of the last question that has any change places."""
    row = [one for one in _rows_of(conn, booklet_item, public_id) if one["option_order"] != "[]"][-1]
    first, second, *others = json.loads(row["option_order"])
    turned = json.dumps([second, first, *others])
    _set(booklet_item, row["position"], option_order=turned)(conn, public_id)


def _swap_questions(conn: Connection, public_id: str) -> None:
    """The second question holds the version of the first."""
    version = _rows_of(conn, booklet_item, public_id)[0]["item_version"]
    _set(booklet_item, 2, item_version=version)(conn, public_id)


def _change_item(conn: Connection, public_id: str) -> None:
    """Another key in the stored secret half of the first question."""
    row = _rows_of(conn, booklet_item, public_id)[0]
    where = item_secret.c.version == row["item_version"]
    secret = conn.execute(select(item_secret.c.secret).where(where)).scalar_one()
    conn.execute(update(item_secret).where(where).values(secret=secret.replace("canary", "canarx", 1)))


def _take_question(conn: Connection, public_id: str) -> None:
    """The last question is gone from the booklet."""
    conn.execute(delete(booklet_item).where(_own(booklet_item, public_id), booklet_item.c.position == 4))


def _later_deadline(conn: Connection, public_id: str) -> None:
    """A minute more than anybody was given."""
    where = _own(attempt_part, public_id)
    deadline = conn.execute(select(attempt_part.c.deadline_at).where(where)).scalar_one()
    conn.execute(update(attempt_part).where(where).values(deadline_at=deadline + MINUTE))


def _granted_by_nobody(conn: Connection, public_id: str) -> None:
    """A minute more, with a deadline that fits, and no grant."""
    _later_deadline(conn, public_id)
    _set(attempt_part, extra_seconds=60)(conn, public_id)


def _earlier_start(conn: Connection, public_id: str) -> None:
    """Everything an hour earlier, so that the log is full of late saves."""
    hour = 60 * MINUTE
    part = _own(attempt_part, public_id)
    c = attempt_part.c
    opened, deadline = conn.execute(select(c.opened_at, c.deadline_at).where(part)).one()
    conn.execute(
        update(attempt_part).where(part).values(opened_at=opened - hour, deadline_at=deadline - hour)
    )
    _set(attempt, started_at=NOW - hour)(conn, public_id)


def _better_receipt(conn: Connection, public_id: str) -> None:
    """An earlier finish, with a receipt that fits it."""
    row = _rows_of(conn, attempt, public_id)[0]
    last = _rows_of(conn, response_log, public_id)[-1]["entry_hash"]
    early = row["finished_at"] - MINUTE
    due = receipt(public_id, last, early, row["answers_received"])
    _set(attempt, finished_at=early, receipt=due)(conn, public_id)


@dataclass(frozen=True)
class Planted:
    """A change, and what must be said of it: the code, and the question or the entry where that is one."""

    how: Callable[[Connection, str], None]
    code: str
    position: int | None = None
    entry: int | None = None


KINDS = {
    "value": Planted(_change_value, "value", entry=4),
    "value and its hash": Planted(_change_value_and_hash, "entry", entry=4),
    "value and both hashes": Planted(_change_value_and_both_hashes, "chain", entry=5),
    "last entry": Planted(_change_last_entry, "receipt"),
    "value taken": Planted(_take_value, "value_missing", entry=4),
    "order": Planted(_swap_entries, "chain", entry=4),
    "missing entry": Planted(_take_entry, "chain", entry=4),
    "missing last entry": Planted(_take_last_entry, "receipt"),
    "marks": Planted(_set(booklet_item, 2, marks="1/3"), "marks", position=2),
    "receipt": Planted(_set(attempt, receipt="0" * 64), "receipt"),
    "answers": Planted(_set(attempt, answers_received=99), "answers"),
    "option order": Planted(_turn_options, "options"),
    "question": Planted(_swap_questions, "item", position=2),
    "item content": Planted(_change_item, "item", position=1),
    "missing question": Planted(_take_question, "booklet"),
    "revealed": Planted(_set(booklet_item, 3, revealed_at=NOW), "revealed", position=3),
    "deadline": Planted(_later_deadline, "part"),
    "time that nobody gave": Planted(_granted_by_nobody, "part"),
    "late saves": Planted(_earlier_start, "late", entry=1),
    "finish and receipt": Planted(_better_receipt, "finish"),
    "opened again": Planted(_set(attempt, state="open"), "finish"),
    "closed by": Planted(_set(attempt, closed_by="admin"), "finish"),
    "seed": Planted(_set(attempt, seed=12345), "options"),
    "unreadable": Planted(_set(booklet_item, 2, option_order="["), "options", position=2),
}


def named(found: Sequence[Discrepancy], planted: Planted) -> bool:
    """Whether one of the discrepancies is the planted change, at its place."""
    return any(
        one.code == planted.code
        and planted.position in (None, one.position)
        and planted.entry in (None, one.entry)
        for one in found
    )


def misnamed(sat: Attempts, kinds: Iterable[str]) -> list[str]:
    """The kinds of change that a verification does not name at their place."""
    public_id = sat.closed[0]
    found = []
    for kind in kinds:
        planted = KINDS[kind]
        told = seen_with(sat.store, public_id, partial(planted.how, public_id=public_id))
        found += [] if named(told.discrepancies, planted) else [kind]
    return found


@pytest.mark.every_case
def test_d13_each_kind_of_change_is_found_and_named(sat: Attempts) -> None:
    assert misnamed(sat, KINDS) == []
    assert verification.verify_attempt(sat.store, sat.closed[0]).unchanged


CODES = {
    "_log": {"chain", "entry", "version", "value", "value_missing", "late", "stray"},
    "_booklet": {"booklet", "exam", "item", "revealed"},
    "_orders": {"options"},
    "_parts": {"part"},
    "_end": {"finish", "answers", "receipt"},
    "_marks": {"marks"},
}
"""What each comparison says."""


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
@pytest.mark.parametrize("comparison", CODES)
def test_d13_control_without_a_comparison_its_kinds_of_change_are_not_named(
    sat: Attempts, comparison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, comparison, lambda *held: iter(()))
    hanging = [kind for kind, one in KINDS.items() if one.code in CODES[comparison]]
    assert hanging
    assert misnamed(sat, hanging[:2]) == hanging[:2]


def test_the_name_of_what_an_exam_does_not_say_is_proven_too(sat: Attempts) -> None:
    def rename(conn: Connection) -> None:
        row = _rows_of(conn, exam_version, sat.closed[0])[0]
        changed = row["document"].replace('"difficulty": null', '"qifficulty": null', 1)
        assert changed != row["document"]
        where = exam_version.c.version == row["version"]
        conn.execute(update(exam_version).where(where).values(document=changed))

    assert [one.code for one in seen_with(sat.store, sat.closed[0], rename).discrepancies] == ["exam"]


@pytest.mark.parametrize("by", [-MINUTE, MINUTE])
def test_a_part_that_was_left_closed_as_the_next_opened(sat: Attempts, by: timedelta) -> None:
    two_parts = sat.closed[4]

    def move(conn: Connection) -> None:
        where = _own(attempt_part, two_parts) & (attempt_part.c.part == 0)
        conn.execute(update(attempt_part).where(where).values(closed_at=NOW + 2 * MINUTE + by))

    assert "part" in {one.code for one in seen_with(sat.store, two_parts, move).discrepancies}


def test_time_given_as_a_part_is_left_is_in_it_or_not(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    for number in range(3):
        one = Grant(1, Measure.MINUTES)
        attempts.extend(kept, public_id, one, Reason.FAULT, None, NOW + MINUTE, f"{public_id} {number}")
        attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + MINUTE)
    first, second = desks.stored(kept, public_id).attempt.parts
    assert (first.extra, second.extra) == (MINUTE, 3 * MINUTE)
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


# What an erasure leaves


def test_erased_values_count_as_erased_and_the_chain_is_still_proven(kept: Store) -> None:
    desk, public_id = _walk(kept, 20, "quick")
    attempts.hand_in(kept, desk.account_id, public_id, NOW + MINUTE)
    before = verification.verify_attempt(kept, public_id)
    kept.write(lambda conn: erase(conn, desk.account_id, NOW + MINUTE))
    found = verification.verify_attempt(kept, public_id)
    assert (found.discrepancies, found.erased, found.entries) == ((), before.entries, before.entries)
    assert found.receipt == before.receipt
    for planted in (KINDS["order"], KINDS["missing entry"], KINDS["last entry"], KINDS["receipt"]):
        told = seen_with(kept, public_id, lambda conn, how=planted.how: how(conn, public_id))
        assert named(told.discrepancies, planted)


def test_an_attempt_erased_while_open_and_closed_by_time_verifies(kept: Store) -> None:
    desk, public_id = _walk(kept, 21, "quick")
    kept.write(lambda conn: erase(conn, desk.account_id, NOW + MINUTE))
    attempts.sweep(kept, NOW + 90 * MINUTE)
    assert not desks.stored(kept, public_id).open
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_there_is_nothing_to_verify_where_there_is_no_attempt(kept: Store) -> None:
    with pytest.raises(NotFound):
        verification.verify_attempt(kept, "no such attempt")


# The log alone


def rebuilt(entries: Sequence[Any], conn: Connection, attempt_id: int) -> dict[tuple[int, Kind], Any]:
    """The current values of an attempt, from its log entries and their values and nothing else."""
    log, value = response_log.c, response_value.c
    asked = (
        select(log.position, log.kind, log.version, value.value)
        .join(response_value, value.log_id == log.id)
        .where(log.attempt_id == attempt_id)
    )
    values = {
        (row.position, Kind(row.kind), row.version): response_rows.decode(row.value)
        for row in conn.execute(asked)
    }
    return fold(entries, values)


Replay = Callable[[Connection, int], Sequence[Any]]


def differences(store: Store, names: Sequence[str], replay: Replay) -> list[str]:
    """The attempts whose state, rebuilt from a replay of the log, is not the one that pages show."""
    found = []
    for public_id in names:
        stored = desks.stored(store, public_id)
        with store.read() as conn:
            current = rebuilt(replay(conn, stored.id), conn, stored.id)
            shown = response_rows.current_values(conn, stored.id)
            squares = response_rows.squares(conn, stored.id)
        answered = {one.position for one in squares if one.answered}
        flagged = {one.position for one in squares if one.flagged}
        same = (
            current == {where: one.value for where, one in shown.items()}
            and answered
            == {where for (where, kind), value in current.items() if kind is Kind.ANSWER and value}
            and flagged == {where for (where, kind), value in current.items() if kind is Kind.FLAG and value}
        )
        if not same or (stored.receipt and len(answered) != stored.answers_received):
            found.append(public_id)
    return found


@pytest.fixture(scope="module")
def walked(kept: Store) -> tuple[str, ...]:
    """Attempts of many saves, every other one handed in."""
    return _half_handed_in(kept, range(REPLAYED), SAVES)


def test_d14_the_state_rebuilt_from_the_log_alone_is_the_state(
    kept: Store, walked: tuple[str, ...], rounds: Rounds
) -> None:
    seeds = rounds(REPLAYED, REPLAYED_FULL)
    more = _half_handed_in(kept, [one for one in seeds if one >= REPLAYED], SAVES)
    assert differences(kept, (*walked, *more), response_rows.log_of) == []


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
def test_d14_control_a_log_that_forgets_its_last_entries_rebuilds_another_state(
    kept: Store, walked: tuple[str, ...]
) -> None:
    assert differences(kept, walked, lambda conn, number: response_rows.log_of(conn, number)[:-9]) != []


def changes(store: Store, public_id: str, unguard: bool) -> tuple[list[str], list[str]]:
    """The changes to the log of an attempt that the database refuses, and those that it takes; all undone."""
    number = desks.stored(store, public_id).id
    of_log = response_log.c.attempt_id == number
    of_value = response_value.c.log_id.in_(select(response_log.c.id).where(of_log))
    tried = {
        **{
            f"update {one.name}": update(response_log).where(of_log).values({one: one})
            for one in response_log.c
        },
        **{
            f"update value {one.name}": update(response_value).where(of_value).values({one: one})
            for one in response_value.c
        },
        "delete": delete(response_log).where(of_log),
    }
    found = []
    for name, statement in tried.items():

        def unit(conn: Connection, statement: Any = statement) -> None:
            if unguard:
                _unguard(conn)
            conn.execute(statement)
            raise Undone(None)

        try:
            store.write(unit)
        except DBAPIError as error:
            found += [name] if "append-only" in str(error) else []
        except Undone:
            pass
    return found, sorted(set(tried) - set(found))


@pytest.mark.every_case
def test_d14_the_log_takes_no_update_and_no_delete(kept: Store, walked: tuple[str, ...]) -> None:
    refused, taken = changes(kept, walked[0], unguard=False)
    assert len(refused) == len(response_log.c) + len(response_value.c) + 1
    assert taken == []


def test_d14_control_without_its_triggers_the_log_takes_them(kept: Store, walked: tuple[str, ...]) -> None:
    refused, taken = changes(kept, walked[0], unguard=True)
    assert refused == []
    assert len(taken) > len(response_log.c)
