"""The end of time: a page at 0:00 gets to the result and is never stuck (T16), a break to the next part."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from quizapp.assessment.attempt import GRACE
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests.journeys.booklets import begin
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.scenes import staged
from tests.journeys.sites import ago

pytestmark = pytest.mark.browser
LENGTH = timedelta(minutes=25)
"""Of the practice test."""
PROMISED = timedelta(seconds=5)
"""From the end of the grace to the result."""
SOON = timedelta(seconds=2)
"""As much where it never comes."""
SHORT, BREAK, MINUTE = timedelta(seconds=3), timedelta(seconds=5), timedelta(minutes=1)


def _ending(person: Person, left: timedelta) -> str:
    """The address of a question of a test that has so much time left."""
    account_id = person.site.person(f"{uuid4().hex}@example.org")
    public_id = begin(person.site.store, account_id, "practice-20", system_clock() + left - LENGTH)
    person.seat(account_id)
    return f"/attempts/{public_id}/questions/1"


def _reaches_the_result(page: Page, within: timedelta = PROMISED) -> None:
    """T16's check: from 0:00 on the result comes once the grace is over, without a hand on the page."""
    patience = (GRACE + within).total_seconds() * 1000
    expect(page).to_have_url(re.compile("/result$"), timeout=patience)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Result")


@pytest.mark.every_case
def test_t16_a_reload_at_zero_and_a_start_with_nothing_left_reach_the_result(sit: Sit) -> None:
    with sit() as person, sit() as other:
        page = person.visit(_ending(person, SHORT))
        expect(page.locator("[data-clock-face]")).to_have_text("0:00")
        page.reload()
        other.visit(_ending(other, timedelta(0)))
        _reaches_the_result(page)
        _reaches_the_result(other.page)


def test_the_page_of_a_break_goes_on_to_the_next_part_by_itself(sit: Sit) -> None:
    with sit() as person:
        store, account_id = person.site.store, person.site.person(f"{uuid4().hex}@example.org")
        with staged(store, minutes=1):
            public_id = begin(store, account_id, "two-part-mock", ago(2))
        attempts.leave_part(store, account_id, public_id, 0, system_clock() + BREAK - MINUTE)
        person.seat(account_id)
        page = person.visit(f"/attempts/{public_id}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Break")
        expect(page).to_have_url(re.compile("/questions/[0-9]+$"))


def test_t16_control_a_page_whose_script_does_not_come_is_stuck(sit: Sit) -> None:
    with sit() as person:
        person.page.route("**/js/sitting.js", lambda route: route.abort())
        person.allowed.add("ERR_FAILED")
        page = person.visit(_ending(person, timedelta(0)))
        with pytest.raises(AssertionError):
            _reaches_the_result(page, SOON)
