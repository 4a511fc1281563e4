"""The fast lane beside the application: whatever the lane answers, the application is asked as well."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from quizapp.web.lane import Lane

_NONCE = re.compile(rb'(?<=nonce-)[\w-]+|(?<=nonce=")[\w-]+')
_ANEW = re.compile(_NONCE.pattern + rb'|(?<=name="client" value=")[\w-]+')
"""What every reply makes anew."""

Reply = tuple[str, dict[str, str], bytes]
_compared = [True]


class Loud:
    """A log that no failure goes past."""

    def exception(self, message: str) -> NoReturn:
        """Fail where the lane only says that it did."""
        raise AssertionError(message)


@contextmanager
def alone() -> Iterator[None]:
    """Within the block the application is not asked beside the lane, where statements are counted."""
    before, _compared[0] = _compared[0], False
    try:
        yield
    finally:
        _compared[0] = before


def declining(lane: Lane, environ: dict[str, Any]) -> None:
    """In the place of the lane's answer: the application answers all."""


def beside(lane: Lane, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The lane's own call, with the application asked the same: a save that comes again is a replay."""
    answer = lane.answer(environ)
    if answer is None:
        return lane.inner(environ, start_response)
    if _compared[0]:
        heads: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(lane.inner(environ, lambda status, headers, *_: heads.append((status, headers))))
        ((status, headers),) = heads
        # A question looks otherwise the second time: it has been seen.
        again = (lane.answer(environ) if environ["REQUEST_METHOD"] == "GET" else None) or answer
        own, other = comparable("200 OK", again.headers, again.body), comparable(status, headers, body)
        assert own == other, "the fast lane says something else than the application"
    start_response("200 OK", answer.headers)
    return [answer.body]


def comparable(status: str, headers: list[tuple[str, str]], body: bytes) -> Reply:
    """A reply without what is made anew each time."""
    names = [name for name, _ in headers]
    assert len(set(names)) == len(names)
    nonces = set(_NONCE.findall(body + b"".join(value.encode() for _, value in headers)))
    assert len(nonces) <= 1, "the page has other nonces than its policy"
    found = {name: _ANEW.sub(b"", value.encode()).decode() for name, value in headers}
    if found["Content-Type"] == "application/json":
        return status, found | {"Content-Length": ""}, json.dumps(json.loads(body), sort_keys=True).encode()
    return status, found, _ANEW.sub(b"", body)
