"""`quizapp run`: one process prepares the installation and ends, another serves, and this one stands by.

What prepares needs the database's migrations and the reader of banks, what serves needs neither: each loads
its own, and this process, which lives as long as the site is served, loads as good as nothing.
"""

import argparse
import gc
import signal
import socket
import sys
from multiprocessing import Process
from pkgutil import resolve_name

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from quizapp.cli.answers import Answer, Unusable
from quizapp.config import Settings, keep_secrets
from quizapp.services.serving_alone import alone


def run(settings: Settings, asked: argparse.Namespace) -> Answer:
    """Bring the installation up to date, say where it is, and serve until stopped."""
    keep_secrets(settings.data)
    with alone(settings):
        _refuse_taken(settings)
        _prepare(settings)
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


def _prepare(settings: Settings) -> None:
    """Prepare the installation in a process that ends with it; where it fails, end as it did."""
    signal.signal(signal.SIGTERM, _leave)  # a daemon's end is seen to by its parent's exit, not by its death
    preparing = Process(target=_prepared, args=(settings,), daemon=True)
    preparing.start()
    preparing.join()
    if preparing.exitcode:
        sys.exit(abs(preparing.exitcode))


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


def _prepared(settings: Settings) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resolve_name("quizapp.cli.preparation:prepare")(settings)


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
