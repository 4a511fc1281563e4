"""The tools of the test screen: calculator, note and highlights; what it reckons, against our formulas."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from math import isclose

import pytest
from playwright.sync_api import Page, expect

from quizapp.assessment.attempt import Kind
from quizapp.finance import tvm
from quizapp.finance.errors import FinanceError
from quizapp.paths import STATIC
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store.attempts import find_attempt
from quizapp.store.responses import current_values, log_of
from tests.journeys.booklets import begin, booklet
from tests.journeys.browsing import Person
from tests.journeys.conftest import Sit
from tests.journeys.test_sitting import expect_saved

pytestmark = pytest.mark.browser


# The financial keys, against quizapp.finance

SOLVE = """async (cases) => {
  const { solve, NoSolution } = await import("/tvm.js");
  return cases.map(([key, held]) => {
    try { return solve(key, held, held); }
    catch (refusal) { if (refusal instanceof NoSolution) return refusal.message; throw refusal; }
  });
}"""
Held = dict[str, float | bool]


def due(key: str, held: Held) -> Decimal | None:
    """What our own formulas make of the other four values; None where they refuse."""
    given = {name: Decimal(str(value)) for name, value in held.items() if name != "begin"}
    rate = given["iy"] / 100 / given["perYear"]
    begin = int(held["begin"])
    n, pv, pmt, fv = given["n"], given["pv"], given["pmt"], given["fv"]
    try:
        match key:
            case "pv":
                return tvm.present_value(rate, n, pmt, fv, begin)
            case "fv":
                return tvm.future_value(rate, n, pmt, pv, begin)
            case "pmt":
                return tvm.level_payment(rate, n, pv, fv, begin)
            case "n":
                return tvm.number_of_periods(rate, pmt, pv, fv, begin)
            case _:
                return tvm.rate_of_annuity(n, pmt, pv, fv, begin) * 100 * given["perYear"]
    except FinanceError:
        return None


def cases() -> Iterator[tuple[str, Held]]:
    """Bonds, loans, savings and nonsense: every key over a grid of terms, rates and amounts."""
    amounts = ((-950, 50, 1000), (200_000, -1199.1, 0), (0, -250, 0), (-1000, 0, 2500), (1000, 60, 1000))
    for n, iy, per_year, early in product((1, 7.5, 360), (-4, 0, 6, 45), (1, 12), (False, True)):
        for pv, pmt, fv in amounts:
            held: Held = {
                "n": n,
                "iy": iy,
                "pv": pv,
                "pmt": pmt,
                "fv": fv,
                "perYear": per_year,
                "begin": early,
            }
            yield from ((key, held) for key in ("n", "iy", "pv", "pmt", "fv"))


def test_the_financial_keys_agree_with_our_formulas(modules: Page) -> None:
    asked = [*cases()]
    found = modules.evaluate(SOLVE, asked)
    told = [(key, held, due(key, held), one) for (key, held), one in zip(asked, found, strict=True)]
    refused = [isinstance(one, str) for one in found]
    assert [one for one in told if (one[2] is None) != isinstance(one[3], str)] == []
    assert [
        one for one in told if one[2] is not None and not isclose(one[2], one[3], rel_tol=1e-9, abs_tol=1e-9)
    ] == []
    assert 0.05 < sum(refused) / len(refused) < 0.5, "both answers and refusals were tried"


@pytest.mark.parametrize(
    ("key", "held", "says"),
    [
        ("iy", {"n": 10, "pv": 1000, "pmt": 60, "fv": 1000}, "opposite signs"),
        ("iy", {"n": 10, "pv": 0, "pmt": 0, "fv": 0}, "No solution"),
        ("iy", {"n": 0, "pv": -1000, "pmt": 60, "fv": 1000}, "N must be above zero"),
        ("n", {"iy": 0, "pv": -1000, "pmt": 0, "fv": 1000}, "No solution"),
        ("n", {"iy": 10, "pv": 1000, "pmt": -50, "fv": 0}, "look at the signs"),
        ("pv", {"n": 10, "iy": -100, "pmt": 1, "fv": 1}, "−100 %"),
        ("fv", {"n": 1e6, "iy": 100, "pmt": 1, "pv": 1}, "too large"),
        ("pmt", {"n": 10, "iy": 5, "pv": 1, "fv": 1, "perYear": 0}, "P/Y must be above zero"),
    ],
)
def test_what_has_no_answer_is_told_in_words(modules: Page, key: str, held: Held, says: str) -> None:
    (told,) = modules.evaluate(SOLVE, [(key, {"begin": False, "perYear": 1} | held)])
    assert says in str(told)


# The other keys

PRESS = """async (sums) => {
  const { display, fresh, line, plain, press } = await import("/arithmetic.js");
  return sums.map((keys) => {
    const state = keys.split(" ").reduce((one, key) => press(one, key), fresh());
    return [display(state), line(state), state.done && plain(state.done.value)];
  });
}"""
SUMS = {
    "2 + 3 * 4 =": "14",
    "( 2 + 3 ) * 4 =": "20",
    "2 ^ 3 ^ 2 =": "512",
    "2 * 3 ^ 2 + 1 =": "19",
    "9 - 4 - 3 =": "2",
    "1 0 0 / 8 / 5 =": "2.5",
    ". 1 + . 2 =": "0.3",
    "1 / 3 =": "0.333333333333",
    "1 / 3 = * 3 =": "1",
    "9 root": "3",
    "2 + 9 root =": "5",
    "( 2 + 7 ) root =": "3",
    "8 inverse": "0.125",
    "2 0 0 + 5 % =": "210",
    "2 0 0 - 5 % =": "190",
    "2 0 0 * 5 % =": "10",
    "5 %": "0.05",
    "5 sign + 2 =": "−3",
    "- 5 * - 2 =": "10",
    "( - 5 + 2 ) sign =": "3",
    "2 + * 3 =": "6",
    "2 + =": "2",
    "2 * ( 3 + 4 =": "14",
    "1 2 3 back back": "1",
    "1 2 3 + back back": "12",
    "1 2 . 5 back back back": "1",
    "7 m+ clear 3 m- mr": "4",
    "7 m+ mc mr": "0",
    "2 + 7 m+ clear mr": "7",
    "6 = 7": "7",
    "6 = + 1 =": "7",
    "0 0 7": "7",
    "1 . 2 . 3": "1.23",
    "1 . 0 2 =": "1.02",
    "1 0 ^ 1 7 =": "1E17",
    "1 0 ^ 1 7 sign =": "1E−17",
    "2 ^ . 5 =": "1.41421356237",
    "5 / 0 =": "Nothing can be divided by zero",
    "0 inverse": "Nothing can be divided by zero",
    "0 ^ 1 sign =": "Nothing can be divided by zero",
    "4 sign root": "A negative number has no square root",
    "( 2 sign ) ^ . 5 =": "This power is no real number",
    "9 ^ 9 9 9 =": "This number is too large",
    "5 / 0 = 4": "4",
    "5 / 0 = back": "0",
}
"""Keys in a row, and what the display then says."""


def test_the_keys_reckon_as_they_read(modules: Page) -> None:
    told = modules.evaluate(PRESS, [*SUMS])
    assert {keys: one[0] for keys, one in zip(SUMS, told, strict=True)} == SUMS


def test_a_sum_is_told_as_it_was_entered_and_its_result_in_plain_digits(modules: Page) -> None:
    (whole, small) = modules.evaluate(PRESS, ["2 0 0 + 5 % * ( 3 - 1 ) =", "1 / 8 0 0 0 0 0 0 0 ="])
    assert whole == ["220", "220", "220"]
    assert small[2] == "0.0000000125"
    (line,) = modules.evaluate(PRESS, ["2 0 0 + 5 % * ( 3 - 1"])
    assert line[1] == "200 + 5 % × ( 3 − 1"


def test_no_tool_runs_text_or_writes_markup() -> None:
    for name in ("arithmetic", "tvm", "calculator", "notepad", "highlight"):
        text = (STATIC / "js" / f"{name}.js").read_text(encoding="utf-8")
        assert not any(word in text for word in ("eval(", "new Function", "innerHTML", "insertAdjacentHTML"))


# At the question


def seated(person: Person, interaction: str) -> tuple[str, int, Page]:
    """A new person at a question of a kind in a fresh test."""
    for seed in range(40):
        account_id = person.site.person(f"tools-{interaction}-{seed}-{id(person)}@example.org")
        public_id = begin(person.site.store, account_id, "practice-20", system_clock(), seed)
        for one in booklet(person.site.store, public_id):
            if one.item.interaction == interaction:
                person.seat(account_id)
                return (
                    public_id,
                    one.position,
                    person.visit(f"/attempts/{public_id}/questions/{one.position}"),
                )
    raise AssertionError(f"nobody was asked a {interaction}")


def kept(person: Person, public_id: str, position: int, kind: Kind) -> tuple[str, ...]:
    with person.site.store.read() as conn:
        found = find_attempt(conn, public_id)
        assert found
        held = current_values(conn, found.id, position).get((position, kind))
    return held.value if held else ()


def shows(page: Page, words: str) -> None:
    expect(page.get_by_label("Display", exact=True)).to_have_text(words)


def test_the_calculator_works_by_keys_and_pointer_and_stays_for_the_attempt(sit: Sit) -> None:
    with sit() as person:
        public_id, position, page = seated(person, "numeric_entry")
        panel = page.get_by_role("region", name="Calculator")
        expect(panel).to_be_hidden()
        page.keyboard.press("Alt+c")
        expect(panel).to_be_focused()
        page.keyboard.type("1234")
        page.keyboard.press("Backspace")
        shows(page, "123")
        page.keyboard.type("*(2-a2.5)")
        page.keyboard.press("Enter")
        shows(page, "−61.5")
        expect(panel.locator("[data-told]")).to_have_text("−61.5")
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        for key in ("C", "1", "0"):
            panel.get_by_role("button", name=key if key != "C" else "Clear", exact=True).click()
        panel.get_by_role("button", name="N, number of payments").click()
        for typed, name in (("6", "I/Y"), ("-100", "PV"), ("0", "PMT")):
            page.keyboard.type(typed)
            panel.get_by_role("button", name=f"{name}, ").click()
            expect(panel.locator("[data-line]")).to_have_text(f"{name} =")
            shows(page, typed.replace("-", "−"))
        panel.get_by_role("button", name="CPT").click()
        panel.get_by_role("button", name="FV, future value").click()
        shows(page, "179.084769654")
        expect(panel).to_contain_text("N 10, I/Y 6, PV −100, PMT 0, FV 179.084769654")
        with page.expect_response("**/responses"):
            panel.get_by_role("button", name="Put into the answer").click()
        expect(page.get_by_label("Your answer")).to_have_value("179.084769654")
        expect_saved(page)
        assert kept(person, public_id, position, Kind.ANSWER) == ("179.084769654",)
        panel.get_by_role("button", name="CPT").click()
        panel.get_by_role("button", name="N, number of payments").click()
        panel.get_by_role("button", name="Change the sign").click()
        shows(page, "−10")
        person.press("Next" if position < 20 else "Previous")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(f"Question {position}")
        shows(page, "−10")
        expect(panel.get_by_role("list", name="Last results").get_by_role("button")).to_have_text(
            ["N = 10", "FV = 179.084769654", "123 × (2 − 2.5) = −61.5"]
        )
        panel.get_by_role("button", name="FV = 179").click()
        shows(page, "179.084769654")
        page.get_by_role("button", name="Calculator").click()
        expect(panel).to_be_hidden()
        assert min(sizes(page)) >= 24


def sizes(page: Page) -> list[float]:
    """The lesser side of every button of the calculator on the narrowest screen; nothing sticks out there."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Calculator").click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    boxes = [one.bounding_box() for one in page.locator(".calculator button:visible").all()]
    return [min(box["width"], box["height"]) for box in boxes if box]


def test_a_note_is_saved_when_typing_rests_and_found_again(sit: Sit) -> None:
    with sit() as person:
        public_id, position, page = seated(person, "single_choice")
        page.keyboard.press("n")
        field = page.get_by_role("textbox", name="Your note on this question")
        expect(field).to_be_focused()
        with page.expect_response("**/responses", timeout=8_000) as reply:
            page.keyboard.type("Price up,\nyield down")
        assert reply.value.ok
        expect_saved(page)
        assert kept(person, public_id, position, Kind.NOTE) == ("Price up,\nyield down",)
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("n")
        expect(field).to_be_focused()
        page.keyboard.type(" always")
        person.press("Next" if position < 20 else "Previous")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(f"Question {position}")
        assert kept(person, public_id, position, Kind.NOTE) == ("Price up,\nyield down always",)
        page = person.visit(f"/attempts/{public_id}/questions/{position}")
        expect(field).to_have_value("Price up,\nyield down always")
        with person.site.store.read() as conn:
            found = find_attempt(conn, public_id)
            assert found
            assert [(one.kind, one.version) for one in log_of(conn, found.id)] == [
                (Kind.NOTE, 1),
                (Kind.NOTE, 2),
            ]


SELECT = """([name, start, end]) => {
  const fragment = document.querySelector(`[data-fragment="${name}"]`);
  const texts = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let at = 0, text; (text = texts.nextNode()); at += text.length) {
    if (start >= at && start <= at + text.length) range.setStart(text, start - at);
    if (end >= at && end <= at + text.length) range.setEnd(text, end - at);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
MARKED = """() => [...document.querySelectorAll("mark.highlight")].map((one) => one.textContent)"""


def test_words_are_highlighted_taken_off_and_found_again_in_the_explanations(sit: Sit) -> None:
    with sit() as person:
        public_id, position, page = seated(person, "single_choice")
        stem = page.locator("[data-fragment=stem]").text_content() or ""
        second, third, fourth = [one.span() for one in re.finditer(r"\S+", stem)][1:4]
        option = page.locator("[data-fragment^='option.']").first.get_attribute("data-fragment") or ""

        def mark(name: str, start: int, end: int) -> None:
            page.evaluate(SELECT, [name, start, end])
            with page.expect_response("**/responses"):
                page.get_by_role("button", name="Highlight", exact=True).click()

        page.get_by_role("button", name="Highlight", exact=True).click()
        expect(page.locator("[data-highlight-told]")).to_have_text("Select words of the question first")
        mark("stem", second[0], third[1] + 1)
        mark("stem", third[0], fourth[1])
        mark(option, 0, 3)
        expect_saved(page)
        assert kept(person, public_id, position, Kind.HIGHLIGHT) == (
            f"{option}:0-3",
            f"stem:{second[0]}-{fourth[1]}",
        )
        page.reload()
        assert page.evaluate(MARKED)[0] == stem[second[0] : fourth[1]]
        page.locator(f"[data-fragment='{option}'] mark").click()
        expect(page.locator(f"[data-fragment='{option}'] mark")).to_have_count(0)
        expect(page.locator("input[name=answer]:checked")).to_have_count(0)
        mark("stem", *second)
        expect_saved(page)
        assert kept(person, public_id, position, Kind.HIGHLIGHT) == (f"stem:{second[1]}-{fourth[1]}",)
        with person.site.store.read() as conn:
            found = find_attempt(conn, public_id)
        assert found
        attempts.hand_in(person.site.store, found.account_id, public_id, system_clock())
        person.visit(f"/attempts/{public_id}/review")
        assert page.evaluate(MARKED) == [stem[second[1] : fourth[1]]]


def test_without_a_script_there_is_the_note_and_nothing_that_needs_one(sit: Sit) -> None:
    with sit(script=False) as person:
        public_id, position, page = seated(person, "single_choice")
        for name in ("Calculator", "Highlight"):
            expect(page.get_by_role("button", name=name)).to_be_hidden()
        page.get_by_text("Your note", exact=True).click()
        page.get_by_role("textbox", name="Your note on this question").fill("two\nlines")
        person.press("Flag")
        assert kept(person, public_id, position, Kind.NOTE) == ("two\nlines",)
        person.press("Flagged")
        with person.site.store.read() as conn:
            found = find_attempt(conn, public_id)
            assert found
            assert [one.kind for one in log_of(conn, found.id)] == [Kind.FLAG, Kind.NOTE, Kind.FLAG]


def test_a_calculator_that_does_not_come_says_so_and_opens_once_the_network_is_back(sit: Sit) -> None:
    with sit() as person:
        _, _, page = seated(person, "numeric_entry")
        person.allowed |= {"net::ERR_FAILED"}
        panel, button = page.locator("#calculator"), page.get_by_role("button", name="Calculator")
        page.route("**/js/calculator.js", lambda route: route.abort())
        button.click()
        expect(page.locator("[data-module=announcer]")).to_contain_text("The calculator could not be loaded")
        expect(panel).to_be_hidden()
        page.unroute("**/js/calculator.js")
        button.click()
        expect(panel).to_be_focused()
        button.click()
        expect(panel).to_be_hidden()


def test_whoever_comes_from_the_start_page_has_the_calculator_whatever_the_network_does(sit: Sit) -> None:
    with sit() as person:
        person.seat(person.site.person(f"start-{id(person)}@example.org"))
        page = person.visit("/exams/treasuries/practice-20/")
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Begin").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Question 1")
        expect(page.get_by_role("button", name="Calculator")).to_be_visible()
        person.page.context.set_offline(True)
        page.get_by_role("button", name="Calculator").click()
        expect(page.locator("#calculator")).to_be_focused()
