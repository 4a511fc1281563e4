"""Every way of answering at a browser: saved without a click, there after a reload, and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.formats import native_examples
from quizapp.services.clock import system_clock
from quizapp.services.shipped import Outcome, load_all_shipped
from tests.journeys.booklets import Asked
from tests.journeys.browsing import Person, at_browser
from tests.journeys.display import small_or_dragged
from tests.journeys.sites import Site, running_site
from tests.journeys.test_accessibility import faults_of
from tests.journeys.test_keyboard import answer_and_go_on
from tests.journeys.test_sitting import (
    begin,
    choose,
    expect_saved,
    expect_stored,
    read_explanation,
    saved_answer,
)

pytestmark = pytest.mark.browser

LOOKED_AT = {"matching", "ordering", "short_text", "cloze"}
"""The kinds that no state of the accessibility tests shows."""
PHONE = {"width": 360, "height": 740}
_CASE = "    style: case\n    stimulus: case-two-bonds\n"
_OUTSIDE = """() => [...document.querySelectorAll("[name^=answer]")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().height < 44)
  .map((one) => one.name)"""


@pytest.fixture(scope="module")
def kinds(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the example of each interaction, and an exam that asks all of them."""
    root = tmp_path_factory.mktemp("banks")
    for path, text in native_examples.FILES.items():
        file = root / "example" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        alone = text.partition("templates:\n")[0].replace(_CASE, "    style: single\n")
        file.write_text(alone.replace("items: 2", f"items: {len(INTERACTIONS)}"), encoding="utf-8")

    def prepare(site: Site) -> None:
        (report,) = load_all_shipped(site.store, root, system_clock())
        assert report.outcome is Outcome.APPLIED, report

    with running_site(tmp_path_factory.mktemp("kinds"), shipped=False, prepare=prepare) as site:
        yield site


def sit_down(person: Person, email: str) -> tuple[Asked, ...]:
    """Begin the exam that asks everything; its questions."""
    person.seat(person.site.person(email))
    asked = begin(person, "Try-out")
    assert {one.item.interaction for one in asked} == set(INTERACTIONS)
    return asked


def shown(page: Page) -> dict[str, str]:
    """What stands in the fields of the answer, by name; of ticks, what is ticked."""
    fields = page.locator("[name^=answer]:is(select, input[type=text], :checked)")
    return {f"{one.get_attribute('name')}": one.input_value() for one in fields.all()}


def test_every_kind_is_saved_without_a_click_and_there_again_after_a_reload(
    browser: Browser, kinds: Site
) -> None:
    with at_browser(browser, kinds) as person:
        asked = sit_down(person, "kinds@example.org")
        public_id, page = person.attempt(), person.page
        page.set_viewport_size(PHONE)
        for one in asked:
            person.visit(f"/attempts/{public_id}/questions/{one.position}")
            choose(page, one, one.key)
            expect_stored(person, public_id, one, one.key)
            expect_saved(page)
            assert small_or_dragged(page) == [], one.item.id  # A08: every way of answering
            page.set_viewport_size(PHONE)
            before = shown(page)
            assert len(before) >= 1, one.item.id
            page.reload()
            assert shown(page) == before, one.item.id
            if one.item.interaction in LOOKED_AT:
                assert page.evaluate(_OUTSIDE) == [], one.item.id
                assert faults_of(page) == [], one.item.id
                page.set_viewport_size(PHONE)
        person.visit(f"/attempts/{public_id}/hand-in")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("heading", name="Result: Try-out")).to_be_visible()
        expect(page.get_by_text(f"{len(asked)} of {len(asked)}").first).to_be_visible()
        person.visit(f"/attempts/{public_id}/review")
        assert faults_of(page) == []


def test_every_kind_is_answered_by_a_plain_form(browser: Browser, kinds: Site) -> None:
    with at_browser(browser, kinds, script=False) as person:
        asked = sit_down(person, "plain@example.org")
        public_id = person.attempt()
        for one in asked:
            choose(person.page, one, one.key)
            person.press("Next" if one.position < len(asked) else "Finish")
            assert set(saved_answer(kinds, public_id, one.position)) == set(one.key), one.item.id
        for one in asked:
            person.visit(f"/attempts/{public_id}/questions/{one.position}")
            person.press("Clear my answer")
            assert saved_answer(kinds, public_id, one.position) == (), one.item.id
            choose(person.page, one, one.miss)
            person.press("Next" if one.position < len(asked) else "Finish")
        person.visit(f"/attempts/{public_id}/hand-in")
        person.page.get_by_role("button", name="Hand in").click()
        person.visit(f"/attempts/{public_id}/review")
        for one, article in zip(asked, person.page.locator("main article").all(), strict=True):
            read_explanation(article, one, one.miss)


def test_every_kind_is_answered_by_keyboard(browser: Browser, kinds: Site) -> None:
    with at_browser(browser, kinds) as person:
        asked = sit_down(person, "keys@example.org")
        public_id, page = person.attempt(), person.page
        walked: set[str] = set()
        for one in asked:
            answer_and_go_on(page, "Next" if one.position < len(asked) else "Finish", walked)
            assert saved_answer(kinds, public_id, one.position), one.item.id
        assert {"text", "select-one", "radio", "checkbox"} == walked


def test_control_a_field_that_no_script_watches_is_not_saved(browser: Browser, kinds: Site) -> None:
    with at_browser(browser, kinds) as person:
        asked = sit_down(person, "deaf@example.org")
        public_id, page = person.attempt(), person.page
        one = next(one for one in asked if one.item.interaction == "cloze")
        person.visit(f"/attempts/{public_id}/questions/{one.position}")
        page.evaluate("addEventListener('input', (e) => e.stopPropagation(), true)")
        page.evaluate("addEventListener('change', (e) => e.stopPropagation(), true)")
        choose(page, one, one.key)
        page.wait_for_timeout(1_500)
        assert saved_answer(kinds, public_id, one.position) == ()
