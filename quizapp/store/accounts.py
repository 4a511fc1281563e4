"""Accounts, their ended sessions and the set-up code: the queries, and the account library's door to them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from flask_security import RoleMixin, SQLAlchemyUserDatastore
from sqlalchemy import Connection, Select, event, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from quizapp.store import tables
from quizapp.store.tables import (
    account,
    attempt,
    db,
    ended_session,
    from_microseconds,
    installation,
    to_microseconds,
)
from quizapp.store.transaction import hot

SETUP_CODE = "setup_code"


@dataclass(frozen=True)
class Preferences:
    """How a person wants the pages: keys without a modifier, size of the text, colours, the pace hint."""

    single_keys: str = "on"
    text_size: str = "normal"
    colours: str = "system"
    pace_hint: str = "off"


@dataclass(frozen=True)
class Account:
    """A person who is signed in."""

    id: int
    email: str
    role: str
    created_at: datetime
    preferences: Preferences = Preferences()


@dataclass(frozen=True)
class Person:
    """An account as an admin sees it."""

    id: int
    email: str
    role: str
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class PersonAttempt:
    """One attempt of a person, without anything that was answered."""

    public_id: str
    exam_slug: str
    mode: str
    state: str
    started_at: datetime
    finished_at: datetime | None


def _not_ended(session_digest: str) -> Any:
    return ~exists().where(ended_session.c.session_digest == session_digest)


_signed_in = hot("""
SELECT a.id, a.email, a.role, a.created_at, a.single_keys, a.text_size, a.colours, a.pace_hint FROM account a
 WHERE a.fs_uniquifier = :uniquifier AND a.active AND a.erased_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM ended_session e WHERE e.session_digest = :session_digest)
""")


def find_signed_in(conn: Connection, uniquifier: str, session_digest: str) -> Account | None:
    """The active account behind a session that has not ended, in one statement."""
    row = _signed_in.one(conn, uniquifier=uniquifier, session_digest=session_digest)
    return Account(row[0], row[1], row[2], from_microseconds(row[3]), Preferences(*row[4:8])) if row else None


def end_session(conn: Connection, account_id: int, session_digest: str, now: datetime) -> None:
    """Note that a session has ended; harmless where it is noted already."""
    _end(conn, session_digest=session_digest, account_id=account_id, now=to_microseconds(now))


_end = hot("""
INSERT INTO ended_session (session_digest, account_id, ended_at) VALUES (:session_digest, :account_id, :now)
    ON CONFLICT DO NOTHING
""")
_add = hot("""
INSERT INTO account (email, password, active, fs_uniquifier, role, created_at)
VALUES (:email, :password, true, :uniquifier, :role, :now) ON CONFLICT DO NOTHING RETURNING id
""")


def add_account(conn: Connection, email: str, password: str, role: str, now: datetime) -> int | None:
    """Add an account with a hashed password; None where the e-mail address is taken."""
    added = _add.one(
        conn,
        email=email,
        password=password,
        uniquifier=secrets.token_hex(16),
        role=role,
        now=to_microseconds(now),
    )
    return int(added[0]) if added else None


def admin_exists(conn: Connection) -> bool:
    """Whether any account is an admin, active or not."""
    asked = select(account.c.id).where(account.c.role == "admin", account.c.erased_at.is_(None)).limit(1)
    return conn.execute(asked).first() is not None


def last_admin(conn: Connection, account_id: int) -> bool:
    """Whether no other active admin would be left; locks the admins, so that two cannot fall at once."""
    asked = select(account.c.id).where(account.c.role == "admin", account.c.active).with_for_update()
    return {row.id for row in conn.execute(asked)} == {account_id}


def only_admin(conn: Connection, account_id: int) -> bool:
    """The same question for a page, without a lock."""
    asked = select(account.c.id).where(account.c.role == "admin", account.c.active)
    return {row.id for row in conn.execute(asked)} == {account_id}


def setup_digest(conn: Connection, lock: bool = False) -> str | None:
    """The digest of the present set-up code; None where there is none.

    With `lock` it is held until the unit ends: whoever waits for it finds it gone once it has been used.
    """
    asked = select(installation.c.value).where(installation.c.name == SETUP_CODE)
    return conn.execute(asked.with_for_update() if lock else asked).scalar_one_or_none()


def keep_setup_digest(conn: Connection, digest: str) -> None:
    """Put a new set-up code in the place of the old one."""
    drop_setup_digest(conn)
    conn.execute(insert(installation).values(name=SETUP_CODE, value=digest))


def drop_setup_digest(conn: Connection) -> None:
    """Forget the set-up code."""
    conn.execute(installation.delete().where(installation.c.name == SETUP_CODE))


def password_hash(conn: Connection, account_id: int) -> str | None:
    """The hashed password of an account."""
    return conn.execute(select(account.c.password).where(account.c.id == account_id)).scalar_one_or_none()


def uniquifier(conn: Connection, account_id: int) -> str | None:
    """What the sessions and reset links of an active account are bound to."""
    found = _uniquifier.one(conn, account_id=account_id)
    return str(found[0]) if found else None


_uniquifier = hot("SELECT fs_uniquifier FROM account WHERE id = :account_id AND active AND erased_at IS NULL")


def _people() -> Select[Any]:
    return select(
        account.c.id, account.c.email, account.c.role, account.c.active, account.c.created_at
    ).where(account.c.erased_at.is_(None))


def list_people(conn: Connection, words: str, offset: int, limit: int) -> tuple[int, tuple[Person, ...]]:
    """How many people match, and those of one page, newest first; `words` is a part of the e-mail address."""
    matching = account.c.email.contains(words, autoescape=True)
    total = conn.execute(
        select(func.count()).select_from(account).where(account.c.erased_at.is_(None), matching)
    ).scalar_one()
    page = _people().where(matching).order_by(account.c.created_at.desc(), account.c.id.desc())
    rows = conn.execute(page.offset(offset).limit(limit))
    return total, tuple(Person(*row) for row in rows)


def person(conn: Connection, account_id: int) -> Person | None:
    """One account that is not erased."""
    row = conn.execute(_people().where(account.c.id == account_id)).one_or_none()
    return Person(*row) if row else None


def attempts_of(conn: Connection, account_id: int, limit: int) -> tuple[PersonAttempt, ...]:
    """The newest attempts of an account."""
    c = attempt.c
    asked = (
        select(c.public_id, c.exam_slug, c.mode, c.state, c.started_at, c.finished_at)
        .where(c.account_id == account_id)
        .order_by(c.started_at.desc(), c.id.desc())
        .limit(limit)
    )
    return tuple(PersonAttempt(*row) for row in conn.execute(asked))


def change_account(conn: Connection, account_id: int, **values: Any) -> None:
    """Change columns of an account and end all its sessions."""
    fresh = secrets.token_hex(16)
    conn.execute(update(account).where(account.c.id == account_id).values(fs_uniquifier=fresh, **values))


def keep_preferences(conn: Connection, account_id: int, wanted: Mapping[str, str]) -> None:
    """Keep some of how an account wants its pages; nobody is logged out by it."""
    conn.execute(update(account).where(account.c.id == account_id).values(**wanted))


def erase(conn: Connection, account_id: int, now: datetime) -> None:
    """Take identity, response values and comment text of an account away; hashes and counts stay."""
    own = select(attempt.c.id).where(attempt.c.account_id == account_id)
    log = tables.response_log
    logged = select(log.c.id).where(log.c.attempt_id.in_(own))
    conn.execute(tables.response_value.delete().where(tables.response_value.c.log_id.in_(logged)))
    conn.execute(tables.miss_reason.delete().where(tables.miss_reason.c.attempt_id.in_(own)))
    conn.execute(tables.late_response.delete().where(tables.late_response.c.attempt_id.in_(own)))
    conn.execute(tables.seen_item.delete().where(tables.seen_item.c.account_id == account_id))
    conn.execute(ended_session.delete().where(ended_session.c.account_id == account_id))
    waiting = tables.waiting_booklet
    conn.execute(waiting.delete().where(waiting.c.account_id == account_id))
    said = tables.comment
    conn.execute(update(said).where(said.c.account_id == account_id).values(account_id=None, text=""))
    keep_preferences(conn, account_id, asdict(Preferences()))
    change_account(conn, account_id, email=None, password=None, active=False, erased_at=now)


class GuestDatastore(SQLAlchemyUserDatastore):
    """The account library's datastore over our one table of accounts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(db, tables.Account, RoleMixin)
        self._now = now

    def create_user(self, **kwargs: Any) -> tables.Account:
        """A candidate with the given e-mail address and hashed password, and nothing else from outside."""
        user = tables.Account(
            email=kwargs["email"],
            password=kwargs["password"],
            active=True,
            fs_uniquifier=secrets.token_hex(16),
            role="candidate",
            created_at=self._now(),
        )
        db.session.add(user)
        return user

    def find_session(self, uniquifier: str, session_digest: str) -> tables.Account | None:
        """The account behind a session that has not ended, as the library's views hold it."""
        asked = select(tables.Account).where(
            account.c.fs_uniquifier == uniquifier, account.c.active, _not_ended(session_digest)
        )
        return db.session.scalars(asked).one_or_none()

    def committed(self) -> bool:
        """Commit; False, with everything rolled back, where the e-mail address was taken meanwhile."""
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            return False
        return True


def attach(app: Flask, url: str, now: Callable[[], datetime]) -> GuestDatastore:
    """Give the account library an engine of its own on the same database, and its datastore.

    On SQLite the driver itself begins IMMEDIATE before a write, never before a read: hashing a password
    must not hold the write lock.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    on_sqlite = url.startswith("sqlite")
    if on_sqlite:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
            "connect_args": {"isolation_level": "IMMEDIATE", "timeout": 5}
        }
    db.init_app(app)
    if on_sqlite:
        with app.app_context():
            event.listen(db.engine, "connect", _set_pragmas)
    return GuestDatastore(now)


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
