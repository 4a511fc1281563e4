"""Where a changing request may come from: this site's own pages only, with the token of their session."""

from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from quizapp.web.attempt_tokens import HEADER
from quizapp.web.signing import keys

MOST_REMEMBERED = 4096
_SAFE = {"GET", "HEAD", "OPTIONS"}
_HEADER, TOKEN_ENVIRON = "X-CSRFToken", "HTTP_X_CSRFTOKEN"
_RAW = "csrf_token"
_ANY_SAVE = "attempts.save_response"


class Tokens(CSRFProtect):  # type: ignore[misc]
    """The library's tokens, each verified, or signed, once; those of an older key hold too."""

    def init_app(self, app: Flask) -> None:
        """Attach to an application that has its secret key."""
        super().init_app(app)
        self._config = app.config
        signing = URLSafeTimedSerializer(keys(app), salt="wtf-csrf-token")
        self._genuine = lru_cache(MOST_REMEMBERED)(signing.loads)
        self._signed = lru_cache(MOST_REMEMBERED)(signing.dumps)
        app.template_context_processors[None].pop()  # it would put the library's function over ours
        app.jinja_env.globals["csrf_token"] = self.token

    def token(self) -> str:
        """The token of this session, as every page of it carries it."""
        return self.of(session) or str(generate_csrf())

    def of(self, held: Mapping[str, object]) -> str | None:
        """The token that goes with what a session holds; None where it has none yet."""
        raw = held.get(_RAW)
        return str(self._signed(raw)) if isinstance(raw, str) else None

    def hold(self, held: Mapping[str, object], token: str) -> bool:
        """Whether a token is genuine, and of the session that holds this; never where tokens have an age."""
        raw = held.get(_RAW)
        if not isinstance(raw, str) or self._config["WTF_CSRF_TIME_LIMIT"] is not None:
            return False
        try:
            return compare_digest(raw, self._genuine(token))
        except (BadData, TypeError):
            return False

    def protect(self, apply_exemptions: bool = False) -> None:
        """Let a genuine token pass, since none has an age; judge all else as the library does."""
        if request.method in _SAFE:
            return
        if HEADER in request.headers and request.endpoint == _ANY_SAVE:
            g.csrf_valid = True  # judged by that token alone, and no cookie counts: see attempt_tokens
            return
        token = request.headers.get(_HEADER) or request.form.get(_RAW)
        if token and self.hold(session, token):
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions)


def tokens(app: Flask) -> Tokens:
    """The tokens of an application."""
    return cast(Tokens, app.extensions["csrf"])


def csrf_token() -> str:
    """The token that the forms of this session carry."""
    return tokens(current_app).token()


def foreign(fetch_site: str | None, origin: str | None, host: str) -> bool:
    """Whether the browser says, by `Sec-Fetch-Site` or `Origin`, that another site asked a host."""
    if fetch_site not in {None, "same-origin", "none"}:
        return True
    try:
        return origin is not None and urlsplit(origin).netloc != host
    except ValueError:
        return True


def init_origins(app: Flask) -> None:
    """Refuse every changing request that another site sent or that has no token, before any view runs."""

    @app.before_request
    def refuse_foreign() -> None:
        said = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if request.method not in _SAFE and foreign(*said, request.host):
            abort(403)

    Tokens(app)
