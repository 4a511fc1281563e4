"""Who is turned away when there is too much to do: reports, then imports, then new starts; never saves."""

import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from quizapp.assessment.access import Action
from quizapp.processors import ALLOWED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXTENSION = "quizapp-crowd"
RETRY_SECONDS = 20
_SMOOTH = 2.0
"""Seconds over which the load is averaged, so that a burst that is soon served turns nobody away."""


class Rank(Enum):
    """How long a request is served as the load grows: up to this share of all threads at work."""

    REPORT = 0.6
    IMPORT = 0.75
    START = 0.95
    ALWAYS = math.inf


APART = frozenset({Rank.REPORT, Rank.IMPORT})
MOST_APART = 2
"""As many reports and imports are at work at once; all others would wait behind them."""
_LONG_TURN, _SHORT_TURN = sys.getswitchinterval(), 0.0005
"""Seconds for which a thread that computes keeps the interpreter while others wait for it.

A save waits for it again and again: beside an import, long turns made saves take about three times as long.
"""
_RANKS = {
    Action.CHECK_BANKS: Rank.IMPORT,
    Action.PUBLISH_BANKS: Rank.IMPORT,
    Action.PREVIEW_ITEMS: Rank.REPORT,
    Action.MANAGE_PEOPLE: Rank.REPORT,
    Action.READ_REPORTS: Rank.REPORT,
}


def rank_of(action: Action) -> Rank:
    """The rank of a route that names none: staff look things up and load banks, candidates sit tests."""
    return _RANKS.get(action, Rank.ALWAYS)


class Overloaded(Exception):
    """There is too much to do; whoever asks again after `RETRY_SECONDS` may be served."""


class Turns:
    """Work that takes a whole processor: some of it is done at once, some waits, all else is turned away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._places = threading.Semaphore(at_once + waiting)
        self._turns = threading.Semaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn, once it comes; raises Overloaded where too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Overloaded
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


class Crowd:
    """An application that knows how busy it is: its load nears 1 while all its `threads` are at work.

    Hashing a password has half of the processors at most, and those who wait for it half of the threads.
    """

    def __init__(
        self, inner: "WSGIApplication", threads: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.inner, self.threads = inner, threads
        self.hashing = Turns(max(1, (len(ALLOWED) or os.cpu_count() or 1) // 2), threads // 2)
        self._now = now
        self._lock = threading.Lock()
        self._busy = self._apart = 0
        self._load, self._at = 0.0, now()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._step(1)
        try:
            return self.inner(environ, start_response)
        finally:
            self._step(-1)

    def _step(self, change: int) -> None:
        with self._lock:
            self._load = self._smoothed()
            self._busy += change

    def _smoothed(self) -> float:
        at = self._now()
        passed, self._at = at - self._at, at
        share = self._busy / self.threads
        return share + (self._load - share) * math.exp(-passed / _SMOOTH)

    @contextmanager
    def place_for(self, rank: Rank) -> Iterator[None]:
        """A place among those that are served; raises Overloaded where there is none for that rank now."""
        apart = rank in APART
        with self._lock:
            self._load = self._smoothed()
            if self._load > rank.value or (apart and self._apart >= MOST_APART):
                raise Overloaded
            self._put_apart(apart)
        try:
            yield
        finally:
            with self._lock:
                self._put_apart(-apart)

    def _put_apart(self, change: int) -> None:
        self._apart += change
        if change:
            sys.setswitchinterval(_SHORT_TURN if self._apart else _LONG_TURN)


def init_shedding(app: Flask, threads: int) -> None:
    """Count what the application is doing."""
    app.extensions[EXTENSION] = crowd = Crowd(app.wsgi_app, threads)
    app.wsgi_app = crowd  # type: ignore[method-assign]


def crowd() -> Crowd:
    """The crowd of the running application."""
    return cast(Crowd, current_app.extensions[EXTENSION])
