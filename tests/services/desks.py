"""Candidates at their desks: each saves as one browser does, with a client name and a running number."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from quizapp.assessment.attempt import Kind
from quizapp.assessment.item import Response
from quizapp.services import responses
from quizapp.services.responses import Save, Saved
from quizapp.store import accounts as account_rows
from quizapp.store import attempts as attempt_rows
from quizapp.store import responses as rows
from quizapp.store.attempts import StoredAttempt
from quizapp.store.responses import Current
from quizapp.store.transaction import Store, hot
from tests.small_bank import NOW

_people = itertools.count(1)
_clients = itertools.count(1)


@dataclass
class Desk:
    """One browser of one candidate."""

    store: Store
    account_id: int
    uniquifier: str
    session: str = "no session"
    client: str = field(default_factory=lambda: f"client-{next(_clients)}")
    sent: int = 0

    def other(self) -> "Desk":
        """Another browser of the same person."""
        return Desk(self.store, self.account_id, self.uniquifier)

    def save(
        self,
        public_id: str,
        position: int,
        *value: str,
        kind: Kind = Kind.ANSWER,
        base: int = 0,
        now: datetime = NOW,
    ) -> Saved:
        """Send a new save."""
        self.sent += 1
        save = Save(public_id, position, kind, self.client, self.sent, base, value)
        return self.send(save, now)

    def send(self, save: Save, now: datetime = NOW) -> Saved:
        """Send a save as it is, perhaps once more."""
        return responses.save_response(self.store, save, self.uniquifier, self.session, now)


def sit_down(store: Store) -> Desk:
    """A new candidate with a browser."""
    email = f"person-{next(_people)}@example.org"

    def unit(conn: Connection) -> Desk:
        account_id = account_rows.add_account(conn, email, "no hash", "candidate", NOW)
        assert account_id
        return Desk(store, account_id, _uniquifier(conn, account_id))

    return store.write(unit)


def uniquifier(store: Store, account_id: int) -> str:
    """What an account's sessions are bound to."""
    with store.read() as conn:
        return _uniquifier(conn, account_id)


def _uniquifier(conn: Connection, account_id: int) -> str:
    found = account_rows.uniquifier(conn, account_id)
    assert found
    return found


def stored(store: Store, public_id: str) -> StoredAttempt:
    """An attempt as it was last written; looking settles nothing."""
    with store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
    assert found
    return found


_number = hot("SELECT id FROM attempt WHERE public_id = :public_id")
_count = hot("SELECT count(*) FROM response_log WHERE attempt_id = :attempt_id")
_late = hot("SELECT position, value FROM late_response WHERE attempt_id = :attempt_id ORDER BY id")


def _id(conn: Connection, public_id: str) -> int:
    ((number,),) = _number(conn, public_id=public_id)
    return int(number)


def current(store: Store, public_id: str) -> dict[tuple[int, Kind], Current]:
    """The current values of an attempt."""
    with store.read() as conn:
        return rows.current_values(conn, _id(conn, public_id))


def answers(store: Store, public_id: str) -> dict[int, Response]:
    """The current answers of an attempt, cleared ones left out."""
    held = current(store, public_id).items()
    return {position: one.value for (position, kind), one in held if kind is Kind.ANSWER and one.value}


def entries(store: Store, public_id: str) -> int:
    """How many saves the log of an attempt holds."""
    with store.read() as conn:
        ((count,),) = _count(conn, attempt_id=_id(conn, public_id))
        return int(count)


def late(store: Store, public_id: str) -> list[tuple[int, Response]]:
    """The saves that were kept apart as late, oldest first."""
    with store.read() as conn:
        kept = _late(conn, attempt_id=_id(conn, public_id))
    return [(position, rows.decode(value)) for position, value in kept]
