"""create_app: the only place where all floors meet."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, request
from flask.templating import Environment
from jinja2 import StrictUndefined
from jinja2.runtime import Context, Macro
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter

from quizapp.config import Secrets, Settings, keep_secrets
from quizapp.paths import STATIC, TEMPLATES
from quizapp.services.clock import Clock, SteadyClock, system_clock
from quizapp.services.health import Health
from quizapp.store.accounts import attach
from quizapp.store.transaction import Store
from quizapp.web import (
    accounts,
    attempts,
    board,
    comments,
    exams,
    items,
    notes,
    pages,
    practice,
    results,
    waiting,
)
from quizapp.web.assets import serve_assets
from quizapp.web.attempt_tokens import init_attempt_tokens
from quizapp.web.columns import Column, Word, refuse_undeclared
from quizapp.web.errors import init_errors
from quizapp.web.guest import GUEST, init_guest
from quizapp.web.headers import Always, csp_nonce, init_headers
from quizapp.web.hosts import own_host
from quizapp.web.identity import signed_in
from quizapp.web.lane import Lane
from quizapp.web.limits import init_limits
from quizapp.web.origins import init_origins
from quizapp.web.question_page import init_question_page
from quizapp.web.sessions import Sessions
from quizapp.web.shedding import init_shedding
from quizapp.web.site import EXTENSION, Site
from quizapp.web.templates import Unindented
from quizapp.web.words import init_words

COLUMNS: tuple[Column, ...] = (
    pages.column,
    accounts.column,
    exams.column,
    waiting.column,
    attempts.column,
    results.column,
    board.column,
    practice.column,
    notes.column,
    comments.column,
    items.column,
)
_LARGEST_FORM = 500_000


def _kept(macro: Callable[..., str], most: int = 512) -> Callable[..., str]:
    """A macro that draws once for the same arguments: `{% set icon = kept(icon) %}` after it.

    Only for one whose every argument can be hashed, and which draws from nothing but its arguments.
    """
    return lru_cache(most, typed=True)(macro)


_KEPT = type(_kept(str))


class Names(Context):
    """What a template may name, and how it calls that."""

    def call(
        self, called: Any, /, *args: Any, _block_vars: Any = None, _loop_vars: Any = None, **named: Any
    ) -> Any:
        """What is asked of any other function, whether it wants the context, is known of a macro."""
        if type(called) is _KEPT:
            return called(*args, **named)
        if type(called) is Macro:
            return called(self.eval_ctx, *args, **named)
        return super().call(called, *args, _block_vars=_block_vars, _loop_vars=_loop_vars, **named)


class Pages(Environment):
    """Templates that share one plain dict of globals: a chain of maps costs every import of a macro."""

    context_class = Names

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template; ours add none of their own."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """The framework's application with our templates; no function of ours or of a library is a coroutine."""

    jinja_environment = Pages

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself, which the framework would look at again with every request."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The framework's, with the site's one name; a host that was found to be ours is not judged again."""
        if request is None:
            return super().create_url_adapter(None)
        request.trusted_hosts = self.config["TRUSTED_HOSTS"]
        header, server = request.headers.get("host"), request.server
        request.host = own_host(request.scheme, header, server, tuple(request.trusted_hosts or ()))
        return self.url_map.bind_to_environ(request.environ, subdomain="")


def create_app(
    settings: Settings,
    store: Store | None = None,
    now: Clock = system_clock,
    secrets: Secrets | None = None,
    steady: Callable[[], float] | None = None,
) -> Flask:
    """The site over a migrated database; tests hand in their own store, clock and secrets.

    `steady` counts seconds, whoever sets the clock: with it the site watches its clock, and follows no step.
    """
    app = Application("quizapp", template_folder=str(TEMPLATES), static_folder=None)
    app.jinja_options = {"cache_size": -1, "extensions": [Unindented]}
    https = settings.public_address.startswith("https:")
    _configure(app, settings, secrets or keep_secrets(settings.data), https)
    app.session_interface = Sessions(app)
    opened = store or Store(settings.store_url)
    clock = SteadyClock(now, steady) if steady else now
    app.extensions[EXTENSION] = Site(settings, opened, clock, Health(opened, now, steady))
    app.url_map.converters.update(default=Word, string=Word)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_errors(app)
    app.before_request(_bound_plain_bodies)
    init_origins(app)
    init_attempt_tokens(app)
    init_headers(app)
    for column in COLUMNS:
        app.register_blueprint(column)
    init_guest(app, attach(app, settings.store_url, clock))
    init_limits(app)
    init_words(app, settings)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, kept=_kept)
    init_question_page(app)
    # Filters, since what a filter makes of a constant is written into the template as it is compiled.
    app.jinja_env.filters.update(asset=serve_assets(app, STATIC), path=app.url_map.bind("").build)
    app.context_processor(lambda: {"account": signed_in()})
    refuse_undeclared(app, guests=(GUEST,))
    app.wsgi_app = Lane(app.wsgi_app, app)  # type: ignore[method-assign]
    init_shedding(app, settings.threads)
    app.wsgi_app = Always(app.wsgi_app, https)  # type: ignore[method-assign]
    if settings.behind_proxy:
        hops = settings.behind_proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings, secrets: Secrets, https: bool) -> None:
    address = urlsplit(settings.public_address)
    app.config.update(
        SECRET_KEY=secrets.session_key,
        SECRET_KEY_FALLBACKS=list(secrets.older_session_keys),
        SECURITY_PASSWORD_SALT=secrets.password_salt,
        MAX_CONTENT_LENGTH=settings.max_upload_mib * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_NAME="__Host-quizapp" if https else "quizapp",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=sorted({address.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"}),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _bound_plain_bodies() -> None:
    """Only uploads may be as large as a file: Flask itself bounds the fields of their kind of form alone."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = _LARGEST_FORM
