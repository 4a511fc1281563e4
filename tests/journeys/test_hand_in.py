"""A06: before anything hands in a test or leaves a part, a page names what is unanswered and asks."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from uuid import uuid4

import pytest
from playwright.sync_api import Route

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts, practice
from quizapp.services.clock import system_clock
from quizapp.services.responses import reveal
from tests.journeys.booklets import Asked, begin, booklet, save
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.sites import Site, ago

pytestmark = pytest.mark.browser

Begun = Callable[[Site, int], str]


def _exam(name: str, mode: Mode, site: Site, account_id: int) -> str:
    return begin(site.store, account_id, name, system_clock(), mode=mode)


def _topics(site: Site, account_id: int) -> str:
    return practice.begin(site.store, account_id, "treasuries", ("T1", "T2"), 5, system_clock(), 1)


def _what_went_wrong(site: Site, account_id: int) -> str:
    before = begin(site.store, account_id, "warm-up", ago(10))
    attempts.hand_in(site.store, account_id, before, ago(9))
    return practice.begin_wrong(site.store, account_id, before, system_clock(), 1)


WARM_UP, TWO_PARTS = partial(_exam, "warm-up", Mode.TIMED), partial(_exam, "two-part-mock", Mode.TIMED)
KINDS: dict[str, Begun] = {
    "without a limit": WARM_UP,
    "timed": partial(_exam, "practice-20", Mode.TIMED),
    "tutor mode": partial(_exam, "practice-20", Mode.TUTOR),
    "in parts": TWO_PARTS,
    "practice by topic": _topics,
    "practice of what went wrong": _what_went_wrong,
}
"""Every kind of attempt that a person can have open."""
_ENDING = """() => [...document.querySelectorAll("button, input[type=submit]")]
  .filter((one) => one.form && (one.form.elements.ending?.value || /\\/(hand-in|leave)$/.test(
    new URL(one.hasAttribute("formaction") ? one.formAction : one.form.action).pathname)))
  .map((one) => [one.innerText, document.querySelector("main").innerText])"""


def pages_of(public_id: str, asked: list[Asked]) -> Iterator[str]:
    """Every page that a person with an open attempt comes by, in a part with these questions."""
    yield from ("/attempts/", "/exams/", "/practice/")
    for one in (*asked[:2], asked[-1]):
        yield f"/attempts/{public_id}/questions/{one.position}"
    for show in ("all", "unanswered", "flagged"):
        yield f"/attempts/{public_id}/check?show={show}"
    yield f"/attempts/{public_id}/hand-in"


def unasked_ways(person: Person, paths: Iterable[str], unanswered: int) -> list[str]:
    """The pages from which one click ends a test or part without naming what is unanswered.

    The number has to stand on the button and once more beside it.
    """
    found, ways = [], 0
    for path in paths:
        for button, text in person.visit(path).evaluate(_ENDING):
            ways += 1
            named = all(
                re.search(rf"\b{unanswered} unanswered", one) for one in (button, text.replace(button, ""))
            )
            if not named:
                found.append(f"{path.rpartition('/')[2]}: {button}")
    assert ways, "nothing ends the test at all"
    return found


def _open(person: Person, begun: Begun) -> tuple[int, str, list[Asked]]:
    """An attempt with one answer, explained where it may be; the questions of its first part."""
    store, account_id = person.site.store, person.site.person(f"{uuid4().hex}@example.org")
    public_id = begun(person.site, account_id)
    asked = [one for one in booklet(store, public_id) if one.part == 0]
    save(store, account_id, public_id, 1, asked[0].miss)
    if attempts.standing(store, account_id, public_id, system_clock()).stored.mode is Mode.TUTOR:
        reveal(store, account_id, public_id, 1, system_clock())
    person.seat(account_id)
    return account_id, public_id, asked


@pytest.mark.every_case
@pytest.mark.parametrize("kind", KINDS)
def test_a06_every_way_out_names_what_is_unanswered_and_asks(sit: Sit, kind: str) -> None:
    with sit() as person:
        store = person.site.store
        account_id, public_id, asked = _open(person, KINDS[kind])
        assert unasked_ways(person, pages_of(public_id, asked), len(asked) - 1) == []
        standing = attempts.standing(store, account_id, public_id, system_clock())
        assert standing.attempt.open
        assert standing.current_part == 0
        person.page.locator("main form button").click()
        person.page.wait_for_load_state()
        after = attempts.standing(store, account_id, public_id, system_clock())
        assert after.current_part == (1 if len(after.attempt.parts) > 1 else None)
        if after.attempt.open:
            second = [one for one in booklet(store, public_id) if one.part == 1]
            assert unasked_ways(person, pages_of(public_id, second), len(second)) == []


@pytest.mark.every_case
def test_a06_other_practice_names_what_is_unanswered_in_the_open_one_and_asks(sit: Sit) -> None:
    with sit() as person:
        store = person.site.store
        account_id, public_id, asked = _open(person, _topics)
        page = person.visit("/practice/")
        person.allowed.add("status of 409")
        page.get_by_label("Price and yield").check()
        page.get_by_role("button", name="Practise these topics").click()
        page.wait_for_load_state()
        left = len(asked) - 1
        assert page.locator("h1").inner_text() == "Hand in your open practice?"
        assert f"{left} unanswered" in page.locator(".lede").inner_text()
        assert attempts.standing(store, account_id, public_id, system_clock()).attempt.open
        page.get_by_role("button", name=f"Hand in, {left} unanswered, and begin").click()
        page.wait_for_url("**/questions/1")
        assert public_id not in page.url
        assert not attempts.standing(store, account_id, public_id, system_clock()).attempt.open


_AT_ONCE = '<form method="post" action="/attempts/ATTEMPT/END"><button>Out</button></form></main>'
_OTHER_AT_ONCE = _AT_ONCE.replace("/attempts/ATTEMPT/END", "/practice/").replace(
    "<button>", '<input type="hidden" name="ending" value="ATTEMPT"><button>'
)


@pytest.mark.parametrize(
    ("begun", "page", "pattern", "instead", "said"),
    [
        (WARM_UP, "questions/10", "</main>", _AT_ONCE.replace("END", "hand-in"), "10: Out"),
        (_topics, "questions/5", "</main>", _OTHER_AT_ONCE, "5: Out"),
        (TWO_PARTS, "questions/30", "</main>", _AT_ONCE.replace("END", "parts/0/leave"), "30: Out"),
        (WARM_UP, "hand-in", r"(Hand in), \d+ unanswered", r"\1", "hand-in: Hand in"),
        (TWO_PARTS, "hand-in", r"\d+ unanswered,", "", "hand-in: Leave, 29 unanswered"),
    ],
    ids=[
        "hands in at once",
        "begins other practice at once",
        "leaves at once",
        "a button that names nothing",
        "a page that names nothing",
    ],
)
def test_a06_control_a_way_out_that_does_not_ask_is_noticed(
    sit: Sit, begun: Begun, page: str, pattern: str, instead: str, said: str
) -> None:
    with sit() as person:
        _, public_id, asked = _open(person, begun)

        def altered(route: Route) -> None:
            reply = route.fetch()
            body = re.sub(pattern, instead.replace("ATTEMPT", public_id), reply.text())
            route.fulfill(response=reply, body=body)

        person.page.route(f"**/{page}", altered)
        ways = dict.fromkeys(f"/attempts/{public_id}/{end}" for end in (page, "hand-in"))
        assert unasked_ways(person, ways, len(asked) - 1) == [said]
