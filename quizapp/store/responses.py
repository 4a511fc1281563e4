"""The response log in the database: the save path, as text SQL, and what is read back from the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from quizapp.assessment.attempt import ClosedBy, Kind, PartState
from quizapp.assessment.item import Response
from quizapp.assessment.log import LogEntry
from quizapp.store.tables import (
    from_microseconds,
    response_log,
    to_microseconds,
)
from quizapp.store.transaction import hot

_SAVE_STATE = """
SELECT a.id, a.public_id, a.state, a.closed_by, b.item_version, b.revealed_at, b.part,
       p.state, p.deadline_at, p.closed_by, p.present, newest.version, newest_value.value,
       (SELECT tail.entry_hash FROM response_log tail
         WHERE tail.attempt_id = a.id ORDER BY tail.id DESC LIMIT 1),
       same.position, same.kind, same.based_on, same.version, same.server_at, same_value.value,
       same.entry_hash
  FROM attempt a
  JOIN account ac ON ac.id = a.account_id
  JOIN booklet_item b ON b.attempt_id = a.id AND b.position = :position
  JOIN attempt_part p ON p.attempt_id = a.id AND p.part = b.part
  LEFT JOIN response_log newest ON newest.id =
       (SELECT n.id FROM response_log n
         WHERE n.attempt_id = a.id AND n.position = :position AND n.kind = :kind
         ORDER BY n.version DESC LIMIT 1)
  LEFT JOIN response_value newest_value ON newest_value.log_id = newest.id
  LEFT JOIN response_log same ON same.id =
       (SELECT s.id FROM response_log s
         WHERE s.attempt_id = a.id AND s.client = :client AND s.client_seq = :client_seq)
  LEFT JOIN response_value same_value ON same_value.log_id = same.id
 WHERE a.public_id = :public_id AND ac.fs_uniquifier = :uniquifier AND ac.active
   AND NOT EXISTS (SELECT 1 FROM ended_session e WHERE e.session_digest = :session_digest)
"""
_ADD_ENTRY = """
INSERT INTO response_log (attempt_id, position, kind, client, client_seq, version, based_on,
                          value_hash, server_at, prev_hash, entry_hash)
VALUES (:attempt_id, :position, :kind, :client, :client_seq, :version, :based_on,
        :value_hash, :server_at, :prev_hash, :entry_hash)
RETURNING id
"""
_ADD_VALUE = "INSERT INTO response_value (log_id, salt, value) VALUES (:log_id, :salt, :value)"

_save_state = hot(_SAVE_STATE)
_save_state_locked = hot(_SAVE_STATE + " FOR UPDATE OF a")
_add_entry = hot(_ADD_ENTRY)
_add_value = hot(_ADD_VALUE)

LARGEST_NUMBER = 2**31 - 1
"""The largest number that an integer column of either database takes."""


@dataclass(frozen=True)
class Replay:
    """What an earlier save under the same client and sequence number held."""

    position: int
    kind: str
    based_on: int
    version: int
    server_at: datetime
    value: Response
    digest: str


class SaveState(NamedTuple):
    """All that the decision about one save needs."""

    attempt_id: int
    public_id: str
    attempt_open: bool
    ended_by: ClosedBy | None
    item_version: str
    revealed: bool
    part: int
    part_state: PartState
    deadline_at: datetime | None
    part_closed_by: ClosedBy | None
    present: int | None
    version: int
    value: Response
    last_hash: str | None
    replay: Replay | None


def save_state(
    conn: Connection,
    public_id: str,
    position: int,
    kind: Kind,
    client: str,
    client_seq: int,
    uniquifier: str,
    session_digest: str,
) -> SaveState | None:
    """Who, whose, open, deadline and current version, in one statement; None where any of them fails."""
    statement = _save_state_locked if conn.dialect.name == "postgresql" else _save_state
    row = statement.one(
        conn,
        public_id=public_id,
        position=position,
        kind=kind.value,
        client=client,
        client_seq=client_seq,
        uniquifier=uniquifier,
        session_digest=session_digest,
    )
    return None if row is None else _state(row)


def _state(row: tuple[Any, ...]) -> SaveState:
    replay = None
    if row[14] is not None:
        at, value = from_microseconds(row[18]), decode(row[19])
        replay = Replay(row[14], row[15], row[16], row[17], at, value, row[20])
    return SaveState(
        attempt_id=row[0],
        public_id=row[1],
        attempt_open=row[2] == "open",
        ended_by=ClosedBy(row[3]) if row[3] else None,
        item_version=row[4],
        revealed=row[5] is not None,
        part=row[6],
        part_state=PartState(row[7]),
        deadline_at=None if row[8] is None else from_microseconds(row[8]),
        part_closed_by=ClosedBy(row[9]) if row[9] else None,
        present=row[10],
        version=row[11] or 0,
        value=decode(row[12]),
        last_hash=row[13],
        replay=replay,
    )


_owner = hot("""
SELECT ac.fs_uniquifier FROM attempt a JOIN account ac ON ac.id = a.account_id
 WHERE a.public_id = :public_id AND ac.active AND ac.erased_at IS NULL
""")


def owner_uniquifier(conn: Connection, public_id: str) -> str | None:
    """What the sessions of an attempt's owner are bound to; None where the account is disabled."""
    row = _owner.one(conn, public_id=public_id)
    return None if row is None else str(row[0])


NO_VALUE = (None, "[]")
"""What is stored for no response: nothing yet, or an empty one."""


def decode(value: str | None) -> Response:
    """The response behind a stored value; an erased one reads as no response."""
    return () if value is None else tuple(json.loads(value))


def add_entry(
    conn: Connection, attempt_id: int, entry: LogEntry, entry_hash: str, salt: str, value: str
) -> None:
    """Append one entry with its value: the two inserts of a save."""
    ((log_id,),) = _add_entry(
        conn,
        attempt_id=attempt_id,
        position=entry.position,
        kind=entry.kind.value,
        client=entry.client,
        client_seq=entry.client_seq,
        version=entry.version,
        based_on=entry.based_on,
        value_hash=entry.value_hash,
        server_at=to_microseconds(entry.server_at),
        prev_hash=entry.prev_hash,
        entry_hash=entry_hash,
    )
    _add_value(conn, log_id=log_id, salt=salt, value=value)


def add_late(
    conn: Connection,
    attempt_id: int,
    position: int,
    kind: Kind,
    client: str,
    client_seq: int,
    value: str,
    now: datetime,
) -> bool:
    """Keep a save that came after deadline and grace, apart from the log; whether it is kept there now.

    A replay adds nothing; another value under the same number is not kept.
    """
    _add_late(
        conn,
        attempt_id=attempt_id,
        position=position,
        kind=kind.value,
        client=client,
        client_seq=client_seq,
        value=value,
        now=to_microseconds(now),
    )
    held = _late_values(conn, attempt_id=attempt_id, client=client, client_seq=client_seq)
    return held == [(position, kind.value, value)]


_late_values = hot("""
SELECT position, kind, value FROM late_response
 WHERE attempt_id = :attempt_id AND client = :client AND client_seq = :client_seq
""")
_add_late = hot("""
INSERT INTO late_response (attempt_id, position, kind, client, client_seq, value, received_at)
VALUES (:attempt_id, :position, :kind, :client, :client_seq, :value, :now)
    ON CONFLICT (attempt_id, client, client_seq) DO NOTHING
""")


@dataclass(frozen=True)
class Current:
    """The newest value of one position and kind."""

    version: int
    value: Response
    server_at: datetime


_values = hot("""
SELECT l.position, l.kind, l.version, l.server_at, v.value
  FROM response_log l LEFT JOIN response_value v ON v.log_id = l.id
 WHERE l.attempt_id = :attempt_id ORDER BY l.id
""")
_KINDS = " UNION ALL ".join(f"SELECT '{one}' AS name" for one in Kind)
_VALUES_HERE = """
SELECT l.position, l.kind, l.version, l.server_at, v.value
  FROM ({kinds}) k
  JOIN response_log l ON l.id =
       (SELECT n.id FROM response_log n
         WHERE n.attempt_id = :attempt_id AND n.position = :position AND n.kind = k.name
         ORDER BY n.version DESC LIMIT 1)
  LEFT JOIN response_value v ON v.log_id = l.id
"""
_values_here = hot(_VALUES_HERE.format(kinds=_KINDS))


def current_values(
    conn: Connection, attempt_id: int, position: int | None = None
) -> dict[tuple[int, Kind], Current]:
    """The current value of every position and kind of an attempt, or of one position."""
    if position is None:
        rows = _values(conn, attempt_id=attempt_id)
    else:
        rows = _values_here(conn, attempt_id=attempt_id, position=position)
    newest = {(where, kind): (version, at, value) for where, kind, version, at, value in rows}
    return {
        (where, Kind(kind)): Current(version, decode(value), from_microseconds(at))
        for (where, kind), (version, at, value) in newest.items()
    }


def log_of(conn: Connection, attempt_id: int) -> tuple[LogEntry, ...]:
    """The whole log of an attempt, oldest entry first."""
    rows = conn.execute(
        select(response_log).where(response_log.c.attempt_id == attempt_id).order_by(response_log.c.id)
    ).mappings()
    return tuple(
        LogEntry(
            row["position"],
            Kind(row["kind"]),
            row["client"],
            row["client_seq"],
            row["version"],
            row["based_on"],
            row["value_hash"],
            row["server_at"],
            row["prev_hash"],
        )
        for row in rows
    )


def last_hash(conn: Connection, attempt_id: int) -> str | None:
    """The hash of the newest entry; None for an empty log."""
    newest = _last_hash.one(conn, attempt_id=attempt_id)
    return str(newest[0]) if newest else None


_last_hash = hot(
    "SELECT entry_hash FROM response_log WHERE attempt_id = :attempt_id ORDER BY id DESC LIMIT 1"
)


# Rows packed into one: SQLite lets go of the interpreter's lock at every row, and threads that wait for it
# wake in vain.
_PACKED = {
    "sqlite": {"rows": "json_group_array", "row": "json_array"},
    "postgresql": {"rows": "json_agg", "row": "json_build_array"},
}
_MAP = """
SELECT CAST({rows}({row}(
       b.position, b.part, b.displayed_at IS NOT NULL,
       (SELECT v.value FROM response_log l LEFT JOIN response_value v ON v.log_id = l.id
         WHERE l.attempt_id = b.attempt_id AND l.position = b.position AND l.kind = 'answer'
         ORDER BY l.version DESC LIMIT 1),
       (SELECT v.value FROM response_log l LEFT JOIN response_value v ON v.log_id = l.id
         WHERE l.attempt_id = b.attempt_id AND l.position = b.position AND l.kind = 'flag'
         ORDER BY l.version DESC LIMIT 1))) AS TEXT)
  FROM booklet_item b WHERE b.attempt_id = :attempt_id
"""
_DESK = """
SELECT q.part, q.item_version, q.option_order, q.displayed_at, i.unit_key,
       (SELECT CAST({rows}({row}(h.kind, h.version, h.server_at, h.value)) AS TEXT) FROM ({values}) h),
       ({map})
  FROM booklet_item q JOIN item i ON i.id = q.item_id
 WHERE q.attempt_id = :attempt_id AND q.position = :position
"""
_maps = {dialect: hot(_MAP.format(**words)) for dialect, words in _PACKED.items()}
_desks = {
    dialect: hot(_DESK.format(values=_VALUES_HERE.format(kinds=_KINDS), map=_MAP.format(**words), **words))
    for dialect, words in _PACKED.items()
}


class Square(NamedTuple):
    """One square of the question map; a bare tuple, since every page of an attempt holds all of them."""

    position: int
    part: int
    displayed: bool
    answered: bool
    flagged: bool


@dataclass(frozen=True)
class Desk:
    """One question of an attempt as it was dealt, with the newest response of each kind and the whole map."""

    part: int
    version: str
    option_order: tuple[str, ...]
    displayed: bool
    unit: str
    held: Mapping[Kind, Current]
    squares: tuple[Square, ...]


def desk(conn: Connection, attempt_id: int, position: int) -> Desk | None:
    """All that the screen of one question shows, in one statement; None where there is no such question."""
    row = _desks[conn.dialect.name].one(conn, attempt_id=attempt_id, position=position)
    if row is None:
        return None
    part, version, order, displayed_at, unit, held, packed = row
    return Desk(
        part=part,
        version=version,
        option_order=tuple(json.loads(order)),
        displayed=displayed_at is not None,
        unit=unit,
        held={
            Kind(kind): Current(version, decode(value), from_microseconds(at))
            for kind, version, at, value in json.loads(held or "[]")
        },
        squares=_unpacked(packed),
    )


def squares(conn: Connection, attempt_id: int) -> tuple[Square, ...]:
    """The question map of an attempt."""
    (packed,) = _maps[conn.dialect.name].one(conn, attempt_id=attempt_id) or (None,)
    return _unpacked(packed)


def _unpacked(packed: str | None) -> tuple[Square, ...]:
    return tuple(
        [
            Square(position, part, shown == 1, answer not in NO_VALUE, flag not in NO_VALUE)
            for position, part, shown, answer, flag in sorted(json.loads(packed or "[]"))
        ]
    )


_of_unit = hot("""
SELECT b.position FROM booklet_item b JOIN item i ON i.id = b.item_id
 WHERE b.attempt_id = :attempt_id AND i.unit_key = :unit ORDER BY b.position
""")


def positions_of(conn: Connection, attempt_id: int, unit: str) -> tuple[int, ...]:
    """The questions of an attempt that were drawn as one, as those of a case set are."""
    return tuple(position for (position,) in _of_unit(conn, attempt_id=attempt_id, unit=unit))
