"""Whether the service works: the disk takes what a save writes, in time, and nobody has moved the clock."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from quizapp.services.clock import Clock
from quizapp.store.transaction import Store, StoreError

PATIENCE_SECONDS = 3.0
"""A store that takes longer over one write counts as out of order."""
FRESH_SECONDS = 1.0
"""For how long one look answers everybody: whoever asks often does not make the disk work often."""
MOST_MOVED_SECONDS = 1.0
"""How far the clock may be from where it would be if nobody had set it since the start."""


@dataclass
class _Look:
    """One write to the disk, and what came of it."""

    begun: float = field(default_factory=time.monotonic)
    done: threading.Event = field(default_factory=threading.Event)
    trouble: str | None = "the look was broken off"

    @property
    def age(self) -> float:
        return time.monotonic() - self.begun


class Health:
    """The state of one running site. `steady` counts seconds, whoever sets the clock."""

    def __init__(
        self,
        store: Store,
        now: Clock,
        steady: Callable[[], float] | None = None,
        patience: float = PATIENCE_SECONDS,
        fresh: float = FRESH_SECONDS,
    ) -> None:
        self._store, self._now, self._steady = store, now, steady
        self._patience, self._fresh = patience, fresh
        self._lock = threading.Lock()
        self._look: _Look | None = None
        self._start = self._ahead()

    def trouble(self) -> str | None:
        """None while the service works, else why it does not: for the log. It takes `patience` at most."""
        if self._store.dead:
            return self._store.healthy()
        moved = self._ahead() - self._start
        if abs(moved) > MOST_MOVED_SECONDS:
            return f"the clock was set by {moved:+.1f} s since the start"
        look = self._current()
        if not look.done.wait(max(0.0, self._patience - look.age)):
            return f"the store has not taken a write for {look.age:.1f} s"
        return look.trouble

    def _ahead(self) -> float:
        """How far the clock is ahead of the steady count."""
        return self._now().timestamp() - self._steady() if self._steady else 0.0

    def _current(self) -> _Look:
        """The look under way, or the last one while it is fresh, else a new one."""
        with self._lock:
            look = self._look
            if look is None or (look.done.is_set() and look.age > self._fresh):
                look = self._look = _Look()
                threading.Thread(target=self._write, args=(look,), name="health", daemon=True).start()
            return look

    def _write(self, look: _Look) -> None:
        try:
            healthy = self._store.healthy()
            self._store.probe()
            look.trouble = healthy
        except (StoreError, SQLAlchemyError) as error:
            look.trouble = str(error)
        finally:
            look.done.set()
