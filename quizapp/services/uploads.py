"""Uploaded bank files: staged as immutable versions, reported on, and published at once or not at all."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.variants.dealt import SPECIMEN, Origin, Variant
from quizapp.bank.archive import ArchiveError
from quizapp.bank.folder import files_of_upload
from quizapp.bank.linting import Asked
from quizapp.bank.problems import Problem
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Reading
from quizapp.services.errors import Conflict, NotFound, Refused
from quizapp.services.plans import Plan, dump_plan, load_plan, plan_of
from quizapp.services.revisions import (
    Change,
    Comparison,
    Fate,
    Publication,
    compare,
    known_bank,
    planned_rows,
    publish_plan,
)
from quizapp.store import items as rows
from quizapp.store import uploads as upload_rows
from quizapp.store.items import StoredBank
from quizapp.store.publishing import held_items, stage_variants, stage_versions, version_rows
from quizapp.store.transaction import Store
from quizapp.store.uploads import APPLIED, STAGED, StoredUpload

T = TypeVar("T")

MOST_AT_ONCE = 100
"""Items staged in one unit of work."""
MOST_IN_AN_HOUR = 120
LISTED = 20


@dataclass(frozen=True)
class UploadReport:
    """An upload beside the bank as it is now. `comparison` is None where nothing in it can be published."""

    upload: StoredUpload
    bank_title: str
    revision: int
    plan: Plan
    comparison: Comparison | None

    @property
    def applied(self) -> bool:
        """Whether it has been published."""
        return self.upload.state == APPLIED

    @property
    def moved(self) -> bool:
        """Whether the bank has been published anew since this was compared with it."""
        return self.revision != self.upload.base_revision

    def fated(self, fate: Fate) -> tuple[Change, ...]:
        """The sound items of one fate."""
        return tuple(one for one in self.comparison.changes if one.fate is fate) if self.comparison else ()

    @property
    def rekeyed(self) -> tuple[Change, ...]:
        """The items whose key changes."""
        return tuple(one for one in self.comparison.changes if one.touched) if self.comparison else ()

    @property
    def stay_retired(self) -> tuple[str, ...]:
        """Items that were retired by hand and stay so, whatever the files say."""
        changes = self.comparison.changes if self.comparison else ()
        return tuple(one.slug for one in changes if one.stays_retired)

    @property
    def obstacle(self) -> str | None:
        """Why it cannot be applied whatever is ticked, as a code; None where it can."""
        if self.plan.blocked or self.comparison is None:
            return "blocked"
        if self.applied:
            return "upload_applied"
        if self.moved:
            return "bank_moved"
        if self.comparison.idle and not self.comparison.gone:
            return "nothing_changed"
        return "short" if self.comparison.short else None


def stage_upload(store: Store, account_id: int | None, name: str, content: bytes, now: datetime) -> str:
    """Read an upload and stage what is sound in it; the public id of its report. Nothing is published.

    A file that cannot be read gives a report that says so. Raises Refused where an account uploads more
    often than anyone can look at.
    """
    try:
        files, unreadable = files_of_upload(name, content), None
    except ArchiveError as refused:
        files, unreadable = {}, Problem(_plain(name), 1, None, refused.code, refused.message)
    return stage_files(store, account_id, name, files, now, unreadable)


def stage_files(
    store: Store,
    account_id: int | None,
    name: str,
    files: Mapping[str, bytes],
    now: datetime,
    unreadable: Problem | None = None,
) -> str:
    """Stage a set of files under a name; the public id of the report."""
    with store.read() as conn:
        _refuse_flood(conn, account_id, now)
        reading = (
            _unread(unreadable)
            if unreadable
            else read_bank(files, lambda slug: known_bank(conn, slug), Asked(now.date()))
        )
        bank = rows.bank_by_slug(conn, reading.bank_id) if reading.bank_id else None
    return _keep(store, account_id, name, reading, bank, stage_reading(store, reading, now), now)


def stage_edit(
    store: Store, account_id: int | None, name: str, content: bytes, now: datetime
) -> tuple[str | None, Reading]:
    """Stage a file that speaks for its own items only; the public id of its report, and what was read.

    The items keep their places in the bank. Nothing is staged, and no id given, where anything is unsound.
    """
    with store.read() as conn:
        _refuse_flood(conn, account_id, now)
        reading = read_bank(
            {f"items/{name}": content},
            lambda slug: known_bank(conn, slug),
            Asked(now.date()),
            whole_topics=False,
        )
        bank = rows.bank_by_slug(conn, reading.bank_id) if reading.bank_id else None
        held = held_items(conn, bank.id) if bank else {}
    if reading.problems or bank is None:
        return None, reading
    plan = stage_reading(store, reading, now)
    placed = tuple(
        replace(one, ordinal=held[one.slug].ordinal) if one.slug in held else one for one in plan.items
    )
    plan = replace(plan, items=placed)
    return _keep(store, account_id, name, reading, bank, plan, now), reading


def _keep(
    store: Store,
    account_id: int | None,
    name: str,
    reading: Reading,
    bank: StoredBank | None,
    plan: Plan,
    now: datetime,
) -> str:
    upload = StoredUpload(
        secrets.token_urlsafe(16),
        account_id,
        reading.bank_id or "",
        _plain(name),
        now,
        bank.revision if bank else 0,
        dump_plan(plan),
        STAGED,
    )
    store.write(lambda conn: upload_rows.add_upload(conn, upload))
    return upload.public_id


def _refuse_flood(conn: Connection, account_id: int | None, now: datetime) -> None:
    if account_id is None:
        return
    recent = upload_rows.recent_uploads(conn, account_id, MOST_IN_AN_HOUR)
    if len(recent) == MOST_IN_AN_HOUR and recent[-1].received_at > now - timedelta(hours=1):
        raise Refused("too_many", "file")


def _unread(problem: Problem) -> Reading:
    return Reading(None, None, None, None, frozenset(), (), 0, (), (problem,), True)


def _plain(name: str) -> str:
    """A file name fit to be shown and stored."""
    shown = "".join(sign for sign in name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable())
    return shown[:120] or "upload"


def stage_reading(store: Store, reading: Reading, now: datetime) -> Plan:
    """Store the versions of what is sound in a reading, in small units; the plan."""
    sound = [] if reading.blocked else reading.items
    items = [one.item for one in sound if one.template is None]
    specimens = [
        Variant(one.item, Origin(one.template, standard()), SPECIMEN)
        for one in sound
        if one.template is not None
    ]
    versions: dict[str, str] = {}
    keys: dict[str, str] = {}
    for some in _portions(items):
        made = version_rows(some)
        store.write(lambda conn, made=made: stage_versions(conn, made, now))  # type: ignore[misc]
        versions |= {one.slug: one.version for one in made}
        keys |= {one.slug: one.key_digest for one in made}
    for few in _portions(specimens):
        versions |= store.write(lambda conn, few=few: stage_variants(conn, few, now))  # type: ignore[misc]
    keys |= {one.item.public.id: one.origin.key_digest for one in specimens}
    return plan_of(reading, versions, keys)


def _portions(made: Sequence[T]) -> Iterable[Sequence[T]]:
    return (made[start : start + MOST_AT_ONCE] for start in range(0, len(made), MOST_AT_ONCE))


def recent(store: Store, account_id: int | None) -> tuple[StoredUpload, ...]:
    """The newest uploads of an account, or of everybody."""
    with store.read() as conn:
        return upload_rows.recent_uploads(conn, account_id, LISTED)


def upload_report(
    store: Store, public_id: str, account_id: int | None = None, retire: Collection[str] = ()
) -> UploadReport:
    """What applying an upload would do, with `retire` ticked among the gone items.

    Raises NotFound for an unknown one; with `account_id`, for anybody else's too.
    """
    with store.read() as conn:
        upload = _find(conn, public_id, account_id)
        return _report(conn, upload, rows.bank_by_slug(conn, upload.bank_slug), retire)


def _find(conn: Connection, public_id: str, account_id: int | None) -> StoredUpload:
    upload = upload_rows.find_upload(conn, public_id)
    if upload is None or (account_id is not None and upload.account_id != account_id):
        raise NotFound
    return upload


def _report(
    conn: Connection, upload: StoredUpload, bank: StoredBank | None, retire: Collection[str]
) -> UploadReport:
    plan = load_plan(upload.plan)
    title = plan.head.title if plan.head else (bank.title if bank else "")
    comparison = None if plan.blocked else compare(conn, bank, plan, retire)
    return UploadReport(upload, title, bank.revision if bank else 0, plan, comparison)


def apply_upload(
    store: Store,
    public_id: str,
    retire: Collection[str],
    leave_out: bool,
    account_id: int | None,
    now: datetime,
) -> int:
    """Publish an upload in one unit of work; the bank's new revision.

    `retire` names gone items to be retired; `leave_out` agrees to publish without the rejected ones.
    Raises NotFound; Conflict where it is applied already or the bank has moved on since it was staged;
    Refused where files are blocked, rejected items are not agreed to, a tick names what is not gone, a
    case set would be torn, a blueprint could not be filled, or nothing would change.
    """
    report = upload_report(store, public_id, None, retire)
    return apply_report(store, report, retire, leave_out, account_id, now)


def apply_report(
    store: Store,
    report: UploadReport,
    retire: Collection[str],
    leave_out: bool,
    account_id: int | None,
    now: datetime,
) -> int:
    """The same for an upload whose report, with `retire` ticked, is at hand."""
    refuse_apply(report, retire, leave_out)
    with store.read() as conn:
        planned = planned_rows(conn, report.plan)
    public_id, slug = report.upload.public_id, report.upload.bank_slug
    by = Publication("upload", account_id, now)

    def unit(conn: Connection) -> int:
        # All was judged above, so that saves need not wait for it; a bank that has moved on since is refused.
        bank = rows.lock_bank(conn, slug)
        if (bank.revision if bank else 0) != report.upload.base_revision:
            raise Conflict("bank_moved")
        if not upload_rows.mark_applied(conn, public_id):
            raise Conflict("upload_applied")
        return publish_plan(conn, slug, bank, report.plan, planned, retire, by)

    return store.write(unit)


def refuse_apply(report: UploadReport, retire: Collection[str], leave_out: bool) -> None:
    """Raise what stands in the way of applying; see `apply_upload`."""
    obstacle = report.obstacle
    if obstacle in ("upload_applied", "bank_moved"):
        raise Conflict(obstacle)
    if report.comparison is None or obstacle in ("blocked", "nothing_changed"):
        raise Refused(obstacle or "blocked")
    gone = {one.slug: one for one in report.comparison.gone}
    if not set(retire) <= gone.keys():
        raise Refused("not_gone", "retire")
    if any(one.bound and one.slug not in retire for one in gone.values()):
        raise Refused("case_set_torn", "retire")
    if report.plan.rejected and not leave_out:
        raise Refused("leave_out", "leave_out")
    if report.comparison.idle and not retire:
        raise Refused("nothing_changed")
    if report.comparison.short:
        raise Refused("short")
