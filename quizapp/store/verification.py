"""A whole attempt as it is stored: read anew each time, past every cache, to be proven or told in order."""

from sqlalchemy import Connection, select

from quizapp.assessment.access import Released
from quizapp.assessment.attempt import Kind
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.assessment.held import (
    HeldAttempt,
    HeldEntry,
    HeldGrant,
    HeldQuestion,
    HeldTemplate,
    HeldValue,
    HeldVersion,
)
from quizapp.assessment.log import LogEntry
from quizapp.assessment.timeline import LateSave
from quizapp.store.attempts import StoredAttempt
from quizapp.store.responses import decode
from quizapp.store.tables import (
    account,
    attempt,
    bank,
    booklet_item,
    exam_version,
    item,
    item_secret,
    item_version,
    late_response,
    response_log,
    response_value,
    template_version,
    time_grant,
    variant,
)


def attempt_names(conn: Connection, after: int, limit: int) -> tuple[tuple[int, str], ...]:
    """Numbers and public ids of some attempts, in the order in which they were begun."""
    asked = (
        select(attempt.c.id, attempt.c.public_id)
        .where(attempt.c.id > after)
        .order_by(attempt.c.id)
        .limit(limit)
    )
    return tuple((number, name) for number, name in conn.execute(asked))


def is_stored(conn: Connection, public_id: str, account_id: int | None = None) -> bool:
    """Whether there is an attempt of that id, sound or not; with `account_id`, only the account's own."""
    asked = select(attempt.c.id).where(attempt.c.public_id == public_id)
    if account_id is not None:
        asked = asked.where(attempt.c.account_id == account_id)
    return conn.execute(asked).first() is not None


def held_attempt(conn: Connection, found: StoredAttempt) -> HeldAttempt:
    """Everything that is stored of an attempt; raises LookupError where what it points at is gone."""
    c = attempt.c
    asked = (
        select(c.seed, c.exam_version, exam_version.c.document, account.c.erased_at)
        .join(exam_version, exam_version.c.version == c.exam_version)
        .join(account, account.c.id == c.account_id)
        .where(c.id == found.id)
    )
    head = conn.execute(asked).first()
    if head is None:
        raise LookupError("its exam or its account is not stored")
    return HeldAttempt(
        public_id=found.public_id,
        bank=found.bank_slug,
        exam_slug=found.exam_slug,
        exam_version=head.exam_version,
        exam_document=head.document,
        profile=found.profile,
        mode=found.mode,
        seed=head.seed,
        open=found.open,
        started_at=found.started_at,
        finished_at=found.finished_at,
        closed_by=found.closed_by,
        answers_received=found.answers_received,
        last_received_at=found.last_received_at,
        receipt=found.receipt,
        parts=found.attempt.parts,
        questions=_questions(conn, found.id),
        log=_log(conn, found.id),
        grants=_grants(conn, found.id),
        erased=head.erased_at is not None,
    )


def _questions(conn: Connection, attempt_id: int) -> tuple[HeldQuestion, ...]:
    c = booklet_item.c
    asked = (
        select(
            *(c.position, c.part, c.item_version, c.concept, bank.c.slug.label("bank"), item.c.slug),
            *(c.option_order, c.displayed_at, c.revealed_at, c.marks),
        )
        .outerjoin(item, item.c.id == c.item_id)
        .outerjoin(bank, bank.c.id == item.c.bank_id)
        .where(c.attempt_id == attempt_id)
        .order_by(c.position)
    )
    return tuple(
        HeldQuestion(
            position=row.position,
            part=row.part,
            version=row.item_version,
            concept=row.concept,
            item=(row.bank or "", row.slug or ""),
            option_order=row.option_order,
            displayed_at=row.displayed_at,
            revealed_at=row.revealed_at,
            marks=row.marks,
        )
        for row in conn.execute(asked)
    )


def _log(conn: Connection, attempt_id: int) -> tuple[HeldEntry, ...]:
    asked = (
        select(response_log, response_value.c.salt, response_value.c.value)
        .outerjoin(response_value, response_value.c.log_id == response_log.c.id)
        .where(response_log.c.attempt_id == attempt_id)
        .order_by(response_log.c.id)
    )
    return tuple(
        HeldEntry(
            LogEntry(
                row.position,
                Kind(row.kind),
                row.client,
                row.client_seq,
                row.version,
                row.based_on,
                row.value_hash,
                row.server_at,
                row.prev_hash,
            ),
            row.entry_hash,
            None if row.value is None else HeldValue(row.salt, row.value),
        )
        for row in conn.execute(asked)
    )


def _grants(conn: Connection, attempt_id: int) -> tuple[HeldGrant, ...]:
    asked = select(time_grant).where(time_grant.c.attempt_id == attempt_id).order_by(time_grant.c.id)
    return tuple(
        HeldGrant(Grant(row.amount, Measure(row.measure)), Reason(row.reason), row.given_at, row.part)
        for row in conn.execute(asked)
    )


def held_versions(conn: Connection, released: Released) -> tuple[HeldVersion, ...]:
    """Released item versions as they are stored; those that are not are left out."""
    asked = (
        select(
            *(item_version.c.version, item_version.c.public, item_secret.c.secret),
            *(item_version.c.key_digest, variant.c.template, template_version.c.document),
        )
        .join(item_secret, item_secret.c.version == item_version.c.version)
        .outerjoin(variant, variant.c.version == item_version.c.version)
        .outerjoin(template_version, template_version.c.version == variant.c.template)
        .where(item_version.c.version.in_(released.versions))
    )
    return tuple(
        HeldVersion(
            row.version,
            row.public,
            row.secret,
            row.key_digest,
            None if row.template is None else HeldTemplate(row.template, row.document or "{}"),
        )
        for row in conn.execute(asked)
    )


def late_saves(conn: Connection, attempt_id: int) -> tuple[LateSave, ...]:
    """The saves of an attempt that were kept apart as late, oldest first."""
    asked = (
        select(late_response)
        .where(late_response.c.attempt_id == attempt_id)
        .order_by(late_response.c.received_at, late_response.c.id)
    )
    return tuple(
        LateSave(row.position, Kind(row.kind), row.client, row.client_seq, decode(row.value), row.received_at)
        for row in conn.execute(asked)
    )
