"""Headers of every reply: a content security policy with nonces, and what else keeps a page to itself."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ONE_YEAR = 31_536_000


def csp_nonce() -> str:
    """The nonce of this reply, made when first asked for."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = new_nonce()
    return nonce


def new_nonce() -> str:
    """A nonce that no reply has had."""
    return secrets.token_urlsafe(16)


def policy(nonce: str) -> str:
    """The content security policy: own styles, scripts, images and requests, nothing else."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
        "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


NOT_A_PAGE = "default-src 'none'; frame-ancestors 'none'"


_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_ONLY_HTTPS = ("Strict-Transport-Security", f"max-age={_ONE_YEAR}")


def init_headers(app: Flask) -> None:
    """Put the headers that depend on the reply on every one that a view or an error page makes."""

    @app.after_request
    def headers(response: Response) -> Response:
        page = response.mimetype == "text/html"
        response.headers["Content-Security-Policy"] = policy(csp_nonce()) if page else NOT_A_PAGE
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Always:
    """An application whose every reply, a static file too, carries the headers that never change.

    `https` adds strict transport security.
    """

    def __init__(self, inner: "WSGIApplication", https: bool) -> None:
        self.inner = inner
        self._more = [*_ALWAYS, _ONLY_HTTPS] if https else _ALWAYS

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            return start_response(status, headers + self._more, *failure)

        return self.inner(environ, start)
