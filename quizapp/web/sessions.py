"""Sessions in signed cookies: a cookie comes with every request, and its signature is verified once."""

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, cast

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

MOST_REMEMBERED = 4096
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sessions(SecureCookieSessionInterface):
    """The framework's sessions with one serializer, which remembers the cookies that it found genuine.

    Only the signature and what it covers are remembered; their age is judged each time, and whether the
    session has ended is the database's to say.
    """

    def __init__(self, app: Flask) -> None:
        signing = super().get_signing_serializer(app)
        assert signing is not None
        self._signing = signing
        # Judges age by the clock that it signs with.
        self._signer = TimestampSigner(str(app.secret_key))
        self._lifetime = app.permanent_session_lifetime.total_seconds()
        self._genuine = lru_cache(MOST_REMEMBERED)(partial(signing.loads, return_timestamp=True))

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """The one serializer of the site."""
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session behind the request's cookie; an empty one where that is missing, forged or old."""
        held = self.held(request.cookies.get(self.get_cookie_name(app)))
        return self.session_class(
            {name: one if isinstance(one, str) else deepcopy(one) for name, one in held.items()}
        )

    def held(self, cookie: str | None) -> Mapping[str, Any]:
        """What a cookie holds, to be read only; nothing where it is missing, forged or old."""
        if not cookie:
            return _NOTHING
        try:
            held, signed_at = self._genuine(cookie)
        except BadSignature:
            return _NOTHING
        age = self._signer.get_timestamp() - signed_at.timestamp()
        return cast(Mapping[str, Any], held) if 0 <= age <= self._lifetime else _NOTHING

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session has changed, or is to last from now on."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")
