"""What the open pages read from the database."""

from quizapp.store import pages
from quizapp.store.publishing import retire_by_hand
from quizapp.store.transaction import Store
from tests import small_bank


def test_samples_come_in_the_order_of_their_files_and_only_while_live(store: Store) -> None:
    small_bank.stock(store)
    with store.read() as conn:
        found = pages.sample_items(conn, 5)
        assert pages.sample_items(conn, 1) == found[:1]
    assert [one.slug for one in found] == ["sample-one", "sample-two"]
    assert found[0].concept == "one-0"
    retired = small_bank.item_id(store, "sample-one")
    store.write(lambda conn: retire_by_hand(conn, retired, small_bank.NOW))
    with store.read() as conn:
        assert [one.slug for one in pages.sample_items(conn, 5)] == ["sample-two"]


def test_a_bank_says_what_it_covers(store: Store) -> None:
    bank_id = small_bank.stock(store)
    with store.read() as conn:
        (found,) = pages.banks(conn)
    assert (found.id, found.title, found.licence, found.covers) == (
        bank_id,
        "A small bank",
        "CC-BY-4.0",
        small_bank.COVERS,
    )
