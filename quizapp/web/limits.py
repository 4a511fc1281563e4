"""How often a person may try: one limiter, keyed by account where one is known and by address otherwise."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, abort, current_app, make_response, request, session
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from quizapp.processors import on_any
from quizapp.services.errors import Refused
from quizapp.services.passwords import normalise_email
from quizapp.web.shedding import crowd

_EXTENSION = "quizapp-limits"
Key = tuple[str, ...]


@dataclass(frozen=True)
class Allowance:
    """How many tries a form takes: for one e-mail address from one network address, for one e-mail address
    from anywhere, and from one network address, behind which a whole classroom may sit.

    With `failures_only` a try that went well costs nothing, and clears the first count.
    """

    form: str
    account_here: RateLimitItem
    account: RateLimitItem
    address: RateLimitItem
    failures_only: bool


LOGIN = Allowance(
    "login", RateLimitItemPerMinute(10, 15), RateLimitItemPerHour(100), RateLimitItemPerHour(300), True
)
REGISTER = Allowance(
    "register", RateLimitItemPerMinute(10, 15), RateLimitItemPerHour(30), RateLimitItemPerHour(600), False
)
RECOVER = Allowance(
    "recover", RateLimitItemPerMinute(5, 15), RateLimitItemPerHour(10), RateLimitItemPerHour(300), False
)
RESET = Allowance(
    "reset", RateLimitItemPerMinute(30, 15), RateLimitItemPerHour(300), RateLimitItemPerHour(300), True
)
CHANGE = Allowance(
    "change", RateLimitItemPerMinute(10, 15), RateLimitItemPerHour(30), RateLimitItemPerHour(300), True
)
SETUP = Allowance(
    "setup", RateLimitItemPerMinute(10, 15), RateLimitItemPerHour(30), RateLimitItemPerHour(30), True
)


def account_or_address() -> str:
    """The signed-in account's uniquifier, else the address."""
    uniquifier = session.get("_user_id")
    return f"account:{uniquifier}" if isinstance(uniquifier, str) else f"address:{_address()}"


def _address() -> str:
    return request.remote_addr or "nowhere"


def _limiter() -> FixedWindowRateLimiter:
    return cast(FixedWindowRateLimiter, current_app.extensions[_EXTENSION])


def limited(allowance: Allowance) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Limit the posts to a view; a try has failed where the view answers with anything but a redirect.

    Who has tried too often gets 429. Nothing but these forms is shut: a live session goes on. Each of them
    hashes a password, which is done in turn; who is turned away has not tried.
    """

    def limit(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if request.method != "POST":
                return make_response(view(*args, **kwargs))
            counts = tuple(_counts(allowance))
            if not all(_limiter().test(item, *key) for item, key in counts):
                abort(429)
            with crowd().hashing.turn(), on_any():
                return _counted(lambda: make_response(view(*args, **kwargs)), allowance, counts)

        return guarded

    return limit


def _counted(
    view: Callable[[], Response], allowance: Allowance, counts: tuple[tuple[RateLimitItem, Key], ...]
) -> Response:
    limiter, spent = _limiter(), True
    try:
        response = view()
        spent = response.status_code // 100 != 3
    finally:
        if spent or not allowance.failures_only:
            for item, key in counts:
                limiter.hit(item, *key)
    if not spent and allowance.failures_only:
        limiter.clear(counts[0][0], *counts[0][1])
    return response


def _counts(allowance: Allowance) -> Iterator[tuple[RateLimitItem, Key]]:
    who, where = _typed_account(), _address()
    yield allowance.account_here, (allowance.form, "account-here", who, where)
    yield allowance.account, (allowance.form, "account", who)
    yield allowance.address, (allowance.form, "address", where)


def _typed_account() -> str:
    """A digest of the account that the form is about; addresses of people are kept nowhere in the clear."""
    typed = request.form.get("email")
    if typed is None:
        return account_or_address()
    with suppress(Refused):
        typed = normalise_email(typed)
    return hashlib.sha256(typed.encode(errors="replace")).hexdigest()


def init_limits(app: Flask) -> None:
    """Give an application its counts, kept in memory: there is one process, and a restart forgives."""
    app.extensions[_EXTENSION] = FixedWindowRateLimiter(MemoryStorage())
