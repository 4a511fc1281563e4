"""Notes and highlights: what is taken as one, and what is refused."""

from dataclasses import replace

import pytest

from quizapp.assessment.annotations import (
    LONGEST_NOTE,
    MOST_HIGHLIGHTS,
    fragments,
    parse_highlights,
    parse_note,
)
from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import Stimulus
from tests import small_bank

ITEM = small_bank.single("coupon").public
CASE = replace(ITEM, stimulus=Stimulus("desk", "A desk", "Two bonds."))
NUMBER = small_bank.numeric("yield").public


def _refused(code: str, parse: object, *given: object) -> None:
    assert callable(parse)
    with pytest.raises(InvalidResponse) as caught:
        parse(*given)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([], ()),
        ([""], ()),
        ([" \r\n\t "], ()),
        (["DV01 first\r\n\r\nthen the ratio"], ("DV01 first\n\nthen the ratio",)),
        (["\n  two\ttabs \n"], ("two\ttabs",)),
        (["a\x00b\x1b\ud800\u200bc"], ("abc",)),
        (["e\u0301"], ("\u00e9",)),
        (["x" * LONGEST_NOTE], ("x" * LONGEST_NOTE,)),
        (["\U0001f4c8" * LONGEST_NOTE], ("\U0001f4c8" * LONGEST_NOTE,)),
    ],
)
def test_a_note_keeps_its_lines_and_nothing_that_cannot_be_seen(
    typed: list[str], kept: tuple[str, ...]
) -> None:
    assert parse_note(typed) == kept
    assert parse_note(kept) == kept


def test_a_space_of_any_kind_stays_one() -> None:
    assert parse_note(["10\N{NO-BREAK SPACE}000\N{IDEOGRAPHIC SPACE}USD"]) == ("10 000 USD",)


def test_a_note_is_one_text_of_two_thousand_characters_at_most() -> None:
    _refused("note_too_long", parse_note, ["x" * (LONGEST_NOTE + 1)])
    _refused("several_notes", parse_note, ["one", "two"])
    assert parse_note(["x\r\n" * (LONGEST_NOTE // 2)]), "a line's end counts once"


def test_stem_options_and_stimulus_can_be_highlighted() -> None:
    options = {f"option.{one.id}" for one in ITEM.body.options}
    assert fragments(ITEM) == {"stem"} | options
    assert fragments(CASE) == {"stem", "stimulus"} | options
    assert fragments(NUMBER) == {"stem"}


def test_highlights_stand_in_order_each_once() -> None:
    sent = ["stimulus:4-9", "stem:12-40", "stem:3-5", "option.near:0-2", "stem:12-40", "stem:007-08"]
    kept = ("option.near:0-2", "stem:3-5", "stem:7-8", "stem:12-40", "stimulus:4-9")
    assert parse_highlights(CASE, sent) == kept
    assert parse_highlights(CASE, kept) == kept
    assert parse_highlights(CASE, []) == ()


@pytest.mark.parametrize(
    "one",
    [
        *("", "stem", "stem:", "stem:1", "stem:1-", "stem:-1-4", "stem:4-4", "stem:5-4", "stem:1-100000"),
        *(
            "stem:1-4 ",
            " stem:1-4",
            "stem:1-4\n",
            "STEM:1-4",
            "stem:\u0661-\u0664",
            "stem:1.5-4",
            "stem:1e1-40",
        ),
        *("title:1-4", "option:1-4", "option.:1-4", "option.none:1-4", "stimulus:1-4", "stem.x:1-4"),
    ],
)
def test_what_is_no_range_in_a_text_of_the_question_is_refused(one: str) -> None:
    _refused("highlight", parse_highlights, ITEM, ["stem:1-4", one])


def test_there_are_fifty_highlights_at_most() -> None:
    many = [f"stem:{place}-{place + 1}" for place in range(MOST_HIGHLIGHTS + 1)]
    assert len(parse_highlights(ITEM, many[:-1])) == MOST_HIGHLIGHTS
    _refused("too_many_highlights", parse_highlights, ITEM, many)
