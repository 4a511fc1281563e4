"""A05: what the test screen says aloud: little, once, and at once where something is not saved."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.altered import Altered
from tests.journeys.houses import Stage, expect_line, row, running_house, staged, until
from tests.journeys.test_outbox import at, open_question

pytestmark = pytest.mark.browser

MOST = 6
"""A05: announcements in the hour of a test."""
AT_ONCE = timedelta(seconds=2)
LEFT = (45, 31, 30, 20, 15, 9, 5, 3, 1, 0.5)
"""Minutes that are left when the hour is looked at again and one more change is saved."""
LISTENING = """
window.ahead = 0;
const right = performance.now.bind(performance);
performance.now = () => right() + window.ahead;
window.heard = [];
const SPOKEN = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
const listener = new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) {
    const one = (target.closest ? target : target.parentElement)?.closest(SPOKEN);
    const come = [...addedNodes].filter((it) => it.matches?.(SPOKEN));
    for (const it of one ? [one] : come) if (it.textContent.trim()) window.heard.push(it.textContent.trim());
  }
});
const all = { subtree: true, childList: true, characterData: true };
addEventListener("DOMContentLoaded", () => listener.observe(document, all));
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_house(tmp_path_factory.mktemp("stage")) as house, staged(house) as stage:
        yield stage


def heard(page: Page) -> list[str]:
    """What a screen reader has been given to say since the page was opened."""
    found: list[str] = page.evaluate("window.heard")
    return found


def _an_hour(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """A change is saved ten times in an hour; the clock is put away, comes back, and can go again."""
    sitting = stage.sit_down()
    with at(sitting, browser, altered, LISTENING) as context:
        page = open_question(context, sitting)
        row(page, "off")
        page.get_by_role("button", name="Hide clock").click()
        for number, minutes in enumerate(LEFT):
            step = sitting.left() - timedelta(minutes=minutes)
            sitting.house.clock.move(step)
            page.evaluate("(ms) => { window.ahead += ms }", step / timedelta(milliseconds=1))
            row(page, "near" if number % 2 else "far")
            expect_line(page, "Saved ")
            page.wait_for_timeout(300)
            assert page.get_by_role("timer").is_visible() == (minutes <= 5), "the clock does not come and go"
        told = heard(page)
        assert [one for one in told if one.endswith("left")] == [
            f"{minutes} left" for minutes in ("30 minutes", "15 minutes", "5 minutes", "1 minute")
        ], told
        # On a bad network that a save is lost is said as well, and then that it is saved.
        lost = sum(one.startswith("Offline: ") for one in told)
        assert len(told) - 2 * lost <= MOST, f"too much is said: {told}"
        page.get_by_role("button", name="Hide clock").click()
        expect(page.get_by_role("timer")).to_be_hidden()
        expect(page.locator("[data-place]")).to_be_hidden()


@pytest.mark.every_case
def test_a05_an_hour_with_many_saves_is_told_in_a_few_words(stage: Stage, browser: Browser) -> None:
    _an_hour(stage, browser)


def test_a05_control_a_line_that_speaks_each_save_is_noticed(stage: Stage, browser: Browser) -> None:
    aloud = {"sitting.js": ("const words = saveState", "saveState.role = 'status'; const words = saveState")}
    with pytest.raises(AssertionError, match="too much is said"):
        _an_hour(stage, browser, aloud)


def _not_saved(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """That something is not saved is said at once and once; so is that it is saved again."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered, LISTENING) as context:
        page = open_question(context, sitting)
        row(page, "off")
        expect_line(page, "Saved ")
        assert heard(page) == []
        stage.network.down = True
        row(page, "near")
        until(page, lambda: bool(heard(page)), AT_ONCE, "nobody hears that it is not saved")
        row(page, "far")
        page.wait_for_timeout(300)
        assert heard(page) == ["Offline: 1 answer kept on this device, will send"]
        stage.network.down = False
        expect_line(page, "Saved ")
        told = heard(page)
        assert len(told) == 2, told
        assert told[1].startswith("Saved ")


@pytest.mark.every_case
def test_a05_what_is_not_saved_is_told_within_two_seconds(stage: Stage, browser: Browser) -> None:
    _not_saved(stage, browser)


def test_a05_control_a_page_that_keeps_its_troubles_to_itself_is_noticed(
    stage: Stage, browser: Browser
) -> None:
    silent = {"sitting.js": ("announce(text);", "")}
    with pytest.raises(AssertionError, match="nobody hears"):
        _not_saved(stage, browser, silent)
