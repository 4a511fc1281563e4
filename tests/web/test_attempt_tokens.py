"""The attempt token: what its saves may do without a log-in, and everything else that they may not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import GRACE, Mode
from quizapp.services import accounts, attempts
from quizapp.services.responses import epoch_of
from quizapp.web.attempt_tokens import HEADER, LIFE
from quizapp.web.lane import Lane
from quizapp.web.limits import CHANGE, limited
from tests import small_bank
from tests.conftest import Rounds
from tests.web import lanes
from tests.web.visitors import OTHER_PASSWORD, PASSWORD, House, Visitor

LEARNERS, LEARNERS_FULL, SAVES_EACH = 10, 200, 20
"""L03: people behind one address, on a commit and before a release, and what each of them saves."""


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


class Page:
    """The page of a question that was open when its log-in went; nobody is signed in on this device now."""

    def __init__(self, house: House, email: str = "ada@example.org", exam: str = "quick") -> None:
        self.house = house
        self.account_id = small_bank.candidate(house.store, email)
        self.owner = house.seated(self.account_id)
        self.public_id = attempts.begin(
            house.store, self.account_id, "small", exam, Mode.TIMED, house.clock(), 1
        )
        self.home = f"/attempts/{self.public_id}/"
        self.token = self.drawn()
        self.device = house.visitor()
        self.seq = 0

    def drawn(self) -> str:
        page = self.owner.get(f"{self.home}questions/1").text
        return page.partition('data-token="')[2].partition('"')[0]

    def save(self, token: str | None = None, *, at: str = "responses", **more: object) -> TestResponse:
        """A flag of question 1, put or taken off in turn."""
        headers = {HEADER: token or self.token, "Accept": "application/json"} | more.pop("headers", {})  # type: ignore[operator]
        self.seq = int(more.get("seq", self.seq + 1))  # type: ignore[call-overload]
        body = {
            "position": 1,
            "kind": "flag",
            "client": "page",
            "seq": self.seq,
            "based_on": self.seq - 1,
            "value": ["1"] * (self.seq % 2),
        }
        return self.device.client.post(self.home + at, json=body | more, headers=headers)


def test_a_save_lands_by_the_token_where_the_log_in_has_lapsed(house: House) -> None:
    page = Page(house)
    first, second = page.save(), page.save()
    assert (first.status_code, first.json["version"], second.json["version"]) == (200, 1, 2)
    assert not second.headers.get("Set-Cookie"), "it signs nobody in"
    assert page.device.get("/attempts/").status_code == 302


def test_the_token_opens_nothing_else(house: House) -> None:
    page = Page(house)
    other = Page(house, "eve@example.org")
    assert page.device.client.post(f"{other.home}responses", headers={HEADER: page.token}).status_code in (
        401,
        422,
    )
    assert page.save(other.token).status_code == 401
    for at in ("hand-in", "questions/1", "parts/0/leave"):
        assert page.save(at=at).status_code == 401, at
    for at in ("", "questions/1", "check", "clock", "result"):
        assert page.device.get(page.home + at, **{HEADER: page.token}).status_code == 302, at
    assert page.device.client.post("/attempts/begin", headers={HEADER: page.token}).status_code == 401


@pytest.mark.parametrize("forged", ["", "x", "x.y", "[]", "a" * 500, "é"])
def test_a_forged_token_is_refused_and_so_is_one_cut_short(house: House, forged: str) -> None:
    page = Page(house)
    signing = page.token.rpartition(".")[2]
    for token in (forged, page.token[:-1], page.token[1:], f"W10.{signing}"):
        reply = page.save(token.encode("latin-1").decode("latin-1") or " ")
        assert (reply.status_code, reply.json["code"]) == (401, "signed_out")


def _disabled(page: Page) -> None:
    accounts.disable(page.house.store, page.account_id)


def _enabled_again(page: Page) -> None:
    accounts.disable(page.house.store, page.account_id)
    accounts.enable(page.house.store, page.account_id)


def _promoted(page: Page) -> None:
    accounts.set_role(page.house.store, page.account_id, "author")


def _logged_out(page: Page) -> None:
    assert page.owner.log_out().status_code == 303


def _aged(page: Page) -> None:
    page.house.clock.move(LIFE + timedelta(seconds=2))


@pytest.mark.parametrize("event", [_disabled, _enabled_again, _promoted, _logged_out, _aged])
def test_the_token_ends_with_the_account_the_session_and_the_day(
    house: House, event: Callable[[Page], None]
) -> None:
    page = Page(house, exam="warm-up")
    assert page.save().status_code == 200
    event(page)
    reply = page.save()
    assert (reply.status_code, reply.json["code"]) == (401, "signed_out")


def test_a_change_of_password_ends_the_token(house: House) -> None:
    account_id = house.person("bob@example.org")
    device = house.visitor()
    assert device.log_in("bob@example.org").status_code == 303
    public_id = attempts.begin(house.store, account_id, "small", "quick", Mode.TIMED, house.clock(), 1)
    token = (
        device.get(f"/attempts/{public_id}/questions/1").text.partition('data-token="')[2].partition('"')[0]
    )
    new = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    assert device.post("/accounts/change", **new).status_code == 303
    body = {"position": 1, "kind": "flag", "client": "c", "seq": 1, "based_on": 0, "value": ["1"]}
    reply = house.visitor().client.post(
        f"/attempts/{public_id}/responses", json=body, headers={HEADER: token, "Accept": "application/json"}
    )
    assert reply.status_code == 401


def test_the_token_saves_until_deadline_and_grace_and_not_a_moment_longer(house: House) -> None:
    page = Page(house)
    house.clock.move(timedelta(minutes=10) + GRACE)
    assert page.save().json["late"] is False
    house.clock.move(timedelta(milliseconds=1))
    assert page.save().status_code == 401
    again = page.save(seq=1)
    assert (again.status_code, again.json["late"]) == (200, False), (
        "an acknowledgement that was lost is repeated"
    )


def test_a_closed_test_takes_nothing_by_the_token(house: House) -> None:
    page = Page(house)
    attempts.hand_in(house.store, page.account_id, page.public_id, house.clock())
    assert page.save().json["code"] == "attempt_closed"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_other_site_can_use_a_token_and_no_cookie_stands_in_for_one(
    house: House, headers: dict[str, str]
) -> None:
    page = Page(house)
    assert page.save(headers=headers).status_code == 403
    page.device = page.owner
    assert page.save("not a token").status_code == 401
    assert page.save("not a token", seq=3, headers={"Cookie": "quizapp=x"}).status_code == 401


def test_a_page_shows_a_token_and_never_what_sessions_are_bound_to(house: House) -> None:
    page = Page(house)
    with house.store.read() as conn:
        uniquifier = accounts.accounts.uniquifier(conn, page.account_id)
    assert uniquifier
    assert epoch_of(uniquifier) not in (uniquifier, epoch_of("another"))
    assert uniquifier not in page.owner.get(f"{page.home}questions/1").text


# L03: a classroom behind one address


def _classroom(house: House, learners: range, saves_each: int = SAVES_EACH) -> None:
    """Everybody saves from one address, while somebody there tries to log in too often."""
    pages = [Page(house, f"learner{number}@example.org") for number in learners]
    tokens = [one.owner.token("/accounts/") for one in pages]
    somebody = house.visitor()
    house.person("target@example.org")
    flood = [somebody.log_in("target@example.org", "wrong").status_code for _ in range(11)]
    assert flood[-1] == 429, "log-in is still capped"
    for number in range(1, saves_each + 1):
        for page, token in zip(pages, tokens, strict=True):
            assert _saved(page.owner, page.home, token, number) == 200, "a save is refused"


def _saved(owner: Visitor, home: str, token: str, number: int) -> int:
    value = ["1"] * (number % 2)
    body = {
        "position": 1,
        "kind": "flag",
        "client": "c",
        "seq": number,
        "based_on": number - 1,
        "value": value,
    }
    reply = owner.client.post(f"{home}responses", json=body, headers={"X-CSRFToken": token})
    return reply.status_code


def test_l03_a_classroom_behind_one_address_saves_while_a_flood_of_log_ins_is_capped(
    house: House, rounds: Rounds
) -> None:
    _classroom(house, rounds(LEARNERS, LEARNERS_FULL))


def test_l03_control_a_limit_by_address_on_saves_is_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lane, "answer", lanes.declining)
    views = house.app.view_functions
    views["attempts.save_response"] = limited(CHANGE)(views["attempts.save_response"])
    with pytest.raises(AssertionError, match="a save is refused"):
        _classroom(house, range(2), saves_each=100)
