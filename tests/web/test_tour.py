"""The tour of the test screen: every control can be tried, in a few steps, and nothing of it is stored."""

import html
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from quizapp.store.tables import metadata
from quizapp.web.tour import STEPS
from tests.web.visitors import House, Visitor

MOST_STEPS = 8
TOUR = "/exams/tour"


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _tried(visitor: Visitor, **sent: str | list[str]) -> str:
    reply = visitor.get(f"{TOUR}?{urlencode(sent, doseq=True)}")
    assert reply.status_code == 200
    return reply.text


def _rows(house: House) -> dict[str, int]:
    with house.store.read() as conn:
        return {
            name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def _options(visitor: Visitor) -> list[str]:
    return re.findall(r'data-option="([^"]+)"', visitor.get(TOUR).text)


def test_anybody_takes_the_tour_in_a_few_steps_and_nothing_is_stored(house: House) -> None:
    before, visitor = _rows(house), house.visitor()
    page = visitor.get(TOUR)
    assert len(STEPS) <= MOST_STEPS
    assert all(step in _words(page.text) for step in STEPS)
    assert "Set-Cookie" not in page.headers
    for one in (
        {"go": "next", "answer": _options(visitor)[0]},
        {"flag": "1"},
        {"certainty": "sure", "go": "stay"},
    ):
        _tried(visitor, **one)
    assert _rows(house) == before


@pytest.mark.parametrize(
    ("sent", "step"),
    [
        ({"flag": "1"}, 4),
        ({"go": "next"}, 5),
        ({"go": "previous"}, 5),
        ({"go": "review"}, 5),
        ({"go": "clear"}, 1),
        ({"go": "stay"}, 1),
        ({"go": "stay", "certainty": "guess"}, 3),
        ({"strike": "x"}, 2),
    ],
)
def test_what_is_pressed_is_explained(house: House, sent: dict[str, str], step: int) -> None:
    words = _words(_tried(house.visitor(), **sent))
    assert f"Step {step} {STEPS[step - 1]}" in words
    assert words.count(STEPS[step - 1]) == 2


def test_what_is_tried_stands_on_the_screen_until_it_is_taken_back(house: House) -> None:
    visitor = house.visitor()
    first, second, *_ = _options(visitor)
    page = _tried(visitor, go="next", answer=first, certainty="unsure", struck=second, flagged="1")
    assert re.search(rf'value="{first}"[^>]*checked', page)
    assert re.search(r'value="unsure"\s+checked', page)
    assert "Restore B" in page
    assert "1 answered" not in _words(page)
    assert "2 answered" in _words(page)
    assert "Flagged" in _words(page)
    page = _tried(visitor, go="clear", answer=first, strike=second, struck=second, flag="0")
    assert not re.search(rf'value="{first}"[^>]*checked', page)
    assert "Restore B" not in page


@pytest.mark.parametrize("text", ["", "\x00", "x" * 500, "<script>", "\ud83d\ude00"])
def test_nonsense_in_the_address_counts_for_nothing(house: House, text: str) -> None:
    names = ("go", "answer", "struck", "strike", "flag", "flagged", "certainty")
    sent = urlencode([(name, text.encode("utf-16", "surrogatepass")) for name in names for _ in range(3)])
    page = house.visitor().get(f"{TOUR}?{sent}")
    assert page.status_code == 200
    assert "checked" not in page.text


def test_without_a_bank_the_tour_says_so(house: House, empty_sqlite: object) -> None:
    house.renew(empty_sqlite)
    page = house.visitor().get(TOUR)
    assert page.status_code == 200
    assert "there is no question to try this on" in page.text


def test_start_pages_lead_to_the_tour(house: House) -> None:
    assert f'href="{TOUR}"' in house.visitor().get("/exams/small/quick/").text
