"""The board over HTTP: what staff see and press, and what the candidate then sees."""

from datetime import timedelta

import pytest

from quizapp.services import outages
from tests.web.visitors import House, Visitor, counted_statements

MOST_STATEMENTS = 15
"""Of one page of the board, however many sit."""
TIME = {"how": "minutes", "minutes": "10", "reason": "fault"}


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _sit(house: House, name: str = "ada", exam: str = "quick") -> tuple[Visitor, str]:
    sitter = house.signed_in(f"{name}@example.org")
    start = f"/exams/small/{exam}/"
    reply = sitter.post("/attempts/begin", start, bank="small", exam=exam, mode="timed")
    return sitter, reply.location.strip("/").split("/")[-1]


def _admin(house: House) -> Visitor:
    return house.signed_in("admin@example.org", "admin")


def test_the_board_names_everybody_with_their_time_and_asks_few_statements(house: House) -> None:
    for number in range(5):
        _sit(house, f"sitter{number}")
    admin = _admin(house)
    house.clock.move(timedelta(minutes=4))
    with counted_statements() as asked:
        page = admin.get("/board/").text
    assert len(asked) <= MOST_STATEMENTS
    assert "5 people are sitting timed tests" in page
    assert all(f"sitter{number}@example.org" in page for number in range(5))
    assert page.count(">6:00<") == 5
    assert ">Board</a>" in page
    assert ">Board</a>" not in house.signed_in("eve@example.org", "author").get("/").text


def test_the_boards_script_reads_the_same_words(house: House) -> None:
    _, public_id = _sit(house)
    seats = _admin(house).get("/board/now").json["seats"]
    assert seats == {
        public_id: {"part": "", "left": "10:00", "extra": "", "answered": "0 of 4", "saved": "nothing yet"}
    }


def test_time_is_asked_for_then_confirmed_then_given_and_the_candidate_sees_it(house: House) -> None:
    ada, public_id = _sit(house)
    admin = _admin(house)
    at = f"/board/attempts/{public_id}/time"
    assert ada.get(f"/attempts/{public_id}/clock").json["extra"] == ""
    asked = admin.get(f"{at}?how=minutes&minutes=10&reason=fault").text
    assert "Give 10 minutes more (technical fault)?" in asked
    assert ada.get(f"/attempts/{public_id}/clock").json["left_ms"] == 600_000
    for _ in range(2):
        assert admin.post(at, f"{at}?how=minutes&minutes=10&reason=fault", **TIME, key="a").status_code == 303
    clock = ada.get(f"/attempts/{public_id}/clock").json
    assert (clock["left_ms"], clock["extra"]) == (1_200_000, "Extra time: 10 min (technical fault)")
    assert "Extra time: 10 min (technical fault)" in ada.get(f"/attempts/{public_id}/questions/1").text
    assert "10 min extra" in admin.get("/board/").text
    told = admin.get(at).text
    assert "10 minutes: technical fault" in told
    assert "by admin@example.org" in told
    ada.post(f"/attempts/{public_id}/hand-in")
    assert "10 minutes (technical fault)" in ada.get(f"/attempts/{public_id}/result").text


def test_time_that_an_outage_gave_back_is_told_on_the_question_the_board_and_the_result(house: House) -> None:
    ada, public_id = _sit(house)
    outages.beat(house.store, house.clock())
    house.clock.move(timedelta(minutes=7))
    outages.give_back(house.store, house.clock())
    told = "The server was away: you have 7 min 5 s back"
    assert ada.get(f"/attempts/{public_id}/clock").json["extra"] == told
    assert told in ada.get(f"/attempts/{public_id}/questions/1").text
    admin = _admin(house)
    at = f"/board/attempts/{public_id}/time"
    assert "by this site" in admin.get(at).text
    admin.post(at, f"{at}?how=minutes&minutes=10&reason=fault", **TIME, key="a")
    both = f"Extra time: 10 min (technical fault). {told}"
    assert ada.get(f"/attempts/{public_id}/clock").json["extra"] == both
    ada.post(f"/attempts/{public_id}/hand-in")
    assert "7 min 5 s (this site was not reachable)" in ada.get(f"/attempts/{public_id}/result").text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("how=minutes&minutes=0&reason=fault", "Type a whole number of minutes from 1 to 240."),
        ("how=minutes&minutes=1e3&reason=fault", "Not a valid integer value."),
        ("how=30&minutes=&reason=fault", "Not a valid choice."),
        ("how=25", "Choose a reason."),
        ("how=25&reason=kindness", "Not a valid choice."),
    ],
)
def test_what_cannot_be_given_is_refused_with_the_rule(house: House, query: str, told: str) -> None:
    _, public_id = _sit(house)
    admin = _admin(house)
    for at in (f"/board/attempts/{public_id}/time", "/board/exams/small/quick/time"):
        reply = admin.get(f"{at}?{query}&who=now")
        assert reply.status_code == 422
        assert told in reply.text
    fields = dict(one.split("=") for one in query.split("&"))
    at = f"/board/attempts/{public_id}/time"
    assert (
        admin.post(at, "/board/exams/small/quick/time?how=25&reason=fault&who=now", **fields).status_code
        == 422
    )


def test_time_for_all_says_how_many_and_time_ahead_is_on_the_start_page_until_it_is_ended(
    house: House,
) -> None:
    ada, public_id = _sit(house)
    admin = _admin(house)
    at = "/board/exams/small/quick/time"
    sure = f"{at}?how=25&reason=interruption&who="
    assert "1 person sitting it now" in admin.get(f"{sure}now").text
    done = admin.post(at, f"{sure}now", how="25", reason="interruption", who="now")
    assert done.status_code == 303
    assert "Given to 1 person" in admin.get("/board/").text
    assert ada.get(f"/attempts/{public_id}/clock").json["left_ms"] == 750_000
    bob = house.signed_in("bob@example.org")
    assert "Extra time" not in bob.get("/exams/small/quick/").text
    lost = {"how": "25", "reason": "arrangement", "who": "person", "email": "nobody@example.org"}
    refused = admin.post(at, f"{sure}now", **lost)
    assert (refused.status_code, "Nobody here has that e-mail address." in refused.text) == (422, True)
    given = admin.post(at, f"{sure}now", **lost | {"email": "Bob@example.org"})
    assert given.status_code == 303
    start = bob.get("/exams/small/quick/").text
    assert "2 min 30 s more, 12 min 30 s in all (agreed arrangement)" in start
    board = admin.get("/board/").text
    assert "bob@example.org" in board
    ended = admin.post("/board/grants/2/end", "/board/")
    assert ended.status_code == 303
    assert "Extra time" not in bob.get("/exams/small/quick/").text


def test_an_admin_closes_a_test_after_one_confirmation(house: House) -> None:
    ada, public_id = _sit(house)
    admin = _admin(house)
    at = f"/board/attempts/{public_id}/close"
    assert "Close it, 0 of 4 answered" in admin.get(at).text
    assert ada.get(f"/attempts/{public_id}/clock").json["open"] is True
    assert admin.post(at).status_code == 303
    assert ada.get(f"/attempts/{public_id}/clock").json["open"] is False
    assert "closed by an administrator" in ada.get(f"/attempts/{public_id}/result").text
    assert admin.get(at).status_code == 404
    assert "Nobody is sitting a timed test now." in admin.get("/board/").text
