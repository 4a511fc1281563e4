"""A small HTTP client for load: kept-alive sockets, one thread a connection, every latency kept."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')


@dataclass
class Reply:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, list[str]]
    body: bytes


class Connection:
    """One kept-alive connection that remembers its cookies."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self.port, self._timeout = port, timeout
        self.cookies: dict[str, str] = {}
        self.reopen()

    def reopen(self) -> None:
        """Connect anew: a server closes what has been idle for long."""
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=self._timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = b""

    def close(self) -> None:
        self._socket.close()

    def head(self, method: str, path: str, body: bytes = b"", kind: str = "", **more: str) -> bytes:
        """A request as bytes."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: */*"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def send(self, request: bytes) -> Reply:
        """Send one request and read its whole answer."""
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._held:
            self._held += self._more()
        head, _, rest = self._held.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers.setdefault(name.lower(), []).append(value)
        length = int(headers.get("content-length", ["0"])[0])
        while len(rest) < length:
            rest += self._more()
        self._held = rest[length:]
        for cookie in headers.get("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Reply(int(lines[0].split()[1]), headers, rest[:length])

    def _more(self) -> bytes:
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got

    def get(self, path: str) -> Reply:
        return self.send(self.head("GET", path))

    def post_json(self, path: str, document: object, token: str) -> bytes:
        """A save as the script sends it, as bytes."""
        body = json.dumps(document).encode()
        return self.head("POST", path, body, "application/json", X_CSRFToken=token)


@dataclass
class Measured:
    """What one burst of load saw: seconds it took, and the latency of every request in milliseconds."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency below which that share of the requests stayed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


Act = Callable[[], float]
"""Does one request and returns its latency in milliseconds."""


def load(acts: Sequence[Act], seconds: float) -> Measured:
    """Let every client act again and again, all at once, for some seconds."""
    gate = threading.Barrier(len(acts) + 1)
    kept: list[list[float]] = [[] for _ in acts]
    ends = [0.0]
    faults: list[BaseException] = []

    def work(act: Act, mine: list[float]) -> None:
        gate.wait()
        try:
            while time.perf_counter() < ends[0]:
                mine.append(act())
        except BaseException as fault:  # noqa: BLE001 - raised again by the caller
            faults.append(fault)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(acts, kept, strict=True)]
    for one in threads:
        one.start()
    begun = time.perf_counter()
    ends[0] = begun + seconds
    gate.wait()
    for one in threads:
        one.join()
    if faults:
        raise faults[0]
    return Measured(time.perf_counter() - begun, [one for mine in kept for one in mine])


def timed(connection: Connection, request: bytes, status: int) -> tuple[Reply, float]:
    """One request and its latency in milliseconds; raises where the answer has another status."""
    begun = time.perf_counter()
    reply = connection.send(request)
    taken = (time.perf_counter() - begun) * 1000
    if reply.status != status:
        raise RuntimeError(f"expected {status}, got {reply.status}: {reply.body[:200]!r}")
    return reply, taken
