"""From exception to reply: one table of statuses, pages in the site's own design, Problems for scripts."""

import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, jsonify, make_response, redirect, render_template, request, session
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError, default_exceptions

from quizapp.assessment import errors as core
from quizapp.services import errors as services
from quizapp.web.redirects import login_url
from quizapp.web.shedding import RETRY_SECONDS, Overloaded
from quizapp.web.site import site

log = logging.getLogger("quizapp")

MOST_DRAINED = 64 * 1024 * 1024
_CHUNK = 256 * 1024

STATUSES: dict[type[Exception], tuple[int, str]] = {
    services.NotFound: (404, "not_found"),
    core.NotAllowed: (404, "not_found"),
    core.KeyWithheld: (403, "key_withheld"),
    core.AttemptClosed: (409, "attempt_closed"),
    core.PartNotOpen: (409, "part_not_open"),
    core.OutOfOrder: (409, "out_of_order"),
    core.StaleResponse: (409, "stale_response"),
    core.AnswerRevealed: (409, "answer_revealed"),
    core.KeyReused: (422, "key_reused"),
    core.InvalidResponse: (422, "invalid_response"),
    core.BlueprintShort: (409, "blueprint_short"),
    core.TimeFixed: (422, "time_fixed"),
    services.Conflict: (409, "conflict"),
    services.Refused: (422, "refused"),
    services.StoreFull: (507, "storage_full"),
    services.StoreError: (503, "unavailable"),
}


def request_id() -> str:
    """The id of this request, printed on error pages and in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def wants_json() -> bool:
    """Whether a script asked, rather than a person's browser."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def problem(status: int, code: str, **values: Any) -> ResponseReturnValue:
    """A refusal as a page, or as a Problem (RFC 9457) where a script asked."""
    if wants_json():
        body = {"type": "about:blank", "status": status, "code": code, "request_id": request_id(), **values}
        reply = jsonify(body)
        reply.status_code = status
        reply.mimetype = "application/problem+json"
        return reply
    page = render_template(
        "errors/refused.html",
        status=status,
        code=code,
        request_id=request_id(),
        values=values,
        way_on=login_url() if status == 401 else None,
    )
    return page, status


def init_errors(app: Flask) -> None:
    """Register the table, the HTTP errors and the last-resort handler."""
    for refusal, (status, code) in STATUSES.items():
        app.register_error_handler(refusal, _refusal_handler(status, code))
    app.register_error_handler(services.SignedOut, _signed_out)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(Overloaded, _overloaded)
    for status in default_exceptions:
        app.register_error_handler(status, _http_error)
    app.register_error_handler(Exception, _last_resort)


def _refusal_handler(status: int, code: str) -> Any:
    def handle(error: Exception) -> ResponseReturnValue:
        if status >= 500:
            log.error("request %s: %s", request_id(), error)
        detail = getattr(error, "code", None)
        return problem(status, code, detail=detail) if detail else problem(status, code)

    return handle


def _signed_out(error: Exception) -> ResponseReturnValue:
    if wants_json() or request.method not in {"GET", "HEAD"}:
        return problem(401, "signed_out")
    return redirect(login_url())


def _csrf(error: CSRFError) -> ResponseReturnValue:
    # Log-out clears the token with the session: whoever saves after that needs to sign in, not to reload.
    if "_user_id" not in session:
        return problem(401, "signed_out")
    return problem(400, "csrf")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    if error.code == 413:
        _drain()
    return problem(error.code, _HTTP_CODES.get(error.code, "http_error"))


def _drain() -> None:
    """Take in the rest of a body that is too large: a browser, or nginx, that is cut off reads no reply.

    Whoever announces more than is taken in would be cut off all the same, and is answered at once.
    """
    left = request.content_length or 0
    body = request.environ["wsgi.input"]
    while 0 < left <= MOST_DRAINED and (taken := body.read(min(left, _CHUNK))):
        left -= len(taken)


def _overloaded(error: Exception) -> ResponseReturnValue:
    reply = make_response(problem(503, "overloaded"))
    reply.headers["Retry-After"] = str(RETRY_SECONDS)
    return reply


def _strange_host(error: SecurityError) -> ResponseReturnValue:
    # Flask knows no routes under a host that is not ours; the page is drawn with the links of our own.
    own = urlsplit(site().settings.public_address)
    request_ctx.url_adapter = current_app.url_map.bind(own.netloc, url_scheme=own.scheme)
    return problem(400, "bad_request")


_HTTP_CODES = {400: "bad_request", 404: "not_found", 405: "method", 413: "too_large", 429: "too_many"}


def _last_resort(error: Exception) -> ResponseReturnValue:
    log.error("request %s failed", request_id(), exc_info=error)
    return problem(500, "failed")
