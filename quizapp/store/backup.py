"""Copies of a whole database that were read back and found sound, and the way back from one."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, make_url, text

from quizapp.store.tables import heartbeat, metadata
from quizapp.store.transaction import StoreError

_LOCAL = "sqlite:///"


@dataclass(frozen=True)
class Copied:
    """A copy that was verified: where it lies and how many rows it holds in all."""

    path: str
    rows: int


def backup(url: str, target: Path) -> Copied:
    """Copy a database that may be in use to a new file, and verify the copy.

    SQLite by its own backup interface, PostgreSQL through pg_dump. Raises StoreError where the target
    exists, the tool is missing, or the copy does not verify; an unsound copy is not left behind.
    """
    if target.exists():
        raise StoreError(f"{target} exists: name a new file")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        rows = _copy_sqlite(_file_of(url), part) if url.startswith(_LOCAL) else _dump(url, part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return Copied(str(target), rows)


def restore(source: Path, url: str, replace: bool = False) -> Copied:
    """Put a backup in the place of a database, and verify it there.

    Raises StoreError where the source is missing or unsound, or where the database holds rows and
    `replace` is not set. On SQLite what stood there is kept beside it as `.before-restore`. When the server
    of the backup last ran is forgotten: the time since then was no outage of this one.
    """
    if not source.is_file():
        raise StoreError(f"there is no backup at {source}")
    if url.startswith(_LOCAL):
        return _restore_sqlite(source, _file_of(url), replace)
    if count_rows(url) and not replace:
        raise StoreError("the database holds data: say --replace to put the backup in its place")
    if " TABLE public account " not in _run("pg_restore", "--list", str(source)):
        raise StoreError(f"{source} holds nothing of quizapp")
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        str(source),
        url=url,
    )
    _forget_beats(url)
    return Copied(str(source), count_rows(url))


def _restore_sqlite(source: Path, file: Path, replace: bool) -> Copied:
    verify_sqlite(source)
    if file.exists():
        if count_rows(f"{_LOCAL}{file}") and not replace:
            raise StoreError("the database holds data: say --replace to put the backup in its place")
        _copy_sqlite(file, file.with_name(file.name + ".before-restore"))
        for tail in ("", "-wal", "-shm"):
            file.with_name(file.name + tail).unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    _copy_sqlite(source, part)
    _forget_beats(f"{_LOCAL}{part}")
    os.replace(part, file)
    return Copied(str(file), count_rows(f"{_LOCAL}{file}"))


def _forget_beats(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        if engine.dialect.has_table(conn, heartbeat.name):
            conn.execute(heartbeat.delete())
    engine.dispose()


def _file_of(url: str) -> Path:
    return Path(url.removeprefix(_LOCAL))


def _copy_sqlite(source: Path, target: Path) -> int:
    if not source.is_file():
        raise StoreError(f"there is no database at {source}")
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
    return verify_sqlite(target)


def verify_sqlite(file: Path) -> int:
    """The rows of a sound database file; raises StoreError for one that is not sound."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
            (said,) = conn.execute("PRAGMA integrity_check").fetchone()
            broken = conn.execute("PRAGMA foreign_key_check").fetchone()
            ours = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'account'").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{file} is not a sound database: {error}") from error
    if said != "ok" or broken:
        raise StoreError(f"{file} is not a sound database: {said}")
    if ours is None:
        raise StoreError(f"{file} holds nothing of quizapp")
    return count_rows(f"{_LOCAL}{file}")


def count_rows(url: str) -> int:
    """The rows of all our tables together; 0 where there are none."""
    engine = create_engine(url, poolclass=NullPool)
    total = 0
    with engine.connect() as conn:
        there = set(engine.dialect.get_table_names(conn))
        for name in metadata.tables:
            if name in there:
                total += conn.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
    engine.dispose()
    return int(total)


def _dump(url: str, target: Path) -> int:
    _run("pg_dump", "--format=custom", "--no-owner", "--file", str(target), url=url)
    _run("pg_restore", "--file", os.devnull, str(target))
    return count_rows(url)


def _run(tool: str, *words: str, url: str | None = None) -> str:
    """What a tool says. The password of its database goes by the environment, which others cannot list."""
    found = shutil.which(tool)
    if found is None:
        raise StoreError(
            f"{tool} is not installed: install PostgreSQL's client tools, of the server's version"
        )
    environ = dict(os.environ)
    if url is not None:
        address = make_url(url).set(drivername="postgresql")
        environ |= {"PGPASSWORD": str(address.password)} if address.password else {}
        plain = URL.create("postgresql", address.username, None, address.host, address.port, address.database)
        words = (*words, "-d", plain.set(query=address.query).render_as_string(hide_password=False))
    done = subprocess.run(  # noqa: S603
        [found, *words], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StoreError(
            f"{tool} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no reason given'}"
        )
    return done.stdout
