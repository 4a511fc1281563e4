"""The schema over time: migrated and created are the same, guards bite, and no migration changes a row."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Engine,
    Inspector,
    NullPool,
    Table,
    create_engine,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from quizapp.store.schema import MIGRATIONS, current, migrate, unmigrate
from quizapp.store.tables import (
    attempt,
    attempt_part,
    booklet_item,
    metadata,
    response_log,
    response_value,
)
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import named
from tests.small_bank import NOW

pytestmark = pytest.mark.slow

NEWEST = str(ScriptDirectory(str(MIGRATIONS)).get_current_head())
"""The product's last revision."""
ATTEMPTS = 200
"""R04: attempts that lie in the database while it is migrated up, down and up again."""
Description = dict[str, Any]


@cache
def _engine(url: str) -> Engine:
    """An engine that keeps no connection open."""
    return create_engine(url, poolclass=NullPool)


def _with(url: str, work: Callable[[Connection], Any]) -> Any:
    with _engine(url).begin() as conn:
        return work(conn)


# What a schema is


def describe(conn: Connection) -> Description:
    """Everything a database's schema says, in a form that can be compared."""
    return _tables(inspect(conn)) | _unseen(conn)


def _tables(seen: Inspector) -> Description:
    columns, keys = seen.get_multi_columns(), seen.get_multi_pk_constraint()
    foreign, unique = seen.get_multi_foreign_keys(), seen.get_multi_unique_constraints()
    checks = seen.get_multi_check_constraints()
    return {
        name[1]: {
            "columns": [(one["name"], str(one["type"]), one["nullable"], one["default"]) for one in held],
            "primary key": keys[name]["constrained_columns"],
            "foreign keys": sorted(
                (one["constrained_columns"], one["referred_table"], one["referred_columns"])
                for one in foreign[name]
            ),
            "unique": sorted((str(one["name"]), one["column_names"]) for one in unique[name]),
            "checks": sorted((str(one["name"]), one["sqltext"]) for one in checks[name]),
        }
        for name, held in columns.items()
        if name[1] != "alembic_version"
    }


def _unseen(conn: Connection) -> Description:
    """Indexes, partial ones included, triggers and functions: as the database itself writes them."""
    if conn.dialect.name == "sqlite":
        asked = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE type != 'table' AND sql IS NOT NULL"
        return {one: " ".join(sql.split()) for one, sql in conn.exec_driver_sql(asked)}
    asked = (
        "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND indexname NOT LIKE 'alembic%%' UNION ALL "
        "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal UNION ALL "
        "SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return {one: " ".join(sql.split()) for one, sql in conn.exec_driver_sql(asked)}


def differences(left: Description, right: Description) -> list[str]:
    """The names of what two schemas do not hold alike."""
    return sorted(one for one in left.keys() | right.keys() if left.get(one) != right.get(one))


def drift(conn: Connection) -> list[Any]:
    """What the tables in the code and those in a database do not agree on, as Alembic sees it."""
    options = {"include_object": lambda thing, name, kind, reflected, other: name != "alembic_version"}
    return list(compare_metadata(MigrationContext.configure(conn, opts=options), metadata))


@dataclass(frozen=True)
class Travelled:
    """A database that was created, emptied, migrated, taken all the way back, and migrated again, twice.

    What its schema was each time; `drifted` is what Alembic found once it was migrated.
    """

    url: str
    created: Description
    migrated: Description
    drifted: list[Any]
    back: Description
    again: Description


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def travelled(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Travelled:
    """One such database of each kind."""
    url = new_url(request.param)
    created = _with(url, describe)
    _with(url, _drop_all)
    assert current(url) is None
    migrate(url)
    migrated, drifted = _with(url, lambda conn: (describe(conn), drift(conn)))
    unmigrate(url, "base")
    back = _with(url, describe)
    migrate(url)
    migrate(url)
    return Travelled(url, created, migrated, drifted, back, _with(url, describe))


def test_a_migrated_database_has_the_schema_of_a_created_one(travelled: Travelled) -> None:
    assert differences(travelled.created, travelled.migrated) == []
    assert travelled.drifted == []
    guards = [one for one in travelled.migrated if one.startswith("trigger ")]
    assert len(guards) == 20
    assert "WHERE" in travelled.migrated["index attempt_one_open"]


def _drop_all(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        metadata.drop_all(conn)


def test_the_way_back_leaves_nothing_and_the_way_up_works_again(travelled: Travelled) -> None:
    assert travelled.back == {}
    assert travelled.again == travelled.migrated
    assert current(travelled.url) == NEWEST


FAULTS = {
    "trigger response_log_no_update": {
        "sqlite": "DROP TRIGGER response_log_no_update",
        "postgresql": "DROP TRIGGER response_log_no_update ON response_log",
    },
    "index attempt_one_open": dict.fromkeys(("sqlite", "postgresql"), "DROP INDEX attempt_one_open"),
    "comment": dict.fromkeys(("sqlite", "postgresql"), "ALTER TABLE comment ADD COLUMN note TEXT"),
}


def test_control_a_schema_that_lacks_a_guard_or_holds_more_is_told_apart(url: str) -> None:
    before = _with(url, describe)
    for fault in FAULTS.values():
        _with(url, lambda conn, fault=fault: conn.exec_driver_sql(fault[conn.dialect.name]))
    assert differences(before, _with(url, describe)) == sorted(FAULTS)
    assert "remove_column" in str(_with(url, drift))


# Guards


@pytest.fixture
def sat(store: Store) -> Store:
    """A store with one attempt that was sat and one that is open."""
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    small_bank.sit(store, ada, right=2)
    small_bank.begin(store, ada)
    return store


def test_the_response_log_takes_no_change(sat: Store) -> None:
    with sat.read() as conn:
        before = checksums(conn)
    for statement in (
        "UPDATE response_log SET version = version + 1",
        "UPDATE response_log SET server_at = 0",
        "DELETE FROM response_log",
        "DELETE FROM response_log WHERE id = (SELECT max(id) FROM response_log)",
        "UPDATE response_value SET value = 'other'",
    ):
        with pytest.raises(DBAPIError, match="is append-only"):
            sat.write(lambda conn, statement=statement: conn.exec_driver_sql(statement))
    with sat.read() as conn:
        assert checksums(conn) == before


def test_what_was_answered_can_be_erased_and_the_log_stays(sat: Store) -> None:
    sat.write(lambda conn: conn.execute(response_value.delete()))
    with sat.read() as conn:
        assert conn.execute(select(response_log)).all()
        assert not conn.execute(select(response_value)).all()


def test_a_deadline_never_moves_earlier_and_never_goes_away(sat: Store) -> None:
    for change in ("deadline_at - 1", "0", "NULL"):
        sooner = f"UPDATE attempt_part SET deadline_at = {change}"
        with pytest.raises(DBAPIError, match="never moves earlier"):
            sat.write(lambda conn, sooner=sooner: conn.exec_driver_sql(sooner))


def test_a_deadline_may_move_later_and_be_set_where_there_is_none(sat: Store) -> None:
    sat.write(lambda conn: conn.exec_driver_sql("UPDATE attempt_part SET deadline_at = deadline_at + 1"))
    ada = small_bank.candidate(sat, "bob@example.org")
    public_id = small_bank.begin(sat, ada, "two-parts")
    waiting = attempt_part.c.deadline_at.is_(None)
    with sat.read() as conn:
        assert conn.execute(select(attempt_part).where(waiting)).all(), public_id
    sat.write(lambda conn: conn.execute(attempt_part.update().where(waiting).values(deadline_at=NOW)))


def test_the_end_of_a_break_never_moves_and_a_question_that_was_left_stays_left(sat: Store) -> None:
    sat.write(lambda conn: conn.execute(attempt_part.update().values(opens_at=NOW, present=3)))
    for change, said in (
        ("opens_at = opens_at + 1", "end of a break never moves"),
        ("opens_at = NULL", "end of a break never moves"),
        ("present = 2", "stays left"),
        ("present = NULL", "stays left"),
    ):
        moved = f"UPDATE attempt_part SET {change}"
        with pytest.raises(DBAPIError, match=said):
            sat.write(lambda conn, moved=moved: conn.exec_driver_sql(moved))
    sat.write(lambda conn: conn.execute(attempt_part.update().values(opens_at=NOW, present=4)))


def test_a_person_has_one_open_attempt_of_a_kind(sat: Store) -> None:
    def twin(conn: Connection) -> None:
        row = conn.execute(select(attempt).where(attempt.c.state == "open")).mappings().one()
        conn.execute(insert(attempt).values(dict(row) | {"id": 4711, "public_id": "another"}))

    with pytest.raises(DBAPIError, match=r"attempt_one_open|UNIQUE constraint failed"):
        sat.write(twin)


# Up, down and up again


def checksums(conn: Connection, tables: Sequence[Table] = ()) -> dict[str, str]:
    """A checksum of the rows of each table, or of some, in the columns that the code knows."""
    sums = {}
    for table in tables or metadata.sorted_tables:
        names = ", ".join(column.name for column in table.columns)
        key = ", ".join(column.name for column in table.primary_key)
        # As stored: no type of ours stands between a row and its checksum.
        rows = conn.exec_driver_sql(f"SELECT {names} FROM {table.name} ORDER BY {key}")
        sums[table.name] = hashlib.sha256(repr([*map(tuple, rows)]).encode()).hexdigest()
    return sums


@pytest.fixture(scope="module")
def template(travelled: Travelled) -> str:
    """The address of a migrated database with ATTEMPTS closed attempts and an open one, once of each kind."""
    store = Store(travelled.url)
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    public_id = small_bank.sit(store, ada, right=2)
    store.write(lambda conn: _multiply(conn, public_id, ATTEMPTS))
    small_bank.begin(store, ada)
    store.close()
    return travelled.url


@pytest.fixture
def filled(template: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a copy of the filled database."""
    if template.startswith("sqlite"):
        copy = tmp_path / "filled.sqlite3"
        shutil.copy(template.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgresql")
    _alone(server, f"CREATE DATABASE r04_filled TEMPLATE {make_url(template).database}")
    yield named(server, "r04_filled")
    _alone(server, "DROP DATABASE r04_filled WITH (FORCE)")


def _alone(url: str, statement: str) -> None:
    """Run a statement that stands in no transaction."""
    with _engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql(statement)


def _multiply(conn: Connection, public_id: str, times: int) -> None:
    """Copy an attempt with all its rows until there are as many; only ids differ."""
    one = conn.execute(select(attempt).where(attempt.c.public_id == public_id)).mappings().one()
    parts, booklet, log = (
        conn.execute(select(table).where(table.c.attempt_id == one["id"])).mappings().all()
        for table in (attempt_part, booklet_item, response_log)
    )
    values = conn.execute(select(response_value)).mappings().all()
    new: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (attempt, attempt_part, booklet_item, response_log, response_value)
    }
    for number in range(1, times):
        mine, lift = {"attempt_id": one["id"] + number}, 1000 * number
        new[attempt].append(dict(one) | {"id": one["id"] + number, "public_id": f"copy-{number}"})
        new[attempt_part] += [dict(row) | mine for row in parts]
        new[booklet_item] += [dict(row) | mine for row in booklet]
        new[response_log] += [dict(row) | mine | {"id": row["id"] + lift} for row in log]
        new[response_value] += [dict(row) | {"log_id": row["log_id"] + lift} for row in values]
    for table, rows in new.items():
        conn.execute(insert(table), rows)
    if conn.dialect.name == "postgresql":
        for name in ("attempt", "response_log"):
            conn.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
            )


REVISION = '''"""Remember where an attempt was sat: a fixture for tests of migrations."""

import sqlalchemy as sa
from alembic import op

revision = "fixture"
down_revision = "{newest}"


def upgrade() -> None:
    """Add a column with a default, a table and a partial index."""
    op.add_column("attempt", sa.Column("place", sa.String(40), nullable=False, server_default="home"))
    op.create_table("venue", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    op.create_index(
        "attempt_elsewhere",
        "attempt",
        ["place"],
        sqlite_where=sa.text("place != 'home'"),
        postgresql_where=sa.text("place != 'home'"),
    )
    {up}


def downgrade() -> None:
    """Take all of it back."""
    op.drop_index("attempt_elsewhere", "attempt")
    op.drop_table("venue")
    {down}
'''
"""A revision after those of the product; `up` and `down` are lines of its two ways."""
BACK = 'op.drop_column("attempt", "place")'


def scripts_with(folder: Path, up: str = "", down: str = BACK) -> Path:
    """A folder of migrations: the product's own, and the fixture revision after them."""
    scripts = folder / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    revision = REVISION.replace("{newest}", NEWEST).replace("{up}", up).replace("{down}", down)
    (scripts / "versions" / "fixture.py").write_text(revision)
    return scripts


@dataclass(frozen=True)
class Trip:
    """What is wrong after a migration up, down and up: changed tables, and what of the schema drifted."""

    changed: tuple[str, ...]
    drifted: tuple[str, ...]


def _looked_at(conn: Connection) -> tuple[Description, dict[str, str]]:
    return describe(conn), checksums(conn)


def up_down_up(url: str, scripts: Path) -> Trip:
    """Migrate a filled database to the fixture revision, back, and there again, and look at it each time."""
    before, rows = _with(url, _looked_at)
    changed: set[str] = set()
    drifted: set[str] = set()
    seen = []
    for step in ("fixture", NEWEST, "fixture"):
        migrate(url, step, scripts) if step == "fixture" else unmigrate(url, step, scripts)
        assert current(url) == step
        schema, sums = _with(url, _looked_at)
        changed |= {name for name, one in sums.items() if one != rows[name]}
        seen.append(schema)
        if step == NEWEST:
            drifted |= {*differences(before, seen[-1])}
    kept = {one: said for one, said in seen[0].items() if one in before and one != "attempt"}
    drifted |= {*differences(seen[0], seen[2]), *differences(before, kept | {"attempt": before["attempt"]})}
    return Trip(tuple(sorted(changed)), tuple(sorted(drifted)))


def test_r04_up_down_and_up_changes_no_row_and_no_guard(filled: str, tmp_path: Path) -> None:
    assert up_down_up(filled, scripts_with(tmp_path)) == Trip((), ())
    with_rows = "SELECT (SELECT count(*) FROM attempt), (SELECT count(*) FROM response_log)"
    attempts, entries = _with(filled, lambda conn: tuple(conn.exec_driver_sql(with_rows).one()))
    assert (attempts, entries) == (ATTEMPTS + 1, 4 * ATTEMPTS)


def _logged(url: str) -> dict[str, str]:
    """The checksums of the response log and its values, whatever else a revision has."""
    return _with(url, lambda conn: checksums(conn, (response_log, response_value)))


def test_r04_the_log_made_anew_for_highlights_keeps_every_row_and_guard(filled: str) -> None:
    unmigrate(filled, "0008")
    made, rows = _with(filled, describe), _logged(filled)
    unmigrate(filled, "0007")
    assert differences(made, _with(filled, describe)) == ["response_log"]
    assert _logged(filled) == rows
    migrate(filled, "0008")
    assert differences(made, _with(filled, describe)) == []
    assert _logged(filled) == rows


def test_the_way_back_is_shut_once_a_highlight_is_in_the_log(filled: str) -> None:
    unmigrate(filled, "0008")
    newest = select(response_log).order_by(response_log.c.id.desc()).limit(1)

    def highlight(conn: Connection) -> None:
        row = dict(conn.execute(newest).mappings().one())
        fresh = {"id": row["id"] + 1, "client_seq": 4711, "version": 1, "prev_hash": row["entry_hash"]}
        conn.execute(insert(response_log).values(row | fresh | {"kind": "highlight"}))

    _with(filled, highlight)
    rows = _logged(filled)
    with pytest.raises(DBAPIError, match="response_log_kind"):
        unmigrate(filled, "0007")
    assert (current(filled), _logged(filled)) == ("0008", rows)
    with pytest.raises(DBAPIError, match="is append-only"):
        _with(filled, lambda conn: conn.exec_driver_sql("DELETE FROM response_log"))


PLANTED = {
    "a row is lost": (
        "op.execute('DELETE FROM seen_item WHERE item_id = (SELECT max(item_id) FROM seen_item)')"
    ),
    "a value is changed": (
        "op.execute('UPDATE attempt SET answers_received = 3 WHERE id = (SELECT min(id) FROM attempt)')"
    ),
    "a guard is dropped": (
        "table = ' ON response_log' if op.get_bind().dialect.name == 'postgresql' else ''\n"
        "    op.execute('DROP TRIGGER IF EXISTS response_log_no_update' + table)"
    ),
}
"""Faults of a revision's way up; each shows in a table or guard of its own."""
FORGOTTEN = "op.execute('ALTER TABLE attempt RENAME COLUMN place TO forgotten')"
"""A way back that leaves a column behind."""


def test_r04_control_each_fault_of_a_revision_is_found(filled: str, tmp_path: Path) -> None:
    scripts = scripts_with(tmp_path, "\n    ".join(PLANTED.values()), FORGOTTEN)
    found = up_down_up(filled, scripts)
    assert found == Trip(("attempt", "seen_item"), ("attempt", "trigger response_log_no_update"))


@pytest.mark.parametrize("travelled", ["sqlite"], indirect=True)
def test_r04_control_a_table_rebuilt_on_sqlite_loses_its_guards(filled: str, tmp_path: Path) -> None:
    rebuild = (
        'with op.batch_alter_table("response_value", recreate="always") as batch:\n'
        '        batch.alter_column("value", type_=sa.String(9000))'
    )
    found = up_down_up(filled, scripts_with(tmp_path, rebuild))
    assert found.changed == ()
    assert "trigger response_value_no_update" in found.drifted
