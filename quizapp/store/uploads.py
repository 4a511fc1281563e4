"""Uploads in the database: what was staged, against which revision, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from quizapp.store.tables import upload

STAGED, APPLIED = "staged", "applied"


@dataclass(frozen=True)
class StoredUpload:
    """An upload; `plan` is what it would publish, as JSON, and `base_revision` what it was compared with."""

    public_id: str
    account_id: int | None
    bank_slug: str
    file_name: str
    received_at: datetime
    base_revision: int
    plan: str
    state: str


def add_upload(conn: Connection, new: StoredUpload) -> None:
    """Keep an upload."""
    conn.execute(
        insert(upload).values(
            public_id=new.public_id,
            account_id=new.account_id,
            bank_slug=new.bank_slug,
            file_name=new.file_name,
            received_at=new.received_at,
            base_revision=new.base_revision,
            report=new.plan,
            state=new.state,
        )
    )


def find_upload(conn: Connection, public_id: str) -> StoredUpload | None:
    """The upload of that public id."""
    row = conn.execute(
        select(
            upload.c.public_id,
            upload.c.account_id,
            upload.c.bank_slug,
            upload.c.file_name,
            upload.c.received_at,
            upload.c.base_revision,
            upload.c.report,
            upload.c.state,
        ).where(upload.c.public_id == public_id)
    ).first()
    return StoredUpload(*row) if row else None


def recent_uploads(conn: Connection, account_id: int | None, most: int) -> tuple[StoredUpload, ...]:
    """The newest uploads, of one account or of everybody; their plans are left out."""
    query = select(
        upload.c.public_id,
        upload.c.account_id,
        upload.c.bank_slug,
        upload.c.file_name,
        upload.c.received_at,
        upload.c.base_revision,
        upload.c.state,
    )
    if account_id is not None:
        query = query.where(upload.c.account_id == account_id)
    rows = conn.execute(query.order_by(upload.c.received_at.desc(), upload.c.id.desc()).limit(most))
    return tuple(StoredUpload(*row[:6], "", row[6]) for row in rows)


def mark_applied(conn: Connection, public_id: str) -> bool:
    """Mark a staged upload as applied; False where it is staged no more."""
    changed = conn.execute(
        update(upload).where(upload.c.public_id == public_id, upload.c.state == STAGED).values(state=APPLIED)
    )
    return bool(changed.rowcount)
