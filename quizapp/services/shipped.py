"""The banks that ship with the program, loaded at start where nobody has edited them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from quizapp.bank.folder import files_of_folder
from quizapp.bank.problems import Problem
from quizapp.bank.reader import read_bank
from quizapp.services.revisions import Publication, ShortQuota, compare, planned_rows, publish_plan
from quizapp.services.uploads import stage_reading
from quizapp.store import items as rows
from quizapp.store import publishing
from quizapp.store.transaction import Store

_SHIPPED = "shipped"


class Outcome(StrEnum):
    """What became of a bank that ships, at start."""

    UNCHANGED = "unchanged"
    APPLIED = "applied"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True)
class ShippedReport:
    """KEPT: the stored bank was edited here, so newer files were left aside. REFUSED: they are unsound."""

    bank: str
    outcome: Outcome
    revision: int
    problems: tuple[Problem, ...] = ()
    short: tuple[ShortQuota, ...] = ()


def load_all_shipped(store: Store, root: Path, now: datetime) -> tuple[ShippedReport, ...]:
    """Every bank that ships, one folder each under its id."""
    folders = sorted(one for one in root.iterdir() if (one / "bank.yml").is_file())
    return tuple(load_shipped(store, one, now) for one in folders)


def load_shipped(store: Store, folder: Path, now: datetime) -> ShippedReport:
    """Apply the bank that ships in a folder named like it, if its files are new and the stored one unedited.

    Files with the digest of those applied last are not even parsed. Items that the files no longer hold are
    retired; retiring by hand is no edit, and stays.
    """
    slug, files = folder.name, files_of_folder(folder)
    digest = digest_of(files)
    with store.read() as conn:
        bank = rows.bank_by_slug(conn, slug)
        if bank and bank.shipped_digest == digest:
            return ShippedReport(slug, Outcome.UNCHANGED, bank.revision)
        if bank and publishing.edited(conn, bank.id):
            return ShippedReport(slug, Outcome.KEPT, bank.revision)
    revision, reading = bank.revision if bank else 0, read_bank(files)
    if reading.blocked or reading.rejected:
        return ShippedReport(slug, Outcome.REFUSED, revision, reading.problems)
    if reading.bank_id != slug:
        stray = Problem(
            "bank.yml", 1, None, "bank_folder", f"the folder of bank '{reading.bank_id}' is '{slug}'"
        )
        return ShippedReport(slug, Outcome.REFUSED, revision, (stray,))
    plan = stage_reading(store, reading, now)

    def unit(conn: Connection) -> ShippedReport:
        held = rows.lock_bank(conn, slug)
        if held and (held.shipped_digest == digest or publishing.edited(conn, held.id)):
            return ShippedReport(slug, Outcome.KEPT, held.revision)
        # What ships is the whole bank: it speaks for the topics that it no longer has, too.
        topics = {one.topic for one in publishing.held_items(conn, held.id).values()} if held else set()
        whole = replace(plan, topics=plan.topics | topics)
        gone = [one.slug for one in compare(conn, held, whole, ()).gone]
        short = compare(conn, held, whole, gone).short
        if short:
            return ShippedReport(slug, Outcome.REFUSED, revision, (), short)
        by = Publication(_SHIPPED, None, now, digest)
        made = publish_plan(conn, slug, held, whole, planned_rows(conn, whole), gone, by)
        return ShippedReport(slug, Outcome.APPLIED, made)

    return store.write(unit)


def digest_of(files: Mapping[str, bytes]) -> str:
    """One hash over the names and bytes of some files."""
    content = hashlib.sha256()
    for name, held in sorted(files.items()):
        content.update(f"{name}\0{len(held)}\0".encode() + held)
    return content.hexdigest()
