"""The attempt token: what a test screen carries so that its saves land where the log-in has lapsed.

It opens the saves of one attempt and nothing else, and lasts until deadline and grace, at most a day. It is
bound to the account's epoch (its uniquifier, which a change of password, role or state replaces) and to the
session that drew the page, so log-out ends it as well. A request that carries one is judged by it alone: no
cookie lends it rights, and no page of another site knows it, so it needs no CSRF token.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from json import JSONEncoder
from typing import Any, cast

from flask import Flask, current_app
from itsdangerous import BadData, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

from quizapp.services.errors import SignedOut
from quizapp.services.responses import AttemptToken, epoch_of
from quizapp.web.identity import Credential
from quizapp.web.signing import keys

EXTENSION = "quizapp-attempt-tokens"
HEADER, TOKEN_ENVIRON = "X-Attempt-Token", "HTTP_X_ATTEMPT_TOKEN"
"""Its header, and how a server hands that on."""
LIFE = timedelta(hours=24)
"""How long one lasts where no deadline ends it sooner; every page of the attempt brings a new one."""
_SALT = "quizapp-attempt"
_COMPACT = JSONEncoder(separators=(",", ":"))


class _AtOnce(SigningAlgorithm):
    """The signatures that the library makes, by one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The HMAC of a value, by SHA-1 as the library's is by default."""
        return hmac.digest(key, value, "sha1")


class AttemptTokens(URLSafeSerializer):
    """The tokens of one site: one signer, and nothing compressed, which costs more than the rest."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        super().__init__(secret_keys, salt=_SALT)
        # Its key is derived from the site's once, not with every signature.
        self._stamp = Signer(self.make_signer().derive_key(), key_derivation="none", algorithm=_AtOnce())

    def issue(self, public_id: str, held: Credential, now: datetime) -> str:
        """The token of an attempt, for a page that this credential may see."""
        claims = [public_id, epoch_of(held.uniquifier), held.session_digest, int(now.timestamp())]
        return self._stamp.sign(self.dump_payload(claims)).decode()

    def presented(self, text: str | None, public_id: str, now: datetime) -> AttemptToken | None:
        """What a token claims that came with a request for an attempt; None where there came none.

        Raises SignedOut for one that is forged, of another attempt, or too old.
        """
        if text is None:
            return None
        try:
            of, epoch, session_digest, issued = self.loads(text)
        except (BadData, TypeError, ValueError):
            raise SignedOut from None
        if of != public_id or not 0 <= now.timestamp() - issued <= LIFE.total_seconds() + 1:
            raise SignedOut
        return AttemptToken(epoch, session_digest)

    def dump_payload(self, obj: Any) -> bytes:
        """The claims as they stand in a token."""
        return base64_encode(_COMPACT.encode(obj))


def init_attempt_tokens(app: Flask) -> None:
    """Give an application, which has its keys, its attempt tokens."""
    app.extensions[EXTENSION] = AttemptTokens(keys(app))


def attempt_tokens() -> AttemptTokens:
    """The attempt tokens of the running application."""
    return cast(AttemptTokens, current_app.extensions[EXTENSION])
