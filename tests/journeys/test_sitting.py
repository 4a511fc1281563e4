"""The main journey: register, sit the 20-question test through every mishap, hand in, read the reasons."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from quizapp.assessment.attempt import GRACE, Kind
from quizapp.assessment.item import Response
from quizapp.assessment.scoring import Result, mark_booklet, result_of
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store import responses as response_rows
from quizapp.web.words import marks
from tests.journeys.altered import Altered, alter
from tests.journeys.booklets import Asked, booklet, save
from tests.journeys.booklets import begin as begin_at
from tests.journeys.browsing import PATIENCE_MS, Person, at_browser
from tests.journeys.conftest import Sit
from tests.journeys.faults import ALWAYS, faulty
from tests.journeys.sites import Site, ago, running_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRONG, LEFT_OUT = {4, 9}, 6
"""Positions that a journey answers wrongly and leaves unanswered; everything else is right."""
RELOADED = {"single_choice", "statement_set"}
TABBED = RELOADED | {"true_false"}
CUT = TABBED | {"multiple_response"}
"""Ways of answering that each mishap can be tried on: one option of many, one option, options."""
IMPATIENCE_MS = 2_000
"""How long a control waits for what cannot come."""


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
    """Answer the question on the page: click rows, fill its slots, or type into its field."""
    if asked.chosen:
        for one in value:
            row(page, one).click()
    elif page.locator('[name="answer"]').count():
        page.get_by_label("Your answer").fill(value[0])
    else:
        for slot, _, held in (one.partition(":") for one in value):
            field = page.locator(f'[name="answer.{slot}"]')
            field.select_option(held) if field.evaluate("it => it.matches('select')") else field.fill(held)


def wanted(asked: Asked) -> Response:
    """What the journey answers to a question."""
    return asked.miss if asked.position in WRONG else asked.key


def places_of_mishaps(asked: tuple[Asked, ...]) -> list[int]:
    """Three questions about the middle, for the reload, the second tab and the cut, whatever was dealt."""
    spoken_for = {len(asked), LEFT_OUT, *WRONG}
    free = [one for one in asked if one.chosen and one.position not in spoken_for]
    found: list[int] = []
    for fit in (RELOADED, TABBED, CUT):
        left = [one.position for one in free if one.item.interaction in fit and one.position not in found]
        found.append(left[len(left) // 2])
    return found


def letter(asked: Asked, option: str) -> str:
    return chr(ord("A") + asked.order.index(option))


def saved_answer(site: Site, public_id: str, position: int) -> Response:
    """What the database holds as the present answer."""
    return stored_answers(site, public_id).get(position, ())


def stored_answers(site: Site, public_id: str, kind: Kind = Kind.ANSWER) -> dict[int, Response]:
    """What the database holds now, by position: the answers, or the values of another kind."""
    with site.store.read() as conn:
        found = attempts.rows.find_attempt(conn, public_id)
        assert found
        current = response_rows.current_values(conn, found.id)
    return {position: held.value for (position, of), held in current.items() if of is kind}


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


def expect_stored(
    person: Person, public_id: str, asked: Asked, value: Response, kind: Kind = Kind.ANSWER
) -> None:
    """What is on the screen reaches the database, the last of several clicks too."""
    for _ in range(100):
        if set(stored_answers(person.site, public_id, kind).get(asked.position, ())) == set(value):
            return
        person.page.wait_for_timeout(50)
    raise AssertionError(f"question {asked.position}: the {kind.value} {value} did not reach the database")


def expect_heading(page: Page, name: str, patience_ms: float = PATIENCE_MS) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=patience_ms)


def hand_in(person: Person, public_id: str) -> None:
    """From the check page to the result, over the one confirmation that names the numbers."""
    expect(person.page.get_by_text("1 question unanswered, 1 flagged")).to_be_visible()
    person.follow("Hand in")
    expect(person.page.get_by_text("19 of 20 answered, 1 unanswered, 1 flagged")).to_be_visible()
    account_id = owner(person, public_id)
    assert attempts.standing(person.site.store, account_id, public_id, system_clock()).attempt.open
    person.press("Hand in, 1 unanswered")
    expect_heading(person.page, "Result: Practice test")


def owner(person: Person, public_id: str) -> int:
    with person.site.store.read() as conn:
        found = attempts.rows.find_attempt(conn, public_id)
    assert found
    return found.account_id


def read_result(person: Person, public_id: str, asked: tuple[Asked, ...]) -> None:
    """The score is the core's own, and the review explains every question."""
    part = core_result(person.site, public_id).parts[0]
    assert part.tally.marks == 17
    text = person.page.locator("main").inner_text()
    assert f"{marks(part.tally.marks)} of 20, pass mark {part.marks_to_pass}" in text
    assert ("Not passed" not in text) == bool(part.passed)
    person.follow("Read the explanations")
    person.follow("Order as in the test")
    articles = person.page.locator("main article")
    expect(articles).to_have_count(20)
    for one, article in zip(asked, articles.all(), strict=True):
        read_explanation(article, one, () if one.position == LEFT_OUT else wanted(one))


def read_explanation(article: Locator, asked: Asked, value: Response) -> None:
    """Own answer, key and the reason of every option can be read, in this candidate's letters."""
    state = "Right" if value == asked.key else ("Wrong" if value else "Unanswered")
    assert article.locator(".states .state").first.inner_text().strip() == state
    if not asked.chosen:
        facts = article.locator("dl.facts").inner_text()
        assert "Right answer" in facts or value == asked.key
        if asked.item.interaction == "numeric_entry":
            assert (value[0] if value else "none") in facts
        else:
            assert facts.count("Right, and your answer") == len(set(value) & set(asked.key))
        return
    rows = article.locator("li.answer").all_inner_texts()
    reasons = article.locator("li.answer .rationale:visible").all_inner_texts()
    assert len(reasons) == len(asked.order), f"question {asked.position}: a reason is not to be seen"
    for option, shown, reason in zip(asked.order, rows, reasons, strict=True):
        assert shown.split()[0] == letter(asked, option)
        assert reason.strip()
        assert ("Right answer" in shown) == (option in asked.key and option not in value)
        assert ("Right, and your answer" in shown) == (option in asked.key and option in value)
        assert ("Your answer: wrong" in shown) == (option not in asked.key and option in value)


def sit_with_script(person: Person, email: str) -> None:
    """Sit the test with a reload, a second tab and a cut of the network in its middle."""
    page = person.page
    person.register(email)
    asked = begin(person)
    public_id = person.attempt()
    reloaded, tabbed, cut = places_of_mishaps(asked)
    for one in asked:
        if one.position == LEFT_OUT:
            continue
        go_on(person, one.position)
        if one.position == reloaded:
            _reload(person, one)
        elif one.position == tabbed:
            _second_tab(person, one)
        elif one.position == cut:
            _network_cut(person, one, public_id)
        else:
            choose(page, one, wanted(one))
        expect_saved(page)
        expect_stored(person, public_id, one, wanted(one))
    person.press("Finish")
    hand_in(person, public_id)
    read_result(person, public_id, asked)


def go_on(person: Person, position: int) -> None:
    """To the following question by its button, to any other by the question map."""
    here = int(person.page.url.rpartition("/")[2])
    if position == here + 1:
        person.press("Next")
    elif position != here:
        person.page.locator(f'.cell[data-number="{position}"]').click()
    expect_heading(person.page, f"Question {position}")


def _reload(person: Person, asked: Asked) -> None:
    """Answer, strike and flag survive it, on the same question with its options in the same order."""
    page, public_id, struck = person.page, person.attempt(), asked.miss
    choose(page, asked, asked.key)
    page.get_by_role("button", name=f"Strike out {letter(asked, struck[0])}", exact=True).click()
    restore = page.get_by_role("button", name=f"Restore {letter(asked, struck[0])}", exact=True)
    expect(restore).to_be_visible()
    person.press("Flag")
    flagged = page.get_by_role("button", name="Flagged", exact=True)
    expect(flagged).to_be_visible()
    for kind, value in ((Kind.ANSWER, asked.key), (Kind.STRIKE, struck), (Kind.FLAG, ("1",))):
        expect_stored(person, public_id, asked, value, kind)
    expect_saved(page)
    before = page.locator(".option-text").all_inner_texts()
    page.reload()
    expect_heading(page, f"Question {asked.position}")
    assert page.locator(".option-text").all_inner_texts() == before
    assert [one.input_value() for one in page.locator("input[name=answer]:checked").all()] == [*asked.key]
    assert page.locator(".option.struck").count() == 1
    expect(restore).to_be_visible()
    expect(flagged).to_be_visible()


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
    expect(page.locator("[data-save-text]")).to_have_text("Offline: 1 answer kept on this device, will send")
    assert row(page, asked.key[0]).locator("input").is_checked()
    assert saved_answer(person.site, public_id, asked.position) == ()
    person.context.set_offline(False)
    expect_saved(page)
    assert row(page, asked.key[0]).locator("input").is_checked()


@contextmanager
def behind_faults(site: Site, seed: int) -> Iterator[None]:
    """The site as it is met behind a network that loses, delays and doubles, unless it is met so already."""
    if os.environ.get(ALWAYS):
        yield
        return
    sound = site.address
    try:
        with faulty(sound, seed) as site.address:
            yield
    finally:
        site.address = sound


def sit_behind_faults(
    browser: Browser, site: Site, email: str, altered: Altered | None = None, seed: int = 7
) -> None:
    """The main journey on such a network, perhaps with an altered script."""
    with behind_faults(site, seed), at_browser(browser, site) as person:
        person.allowed.add("net::ERR_")
        alter(person.context, altered or {})
        sit_with_script(person, email)


@pytest.mark.parametrize("any_site", ["postgresql"], indirect=True)
def test_a_person_sits_the_practice_test_through_reload_second_tab_and_network_cut(
    browser: Browser, any_site: Site
) -> None:
    with at_browser(browser, any_site) as person:
        sit_with_script(person, "ada@example.org")


@pytest.mark.every_case
def test_r13_the_same_person_gets_through_on_a_bad_network(browser: Browser, site: Site) -> None:
    sit_behind_faults(browser, site, "ada@example.org")


@pytest.mark.nightly
def test_r13_control_without_a_second_try_the_journey_ends_early(browser: Browser, site: Site) -> None:
    once = {"saving.js": ("this.#timer = setTimeout(", "this.#timer = ((later) => later)(")}
    with pytest.raises(AssertionError):
        for seed in range(3):  # a network may be good by chance
            sit_behind_faults(browser, site, f"once{seed}@example.org", once, seed)


def send(person: Person, asked: Asked, value: Response, patience_ms: float = PATIENCE_MS) -> None:
    """Answer by the plain form: the page after it comes, and the database holds what was answered."""
    public_id, last = person.attempt(), asked.position == 20
    choose(person.page, asked, value)
    button = person.page.get_by_role("button", name="Finish" if last else "Next", exact=True)
    button.click(timeout=patience_ms)
    following = "Before you hand in" if last else f"Question {asked.position + 1}"
    expect_heading(person.page, following, patience_ms)
    held = saved_answer(person.site, public_id, asked.position)
    assert set(held) == set(value), f"question {asked.position}: the form carried {held}, not {value}"


def sit_without_script(person: Person, asked: tuple[Asked, ...]) -> None:
    """The same with plain forms: each page is sent by a button, and a stale one is refused."""
    public_id = person.attempt()
    reloaded, tabbed, _ = places_of_mishaps(asked)
    for one in asked:
        if one.position == LEFT_OUT:
            person.press("Next")
            expect_heading(person.page, f"Question {LEFT_OUT + 1}")
            continue
        if one.position == reloaded:
            _reload(person, one)
        elif one.position == tabbed:
            _second_tab_without_script(person, one)
        send(person, one, wanted(one))
    hand_in(person, public_id)
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


@pytest.mark.every_case
def test_a11_a_person_sits_the_practice_test_without_javascript(sit: Sit) -> None:
    with sit(script=False) as person:
        person.register("grace@example.org")
        sit_without_script(person, begin(person))


def late_answer(person: Person, public_id: str, asked: Asked, patience_ms: float = PATIENCE_MS) -> None:
    """Send an answer from a page opened in time, after the end: the server says so and does not count it."""
    person.allowed.add("status of 409")
    page = person.visit(f"/attempts/{public_id}/questions/{asked.position}")
    choose(page, asked, asked.key)
    account_id = owner(person, public_id)
    standing = attempts.standing(person.site.store, account_id, public_id, system_clock())
    deadline = standing.attempt.parts[0].deadline_at
    if deadline:
        over = deadline + GRACE - system_clock()
        page.wait_for_timeout(max(0, over.total_seconds() * 1000) + 200)
    person.press("Next")
    expect_heading(page, "Time was up before this reached us", patience_ms)
    assert saved_answer(person.site, public_id, asked.position) == ()
    person.follow("Go on")
    expect_heading(page, "Result: Practice test")
    assert core_result(person.site, public_id).parts[0].tally.marks == 1


def _under_way(person: Person, exam: str, minutes: float) -> tuple[str, tuple[Asked, ...]]:
    """An attempt begun some minutes ago by who sits here, with a right answer to its first question."""
    store = person.site.store
    account_id = person.site.person(f"{uuid4().hex}@example.org")
    public_id = begin_at(store, account_id, exam, ago(minutes))
    asked = booklet(store, public_id)
    save(store, account_id, public_id, 1, asked[0].key)
    person.seat(account_id)
    return public_id, asked


@pytest.mark.every_case
def test_a11_the_server_ends_the_time_without_javascript(sit: Sit) -> None:
    with sit(script=False) as person:
        public_id, asked = _under_way(person, "practice-20", 25 - 3 / 60)
        late_answer(person, public_id, asked[1])


def test_a11_control_a_test_whose_time_nobody_ends_is_noticed(sit: Sit) -> None:
    with sit(script=False) as person:
        public_id, asked = _under_way(person, "warm-up", 25)
        with pytest.raises(AssertionError, match="Time was up"):
            late_answer(person, public_id, asked[1], IMPATIENCE_MS)


def _without(pattern: str) -> Callable[[Route], None]:
    """Answers with the site's own page, from which something is taken out; what is sent goes through."""

    def altered(route: Route) -> None:
        if route.request.method != "GET":
            route.continue_()
            return
        reply = route.fetch()
        route.fulfill(response=reply, body=re.sub(pattern, "", reply.text(), flags=re.DOTALL))

    return altered


def _answer_altered(sit: Sit, pattern: str, patience_ms: float) -> None:
    with sit(script=False) as person:
        public_id, asked = _under_way(person, "practice-20", 1)
        one = next(one for one in asked[1:-1] if one.chosen)
        person.page.route(f"**/questions/{one.position}", _without(pattern))
        person.visit(f"/attempts/{public_id}/questions/{one.position}")
        send(person, one, one.key, patience_ms)


def test_a_page_from_which_nothing_is_taken_out_gets_through(sit: Sit) -> None:
    _answer_altered(sit, r"(?!)", PATIENCE_MS)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r'<button[^>]*value="next".*?</button>', r'waiting for .*name="Next"'),
        (r'(?<=class="question")\s+method="post"\s+action="[^"]*"', r"Question \d+"),
        (r'name="answer"', r"question \d+: the form carried \(\), not"),
    ],
    ids=["no button", "no address", "no field"],
)
def test_a11_control_a_form_that_needs_a_script_does_not_get_through(
    sit: Sit, pattern: str, said: str
) -> None:
    with pytest.raises((BrowserError, AssertionError), match=said):
        _answer_altered(sit, pattern, IMPATIENCE_MS)
