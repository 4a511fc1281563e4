"""Sites that really run: the production server on a free port over a data folder of its own."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

from flask import Flask

from bench.servers import served
from quizapp.app import create_app
from quizapp.config import DATABASE_FILE, Settings, keep_secrets
from quizapp.paths import QUESTION_BANK
from quizapp.services.clock import system_clock
from quizapp.services.installation import back_up, open_store
from quizapp.services.passwords import hash_password
from quizapp.services.shipped import Outcome, load_all_shipped
from quizapp.store import accounts as account_rows
from quizapp.store.transaction import Store
from quizapp.web.identity import DEVICE
from tests.journeys.faults import perhaps_faulty
from tests.shipped import RUN_FOLDER

PASSWORD = "three unrelated words"


@dataclass
class Site:
    """A site: the store beneath it, which a test may read and prepare, and its address once it runs."""

    settings: Settings
    store: Store
    address: str = ""

    def person(self, email: str, role: str = "candidate") -> int:
        """A new account; its password is PASSWORD."""
        added = self.store.write(
            lambda conn: account_rows.add_account(conn, email, _hashed(), role, system_clock())
        )
        assert added
        return added

    @cached_property
    def app(self) -> Flask:
        """The application as the server runs it, for what only it can sign."""
        return create_app(self.settings, self.store, secrets=keep_secrets(self.settings.data))

    def cookie(self, account_id: int) -> str:
        """What a browser holds once its person has logged in."""
        with self.store.read() as conn:
            uniquifier = account_rows.uniquifier(conn, account_id)
        signer = self.app.session_interface.get_signing_serializer(self.app)
        assert signer
        return str(signer.dumps({"_user_id": uniquifier, "_fresh": True, DEVICE: token_urlsafe(8)}))

    def close(self) -> None:
        self.store.close()
        if "app" in self.__dict__:
            with self.app.app_context():
                for engine in self.app.extensions["sqlalchemy"].engines.values():
                    engine.dispose()


@lru_cache(maxsize=1)
def _hashed() -> str:
    return hash_password(PASSWORD)


@contextmanager
def running_site(
    folder: Path,
    database_url: str | None = None,
    shipped: bool = True,
    prepare: Callable[[Site], None] | None = None,
    target: str = "quizapp.serving:app",
) -> Iterator[Site]:
    """A site over a new SQLite file, or over a PostgreSQL database that holds the schema.

    `prepare` runs before the server does, whose sweeper closes what a test began in the past.
    `target` is what the server runs.
    """
    settings = Settings(data=folder, database_url=database_url)
    if shipped and not database_url:
        _copy_of_the_bank(folder / DATABASE_FILE)
    store = Store(settings.store_url) if database_url else open_store(settings)
    site = Site(settings, store)
    try:
        if shipped and database_url:
            _load(store)
        if prepare:
            prepare(site)
        environ = {"QUIZAPP_DATA": str(folder), "QUIZAPP_DATABASE_URL": database_url or ""}
        with served(target, environ) as server, perhaps_faulty(server.port) as site.address:
            yield site
    finally:
        site.close()


def _load(store: Store) -> None:
    """Have the bank that ships published."""
    (report,) = load_all_shipped(store, QUESTION_BANK, system_clock())
    assert report.outcome is Outcome.APPLIED


def _copy_of_the_bank(file: Path) -> None:
    """A database with the bank that ships: the first site of a run has it loaded, the others get a copy."""
    kept = Path(os.environ[RUN_FOLDER], "loaded", DATABASE_FILE)
    kept.parent.mkdir(exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with TemporaryDirectory() as folder:
                store = open_store(Settings(data=Path(folder)))
                _load(store)
                store.close()
                back_up(Settings(data=Path(folder)), kept)
    shutil.copy(kept, file)


def ago(minutes: float) -> datetime:
    """An instant in the past."""
    return system_clock() - timedelta(minutes=minutes)
