"""A process that has imported the product and forks `quizapp run`: importing takes longer than starting.

Reads lines of JSON from its input, each a start: the environment, where the log goes, and the plant, if the
server shall have a fault. Writes the process id of each server, which leads a process group of its own.
"""

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

import alembic.command
import granian.server.mp
import granian.wsgi

import quizapp.cli.preparation
import quizapp.cli.run
import quizapp.serving
from quizapp.cli import main
from tests.torture import plants

IMPORTED = (
    alembic.command,
    granian.server.mp,
    granian.wsgi,
    quizapp.cli.preparation,
    quizapp.cli.run,
    quizapp.serving,
)
"""What a server would import later: here it is shared by all of them."""
_ADOPT_ORPHANS = 36


def grow() -> None:
    """Fork a server for every line of the input until it ends; no server outlives it."""
    grown = []
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody stays a zombie, orphans included
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _serve(json.loads(line))
        os.setpgid(child, child)  # as the child does: whichever comes first, before anybody hears of it
        grown.append(child)
        print(child, flush=True)
    for child in grown:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def _serve(start: dict[str, Any]) -> None:
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.update(start["environ"])
        written = os.open(start["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for descriptor, wanted in ((os.open(os.devnull, os.O_RDONLY), 0), (written, 1), (written, 2)):
            os.dup2(descriptor, wanted)
        if start["plant"]:
            getattr(plants, start["plant"])()
        main(["run"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        os._exit(code)


if __name__ == "__main__":
    grow()
