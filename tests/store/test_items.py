"""Items in the database: frozen versions, positions without holes, secrets behind their door."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import DBAPIError

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.codec import version_of
from quizapp.assessment.item import Item, Status
from quizapp.store import items, publishing
from quizapp.store.publishing import (
    add_bank,
    held_items,
    item_rows,
    publish,
    put_items,
    stage_versions,
    version_rows,
)
from quizapp.store.tables import draw_position, item, item_secret, item_version
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW, single

ROUNDS = 8
"""How often a bank is made, published, retired from and published again, twelve times over."""


def _positions(conn: Connection) -> dict[tuple[str, int], dict[int, str]]:
    cells: dict[tuple[str, int], dict[int, str]] = {}
    for row in conn.execute(select(draw_position)):
        cells.setdefault((row.topic, row.difficulty), {})[row.position] = row.unit_key
    return cells


def _expected(conn: Connection) -> set[str]:
    """The units that may be drawn, worked out from the rows one by one."""
    units: dict[str, list[tuple[str, bool]]] = {}
    for row in conn.execute(select(item)):
        if not row.sample and not (row.status == "retired" and row.retired_at is None):
            units.setdefault(row.unit_key, []).append((row.status, row.retired_at is None))
    return {key for key, members in units.items() if all(status == "live" for status, _ in members)}


def _check(conn: Connection) -> None:
    cells = _positions(conn)
    for held in cells.values():
        assert sorted(held) == list(range(len(held)))
    keys = [key for held in cells.values() for key in held.values()]
    assert len(keys) == len(set(keys))
    assert set(keys) == _expected(conn)


def _made(chance: random.Random) -> list[Item]:
    made = []
    for number in range(chance.randint(1, 14)):
        case = chance.random() < 0.3
        one = single(
            f"made-{number}",
            f"T{1 + number % 2}" if not case else "T1",
            chance.randint(1, 3),
            concept=f"c-{number}",
            **({"stimulus": small_bank.CASE.id} if case else {}),
        )
        made.append(
            replace(
                one,
                status=chance.choice([Status.LIVE, Status.LIVE, Status.LIVE, Status.DRAFT]),
                sample=not case and chance.random() < 0.1,
            )
        )
    return made


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_positions_have_no_hole_after_any_publishing_and_retiring(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    small_bank.stock(store, exams=(), bank_items=_made(chance))
    for _ in range(12):
        if chance.random() < 0.3:
            small_bank.stock(store, exams=(), bank_items=_made(chance))
        else:
            with store.read() as conn:
                living = conn.execute(select(item.c.id).where(item.c.status == "live")).scalars().all()
            if living:
                chosen = chance.choice(living)
                if chance.random() < 0.7:
                    store.write(lambda conn, chosen=chosen: publishing.retire_by_hand(conn, chosen, NOW))
        with store.read() as conn:
            _check(conn)


def test_control_a_hole_left_in_place_is_noticed(store: Store) -> None:
    small_bank.stock(store)
    store.write(
        lambda conn: conn.execute(delete(draw_position).where(draw_position.c.position == 0)).rowcount
    )
    with store.read() as conn, pytest.raises(AssertionError):
        _check(conn)


def test_counts_and_units_agree_with_the_positions(store: Store) -> None:
    bank_id = small_bank.stock(store)
    ada = small_bank.candidate(store)
    with store.read() as conn:
        cells = _positions(conn)
        counts = items.cell_counts(conn, bank_id, cells)
        assert counts == {cell: len(held) for cell, held in cells.items()}
        places = [(cell, position) for cell, held in cells.items() for position in held]
        units = items.fetch_units(conn, bank_id, ada, places)
    assert set(units) == set(places)
    assert [len(units[place].items) for place in places if units[place].key == "ladder"] == [3]


def test_a_survey_counts_each_cell_and_finds_what_its_own_account_has_seen_there(store: Store) -> None:
    bank_id = small_bank.stock(store)
    ada, eve = small_bank.candidate(store), small_bank.candidate(store, "eve@example.org")
    small_bank.see(store, ada, small_bank.begin(store, ada))
    with store.read() as conn:
        cells = _positions(conn)
        found = items.survey(conn, bank_id, ada, cells)
        assert found.counts == items.survey(conn, bank_id, eve, cells).counts
        assert found.counts == items.cell_counts(conn, bank_id, cells)
        places = [(cell, position) for cell, held in cells.items() for position in held]
        units = items.fetch_units(conn, bank_id, ada, places)
        seen = {place for place in places if any(one.seen for one in units[place].items)}
        assert {(cell, position) for cell, held in found.seen.items() for position in held} == seen
        assert {at for held in found.seen.values() for at in held.values()} == {NOW}
        assert items.survey(conn, bank_id, eve, cells).seen == {}
        assert items.survey(conn, bank_id, ada, []) == ({}, {})
    assert seen


def test_a_position_that_is_gone_gives_no_unit(store: Store) -> None:
    bank_id = small_bank.stock(store)
    ada = small_bank.candidate(store)
    with store.read() as conn:
        assert items.fetch_units(conn, bank_id, ada, [(("T1", 1), 999), (("T9", 1), 0)]) == {}


@pytest.mark.parametrize("table", [item_version, item_secret])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_stored_versions_never_change(store: Store, table: object, verb: str) -> None:
    small_bank.stock(store)
    statement = delete(table) if verb == "delete" else update(table).values(version="x")  # type: ignore[arg-type]
    with pytest.raises(DBAPIError, match="append-only"):
        store.write(lambda conn: conn.execute(statement).rowcount)


def test_a_version_is_stored_once(store: Store) -> None:
    one = single("one")
    for _ in range(2):
        store.write(lambda conn: stage_versions(conn, version_rows([one]), NOW))
    with store.read() as conn:
        assert list(conn.execute(select(item_version.c.version)).scalars()) == [version_of(one)]


def test_an_edit_is_a_new_version_and_the_old_one_is_kept_to_the_byte(store: Store) -> None:
    one = single("one")
    small_bank.stock(store, exams=(), bank_items=[one])
    with store.read() as conn:
        before = conn.execute(select(item_version, item_secret.c.secret).join(item_secret)).one()
    edited = replace(one, public=replace(one.public, stem="Asked otherwise?"))
    small_bank.stock(store, exams=(), bank_items=[edited])
    with store.read() as conn:
        rows = {
            row.version: row
            for row in conn.execute(select(item_version, item_secret.c.secret).join(item_secret))
        }
        assert rows[version_of(one)] == before
        assert len(rows) == 2
        assert items.public_items(conn, [version_of(one)])[version_of(one)] == one.public


def test_secrets_are_read_with_leave_only(store: Store) -> None:
    one, other = single("one"), single("other")
    small_bank.stock(store, exams=(), bank_items=[one, other])
    leave = release((Sealed("one", version_of(one), "one"),), Ground.PREVIEW, holds=True, sitting=NOT_SITTING)
    with store.read() as conn:
        secrets = items.secret_items(conn, leave)
    assert secrets == {version_of(one): one.secret}


def test_many_versions_are_read_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "_MOST_NAMED", 3)
    made = [single(f"many-{number}", concept=f"c-{number}") for number in range(11)]
    small_bank.stock(store, exams=(), bank_items=made)
    versions = [version_of(one) for one in made]
    with store.read() as conn:
        assert set(items.public_items(conn, versions)) == set(versions)
        leave = release(
            tuple(Sealed(one, one, one) for one in versions), Ground.PREVIEW, holds=True, sitting=NOT_SITTING
        )
        assert set(items.secret_items(conn, leave)) == set(versions)


def test_a_row_that_stands_as_it_should_is_left_alone(store: Store) -> None:
    made = [single("one"), single("two", concept="two")]
    small_bank.stock(store, exams=(), bank_items=made)

    def unit(conn: Connection) -> list[str]:
        bank = items.lock_bank(conn, "small")
        assert bank
        conn.execute(update(item).values(search_text="untouched"))
        changed = [made[0], replace(made[1], status=Status.DRAFT)]
        held = held_items(conn, bank.id)
        stage_versions(conn, version_rows(changed), NOW)
        versions = {one.public.id: version_of(one) for one in changed}
        put_items(conn, bank.id, item_rows(enumerate(changed), versions), held)
        return list(conn.execute(select(item.c.search_text).order_by(item.c.slug)).scalars())

    first, second = store.write(unit)
    assert first == "untouched"
    assert second != "untouched"


def test_two_banks_keep_their_positions_apart(store: Store) -> None:
    small_bank.stock(store)

    def unit(conn: Connection) -> int:
        bank_id = add_bank(conn, "other", "Other", "CC-BY-4.0", '{"covers": "", "topics": []}')
        made = [replace(one, public=replace(one.public, bank="other")) for one in small_bank.items()[:3]]
        stage_versions(conn, version_rows(made), NOW)
        versions = {one.public.id: version_of(one) for one in made}
        put_items(conn, bank_id, item_rows(enumerate(made), versions), {})
        publish(conn, bank_id, "upload", None, {}, NOW)
        return bank_id

    bank_id = store.write(unit)
    with store.read() as conn:
        assert sum(items.cell_counts(conn, bank_id, [("T1", 1), ("T1", 2), ("T1", 3)]).values()) == 3
        assert sum(items.cell_counts(conn, bank_id - 1, [("T1", 1), ("T1", 2), ("T1", 3)]).values()) == 8
