"""Gaps in a text: what a passage and its blanks must be, and what becomes of each blank."""

from copy import deepcopy
from typing import Any

import pytest

from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.interactions import cloze
from quizapp.assessment.item import Judgement
from tests.core.samples import DOCUMENTS, sample

BLANKS = DOCUMENTS["cloze"]["blanks"]


def _changed(place: int, **fields: Any) -> dict[str, Any]:
    """The example's blanks with some fields of one changed; None takes a field away."""
    blanks = deepcopy(BLANKS)
    blanks[place] = {name: one for name, one in (blanks[place] | fields).items() if one is not None}
    return {"blanks": blanks}


def _codes(**changed: Any) -> list[str]:
    item = sample("cloze", **changed)
    return [one.code for one in cloze.findings(item.public.body, item.secret.answer)]


_CHOICES = BLANKS[0]["choices"]
_NUMBER = BLANKS[1]["number"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"passage": "{{move}} {{cost}} {{day}} {{when}}"}, "unknown_blank"),
        ({"passage": "{{move}} {{cost}} {{day}} {{move}}"}, "blank_twice"),
        ({"passage": "{{move}} {{cost}}"}, "blank_not_placed"),
        ({"passage": "{{cost}} {{move}} {{day}}"}, "blank_order"),
        ({"passage": "{{move}} $x = {{cost}}$ {{day}}"}, "blank_in_formula"),
        ({"passage": "{{move}}\n\n$$x = {{cost}}$$\n\n{{day}}"}, "blank_in_formula"),
        ({"passage": "{{move}} `{{cost}}` {{day}}"}, "code_in_passage"),
        ({"passage": "", "blanks": []}, "blank_count"),
        (_changed(0, choices=_CHOICES[:1]), "choice_count"),
        (_changed(0, choices=[_CHOICES[0], _CHOICES[1] | {"id": "fall"}]), "duplicate_option_id"),
        (_changed(0, choices=[_CHOICES[0], _CHOICES[1] | {"text": "Fall"}]), "duplicate_option"),
        (_changed(0, key="up"), "unknown_key"),
        (_changed(0, choices=[_CHOICES[0], _CHOICES[1] | {"misconception": None}]), "misconception"),
        (_changed(1, number=_NUMBER | {"tolerance": "0"}), "tolerance"),
        (_changed(1, number=_NUMBER | {"value": "985.005"}), "slip_on_key"),
        (_changed(2, accepted=["[day]"]), "empty_pattern"),
        (_changed(2, id="cost"), "duplicate_blank"),
    ],
)
def test_what_is_wrong_with_a_passage_is_found(changed: dict[str, Any], code: str) -> None:
    assert _codes() == []
    assert code in _codes(**changed)


def test_formulas_before_and_behind_a_blank_are_no_fault() -> None:
    assert _codes(passage="$P$ {{move}} when $y$ rises to {{cost}}.\n\n$$P = 1$$\n\nOn {{day}}.") == []


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        (_changed(0, accepted=["falls"]), "blank_kind", "blank 1"),
        (_changed(1, number=None), "blank_kind", "blank 2"),
        (_changed(0, key=None), "missing", "'key'"),
        (_changed(1, why_right=None), "missing", "'why_right'"),
        (_changed(1, slips=[{"pattern": "x", "misconception": "x", "rationale": "x"}]), "missing", "'value'"),
        (_changed(2, slips=[{"value": "1", "misconception": "x", "rationale": "x"}]), "missing", "'pattern'"),
    ],
)
def test_a_blank_of_no_kind_or_of_two_or_without_a_part_is_refused(
    changed: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(MalformedItem) as refused:
        sample("cloze", **changed)
    assert (refused.value.code, refused.value.path[0]) == (code, "blanks")
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("submitted", "code"),
    [
        (["4:x"], "unknown_slot"),
        (["fall"], "unknown_slot"),
        (["1:fall", "1:rise"], "slot_twice"),
        (["1:up"], "unknown_option"),
        (["2:ten"], "not_a_number"),
        (["2:" + "1" * 41], "number_too_long"),
        (["3:" + "x" * 101], "text_too_long"),
    ],
)
def test_what_cannot_stand_in_a_blank_is_refused_by_name(submitted: list[str], code: str) -> None:
    with pytest.raises(InvalidResponse, match=code):
        cloze.parse(sample("cloze").public.body, submitted)


def test_blanks_are_read_each_in_its_own_way_and_empty_ones_left_out() -> None:
    body = sample("cloze").public.body
    assert cloze.parse(body, ["3: Settlement:  Day ", "2:1,098.50"]) == ("2:1098.50", "3:Settlement: Day")
    assert cloze.parse(body, ["2: ", "3:\t"]) == ()
    assert not cloze.complete(body, ("1:fall", "2:98.5"))
    assert cloze.describe(("1:fall", "2:98.5"), ()) == "1 fall, 2 98.5"


def test_each_blank_is_judged_by_itself_and_names_its_slip() -> None:
    item = sample("cloze")
    judged = cloze.judge(item.secret.answer, ("1:rise", "2:985", "3:the day"))
    assert judged == (Judgement(False, None), Judgement(False, 0), Judgement(False, None))
    judged = cloze.judge(item.secret.answer, ("1:fall", "3:Settlement-date"))
    assert judged == (Judgement(True, None), Judgement(False, None), Judgement(True, None))
    assert cloze.tell_key(item.public.body, item.secret.answer, ()) == "1 fall, 2 98.50 USD, 3 settlement day"
