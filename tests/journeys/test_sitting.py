"""The main journey: register, sit the 20-question test through every mishap, hand in, read the reasons."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from quizapp.assessment.attempt import Kind
from quizapp.assessment.item import Response
from quizapp.assessment.scoring import Result, mark_booklet, result_of
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store import responses as response_rows
from quizapp.web.words import marks
from tests.journeys.booklets import Asked, booklet
from tests.journeys.browsing import Person, at_browser
from tests.journeys.conftest import Sit
from tests.journeys.sites import Site, running_site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

WRONG, LEFT_OUT, FLAGGED = {4, 9}, 6, 7
"""Positions that a journey answers wrongly, leaves unanswered and flags; everything else is right."""


@pytest.fixture(params=["sqlite", "postgresql"])
def any_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The shipped site, once on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
        return
    with running_site(tmp_path, str(request.getfixturevalue("postgresql_url"))) as site:
        yield site


def begin(person: Person, exam: str = "Practice test") -> tuple[Asked, ...]:
    """From the home page to the first question of an exam; the questions with their keys."""
    person.visit("/")
    person.follow("See the exams")
    person.follow(f"Read the rules: {exam}")
    person.page.get_by_role("button", name="Begin: ").click()
    expect(person.page.get_by_role("heading", name="Question 1")).to_be_visible()
    return booklet(person.site.store, person.attempt())


def row(page: Page, option: str) -> Locator:
    """The whole row of an option, as a person clicks it."""
    return page.locator(f'[data-option="{option}"] label')


def choose(page: Page, asked: Asked, value: Response) -> None:
    """Answer the question on the page: click rows, or type the number."""
    if asked.order:
        for one in value:
            row(page, one).click()
    else:
        page.get_by_label("Your answer").fill(value[0])


def wanted(asked: Asked) -> Response:
    """What the journey answers to a question."""
    return asked.miss if asked.position in WRONG else asked.key


def places_of_mishaps(asked: tuple[Asked, ...]) -> list[int]:
    """Two questions in the middle with one right option: for the second tab, and for the cut."""
    spoken_for = {1, 20, LEFT_OUT, FLAGGED, *WRONG}
    singles = [one.position for one in asked if one.item.interaction == "single_choice"]
    return [position for position in singles if position not in spoken_for][:2]


def letter(asked: Asked, option: str) -> str:
    return chr(ord("A") + asked.order.index(option))


def saved_answer(site: Site, public_id: str, position: int) -> Response:
    """What the database holds as the present answer."""
    return stored_answers(site, public_id).get(position, ())


def stored_answers(site: Site, public_id: str) -> dict[int, Response]:
    with site.store.read() as conn:
        found = attempts.rows.find_attempt(conn, public_id)
        assert found
        current = response_rows.current_values(conn, found.id)
    return {position: held.value for (position, kind), held in current.items() if kind is Kind.ANSWER}


def core_result(site: Site, public_id: str) -> Result:
    """The result that the core's own scoring gives for what the database holds."""
    with site.store.read() as conn:
        found = attempts.rows.find_attempt(conn, public_id)
    assert found
    asked = booklet(site.store, public_id)
    dealt = [(one.position, one.part, one.seen_before, one.item, one.secret) for one in asked]
    return result_of(found.profile, mark_booklet(found.profile, dealt, stored_answers(site, public_id)))


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-text]")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))


def expect_stored(person: Person, public_id: str, asked: Asked, value: Response) -> None:
    """What is on the screen reaches the database, the last of several clicks too."""
    for _ in range(100):
        if set(saved_answer(person.site, public_id, asked.position)) == set(value):
            return
        person.page.wait_for_timeout(50)
    raise AssertionError(f"question {asked.position}: {value} did not reach the database")


def hand_in(person: Person, public_id: str) -> None:
    """From the last question to the result, over the one confirmation that names the numbers."""
    person.page.get_by_role("button", name="Finish").click()
    expect(person.page.get_by_text("1 question unanswered, 1 flagged")).to_be_visible()
    person.follow("Hand in")
    expect(person.page.get_by_text("19 of 20 answered, 1 unanswered, 1 flagged")).to_be_visible()
    assert attempts.standing(
        person.site.store, owner(person, public_id), public_id, system_clock()
    ).attempt.open
    person.press("Hand in, 1 unanswered")
    expect(person.page.get_by_role("heading", name="Result: Practice test")).to_be_visible()


def owner(person: Person, public_id: str) -> int:
    with person.site.store.read() as conn:
        found = attempts.rows.find_attempt(conn, public_id)
    assert found
    return found.account_id


def read_result(person: Person, public_id: str, asked: tuple[Asked, ...]) -> None:
    """The score is the core's own, and the review gives every key in this candidate's letters."""
    part = core_result(person.site, public_id).parts[0]
    assert part.tally.marks == 17
    text = person.page.locator("main").inner_text()
    assert f"{marks(part.tally.marks)} of 20, pass mark {part.marks_to_pass}" in text
    assert ("Not passed" not in text) == bool(part.passed)
    person.follow("Read the explanations")
    articles = person.page.locator("main article")
    expect(articles).to_have_count(20)
    for one, article in zip(asked, articles.all(), strict=True):
        shown = article.inner_text()
        assert ("Wrong" in shown or "Unanswered" in shown) or one.position not in {*WRONG, LEFT_OUT}
        if one.order:
            keys = article.locator(".is-key .letter").all_inner_texts()
            assert keys == sorted(letter(one, option) for option in one.key)
            assert article.locator(".rationale").count() == len(one.order)


def sit_with_script(person: Person, email: str) -> None:
    """Sit the test with a reload, a second tab and a cut of the network in its middle."""
    page = person.page
    person.register(email)
    asked = begin(person)
    public_id = person.attempt()
    tabbed, cut = places_of_mishaps(asked)
    for one in asked:
        expect(page.get_by_role("heading", name=f"Question {one.position}", exact=True)).to_be_visible()
        if one.position == LEFT_OUT:
            person.press("Next")
            continue
        if one.position == tabbed:
            _second_tab(person, one)
        elif one.position == cut:
            _network_cut(person, one, public_id)
        else:
            choose(page, one, wanted(one))
        expect_saved(page)
        if one.position == 1:
            _reload(page, one)
        if one.position == FLAGGED:
            person.press("Flag")
            expect(page.get_by_role("button", name="Flagged")).to_be_visible()
            expect_saved(page)
        expect_stored(person, public_id, one, wanted(one))
        if one.position < 20:
            person.press("Next")
    hand_in(person, public_id)
    read_result(person, public_id, asked)


def _reload(page: Page, asked: Asked) -> None:
    before = page.locator(".option-text").all_inner_texts()
    page.reload()
    assert page.locator(".option-text").all_inner_texts() == before
    held = page.locator("input[name=answer]:is(:checked, [type=text])").all()
    assert {one.input_value() for one in held} == set(asked.key)


def _second_tab(person: Person, asked: Asked) -> None:
    """A tab that is out of date is refused, shows both values, and may keep its own."""
    person.allowed.add("status of 409")
    old = person.tab()
    old.goto(person.page.url)
    choose(person.page, asked, asked.miss)
    expect_saved(person.page)
    choose(old, asked, asked.key)
    here, there = letter(asked, asked.key[0]), letter(asked, asked.miss[0])
    expect(old.get_by_role("alert")).to_contain_text(f"Saved there: {there}. Yours here: {here}")
    expect(old.locator("[data-save-text]")).to_contain_text("Not saved")
    old.get_by_role("button", name="Keep mine").click()
    expect_saved(old)
    old.close()
    person.page.reload()


def _network_cut(person: Person, asked: Asked, public_id: str) -> None:
    """Without a network the page says so and keeps the choice; it saves by itself once there is one."""
    person.allowed |= {"ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED"}
    page = person.page
    person.context.set_offline(True)
    choose(page, asked, asked.key)
    expect(page.locator("[data-save-text]")).to_contain_text("Not saved")
    assert row(page, asked.key[0]).locator("input").is_checked()
    assert saved_answer(person.site, public_id, asked.position) == ()
    person.context.set_offline(False)
    expect_saved(page)


def test_a_person_sits_the_practice_test_through_reload_second_tab_and_network_cut(
    browser: Browser, any_site: Site
) -> None:
    with at_browser(browser, any_site) as person:
        sit_with_script(person, "ada@example.org")


def sit_without_script(person: Person, asked: tuple[Asked, ...]) -> None:
    """The same with plain forms: each page is sent by a button, and a stale one is refused."""
    page, public_id = person.page, person.attempt()
    tabbed, _ = places_of_mishaps(asked)
    for one in asked:
        expect(page.get_by_role("heading", name=f"Question {one.position}", exact=True)).to_be_visible()
        if one.position == FLAGGED:
            person.press("Flag")
            expect(page.get_by_role("button", name="Flagged")).to_be_visible()
        if one.position == tabbed:
            _second_tab_without_script(person, one)
        elif one.position != LEFT_OUT:
            choose(page, one, wanted(one))
        if one.position == 1:
            person.press("Review")
            page.go_back()
            page.reload()
            _reload(page, one)
        if one.position < 20:
            person.press("Next")
    hand_in(person, public_id)
    assert {one.position: set(wanted(one)) for one in asked if one.position != LEFT_OUT} == {
        position: set(value) for position, value in stored_answers(person.site, public_id).items()
    }
    read_result(person, public_id, asked)


def _second_tab_without_script(person: Person, asked: Asked) -> None:
    person.allowed.add("status of 409")
    old = person.tab()
    old.goto(person.page.url)
    address = person.page.url
    choose(person.page, asked, asked.miss)
    person.press("Next")
    choose(old, asked, asked.key)
    old.get_by_role("button", name="Next", exact=True).click()
    expect(old.get_by_role("heading", name="was changed in another tab")).to_be_visible()
    facts = old.locator("dl.facts").inner_text()
    assert all(letter(asked, one) in facts for one in (*asked.key, *asked.miss))
    old.get_by_role("button", name="Keep what I sent").click()
    expect(old.get_by_role("heading", name=f"Question {asked.position}", exact=True)).to_be_visible()
    old.close()
    person.page.goto(address)


def test_a11_a_person_sits_the_practice_test_without_javascript(sit: Sit) -> None:
    with sit(script=False) as person:
        person.register("grace@example.org")
        sit_without_script(person, begin(person))


def _without(pattern: str) -> Callable[[Route], None]:
    """Answers a request with the site's own page, from which something is taken out."""

    def altered(route: Route) -> None:
        reply = route.fetch(max_redirects=0)
        route.fulfill(response=reply, body=re.sub(pattern, "", reply.text(), flags=re.DOTALL))

    return altered


@pytest.mark.parametrize(
    "pattern",
    [
        r'<button[^>]*value="next".*?</button>',
        r'(?<=class="question")\s+method="post"\s+action="[^"]*"',
        r'name="answer"',
    ],
    ids=["no button", "no address", "no field"],
)
def test_a11_control_a_form_that_needs_a_script_does_not_get_through(sit: Sit, pattern: str) -> None:
    with sit(script=False) as person:
        person.seat(person.site.person(f"{uuid4().hex}@example.org"))
        asked = begin(person)
        person.page.route("**/questions/*", _without(pattern))
        person.page.reload()
        person.page.set_default_timeout(1500)
        with pytest.raises((BrowserError, AssertionError)):
            sit_without_script(person, asked)
