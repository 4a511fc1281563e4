"""An admin at the board gives time by keyboard while a candidate sits; both screens tell it at once."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests.journeys.booklets import booklet
from tests.journeys.conftest import Sit
from tests.journeys.sites import Site

pytestmark = pytest.mark.browser

SECONDS_LEFT = """() => document.querySelector("[data-clock-face]").textContent.split(":")
  .reduce((sum, one) => 60 * sum + Number(one), 0)"""


def _by_keyboard(page: Page, name: str, key: str = "Enter") -> None:
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name, exact=True)).first.focus()
    page.keyboard.press(key)


def test_time_given_at_the_board_is_on_the_candidates_screen_within_seconds(site: Site, sit: Sit) -> None:
    number = uuid4().hex[:8]
    admin, sitter = site.person(f"admin-{number}@example.org", "admin"), f"sitter-{number}@example.org"
    account_id = site.person(sitter)
    public_id = attempts.begin(
        site.store, account_id, "treasuries", "practice-20", Mode.TIMED, system_clock(), 1
    )
    with sit() as candidate, sit() as staff:
        candidate.seat(account_id)
        staff.seat(admin)
        dealt = booklet(site.store, public_id)
        choice = next(one.position for one in dealt if one.item.interaction == "single_choice")
        page = candidate.visit(f"/attempts/{public_id}/questions/{choice}")
        before = page.evaluate(SECONDS_LEFT)
        board = staff.visit("/board/")
        row = board.locator("[data-seat]", has_text=sitter)
        expect(row.locator("[data-cell=saved]")).to_have_text("nothing yet")
        place = row.bounding_box()
        page.locator(".option label").first.click()
        expect(page.locator("[data-module=save-state]")).to_have_attribute("data-state", "saved")
        board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(row.locator("[data-cell=answered]")).to_have_text("1 of 20")
        assert row.bounding_box() == place, "the board jumped"
        _by_keyboard(board, f"Give time to {sitter}")
        expect(board.get_by_role("heading", name=f"Give time to {sitter}")).to_be_visible()
        board.get_by_label("Technical fault").focus()
        board.keyboard.press("Space")
        _by_keyboard(board, "Go on")
        expect(board.get_by_text("Give 10 minutes more (technical fault)?")).to_be_visible()
        _by_keyboard(board, "Give 10 minutes")
        expect(board.get_by_text("Given: 10 minutes.")).to_be_visible()
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("[data-extra]")).to_have_text("Extra time: 10 min (technical fault)")
        expect(page.locator("[data-module=announcer]")).to_have_text("Extra time: 10 min (technical fault)")
        assert page.evaluate("document.activeElement.name") == "answer", "the focus was taken away"
        page.wait_for_timeout(1100)  # the clock's face moves once a second
        assert 0 <= before + 600 - page.evaluate(SECONDS_LEFT) < 60
        row = board.locator("[data-seat]", has_text=sitter)
        expect(row.locator("[data-cell=extra]")).to_have_text("10 min extra")
        board.get_by_role("link", name=f"Close the test of {sitter}").click()
        staff.press("Close it, 1 of 20 answered")
        expect(board.get_by_text("Closed. What was saved is marked")).to_be_visible()
        candidate.visit(f"/attempts/{public_id}/result")
        expect(page.get_by_text("10 minutes (technical fault)")).to_be_visible()


def test_the_board_works_without_a_script(site: Site, sit: Sit) -> None:
    number = uuid4().hex[:8]
    sitter = f"sitter-{number}@example.org"
    attempts.begin(
        site.store, site.person(sitter), "treasuries", "practice-20", Mode.TIMED, system_clock(), 1
    )
    with sit(script=False) as staff:
        staff.seat(site.person(f"admin-{number}@example.org", "admin"))
        page = staff.visit("/board/")
        expect(page.get_by_text("read again every 10 seconds")).to_be_hidden()
        page.get_by_role("link", name=f"Give time to {sitter}").click()
        page.get_by_label("25 % of each part's own minutes").check()
        page.get_by_label("Agreed arrangement").check()
        staff.press("Go on")
        staff.press("Give 25 % of each part's minutes")
        expect(page.locator("[data-seat]", has_text=sitter)).to_contain_text("extra")
        staff.follow("Refresh")
        expect(page.locator("[data-seat]", has_text=sitter)).to_contain_text("extra")
