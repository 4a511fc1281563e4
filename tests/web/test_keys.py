"""The tables of keys: no key means two things, and none is a letter that an option may have."""

import pytest

from quizapp.web.keys import LETTERS, REVIEW, SITTING, Act, Keys


def _names(acts: tuple[Act, ...]) -> list[str]:
    return [name for act in acts for keys in act.keys for name in keys.names]


@pytest.mark.parametrize("acts", [SITTING, REVIEW], ids=["test screen", "review"])
def test_no_key_of_a_page_means_two_things(acts: tuple[Act, ...]) -> None:
    names = _names(acts)
    assert len(names) == len(set(names))


def test_a_letter_of_an_option_is_no_other_key() -> None:
    others = [act for act in SITTING if act.does != "Choose an option"]
    assert not set(_names(tuple(others))) & set(LETTERS)


def test_going_on_and_flagging_need_no_single_key() -> None:
    with_alt = {act.does for act in SITTING if any("alt+" in keys.names[0] for keys in act.keys)}
    assert with_alt >= {"Next question", "Previous question", "Flag, or take the flag off"}


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (("j",), "J"),
        (("?",), "?"),
        (("alt+n",), "Alt+N"),
        (tuple("abcdef"), "A to F"),
        (("1", "2", "3"), "1 to 3"),
        (("shift+a", "shift+b"), "Shift+A to B"),
    ],
)
def test_keys_are_written_as_people_read_them(names: tuple[str, ...], label: str) -> None:
    assert Keys(names, "").label == label
