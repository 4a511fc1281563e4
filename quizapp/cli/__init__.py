"""The command line: serve the site, check, import and export banks, make accounts, verify, back up.

What a command needs is loaded when it is asked for: the process that supervises the server needs little,
and keeps what it has loaded for as long as the site is served.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from quizapp.assessment.access import ROLES
from quizapp.cli.answers import DONE, UNUSABLE, Answer, Unusable
from quizapp.config import UnsafeSettings, load_settings
from quizapp.services.errors import StoreError


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    asked = parser().parse_args(words)
    try:
        settings = load_settings(os.environ)
        answer: Answer = resolve_name(asked.command)(settings, asked)
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
    run.set_defaults(command="quizapp.cli.run:run")
    bank = commands.add_parser("bank", help="question banks").add_subparsers(required=True, metavar="ACTION")
    check = _command(bank, "check", "check_bank", "say what is wrong with a bank's files; nothing is stored")
    check.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    lint = _command(bank, "lint", "lint_bank", "say how well a bank's items are written; nothing is stored")
    lint.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    lint.add_argument("--html", type=Path, metavar="FILE", help="write a page of it to a new file")
    lint.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="texts that no item may be copied from: .txt, .md, .yml",
    )
    load = _command(bank, "import", "import_bank", "publish a bank's files at once, or not at all")
    load.add_argument("path", type=Path, help="a folder, a .zip archive or one .yml file")
    load.add_argument(
        "--leave-out-rejected", action="store_true", help="publish without the items that have problems"
    )
    load.add_argument(
        "--retire-gone", action="store_true", help="retire items that the files of their topic no longer hold"
    )
    export = _command(bank, "export", "export_bank", "write a bank's files")
    export.add_argument("bank", help="the bank's id")
    export.add_argument("target", type=Path, help="a new or empty folder, or a new file that ends in .zip")
    item = commands.add_parser("item", help="single questions").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = _command(item, "preview", "preview_item", "show the variant that a seed makes of a stored template")
    one.add_argument("item", help="the template's id")
    one.add_argument("--seed", type=int, default=0, help="a whole number; 0, the specimen, if left out")
    one.add_argument("--bank", help="the bank's id, where two hold the same id")
    many = _command(
        item, "vary", "vary_item", "count the different variants of a stored template, and what fails"
    )
    many.add_argument("item", help="the template's id")
    many.add_argument("--count", type=int, default=1000, help="how many seeds, from 1 on; 1000 if left out")
    many.add_argument("--bank", help="the bank's id, where two hold the same id")
    account = commands.add_parser("account", help="accounts").add_subparsers(required=True, metavar="ACTION")
    create = _command(account, "create", "create_account", "make an account; the password is asked for")
    create.add_argument("email")
    create.add_argument("--role", choices=ROLES, default="candidate")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    proof = _command(commands, "verify", "verify_attempts", "prove that stored attempts are what they were")
    proof.add_argument("attempt", nargs="?", help="the attempt's id; every attempt if left out")
    attempt = commands.add_parser("attempt", help="single attempts").add_subparsers(
        required=True, metavar="ACTION"
    )
    line = _command(
        attempt, "timeline", "tell_timeline", "tell all that happened in an attempt, answers included"
    )
    line.add_argument("attempt", help="the attempt's id, as it stands in the addresses of its pages")
    copy = _command(commands, "backup", "back_up", "copy the database, in use or not, and verify the copy")
    copy.add_argument("target", type=Path, help="a new file")
    back = _command(commands, "restore", "restore", "put a verified backup in the database's place")
    back.add_argument("source", type=Path, help="a file that 'quizapp backup' made")
    back.add_argument("--replace", action="store_true", help="also where the database holds data")
    return top


def _command(commands: Any, name: str, command: str, what: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
    made.add_argument("--json", action="store_true", help="answer with one JSON document")
    made.set_defaults(command=f"quizapp.cli.commands:{command}")
    return made
