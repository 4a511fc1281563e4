"""Reported problems over HTTP: the candidate's form and the admin's list."""

import re
from datetime import timedelta

import pytest

from quizapp.services import attempts, comments
from tests import small_bank
from tests.small_bank import CANARY
from tests.web.visitors import House, Visitor


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _candidate(house: House, email: str = "ada@example.org") -> tuple[Visitor, int, str]:
    """A signed-in candidate with an open attempt whose questions were shown."""
    visitor = house.signed_in(email)
    with house.store.read() as conn:
        account_id = small_bank.account_rows.list_people(conn, email, 0, 1)[1][0].id
    public_id = small_bank.begin(house.store, account_id)
    small_bank.see(house.store, account_id, public_id)
    return visitor, account_id, public_id


def _path(public_id: str, position: object = 2) -> str:
    return f"/comments/new?attempt={public_id}&position={position}"


def _waiting(house: House) -> tuple[comments.Comment, ...]:
    return comments.listing(house.store, "open", 1).comments


def test_the_form_shows_the_question_and_no_key_while_the_test_is_open_or_closed(house: House) -> None:
    visitor, ada, public_id = _candidate(house)
    slug = small_bank.booklet(house.store, public_id)[1].slug
    for closed in (False, True):
        if closed:
            attempts.hand_in(house.store, ada, public_id, house.clock())
        page = visitor.get(_path(public_id))
        assert page.status_code == 200
        assert page.text.count("<h1") == 1
        assert slug in page.text
        assert CANARY not in page.text
        assert ("its clock runs on" in page.text) is not closed


def test_a_report_is_kept_and_leads_back_to_the_question(house: House) -> None:
    visitor, ada, public_id = _candidate(house)
    path = _path(public_id)
    reply = visitor.post(path, category="typo", text="A full stop is missing.")
    assert (reply.status_code, reply.location) == (303, f"/attempts/{public_id}/questions/2")
    (kept,) = _waiting(house)
    assert (kept.category, kept.text, kept.email) == ("typo", "A full stop is missing.", "ada@example.org")
    attempts.hand_in(house.store, ada, public_id, house.clock())
    reply = visitor.post(path, category="key", text="B is right too.")
    assert reply.location == f"/attempts/{public_id}/review#question-2"
    assert "Your report is kept" in visitor.get(reply.location).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"category": "typo", "text": "  "}, "Say in a few words"),
        ({"category": "typo", "text": "x" * 2001}, "Use at most 2,000 characters"),
        ({"text": "It is wrong."}, "Choose what is wrong"),
        ({"category": "rude", "text": "It is wrong."}, "Choose what is wrong"),
    ],
)
def test_a_form_with_a_problem_says_so_and_keeps_what_was_typed(
    house: House, fields: dict[str, str], told: str
) -> None:
    visitor, _, public_id = _candidate(house)
    reply = visitor.post(_path(public_id), **fields)
    assert reply.status_code == 422
    assert told in reply.text
    assert f">\r\n{fields['text']}</textarea>" in reply.text
    chosen = re.findall(r'checked[^>]*value="(\w+)"', reply.text)
    assert chosen == (["typo"] if fields.get("category") == "typo" else [])
    assert _waiting(house) == ()


def test_foreign_unknown_and_unshown_questions_all_read_as_not_found(house: House) -> None:
    visitor, _, public_id = _candidate(house)
    eve, eve_id, _ = _candidate(house, "eve@example.org")
    behind_the_door = small_bank.begin(house.store, eve_id, "two-parts")
    ids = re.compile(r'Request [0-9a-f]{16}|(?:value|nonce)="[^"]+"')
    pages = [
        eve.get(path)
        for path in (
            _path(public_id),
            _path("no-such-attempt"),
            _path(behind_the_door, 5),
            _path(public_id, 99),
            _path(public_id, "x"),
            _path(public_id, 2**70),
            "/comments/new",
        )
    ]
    assert {one.status_code for one in pages} == {404}
    assert len({ids.sub("", one.text) for one in pages}) == 1
    own = visitor.client.post(
        _path(behind_the_door, 5),
        data={"csrf_token": visitor.token(_path(public_id)), "category": "key", "text": "Mine now?"},
    )
    assert own.status_code == 404
    assert _waiting(house) == ()


def test_admins_read_reports_as_plain_text_and_go_from_there_to_the_question(house: House) -> None:
    visitor, _, public_id = _candidate(house)
    text = "<script>alert(1)</script>\n[a link](https://elsewhere.example)"
    visitor.post(_path(public_id), category="other", text=text)
    page = house.signed_in("root@example.org", "admin").get("/comments/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>[a link](https://elsewhere.example)" in page
    assert "<script>" not in page
    slug = small_bank.booklet(house.store, public_id)[1].slug
    assert f'href="/items/{small_bank.item_id(house.store, slug)}"' in page
    assert "ada@example.org" in page


def test_reports_are_resolved_and_opened_again(house: House) -> None:
    visitor, _, public_id = _candidate(house)
    visitor.post(_path(public_id), category="key", text="B is right too.")
    admin = house.signed_in("root@example.org", "admin")
    (kept,) = _waiting(house)
    assert admin.post(f"/comments/{kept.id}/resolve", "/comments/").status_code == 303
    assert "No report is open." in admin.get("/comments/").text
    assert "B is right too." in admin.get("/comments/?show=resolved").text
    assert admin.post(f"/comments/{kept.id}/reopen", "/comments/?show=resolved").status_code == 303
    assert "B is right too." in admin.get("/comments/").text
    assert admin.post("/comments/99/resolve", "/comments/").status_code == 404
    assert admin.post(f"/comments/{2**70}/resolve", "/comments/").status_code == 404


def test_a_long_list_has_pages(house: House) -> None:
    _, ada, public_id = _candidate(house)
    for number in range(comments.PAGE + 1):
        at = house.clock() + timedelta(minutes=3 * number)
        comments.report(house.store, ada, public_id, 2, "other", f"Report number {number}.", at)
    admin = house.signed_in("root@example.org", "admin")
    first, second = admin.get("/comments/").text, admin.get("/comments/?page=2").text
    assert "Report number 50." in first
    assert "Report number 0." not in first
    assert "Report number 0." in second
    assert "page=2" in first
    for odd in ("page=x", "page=-1", "page=0", f"page={2**70}"):
        assert admin.get(f"/comments/?{odd}").status_code == 200
    assert admin.get("/comments/?show=everything").status_code == 404


@pytest.mark.parametrize("role", ["candidate", "author"])
def test_only_admins_read_and_resolve_reports(house: House, role: str) -> None:
    visitor, _, public_id = _candidate(house)
    visitor.post(_path(public_id), category="key", text="B is right too.")
    (kept,) = _waiting(house)
    other = house.signed_in("other@example.org", role)
    assert other.get("/comments/").status_code == 404
    assert other.post(f"/comments/{kept.id}/resolve", "/accounts/").status_code == 404
    assert _waiting(house) == (kept,)
    assert house.visitor().get("/comments/").status_code == 302
