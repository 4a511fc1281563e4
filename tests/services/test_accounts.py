"""Accounts: made, given roles, disabled, erased, and the one code that makes the first admin."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text, update

from quizapp.assessment.attempt import Kind
from quizapp.assessment.log import first_fault
from quizapp.services import accounts, attempts, comments, results
from quizapp.services.errors import NotFound, Refused
from quizapp.services.passwords import password_matches
from quizapp.store import accounts as rows
from quizapp.store import responses as response_rows
from quizapp.store.tables import account, attempt, metadata
from quizapp.store.transaction import Store
from tests import small_bank
from tests.services import desks
from tests.services.desks import Desk
from tests.small_bank import NOW
from tests.web.visitors import PASSWORD

LATER = NOW + timedelta(minutes=1)


def _made(store: Store, email: str = "ada@example.org", role: str = "candidate") -> int:
    return accounts.create_account(store, email, PASSWORD, role, NOW)


def _hash(store: Store, account_id: int) -> str | None:
    with store.read() as conn:
        return rows.password_hash(conn, account_id)


def test_an_account_is_made_once_under_one_form_of_its_address(store: Store) -> None:
    account_id = _made(store, " Ada@Example.org")
    person = accounts.person(store, account_id).person
    assert (person.email, person.role, person.active, person.created_at) == (
        "ada@example.org",
        "candidate",
        True,
        NOW,
    )
    assert password_matches(_hash(store, account_id), PASSWORD)
    for email, password, role, code in (
        ("ADA@example.org", PASSWORD, "candidate", "email_taken"),
        ("eve", PASSWORD, "candidate", "email_invalid"),
        ("eve@example.org", "short", "candidate", "password_short"),
        ("eve@example.org", PASSWORD, "owner", "role_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            accounts.create_account(store, email, password, role, NOW)
    assert accounts.list_people(store, "", 1).total == 1


def test_people_are_listed_by_page_newest_first_and_found_by_part_of_the_address(kept: Store) -> None:
    def unit(conn: Connection) -> None:
        for number in range(accounts.PAGE + 3):
            at = NOW + timedelta(seconds=number)
            rows.add_account(conn, f"listed-{number:02}%_@example.org", "no hash", "candidate", at)

    kept.write(unit)
    first = accounts.list_people(kept, " LISTED-", 1)
    assert (first.total, first.pages, len(first.rows)) == (accounts.PAGE + 3, 2, accounts.PAGE)
    assert first.rows[0].email == f"listed-{accounts.PAGE + 2:02}%_@example.org"
    assert len(accounts.list_people(kept, "listed-", 2).rows) == 3
    assert accounts.list_people(kept, "listed-", 10**9).rows == ()
    assert accounts.list_people(kept, "0%_@", -4).total == 6
    assert accounts.list_people(kept, "listed\x00-\n", 1).total == accounts.PAGE + 3
    assert accounts.list_people(kept, "nobody\\", 1).total == 0


def test_a_person_is_shown_with_attempts_and_without_answers(kept: Store) -> None:
    desk = desks.sit_down(kept)
    public_id = small_bank.sit(kept, desk.account_id, right=1)
    detail = accounts.person(kept, desk.account_id)
    (one,) = detail.attempts
    assert (one.public_id, one.exam_slug, one.state, one.finished_at) == (public_id, "quick", "closed", NOW)
    assert detail.last_admin is False
    with pytest.raises(NotFound):
        accounts.person(kept, 10**9)


def test_a_new_role_or_a_disabled_account_ends_every_session(kept: Store) -> None:
    account_id = _made(kept, "roles@example.org")
    held = desks.uniquifier(kept, account_id)
    assert accounts.find_signed_in(kept, held, "digest")
    accounts.set_role(kept, account_id, "candidate")
    assert accounts.find_signed_in(kept, held, "digest"), "the same role again signs nobody out"
    accounts.set_role(kept, account_id, "author")
    assert accounts.find_signed_in(kept, held, "digest") is None
    fresh = desks.uniquifier(kept, account_id)
    signed_in = accounts.find_signed_in(kept, fresh, "digest")
    assert signed_in
    assert (signed_in.id, signed_in.email, signed_in.role) == (account_id, "roles@example.org", "author")
    accounts.disable(kept, account_id)
    with pytest.raises(Refused, match="account_disabled"):
        accounts.reset_subject(kept, account_id)
    accounts.enable(kept, account_id)
    assert accounts.find_signed_in(kept, fresh, "digest") is None
    assert accounts.reset_subject(kept, account_id) == desks.uniquifier(kept, account_id) != fresh


def test_an_ended_session_stays_ended_and_leaves_other_devices_alone(kept: Store) -> None:
    account_id = _made(kept, "sessions@example.org")
    held = desks.uniquifier(kept, account_id)
    for _ in range(2):
        accounts.end_session(kept, account_id, "one device", NOW)
    assert accounts.find_signed_in(kept, held, "one device") is None
    assert accounts.find_signed_in(kept, held, "another device")


@pytest.mark.parametrize("what", ["set_role", "disable", "enable", "reset_subject"])
def test_nobody_is_changed_who_is_not_there(kept: Store, what: str) -> None:
    arguments = ("candidate",) if what == "set_role" else ()
    with pytest.raises(NotFound):
        getattr(accounts, what)(kept, 10**9, *arguments)


def test_the_last_active_admin_stays(store: Store) -> None:
    first, second = _made(store, "one@example.org", "admin"), _made(store, "two@example.org", "admin")
    with pytest.raises(Refused, match="role_unknown"):
        accounts.set_role(store, first, "owner")
    accounts.disable(store, second)
    assert accounts.person(store, first).last_admin
    for change in (
        lambda: accounts.set_role(store, first, "author"),
        lambda: accounts.disable(store, first),
        lambda: accounts.delete_account(store, first, PASSWORD, NOW),
    ):
        with pytest.raises(Refused, match="last_admin"):
            change()
    assert accounts.person(store, first).person.active
    accounts.set_role(store, second, "candidate")
    accounts.enable(store, second)
    accounts.set_role(store, second, "admin")
    accounts.set_role(store, first, "author")
    assert accounts.person(store, second).last_admin


# Set-up


def _kept_digest(store: Store) -> str | None:
    with store.read() as conn:
        return rows.setup_digest(conn)


def test_the_set_up_code_is_kept_as_a_digest_and_renewed_at_each_start(store: Store) -> None:
    first, second = accounts.renew_setup_code(store), accounts.renew_setup_code(store)
    assert first
    assert second
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5}(-[2-9A-HJ-NP-Z]{5}){3}", first)
    digest = _kept_digest(store)
    assert digest
    assert second not in digest
    assert accounts.setup_open(store)
    for wrong in (first, "", second[:-1]):
        with pytest.raises(Refused, match="code_wrong"):
            accounts.first_admin(store, wrong, "ada@example.org", PASSWORD, NOW)
    with pytest.raises(Refused, match="password_short"):
        accounts.first_admin(store, second, "ada@example.org", "short", NOW)
    typed = f" {second.lower().replace('-', ' ')}"
    admin = accounts.first_admin(store, typed, "ada@example.org", PASSWORD, NOW)
    assert accounts.person(store, admin).person.role == "admin"


def test_set_up_is_gone_once_an_admin_exists_even_a_disabled_one(store: Store) -> None:
    code = accounts.renew_setup_code(store)
    assert code
    admin = _made(store, "one@example.org", "admin")
    with pytest.raises(NotFound):
        accounts.first_admin(store, code, "two@example.org", PASSWORD, NOW)
    other = _made(store, "other@example.org", "admin")
    accounts.disable(store, admin)
    assert not accounts.setup_open(store)
    assert accounts.renew_setup_code(store) is None
    assert _kept_digest(store) is None
    assert accounts.person(store, other).last_admin


def test_without_a_code_nobody_becomes_admin(store: Store) -> None:
    with pytest.raises(Refused, match="code_wrong"):
        accounts.first_admin(store, "", "ada@example.org", PASSWORD, NOW)


def test_an_address_that_is_taken_keeps_the_code(store: Store) -> None:
    code = accounts.renew_setup_code(store)
    assert code
    _made(store)
    with pytest.raises(Refused, match="email_taken"):
        accounts.first_admin(store, code, "ada@example.org", PASSWORD, NOW)
    assert accounts.first_admin(store, code, "eve@example.org", PASSWORD, NOW)


# Erasure

CANARY = "canary.person@example.org"
CANARY_ANSWER, CANARY_LATE, CANARY_WORDS = "31.4159", "27.1828", "canary words of a report"


def _leave_traces(store: Store) -> tuple[int, str, str]:
    """A candidate who answered, came late, and reported a problem; the two attempts."""
    account_id = _made(store, CANARY)
    desk = Desk(store, account_id, desks.uniquifier(store, account_id))
    closed = attempts.begin_practice(
        store, account_id, "small", small_bank.WARM_UP, ("one-number",), NOW, seed=1
    )
    desk.save(closed, 1, CANARY_ANSWER)
    desk.save(closed, 1, "1", kind=Kind.FLAG)
    attempts.hand_in(store, account_id, closed, NOW)
    timed = small_bank.begin(store, account_id)
    small_bank.see(store, account_id, timed)
    small_bank.answer(store, account_id, timed, 1, right=True)
    position = {one.slug: one.position for one in small_bank.booklet(store, timed)}.get("one-number", 2)
    desk.save(timed, position, CANARY_LATE if position != 2 else "near", now=NOW + timedelta(hours=1))
    comments.report(store, account_id, timed, 1, "typo", CANARY_WORDS, NOW)
    accounts.end_session(store, account_id, "digest", NOW)
    return account_id, closed, timed


def _rows_with(store: Store, *needles: str) -> set[str]:
    """The tables in which any of some texts stands in any column."""
    found = set()
    with store.read() as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(select(table)):
                if any(needle in str(value) for needle in needles for value in row):
                    found.add(table.name)
    return found


def test_erasing_takes_identity_and_values_and_leaves_hashes_and_counts(store: Store) -> None:
    small_bank.stock(store)
    account_id, closed, timed = _leave_traces(store)
    needles = (CANARY, CANARY_ANSWER, CANARY_LATE, CANARY_WORDS)
    assert _rows_with(store, *needles) >= {"account", "response_value", "comment"}
    with store.read() as conn:
        logs = {one: response_rows.log_of(conn, desks.stored(store, one).id) for one in (closed, timed)}
        before = conn.execute(select(attempt).where(attempt.c.public_id == closed)).one()
    assert len(logs[closed]) == 2
    with pytest.raises(Refused, match="password_wrong"):
        accounts.delete_account(store, account_id, "not the password", LATER)
    held = desks.uniquifier(store, account_id)
    accounts.delete_account(store, account_id, PASSWORD, LATER)
    assert _rows_with(store, *needles) == set()
    assert accounts.find_signed_in(store, held, "another") is None
    with store.read() as conn:
        for public_id, log in logs.items():
            again = response_rows.log_of(conn, desks.stored(store, public_id).id)
            assert (again, first_fault(public_id, again)) == (log, None)
        assert conn.execute(select(attempt).where(attempt.c.public_id == closed)).one() == before
        left = conn.execute(select(account).where(account.c.id == account_id)).mappings().one()
        counts = [
            conn.execute(text(f"SELECT count(*) FROM {name} WHERE account_id = {account_id}")).scalar_one()
            for name in ("seen_item", "ended_session", "comment")
        ]
    assert (left["email"], left["password"], left["active"], left["erased_at"]) == (None, None, False, LATER)
    assert counts == [0, 0, 0]
    for gone in (
        lambda: accounts.person(store, account_id),
        lambda: accounts.enable(store, account_id),
        lambda: accounts.reset_subject(store, account_id),
    ):
        with pytest.raises(NotFound):
            gone()
    assert accounts.list_people(store, "", 1).total == 0
    with pytest.raises(Refused, match="password_wrong"):
        accounts.delete_account(store, account_id, PASSWORD, LATER)
    assert _made(store, CANARY) != account_id


def test_an_attempt_that_was_open_when_its_owner_left_is_closed_with_nothing_in_it(store: Store) -> None:
    small_bank.stock(store)
    account_id, _, timed = _leave_traces(store)
    accounts.delete_account(store, account_id, PASSWORD, LATER)
    assert attempts.sweep(store, NOW + timedelta(hours=2)) == 1
    closed = desks.stored(store, timed)
    assert (closed.open, closed.answers_received) == (False, 0)
    told = results.outcome(store, account_id, timed, NOW + timedelta(hours=2))
    assert told.result.whole.marks == 0


def test_control_a_value_left_behind_is_found(store: Store) -> None:
    small_bank.stock(store)
    account_id, _, _ = _leave_traces(store)
    changed = update(account).where(account.c.id == account_id).values(email=None, password=None)
    store.write(lambda conn: conn.execute(changed).rowcount)
    assert _rows_with(store, CANARY, CANARY_ANSWER) == {"response_value"}
