"""Who is signed in: a frozen account, read once a request from the signed session."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import g, session

from quizapp.assessment.access import ANONYMOUS, Actor, Role
from quizapp.services import accounts
from quizapp.services.accounts import Account
from quizapp.services.errors import SignedOut
from quizapp.web.site import site

DEVICE = "device"
"""The name under which a session keeps the random id of its device."""


@dataclass(frozen=True)
class Credential:
    """What a session proves: the account's uniquifier, and the digest of this device's session id."""

    uniquifier: str
    session_digest: str


def credential() -> Credential | None:
    """The credential in the session, unchecked; None where nobody is signed in."""
    return credential_of(session)


def credential_of(held: Mapping[str, object]) -> Credential | None:
    """The credential in what a session holds."""
    uniquifier, device = held.get("_user_id"), held.get(DEVICE)
    if not isinstance(uniquifier, str) or not isinstance(device, str):
        return None
    return Credential(uniquifier, session_digest(device))


@lru_cache(4096)
def session_digest(device: str) -> str:
    """What the store keeps of a session id."""
    return hashlib.sha256(device.encode()).hexdigest()


def signed_in() -> Account | None:
    """The account that is signed in, active, on a session that has not ended; None otherwise."""
    if "account" not in g:
        held = credential()
        g.account = (
            accounts.find_signed_in(site().store, held.uniquifier, held.session_digest) if held else None
        )
    account: Account | None = g.account
    return account


def me() -> Account:
    """The account that is signed in; raises SignedOut where nobody is."""
    account = signed_in()
    if account is None:
        raise SignedOut
    return account


def actor() -> Actor:
    """Who asks, as the access policy knows them."""
    account = signed_in()
    return Actor(account.id, Role(account.role)) if account else ANONYMOUS
