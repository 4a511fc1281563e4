"""The accounts library behind its wall: sessions, redirects, links, limits, and what it costs elsewhere."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import request
from playwright.sync_api import Browser
from sqlalchemy import Connection, delete, select, update

from quizapp.services import accounts, passwords
from quizapp.services.errors import Refused
from quizapp.services.passwords import normalise_email
from quizapp.store.accounts import add_account, uniquifier
from quizapp.store.tables import account, ended_session
from quizapp.web import guest
from quizapp.web.guest import GUEST
from quizapp.web.identity import DEVICE
from quizapp.web.lane import Lane
from quizapp.web.redirects import sign_target
from tests import small_bank
from tests.conftest import SHIPPED_COST
from tests.payloads import LOOK_ALIKES, REDIRECTS, generated_redirects
from tests.web import lanes
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
PUBLIC = "http://localhost:4321"
NAME_PAIRS = 1000
"""N12: pairs of an address and a look-alike."""


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
    visitor = house.logged_in("ada@example.org")
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
    assert held.status_code == 303


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


def logged_in_devices(house: House, number: int) -> tuple[int, list[Visitor], list[Visitor]]:
    account_id = house.person("ada@example.org")
    devices = [house.visitor(), *(house.seated(account_id) for _ in range(number - 1))]
    devices[0].log_in("ada@example.org")
    return account_id, devices, [device.copy() for device in devices]


@pytest.mark.parametrize("event", EVENTS)
def test_n04_a_copied_cookie_dies_with_its_session(house: House, event: Callable[..., None]) -> None:
    account_id, devices, copies = logged_in_devices(house, COPIES)
    assert accepted_copies(copies) == COPIES
    event(house, devices, account_id)
    assert accepted_copies(copies) == 0


@pytest.mark.parametrize("event", EVENTS)
def test_n04_control_with_the_guard_undone_the_copies_are_accepted(
    house: House, event: Callable[..., None]
) -> None:
    account_id, devices, copies = logged_in_devices(house, 2)
    with house.store.read() as conn:
        before = conn.execute(select(account.c.fs_uniquifier).where(account.c.id == account_id)).scalar_one()
    event(house, devices, account_id)

    def undo(conn: Connection) -> None:
        conn.execute(delete(ended_session))
        conn.execute(update(account).values(fs_uniquifier=before, active=True))

    house.store.write(undo)
    assert accepted_copies(copies) == 2


def test_logging_out_on_one_device_leaves_the_others_alone(house: House) -> None:
    house.person("ada@example.org")
    here, there = house.visitor(), house.visitor()
    here.log_in("ada@example.org")
    there.log_in("ada@example.org")
    here.log_out()
    assert not here.is_in()
    assert there.is_in()


def test_a_session_without_a_device_id_is_refused(house: House) -> None:
    visitor = house.logged_in("ada@example.org")
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


def replies_after(house: House, later: timedelta, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Open the page of an untimed attempt, let time pass on every clock, then save and submit."""
    small_bank.stock(house.store)
    account_id = house.person("ada@example.org")
    visitor = house.seated(account_id)
    public_id = small_bank.begin(house.store, account_id, "warm-up")
    page = f"/attempts/{public_id}/questions/1"
    token = visitor.token(page)
    present = time.time
    monkeypatch.setattr(time, "time", lambda: present() + later.total_seconds())
    house.clock.move(later)
    value = ["2.5" if small_bank.booklet(house.store, public_id)[0].slug == "one-number" else "right"]
    save = {"position": 1, "kind": "answer", "client": "tab", "seq": 1, "based_on": 0, "value": value}
    send, headers = visitor.client.post, {"X-CSRFToken": token}
    form = {"csrf_token": token, "client": "plain", "seq": "1", "go": "review"}
    return [
        send(f"/attempts/{public_id}/responses", json=save, headers=headers).status_code,
        send(page, data=form).status_code,
        send(f"/attempts/{public_id}/hand-in", data={"csrf_token": token}).status_code,
    ]


NEARLY_FOUR_HOURS = timedelta(hours=3, minutes=59)


@pytest.mark.every_case
def test_n07_a_page_open_for_four_hours_still_saves_and_submits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert replies_after(house, NEARLY_FOUR_HOURS, monkeypatch) == [200, 303, 303]


def test_n07_control_with_a_life_of_its_own_the_token_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert replies_after(house, NEARLY_FOUR_HOURS, monkeypatch) == [400, 400, 400]


def test_a_page_open_elsewhere_in_the_browser_still_sends_its_form_after_a_change_of_password(
    house: House,
) -> None:
    visitor = house.logged_in("ada@example.org")
    token = visitor.token("/accounts/delete")
    fields = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    assert visitor.post("/accounts/change", **fields).status_code == 303
    form = {"csrf_token": token, "password": "not the password"}
    assert visitor.client.post("/accounts/delete", data=form).status_code == 422


def test_a_form_sent_after_logging_out_elsewhere_in_the_browser_says_signed_out(house: House) -> None:
    visitor = house.logged_in("ada@example.org")
    token = visitor.token("/accounts/change")
    visitor.log_out()
    assert visitor.client.post("/accounts/change", data={"csrf_token": token}).status_code == 401


def test_who_sends_a_form_after_the_log_in_lapsed_gets_back_to_its_page(house: House) -> None:
    visitor = house.logged_in("ada@example.org")
    token = visitor.token("/accounts/change")
    visitor.log_out()
    refused = visitor.client.post("/accounts/change", data={"csrf_token": token}).text
    way_on = re.search(r'href="(/accounts/login\?next=[^"]+)"', refused)
    assert way_on
    form = {"csrf_token": visitor.token("/accounts/login"), "email": "ada@example.org", "password": PASSWORD}
    assert visitor.client.post(way_on[1], data=form).location == "/accounts/change"


# N10: where a log-in leads


def landing(house: House, payload: str, place: str = "form") -> str:
    """Where a log-in with this `next` leads, in the query or in the form."""
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    form = {"csrf_token": token, "email": "ada@example.org", "password": PASSWORD}
    path = f"/accounts/login?next={quote(payload)}" if place == "query" else "/accounts/login"
    if place == "form":
        form["next"] = payload
    reply = visitor.client.post(path, data=form)
    assert reply.status_code in (302, 303)
    return reply.location


def followed(house: House, payloads: Iterable[str]) -> int:
    """How many of these targets a log-in keeps, whatever it makes of them."""
    with house.app.test_request_context():
        return sum(guest.target_url(payload) is not None for payload in payloads)


def published_check(target: str | None) -> str | None:
    """A check that is on the web in many copies: the target stays on this host, as urljoin reads it."""
    joined = urlsplit(urljoin("http://localhost/", target or ""))
    return target if joined.scheme in ("http", "https") and joined.netloc == "localhost" else None


@pytest.mark.parametrize("place", ["query", "form"])
def test_n10_a_target_that_we_did_not_sign_is_dropped(house: House, place: str) -> None:
    house.person("ada@example.org")
    assert {landing(house, payload, place) for payload in REDIRECTS} == {"/attempts/"}


def test_n10_no_made_up_target_is_kept(house: House) -> None:
    made = generated_redirects(REDIRECTS_MADE, seed=10)
    assert len(set(made)) > REDIRECTS_MADE // 2
    assert followed(house, (*made, *REDIRECTS)) == 0


def test_n10_control_with_a_published_check_addresses_lead_off_the_site(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.person("ada@example.org")
    monkeypatch.setattr(guest, "target_url", published_check)
    assert followed(house, REDIRECTS) >= 6
    assert followed(house, generated_redirects(REDIRECTS_MADE, seed=10)) > 0
    assert landing(house, "/\\evil.example") != "/attempts/"


@pytest.mark.browser
def test_n10_a_browser_finds_no_landing_on_another_origin_and_the_control_finds_some(
    house: House, in_browser: Callable[[Callable[[Browser], Any]], Any]
) -> None:
    payloads = (*generated_redirects(REDIRECTS_MADE, seed=10), *REDIRECTS)
    with house.app.test_request_context():
        landed = [guest.target_url(payload) or "/attempts/" for payload in payloads]
    believed = [target for payload in payloads if (target := published_check(payload)) is not None]
    script = """urls => urls.filter(one => {
        try { return new URL(one, "http://localhost/accounts/login").host !== "localhost" }
        catch { return false }
    })"""

    def off_origin(browser: Browser) -> list[list[str]]:
        page = browser.new_page()
        return [page.evaluate(script, urls) for urls in (landed, believed)]

    ours, published = in_browser(off_origin)
    assert ours == []
    assert len(published) >= 6


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
    assert landing(house, "/elsewhere") == "/elsewhere"


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
    assert landing(house, good) == "/accounts/delete"
    assert landing(house, gone) == "/attempts/"
    broken = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    assert landing(house, broken) == "/attempts/"


# N11 and N12: links in mails


FORGED = (
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
    {"X-Forwarded-Prefix": "/evil.example"},
    {"Host": "127.0.0.1"},
    {"Host": "localhost:9999"},
)


def test_n11_links_in_mails_lead_to_the_public_address(tmp_path: Path, empty_sqlite: Path) -> None:
    house, led = open_house(tmp_path, PUBLIC), []
    for forged in FORGED:
        house.renew(empty_sqlite)
        led.append(mailed(house, forged))
    house.close()
    assert led == [{PUBLIC}] * len(FORGED)


def mailed(house: House, forged: dict[str, str]) -> set[str]:
    """The sites that the links in every kind of mail lead to, when each is asked for with forged headers."""
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
    assert "evil" not in house.mails.read_text()
    return {f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links}


def test_n11_control_links_made_from_the_request_follow_its_host(tmp_path: Path) -> None:
    house = open_house(tmp_path, PUBLIC)
    house.app.jinja_env.globals["public_url"] = partial(house.app.url_for, _external=True)
    assert mailed(house, {"Host": "localhost:9999"}) == {"http://localhost:9999"}


def test_n11_a_host_that_is_not_ours_is_refused(house: House) -> None:
    assert house.visitor().client.get("/accounts/reset", base_url="http://evil.example").status_code == 400


def recovered(house: House, email: str = "ada@example.org") -> str:
    """The path of the newest reset link, asked for with this address."""
    house.visitor().post("/accounts/reset", email=email)
    return urlsplit(house.links()[-1]).path


def opens_with(house: House, visitor: Visitor, link: str, token: str, password: str) -> bool:
    """Whether a reset link, its page opened before, sets this password."""
    form = {"csrf_token": token, "password": password, "password_confirm": password}
    visitor.client.post(link, data=form)
    return house.visitor().log_in("ada@example.org", password).status_code == 303


def test_n12_a_link_works_once(house: House) -> None:
    house.person("ada@example.org")
    link = recovered(house)
    first, second = house.visitor(), house.visitor()
    tokens = first.token(link), second.token(link)
    assert opens_with(house, first, link, tokens[0], OTHER_PASSWORD)
    assert not opens_with(house, second, link, tokens[1], "yet another few words")
    assert "That link has been used" in second.get("/accounts/reset").text


def test_n12_control_bound_to_nothing_that_a_use_changes_a_link_works_twice(house: House) -> None:
    account_id = house.person("ada@example.org")
    with house.store.read() as conn:
        before = uniquifier(conn, account_id)
    link = recovered(house)
    first, second = house.visitor(), house.visitor()
    tokens = first.token(link), second.token(link)
    assert opens_with(house, first, link, tokens[0], OTHER_PASSWORD)
    house.store.write(lambda conn: conn.execute(update(account).values(fs_uniquifier=before)))
    assert opens_with(house, second, link, tokens[1], "yet another few words")


def opens_after(house: House, seconds: int) -> bool:
    """Whether a reset link of this age still opens."""
    house.person("ada@example.org")
    link = recovered(house)
    house.clock.move(timedelta(seconds=seconds))
    return house.visitor().get(link).status_code == 200


@pytest.mark.parametrize(("age", "works"), [(599, True), (600, True), (601, False)])
def test_n12_a_link_lives_ten_minutes(house: House, age: int, works: bool) -> None:
    assert opens_after(house, age) is works


def test_n12_control_with_the_librarys_own_five_days_an_old_link_opens(house: House) -> None:
    house.app.config["SECURITY_RESET_PASSWORD_WITHIN"] = timedelta(days=5)
    assert opens_after(house, 601)


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
    assert house.visitor().get(link).status_code == 303
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
        # Not on top of the last one: a sharp s in capitals is two letters, and plainly another address.
        other = disguise(email) if chance.random() < 0.8 else disguise(chance.choice(LOOK_ALIKES[:-1])(email))
        assert register(email)
        taken += register(other)
    return taken


def test_n12_no_look_alike_of_an_address_becomes_an_account(house: House) -> None:
    now = house.clock()

    def register(conn: Connection, email: str) -> bool:
        try:
            address = normalise_email(email)
        except Refused:
            return False
        return add_account(conn, address, "no password", "candidate", now) is not None

    assert house.store.write(lambda conn: take_overs(partial(register, conn), NAME_PAIRS)) == 0


def test_n12_control_kept_as_typed_the_look_alikes_become_accounts(house: House) -> None:
    kept: set[str] = set()

    def register(email: str) -> bool:
        if email in kept:
            return False
        kept.add(email)
        return True

    assert take_overs(register, NAME_PAIRS) > NAME_PAIRS // 2


def test_n12_a_look_alike_never_moves_a_link_to_another_mailbox(house: House) -> None:
    emails = [f"kaisa.{number}@koskinen.example" for number in range(len(LOOK_ALIKES))]
    for email in emails:
        small_bank.candidate(house.store, email)
    for email, disguise in zip(emails, LOOK_ALIKES, strict=True):
        house.visitor().post("/accounts/reset", email=disguise(email))
    mails = house.mails.read_text()
    told = re.findall(r"^To: (.*)$", mails, re.MULTILINE)
    assert set(told) <= set(emails)
    assert len(told) == len(set(told)) > 3, "what is the same address gets its mail"


def test_recovering_says_the_same_for_known_unknown_and_malformed_addresses(house: House) -> None:
    house.person("ada@example.org")
    pages = []
    for email in ("ada@example.org", "bob@example.org", "not an address"):
        visitor = house.visitor()
        assert visitor.post("/accounts/reset", email=email).status_code == 303
        pages.append(re.sub(r'value="[^"]*"|nonce="[^"]*"', "", visitor.get("/accounts/reset").text))
        assert "a link is on its way" not in visitor.get("/accounts/reset").text, "it is said once"
    assert pages[0] == pages[1] == pages[2]
    assert pages[0].count("a link is on its way") == 1


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


def test_one_address_gets_three_hundred_failures_an_hour_and_a_classroom_behind_it_any_log_ins(
    house: House,
) -> None:
    house.person("ada@example.org")
    emails = [f"person{number}@example.org" for number in range(100)]
    assert failures_until_shut(house, emails, "127.0.0.1", 295) is None
    assert [house.visitor().log_in("ada@example.org").status_code for _ in range(12)] == [303] * 12
    assert failures_until_shut(house, emails[50:], "127.0.0.1") == 5


def test_one_account_gets_a_hundred_failures_an_hour_from_everywhere(house: House) -> None:
    evaluated = [
        failures_until_shut(house, ["ada@example.org"], f"10.0.1.{number}", 12) for number in range(12)
    ]
    assert evaluated == [10] * 10 + [0] * 2


def test_recovering_stops_at_five_mails_in_a_quarter_of_an_hour(house: House) -> None:
    house.person("ada@example.org")
    codes = [house.visitor().post("/accounts/reset", email="ada@example.org").status_code for _ in range(7)]
    assert codes == [303] * 5 + [429] * 2
    assert house.mails.read_text().count("Subject:") == 5


# What it costs elsewhere


def statements(visitor: Visitor, path: str) -> list[str]:
    """What drawing a page asks of the database."""
    with counted_statements() as seen:
        visitor.get(path).close()
    return [one.split()[0] + " " + one.partition("FROM ")[2].split()[0] for one in seen if one != "BEGIN"]


def test_a_page_costs_one_select_for_who_asks_and_the_library_loads_nothing_beyond_its_own(
    house: House,
) -> None:
    visitor = house.logged_in("ada@example.org")
    manager = house.app.extensions["security"].login_manager
    load = manager._user_callback

    def watched(uniquifier: str) -> object:
        assert request.blueprint == GUEST
        return load(uniquifier)

    manager._user_callback = watched
    assert statements(visitor, "/accounts/") == ["SELECT account"]
    assert statements(visitor, "/no/such/page") == ["SELECT account"]
    assert statements(visitor, "/about") == ["SELECT account", *statements(house.visitor(), "/about")]
    assert statements(visitor, "/accounts/change") == ["SELECT account"] * 2


def test_control_with_the_hooks_back_on_the_application_the_library_loads_on_every_page(house: House) -> None:
    visitor = house.logged_in("ada@example.org")
    hook = house.app.extensions["security"].principal._on_before_request
    house.app.before_request_funcs[None].append(hook)
    assert statements(visitor, "/accounts/") == ["SELECT account"] * 2


def test_a_stranger_a_static_file_and_a_missing_page_cost_no_statement(house: House) -> None:
    visitor = house.visitor()
    for path in ("/accounts/login", "/accounts/", "/no/such/page", _asset(house, "css/site.css")):
        assert statements(visitor, path) == []
    assert statements(house.logged_in("ada@example.org"), _asset(house, "css/site.css")) == []


def _asset(house: House, name: str) -> str:
    address = house.app.jinja_env.filters["asset"](name)
    assert isinstance(address, str)
    return address


def kinds_of_a_save(house: House) -> list[str]:
    """The statements of one save, by their first words."""
    small_bank.stock(house.store)
    account_id = house.person("ada@example.org")
    visitor = house.seated(account_id)
    public_id = small_bank.begin(house.store, account_id)
    path = f"/attempts/{public_id}/questions/1"
    token = visitor.token(path)
    value = ["2.5" if small_bank.booklet(house.store, public_id)[0].slug == "one-number" else "right"]
    body = {"position": 1, "kind": "answer", "client": "tab", "seq": 1, "based_on": 0, "value": value}
    with counted_statements() as seen:
        headers = {"X-CSRFToken": token}
        reply = visitor.client.post(f"/attempts/{public_id}/responses", json=body, headers=headers)
    assert reply.status_code == 200
    return [word for one in seen if (word := one.split()[0]) in ("SELECT", "INSERT", "UPDATE", "DELETE")]


def test_a_save_is_one_select_and_two_inserts(house: House) -> None:
    assert kinds_of_a_save(house) == ["SELECT", "INSERT", "INSERT"]


def test_control_with_the_hooks_back_on_the_application_a_save_costs_a_select_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lane, "answer", lanes.declining)
    hook = house.app.extensions["security"].principal._on_before_request
    house.app.before_request_funcs[None].append(hook)
    assert kinds_of_a_save(house) == ["SELECT", "SELECT", "INSERT", "INSERT"]


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


def test_a_password_set_through_the_library_costs_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "COST", SHIPPED_COST)
    house = open_house(tmp_path)
    assert house.visitor().register("ada@example.org").status_code == 303
    with house.store.read() as conn:
        hashed = conn.execute(select(account.c.password)).scalar_one()
    house.close()
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
