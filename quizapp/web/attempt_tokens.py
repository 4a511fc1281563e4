"""The attempt token: what a test screen carries so that its saves land where the log-in has lapsed.

It opens the saves of one attempt and nothing else, and lasts until deadline and grace, at most a day. It is
bound to the account's epoch (its uniquifier, which a change of password, role or state replaces) and to the
session that drew the page, so log-out ends it as well. A request that carries one is judged by it alone: no
cookie lends it rights, and no page of another site knows it, so it needs no CSRF token.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from json import JSONEncoder
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from quizapp.services.errors import SignedOut
from quizapp.services.responses import AttemptToken, epoch_of
from quizapp.web.identity import Credential
from quizapp.web.signing import keys

HEADER = "X-Attempt-Token"
LIFE = timedelta(hours=24)
"""How long one lasts where no deadline ends it sooner; every page of the attempt brings a new one."""
_SALT = "quizapp-attempt"
_COMPACT = JSONEncoder(separators=(",", ":"))


def issue(public_id: str, held: Credential, now: datetime) -> str:
    """The token of an attempt, for a page that this credential may see."""
    claims = [public_id, epoch_of(held.uniquifier), held.session_digest, int(now.timestamp())]
    return _signing().signed(claims)


def presented(public_id: str, now: datetime) -> AttemptToken | None:
    """The token that this request carries for an attempt; None where it carries none.

    Raises SignedOut for one that is forged, of another attempt, or too old.
    """
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        of, epoch, session_digest, issued = _signing().loads(text)
    except (BadData, TypeError, ValueError):
        raise SignedOut from None
    if of != public_id or not 0 <= now.timestamp() - issued <= LIFE.total_seconds() + 1:
        raise SignedOut
    return AttemptToken(epoch, session_digest)


class _Tokens(URLSafeSerializer):
    """Signs with one signer, and without compressing: that costs more than the rest and saves few bytes."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        super().__init__(secret_keys, salt=_SALT)
        self._stamp = self.make_signer()

    def signed(self, claims: list[Any]) -> str:
        """The token that says so."""
        return self._stamp.sign(self.dump_payload(claims)).decode()

    def dump_payload(self, obj: Any) -> bytes:
        """The claims as they stand in a token."""
        return base64_encode(_COMPACT.encode(obj))


def _signing() -> _Tokens:
    return _signing_with(tuple(keys(current_app)))


@lru_cache(maxsize=8)
def _signing_with(secret_keys: tuple[str, ...]) -> _Tokens:
    return _Tokens(secret_keys)
