"""What the server's worker process runs: the site, its sweeper, and what ends it with its store."""

import ctypes
import gc
import logging
import os
import threading
from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from quizapp import processors
from quizapp.app import create_app
from quizapp.config import load_settings
from quizapp.services import attempts, outages
from quizapp.services.clock import Clock, steady_clock, system_clock
from quizapp.store.transaction import Store, StoreError
from quizapp.web.site import EXTENSION

SWEEP_SECONDS, AGAIN_SECONDS = 10.0, 0.1
"""Between sweeps, and after one that closed something: a room that ends at once takes several."""
WATCH_SECONDS = 0.5
_MOST_ARENAS, _LARGEST_KEPT = (-8, 2), (-3, 256 * 1024)
"""Settings of the C library's `mallopt`, by their numbers."""
log = logging.getLogger("quizapp")


def app() -> Flask:
    """The site of this environment's settings, its sweeper started, and what an outage took given back."""
    give_memory_back()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = load_settings(os.environ)
    processors.stay_on_one(settings.port)
    store = Store(settings.store_url)
    site = create_app(settings, store, steady=steady_clock)
    now = site.extensions[EXTENSION].now
    outages.give_back(store, now())
    for name, work in (("sweeper", partial(sweep_for_ever, now=now)), ("watch", end_with_the_store)):
        threading.Thread(target=work, args=(store, threading.Event()), name=name, daemon=True).start()
    leave_alone_what_stays()
    return site


def give_memory_back() -> None:
    """Let the system have back what a log-in's hash or a large page took, where the C library can.

    By itself glibc keeps that, in a heap of each thread.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for setting in (_MOST_ARENAS, _LARGEST_KEPT):
            libc.mallopt(*setting)


def leave_alone_what_stays() -> None:
    """Let no collection of garbage look through what start-up made: every save would wait for it."""
    gc.collect()
    gc.freeze()


def end_with_the_store(
    store: Store,
    end: threading.Event,
    leave: Callable[[int], None] = os._exit,
    seconds: float = WATCH_SECONDS,
) -> None:
    """End the process once its store writes no more: whoever starts it again reads what the disk has."""
    while not end.wait(seconds):
        if store.dead:
            log.critical("the server ends: the store's writer stopped: %s", store.dead)
            end.wait(seconds)  # so that the refusals reach those who wait for them
            leave(1)
            return


def sweep_for_ever(
    store: Store, end: threading.Event, seconds: float = SWEEP_SECONDS, now: Clock = system_clock
) -> None:
    """Beat and close overdue attempts every few seconds until told to end, whatever the database does.

    An attempt is closed on its first read as well.
    """
    pause = seconds
    while not end.wait(pause):
        pause = seconds
        try:
            outages.beat(store, now())
            if attempts.sweep(store, now()):
                pause = min(seconds, AGAIN_SECONDS)
        except (StoreError, SQLAlchemyError):
            log.exception("sweep: the store does not answer")
