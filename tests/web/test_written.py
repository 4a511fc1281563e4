"""Words and gaps over HTTP: saved by a plain form, shown again, marked, explained."""

import html
import re
from pathlib import Path

import pytest

from quizapp.assessment.blueprint import Quota
from quizapp.services import attempts
from tests import small_bank
from tests.small_bank import CANARY, exam, gapped, part, worded
from tests.web.visitors import House, Visitor, open_house

BANK = (
    worded("words", "T1"),
    gapped("gaps", "T2"),
    worded("sample-words", sample=True),
    gapped("sample-gaps", sample=True),
)
EXAM = exam("written", "Written", part("Written", 2, [Quota(("T1",), None, 1), Quota(("T2",), None, 1)]))


def _sitting(house: House) -> tuple[Visitor, int, str, dict[str, str]]:
    small_bank.stock(house.store, [EXAM], BANK)
    account_id = house.person("ada@example.org")
    public_id = small_bank.begin(house.store, account_id, "written")
    at = {
        one.slug: f"/attempts/{public_id}/questions/{one.position}"
        for one in small_bank.booklet(house.store, public_id)
    }
    return house.seated(account_id), account_id, public_id, at


def _fields(page: str) -> dict[str, str]:
    """What stands in the fields of the answer."""
    held = {}
    for field in re.findall(r"<input type=\"text\"[^>]*>", page):
        name, value = (re.search(rf'\s{part}="([^"]*)"', field) for part in ("name", "value"))
        assert name
        assert value
        held[name[1]] = html.unescape(value[1])
    for name, options in re.findall(r'<select [^>]*name="(answer\.\d)">(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)"[^>]*\sselected', options)
        held[name] = chosen[0] if chosen else ""
    return held


def _post(visitor: Visitor, at: str, status: int = 200, **typed: str) -> str:
    form: dict[str, list[str]] = {"go": ["stay"]}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', visitor.get(at).text):
        form.setdefault(name, []).append(html.unescape(value))
    form |= {name.replace("_", "."): [value] for name, value in typed.items()}
    reply = visitor.client.post(at, data=form, follow_redirects=True)
    assert reply.status_code == status
    return reply.text


def test_words_are_saved_changed_cleared_and_refused_where_too_long(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    visitor, _, _, at = _sitting(house)
    assert _fields(_post(visitor, at["words"], answer='  Open-"Sesame"  <b> ')) == {
        "answer": 'Open-"Sesame" <b>'
    }
    page = _post(visitor, at["words"], 422, answer="x" * 101)
    assert _fields(page) == {"answer": "x" * 101}
    assert "at most 100 characters" in page
    assert _fields(visitor.get(at["words"]).text) == {"answer": 'Open-"Sesame" <b>'}
    assert _fields(_post(visitor, at["words"], answer="other", go="clear")) == {"answer": ""}
    house.close()


def test_gaps_are_saved_one_by_one_and_a_refused_one_costs_nothing_that_was_typed(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    visitor, _, _, at = _sitting(house)
    page = _post(visitor, at["gaps"], answer_3="barley")
    assert _fields(page) == {"answer.1": "", "answer.2": "", "answer.3": "barley"}
    page = _post(visitor, at["gaps"], 422, answer_1="b", answer_2="two, or so", answer_3="rice: brown")
    assert _fields(page) == {"answer.1": "b", "answer.2": "two, or so", "answer.3": "rice: brown"}
    assert "Write numbers in plain digits" in page
    page = _post(visitor, at["gaps"], answer_1="b", answer_2="1,002.50", answer_3="rice: brown")
    assert _fields(page) == {"answer.1": "b", "answer.2": "1002.50", "answer.3": "rice: brown"}
    assert _fields(_post(visitor, at["gaps"], go="clear")) == {"answer.1": "", "answer.2": "", "answer.3": ""}
    house.close()


def test_every_field_of_a_gap_has_its_label_and_stands_in_the_rendered_passage(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    visitor, _, _, at = _sitting(house)
    page = visitor.get(at["gaps"]).text
    assert "In <em>gaps</em>, <span" in page
    assert "{{" not in page
    labels = re.findall(r'<label for="(answer-\d)">(.*?)</label>', page, re.DOTALL)
    told = {name: " ".join(re.sub(r"<[^>]*>", "", words).split()) for name, words in labels}
    assert told == {
        "answer-1": "Blank 1: choose one",
        "answer-2": "Blank 2: a number, %",
        "answer-3": "Blank 3: a word or a phrase",
    }
    assert "1 decimal" in page
    assert CANARY not in page
    house.close()


@pytest.mark.parametrize(
    ("words", "gaps", "score", "told"),
    [
        ("OPEN-SESAME!", {"answer_1": "a", "answer_2": "2.50", "answer_3": "open sesame"}, "2 of 2", ()),
        ("barley", {"answer_1": "b", "answer_2": "5", "answer_3": "Barley"}, "0 of 2", (0, 3, 1)),
        ("rice", {"answer_2": "2.5"}, "0 of 2", (1, 0, 0)),
    ],
)
def test_answers_are_marked_and_each_is_explained_with_its_slip(
    tmp_path: Path, words: str, gaps: dict[str, str], score: str, told: tuple[int, ...]
) -> None:
    house = open_house(tmp_path)
    visitor, account_id, public_id, at = _sitting(house)
    _post(visitor, at["words"], answer=words)
    _post(visitor, at["gaps"], **gaps)
    attempts.hand_in(house.store, account_id, public_id, house.clock())
    assert score in visitor.get(f"/attempts/{public_id}/result").text
    review = visitor.get(f"/attempts/{public_id}/review").text
    for one in ("right", "barley", "a", "b", "two", "doubled", "three"):
        assert f"{CANARY} {one}" in review
    wrong, slips, chosen = told or (0, 0, 0)
    assert review.count("Your answer: wrong") == wrong + chosen
    assert review.count("Wrong, and your answer") == slips
    house.close()


def test_samples_are_answered_on_the_home_page(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    small_bank.stock(house.store, [EXAM], BANK)
    visitor = house.visitor()
    page = visitor.get("/?sample=sample-words&answer=open+sesame&check=1").text
    assert f"{CANARY} right" in page
    page = visitor.get("/?sample=sample-gaps&answer.1=a&answer.2=nan&answer.3=x&check=1").text
    assert _fields(page)["answer.2"] == "nan"
    assert CANARY not in page
    page = visitor.get("/?sample=sample-gaps&answer.1=a&answer.2=2.5&answer.3=barley&check=1").text
    assert "Wrong, and your answer" in page
    house.close()
