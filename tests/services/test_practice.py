"""Practice that a candidate puts together."""

from datetime import timedelta

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.assessment.errors import BlueprintShort
from quizapp.services import attempts, practice
from quizapp.services.errors import Conflict, NotFound, PracticeOpen, Refused
from quizapp.store.publishing import retire_by_hand
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW, single

LATER = NOW + timedelta(hours=1)
ON_ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided above the store, whose statements other tests run on both databases."""


def _many(store: Store) -> None:
    """Twelve items in T1 and four in T2."""
    small_bank.stock(
        store,
        bank_items=[
            *(single(f"one-{n}", "T1", 1 + n % 3) for n in range(12)),
            *(single(f"two-{n}", "T2") for n in range(4)),
        ],
    )


def _begin(
    store: Store, account_id: int, topics: tuple[str, ...], seed: int = 3, ending: str | None = None
) -> str:
    return practice.begin(store, account_id, "small", topics, 5, NOW, seed, ending)


def test_topics_come_with_their_questions_and_the_accounts_own_record(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    small_bank.sit(store, ada, right=1, now=LATER)
    (bank,) = practice.banks(store, ada)
    assert [(one.title, one.questions) for one in bank.topics] == [("First topic", 8), ("Second topic", 5)]
    answered = sum(one.record.answered for one in bank.topics)
    assert (answered, sum(one.record.right for one in bank.topics)) == (4, 1)
    assert {one.record.last_at for one in bank.topics} == {LATER}
    (other,) = practice.banks(store, small_bank.candidate(store, "eve@example.org"))
    assert [one.percent for one in other.topics] == [None, None]


def test_the_share_of_right_answers_is_rounded_down() -> None:
    record = practice.Record(3, 2, NOW)
    assert practice.PractisedTopic("T1", "First", 8, record).percent == 66


def test_practice_is_a_tutor_attempt_over_the_chosen_topics(store: Store) -> None:
    _many(store)
    ada = small_bank.candidate(store)
    public_id = _begin(store, ada, ("T1",))
    stored = attempts.standing(store, ada, public_id, NOW).stored
    assert (stored.mode, stored.exam_slug, stored.profile.title) == (
        Mode.TUTOR,
        "practice",
        "Practice: First topic",
    )
    assert stored.attempt.parts[0].deadline_at is None
    dealt = [one.slug for one in small_bank.booklet(store, public_id)]
    assert len(dealt) == 5
    assert all(slug.startswith("one-") for slug in dealt)


def test_new_practice_hands_in_the_one_before_where_it_is_named_and_no_other(store: Store) -> None:
    _many(store)
    ada = small_bank.candidate(store)
    first = _begin(store, ada, ("T1",))
    for named in (None, "", "no-such-attempt", small_bank.sit(store, ada, right=1)):
        with pytest.raises(PracticeOpen) as refused:
            _begin(store, ada, ("T1", "T2"), ending=named)
        assert refused.value.public_id == first
        assert attempts.standing(store, ada, first, NOW).attempt.open
    second = _begin(store, ada, ("T1", "T2"), ending=first)
    assert not attempts.standing(store, ada, first, NOW).attempt.open
    assert attempts.standing(store, ada, second, NOW).attempt.open


def test_what_is_in_an_open_timed_test_is_not_practised(store: Store) -> None:
    _many(store)
    ada = small_bank.candidate(store)
    held = {one.slug for one in small_bank.booklet(store, small_bank.begin(store, ada))}
    eve = small_bank.candidate(store, "eve@example.org")
    assert not _dealt(store, ada) & held
    assert _dealt(store, eve) & held, "the draw would never have met them"


def _dealt(store: Store, account_id: int) -> set[str]:
    """The items that eight practices on end deal."""
    begun: list[str] = []
    for seed in range(8):
        begun.append(_begin(store, account_id, ("T1",), seed, ending=begun[-1] if begun else None))
    return {one.slug for public_id in begun for one in small_bank.booklet(store, public_id)}


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("bank", "topics", "number", "code"),
    [
        ("large", ("T1",), 5, "bank"),
        ("small", (), 5, "topics"),
        ("small", ("T1", "T9"), 5, "topics"),
        ("small", ("T1",), 7, "number"),
        ("small", ("T1",), 0, "number"),
    ],
)
def test_what_is_not_on_the_page_is_refused(
    store: Store, bank: str, topics: tuple[str, ...], number: int, code: str
) -> None:
    _many(store)
    ada = small_bank.candidate(store)
    with pytest.raises(Refused) as refused:
        practice.begin(store, ada, bank, topics, number, NOW, 3)
    assert refused.value.code == code
    assert attempts.dashboard(store, ada, NOW) == ((), ())


@ON_ONE_DATABASE
def test_too_few_questions_begin_nothing_and_leave_the_practice_before_open(store: Store) -> None:
    _many(store)
    ada = small_bank.candidate(store)
    first = _begin(store, ada, ("T1",))
    with pytest.raises(BlueprintShort) as short:
        _begin(store, ada, ("T2",), ending=first)
    assert (short.value.wanted, short.value.found) == (5, 4)
    assert attempts.standing(store, ada, first, NOW).attempt.open


def test_what_went_wrong_is_practised_in_its_order_and_nothing_else(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    closed = small_bank.sit(store, ada, right=1)
    again = practice.begin_wrong(store, ada, closed, LATER, 3)
    assert [one.slug for one in small_bank.booklet(store, again)] == [
        one.slug for one in small_bank.booklet(store, closed)[1:]
    ]
    profile = attempts.standing(store, ada, again, LATER).stored.profile
    assert (profile.title, profile.items) == ("What I got wrong: Quick test", 3)


@ON_ONE_DATABASE
def test_practising_wrong_answers_of_such_practice_keeps_one_title(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    first = practice.begin_wrong(store, ada, small_bank.sit(store, ada, right=1), NOW, 3)
    attempts.hand_in(store, ada, first, LATER)
    second = practice.begin_wrong(store, ada, first, LATER, 4)
    assert attempts.standing(store, ada, second, LATER).stored.profile.title == "What I got wrong: Quick test"


def test_a_question_retired_since_is_left_out(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    closed = small_bank.sit(store, ada, right=2)
    gone, left = [one.slug for one in small_bank.booklet(store, closed)[2:]]
    retired = small_bank.item_id(store, gone)
    store.write(lambda conn: retire_by_hand(conn, retired, NOW))
    again = practice.begin_wrong(store, ada, closed, LATER, 3)
    assert [one.slug for one in small_bank.booklet(store, again)] == [left]


@ON_ONE_DATABASE
def test_nothing_wrong_is_nothing_to_practise(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    closed = small_bank.sit(store, ada, right=4)
    with pytest.raises(Conflict) as conflict:
        practice.begin_wrong(store, ada, closed, LATER, 3)
    assert conflict.value.code == "nothing_wrong"


@ON_ONE_DATABASE
def test_an_open_attempt_does_not_tell_what_is_wrong_so_far(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    public_id = small_bank.begin(store, ada)
    small_bank.answer(store, ada, public_id, 1, right=False)
    with pytest.raises(Conflict) as conflict:
        practice.begin_wrong(store, ada, public_id, NOW, 3)
    assert conflict.value.code == "attempt_open"


def test_another_ones_attempt_is_not_found(store: Store) -> None:
    small_bank.stock(store)
    ada, eve = small_bank.candidate(store), small_bank.candidate(store, "eve@example.org")
    closed = small_bank.sit(store, ada, right=1)
    for public_id in (closed, "no-such-attempt"):
        with pytest.raises(NotFound):
            practice.begin_wrong(store, eve, public_id, LATER, 3)
