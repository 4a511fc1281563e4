"""Problems that candidates report, in the database: each with the item version that it speaks of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from quizapp.store.tables import account, bank, comment, item, variant

_NOW, _THEN = variant.alias("now_dealt"), variant.alias("then_dealt")


@dataclass(frozen=True)
class NewComment:
    """A report as a candidate sends it."""

    account_id: int
    item_id: int
    item_version: str
    attempt_id: int
    position: int
    category: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class Comment:
    """A report as admins read it; no e-mail address once the account is deleted."""

    id: int
    category: str
    text: str
    open: bool
    created_at: datetime
    resolved_at: datetime | None
    email: str | None
    bank_title: str
    item_id: int
    item_slug: str
    item_changed: bool


def add(conn: Connection, new: NewComment) -> None:
    """Keep a report; the very same one that is still open is not kept twice."""
    same = select(comment.c.id).where(
        comment.c.account_id == new.account_id,
        comment.c.item_version == new.item_version,
        comment.c.category == new.category,
        comment.c.text == new.text,
        comment.c.state == "open",
    )
    if conn.execute(same).first() is None:
        conn.execute(
            insert(comment).values(
                account_id=new.account_id,
                item_id=new.item_id,
                item_version=new.item_version,
                attempt_id=new.attempt_id,
                position=new.position,
                category=new.category,
                text=new.text,
                state="open",
                created_at=new.created_at,
            )
        )


def counts(conn: Connection) -> dict[str, int]:
    """How many reports there are in each state."""
    rows = conn.execute(select(comment.c.state, func.count().label("comments")).group_by(comment.c.state))
    return {"open": 0, "resolved": 0} | {row.state: row.comments for row in rows}


def page_of(conn: Connection, state: str, offset: int, limit: int) -> tuple[Comment, ...]:
    """Some reports in a state, newest first."""
    rows = conn.execute(
        select(
            comment.c.id,
            comment.c.category,
            comment.c.text,
            comment.c.state == "open",
            comment.c.created_at,
            comment.c.resolved_at,
            account.c.email,
            bank.c.title,
            item.c.id,
            item.c.slug,
            func.coalesce(_NOW.c.template, item.c.version)
            != func.coalesce(_THEN.c.template, comment.c.item_version),
        )
        .join(item, item.c.id == comment.c.item_id)
        .outerjoin(_NOW, _NOW.c.version == item.c.version)
        .outerjoin(_THEN, _THEN.c.version == comment.c.item_version)
        .join(bank, bank.c.id == item.c.bank_id)
        .outerjoin(account, account.c.id == comment.c.account_id)
        .where(comment.c.state == state)
        .order_by(comment.c.created_at.desc(), comment.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return tuple(Comment(*row) for row in rows)


def set_state(conn: Connection, comment_id: int, state: str, resolved_at: datetime | None) -> bool:
    """Put a report into a state; False where there is no such report."""
    changed = conn.execute(
        update(comment).where(comment.c.id == comment_id).values(state=state, resolved_at=resolved_at)
    )
    return changed.rowcount > 0


def recent(conn: Connection, account_id: int, since: datetime) -> int:
    """How many reports an account has sent since an instant."""
    return conn.execute(
        select(func.count())
        .select_from(comment)
        .where(comment.c.account_id == account_id, comment.c.created_at >= since)
    ).scalar_one()
