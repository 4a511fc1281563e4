"""People who do something at the same moment, and what makes their meeting go wrong for a control."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlalchemy import Connection, update

from quizapp.assessment.attempt import PartState
from quizapp.services import attempts
from quizapp.store import attempts as rows
from quizapp.store.attempts import StoredAttempt
from quizapp.store.tables import attempt

T = TypeVar("T")


def at_once(many: int, act: Callable[[int], T]) -> list[T]:
    """What each of many threads got that all set off together."""
    ready = threading.Barrier(many)

    def go(number: int) -> T:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(many) as people:
        return list(people.map(go, range(many)))


def watch_closings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The attempts whose end is written from now on, each time that it is."""
    honest, seen = rows.close_attempt, list[int]()

    def watched(conn: Connection, attempt_id: int, *more: object) -> bool:
        closed = honest(conn, attempt_id, *more)  # type: ignore[arg-type]
        if closed:
            seen.append(attempt_id)
        return closed

    monkeypatch.setattr(rows, "close_attempt", watched)
    return seen


def trust_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hand-in close what it has once read as open, whatever became of it meanwhile."""
    locked, close = attempts._locked, rows.close_attempt

    def once_read(conn: Connection, public_id: str, account_id: int | None = None) -> StoredAttempt:
        found = locked(conn, public_id, account_id)
        parts = tuple(
            replace(one, state=PartState.OPEN, closed_at=None, closed_by=None) for one in found.attempt.parts
        )
        return replace(found, open=True, attempt=replace(found.attempt, parts=parts))

    def close_again(conn: Connection, attempt_id: int, *more: object) -> bool:
        conn.execute(update(attempt).where(attempt.c.id == attempt_id).values(state="open"))
        return close(conn, attempt_id, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(attempts, "_locked", once_read)
    monkeypatch.setattr(rows, "close_attempt", close_again)
