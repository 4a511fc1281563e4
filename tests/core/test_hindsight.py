"""What the log of a closed attempt tells: time per question, changed answers, and what to read first."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.assessment.attempt import Kind
from quizapp.assessment.certainty import Certainty
from quizapp.assessment.hindsight import (
    LONGEST_STRETCH,
    LookedBack,
    Moment,
    Said,
    Sign,
    answers_given,
    is_slow,
    minutes_to_fix,
    own_median,
    percent_of,
    times,
    urgency,
)
from quizapp.assessment.item import Response

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHOWN, SAVED, REVEALED = Sign.SHOWN, Sign.SAVED, Sign.REVEALED


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def spent(*moments: tuple[float, int, Sign], closed: float | None = None) -> dict[int, float]:
    made = [Moment(START + seconds(at), position, sign) for at, position, sign in moments]
    told = times(made, None if closed is None else START + seconds(closed))
    return {position: one.total_seconds() for position, one in told.items()}


# Time per question


def test_a_question_takes_from_its_first_showing_to_that_of_the_next() -> None:
    told = spent((0, 1, SHOWN), (10, 1, SAVED), (30, 2, SHOWN), (70, 2, SAVED), closed=100)
    assert told == {1: 30, 2: 40}


def test_what_is_saved_at_the_instant_at_which_the_next_is_shown_comes_before_it() -> None:
    assert spent((0, 1, SHOWN), (20, 2, SHOWN), (20, 1, SAVED), (90, 2, SAVED)) == {1: 20, 2: 70}


def test_coming_back_to_change_an_answer_counts_for_the_question_changed() -> None:
    assert spent((0, 1, SHOWN), (20, 2, SHOWN), (50, 2, SAVED), (90, 1, SAVED), closed=99) == {1: 60, 2: 30}


def test_looking_over_the_test_after_the_last_save_counts_for_no_question() -> None:
    assert spent((0, 1, SHOWN), (20, 1, SAVED), closed=600) == {1: 20}


def test_a_question_shown_last_is_at_work_until_the_part_closes() -> None:
    assert spent((0, 1, SHOWN), (20, 2, SHOWN), closed=65) == {1: 20, 2: 45}
    assert spent((0, 1, SHOWN), (20, 2, SHOWN)) == {1: 20, 2: 0}


def test_reading_an_explanation_counts_for_no_question() -> None:
    told = spent((0, 1, SHOWN), (20, 1, SAVED), (25, 1, REVEALED), (300, 2, SHOWN), (310, 2, SAVED))
    assert told == {1: 25, 2: 10}


def test_a_pause_counts_as_the_longest_stretch_at_most() -> None:
    day = 24 * 3600
    assert spent((0, 1, SHOWN), (day, 2, SHOWN), closed=2 * day) == dict.fromkeys((1, 2), 900)


_moments = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 5), st.sampled_from(Sign)), min_size=1, max_size=30
)


@settings(max_examples=40)
@given(_moments, st.integers(0, 500))
def test_no_question_takes_less_than_nothing_and_all_together_no_longer_than_the_part(
    moments: list[tuple[int, int, Sign]], more: int
) -> None:
    first, last = min(at for at, _, _ in moments), max(at for at, _, _ in moments)
    told = spent(*moments, closed=last + more)
    assert set(told) == {position for _, position, _ in moments}
    assert all(one >= 0 for one in told.values())
    assert sum(told.values()) <= last + more - first


def test_the_median_is_that_of_the_questions_at_work() -> None:
    assert own_median({1: seconds(10), 2: seconds(20), 3: seconds(90), 4: seconds(0)}) == seconds(20)
    assert own_median({1: seconds(0)}) is own_median({}) is None


@pytest.mark.parametrize(("took", "slow"), [(39.9, False), (40, True), (0, False)])
def test_a_question_is_slow_from_twice_the_median(took: float, slow: bool) -> None:
    assert is_slow(seconds(took), seconds(20)) is slow
    assert not is_slow(seconds(took), None)
    assert not is_slow(None, seconds(20))


@pytest.mark.parametrize(
    ("questions", "usual", "minutes"), [(6, 80, 8), (6, 81, 9), (1, 5, 1), (4, None, 6), (1, None, 2)]
)
def test_minutes_to_fix_are_whole_and_at_the_candidates_own_pace(
    questions: int, usual: float | None, minutes: int
) -> None:
    assert minutes_to_fix(questions, None if usual is None else seconds(usual)) == minutes


def test_a_share_is_rounded_to_whole_percent_halves_up() -> None:
    assert [percent_of(*one) for one in ((1, 3), (2, 3), (1, 8), (0, 5), (5, 5), (0, 0))] == [
        33,
        67,
        13,
        0,
        100,
        0,
    ]


# Changed answers


def log(*entries: tuple[int, str], kind: Kind = Kind.ANSWER) -> list[Said]:
    return [
        Said(position, kind, START + seconds(number), tuple(value.split()))
        for number, (position, value) in enumerate(entries)
    ]


def answers(*values: str) -> tuple[Response, ...]:
    return tuple(tuple(one.split()) for one in values)


@pytest.mark.parametrize(
    ("entries", "at_once", "told"),
    [
        ([(1, "c"), (1, "a")], {1}, ("c", "a")),
        ([(1, "c")], {1}, ("c",)),
        ([(1, "c"), (1, ""), (1, "a")], {1}, ("c", "a")),
        ([(1, "c"), (1, ""), (1, "c")], {1}, ("c",)),
        ([(1, "c"), (1, "")], {1}, ("c", "")),
        ([(1, ""), (1, "c")], {1}, ("c",)),
        ([(1, "")], {1}, ()),
        ([(1, "c"), (1, "a"), (1, "c")], {1}, ("c", "a", "c")),
        ([(1, "1"), (1, "12"), (1, "12.5")], set(), ("12.5",)),
        ([(1, "1"), (1, "12"), (2, "9"), (1, "13")], set(), ("12", "13")),
        ([(1, "a"), (1, "a b"), (2, "9"), (1, "b a")], set(), ("a b",)),
    ],
)
def test_the_answers_that_stood_one_after_the_other_are_told(
    entries: list[tuple[int, str]], at_once: set[int], told: tuple[str, ...]
) -> None:
    assert answers_given(log(*entries), frozenset(at_once)).get(1, ()) == answers(*told)


def test_flags_and_the_like_are_no_answers_yet_show_that_a_question_was_left() -> None:
    entries = [
        *log((1, "12")),
        *log((2, "1"), kind=Kind.FLAG),
        *log((1, "13")),
        *log((1, "1"), kind=Kind.FLAG),
    ]
    assert answers_given(entries, frozenset()) == {1: answers("12", "13")}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "a", "b", "a b"])), max_size=20))
def test_no_two_answers_told_in_a_row_are_alike_and_the_last_is_what_stands(
    entries: list[tuple[int, str]],
) -> None:
    for at_once in (frozenset[int](), frozenset({1, 2, 3})):
        for position, told in answers_given(log(*entries), at_once).items():
            assert all(set(one) != set(other) for one, other in pairwise(told))
            last = [value for where, value in entries if where == position][-1]
            assert not told or set(told[-1]) == set(last.split())


# What to read first


def test_what_teaches_most_comes_first() -> None:
    sure, unsure, guess = Certainty.SURE, Certainty.UNSURE, Certainty.GUESS
    table = [
        (False, sure, False, 0),
        (False, sure, True, 0),
        (False, unsure, False, 1),
        (False, guess, True, 1),
        (False, None, False, 1),
        (True, guess, True, 2),
        (True, guess, False, 2),
        (True, sure, True, 3),
        (True, None, True, 3),
        (True, sure, False, 4),
        (True, unsure, False, 4),
    ]
    for right, said, slow, group in table:
        assert urgency(LookedBack(1, right, said, slow)) == group, (right, said, slow)
    assert timedelta(minutes=15) == LONGEST_STRETCH
