"""The fast lane: what it answers, what it leaves to the application, and that both say the same.

Beside these, every page test puts what the lane has answered to the application as well (tests/web/lanes.py).
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts, responses
from quizapp.services.errors import StoreFull
from quizapp.store.tables import account
from quizapp.web import lane
from quizapp.web.lane import LARGEST_SAVE, Lane
from quizapp.web.question_page import QuestionPage
from tests.web import lanes
from tests.web.visitors import House

SAVE = {"position": 1, "kind": "flag", "client": "lane", "seq": 1, "based_on": 0, "value": ["1"]}
Change = Callable[["Desk"], dict[str, Any]]


class Desk:
    """Somebody who sits a test, and what the lane answered last."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch, email: str = "ada@example.org") -> None:
        self.house, self.account_id = house, house.person(email)
        self.client: FlaskClient = house.seated(self.account_id).client
        begin = (self.account_id, "small", "quick", Mode.TIMED, house.clock(), 1)
        self.public_id = attempts.begin(house.store, *begin)
        self.at = f"/attempts/{self.public_id}/"
        self.answered: list[bool] = []
        answer = Lane.answer

        def watched(asked: Lane, environ: dict[str, Any]) -> Any:
            found = answer(asked, environ)
            self.answered.append(found is not None)
            return found

        monkeypatch.setattr(Lane, "answer", watched)

    def ask(self, **request: Any) -> tuple[bool, int]:
        """Whether the lane answered a request, and the status; by itself it asks for the first question."""
        asked: dict[str, Any] = {"method": "GET", "path": f"{self.at}questions/1"} | request
        self.answered.clear()
        with lanes.alone():
            status = self.client.open(asked.pop("path"), **asked).status_code
        return any(self.answered), status

    def save(self, **request: Any) -> dict[str, Any]:
        """A save as the script sends it."""
        headers = {"X-CSRFToken": self.token(), **request.pop("more", {})}
        return {"method": "POST", "path": f"{self.at}responses", "json": SAVE, "headers": headers} | request

    def token(self) -> str:
        """The token of the client's session, which has one from now on."""
        with lanes.alone():
            page = self.client.get("/accounts/").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def desk(stocked_house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(stocked_house, monkeypatch)
    found.token()
    return found


def test_a_question_and_a_save_are_answered_by_the_lane(desk: Desk) -> None:
    assert desk.ask() == (True, 200)
    assert desk.ask(**desk.save()) == (True, 200)
    assert desk.ask(**desk.save()) == (True, 200), "and so is a save that comes again"


def _hand_in(desk: Desk) -> dict[str, Any]:
    attempts.hand_in(desk.house.store, desk.account_id, desk.public_id, desk.house.clock())
    return {}


def _time_up(desk: Desk) -> dict[str, Any]:
    desk.house.clock.move(timedelta(hours=9))
    return {}


def _disabled(desk: Desk) -> dict[str, Any]:
    desk.house.store.write(lambda conn: conn.execute(update(account).values(active=False)))
    return {}


def _of_another(desk: Desk) -> dict[str, Any]:
    other = desk.house.person("bea@example.org")
    begun = (other, "small", "quick", Mode.TIMED, desk.house.clock(), 2)
    return {"path": f"/attempts/{attempts.begin(desk.house.store, *begun)}/questions/1"}


def _with_a_message(desk: Desk) -> dict[str, Any]:
    with desk.client.session_transaction() as session:
        session["_flashes"] = [("info", "Something to say once")]
    return {}


def _without_a_token(desk: Desk) -> dict[str, Any]:
    with desk.client.session_transaction() as session:
        session.pop("csrf_token", None)
    return {}


def _signed_out(desk: Desk) -> dict[str, Any]:
    desk.client.delete_cookie("quizapp")
    return {}


def _forged(desk: Desk) -> dict[str, Any]:
    desk.client.set_cookie("quizapp", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbb")
    return {}


QUESTIONS: dict[str, tuple[Change, int]] = {
    "handed in": (_hand_in, 303),
    "time up": (_time_up, 303),
    "account disabled": (_disabled, 302),
    "signed out": (_signed_out, 302),
    "forged cookie": (_forged, 302),
    "of another": (_of_another, 404),
    "a message to show": (_with_a_message, 200),
    "no token yet": (_without_a_token, 200),
    "no such question": (lambda desk: {"path": f"{desk.at}questions/99"}, 404),
    "a number too large": (lambda desk: {"path": f"{desk.at}questions/99999999999"}, 404),
    "question nought": (lambda desk: {"path": f"{desk.at}questions/0"}, 404),
    "a number with a nought": (lambda desk: {"path": f"{desk.at}questions/01"}, 200),
    "a query": (lambda desk: {"query_string": "from=map"}, 200),
    "the head alone": (lambda desk: {"method": "HEAD"}, 200),
    "a strange host": (lambda desk: {"base_url": "http://elsewhere.example"}, 400),
}
SAVES: dict[str, tuple[Change, int]] = {
    "handed in": (lambda desk: desk.save(**_hand_in(desk)), 409),
    "signed out": (lambda desk: desk.save() | _signed_out(desk), 401),
    "another value stands": (
        lambda desk: desk.save(json=SAVE | {"value": [], "seq": 2, "based_on": 7}),
        409,
    ),
    "from another site": (lambda desk: desk.save(more={"Sec-Fetch-Site": "cross-site"}), 403),
    "from an origin that is none": (lambda desk: desk.save(more={"Origin": "http://["}), 403),
    "from another origin": (lambda desk: desk.save(more={"Origin": "http://elsewhere.example"}), 403),
    "a strange host": (lambda desk: desk.save(base_url="http://elsewhere.example"), 400),
    "no token": (lambda desk: desk.save(more={"X-CSRFToken": ""}), 400),
    "a forged token": (lambda desk: desk.save(more={"X-CSRFToken": "ImEi.aaaaaa.bbbb"}), 400),
    "a forged attempt token": (lambda desk: desk.save(more={"X-Attempt-Token": "made-up"}), 401),
    "no JSON": (lambda desk: desk.save(json=None, data="{", content_type="application/json"), 422),
    "brackets by the thousand": (
        lambda desk: desk.save(json=None, data="[" * 50_000, content_type="application/json"),
        422,
    ),
    "another type": (lambda desk: desk.save(json=None, data="{}", content_type="text/plain"), 422),
    "no object": (lambda desk: desk.save(json=["a"]), 422),
    "no such kind": (lambda desk: desk.save(json=SAVE | {"kind": "guess"}), 422),
    "no number": (lambda desk: desk.save(json=SAVE | {"seq": True}), 422),
    "no such question": (lambda desk: desk.save(json=SAVE | {"position": 99}), 404),
    "a long body": (lambda desk: desk.save(json=SAVE | {"client": "a" * LARGEST_SAVE}), 422),
    "a query": (lambda desk: desk.save(query_string="a=b"), 200),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_is_unusual_in_any_way_is_the_application_s(desk: Desk, name: str) -> None:
    change, status = QUESTIONS[name]
    assert desk.ask(**change(desk)) == (False, status)


@pytest.mark.parametrize("name", SAVES)
def test_a_save_that_is_refused_or_unusual_is_the_application_s(desk: Desk, name: str) -> None:
    change, status = SAVES[name]
    assert desk.ask(**change(desk)) == (False, status)


COOKIES = (
    "a=b; {0}",
    "quizapp=; {0}",
    "\xa0{0}",
    "a=b; \x85{0}",
    'a="x; {0} ; y"',
    "{0} junk",
    "{0}; quizapp=z",
)
"""Ways to send a cookie that some read otherwise than others."""


@pytest.mark.parametrize("written", COOKIES)
def test_a_cookie_is_read_as_the_application_reads_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    kept = desk.client.get_cookie("quizapp")
    assert kept is not None
    header = written.format(f"quizapp={kept.value}")
    asked = {"path": f"{desk.at}questions/1", "environ_overrides": {"HTTP_COOKIE": header}}
    desk.client = desk.house.app.test_client(use_cookies=False)
    _, status = desk.ask(**asked)
    monkeypatch.setattr(Lane, "answer", lanes.declining)
    assert desk.ask(**asked) == (False, status)


def test_a_save_in_pieces_is_the_application_s(desk: Desk) -> None:
    pieces = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert desk.ask(**desk.save(environ_overrides=pieces)) == (False, 200)


def test_a_save_that_the_store_refuses_is_tried_once_and_told_by_the_application(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def full(*_: object) -> None:
        tried.append(None)
        raise StoreFull("the disk is full")

    monkeypatch.setattr(responses, "save_response", full)
    assert desk.ask(**desk.save()) == (False, 507)
    assert len(tried) == 1


def test_what_the_lane_has_declined_is_whole_for_the_application(desk: Desk) -> None:
    """The body was read; a save that another has overtaken is told both values."""
    desk.ask(**desk.save())
    with lanes.alone():
        sent = desk.save(json=SAVE | {"value": [], "seq": 2})
        reply = desk.client.open(sent.pop("path"), **sent)
    assert reply.json is not None
    assert (reply.json["current"], reply.json["yours"]) == (["1"], [])


def test_where_the_lane_fails_the_application_answers_and_the_log_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Lane, "_question", broken)
    with pytest.raises(AssertionError, match="the fast lane failed"):
        desk.ask()
    monkeypatch.setattr(lane, "log", logging.getLogger("quizapp.lane"))
    with caplog.at_level(logging.ERROR, "quizapp"):
        assert desk.ask() == (False, 200)
    assert "the fast lane failed" in caplog.text


def test_control_a_lane_that_says_something_else_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.web.lane.NOT_A_PAGE", "default-src *")
    sent = desk.save()
    with pytest.raises(AssertionError, match="something else"):
        desk.client.open(sent.pop("path"), **sent)


def test_control_a_page_of_the_lane_that_is_drawn_otherwise_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, times = QuestionPage.page, [0]

    def longer_by_turns(*args: Any, **more: Any) -> bytes:
        times[0] += 1
        return drawn(*args, **more) + b" " * (times[0] % 2)

    monkeypatch.setattr(QuestionPage, "page", longer_by_turns)
    with pytest.raises(AssertionError, match="something else"):
        desk.client.get(f"{desk.at}questions/1")
