"""Static files: served without the application, under the digest of all of them, and so for ever."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import brotli
from flask import Flask
from werkzeug.http import parse_accept_header
from whitenoise import WhiteNoise

from quizapp.web.scripts import bundles
from quizapp.web.styles import sheets

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOR_EVER = 365 * 24 * 3600
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class _InMemory:
    """An application with files that lie in no folder before it."""

    def __init__(self, inner: "WSGIApplication", files: Mapping[str, bytes]) -> None:
        self.inner, self.files = inner, files

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        file = self.files.get(path)
        if file is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.inner(environ, start_response)
        headers = [
            ("Content-Type", f'{_TYPES[PurePath(path).suffix]}; charset="utf-8"'),
            ("Cache-Control", f"max-age={_FOR_EVER}, public, immutable"),
            ("Vary", "Accept-Encoding"),
        ]
        if _takes_brotli(environ.get("HTTP_ACCEPT_ENCODING", "")):
            file = _packed(file)
            headers.append(("Content-Encoding", "br"))
        headers.append(("Content-Length", str(len(file))))
        start_response("200 OK", headers)
        return [file] if environ["REQUEST_METHOD"] == "GET" else []


def _takes_brotli(accepted: str) -> bool:
    return any(name == "br" and quality > 0 for name, quality in parse_accept_header(accepted))


@cache
def _packed(file: bytes) -> bytes:
    """A file as small as it gets: nobody's secret stands in it, and it is packed once."""
    packed: bytes = brotli.compress(file, mode=brotli.MODE_TEXT)
    return packed


def serve_assets(app: Flask, folder: Path) -> Callable[[str], str]:
    """Serve a folder, scripts and style sheets joined; returns what gives the URL of a file by its name."""
    prefix = f"/static/{_digest_of(folder)}/"
    files = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix=prefix,
        max_age=_FOR_EVER,
        immutable_file_test=lambda *_: True,
    )
    made = {prefix + name: file for name, file in _made_of(folder).items()}
    app.wsgi_app = _InMemory(files, made)  # type: ignore[method-assign]
    return lambda name: prefix + name


@cache
def _digest_of(folder: Path) -> str:
    served = {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }
    served |= _made_of(folder)
    content = hashlib.sha256()
    for name, file in sorted(served.items()):
        content.update(name.encode() + b"\0" + file)
    return content.hexdigest()[:16]


def _made_of(folder: Path) -> Mapping[str, bytes]:
    """What is served otherwise than it lies in the folder, by its name."""
    scripts = {f"js/{name}": file for name, file in bundles(folder / "js").items()}
    return scripts | {f"css/{name}": file for name, file in sheets(folder / "css").items()}
