"""Networks that fail on request, before a site in this process or one that runs; and R13's, always on."""

import os
import random
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALWAYS = "TEST_FAULTS"
"""The environment variable that puts every site behind R13's network: `pytest --faults` sets it."""
LONGEST_DELAY = 0.3
_SHARE = 0.05
_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


@dataclass
class Network:
    """What happens to saves and questions between browser and site; nothing else is touched."""

    inner: "WSGIApplication"
    bad: bool = field(default_factory=lambda: bool(os.environ.get(ALWAYS)))
    """Whether it is R13's, but for tests that ask for another."""
    down: bool = False
    lost_requests: float = 0.0
    lost_replies: float = 0.0
    doubled: float = 0.0
    longest_delay: float = 0.0
    pages_delay: float = 0.0
    """Seconds from the making of a question's page to its first byte."""
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    came: list[str] = field(default_factory=list)
    own: dict[str, "Network"] = field(default_factory=dict)
    """The networks of single attempts, by their public ids."""
    memory: dict[str, tuple[str, list[tuple[str, str]], bytes]] | None = None
    """Where it is one: each question's page as it was first drawn, and that is what everybody gets."""

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if "/questions/" in environ["PATH_INFO"]:
            return self._question(environ, start)
        if not environ["PATH_INFO"].endswith("/responses"):
            return self.inner(environ, start)
        if own := self.own.get(environ["PATH_INFO"].split("/")[-2]):
            return own(environ, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if self.down or self.chance.random() < self.lost_requests:
            _cut(environ)
        time.sleep(self.longest_delay * self.chance.random())
        self.came.append(body.decode())
        if self.chance.random() < self.doubled:
            environ["wsgi.input"] = _Body(body)
            Reply.from_app(self.inner, environ, buffered=True)  # the reply to the first of the two gets lost
        environ["wsgi.input"] = _Body(body)
        reply = self.inner(environ, start)
        if self.chance.random() < self.lost_replies:
            _cut(environ)
        return reply

    def _question(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if self.memory is None:
            reply = self.inner(environ, start)
            time.sleep(self.pages_delay)
            return reply
        if environ["PATH_INFO"] not in self.memory:
            reply = Reply.from_app(self.inner, environ, buffered=True)
            self.memory[environ["PATH_INFO"]] = reply.status, list(reply.headers), reply.get_data()
        status, headers, body = self.memory[environ["PATH_INFO"]]
        start(status, headers)
        return [body]

    def __post_init__(self) -> None:
        if self.bad:
            self.heal()

    def heal(self) -> None:
        """Be as good as networks of this run are from now on."""
        self.be_sound()
        if self.bad:
            self.lost_requests = self.lost_replies = _SHARE
            self.doubled, self.longest_delay = 0.02, LONGEST_DELAY

    def be_sound(self) -> None:
        """Be a good network in any run, for what only such a one can show."""
        self.memory = None
        self.own.clear()
        self.down, self.longest_delay, self.pages_delay = False, 0.0, 0.0
        self.lost_requests = self.lost_replies = self.doubled = 0.0


def _cut(environ: "WSGIEnvironment") -> NoReturn:
    """End the connection without a reply; a browser whose request is only dropped would wait for ever."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


class _Body:
    """A body that was read once already."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        size = len(self._left) if size < 0 else size
        taken, self._left = self._left[:size], self._left[size:]
        return taken


class _Quiet(WSGIRequestHandler):
    """Writes no line for every request."""

    def log_request(self, *_: object) -> None:
        """Nothing to say."""


@contextmanager
def threaded(app: "WSGIApplication") -> Iterator[str]:
    """The address of an application that threads of this process serve."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class _Forward:
    """Hands each request to the site at an address, and its reply back."""

    address: str

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers |= {"Connection": "close", "Content-Length": str(len(body))}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        path = environ["RAW_URI"]
        onward = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            onward.request(environ["REQUEST_METHOD"], path, body, headers)
            reply = onward.getresponse()
            content = reply.read()
        except (OSError, HTTPException):
            _cut(environ)
        finally:
            onward.close()
        kept = [(name, value) for name, value in reply.getheaders() if name.lower() not in _HOP]
        start(f"{reply.status} {reply.reason}", kept)
        return [content]


@contextmanager
def faulty(address: str, seed: int = 7) -> Iterator[str]:
    """The address of a proxy before a site: saves get lost, late and doubled there, and pages come late."""
    network = Network(_Forward(address), bad=True, chance=random.Random(seed))

    def late(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/static/"):
            time.sleep(LONGEST_DELAY / 3 * network.chance.random())
        return network(environ, start)

    with threaded(late) as proxy:
        yield proxy


@contextmanager
def perhaps_faulty(port: int) -> Iterator[str]:
    """The address of a site on a port: such a proxy where this run is meant to try everything so."""
    address = f"http://127.0.0.1:{port}"
    if not os.environ.get(ALWAYS):
        yield address
        return
    with faulty(address) as proxy:
        yield proxy
