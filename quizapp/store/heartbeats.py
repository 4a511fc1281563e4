"""The server's heartbeat in the database: one row that says when it last ran."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from quizapp.store.tables import heartbeat


def last(conn: Connection) -> datetime | None:
    """When the server last ran, None before its first beat; the row is held, so that two starts queue."""
    return conn.execute(select(heartbeat.c.beat_at).with_for_update()).scalar()


def beat(conn: Connection, now: datetime) -> None:
    """Write that the server runs."""
    if conn.execute(update(heartbeat).values(beat_at=now)).rowcount == 0:
        conn.execute(insert(heartbeat).values(id=1, beat_at=now))
