"""The waiting room: a booklet is dealt before Begin, so that a class that begins at once need not wait."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from quizapp.services.dealing import Dealt, deal_timed
from quizapp.services.errors import NotFound
from quizapp.store import exams as exam_rows
from quizapp.store import waiting as rows
from quizapp.store.exams import OfferedExam
from quizapp.store.publishing import stage_variants
from quizapp.store.transaction import Store
from quizapp.store.waiting import WaitingBooklet

LONGEST = timedelta(hours=4)
"""How long a booklet waits; then Begin deals another, and staff count it no more."""


def enter(
    store: Store, account_id: int, bank_slug: str, exam_slug: str, now: datetime, seed: int
) -> OfferedExam:
    """Have the booklet of a timed test dealt; one that is good already stays. No clock runs for it.

    Raises NotFound for an exam that is not offered and BlueprintShort where the bank cannot fill it.
    """
    with store.read() as conn:
        offered = exam_rows.offered(conn, bank_slug, exam_slug)
        if offered is None:
            raise NotFound
        if dealt_ahead(conn, rows.find(conn, account_id, offered.bank_id, exam_slug), offered, now):
            return offered
        dealt = deal_timed(conn, account_id, offered, seed, now)
    booklet = WaitingBooklet(offered.revision, offered.version, dealt.seed, dealt.entries, dealt.orders, now)

    def unit(conn: Connection) -> None:
        stage_variants(conn, dealt.variants, now)
        rows.keep(conn, account_id, offered.bank_id, exam_slug, booklet)

    store.write(unit)
    return offered


def dealt_ahead(
    conn: Connection, found: WaitingBooklet | None, offered: OfferedExam, now: datetime
) -> Dealt | None:
    """What the booklet that waits was dealt; None where none does, or bank or exam have changed since."""
    if found is None or now - found.dealt_at > LONGEST:
        return None
    if (found.revision, found.exam_version) != (offered.revision, offered.version):
        return None
    if not rows.all_live(conn, [one.item.item_id for one in found.entries]):
        return None
    return Dealt(found.seed, found.entries, found.orders)


def find(store: Store, account_id: int, bank_slug: str, exam_slug: str, now: datetime) -> OfferedExam | None:
    """An exam of which a booklet waits for an account; None where none does."""
    with store.read() as conn:
        offered = exam_rows.offered(conn, bank_slug, exam_slug)
        if offered is None:
            return None
        found = rows.find(conn, account_id, offered.bank_id, exam_slug)
        return offered if dealt_ahead(conn, found, offered, now) else None
