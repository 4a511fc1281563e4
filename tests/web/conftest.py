"""What page tests share: a site with the small bank that a whole module uses, once on each database."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests import small_bank
from tests.conftest import named
from tests.web.visitors import House, open_house


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A stocked site, kept for a module: each test brings its own people and finds the clock where it is."""
    address = None
    if request.param == "postgresql":
        server, database = str(request.getfixturevalue("postgresql")), f"house_{uuid.uuid4().hex}"
        engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {database}"))
        engine.dispose()
        address = named(server, database)
    house = open_house(tmp_path_factory.mktemp("house"), database_url=address)
    small_bank.stock(house.store)
    yield house
    house.close()
