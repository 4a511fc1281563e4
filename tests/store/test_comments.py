"""Reports of candidates in the database."""

from dataclasses import replace
from datetime import timedelta

from quizapp.store import accounts, attempts, comments
from quizapp.store.comments import NewComment
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW


def _new(
    store: Store, text: str = "The key is wrong.", minutes: int = 0, category: str = "key"
) -> NewComment:
    """A report about the first question of an attempt of a new candidate, or of the one there is."""
    with store.read() as conn:
        known, people = accounts.list_people(conn, "ada@", 0, 1)
    ada = people[0].id if known else small_bank.candidate(store)
    public_id = small_bank.begin(store, ada)
    first = small_bank.booklet(store, public_id)[0]
    with store.read() as conn:
        attempt = attempts.find_attempt(conn, public_id)
    assert attempt
    item_id = small_bank.item_id(store, first.slug)
    return NewComment(
        ada, item_id, first.version, attempt.id, 1, category, text, NOW + timedelta(minutes=minutes)
    )


def test_a_report_comes_out_with_its_item_and_its_sender(store: Store) -> None:
    small_bank.stock(store)
    new = _new(store)
    store.write(lambda conn: comments.add(conn, new))
    with store.read() as conn:
        (found,) = comments.page_of(conn, "open", 0, 50)
    assert (found.category, found.text, found.open) == ("key", "The key is wrong.", True)
    assert (found.email, found.item_id, found.bank_title) == ("ada@example.org", new.item_id, "A small bank")
    assert found.item_changed is False


def test_the_same_report_is_kept_once_while_it_is_open(store: Store) -> None:
    small_bank.stock(store)
    new, other = _new(store), _new(store, category="typo")
    for one in (new, new, other):
        store.write(lambda conn, one=one: comments.add(conn, one))
    with store.read() as conn:
        assert comments.counts(conn) == {"open": 2, "resolved": 0}
        ids = [one.id for one in comments.page_of(conn, "open", 0, 50)]
    for one in ids:
        assert store.write(lambda conn, one=one: comments.set_state(conn, one, "resolved", NOW))
    store.write(lambda conn: comments.add(conn, new))
    with store.read() as conn:
        assert comments.counts(conn) == {"open": 1, "resolved": 2}


def test_reports_come_newest_first_a_page_at_a_time(store: Store) -> None:
    small_bank.stock(store)
    for minute in range(5):
        new = _new(store, f"Report {minute}", minute)
        store.write(lambda conn, new=new: comments.add(conn, new))
    with store.read() as conn:
        assert [one.text for one in comments.page_of(conn, "open", 0, 2)] == ["Report 4", "Report 3"]
        assert [one.text for one in comments.page_of(conn, "open", 4, 2)] == ["Report 0"]


def test_resolving_says_whether_there_was_such_a_report(store: Store) -> None:
    small_bank.stock(store)
    new = _new(store)
    store.write(lambda conn: comments.add(conn, new))
    with store.read() as conn:
        (found,) = comments.page_of(conn, "open", 0, 50)
    assert store.write(lambda conn: comments.set_state(conn, found.id, "resolved", NOW))
    assert not store.write(lambda conn: comments.set_state(conn, found.id + 1, "resolved", NOW))
    with store.read() as conn:
        (resolved,) = comments.page_of(conn, "resolved", 0, 50)
    assert (resolved.open, resolved.resolved_at) == (False, NOW)


def test_a_report_outlives_its_account_without_its_text(store: Store) -> None:
    small_bank.stock(store)
    new = _new(store)
    store.write(lambda conn: comments.add(conn, new))
    store.write(lambda conn: accounts.erase(conn, new.account_id, NOW))
    with store.read() as conn:
        (found,) = comments.page_of(conn, "open", 0, 50)
    assert (found.email, found.text, found.category) == (None, "", "key")


def test_an_edited_item_is_told_apart_from_the_version_reported(store: Store) -> None:
    small_bank.stock(store)
    new = _new(store)
    store.write(lambda conn: comments.add(conn, new))
    slug = small_bank.booklet(store, small_bank.begin(store, new.account_id))[0].slug
    edited = [
        replace(one, public=replace(one.public, stem="Asked in other words?"))
        if one.public.id == slug
        else one
        for one in small_bank.items()
    ]
    small_bank.stock(store, bank_items=edited)
    with store.read() as conn:
        (found,) = comments.page_of(conn, "open", 0, 50)
    assert found.item_changed is True
    assert found.item_slug == slug


def test_recent_reports_are_counted_per_account_and_time(store: Store) -> None:
    small_bank.stock(store)
    for minute in (0, 30):
        new = _new(store, f"Report {minute}", minute)
        store.write(lambda conn, new=new: comments.add(conn, new))
    with store.read() as conn:
        assert comments.recent(conn, new.account_id, NOW) == 2
        assert comments.recent(conn, new.account_id, NOW + timedelta(minutes=1)) == 1
        assert comments.recent(conn, new.account_id + 1, NOW) == 0
