"""Outages of the server: its beats while it runs and, after a start, the time that they show it was away."""

from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from quizapp.assessment import attempt as machine
from quizapp.assessment.extra_time import MOST_GIVEN_BACK, SECOND, Grant, Measure, Reason
from quizapp.services.attempts import SETTLING_FAILED, log
from quizapp.store import attempts as attempt_rows
from quizapp.store import heartbeats
from quizapp.store import time_grants as grant_rows
from quizapp.store.time_grants import NewGrant
from quizapp.store.transaction import Store

LEAST = timedelta(seconds=1)
"""What is shorter was no outage: two workers started at once."""
FIRST_REPLY = timedelta(seconds=5)
"""What may pass from a start until the first request is answered; it counts as away."""


def beat(store: Store, now: datetime) -> None:
    """Note that the server runs."""
    store.write(lambda conn: heartbeats.beat(conn, now))


def give_back(store: Store, now: datetime) -> int:
    """After a start, before anything is served: give what was being sat its time back; how many got some.

    The time since the last beat was the outage. An attempt gets back what its open parts lost, at most
    MOST_GIVEN_BACK in its life without staff. All of it is one unit of work with the first beat, so that a
    second worker finds nothing to give; an attempt that fails is logged, and leaves the others theirs. Where
    the store itself fails, nothing is given and no beat is noted: the next start finds the whole outage.
    """

    def unit(conn: Connection) -> int:
        since = heartbeats.last(conn)
        heartbeats.beat(conn, now)
        if since is None or now - since < LEAST:
            return 0
        return sum(_tried(conn, public_id, since, now) for public_id in attempt_rows.open_timed(conn))

    return store.write(unit)


def _tried(conn: Connection, public_id: str, since: datetime, now: datetime) -> bool:
    try:
        with conn.begin_nested():
            return _give_back(conn, public_id, since, now)
    except OperationalError:
        raise
    except SETTLING_FAILED:
        log.exception("outage: attempt %s could not be given its time back", public_id)
        return False


def _give_back(conn: Connection, public_id: str, since: datetime, now: datetime) -> bool:
    found = attempt_rows.find_attempt(conn, public_id, lock=True)
    if found is None or not found.open:
        return False
    most = MOST_GIVEN_BACK - grant_rows.given_back(conn, found.id)
    longer, given = machine.give_back(found.attempt, since, now + FIRST_REPLY, most)
    if not given:
        return False
    attempt_rows.write_parts(conn, found.id, found.attempt, longer)
    for part, span in given.items():
        new = NewGrant(
            bank_id=found.bank_id,
            exam_slug=found.exam_slug,
            account_id=found.account_id,
            attempt_id=found.id,
            grant=Grant(span // SECOND, Measure.SECONDS),
            reason=Reason.OUTAGE,
            given_by=None,
            given_at=now,
            request_key=f"outage {now.timestamp()} part {part}",
            part=part,
        )
        grant_rows.add(conn, new)
    return True
