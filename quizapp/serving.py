"""What the server's worker process runs: the site, and the sweeper that closes what nobody looks at."""

import logging
import os
import threading

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from quizapp.app import create_app
from quizapp.config import load_settings
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store.transaction import Store, StoreError

SWEEP_SECONDS = 10.0
log = logging.getLogger("quizapp")


def app() -> Flask:
    """The site of this environment's settings, its sweeper started."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = load_settings(os.environ)
    store = Store(settings.store_url)
    threading.Thread(
        target=sweep_for_ever, args=(store, threading.Event()), name="sweeper", daemon=True
    ).start()
    return create_app(settings, store)


def sweep_for_ever(store: Store, end: threading.Event, seconds: float = SWEEP_SECONDS) -> None:
    """Close overdue attempts every few seconds until told to end, whatever becomes of the database meanwhile.

    An attempt is closed on its first read as well.
    """
    while not end.wait(seconds):
        try:
            attempts.sweep(store, system_clock())
        except (StoreError, SQLAlchemyError):
            log.exception("sweep: the store does not answer")
