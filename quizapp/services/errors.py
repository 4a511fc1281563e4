"""The refusals of services that are no rule of the core: what is not there, what came too late."""

from dataclasses import dataclass

from quizapp.store.errors import StoreError as StoreError
from quizapp.store.errors import StoreFull as StoreFull


class ServiceError(Exception):
    """The root of the services' refusals."""


class NotFound(ServiceError):
    """There is no such thing, or it is not the actor's: both read the same."""


class SignedOut(ServiceError):
    """Nobody is signed in where somebody must be."""


@dataclass
class Conflict(ServiceError):
    """The thing has changed since the person looked; `code` names what."""

    code: str


@dataclass
class PracticeOpen(ServiceError):
    """Other practice is open, and the person has not said that it may be handed in."""

    public_id: str


@dataclass
class Refused(ServiceError):
    """The request breaks a rule; `code` names it, `field` the field where there is one."""

    code: str
    field: str | None = None
