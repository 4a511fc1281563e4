"""The command line: what each command says, writes and refuses, for people and as JSON."""

import io
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from quizapp.assessment.attempt import Mode
from quizapp.bank.formats.native_examples import FILES
from quizapp.cli import main, parser, run
from quizapp.config import DATABASE_FILE, Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, attempts, installation, shipped
from quizapp.services.clock import system_clock
from quizapp.services.errors import StoreError
from quizapp.store import heartbeats
from quizapp.store.lock import serve_lock
from quizapp.store.tables import heartbeat
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import ANSWERS_MORE, ITEM_FILE, PRICE, files, line_of, packed
from tests.conftest import Rounds
from tests.services.desks import stored

OUTAGES, OUTAGES_FULL = 1, 200
"""T18: outages of a real server, nightly and before a release."""
PASSWORD = "three unrelated words"
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


Tell = Callable[..., Said]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database has its tables and no rows, made once: making them takes longest."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    installation.open_store(Settings(data=folder)).close()
    return folder


@pytest.fixture
def data(tmp_path: Path, migrated: Path) -> Path:
    """A data folder with an empty database."""
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@pytest.fixture
def no_data(data: Path) -> Path:
    """Where the data folder will be: nothing was ever started."""
    shutil.rmtree(data)
    return data


@pytest.fixture
def tell(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Run one command over the data folder."""
    monkeypatch.setenv("QUIZAPP_DATA", str(data))

    def run(*words: object, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in words])
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example bank as a folder."""
    return _laid(tmp_path / "example", files())


@pytest.fixture(scope="module")
def with_example(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the example bank, imported once."""
    data = Path(shutil.copytree(migrated, tmp_path_factory.mktemp("example") / "data"))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit, match="0"):
        patch.setenv("QUIZAPP_DATA", str(data))
        main(["bank", "import", str(_laid(data.parent / "example", files()))])
    return data / DATABASE_FILE


@pytest.fixture
def imported(folder: Path, data: Path, with_example: Path) -> Path:
    """The example bank as a folder, which the database holds already."""
    shutil.copy(with_example, data)
    return folder


def _laid(folder: Path, held: dict[str, bytes]) -> Path:
    for name, content in held.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


# Banks


def test_a_sound_bank_checks_clean(tell: Tell, folder: Path) -> None:
    said = tell("bank", "check", folder)
    assert said.code == 0
    assert "0 rejected" in said.out
    assert tell("bank", "check", folder, "--json").document["ok"] is True


def test_checking_stores_nothing(tell: Tell, folder: Path, no_data: Path) -> None:
    tell("bank", "check", folder)
    assert not no_data.exists()


def test_a_fault_is_named_with_file_line_and_item(tell: Tell, tmp_path: Path) -> None:
    held = files(items=("    difficulty: 2\n", "    difficulty: 9\n"))
    folder = _laid(tmp_path / "bad", held)
    line = line_of("difficulty: 9", held=held)
    said = tell("bank", "check", folder)
    assert said.code == 1
    assert f"{ITEM_FILE}:{line}: " in said.err
    (problem,) = tell("bank", "check", folder, "--json").document["problems"]
    assert (problem["file"], problem["line"], problem["item"]) == (ITEM_FILE, line, ANSWERS_MORE)


def test_a_path_with_nothing_there_is_unusable(tell: Tell, tmp_path: Path) -> None:
    for words in (("bank", "check"), ("bank", "import")):
        said = tell(*words, tmp_path / "none")
        assert said.code == 2
        assert "nothing at" in said.err


def test_an_import_publishes_once_and_then_says_that_nothing_changed(tell: Tell, folder: Path) -> None:
    said = tell("bank", "import", folder)
    assert said.code == 0
    assert "revision 1" in said.out
    again = tell("bank", "import", folder, "--json")
    assert (again.code, again.document["refused"]) == (1, "nothing_changed")
    assert again.document["revision"] is None


def test_rejected_items_stop_an_import_until_they_are_left_out(tell: Tell, tmp_path: Path) -> None:
    held = files(items=("    difficulty: 2\n", "    difficulty: 9\n"))
    del held["exams.yml"]
    folder = _laid(tmp_path / "bad", held)
    said = tell("bank", "import", folder)
    assert said.code == 1
    assert "--leave-out-rejected" in said.err
    assert tell("bank", "export", "example", tmp_path / "none").code == 2
    done = tell("bank", "import", folder, "--leave-out-rejected", "--json")
    assert (done.code, done.document["revision"], done.document["rejected"]) == (0, 1, [ANSWERS_MORE])


def test_gone_items_are_retired_only_when_told(tell: Tell, tmp_path: Path, imported: Path) -> None:
    text = files()[ITEM_FILE].decode()
    start = text.index(f"  - id: {PRICE}")
    shorter = _laid(tmp_path / "shorter", {ITEM_FILE: text[:start].encode()})
    kept = tell("bank", "import", shorter, "--json")
    assert (kept.document["gone"], kept.document["refused"]) == ([PRICE], "nothing_changed")
    assert tell("bank", "import", shorter, "--retire-gone", "--json").document["gone"] == [PRICE]


def test_an_export_imports_as_the_same_bank(tell: Tell, tmp_path: Path, imported: Path) -> None:
    for target in (tmp_path / "out", tmp_path / "out.zip"):
        assert tell("bank", "export", "example", target).code == 0
        assert tell("bank", "import", target, "--json").document["refused"] == "nothing_changed"


def test_an_export_writes_over_nothing(tell: Tell, tmp_path: Path, imported: Path) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_bytes(b"mine")
    assert tell("bank", "export", "example", taken).code == 2
    assert tell("bank", "export", "example", imported).code == 2
    assert taken.read_bytes() == b"mine"
    assert tell("bank", "export", "unknown", tmp_path / "new.zip").code == 2
    assert not (tmp_path / "new.zip").exists()


def test_a_zip_archive_is_imported(tell: Tell, tmp_path: Path) -> None:
    archive = tmp_path / "example.zip"
    archive.write_bytes(packed(files()))
    assert tell("bank", "import", archive).code == 0


# Accounts


def test_a_variant_is_shown_by_its_seed_and_variants_are_counted(tell: Tell, tmp_path: Path) -> None:
    folder = _laid(tmp_path / "all", {name: text.encode() for name, text in FILES.items()})
    assert tell("bank", "import", folder).code == 0
    one, again, other = (
        tell("item", "preview", "bill-price-drawn", "--seed", seed).out for seed in (7, 7, 8)
    )
    assert one == again != other
    assert "key:\n  value: 9" in one
    told = tell("item", "vary", "bill-price-drawn", "--count", 100)
    assert told.code == 0
    assert "100 seeds gave" in told.out
    found = tell("item", "vary", "bill-price-drawn", "--count", 100, "--json").document
    assert (found["dealt"], found["failures"], found["size"]) == (100, [], 49 * 81)


@pytest.mark.usefixtures("imported")
def test_only_a_template_has_variants(tell: Tell) -> None:
    for words in (("preview", "day-base"), ("vary", "no-such-item")):
        said = tell("item", *words)
        assert said.code == 2
        assert "no stored template" in said.err


def test_an_account_is_made_with_its_role(tell: Tell, no_data: Path) -> None:
    said = tell(
        "account", "create", "Ada@example.org", "--role", "admin", "--password-stdin", typed=PASSWORD + "\n"
    )
    assert said.code == 0
    store = Store(Settings(data=no_data).store_url)
    assert not accounts.setup_open(store)
    store.close()


def test_an_account_that_breaks_a_rule_is_refused_by_its_name(tell: Tell) -> None:
    for email, password, code in (
        ("ada@example.org", "short", "password_short"),
        ("ada@example.org", "password123456", "password_common"),
        ("no address", PASSWORD, "email_invalid"),
    ):
        said = tell("account", "create", email, "--password-stdin", "--json", typed=password)
        assert (said.code, said.document["refused"]) == (1, code)


def test_an_address_is_taken_once(tell: Tell) -> None:
    create = ("account", "create", "ada@example.org", "--password-stdin", "--json")
    assert tell(*create, typed=PASSWORD).code == 0
    assert tell(*create, typed=PASSWORD).document["refused"] == "email_taken"


# Backups


@pytest.fixture
def sat(data: Path) -> Iterator[tuple[Store, str]]:
    """A store with one attempt that was handed in."""
    store = Store(Settings(data=data).store_url)
    small_bank.stock(store)
    yield store, small_bank.sit(store, small_bank.candidate(store), right=2)
    store.close()


def test_attempts_verify_one_by_one_and_all_at_once(tell: Tell, sat: tuple[Store, str]) -> None:
    _, public_id = sat
    one, every = tell("verify", public_id), tell("verify")
    assert (one.code, every.code) == (0, 0)
    assert "1 attempt verified: all unchanged" in every.out
    document = tell("verify", public_id, "--json").document
    assert (document["ok"], document["discrepancies"], document["entries"]) == (True, [], 4)
    assert document["receipt"] in one.out


def test_a_changed_attempt_is_named_with_its_question_and_entry(tell: Tell, sat: tuple[Store, str]) -> None:
    store, public_id = sat
    store.write(
        lambda conn: conn.exec_driver_sql("UPDATE booklet_item SET marks = '1' WHERE position = 4").rowcount
    )
    store.write(lambda conn: conn.exec_driver_sql("DELETE FROM response_value WHERE log_id = 2").rowcount)
    said = tell("verify")
    assert said.code == 1
    assert f"attempt {public_id}: question 4: its answer earns 0, and 1 is stored" in said.err
    assert f"attempt {public_id}: question 2, entry 2: its value is gone" in said.err
    document = tell("verify", "--json").document
    found = {(one["code"], one["position"], one["entry"]) for one in document["discrepancies"]}
    assert {("marks", 4, None), ("value_missing", 2, 2)} <= found
    assert (document["ok"], document["attempts"], document["changed"]) == (False, 1, 1)


def test_a_timeline_tells_every_save_and_what_stands(tell: Tell, sat: tuple[Store, str]) -> None:
    _, public_id = sat
    said = tell("attempt", "timeline", public_id)
    assert said.code == 0
    assert (
        len(re.findall(r" saved answer +[1-4] .* 1 on 0 +test +[1-4] +stands$", said.out, re.MULTILINE)) == 4
    )
    assert len(re.findall(r"^[1-4] .* answered by entry [1-4]$", said.out, re.MULTILINE)) == 4
    document = tell("attempt", "timeline", public_id, "--json").document
    saves = [one for one in document["moments"] if one["what"] == "saved"]
    assert [one["sent"]["client_seq"] for one in saves] == [1, 2, 3, 4]


def test_an_attempt_that_is_not_there_is_told(tell: Tell) -> None:
    for words in (("verify",), ("attempt", "timeline")):
        said = tell(*words, "nothing")
        assert (said.code, said.err) == (2, "there is no attempt 'nothing'\n")


def test_a_backup_comes_back_and_what_stood_there_is_kept(tell: Tell, tmp_path: Path, data: Path) -> None:
    tell("account", "create", "ada@example.org", "--password-stdin", typed=PASSWORD)
    copy = tmp_path / "copy.sqlite3"
    made = tell("backup", copy, "--json").document
    assert made["rows"] > 0
    tell("account", "create", "eve@example.org", "--password-stdin", typed=PASSWORD)
    assert tell("restore", copy).code == 2
    back = tell("restore", copy, "--replace", "--json")
    assert (back.code, back.document["rows"]) == (0, made["rows"])
    assert (data / "quizapp.sqlite3.before-restore").exists()
    assert tell("account", "create", "eve@example.org", "--password-stdin", typed=PASSWORD).code == 0


def test_a_backup_writes_over_nothing_and_a_restore_needs_a_sound_file(tell: Tell, tmp_path: Path) -> None:
    tell("account", "create", "ada@example.org", "--password-stdin", typed=PASSWORD)
    taken = tmp_path / "taken"
    taken.write_bytes(b"no database")
    assert tell("backup", taken).code == 2
    assert tell("restore", taken, "--replace").code == 2
    assert tell("restore", tmp_path / "none").code == 2


def test_a_restore_is_refused_while_a_server_runs(tell: Tell, tmp_path: Path, data: Path) -> None:
    tell("account", "create", "ada@example.org", "--password-stdin", typed=PASSWORD)
    copy = tmp_path / "copy"
    tell("backup", copy)
    with serve_lock(data / "quizapp.sqlite3"):
        said = tell("restore", copy, "--replace")
    assert said.code == 2
    assert "stop it first" in said.err


# Settings and serving


def test_unsafe_settings_are_told_and_nothing_runs(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, no_data: Path
) -> None:
    monkeypatch.setenv("QUIZAPP_HOST", "0.0.0.0")
    for words in (("run",), ("backup", "x")):
        said = tell(*words)
        assert said.code == 2
        assert "plain http beyond this machine" in said.err
    assert not no_data.exists()


def test_a_taken_port_is_told(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("QUIZAPP_PORT", str(taken.getsockname()[1]))
        said = tell("run")
    assert said.code == 2
    assert "QUIZAPP_PORT" in said.err


@pytest.fixture
def unprepared(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], None]], int]]:
    """Runs `quizapp run` where its preparation ends in some way; its exit code. It never serves."""
    before = signal.getsignal(signal.SIGTERM)
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("QUIZAPP_PORT", str(free.getsockname()[1]))
    monkeypatch.setenv("QUIZAPP_DATA", str(data))
    monkeypatch.setattr(run, "_serve", lambda settings: pytest.fail("served"))

    def started(ends: Callable[[], None]) -> int:
        monkeypatch.setattr(installation, "open_store", lambda settings: ends())
        with pytest.raises(SystemExit) as ended:
            main(["run"])
        return int(ended.value.code or 0)

    yield started
    signal.signal(signal.SIGTERM, before)


def test_a_store_that_cannot_be_prepared_is_told_and_not_served(
    unprepared: Callable[[Callable[[], None]], int], capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise StoreError("planted")

    assert unprepared(refuse) == 2
    assert capfd.readouterr().err == "planted\n"


def test_a_preparation_that_is_killed_is_no_start(unprepared: Callable[[Callable[[], None]], int]) -> None:
    assert unprepared(lambda: os.kill(os.getpid(), signal.SIGKILL)) == signal.SIGKILL


def test_every_command_is_found() -> None:
    asked = [
        ["run"],
        *(["bank", one, "x"] for one in ("check", "lint", "import")),
        ["bank", "export", "x", "y"],
        *(["item", one, "x"] for one in ("preview", "vary")),
        ["account", "create", "x"],
        ["verify"],
        ["attempt", "timeline", "x"],
        ["backup", "x"],
        ["restore", "x"],
    ]
    assert all(callable(resolve_name(parser().parse_args(words).command)) for words in asked)


@contextmanager
def _running(data: Path, port: int) -> Iterator[list[str]]:
    """The site as `quizapp run` serves it; the lines printed until it answers."""
    environ = {"PATH": "/usr/bin:/bin", "QUIZAPP_DATA": str(data), "QUIZAPP_PORT": str(port)}
    log = data.with_suffix(".log")
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "quizapp", "run"], cwd=ROOT, env=environ, stdout=written, stderr=written
        )
        try:
            for _ in range(600):
                if server.poll() is not None:
                    pytest.fail(f"the server ended: {log.read_text()}")
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                        break
                except OSError:
                    signal.sigtimedwait([], 0.1)
            else:
                pytest.fail(f"the server has not answered for a minute: {log.read_text()}")
            yield log.read_text().splitlines()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _become_admin(port: int, code: str) -> int:
    """Use a set-up code as a browser would; the status of the page that follows."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    at = f"http://127.0.0.1:{port}/setup"
    with browser.open(at) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token
    form = {
        "csrf_token": token[1],
        "code": code,
        "email": "root@example.org",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    try:
        with browser.open(at, urlencode(form).encode()) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.slow
def test_the_first_start_prints_a_code_that_makes_the_admin_and_later_starts_none(
    no_data: Path, tell: Tell
) -> None:
    data = no_data
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _running(data, port) as lines:
        said = "\n".join(lines)
        assert f"open http://127.0.0.1:{port}/" in said
        assert "bank 'treasuries' is loaded, revision 1" in said
        code = re.search(r"with the code (\S+)", said)
        assert code
        assert tell("run").code == 2  # a second server on one file
        assert _become_admin(port, "22222-22222-22222-22222") == 422
        assert _become_admin(port, code[1]) == 200
        with pytest.raises(urllib.error.HTTPError) as gone:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/setup")
        gone.value.close()
        assert gone.value.code == 404
    # What a later start asks of the folder; test_deploy.py makes such a start.
    with closing(Store(Settings(data=data).store_url)) as store:
        (again,) = shipped.load_all_shipped(store, QUESTION_BANK, system_clock())
        assert again.outcome is shipped.Outcome.UNCHANGED
        assert accounts.renew_setup_code(store) is None


def _begun(store: Store, number: int) -> str:
    """A test that was begun at least seven minutes ago."""
    begun = system_clock() - timedelta(minutes=random.Random(number).uniform(7.5, 9))
    sitter = small_bank.candidate(store, f"sitter{number}@example.org")
    return attempts.begin(store, sitter, "small", "quick", Mode.TIMED, begun, number)


def _deadline(store: Store, public_id: str) -> datetime:
    deadline = stored(store, public_id).attempt.parts[0].deadline_at
    assert deadline
    return deadline


@pytest.mark.slow
@pytest.mark.nightly
def test_t18_a_server_that_was_stopped_and_started_gives_seven_minutes_back(
    no_data: Path, rounds: Rounds
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with closing(installation.open_store(Settings(data=no_data))) as store:
        small_bank.stock(store)
    url, numbers = Settings(data=no_data).store_url, rounds(OUTAGES, OUTAGES_FULL)
    with _running(no_data, port), closing(Store(url)) as store:
        public_id = _begun(store, numbers.start)
        before = _deadline(store, public_id)
    for number in numbers:
        # The server has beaten while it ran; what is told here is that it did so seven minutes earlier.
        with closing(Store(url)) as store, store.read() as conn:
            last = conn.execute(select(heartbeat.c.beat_at)).scalar_one()
            store.write(lambda conn, last=last: heartbeats.beat(conn, last - timedelta(minutes=7)))  # type: ignore[misc]
        stopped = system_clock() - timedelta(minutes=7)
        with _running(no_data, port), closing(Store(url)) as store:
            away = system_clock() - stopped
            assert away <= _deadline(store, public_id) - before <= away + timedelta(seconds=60), number
            public_id = _begun(store, number + 1)
            before = _deadline(store, public_id)
