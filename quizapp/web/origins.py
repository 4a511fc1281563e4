"""Where a changing request may come from: this site's own pages only, with the token of their session."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Tokens(CSRFProtect):  # type: ignore[misc]
    """The library's check; a script's header is looked for first, so that a save parses no form."""

    def _get_csrf_token(self) -> str | None:
        token: str | None = request.headers.get("X-CSRFToken") or super()._get_csrf_token()
        return token


def foreign() -> bool:
    """Whether the browser says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def init_origins(app: Flask) -> None:
    """Refuse every changing request that another site sent or that has no token, before any view runs."""

    @app.before_request
    def refuse_foreign() -> None:
        if request.method not in _SAFE and foreign():
            abort(403)

    Tokens(app)
