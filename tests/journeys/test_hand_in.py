"""A06: whatever way a person hands in or leaves a part, a page first names what is unanswered and asks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests.journeys.booklets import begin, booklet, save
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

KINDS = (
    ("warm-up", Mode.TIMED, 10),
    ("practice-20", Mode.TIMED, 20),
    ("practice-20", Mode.TUTOR, 20),
    ("two-part-mock", Mode.TIMED, 30),
)
"""Every kind of attempt: without a limit, timed, in tutor mode, in parts; with the questions to answer."""
_ENDING = """() => [...document.forms]
  .filter((one) => /\\/(hand-in|leave)$/.test(new URL(one.action).pathname))
  .map((one) => [one.querySelector("button")?.innerText ?? "", document.querySelector("main").innerText])"""


def pages_of(public_id: str, exam: str, last: int) -> Iterator[str]:
    """Every page that a person with an open attempt comes by."""
    yield "/attempts/"
    yield "/exams/"
    yield f"/exams/treasuries/{exam}/"
    for position in (1, 2, last):
        yield f"/attempts/{public_id}/questions/{position}"
    for show in ("all", "unanswered", "flagged"):
        yield f"/attempts/{public_id}/check?show={show}"
    yield f"/attempts/{public_id}/hand-in"


def unasked_ways(person: Person, public_id: str, exam: str, last: int, unanswered: int) -> list[str]:
    """The pages from which one click ends a test or part without naming what is unanswered."""
    found, ways = [], 0
    for path in pages_of(public_id, exam, last):
        for button, text in person.visit(path).evaluate(_ENDING):
            ways += 1
            named = re.search(rf"\b{unanswered} unanswered", button) and f"{unanswered} unanswered" in text
            if not named:
                found.append(f"{path}: {button!r}")
    assert ways, "nothing ends the test at all"
    return found


def _open(person: Person, exam: str, mode: Mode) -> tuple[int, str]:
    account_id = person.site.person(f"{exam}-{mode.value}-{id(person)}@example.org")
    public_id = begin(person.site.store, account_id, exam, system_clock(), mode=mode)
    first = booklet(person.site.store, public_id)[0]
    save(person.site.store, account_id, public_id, 1, first.miss)
    person.seat(account_id)
    return account_id, public_id


@pytest.mark.parametrize(("exam", "mode", "asked"), KINDS)
def test_a06_every_way_out_names_what_is_unanswered_and_asks(
    sit: Sit, exam: str, mode: Mode, asked: int
) -> None:
    with sit() as person:
        account_id, public_id = _open(person, exam, mode)
        assert unasked_ways(person, public_id, exam, asked, asked - 1) == []
        standing = attempts.standing(person.site.store, account_id, public_id, system_clock())
        assert standing.attempt.open
        assert standing.current_part == 0
        person.page.locator("main form button").click()
        person.page.wait_for_load_state()
        after = attempts.standing(person.site.store, account_id, public_id, system_clock())
        assert after.current_part == (1 if len(after.attempt.parts) > 1 else None)
        if after.attempt.open:
            assert unasked_ways(person, public_id, exam, 31, 10) == []


def test_a06_control_a_button_that_hands_in_at_once_is_noticed(sit: Sit) -> None:
    with sit() as person:
        _, public_id = _open(person, "warm-up", Mode.TIMED)

        def at_once(route: Route) -> None:
            reply = route.fetch()
            form = (
                f'<form method="post" action="/attempts/{public_id}/hand-in"><button>Hand in</button></form>'
            )
            route.fulfill(response=reply, body=reply.text().replace("</main>", form + "</main>"))

        person.page.route("**/questions/10", at_once)
        assert unasked_ways(person, public_id, "warm-up", 10, 9) == [
            f"/attempts/{public_id}/questions/10: 'Hand in'"
        ]
