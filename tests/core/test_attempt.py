"""The state machine of an attempt, rule by rule; T02: a save around the deadline."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from quizapp.assessment.attempt import (
    GRACE,
    Attempt,
    ClosedBy,
    Kind,
    Part,
    PartState,
    Verdict,
    begin,
    end_break,
    extend,
    give_back,
    hand_in,
    judge_save,
    leave_part,
    leave_question,
    left_until,
    next_version,
    settle,
    time_left,
)
from quizapp.assessment.blueprint import Door
from quizapp.assessment.errors import AttemptClosed, OutOfOrder, PartNotOpen, StaleResponse
from quizapp.assessment.extra_time import Grant, Measure, extra_time
from tests.conftest import Rounds

DEADLINES, DEADLINES_FULL = 20, 200
"""T02: deadlines tried for each instant around them, on a commit and before a release."""
SOME_LENGTHS = (*range(1, 200), *range(200, 4 * 3600, 97))
EVERY_LENGTH = (*SOME_LENGTHS, *sorted(set(range(1, 4 * 3600 + 1)) - set(SOME_LENGTHS)))
"""T10: seconds that a part may have, those that a commit tries first."""
SOME_ZONES, APART = 12, 50
"""T07: zones that a commit tries, and how far apart they lie in the list of all."""
BEGUN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE, SECOND, MS = timedelta(minutes=1), timedelta(seconds=1), timedelta(milliseconds=1)
W, O, C = PartState.WAITING, PartState.OPEN, PartState.CLOSED  # noqa: E741 - reads as a table


def _parts(minutes: Sequence[int | None], door: Door = Door.ONE_WAY) -> list[Part]:
    return [Part(None if one is None else one * MINUTE, door) for one in minutes]


def _begun(*minutes: int | None, door: Door = Door.ONE_WAY) -> Attempt:
    return begin(_parts(minutes, door), BEGUN)


def _states(attempt: Attempt) -> list[PartState]:
    return [part.state for part in attempt.parts]


def _at(minutes: float) -> datetime:
    return BEGUN + minutes * MINUTE


# Begin and deadlines


def test_an_attempt_begins_with_its_first_part_open_and_its_deadline_fixed() -> None:
    attempt = _begun(40, 15)
    first, second = attempt.parts
    assert _states(attempt) == [O, W]
    assert (first.opened_at, first.deadline_at, first.closed_at) == (BEGUN, _at(40), None)
    assert (second.opened_at, second.deadline_at) == (None, None)
    assert (attempt.open, attempt.finished_at, attempt.current) == (True, None, 0)


def test_what_is_left_is_never_below_nothing() -> None:
    assert left_until(None, _at(0)) is None
    assert left_until(_at(1), _at(0)) == _at(1) - _at(0)
    assert left_until(_at(0), _at(1)) == timedelta(0)


def test_a_part_without_a_limit_has_no_deadline_and_never_closes_by_itself() -> None:
    attempt = _begun(None)
    assert attempt.parts[0].deadline_at is None
    assert settle(attempt, BEGUN + timedelta(days=4000)) == attempt
    assert time_left(attempt.parts[0], _at(1)) is None


@pytest.mark.parametrize(
    ("minutes", "at", "states"),
    [
        ((40, 15), 39.99, [O, W]),
        ((40, 15), 40, [C, O]),
        ((40, 15), 54.99, [C, O]),
        ((40, 15), 55, [C, O]),
        ((40, 15), 55.05, [C, O]),
        ((40, 15), 55.1, [C, C]),
        ((1, 1, 1), 2.5, [C, C, O]),
        ((1, 1, 1), 600, [C, C, C]),
        ((40, None), 600, [C, O]),
        ((None, 15), 600, [O, W]),
    ],
)
@pytest.mark.parametrize("door", Door)
def test_time_moves_an_attempt_on_by_itself(
    minutes: tuple[int | None, ...], at: float, states: list[PartState], door: Door
) -> None:
    assert _states(settle(_begun(*minutes, door=door), _at(at))) == states


def test_a_part_opens_at_its_predecessors_deadline_however_late_anybody_looks() -> None:
    late = settle(_begun(40, 15, 5), BEGUN + timedelta(days=30))
    assert [part.opened_at for part in late.parts] == [_at(0), _at(40), _at(55)]
    assert [part.deadline_at for part in late.parts] == [_at(40), _at(55), _at(60)]
    assert [part.closed_at for part in late.parts] == [_at(40), _at(55), _at(60)]
    assert {part.closed_by for part in late.parts} == {ClosedBy.TIME}
    assert late.finished_at == _at(60)


def test_many_looks_and_one_look_come_to_the_same() -> None:
    chance = Random(3)
    for _ in range(200):
        minutes = [chance.choice([None, 1, 2, 3]) for _ in range(chance.randint(1, 4))]
        watched = alone = _begun(*minutes, door=chance.choice(list(Door)))
        instants = sorted(chance.uniform(0, 10) for _ in range(12))
        for instant in instants:
            watched = settle(watched, _at(instant))
        assert watched == settle(alone, _at(instants[-1]))
        assert settle(watched, _at(instants[-1])) == watched


def test_no_step_moves_a_deadline_that_is_fixed() -> None:
    chance = Random(5)
    for _ in range(300):
        attempt = _begun(*[chance.choice([1, 2, 3]) for _ in range(3)], door=chance.choice(list(Door)))
        held: dict[int, datetime] = {}
        for instant in sorted(chance.uniform(0, 9) for _ in range(8)):
            step = chance.choice(
                [settle, lambda one, now: leave_part(one, chance.randrange(2), now), hand_in]
            )
            try:
                attempt = step(attempt, _at(instant))
            except PartNotOpen:
                continue
            for number, part in enumerate(attempt.parts):
                if part.deadline_at:
                    assert held.setdefault(number, part.deadline_at) == part.deadline_at


def test_time_left_counts_down_to_zero_and_not_below() -> None:
    part = _begun(40).parts[0]
    assert time_left(part, _at(39)) == MINUTE
    assert time_left(part, _at(40)) == timedelta(0)
    assert time_left(part, _at(90)) == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "begun"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 30, tzinfo=UTC)),
        ("Asia/Singapore", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
    ],
)
def test_sixty_minutes_are_3600_seconds_over_a_change_of_clocks(zone: str, begun: datetime) -> None:
    part = begin(_parts([60], Door.FREE), begun).parts[0]
    assert part.deadline_at is not None
    assert part.deadline_at.timestamp() - begun.timestamp() == 3600
    wall = begun.astimezone(ZoneInfo(zone))
    assert time_left(part, wall + timedelta(0)) == timedelta(hours=1)
    changed = wall.utcoffset() != part.deadline_at.astimezone(ZoneInfo(zone)).utcoffset()
    assert changed is (zone != "Asia/Singapore")


# Doors


def test_a_one_way_door_closes_the_part_and_its_minutes_lapse() -> None:
    left = leave_part(_begun(40, 15), 0, _at(10))
    assert _states(left) == [C, O]
    assert (left.parts[0].closed_at, left.parts[0].closed_by) == (_at(10), ClosedBy.CANDIDATE)
    assert left.parts[1].deadline_at == _at(25)
    assert left.current == 1


def test_a_free_door_leaves_the_part_open_while_its_own_time_runs() -> None:
    left = leave_part(_begun(40, 15, door=Door.FREE), 0, _at(10))
    assert _states(left) == [O, O]
    assert [part.deadline_at for part in left.parts] == [_at(40), _at(25)]
    assert left.current == 1
    assert _states(settle(left, _at(26))) == [O, C]
    assert settle(left, _at(41)).finished_at == _at(40)


@pytest.mark.parametrize("door", Door)
def test_leaving_again_changes_nothing(door: Door) -> None:
    left = leave_part(_begun(40, 15, door=door), 0, _at(10))
    assert leave_part(left, 0, _at(20)) == left


def test_leaving_a_part_that_time_has_closed_changes_nothing() -> None:
    attempt = _begun(40, 15)
    assert leave_part(attempt, 0, _at(41)) == settle(attempt, _at(41))


@pytest.mark.parametrize(("number", "refusal"), [(1, PartNotOpen), (2, AttemptClosed), (9, AttemptClosed)])
def test_a_part_that_waits_and_the_last_one_cannot_be_left(number: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        leave_part(_begun(40, 15, 5), number, _at(1))


def test_leaving_a_closed_attempt_changes_nothing() -> None:
    closed = hand_in(leave_part(_begun(40, 15), 0, _at(1)), _at(2))
    assert leave_part(closed, 0, _at(3)) == closed


# Handing in


def test_handing_in_closes_every_open_part_at_that_instant() -> None:
    closed = hand_in(leave_part(_begun(40, 15, door=Door.FREE), 0, _at(10)), _at(12))
    assert [part.closed_at for part in closed.parts] == [_at(12), _at(12)]
    assert {part.closed_by for part in closed.parts} == {ClosedBy.CANDIDATE}
    assert (closed.open, closed.finished_at, closed.current) == (False, _at(12), None)


def test_handing_in_again_changes_nothing() -> None:
    closed = hand_in(_begun(40), _at(12))
    assert hand_in(closed, _at(13)) == closed
    assert settle(closed, _at(60)) == closed


def test_handing_in_within_the_grace_counts_at_the_deadline() -> None:
    closed = hand_in(_begun(40), _at(40) + 3 * SECOND)
    assert (closed.finished_at, closed.parts[0].closed_by) == (_at(40), ClosedBy.CANDIDATE)


def test_handing_in_after_the_grace_finds_that_time_has_ended_it() -> None:
    closed = hand_in(_begun(40), _at(40) + GRACE + MS)
    assert (closed.finished_at, closed.parts[0].closed_by) == (_at(40), ClosedBy.TIME)


def test_a_test_with_a_part_still_to_come_is_not_handed_in() -> None:
    attempt = _begun(40, 15)
    with pytest.raises(PartNotOpen) as refused:
        hand_in(attempt, _at(1))
    assert refused.value.part == 1


def test_an_admin_closes_every_part_even_one_that_waits() -> None:
    closed = hand_in(_begun(40, 15), _at(1), ClosedBy.ADMIN)
    assert not closed.open
    assert closed.finished_at == _at(1)
    assert {part.closed_by for part in closed.parts} == {ClosedBy.ADMIN}


# Saving


@pytest.mark.parametrize("look", [lambda one, now: one, settle], ids=["as stored", "as settled"])
@pytest.mark.parametrize(
    ("number", "at", "due"),
    [
        (0, 40 - 1 / 60, Verdict.ACCEPTED),
        (0, 40, Verdict.ACCEPTED),
        (0, 40 + 5 / 60, Verdict.ACCEPTED),
        (0, 40 + 6 / 60, Verdict.LATE),
        (1, 55 + 5 / 60, Verdict.ACCEPTED),
        (1, 55 + 6 / 60, Verdict.LATE),
    ],
)
def test_a_save_is_judged_alike_whether_or_not_somebody_looked_before(
    look: Callable[[Attempt, datetime], Attempt], number: int, at: float, due: Verdict
) -> None:
    attempt = look(settle(_begun(40, 15), _at(40)) if number else _begun(40, 15), _at(at))
    assert judge_save(attempt.parts[number], number, 1, _at(at), attempt.open) is due


def test_a_save_before_the_part_opens_is_refused() -> None:
    attempt = _begun(40, 15)
    with pytest.raises(PartNotOpen):
        judge_save(attempt.parts[1], 1, 1, _at(1), attempt.open)


@pytest.mark.parametrize("at", [11, 39, 40, 40.05, 90])
def test_a_save_to_a_part_that_was_left_for_good_is_refused(at: float) -> None:
    left = settle(leave_part(_begun(40, 15), 0, _at(10)), _at(at))
    with pytest.raises(AttemptClosed):
        judge_save(left.parts[0], 0, 1, _at(at), left.open)


@pytest.mark.parametrize("by", [ClosedBy.CANDIDATE, ClosedBy.ADMIN])
@pytest.mark.parametrize("at", [12, 39, 40.05, 90])
def test_a_save_after_hand_in_is_refused(at: float, by: ClosedBy) -> None:
    closed = hand_in(_begun(40), _at(11), by)
    with pytest.raises(AttemptClosed):
        judge_save(closed.parts[0], 0, 1, _at(at), closed.open)


def test_a_save_in_its_grace_that_waited_while_time_ended_all_is_late_and_no_other_is() -> None:
    closed = settle(_begun(40), _at(40) + GRACE + SECOND)
    assert not closed.open
    assert judge_save(closed.parts[0], 0, 1, _at(40) + GRACE, closed.open, ClosedBy.TIME) is Verdict.LATE
    for by in (ClosedBy.CANDIDATE, ClosedBy.ADMIN):
        with pytest.raises(AttemptClosed):
            judge_save(closed.parts[0], 0, 1, _at(40) + GRACE, closed.open, by)


def test_a_save_to_an_earlier_part_in_its_grace_meets_no_attempt_once_all_is_handed_in() -> None:
    closed = hand_in(_begun(40, 15), _at(40) + SECOND)
    assert closed.parts[0].closed_by is ClosedBy.TIME
    with pytest.raises(AttemptClosed):
        judge_save(closed.parts[0], 0, 1, _at(40) + 2 * SECOND, closed.open)


def test_a_free_part_that_ends_last_keeps_its_grace() -> None:
    left = leave_part(_begun(40, 15, door=Door.FREE), 0, _at(10))
    held = settle(left, _at(40) + GRACE)
    assert _states(held) == [O, C]
    assert judge_save(held.parts[0], 0, 1, _at(40) + GRACE, held.open) is Verdict.ACCEPTED
    assert settle(held, _at(40) + GRACE + MS).finished_at == _at(40)


# Extra time

TEN = Grant(10, Measure.MINUTES)
HALF = Grant(50, Measure.PERCENT)


def test_time_given_moves_an_open_deadline_at_once_and_one_that_waits_when_it_opens() -> None:
    longer = extend(_begun(40, 15, None), [HALF, TEN], _at(5))
    first, second, third = longer.parts
    assert (first.opened_at, first.deadline_at, second.deadline_at) == (BEGUN, _at(70), None)
    opened = settle(longer, _at(70)).parts[1]
    assert (opened.opened_at, opened.deadline_at) == (_at(70), _at(70 + 15 + 7.5 + 10))
    assert (third.extra, settle(longer, _at(600)).parts[2].deadline_at) == (timedelta(0), None)


def test_time_given_twice_adds_up_and_a_percentage_is_of_the_parts_own_minutes() -> None:
    twice = extend(extend(_begun(40), [TEN], _at(1)), [HALF], _at(2))
    assert twice.parts[0].deadline_at == _at(40 + 10 + 20)
    assert twice == extend(_begun(40), [HALF, TEN], _at(2))


def test_what_is_closed_stays_closed_whatever_time_is_given() -> None:
    left = leave_part(_begun(40, 15), 0, _at(10))
    longer = extend(left, [TEN], _at(11))
    assert (longer.parts[0], longer.parts[1].deadline_at) == (left.parts[0], _at(35))
    closed = hand_in(_begun(40), _at(1))
    assert extend(closed, [TEN], _at(2)) == closed
    over = extend(_begun(40), [TEN], _at(40) + GRACE + MS)
    assert (over.open, over.finished_at) == (False, _at(40))


def test_time_given_within_the_grace_lets_the_test_go_on() -> None:
    longer = extend(_begun(40), [TEN], _at(40) + GRACE)
    assert (longer.open, longer.parts[0].deadline_at) == (True, _at(50))
    assert judge_save(longer.parts[0], 0, 1, _at(49), longer.open) is Verdict.ACCEPTED


# Versions


def test_a_save_on_the_current_version_becomes_the_next() -> None:
    assert next_version(3, Kind.ANSWER, 0, 0, (), ("a",)) == 1
    assert next_version(3, Kind.ANSWER, 4, 4, ("a",), ()) == 5


@pytest.mark.parametrize("based_on", [0, 1, 3, -1, 2**40])
def test_a_save_on_any_other_version_is_refused_with_both_values(based_on: int) -> None:
    with pytest.raises(StaleResponse) as refused:
        next_version(3, Kind.FLAG, based_on, 2, ("on",), ())
    told = refused.value
    assert (told.position, told.kind, told.current_version) == (3, "flag", 2)
    assert (told.current, told.yours) == (("on",), ())


# T02: around the deadline

Judge = Callable[[Part, int, int, datetime, bool], Verdict]
INSTANTS = (
    (-SECOND, Verdict.ACCEPTED),
    (-MS, Verdict.ACCEPTED),
    (timedelta(0), Verdict.ACCEPTED),
    (GRACE, Verdict.ACCEPTED),
    (GRACE + MS, Verdict.LATE),
)
"""What the start page prints: a save counts up to and including five seconds after the deadline."""


def saves_against_the_printed_rule(judge: Judge, deadlines: range) -> list[timedelta]:
    """T02's check: the distances from the deadline at which a save comes out otherwise than printed."""
    wrong = []
    for number in deadlines:
        chance = Random(number)
        begun = BEGUN + timedelta(microseconds=chance.randrange(10**14))
        attempt = begin(_parts([chance.randint(1, 240)], chance.choice(list(Door))), begun)
        deadline = attempt.parts[0].deadline_at
        assert deadline is not None
        for distance, printed in INSTANTS:
            now = deadline + distance
            for seen in (attempt, settle(attempt, now)):
                if judge(seen.parts[0], 0, 1, now, seen.open) is not printed:
                    wrong.append(distance)
    return wrong


def test_t02_a_save_around_the_deadline_follows_the_printed_rule(rounds: Rounds) -> None:
    assert timedelta(seconds=5) == GRACE
    assert saves_against_the_printed_rule(judge_save, rounds(DEADLINES, DEADLINES_FULL)) == []


def test_t02_control_without_the_grace_saves_in_flight_are_lost() -> None:
    def without_grace(part: Part, number: int, position: int, now: datetime, attempt_open: bool) -> Verdict:
        assert part.deadline_at is not None
        earlier = replace(part, deadline_at=part.deadline_at - GRACE)
        return judge_save(earlier, number, position, now, attempt_open)

    assert saves_against_the_printed_rule(without_grace, range(DEADLINES)) == [GRACE] * 2 * DEADLINES


# T10: extra time, to the second


def seconds_beside_those_granted(
    reckon: Callable[[timedelta | None, Sequence[Grant]], timedelta], lengths: Sequence[int] = SOME_LENGTHS
) -> int:
    """T10's check: the seconds by which parts of 1 second to 4 hours differ from what they were granted."""
    wrong = 0
    for own in lengths:
        for percent in (25, 50, 100):
            for minutes in (0, 7):
                grants = [Grant(percent, Measure.PERCENT)]
                grants += [Grant(minutes, Measure.MINUTES)] if minutes else []
                due = 60 * minutes + (own * percent) // 100 + bool(own * percent % 100)
                wrong += abs(reckon(own * SECOND, grants) // SECOND - due)
    return wrong


def test_t10_extra_time_is_exact_to_the_second(rounds: Rounds) -> None:
    lengths = [EVERY_LENGTH[number] for number in rounds(len(SOME_LENGTHS), len(EVERY_LENGTH))]
    assert seconds_beside_those_granted(extra_time, lengths) == 0
    assert extra_time(None, [TEN, HALF]) == timedelta(0)


def test_t10_control_a_percentage_rounded_down_takes_seconds_away() -> None:
    def rounded_down(own: timedelta | None, grants: Sequence[Grant]) -> timedelta:
        assert own is not None
        percent = sum(grant.amount for grant in grants if grant.measure is Measure.PERCENT)
        minutes = sum(grant.amount for grant in grants if grant.measure is Measure.MINUTES)
        return own * percent // (100 * SECOND) * SECOND + minutes * MINUTE

    assert seconds_beside_those_granted(rounded_down) > 0


# T07: changes of clocks


def changes_of_clocks(zone: ZoneInfo) -> list[datetime]:
    """The instants at which a zone's clocks changed or will, from 2024 to 2032."""
    days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(9 * 365 + 3)]
    found = []
    for before, after in pairwise(days):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while after - before > SECOND:
                middle = before + (after - before) / 2
                same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
                before, after = (middle, after) if same else (before, middle)
            found.append(after)
    return found


def every_zone() -> list[str]:
    """The zones of the world, those that a commit tries first."""
    zones = sorted(available_timezones())
    return [name for first in range(APART) for name in zones[first::APART]]


def hours_that_are_none(
    zones: Sequence[str], deadline_of: Callable[[datetime, ZoneInfo], datetime]
) -> list[str]:
    """T07's check: zones in which 60 minutes, begun within two hours of a change, are not 3,600 seconds."""
    wrong = set()
    for name in zones:
        zone = ZoneInfo(name)
        for change in changes_of_clocks(zone):
            for offset in range(-120, 121, 30):
                begun = change + offset * MINUTE
                if deadline_of(begun, zone).timestamp() - begun.timestamp() != 3600:
                    wrong.add(name)
    return sorted(wrong)


def test_t07_sixty_minutes_are_3600_seconds_in_every_zone_over_every_change(rounds: Rounds) -> None:
    def deadline(begun: datetime, zone: ZoneInfo) -> datetime:
        part = extend(begin(_parts([30], Door.FREE), begun), [HALF, Grant(15, Measure.MINUTES)], begun)
        assert part.parts[0].deadline_at is not None
        return part.parts[0].deadline_at.astimezone(zone)

    zones = every_zone()
    tried = [zones[number] for number in rounds(SOME_ZONES, len(zones))]
    assert hours_that_are_none(tried, deadline) == []


def test_t07_control_time_added_to_a_local_clock_is_wrong_where_it_changes() -> None:
    def deadline(begun: datetime, zone: ZoneInfo) -> datetime:
        return begun.astimezone(zone) + 60 * MINUTE

    assert hours_that_are_none(every_zone()[:SOME_ZONES], deadline)


# T19: a sequential part


def _out_of_order(judge: Judge) -> int:
    """T19's check: saves that were taken for another than the present question, over all orders of six."""
    taken = 0
    for order in permutations(range(1, 7)):
        attempt = begin([replace(_parts([40])[0], present=1)], BEGUN)
        for position in order:
            present = attempt.parts[0].present
            try:
                judge(attempt.parts[0], 0, position, _at(1), attempt.open)
                taken += position != present
                attempt = leave_question(attempt, 0, position, _at(1))
            except OutOfOrder:
                continue
    return taken


@pytest.mark.every_case
def test_t19_no_order_of_six_questions_but_theirs_is_taken_by_the_core() -> None:
    assert _out_of_order(judge_save) == 0


def test_t19_control_a_core_that_does_not_look_at_the_present_question_takes_others() -> None:
    def any_order(part: Part, number: int, position: int, now: datetime, attempt_open: bool) -> Verdict:
        return judge_save(replace(part, present=None), number, position, now, attempt_open)

    assert _out_of_order(any_order) > 0


def test_a_question_that_was_left_stays_left_and_the_part_waits_for_its_own_door() -> None:
    attempt = begin([replace(_parts([40])[0], present=1)], BEGUN)
    left = leave_question(attempt, 0, 1, _at(1))
    assert leave_question(left, 0, 1, _at(2)) == left
    with pytest.raises(OutOfOrder):
        leave_question(left, 0, 3, _at(2))
    with pytest.raises(AttemptClosed):
        leave_question(hand_in(left, _at(3)), 0, 2, _at(4))
    assert leave_question(_begun(40), 0, 1, _at(1)) == _begun(40), "in any order there is nothing to leave"


# Breaks

REST = 10 * MINUTE


def _with_break() -> Attempt:
    first, second = _parts([40, 15])
    return begin([replace(first, rest=REST), second], BEGUN)


def test_a_break_begins_when_its_part_is_left_and_opens_the_next_by_itself() -> None:
    resting = leave_part(_with_break(), 0, _at(30))
    assert (_states(resting), resting.after_break, resting.current, resting.here) == ([C, W], 1, None, 1)
    assert resting.parts[1].opens_at == _at(40)
    assert leave_part(resting, 0, _at(35)) == resting, "leaving again begins no second break"
    assert time_left(resting.parts[1], _at(35)) == 5 * MINUTE
    assert settle(resting, _at(40) - MS) == resting
    opened = settle(resting, _at(52)).parts[1]
    assert (opened.opened_at, opened.deadline_at) == (_at(40), _at(55))


def test_a_break_begins_at_the_end_of_its_parts_time_and_may_be_ended_early() -> None:
    resting = settle(_with_break(), _at(43))
    assert (resting.parts[0].closed_at, resting.parts[1].opens_at) == (_at(40), _at(50))
    opened = end_break(resting, 1, _at(44))
    assert (opened.parts[1].opened_at, opened.parts[1].deadline_at) == (_at(44), _at(59))
    assert end_break(opened, 1, _at(45)) == opened
    assert end_break(resting, 0, _at(44)) == resting, "another break than that one was ended"
    assert settle(_with_break(), _at(200)).finished_at == _at(65)


def test_in_a_break_nothing_is_taken_and_extra_time_is_kept_for_the_next_part() -> None:
    resting = leave_part(_with_break(), 0, _at(30))
    with pytest.raises(AttemptClosed):
        judge_save(resting.parts[0], 0, 1, _at(31), resting.open)
    with pytest.raises(PartNotOpen):
        judge_save(resting.parts[1], 1, 2, _at(31), resting.open)
    with pytest.raises(PartNotOpen):
        hand_in(resting, _at(31))
    longer = extend(resting, [TEN], _at(31))
    assert longer.parts[1].opens_at == _at(40)
    assert settle(longer, _at(41)).parts[1].deadline_at == _at(65)
    assert not hand_in(resting, _at(31), ClosedBy.ADMIN).open


def test_an_outage_in_a_break_gives_back_what_the_next_part_lost_and_no_break() -> None:
    resting = leave_part(_with_break(), 0, _at(30))
    longer, given = give_back(resting, _at(38), _at(45), 30 * MINUTE)
    assert given == {1: 5 * MINUTE}
    assert settle(longer, _at(45)).parts[1].deadline_at == _at(60)
    assert give_back(resting, _at(31), _at(38), 30 * MINUTE) == (resting, {})
