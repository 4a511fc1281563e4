"""Who may do what, row by row, and who may see a key when."""

from collections.abc import Callable
from itertools import product

import pytest

from quizapp.assessment.access import (
    ALLOWED,
    ANONYMOUS,
    NOT_SITTING,
    Action,
    Actor,
    Ground,
    Released,
    Role,
    Sealed,
    Sitting,
    can,
    release,
    sealed_apart,
)
from quizapp.assessment.errors import KeyWithheld

#                              anonymous candidate author admin
TABLE = {
    Action.READ_PAGES:         (True,  True,  True,  True),
    Action.FIRST_SET_UP:       (True,  True,  True,  True),
    Action.SIT:                (False, True,  True,  True),
    Action.MANAGE_OWN_ACCOUNT: (False, True,  True,  True),
    Action.REPORT_PROBLEM:     (False, True,  True,  True),
    Action.CHECK_BANKS:        (False, False, True,  True),
    Action.PREVIEW_ITEMS:      (False, False, True,  True),
    Action.PUBLISH_BANKS:      (False, False, False, True),
    Action.MANAGE_PEOPLE:      (False, False, False, True),
    Action.READ_REPORTS:       (False, False, False, True),
    Action.INVIGILATE:         (False, False, False, True),
}  # fmt: skip
ROLES = (Role.ANONYMOUS, Role.CANDIDATE, Role.AUTHOR, Role.ADMIN)
ROWS = [
    (action, role, allowed) for action, row in TABLE.items() for role, allowed in zip(ROLES, row, strict=True)
]

OPEN_TEST = Sitting(frozenset({"held", "sibling"}))
FREE = Sealed("T1-0001", "v-free", "elsewhere")
HELD = Sealed("T1-0002", "v-held", "held")
SIBLING = Sealed("T1-0003", "v-sibling", "sibling")

Release = Callable[[tuple[Sealed, ...], Ground, bool, Sitting], Released]


# Who may do what


def test_the_table_names_every_action_and_every_role() -> None:
    assert set(TABLE) == set(Action) == set(ALLOWED)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(("action", "role", "allowed"), ROWS)
def test_a_role_may_do_what_the_table_says(action: Action, role: Role, allowed: bool) -> None:
    actor = Actor(None if role is Role.ANONYMOUS else 7, role)
    assert can(actor, action) is allowed


@pytest.mark.parametrize(("action", "role", "allowed"), ROWS)
def test_what_has_an_owner_is_open_to_the_owner_only(action: Action, role: Role, allowed: bool) -> None:
    assert can(Actor(7, role), action, owner_id=7) is allowed
    assert not can(Actor(7, role), action, owner_id=8)
    assert not can(Actor(None, role), action, owner_id=8)


def test_an_owner_of_number_0_is_an_owner() -> None:
    assert can(Actor(0, Role.CANDIDATE), Action.SIT, owner_id=0)
    assert not can(Actor(1, Role.ADMIN), Action.SIT, owner_id=0)
    assert not can(ANONYMOUS, Action.READ_PAGES, owner_id=0)


# Who may see a key when

SHOWN_TO_NOBODY = {Ground.MARKING, Ground.DEALING}


def leaks(release_one: Release) -> list[tuple[str, Ground, bool]]:
    """The keys that come out of an open timed test or without a true ground, over every case."""
    found = []
    for asked, ground, holds in product((FREE, HELD, SIBLING), Ground, (True, False)):
        for among in ((asked,), (FREE, asked), (asked, FREE)):
            due = holds and (asked is FREE or ground in SHOWN_TO_NOBODY)
            try:
                released = release_one(among, ground, holds, OPEN_TEST)
            except KeyWithheld:
                continue
            if not due and asked.version in released.versions:
                found.append((asked.item_id, ground, holds))
    return found


def test_no_ground_but_marking_and_dealing_opens_a_key_of_an_open_timed_test() -> None:
    assert leaks(release) == []


def test_the_check_for_leaks_finds_a_release_that_forgets_the_open_test() -> None:
    found = leaks(lambda asked, ground, holds, _: release(asked, ground, holds, NOT_SITTING))
    assert {(item_id, holds) for item_id, _, holds in found} == {("T1-0002", True), ("T1-0003", True)}
    assert {ground for _, ground, _ in found} == set(Ground) - SHOWN_TO_NOBODY


def test_the_check_for_leaks_finds_a_release_that_takes_any_ground_as_true() -> None:
    found = leaks(lambda asked, ground, _, sitting: release(asked, ground, True, sitting))
    assert {(item_id, holds) for item_id, _, holds in found} == {
        *(("T1-0001", False), ("T1-0002", False), ("T1-0003", False))
    }


@pytest.mark.parametrize("ground", Ground)
def test_a_true_ground_opens_all_that_is_asked_for_and_nothing_else(ground: Ground) -> None:
    released = release((FREE, HELD), ground, True, NOT_SITTING)
    assert (released.versions, released.ground) == ({"v-free", "v-held"}, ground)
    assert release((), ground, True, OPEN_TEST).versions == frozenset()


@pytest.mark.parametrize("ground", sorted(SHOWN_TO_NOBODY))
def test_marking_and_dealing_see_past_an_open_test_but_not_past_a_false_ground(ground: Ground) -> None:
    assert release((HELD, SIBLING), ground, True, OPEN_TEST).versions == {"v-held", "v-sibling"}
    with pytest.raises(KeyWithheld):
        release((HELD,), ground, False, NOT_SITTING)


@pytest.mark.parametrize("ground", sorted(set(Ground) - SHOWN_TO_NOBODY))
def test_one_item_that_stays_shut_keeps_all_of_them_shut_and_is_named(ground: Ground) -> None:
    with pytest.raises(KeyWithheld) as refused:
        release((FREE, SIBLING, HELD), ground, True, OPEN_TEST)
    assert refused.value.item_id == "T1-0003"


def test_the_concepts_of_an_open_test_part_what_is_free_from_what_must_wait() -> None:
    assert sealed_apart((HELD, FREE, SIBLING), OPEN_TEST) == ((FREE,), (HELD, SIBLING))
    assert sealed_apart((HELD, FREE), NOT_SITTING) == ((HELD, FREE), ())
    free, _ = sealed_apart((HELD, FREE, SIBLING), OPEN_TEST)
    assert release(free, Ground.REVIEW, True, OPEN_TEST).versions == {"v-free"}
