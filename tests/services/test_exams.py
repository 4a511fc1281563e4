"""What is said of an exam before it begins, and whether its bank can fill it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Quota
from quizapp.assessment.errors import BlueprintShort
from quizapp.services import attempts, exams
from quizapp.services.errors import NotFound
from quizapp.services.exams import Supply
from quizapp.store import items as item_rows
from quizapp.store.publishing import retire_by_hand
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW, QUICK, TWO_PARTS, exam, part

LATER = NOW + timedelta(days=1)


def test_an_exam_that_is_not_offered_is_not_found(store: Store) -> None:
    small_bank.stock(store)
    assert exams.profile(store, "small", "quick").profile == QUICK
    for bank, slug in (("small", "slow"), ("large", "quick"), ("", "")):
        with pytest.raises(NotFound):
            exams.profile(store, bank, slug)


def test_a_list_names_the_attempts_to_continue_in_each_mode(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    timed, tutor = small_bank.begin(store, ada), small_bank.begin(store, ada, mode=Mode.TUTOR)
    listed = {one.offered.exam_slug: one for one in exams.listed(store, ada, NOW)}
    assert (listed["quick"].timed, listed["quick"].tutor) == (timed, tutor)
    assert (listed["warm-up"].timed, listed["warm-up"].tutor) == (None, None)
    assert all(one.timed is None for one in exams.listed(store, None, NOW))


def test_an_attempt_whose_time_is_up_is_not_one_to_continue(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    public_id = small_bank.begin(store, ada)
    assert exams.start(store, ada, "small", "quick", NOW).exam.timed == public_id
    assert exams.start(store, ada, "small", "quick", LATER).exam.timed is None
    assert all(one.timed is None for one in exams.listed(store, ada, LATER))


def test_nobody_and_a_new_account_have_seen_nothing(store: Store) -> None:
    small_bank.stock(store)
    small_bank.sit(store, small_bank.candidate(store, "eve@example.org"), right=4)
    ada = small_bank.candidate(store)
    assert exams.start(store, None, "small", "quick", NOW).seen == 0
    assert exams.start(store, ada, "small", "quick", NOW).seen == 0


def test_repeats_are_counted_only_where_unseen_questions_run_out(store: Store) -> None:
    """Topic T1 holds eight single items and the quick test takes three: so one of its third three repeats.

    The one question of T2 repeats too: what is unseen there is a case set, which does not fit.
    """
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    counted = []
    for seed in range(3):
        counted.append(exams.start(store, ada, "small", "quick", NOW).seen)
        public_id = small_bank.sit(store, ada, right=0, seed=seed)
        with store.read() as conn:
            found = small_bank.attempt_rows.find_attempt(conn, public_id)
            assert found
            dealt = small_bank.attempt_rows.booklet(conn, found.id)
        assert sum(one.seen_before for one in dealt) == counted[-1], "the start page and the booklet disagree"
    assert counted == [0, 0, 2]


def test_looking_at_a_start_page_leaves_nothing_behind(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    exams.start(store, ada, "small", "quick", NOW)
    assert attempts.dashboard(store, ada, NOW) == ((), ())
    with store.read() as conn:
        assert item_rows.survey(conn, 1, ada, [("T1", 1), ("T2", 1)]).seen == {}


def test_a_shortage_is_told_before_begin_and_begin_refuses(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    assert exams.start(store, ada, "small", "quick", NOW).short is None
    for slug in ("two-0", "two-1"):
        retired = small_bank.item_id(store, slug)
        store.write(lambda conn, retired=retired: retire_by_hand(conn, retired, NOW))
    short = exams.start(store, ada, "small", "quick", NOW).short
    assert short
    assert (short.topics, short.wanted, short.found) == (("T2",), 1, 0)
    with pytest.raises(BlueprintShort):
        small_bank.begin(store, ada)


def test_feasibility_sets_each_quota_beside_what_the_bank_holds(store: Store) -> None:
    small_bank.stock(store, [QUICK])
    (check,) = exams.feasibility(store)
    first, second = check.quotas
    assert (first.topics, first.wanted, first.units, first.supply) == (("First topic",), 3, 8, Supply.AMPLE)
    assert (second.topics, second.wanted, second.units) == (("Second topic",), 1, 3)
    assert (first.percent, second.percent) == (38, 34)
    assert check.feasible


def test_a_quota_is_thin_below_half_as_many_units_again_and_short_below_itself(store: Store) -> None:
    def of(asked: int) -> Supply:
        profile = exam("one", "One", part("One", asked, [Quota(("T1",), None, asked)]))
        small_bank.stock(store, [profile])
        (check,) = exams.feasibility(store)
        return check.quotas[0].supply

    assert [of(5), of(6), of(8), of(9)] == [Supply.AMPLE, Supply.THIN, Supply.THIN, Supply.SHORT]


def test_quotas_of_two_parts_on_the_same_cells_add_up(store: Store) -> None:
    second = replace(TWO_PARTS.parts[1], items=1, blueprint=(Quota(("T1",), None, 1),))
    both = replace(TWO_PARTS, parts=(TWO_PARTS.parts[0], second))
    assert exams.wanted_of(both) == {Quota(("T1",), None, 1).cells: 5}
    third = replace(second, items=3, blueprint=(Quota(("T1",), None, 3),))
    small_bank.stock(store, [replace(TWO_PARTS, parts=(TWO_PARTS.parts[0], third))])
    (check,) = exams.feasibility(store)
    assert [one.supply for one in check.quotas] == [Supply.THIN, Supply.THIN]
