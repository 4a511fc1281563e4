"""Exam profiles in the database."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from quizapp.assessment.attempt import Mode
from quizapp.assessment.codec import digest, profile_document
from quizapp.store import exams
from quizapp.store.tables import exam_version
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import EXAMS, QUICK, WARM_UP


def _offered(store: Store) -> list[str]:
    with store.read() as conn:
        return [one.exam_slug for one in exams.all_offered(conn)]


def test_an_exam_comes_out_as_it_went_in_with_its_bank(store: Store) -> None:
    bank_id = small_bank.stock(store)
    with store.read() as conn:
        found = exams.offered(conn, "small", "quick")
    assert found
    assert found.profile == QUICK
    assert (found.bank_id, found.bank_title, found.covers) == (bank_id, "A small bank", small_bank.COVERS)
    assert found.version == digest(profile_document(QUICK))
    assert found.revision == 1


def test_exams_are_offered_in_the_order_of_their_file(store: Store) -> None:
    small_bank.stock(store, list(reversed(EXAMS)))
    assert _offered(store) == [one.id for one in reversed(EXAMS)]


def test_an_exam_that_its_file_no_longer_holds_is_offered_no_more(store: Store) -> None:
    small_bank.stock(store)
    small_bank.stock(store, [WARM_UP])
    assert _offered(store) == ["warm-up"]
    with store.read() as conn:
        assert exams.offered(conn, "small", "quick") is None


def test_a_changed_exam_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    small_bank.stock(store, [QUICK])
    small_bank.stock(store, [replace(QUICK, title="Quicker test")])
    small_bank.stock(store, [QUICK])
    with store.read() as conn:
        found = exams.offered(conn, "small", "quick")
        versions = conn.execute(select(func.count()).select_from(exam_version)).scalar_one()
    assert found
    assert found.profile == QUICK
    assert versions == 2


def test_a_version_is_kept_once_and_never_changed(store: Store) -> None:
    small_bank.stock(store, [QUICK])
    document = profile_document(QUICK)
    store.write(lambda conn: exams.keep_version(conn, digest(document), {"another": "document"}))
    with store.read() as conn:
        found = exams.offered(conn, "small", "quick")
    assert found
    assert found.profile == QUICK

    def overwrite(conn: Connection) -> None:
        conn.execute(exam_version.update().values(document="{}"))

    with pytest.raises(DBAPIError):
        store.write(overwrite)


def test_open_attempts_name_their_exam_and_mode_and_leave_out_closed_and_foreign_ones(store: Store) -> None:
    small_bank.stock(store)
    ada, eve = small_bank.candidate(store), small_bank.candidate(store, "eve@example.org")
    small_bank.sit(store, ada, right=1)
    timed = small_bank.begin(store, ada, "quick")
    tutor = small_bank.begin(store, ada, "warm-up", Mode.TUTOR)
    small_bank.begin(store, eve, "quick")
    with store.read() as conn:
        found = exams.open_attempts(conn, ada)
    assert {(one.public_id, one.exam_slug, one.mode) for one in found} == {
        (timed, "quick", Mode.TIMED),
        (tutor, "warm-up", Mode.TUTOR),
    }


def test_the_supply_counts_live_single_items_and_neither_samples_nor_case_sets(store: Store) -> None:
    bank_id = small_bank.stock(store)
    with store.read() as conn:
        supply = exams.concept_supply(conn, bank_id)
    assert supply["T1", 1] == {"one-0", "one-3", "one-6"}
    assert supply["T2", 1] == {"two-0", "two-1"}
    assert ("T2", 2) not in supply
