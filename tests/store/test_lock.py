"""One server for one SQLite file: who holds the right to serve, and when it is free again."""

import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.store.lock import serve_lock
from quizapp.store.transaction import StoreError

HOLD = """
import sys
from pathlib import Path
from quizapp.store.lock import serve_lock
with serve_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quizapp.sqlite3"


def test_a_second_server_on_the_file_is_refused_and_told_which(file: Path) -> None:
    told = pytest.raises(StoreError, match=f"another server is running on {file}")
    with serve_lock(file), told, serve_lock(file):
        pytest.fail("two servers hold one file")


def test_the_file_is_free_once_its_server_ends(file: Path) -> None:
    with serve_lock(file):
        pass
    with pytest.raises(LookupError), serve_lock(file):
        raise LookupError
    with serve_lock(file):
        pass


def test_another_file_is_another_matter(file: Path) -> None:
    with serve_lock(file), serve_lock(file.with_name("other.sqlite3")):
        pass


def test_the_lock_lies_beside_the_file_and_is_its_owners(file: Path) -> None:
    with serve_lock(file):
        assert file.with_suffix(".lock").stat().st_mode & 0o777 == 0o600
    assert not file.exists()


def test_a_server_in_another_process_holds_the_file_until_it_is_killed(file: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stdout.readline() == "held\n"
        with pytest.raises(StoreError), serve_lock(file):
            pytest.fail("two servers hold one file")
        server.kill()
    with serve_lock(file):
        pass
