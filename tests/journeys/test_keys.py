"""The keys of the test screen and of the review, and what a person prefers of the pages."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests.journeys.altered import alter
from tests.journeys.booklets import booklet, save
from tests.journeys.browsing import PATIENCE_MS, Person
from tests.journeys.conftest import Sit
from tests.journeys.test_accessibility import RULES, RUN
from tests.journeys.test_screen import at_question
from tests.journeys.test_sitting import IMPATIENCE_MS, expect_saved, owner

pytestmark = pytest.mark.browser

ALMOST_OVER = 24.3
"""Minutes of the 25 of a practice test that have passed when somebody asks for more."""
LARGEST = 24
"""The largest text in pixels, where the browser's own is 16."""


def chosen(page: Page) -> list[str]:
    """The letters that are chosen."""
    found: list[str] = page.locator("input[name=answer]:checked").evaluate_all(
        "all => all.map((one) => one.dataset.letter)"
    )
    return found


def go(page: Page, key: str, path: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation(url=re.compile(re.escape(path))):
        page.keyboard.press(key)


def test_every_key_of_the_test_screen_does_what_the_help_says(sit: Sit) -> None:
    with sit() as person:
        public_id, _, _ = at_question(person)
        page, home = person.page, f"/attempts/{public_id}"
        for key, letter in (("b", "B"), ("1", "A"), ("3", "C")):
            page.keyboard.press(key)
            assert chosen(page) == [letter]
        page.keyboard.press("Shift+A")
        expect(page.get_by_role("button", name="Restore A", exact=True)).to_be_visible()
        page.keyboard.press("Shift+A")
        expect(page.get_by_role("button", name="Strike out A", exact=True)).to_be_visible()
        for key, label in (("m", "Flagged"), ("Alt+f", "Flag")):
            page.keyboard.press(key)
            expect(page.get_by_role("button", name=label, exact=True)).to_be_visible()
        for key, word in (("s", "sure"), ("u", "unsure"), ("g", "guess")):
            page.keyboard.press(key)
            expect(page.locator(f"[name=certainty][value={word}]")).to_be_checked()
        page.keyboard.press("t")
        expect(page.locator("[data-module=announcer]")).to_have_text(re.compile(r"^\d+ minutes? .*left$"))
        page.keyboard.press("Shift+?")
        expect(page.get_by_role("rowheader", name="Choose an option")).to_be_visible()
        expect_saved(page)
        go(page, "r", f"{home}/check")
        page.goto(f"{person.site.address}{home}/questions/2")
        for key, place in (("j", 3), ("k", 2), ("Alt+n", 3), ("Alt+p", 2)):
            go(page, key, f"{home}/questions/{place}")
        page.keyboard.press("Shift+?")
        page.get_by_label("Off", exact=True).check()
        expect(page.get_by_text("Kept", exact=True)).to_be_visible()
        page.keyboard.press("j")
        go(page, "Alt+n", f"{home}/questions/3")
        page.keyboard.press("m")
        expect(page.get_by_role("button", name="Flag", exact=True)).to_be_visible()


def test_keys_are_quiet_while_somebody_types(sit: Sit) -> None:
    with sit() as person:
        public_id, _, _ = at_question(person)
        person.press("Calculator")
        person.page.locator("#calculator").press("b")
        assert chosen(person.page) == []
        typed = [
            one for one in booklet(person.site.store, public_id) if one.item.interaction == "numeric_entry"
        ]
        page = person.visit(f"/attempts/{public_id}/questions/{typed[0].position}")
        page.get_by_label("Your answer").press_sequentially("1m2")
        page.keyboard.press("Alt+f")
        expect(page.get_by_label("Your answer")).to_have_value("1m2")
        expect(page.get_by_role("button", name="Flag", exact=True)).to_be_visible()


def _more_by_one_key(person: Person, patience_ms: float = PATIENCE_MS) -> None:
    """In the last minute of practice one key gives more time."""
    at_question(person, minutes_ago=ALMOST_OVER)
    page = person.page
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^0:[2-5]\d$"))
    expect(page.get_by_role("button", name="I need more time")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^[23]:\d\d$"), timeout=patience_ms)


@pytest.mark.every_case
def test_a03_more_time_is_one_key_away(sit: Sit) -> None:
    with sit() as person:
        _more_by_one_key(person)


def test_a03_control_a_key_that_gives_none_is_noticed(sit: Sit) -> None:
    with sit() as person:
        alter(person.page, {"keys.js": ('addEventListener("keydown", press);', "")})
        with pytest.raises(AssertionError):
            _more_by_one_key(person, IMPATIENCE_MS)


def test_the_review_is_walked_by_keys_and_a_miss_gets_its_reason(sit: Sit) -> None:
    with sit() as person:
        public_id, _, _ = at_question(person)
        store, account_id = person.site.store, owner(person, public_id)
        first = booklet(store, public_id)[0]
        save(store, account_id, public_id, first.position, first.miss)
        attempts.hand_in(store, account_id, public_id, system_clock())
        page = person.visit(f"/attempts/{public_id}/review?order=test")
        for key, place in (("j", 2), ("j", 3), ("k", 2), ("Alt+p", 1)):
            page.keyboard.press(key)
            expect(page.locator(f"#question-{place}")).to_be_focused()
        go(page, "2", f"#question-{first.position}")
        misread = page.locator(f"#question-{first.position}").get_by_role("button", name="Misread")
        expect(misread).to_have_attribute("aria-pressed", "true")


def test_text_and_colours_change_at_once_and_stay_without_a_fault_in_high_contrast(sit: Sit) -> None:
    with sit() as person:
        public_id, position, _ = at_question(person)
        page, pace = person.page, person.page.locator("[data-pace]")
        page.get_by_text("Text, colours and pace").click()
        expect(pace).to_be_hidden()
        for label in ("Largest", "High contrast", "Shown"):
            page.get_by_label(label, exact=True).check()
            expect(page.get_by_text("Kept", exact=True)).to_be_visible()
        expect(pace).to_have_text("On pace")
        page.set_viewport_size({"width": 1280, "height": 3_000})  # the bar at the foot covers nothing then
        for path in (
            f"/attempts/{public_id}/questions/{position}",
            f"/attempts/{public_id}/check",
            "/accounts/",
        ):
            person.visit(path)
            size = page.locator("body").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
            assert size == LARGEST
            page.evaluate(AXE_SCRIPT)
            assert page.evaluate(RUN, {"type": "tag", "values": RULES}) == []


def test_without_script_the_choices_are_a_form_like_any_other(sit: Sit) -> None:
    with sit(script=False) as person:
        at_question(person)
        page = person.page
        page.get_by_text("Text, colours and pace").click()
        page.get_by_label("Dark", exact=True).check()
        person.press("Save these choices")
        expect(page).to_have_url(re.compile("/questions/[0-9]+$"))
        expect(page.locator("html")).to_have_attribute("data-colours", "dark")
