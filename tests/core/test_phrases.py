"""Typed words: how they are folded, what patterns take, and what is refused as a pattern."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.phrases import (
    LONGEST,
    PatternFault,
    PhraseKey,
    PhraseSlip,
    folded,
    key_findings,
    pattern_of,
    read_phrase,
    without_marks,
)

WORDS = st.lists(st.sampled_from(["the", "repo", "haircut", "haircuts", "re", "x"]), max_size=5)
PARTS = st.sampled_from(["repo", "haircut*", "[the]", "[the|x]", "x", "re*", "[re*]", "haircut"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=5).map(" ".join)


def _takes(pattern: str, typed: str) -> bool:
    return pattern_of(pattern).takes(folded(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "buy back",
        "Buy-Back",
        "BUY  BACK.",
        " buy\tback ",
        "“buy–back”",
        "buy\u2011back",
        "ｂｕｙ ｂａｃｋ",
        "bu\u00ady back",
        "b\u00fay back!",
        "'buy' 'back'",
    ],
)
def test_case_accents_hyphens_quotes_and_end_marks_make_no_difference(typed: str) -> None:
    assert folded(typed) == ("buy", "back")
    assert _takes("buy-back", typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("naïve", "nai\u0308ve"),
        ("ﬁxed", "fixed"),
        ("dealer’s", "dealers"),
        ("½", "1⁄2"),
    ],
)
def test_two_ways_of_writing_one_word_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("2.5", "25"), ("buyback", "buy back"), ("par", "part"), ("10%", "10")]
)
def test_what_means_another_thing_stays_another(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("haircut", ("haircut", "Haircut."), ("", "haircuts", "a haircut", "hair cut")),
        ("haircut*", ("haircut", "haircuts", "haircutting"), ("hair", "haircut s")),
        (
            "[the] repo haircut*",
            ("repo haircut", "the repo haircuts"),
            ("the haircut", "the the repo haircut"),
        ),
        (
            "settlement [day|date]",
            ("settlement", "settlement day", "settlement date"),
            ("settlement day date",),
        ),
        ("[a] [b] c", ("c", "a c", "b c", "a b c"), ("b a c", "a b")),
        ("on-the-run", ("on the run", "On-The-Run"), ("on run",)),
        ("[re*] opening", ("opening", "reopening opening", "re opening"), ("reopening",)),
    ],
)
def test_a_pattern_takes_what_its_marks_say(
    pattern: str, taken: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    assert [one for one in taken if not _takes(pattern, one)] == []
    assert [one for one in refused if _takes(pattern, one)] == []


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("", "empty_pattern"),
        ("...", "empty_pattern"),
        ("[the]", "empty_pattern"),
        ("[the", "brackets"),
        ("the]", "brackets"),
        ("[[the] old] bond", "brackets"),
        ("[] bond", "brackets"),
        ("[a|] bond", "brackets"),
        ("[a b] bond", "brackets"),
        ("[buy-back] bond", "brackets"),
        ("a|b", "brackets"),
        ("* bond", "star"),
        ("b*nd", "star"),
        ("bond**", "star"),
        ("b" * (LONGEST + 1), "pattern_too_long"),
    ],
)
def test_a_text_that_is_no_pattern_is_refused_by_name(pattern: str, code: str) -> None:
    with pytest.raises(PatternFault) as refused:
        pattern_of(pattern)
    assert refused.value.code == code
    assert without_marks(pattern) == pattern


@given(PATTERNS, PATTERNS, WORDS)
def test_two_patterns_that_take_the_same_words_are_known_to_meet(
    one: str, other: str, words: list[str]
) -> None:
    try:
        first, second = pattern_of(one), pattern_of(other)
    except PatternFault:
        return
    assert first.meets(first)
    assert first.meets(second) == second.meets(first)
    if first.takes(words) and second.takes(words):
        assert first.meets(second)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("repo", "[the] repo", True),
        ("haircut*", "hair*", True),
        ("haircut*", "hair", False),
        ("[a] b", "a [b] c", False),
        ("[a] b*", "[x] a [b] bc", True),
    ],
)
def test_patterns_meet_only_where_some_words_are_taken_by_both(one: str, other: str, meet: bool) -> None:
    assert pattern_of(one).meets(pattern_of(other)) is meet


@given(st.text(max_size=60))
def test_what_is_read_is_read_again_as_it_is_and_can_be_stored(text: str) -> None:
    line = read_phrase(text)
    assert read_phrase(line) == line
    assert line.encode().decode() == line
    assert line.isprintable()
    assert folded(line) == folded(line.upper()) or not line.isascii()


@pytest.mark.parametrize("typed", ["a" * (LONGEST + 1), "a" * 1_000_000, "\u0958" * LONGEST])
def test_too_much_is_refused_soon(typed: str) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidResponse, match="text_too_long"):
        read_phrase(typed)
    assert time.process_time() - begun < 1


def test_the_worst_pattern_and_answer_take_no_time() -> None:
    pattern = pattern_of("[a*] " * 19 + "b")
    begun = time.process_time()
    assert not pattern.takes(folded("a " * 50))
    assert not pattern.meets(pattern_of("[a*] " * 19 + "c"))
    assert time.process_time() - begun < 0.2


def _codes(accepted: tuple[str, ...], *slips: str) -> list[tuple[str, str]]:
    key = PhraseKey(accepted, "Why.", tuple(PhraseSlip(one, "slip", "Wrong.") for one in slips))
    return [(".".join(one.path), one.code) for one in key_findings(key)]


def test_what_is_wrong_with_a_key_of_patterns_is_found_at_its_place() -> None:
    assert _codes(("haircut", "[the] repo haircut"), "margin call") == []
    assert _codes(()) == [("accepted", "pattern_count")]
    assert _codes(("a",) * 21)[0] == ("accepted", "pattern_count")
    assert _codes(("a",), *(f"s{n}" for n in range(9))) == [("slips", "slip_count")]
    assert _codes(("Repo", "repo.")) == [("accepted.1", "duplicate_pattern")]
    assert _codes(("repo", "[a"), "x", "X") == [
        ("accepted.1", "brackets"),
        ("slips.1.pattern", "duplicate_pattern"),
    ]
    assert _codes(("[the] haircut*",), "haircuts") == [("slips.0.pattern", "slip_on_key")]


def test_people_read_the_first_pattern_without_its_marks() -> None:
    assert PhraseKey(("[the] Repo haircut*", "x"), "Why.", ()).shown == "the Repo haircut"
    assert without_marks("settlement [day|date]") == "settlement day"
