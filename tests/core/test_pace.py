"""How a candidate stands with the time: which notices fit a part, how far ahead of an even pace one is."""

from datetime import UTC, datetime, timedelta

import pytest

from quizapp.assessment.attempt import Part
from quizapp.assessment.blueprint import Door
from quizapp.assessment.pace import LAST_NOTICE, ahead, ahead_in, length_of, notices

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (240, (30, 15, 5, 1)),
        (60, (30, 15, 5, 1)),
        (45, (30, 15, 5, 1)),
        (44, (15, 5, 1)),
        (25, (15, 5, 1)),
        (20, (5, 1)),
        (5, (1,)),
        (1.5, (1,)),
    ],
)
def test_notices_fit_the_length_of_a_part(length: float, told: tuple[int, ...]) -> None:
    assert notices(minutes(length)) == tuple(minutes(one) for one in told)


def test_the_shortest_part_is_told_of_its_end_too() -> None:
    assert notices(minutes(1)) == (LAST_NOTICE,)


@pytest.mark.parametrize(
    ("used", "answered", "gained"),
    [(0, 0, 0), (30, 40, 0), (28, 40, 2), (31, 40, -1), (60, 80, 0), (20, 0, -20), (5, 80, 55)],
)
def test_whoever_answers_faster_than_an_even_pace_is_ahead(used: int, answered: int, gained: int) -> None:
    assert ahead(minutes(60), minutes(used), answered, 80) == minutes(gained)


def test_extra_time_makes_the_even_pace_slower() -> None:
    part = Part(minutes(60), Door.FREE).opened(NOW)
    assert ahead_in(part, NOW + minutes(30), 40, 80) == minutes(0)
    longer = part.extended(minutes(20))
    assert length_of(longer) == minutes(80)
    assert ahead_in(longer, NOW + minutes(30), 40, 80) == minutes(10)


def test_without_a_limit_there_is_no_pace() -> None:
    part = Part(None, Door.FREE).opened(NOW)
    assert length_of(part) is None
    assert ahead_in(part, NOW, 1, 2) is None
