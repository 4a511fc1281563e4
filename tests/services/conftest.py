"""What tests of services share: the small bank in a store that a whole module uses, once on each database."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text

from quizapp.assessment.blueprint import Quota
from quizapp.store.tables import metadata
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import named
from tests.small_bank import exam, part

SINGLE = exam("single", "One question", part("One question", 1, [Quota(("T1",), 1, 1)]))
"""Whatever it draws, it is a single choice."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A stocked store for tests that publish nothing: each brings its own people."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'quizapp.sqlite3'}"
    if request.param == "postgresql":
        server, database = str(request.getfixturevalue("postgresql")), f"kept_{uuid.uuid4().hex}"
        url = named(server, database)
        engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {database}"))
        engine.dispose()
    store = Store(url)
    store.write(metadata.create_all)
    small_bank.stock(store, (*small_bank.EXAMS, SINGLE))
    yield store
    store.close()
