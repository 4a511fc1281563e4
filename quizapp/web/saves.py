"""A save as a script sends it, and what the script is told."""

from datetime import datetime
from typing import Any

from quizapp.assessment.attempt import Kind, left_until
from quizapp.assessment.errors import InvalidResponse
from quizapp.services.responses import Save, Saved

REFUSAL = "quizapp.refusal"
"""Where the environment of a request holds why its save was refused, for the view that tells it."""
MOST_VALUES = 50
"""Values of one save: a highlight may have as many ranges."""


def read(public_id: str, document: object) -> Save:
    """The save of an attempt that a JSON document describes; raises InvalidResponse where it is none."""
    if not isinstance(document, dict):
        raise InvalidResponse("body")
    value = document.get("value")
    if (
        not isinstance(value, list)
        or len(value) > MOST_VALUES
        or not all(isinstance(one, str) for one in value)
    ):
        raise InvalidResponse("value")
    numbers = [document.get(name) for name in ("position", "seq", "based_on")]
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in numbers):
        raise InvalidResponse("number")
    client = document.get("client")
    if not isinstance(client, str):
        raise InvalidResponse("client")
    try:
        kind = Kind(str(document.get("kind")))
    except ValueError:
        raise InvalidResponse("kind") from None
    return Save(
        public_id, document["position"], kind, client, document["seq"], document["based_on"], tuple(value)
    )


def reply(saved: Saved, now: datetime) -> dict[str, Any]:
    """What was committed, as the script reads it."""
    left = left_until(saved.deadline_at, now)
    return {
        "position": saved.position,
        "kind": saved.kind.value,
        "seq": saved.client_seq,
        "version": saved.version,
        "value": list(saved.value),
        "late": saved.late,
        "saved_at": saved.server_at.isoformat(),
        "deadline": saved.deadline_at.isoformat() if saved.deadline_at else None,
        "left_ms": None if left is None else int(left.total_seconds() * 1000),
        "digest": saved.digest,
        **({"newest": saved.newest} if saved.newest > saved.version else {}),
    }
