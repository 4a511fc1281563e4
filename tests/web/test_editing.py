"""One item edited in a form: untouched it is the same, faults stand beside their fields, nothing is lost."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.formats import native_examples
from quizapp.services import attempts, items, shipped, uploads
from quizapp.services.editing import Act
from quizapp.services.shipped import Outcome
from quizapp.store import publishing
from quizapp.store.items import bank_by_slug
from quizapp.store.uploads import STAGED, StoredUpload, add_upload
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, ITEM_FILE, PRICE, files, packed
from tests.web.visitors import House, Visitor

SECOND = "the-second-of-the-case"
"""An item that stands in the case set of the example beside the one that is edited."""


class _Fields(HTMLParser):
    """The fields of the form of an item, as a browser without script would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.area, self.select = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self.area = given["name"]
            self.sent[self.area] = ""
        elif tag == "select":
            self.select = given["name"]
        elif tag == "input" and given.get("name", "").startswith("item."):
            self.sent[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.area] = self.sent[self.area].removeprefix("\n").replace("\n", "\r\n")
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data


def _fields(page: str) -> dict[str, str]:
    reader = _Fields()
    reader.feed(page)
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)</option>", body)
        assert chosen, name
        reader.sent[name] = chosen[1]
    return reader.sent


@pytest.fixture
def shelf(house: House) -> dict[str, int]:
    """A bank with an item of every interaction; the ids of the items by slug."""
    alone = native_examples.FILES[ITEM_FILE].partition("templates:\n")[0]
    held = {**native_examples.FILES, ITEM_FILE: alone}
    content = packed({path: text.encode() for path, text in held.items()})
    public_id = uploads.stage_upload(house.store, None, "example.zip", content, house.clock())
    uploads.apply_upload(house.store, public_id, (), False, None, house.clock())
    found = items.list_items(house.store, "example", items.wanted_items(), 1)
    assert found
    return {one.row.slug: one.row.id for one in found.items}


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.signed_in("root@example.org", "admin")


def _at(shelf: Mapping[str, int], slug: str) -> str:
    return f"/items/{shelf[slug]}/edit"


def _send(visitor: Visitor, at: str, fields: Mapping[str, str], **press: str) -> TestResponse:
    data = {"csrf_token": visitor.token(at), **fields, **press}
    return visitor.client.post(at, data=data, headers=visitor.headers)


def _slugs(shelf: Mapping[str, int], house: House) -> dict[str, str]:
    """A slug for each interaction."""
    found = items.list_items(house.store, "example", items.wanted_items(), 1)
    assert found
    return {one.row.interaction: one.row.slug for one in found.items}


def _ordinals(house: House) -> dict[str, tuple[str, int]]:
    with house.store.read() as conn:
        bank = bank_by_slug(conn, "example")
        assert bank
        return {slug: (one.status, one.ordinal) for slug, one in publishing.held_items(conn, bank.id).items()}


def test_every_interaction_has_a_form_that_sent_back_untouched_changes_nothing(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    slugs = _slugs(shelf, house)
    assert set(slugs) == set(INTERACTIONS)
    for slug in slugs.values():
        at = _at(shelf, slug)
        page = admin.get(at).text
        assert page.count("<h1") == 1
        reply = _send(admin, at, _fields(page))
        assert reply.status_code == 303, reply.text
        assert reply.location
        report = admin.get(reply.location).text
        assert "holds nothing that the bank does not have already" in report, slug
        assert "problem" not in report.partition("<main")[2].partition("Code")[0]


def test_an_edit_is_shown_applied_by_an_admin_and_kept_from_the_files_that_ship(
    house: House, admin: Visitor, shelf: Mapping[str, int], tmp_path: Path
) -> None:
    author = house.signed_in("author@example.org", "author")
    at, before = _at(shelf, DAY_BASE), _ordinals(house)
    assert "Edit this question" in author.get(f"/items/{shelf[DAY_BASE]}").text
    fields = _fields(author.get(at).text)
    reply = _send(author, at, {**fields, "item.stem": "Asked anew: over how many days?\r\n"})
    assert reply.status_code == 303
    assert reply.location
    report = author.get(reply.location).text
    assert re.search(r"<dt>Changed</dt>\s*<dd>1</dd>", report)
    assert re.search(r"<dt>Gone</dt>\s*<dd>0</dd>", report)
    assert "An admin applies it" in report
    refused = author.client.post(f"{reply.location}/apply", data={"csrf_token": author.token(reply.location)})
    assert refused.status_code == 404
    applied = admin.client.post(f"{reply.location}/apply", data={"csrf_token": admin.token(reply.location)})
    assert applied.status_code == 303
    assert "Asked anew" in admin.get(f"/items/{shelf[DAY_BASE]}").text
    assert _ordinals(house) == before
    folder = tmp_path / "example"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert shipped.load_shipped(house.store, folder, house.clock()).outcome is Outcome.KEPT


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    at = _at(shelf, PRICE)
    typed = _fields(admin.get(at).text)
    typed |= {
        "item.key.value": "9.9e1",
        "item.stem": "An odd <b>stem</b> & $\\frac{$\r\n",
        "item.slips.0.rationale": "",
        "item.difficulty": " 7 ",
    }
    staged = len(uploads.recent(house.store, None))
    reply = _send(admin, at, typed)
    assert reply.status_code == 422
    assert _fields(reply.text) == typed
    for name in ("item.key.value", "item.slips.0.rationale", "item.difficulty"):
        field = re.search(rf'<(?:input|textarea)[^>]* id="{re.escape(name)}"[^>]*>', reply.text)
        assert field, name
        assert f'aria-describedby="{name}-hint {name}-error"' in field[0]
        assert 'aria-invalid="true"' in field[0]
        assert f'href="#{name}"' in reply.text
    assert "<b>stem</b>" not in reply.text
    assert len(uploads.recent(house.store, None)) == staged
    again = _send(admin, at, {**typed, "item.key.value": "97.50", "item.difficulty": "2"})
    assert 'id="item.difficulty-error"' not in again.text


def test_lists_grow_and_shrink_by_buttons_and_keep_what_is_typed(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    at = _at(shelf, DAY_BASE)
    typed = {**_fields(admin.get(at).text), "item.stem": "Half a stem"}
    reply = _send(admin, at, typed, add="options")
    assert reply.status_code == 200
    more = _fields(reply.text)
    assert {name: value for name, value in more.items() if not name.startswith("item.options.4")} == typed
    assert {value for name, value in more.items() if name.startswith("item.options.4")} == {""}
    assert re.search(r'<input[^>]*name="item.options.4.id"[^>]*autofocus', reply.text)
    moved = _fields(_send(admin, at, more, up="options.1").text)
    assert moved["item.options.0.text"] == more["item.options.1.text"]
    fewer = _fields(_send(admin, at, more, remove="options.4").text)
    assert fewer == typed
    assert set(Act) == {"add", "remove", "up"}


def test_the_first_button_of_the_form_saves_so_that_enter_removes_nothing(
    admin: Visitor, shelf: Mapping[str, int]
) -> None:
    page = admin.get(_at(shelf, DAY_BASE)).text
    form = page[page.index('action="/items/') :]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert "name=" not in first[0]


def test_a_form_stays_shut_while_its_item_is_in_an_open_test(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    fields = _fields(admin.get(_at(shelf, DAY_BASE)).text)
    account_id = house.person("examinee@example.org", "admin")
    seated = house.seated(account_id)
    attempts.begin(house.store, account_id, "example", "try-out", Mode.TIMED, house.clock(), 1)
    shut = [slug for slug in shelf if "The question waits" in seated.get(_at(shelf, slug)).text]
    assert shut
    for slug in shut:
        page = seated.get(_at(shelf, slug)).text
        assert _fields(page) == {}
        reply = _send(seated, _at(shelf, slug), fields)
        assert reply.status_code == 422
        assert _fields(reply.text) == {}


def test_an_item_of_a_case_set_is_edited_without_the_others_and_may_not_repeat_a_concept(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    _apply_second(house)
    before, at = _ordinals(house), _at(shelf, ANSWERS_MORE)
    fields = _fields(admin.get(at).text)
    assert "Its scenario is changed in a file" in admin.get(at).text
    assert "item.stimulus" not in fields
    reply = _send(admin, at, {**fields, "item.explanation.rule": "Another rule."})
    assert reply.status_code == 303
    assert reply.location
    report = admin.get(reply.location).text
    assert re.search(r"<dt>Changed</dt>\s*<dd>1</dd>", report)
    assert re.search(r"<dt>Same</dt>\s*<dd>1</dd>", report)
    assert re.search(r"<dt>Gone</dt>\s*<dd>0</dd>", report)
    admin.client.post(f"{reply.location}/apply", data={"csrf_token": admin.token(reply.location)})
    assert "Another rule." in admin.get(f"/items/{shelf[ANSWERS_MORE]}").text
    assert _ordinals(house) == before
    reply = _send(admin, at, {**fields, "item.concept": SECOND})
    assert reply.status_code == 422
    assert "holds a concept twice" in reply.text


def _apply_second(house: House) -> None:
    """Publish the bank again with a second item in its case set."""
    first = native_examples.ITEMS["multiple_response"]
    second = first.replace(ANSWERS_MORE, SECOND).replace("concept: ", f"concept: {SECOND} #", 1)
    held = {**native_examples.FILES}
    text = held[ITEM_FILE].partition("templates:\n")[0]
    held[ITEM_FILE] = text.replace(first, f"{first}\n{second}")
    content = packed({path: text.encode() for path, text in held.items()})
    public_id = uploads.stage_upload(house.store, None, "example.zip", content, house.clock())
    uploads.apply_upload(house.store, public_id, (), False, None, house.clock())


def test_a_sign_that_hides_text_is_refused_and_what_was_typed_given_back(
    admin: Visitor, shelf: Mapping[str, int]
) -> None:
    at = _at(shelf, DAY_BASE)
    typed = {**_fields(admin.get(at).text), "item.stem": "What is \u202e hidden?\r\n"}
    reply = _send(admin, at, typed)
    assert reply.status_code == 422
    assert "hides or reorders text" in reply.text
    assert _fields(reply.text) == typed


def test_who_sends_more_than_anybody_can_look_at_is_told_and_keeps_what_was_typed(
    house: House, shelf: Mapping[str, int]
) -> None:
    account_id = house.person("busy@example.org", "author")
    visitor, at = house.seated(account_id), _at(shelf, DAY_BASE)
    typed = {**_fields(visitor.get(at).text), "item.stem": "One too many?\r\n"}

    def busy(conn: Connection) -> None:
        for number in range(uploads.MOST_IN_AN_HOUR):
            held = StoredUpload(f"u{number}", account_id, "example", "x", house.clock(), 0, "{}", STAGED)
            add_upload(conn, held)

    house.store.write(busy)
    reply = _send(visitor, at, typed)
    assert reply.status_code == 422
    assert "Many files were uploaded" in reply.text
    assert _fields(reply.text) == typed


def test_templates_unknown_items_and_versions_of_others_have_no_form(
    house: House, admin: Visitor, shelf: Mapping[str, int]
) -> None:
    held = {path: text.encode() for path, text in native_examples.FILES.items()}
    public_id = uploads.stage_upload(house.store, None, "example.zip", packed(held), house.clock())
    uploads.apply_upload(house.store, public_id, (), False, None, house.clock())
    found = items.list_items(house.store, "example", items.wanted_items(), 1)
    assert found
    (template,) = (one.row for one in found.items if one.row.template)
    assert "Edit this question" not in admin.get(f"/items/{template.id}").text
    for at in (f"/items/{template.id}/edit", "/items/999999/edit"):
        assert admin.get(at).status_code == 404
        assert admin.client.post(at, data={"csrf_token": admin.token("/items/banks")}).status_code == 404
    other = next(one.row.version for one in found.items if one.row.slug == PRICE)
    assert admin.get(f"{_at(shelf, DAY_BASE)}?version={other}").status_code == 404


def test_a_version_that_was_never_applied_can_be_taken_up_again(
    admin: Visitor, shelf: Mapping[str, int]
) -> None:
    at = _at(shelf, DAY_BASE)
    fields = _fields(admin.get(at).text)
    reply = _send(admin, at, {**fields, "item.explanation.rule": "Taken up again."})
    assert reply.status_code == 303
    page = admin.get(f"/items/{shelf[DAY_BASE]}").text
    versions = re.findall(rf'href="/items/{shelf[DAY_BASE]}\?version=([0-9a-f]+)"', page)
    rules = {_fields(admin.get(f"{at}?version={one}").text)["item.explanation.rule"] for one in versions}
    assert "Taken up again." in rules
    assert fields["item.explanation.rule"] in rules
