"""A02: from log-in to result with the keyboard alone, and no page that holds the focus fast."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from quizapp.services.clock import system_clock
from tests.journeys.booklets import begin, booklet
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.sites import PASSWORD

pytestmark = pytest.mark.browser

MOST_STOPS = 400
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.stop ??= String(window.stops = (window.stops ?? 0) + 1);
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    stop: one.dataset.stop,
    name: (one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText ?? "").trim(),
    kind: one.type || one.localName,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
_CHOSEN = "() => document.activeElement.checked"


class Trap(AssertionError):
    """The focus goes round without reaching what it should reach, or cannot be seen."""


def tab_to(page: Page, name: str, kind: str | None = None, key: str = "Tab") -> None:
    """Press Tab until the focus is on the control of that name; every stop on the way can be seen."""
    on_the_way: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(_FOCUSED)
        if stop is None:
            continue
        if not stop["outlined"] or not stop["shown"]:
            raise Trap(f"the focus on {stop['name']!r} cannot be seen")
        if stop["name"].startswith(name) and kind in (None, stop["kind"]):
            return
        if on_the_way and stop["stop"] == on_the_way[-1]:
            raise Trap(f"the focus stays on {stop['name']!r}")
        if on_the_way.count(stop["stop"]) > 1:
            raise Trap(f"the focus goes round and does not reach {name!r}")
        on_the_way.append(stop["stop"])
    raise Trap(f"{name!r} is not reached")


def press_on(page: Page, name: str, kind: str | None = None) -> None:
    """Tab to a link or button and follow it with Enter."""
    tab_to(page, name, kind)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sit_by_keyboard(person: Person, email: str) -> None:
    """Log in, begin the warm-up, answer every question, hand in, and stand at the result."""
    page = person.visit("/accounts/login")
    tab_to(page, "E-mail address")
    page.keyboard.type(email)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    press_on(page, "Choose a test")
    press_on(page, "Read the rules: Warm-up")
    press_on(page, "Begin:")
    walked: set[str] = set()
    for position in range(1, 11):
        expect(page.get_by_role("heading", name=f"Question {position}", exact=True)).to_be_visible()
        answer_and_go_on(page, "Next" if position < 10 else "Finish", walked)
    expect(page.get_by_role("heading", name="Before you hand in")).to_be_visible()
    press_on(page, "Hand in", "a")
    expect(page.get_by_role("heading", name="Hand in this test?")).to_be_visible()
    press_on(page, "Hand in, 0 unanswered")
    expect(page.get_by_role("heading", name="Result: Warm-up")).to_be_visible()
    tab_to(page, "Read the explanations")


def answer_and_go_on(page: Page, button: str, walked: set[str]) -> None:
    """Answer the question on the page and press the button; once a kind of answer, walk back in between."""
    if page.locator("input[type=text][name=answer]").count():
        answer = ("Your answer", "text")
        tab_to(page, *answer)
        page.keyboard.type("12.5")
    elif page.locator("input[type=checkbox][name=answer]").count():
        answer = ("A", "checkbox")
        tab_to(page, *answer)
        page.keyboard.press("Space")
    elif (slots := page.locator("[name^='answer.']")).count():
        answer = slots.first.evaluate("one => [one.labels[0].innerText.trim(), one.type]")
        tab_to(page, *answer)
        if answer[1] == "text":
            page.keyboard.type("12.5")
        else:
            page.keyboard.press("ArrowDown")
    else:
        answer = ("B", "radio")
        tab_to(page, "A", "radio")
        for arrow, letter in (("ArrowDown", "B"), ("ArrowUp", "A"), ("ArrowRight", "B")):
            page.keyboard.press(arrow)
            stop = page.evaluate(_FOCUSED)
            if stop is None or not stop["name"].startswith(letter) or not page.evaluate(_CHOSEN):
                raise Trap(f"{arrow} does not choose {letter}")
    expect(page.locator("[data-save-text]")).to_contain_text("Saved")
    if answer[1] not in walked:
        walked.add(answer[1])
        tab_to(page, button, "submit")
        tab_to(page, *answer, key="Shift+Tab")
    press_on(page, button, "submit")


@pytest.mark.every_case
def test_a02_the_whole_way_from_log_in_to_result_goes_by_keyboard(sit: Sit) -> None:
    with sit() as person:
        person.site.person("keys@example.org")
        sit_by_keyboard(person, "keys@example.org")


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        ("addEventListener('keydown', (e) => e.key === 'Tab' && e.preventDefault(), true)", "stays"),
        ("document.adoptedStyleSheets = [new CSSStyleSheet()]; document.adoptedStyleSheets[0]"
         ".insertRule(':focus-visible { outline: 0 !important }')", "cannot be seen"),
        ("for (const one of document.querySelectorAll('button')) one.tabIndex = -1", "round"),
    ],
    ids=["a page that keeps the Tab key", "no visible focus", "a button out of reach"],
)  # fmt: skip
def test_a02_control_a_trap_is_noticed(sit: Sit, plant: str, said: str) -> None:
    with sit() as person:
        page = person.visit("/accounts/login")
        tab_to(page, "E-mail address")
        page.evaluate(plant)
        with pytest.raises(Trap, match=said):
            press_on(page, "Log in", "submit")


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        ("addEventListener('keydown', (e) => e.key.startsWith('Arrow') && e.preventDefault(), true)",
         "ArrowDown does not choose B"),
        ("addEventListener('keydown', (e) => e.shiftKey && e.preventDefault(), true)", "stays on 'Next"),
        ("for (const one of document.querySelectorAll('[name=answer]')) one.tabIndex = -1",
         "round and does not reach 'A'"),
    ],
    ids=["dead arrows", "no way back", "an answer out of reach"],
)  # fmt: skip
def test_a02_control_a_trap_on_a_question_is_noticed(sit: Sit, plant: str, said: str) -> None:
    with sit() as person:
        account_id = person.site.person(f"{uuid4().hex}@example.org")
        public_id = begin(person.site.store, account_id, "warm-up", system_clock())
        asked = booklet(person.site.store, public_id)[:-1]
        one = next(one for one in asked if one.item.interaction == "single_choice")
        person.seat(account_id)
        page = person.visit(f"/attempts/{public_id}/questions/{one.position}")
        page.evaluate(plant)
        with pytest.raises(Trap, match=said):
            answer_and_go_on(page, "Next", set())
