"""Settings: what an environment may say, what refuses to start and why, and secrets made once and kept."""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from quizapp import config
from quizapp.config import (
    DATABASE_FILE,
    SECRETS_FILE,
    Secrets,
    Settings,
    UnsafeSettings,
    file_system_of,
    keep_secrets,
    load_settings,
)
from quizapp.services.serving_alone import alone
from quizapp.store import lock, transaction
from quizapp.store.lock import serve_lock
from quizapp.store.transaction import Store, StoreError
from tests.conftest import skip_or_fail

SOUND = {"session_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0f1e2d3c4", "password_salt": "a1b2c3d4e5f60718" * 3}


# What an environment says


def test_an_empty_environment_gives_a_site_on_loopback() -> None:
    settings = load_settings({})
    assert settings == Settings()
    assert settings.host == "127.0.0.1"
    assert settings.public_address == "http://127.0.0.1:8000"
    assert settings.store_url.startswith("sqlite:///")


def test_every_setting_is_read_and_spaces_around_it_do_not_count(tmp_path: Path) -> None:
    said = {
        "data": str(tmp_path),
        "database_url": "postgresql://quizapp@db/quizapp",
        "host": "0.0.0.0",
        "port": " 8080 ",
        "threads": "32",
        "timezone": "Asia/Singapore",
        "public_url": "https://quiz.example.org/",
        "behind_proxy": "1",
        "mail_url": "smtps://mail.example.org",
        "mail_from": "quiz@example.org",
        "max_upload_mib": "20",
    }
    assert set(said) == {one.name for one in fields(Settings)}
    settings = load_settings({f"QUIZAPP_{name.upper()}": text for name, text in said.items()})
    assert settings.data == tmp_path
    assert (settings.port, settings.threads, settings.behind_proxy, settings.max_upload_mib) == (
        8080,
        32,
        1,
        20,
    )
    assert settings.public_address == "https://quiz.example.org"
    assert settings.store_url == "postgresql+psycopg://quizapp@db/quizapp"
    assert settings.sqlite_file is None


def test_an_empty_value_is_no_value() -> None:
    assert load_settings({"QUIZAPP_PORT": " ", "QUIZAPP_DATABASE_URL": ""}) == Settings()


@pytest.mark.parametrize("url", ["postgres://db/quizapp", "postgresql://db/quizapp"])
def test_a_postgresql_address_names_its_driver(url: str) -> None:
    assert load_settings({"QUIZAPP_DATABASE_URL": url}).store_url == "postgresql+psycopg://db/quizapp"


def test_an_address_with_colons_is_put_in_brackets() -> None:
    assert load_settings({"QUIZAPP_HOST": "::1"}).public_address == "http://[::1]:8000"


def test_names_of_others_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "FLASK_APP": "x", "QUIZ_PORT": "1"}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("SECRET_KEY", "x" * 64, "QUIZAPP_SECRET_KEY is no setting"),
        ("PROT", "8000", "QUIZAPP_PROT is no setting"),
        ("PORT", "http", "write a whole number"),
        ("PORT", "0", "lies between 1 and 65535"),
        ("THREADS", "1000", "lies between 1 and 256"),
        ("BEHIND_PROXY", "-1", "lies between 0 and 8"),
        ("MAX_UPLOAD_MIB", "500", "lies between 1 and 50"),
        ("TIMEZONE", "Singapore time", "write a zone such as"),
        ("TIMEZONE", "../../etc/passwd", "write a zone such as"),
        ("DATABASE_URL", "mysql://db/quizapp", "no PostgreSQL address"),
        ("PUBLIC_URL", "quiz.example.org", "no address of a site"),
        ("PUBLIC_URL", "https://example.org/quiz", "without a path"),
        ("PUBLIC_URL", "javascript:alert(1)", "no address of a site"),
        ("MAIL_URL", "http://mail.example.org", "smtp:// or smtps://"),
    ],
)
def test_what_is_no_setting_is_refused_and_told(name: str, text: str, told: str) -> None:
    with pytest.raises(UnsafeSettings) as refused:
        load_settings({f"QUIZAPP_{name}": text})
    assert len(refused.value.reasons) == 1
    assert told in str(refused.value)
    assert f"QUIZAPP_{name}" in str(refused.value)


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(UnsafeSettings) as refused:
        load_settings({"QUIZAPP_PORT": "0", "QUIZAPP_TIMEZONE": "Nowhere", "FLASK_DEBUG": "1"})
    assert len(refused.value.reasons) == 3


# Secrets


def test_secrets_are_made_once_for_their_owner_only_and_kept(tmp_path: Path) -> None:
    made = keep_secrets(tmp_path / "new")
    file = tmp_path / "new" / SECRETS_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert keep_secrets(tmp_path / "new") == made
    assert json.loads(file.read_text()) == {
        "session_key": made.session_key,
        "password_salt": made.password_salt,
    }


def test_a_wide_umask_opens_them_to_nobody(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep_secrets(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / SECRETS_FILE).stat().st_mode & 0o777 == 0o600


def test_no_two_installations_share_a_secret(tmp_path: Path) -> None:
    made = [keep_secrets(tmp_path / str(number)) for number in range(5)]
    assert len({secret for one in made for secret in (one.session_key, one.password_salt)}) == 10
    assert all(len(one.session_key) == 64 for one in made)


def test_starts_at_the_same_moment_agree_on_one_pair(tmp_path: Path) -> None:
    ready = threading.Barrier(8)

    def start(number: int) -> Secrets:
        ready.wait()
        return keep_secrets(tmp_path)

    with ThreadPoolExecutor(8) as starts:
        assert len(set(starts.map(start, range(8)))) == 1
    assert [one.name for one in tmp_path.iterdir()] == [SECRETS_FILE]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"session_key": "x"}', '{"session_key": 1, "password_salt": 2}']
)
def test_a_file_that_we_did_not_write_is_neither_used_nor_written_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / SECRETS_FILE
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(UnsafeSettings, match=str(file)):
        keep_secrets(tmp_path)
    assert file.read_text() == text


# File systems

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
//server/share /mnt/our\\040share cifs rw 0 0
overlay /over overlay rw 0 0
server:/over /over nfs rw 0 0
malformed
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/quizapp", "ext4"),
        ("/home/ada/instance", "nfs4"),
        ("/homes", "ext4"),
        ("/home/local/instance", "xfs"),
        ("/mnt/our share/instance", "cifs"),
        ("/over/instance", "nfs"),
    ],
)
def test_a_folder_is_on_the_file_system_mounted_last_and_deepest(
    tmp_path: Path, folder: str, kind: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert file_system_of(Path(folder), mounts) == kind


def test_a_link_to_a_network_folder_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/far {(tmp_path / 'far').resolve()} nfs rw 0 0\n")
    assert file_system_of(tmp_path / "near", mounts) == "nfs"


def test_a_system_that_lists_no_mounts_says_nothing(tmp_path: Path) -> None:
    assert file_system_of(tmp_path, tmp_path / "no such file") is None


# R10: unsafe settings refuse to start and say why


def boot(data: Path, environ: dict[str, str]) -> None:
    """Start as `quizapp run` does, up to the point where it would serve."""
    settings = load_settings({"QUIZAPP_DATA": str(data), **environ})
    keep_secrets(settings.data)
    with alone(settings):
        store = Store(settings.store_url)
        try:
            store.write(lambda conn: None)
        finally:
            store.close()


@dataclass(frozen=True)
class Unsafe:
    """A start that must be refused: by which guard, with which words, and what brings it about."""

    guard: str
    told: str
    environ: dict[str, str] = field(default_factory=dict)
    around: Callable[[Path], AbstractContextManager[None]] = lambda data: nullcontext()


@contextmanager
def secrets_file(data: Path, mode: int = 0o600, **changed: str) -> Iterator[None]:
    """Secrets as somebody wrote or left them."""
    file = data / SECRETS_FILE
    file.write_text(json.dumps(SOUND | changed))
    file.chmod(mode)
    yield


@contextmanager
def database_file(data: Path, mode: int) -> Iterator[None]:
    """A database that lies open."""
    (data / DATABASE_FILE).touch()
    (data / DATABASE_FILE).chmod(mode)
    yield


@contextmanager
def network_disk(data: Path) -> Iterator[None]:
    """A data folder on a network file system: the one it is on counts as one for the while."""
    kind = file_system_of(data)
    if kind is None:
        skip_or_fail("this system does not say which file systems it has")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "NETWORK_FILE_SYSTEMS", frozenset({kind}))
        yield


class LaxCursor(sqlite3.Cursor):
    """A cursor that takes the order to wait for the disk, and does not obey."""

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = NORMAL"), *more)


class LaxConnection(sqlite3.Connection):
    """A connection that acknowledges before the disk has the data."""

    def cursor(self, factory: type[sqlite3.Cursor] = LaxCursor) -> sqlite3.Cursor:
        return super().cursor(factory)


@contextmanager
def lax_disk(data: Path) -> Iterator[None]:
    """A SQLite that stays below synchronous = FULL."""

    def connect(dialect: Any, record: Any, words: Any, options: dict[str, Any]) -> None:
        options["factory"] = LaxConnection

    event.listen(Engine, "do_connect", connect)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", connect)


FAR = "plain http beyond this machine"
HTTPS = {"QUIZAPP_PUBLIC_URL": "https://quiz.example.org"}
PLAIN = {"QUIZAPP_PUBLIC_URL": "http://quiz.example.org"}
ANY, PROXY = {"QUIZAPP_HOST": "0.0.0.0"}, {"QUIZAPP_BEHIND_PROXY": "1"}
UNSAFE = {
    "a short key": Unsafe(
        "secrets", "session_key in", around=lambda data: secrets_file(data, session_key="k3y-0f1e2d3c4b5a")
    ),
    "a plain key": Unsafe(
        "secrets", "too plain", around=lambda data: secrets_file(data, session_key="secret" * 8)
    ),
    "no key": Unsafe("secrets", "session_key in", around=lambda data: secrets_file(data, session_key="")),
    "a plain salt": Unsafe(
        "secrets", "password_salt in", around=lambda data: secrets_file(data, password_salt="0" * 64)
    ),
    "secrets open to all": Unsafe(
        "secrets", "can be read by others", around=lambda data: secrets_file(data, 0o604)
    ),
    "secrets open to a group": Unsafe(
        "secrets", "can be read by others", around=lambda data: secrets_file(data, 0o640)
    ),
    "debug": Unsafe("places", "FLASK_DEBUG is set", {"FLASK_DEBUG": "1"}),
    "debug in words": Unsafe("places", "FLASK_DEBUG is set", {"FLASK_DEBUG": "True"}),
    "every address": Unsafe("values", FAR, ANY),
    "every address, of version 6": Unsafe("values", FAR, {"QUIZAPP_HOST": "::"}),
    "an address in the house": Unsafe("values", FAR, {"QUIZAPP_HOST": "192.168.1.20"}),
    "https that nobody speaks": Unsafe("values", FAR, ANY | HTTPS),
    "a proxy without https": Unsafe("values", "must be the https address", ANY | PROXY),
    "plain links": Unsafe("values", "QUIZAPP_PUBLIC_URL is plain http", PLAIN),
    "plain links behind a proxy": Unsafe("values", "QUIZAPP_PUBLIC_URL is plain http", ANY | PLAIN | PROXY),
    "a database that all may read": Unsafe(
        "places", "can be read by everybody", around=lambda data: database_file(data, 0o644)
    ),
    "a database that all may write": Unsafe(
        "places", "can be read by everybody", around=lambda data: database_file(data, 0o602)
    ),
    "a network file system": Unsafe("places", "on a network file system", around=network_disk),
    "a second server on one file": Unsafe(
        "lock", "another server is running", around=lambda data: serve_lock(data / DATABASE_FILE)
    ),
    "an acknowledgement before the disk": Unsafe("disk", "synchronous is below FULL", around=lax_disk),
}
"""R10: complete, at every count."""
GUARDS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "values": (config, "_unsafe_values", lambda settings: ()),
    "places": (config, "_unsafe_places", lambda settings, environ: ()),
    "secrets": (config, "_unsafe_secrets", lambda file, found: ()),
    "lock": (lock.fcntl, "flock", lambda handle, how: None),
    "disk": (transaction, "_refuse_lax", lambda cursor: None),
}
"""What refuses: where it stands, and what stands there once it is switched off."""


def fault_of(unsafe: Unsafe, data: Path) -> str | None:
    """What is wrong with how an unsafe start ended; None where it was refused for the right reason."""
    with unsafe.around(data):
        try:
            boot(data, unsafe.environ)
        except (UnsafeSettings, StoreError) as refused:
            return None if unsafe.told in str(refused) else f"it said: {refused}"
    return "it started"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


@pytest.mark.parametrize("case", UNSAFE)
def test_r10_an_unsafe_start_is_refused_and_told_why(data: Path, case: str) -> None:
    assert fault_of(UNSAFE[case], data) is None


@pytest.mark.parametrize("case", UNSAFE)
def test_r10_control_without_its_guard_the_unsafe_start_happens(
    data: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*GUARDS[UNSAFE[case].guard])
    assert fault_of(UNSAFE[case], data) == "it started"


LAX_SERVER = Unsafe("", "synchronous_commit is off")
"""PostgreSQL's other two settings are a server's, not a database's: tests/torture/test_postgresql.py."""


def _lax(url: str) -> Unsafe:
    address = url.replace("+psycopg", "")
    joint = "&" if "?" in address else "?"
    lax = f"{address}{joint}options=-csynchronous_commit%3Doff"
    return replace(LAX_SERVER, environ={"QUIZAPP_DATABASE_URL": lax})


def test_r10_a_postgresql_that_acknowledges_before_its_disk_is_refused(
    data: Path, postgresql_url: str
) -> None:
    assert fault_of(_lax(postgresql_url), data) is None


def test_r10_control_a_start_that_asks_no_server_for_its_settings_happens(
    data: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_refuse_lax_server", lambda cursor: None)
    assert fault_of(_lax(postgresql_url), data) == "it started"


def test_r10_control_a_refusal_for_another_reason_does_not_count(data: Path) -> None:
    told = replace(UNSAFE["debug"], told="a reason that nobody gives")
    assert "it said" in str(fault_of(told, data))


@pytest.mark.parametrize("environ", [{}, HTTPS, ANY | HTTPS | PROXY, {"QUIZAPP_HOST": "localhost"}])
def test_a_safe_installation_starts_and_starts_again(data: Path, environ: dict[str, str]) -> None:
    with secrets_file(data), database_file(data, 0o600):
        boot(data, environ)
        boot(data, environ)
