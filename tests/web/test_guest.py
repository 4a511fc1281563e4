"""The accounts library behind its wall: sessions, redirects, links, limits, and what it costs elsewhere."""

import random
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import request
from sqlalchemy import Connection, delete, select, update

from quizapp.services import accounts
from quizapp.services.errors import Refused
from quizapp.services.passwords import normalise_email
from quizapp.store.accounts import add_account
from quizapp.store.tables import account, ended_session
from quizapp.web.guest import GUEST
from quizapp.web.identity import DEVICE
from quizapp.web.redirects import sign_target, target_url
from tests.payloads import LOOK_ALIKES, REDIRECTS, generated_redirects
from tests.web.visitors import (
    OTHER_PASSWORD,
    PASSWORD,
    House,
    Visitor,
    counted_statements,
    open_house,
)

COPIES = 10
"""N04: copied cookies for each event."""
REDIRECTS_MADE = 500
"""N10: addresses made by chance beside the listed ones."""
NAME_PAIRS = 1000
"""N12: pairs of an address and a look-alike."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path)


# Registering and logging in


def test_a_new_person_registers_is_logged_in_and_gets_a_mail(house: House) -> None:
    visitor = house.visitor()
    reply = visitor.register("Ada@Example.org")
    assert (reply.status_code, reply.location) == (303, "/attempts/")
    assert visitor.is_in()
    assert "ada@example.org" in visitor.get("/accounts/").text
    assert "To: ada@example.org" in house.mails.read_text()
    assert house.mails.stat().st_mode & 0o777 == 0o600


def test_a_taken_address_gets_a_mail_and_the_same_words_for_anybody(house: House) -> None:
    house.person("ada@example.org")
    visitor = house.visitor()
    reply = visitor.register("ada@example.org", OTHER_PASSWORD)
    assert reply.status_code == 303
    assert urlsplit(reply.location).path == "/accounts/login"
    page = visitor.get("/accounts/login").text
    assert "may have an account already" in page
    assert not visitor.is_in()
    assert house.visitor().log_in("ada@example.org", OTHER_PASSWORD).status_code == 422
    assert "/accounts/reset/" in house.mails.read_text()


def test_two_people_who_take_one_address_at_once_get_one_account(house: House) -> None:
    visitors = [house.visitor() for _ in range(4)]
    tokens = [one.token("/accounts/register") for one in visitors]
    replies: list[int] = []

    def register(visitor: Visitor, token: str) -> None:
        fields = dict.fromkeys(("password", "password_confirm"), PASSWORD)
        form = {"csrf_token": token, "email": "ada@example.org", **fields}
        replies.append(visitor.client.post("/accounts/register", data=form).status_code)

    threads = [threading.Thread(target=register, args=pair) for pair in zip(visitors, tokens, strict=True)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with house.store.read() as conn:
        rows = conn.execute(select(account.c.id)).all()
    assert len(rows) == 1
    assert replies == [303] * 4
    assert sum(one.is_in() for one in visitors) == 1


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short pw", "at least 10 characters"),
        ("w" * 64 + "xyzab" * 13, "at most 128 characters"),
        ("Password123!", "first passwords anyone would try"),
        ("P4ssw0rd!!99", "first passwords anyone would try"),
        ("1234567890", "first passwords anyone would try"),
        ("qwertyuiop", "first passwords anyone would try"),
        ("adalovelace is great", "Leave your e-mail address out"),
    ],
)
def test_a_weak_password_is_refused_and_the_address_is_kept(house: House, password: str, told: str) -> None:
    reply = house.visitor().register("adalovelace@example.org", password)
    assert reply.status_code == 422
    assert told in reply.text
    assert 'value="adalovelace@example.org"' in reply.text
    assert password not in reply.text


@pytest.mark.parametrize(
    "password", ["ox key mud ", "x" * 5 + "three words and a few more" * 4, "пароль из слов ё"]
)
def test_a_password_of_ten_to_128_characters_in_any_script_is_taken_whole(
    house: House, password: str
) -> None:
    house.visitor().register("ada@example.org", password)
    assert house.visitor().log_in("ada@example.org", password).status_code == 303
    assert house.visitor().log_in("ada@example.org", password[:-1]).status_code == 422


def test_a_wrong_password_and_an_unknown_address_read_the_same(house: House) -> None:
    house.person("ada@example.org")
    pages = [
        house.visitor().log_in(email, "not the password").text
        for email in ("ada@example.org", "bob@example.org")
    ]
    told = [re.sub(r'value="[^"]*"|nonce="[^"]*"', "", page) for page in pages]
    assert told[0] == told[1]
    assert "No account that can log in" in told[0]


def test_logging_out_takes_a_post(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    assert visitor.get("/accounts/logout").status_code == 405
    assert visitor.is_in()
    assert visitor.log_out().status_code == 303
    assert not visitor.is_in()


def test_no_remember_cookie_is_made_even_where_one_is_asked_for(house: House) -> None:
    house.person("ada@example.org")
    visitor = house.visitor()
    visitor.log_in("ada@example.org", remember="y")
    assert [cookie.key for cookie in visitor.client._cookies.values()] == ["quizapp"]


def test_the_library_takes_no_json_and_no_tokens(house: House) -> None:
    house.person("ada@example.org")
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    body = {"email": "ada@example.org", "password": PASSWORD}
    reply = visitor.client.post(
        "/accounts/login?include_auth_token", json=body, headers={"X-CSRFToken": token}
    )
    assert reply.status_code == 415
    with house.app.test_request_context(), house.app.app_context():
        user = house.app.extensions["security"].datastore.find_user(email="ada@example.org")
        auth = str(user.get_auth_token())
    held = house.visitor().get(f"/accounts/change?auth_token={auth}", **{"Authentication-Token": auth})
    assert held.status_code == 302


def test_a_registration_sets_no_column_but_its_own(house: House) -> None:
    visitor = house.visitor()
    visitor.register("ada@example.org", role="admin", id="77", active="", created_at="0", fs_uniquifier="x")
    with house.store.read() as conn:
        row = conn.execute(select(account)).one()
    assert (row.role, row.active, row.created_at) == ("candidate", True, house.clock())
    assert row.id != 77
    assert row.fs_uniquifier != "x"


# N04: fixation, and copied cookies after each event that must end them


def end_by_log_out(house: House, devices: list[Visitor], account_id: int) -> None:
    for device in devices:
        device.log_out()


def end_by_password_change(house: House, devices: list[Visitor], account_id: int) -> None:
    fields = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    assert devices[0].post("/accounts/change", **fields).status_code == 303
    assert devices[0].is_in(), "who changed the password stays logged in"


def end_by_password_reset(house: House, devices: list[Visitor], account_id: int) -> None:
    visitor = house.visitor()
    visitor.post("/accounts/reset", email="ada@example.org")
    link = urlsplit(house.links()[-1]).path
    reply = visitor.post(link, password=OTHER_PASSWORD, password_confirm=OTHER_PASSWORD)
    assert reply.status_code == 303


def end_by_role_change(house: House, devices: list[Visitor], account_id: int) -> None:
    accounts.set_role(house.store, account_id, "author")


def end_by_disabling(house: House, devices: list[Visitor], account_id: int) -> None:
    accounts.disable(house.store, account_id)


EVENTS = (end_by_log_out, end_by_password_change, end_by_password_reset, end_by_role_change, end_by_disabling)


def accepted_copies(copies: list[Visitor]) -> int:
    return sum(copy.is_in() for copy in copies)


def logged_in_devices(house: House) -> tuple[int, list[Visitor], list[Visitor]]:
    account_id = house.person("ada@example.org")
    devices = [house.visitor() for _ in range(COPIES)]
    for device in devices:
        device.log_in("ada@example.org")
    return account_id, devices, [device.copy() for device in devices]


@pytest.mark.parametrize("event", EVENTS)
def test_n04_a_copied_cookie_dies_with_its_session(house: House, event: Callable[..., None]) -> None:
    account_id, devices, copies = logged_in_devices(house)
    assert accepted_copies(copies) == COPIES
    event(house, devices, account_id)
    assert accepted_copies(copies) == 0


@pytest.mark.parametrize("event", EVENTS)
def test_n04_control_with_the_guard_undone_the_copies_are_accepted(
    house: House, event: Callable[..., None]
) -> None:
    account_id, devices, copies = logged_in_devices(house)
    with house.store.read() as conn:
        before = conn.execute(select(account.c.fs_uniquifier).where(account.c.id == account_id)).scalar_one()
    event(house, devices, account_id)

    def undo(conn: Connection) -> None:
        conn.execute(delete(ended_session))
        conn.execute(update(account).values(fs_uniquifier=before, active=True))

    house.store.write(undo)
    assert accepted_copies(copies) == COPIES


def test_logging_out_on_one_device_leaves_the_others_alone(house: House) -> None:
    house.person("ada@example.org")
    here, there = house.visitor(), house.visitor()
    here.log_in("ada@example.org")
    there.log_in("ada@example.org")
    here.log_out()
    assert not here.is_in()
    assert there.is_in()


def test_a_session_without_a_device_id_is_refused(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    with visitor.client.session_transaction() as held:
        del held[DEVICE]
    assert not visitor.is_in()


def test_logging_in_takes_nothing_over_from_the_session_before(house: House) -> None:
    house.person("ada@example.org")
    visitor = house.visitor()
    planted = visitor.token("/accounts/login")
    with visitor.client.session_transaction() as held:
        held[DEVICE] = "planted"
        before = held["csrf_token"]
    copy = visitor.copy()
    form = {"csrf_token": planted, "email": "ada@example.org", "password": PASSWORD}
    visitor.client.post("/accounts/login", data=form)
    with visitor.client.session_transaction() as held:
        assert held[DEVICE] != "planted"
        assert held.get("csrf_token") != before
    assert visitor.is_in()
    assert not copy.is_in()


# N07: a CSRF token lives as long as its session


def saves_after(house: House, visitor: Visitor, later: timedelta, monkeypatch: pytest.MonkeyPatch) -> int:
    """Open a form, let time pass on every clock, send it; the status of the reply."""
    token = visitor.token("/accounts/change")
    present = time.time
    monkeypatch.setattr(time, "time", lambda: present() + later.total_seconds())
    house.clock.move(later)
    fields = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    return visitor.client.post("/accounts/change", data={"csrf_token": token, **fields}).status_code


def test_n07_a_page_open_for_four_hours_still_sends_its_form(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = house.signed_in("ada@example.org")
    assert saves_after(house, visitor, timedelta(hours=3, minutes=59), monkeypatch) == 303


def test_n07_control_with_a_life_of_its_own_the_token_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    visitor = house.signed_in("ada@example.org")
    assert saves_after(house, visitor, timedelta(hours=3, minutes=59), monkeypatch) == 400


def test_a_form_sent_after_logging_out_elsewhere_in_the_browser_says_signed_out(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    token = visitor.token("/accounts/change")
    visitor.log_out()
    assert visitor.client.post("/accounts/change", data={"csrf_token": token}).status_code == 401


# N10: where a log-in leads


def landing(house: House, payload: str, place: str) -> str:
    """Where a log-in with this `next` leads, in the query or in the form."""
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    form = {"csrf_token": token, "email": "ada@example.org", "password": PASSWORD}
    path = f"/accounts/login?next={quote(payload)}" if place == "query" else "/accounts/login"
    if place == "form":
        form["next"] = payload
    reply = visitor.client.post(path, data=form)
    assert reply.status_code == 303
    return reply.location


@pytest.mark.parametrize("place", ["query", "form"])
@pytest.mark.parametrize("payload", REDIRECTS)
def test_n10_a_target_that_we_did_not_sign_is_dropped(house: House, payload: str, place: str) -> None:
    house.person("ada@example.org")
    assert landing(house, payload, place) == "/attempts/"


def test_n10_made_up_targets_are_none(house: House) -> None:
    made = generated_redirects(REDIRECTS_MADE, seed=10)
    assert len(set(made)) > REDIRECTS_MADE // 2
    with house.app.test_request_context():
        assert {target_url(payload) for payload in (*made, *REDIRECTS)} == {None}


def test_n10_the_librarys_views_never_see_a_target_that_we_did_not_sign(house: House) -> None:
    visitor = house.visitor()
    token = visitor.token("/accounts/register")
    seen: list[tuple[object, object]] = []
    view = house.app.view_functions["security.register"]

    def looking(**values: object) -> object:
        seen.append((request.args.get("next"), request.form.get("next")))
        return view(**values)

    house.app.view_functions["security.register"] = looking
    for payload in REDIRECTS:
        path = f"/accounts/register?next={quote(payload)}"
        assert "evil" not in visitor.get(path).text
        visitor.client.post(path, data={"csrf_token": token, "next": payload})
    assert seen == [(None, None)] * (2 * len(REDIRECTS))


def test_n10_control_the_library_alone_follows_an_address(house: House) -> None:
    house.person("ada@example.org")
    hooks = house.app.before_request_funcs[GUEST]
    hooks[:] = [hook for hook in hooks if hook.__name__ != "_only_forms_and_signed_targets"]
    house.app.after_request_funcs[GUEST].clear()
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    form = {"csrf_token": token, "email": "ada@example.org", "password": PASSWORD, "next": "/elsewhere"}
    assert visitor.client.post("/accounts/login", data=form).location == "/elsewhere"


def test_a_signed_target_survives_a_failed_log_in_and_is_followed(house: House) -> None:
    house.person("ada@example.org")
    visitor = house.visitor()
    login = visitor.get("/accounts/delete").location
    assert urlsplit(login).path == "/accounts/login"
    token = visitor.token(login)
    form = {"csrf_token": token, "email": "ada@example.org", "password": "not the password"}
    page = visitor.client.post(login, data=form).text
    hidden = re.search(r'name="next" value="([^"]+)"', page)
    assert hidden
    assert visitor.log_in("ada@example.org", next=hidden[1]).location == "/accounts/delete"


def test_a_target_with_its_signature_broken_or_of_no_route_is_dropped(house: House) -> None:
    house.person("ada@example.org")
    with house.app.test_request_context():
        good = sign_target("accounts.delete", {})
        gone = sign_target("accounts.nowhere", {})
    assert landing(house, good, "form") == "/accounts/delete"
    assert landing(house, gone, "form") == "/attempts/"
    broken = good[:-1] + ("A" if good[-1] != "A" else "B")
    assert landing(house, "x" + broken, "form") == "/attempts/"


# N11 and N12: links in mails


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
        {"X-Forwarded-Prefix": "/evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "localhost:9999"},
    ],
)
def test_n11_links_in_mails_lead_to_the_public_address(tmp_path: Path, forged: dict[str, str]) -> None:
    house = open_house(tmp_path, "http://localhost:4321")
    house.person("ada@example.org")
    visitor = house.visitor()
    for path, fields in (
        ("/accounts/reset", {"email": "ada@example.org"}),
        (
            "/accounts/register",
            {"email": "ada@example.org", "password": PASSWORD, "password_confirm": PASSWORD},
        ),
        (
            "/accounts/register",
            {"email": "bob@example.org", "password": PASSWORD, "password_confirm": PASSWORD},
        ),
    ):
        base = f"http://{forged.get('Host', 'localhost:4321')}"
        page = visitor.client.get(path, base_url=base)
        token = re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', page.text)
        assert token
        rest = {name: value for name, value in forged.items() if name != "Host"}
        visitor.client.post(path, base_url=base, data={**fields, "csrf_token": token[1]}, headers=rest)
    links = house.links()
    assert len(links) >= 5
    assert {f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links} == {
        "http://localhost:4321"
    }
    assert "evil" not in house.mails.read_text()


def test_n11_control_the_librarys_own_link_follows_the_host(house: House) -> None:
    from_library = "localhost:9999"
    with house.app.test_request_context("/accounts/reset", base_url=f"http://{from_library}"):
        security = house.app.extensions["security"]
        made = house.app.url_for("security.reset_password", token="t", _external=True)
        ours = house.app.jinja_env.globals["public_url"]("security.reset_password", token="t")
    assert security.recoverable
    assert urlsplit(made).netloc == from_library
    assert urlsplit(ours).netloc == "127.0.0.1:8000"


def test_n11_a_host_that_is_not_ours_is_refused(house: House) -> None:
    assert house.visitor().client.get("/accounts/reset", base_url="http://evil.example").status_code == 400


def recovered(house: House, email: str = "ada@example.org") -> str:
    """The path of the newest reset link, asked for with this address."""
    house.visitor().post("/accounts/reset", email=email)
    return urlsplit(house.links()[-1]).path


def test_n12_a_link_works_once(house: House) -> None:
    house.person("ada@example.org")
    link = recovered(house)
    first, second = house.visitor(), house.visitor()
    token = second.token(link)
    fields = {"password": OTHER_PASSWORD, "password_confirm": OTHER_PASSWORD}
    assert urlsplit(first.post(link, **fields).location).path == "/accounts/login"
    assert house.visitor().log_in("ada@example.org", OTHER_PASSWORD).status_code == 303
    again = {
        "csrf_token": token,
        "password": "yet another few words",
        "password_confirm": "yet another few words",
    }
    assert urlsplit(second.client.post(link, data=again).location).path == "/accounts/reset"
    assert house.visitor().log_in("ada@example.org", OTHER_PASSWORD).status_code == 303
    assert "That link has been used" in second.get("/accounts/reset").text


@pytest.mark.parametrize(("age", "works"), [(599, True), (600, True), (601, False)])
def test_n12_a_link_lives_ten_minutes(house: House, age: int, works: bool) -> None:
    house.person("ada@example.org")
    link = recovered(house)
    house.clock.move(timedelta(seconds=age))
    assert (house.visitor().get(link).status_code == 200) is works


def test_n12_a_link_changes_its_own_account_only(house: House) -> None:
    house.person("ada@example.org")
    house.person("bob@example.org")
    link = recovered(house)
    fields = {"password": OTHER_PASSWORD, "password_confirm": OTHER_PASSWORD, "email": "bob@example.org"}
    house.visitor().post(link, **fields)
    assert house.visitor().log_in("bob@example.org", OTHER_PASSWORD).status_code == 422
    assert house.visitor().log_in("bob@example.org", PASSWORD).status_code == 303


def test_n12_a_link_dies_when_the_account_is_disabled(house: House) -> None:
    account_id = house.person("ada@example.org")
    link = recovered(house)
    accounts.disable(house.store, account_id)
    assert house.visitor().get(link).status_code == 302
    sent = len(house.links())
    house.visitor().post("/accounts/reset", email="ada@example.org")
    assert len(house.links()) == sent, "a disabled account gets no link"


def take_overs(register: Callable[[str], bool], pairs: int) -> int:
    """How often a look-alike of a taken address became an account of its own, of `pairs` tries."""
    chance = random.Random(12)
    taken = 0
    for number in range(pairs):
        email = f"kaisa.{number}@koskinen.example"
        disguise = LOOK_ALIKES[number % len(LOOK_ALIKES)]
        other = disguise(email) if chance.random() < 0.8 else disguise(chance.choice(LOOK_ALIKES)(email))
        assert register(email)
        taken += register(other)
    return taken


def test_n12_no_look_alike_of_an_address_becomes_an_account(house: House) -> None:
    unused = "no password"

    def register(email: str) -> bool:
        try:
            address = normalise_email(email)
        except Refused:
            return False
        now = house.clock()
        return (
            house.store.write(lambda conn: add_account(conn, address, unused, "candidate", now)) is not None
        )

    assert take_overs(register, NAME_PAIRS) == 0


def test_n12_control_kept_as_typed_the_look_alikes_become_accounts(house: House) -> None:
    kept: set[str] = set()

    def register(email: str) -> bool:
        if email in kept:
            return False
        kept.add(email)
        return True

    assert take_overs(register, NAME_PAIRS) > NAME_PAIRS // 2


@pytest.mark.parametrize("disguise", LOOK_ALIKES)
def test_n12_a_look_alike_never_moves_a_link_to_another_mailbox(
    house: House, disguise: Callable[[str], str]
) -> None:
    house.person("kaisa@koskinen.example")
    house.visitor().post("/accounts/reset", email=disguise("kaisa@koskinen.example"))
    mails = house.mails.read_text() if house.mails.exists() else ""
    assert set(re.findall(r"^To: (.*)$", mails, re.MULTILINE)) <= {"kaisa@koskinen.example"}


def test_recovering_says_the_same_for_known_unknown_and_malformed_addresses(house: House) -> None:
    house.person("ada@example.org")
    pages = []
    for email in ("ada@example.org", "bob@example.org", "not an address"):
        visitor = house.visitor()
        assert visitor.post("/accounts/reset", email=email).status_code == 303
        pages.append(re.sub(r'value="[^"]*"|nonce="[^"]*"', "", visitor.get("/accounts/reset").text))
    assert pages[0] == pages[1] == pages[2]
    assert "a link is on its way" in pages[0]


# Limits


def failures_until_shut(
    house: House, emails: list[str], where: str = "10.0.0.1", most: int = 320
) -> int | None:
    """How many wrong passwords are evaluated before 429; None where none of `most` is."""
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    for number in range(most):
        form = {"csrf_token": token, "email": emails[number % len(emails)], "password": "x" * 129}
        reply = visitor.client.post("/accounts/login", data=form, environ_overrides={"REMOTE_ADDR": where})
        if reply.status_code == 429:
            return number
    return None


def test_ten_wrong_passwords_for_one_account_shut_the_form_for_it_from_there(house: House) -> None:
    house.person("ada@example.org")
    live = house.visitor()
    live.log_in("ada@example.org")
    assert failures_until_shut(house, ["ada@example.org", "ADA@example.org "]) == 10
    assert live.is_in(), "a live session goes on"
    assert house.visitor().log_in("ada@example.org").status_code == 303, "from elsewhere the person gets in"


def test_one_address_gets_three_hundred_failures_an_hour_over_all_accounts(house: House) -> None:
    emails = [f"person{number}@example.org" for number in range(100)]
    assert failures_until_shut(house, emails) == 300


def test_one_account_gets_a_hundred_failures_an_hour_from_everywhere(house: House) -> None:
    evaluated = [
        failures_until_shut(house, ["ada@example.org"], f"10.0.1.{number}", 12) for number in range(12)
    ]
    assert evaluated == [10] * 10 + [0] * 2


def test_a_classroom_of_two_hundred_behind_one_address_logs_in(house: House) -> None:
    house.person("ada@example.org")
    for _ in range(200):
        assert house.visitor().log_in("ada@example.org").status_code == 303


def test_recovering_stops_at_five_mails_in_a_quarter_of_an_hour(house: House) -> None:
    house.person("ada@example.org")
    codes = [house.visitor().post("/accounts/reset", email="ada@example.org").status_code for _ in range(7)]
    assert codes == [303] * 5 + [429] * 2
    assert house.mails.read_text().count("Subject:") == 5


# What it costs elsewhere


def test_a_plain_page_makes_one_identity_select_and_the_library_none(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    manager = house.app.extensions["security"].login_manager
    load = manager._user_callback

    def watched(uniquifier: str) -> object:
        assert request.blueprint == GUEST
        return load(uniquifier)

    manager._user_callback = watched
    with counted_statements() as plain:
        assert visitor.get("/about").status_code == 200
    assert len(plain) == 1
    assert "ended_session" in plain[0]
    with counted_statements() as own:
        assert visitor.get("/accounts/").status_code == 200
    assert len(own) == 1
    with counted_statements() as guests:
        assert visitor.get("/accounts/change").status_code == 200
    assert len(guests) == 2


def test_control_with_the_hooks_back_on_the_application_the_library_loads_on_every_page(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    hook = house.app.extensions["security"].principal._on_before_request
    house.app.before_request_funcs[None].append(hook)
    with counted_statements() as plain:
        visitor.get("/about")
    assert len(plain) == 2


def test_a_stranger_a_static_file_and_a_missing_page_cost_no_statement(house: House) -> None:
    visitor = house.visitor()
    asset = house.app.jinja_env.globals["asset"]
    with counted_statements() as none:
        visitor.get("/about")
        visitor.get("/no/such/page")
        visitor.get(asset("css/site.css"))
    assert none == []


def test_hashing_a_password_holds_no_write_lock(house: House) -> None:
    """While the library hashes, others write: its engine begins only before a write."""
    house.person("ada@example.org")
    with house.app.app_context():
        security = house.app.extensions["security"]
        user = security.datastore.find_user(email="ada@example.org")
        user.password = "changed, and not yet written"
        done = threading.Event()
        threading.Thread(
            target=lambda: (house.store.write(lambda conn: conn.execute(delete(ended_session))), done.set())
        ).start()
        assert done.wait(4)
        security.datastore.db.session.rollback()
