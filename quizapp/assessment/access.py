"""Who may do what, and who may see a key when: one table of actions and one door to the secrets."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from quizapp.assessment.errors import KeyWithheld


class Role(StrEnum):
    """What an account is; `ANONYMOUS` stands for nobody signed in."""

    ANONYMOUS = "anonymous"
    CANDIDATE = "candidate"
    AUTHOR = "author"
    ADMIN = "admin"


ROLES = tuple(one.value for one in Role if one is not Role.ANONYMOUS)
"""What an account can be."""


@dataclass(frozen=True)
class Actor:
    """Who asks. `id` is None for nobody signed in."""

    id: int | None
    role: Role


ANONYMOUS = Actor(None, Role.ANONYMOUS)
SIGNED_IN = frozenset({Role.CANDIDATE, Role.AUTHOR, Role.ADMIN})
EVERYONE = SIGNED_IN | {Role.ANONYMOUS}


class Action(StrEnum):
    """Everything that a route can be about."""

    READ_PAGES = "read_pages"
    SIT = "sit"
    MANAGE_OWN_ACCOUNT = "manage_own_account"
    REPORT_PROBLEM = "report_problem"
    CHECK_BANKS = "check_banks"
    PREVIEW_ITEMS = "preview_items"
    PUBLISH_BANKS = "publish_banks"
    MANAGE_PEOPLE = "manage_people"
    READ_REPORTS = "read_reports"
    INVIGILATE = "invigilate"
    FIRST_SET_UP = "first_set_up"


ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ_PAGES: EVERYONE,
    Action.FIRST_SET_UP: EVERYONE,
    Action.SIT: SIGNED_IN,
    Action.MANAGE_OWN_ACCOUNT: SIGNED_IN,
    Action.REPORT_PROBLEM: SIGNED_IN,
    Action.CHECK_BANKS: frozenset({Role.AUTHOR, Role.ADMIN}),
    Action.PREVIEW_ITEMS: frozenset({Role.AUTHOR, Role.ADMIN}),
    Action.PUBLISH_BANKS: frozenset({Role.ADMIN}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Action.READ_REPORTS: frozenset({Role.ADMIN}),
    Action.INVIGILATE: frozenset({Role.ADMIN}),
}


def can(actor: Actor, action: Action, owner_id: int | None = None) -> bool:
    """Whether the actor may do this; with `owner_id`, only where the thing is the actor's own."""
    if actor.role not in ALLOWED[action]:
        return False
    return owner_id is None or owner_id == actor.id


class Ground(StrEnum):
    """Why a key may be seen."""

    REVIEW = "review"
    REVEALED = "revealed"
    SAMPLE = "sample"
    PREVIEW = "preview"
    MARKING = "marking"
    DEALING = "dealing"


_UNSEEN = frozenset({Ground.MARKING, Ground.DEALING})
"""Grounds on which the program reads what it shows to nobody."""


@dataclass(frozen=True)
class Sitting:
    """The concepts held in an account's open timed attempts: their items and all siblings."""

    concepts: frozenset[str]


NOT_SITTING = Sitting(frozenset())


@final
@dataclass(frozen=True)
class Released:
    """Leave to read the secrets of some item versions; only `release` makes one."""

    versions: frozenset[str]
    ground: Ground


@dataclass(frozen=True)
class Sealed:
    """An item version whose secrets are asked for: enough to decide, nothing to leak."""

    item_id: str
    version: str
    concept: str


def release(asked: tuple[Sealed, ...], ground: Ground, holds: bool, sitting: Sitting) -> Released:
    """Leave to read the secrets of all that is asked for, or KeyWithheld naming the first that stays shut.

    `holds` says that the ground is true: the attempt is closed and the actor's own, the answer was revealed
    in tutor mode, the item is a live sample, the actor may preview items. Whatever the ground, an item or a
    sibling in an open timed attempt of the same account stays shut; only marking and dealing see past that.
    """
    for one in asked:
        shut = ground not in _UNSEEN and one.concept in sitting.concepts
        if not holds or shut:
            raise KeyWithheld(one.item_id)
    return Released(frozenset(one.version for one in asked), ground)


def sealed_apart(
    asked: tuple[Sealed, ...], sitting: Sitting
) -> tuple[tuple[Sealed, ...], tuple[Sealed, ...]]:
    """What may be asked for now, and what must wait until the open timed attempt is handed in."""
    free = tuple(one for one in asked if one.concept not in sitting.concepts)
    return free, tuple(one for one in asked if one.concept in sitting.concepts)
