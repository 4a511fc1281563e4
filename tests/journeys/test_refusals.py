"""A change that is refused for good: the person is told why, where they are or where they land."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests.journeys.altered import Altered, alter
from tests.journeys.booklets import begin
from tests.journeys.conftest import Sit
from tests.journeys.houses import Stage, expect_line, line, row, running_house, staged
from tests.journeys.scenes import staged as with_a_break
from tests.journeys.sites import ago
from tests.journeys.test_outbox import at, open_question

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENDED = "this test, or this part of it, has ended"
SILENT: Altered = {"sitting.js": ("leaveWords(facts.troubles)", "null")}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_house(tmp_path_factory.mktemp("stage")) as house, staged(house) as stage:
        yield stage


def _after_the_end(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """The test is handed in elsewhere; a tab left standing goes to the result, which says why."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    place = sitting.choices[0]
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting)
        attempts.hand_in(sitting.house.store, sitting.account_id, sitting.public_id, sitting.house.clock())
        row(page, "near")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Result")
        expect(page.get_by_role("status").filter(has_text="Not saved")).to_have_text(
            f"Not saved, question {place}: {ENDED}. Everything saved before stands."
        )
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Result")
        page.wait_for_timeout(300)
        assert page.get_by_text("Not saved, question").count() == 0, "it is said twice"
        assert sitting.held() == {}


def test_a_save_that_meets_a_test_handed_in_says_so_on_the_result(stage: Stage, browser: Browser) -> None:
    _after_the_end(stage, browser)


def test_control_a_test_screen_that_goes_without_a_word_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="Not saved, question"):
        _after_the_end(stage, browser, SILENT)


def _after_a_part(sit: Sit, altered: Altered | None = None) -> None:
    """The part is left elsewhere: a tab left standing goes to the break, which says why."""
    with sit() as person:
        store, account_id = person.site.store, person.site.person(f"{uuid4().hex}@example.org")
        with with_a_break(store, minutes=1):
            public_id = begin(store, account_id, "two-part-mock", ago(2))
        person.seat(account_id)
        person.allowed.add("status of 409")
        alter(person.context, altered or {})
        page = person.visit(f"/attempts/{public_id}/questions/1")
        attempts.leave_part(store, account_id, public_id, 0, system_clock())
        page.get_by_role("button", name="Flag", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Break")
        expect(page.get_by_role("status").filter(has_text="Not saved")).to_have_text(
            f"Not saved, question 1: {ENDED}."
        )


def test_a_save_that_meets_a_part_that_was_left_says_so_in_the_break(sit: Sit) -> None:
    _after_a_part(sit)


def test_control_a_test_screen_that_goes_to_a_break_without_a_word_is_noticed(sit: Sit) -> None:
    with pytest.raises(AssertionError, match="Not saved, question"):
        _after_a_part(sit, SILENT)


def _told_before_handing_in(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """What the page before the hand-in could not save is told until that is saved, whatever else is."""
    stage.network.be_sound()
    sitting = stage.sit_down("number")
    refused = f"Not saved, question {sitting.number}: write the number"
    with at(sitting, browser, altered) as context:
        other = open_question(context, sitting, sitting.choices[0])
        page = open_question(context, sitting, sitting.number)
        stage.network.down = True
        page.locator("input[type=text][name=answer]").press_sequentially("12..5")
        expect_line(page, "Offline: 1 answer kept")
        page.goto(f"{sitting.home}hand-in")
        page.get_by_role("button", name="Hand in").click()
        expect_line(page, "Not handed in: Offline: 1 answer kept")
        stage.network.down = False
        expect_line(page, refused)
        row(other, "near")
        expect_line(other, "Saved ")
        row(other, "far")
        expect_line(other, "Saved ")
        other.wait_for_timeout(500)
        assert refused in line(page), "what is not saved is not told any more"
        open_question(context, sitting, sitting.number, page=other)
        other.locator("input[type=text][name=answer]").press_sequentially("12.5")
        expect_line(other, "Saved ")
        expect_line(page, "Saved ")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("heading", name="Result")).to_be_visible()


def test_a_refusal_before_the_hand_in_is_told_until_it_is_mended(stage: Stage, browser: Browser) -> None:
    _told_before_handing_in(stage, browser)


def test_control_a_refusal_that_goes_with_the_next_change_is_noticed(stage: Stage, browser: Browser) -> None:
    fleeting = {"sitting.js": ("one.position !== position || one.kind !== kind", "false")}
    with pytest.raises(AssertionError, match="not told any more"):
        _told_before_handing_in(stage, browser, fleeting)
