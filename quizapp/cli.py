"""The command line: serve the site, check, import and export banks, make accounts, verify, back up."""

import argparse
import gc
import getpass
import json
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from quizapp.assessment.timeline import Fate, Moment, Timeline
from quizapp.assessment.verification import Verification
from quizapp.config import Settings, UnsafeSettings, keep_secrets, load_settings
from quizapp.paths import QUESTION_BANK, TEMPLATES
from quizapp.services import (
    accounts,
    banks,
    installation,
    linting,
    serving_alone,
    shipped,
    timeline,
    variants,
    verification,
)
from quizapp.services.banks import CheckReport, ImportReport
from quizapp.services.clock import system_clock
from quizapp.services.errors import NotFound, Refused, StoreError
from quizapp.services.linting import LintReport
from quizapp.services.passwords import LONGEST, SHORTEST
from quizapp.services.revisions import ShortQuota
from quizapp.services.shipped import Outcome, ShippedReport

DONE, FAULTS, UNUSABLE = 0, 1, 2
"""Exit codes: all is well; what was asked for was refused or has faults; the command cannot be run so."""

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


@dataclass(frozen=True)
class Answer:
    """What a command says: lines for people, a document for programs, and its exit code."""

    lines: tuple[str, ...]
    document: dict[str, Any] = field(default_factory=dict)
    code: int = DONE


class Unusable(Exception):
    """The command cannot be run as it was given; the message says why."""


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    asked = parser().parse_args(words)
    try:
        settings = load_settings(os.environ)
        answer: Answer = asked.command(settings, asked)
    except (UnsafeSettings, StoreError, Unusable) as refused:
        answer = Answer((str(refused),), {"error": str(refused)}, UNUSABLE)
    if getattr(asked, "json", False):
        print(json.dumps({"ok": answer.code == DONE, **answer.document}, default=str, indent=2))
    else:
        for line in answer.lines:
            print(line, file=sys.stdout if answer.code == DONE else sys.stderr, flush=True)
    sys.exit(answer.code)


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(prog="quizapp", description="Practice tests for licensing exams.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="serve the site on this machine")
    run.set_defaults(command=_run)
    bank = commands.add_parser("bank", help="question banks").add_subparsers(required=True, metavar="ACTION")
    check = _command(bank, "check", _check, "say what is wrong with a bank's files; nothing is stored")
    check.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    lint = _command(bank, "lint", _lint, "say how well a bank's items are written; nothing is stored")
    lint.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    lint.add_argument("--html", type=Path, metavar="FILE", help="write a page of it to a new file")
    lint.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="texts that no item may be copied from: .txt, .md, .yml",
    )
    load = _command(bank, "import", _import, "publish a bank's files at once, or not at all")
    load.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    load.add_argument(
        "--leave-out-rejected", action="store_true", help="publish without the items that have problems"
    )
    load.add_argument(
        "--retire-gone", action="store_true", help="retire items that the files of their topic no longer hold"
    )
    export = _command(bank, "export", _export, "write a bank's files")
    export.add_argument("bank", help="the bank's id")
    export.add_argument("target", type=Path, help="a new or empty folder, or a new file that ends in .zip")
    item = commands.add_parser("item", help="single questions").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = _command(item, "preview", _preview, "show the variant that a seed makes of a stored template")
    one.add_argument("item", help="the template's id")
    one.add_argument("--seed", type=int, default=0, help="a whole number; 0, the specimen, if left out")
    one.add_argument("--bank", help="the bank's id, where two hold the same id")
    many = _command(item, "vary", _vary, "count the different variants of a stored template, and what fails")
    many.add_argument("item", help="the template's id")
    many.add_argument("--count", type=int, default=1000, help="how many seeds, from 1 on; 1000 if left out")
    many.add_argument("--bank", help="the bank's id, where two hold the same id")
    account = commands.add_parser("account", help="accounts").add_subparsers(required=True, metavar="ACTION")
    create = _command(account, "create", _create, "make an account; the password is asked for")
    create.add_argument("email")
    create.add_argument("--role", choices=accounts.ROLES, default="candidate")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    proof = _command(commands, "verify", _verify, "prove that stored attempts are what they were")
    proof.add_argument("attempt", nargs="?", help="the attempt's id; every attempt if left out")
    attempt = commands.add_parser("attempt", help="single attempts").add_subparsers(
        required=True, metavar="ACTION"
    )
    line = _command(attempt, "timeline", _timeline, "tell all that happened in an attempt, answers included")
    line.add_argument("attempt", help="the attempt's id, as it stands in the addresses of its pages")
    copy = _command(commands, "backup", _backup, "copy the database, in use or not, and verify the copy")
    copy.add_argument("target", type=Path, help="a new file")
    back = _command(commands, "restore", _restore, "put a verified backup in the database's place")
    back.add_argument("source", type=Path, help="a file that 'quizapp backup' made")
    back.add_argument("--replace", action="store_true", help="also where the database holds data")
    return top


def _command(commands: Any, name: str, command: Any, what: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
    made.add_argument("--json", action="store_true", help="answer with one JSON document")
    made.set_defaults(command=command)
    return made


def _run(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Bring the installation up to date, say where it is, and serve until stopped."""
    keep_secrets(settings.data)
    with serving_alone.alone(settings):
        _refuse_taken(settings)
        store = installation.open_store(settings)
        for report in shipped.load_all_shipped(store, QUESTION_BANK, system_clock()):
            for line in _shipped_lines(report):
                print(line, flush=True)
        code = accounts.renew_setup_code(store)
        store.close()
        address = settings.public_address
        print(f"quizapp: open {address}/", flush=True)
        if code:
            print(f"quizapp: to become its admin, open {address}/setup with the code {code}", flush=True)
        print("quizapp: stop it with Ctrl+C", flush=True)
        _serve(settings)
    return Answer(())


def _refuse_taken(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise Unusable(
                f"quizapp cannot listen on {where} ({error.strerror}): set QUIZAPP_PORT to a free port"
            ) from None


def _serve(settings: Settings) -> None:
    """One worker, since one process writes to SQLite; its threads mostly wait for the writer."""
    gc.freeze()  # the worker is a fork: what no collection touches, both processes share
    Granian(
        "quizapp.serving:app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=1,
        blocking_threads=settings.threads,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def _shipped_lines(report: ShippedReport) -> list[str]:
    said = {
        Outcome.UNCHANGED: [],
        Outcome.APPLIED: [f"quizapp: bank '{report.bank}' is loaded, revision {report.revision}"],
        Outcome.KEPT: [
            f"quizapp: bank '{report.bank}' was edited here, so the newer one that ships was left aside; "
            f"'quizapp bank import' applies it"
        ],
        Outcome.REFUSED: [f"quizapp: the files that ship as bank '{report.bank}' are unsound"],
    }
    return [*said[report.outcome], *map(str, report.problems), *map(_short_line, report.short)]


def _check(settings: Settings, asked: argparse.Namespace) -> Answer:
    try:
        report = banks.check_folder(asked.path)
    except NotFound:
        raise Unusable(f"there is nothing at {asked.path}") from None
    counted = f"{report.found} items found, {report.sound} sound, {len(report.rejected)} rejected"
    lines = [*map(str, report.problems), *map(_short_line, report.short), counted]
    return Answer(tuple(lines), _check_document(report), DONE if report.clean else FAULTS)


def _check_document(report: CheckReport) -> dict[str, Any]:
    return {
        "bank": report.bank,
        "found": report.found,
        "sound": report.sound,
        "rejected": list(report.rejected),
        "problems": [asdict(one) for one in report.problems],
        "short": [_short_document(one) for one in report.short],
    }


def _lint(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _short_line(quota: ShortQuota) -> str:
    short = quota.short
    level = f", difficulty {short.difficulty}" if short.difficulty else ""
    return (
        f"exam '{quota.exam}': topics {', '.join(short.topics)}{level} must hold {short.wanted} concepts "
        f"and hold {short.found}"
    )


def _short_document(quota: ShortQuota) -> dict[str, Any]:
    short = quota.short
    return {
        "exam": quota.exam,
        "topics": list(short.topics),
        "difficulty": short.difficulty,
        "wanted": short.wanted,
        "found": short.found,
    }


def _import(settings: Settings, asked: argparse.Namespace) -> Answer:
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
        lines += map(_short_line, comparison.short)
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
        "short": [_short_document(one) for one in comparison.short] if comparison else [],
    }


def _preview(settings: Settings, asked: argparse.Namespace) -> Answer:
    store = installation.open_store(settings)
    try:
        text = variants.preview(store, asked.item, asked.seed, asked.bank)
    except NotFound:
        raise Unusable(f"no stored template '{asked.item}' has a variant {asked.seed}") from None
    finally:
        store.close()
    return Answer((text.rstrip(),), {"item": asked.item, "seed": asked.seed, "text": text})


def _vary(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _export(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _create(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _verify(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _timeline(settings: Settings, asked: argparse.Namespace) -> Answer:
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


def _backup(settings: Settings, asked: argparse.Namespace) -> Answer:
    made = installation.back_up(settings, asked.target)
    return Answer((f"verified: {made.path}, {made.rows} rows",), asdict(made))


def _restore(settings: Settings, asked: argparse.Namespace) -> Answer:
    put = installation.restore(settings, asked.source, asked.replace)
    return Answer((f"restored and verified: {put.path}, {put.rows} rows",), asdict(put))
