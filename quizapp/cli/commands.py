"""What every command but `run` does: a service does the work, and an answer says what came of it."""

import argparse
import getpass
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from quizapp.assessment.timeline import Fate, Moment, Timeline
from quizapp.assessment.verification import Verification
from quizapp.cli.answers import DONE, FAULTS, Answer, Unusable
from quizapp.cli.shortages import short_document, short_line
from quizapp.config import Settings
from quizapp.paths import TEMPLATES
from quizapp.services import (
    accounts,
    banks,
    installation,
    linting,
    timeline,
    variants,
    verification,
)
from quizapp.services.banks import CheckReport, ImportReport
from quizapp.services.clock import system_clock
from quizapp.services.errors import NotFound, Refused
from quizapp.services.linting import LintReport
from quizapp.services.passwords import LONGEST, SHORTEST

_WIDEST = 80
"""The most letters of one cell of a table."""

_REFUSALS = {
    "blocked": "nothing in these files can be published",
    "leave_out": "some items were rejected: mend them, or say --leave-out-rejected",
    "nothing_changed": "the bank holds all of this already",
    "case_set_torn": "a case set would be torn: say --retire-gone, or import all of its items",
    "short": "an exam's blueprint could not be filled",
    "bank_moved": "the bank was published anew meanwhile: try again",
    "email_invalid": "this is no e-mail address",
    "email_taken": "there is an account with this address",
    "password_short": f"the password is too short: {SHORTEST} characters at least",
    "password_long": f"the password is too long: {LONGEST} characters at most",
    "password_common": "the password is one that people try first",
    "password_email": "the password is made of the e-mail address",
}


def check_bank(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Say what is wrong with a bank's files."""
    try:
        report = banks.check_folder(asked.path)
    except NotFound:
        raise Unusable(f"there is nothing at {asked.path}") from None
    counted = f"{report.found} items found, {report.sound} sound, {len(report.rejected)} rejected"
    lines = [*map(str, report.problems), *map(short_line, report.short), counted]
    return Answer(tuple(lines), _check_document(report), DONE if report.clean else FAULTS)


def _check_document(report: CheckReport) -> dict[str, Any]:
    return {
        "bank": report.bank,
        "found": report.found,
        "sound": report.sound,
        "rejected": list(report.rejected),
        "problems": [asdict(one) for one in report.problems],
        "short": [short_document(one) for one in report.short],
    }


def lint_bank(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Say how well a bank's items are written."""
    now = system_clock()
    try:
        report = linting.lint_folder(asked.path, asked.against, now.date())
    except NotFound:
        raise Unusable(f"there is nothing at {asked.path}, or no folder {asked.against}") from None
    if asked.html:
        try:
            with asked.html.open("x", encoding="utf-8") as written:
                written.write(_lint_page(report, asked.path.name, now.date()))
        except (FileExistsError, FileNotFoundError):
            raise Unusable(f"{asked.html} exists, or its folder does not: name a new file") from None
    waived = len(report.notices) - len(report.warnings)
    counted = (
        f"{report.found} items found, {report.sound} sound, {len(report.rejected)} rejected; "
        f"{len(report.problems)} errors, {len(report.warnings)} warnings, {waived} waived"
    )
    lines = [*map(str, report.problems), *map(str, report.warnings), *map(str, report.figures), counted]
    return Answer(tuple(lines), _lint_document(report), DONE if report.clean else FAULTS)


def _lint_document(report: LintReport) -> dict[str, Any]:
    return {
        "bank": report.bank,
        "found": report.found,
        "sound": report.sound,
        "rejected": list(report.rejected),
        "errors": [asdict(one) for one in report.problems],
        "warnings": [asdict(one) for one in report.notices],
        "figures": [asdict(one) for one in report.figures],
        "rules": [asdict(one) for one in report.rules],
    }


def _lint_page(report: LintReport, name: str, day: date) -> str:
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = pages.get_template("exports/lint.html")
    return page.render(report=report, name=name, day=day, disclaimer=banks.DISCLAIMER)


def import_bank(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Publish a bank's files."""
    store = installation.open_store(settings)
    try:
        done = banks.import_files(
            store, asked.path, asked.leave_out_rejected, asked.retire_gone, system_clock()
        )
    except NotFound:
        raise Unusable(f"there is nothing at {asked.path}") from None
    finally:
        store.close()
    return Answer(_import_lines(done), _import_document(done), FAULTS if done.revision is None else DONE)


def _import_lines(done: ImportReport) -> tuple[str, ...]:
    plan, comparison = done.report.plan, done.report.comparison
    lines = [str(one) for one in plan.problems]
    if comparison:
        fates = [one.fate.value for one in comparison.changes]
        counted = ", ".join(f"{fates.count(fate)} {fate}" for fate in ("new", "changed", "same"))
        lines.append(f"{counted}, {len(comparison.gone)} gone, {len(plan.rejected)} rejected")
        lines += [
            f"{one.slug}: the key changes; {one.touched.count} past attempts keep their marks"
            for one in comparison.changes
            if one.touched
        ]
        lines += map(short_line, comparison.short)
    if done.revision is None:
        lines.append(f"nothing was published: {_REFUSALS.get(done.refused or '', done.refused)}")
    else:
        lines.append(f"published: bank '{done.report.upload.bank_slug}' is at revision {done.revision}")
    return tuple(lines)


def _import_document(done: ImportReport) -> dict[str, Any]:
    plan, comparison = done.report.plan, done.report.comparison
    return {
        "bank": done.report.upload.bank_slug,
        "revision": done.revision,
        "refused": done.refused,
        "items": {one.slug: one.fate for one in comparison.changes} if comparison else {},
        "gone": [one.slug for one in comparison.gone] if comparison else [],
        "rejected": list(plan.rejected),
        "problems": [asdict(one) for one in plan.problems],
        "short": [short_document(one) for one in comparison.short] if comparison else [],
    }


def preview_item(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Show one variant of a template."""
    store = installation.open_store(settings)
    try:
        text = variants.preview(store, asked.item, asked.seed, asked.bank)
    except NotFound:
        raise Unusable(f"no stored template '{asked.item}' has a variant {asked.seed}") from None
    finally:
        store.close()
    return Answer((text.rstrip(),), {"item": asked.item, "seed": asked.seed, "text": text})


def vary_item(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Count the variants of a template."""
    store = installation.open_store(settings)
    try:
        found = variants.variation(store, asked.item, asked.count, asked.bank)
    except NotFound:
        raise Unusable(f"there is no stored template '{asked.item}'") from None
    finally:
        store.close()
    lines = [
        f"{found.dealt} seeds gave {found.distinct} different variants of {found.size} possible draws",
        *(f"{count} draws refused: {reason}" for reason, count in found.rejected.items()),
        *(f"seed {seed} has no valid draw" for seed in found.failures),
    ]
    return Answer(tuple(lines), asdict(found), FAULTS if found.failures else DONE)


def export_bank(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Write a bank's files."""
    target: Path = asked.target
    store = installation.open_store(settings)
    try:
        if target.suffix == ".zip":
            with target.open("xb") as written:
                written.write(banks.export_bank(store, asked.bank))
            names: tuple[str, ...] = (str(target),)
        else:
            names = tuple(str(target / one) for one in banks.export_to(store, asked.bank, target))
    except NotFound:
        if target.suffix == ".zip":
            target.unlink()
        raise Unusable(f"there is no bank '{asked.bank}'") from None
    except FileExistsError:
        raise Unusable(f"{target} exists: name a new file or an empty folder") from None
    finally:
        store.close()
    return Answer(names, {"files": list(names)})


def create_account(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Make an account."""
    password = sys.stdin.readline().rstrip("\r\n") if asked.password_stdin else _asked_twice()
    store = installation.open_store(settings)
    try:
        accounts.create_account(store, asked.email, password, asked.role, system_clock())
    except Refused as refused:
        return Answer((f"no account was made: {_REFUSALS[refused.code]}",), {"refused": refused.code}, FAULTS)
    finally:
        store.close()
    return Answer((f"made: {asked.email}, {asked.role}",), {"email": asked.email, "role": asked.role})


def _asked_twice() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise Unusable("the two passwords differ")
    return password


def verify_attempts(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Prove that stored attempts are what they were."""
    store = installation.open_store(settings)
    try:
        if asked.attempt is None:
            return _proofs(verification.verify_all(store))
        one = verification.verify_attempt(store, asked.attempt)
    except NotFound:
        raise Unusable(f"there is no attempt '{asked.attempt}'") from None
    finally:
        store.close()
    answer = _proofs([one])
    told = f"receipt {one.receipt}: compare it with the candidate's own" if one.receipt else "no receipt yet"
    counted = f"{one.questions} questions, {one.entries} entries, {one.erased} of them with an erased value"
    return Answer(
        (*answer.lines, counted, told),
        answer.document
        | {"questions": one.questions, "entries": one.entries, "open": one.open, "receipt": one.receipt},
        answer.code,
    )


def _proofs(proofs: Iterable[Verification]) -> Answer:
    """What differs in some attempts, counted as they come: there may be many."""
    attempts, changed, erased = 0, 0, 0
    lines: list[str] = []
    found: list[dict[str, Any]] = []
    for one in proofs:
        attempts, changed, erased = attempts + 1, changed + (not one.unchanged), erased + one.erased
        lines += [f"attempt {one.public_id}: {differs}" for differs in one.discrepancies]
        found += [{"attempt": one.public_id, **asdict(differs)} for differs in one.discrepancies]
    word = "attempt" if attempts == 1 else "attempts"
    lines.append(
        f"{attempts} {word} verified: {f'{changed} not what it was' if changed else 'all unchanged'}"
    )
    document = {"attempts": attempts, "changed": changed, "erased": erased, "discrepancies": found}
    return Answer(tuple(lines), document, FAULTS if changed else DONE)


def tell_timeline(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Tell what happened in an attempt."""
    store = installation.open_store(settings)
    try:
        told = timeline.timeline_of(store, asked.attempt)
    except NotFound:
        raise Unusable(f"there is no attempt '{asked.attempt}'") from None
    finally:
        store.close()
    return Answer(_timeline_lines(told), asdict(told))


def _timeline_lines(told: Timeline) -> tuple[str, ...]:
    moments: list[tuple[str, ...]] = [
        ("time (UTC)", "what", "question", "value", "entry", "version", "tab", "number", "")
    ]
    moments += map(_moment_row, told.moments)
    standing = [("question", "stands", "saved at (UTC)", "marks", "why")]
    standing += [
        (
            str(one.position),
            one.read_as,
            f"{one.saved_at:%H:%M:%S.%f}"[:-3] if one.saved_at else "",
            one.marks or "",
            one.why,
        )
        for one in told.questions
    ]
    gaps = [
        f"tab {one.client[:8]}: nothing arrived under {', '.join(map(str, one.missing))}; "
        "it was refused, which the page said, or never got here"
        for one in told.gaps
    ]
    return (*_columns(moments), "", *_columns(standing), *gaps)


def _moment_row(one: Moment) -> tuple[str, ...]:
    sent, saved = one.sent, one.saved
    what = f"{one.what.value} {sent.kind.value}" if sent else one.what.value
    part = "" if one.part is None else f" {one.part}"
    became = one.note
    if saved and saved.fate is Fate.REPLACED:
        became = f"replaced by entry {saved.replaced_by}{', from another tab' * saved.by_other_tab}"
    elif saved:
        became = saved.fate.value
    return (
        f"{one.at:%Y-%m-%d %H:%M:%S.%f}"[:-3],
        what + part,
        "" if one.position is None else str(one.position),
        sent.read_as if sent else "",
        str(saved.entry) if saved and saved.entry else "",
        f"{saved.version} on {sent.based_on}" if sent and saved and saved.version else "",
        sent.client[:8] if sent else "",
        str(sent.client_seq) if sent else "",
        became,
    )


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of equal length as lines, each column as wide as its widest cell."""
    rows = [tuple(map(_cell, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _cell(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return plain if len(plain) <= _WIDEST else f"{plain[: _WIDEST - 1]}…"


def back_up(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Copy the database and verify the copy."""
    made = installation.back_up(settings, asked.target)
    return Answer((f"verified: {made.path}, {made.rows} rows",), asdict(made))


def restore(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Put a backup in the database's place."""
    put = installation.restore(settings, asked.source, asked.replace)
    return Answer((f"restored and verified: {put.path}, {put.rows} rows",), asdict(put))
