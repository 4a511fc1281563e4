"""L01: request bodies that never end, or hold too much, sent by raw sockets to the server that ships."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.servers import Server, served

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
PATIENCE, MOST_CPU_SECONDS, MOST_GROWTH_MIB = 3, 1.0, 64
ENDLESS_MIB = 150
"""As much of a body without an end is sent before the sender gives up."""
_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"
_LINE = b"0123456789abcdef" * 4096


def _head(kind: str, length: int | None) -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = ("POST /accounts/login HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}", size)
    return "\r\n".join((*lines, "Connection: close", "", "")).encode()


def _part(name: str, content: bytes, more: str = "") -> bytes:
    return (
        f'--cut\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"
    )


def _endless() -> Iterator[bytes]:
    yield _head(_FORM, None)
    for _ in range(ENDLESS_MIB * MIB // len(_LINE)):
        yield b"%x\r\n%s\r\n" % (len(_LINE), _LINE)


def _whole(kind: str, body: bytes) -> Iterator[bytes]:
    yield _head(kind, len(body))
    yield body


def _announced(length: int) -> Iterator[bytes]:
    yield _head(_FORM, length)
    yield _LINE


REFUSED = {400, 401, 413}
"""What a body gets that lacks the token of a form as well."""
BODIES = {
    "never ends": (_endless, REFUSED),
    "a gibibyte announced": (lambda: _announced(1024 * MIB), {413}),
    "1,001 parts": (lambda: _whole(_PARTS, _part("a", b"b") * 1001 + b"--cut--\r\n"), {413}),
    "a huge field": (lambda: _whole(_FORM, b"email=" + b"a" * 600_000), {413}),
    "a huge part": (lambda: _whole(_PARTS, _part("email", b"a" * 600_000) + b"--cut--\r\n"), {413}),
    "a file that begins with a line's end": (
        lambda: _whole(_PARTS, _part("file", b"\r\n" + b"a" * 8 * MIB, '; filename="a"') + b"--cut--\r\n"),
        REFUSED,
    ),
    "larger than any upload": (
        lambda: _whole(_PARTS, _part("file", b"a" * 11 * MIB, '; filename="a"') + b"--cut--\r\n"),
        {413},
    ),
}


@contextmanager
def _server(folder: Path, empty: Path, target: str) -> Iterator[Server]:
    folder.chmod(0o700)
    Path(shutil.copy(empty, folder / "quizapp.sqlite3")).chmod(0o600)
    with served(target, {"QUIZAPP_DATA": str(folder), "QUIZAPP_DATABASE_URL": ""}) as server:
        yield server


def _status(port: int, body: Iterator[bytes], patience: float) -> int:
    """The status that a body gets; 0 where the server hangs up without a word."""
    with suppress(TimeoutError), socket.create_connection(("127.0.0.1", port), timeout=patience) as sent:
        with suppress(ConnectionError):
            for chunk in body:
                sent.sendall(chunk)
        with suppress(ConnectionError):
            line = sent.recv(100).split()
            return int(line[1]) if len(line) > 1 else 0
    return 0


def faults(server: Server, patience: float = PATIENCE) -> list[str]:
    """Bodies that were not refused as they should be, at once and without taking the server's memory."""
    _status(server.port, _whole(_FORM, b"email=a"), patience)
    found, before = [], server.memory_mib()
    for name, (body, wanted) in BODIES.items():
        spent = server.cpu_seconds()
        status = _status(server.port, body(), patience)
        spent = server.cpu_seconds() - spent
        if status not in wanted:
            found.append(f"{name}: answered {status}")
        if spent > MOST_CPU_SECONDS:
            found.append(f"{name}: {spent:.1f} s of work")
        grown = server.memory_mib() - before
        if grown > MOST_GROWTH_MIB:
            found.append(f"{name}: {grown:.0f} MiB more")
    return found


@pytest.mark.every_case
def test_l01_no_body_is_too_much_for_the_server(tmp_path: Path, empty_sqlite: Path) -> None:
    with _server(tmp_path, empty_sqlite, "quizapp.serving:app") as server:
        assert faults(server) == []


def test_l01_control_without_limits_bodies_are_read_to_their_end(tmp_path: Path, empty_sqlite: Path) -> None:
    with _server(tmp_path, empty_sqlite, "tests.unbounded:app") as server:
        found = "\n".join(faults(server, patience=0.5))
    for name in ("1,001 parts", "a huge field", "a huge part", "larger than any upload"):
        assert f"{name}: answered 401" in found
    assert "never ends: answered 0" in found
    assert "MiB more" in found
