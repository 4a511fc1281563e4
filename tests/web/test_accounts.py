"""Accounts over HTTP: the first set-up, one's own account and its end, and the people admins look after."""

import re
import threading
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Table, select

from quizapp.assessment.log import first_fault
from quizapp.services import accounts, attempts, comments
from quizapp.services.errors import Refused
from quizapp.store import accounts as account_rows
from quizapp.store import responses as response_rows
from quizapp.store.attempts import find_attempt
from quizapp.store.tables import (
    account,
    attempt,
    comment,
    ended_session,
    response_log,
    response_value,
    seen_item,
)
from quizapp.store.transaction import Store
from tests import small_bank
from tests.web.visitors import OTHER_PASSWORD, PASSWORD, House, Visitor

_numbers = count()


def _email(name: str) -> str:
    return f"{name}-{next(_numbers)}@example.org"


def _held(house: House, table: Table) -> list[dict[str, object]]:
    with house.store.read() as conn:
        return [dict(row) for row in conn.execute(select(table)).mappings()]


def _of(house: House, account_id: int) -> dict[str, object]:
    (row,) = [one for one in _held(house, account) if one["id"] == account_id]
    return row


# The first set-up


def _code(house: House) -> str:
    code = accounts.renew_setup_code(house.store)
    assert code
    return code


def _set_up(visitor: Visitor, code: str, email: str = "root@example.org", **fields: str) -> int:
    typed = {"code": code, "email": email, "password": PASSWORD, "again": PASSWORD} | fields
    return visitor.post("/setup", **typed).status_code


def test_the_code_makes_the_first_admin_and_the_page_is_gone_afterwards(house: House) -> None:
    visitor, late = house.visitor(), house.visitor()
    code, token = _code(house), late.token("/setup")
    assert _set_up(visitor, code) == 303
    assert visitor.get("/setup").status_code == 404
    form = {
        "csrf_token": token,
        "code": code,
        "email": "eve@example.org",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    assert late.client.post("/setup", data=form).status_code == 404
    assert [one["role"] for one in _held(house, account)] == ["admin"]
    assert accounts.renew_setup_code(house.store) is None
    assert visitor.log_in("root@example.org").status_code == 303
    assert visitor.get("/accounts/people").status_code == 200


def test_the_code_may_be_typed_in_small_letters_and_without_dashes(house: House) -> None:
    assert _set_up(house.visitor(), f" {_code(house).replace('-', ' ').lower()} ") == 303


def test_a_code_holds_until_an_admin_exists_and_only_the_newest(house: House) -> None:
    old, new = _code(house), _code(house)
    house.person("ada@example.org")
    house.person("eve@example.org", "author")
    house.clock.move(timedelta(days=400))
    assert _set_up(house.visitor(), old) == 422
    assert _set_up(house.visitor(), new) == 303


def test_without_a_code_no_code_is_right(house: House) -> None:
    assert _set_up(house.visitor(), "AAAAA-AAAAA-AAAAA-AAAAA") == 422
    assert _set_up(house.visitor(), "-") == 422
    assert _held(house, account) == []


def test_a_code_in_the_address_is_not_taken(house: House) -> None:
    code = _code(house)
    page = house.visitor().get(f"/setup?code={code}&email=root@example.org&password={PASSWORD}")
    assert page.status_code == 200
    assert code not in page.text
    assert house.visitor().post(f"/setup?code={code}", email="root@example.org").status_code == 422
    assert _held(house, account) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"code": "WRONG-WRONG-WRONG-WRONG"}, "That is not the present code."),
        ({"code": ""}, "Type the code that the server printed"),
        ({"email": "root"}, "Type an e-mail address such as"),
        ({"email": "ada@example.org"}, "That address has an account already."),
        ({"password": "short", "again": "short"}, "Use at least 10 characters."),
        ({"password": "root@example.org", "again": "root@example.org"}, "Leave your e-mail address out"),
        ({"again": OTHER_PASSWORD}, "The two passwords differ."),
    ],
)
def test_a_refused_set_up_keeps_what_was_typed_and_uses_nothing_up(
    house: House, fields: dict[str, str], told: str
) -> None:
    ada, code = house.person("ada@example.org"), _code(house)
    typed = {"code": code, "email": "root@example.org", "password": PASSWORD, "again": PASSWORD} | fields
    reply = house.visitor().post("/setup", **typed)
    assert reply.status_code == 422
    assert told in reply.text
    assert f'value="{typed["email"]}"' in reply.text
    assert typed["code"] in reply.text
    assert typed["password"] not in re.findall(r'type="password"[^>]*value="([^"]*)"', reply.text)
    assert [one["id"] for one in _held(house, account)] == [ada]
    assert _of(house, ada)["role"] == "candidate"
    assert _set_up(house.visitor(), code) == 303


def test_ten_wrong_codes_shut_the_form(house: House) -> None:
    _code(house)
    visitor = house.visitor()
    token = visitor.token("/setup")
    form = {"csrf_token": token, "code": "WRONG", "email": "root@example.org"}
    form |= {"password": "short", "again": "short"}
    replies = [visitor.client.post("/setup", data=form).status_code for _ in range(12)]
    assert replies == [422] * 10 + [429] * 2


def test_wrong_codes_are_counted_over_all_addresses_typed(house: House) -> None:
    _code(house)
    visitor = house.visitor()
    token = visitor.token("/setup")
    form = {"csrf_token": token, "code": "WRONG", "password": "short", "again": "short"}
    replies = [
        visitor.client.post("/setup", data=form | {"email": f"root{number}@example.org"}).status_code
        for number in range(32)
    ]
    assert replies == [422] * 30 + [429] * 2


def test_two_people_with_the_code_at_once_make_one_admin(house: House) -> None:
    code, visitors = _code(house), [house.visitor() for _ in range(3)]
    forms = [
        {"csrf_token": one.token("/setup"), "code": code, "email": f"root{number}@example.org"}
        for number, one in enumerate(visitors)
    ]
    replies: list[int] = []

    def send(visitor: Visitor, form: dict[str, str]) -> None:
        sent = form | {"password": PASSWORD, "again": PASSWORD}
        replies.append(visitor.client.post("/setup", data=sent).status_code)

    _at_once([lambda one=one, form=form: send(one, form) for one, form in zip(visitors, forms, strict=True)])
    assert sorted(replies) == [303, 404, 404]
    assert len(_held(house, account)) == 1


def _at_once(works: list[object]) -> None:
    threads = [threading.Thread(target=one) for one in works]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# One's own account


def test_the_account_page_shows_ones_own_account_and_nobody_elses(kept_house: House) -> None:
    email = _email("ada")
    visitor, other = kept_house.seated(kept_house.person(email)), kept_house.person(_email("eve"))
    page = visitor.get("/accounts/")
    assert email in page.text
    assert "Candidate" in page.text
    assert str(_of(kept_house, other)["email"]) not in page.text
    assert kept_house.visitor().get("/accounts/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": "not the password"}, "That is not your present password."),
        ({"new_password": "short", "new_password_confirm": "short"}, "at least 10 characters"),
        ({"new_password_confirm": "another"}, "The two passwords differ."),
        (
            {"new_password": PASSWORD, "new_password_confirm": PASSWORD},
            "The new password is the present one.",
        ),
        ({"password": ""}, "Type a password."),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_one_that_is_good(
    house: House, fields: dict[str, str], told: str
) -> None:
    ada = house.person("ada@example.org")
    before = _of(house, ada)
    typed = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    reply = house.seated(ada).post("/accounts/change", **(typed | fields))
    assert reply.status_code == 422
    assert told in reply.text
    assert _of(house, ada) == before


def test_a_changed_password_opens_the_account_the_old_one_does_not_and_a_mail_says_so(house: House) -> None:
    visitor = house.seated(house.person("ada@example.org"))
    typed = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    assert visitor.post("/accounts/change", **typed).location == "/accounts/"
    assert "Your password is changed." in visitor.get("/accounts/").text
    assert house.visitor().log_in("ada@example.org").status_code == 422
    assert house.visitor().log_in("ada@example.org", OTHER_PASSWORD).status_code == 303
    assert "was changed by somebody who knew the old one" in house.mails.read_text()


def _delete(visitor: Visitor, password: str = PASSWORD) -> tuple[int, str]:
    reply = visitor.post("/accounts/delete", password=password)
    return reply.status_code, reply.location or reply.text


def _sat(house: House, account_id: int) -> str:
    """A closed attempt, and one under way, of a person who has also reported a problem."""
    public_id = small_bank.sit(house.store, account_id, 2, now=house.clock())
    comments.report(house.store, account_id, public_id, 1, "typo", "My own words.", house.clock())
    small_bank.begin(house.store, account_id, "warm-up")
    return public_id


def test_who_deletes_the_account_is_gone_and_only_numbers_stay(either_house: House) -> None:
    email = _email("ada")
    ada, eve = either_house.person(email), small_bank.candidate(either_house.store, _email("eve"))
    sat, kept = _sat(either_house, ada), _sat(either_house, eve)
    visitor, phone = either_house.seated(ada), either_house.seated(ada)
    logged = _held(either_house, response_log)
    assert _delete(visitor) == (303, "/")
    assert "Your account is deleted." in visitor.get("/").text
    assert not visitor.is_in()
    assert not phone.is_in()
    assert either_house.visitor().log_in(email).status_code == 422
    row = _of(either_house, ada)
    assert (row["email"], row["password"], row["active"]) == (None, None, False)
    assert row["erased_at"]
    own = {one["id"] for one in _held(either_house, attempt) if one["account_id"] == ada}
    values = {one["log_id"] for one in _held(either_house, response_value)}
    assert len(own) == 2, "attempts stay, as numbers"
    assert _held(either_house, response_log) == logged, "the log and its hashes stay"
    assert not values & {one["id"] for one in logged if one["attempt_id"] in own}
    assert values >= {one["id"] for one in logged if one["attempt_id"] == _attempt(either_house, kept)}
    assert ada not in {one["account_id"] for one in _held(either_house, seen_item)}
    assert ada not in {one["account_id"] for one in _held(either_house, comment)}
    assert "My own words." in {one["text"] for one in _held(either_house, comment)}, "other people's stay"
    assert ada not in {one["account_id"] for one in _held(either_house, ended_session)}
    assert _chained(either_house, sat)


def _attempt(house: House, public_id: str) -> int:
    with house.store.read() as conn:
        found = find_attempt(conn, public_id)
    assert found
    return found.id


def _chained(house: House, public_id: str) -> bool:
    """Whether the log of an attempt still verifies."""
    with house.store.read() as conn:
        entries = response_rows.log_of(conn, _attempt(house, public_id))
    return len(entries) > 1 and first_fault(public_id, entries) is None


def test_the_address_of_a_deleted_account_can_register_anew_and_finds_nothing(either_house: House) -> None:
    email = _email("ada")
    ada = either_house.person(email)
    _sat(either_house, ada)
    assert _delete(either_house.seated(ada))[0] == 303
    again = either_house.visitor()
    assert again.register(email).status_code == 303
    assert again.is_in()
    assert "/result" not in again.get("/attempts/").text


def test_a_wrong_password_deletes_nothing(kept_house: House) -> None:
    ada = kept_house.person(_email("ada"))
    visitor, before = kept_house.seated(ada), _of(kept_house, ada)
    for typed, told in (("not the password", "Nothing was deleted."), ("", "Type your password to confirm.")):
        status, page = _delete(visitor, typed)
        assert status == 422
        assert told in page
    assert _of(kept_house, ada) == before
    assert visitor.is_in()


def test_passwords_are_guessed_at_the_deletion_ten_times_at_most(house: House) -> None:
    visitor = house.seated(house.person("ada@example.org"))
    token = visitor.token("/accounts/delete")
    form = {"csrf_token": token, "password": "x" * 129}
    replies = [visitor.client.post("/accounts/delete", data=form).status_code for _ in range(11)]
    assert replies == [422] * 10 + [429]
    assert visitor.is_in()


# People


def _admin(house: House) -> Visitor:
    return house.seated(house.person(_email("root"), "admin"))


def _without_password(house: House, email: str) -> None:
    now = house.clock()
    house.store.write(lambda conn: account_rows.add_account(conn, email, "no hash", "candidate", now))


def test_people_are_listed_newest_first_and_found_by_a_part_of_their_address(house: House) -> None:
    admin = house.seated(house.person("root@example.org", "admin"))
    for name in ("ada_1", "adax1", "eve%2", "zoe"):
        house.clock.move(timedelta(minutes=1))
        _without_password(house, f"{name}@example.org")

    def found(words: str) -> list[str]:
        page = admin.get(f"/accounts/people?q={words}").text
        return re.findall(r'<a href="/accounts/people/\d+">([^<@]+)@', page)

    assert found("") == ["zoe", "eve%2", "adax1", "ada_1", "root"]
    assert found("ADA") == ["adax1", "ada_1"]
    assert found("ada_") == ["ada_1"], "a line is a line, no wildcard"
    assert found("%252") == ["eve%2"]
    assert found("nobody") == []
    assert "No account matches." in admin.get("/accounts/people?q=nobody").text
    assert 'value="nobody"' in admin.get("/accounts/people?q=nobody").text


def test_a_long_list_of_people_has_pages(house: House) -> None:
    admin = house.seated(house.person("root@example.org", "admin"))

    for number in range(accounts.PAGE + 5):
        _without_password(house, f"p{number:03}@example.org")
    pages = [admin.get(f"/accounts/people?page={number}").text for number in (1, 2, 3)]
    assert [len(re.findall(r'<a href="/accounts/people/\d+">', page)) for page in pages] == [50, 6, 0]
    assert "/accounts/people?page=2" in pages[0]


def test_a_deleted_account_is_on_no_page_of_an_admin(kept_house: House) -> None:
    email = _email("ada")
    ada, admin = kept_house.person(email), _admin(kept_house)
    assert admin.get(f"/accounts/people/{ada}").status_code == 200
    assert _delete(kept_house.seated(ada))[0] == 303
    assert admin.get(f"/accounts/people/{ada}").status_code == 404
    assert "No account matches." in admin.get(f"/accounts/people?q={email}").text


def test_a_persons_page_shows_attempts_and_no_answer(kept_house: House) -> None:
    ada, admin = small_bank.candidate(kept_house.store, _email("ada")), _admin(kept_house)
    small_bank.sit(kept_house.store, ada, 2, now=kept_house.clock())
    page = admin.get(f"/accounts/people/{ada}").text
    assert "The newest 1 attempt" in page
    assert "quick" in page
    assert "Handed in" in page
    assert "Text right of" not in page


def test_an_admin_verifies_a_persons_attempt_and_sees_no_answer(kept_house: House) -> None:
    ada, admin = small_bank.candidate(kept_house.store, _email("ada")), _admin(kept_house)
    public_id = small_bank.sit(kept_house.store, ada, 2, now=kept_house.clock())
    address = f"/accounts/people/{ada}/attempts/{public_id}"
    assert address in admin.get(f"/accounts/people/{ada}").text
    page = admin.get(address).text
    assert "Yes: everything stored follows" in page
    assert "Text right of" not in page
    other = small_bank.candidate(kept_house.store, _email("eve"))
    assert admin.get(f"/accounts/people/{other}/attempts/{public_id}").status_code == 404
    changed = f"UPDATE attempt SET receipt = 'none' WHERE public_id = '{public_id}'"
    kept_house.store.write(lambda conn: conn.exec_driver_sql(changed).rowcount)
    page = admin.get(address).text
    assert "No: 1 thing differs" in page
    assert "and none is stored" in page


def test_a_role_is_changed_and_the_person_logs_in_again(either_house: House) -> None:
    ada, admin = either_house.person(_email("ada")), _admin(either_house)
    visitor, path = either_house.seated(ada), f"/accounts/people/{ada}"
    assert admin.post(f"{path}/role", path, role="author").location == path
    assert "The role is changed." in admin.get(path).text
    assert not visitor.is_in()
    assert _of(either_house, ada)["role"] == "author"
    assert either_house.seated(ada).get("/items/").status_code == 200


@pytest.mark.parametrize("role", ["", "root", "Admin", "anonymous"])
def test_a_role_that_there_is_not_is_refused(kept_house: House, role: str) -> None:
    ada, admin = small_bank.candidate(kept_house.store, _email("ada")), _admin(kept_house)
    path = f"/accounts/people/{ada}"
    before = _of(kept_house, ada)
    reply = admin.post(f"{path}/role", path, role=role)
    assert reply.status_code == 422
    assert "There is a problem" in reply.text
    assert _of(kept_house, ada) == before


def test_a_disabled_persons_session_dies_at_once_and_an_enabled_one_logs_in_anew(either_house: House) -> None:
    email = _email("ada")
    ada, admin = either_house.person(email), _admin(either_house)
    visitor, path = either_house.seated(ada), f"/accounts/people/{ada}"
    assert visitor.is_in()
    assert admin.post(f"{path}/disable", path).location == path
    assert not visitor.is_in()
    assert either_house.visitor().log_in(email).status_code == 422
    assert "Disabled: cannot log in" in admin.get(path).text
    assert admin.post(f"{path}/enable", path).location == path
    assert not visitor.is_in(), "the old session stays dead"
    assert either_house.visitor().log_in(email).status_code == 303


def test_a_disabled_persons_saves_are_refused_at_once(kept_house: House) -> None:
    ada, admin = small_bank.candidate(kept_house.store, _email("ada")), _admin(kept_house)
    public_id = small_bank.begin(kept_house.store, ada, "warm-up")
    visitor = kept_house.seated(ada)
    headers = {"X-CSRFToken": visitor.token(f"/attempts/{public_id}/questions/1")}
    save = {"position": 1, "kind": "flag", "client": "tab", "seq": 1, "based_on": 0, "value": ["1"]}
    admin.post(f"/accounts/people/{ada}/disable", f"/accounts/people/{ada}")
    reply = visitor.client.post(f"/attempts/{public_id}/responses", json=save, headers=headers)
    assert reply.status_code in (401, 404)
    assert attempts.standing(kept_house.store, ada, public_id, kept_house.clock()).attempt.open
    with kept_house.store.read() as conn:
        assert response_rows.log_of(conn, _attempt(kept_house, public_id)) == ()


def test_a_reset_link_lets_a_person_in_without_any_mail(house: House) -> None:
    ada, admin = house.person("ada@example.org"), house.seated(house.person("root@example.org", "admin"))
    path = f"/accounts/people/{ada}"
    page = admin.post(f"{path}/reset-link", path)
    (link,) = re.findall(r"<textarea[^>]*>([^<]+)</textarea>", page.text)
    assert not house.mails.exists()
    assert link not in admin.get(path).text, "it is shown once"
    assert link.startswith("http://127.0.0.1:8000/accounts/reset/")
    visitor, at = house.visitor(), urlsplit(link).path
    reply = visitor.post(at, password=OTHER_PASSWORD, password_confirm=OTHER_PASSWORD)
    assert urlsplit(reply.location).path == "/accounts/login"
    assert house.visitor().log_in("ada@example.org", OTHER_PASSWORD).status_code == 303
    assert house.visitor().get(at).status_code == 303, "it works once"


def test_no_reset_link_is_made_for_who_is_disabled(kept_house: House) -> None:
    ada, admin = small_bank.candidate(kept_house.store, _email("ada")), _admin(kept_house)
    path = f"/accounts/people/{ada}"
    accounts.disable(kept_house.store, ada)
    reply = admin.post(f"{path}/reset-link", path)
    assert reply.location == path
    assert "This account is disabled. Enable it first." in admin.get(path).text


# The last admin


def test_the_last_admin_stays_until_there_is_another(house: House) -> None:
    root = house.person("root@example.org", "admin")
    admin, path = house.seated(root), f"/accounts/people/{root}"
    assert "This is the last admin" in admin.get(path).text
    form = admin.token("/accounts/delete")
    for at, fields in (
        (f"{path}/role", {"role": "candidate"}),
        (f"{path}/disable", {}),
        ("/accounts/delete", {"password": PASSWORD}),
    ):
        reply = admin.client.post(at, data={"csrf_token": form, **fields})
        assert reply.status_code == 422, at
        assert "This is the last admin." in reply.text
    assert (_of(house, root)["role"], _of(house, root)["active"]) == ("admin", True)
    assert admin.is_in()
    other = house.person("boss@example.org", "admin")
    assert "This is the last admin" not in admin.get(path).text
    assert _delete(admin) == (303, "/")
    assert _of(house, other)["role"] == "admin"


def test_a_disabled_admin_does_not_count_as_one_who_is_left(house: House) -> None:
    root, other = house.person("root@example.org", "admin"), house.person("boss@example.org", "admin")
    accounts.disable(house.store, other)
    with pytest.raises(Refused, match="last_admin"):
        accounts.set_role(house.store, root, "author")


def test_two_admins_who_end_each_other_at_once_leave_one(store: Store) -> None:
    now = small_bank.NOW
    pair = [
        accounts.create_account(store, f"{name}@example.org", PASSWORD, "admin", now) for name in ("a1", "b1")
    ]
    refused: list[str] = []

    def fall(account_id: int) -> None:
        try:
            accounts.disable(store, account_id)
        except Refused as refusal:
            refused.append(refusal.code)

    _at_once([lambda one=one: fall(one) for one in pair])
    assert refused == ["last_admin"]
    with store.read() as conn:
        assert len(conn.execute(select(account.c.id).where(account.c.active)).all()) == 1
