"""How sure one is, said in a real browser; then result and review without script, and on paper."""

import re

import pytest
from playwright.sync_api import expect

from quizapp.assessment.attempt import Kind
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store.attempts import find_attempt
from quizapp.store.responses import current_values, log_of
from tests.journeys.booklets import Asked, begin, booklet, save
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.sites import ago
from tests.journeys.test_sitting import expect_saved

pytestmark = pytest.mark.browser
A4 = "[0 0 594.95996 841.91998]"
PRINTED = {"width": 658, "height": 900}
"""The width that an A4 page leaves between its margins, in CSS pixels."""


def seated(person: Person, exam: str = "practice-20") -> tuple[str, int, tuple[Asked, ...]]:
    """A new person with a test that has run for ten minutes, and its questions."""
    account_id = person.site.person(f"hindsight-{id(person)}@example.org")
    person.seat(account_id)
    public_id = begin(person.site.store, account_id, exam, ago(10))
    return public_id, account_id, booklet(person.site.store, public_id)


def said(person: Person, public_id: str, position: int) -> tuple[str, ...]:
    with person.site.store.read() as conn:
        found = find_attempt(conn, public_id)
        assert found
        held = current_values(conn, found.id).get((position, Kind.CERTAINTY))
    return held.value if held else ()


def entries(person: Person, public_id: str) -> int:
    with person.site.store.read() as conn:
        found = find_attempt(conn, public_id)
        assert found
        return len(log_of(conn, found.id))


def test_how_sure_one_is_is_saved_as_it_is_said_and_stands_after_a_reload(sit: Sit) -> None:
    with sit() as person:
        public_id, _, _ = seated(person)
        page = person.visit(f"/attempts/{public_id}/questions/1")
        for word in ("Guess", "Sure"):
            with page.expect_response("**/responses") as reply:
                page.get_by_role("radio", name=word, exact=True).check()
            assert reply.value.status == 200
            assert said(person, public_id, 1) == (word.lower(),)
        expect_saved(page)
        page.reload()
        expect(page.get_by_role("radio", name="Sure", exact=True)).to_be_checked()
        person.press("Next")
        assert entries(person, public_id) == 2


def test_a_test_is_looked_back_on_without_script(sit: Sit) -> None:
    with sit(script=False) as person:
        public_id, account_id, asked = seated(person)
        one = next(one for one in asked if one.item.interaction == "single_choice")
        page = person.visit(f"/attempts/{public_id}/questions/{one.position}")
        page.locator(f"input[name=answer][value='{one.miss[0]}']").check(force=True)
        page.get_by_role("radio", name="Sure", exact=True).check()
        person.press("Next" if one.position < len(asked) else "Finish")
        assert said(person, public_id, one.position) == ("sure",)
        attempts.hand_in(person.site.store, account_id, public_id, system_clock())
        before = entries(person, public_id)
        page = person.visit(f"/attempts/{public_id}/review")
        assert page.locator("article h2").first.inner_text() == f"Question {one.position}"
        person.press("Misread")
        expect(page.locator("button[aria-pressed=true]")).to_have_text("Misread")
        person.follow("Hide answers and try again")
        assert page.locator(".rationale").count() == 0
        person.follow(f"Answer question {one.position} again")
        page.locator(f"input[name=answer][value='{one.key[0]}']").check(force=True)
        person.press("Check my answer")
        expect(page.get_by_text("Right this time")).to_be_visible()
        assert page.locator(".rationale").count() > 1
        assert entries(person, public_id) == before


def test_a_result_is_printed_on_a4_with_its_disclaimer_whole(sit: Sit) -> None:
    with sit() as person:
        public_id, account_id, asked = seated(person, "mock-50")
        for one in asked[:30]:
            save(person.site.store, account_id, public_id, one.position, one.key)
        save(person.site.store, account_id, public_id, 1, ("sure",), Kind.CERTAINTY)
        attempts.hand_in(person.site.store, account_id, public_id, system_clock())
        for name in ("result", "review?show=unsure"):
            page = person.visit(f"/attempts/{public_id}/{name}")
            sheets = re.findall(rb"/MediaBox (\[[^\]]*\])", page.pdf(prefer_css_page_size=True))
            assert sheets
            assert {one.decode() for one in sheets} == {A4}
            page.set_viewport_size(PRINTED)
            page.emulate_media(media="print")
            assert page.evaluate("document.scrollingElement.scrollWidth") == PRINTED["width"]
            for words in (
                "Not affiliated with, endorsed by or approved by IBF",
                "An independent, open-source",
            ):
                line = page.get_by_text(words).last
                expect(line).to_be_visible()
                room = line.evaluate(
                    "one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
                )
                assert max(room) <= 0
            expect(page.get_by_role("link", name="About, sources and licence")).to_be_hidden()
