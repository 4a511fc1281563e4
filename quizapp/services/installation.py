"""What an operator does with a whole installation: open it, back it up and restore it."""

import os
from pathlib import Path

from quizapp.config import Settings
from quizapp.services.serving_alone import alone
from quizapp.store import backup
from quizapp.store.backup import Copied
from quizapp.store.schema import migrate
from quizapp.store.transaction import Store


def open_store(settings: Settings) -> Store:
    """The installation's store, its schema brought to the newest revision.

    A SQLite file is made readable by its owner only; the files that SQLite lays beside it follow suit. What
    a process that ended badly has left in SQLite's log is written into the file and flushed anew, so that
    nothing hangs on a flush that failed.
    """
    if settings.sqlite_file:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(settings.sqlite_file, os.O_RDWR | os.O_CREAT, 0o600))
    migrate(settings.store_url)
    return Store(settings.store_url)


def back_up(settings: Settings, target: Path) -> Copied:
    """Copy the database, in use or not, to a new file and verify the copy; raises StoreError."""
    return backup.backup(settings.store_url, target)


def restore(settings: Settings, source: Path, replace: bool) -> Copied:
    """Put a verified backup in the place of the database; raises StoreError, also while a server runs."""
    with alone(settings):
        return backup.restore(source, settings.store_url, replace)
