"""Practice over HTTP."""

import re

import pytest

from quizapp.services import practice
from tests import small_bank
from tests.web.visitors import House, Visitor

INDEX = "/practice/"


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _account(house: House, email: str = "ada@example.org") -> int:
    with house.store.read() as conn:
        return small_bank.account_rows.list_people(conn, email, 0, 1)[1][0].id


def _begin(visitor: Visitor, **fields: object) -> object:
    form = {"csrf_token": visitor.token(INDEX), "bank": "small", "number": "5", "topics": ["T1"]} | fields
    return visitor.client.post(INDEX, data=form)


def test_the_page_lists_topics_with_counts_and_ones_own_record(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    fresh = visitor.get(INDEX).text
    assert fresh.count("<h1") == 1
    assert "First topic" in fresh
    assert fresh.count("none yet") == 2
    small_bank.sit(house.store, _account(house), right=4)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", visitor.get(INDEX).text))
    assert "First topic 8 3 100 % 24 Nov 2026, 09:00 UTC" in words


def test_choosing_topics_and_a_number_begins_practice(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    reply = _begin(visitor, topics=["T1", "T2"])
    assert reply.status_code == 303
    page = visitor.client.get(reply.location, follow_redirects=True).text
    assert "Practice: 2 topics" in page
    assert "Check my answer" in page
    assert len(small_bank.booklet(house.store, reply.location.split("/")[2])) == 5


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"topics": []}, "Choose at least one topic"),
        ({"topics": ["T1", "T9"]}, "Choose at least one topic"),
        ({"number": "7"}, "Choose how many questions"),
        ({"number": ""}, "Choose how many questions"),
        ({"number": "²"}, "Choose how many questions"),
        ({"bank": "large"}, "Choose a question bank"),
        ({"number": "10"}, "Only 8 questions can be drawn"),
        ({"number": "5", "topics": ["T2"]}, "can be drawn from these topics now"),
    ],
)
def test_a_half_filled_form_says_what_is_missing_and_keeps_the_rest(
    house: House, fields: dict[str, object], told: str
) -> None:
    visitor = house.signed_in("ada@example.org")
    if fields == {"number": "5", "topics": ["T2"]}:
        small_bank.begin(house.store, _account(house))
    reply = _begin(visitor, **fields)
    assert reply.status_code == 422
    assert told in reply.text
    checked = re.findall(r'value="(T\d)"\s+checked', reply.text)
    assert checked == (
        [one for one in fields.get("topics", ["T1"]) if one != "T9"] if "bank" not in fields else []
    )
    assert visitor.get("/attempts/").text.count("Practice:") == 0


def test_what_went_wrong_is_practised_in_one_click_from_the_result(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    public_id = small_bank.sit(house.store, _account(house), right=1)
    result = f"/attempts/{public_id}/result"
    assert f'action="/practice/wrong/{public_id}"' in visitor.get(result).text
    reply = visitor.post(f"/practice/wrong/{public_id}", result)
    assert reply.status_code == 303
    assert "What I got wrong: Quick test" in visitor.client.get(reply.location, follow_redirects=True).text


@pytest.mark.parametrize("begin", ["topics", "wrong"])
def test_open_practice_is_handed_in_for_other_practice_only_after_a_question_with_its_numbers(
    house: House, begin: str
) -> None:
    visitor = house.signed_in("ada@example.org")
    closed = small_bank.sit(house.store, _account(house), right=1)
    first = _begin(visitor, topics=["T1"]).location
    ways = {
        "topics": lambda: _begin(visitor, topics=["T1", "T2"], number="5"),
        "wrong": lambda: visitor.post(f"/practice/wrong/{closed}", INDEX),
    }
    asked = ways[begin]()
    assert asked.status_code == 409
    assert asked.text.count("<h1") == 1
    assert "0 of 5 answered, 5 unanswered, 0 flagged" in asked.text
    assert "Hand in, 5 unanswered, and begin" in asked.text
    assert "/questions/" in visitor.get(first).location, "it is still open"
    target = re.findall(r'<form method="post" action="(/practice/[^"]*)"', asked.text)[0]
    fields = dict.fromkeys(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', asked.text))
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    second = visitor.client.post(target, data=form)
    assert second.status_code == 303
    assert second.location != first
    opened = visitor.client.get(second.location, follow_redirects=True).text
    assert ("Practice: 2 topics" if begin == "topics" else "What I got wrong: Quick test") in opened
    assert visitor.get(first).location == f"{first}result"


def test_nothing_left_to_practise_leads_back_to_the_result(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    public_id = small_bank.sit(house.store, _account(house), right=4)
    reply = visitor.post(f"/practice/wrong/{public_id}", INDEX)
    assert (reply.status_code, reply.location) == (303, f"/attempts/{public_id}/result")
    assert "Nothing is left to practise" in visitor.get(reply.location).text


def test_an_open_attempt_and_a_foreign_one_are_refused(house: House) -> None:
    visitor, eve = house.signed_in("ada@example.org"), house.signed_in("eve@example.org")
    public_id = small_bank.begin(house.store, _account(house))
    assert visitor.post(f"/practice/wrong/{public_id}", INDEX).status_code == 409
    assert "still open" in visitor.post(f"/practice/wrong/{public_id}", INDEX).text
    small_bank.attempts.hand_in(house.store, _account(house), public_id, house.clock())
    foreign = eve.post(f"/practice/wrong/{public_id}", INDEX)
    unknown = eve.post("/practice/wrong/no-such-attempt", INDEX)
    assert foreign.status_code == unknown.status_code == 404
    ids = re.compile(r'Request [0-9a-f]{16}|(?:value|nonce)="[^"]+"')
    assert ids.sub("", foreign.text) == ids.sub("", unknown.text)


def test_nobody_is_asked_to_log_in(house: House) -> None:
    assert house.visitor().get(INDEX).status_code == 302
    assert house.visitor().client.post(INDEX, data={}).status_code == 401


def test_every_number_on_the_page_can_be_chosen(house: House) -> None:
    page = house.signed_in("ada@example.org").get(INDEX).text
    offered = re.findall(r'name="number"\s+value="(\d+)"', page)
    assert tuple(int(one) for one in offered) == practice.NUMBERS
    assert re.findall(r'name="number"\s+value="(\d+)"\s+checked', page) == ["10"]
