"""The time of an exam as somebody chose it, and what more of it there is in practice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.assessment.blueprint import TimeChoice, Timer, with_time
from quizapp.assessment.codec import profile_document, profile_from_document
from quizapp.assessment.errors import TimeFixed
from quizapp.assessment.extra_time import Grant, Measure, asked_in_practice
from tests.small_bank import QUICK, TWO_PARTS, WARM_UP

FREE = replace(TWO_PARTS, timer=Timer.ADJUSTABLE)


@pytest.mark.parametrize(
    ("chosen", "minutes", "exam_conditions"),
    [
        (TimeChoice.AS_SET, [10, 1], True),
        (TimeChoice.DOUBLE, [20, 2], True),
        (TimeChoice.TENFOLD, [100, 10], False),
        (TimeChoice.OFF, [None, None], False),
    ],
)
def test_a_choice_of_time_holds_for_every_part_and_is_kept_with_the_exam(
    chosen: TimeChoice, minutes: list[int | None], exam_conditions: bool
) -> None:
    held = with_time(FREE, chosen)
    assert [part.minutes for part in held.parts] == minutes
    assert held.exam_conditions is exam_conditions
    assert profile_from_document(profile_document(held)) == held
    assert replace(held, parts=FREE.parts, chosen=TimeChoice.AS_SET) == FREE


def test_where_time_is_part_of_the_exam_there_is_no_choice() -> None:
    assert with_time(QUICK, TimeChoice.AS_SET) is QUICK
    for chosen in (TimeChoice.DOUBLE, TimeChoice.TENFOLD, TimeChoice.OFF):
        with pytest.raises(TimeFixed):
            with_time(QUICK, chosen)


def test_an_exam_without_limit_stays_without() -> None:
    endless = replace(WARM_UP, timer=Timer.ADJUSTABLE)
    assert with_time(endless, TimeChoice.TENFOLD).minutes is None


def test_an_exam_with_a_fixed_time_is_written_as_it_always_was() -> None:
    assert not {"timer", "chosen"} & profile_document(QUICK).keys()


@pytest.mark.parametrize(
    ("minutes", "grant"),
    [
        (1, Grant(2, Measure.MINUTES)),
        (19, Grant(2, Measure.MINUTES)),
        (20, Grant(10, Measure.PERCENT)),
        (250, Grant(10, Measure.PERCENT)),
    ],
)
def test_whoever_asks_gets_a_tenth_or_two_minutes(minutes: int, grant: Grant) -> None:
    assert asked_in_practice(timedelta(minutes=minutes)) == grant
