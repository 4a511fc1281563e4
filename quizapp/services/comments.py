"""Problems with questions: reported by the candidates who were asked them, read and resolved by admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from quizapp.services import attempts
from quizapp.services.errors import NotFound, Refused
from quizapp.services.rendering import AskedItem, asked
from quizapp.store import attempts as attempt_rows
from quizapp.store import comments as rows
from quizapp.store import items as item_rows
from quizapp.store.comments import Comment, NewComment
from quizapp.store.transaction import Store

CATEGORIES = ("key", "unclear", "outdated", "typo", "other")
LONGEST = 2000
"""Characters of a report."""
PAGE = 50
MOST_IN_AN_HOUR = 30
OPEN, RESOLVED = "open", "resolved"


@dataclass(frozen=True)
class ReportedQuestion:
    """The question that a report is about, as its candidate was asked it: never its key."""

    public_id: str
    position: int
    title: str
    attempt_open: bool
    asked: AskedItem


@dataclass(frozen=True)
class Listing:
    """A page of reports in one state, and how many there are in each."""

    comments: tuple[Comment, ...]
    page: int
    pages: int
    open: int
    resolved: int


def question(store: Store, account_id: int, public_id: str, position: int, now: datetime) -> ReportedQuestion:
    """A question of the account's own booklet that it has been shown; raises NotFound for any other."""
    standing = attempts.standing(store, account_id, public_id, now)
    found = standing.stored
    if not 1 <= position <= found.profile.items:
        raise NotFound
    with store.read() as conn:
        dealt = next(iter(attempt_rows.booklet(conn, found.id, position)), None)
        if dealt is None or not (dealt.displayed or not standing.attempt.open):
            raise NotFound
        item = item_rows.public_items(conn, (dealt.version,))[dealt.version]
    return ReportedQuestion(
        public_id, position, found.profile.title, standing.attempt.open, asked(item, dealt.option_order)
    )


def report(
    store: Store, account_id: int, public_id: str, position: int, category: str, text: str, now: datetime
) -> None:
    """Keep a report with the version of the item that this candidate was dealt; sent twice, it is kept once.

    Raises NotFound as `question` does, and Refused for an unknown category, a text that is empty or too
    long, or more reports than anyone writes in an hour.
    """
    question(store, account_id, public_id, position, now)
    told = _plain(text)
    if category not in CATEGORIES:
        raise Refused("category", "category")
    if not told:
        raise Refused("text_missing", "text")
    if len(told) > LONGEST:
        raise Refused("text_long", "text")

    def unit(conn: Connection) -> None:
        if rows.recent(conn, account_id, now - timedelta(hours=1)) >= MOST_IN_AN_HOUR:
            raise Refused("too_many")
        found = attempt_rows.find_attempt(conn, public_id, account_id)
        if found is None:
            raise NotFound
        dealt = attempt_rows.dealt_item(conn, found.id, position)
        rows.add(
            conn,
            NewComment(account_id, dealt.item_id, dealt.version, found.id, position, category, told, now),
        )

    store.write(unit)


def _plain(text: str) -> str:
    """The text with one kind of line end and no control characters, blank ends cut off."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable()).strip()


def listing(store: Store, state: str, page: int) -> Listing:
    """Reports in a state, newest first; a page beyond the last is the last."""
    with store.read() as conn:
        counts = rows.counts(conn)
        pages = max(1, -(-counts[state] // PAGE))
        shown = min(max(1, page), pages)
        found = rows.page_of(conn, state, (shown - 1) * PAGE, PAGE)
    return Listing(found, shown, pages, counts[OPEN], counts[RESOLVED])


def resolve(store: Store, comment_id: int, now: datetime) -> None:
    """Mark a report as dealt with; raises NotFound."""
    _set(store, comment_id, RESOLVED, now)


def reopen(store: Store, comment_id: int) -> None:
    """Undo `resolve`; raises NotFound."""
    _set(store, comment_id, OPEN, None)


def _set(store: Store, comment_id: int, state: str, resolved_at: datetime | None) -> None:
    if not store.write(lambda conn: rows.set_state(conn, comment_id, state, resolved_at)):
        raise NotFound
