"""How sure a candidate is of an answer, said in the question's form or by its script."""

import re

import pytest

from quizapp.assessment.attempt import Mode
from tests.web.forms import form_to
from tests.web.test_attempts import NEXT, REVEAL, STAY, choices, sitter, words
from tests.web.visitors import House


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


@pytest.mark.parametrize("mode", Mode)
def test_how_sure_one_is_goes_along_with_the_answer_and_stands_when_one_returns(
    house: House, mode: Mode
) -> None:
    ada = choices(house, mode)
    assert "How sure are you? It never changes your mark." in words(ada.visitor.get(ada.question(1)).text)
    reply = ada.form(1).send(ada.visitor, NEXT, answer="near", certainty="unsure")
    assert reply.location == ada.question(2)
    assert ada.values() == [(1, "answer", ("near",)), (1, "certainty", ("unsure",))]
    drawn = ada.form(1)
    assert drawn.fields["certainty"] == ["unsure"]
    drawn.send(ada.visitor, STAY)
    assert ada.entries() == 2
    ada.form(1).send(ada.visitor, STAY, certainty="sure")
    assert ada.values() == [(1, "answer", ("near",)), (1, "certainty", ("sure",))]


@pytest.mark.parametrize("said", ["sure", "unsure", "guess"])
def test_the_mark_is_the_same_however_sure_one_was(house: House, said: str) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, STAY, answer="right", certainty=said)
    ada.form(2).send(ada.visitor, STAY, answer="near", certainty=said)
    ada.hand_in()
    page = words(ada.get("result").text)
    assert "1 of 4, pass mark 3" in page
    assert "Receipt: 2 answers received" in page


def test_saying_nothing_writes_nothing(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, NEXT, answer="near")
    assert ada.values() == [(1, "answer", ("near",))]


def test_a_script_says_it_by_itself_and_it_never_refuses_an_answer(house: House) -> None:
    ada = sitter(house)
    token = ada.visitor.token("/accounts/")
    for number, said in enumerate((["guess"], ["sure"], [])):
        reply = ada.script(token, kind="certainty", value=said, seq=number, based_on=number)
        assert (reply.status_code, reply.json["value"]) == (200, said)
    assert ada.script(token, kind="certainty", value=["guess"], seq=7, based_on=1).status_code == 409
    assert ada.script(token, kind="certainty", value=["certain"], seq=8, based_on=3).status_code == 422
    assert ada.values() == [(1, "certainty", ())]


def test_a_conflict_over_it_shows_both_and_costs_no_answer(house: House) -> None:
    ada = choices(house)
    old = ada.form(1)
    ada.form(1).send(ada.visitor, STAY, certainty="sure")
    reply = old.send(ada.visitor, NEXT, answer="far", certainty="guess")
    assert reply.status_code == 409
    assert "Saved now Sure What you sent from this page Guess" in words(reply.text)
    assert ada.values() == [(1, "answer", ("far",)), (1, "certainty", ("sure",))]
    form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert ada.values() == [(1, "answer", ("far",)), (1, "certainty", ("guess",))]


def test_it_cannot_be_said_once_the_key_was_seen(house: House) -> None:
    ada = choices(house, Mode.TUTOR)
    ada.form(1).send(ada.visitor, REVEAL, answer="near", certainty="sure")
    assert ada.values() == [(1, "answer", ("near",)), (1, "certainty", ("sure",))]
    assert not re.search('name="certainty"', ada.visitor.get(ada.question(1)).text)
    assert ada.script(kind="certainty", value=["guess"], based_on=1).status_code == 409
