"""Exam profiles: what is wrong inside one, and whether a bank can always fill it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from quizapp.assessment.assembly import SeenPlaces, Unit, draw
from quizapp.assessment.blueprint import Cell, ExamProfile, Quota, profile_findings, shortfalls
from quizapp.assessment.interactions.contract import ScoringRule
from tests.core.drawing import Shelf, profile, unit

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOPICS = ("T1", "T2")
POOLS = (("T1",), ("T2",), TOPICS)
BANKS = 600
"""Banks made up by chance, each with an exam that it just fills."""


def _concepts(*names: str) -> frozenset[str]:
    return frozenset(names)


# Quotas and parts


def test_a_quota_without_a_difficulty_draws_from_every_one() -> None:
    assert Quota(TOPICS, 2, 1).cells == (("T1", 2), ("T2", 2))
    assert Quota(TOPICS, None, 1).cells == tuple((topic, level) for topic in TOPICS for level in (1, 2, 3))


@pytest.mark.parametrize(
    ("items", "percent", "marks"),
    [(50, 70, 35), (20, 70, 14), (100, 75, 75), (3, 70, 3), (1, 1, 1), (7, 0, 0), (9, 100, 9), (60, 71, 43)],
)
def test_the_marks_that_pass_are_rounded_up(items: int, percent: int, marks: int) -> None:
    part = replace(profile([Quota(("T1",), None, 1)]).parts[0], items=items, pass_percent=percent)
    assert part.marks_to_pass == marks


def test_a_part_may_have_no_limit_and_no_pass_mark() -> None:
    part = replace(profile([Quota(("T1",), None, 1)]).parts[0], minutes=None, pass_percent=None)
    assert (part.allowance, part.marks_to_pass) == (None, None)
    assert replace(part, minutes=25).allowance == timedelta(minutes=25)


def test_the_minutes_of_an_exam_are_known_only_where_every_part_has_a_limit() -> None:
    exam = profile([Quota(("T1",), None, 4)], [Quota(("T2",), None, 3)])
    assert (exam.items, exam.minutes) == (7, 20)
    first, second = exam.parts
    assert replace(exam, parts=(first, replace(second, minutes=None))).minutes is None


def test_a_part_whose_blueprint_does_not_add_up_is_found() -> None:
    exam = profile([Quota(("T1",), None, 4)], [Quota(("T2",), None, 3)])
    assert list(profile_findings(exam)) == []
    first, second = exam.parts
    wrong = replace(exam, parts=(first, replace(second, items=5)))
    (found,) = profile_findings(wrong)
    assert (found.path, found.code) == (("parts", "1", "items"), "blueprint_sum")
    assert found.message == "part 2 asks for 5 items, its blueprint for 3"


@pytest.mark.parametrize(
    ("rule", "penalty", "at"),
    [
        (ScoringRule.NEGATIVE, Fraction(1, 4), None),
        (ScoringRule.NEGATIVE, Fraction(1), None),
        (ScoringRule.NEGATIVE, Fraction(0), "scoring"),
        (ScoringRule.NEGATIVE, Fraction(5, 4), "scoring"),
        (ScoringRule.NEGATIVE, Fraction(-1, 4), "scoring"),
        (ScoringRule.ALL_OR_NOTHING, Fraction(0), None),
        (ScoringRule.ALL_OR_NOTHING, Fraction(1, 4), "penalty"),
        (ScoringRule.PARTIAL, Fraction(1, 4), "penalty"),
    ],
)
def test_a_penalty_goes_with_negative_scoring_and_with_nothing_else(
    rule: ScoringRule, penalty: Fraction, at: str | None
) -> None:
    exam = profile([Quota(("T1",), None, 4)])
    exam = replace(exam, parts=(replace(exam.parts[0], scoring=rule, penalty=penalty),))
    due = [(("parts", "0", at), "penalty")] if at else []
    assert [(one.path, one.code) for one in profile_findings(exam)] == due


# What a bank lacks


def test_a_bank_with_just_enough_is_not_short_and_one_less_is() -> None:
    exam = profile([Quota(("T1",), 1, 2)])
    assert shortfalls(exam, {("T1", 1): _concepts("a", "b")}) == []
    (short,) = shortfalls(exam, {("T1", 1): _concepts("a"), ("T1", 2): _concepts("b")})
    assert (short.topics, short.difficulty, short.wanted, short.found) == (("T1",), 1, 2, 1)


def test_a_quota_must_also_cover_what_another_may_take_from_it() -> None:
    supply = {("T1", 1): _concepts("a", "b", "c"), ("T1", 2): _concepts("c", "d", "e")}
    exam = profile([Quota(("T1",), 1, 2)], [Quota(("T1",), 2, 2)])
    assert [(one.wanted, one.found) for one in shortfalls(exam, supply)] == [(4, 3), (4, 3)]
    apart = supply | {("T1", 2): _concepts("d", "e", "f")}
    assert shortfalls(exam, apart) == []


# The promise: what is not short is always filled


def _made(chance: Random) -> tuple[ExamProfile, Shelf]:
    """An exam and a bank that just reaches it: siblings, case sets, and single items until nothing is short.

    As the check of a bank's files has it, a concept belongs to one topic; otherwise units lie anywhere.
    """
    exam = profile(
        *(
            [
                Quota(chance.choice(POOLS), chance.choice([None, 1, 2, 3]), chance.randint(1, 4))
                for _ in range(chance.randint(1, 3))
            ]
            for _ in range(chance.randint(1, 2))
        )
    )
    cells: dict[Cell, list[Unit]] = {(topic, level): [] for topic in TOPICS for level in (1, 2, 3)}
    for number in range(chance.randint(0, 8)):
        topic = chance.choice(TOPICS)
        members = chance.sample(range(7), chance.randint(1, 4))
        cells[topic, chance.randint(1, 3)].append(
            unit(f"unit-{number}", *(f"{topic}-{one}" for one in members))
        )
    shelf, number = Shelf(cells), 0
    while short := shortfalls(exam, shelf.supply):
        cell = chance.choice(Quota(short[0].topics, short[0].difficulty, 1).cells)
        shared = number < 7 and chance.random() < 0.5
        cells[cell].append(unit(f"single-{number}", f"{cell[0]}-{number if shared else 100 + number}"))
        number += 1
    return exam, shelf


def _seen_by_somebody(shelf: Shelf, chance: Random) -> SeenPlaces:
    share = chance.choice([0, 0.5, 1])
    return {
        cell: {
            place: NOW - timedelta(days=chance.randrange(99))
            for place in range(count)
            if chance.random() < share
        }
        for cell, count in shelf.counts.items()
    }


def test_an_exam_that_is_not_short_is_always_filled() -> None:
    for seed in range(BANKS):
        chance = Random(seed)
        exam, shelf = _made(chance)
        seen = _seen_by_somebody(shelf, chance)
        booklet = draw(exam, shelf.counts, seen, shelf.fetch, chance)
        assert len({entry.item.concept for entry in booklet}) == len(booklet) == exam.items
        for number, part in enumerate(exam.parts):
            assert sum(entry.part == number for entry in booklet) == part.items
