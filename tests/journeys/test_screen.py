"""The test screen under a person's hands: what clicks, clocks and words do there."""

import pytest
from playwright.sync_api import Locator, Page, expect

from quizapp.services.clock import system_clock
from tests.journeys.booklets import begin, booklet
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.sites import ago
from tests.journeys.test_sitting import expect_saved, row, saved_answer

pytestmark = pytest.mark.browser


def at_question(person: Person, minutes_ago: float = 0.0) -> tuple[str, int, tuple[str, ...]]:
    """A question with one right option of a practice test begun some minutes ago; its options in order."""
    store = person.site.store
    account_id = person.site.person(f"screen-{id(person)}@example.org")
    person.seat(account_id)
    public_id = begin(store, account_id, "practice-20", ago(minutes_ago))
    asked = next(one for one in booklet(store, public_id) if one.item.interaction == "single_choice")
    person.visit(f"/attempts/{public_id}/questions/{asked.position}")
    return public_id, asked.position, asked.order


def test_a_second_click_on_the_chosen_row_takes_the_answer_back(sit: Sit) -> None:
    with sit() as person:
        public_id, position, options = at_question(person)
        row(person.page, options[1]).click()
        expect_saved(person.page)
        assert saved_answer(person.site, public_id, position) == (options[1],)
        box = row(person.page, options[1]).bounding_box()
        assert box
        person.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        expect(row(person.page, options[1]).locator("input")).not_to_be_checked()
        expect_stored_nothing(person, public_id, position)
        row(person.page, options[2]).click()
        expect(row(person.page, options[2]).locator("input")).to_be_checked()


def expect_stored_nothing(person: Person, public_id: str, position: int) -> None:
    for _ in range(100):
        if saved_answer(person.site, public_id, position) == ():
            return
        person.page.wait_for_timeout(50)
    raise AssertionError("the answer was not taken back")


def test_a_flag_shows_in_the_map_at_once_and_in_the_counts(sit: Sit) -> None:
    with sit() as person:
        _, position, _ = at_question(person)
        cell = person.page.locator(f'.cell[data-number="{position}"]')
        person.press("Flag")
        expect(cell.locator(".icon-flag")).to_be_visible()
        expect(cell).to_contain_text("flagged")
        expect(person.page.locator("[data-count=flagged]")).to_have_text("1")
        expect_saved(person.page)
        person.press("Flagged")
        expect(cell.locator(".icon-flag")).to_have_count(0)
        expect(person.page.locator("[data-count=flagged]")).to_have_text("0")
        expect_saved(person.page)


def test_a_struck_option_stays_struck_and_may_be_chosen(sit: Sit) -> None:
    with sit() as person:
        public_id, position, options = at_question(person)
        person.press("Strike out A")
        expect_saved(person.page)
        row(person.page, options[0]).click()
        expect_saved(person.page)
        person.page.reload()
        expect(person.page.get_by_role("button", name="Restore A")).to_be_visible()
        expect(row(person.page, options[0]).locator("input")).to_be_checked()
        assert saved_answer(person.site, public_id, position) == (options[0],)


def face(page: Page) -> Locator:
    return page.get_by_role("timer")


def test_a_hidden_clock_stays_hidden_on_the_next_question_until_it_is_asked_for(sit: Sit) -> None:
    with sit() as person:
        at_question(person)
        expect(face(person.page)).to_be_visible()
        person.press("Hide clock")
        expect(face(person.page)).to_be_hidden()
        person.press("Next")
        person.page.wait_for_load_state()
        expect(person.page.get_by_role("button", name="Show clock")).to_be_visible()
        expect(face(person.page)).to_be_hidden()
        person.press("Show clock")
        expect(face(person.page)).to_be_visible()


def test_the_last_five_minutes_are_told_once_and_bring_a_hidden_clock_back(sit: Sit) -> None:
    with sit() as person:
        at_question(person, minutes_ago=19.95)
        page = person.page
        expect(face(page)).to_have_attribute("aria-live", "off")
        told = page.locator("[data-module=announcer]")
        page.evaluate(
            """() => { window.told = []; new MutationObserver(
              () => window.told.push(document.querySelector("[data-module=announcer]").textContent)
            ).observe(document.querySelector("[data-module=announcer]"), {childList: true}); }"""
        )
        person.press("Hide clock")
        expect(told).to_have_text("5 minutes left")
        expect(face(page)).to_be_visible()
        expect(page.locator("[data-module=clock]")).to_have_attribute("data-state", "last-five")
        page.wait_for_timeout(700)
        assert page.evaluate("window.told") == ["5 minutes left"]


def test_a_question_with_several_answers_says_how_many_to_choose(sit: Sit) -> None:
    with sit() as person:
        for seed in range(40):
            account_id = person.site.person(f"several-{seed}-{id(person)}@example.org")
            public_id = begin(person.site.store, account_id, "practice-20", system_clock(), seed)
            several = [
                one
                for one in booklet(person.site.store, public_id)
                if one.item.interaction == "multiple_response"
            ]
            if several:
                break
        person.seat(account_id)
        page = person.visit(f"/attempts/{public_id}/questions/{several[0].position}")
        stated = f"Choose {len(several[0].key)}"
        expect(
            page.get_by_role("group", name=stated).or_(page.get_by_text("Choose all that apply"))
        ).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_every_page_of_a_test_has_one_primary_action(sit: Sit, script: bool) -> None:
    with sit(script=script) as person:
        public_id, position, _ = at_question(person)
        for path in (
            *("/attempts/", "/exams/treasuries/mock-50/", "/practice/"),
            *(f"/attempts/{public_id}/{end}" for end in (f"questions/{position}", "check", "hand-in")),
        ):
            assert person.visit(path).locator(".button.primary").count() == 1, path


def test_the_time_of_a_save_is_in_the_zone_of_the_site(sit: Sit) -> None:
    with sit() as person:
        _, _, options = at_question(person)
        row(person.page, options[0]).click()
        expect_saved(person.page)
        by_script = person.page.locator("[data-save-text]").inner_text()
        person.page.reload()
        assert person.page.locator("[data-save-text]").inner_text() == by_script


def test_what_a_browser_complains_of_is_noticed(sit: Sit) -> None:
    with pytest.raises(AssertionError, match="planted"), sit() as person:
        person.visit("/about").evaluate("console.error('planted')")
    with pytest.raises(AssertionError, match="another origin"), sit() as person:
        person.page.goto(person.site.address.replace("127.0.0.1", "localhost"))
    with pytest.raises(AssertionError, match="Content Security Policy"), sit() as person:
        person.visit("/about").evaluate(
            "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))"
        )
        person.page.wait_for_timeout(200)
