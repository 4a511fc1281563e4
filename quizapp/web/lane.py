"""The fast lane: a question and a save, which are nearly all of a test, past most of the framework.

It answers where nothing is unusual, and as the views would. All else, every refusal and whatever fails,
it leaves to the application behind it, which is asked the same: what a request that it declines has changed,
asking again leaves as it is. A save that was refused is not tried again: the view is handed the refusal.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.http import parse_cookie

from quizapp.assessment.access import Action, Actor, Role, can
from quizapp.services import accounts, responses, sitting
from quizapp.services.accounts import Account
from quizapp.services.errors import SignedOut
from quizapp.web import attempt_tokens, extra_time, origins, question_page, saves
from quizapp.web.attempt_tokens import AttemptTokens
from quizapp.web.errors import STATUSES
from quizapp.web.headers import NOT_A_PAGE, new_nonce, policy
from quizapp.web.hosts import own_host
from quizapp.web.identity import Credential, credential_of
from quizapp.web.question_page import Marks, QuestionPage
from quizapp.web.sessions import Sessions
from quizapp.web.site import EXTENSION, Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_SAVE = 64 * 1024
"""Bytes of a body that is read here."""
_PATH = re.compile(r"/attempts/([A-Za-z0-9_-]+)/(?:questions/([1-9][0-9]{0,8})|responses)")
_SAID_BEHIND: tuple[type[Exception], ...] = (*STATUSES, SignedOut, SecurityError)
"""What the application tells, and logs where it should be logged."""
log = logging.getLogger("quizapp.lane")


class Answer(NamedTuple):
    """A reply whose status is 200."""

    body: bytes
    headers: list[tuple[str, str]]


class Lane:
    """An application with the lane before it."""

    def __init__(self, inner: "WSGIApplication", app: Flask) -> None:
        self.inner = inner
        self._site = cast(Site, app.extensions[EXTENSION])
        self._page = cast(QuestionPage, app.extensions[question_page.EXTENSION])
        self._attempt_tokens = cast(AttemptTokens, app.extensions[attempt_tokens.EXTENSION])
        self._tokens = origins.tokens(app)
        self._sessions = cast(Sessions, app.session_interface)
        self._hosts = tuple(app.config["TRUSTED_HOSTS"])
        self._cookie = self._sessions.get_cookie_name(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self.answer(environ)
        if answer is None:
            return self.inner(environ, start_response)
        start_response("200 OK", answer.headers)
        return [answer.body]

    def answer(self, environ: "WSGIEnvironment") -> Answer | None:
        """The reply; None for what the application is to answer."""
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME"):
            return None
        public_id, position = found.groups()
        try:
            if position is None and environ["REQUEST_METHOD"] == "POST":
                return self._saved(environ, public_id)
            if position is not None and environ["REQUEST_METHOD"] == "GET":
                return self._question(environ, public_id, int(position))
        except _SAID_BEHIND:
            pass
        except Exception:
            log.exception("the fast lane failed; the application is asked")
        return None

    def _question(self, environ: "WSGIEnvironment", public_id: str, position: int) -> Answer | None:
        session = self._session(environ)
        held, csrf = credential_of(session), self._tokens.of(session)
        if held is None or csrf is None or "_flashes" in session:
            return None
        self._host(environ)
        store, now = self._site.store, self._site.now()
        with store.read():
            account = self._candidate(held)
            if account is None:
                return None
            shown = sitting.question(store, account.id, public_id, position, now)
            if shown.explained:
                return None
            extra = extra_time.part_words(store, shown.standing, shown.part)
        nonce = new_nonce()
        token = self._attempt_tokens.issue(public_id, held, now)
        marks = Marks(csrf, token, nonce, secrets.token_urlsafe(12))
        page = self._page.page(shown, account.preferences, marks, extra)
        return _answer(page, "text/html; charset=utf-8", policy(nonce))

    def _saved(self, environ: "WSGIEnvironment", public_id: str) -> Answer | None:
        session = self._session(environ)
        held = credential_of(session)
        if held is None or attempt_tokens.TOKEN_ENVIRON in environ or not self._from_here(environ, session):
            return None
        document = _document(environ)
        if document is None:
            return None
        save, now = saves.read(public_id, document), self._site.now()
        try:
            saved = responses.save_response(self._site.store, save, held.uniquifier, held.session_digest, now)
        except Exception as refusal:  # noqa: BLE001 - raised by the view
            environ[saves.REFUSAL] = refusal
            return None
        reply = json.dumps(saves.reply(saved, self._site.now()), separators=(",", ":")).encode()
        return _answer(reply, "application/json", NOT_A_PAGE)

    def _session(self, environ: "WSGIEnvironment") -> Mapping[str, Any]:
        return self._sessions.held(parse_cookie(environ.get("HTTP_COOKIE")).get(self._cookie))

    def _host(self, environ: "WSGIEnvironment") -> str:
        return own_host(environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), None, self._hosts)

    def _from_here(self, environ: "WSGIEnvironment", session: Mapping[str, Any]) -> bool:
        """Whether one of our own pages sent this, with the token of its session."""
        fetch_site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
        token = environ.get(origins.TOKEN_ENVIRON, "")
        foreign = origins.foreign(fetch_site, origin, self._host(environ))
        return not foreign and self._tokens.hold(session, token)

    def _candidate(self, held: Credential) -> Account | None:
        account = accounts.find_signed_in(self._site.store, held.uniquifier, held.session_digest)
        if account is None or not can(Actor(account.id, Role(account.role)), Action.SIT):
            return None
        return account


def _answer(body: bytes, kind: str, policy: str) -> Answer:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Vary", "Cookie"),
    ]
    return Answer(body, headers)


def _document(environ: "WSGIEnvironment") -> object:
    """The body as JSON; None where it is none, or too long. Who is asked next can read it again."""
    length = environ.get("CONTENT_LENGTH") or ""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if "HTTP_TRANSFER_ENCODING" in environ or kind != "application/json":
        return None
    if not length.isdecimal() or int(length) > LARGEST_SAVE:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        return cast(object, json.loads(body))
    except (ValueError, RecursionError):
        return None
