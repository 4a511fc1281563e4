"""Options and their rationales, whichever interaction uses them."""

from typing import Any

import pytest

from quizapp.assessment.options import choice_answer, choice_body, choice_findings, known_options, letters
from tests.core.samples import DOCUMENTS, sample

OPTIONS = DOCUMENTS["single_choice"]["options"]


def _with(place: int, **changed: Any) -> list[dict[str, str]]:
    """The options of the example, one of them changed; a field of None is left out."""
    return [
        {field: value for field, value in {**one, **changed}.items() if value is not None}
        if number == place
        else one
        for number, one in enumerate(OPTIONS)
    ]


def _found(**changed: Any) -> list[tuple[tuple[str, ...], str]]:
    item = sample("single_choice", **changed)
    found = choice_findings(choice_body(item.public.body), choice_answer(item.secret.answer))
    return [(one.path, one.code) for one in found]


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"options": _with(1, text=" 360 ")}, ("options",), "duplicate_option"),
        ({"options": [*OPTIONS, OPTIONS[1]]}, ("options",), "duplicate_option_id"),
        ({"key": ["right", "right"]}, ("key",), "duplicate_key"),
        ({"key": ["right", "gone"]}, ("key",), "unknown_key"),
        ({"options": _with(0, misconception="slip")}, ("options", "0"), "misconception_on_key"),
        ({"options": _with(2, misconception=None)}, ("options", "2"), "missing_misconception"),
        ({"options": _with(2, misconception="")}, ("options", "2"), "missing_misconception"),
    ],
)
def test_what_is_wrong_with_options_is_found_where_it_stands(
    changed: dict[str, Any], path: tuple[str, ...], code: str
) -> None:
    assert (path, code) in _found(**changed)
    assert _found() == []


def test_options_that_differ_in_case_or_blanks_only_read_the_same() -> None:
    assert (("options",), "duplicate_option") in _found(
        options=[*_with(1, text="Two  Years")[:2], *_with(2, text="two years")[2:]]
    )


def test_chosen_options_stand_in_the_order_of_the_item() -> None:
    body = choice_body(sample("single_choice").public.body)
    assert known_options(body, ("off", "right", "off")) == ("right", "off")


def test_letters_follow_the_order_seen() -> None:
    assert letters(("right", "off"), ("off", "near", "right", "far")) == "A, C"
    assert letters((), ("off", "near")) == ""
