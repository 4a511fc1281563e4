"""Redirects by name: `next` is a signed route name with its arguments, never an address."""

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.routing import BuildError

from quizapp.web.signing import keys

NEXT = "next"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys(current_app), salt="quizapp-next")


def sign_target(endpoint: str, arguments: dict[str, str | int]) -> str:
    """A token for a route with its arguments."""
    return str(_signer().dumps([endpoint, arguments]))


def target_url(token: str | None) -> str | None:
    """The path that a token names; None for anything that we did not sign or that no route fits."""
    if not token:
        return None
    try:
        endpoint, arguments = _signer().loads(token)
        return url_for(endpoint, **arguments)
    except (BadSignature, BuildError, TypeError, ValueError):
        return None


def login_url() -> str:
    """Where a person signs in, and comes back to this page from."""
    if request.endpoint is None or request.method != "GET":
        return url_for("security.login")
    return url_for("security.login", next=sign_target(request.endpoint, dict(request.view_args or {})))
