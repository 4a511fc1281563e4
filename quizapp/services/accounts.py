"""What a person does with an account, and what an admin does with other people's."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import Connection

from quizapp.assessment.access import ROLES
from quizapp.services.errors import NotFound, Refused
from quizapp.services.passwords import check_password, hash_password, normalise_email, password_matches
from quizapp.store import accounts
from quizapp.store.accounts import Account as Account
from quizapp.store.accounts import Person, PersonAttempt
from quizapp.store.accounts import Preferences as Preferences
from quizapp.store.transaction import Store

PAGE = 50
PREFERENCES = {
    "single_keys": ("on", "off"),
    "text_size": ("normal", "large", "largest"),
    "colours": ("system", "light", "dark", "high"),
    "pace_hint": ("on", "off"),
}
"""The words that may be chosen for each preference."""
_SHOWN_ATTEMPTS = 50
_LONGEST_SEARCH = 254
_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class People:
    """One page of the list of people, counted from 1."""

    rows: tuple[Person, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class PersonDetail:
    """A person with the newest of their attempts."""

    person: Person
    attempts: tuple[PersonAttempt, ...]
    last_admin: bool


def find_signed_in(store: Store, uniquifier: str, session_digest: str) -> Account | None:
    """The account behind a session: active, not erased, the session not ended. One SELECT."""
    with store.look() as conn:
        return accounts.find_signed_in(conn, uniquifier, session_digest)


def end_session(store: Store, account_id: int, session_digest: str, now: datetime) -> None:
    """End one session for good, on whatever device a copy of its cookie lies."""
    store.write(lambda conn: accounts.end_session(conn, account_id, session_digest, now))


def create_account(store: Store, email: str, password: str, role: str, now: datetime) -> int:
    """Add an account; its id.

    Raises Refused with `email_invalid`, `email_taken`, `role_unknown` or a code of `check_password`.
    """
    address = normalise_email(email)
    check_password(password, address)
    if role not in ROLES:
        raise Refused("role_unknown", "role")
    hashed = hash_password(password)
    return store.write(lambda conn: _added(conn, address, hashed, role, now))


def _added(conn: Connection, address: str, hashed: str, role: str, now: datetime) -> int:
    account_id = accounts.add_account(conn, address, hashed, role, now)
    if account_id is None:
        raise Refused("email_taken", "email")
    return account_id


def renew_setup_code(store: Store) -> str | None:
    """A new set-up code in the place of the old one, kept as a digest only; None once an admin exists."""
    groups = ("".join(secrets.choice(_CODE_LETTERS) for _ in range(5)) for _ in range(4))
    code = "-".join(groups)

    def unit(conn: Connection) -> str | None:
        if accounts.admin_exists(conn):
            accounts.drop_setup_digest(conn)
            return None
        accounts.keep_setup_digest(conn, _code_digest(code))
        return code

    return store.write(unit)


def _code_digest(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def setup_open(store: Store) -> bool:
    """Whether the first admin is still to be made."""
    with store.read() as conn:
        return not accounts.admin_exists(conn)


def first_admin(store: Store, code: str, email: str, password: str, now: datetime) -> int:
    """Make the first admin; the account's id.

    Raises NotFound once an admin exists; Refused with `code_wrong`, `email_taken`, `email_invalid` or a code
    of `check_password`.
    """
    address = normalise_email(email)
    check_password(password, address)
    hashed = hash_password(password)

    def unit(conn: Connection) -> int:
        kept = accounts.setup_digest(conn, lock=True)
        if accounts.admin_exists(conn):
            raise NotFound
        if kept is None or not compare_digest(kept, _code_digest(code)):
            raise Refused("code_wrong", "code")
        accounts.drop_setup_digest(conn)
        return _added(conn, address, hashed, "admin", now)

    return store.write(unit)


def list_people(store: Store, words: str, page: int) -> People:
    """One page of the people whose e-mail address holds the words, newest first."""
    sought = "".join(sign for sign in words if sign.isprintable()).strip().lower()[:_LONGEST_SEARCH]
    wanted = max(1, min(page, 1_000_000))
    with store.read() as conn:
        total, rows = accounts.list_people(conn, sought, (wanted - 1) * PAGE, PAGE)
    return People(rows, total, wanted, max(1, -(-total // PAGE)))


def person(store: Store, account_id: int) -> PersonDetail:
    """A person with their newest attempts; raises NotFound, also for an erased account."""
    with store.read() as conn:
        found = accounts.person(conn, account_id)
        if found is None:
            raise NotFound
        alone = found.role == "admin" and accounts.only_admin(conn, account_id)
        return PersonDetail(found, accounts.attempts_of(conn, account_id, _SHOWN_ATTEMPTS), alone)


def set_role(store: Store, account_id: int, role: str) -> None:
    """Give an account a role, which signs it out everywhere.

    Raises NotFound; Refused("last_admin") for the last active admin, Refused("role_unknown").
    """
    if role not in ROLES:
        raise Refused("role_unknown", "role")

    def unit(conn: Connection, found: Person) -> None:
        if found.role == role:
            return
        _keep_an_admin(conn, found)
        accounts.change_account(conn, account_id, role=role)

    _change(store, account_id, unit)


def disable(store: Store, account_id: int) -> None:
    """Sign an account out everywhere and for good; raises NotFound, Refused("last_admin")."""

    def unit(conn: Connection, found: Person) -> None:
        _keep_an_admin(conn, found)
        accounts.change_account(conn, account_id, active=False)

    _change(store, account_id, unit)


def enable(store: Store, account_id: int) -> None:
    """Let an account log in again; raises NotFound."""
    _change(store, account_id, lambda conn, _: accounts.change_account(conn, account_id, active=True))


def _change(store: Store, account_id: int, unit: Callable[[Connection, Person], None]) -> None:
    def found_first(conn: Connection) -> None:
        found = accounts.person(conn, account_id)
        if found is None:
            raise NotFound
        unit(conn, found)

    store.write(found_first)


def _keep_an_admin(conn: Connection, found: Person) -> None:
    if found.role == "admin" and found.active and accounts.last_admin(conn, found.id):
        raise Refused("last_admin")


def reset_subject(store: Store, account_id: int) -> str:
    """What a reset link for an account is bound to, so that its first use ends it.

    Raises NotFound; Refused("account_disabled") where the account may not log in.
    """
    with store.read() as conn:
        if accounts.person(conn, account_id) is None:
            raise NotFound
        subject = accounts.uniquifier(conn, account_id)
    if subject is None:
        raise Refused("account_disabled")
    return subject


def prefer(store: Store, account_id: int, chosen: Mapping[str, str]) -> None:
    """Keep what a person chose of `PREFERENCES`; what is not named stays. Raises Refused for another word."""
    named = {name: chosen[name] for name in PREFERENCES if name in chosen}
    for name, word in named.items():
        if word not in PREFERENCES[name]:
            raise Refused("preference_unknown", name)
    if named:
        store.write(lambda conn: accounts.keep_preferences(conn, account_id, named))


def delete_account(store: Store, account_id: int, password: str, now: datetime) -> None:
    """Erase the account of a person who typed their password: identity and response values go.

    The row, log hashes and anonymous counts stay. Raises NotFound, Refused("password_wrong", "password"),
    Refused("last_admin").
    """
    with store.read() as conn:
        hashed = accounts.password_hash(conn, account_id)
    if not password_matches(hashed, password):
        raise Refused("password_wrong", "password")

    def unit(conn: Connection, found: Person) -> None:
        _keep_an_admin(conn, found)
        accounts.erase(conn, account_id, now)

    _change(store, account_id, unit)
