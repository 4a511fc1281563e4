"""The append-only response log: how its entries are chained, verified and folded to current answers.

Each entry hashes the one before it. Values are hashed with a salt and kept apart, so that a value can be
erased and the chain still verifies.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from quizapp.assessment.attempt import Kind
from quizapp.assessment.codec import canonical_text
from quizapp.assessment.item import Response


@dataclass(frozen=True)
class LogEntry:
    """One accepted save. `version` counts per position and kind from 1; `based_on` is what it replaced."""

    position: int
    kind: Kind
    client: str
    client_seq: int
    version: int
    based_on: int
    value_hash: str
    server_at: datetime
    prev_hash: str


def encode_value(response: Response) -> str:
    """The stored text of a response."""
    return canonical_text(response)


def value_hash(salt: str, value: str) -> str:
    """What the log keeps of a value."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()


def first_hash(public_id: str) -> str:
    """What the first entry of an attempt's log is chained to."""
    return hashlib.sha256(f"quizapp attempt {public_id}".encode()).hexdigest()


def entry_hash(entry: LogEntry) -> str:
    """The hash of an entry, which the next one carries as `prev_hash`."""
    fields = (
        f"{entry.prev_hash}\n{entry.position}\n{entry.kind.value}\n{entry.client}\n{entry.client_seq}\n"
        f"{entry.version}\n{entry.based_on}\n{entry.value_hash}\n"
        f"{entry.server_at.isoformat(timespec='microseconds')}"
    )
    return hashlib.sha256(fields.encode()).hexdigest()


def receipt(public_id: str, last_hash: str, finished_at: datetime, answers: int) -> str:
    """The digest of a hand-in: it changes with any answer, their order, their times and the finish."""
    return hashlib.sha256(
        f"{public_id}\n{last_hash}\n{finished_at.isoformat(timespec='microseconds')}\n{answers}".encode()
    ).hexdigest()


def first_fault(public_id: str, entries: Iterable[LogEntry]) -> int | None:
    """The place (from 0) of the first entry that does not follow from the one before; None when all do."""
    previous = first_hash(public_id)
    versions: dict[tuple[int, Kind], int] = {}
    for place, entry in enumerate(entries):
        held = versions.get((entry.position, entry.kind), 0)
        if entry.prev_hash != previous or entry.based_on != held or entry.version != held + 1:
            return place
        versions[entry.position, entry.kind] = entry.version
        previous = entry_hash(entry)
    return None


def fold(
    entries: Iterable[LogEntry], values: Mapping[tuple[int, Kind, int], Response]
) -> dict[tuple[int, Kind], Response]:
    """The current value of every position and kind; `values` holds what has not been erased."""
    current: dict[tuple[int, Kind], Response] = {}
    for entry in entries:
        current[entry.position, entry.kind] = values.get((entry.position, entry.kind, entry.version), ())
    return current
