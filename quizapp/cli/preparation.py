"""What must be done before the site is served, and what is said of it."""

import sys

from quizapp.cli.answers import UNUSABLE
from quizapp.cli.shortages import short_line
from quizapp.config import Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, installation, shipped
from quizapp.services.clock import system_clock
from quizapp.services.errors import StoreError
from quizapp.services.shipped import Outcome, ShippedReport


def prepare(settings: Settings) -> None:
    """Bring schema and shipped banks up to date, and print how to open the site; exits where it cannot."""
    try:
        store = installation.open_store(settings)
        for report in shipped.load_all_shipped(store, QUESTION_BANK, system_clock()):
            for line in _shipped_lines(report):
                _say(line)
        code = accounts.renew_setup_code(store)
        store.close()
    except StoreError as refused:
        print(refused, file=sys.stderr, flush=True)
        sys.exit(UNUSABLE)
    address = settings.public_address
    _say(f"quizapp: open {address}/")
    if code:
        _say(f"quizapp: to become its admin, open {address}/setup with the code {code}")
    _say("quizapp: stop it with Ctrl+C")


def _say(line: str) -> None:
    print(line, flush=True)


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
    return [*said[report.outcome], *map(str, report.problems), *map(short_line, report.short)]
