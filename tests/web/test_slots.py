"""Prompts that are filled from a list, over HTTP: a plain form saves each choice, and shows it again."""

import re
from pathlib import Path

from quizapp.assessment.blueprint import Quota
from quizapp.services import attempts
from tests import small_bank
from tests.small_bank import CANARY, exam, matched, ordered, part
from tests.web.visitors import House, Visitor, open_house

BANK = (matched("pairs", "T1"), ordered("steps", "T2"), matched("sample-pairs", sample=True))
EXAM = exam("slots", "Slots", part("Slots", 2, [Quota(("T1",), None, 1), Quota(("T2",), None, 1)]))


def _sitting(house: House) -> tuple[Visitor, int, str]:
    small_bank.stock(house.store, [EXAM], BANK)
    account_id = house.person("ada@example.org")
    return house.seated(account_id), account_id, small_bank.begin(house.store, account_id, "slots")


def _hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the question's form."""
    held: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        held.setdefault(name, []).append(value)
    return held


def _chosen(page: str) -> list[tuple[str, str]]:
    """The slots of a page with the option that each shows as chosen."""
    lists = re.findall(r'<select [^>]*name="(answer\.\d)">(.*?)</select>', page, re.DOTALL)
    chosen = ((name, re.findall(r'value="([^"]*)"[^>]*\sselected', options)) for name, options in lists)
    return [(name, *one) for name, one in chosen if one]


def _post(visitor: Visitor, at: str, **chosen: str) -> str:
    form = _hidden(visitor.get(at).text) | {"go": ["stay"]}
    form |= {name.replace("_", "."): [value] for name, value in chosen.items()}
    reply = visitor.client.post(at, data=form, follow_redirects=True)
    assert reply.status_code == 200
    return reply.text


def test_choices_are_saved_changed_and_cleared_by_a_plain_form_and_marked(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    visitor, account_id, public_id = _sitting(house)
    asked = {
        one.slug: f"/attempts/{public_id}/questions/{one.position}"
        for one in small_bank.booklet(house.store, public_id)
    }
    pairs, steps = asked["pairs"], asked["steps"]
    page = _post(visitor, pairs, answer_1="option-1", answer_3="option-2")
    assert _chosen(page) == [("answer.1", "option-1"), ("answer.3", "option-2")]
    page = _post(visitor, pairs, answer_1="option-1", answer_2="option-2", answer_3="option-3")
    assert _chosen(page)[1:] == [("answer.2", "option-2"), ("answer.3", "option-3")]
    assert _chosen(_post(visitor, steps, answer_1="grind")) == [("answer.1", "grind")]
    assert _chosen(_post(visitor, steps, answer_1="grind", go="clear")) == []
    _post(visitor, steps, answer_1="sow", answer_2="grind", answer_3="reap")
    assert CANARY not in visitor.get(pairs).text
    attempts.hand_in(house.store, account_id, public_id, house.clock())
    review = visitor.get(f"/attempts/{public_id}/review").text
    assert review.count("Right, and your answer") == 4
    assert review.count("Your answer: wrong") == 2
    assert "1 of 2" in visitor.get(f"/attempts/{public_id}/result").text
    house.close()


def test_a_sample_with_prompts_is_answered_on_the_home_page(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    small_bank.stock(house.store, [EXAM], BANK)
    filled = "&".join(f"answer.{n}=option-{n}" for n in (1, 2, 3))
    page = house.visitor().get(f"/?sample=sample-pairs&{filled}&check=1").text
    assert page.count("Right, and your answer") == 3
    assert (
        "That is no possible answer" in house.visitor().get("/?sample=sample-pairs&answer.9=x&check=1").text
    )
    house.close()
