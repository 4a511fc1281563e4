"""Answers that nothing loses: no network, no storage, no log-in, a crash, a second tab, a clock that lies."""

import itertools
import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from playwright.sync_api import Error as BrowserError

from quizapp.assessment.attempt import Kind
from quizapp.assessment.item import Response
from quizapp.store.tables import account
from tests.conftest import Rounds
from tests.journeys.altered import Altered, alter, hold_up
from tests.journeys.browsing import ARGUMENTS
from tests.journeys.houses import (
    Sitting,
    Stage,
    expect_line,
    line,
    row,
    running_house,
    staged,
    until,
)
from tests.web.visitors import PASSWORD, password_hash

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPTIONS = ("right", "near", "far", "off")
ATTEMPTS, CHANGES = 10, 3
"""D07: attempts under the failing network on a commit, and changes in each."""
TOGETHER = 10
"""D07: attempts that wait for a slow network side by side."""
LEFT = (120, 10, 3, 1)
"""T13: seconds that are left when somebody types for the last time."""
WALKS, STEPS = 2, 8
"""T14: walks through the history of two tabs, and steps of each."""
SKEWS = {"a day behind": -86_400, "behind": -30, "ahead": 30, "a day ahead": 86_400}
"""T04: how wrong the clocks of devices are, in seconds."""
ENDLESS = "warm-up"
"""A04: a test without a limit."""
PAUSES = (0, 60, 250)
"""Milliseconds between one thing that somebody does and the next."""
SOON = timedelta(seconds=5)
"""D08: how soon after the network is back everything is saved."""
QUICK, SLOW = (0.3, 4 * SOON), (15.0, 60 * SOON)
"""D07: how many seconds late a message comes at most, on a commit and else; how soon all is saved even so."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_house(tmp_path_factory.mktemp("stage")) as house, staged(house) as stage:
        yield stage


@pytest.fixture(autouse=True)
def _sound(stage: Stage) -> Iterator[None]:
    yield
    stage.network.heal()


@contextmanager
def at(
    sitting: Sitting, browser: Browser, altered: Altered | None = None, script: str = ""
) -> Iterator[BrowserContext]:
    """An empty browser of the candidate's, perhaps with scripts altered."""
    with sitting.seat(browser, script) as context:
        try:
            alter(context, altered or {})
            yield context
        finally:
            sitting.network.heal()


def flag(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Flag")).click()


def ticked(page: Page) -> Response:
    """What is chosen on a page."""
    return tuple(page.locator("input[name=answer]:checked").evaluate_all("all => all.map((it) => it.value)"))


def press_keys(page: Page, text: str) -> None:
    """Type as a person does, and do not leave the field."""
    page.get_by_label("Your answer").press_sequentially(text, delay=20)


def a_number(chance: random.Random) -> str:
    """What somebody types where a number is asked for."""
    return f"{chance.randrange(10_000)}.{chance.randrange(100)}"


def page_of(context: BrowserContext) -> Page:
    """The first page of a browser, if it shows nothing yet, else another."""
    first = context.pages[0]
    return first if first.url.endswith(("about:blank", "/healthz")) else context.new_page()


def open_question(
    context: BrowserContext, sitting: Sitting, position: int | None = None, page: Page | None = None
) -> Page:
    page = page or page_of(context)
    page.goto(sitting.question(position or sitting.choices[0]))
    return page


# D08: no network for twenty minutes


def _offline_and_back(
    stage: Stage, browser: Browser, reopened: str, seed: int = 0, altered: Altered | None = None
) -> None:
    """Two changes without a network, a reload that fails, and nothing but opening some page after it."""
    chance, sitting = random.Random(seed), stage.sit_down()
    place, (first, last) = chance.choice(sitting.choices), chance.sample(OPTIONS, 2)
    steps = [partial(row, option=first), partial(row, option=last)]
    steps.insert(chance.randrange(3), flag)
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting, place, context.new_page())
        context.set_offline(True)
        stage.network.down = True  # what a page sends as it goes passes by the browser's own switch
        for step in steps:
            step(page)
            page.wait_for_timeout(chance.choice(PAUSES))
        expect_line(page, "Offline: 2 changes kept on this device, will send")
        sitting.house.clock.move(timedelta(minutes=20))
        with pytest.raises(BrowserError):
            page.reload()
        page.close()
        assert sitting.held() == sitting.held(Kind.FLAG) == {}
        stage.network.down = False
        context.set_offline(False)
        page = page_of(context)
        page.goto(sitting.question(place) if reopened == "question" else f"{sitting.address}{reopened}")
        until(
            page,
            lambda: (sitting.held(), sitting.held(Kind.FLAG)) == ({place: (last,)}, {place: ("1",)}),
            SOON,
            "an answer is lost",
        )
        if reopened == "question":
            expect(page.locator(f'[data-option="{last}"] input')).to_be_checked()
            expect(page.get_by_role("button", name="Flagged")).to_be_visible()
            expect_line(page, "Saved ")
        else:
            expect(page.get_by_text("has been sent and saved")).to_be_visible()


@pytest.mark.parametrize("reopened", ["question", "/attempts/"])
def test_d08_twenty_minutes_offline_and_a_reload_lose_nothing(
    stage: Stage, browser: Browser, reopened: str, rounds: Rounds
) -> None:
    for seed in rounds(1, 100):
        _offline_and_back(stage, browser, reopened, seed)


def test_d08_control_what_a_page_keeps_for_itself_goes_with_it(stage: Stage, browser: Browser) -> None:
    forgetful = {"outbox.js": ("store.put({ ...entry })", "undefined")}
    with pytest.raises(AssertionError, match="an answer is lost"):
        _offline_and_back(stage, browser, "/attempts/", altered=forgetful)


LINGER = """async () => {
  const { held } = await navigator.locks.query();
  const gone = new Promise((done) => { window.go = done; });
  for (const { name } of held) navigator.locks.request(name, () => gone);
}"""
"""Holds what pages that are open hold, as if they took long to go."""


def test_what_a_page_leaves_that_is_slow_to_go_is_shown_and_sent_soon(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        lingering, page = context.pages[0], open_question(context, sitting, page=context.new_page())
        lingering.goto(f"{sitting.address}/healthz")
        stage.network.down = True
        row(page, "near")
        expect_line(page, "Offline: 1 answer kept on this device, will send")
        lingering.evaluate(LINGER)
        page.close()
        stage.network.down = False
        page = open_question(context, sitting, page=context.new_page())
        lingering.evaluate("window.go()")
        until(page, lambda: sitting.held() == {sitting.choices[0]: ("near",)}, SOON, "an answer comes late")
        expect(page.locator('[data-option="near"] input')).to_be_checked()


# D11: storage that is missing, full or wiped

MISSING = "Object.defineProperty(window, 'indexedDB', {value: undefined});"
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"
LATE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...named) {
  const asked = open.apply(this, named);
  const late = {};
  asked.onupgradeneeded = () => { late.result = asked.result; late.onupgradeneeded(); };
  asked.onsuccess = () => setTimeout(() => { late.result = asked.result; late.onsuccess(); }, 4_000);
  return late;
};"""
WIPE = "() => new Promise((done) => { indexedDB.deleteDatabase('quizapp').onsuccess = done; })"


def _without_storage(
    stage: Stage, browser: Browser, script: str, wipe: bool, seed: int = 0, altered: Altered | None = None
) -> None:
    """The page says so, and saves as it always did, over a cut of the network too."""
    chance, sitting = random.Random(seed), stage.sit_down()
    place, (first, second, last) = chance.choice(sitting.choices), chance.sample(OPTIONS, 3)
    with at(sitting, browser, altered, script) as context:
        page = open_question(context, sitting, place)
        row(page, first)
        expect_line(page, "Saved ")
        if wipe:
            page.evaluate(WIPE)
            page.wait_for_timeout(chance.choice(PAUSES))
            row(page, second)
        until(page, page.locator("[data-outbox-warning]").is_visible, SOON, "nobody is warned")
        stage.network.down = True
        row(page, last)
        expect_line(page, "Offline: 1 answer kept on this page only, will send")
        page.wait_for_timeout(chance.choice(PAUSES))
        stage.network.down = False
        until(page, lambda: sitting.held() == {place: (last,)}, SOON, "an answer is lost")
        page.goto(f"{sitting.home}hand-in")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("heading", name="Result")).to_be_visible()


@pytest.mark.parametrize(("script", "wipe"), [(MISSING, False), (FULL, False), ("", True)])
def test_d11_without_storage_the_page_warns_and_a_test_is_sat_all_the_same(
    stage: Stage, browser: Browser, script: str, wipe: bool, rounds: Rounds
) -> None:
    for seed in rounds(1, 100):
        _without_storage(stage, browser, script, wipe, seed)


def test_storage_that_comes_late_holds_up_no_save_and_counts_from_then_on(
    stage: Stage, browser: Browser
) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser, script=LATE) as context:
        page = open_question(context, sitting)
        row(page, "near")
        until(page, lambda: bool(sitting.held()), timedelta(seconds=3), "the save waited for the storage")
        stage.network.down = True
        row(page, "far")
        expect_line(page, "Offline: 1 answer kept on this page only, will send")
        expect_line(page, "Offline: 1 answer kept on this device, will send")
        expect(page.locator("[data-outbox-warning]")).to_be_hidden()
        stage.network.down = False
        expect_line(page, "Saved ")


def test_d11_control_a_page_that_keeps_quiet_is_noticed(stage: Stage, browser: Browser) -> None:
    quiet = {"sitting.js": ("warning.hidden = saver?.durable ?? true", "warning.hidden = true")}
    with pytest.raises(AssertionError, match="nobody is warned"):
        _without_storage(stage, browser, FULL, wipe=False, altered=quiet)


# D07: requests and acknowledgements get lost, come late, come twice


def _through_bad_network(
    stage: Stage,
    browser: Browser,
    seeds: Iterable[int],
    altered: Altered | None = None,
    patience: timedelta | None = None,
) -> None:
    """What was chosen last is what is saved, and every change is written once."""
    with ExitStack() as open_ones:
        waiting = []
        for seed in seeds:
            chance, sitting = random.Random(seed), stage.sit_down()
            place, (longest, soon) = chance.choice(sitting.choices), QUICK if seed < ATTEMPTS else SLOW
            page = open_question(open_ones.enter_context(at(sitting, browser, altered)), sitting, place)
            sitting.meets(
                random.Random(seed),
                lost_requests=0.1,
                lost_replies=0.1,
                doubled=0.1,
                longest_delay=longest,
            )
            for option in chance.choices(OPTIONS, k=CHANGES):
                row(page, option)
                page.wait_for_timeout(chance.choice(PAUSES))
            waiting.append((seed, sitting, page, place, patience or soon))
        for seed, sitting, page, place, soon in waiting:
            never = f"an answer is never acknowledged, seed {seed}"
            until(page, lambda page=page: line(page).startswith("Saved "), soon, never)  # type: ignore[misc]
            assert sitting.held().get(place, ()) == ticked(page), f"an answer is lost, seed {seed}"
            assert sitting.entries() <= CHANGES, f"a change is written twice, seed {seed}"


def test_d07_lost_late_and_doubled_messages_lose_and_double_nothing(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    seeds = rounds(ATTEMPTS, 500)
    together = TOGETHER if seeds.stop > ATTEMPTS else 1
    for first in range(0, len(seeds), together):
        _through_bad_network(stage, browser, seeds[first : first + together])


def test_d07_control_without_a_second_try_answers_get_lost(stage: Stage, browser: Browser) -> None:
    once = {"saving.js": ("this.#timer = setTimeout(", "this.#timer = ((later) => later)(")}
    with pytest.raises(AssertionError, match="never acknowledged"):
        for seed in (7, *range(ATTEMPTS)):  # the first change of 7 gets lost, if no other overtakes it
            _through_bad_network(stage, browser, (seed,), once, SOON)


# D09: nothing but plain requests is needed

DEAF = "for (const one of ['WebSocket', 'EventSource']) window[one] = class { constructor() { throw one; } };"


def _without_push(stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None) -> None:
    stage.network.be_sound()
    chance, sitting = random.Random(seed), stage.sit_down()
    place = chance.choice(sitting.choices)
    with at(sitting, browser, altered, DEAF) as context:
        page = open_question(context, sitting, place)
        for value in chance.sample(OPTIONS, 2):
            row(page, value)
            until(
                page,
                lambda value=value: sitting.held() == {place: (value,)},  # type: ignore[misc]
                timedelta(seconds=1.5),
                "a save waits for a push channel",
            )


def test_d09_without_any_push_channel_saves_are_as_fast(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(1, 100):
        _without_push(stage, browser, seed)


def test_d09_control_a_save_that_waits_for_a_push_channel_is_noticed(stage: Stage, browser: Browser) -> None:
    pushed = {"saving.js": ("const asked = performance.now();", 'new EventSource("/push"); const asked = 0;')}
    with pytest.raises(AssertionError, match="waits for a push channel"):
        _without_push(stage, browser, altered=pushed)


# D10: the page crashes while somebody types


def _crash_while_typing(
    stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None
) -> None:
    """Nothing had reached the server; what was typed up to the crash does so from the next page."""
    chance, sitting = random.Random(seed), stage.sit_down("number")
    typed = a_number(chance)
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting, sitting.number, context.new_page())
        stage.network.down = True
        press_keys(page, typed)
        page.wait_for_timeout(chance.uniform(200, 1_000))
        with suppress(BrowserError):
            page.goto("chrome://crash", timeout=2_000)
        page.close()
        stage.network.down = False
        page = open_question(context, sitting, sitting.number)
        until(page, lambda: sitting.held() == {sitting.number: (typed,)}, SOON, "what was typed is lost")
        expect(page.get_by_label("Your answer")).to_have_value(typed)


@pytest.mark.nightly
def test_d10_a_crash_while_typing_loses_nothing_older_than_a_moment(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(1, 200):
        _crash_while_typing(stage, browser, seed)


@pytest.mark.nightly
def test_d10_control_what_is_kept_only_when_it_is_sent_is_lost(stage: Stage, browser: Browser) -> None:
    lazy = {
        "saving.js": ("else this.#outbox.keep(entry);\n  }", "}"),
        "sitting.js": ("Math.min(IDLE_MS", "9e6 + Math.min(IDLE_MS"),
    }
    with pytest.raises(AssertionError, match="what was typed is lost"):
        _crash_while_typing(stage, browser, altered=lazy)


# D12: a poor link


def _poor_link(stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None) -> None:
    chance, sitting = random.Random(seed), stage.sit_down()
    place = chance.choice(sitting.choices)
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting, place)
        rates = {"latency": 800, "downloadThroughput": 8_000, "uploadThroughput": 8_000, "offline": False}
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", rates)
        sitting.meets(random.Random(seed), lost_replies=0.05)
        for value in chance.sample(OPTIONS, 3):
            row(page, value)
            until(
                page,
                lambda: line(page).startswith("Saved "),
                timedelta(seconds=10),
                "not saved in ten seconds",
            )
            assert sitting.held() == {place: (value,)}


@pytest.mark.nightly
def test_d12_over_a_poor_link_everything_is_saved_within_ten_seconds(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(1, 300):
        _poor_link(stage, browser, seed)


@pytest.mark.nightly
def test_d12_control_an_impatient_page_never_gets_its_acknowledgement(stage: Stage, browser: Browser) -> None:
    hasty = {"saving.js": ("const TIMEOUT_MS = 10_000", "const TIMEOUT_MS = 500")}
    with pytest.raises(AssertionError, match="not saved in ten seconds"):
        _poor_link(stage, browser, altered=hasty)


# T13: the last seconds are like any other


def _typed_at_the_last(stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None) -> None:
    """Somebody types in the last seconds, and two seconds later the whole browser is killed."""
    chance = random.Random(seed)
    typed = [a_number(chance) for _ in LEFT]
    doomed = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
    sittings = [stage.sit_down("number") for _ in LEFT]
    try:
        pages = []
        for one in sittings:
            context = doomed.new_context()
            alter(context, altered or {})
            context.add_cookies(one.cookies())
            pages.append(open_question(context, one, one.number, context.new_page()))
        for left, sitting, page, text in zip(LEFT, sittings, pages, typed, strict=True):
            leave(sitting, left)
            page.evaluate("dispatchEvent(new Event('focus'))")
            press_keys(page, text)
        pages[-1].wait_for_timeout(2_000)
        with suppress(BrowserError):
            doomed.new_browser_cdp_session().send("Browser.crash")
        for left, sitting, text in zip(LEFT, sittings, typed, strict=True):
            assert sitting.held() == {sitting.number: (text,)}, f"lost with {left} s left"
    finally:
        with suppress(BrowserError):
            doomed.close()


def leave(sitting: Sitting, seconds: float) -> None:
    """Move the site's clock so that no more is left of an attempt."""
    sitting.house.clock.move(sitting.left() - timedelta(seconds=seconds))


@pytest.mark.nightly
def test_t13_what_is_typed_in_the_last_seconds_is_saved_within_two(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(1, 200):
        _typed_at_the_last(stage, browser, seed)


@pytest.mark.nightly
def test_t13_control_a_page_that_saves_now_and_then_loses_it(stage: Stage, browser: Browser) -> None:
    seldom = {"sitting.js": ("Math.min(IDLE_MS", "9e6 + Math.min(IDLE_MS")}
    with pytest.raises(AssertionError, match="lost with"):
        _typed_at_the_last(stage, browser, altered=seldom)


# T14: back, forward, reload, a second tab


def _walk(stage: Stage, browser: Browser, seed: int, stale: bool = False) -> None:
    """Two tabs of one browser wander and choose; what they show is what is saved, and nothing goes unseen."""
    chance, sitting = random.Random(seed), stage.sit_down()
    first, second = sitting.choices[:2]
    stage.network.memory = {} if stale else None
    with at(sitting, browser) as context:
        tabs = [open_question(context, sitting, first) for _ in range(2)]
        for _ in range(STEPS):
            page = chance.choice(tabs)
            step = chance.choice(("choose", "choose", "back", "forward", "reload", "go"))
            if step == "choose":
                page.reload()
                value = chance.choice(OPTIONS)
                row(page, value)
                until(page, lambda: not line(page).startswith("Saving"), SOON, "not saved")  # noqa: B023
            elif step == "go":
                page.goto(sitting.question(chance.choice((first, second))))
            elif step == "reload" or not page.evaluate(f"navigation.canGo{step.title()}"):
                page.reload()
            else:
                page.go_back() if step == "back" else page.go_forward()
            if not page.url.startswith(sitting.home):
                page.goto(sitting.question(first))
            position = int(page.url.rpartition("/")[2])
            assert ticked(page) == sitting.held().get(position, ()), f"a stale value is shown after {step}"


@pytest.mark.nightly
def test_t14_no_way_through_the_history_shows_or_saves_a_stale_value(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(WALKS, 200):
        _walk(stage, browser, seed)


@pytest.mark.nightly
def test_t14_control_pages_out_of_a_cache_are_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="a stale value is shown"):
        for seed in range(WALKS):
            _walk(stage, browser, seed, stale=True)


# T04: devices whose clocks are wrong

SKEWED = """
window.skew = %d;
const right = Date;
Date = class extends right {
  constructor(...given) { given.length ? super(...given) : super(right.now() + window.skew * 1000); }
  static now() { return right.now() + window.skew * 1000; }
};
"""


def shown_seconds(page: Page) -> int:
    total = 0
    for part in page.locator("[data-clock-face]").inner_text().split(":"):
        total = 60 * total + int(part)
    return total


def expect_right(page: Page, sitting: Sitting, patience: timedelta = timedelta(seconds=2)) -> None:
    """What the page shows is the server's own, within a second."""

    def right() -> bool:
        before, shown = sitting.left().total_seconds(), shown_seconds(page)
        return sitting.left().total_seconds() - 1 <= shown <= before + 1.5

    until(page, right, patience, "the clock is wrong")


def _with_wrong_clocks(stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None) -> None:
    """All devices show what is left, through a step of their clocks, and end with the server's deadline."""
    chance = random.Random(seed)
    sittings = {name: stage.sit_down() for name in SKEWS}
    with ExitStack() as open_ones:
        pages = {}
        for name, sitting in sittings.items():
            context = open_ones.enter_context(at(sitting, browser, altered, SKEWED % SKEWS[name]))
            pages[name] = open_question(context, sitting)
        for name, page in pages.items():
            expect_right(page, sittings[name])
            others = [one for one in SKEWS.values() if one != SKEWS[name]]
            page.evaluate(f"window.skew = {chance.choice(others) if seed else -SKEWS[name]}")
            page.wait_for_timeout(300)  # the clock has ticked
            expect_right(page, sittings[name])
        leave(sittings["ahead"], chance.uniform(2, 4))
        for page in pages.values():
            page.evaluate("dispatchEvent(new Event('focus'))")
        over = set()
        while len(over) < len(pages):
            for name, page in pages.items():
                page.wait_for_timeout(40)
                said, left = line(page), sittings[name].left().total_seconds()
                if name in over or not said.startswith("Time is up"):
                    assert name in over or left > -2, f"{name}: two seconds late"
                    continue
                assert left <= 0.1, f"{name}: ended early"
                over.add(name)


def test_t04_wrong_clocks_of_devices_change_nothing(stage: Stage, browser: Browser, rounds: Rounds) -> None:
    for seed in rounds(1, 100):
        _with_wrong_clocks(stage, browser, seed)


def test_t04_control_a_clock_that_trusts_the_device_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="the clock is wrong"):
        _with_wrong_clocks(stage, browser, altered={"clock.js": ("performance.now()", "Date.now()")})


def _long_in_the_making(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """The page of a question comes seconds after what it says is left."""
    sitting = stage.sit_down()
    stage.network.pages_delay = 3
    with at(sitting, browser, altered) as context:
        expect_right(open_question(context, sitting), sitting)


@pytest.mark.every_case
def test_t04_the_clock_of_a_page_that_was_long_in_the_making_is_right_at_once(
    stage: Stage, browser: Browser
) -> None:
    _long_in_the_making(stage, browser)


def test_t04_control_such_a_page_that_does_not_ask_at_once_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="the clock is wrong"):
        _long_in_the_making(stage, browser, {"clock.js": ("soon ? 0 :", "")})


# T05: a laptop asleep

ASLEEP = """
window.skew = 0;
const right = Date.now;
Date.now = () => right() + window.skew;
"""


def _asleep(stage: Stage, browser: Browser, seed: int = 0, altered: Altered | None = None) -> None:
    """The device's monotonic clock stops for 20 minutes; what was typed before was not sent yet."""
    chance, sitting = random.Random(seed), stage.sit_down()
    place, value = chance.choice(sitting.choices), chance.choice(OPTIONS)
    with at(sitting, browser, altered, ASLEEP) as context:
        page = open_question(context, sitting, place)
        stage.network.down = True
        row(page, value)
        page.wait_for_timeout(chance.choice(PAUSES))
        sitting.house.clock.move(timedelta(minutes=20))
        page.evaluate("window.skew += 20 * 60_000")
        expect_right(page, sitting, timedelta(seconds=3))
        stage.network.down = False
        until(page, lambda: sitting.held() == {place: (value,)}, SOON, "an answer is lost")


@pytest.mark.nightly
def test_t05_after_sleep_the_clock_is_right_at_once_and_nothing_is_lost(
    stage: Stage, browser: Browser, rounds: Rounds
) -> None:
    for seed in rounds(1, 100):
        _asleep(stage, browser, seed)


@pytest.mark.nightly
def test_t05_control_a_clock_that_never_asks_again_is_noticed(stage: Stage, browser: Browser) -> None:
    sound_asleep = {"clock.js": ("> JUMP_MS) this.#askAt = 0", "> JUMP_MS) this.#drift = 0")}
    with pytest.raises(AssertionError, match="the clock is wrong"):
        _asleep(stage, browser, altered=sound_asleep)


def test_more_time_is_shown_from_the_next_word_of_the_server_and_told(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        leave(sitting, 2)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect_line(page, "Time is up")
        sitting.give(timedelta(minutes=10))
        expect_right(page, sitting, timedelta(seconds=6))
        expect(page.locator("[data-module=announcer]")).to_have_text("You have more time: 10 minutes left")
        sitting.give(timedelta(minutes=5))
        row(page, "near")
        expect_line(page, "Saved ")
        expect_right(page, sitting)


# One outbox, several tabs, several people


def _standing_tab(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """One tab stands at a question while another one saves to it: first the same, then something else."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        old, new = (open_question(context, sitting) for _ in range(2))
        row(old, "near")
        expect_line(old, "Saved ")
        row(new, "near")
        expect_line(new, "Saved ")
        expect_line(old, "Saved ")
        row(new, "far")
        expect_line(new, "Saved ")
        assert sitting.held() == {sitting.choices[0]: ("far",)}
        old.wait_for_timeout(500)
        assert line(old) == "Changed in another tab or on another device: reload this page to see it"
        row(old, "off")
        expect_line(old, "Not saved: question")
        old.get_by_role("button", name="Keep mine").click()
        expect_line(old, "Saved ")
        assert sitting.held() == {sitting.choices[0]: ("off",)}


@pytest.mark.every_case
def test_t14_a_tab_left_standing_never_calls_saved_what_it_does_not_show(
    stage: Stage, browser: Browser
) -> None:
    _standing_tab(stage, browser)


def test_t14_control_a_tab_that_looks_at_no_other_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="Changed in another tab"):
        _standing_tab(stage, browser, {"sitting.js": ("elsewhere.add(other.kind)", "null")})


def sent_numbers(stage: Stage) -> list[tuple[str, int]]:
    """The number of each save that came, with the page that gave it."""
    return [(one["client"], one["seq"]) for one in map(json.loads, stage.network.came)]


def _three_tabs(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """Two tabs with changes of their own, and what a third left behind: each is sent once."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    first, second = sitting.choices[:2]
    with at(sitting, browser, altered) as context:
        pages = [open_question(context, sitting, one) for one in (first, second, first)]
        context.set_offline(True)
        stage.network.down = True
        flag(pages[2])
        expect_line(pages[2], "Offline: 1 change kept")
        pages[2].close()
        for page, value in zip(pages, ("near", "far"), strict=False):
            row(page, value)
            expect_line(page, "Offline: ")
        expect_line(pages[0], "Offline: 3 changes kept on this device, will send")
        stage.network.came.clear()
        stage.network.down, stage.network.longest_delay = False, 0.5
        context.set_offline(False)
        wanted = {first: ("near",), second: ("far",)}
        until(
            pages[0],
            lambda: (sitting.held(), sitting.held(Kind.FLAG)) == (wanted, {first: ("1",)}),
            SOON,
            "an answer is lost",
        )
        settled = ("Saved ", "Changed in another tab")  # by whoever sent the flag of the third
        for page in pages[:2]:
            until(page, lambda: line(page).startswith(settled), SOON, "not saved")  # noqa: B023
        came = sent_numbers(stage)
        assert len(came) == len(set(came)) == 3, "a save was sent twice"


def test_tabs_share_one_outbox_and_send_each_save_once(stage: Stage, browser: Browser) -> None:
    _three_tabs(stage, browser)


def test_control_without_locks_two_tabs_send_what_a_third_left_behind(stage: Stage, browser: Browser) -> None:
    unlocked = {"saving.js": ("if (!navigator.locks) return now && Promise", "return Promise")}
    with pytest.raises(AssertionError, match="sent twice"):
        _three_tabs(stage, browser, unlocked)


def test_how_sure_one_is_goes_through_the_outbox_like_an_answer(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        stage.network.down = True
        for words in ("Unsure", "Sure"):
            page.get_by_role("radio", name=words, exact=True).check()
        expect_line(page, "Offline: 1 change kept on this device, will send")
        stage.network.down = False
        until(page, lambda: sitting.held(Kind.CERTAINTY) == {sitting.choices[0]: ("sure",)}, SOON, "lost")
        expect_line(page, "Saved ")
        page.reload()
        expect(page.get_by_label("Sure", exact=True)).to_be_checked()


def _answered_ahead(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """An option, how sure one is and a note, while the scripts are still on their way; then nothing more."""
    sitting, done = stage.sit_down(), list[str]()
    with at(sitting, browser, altered) as context:
        page = page_of(context)
        hold_up(page, "sitting.js", lambda: bool(done))
        page.goto(sitting.question(sitting.choices[0]), wait_until="commit")
        row(page, "near")
        page.get_by_role("radio", name="Unsure", exact=True).check()
        page.locator("details:has(textarea[name=note]) summary").click()
        page.get_by_label("Your note on this question").fill("dirty price")
        done.append("all")
        wanted = {Kind.ANSWER: ("near",), Kind.CERTAINTY: ("unsure",), Kind.NOTE: ("dirty price",)}
        until(
            page,
            lambda: {kind: sitting.held(kind).get(sitting.choices[0]) for kind in wanted} == wanted,
            SOON,
            "what was chosen ahead is not saved",
        )
        expect_line(page, "Saved ")
        entries = sitting.entries()
        page.reload()
        expect_line(page, "Saved ")
        assert sitting.entries() == entries, "a page saves what it was drawn with"


def test_what_is_chosen_before_the_script_is_there_is_saved_at_once(stage: Stage, browser: Browser) -> None:
    _answered_ahead(stage, browser)


def test_control_a_script_that_minds_only_what_comes_after_it_is_noticed(
    stage: Stage, browser: Browser
) -> None:
    deaf = {"sitting.js": ("ahead.set(kind, value)", "null")}
    with pytest.raises(AssertionError, match="chosen ahead is not saved"):
        _answered_ahead(stage, browser, deaf)


def test_two_tabs_that_choose_the_same_are_no_conflict(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        pages = [open_question(context, sitting) for _ in range(2)]
        for page in pages:
            row(page, "near")
            expect_line(page, "Saved ")
        row(pages[0], "far")
        expect_line(pages[0], "Saved ")
        row(pages[1], "off")
        expect(pages[1].get_by_role("alert")).to_contain_text("Saved there: ")
        expect_line(pages[1], f"Not saved: question {sitting.choices[0]} was changed in another tab")
        pages[1].get_by_role("button", name="Keep mine").click()
        until(pages[1], lambda: sitting.held() == {sitting.choices[0]: ("off",)}, SOON, "not kept")


def test_answers_land_where_the_log_in_has_lapsed_and_the_way_back_in_keeps_them(
    stage: Stage, browser: Browser
) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        context.clear_cookies()
        row(page, "near")
        expect_line(page, "Saved ")
        assert sitting.held() == {sitting.choices[0]: ("near",)}
        sitting.visitor.log_out()
        row(page, "far")
        expect_line(page, "Not sent: you are logged out. 1 answer kept on this device")
        page.get_by_role("button", name="Next", exact=True).click()
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        context.add_cookies(sitting.again().cookies())
        page.goto(sitting.question(sitting.choices[0]))
        until(page, lambda: sitting.held() == {sitting.choices[0]: ("far",)}, SOON, "an answer is lost")


# N08, A04: back after the log-in has lapsed

FORGETFUL = {"outbox.js": ("store.put({ ...entry })", "undefined")}


def _back_in(
    stage: Stage, browser: Browser, away: timedelta, exam: str, altered: Altered | None = None
) -> None:
    """The log-in ends while one is away and types on; in two clicks one is back there with every answer."""
    sitting = stage.sit_down(exam=exam)
    mine, hashed = account.c.id == sitting.account_id, password_hash()
    stage.house.store.write(
        lambda conn: conn.execute(account.update().where(mine).values(password=hashed)).close()
    )
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting)
        row(page, "near")
        expect_line(page, "Saved ")
        sitting.house.clock.move(away)
        sitting.visitor.log_out()
        context.clear_cookies()
        row(page, "far")
        expect_line(page, "Not sent: you are logged out. 1 answer kept on this device")
        page.get_by_role("button", name="Next", exact=True).click()
        page.get_by_label("E-mail address").fill(f"stage{stage.people}@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(sitting.question(sitting.choices[0]))
        wanted = {sitting.choices[0]: ("far",)}
        until(page, lambda: sitting.held() == wanted, SOON, "an answer is lost")
        expect(page.locator('[data-option="far"] input')).to_be_checked()


@pytest.mark.every_case
def test_n08_who_is_logged_out_in_the_middle_is_back_in_two_clicks(stage: Stage, browser: Browser) -> None:
    _back_in(stage, browser, timedelta(minutes=30), "long")


def test_n08_control_without_an_outbox_what_was_typed_meanwhile_is_lost(
    stage: Stage, browser: Browser
) -> None:
    with pytest.raises(AssertionError, match="an answer is lost"):
        _back_in(stage, browser, timedelta(minutes=30), "long", FORGETFUL)


def _after_a_night(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """The start page says that waiting loses nothing, and 19 h 59 later nothing is lost."""
    page = stage.house.visitor().get(f"/exams/small/{ENDLESS}/")
    assert "Nothing is lost by waiting" in page.text
    _back_in(stage, browser, timedelta(hours=19, minutes=59), ENDLESS, altered)


@pytest.mark.every_case
def test_a04_nothing_is_lost_by_waiting_for_a_night(stage: Stage, browser: Browser) -> None:
    _after_a_night(stage, browser)


def test_a04_control_what_no_device_keeps_is_lost_overnight(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="an answer is lost"):
        _after_a_night(stage, browser, FORGETFUL)


def test_log_out_asks_before_it_deletes_what_is_kept(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    answers, asked = itertools.cycle((False, True)), []
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        stage.network.down = True
        row(page, "near")
        expect_line(page, "Offline: 1 answer kept")
        page.close()
        page = context.new_page()

        def answer(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.accept() if next(answers) else dialog.dismiss()

        page.on("dialog", answer)
        page.goto(f"{sitting.address}/attempts/")
        expect(page.get_by_text("Offline: 1 answer kept on this device, will send")).to_be_visible()
        for _ in range(2):
            page.get_by_role("button", name="Log out").click()
            page.wait_for_timeout(200)
            until(page, lambda: bool(asked), SOON, "nobody is asked")
        expect(page.get_by_role("link", name="Log in").first).to_be_visible()
        assert len(asked) == 2
        assert "Offline: 1 answer kept" in asked[0]
        assert page.evaluate(COUNT) == 0


COUNT = """async () => {
  const done = (asked) => new Promise((kept) => { asked.onsuccess = () => kept(asked.result); });
  const held = await done(indexedDB.open("quizapp", 1));
  return done(held.transaction("outbox").objectStore("outbox").count());
}"""
