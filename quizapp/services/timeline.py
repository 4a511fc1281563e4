"""What happened in one attempt, for whoever answers "my answer vanished"."""

from quizapp.assessment.timeline import Timeline, timeline
from quizapp.services.errors import NotFound
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store import verification as rows
from quizapp.store.transaction import Store


def timeline_of(store: Store, public_id: str) -> Timeline:
    """Everything stored of an attempt in order, open or closed; nothing is settled by looking."""
    with store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
        if found is None:
            raise NotFound
        held = rows.held_attempt(conn, found)
        items = item_rows.public_items(conn, {one.version for one in held.questions})
        return timeline(held, rows.late_saves(conn, found.id), items)
