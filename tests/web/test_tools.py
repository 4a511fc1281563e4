"""Notes and highlights over HTTP: in the question's form, by its script, in conflicts, and looked back on."""

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.services.timeline import timeline_of
from quizapp.services.verification import verify_attempt
from quizapp.store import accounts as account_rows
from tests.web.forms import form_to
from tests.web.test_attempts import NEXT, REVEAL, STAY, Sitter, among, choices, words
from tests.web.visitors import House

NOTE = "DV01 first <b>\n\n  then the ratio"
MARKS = ["option.near:0-4", "stem:2-9"]


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


def test_a_note_goes_along_with_the_form_and_stands_when_one_returns(house: House) -> None:
    ada = choices(house)
    ada.form(1).send(ada.visitor, NEXT, note=NOTE, answer="near")
    assert ada.values() == [(1, "answer", ("near",)), (1, "note", (NOTE,))]
    drawn = ada.form(1)
    assert drawn.fields["note"] == [NOTE]
    drawn.send(ada.visitor, STAY)
    assert ada.entries() == 2
    ada.form(1).send(ada.visitor, STAY, note="  \n ")
    assert ada.values() == [(1, "answer", ("near",)), (1, "note", ())]
    assert ada.form(2).fields["note"] == [""]


def test_a_note_that_is_too_long_says_so_is_kept_in_the_form_and_costs_no_answer(house: House) -> None:
    ada = choices(house)
    reply = ada.form(1).send(ada.visitor, NEXT, note="x" * 2_001, answer="near")
    assert reply.status_code == 422
    assert "The note is longer than 2,000 characters" in words(reply.text)
    assert ada.values() == [(1, "answer", ("near",))]
    again = form_to(reply.text, ada.question(1))
    assert again.fields["note"] == ["x" * 2_001]
    again.send(ada.visitor, NEXT, note="x\n" * 1_000)
    assert ada.values() == [(1, "answer", ("near",)), (1, "note", ("\n".join("x" * 1_000),))]


def test_what_cannot_be_read_beside_a_conflict_is_told_and_typed_again_for_nobody(house: House) -> None:
    ada, place = among(house, "one-number")
    old = ada.form(place)
    ada.form(place).send(ada.visitor, STAY, note="from here")
    reply = old.send(ada.visitor, STAY, note="from there", answer="about two")
    assert reply.status_code == 409
    assert "Could not be read, and is not saved: your answer about two" in words(reply.text)
    kept = form_to(reply.text, ada.question(place)).send(ada.visitor, STAY)
    assert kept.status_code == 422
    assert form_to(kept.text, ada.question(place)).fields["answer"] == ["about two"]
    assert ada.values() == [(place, "note", ("from there",))]


def test_a_number_that_cannot_be_read_does_not_cost_the_note(house: House) -> None:
    ada, place = among(house, "one-number")
    assert ada.form(place).send(ada.visitor, STAY, note="halve it", answer="about two").status_code == 422
    assert ada.values() == [(place, "note", ("halve it",))]


def test_conflicts_over_note_and_answer_are_shown_together_and_cost_neither(house: House) -> None:
    ada = choices(house)
    old = ada.form(1)
    ada.form(1).send(ada.visitor, STAY, note="from here", answer="near")
    reply = old.send(ada.visitor, NEXT, note="from there", answer="far", certainty="sure")
    assert reply.status_code == 409
    assert "Saved now from here What you sent from this page from there Saved now" in words(reply.text)
    saved = [(1, "answer", ("near",)), (1, "certainty", ("sure",)), (1, "note", ("from here",))]
    assert ada.values() == saved
    form_to(reply.text, ada.question(1)).send(ada.visitor, STAY)
    assert ada.values() == [
        (1, "answer", ("far",)),
        (1, "certainty", ("sure",)),
        (1, "note", ("from there",)),
    ]


def _annotated(ada: Sitter) -> None:
    token = ada.visitor.token("/accounts/")
    for seq, (kind, value) in enumerate((("note", [NOTE]), ("highlight", MARKS)), start=1):
        reply = ada.script(token, kind=kind, value=value, seq=seq)
        assert (reply.status_code, reply.json["value"]) == (200, value)


def test_a_script_saves_them_and_the_page_hands_them_back(house: House) -> None:
    ada = choices(house)
    _annotated(ada)
    drawn = ada.form(1)
    assert drawn.fields["note"] == [NOTE]
    assert [drawn.fields[f"based_on_{kind}"] for kind in ("note", "highlight")] == [["1"], ["1"]]
    page = ada.visitor.get(ada.question(1)).text
    assert f'data-highlights="{" ".join(MARKS)}"' in page
    assert 'data-fragment="stem"' in page
    assert 'data-fragment="option.near"' in page
    drawn.send(ada.visitor, NEXT, answer="far")
    assert (1, "highlight", tuple(MARKS)) in ada.values(), "without script marks are not lost"


def test_what_cannot_be_kept_is_refused_and_a_stale_one_gets_both(house: House) -> None:
    ada = choices(house)
    token = ada.visitor.token("/accounts/")
    for kind, value in (
        ("note", ["x" * 2_001]),
        ("note", ["one", "two"]),
        ("highlight", ["stem:4-2"]),
        ("highlight", ["option.none:0-2"]),
        ("highlight", ["stimulus:0-2"]),
    ):
        assert ada.script(token, kind=kind, value=value).status_code == 422, value
    assert ada.entries() == 0
    ada.script(token, kind="highlight", value=["stem:1-2"])
    stale = ada.script(token, kind="highlight", value=["stem:3-4"], seq=2)
    assert stale.status_code == 409
    assert (stale.json["current"], stale.json["yours"]) == (["stem:1-2"], ["stem:3-4"])


def test_they_are_looked_back_on_proven_and_told_in_order(house: House) -> None:
    ada = choices(house)
    _annotated(ada)
    ada.hand_in()
    page = ada.get("review").text
    assert 'Your note: <span class="own-note">DV01 first &lt;b&gt;\n\n  then the ratio</span>' in page
    assert f'data-highlights="{" ".join(MARKS)}"' in page
    assert 'data-fragment="option.near"' in page
    assert "then the ratio" not in ada.get("review?hide=1").text
    assert verify_attempt(house.store, ada.public_id).unchanged
    told = [one.sent.read_as for one in timeline_of(house.store, ada.public_id).moments if one.sent]
    assert told == [NOTE, ", ".join(MARKS)]


def test_an_explanation_in_practice_shows_them_too(house: House) -> None:
    ada = choices(house, Mode.TUTOR)
    _annotated(ada)
    ada.form(1).send(ada.visitor, REVEAL, answer="near")
    page = ada.visitor.get(ada.question(1)).text
    assert "Your note:" in page
    assert f'data-highlights="{" ".join(MARKS)}"' in page


def test_they_go_with_the_account(house: House) -> None:
    ada = choices(house)
    _annotated(ada)
    house.store.write(lambda conn: account_rows.erase(conn, ada.account_id, house.clock()))
    assert ada.values() == [(1, "highlight", ()), (1, "note", ())]
    assert verify_attempt(house.store, ada.public_id).unchanged
