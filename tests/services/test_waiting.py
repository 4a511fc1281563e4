"""The waiting room: what is dealt there is what is begun, unless bank or exam have changed meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.assessment.errors import BlueprintShort
from quizapp.services import accounts, attempts, waiting
from quizapp.services.dealing import Dealt, deal_timed
from quizapp.services.errors import NotFound
from quizapp.store import waiting as rows
from quizapp.store.publishing import retire_by_hand
from quizapp.store.transaction import Store
from quizapp.store.waiting import WaitingBooklet
from tests.small_bank import NOW, booklet, candidate, single, stock

SOON = NOW + timedelta(minutes=30)
TEN = [*(single(f"one-{n}", "T1") for n in range(6)), *(single(f"two-{n}", "T2") for n in range(4))]
ON_ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided above the store, whose statements other tests run on both databases."""


def _kept(store: Store, bank_id: int, account_id: int) -> WaitingBooklet | None:
    with store.read() as conn:
        return rows.find(conn, account_id, bank_id, "quick")


def _begin(store: Store, account_id: int) -> list[str]:
    """The versions of the questions of an attempt that is begun by another seed than any booklet's."""
    public_id = attempts.begin(store, account_id, "small", "quick", Mode.TIMED, SOON, 99)
    return [one.version for one in booklet(store, public_id)]


def test_what_is_dealt_in_the_waiting_room_is_begun_and_its_clock_starts_then(store: Store) -> None:
    bank_id = stock(store)
    ada = candidate(store)
    waiting.enter(store, ada, "small", "quick", NOW, 5)
    dealt = _kept(store, bank_id, ada)
    assert dealt
    assert _begin(store, ada) == [one.item.version for one in dealt.entries]
    assert _kept(store, bank_id, ada) is None
    (still_open,), _ = attempts.dashboard(store, ada, SOON)
    assert still_open.started_at == SOON


def test_who_enters_again_finds_the_same_booklet_and_each_person_has_one(store: Store) -> None:
    bank_id = stock(store)
    ada, eve = candidate(store), candidate(store, "eve@example.org")
    for account_id, seed in ((ada, 1), (ada, 2), (eve, 3)):
        waiting.enter(store, account_id, "small", "quick", NOW, seed)
    kept = [_kept(store, bank_id, one) for one in (ada, eve)]
    assert [one.seed for one in kept if one] == [1, 3]
    with store.read() as conn:
        assert rows.counts(conn, NOW - timedelta(seconds=1)) == {("small", "quick"): 2}
        assert rows.counts(conn, NOW) == {}


@ON_ONE_DATABASE
@pytest.mark.parametrize("change", ["another bank", "an item retired", "hours later"])
def test_where_things_have_changed_another_booklet_is_dealt(store: Store, change: str) -> None:
    bank_id = stock(store)
    ada = candidate(store)
    waiting.enter(store, ada, "small", "quick", SOON - waiting.LONGEST, 5)
    dealt = _kept(store, bank_id, ada)
    assert dealt
    assert waiting.find(store, ada, "small", "quick", SOON)
    if change == "another bank":
        stock(store, bank_items=TEN)
    elif change == "an item retired":
        store.write(lambda conn: retire_by_hand(conn, dealt.entries[0].item.item_id, NOW))
    at = SOON + timedelta(seconds=1) if change == "hours later" else SOON
    assert waiting.find(store, ada, "small", "quick", at) is None
    public_id = attempts.begin(store, ada, "small", "quick", Mode.TIMED, at, 99)
    assert [one.version for one in booklet(store, public_id)] != [one.item.version for one in dealt.entries]


@ON_ONE_DATABASE
def test_what_was_retired_between_dealing_and_beginning_is_not_begun(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(store)
    ada, dealt = candidate(store), []

    def slowly(*args: Any) -> Dealt:
        dealt.append(deal_timed(*args))
        if len(dealt) == 1:
            retired = dealt[0].entries[0].item.item_id
            store.write(lambda conn: retire_by_hand(conn, retired, NOW))
        return dealt[-1]

    monkeypatch.setattr(attempts, "deal_timed", slowly)
    begun = _begin(store, ada)
    assert len(dealt) == 2
    assert begun == [one.item.version for one in dealt[1].entries]


@ON_ONE_DATABASE
def test_what_cannot_be_begun_is_not_dealt_ahead(store: Store) -> None:
    stock(store, bank_items=TEN[:2])
    ada = candidate(store)
    with pytest.raises(NotFound):
        waiting.enter(store, ada, "small", "no-such-exam", NOW, 5)
    with pytest.raises(BlueprintShort):
        waiting.enter(store, ada, "small", "quick", NOW, 5)
    assert waiting.find(store, ada, "small", "quick", NOW) is None


@ON_ONE_DATABASE
def test_a_deleted_account_waits_no_more(store: Store) -> None:
    stock(store)
    ada = accounts.create_account(store, "ada@example.org", "a long enough secret", "candidate", NOW)
    waiting.enter(store, ada, "small", "quick", NOW, 5)
    accounts.delete_account(store, ada, "a long enough secret", NOW)
    with store.read() as conn:
        assert rows.counts(conn, NOW - timedelta(days=1)) == {}
