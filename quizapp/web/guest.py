"""The accounts library, walled in: its own blueprint, our forms, our clock, our links, and nothing beyond.

Its views serve registration, log-in and log-out, changing and recovering a password. What it would do on
every request of the application is moved to its blueprint here; `next` is a signed token or nothing.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, Protocol, cast

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in, user_logged_out
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.core import _context_processor
from flask_security.signals import reset_password_instructions_sent
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict

from quizapp.services import accounts
from quizapp.services.clock import Clock
from quizapp.services.errors import SignedOut
from quizapp.services.mail import Mailer
from quizapp.services.passwords import hash_password
from quizapp.web.forms import accounts as forms
from quizapp.web.guest_settings import LINK_SENT, GuestMail, GuestPasswords, configure, outbox
from quizapp.web.identity import DEVICE, credential, session_digest
from quizapp.web.limits import CHANGE, LOGIN, RECOVER, REGISTER, RESET, Allowance, limited
from quizapp.web.redirects import NEXT, target_url
from quizapp.web.signing import keys
from quizapp.web.site import EXTENSION, Site, site

GUEST = "security"
_RESET_SALT = "quizapp-reset"
_USER = "_user_id"
_CSRF = "csrf_token"
_KEPT_AT_LOGIN = (_USER, "_fresh", "_flashes")

_MAYBE_TAKEN = (
    "That address may have an account already. If it has, we have sent it a mail that says how to get in."
)


class GuestDatastore(Protocol):
    """What this module asks of the library's datastore beyond the library's own needs."""

    def find_session(self, uniquifier: str, session_digest: str) -> Any:
        """The account behind a session that has not ended, or None."""

    def committed(self) -> bool:
        """Commit; False, rolled back, where the e-mail address was taken meanwhile."""


def init_guest(app: Flask, datastore: SQLAlchemyUserDatastore) -> None:
    """Attach the library to an application that holds its Site, with the datastore of the store."""
    now = cast(Site, app.extensions[EXTENSION]).now
    configure(app, now)
    security = Security(
        app,
        datastore,
        login_form=forms.LoginForm,
        register_form=forms.RegisterForm,
        forgot_password_form=forms.ForgotPasswordForm,
        reset_password_form=forms.ResetPasswordForm,
        change_password_form=forms.ChangePasswordForm,
        mail_util_cls=GuestMail,
        password_util_cls=GuestPasswords,
    )
    security.reset_serializer = _reset_serializer(app, now)
    security.unauthn_handler(_signed_out)
    security.want_json(lambda _: False)
    security.context_processor(lambda: {"next_token": g.get("guest_next")})
    own = cast(GuestDatastore, datastore)
    _take_identity(app, security, own)
    _wrap_views(app, own)
    app.before_request_funcs[GUEST].insert(0, _only_forms_and_signed_targets)
    app.after_request_funcs.setdefault(GUEST, []).append(_finish)
    user_logged_in.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)
    reset_password_instructions_sent.connect(_spend_as_much_time, app)
    app.jinja_env.globals["public_url"] = public_url


def _take_identity(app: Flask, security: Security, datastore: GuestDatastore) -> None:
    """Move what it does on every request to the blueprint; `remove` raises if the library changes."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.before_request_funcs.setdefault(GUEST, []).append(security.principal._on_before_request)
    for processor in (_user_context_processor, _context_processor):
        app.template_context_processors[None].remove(processor)
        app.template_context_processors.setdefault(GUEST, []).append(processor)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.after_request_funcs.setdefault(GUEST, []).append(security.login_manager._update_remember_cookie)

    def load(_uniquifier: str) -> Any:
        held = credential()
        g.fs_authn_via = "session"
        return datastore.find_session(held.uniquifier, held.session_digest) if held else None

    security.login_manager.user_loader(load)
    security.login_manager._request_callback = None
    security.login_manager.session_protection = None


def _reset_serializer(app: Flask, now: Clock) -> URLSafeTimedSerializer:
    class ClockedSigner(TimestampSigner):
        """Signs with our clock's time."""

        def get_timestamp(self) -> int:
            return int(now().timestamp())

    return URLSafeTimedSerializer(keys(app), salt=_RESET_SALT, signer=ClockedSigner)


def _signed_out(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise SignedOut


def public_url(endpoint: str, **values: Any) -> str:
    """The address of a page as people type it, whatever the request says its host is."""
    return site().settings.public_address + url_for(endpoint, **values)


def reset_link(subject: str) -> str:
    """A link that changes the password of the account behind `subject`, once, within 10 minutes."""
    token = current_app.extensions["security"].reset_serializer.dumps([subject, None])
    return public_url("security.reset_password", token=token)


def _only_forms_and_signed_targets() -> None:
    """Before any view of the library: no JSON, no arguments, and no `next` but a target that we signed."""
    if request.is_json:
        abort(415)
    token = request.form.get(NEXT) or request.args.get(NEXT)
    target = target_url(token)
    g.guest_target, g.guest_next = target, token if target else None
    request.args = ImmutableMultiDict()
    request.form = ImmutableMultiDict([pair for pair in request.form.items(multi=True) if pair[0] != NEXT])


def _finish(response: Response) -> Response:
    """After any view of the library: send its mails, name its failures, and go where the person wanted."""
    if response.status_code < 400:
        for recipient, subject, body in outbox():
            _mailer().send(recipient, subject, body, site().now())
    outbox().clear()
    if request.method == "POST" and response.status_code == 200:
        response.status_code = 422
    if response.status_code == 302:
        response.status_code = 303
        if request.endpoint in {"security.login", "security.register"}:
            response.location = _after_login(response)
    return response


def _after_login(response: Response) -> str:
    if _USER not in session:
        return url_for("security.login", next=g.guest_next) if g.guest_next else url_for("security.login")
    return g.guest_target or response.location or url_for("attempts.index")


def _mailer() -> Mailer:
    return cast(GuestMail, current_app.extensions["security"].mail_util).mailer


def _begin_session(_app: Flask, **_values: Any) -> None:
    """A new session at log-in: a random id of this device, nothing of what was there before.

    The CSRF token stays where a person changes their password, for the pages open in other tabs. At any other
    log-in it is new, whatever session was there: somebody else may know its token.
    """
    again = request.endpoint == f"{GUEST}.change_password"
    kept = {name: session[name] for name in (*_KEPT_AT_LOGIN, *([_CSRF] if again else [])) if name in session}
    session.clear()
    session.update(kept)
    session[DEVICE] = secrets.token_urlsafe(32)
    if not again:
        g.pop(_CSRF, None)


def _end_session(_app: Flask, user: Any, **_values: Any) -> None:
    """At log-out the session's id is dead, in every copy of its cookie."""
    device = session.get(DEVICE)
    if isinstance(device, str) and getattr(user, "id", None) is not None:
        accounts.end_session(site().store, user.id, session_digest(device), site().now())
    session.clear()
    g.pop(_CSRF, None)
    g.pop("account", None)


def _spend_as_much_time(_app: Flask, **_values: Any) -> None:
    """The library hashes once where an address has no account; do the same where it has one."""
    hash_password("not-a-password")


def _wrap_views(app: Flask, datastore: GuestDatastore) -> None:
    allowances: dict[str, Allowance] = {
        "login": LOGIN,
        "register": REGISTER,
        "forgot_password": RECOVER,
        "reset_password": RESET,
        "change_password": CHANGE,
    }
    views = app.view_functions
    views["security.register"] = _registered_once(views["security.register"], datastore)
    views["security.forgot_password"] = _asked_once(views["security.forgot_password"])
    for name, allowance in allowances.items():
        views[f"{GUEST}.{name}"] = limited(allowance)(views[f"{GUEST}.{name}"])


def _registered_once(view: Callable[..., Any], datastore: GuestDatastore) -> Callable[..., Any]:
    @wraps(view)
    def register() -> ResponseReturnValue:
        response = make_response(view())
        if request.method != "POST" or response.status_code // 100 != 3:
            return response
        if not datastore.committed():
            session.clear()
            outbox().clear()
        if _USER not in session:
            flash(_MAYBE_TAKEN, "info")
        return response

    return register


def _asked_once(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def forgot_password() -> ResponseReturnValue:
        response = make_response(view())
        if request.method != "POST":
            return response
        # The library draws its page, and so spends its message, on a post too; ours comes after the redirect.
        session.pop("_flashes", None)
        flash(LINK_SENT, "info")
        return redirect(url_for("security.forgot_password"))

    return forgot_password
