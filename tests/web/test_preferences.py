"""How a person wants the pages: kept with the account, shown on every page, and forgotten with it."""

import re

import pytest
from sqlalchemy import select

from quizapp.services import accounts
from quizapp.services.accounts import PREFERENCES
from quizapp.store.accounts import Preferences
from quizapp.store.tables import account
from tests.web.forms import forms_of
from tests.web.visitors import PASSWORD, House, Visitor

USUAL = {"single-keys": "on", "text-size": "normal", "colours": "system", "pace-hint": "off"}


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


def _attributes(visitor: Visitor, path: str) -> dict[str, str]:
    """What a page's first tag says of preferences."""
    (first,) = re.findall(r"<html[^>]*>", visitor.get(path).text)
    return dict(re.findall(r'data-([\w-]+)="(\w+)"', first))


def test_what_is_chosen_holds_on_every_page_and_every_device(house: House) -> None:
    account_id = house.person("ada@example.org")
    visitor = house.seated(account_id)
    assert _attributes(visitor, "/accounts/") == USUAL
    (form,) = [
        one for one in forms_of(visitor.get("/accounts/").text) if one.action == "/accounts/preferences"
    ]
    reply = form.send(visitor, text_size="largest", colours="high", single_keys="off", pace_hint="on")
    assert (reply.status_code, reply.location) == (303, "/accounts/")
    for path in ("/", "/attempts/", "/exams/", "/nowhere"):
        assert _attributes(house.seated(account_id), path) == {
            "single-keys": "off",
            "text-size": "largest",
            "colours": "high",
            "pace-hint": "on",
        }
    assert _attributes(house.visitor(), "/") == {}


def test_what_a_form_does_not_name_stays_as_it_was(house: House) -> None:
    visitor = house.seated(house.person("eve@example.org"))
    for name, words in PREFERENCES.items():
        for word in words:
            visitor.post("/accounts/preferences", "/accounts/", **{name: word})
    held = {name.replace("_", "-"): words[-1] for name, words in PREFERENCES.items()}
    assert _attributes(visitor, "/accounts/") == held
    visitor.post("/accounts/preferences", "/accounts/", role="admin")
    assert _attributes(visitor, "/accounts/") == held


def test_a_choice_leads_back_to_the_page_it_was_made_on_and_to_no_other_site(house: House) -> None:
    visitor = house.seated(house.person("guide@example.org"))
    form = {"csrf_token": visitor.token("/accounts/"), "colours": "dark"}
    for sent_from, leads_to in (
        ("http://localhost/exams/tour?at=2", "/exams/tour"),
        ("http://localhost/accounts/preferences", "/accounts/"),
        ("http://localhost/no/such/page", "/accounts/"),
        ("http://evil.example/exams/tour", "/accounts/"),
        ("//localhost/\\evil.example", "/accounts/"),
        ("", "/accounts/"),
    ):
        reply = visitor.client.post("/accounts/preferences", data=form, headers={"Referer": sent_from})
        assert (reply.status_code, reply.location) == (303, leads_to), sent_from


@pytest.mark.parametrize("name", PREFERENCES)
def test_another_word_is_refused_and_nothing_kept(house: House, name: str) -> None:
    visitor = house.seated(house.person(f"{name}@example.org"))
    for word in ("", "loud", "ON", "x" * 10_000):
        sent = {"text_size": "large", name: word}
        assert visitor.post("/accounts/preferences", "/accounts/", **sent).status_code == 422
    assert _attributes(visitor, "/accounts/") == USUAL


def test_nobody_is_logged_out_by_a_choice_and_an_erased_account_keeps_none(house: House) -> None:
    account_id = house.person("leaver@example.org")
    visitor, other = house.seated(account_id), house.seated(account_id)
    visitor.post("/accounts/preferences", "/accounts/", colours="dark")
    assert other.get("/accounts/").status_code == 200
    accounts.delete_account(house.store, account_id, PASSWORD, house.clock())
    with house.store.read() as conn:
        kept = conn.execute(
            select(*(account.c[name] for name in PREFERENCES)).where(account.c.id == account_id)
        )
        assert Preferences(*kept.one()) == Preferences()
