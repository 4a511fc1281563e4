"""Servers for a measurement: started as in production on a free port, with the processor time they used."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quizapp.config import Settings

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running server: its port, and the processes that serve it."""

    port: int
    process: subprocess.Popen[bytes]

    def processes(self) -> list[int]:
        """All its processes, each after the one that started it."""
        found, seen = [self.process.pid], 0
        while seen < len(found):
            children = Path(f"/proc/{found[seen]}/task/{found[seen]}/children")
            found += [int(one) for one in children.read_text().split()] if children.exists() else []
            seen += 1
        return found

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Memory of all its processes, what they share counted once."""
        total = 0
        for pid in self.processes():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024


@contextmanager
def product(environ: dict[str, str]) -> Iterator[Server]:
    """The product as people start it: a process that stands by, and the worker that it forks."""
    port = _free_port()
    said = subprocess.DEVNULL  # where to open it
    with _running(port, ["quizapp", "run"], environ | {"QUIZAPP_PORT": str(port)}, said) as server:
        yield server


@contextmanager
def served(target: str, environ: dict[str, str]) -> Iterator[Server]:
    """A WSGI factory on the server of `quizapp run`, with the same flags and as many threads."""
    port = _free_port()
    words = [
        *("granian", "--interface", "wsgi", "--factory", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--log-level", "error"),
        *("--blocking-threads", str(Settings.threads), target),
    ]
    with _running(port, words, environ | {"QUIZAPP_PORT": str(port)}) as server:
        yield server


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _running(
    port: int, words: list[str], environ: dict[str, str], said: int | None = None
) -> Iterator[Server]:
    command = [sys.executable, "-m", *words]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ) | environ, stdout=said)
    try:
        _wait(port, process)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("a server ended before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("a server did not answer within 30 s")
