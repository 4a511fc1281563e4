"""The state line: what it says of all that a page knows of its saves, as one pure function."""

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAY = """async ([all, old, put]) => {
  const text = await (await fetch("/stateline.js")).text();
  if (!text.includes(old)) throw new Error(`not there: ${old}`);
  const altered = new Blob([text.replace(old, put)], { type: "text/javascript" });
  const { stateLine } = await import(URL.createObjectURL(altered));
  return all.map((facts) => stateLine(facts));
}"""
Facts = dict[str, Any]
PAGE: Facts = {"drawn": ["none", "Not answered yet"], "zone": "Europe/Berlin", "here": 3}
SAVED: Facts = {"saved_at": "2026-03-02T09:42:07+00:00"}
REFUSED: Facts = {"troubles": [{"why": "not_a_number", "position": 3}]}
DIGITS = "write the number in plain digits, such as 1234.56"
AGAIN = "Press again to hand in without it"
CLOSED = "this test, or this part of it, has ended"


def kept(*faults: str | None, kind: str = "answer") -> Facts:
    """An outbox with a change for each fault, in questions 3, 4 and so on."""
    return {
        "entries": [
            {"attempt": "/a/", "position": number, "kind": kind, "fault": fault}
            for number, fault in enumerate(faults, 3)
        ]
    }


def troubles(why: str, *positions: int) -> Facts:
    return {"troubles": [{"why": why, "position": one} for one in positions]}


def say(modules: Page, all_facts: Iterable[Facts], old: str = "", put: str = "") -> list[tuple[str, str]]:
    """The state and the words for each page, perhaps with something else in place of a guard."""
    asked = [[PAGE | one for one in all_facts], old, put]
    return [(state, words) for state, words in modules.evaluate(SAY, asked)]


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({}, "none", "Not answered yet"),
        (SAVED, "saved", "Saved 10:42:07"),
        (SAVED | {"zone": "UTC"}, "saved", "Saved 09:42:07"),
        (SAVED | kept(None), "saving", "Saving"),
        (SAVED | kept("offline"), "offline", "Offline: 1 answer kept on this device, will send"),
        (kept("offline", None, None), "offline", "Offline: 3 answers kept on this device, will send"),
        (
            kept("offline", "offline", kind="flag"),
            "offline",
            "Offline: 2 changes kept on this device, will send",
        ),
        (
            kept("offline") | {"durable": False},
            "offline",
            "Offline: 1 answer kept on this page only, will send",
        ),
        (kept("busy"), "offline", "The server is busy: 1 answer kept on this device, will send"),
        (
            kept("signed_out"),
            "failed",
            "Not sent: you are logged out. 1 answer kept on this device; log in, then open this test again",
        ),
        (
            kept("offline", "conflict"),
            "failed",
            "Not saved: question 4 was changed in another tab or on another device",
        ),
        (
            SAVED | {"elsewhere": True},
            "failed",
            "Changed in another tab or on another device: reload this page to see it",
        ),
        ({"elsewhere": True} | kept(None), "saving", "Saving"),
        (SAVED | REFUSED, "failed", f"Not saved: {DIGITS}"),
        (REFUSED | {"here": None}, "failed", f"Not saved, question 3: {DIGITS}"),
        (troubles("number_too_long", 4), "failed", f"Not saved, question 4: {DIGITS}"),
        (troubles("note_too_long", 3), "failed", "Not saved: the note is longer than 2,000 characters"),
        (troubles("text_too_long", 3), "failed", "Not saved: this answer is too long"),
        (troubles("unheard_of", 3), "failed", "Not saved: this answer cannot be read"),
        (troubles("attempt_closed", 7), "failed", f"Not saved, question 7: {CLOSED}"),
        (troubles("attempt_closed", 12, 7, 9), "failed", f"Not saved, questions 7, 9 and 12: {CLOSED}"),
        (troubles("attempt_closed", 7, 7), "failed", f"Not saved, question 7: {CLOSED}"),
        (
            {"troubles": troubles("attempt_closed", 7)["troubles"] + REFUSED["troubles"]},
            "failed",
            f"Not saved, question 7: {CLOSED}. Not saved: {DIGITS}",
        ),
        (troubles("not_found", 7), "failed", f"Not saved, question 7: {CLOSED}"),
        (troubles("part_not_open", 7), "failed", "Not saved, question 7: this part is not open"),
        (troubles("out_of_order", 3), "failed", "Not saved: this question is not open any more"),
        (troubles("answer_revealed", 7), "failed", "Not saved, question 7: its explanation was open already"),
        (
            troubles("late", 3),
            "failed",
            "Too late: time was up. This change is kept on record, not scored",
        ),
        (troubles("late", 4), "failed", "Too late, question 4: kept on record, not scored"),
        (REFUSED | kept(None), "failed", f"Not saved: {DIGITS}"),
        (
            REFUSED | kept("offline"),
            "failed",
            f"Not saved: {DIGITS}. Offline: 1 answer kept on this device, will send",
        ),
        (SAVED | {"time": "up"}, "saving", "Time is up"),
        (REFUSED | {"time": "up"} | kept("offline"), "saving", "Time is up"),
        (SAVED | {"time": "over"}, "saved", "Time is up. What is saved is being handed in."),
        (REFUSED | {"time": "over"}, "failed", f"Time is up. Not saved: {DIGITS}"),
        (
            {"time": "over"} | kept("offline"),
            "failed",
            "Time is up. Offline: 1 answer kept on this device, will send",
        ),
        ({"time": "over"} | kept(None), "failed", "Time is up. Saving"),
        (
            {"stopped": True} | kept("offline"),
            "failed",
            f"Not handed in: Offline: 1 answer kept on this device, will send. {AGAIN}",
        ),
        (
            {"stopped": True, "here": None} | REFUSED,
            "failed",
            f"Not handed in: Not saved, question 3: {DIGITS}. {AGAIN}",
        ),
        (SAVED | {"stopped": True}, "saved", "Saved 10:42:07"),
    ],
)
def test_the_line_says(modules: Page, facts: Facts, state: str, words: str) -> None:
    assert say(modules, [facts]) == [(state, words)]


UNSAVED = (
    REFUSED,
    troubles("late", 3),
    troubles("attempt_closed", 5),
    kept(None),
    kept("offline"),
    kept("conflict"),
)


def _states_of_unsaved(modules: Page, old: str = "", put: str = "") -> set[str]:
    """What state the line is in for all pages and every one or two things that are not saved."""
    pages: list[Facts] = [
        SAVED,
        SAVED | {"time": "over"},
        SAVED | {"stopped": True},
        SAVED | {"elsewhere": True},
    ]
    some = [one | two for one, two in combinations(UNSAVED, 2)] + [*UNSAVED]
    told = say(modules, (page | unsaved for page, unsaved in product(pages, some)), old, put)
    return {state for state, _ in told}


def test_nothing_is_called_saved_while_anything_is_not(modules: Page) -> None:
    assert _states_of_unsaved(modules) <= {"saving", "offline", "failed"}


@pytest.mark.parametrize("guard", ["if (trouble) return", "if (outbox) return", "return unsaved ?"])
def test_control_a_line_that_forgets_one_of_them_is_noticed(modules: Page, guard: str) -> None:
    without = guard.replace("(", "(false && ").replace("unsaved ?", "false ?")
    assert "saved" in _states_of_unsaved(modules, guard, without)


def test_what_is_kept_offline_is_told_beside_every_refusal(modules: Page) -> None:
    told = say(modules, [one | kept("offline") for one in UNSAVED[:3]])
    assert all("1 answer kept on this device" in words for _, words in told), told
