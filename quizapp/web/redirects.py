"""Redirects by name: `next` is a signed route name with its arguments, never an address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError
from werkzeug.routing.exceptions import RoutingException

from quizapp.web.signing import keys

NEXT = "next"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys(current_app), salt="quizapp-next")


def sign_target(endpoint: str, arguments: Mapping[str, str | int]) -> str:
    """A token for a route with its arguments."""
    return str(_signer().dumps([endpoint, dict(arguments)]))


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
    """Where a person signs in, and comes back to this page from; after a form, to the page at its address."""
    here = _page_at(request.path)
    return url_for("security.login", next=sign_target(*here)) if here else url_for("security.login")


def last_page() -> str | None:
    """The page of this site that a form was sent from, as the browser names it; None where it names none."""
    named = urlsplit(request.referrer or "")
    here = _page_at(named.path) if named.netloc == request.host else None
    return url_for(here[0], **here[1]) if here else None


def _page_at(path: str) -> tuple[str, Mapping[str, Any]] | None:
    """The route that shows a page at this path, with its arguments."""
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter.match(path, method="GET") if adapter else None
    except (HTTPException, RoutingException):
        return None
