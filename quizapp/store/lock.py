"""One server for one SQLite file: a lock beside it that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizapp.store.errors import StoreError


@contextmanager
def serve_lock(file: Path) -> Iterator[None]:
    """Hold the right to serve a SQLite file; raises StoreError where another server holds it."""
    handle = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"another server is running on {file}: stop it first") from None
        yield
    finally:
        os.close(handle)
