"""A03: the time of practice is chosen before Begin and kept, and there is more of it for the asking."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.assessment.blueprint import TimeChoice, Timer
from quizapp.services import attempts, timers
from quizapp.services.attempts import Standing
from tests import small_bank
from tests.web.forms import Form, form_to
from tests.web.visitors import House, Visitor

ASKED = 10
"""A03: how often in a row somebody asks for more time."""
WARNED = timedelta(seconds=25)
"""A03: what is left when they ask; it must be at least 20 seconds."""
PRACTICE = replace(small_bank.QUICK, timer=Timer.ADJUSTABLE)
START = "/exams/small/quick/"
GIVEN = {TimeChoice.AS_SET: 10, TimeChoice.DOUBLE: 20, TimeChoice.TENFOLD: 100, TimeChoice.OFF: None}


@pytest.fixture
def house(house: House) -> House:
    small_bank.stock(house.store, (PRACTICE, small_bank.TWO_PARTS))
    return house


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _begin(visitor: Visitor, choice: TimeChoice) -> str:
    """The address of an attempt begun by the start page's own form."""
    form = form_to(visitor.get(START).text, "/attempts/begin")
    return form.send(visitor, ("mode", "timed"), timer=choice.value).location


def _standing(house: House, account_id: int, at: str) -> Standing:
    return attempts.standing(house.store, account_id, at.split("/")[2], house.clock())


def _person(house: House, name: str) -> tuple[int, Visitor]:
    account_id = house.person(f"{name}@example.org")
    return account_id, house.seated(account_id)


def _question(visitor: Visitor, at: str) -> tuple[str, Form]:
    where = f"{at}questions/1"
    page = visitor.get(where).text
    return page, form_to(page, where)


def _time_is_had(house: House) -> None:
    """Every choice before Begin is what the attempt has; in the last minutes there is more each time."""
    for choice, minutes in GIVEN.items():
        account_id, visitor = _person(house, choice.value)
        (part,) = _standing(house, account_id, _begin(visitor, choice)).attempt.parts
        assert part.allowance == (None if minutes is None else timedelta(minutes=minutes)), choice
    account_id, visitor = _person(house, "slow")
    at = _begin(visitor, TimeChoice.AS_SET)
    for _ in range(ASKED):
        (part,) = _standing(house, account_id, at).attempt.parts
        assert part.deadline_at
        house.clock.move(part.deadline_at - WARNED - house.clock())
        page, form = _question(visitor, at)
        assert re.search(r"data-more-time\s*>", page), "nobody is told that there is more time"
        form.send(visitor, ("go", "more_time"))
        (longer,) = _standing(house, account_id, at).attempt.parts
        assert longer.deadline_at == part.deadline_at + timedelta(minutes=2), "no more time is given"


@pytest.mark.every_case
def test_a03_the_time_of_practice_is_chosen_and_more_is_given_ten_times(house: House) -> None:
    _time_is_had(house)


def test_a03_control_practice_that_gives_time_too_late_is_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "LAST_MINUTES", timedelta(seconds=20))
    with pytest.raises(AssertionError, match="no more time is given"):
        _time_is_had(house)


def test_a03_control_a_test_with_a_fixed_time_is_noticed(house: House) -> None:
    small_bank.stock(house.store)
    with pytest.raises(AssertionError, match="there is no field timer"):
        _time_is_had(house)


def test_the_start_page_of_practice_offers_the_time_and_that_of_a_test_says_who_gives_more(
    house: House,
) -> None:
    _, visitor = _person(house, "reader")
    page = _words(visitor.get(START).text)
    for told in (
        "As set: 10 minutes",
        "Twice the time: 20 minutes",
        "Ten times the time: 100 minutes",
        "No clock",
    ):
        assert told in page
    assert "a tenth of the time, at least 2 minutes, and as often as you need" in page
    fixed = _words(visitor.get("/exams/small/two-parts/").text)
    assert "Time is part of this test. Whoever needs more can be given it by an administrator" in fixed
    assert "As set" not in fixed


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (TimeChoice.AS_SET, None),
        (TimeChoice.DOUBLE, "Twice the time: 20 minutes"),
        (TimeChoice.TENFOLD, "Ten times the time: 100 minutes; not under exam conditions"),
        (TimeChoice.OFF, "No clock; not under exam conditions"),
    ],
)
def test_what_was_chosen_stands_in_the_result_and_in_the_receipt(
    house: House, choice: TimeChoice, told: str | None
) -> None:
    _, visitor = _person(house, "ada")
    at = _begin(visitor, choice)
    small_bank.stock(house.store, (replace(PRACTICE, title="Another title"), small_bank.TWO_PARTS))
    form_to(visitor.get(f"{at}hand-in").text, f"{at}hand-in").send(visitor)
    page = _words(visitor.get(f"{at}result").text)
    assert page.count("Time chosen") == (0 if told is None else 2)
    if told:
        assert f"Time chosen {told}" in page
        assert f"Time chosen: {told}. Digest" in page


def test_a_time_that_is_not_left_to_choose_is_refused_and_nothing_begun(house: House) -> None:
    account_id, visitor = _person(house, "ada")
    for chosen, status in (("double", 422), ("endless", 422)):
        sent = {"bank": "small", "exam": "two-parts", "mode": "timed", "timer": chosen}
        assert visitor.post("/attempts/begin", START, **sent).status_code == status
    assert attempts.dashboard(house.store, account_id, house.clock()) == ((), ())


def test_tutor_mode_has_no_clock_whatever_was_chosen(house: House) -> None:
    account_id, visitor = _person(house, "ada")
    sent = {"bank": "small", "exam": "quick", "mode": "tutor", "timer": "double"}
    at = visitor.post("/attempts/begin", START, **sent).location
    assert _standing(house, account_id, at).attempt.parts[0].allowance is None


def test_more_time_is_asked_for_in_the_last_minutes_only_and_once_a_click(house: House) -> None:
    account_id, visitor = _person(house, "ada")
    at = _begin(visitor, TimeChoice.AS_SET)
    page, early = _question(visitor, at)
    assert not re.search(r"data-more-time\s*>", page)
    early.send(visitor, ("go", "more_time"))
    assert _standing(house, account_id, at).attempt.parts[0].extra == timedelta(0)
    house.clock.move(timedelta(minutes=6))
    _, form = _question(visitor, at)
    for _ in range(2):
        form.send(visitor, ("go", "more_time"))
    assert _standing(house, account_id, at).attempt.parts[0].extra == timedelta(minutes=2)
    house.clock.move(timedelta(minutes=2))
    check = form_to(visitor.get(f"{at}check").text, f"{at}more-time")
    assert check.send(visitor).location == f"{at}check"
    assert _standing(house, account_id, at).attempt.parts[0].extra == timedelta(minutes=4)
    page, _ = _question(visitor, at)
    assert "Extra time: 4 min (asked for in practice)" in _words(page)


def test_where_time_is_part_of_the_test_there_is_none_to_ask_for(house: House) -> None:
    account_id, visitor = _person(house, "ada")
    sent = {"bank": "small", "exam": "two-parts", "mode": "timed"}
    at = visitor.post("/attempts/begin", START, **sent).location
    house.clock.move(timedelta(minutes=9))
    page, _ = _question(visitor, at)
    assert "I need more time" not in page
    visitor.post(f"{at}more-time", f"{at}questions/1", client="x")
    assert _standing(house, account_id, at).attempt.parts[0].extra == timedelta(0)


def test_an_attempt_with_ten_times_the_time_says_so_on_the_dashboard_and_is_no_part_of_its_trend(
    house: House,
) -> None:
    account_id, visitor = _person(house, "both")
    for choice in (TimeChoice.AS_SET, TimeChoice.DOUBLE, TimeChoice.TENFOLD):
        begun = _begin(visitor, choice)
        attempts.hand_in(house.store, account_id, begun.split("/")[2], house.clock())
        house.clock.move(timedelta(minutes=1))
    page = visitor.get("/attempts/").text
    assert _words(page).count("not under exam conditions") == 1
    assert "Your first and your latest test both scored 0 %" in page
    assert [len(one.split()) for one in re.findall(r'points="([^"]+)"', page)] == [2]
