"""The test screen over HTTP: plain forms, the script's saves, stale tabs, the clock, parts and hand-in."""

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from itsdangerous import TimestampSigner
from markupsafe import escape
from sqlalchemy import event
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.services import accounts, attempts, practice, sitting
from quizapp.services.errors import NotFound
from quizapp.store import attempts as attempt_rows
from quizapp.store import responses as response_rows
from quizapp.store.attempts import StoredAttempt
from tests import small_bank
from tests.services.desks import late
from tests.web.forms import Form, form_to
from tests.web.visitors import House, Visitor, counted_statements

PAGE_STATEMENTS = 3
"""SELECTs of an attempt page: who asks, the attempt, the question with what was answered and the map."""
STAY, CLEAR, NEXT, PREVIOUS = (("go", one) for one in ("stay", "clear", "next", "previous"))
REVIEW, REVEAL, FLAG, UNFLAG = ("go", "review"), ("go", "reveal"), ("flag", "1"), ("flag", "0")
MALFORMED: tuple[tuple[dict[str, object], int], ...] = (
    ({"value": "near"}, 422),
    ({"value": None}, 422),
    ({"value": [1]}, 422),
    ({"value": ["near"] * 51}, 422),
    ({"value": ["near", "far"]}, 422),
    ({"value": ["maybe"]}, 422),
    ({"value": ["NEAR"]}, 422),
    ({"value": [""]}, 422),
    ({"value": ["yes"], "kind": "flag"}, 422),
    ({"value": ["1", "1"], "kind": "flag"}, 422),
    ({"value": ["maybe"], "kind": "strike"}, 422),
    ({"value": ["5"], "kind": "certainty"}, 422),
    ({"value": ["near"], "kind": None}, 422),
    ({"value": ["near"], "kind": ["answer"]}, 422),
    ({"value": ["near"], "client": None}, 422),
    ({"value": ["near"], "client": ""}, 422),
    ({"value": ["near"], "client": "x" * 41}, 422),
    ({"value": ["near"], "client": "x\0y"}, 422),
    ({"value": ["near"], "client": "\ud800"}, 422),
    ({"value": ["\0"]}, 422),
    ({"value": ["near"], "seq": "1"}, 422),
    ({"value": ["near"], "seq": True}, 422),
    ({"value": ["near"], "seq": -1}, 422),
    ({"value": ["near"], "seq": 1.5}, 422),
    ({"value": ["near"], "seq": 2**31}, 422),
    ({"value": ["near"], "seq": 2**70}, 422),
    ({"value": ["near"], "based_on": None}, 422),
    ({"value": ["near"], "based_on": -1}, 409),
    ({"value": ["near"], "based_on": 2**70}, 409),
    ({"value": ["near"], "position": "1"}, 422),
    ({"value": ["near"], "position": 0}, 404),
    ({"value": ["near"], "position": 5}, 404),
    ({"value": ["near"], "position": -1}, 404),
    ({"value": ["near"], "position": 2**70}, 404),
)
"""Saves that cannot be, and the status of each reply."""
_numbers = count()


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


@dataclass
class Sitter:
    """A candidate with an attempt, on one device."""

    house: House
    account_id: int
    visitor: Visitor
    at: str
    client: str = field(default_factory=lambda: f"script-{next(_numbers)}")

    @property
    def public_id(self) -> str:
        return self.at.split("/")[2]

    def question(self, position: int) -> str:
        return f"{self.at}questions/{position}"

    def form(self, position: int) -> Form:
        """The form of a question as it is drawn now."""
        return form_to(self.visitor.get(self.question(position)).text, self.question(position))

    def get(self, path: str) -> TestResponse:
        """A page of the attempt, wherever it leads."""
        return self.visitor.client.get(self.at + path, follow_redirects=True)

    def script(self, token: str | None = None, **body: object) -> TestResponse:
        """What the script sends: a save of question 1 unless said."""
        sent = {"position": 1, "kind": "answer", "client": self.client, "seq": 1, "based_on": 0} | body
        headers = {"X-CSRFToken": token or self.visitor.token("/accounts/"), "Accept": "application/json"}
        return self.visitor.client.post(f"{self.at}responses", json=sent, headers=headers)

    def hand_in(self) -> TestResponse:
        page = self.visitor.get(f"{self.at}hand-in").text
        return form_to(page, f"{self.at}hand-in").send(self.visitor)

    def again(self) -> "Sitter":
        """The same candidate on another device."""
        return Sitter(self.house, self.account_id, self.house.seated(self.account_id), self.at)

    def stored(self) -> StoredAttempt:
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, self.public_id)
        assert found
        return found

    def values(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """Every value that stands now: question, kind, value."""
        with self.house.store.read() as conn:
            current = response_rows.current_values(conn, self.stored().id)
        return sorted((where, kind.value, one.value) for (where, kind), one in current.items())

    def entries(self) -> int:
        """How many entries the response log holds."""
        with self.house.store.read() as conn:
            return len(response_rows.log_of(conn, self.stored().id))

    def key(self, position: int) -> str:
        return "2.5" if self.slug(position) == "one-number" else "right"

    def slug(self, position: int) -> str:
        return small_bank.booklet(self.house.store, self.public_id)[position - 1].slug


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def newcomer(house: House) -> tuple[int, Visitor]:
    account_id = small_bank.candidate(house.store, f"sitter{next(_numbers)}@example.org")
    return account_id, house.seated(account_id)


def sitter(house: House, exam: str = "quick", mode: Mode = Mode.TIMED, seed: int = 1) -> Sitter:
    account_id, visitor = newcomer(house)
    public_id = attempts.begin(house.store, account_id, "small", exam, mode, house.clock(), seed)
    return Sitter(house, account_id, visitor, f"/attempts/{public_id}/")


def among(house: House, wanted: str, mode: Mode = Mode.TIMED) -> tuple[Sitter, int]:
    """Somebody whose attempt holds an item, and its number there."""
    for seed in range(100):
        found = sitter(house, mode=mode, seed=seed)
        for one in small_bank.booklet(house.store, found.public_id):
            if one.slug == wanted:
                return found, one.position
    raise AssertionError(f"nobody was dealt {wanted}")


def choices(house: House, mode: Mode = Mode.TIMED) -> Sitter:
    """Somebody whose questions 1 and 2 are single choice."""
    for seed in range(100):
        found = sitter(house, mode=mode, seed=seed)
        if found.key(1) == found.key(2) == "right":
            return found
    raise AssertionError("nobody was dealt two choices first")


def begin(visitor: Visitor, exam: str = "quick", mode: str = "timed") -> TestResponse:
    page = visitor.get(f"/exams/small/{exam}/").text
    return form_to(page, "/attempts/begin").send(visitor, ("mode", mode))


# With plain forms


def test_a_test_is_sat_with_plain_forms_from_begin_to_result(either_house: House) -> None:
    account_id, visitor = newcomer(either_house)
    began = begin(visitor)
    assert began.status_code == 303
    ada = Sitter(either_house, account_id, visitor, began.location)
    at = visitor.get(began.location).location
    for position in (1, 2, 3, 4):
        assert at == ada.question(position)
        press = REVIEW if position == 4 else NEXT
        at = ada.form(position).send(visitor, press, answer=ada.key(position)).location
    assert at == f"{ada.at}check"
    page = visitor.get(at).text
    assert "0 questions unanswered, 0 flagged" in words(page)
    assert f'href="{ada.at}hand-in"' in page
    assert ada.hand_in().location == f"{ada.at}result"
    assert "Passed 1 question above: 4 of 4, pass mark 3" in words(ada.get("result").text)


def test_an_answer_is_saved_shown_again_changed_and_cleared(house: House) -> None:
    ada = choices(house)
    page = ada.visitor.get(ada.question(1)).text
    assert "Not answered yet" in page
    assert ada.form(1).send(ada.visitor, STAY, answer="off").location == ada.question(1)
    house.clock.move(timedelta(seconds=7))
    assert ada.form(1).send(ada.visitor, STAY, answer="near").status_code == 303
    page = ada.visitor.get(ada.question(1)).text
    assert f"Saved {house.clock():%H:%M:%S}" in page
    assert "1 answered" in words(page)
    assert ada.form(1).fields["answer"] == ["near"]
    assert ada.form(1).send(ada.visitor, CLEAR).status_code == 303
    assert "answer" not in ada.form(1).fields
    assert ada.values() == [(1, "answer", ())]
    assert ada.entries() == 3


def test_a_form_left_as_it_was_drawn_writes_nothing(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, STAY, answer="off")
    for press in (STAY, NEXT, REVIEW):
        assert ada.form(1).send(ada.visitor, press).status_code == 303
    assert ada.entries() == 1


def test_a_double_click_writes_once(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    for _ in range(3):
        assert form.send(ada.visitor, FLAG, answer="off").status_code == 303
    assert ada.values() == [(1, "answer", ("off",)), (1, "flag", ("1",))]
    assert ada.entries() == 2


def test_a_flag_is_set_and_taken_off(house: House) -> None:
    ada = choices(house)
    assert ada.form(1).send(ada.visitor, FLAG).location == ada.question(1)
    page = ada.visitor.get(ada.question(1)).text
    assert "unanswered, flagged" in words(page)
    assert "1 flagged" in words(page)
    ada.form(1).send(ada.visitor, UNFLAG)
    assert "0 flagged" in words(ada.visitor.get(ada.question(1)).text)
    assert ada.values() == [(1, "flag", ())]


def test_options_are_struck_out_and_restored_beside_the_answer(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, ("strike", "off"), answer="near")
    ada.form(1).send(ada.visitor, ("strike", "near"))
    assert ada.values() == [(1, "answer", ("near",)), (1, "strike", ("near", "off"))]
    form = ada.form(1)
    assert form.fields["answer"] == ["near"], "striking the chosen option keeps the choice"
    assert set(form.fields["struck"]) == {"near", "off"}
    form.send(ada.visitor, ("strike", "off"))
    assert ada.values()[1] == (1, "strike", ("near",))


def test_the_buttons_and_the_map_lead_to_every_question(house: House) -> None:
    ada = choices(house)
    first, last = ada.form(1), ada.form(4)
    assert PREVIOUS not in first.buttons
    assert NEXT not in last.buttons
    assert REVIEW in last.buttons
    assert first.send(ada.visitor, NEXT).location == ada.question(2)
    assert ada.form(2).send(ada.visitor, PREVIOUS).location == ada.question(1)
    page = ada.visitor.get(ada.question(3)).text
    for position in (1, 2, 3, 4):
        assert f'href="{position}"' in page, "beside the address of the page"
    current = re.search(r'data-number="3"\s+aria-current="step"', page)
    assert current
    assert "Question 4 , unanswered" in words(page)
    fresh = sitter(house)
    assert "Question 4 , unseen" in words(fresh.visitor.get(fresh.question(1)).text)


def test_a_case_set_keeps_its_scenario_beside_every_question(house: House) -> None:
    account_id, visitor = newcomer(house)
    public_id = practice.begin(house.store, account_id, "small", ("T2",), 5, house.clock(), 1)
    ada = Sitter(house, account_id, visitor, f"/attempts/{public_id}/")
    case = [n for n in range(1, 6) if ada.slug(n).startswith("two-case")]
    for place, position in enumerate(case, start=1):
        page = words(visitor.get(ada.question(position)).text)
        assert f"{small_bank.CASE.title} Question {place} of 3 in this case" in page


def test_the_check_page_counts_and_filters(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, FLAG, answer="off")
    ada.form(3).send(ada.visitor, FLAG)

    def shown(wanted: str) -> list[int]:
        page = ada.visitor.get(f"{ada.at}check?show={wanted}").text
        return [int(one) for one in re.findall(r">Question (\d)</a>", page)]

    page = words(ada.visitor.get(f"{ada.at}check").text)
    assert "3 questions unanswered, 2 flagged" in page
    assert shown("all") == shown("nonsense") == [1, 2, 3, 4]
    assert shown("unanswered") == [2, 3, 4]
    assert shown("flagged") == [1, 3]
    for position in (1, 3):
        ada.form(position).send(ada.visitor, UNFLAG)
    assert "There is no question to show here" in ada.visitor.get(f"{ada.at}check?show=flagged").text


def test_the_one_confirmation_names_the_numbers_and_a_second_hand_in_changes_nothing(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, FLAG, answer="off")
    page = ada.visitor.get(f"{ada.at}hand-in").text
    assert "1 of 4 answered, 3 unanswered, 1 flagged" in words(page)
    assert "Hand in, 3 unanswered" in words(page)
    form = form_to(page, f"{ada.at}hand-in")
    assert form.send(ada.visitor).location == f"{ada.at}result"
    before = ada.stored()
    house.clock.move(timedelta(minutes=1))
    assert form.send(ada.visitor).location == f"{ada.at}result"
    assert ada.stored() == before
    assert before.answers_received == 1


def test_a_number_that_is_none_is_refused_and_what_was_typed_stays(house: House) -> None:
    ada, position = among(house, "one-number")
    form = ada.form(position)
    for typed in ("two and a half", "2,5", "1e3", "٢", "2.5 %", '"><b id="x">', "1" * 60):
        reply = form.send(ada.visitor, STAY, answer=typed)
        assert reply.status_code == 422, typed
        assert "Write the number in plain digits" in reply.text
        form = form_to(reply.text, ada.question(position))
        assert form.fields["answer"] == [typed]
        assert '<b id="x">' not in reply.text
    assert ada.entries() == 0
    assert form.send(ada.visitor, STAY, answer=" 1,234.50 ").status_code == 303
    assert ada.form(position).fields["answer"] == ["1234.50"]


@pytest.mark.parametrize(
    "forged", [{"based_on_answer": "x"}, {"based_on_flag": "-1"}, {"following": "two"}, {"before": "1e3"}]
)
def test_a_form_whose_hidden_numbers_are_none_is_refused(house: House, forged: dict[str, str]) -> None:
    ada = choices(house)
    reply = ada.visitor.client.post(ada.question(1), data=ada.form(1).filled(FLAG, answer="off") | forged)
    assert reply.status_code == 422
    assert "That is no possible answer" in reply.text
    assert ada.entries() == 0


def test_an_answer_that_no_option_has_is_refused_with_a_word(house: House) -> None:
    ada = choices(house)
    reply = ada.visitor.client.post(ada.question(1), data=ada.form(1).filled(STAY) | {"answer": "maybe"})
    assert reply.status_code == 422
    assert "That is no possible answer to this question" in reply.text
    assert ada.entries() == 0


# Tutor mode


def test_tutor_mode_explains_an_answer_at_once_and_then_it_stands(house: House) -> None:
    ada = choices(house, Mode.TUTOR)
    page = ada.visitor.get(ada.question(1)).text
    assert small_bank.CANARY not in page
    assert "No time limit" in page
    old = ada.form(1)
    assert old.send(ada.visitor, REVEAL, answer="off").location == ada.question(1)
    page = ada.visitor.get(ada.question(1)).text
    assert page.count(small_bank.CANARY) == 6, "four options, the rule and the reason"
    assert "Your answer: wrong" in words(page)
    assert 'name="answer"' not in page
    changed = old.filled(STAY, answer="right") | {"based_on_answer": "1", "client": "other"}
    refused = ada.visitor.client.post(ada.question(1), data=changed)
    assert refused.status_code == 409
    assert "The explanation is already shown" in refused.text
    assert ada.script(value=["right"], based_on=1).json["code"] == "answer_revealed"
    assert ada.values() == [(1, "answer", ("off",))]


@pytest.mark.parametrize("wanted", ["one-number", "one-1"])
def test_tutor_mode_says_when_there_is_no_answer_to_check(house: House, wanted: str) -> None:
    ada, position = among(house, wanted, Mode.TUTOR)
    reply = ada.form(position).send(ada.visitor, REVEAL)
    assert reply.status_code == 422
    assert "There is no answer to check yet" in reply.text
    assert "plain digits, such as" not in reply.text


def test_a_timed_test_reveals_nothing(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    assert REVEAL not in form.buttons
    reply = ada.visitor.client.post(ada.question(1), data=form.filled(answer="off") | {"go": "reveal"})
    assert reply.status_code == 404
    assert small_bank.CANARY not in reply.text + ada.visitor.get(ada.question(1)).text


# Stale tabs


def _stale(house: House, kind: str) -> tuple[Sitter, TestResponse, tuple[str, str]]:
    """A change of a kind made in one tab, then another in a tab drawn before; the second tab's reply."""
    ada = choices(house)
    if kind == "flag":
        ada.form(1).send(ada.visitor, FLAG)
        old = ada.form(1)
        ada.form(1).send(ada.visitor, UNFLAG)
        ada.form(1).send(ada.visitor, FLAG)
        return ada, old.send(ada.visitor, UNFLAG), ("flagged", "not flagged")
    old, page = ada.form(1), ada.visitor.get(ada.question(1)).text
    letters = dict(re.findall(r'value="(\w+)"\s+data-letter="(\w)"', page))
    if kind == "answer":
        ada.form(1).send(ada.visitor, STAY, answer="near")
        return ada, old.send(ada.visitor, NEXT, answer="far"), (letters["near"], letters["far"])
    ada.form(1).send(ada.visitor, ("strike", "near"))
    told = (f"struck out: {letters['near']}", f"struck out: {letters['far']}")
    return ada, old.send(ada.visitor, ("strike", "far")), told


@pytest.mark.parametrize(
    ("kind", "saved", "sent"),
    [("answer", ("near",), ("far",)), ("flag", ("1",), ()), ("strike", ("near",), ("far",))],
)
def test_a_stale_tab_shows_both_values_and_either_may_be_kept(
    house: House, kind: str, saved: tuple[str, ...], sent: tuple[str, ...]
) -> None:
    ada, reply, told = _stale(house, kind)
    assert reply.status_code == 409
    page = words(reply.text)
    assert "Nothing was overwritten" in page
    assert f"Saved now {told[0]} What you sent from this page {told[1]} Keep" in page
    assert ada.values() == [(1, kind, saved)]
    back = re.search(r'href="([^"]+)">Keep what is saved', reply.text)
    assert back
    assert back[1] == ada.question(1)
    assert ada.visitor.get(back[1]).status_code == 200
    assert ada.values() == [(1, kind, saved)]
    kept = form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert (kept.status_code, kept.location) == (303, ada.question(1))
    assert ada.values() == [(1, kind, sent)]


def test_a_stale_strike_that_empties_the_list_may_be_kept_too(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, ("strike", "near"))
    old = ada.form(1)
    ada.form(1).send(ada.visitor, ("strike", "far"))
    reply = old.send(ada.visitor, ("strike", "near"))
    assert "What you sent from this page nothing struck out" in words(reply.text)
    form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert ada.values() == [(1, "strike", ())]


def test_a_conflict_that_meets_a_third_change_is_a_conflict_again(house: House) -> None:
    ada, reply, _ = _stale(house, "answer")
    ada.form(1).send(ada.visitor, STAY, answer="off")
    again = form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert again.status_code == 409
    assert ada.values() == [(1, "answer", ("off",))]


def test_two_tabs_that_save_the_same_are_no_conflict(house: House) -> None:
    ada = choices(house)
    old = ada.form(1)
    ada.form(1).send(ada.visitor, FLAG)
    assert old.send(ada.visitor, FLAG, answer="near").status_code == 303
    assert ada.values() == [(1, "answer", ("near",)), (1, "flag", ("1",))]


def test_a_conflict_over_the_answer_does_not_cost_the_flag_sent_along(house: House) -> None:
    ada = choices(house)
    old = ada.form(1)
    ada.form(1).send(ada.visitor, STAY, answer="near")
    assert old.send(ada.visitor, FLAG, answer="far").status_code == 409
    assert ada.values() == [(1, "answer", ("near",)), (1, "flag", ("1",))]


def test_a_form_sent_twice_with_a_change_between_shows_both_values_and_saves_the_rest(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    assert form.send(ada.visitor, FLAG, note="one").status_code == 303
    reply = form.send(ada.visitor, NEXT, note="one two", answer="near")
    assert reply.status_code == 409
    assert "Saved now one What you sent from this page one two Keep" in words(reply.text)
    assert ada.values() == [(1, "answer", ("near",)), (1, "flag", ("1",)), (1, "note", ("one",))]
    form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert (1, "note", ("one two",)) in ada.values()


def test_a_form_sent_twice_whose_change_stands_by_now_goes_on(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    form.send(ada.visitor, STAY, note="one")
    ada.form(1).send(ada.visitor, STAY, note="one\r\ntwo ")
    assert form.send(ada.visitor, NEXT, note="one\r\ntwo ").status_code == 303


@pytest.mark.parametrize("go", ["leave", "reveal"])
@pytest.mark.parametrize("number", [0, 99, 2**31, 2**70])
def test_a_question_that_there_is_not_is_not_found_whatever_its_number(
    house: House, go: str, number: int
) -> None:
    ada = sitter(house, mode=Mode.TUTOR)
    form = Form(ada.question(number), ada.form(1).fields, buttons=[("go", go)])
    reply = form.send(ada.visitor, ("go", go))
    assert reply.status_code == 404


def test_a_flag_in_an_old_tab_never_writes_that_tabs_old_answer(house: House) -> None:
    ada = choices(house)
    old = ada.form(1)
    ada.form(1).send(ada.visitor, STAY, answer="near")
    assert old.send(ada.visitor, FLAG).status_code == 303
    assert ada.values() == [(1, "answer", ("near",)), (1, "flag", ("1",))]


# Late, closed and resumed


def test_a_change_after_the_grace_says_so_and_is_not_scored(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, STAY, answer="right")
    form, other = ada.form(1), ada.form(2)
    house.clock.move(timedelta(minutes=10, seconds=5))
    assert other.send(ada.visitor, STAY, answer="right").status_code == 303, "within the grace it counts"
    house.clock.move(timedelta(milliseconds=1))
    reply = form.send(ada.visitor, STAY, answer="off")
    assert reply.status_code == 409
    assert "Time was up before this reached us" in reply.text
    assert ada.values() == [(1, "answer", ("right",)), (2, "answer", ("right",))]
    assert "2 of 4, pass mark 3" in words(ada.get("").text)
    again = ada.script(value=["off"], seq=9, based_on=1)
    assert (again.status_code, again.json["late"], again.json["digest"]) == (200, True, None)


KEPT = "Kept on record and not scored: your"
UNREAD = "Could not be read, and is not kept: your"


def _told(page: str) -> dict[str, str]:
    """What a page says of each thing that was sent."""
    return {
        words(name): words(value)
        for name, value in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.S)
    }


def _letter(ada: Sitter, option: str) -> str:
    """The letter that an option of question 1 has for this candidate."""
    shown = sitting.as_asked(ada.house.store, ada.account_id, ada.public_id, 1, ada.house.clock())
    return next(one.letter for one in shown.options if one.id == option)


def test_a_late_page_tells_what_of_the_form_could_not_be_read(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    house.clock.move(timedelta(minutes=10, seconds=6))
    long, probe = "x" * 2001, "<b>5 & {{ 7 * 7 }}</b>"
    page = form.send(ada.visitor, FLAG, note=long, answer="near").text
    assert _told(page) == {
        f"{KEPT} flag": "flagged",
        f"{KEPT} answer": _letter(ada, "near"),
        f"{UNREAD} note": long,
    }
    sent = form.filled(STAY, note=probe) | {"answer": [probe], "strike": [probe]}
    page = ada.visitor.client.post(form.action, data=sent, headers=ada.visitor.headers).text
    assert "<b>" not in page
    assert page.count(str(escape(probe))) == 3
    assert late(ada.house.store, ada.public_id)[-1] == (1, (probe,))


def test_nobody_else_is_told_how_a_question_was_asked(house: House) -> None:
    ada, bob = choices(house), choices(house)
    for account_id, position in ((bob.account_id, 1), (ada.account_id, 5)):
        with pytest.raises(NotFound):
            sitting.as_asked(house.store, account_id, ada.public_id, position, house.clock())


def test_a_form_after_the_grace_has_each_of_its_changes_kept_on_record(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    house.clock.move(timedelta(minutes=10, seconds=6))
    reply = form.send(ada.visitor, FLAG, answer="right", note="why", certainty="sure")
    assert reply.status_code == 409
    letter = _letter(ada, "right")
    assert _told(reply.text) == {
        f"{KEPT} flag": "flagged",
        f"{KEPT} note": "why",
        f"{KEPT} answer": letter,
        f"{KEPT} certainty": "Sure",
    }
    assert set(late(ada.house.store, ada.public_id)) == {
        (1, ("1",)),
        (1, ("why",)),
        (1, ("right",)),
        (1, ("sure",)),
    }


def test_a_late_form_sent_twice_says_what_of_it_is_not_kept(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    form.send(ada.visitor, STAY, note="in time")
    house.clock.move(timedelta(minutes=10, seconds=6))
    for note in ("second", "third"):
        page = form.send(ada.visitor, STAY, note=note, answer="right").text
        assert "What you sent of question 1 came after the end" in words(page)
        assert _told(page) == {
            f"{KEPT} answer": _letter(ada, "right"),
            "Not kept, as this page had sent another value before: your note": note,
        }
    assert late(ada.house.store, ada.public_id) == [(1, ("right",))]


def test_a_form_that_came_within_the_grace_counts_as_a_whole_however_slow_its_saves_are(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    house.clock.move(timedelta(minutes=10, seconds=4, milliseconds=900))

    def take_long(*_: object) -> None:
        house.clock.move(timedelta(milliseconds=150))

    event.listen(house.store._engine, "commit", take_long)
    assert form.send(ada.visitor, STAY, answer="right", note="why").status_code == 303
    event.remove(house.store._engine, "commit", take_long)
    assert ada.values() == [(1, "answer", ("right",)), (1, "note", ("why",))]


@pytest.mark.parametrize("path", ["", "questions/1", "check", "hand-in", "result", "review"])
def test_after_the_deadline_any_page_leads_to_the_outcome_finished_at_the_deadline(
    house: House, path: str
) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, STAY, answer="right")
    deadline = ada.stored().attempt.parts[0].deadline_at
    house.clock.move(timedelta(hours=7))
    page = ada.get(path)
    assert page.request.path == f"{ada.at}{'review' if path == 'review' else 'result'}"
    stored = ada.stored()
    assert (stored.open, stored.finished_at, stored.closed_by) == (False, deadline, "time")
    assert deadline
    assert f"closed when time was up at {deadline.day} {deadline:%b %Y, %H:%M}" in words(
        ada.get("result").text
    )


def test_a_form_sent_after_hand_in_changes_nothing_and_says_so(house: House) -> None:
    ada = choices(house)
    form = ada.form(1)
    ada.hand_in()
    before = ada.stored()
    reply = form.send(ada.visitor, STAY, answer="right")
    assert reply.status_code == 409
    assert "This test, or this part of it, is closed" in reply.text
    assert ada.script(value=["right"]).json["code"] == "attempt_closed"
    assert form.send(ada.visitor, NEXT).status_code == 303
    assert (ada.stored(), ada.entries()) == (before, 0)


def test_a_reload_shows_the_same_question_order_flag_and_strikes(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, ("strike", "off"), answer="near")
    ada.form(1).send(ada.visitor, FLAG)
    first = ada.form(1)
    house.clock.move(timedelta(minutes=3))
    second = ada.form(1)
    assert first.offered == second.offered
    assert first.buttons == second.buttons
    passing = {"client", "csrf_token"}
    assert {name: value for name, value in first.fields.items() if name not in passing} == {
        name: value for name, value in second.fields.items() if name not in passing
    }
    page = ada.visitor.get(ada.question(1)).text
    assert "7:00" in page
    assert 'aria-pressed="true"' in page
    assert "Restore" in page


def test_another_device_resumes_at_the_first_question_without_an_answer(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, ("strike", "off"), answer="near")
    phone = ada.again()
    assert "Continue" in phone.visitor.get("/attempts/").text
    assert phone.visitor.get(ada.at).location == ada.question(2)
    assert phone.form(1).offered == ada.form(1).offered
    phone.form(1).send(phone.visitor, STAY, answer="far")
    assert ada.form(1).fields["answer"] == ["far"]
    for position in (2, 3, 4):
        phone.form(position).send(phone.visitor, STAY, answer=phone.key(position))
    assert phone.visitor.get(ada.at).location == ada.question(1), "with all answered, back to the first"


def test_beginning_again_by_the_back_button_or_twice_leads_to_the_same_attempt(house: House) -> None:
    _, visitor = newcomer(house)
    page = visitor.get("/exams/small/quick/").text
    form = form_to(page, "/attempts/begin")
    places = {form.send(visitor, ("mode", "timed")).location for _ in range(3)}
    assert len(places) == 1
    assert "Continue" in visitor.get("/exams/small/quick/").text
    (tutor,) = {begin(visitor, mode="tutor").location for _ in range(1)}
    assert tutor not in places


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"bank": "small", "exam": "quick"}, 422),
        ({"bank": "small", "exam": "quick", "mode": "forever"}, 422),
        ({"bank": "small", "exam": "none", "mode": "timed"}, 404),
        ({"bank": "large", "exam": "quick", "mode": "timed"}, 404),
        ({"bank": "small", "exam": "a\0b", "mode": "timed"}, 404),
        ({"mode": "timed"}, 404),
    ],
)
def test_beginning_what_is_not_offered_begins_nothing(
    house: House, fields: dict[str, str], status: int
) -> None:
    _, visitor = newcomer(house)
    assert visitor.post("/attempts/begin", "/accounts/", **fields).status_code == status
    assert "None yet" in visitor.get("/attempts/").text


# Two parts


def test_a_part_is_left_by_a_one_way_door(house: House) -> None:
    ada = sitter(house, "two-parts")
    assert ada.visitor.get(ada.question(5)).location == ada.at, "Part II waits"
    ada.form(1).send(ada.visitor, STAY, answer=ada.key(1))
    old = ada.form(2)
    assert "Leave Part I" in words(ada.get("check").text)
    page = ada.visitor.get(f"{ada.at}hand-in").text
    for told in (
        "Leave Part I?",
        "1 of 4 answered, 3 unanswered",
        "You cannot come back",
        "Minutes that are left lapse, and there is no way back",
        "Part II opens at once and its 1 minute begins",
        "Leave, 3 unanswered",
    ):
        assert told in words(page), told
    door = form_to(page, f"{ada.at}parts/0/leave")
    assert door.send(ada.visitor).location == ada.at
    assert ada.visitor.get(ada.at).location == ada.question(5)
    assert ada.visitor.get(ada.question(1)).location == ada.at
    assert door.send(ada.visitor).status_code == 303, "leaving again changes nothing"
    closed = old.send(ada.visitor, STAY, answer=ada.key(2))
    assert closed.status_code == 409
    assert "this part of it, is closed" in closed.text
    refused = ada.script(position=2, value=[ada.key(2)])
    assert (refused.status_code, refused.json["code"]) == (409, "attempt_closed")
    assert [where for where, *_ in ada.values()] == [1]
    map_ = re.findall(r'data-number="(\d)"', ada.visitor.get(ada.question(5)).text)
    assert map_ == ["5"], "the map holds the open part only"


def test_a_part_that_waits_takes_nothing_and_there_is_no_hand_in_before_it(house: House) -> None:
    ada = sitter(house, "two-parts")
    refused = ada.script(position=5, value=[ada.key(5)])
    assert (refused.status_code, refused.json["code"]) == (409, "part_not_open")
    reply = ada.visitor.post(f"{ada.at}hand-in", "/accounts/")
    assert reply.status_code == 409
    assert "This part is not open yet" in reply.text
    for part, status in ((1, 409), (2, 404), (99, 404)):
        assert ada.visitor.post(f"{ada.at}parts/{part}/leave", "/accounts/").status_code == status
    assert ada.stored().open
    assert ada.entries() == 0


def test_the_next_part_opens_when_the_time_of_the_first_is_up(either_house: House) -> None:
    ada = sitter(either_house, "two-parts")
    old = ada.form(1)
    either_house.clock.move(timedelta(minutes=10, seconds=20))
    assert ada.visitor.get(ada.at).location == ada.question(5)
    assert "0:40" in ada.visitor.get(ada.question(5)).text, "its minute began at the deadline of Part I"
    assert old.send(ada.visitor, STAY, answer=ada.key(1)).status_code == 409
    ada.form(5).send(ada.visitor, REVIEW, answer=ada.key(5))
    assert ada.hand_in().location == f"{ada.at}result"
    page = words(ada.get("result").text)
    assert "Part I: Not passed 3 questions short: 0 of 4, pass mark 3" in page
    assert "Part II: Passed Exactly the pass mark: 1 of 1, pass mark 1" in page
    assert "Every part must be passed, so the test is not passed" in page


# The clock


def test_the_clock_tells_what_is_left(house: House) -> None:
    ada = sitter(house)
    house.clock.move(timedelta(minutes=4, seconds=1, milliseconds=500))
    clock = f"{ada.at}clock"
    assert ada.visitor.get(clock).json == {
        "open": True,
        "part": 0,
        "left_ms": 358_500,
        "grace_ms": 5000,
        "extra": "",
    }
    house.clock.move(timedelta(minutes=6))
    assert ada.visitor.get(clock).json == {
        "open": True,
        "part": 0,
        "left_ms": 0,
        "grace_ms": 5000,
        "extra": "",
    }
    house.clock.move(timedelta(seconds=5))
    assert ada.visitor.get(clock).json == {
        "open": False,
        "part": None,
        "left_ms": None,
        "grace_ms": 5000,
        "extra": "",
    }
    assert not ada.stored().open
    untimed = sitter(house, "warm-up")
    assert untimed.visitor.get(f"{untimed.at}clock").json["left_ms"] is None


def test_the_bar_warns_in_the_last_minutes(house: House) -> None:
    ada = sitter(house)
    assert 'data-state="running"' in ada.visitor.get(ada.question(1)).text
    house.clock.move(timedelta(minutes=5))
    assert 'data-state="last-five"' in ada.visitor.get(ada.question(1)).text


# The script's saves


def test_a_save_is_answered_from_what_was_committed(house: House) -> None:
    ada = choices(house)
    house.clock.move(timedelta(seconds=90))
    now, deadline = house.clock(), ada.stored().attempt.parts[0].deadline_at
    reply = ada.script(value=["near"], seq=7)
    assert reply.status_code == 200
    assert deadline
    with house.store.read() as conn:
        digest = response_rows.last_hash(conn, ada.stored().id)
    assert reply.json == {
        "position": 1,
        "kind": "answer",
        "seq": 7,
        "version": 1,
        "value": ["near"],
        "late": False,
        "saved_at": now.isoformat(),
        "deadline": deadline.isoformat(),
        "left_ms": 510_000,
        "digest": digest,
    }
    assert ada.script(kind="flag", value=["1"], seq=8).json["version"] == 1
    assert ada.script(kind="strike", value=["off", "far"], seq=9).json["value"] == ["far", "off"]
    cleared = ada.script(value=[], seq=10, based_on=1)
    assert (cleared.json["version"], cleared.json["value"]) == (2, [])
    untimed = sitter(house, "warm-up").script(value=[], kind="flag")
    assert (untimed.json["deadline"], untimed.json["left_ms"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [("answer", ["near"], ["far"]), ("flag", ["1"], []), ("strike", ["near"], ["far"])],
)
def test_a_stale_save_gets_both_values_and_writes_nothing(
    either_house: House, kind: str, first: list[str], second: list[str]
) -> None:
    ada = choices(either_house)
    ada.script(kind=kind, value=first)
    reply = ada.again().script(kind=kind, value=second)
    assert reply.status_code == 409
    assert re.fullmatch("[0-9a-f]{16}", reply.json["request_id"])
    assert reply.json == {
        "code": "stale_response",
        "status": 409,
        "request_id": reply.json["request_id"],
        "position": 1,
        "kind": kind,
        "version": 1,
        "current": first,
        "yours": second,
        "server_now": either_house.clock().isoformat(),
    }
    assert ada.values() == [(1, kind, tuple(first))]
    assert ada.entries() == 1
    assert ada.again().script(kind=kind, value=second, based_on=1).json["version"] == 2


def test_a_save_sent_again_gets_the_same_reply_and_what_stands_by_now_and_writes_nothing(
    either_house: House,
) -> None:
    ada = choices(either_house)
    first = ada.script(value=["near"]).json
    ada.script(value=["far"], seq=2, based_on=1)
    either_house.clock.move(timedelta(seconds=30))
    again = ada.script(value=["near"]).json
    assert {**again, "left_ms": first["left_ms"]} == {**first, "newest": 2}
    assert again["left_ms"] == first["left_ms"] - 30_000
    assert ada.entries() == 2
    for other in ({"value": ["off"]}, {"value": ["near"], "position": 2}, {"value": ["near"], "based_on": 2}):
        reused = ada.script(**other)
        assert (reused.status_code, reused.json["code"]) == (422, "key_reused")
    assert ada.values() == [(1, "answer", ("far",))]


def test_a_malformed_save_is_refused_with_a_problem_and_writes_nothing(house: House) -> None:
    ada = choices(house)
    token = ada.visitor.token(ada.question(1))
    for body, status in MALFORMED:
        reply = ada.script(token, **body)
        assert reply.status_code == status, body
        assert reply.is_json
        assert reply.json["status"] == status
    assert ada.entries() == 0


def test_a_save_that_is_no_json_object_is_refused(house: House) -> None:
    ada = choices(house)
    headers = {"X-CSRFToken": ada.visitor.token("/accounts/"), "Accept": "application/json"}
    for body in (b"", b"{", b"[]", b"null", b'"near"', b"\xff\xfe", b"[" * 100_000):
        reply = ada.visitor.client.post(
            f"{ada.at}responses", data=body, content_type="application/json", headers=headers
        )
        assert (reply.status_code, reply.json["code"]) == (422, "invalid_response"), body[:9]
    assert ada.entries() == 0


def test_a_save_after_the_log_out_gets_401_whatever_its_token(house: House) -> None:
    ada = choices(house)
    token = ada.visitor.token(ada.question(1))
    copied = Sitter(house, ada.account_id, ada.visitor.copy(), ada.at)
    assert ada.visitor.log_out().status_code == 303
    for reply in (copied.script(token, value=["near"]), ada.script(token, value=["near"])):
        assert (reply.status_code, reply.json["code"]) == (401, "signed_out")
    stranger = Sitter(house, 0, house.visitor(), ada.at)
    assert stranger.script("no token", value=["near"]).status_code == 401
    form = stranger.visitor.client.post(ada.question(1), data={"answer": "near"})
    assert form.status_code == 401
    assert "You are logged out" in form.text
    assert ada.entries() == 0


def test_a_save_of_a_disabled_account_gets_401(house: House) -> None:
    ada = choices(house)
    token = ada.visitor.token(ada.question(1))
    accounts.disable(house.store, ada.account_id)
    assert ada.script(token, value=["near"]).status_code == 401
    assert ada.entries() == 0


def test_a_save_with_a_token_of_another_session_gets_400(house: House) -> None:
    ada = choices(house)
    other = ada.again()
    reply = ada.script(other.visitor.token("/accounts/"), value=["near"])
    assert (reply.status_code, reply.json["code"]) == (400, "csrf")
    assert ada.entries() == 0


def test_a_page_that_was_open_for_four_hours_still_saves(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = TimestampSigner.get_timestamp
    with monkeypatch.context() as earlier:
        earlier.setattr(TimestampSigner, "get_timestamp", lambda signer: made(signer) - 4 * 3600)
        ada = sitter(house, "warm-up")
        form, token = ada.form(1), ada.visitor.token("/accounts/")
    house.clock.move(timedelta(hours=4))
    assert form.send(ada.visitor, FLAG).status_code == 303
    assert ada.script(token, value=["1"], kind="flag", position=2).status_code == 200
    monkeypatch.setitem(house.app.config, "WTF_CSRF_TIME_LIMIT", 3600)
    assert ada.script(token, value=[], kind="flag", position=2, based_on=1, seq=2).status_code == 400, (
        "a token with an age of its own would have ended"
    )


# What it costs


def _work(statements: list[str]) -> list[str]:
    """The statements that read or write, by their first word."""
    firsts = [one.split()[0] for one in statements]
    return [one for one in firsts if one in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}]


@pytest.mark.parametrize(("kind", "value"), [("answer", ["near"]), ("flag", ["1"]), ("strike", ["off"])])
def test_a_save_is_one_select_and_two_inserts(either_house: House, kind: str, value: list[str]) -> None:
    ada = choices(either_house)
    token = ada.visitor.token(ada.question(1))
    with counted_statements() as seen:
        assert ada.script(token, kind=kind, value=value).status_code == 200
    assert _work(seen) == ["SELECT", "INSERT", "INSERT"]
    with counted_statements() as seen:
        assert ada.script(token, kind=kind, value=value).status_code == 200
    assert _work(seen) == ["SELECT"], "a replay writes nothing"
    with counted_statements() as seen:
        assert ada.script(token, kind=kind, value=[], seq=2).status_code == 409
    assert _work(seen) == ["SELECT"], "nor does a stale save"


def test_an_attempt_page_costs_the_same_few_statements_whatever_is_answered(either_house: House) -> None:
    ada = choices(either_house)
    with counted_statements() as first:
        ada.visitor.get(ada.question(1))
    for position in (1, 2, 3, 4):
        ada.form(position).send(ada.visitor, FLAG, answer=ada.key(position))
    with counted_statements() as then:
        ada.visitor.get(ada.question(1))
    assert _work(then) == ["SELECT"] * PAGE_STATEMENTS
    assert sum(one == "SELECT" for one in _work(first)) <= PAGE_STATEMENTS + 1


@pytest.mark.parametrize("path", ["no-such-attempt", "a%00b", "%ff", "x" * 3000, "../attempts"])
def test_an_attempt_that_cannot_be_is_not_found(house: House, path: str) -> None:
    _, visitor = newcomer(house)
    for rest in ("", "questions/1", "check", "hand-in", "clock", "result", "review"):
        assert visitor.get(f"/attempts/{path}/{rest}").status_code in {404, 308}
    fields = {"csrf_token": visitor.token("/accounts/"), "answer": "near", "client": "form"}
    for rest in ("questions/1", "hand-in", "parts/0/leave"):
        assert visitor.client.post(f"/attempts/{path}/{rest}", data=fields).status_code == 404
    assert Sitter(house, 0, visitor, f"/attempts/{path}/").script(value=["near"]).status_code == 404


@pytest.mark.parametrize("position", ["0", "5", "-1", "9" * 30, "one"])
def test_a_question_that_the_attempt_does_not_hold_is_not_found(house: House, position: str) -> None:
    ada = choices(house)
    assert ada.visitor.get(f"{ada.at}questions/{position}").status_code == 404
    form = ada.form(1).filled(FLAG, answer="near")
    assert ada.visitor.client.post(f"{ada.at}questions/{position}", data=form).status_code == 404
    assert ada.entries() == 0
