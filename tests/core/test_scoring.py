"""From responses to a result: marks, margins, percent, topics, and what was seen before."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.blueprint import ExamProfile, Quota
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Response
from quizapp.assessment.scoring import MarkedItem, Tally, mark_booklet, result_of, tally
from tests.core.drawing import profile
from tests.core.samples import sample


def _exam(*pass_percents: int | None, items: int = 4, rule: ScoringRule = ScoringRule.PARTIAL) -> ExamProfile:
    made = profile(*([Quota(("T1",), None, items)] for _ in pass_percents))
    parts = tuple(
        replace(part, pass_percent=percent, scoring=rule)
        for part, percent in zip(made.parts, pass_percents, strict=True)
    )
    return replace(made, parts=parts)


def _marked(
    marks: Sequence[float | Fraction], part: int = 0, topic: str = "T1", seen: bool = False
) -> list[MarkedItem]:
    return [
        MarkedItem(number, part, topic, seen, bool(one), Fraction(one))
        for number, one in enumerate(marks, start=1)
    ]


# Tallies


@pytest.mark.parametrize(
    ("asked", "marks", "percent"),
    [
        (1000, Fraction(699), 69),
        (1000, Fraction(6999, 10), 69),
        (3, Fraction(2), 66),
        (10, Fraction(7), 70),
        (50, Fraction(35), 70),
        (50, Fraction(69, 2), 69),
        (7, Fraction(7), 100),
        (7, Fraction(0), 0),
        (0, Fraction(0), 0),
    ],
)
def test_the_percentage_is_rounded_down(asked: int, marks: Fraction, percent: int) -> None:
    assert Tally(asked, marks, 0).percent == percent


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 100))
def test_the_percentage_reads_as_passed_only_where_the_part_is_passed(
    right: int, asked: int, pass_percent: int
) -> None:
    right = min(right, asked)
    exam = _exam(pass_percent, items=asked)
    (part,) = result_of(exam, _marked([1] * right + [0] * (asked - right))).parts
    assert part.passed is (part.tally.percent >= pass_percent)


def test_a_tally_counts_what_was_left_unanswered() -> None:
    assert tally(_marked([1, Fraction(1, 2), 0, 0])) == Tally(4, Fraction(3, 2), 2)
    assert tally([]) == Tally(0, Fraction(0), 0)


# Parts


@pytest.mark.parametrize(
    ("marks", "margin", "passed"),
    [
        ([1, 1, 1, 1], 1, True),
        ([1, 1, 1, 0], 0, True),
        ([1, 1, Fraction(1, 2), 0], Fraction(-1, 2), False),
        ([1, 1, 0, 0], -1, False),
        ([0, 0, 0, 0], -3, False),
    ],
)
def test_the_margin_is_counted_in_questions(marks: list[Fraction], margin: Fraction, passed: bool) -> None:
    (part,) = result_of(_exam(70), _marked(marks)).parts
    assert (part.marks_to_pass, part.margin, part.passed) == (3, margin, passed)


@pytest.mark.parametrize(
    ("first", "second", "percents", "passed"),
    [
        ([1, 1, 1, 1], [1, 1, 1, 1], (75, 75), True),
        ([1, 1, 1, 1], [1, 1, 0, 0], (75, 75), False),
        ([1, 1, 0, 0], [1, 1, 1, 1], (75, 75), False),
        ([1, 1, 1, 1], [0, 0, 0, 0], (75, None), True),
        ([0, 0, 0, 0], [1, 1, 1, 1], (75, None), False),
        ([1, 1, 1, 1], [1, 1, 1, 1], (None, None), None),
    ],
)
def test_a_test_is_passed_where_every_judged_part_is(
    first: list[int], second: list[int], percents: tuple[int | None, int | None], passed: bool | None
) -> None:
    result = result_of(_exam(*percents), _marked(first) + _marked(second, part=1))
    assert result.passed is passed
    assert [part.tally.marks for part in result.parts] == [sum(first), sum(second)]
    assert result.whole.marks == sum(first) + sum(second)


def test_a_part_that_is_not_judged_has_no_margin() -> None:
    (part,) = result_of(_exam(None), _marked([1, 0, 0, 0])).parts
    assert (part.marks_to_pass, part.margin, part.passed) == (None, None, None)


# Topics, and what was seen before


def test_topics_stand_in_the_order_of_their_numbers() -> None:
    marked = [one for topic in ("T10", "T2", "T1", "extra", "T2") for one in _marked([1], topic=topic)]
    result = result_of(_exam(None), marked)
    assert [(topic, held.asked) for topic, held in result.topics] == [
        ("extra", 1),
        ("T1", 1),
        ("T2", 2),
        ("T10", 1),
    ]


def test_first_seen_questions_and_repeats_are_tallied_apart() -> None:
    result = result_of(_exam(None), _marked([1, 0]) + _marked([1, 1, Fraction(1, 2)], seen=True))
    assert (result.first_seen, result.repeats) == (Tally(2, Fraction(1), 1), Tally(3, Fraction(5, 2), 0))
    assert result.whole == Tally(5, Fraction(7, 2), 1)


# From responses to marks

BOOKLET = [
    (number, 0, number == 2, item.public, item.secret)
    for number, item in enumerate(
        map(sample, ("single_choice", "multiple_response", "numeric_entry", "case")), start=1
    )
]


@pytest.mark.parametrize(
    ("responses", "strict", "partial"),
    [
        ({}, [0, 0, 0, 0], [0, 0, 0, 0]),
        (
            {1: ("right",), 2: ("right_1", "right_2"), 3: ("8.16",), 4: ("right",)},
            [1, 1, 1, 1],
            [1, 1, 1, 1],
        ),
        ({1: ("near",), 2: ("right_1",), 3: ("8.00",)}, [0, 0, 0, 0], [0, Fraction(1, 2), 0, 0]),
        ({2: ("right_1", "right_2", "bond"), 3: ("8.165",)}, [0, 0, 1, 0], [0, Fraction(1, 2), 1, 0]),
        ({1: (), 9: ("right",)}, [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_a_booklet_is_marked_whole_or_partly_as_its_part_says(
    responses: dict[int, Response], strict: list[Fraction], partial: list[Fraction]
) -> None:
    for rule, due in ((ScoringRule.ALL_OR_NOTHING, strict), (ScoringRule.PARTIAL, partial)):
        marked = mark_booklet(_exam(70, rule=rule), BOOKLET, responses)
        assert [one.marks for one in marked] == due
        assert [one.answered for one in marked] == [bool(responses.get(number)) for number in (1, 2, 3, 4)]
        assert [(one.position, one.topic, one.seen_before) for one in marked] == [
            (number, "T1", number == 2) for number in (1, 2, 3, 4)
        ]


# Wrong answers that cost

COSTS = [
    ({}, [0, 0, 0, 0]),
    ({1: ("right",), 2: ("right_1", "right_2"), 3: ("8.16",), 4: ("right",)}, [1, 1, 1, 1]),
    ({1: ("near",), 2: ("right_1",), 3: ("8.00",)}, [-1, -1, -1, 0]),
    ({1: (), 2: ("right_1", "right_2", "bond"), 3: ("8.165",)}, [0, -1, 1, 0]),
]


@pytest.mark.parametrize("penalty", [Fraction(1, 4), Fraction(1, 3), Fraction(1)])
@pytest.mark.parametrize(("responses", "signs"), COSTS)
def test_a_wrong_answer_costs_the_penalty_and_a_blank_one_nothing(
    responses: dict[int, Response], signs: list[int], penalty: Fraction
) -> None:
    marked = mark_booklet(_negative(penalty), BOOKLET, responses)
    assert [one.marks for one in marked] == [penalty * one if one < 0 else one for one in signs]


def _negative(penalty: Fraction, *pass_percents: int | None) -> ExamProfile:
    exam = _exam(*(pass_percents or (50,)), rule=ScoringRule.NEGATIVE)
    return replace(exam, parts=tuple(replace(part, penalty=penalty) for part in exam.parts))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.fractions(Fraction(1, 99), 1))
def test_a_part_counts_what_is_right_less_what_wrong_answers_cost_and_never_below_nothing(
    right: int, wrong: int, blank: int, penalty: Fraction
) -> None:
    exam = _negative(penalty)
    result = result_of(exam, _marked([1] * right + [-penalty] * wrong + [0] * blank))
    (part,) = result.parts
    assert (part.earned, part.wrong, part.taken) == (right, wrong, penalty * wrong)
    assert part.tally.marks == result.whole.marks == max(0, right - penalty * wrong)
    assert part.tally.unanswered == blank
    assert all(0 <= held.percent <= 100 for _, held in result.topics)


def test_a_part_at_nothing_takes_nothing_from_another() -> None:
    half = Fraction(1, 2)
    result = result_of(_negative(half, 50, 50), _marked([-half] * 4) + _marked([1, 1, -half, 0], part=1))
    assert [part.tally.marks for part in result.parts] == [0, Fraction(3, 2)]
    assert result.whole == Tally(8, Fraction(3, 2), 1)
    assert [(part.margin, part.passed) for part in result.parts] == [(-2, False), (-half, False)]


def test_each_part_is_marked_under_its_own_rule() -> None:
    exam = _exam(70, 70)
    exam = replace(exam, parts=(exam.parts[0], replace(exam.parts[1], scoring=ScoringRule.ALL_OR_NOTHING)))
    item = sample("multiple_response")
    booklet = [(number, number - 1, False, item.public, item.secret) for number in (1, 2)]
    marked = mark_booklet(exam, booklet, {1: ("right_1",), 2: ("right_1",)})
    assert [one.marks for one in marked] == [Fraction(1, 2), 0]
