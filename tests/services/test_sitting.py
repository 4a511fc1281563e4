"""The screen of a test: one question as it stands, its map, the numbers before hand-in, where to resume."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quizapp.assessment.attempt import GRACE, Kind, Mode
from quizapp.assessment.blueprint import Quota
from quizapp.assessment.errors import AttemptClosed, PartNotOpen
from quizapp.services import attempts, responses, sitting
from quizapp.services.errors import NotFound
from quizapp.services.sitting import NOTHING, Counts
from quizapp.store import attempts as attempt_rows
from quizapp.store.tables import seen_item
from quizapp.store.transaction import Store
from tests import small_bank
from tests.services import desks
from tests.services.desks import Desk, sit_down
from tests.small_bank import CANARY, CASE, NOW, exam, part

MINUTE = timedelta(minutes=1)
DEADLINE = NOW + 10 * MINUTE


def _begun(store: Store, exam_slug: str = "quick", mode: Mode = Mode.TIMED) -> tuple[Desk, str]:
    desk = sit_down(store)
    return desk, small_bank.begin(store, desk.account_id, exam_slug, mode)


def _shown(desk: Desk, public_id: str, position: int = 1, minutes: float = 0) -> sitting.Question:
    return sitting.question(desk.store, desk.account_id, public_id, position, NOW + minutes * MINUTE)


def test_a_question_is_shown_with_what_was_saved_and_the_time_left(kept: Store) -> None:
    desk, public_id = _begun(kept)
    fresh = _shown(desk, public_id, 2)
    assert (fresh.answer, fresh.flag, fresh.strike) == (NOTHING, NOTHING, NOTHING)
    desk.save(public_id, 2, "1", kind=Kind.FLAG)
    desk.save(public_id, 2, "near")
    shown = _shown(desk, public_id, 2, minutes=4)
    assert (shown.answer.value, shown.answer.version, shown.flag.value) == (("near",), 1, ("1",))
    assert (shown.left, shown.part, shown.position) == (6 * MINUTE, 0, 2)
    assert (shown.previous, shown.next, shown.part_positions) == (1, 3, (1, 2, 3, 4))
    assert [(one.answered, one.flagged, one.displayed) for one in shown.squares[:2]] == [
        (False, False, False),
        (True, True, True),
    ]
    assert (_shown(desk, public_id).previous, _shown(desk, public_id, 4).next) == (None, None)


def test_nothing_secret_is_on_the_screen_of_a_timed_test(kept: Store) -> None:
    desk, public_id = _begun(kept)
    for one in small_bank.booklet(kept, public_id):
        desk.save(public_id, one.position, "1", kind=Kind.FLAG)
        shown = _shown(desk, public_id, one.position)
        assert shown.explained is None
        assert CANARY not in repr(shown)


def test_a_question_counts_as_seen_from_its_first_display(kept: Store) -> None:
    desk, public_id = _begun(kept)

    def seen() -> list[tuple[int, object]]:
        c = seen_item.c
        with kept.read() as conn:
            return [
                tuple(row)
                for row in conn.execute(select(c.item_id, c.last_at).where(c.account_id == desk.account_id))
            ]

    assert seen() == []
    _shown(desk, public_id, 3, minutes=1)
    _shown(desk, public_id, 3, minutes=2)
    slug = small_bank.booklet(kept, public_id)[2].slug
    assert seen() == [(small_bank.item_id(kept, slug), NOW + MINUTE)]


def test_what_is_not_there_is_not_found_and_shows_nothing(kept: Store) -> None:
    desk, public_id = _begun(kept)
    stranger = sit_down(kept)
    for who, what, position in (
        (desk, public_id, 0),
        (desk, public_id, 5),
        (desk, "none", 1),
        (stranger, public_id, 1),
    ):
        with pytest.raises(NotFound):
            _shown(who, what, position)
    for look in (sitting.check, sitting.first_open):
        with pytest.raises(NotFound):
            look(kept, stranger.account_id, public_id, NOW)
    assert not any(one.displayed for one in _shown(desk, public_id).squares)


def test_questions_of_a_part_that_waits_or_was_left_stay_shut(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    assert _shown(desk, public_id).part_positions == (1, 2, 3, 4)
    with pytest.raises(PartNotOpen):
        _shown(desk, public_id, 5)
    attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + MINUTE)
    with pytest.raises(AttemptClosed):
        _shown(desk, public_id, 1, minutes=1)
    last = _shown(desk, public_id, 5, minutes=1)
    assert (last.part_positions, last.previous, last.next, last.left) == ((5,), None, None, MINUTE)


def test_time_opens_the_next_part_and_ends_the_test_while_somebody_looks(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    assert _shown(desk, public_id, 5, minutes=10.5).left == MINUTE / 2
    for look in (
        lambda: _shown(desk, public_id, 5, minutes=12),
        lambda: sitting.check(kept, desk.account_id, public_id, NOW + 12 * MINUTE),
    ):
        with pytest.raises(AttemptClosed):
            look()
    assert desks.stored(kept, public_id).finished_at == DEADLINE + MINUTE
    assert sitting.first_open(kept, desk.account_id, public_id, NOW + 12 * MINUTE)[1] is None


def test_within_the_grace_no_time_is_left_and_the_question_still_shows(kept: Store) -> None:
    desk, public_id = _begun(kept)
    assert sitting.question(kept, desk.account_id, public_id, 1, DEADLINE + GRACE).left == timedelta(0)
    with pytest.raises(AttemptClosed):
        sitting.question(kept, desk.account_id, public_id, 1, DEADLINE + GRACE + timedelta(milliseconds=1))


def test_a_test_without_limit_has_no_time_left_to_show(kept: Store) -> None:
    desk, public_id = _begun(kept, "warm-up")
    assert _shown(desk, public_id, 1, minutes=10_000).left is None


def test_the_numbers_before_hand_in_are_those_of_the_part(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    desk.save(public_id, 1, "1", kind=Kind.FLAG)
    desk.save(public_id, 2, "1", kind=Kind.FLAG)
    desk.save(public_id, 2, kind=Kind.FLAG, base=1)
    small_bank.answer(kept, desk.account_id, public_id, 3, right=False)
    checked = sitting.check(kept, desk.account_id, public_id, NOW + MINUTE)
    assert (checked.counts, checked.counts.unanswered) == (Counts(4, 1, 1), 3)
    assert (checked.part, checked.last_part, checked.left) == (0, False, 9 * MINUTE)
    attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + MINUTE)
    last = sitting.check(kept, desk.account_id, public_id, NOW + MINUTE)
    assert (last.counts, last.part, last.last_part, len(last.squares)) == (Counts(1, 0, 0), 1, True, 1)


def test_a_candidate_resumes_at_the_first_question_without_an_answer(kept: Store) -> None:
    desk, public_id = _begun(kept, "single")
    assert sitting.first_open(kept, desk.account_id, public_id, NOW)[1] == 1
    desk, public_id = _begun(kept)
    for place, one in enumerate(small_bank.booklet(kept, public_id)):
        assert sitting.first_open(kept, desk.account_id, public_id, NOW)[1] == place + 1
        desk.save(public_id, one.position, "7" if one.slug == "one-number" else "near")
    assert sitting.first_open(kept, desk.account_id, public_id, NOW)[1] == 1


def test_the_questions_of_a_case_say_which_of_how_many_they_are(store: Store) -> None:
    three = exam("case", "Case", part("Case", 3, [Quota(("T2",), 2, 3)]))
    small_bank.stock(store, [three])
    desk, public_id = _begun(store, "case")
    shown = [_shown(desk, public_id, position) for position in (1, 2, 3)]
    assert [one.place_in_case for one in shown] == [(1, 3), (2, 3), (3, 3)]
    assert {one.asked.stimulus_title for one in shown} == {CASE.title}


def test_in_tutor_mode_each_answer_is_explained_on_its_own(kept: Store) -> None:
    desk, public_id = _begun(kept, "quick", Mode.TUTOR)
    dealt = small_bank.booklet(kept, public_id)
    place = next(one.position for one in dealt if one.slug != "one-number")
    desk.save(public_id, place, "near")
    responses.reveal(kept, desk.account_id, public_id, place, NOW)
    shown = _shown(desk, public_id, place)
    assert shown.explained
    assert shown.explained.revealed
    assert (shown.explained.revealed.answer["key"], shown.explained.response) == (("right",), ("near",))
    others = [_shown(desk, public_id, one.position).explained for one in dealt if one.position != place]
    assert others == [None] * 3
    with kept.read() as conn:
        booklet = attempt_rows.booklet(conn, shown.standing.stored.id)
    assert [one.position for one in booklet if one.revealed] == [place]
