"""The right to serve an installation, which one process holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from quizapp.config import Settings
from quizapp.store.lock import serve_lock


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the right to serve a SQLite file; raises StoreError where another process holds it."""
    if settings.sqlite_file is None:
        yield
        return
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with serve_lock(settings.sqlite_file):
        yield
