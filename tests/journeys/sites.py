"""Sites that really run: the production server on a free port over a data folder of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.servers import served
from quizapp.config import Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services.accounts import create_account
from quizapp.services.clock import system_clock
from quizapp.services.installation import open_store
from quizapp.services.shipped import Outcome, load_all_shipped
from quizapp.store.transaction import Store

PASSWORD = "three unrelated words"


@dataclass
class Site:
    """A site: the store beneath it, which a test may read and prepare, and its address once it runs."""

    settings: Settings
    store: Store
    address: str = ""

    def person(self, email: str, role: str = "candidate") -> int:
        """A new account; its password is PASSWORD."""
        return create_account(self.store, email, PASSWORD, role, system_clock())


@contextmanager
def running_site(
    folder: Path,
    database_url: str | None = None,
    shipped: bool = True,
    prepare: Callable[[Site], None] | None = None,
) -> Iterator[Site]:
    """A site over a new SQLite file, or over a PostgreSQL database that holds the schema.

    `prepare` runs before the server does, whose sweeper closes what a test began in the past.
    """
    settings = Settings(data=folder, database_url=database_url)
    store = Store(settings.store_url) if database_url else open_store(settings)
    try:
        site = Site(settings, store)
        if shipped:
            (report,) = load_all_shipped(store, QUESTION_BANK, system_clock())
            assert report.outcome is Outcome.APPLIED
        if prepare:
            prepare(site)
        environ = {"QUIZAPP_DATA": str(folder), "QUIZAPP_DATABASE_URL": database_url or ""}
        with served("quizapp.serving:app", environ) as server:
            site.address = f"http://127.0.0.1:{server.port}"
            yield site
    finally:
        store.close()


def ago(minutes: float) -> datetime:
    """An instant in the past."""
    return system_clock() - timedelta(minutes=minutes)
