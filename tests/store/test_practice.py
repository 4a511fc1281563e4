"""What there is to practise, and the record of an account, in the database."""

from datetime import timedelta

from quizapp.services import attempts
from quizapp.store import practice
from quizapp.store.practice import Record
from quizapp.store.publishing import retire_by_hand
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW


def test_a_topic_holds_its_live_items_without_samples(store: Store) -> None:
    bank_id = small_bank.stock(store)
    with store.read() as conn:
        assert practice.topic_sizes(conn, bank_id) == {"T1": 8, "T2": 5}
    retired = small_bank.item_id(store, "one-3")
    store.write(lambda conn: retire_by_hand(conn, retired, NOW))
    with store.read() as conn:
        assert practice.topic_sizes(conn, bank_id) == {"T1": 7, "T2": 5}


def test_a_record_counts_answers_of_closed_attempts_only(store: Store) -> None:
    bank_id, ada = small_bank.stock(store), small_bank.candidate(store)
    later = NOW + timedelta(days=1)
    small_bank.sit(store, ada, right=4)
    small_bank.sit(store, ada, right=0, now=later, seed=2)
    still_open = small_bank.begin(store, ada)
    small_bank.answer(store, ada, still_open, 1, right=True)
    with store.read() as conn:
        records = practice.topic_records(conn, bank_id, ada)
    assert records == {"T1": Record(6, 3, later), "T2": Record(2, 1, later)}


def test_an_unanswered_question_is_no_part_of_the_record(store: Store) -> None:
    bank_id, ada = small_bank.stock(store), small_bank.candidate(store)
    public_id = small_bank.begin(store, ada)
    small_bank.see(store, ada, public_id)
    attempts.hand_in(store, ada, public_id, NOW)
    with store.read() as conn:
        assert practice.topic_records(conn, bank_id, ada) == {}


def test_a_record_is_the_accounts_own(store: Store) -> None:
    bank_id, ada = small_bank.stock(store), small_bank.candidate(store)
    eve = small_bank.candidate(store, "eve@example.org")
    small_bank.sit(store, ada, right=4)
    with store.read() as conn:
        assert practice.topic_records(conn, bank_id, eve) == {}
        assert practice.topic_records(conn, bank_id, ada) != {}
