"""The waiting room over HTTP: from the start page into it, and from it into the test."""

from tests.web.forms import form_to
from tests.web.visitors import House


def test_staff_see_how_many_wait(stocked_house: House) -> None:
    admin = stocked_house.seated(stocked_house.person("admin@example.org", "admin"))
    assert "waiting room" not in admin.get("/board/").text
    for name in ("ada", "eve"):
        visitor = stocked_house.seated(stocked_house.person(f"{name}@example.org"))
        form_to(visitor.get("/exams/small/quick/").text, "/waiting/small/quick").send(visitor)
    assert "2 people are in the waiting room" in admin.get("/board/").text


def test_a_candidate_waits_with_a_dealt_booklet_and_begins_it(stocked_house: House) -> None:
    visitor = stocked_house.seated(stocked_house.person("ada@example.org"))
    room = "/waiting/small/quick"
    assert visitor.get(room).location == "/exams/small/quick/"
    entered = form_to(visitor.get("/exams/small/quick/").text, room).send(visitor)
    assert (entered.status_code, entered.location) == (303, room)
    page = visitor.get(room)
    assert "No clock runs here" in page.text
    begun = form_to(page.text, "/attempts/begin").send(visitor, ("mode", "timed"))
    assert begun.status_code == 303
    assert visitor.get(begun.location).location.endswith("/questions/1")
    assert visitor.get(room).location == "/exams/small/quick/"
