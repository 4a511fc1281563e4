"""Parts whose questions come one after another (T19), and breaks between parts, on both databases."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Connection

from quizapp.assessment import verification as core
from quizapp.assessment.attempt import ClosedBy, Kind, Part, PartState, Verdict
from quizapp.assessment.blueprint import Order, Quota
from quizapp.assessment.errors import AttemptClosed, InvalidResponse, OutOfOrder, PartNotOpen
from quizapp.assessment.timeline import What
from quizapp.services import attempts, board, outages, responses, sitting, verification
from quizapp.services.errors import NotFound
from quizapp.services.timeline import timeline_of
from quizapp.store.exams import publish_exams
from quizapp.store.items import bank_by_slug
from quizapp.store.transaction import Store
from quizapp.store.verification import held_attempt
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.desks import Desk, sit_down
from tests.small_bank import NOW, STAGES, exam, part

ORDERS = 8
"""T19: on a commit so many of the 720 orders of six questions go through the services."""
SPREAD = 67
"""Rounds that follow each other take orders that lie far apart."""
SIX = exam("six", "Six", part("Six", 6, [Quota(("T1",), None, 6)], order=Order.SEQUENTIAL))
CASES = exam("cases", "Cases", part("Cases", 5, [Quota(("T2",), None, 5)], order=Order.SEQUENTIAL))
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LEFT_AT, OPENS_AT = NOW + 4 * MINUTE, NOW + 9 * MINUTE
"""When Part I of STAGES is left, and when Part II then opens by itself."""


@pytest.fixture(scope="module", autouse=True)
def _offered(kept: Store) -> None:
    def unit(conn: Connection) -> None:
        bank = bank_by_slug(conn, "small")
        assert bank
        publish_exams(conn, bank.id, (*small_bank.EXAMS, STAGES, SIX, CASES))

    kept.write(unit)


def _begun(store: Store, exam_slug: str, seed: int = 1) -> tuple[Desk, str]:
    desk = sit_down(store)
    return desk, small_bank.begin(store, desk.account_id, exam_slug, seed=seed)


def _leave(desk: Desk, public_id: str, position: int, unanswered: bool = True) -> None:
    attempts.leave_question(desk.store, desk.account_id, public_id, position, unanswered, NOW)


# T19: out of order


def _out_of_order(store: Store, order: tuple[int, ...]) -> list[int]:
    """T19's check: the questions that took a save while another was the present one."""
    desk, public_id = _begun(store, "six")
    taken, present = [], 1
    for position in order:
        try:
            desk.save(public_id, position, kind=Kind.FLAG)
            taken += [position] * (position != present)
        except OutOfOrder:
            assert position != present
        try:
            _leave(desk, public_id, position)
            assert position <= present
            present += position == present
        except OutOfOrder:
            assert position > present
    return taken


def test_t19_no_order_of_six_questions_but_theirs_is_taken(kept: Store, rounds: Rounds) -> None:
    orders = list(permutations(range(1, 7)))
    for number in rounds(ORDERS, len(orders)):
        assert _out_of_order(kept, orders[number * SPREAD % len(orders)]) == []


def test_t19_control_without_a_look_at_the_present_question_others_are_taken(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "judge_save", lambda *_: Verdict.ACCEPTED)
    assert _out_of_order(kept, (2, 1, 3, 6, 5, 4)) != []


# Sequential parts


def test_a_question_is_left_with_an_answer_or_on_purpose_and_never_opened_again(kept: Store) -> None:
    desk, public_id = _begun(kept, "six")
    with pytest.raises(InvalidResponse):
        _leave(desk, public_id, 1, unanswered=False)
    _leave(desk, public_id, 1)
    _leave(desk, public_id, 1)
    assert sitting.first_open(kept, desk.account_id, public_id, NOW)[1] == 2
    with pytest.raises(OutOfOrder):
        sitting.question(kept, desk.account_id, public_id, 1, NOW)
    shown = sitting.question(kept, desk.account_id, public_id, 2, NOW)
    assert (shown.sequential, shown.previous, shown.next) == (True, None, 3)
    with pytest.raises(NotFound):
        _leave(desk, public_id, 7)


def test_once_all_are_left_only_the_end_remains_and_the_proof_holds(kept: Store) -> None:
    desk, public_id = _begun(kept, "six")
    for position, dealt in enumerate(small_bank.booklet(kept, public_id), start=1):
        key = "2.5" if dealt.slug == "one-number" else "right"
        desk.save(public_id, position, key)
        _leave(desk, public_id, position, unanswered=False)
    assert sitting.first_open(kept, desk.account_id, public_id, NOW)[1] is None
    assert sitting.check(kept, desk.account_id, public_id, NOW).present == 7
    assert attempts.hand_in(kept, desk.account_id, public_id, NOW).answers_received == 6
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_a_case_set_stays_together_in_a_sequential_part(kept: Store) -> None:
    for seed in range(6):
        desk, public_id = _begun(kept, "cases", seed)
        places = []
        for position in range(1, 6):
            places.append(sitting.question(kept, desk.account_id, public_id, position, NOW).place_in_case)
            _leave(desk, public_id, position)
        case = [one for one in places if one]
        assert case == [(1, 3), (2, 3), (3, 3)]
        assert places[places.index((1, 3)) :][:3] == case


# Breaks


def _resting(store: Store) -> tuple[Desk, str]:
    desk, public_id = _begun(store, "stages")
    attempts.leave_part(store, desk.account_id, public_id, 0, LEFT_AT)
    return desk, public_id


def test_a_break_takes_nothing_and_the_next_part_opens_at_its_end(kept: Store) -> None:
    desk, public_id = _resting(kept)
    with pytest.raises(AttemptClosed):
        desk.save(public_id, 1, "right", now=LEFT_AT + SECOND)
    with pytest.raises(PartNotOpen):
        desk.save(public_id, 3, "right", now=OPENS_AT - SECOND)
    with pytest.raises(PartNotOpen):
        attempts.hand_in(kept, desk.account_id, public_id, OPENS_AT - SECOND)
    assert sitting.first_open(kept, desk.account_id, public_id, OPENS_AT - SECOND)[1] is None
    assert not desk.save(public_id, 3, now=OPENS_AT + SECOND).late
    second = desks.stored(kept, public_id).attempt.parts[1]
    assert (second.opened_at, second.deadline_at, second.opens_at) == (
        OPENS_AT,
        OPENS_AT + 3 * MINUTE,
        OPENS_AT,
    )


def test_the_sweep_opens_a_part_whose_break_is_over_and_closes_it_in_time(kept: Store) -> None:
    _, public_id = _resting(kept)
    attempts.sweep(kept, OPENS_AT - SECOND)
    assert desks.stored(kept, public_id).attempt.parts[1].state is PartState.WAITING
    attempts.sweep(kept, OPENS_AT)
    assert desks.stored(kept, public_id).attempt.parts[1].state is PartState.OPEN
    attempts.sweep(kept, OPENS_AT + 10 * MINUTE)
    assert desks.stored(kept, public_id).finished_at == OPENS_AT + 3 * MINUTE
    assert verification.verify_attempt(kept, public_id).discrepancies == ()
    told = [one for one in timeline_of(kept, public_id).moments if one.what is What.BREAK]
    assert [(one.at, one.part, one.note) for one in told] == [(LEFT_AT, 2, "until 09:09:00")]


def test_a_break_that_is_ended_early_opens_the_part_then_and_once(kept: Store) -> None:
    desk, public_id = _resting(kept)
    for at in (LEFT_AT + MINUTE, LEFT_AT + 2 * MINUTE):
        attempts.end_break(kept, desk.account_id, public_id, 1, at)
    assert desks.stored(kept, public_id).attempt.parts[1].deadline_at == LEFT_AT + 4 * MINUTE
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_a_break_that_is_ended_when_all_time_has_passed_closes_and_marks(kept: Store) -> None:
    desk, public_id = _resting(kept)
    attempts.end_break(kept, desk.account_id, public_id, 1, OPENS_AT + 10 * MINUTE)
    stored = desks.stored(kept, public_id)
    assert (stored.open, stored.finished_at) == (False, OPENS_AT + 3 * MINUTE)
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_staff_see_who_is_in_a_break_and_may_close_the_test(kept: Store) -> None:
    _, public_id = _resting(kept)
    seat = board.sitter(kept, public_id, LEFT_AT + MINUTE).seat
    assert (seat.part, seat.on_break, seat.left) == ("Part II", True, 4 * MINUTE)
    attempts.hand_in(kept, None, public_id, LEFT_AT + MINUTE, ClosedBy.ADMIN)
    assert not desks.stored(kept, public_id).open
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_an_outage_over_the_end_of_a_break_gives_the_next_part_its_time(kept: Store) -> None:
    _, public_id = _resting(kept)
    outages.beat(kept, OPENS_AT - MINUTE)
    outages.give_back(kept, OPENS_AT + 6 * MINUTE)
    attempts.sweep(kept, OPENS_AT + 6 * MINUTE)
    second = desks.stored(kept, public_id).attempt.parts[1]
    assert (second.opened_at, second.deadline_at) == (OPENS_AT, OPENS_AT + 9 * MINUTE + outages.FIRST_REPLY)
    assert verification.verify_attempt(kept, public_id).discrepancies == ()


def test_a_break_or_a_place_that_somebody_changed_is_seen_by_the_proof(kept: Store) -> None:
    desk, public_id = _resting(kept)
    attempts.sweep(kept, OPENS_AT)
    attempts.leave_question(kept, desk.account_id, public_id, 3, True, OPENS_AT)
    desk.save(public_id, 4, kind=Kind.FLAG, now=OPENS_AT)
    with kept.read() as conn:
        held = held_attempt(conn, desks.stored(kept, public_id))
    first, second = held.parts

    def faults(part: Part) -> list[str]:
        proven = core.verify(replace(held, parts=(first, part)), {})
        return [one.says for one in proven.discrepancies if one.code == "part"]

    assert faults(second) == []
    for opens_at in (OPENS_AT + SECOND, None):
        assert faults(replace(second, opens_at=opens_at)) != []
    for present in (None, 2, 3, 10):
        assert faults(replace(second, present=present)) != []
