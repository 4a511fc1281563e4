"""Whole banks: checked, imported, exported and listed."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, Sitting, release
from quizapp.assessment.blueprint import Cell
from quizapp.assessment.item import Item, Status, Stimulus
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.archive import ArchiveError
from quizapp.bank.folder import files_at, write_folder
from quizapp.bank.formats.native_writer import write_bank
from quizapp.bank.notes import note_of
from quizapp.bank.problems import Problem
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Bank, Reading
from quizapp.services.errors import Conflict, NotFound, Refused
from quizapp.services.revisions import (
    ShortQuota,
    known_bank,
    short_quotas,
)
from quizapp.services.uploads import UploadReport, apply_report, stage_files, upload_report
from quizapp.store import attempts as attempt_rows
from quizapp.store import catalogue, publishing
from quizapp.store import exams as exam_rows
from quizapp.store import items as rows
from quizapp.store import notes as note_rows
from quizapp.store.catalogue import BankRow
from quizapp.store.transaction import Store

DISCLAIMER = (
    "Independent, open-source study aid. Not affiliated with, endorsed by or approved by IBF, SCI, MAS",
    "or any government body. For education only; not financial, legal or licensing advice. All questions",
    "are original; none comes from a real examination or another provider. Exam formats are unofficial",
    "and may be out of date: check with the exam body. Facts carry a date; markets and rules change.",
)
_SAME_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class CheckReport:
    """What is wrong with a set of files by themselves; `short` are quotas that they might not fill."""

    bank: str | None
    found: int
    sound: int
    rejected: tuple[str, ...]
    problems: tuple[Problem, ...]
    blocked: bool
    short: tuple[ShortQuota, ...]

    @property
    def clean(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems and not self.short and not self.blocked


def check(files: Mapping[str, bytes]) -> CheckReport:
    """A set of files checked by themselves; nothing is stored."""
    return _checked(read_bank(files))


def _checked(reading: Reading) -> CheckReport:
    supply: dict[Cell, set[str]] = {}
    for one in reading.items:
        public = one.item.public
        if one.item.status is Status.LIVE and not one.item.sample and public.stimulus is None:
            supply.setdefault((public.topic, public.difficulty), set()).add(public.concept)
    return CheckReport(
        reading.bank_id,
        reading.found,
        len(reading.items),
        reading.rejected,
        reading.problems,
        reading.blocked,
        short_quotas(reading.profiles or (), {cell: frozenset(held) for cell, held in supply.items()}),
    )


def check_folder(path: Path) -> CheckReport:
    """A bank's folder, archive or single file, checked by itself; raises NotFound where there is none."""
    try:
        return check(_files_at(path))
    except ArchiveError as refused:
        return CheckReport(
            None, 0, 0, (), (Problem(path.name, 1, None, refused.code, refused.message),), True, ()
        )


def _files_at(path: Path) -> Mapping[str, bytes]:
    try:
        return files_at(path)
    except FileNotFoundError as missing:
        raise NotFound from missing


@dataclass(frozen=True)
class ImportReport:
    """What an import found, and the revision it published; `refused` is the code of what stood in its way."""

    report: UploadReport
    revision: int | None
    refused: str | None


def import_files(store: Store, path: Path, leave_out: bool, retire_gone: bool, now: datetime) -> ImportReport:
    """Stage a folder, archive or file and publish it at once or not at all; raises NotFound without one."""
    try:
        files, problem = _files_at(path), None
    except ArchiveError as refused:
        files, problem = {}, Problem(path.name, 1, None, refused.code, refused.message)
    public_id = stage_files(store, None, path.name, files, now, problem)
    report = upload_report(store, public_id)
    retire = [one.slug for one in report.comparison.gone] if retire_gone and report.comparison else []
    ticked = upload_report(store, public_id, retire=retire) if retire else report
    try:
        return ImportReport(report, apply_report(store, ticked, retire, leave_out, None, now), None)
    except (Refused, Conflict) as stopped:
        return ImportReport(report, None, stopped.code)


def export_bank(store: Store, slug: str, account_id: int | None = None) -> bytes:
    """A bank as a zip archive of its files, the same bytes for the same bank.

    Raises NotFound; KeyWithheld while the account has an item of it, or a sibling, in an open timed attempt.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_export(store, slug, account_id).items()):
            entry = zipfile.ZipInfo(name, _SAME_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def export_to(store: Store, slug: str, folder: Path) -> tuple[str, ...]:
    """Write a bank's files below an empty or new folder; their names. Raises NotFound, FileExistsError."""
    files = _export(store, slug, None)
    write_folder(files, folder)
    return tuple(sorted(files))


def _export(store: Store, slug: str, account_id: int | None) -> dict[str, bytes]:
    with store.read() as conn:
        known = known_bank(conn, slug)
        bank = rows.bank_by_slug(conn, slug)
        if known is None or bank is None:
            raise NotFound
        sitting = attempt_rows.sitting_of(conn, account_id) if account_id is not None else NOT_SITTING
        items, templates = _whole_items(conn, bank.id, sitting)
        profiles = tuple(one.profile for one in exam_rows.all_offered(conn) if one.bank_id == bank.id)
        facts = {one.id: one for one in known.facts}
        notes = tuple(note_of(one.source, facts) for one in note_rows.notes_of(conn, bank.id))
    return write_bank(Bank(known.head, known.facts, profiles, items, templates, notes), DISCLAIMER)


def _whole_items(
    conn: Connection, bank_id: int, sitting: Sitting
) -> tuple[tuple[Item, ...], tuple[ItemTemplate, ...]]:
    """Every item with its key, and every template, in the order of topics and files; case sets together.

    A retired item of a case set whose scenario has changed since is left out: files hold one scenario.
    """
    held = list(publishing.held_items(conn, bank_id).values())
    publics = rows.public_items(conn, [one.version for one in held])
    sealed = tuple(Sealed(one.slug, one.version, one.concept) for one in held)
    released = release(sealed, Ground.PREVIEW, holds=True, sitting=sitting)
    secrets, templates = rows.secret_items(conn, released), rows.templates(conn, released)
    first: dict[str, int] = {}
    scenario: dict[str, Stimulus | None] = {}
    for one in sorted(held, key=lambda one: (one.status == Status.RETIRED, one.ordinal, one.slug)):
        first[one.unit_key] = min(first.get(one.unit_key, one.ordinal), one.ordinal)
        scenario.setdefault(one.unit_key, publics[one.version].stimulus)
    held.sort(key=lambda one: (one.topic, first[one.unit_key], one.unit_key, one.ordinal, one.slug))
    items = tuple(
        Item(publics[one.version], secrets[one.version], Status(one.status), one.sample)
        for one in held
        if one.version not in templates and publics[one.version].stimulus == scenario[one.unit_key]
    )
    return items, tuple(
        replace(templates[one.version], status=Status(one.status)) for one in held if one.version in templates
    )


def list_banks(store: Store) -> tuple[BankRow, ...]:
    """Every bank with its counts and its last publication."""
    with store.read() as conn:
        return catalogue.bank_rows(conn)
