"""Accounts in the database: one row an address, sessions that end, and what erasing leaves."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from quizapp.store import accounts as rows
from quizapp.store.tables import account, ended_session, installation
from quizapp.store.transaction import Store
from tests.small_bank import NOW


def _added(store: Store, email: str, role: str = "candidate") -> int:
    added = store.write(lambda conn: rows.add_account(conn, email, "no hash", role, NOW))
    assert added
    return added


def _uniquifier(store: Store, account_id: int) -> str | None:
    with store.read() as conn:
        return rows.uniquifier(conn, account_id)


def test_an_address_is_taken_once_and_nothing_else_goes_wrong_in_the_unit(store: Store) -> None:
    first = _added(store, "ada@example.org")

    def twice(conn: object) -> tuple[int | None, int | None]:
        return (
            rows.add_account(conn, "ada@example.org", "x", "candidate", NOW),  # type: ignore[arg-type]
            rows.add_account(conn, "eve@example.org", "x", "candidate", NOW),  # type: ignore[arg-type]
        )

    taken, free = store.write(twice)
    assert taken is None
    assert free
    assert free != first
    with store.read() as conn:
        assert rows.password_hash(conn, first) == "no hash"


def test_a_role_that_does_not_exist_cannot_be_stored(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.write(lambda conn: rows.add_account(conn, "ada@example.org", "x", "owner", NOW))


def test_every_account_has_a_uniquifier_of_its_own_that_changes_with_the_account(store: Store) -> None:
    ids = [_added(store, f"person-{number}@example.org") for number in range(4)]
    held = [_uniquifier(store, one) for one in ids]
    assert len(set(held)) == 4
    store.write(lambda conn: rows.change_account(conn, ids[0], role="author"))
    assert _uniquifier(store, ids[0]) not in held
    assert [_uniquifier(store, one) for one in ids[1:]] == held[1:]
    store.write(lambda conn: rows.change_account(conn, ids[1], active=False))
    assert _uniquifier(store, ids[1]) is None


def test_a_session_is_signed_in_until_it_ends_or_its_account_does(store: Store) -> None:
    account_id = _added(store, "ada@example.org")
    held = _uniquifier(store, account_id)
    assert held

    def signed_in(digest: str) -> rows.Account | None:
        with store.read() as conn:
            return rows.find_signed_in(conn, held, digest)

    assert signed_in("one") == rows.Account(account_id, "ada@example.org", "candidate", NOW)
    for _ in range(2):
        store.write(lambda conn: rows.end_session(conn, account_id, "one", NOW))
    assert signed_in("one") is None
    assert signed_in("two")
    with store.read() as conn:
        assert len(conn.execute(select(ended_session)).all()) == 1
        assert rows.find_signed_in(conn, "somebody", "two") is None
    store.write(lambda conn: conn.execute(update(account).values(active=False)).rowcount)
    assert signed_in("two") is None


def test_admins_are_counted_by_what_is_asked(store: Store) -> None:
    with store.read() as conn:
        assert not rows.admin_exists(conn)
    _added(store, "author@example.org", "author")
    first, second = _added(store, "one@example.org", "admin"), _added(store, "two@example.org", "admin")
    assert not store.write(lambda conn: rows.last_admin(conn, first))
    store.write(lambda conn: rows.change_account(conn, second, active=False))
    assert store.write(lambda conn: rows.last_admin(conn, first))
    assert not store.write(lambda conn: rows.last_admin(conn, second))
    with store.read() as conn:
        assert rows.only_admin(conn, first)
        assert rows.admin_exists(conn)
    store.write(lambda conn: rows.erase(conn, first, NOW))
    with store.read() as conn:
        assert rows.admin_exists(conn), "a disabled admin still is one"
    store.write(lambda conn: rows.erase(conn, second, NOW))
    with store.read() as conn:
        assert not rows.admin_exists(conn)


def test_one_set_up_code_is_kept_at_a_time(store: Store) -> None:
    for digest in ("first", "second"):
        store.write(lambda conn, digest=digest: rows.keep_setup_digest(conn, digest))  # type: ignore[misc]
    with store.read() as conn:
        assert rows.setup_digest(conn) == "second"
        assert len(conn.execute(select(installation)).all()) == 1
    store.write(rows.drop_setup_digest)
    with store.read() as conn:
        assert rows.setup_digest(conn) is None


def test_people_are_found_by_their_letters_and_no_sign_is_a_wildcard(store: Store) -> None:
    for email in ("a_b@example.org", "axb@example.org", "a%b@example.org", "a\\b@example.org"):
        _added(store, email)

    def found(words: str) -> list[str]:
        with store.read() as conn:
            total, people = rows.list_people(conn, words, 0, 10)
        assert total == len(people)
        return [one.email for one in people]

    assert found("a_b") == ["a_b@example.org"]
    assert found("a%b") == ["a%b@example.org"]
    assert found("a\\b") == ["a\\b@example.org"]
    assert len(found("")) == 4
    with store.read() as conn:
        total, people = rows.list_people(conn, "example", 3, 10)
    assert (total, [one.email for one in people]) == (4, ["a_b@example.org"])


def test_an_erased_account_keeps_its_row_and_nothing_that_names_anybody(store: Store) -> None:
    account_id = _added(store, "ada@example.org")
    before = _uniquifier(store, account_id)
    store.write(lambda conn: rows.erase(conn, account_id, NOW))
    with store.read() as conn:
        row = conn.execute(select(account)).mappings().one()
        assert rows.person(conn, account_id) is None
        assert rows.password_hash(conn, account_id) is None
        assert rows.list_people(conn, "", 0, 10) == (0, ())
    assert (row["email"], row["password"], row["active"], row["erased_at"]) == (None, None, False, NOW)
    assert row["fs_uniquifier"] != before
    other = _added(store, "other@example.org")
    store.write(lambda conn: rows.erase(conn, other, NOW))
    with store.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM account WHERE email IS NULL")).scalar_one() == 2
    assert _added(store, "ada@example.org") not in (account_id, other)
