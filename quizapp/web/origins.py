"""Where a changing request may come from: this site's own pages only."""

from urllib.parse import urlsplit

from flask import Flask, abort, request

_SAFE = {"GET", "HEAD", "OPTIONS"}


def foreign() -> bool:
    """Whether the browser says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def init_origins(app: Flask) -> None:
    """Refuse every changing request that another site sent, before any view runs."""

    @app.before_request
    def refuse_foreign() -> None:
        if request.method not in _SAFE and foreign():
            abort(403)
