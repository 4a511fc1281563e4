"""Items as safe HTML: in this candidate's order, with nothing secret before release."""

import re
from dataclasses import fields, replace
from decimal import Decimal

from quizapp.assessment.item import Item, Judgement, PublicItem
from quizapp.bank.reader import read_bank
from quizapp.services.rendering import AskedItem, RevealedItem, asked, revealed
from tests.bank.hostile import SCRIPTS
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, PRICE, files


def _items() -> dict[str, Item]:
    return {one.item.public.id: one.item for one in read_bank(files()).items}


def test_options_stand_in_the_given_order_with_letters_of_their_place() -> None:
    shown = asked(_items()[DAY_BASE].public, ("c", "a", "d", "b"))
    assert [(one.id, one.letter) for one in shown.options] == [("c", "A"), ("a", "B"), ("d", "C"), ("b", "D")]
    assert str(shown.options[1].html) == "360 days"
    assert shown.describe(("a", "c")) == "A, B"
    assert "choose" not in shown.body


def test_a_case_brings_its_scenario_and_a_stated_number_of_keys() -> None:
    shown = asked(_items()[ANSWERS_MORE].public, ("same", "both-fall", "short-more", "long-more"))
    assert shown.body["choose"] == 2
    assert shown.stimulus_title == "Two bonds on one desk"
    assert "<table" in (shown.stimulus_html or "")


def test_a_number_brings_its_unit_and_the_slip_behind_each_wrong_result() -> None:
    item = _items()[PRICE]
    shown = asked(item.public, ())
    assert (shown.options, dict(shown.body)) == ((), {"unit": "USD", "decimals": 2})
    wrong = revealed(item.public, item.secret, (), ("97.53",))
    assert wrong.key_text == "97.50 USD, give or take 0.005"
    (slip,) = wrong.answer["slips"]
    assert (slip["value"], wrong.judged) == ("97.53", (Judgement(False, 0),))
    assert "365 days" in slip["rationale"]
    assert revealed(item.public, item.secret, (), ("12",)).judged == (Judgement(False, None),)


def test_a_word_that_turns_the_question_round_is_bold_once() -> None:
    item = replace(
        _items()[PRICE].public, stem="Which is NOT so? Which, **EXCEPT** one, is? NOTE: at least two."
    )
    shown = asked(item, ()).stem_html
    assert shown == (
        "<p>Which is <strong>NOT</strong> so? Which, <strong>EXCEPT</strong> one, is? NOTE: at least two.</p>"
    )


def test_large_numbers_are_grouped() -> None:
    item = _items()[PRICE]
    answer = replace(item.secret.answer, value=Decimal("1536400"))  # type: ignore[call-arg]
    assert revealed(item.public, replace(item.secret, answer=answer), (), ()).key_text.startswith(
        "1,536,400 USD,"
    )


def test_the_key_and_every_rationale_come_after_release_only() -> None:
    item = _items()[DAY_BASE]
    order = ("d", "c", "b", "a")
    shown = revealed(item.public, item.secret, order, ("c",))
    rationales = shown.answer["rationales"]
    assert (shown.answer["key"], shown.key_text) == (("a",), "D")
    assert set(rationales) == set(order)
    assert "<math" in shown.why_html
    names = {one.name for one in fields(AskedItem)}
    assert not names & {one.name for one in fields(RevealedItem)}
    asked_text = repr(asked(item.public, order))
    assert all(str(text) not in asked_text for text in rationales.values())


def test_script_that_reached_the_store_is_made_harmless_when_drawn() -> None:
    public: PublicItem = _items()[DAY_BASE].public
    for script in SCRIPTS:
        shown = asked(replace(public, stem=script), ("a",))
        assert not re.search(r"<(script|img|svg|iframe|a|form|style|base|meta)\b", shown.stem_html, re.I)
