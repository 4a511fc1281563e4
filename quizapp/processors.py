"""On which processors the server's threads run: all on one, but for work that does without the interpreter.

One thread at a time holds the interpreter's lock. To hand it to a thread on another processor takes a message
between the two, which on a virtual machine costs more than most of what a request does, and what the first
one had at hand is fetched again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CAN_CHOOSE = hasattr(os, "sched_setaffinity")
ALLOWED = frozenset(os.sched_getaffinity(0)) if _CAN_CHOOSE else frozenset[int]()
"""The processors that this process was given; none where the system does not tell."""


def stay_on_one(number: int) -> None:
    """Keep this thread, and all that it starts from now on, on one of the processors that there are.

    Numbers that lie next to each other, as the ports of two servers may, name different ones. The system
    moves what is bound to none out of the way. Nothing changes where threads cannot be bound.
    """
    if ALLOWED:
        _bind(frozenset({sorted(ALLOWED)[number % len(ALLOWED)]}))


def _bind(there: frozenset[int]) -> None:
    """Bind this thread; where the system refuses, it stays where it is, and no work fails for that."""
    with suppress(OSError):
        os.sched_setaffinity(0, there)


@contextmanager
def on_any() -> Iterator[None]:
    """Let this thread run on every processor meanwhile, for work that leaves the interpreter to others."""
    if not ALLOWED:
        yield
        return
    here = frozenset(os.sched_getaffinity(0))
    _bind(ALLOWED)
    try:
        yield
    finally:
        _bind(here)
