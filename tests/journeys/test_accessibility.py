"""A01, A07 to A10: no state of any page has a fault that axe or our own checks find, however it is shown."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.journeys.display import hard_to_fill, hard_to_see, obscured, small_or_dragged
from tests.journeys.scenes import Scene, set_scene
from tests.journeys.seats import seated_at
from tests.journeys.states import NOT_PAGES, STATES, State, Viewer, by_looker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = ((320, 640), (1280, 800))
"""A01: every state at these sizes in light; its colours again in dark, at the last of them."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN = """(only) => axe.run({
  runOnly: only, resultTypes: ["violations"], elementRef: false, selectors: true, preload: false
}).then((found) => found.violations.flatMap(
  (one) => one.nodes.map((node) => `${one.id} at ${node.target}: ${node.failureSummary}`)))"""
_SIDEWAYS = """() => {
  const [width, shown] = [document.scrollingElement.scrollWidth, innerWidth];
  return width > shown ? [`${width} px wide, so it scrolls sideways`] : [];
}"""


@pytest.fixture(scope="module")
def scene(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Both sites with everything that the states show."""
    with set_scene(tmp_path_factory.mktemp("scene")) as ready:
        yield ready


@pytest.fixture(scope="module")
def viewer(browser: Browser, scene: Scene) -> Iterator[Viewer]:
    """Shows the states, one log-in for each person."""
    with seated_at(browser, scene.full.address) as seat:
        opened = Viewer(seat, scene)
        with seat.listening({"response": opened.note}):
            yield opened
        opened.leave()


_NARROW = """() => [...document.querySelectorAll("dd")]
  .filter((one) => one.checkVisibility() && one.clientWidth < 80)
  .map((one) => `only ${one.clientWidth} px for "${one.textContent.trim()}"`)"""


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands, whether it scrolls sideways, and facts without room.

    The screen is made as tall as the page: the bar at its foot covers what can be scrolled from under it.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        tall = page.evaluate("document.scrollingElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, tall)})
        said = page.evaluate(RUN, {"type": "tag", "values": RULES}) + page.evaluate(_SIDEWAYS)
        said += page.evaluate(_NARROW)
        found += [f"{width} px: {one}" for one in said]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(RUN, {"type": "rule", "values": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return found


@pytest.fixture(scope="module", params=by_looker(STATES), ids=lambda state: state.name)
def shown(request: pytest.FixtureRequest, viewer: Viewer) -> Iterator[Page]:
    """The page in a state, shown once for all the tests that look at it."""
    page = viewer.show(request.param)
    yield page
    page.set_viewport_size({"width": WIDTHS[-1][0], "height": WIDTHS[-1][1]})


@pytest.mark.every_case
def test_a01_a_page_state_has_no_fault(shown: Page) -> None:
    found = faults_of(shown)
    assert not found, "\n".join(found)


@pytest.mark.every_case
def test_a07_no_bar_that_stays_in_place_covers_what_has_the_focus(shown: Page) -> None:
    found = obscured(shown)
    assert not found, "\n".join(found)


@pytest.mark.every_case
def test_a08_every_target_is_large_enough_and_nothing_must_be_dragged(shown: Page) -> None:
    found = small_or_dragged(shown)
    assert not found, "\n".join(found)


@pytest.mark.every_case
def test_a09_every_field_can_be_pasted_into_and_filled_by_the_browser(shown: Page) -> None:
    found = hard_to_fill(shown)
    assert not found, "\n".join(found)


@pytest.mark.every_case
def test_a10_nothing_hangs_on_colour_motion_or_narrow_spacing(shown: Page) -> None:
    found = hard_to_see(shown)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        ("document.querySelector('label').htmlFor = ''", "label at"),
        ("document.querySelector('h1').style.color = 'rgb(200, 200, 200)'", "color-contrast at"),
        ("document.querySelector('h1').style.minWidth = '2000px'", "scrolls sideways"),
        ("document.documentElement.lang = ''", "html-has-lang at"),
        (
            "document.querySelector('main').append(document.createElement('dd'));"
            "document.querySelector('dd').style.width = '60px'",
            "only 60",
        ),
    ],
    ids=["an input without a label", "low contrast", "too wide", "no language", "a fact without room"],
)
def test_a01_control_a_planted_fault_is_found(viewer: Viewer, plant: str, found: str) -> None:
    page = viewer.show(by_name("register"))
    page.evaluate(plant)
    assert any(found in one for one in faults_of(page))


def by_name(name: str) -> State:
    return next(one for one in STATES if one.name == name)


def _found(viewer: Viewer, state: str, style: str, script: str, check: Callable[[Page], list[str]]) -> str:
    """What a check finds on a page under more rules of style, and after a script."""
    page = viewer.show(by_name(state))
    page.evaluate(
        "(rules) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); "
        "document.adoptedStyleSheets = [sheet]; }",
        style,
    )
    page.evaluate(script)
    return "\n".join(check(page))


STAYING = ".slim, .question-bar { position: sticky !important } html { scroll-padding: 0 !important }"


def test_a07_control_bars_without_room_for_what_is_behind_them_are_noticed(viewer: Viewer) -> None:
    assert "px: " in _found(viewer, "question, answered", STAYING, "0", obscured)


@pytest.mark.parametrize(
    ("style", "script", "found"),
    [
        (".button { min-block-size: 0 !important; padding: 0 !important; line-height: 1 }", "0", "24 px"),
        ("", "document.querySelector('.option').draggable = true", "is dragged"),
    ],
    ids=["small buttons", "something to drag"],
)
def test_a08_control_small_targets_and_drags_are_noticed(
    viewer: Viewer, style: str, script: str, found: str
) -> None:
    assert found in _found(viewer, "question, answered", style, script, small_or_dragged)


_MAIL = "document.querySelector('[type=email]')"


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("addEventListener('paste', (event) => event.preventDefault())", "refuses what is pasted"),
        (f"{_MAIL}.removeAttribute('autocomplete')", "has no autocomplete"),
        ("document.querySelector('main').append(document.createElement('canvas'))", "may be a puzzle"),
        (f"{_MAIL}.after({_MAIL}.cloneNode())", "asks for an address twice"),
        (f"{_MAIL}.value = ''", "must be typed again"),
    ],
    ids=["no paste", "no autocomplete", "a puzzle", "an address twice", "an address forgotten"],
)
def test_a09_control_a_field_that_is_hard_to_fill_is_noticed(viewer: Viewer, script: str, found: str) -> None:
    assert found in _found(viewer, "register with errors", "", script, hard_to_fill)


FORCED = "".join(
    f"{one} {{ forced-color-adjust: auto !important; border-color: navy !important; background: navy }}"
    for one in (".option .letter", ".option input:checked ~ .letter")
)
"""As if no rule said what marks a choice where a device gives its own colours to everything."""


@pytest.mark.parametrize(
    ("state", "style", "found"),
    [
        ("question, explained", ".answer :is(.tags, svg) { display: none !important }", "by colour alone"),
        ("question, answered", ".option label { transition: all 1s }", "moves"),
        ("question, answered", ".letter { border-color: #eee !important }", "no edge to be seen"),
        ("question, answered", FORCED, "looks like its opposite"),
        ("question, answered", ".button { border: 0 !important }", "no edge in forced colours"),
        ("question, answered", ".stem { max-block-size: 1.5em; overflow: hidden }", "is cut off"),
        ("question, answered", ".option-text { block-size: 1.4em !important }", "does not fit its box"),
        ("question, answered", ".stem { white-space: nowrap }", "scrolls sideways"),
    ],
    ids=["colour", "motion", "edges", "forced colours", "forced edges", "clipped", "overfull", "sideways"],
)
def test_a10_control_what_is_hard_to_see_is_noticed(
    viewer: Viewer, state: str, style: str, found: str
) -> None:
    assert found in _found(viewer, state, style, "0", hard_to_see)


def pages_without_state(states: tuple[State, ...], scene: Scene) -> set[str]:
    """The routes that answer GET with a page and that no state shows."""
    routes = {rule.endpoint for rule in scene.full.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return routes - set(NOT_PAGES) - {state.endpoint for state in states}


@pytest.mark.every_case
def test_a01_every_page_has_a_state(scene: Scene) -> None:
    assert not pages_without_state(STATES, scene)


def test_a01_control_a_page_without_a_state_is_found(scene: Scene) -> None:
    fewer = tuple(one for one in STATES if one.endpoint != "pages.about")
    assert pages_without_state(fewer, scene) == {"pages.about"}


@pytest.mark.parametrize("name", sorted(NOT_PAGES))
def test_what_is_listed_as_no_page_is_none(viewer: Viewer, scene: Scene, name: str) -> None:
    site, path = scene.full, scene.path(NOT_PAGES[name])
    who = "admin" if name.startswith(("board", "items")) else "sitter"
    page = viewer.show(next(one for one in STATES if one.who == who))
    reply = page.context.request.get(site.address + path, max_redirects=0)
    assert reply.status == 303 or not reply.headers["content-type"].startswith("text/html")
