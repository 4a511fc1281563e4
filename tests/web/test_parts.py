"""Questions that come one after another, and breaks between parts, over HTTP with plain forms."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts, board
from quizapp.store.exams import publish_exams
from quizapp.store.items import bank_by_slug
from tests import small_bank
from tests.small_bank import STAGES
from tests.web.forms import form_to
from tests.web.test_attempts import Sitter, sitter, words
from tests.web.visitors import House

LEAVE, SKIP = ("go", "leave"), ("go", "skip")


@pytest.fixture
def house(kept_house: House) -> House:
    def unit(conn: Connection) -> None:
        bank = bank_by_slug(conn, "small")
        assert bank
        publish_exams(conn, bank.id, (*small_bank.EXAMS, STAGES))

    kept_house.store.write(unit)
    return kept_house


@pytest.fixture
def resting(house: House) -> Sitter:
    """Somebody who has just left Part I for its break of five minutes."""
    ada = sitter(house, "stages")
    attempts.leave_part(house.store, ada.account_id, ada.public_id, 0, house.clock())
    return ada


@pytest.fixture
def ordered(resting: Sitter) -> Sitter:
    """Somebody at question 3, the first of a part whose questions come one after another."""
    attempts.end_break(resting.house.store, resting.account_id, resting.public_id, 1, resting.house.clock())
    return resting


def test_breaks_and_order_are_told_before_begin(house: House) -> None:
    page = words(house.visitor().get("/exams/small/stages/").text)
    assert "A break of 5 minutes follows Part I. The next part opens when the break ends" in page
    assert "Part II: its questions come one after another." in page
    assert "until you leave its part, or go on from it where questions come one after another." in page
    plain = words(house.visitor().get("/exams/small/two-parts/").text)
    assert "break" not in plain
    assert "one after another" not in plain


def test_leaving_a_part_leads_into_its_break_and_its_button_out_of_it(house: House) -> None:
    ada = sitter(house, "stages")
    page = words(ada.get("hand-in").text)
    assert "A break of 5 minutes begins. Part II opens when it ends, or sooner if you say so." in page
    form_to(ada.visitor.get(f"{ada.at}hand-in").text, f"{ada.at}parts/0/leave").send(ada.visitor)
    assert ada.visitor.get(ada.at).location == f"{ada.at}break"
    for path in ("questions/1", "questions/3", "check", "hand-in", "result"):
        assert "no way back to its questions" in ada.get(path).text
    told = words(ada.get("break").text)
    assert re.search(r"Part II opens at \d\d:\d\d:\d\d by itself", told)
    assert "Part I is closed" in told
    assert "Part II: 6 questions, 3 min, which begin when it opens" in told
    house.clock.move(timedelta(minutes=1))
    assert ada.visitor.get(f"{ada.at}clock").json == {
        "open": True,
        "part": -1,
        "left_ms": 240_000,
        "grace_ms": 5000,
        "extra": "",
    }
    form = form_to(ada.get("break").text, f"{ada.at}parts/1/open")
    for _ in range(2):
        assert form.send(ada.visitor).location == ada.at
    assert ada.visitor.get(ada.at).location == ada.question(3)
    assert ada.visitor.get(f"{ada.at}break").location == ada.at
    assert ada.visitor.get(f"{ada.at}clock").json["left_ms"] == 180_000


def test_without_a_script_the_page_of_a_break_goes_on_by_itself(resting: Sitter) -> None:
    page = resting.get("break").text
    found = re.search(r'<noscript>\s*<meta http-equiv="refresh" content="(\d+);url=([^"]+)">', page)
    assert found
    assert found.groups() == ("301", resting.at)
    resting.house.clock.move(timedelta(seconds=int(found[1])))
    assert resting.visitor.get(found[2]).location == resting.question(3)


def test_a_question_is_left_by_its_own_buttons_and_the_map_leads_nowhere(ordered: Sitter) -> None:
    page = ordered.get("questions/3").text
    assert 'class="cell' in page
    assert not re.search(r'<a class="cell', page)
    assert "there is no way back to this one" in page
    form = ordered.form(3)
    refused = form.send(ordered.visitor, LEAVE)
    assert refused.status_code == 422
    assert "This question has no answer" in refused.text
    assert form.send(ordered.visitor, LEAVE, answer=ordered.key(3)).location == ordered.at
    assert ordered.visitor.get(ordered.at).location == ordered.question(4)
    assert form.send(ordered.visitor, LEAVE, answer=ordered.key(3)).location == ordered.at, "a double click"
    assert ordered.visitor.get(ordered.question(3)).location == ordered.at
    assert ordered.visitor.get(ordered.question(5)).location == ordered.at
    assert ordered.form(4).send(ordered.visitor, SKIP).location == ordered.at
    assert ordered.visitor.get(ordered.at).location == ordered.question(5)
    assert [where for where, *_ in ordered.values()] == [3]


def test_who_leaves_a_question_just_after_time_was_up_is_led_to_the_result(ordered: Sitter) -> None:
    form = ordered.form(3)
    ordered.house.clock.move(timedelta(minutes=10))
    assert form.send(ordered.visitor, SKIP).location == ordered.at
    assert ordered.visitor.get(ordered.at).location == f"{ordered.at}result"


def test_a_break_tells_the_minutes_that_its_part_will_have(resting: Sitter) -> None:
    house, double = resting.house, Grant(100, Measure.PERCENT)
    board.give(
        house.store, resting.public_id, double, Reason.FAULT, resting.account_id, house.clock(), "a click"
    )
    assert "Part II: 6 questions, 6 min, which begin" in words(resting.get("break").text)


def test_a_save_to_a_question_that_is_not_open_is_refused_by_name(ordered: Sitter) -> None:
    for position in (4, 8):
        refused = ordered.script(position=position, value=["1"], kind="flag")
        assert (refused.status_code, refused.json["code"]) == (409, "out_of_order")
    old = ordered.form(3)
    old.send(ordered.visitor, SKIP)
    late = old.send(ordered.visitor, ("go", "stay"), answer=ordered.key(3))
    assert late.status_code == 409
    assert "The questions of this part come one after another" in late.text


def test_the_check_says_what_is_left_and_to_come_and_once_all_are_left_only_hand_in_remains(
    ordered: Sitter,
) -> None:
    ordered.form(3).send(ordered.visitor, SKIP)
    page = ordered.get("check").text
    assert "1 is left and cannot be opened or changed again; 5 are still to come." in words(page)
    assert "Back to question 4" in page
    assert "questions/" not in page.partition("<main")[2]
    for position in range(4, 9):
        ordered.form(position).send(ordered.visitor, SKIP)
    assert ordered.visitor.get(ordered.at).location == f"{ordered.at}check"
    page = ordered.get("check").text
    assert "6 are left and cannot be opened or changed again; 0 are still to come." in words(page)
    assert "Back to" not in page
    assert ordered.hand_in().location == f"{ordered.at}result"
