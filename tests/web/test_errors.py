"""Error pages (O07), and input that leads to them: too large, malformed, half filled in, of no known id."""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.test import TestResponse

from quizapp.services import accounts
from tests import small_bank
from tests.web.visitors import PASSWORD, House, Visitor, open_house

DISCLAIMER = "not affiliated with, endorsed by or approved by IBF, SCI, MAS"
LEAKS = re.compile(
    r"Traceback|File \"|line \d+|\.py\b|site-packages|"
    r"/(?:home|root|usr|var|tmp|srv|opt)/|"
    r"\b\d+\.\d+\.\d+\b|Error\(|told nobody|"
    r"(?i:werkzeug|flask|jinja|sqlalchemy|sqlite|psycopg|granian|python)"
)
"""Traces, paths, versions and names of what runs the site, and what an error says of itself."""
Asked = Callable[[dict[str, str]], TestResponse]


def _fails() -> str:
    raise RuntimeError("told nobody: /srv/quizapp/secret.py")


def furnish(folder: Path) -> tuple[House, Visitor, str, str]:
    """A site with a page that fails, an admin logged in, and an open and a closed attempt of theirs."""
    house = open_house(folder)
    house.app.add_url_rule("/fails", "fails", _fails)
    small_bank.stock(house.store)
    ada = house.person("ada@example.org", "admin")
    closed = small_bank.sit(house.store, ada, 2)
    return house, house.seated(ada), small_bank.begin(house.store, ada), closed


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Visitor, str, str]]:
    made = furnish(tmp_path_factory.mktemp("site"))
    yield made
    made[0].close()


# O07


def forced(house: House, visitor: Visitor, opened: str, closed: str) -> dict[str, tuple[int, Asked]]:
    """Every status, forced on the routes as they are."""
    client, stranger = visitor.client, house.visitor().client
    token = visitor.token("/practice/")
    own = {"csrf_token": token}
    save = {"position": 1, "kind": "answer", "client": "c", "seq": 1, "based_on": 0, "value": []}
    kind = "multipart/form-data"
    large = b"x" * (house.app.config["MAX_CONTENT_LENGTH"] + 1)

    many = b"".join(
        b'--e\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(1_001)
    )
    many += b"--e--\r\n"

    def sent(path: str, to: Any = client, headers: dict[str, str] | None = None, **more: Any) -> Asked:
        return lambda accept: to.post(path, headers={**(headers or {}), **accept}, **more)

    def seven_tries(accept: dict[str, str]) -> TestResponse:
        form = {"csrf_token": Visitor(stranger).token("/accounts/reset"), "email": "eve@example.org"}
        replies = [stranger.post("/accounts/reset", data=form, headers=accept) for _ in range(7)]
        return replies[-1]

    return {
        "no token": (400, sent("/practice/", data={"topics": "T1"})),
        "a strange host": (
            400,
            lambda accept: client.get("/", base_url="http://evil.example", headers=accept),
        ),
        "logged out": (401, sent("/practice/", stranger, data={"topics": "T1"})),
        "another site": (403, sent("/practice/", data=own, headers={"Origin": "https://evil.example"})),
        "a withheld key": (403, lambda accept: client.get("/items/banks/small.zip", headers=accept)),
        "no such page": (404, lambda accept: client.get("/no/such/page", headers=accept)),
        "no such thing": (404, lambda accept: client.get("/attempts/nowhere/", headers=accept)),
        "a method": (405, lambda accept: client.delete("/about", headers=accept)),
        "a form without its page": (405, lambda accept: client.get("/accounts/logout", headers=accept)),
        "an open test": (409, sent(f"/practice/wrong/{opened}", data=own)),
        "a closed test": (409, sent(f"/attempts/{closed}/parts/0/leave", data=own)),
        "a large file": (413, sent("/items/uploads/new", data=large, content_type=f"{kind}; boundary=e")),
        "JSON that is too large": (
            413,
            sent(f"/attempts/{opened}/responses", json={**save, "client": "x" * 600_000}),
        ),
        "a large field": (413, sent("/practice/", data=own | {"bank": "x" * 600_000})),
        "many fields": (413, sent("/practice/", data=many, content_type=f"{kind}; boundary=e")),
        "JSON where a form is due": (
            415,
            sent(
                "/accounts/login",
                stranger,
                json={},
                headers={"X-CSRFToken": Visitor(stranger).token("/accounts/login")},
            ),
        ),
        "no possible choice": (422, sent("/attempts/begin", data=own | {"mode": "endless"})),
        "no possible answer": (
            422,
            sent(
                f"/attempts/{opened}/responses",
                headers={"X-CSRFToken": token},
                data=json.dumps(save),
                content_type="text/plain",
            ),
        ),
        "too many tries": (429, seven_tries),
        "a fault of ours": (500, lambda accept: client.get("/fails", headers=accept)),
    }


STATUSES = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500}


def faults(reply: TestResponse, status: int) -> list[str]:
    """What an error page lacks of its status, design, request id and way on, and what it shows beyond."""
    told = re.sub(r"<[^>]+>", " ", reply.text)
    leak = LEAKS.search(told)
    held = {
        "status": reply.status_code == status,
        "request id": re.search(rf"Error {status}\. Request [0-9a-f]{{16}}\.", told),
        "one heading": len(re.findall(r"<h1\b", reply.text)) == 1,
        "the site's design": DISCLAIMER in told and 'class="button primary"' in reply.text,
        f"a leak: {leak[0] if leak else ''}": not leak,
        "headers": "X-Powered-By" not in reply.headers and not LEAKS.search(reply.headers.get("Server", "")),
    }
    return [name for name, good in held.items() if not good]


def faults_of_problem(reply: TestResponse, status: int) -> list[str]:
    """The same of what a script is told."""
    body = reply.get_json(silent=True) if reply.is_json else None
    known = body if isinstance(body, dict) else {}
    held = {
        "status": reply.status_code == known.get("status") == status,
        "type": reply.mimetype == "application/problem+json",
        "request id": re.fullmatch(r"[0-9a-f]{16}", str(known.get("request_id"))),
        "code": re.fullmatch(r"[a-z_]+", str(known.get("code"))),
        "no leak": not LEAKS.search(reply.text),
    }
    return [name for name, good in held.items() if not good]


def all_faults(made: tuple[House, Visitor, str, str]) -> dict[str, list[str]]:
    """The faults of every error, shown to a person and told to a script."""
    found = {}
    for name, (status, ask) in forced(*made).items():
        with ask({}) as page:
            found[name] = (faults_of_problem if name.startswith("JSON") else faults)(page, status)
        with ask({"Accept": "application/json"}) as answer:
            found[f"{name}, JSON"] = faults_of_problem(answer, status)
    return {name: told for name, told in found.items() if told}


def test_o07_every_error_has_the_sites_own_page_and_a_script_gets_json(
    furnished: tuple[House, Visitor, str, str],
) -> None:
    assert {status for status, _ in forced(*furnished).values()} == STATUSES
    assert all_faults(furnished) == {}


def test_o07_control_without_our_handlers_every_error_is_at_fault(
    furnished: tuple[House, Visitor, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(furnished[0].app.error_handler_spec, None, defaultdict(dict))
    found = all_faults(furnished)
    assert len(found) == 2 * len(forced(*furnished))


def test_o07_the_last_handler_keeps_a_trace_in_the_log_and_off_the_page(
    furnished: tuple[House, Visitor, str, str], caplog: pytest.LogCaptureFixture
) -> None:
    house = furnished[0]
    with caplog.at_level(logging.ERROR, "quizapp"):
        reply = traced(house.app)
    assert faults(reply, 500) == []
    given = re.search(r"Request ([0-9a-f]{16})", reply.text)
    (entry,) = [one for one in caplog.records if one.name == "quizapp"]
    assert given
    assert given[1] in entry.getMessage()
    assert entry.exc_info
    assert isinstance(entry.exc_info[1], RuntimeError)


def traced(app: Flask) -> TestResponse:
    """The page that fails, under a server that shows the trace of whatever reaches it."""
    app.config["PROPAGATE_EXCEPTIONS"] = True
    client = app.test_client()
    app.wsgi_app, kept = DebuggedApplication(app.wsgi_app), app.wsgi_app  # type: ignore[method-assign]
    try:
        return client.get("/fails")
    finally:
        app.wsgi_app = kept  # type: ignore[method-assign]


def test_o07_control_without_the_last_handler_the_trace_is_shown(
    furnished: tuple[House, Visitor, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = furnished[0].app
    monkeypatch.delitem(app.error_handler_spec[None][None], Exception)
    told = faults(traced(app), 500)
    assert "request id" in told
    assert any(one.startswith("a leak: ") for one in told)


# What is sent


MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{position: 1",
    "cut short": b'{"position": 1, "kind": "answer"',
    "not UTF-8": b'{"client": "\xff\xfe"}',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_save_that_is_no_json_object_is_refused_with_a_code(
    furnished: tuple[House, Visitor, str, str], name: str
) -> None:
    _, visitor, opened, _ = furnished
    reply = _save(visitor, opened, MALFORMED[name])
    assert reply.status_code == 422
    assert reply.json
    assert (reply.json["code"], reply.json["detail"]) == ("invalid_response", "body")


def _save(visitor: Visitor, public_id: str, body: bytes) -> TestResponse:
    headers = {"X-CSRFToken": visitor.token("/practice/"), "Accept": "application/json"}
    path = f"/attempts/{public_id}/responses"
    return visitor.client.post(path, data=body, content_type="application/json", headers=headers)


GOOD = {"position": 1, "kind": "answer", "client": "tab", "seq": 1, "based_on": 0, "value": []}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("position", "1", "number"),
        ("position", None, "number"),
        ("position", True, "number"),
        ("position", 1.5, "number"),
        ("seq", [], "number"),
        ("based_on", None, "number"),
        ("client", 7, "client"),
        ("kind", "essay", "kind"),
        ("kind", None, "kind"),
        ("value", "right", "value"),
        ("value", [1], "value"),
        ("value", ["x"] * 51, "value"),
    ],
)
def test_a_save_with_a_field_that_is_wrong_says_which(
    furnished: tuple[House, Visitor, str, str], field: str, value: object, code: str
) -> None:
    _, visitor, opened, _ = furnished
    reply = _save(visitor, opened, json.dumps(GOOD | {field: value}).encode())
    assert reply.status_code == 422
    assert reply.json
    assert (reply.json["code"], reply.json["detail"]) == ("invalid_response", code)


@pytest.mark.parametrize(
    "numbers",
    [
        {"position": 10**30},
        {"position": -1},
        {"position": 0},
        {"seq": 10**30},
        {"seq": -1},
        {"based_on": 10**30},
        {"based_on": -1},
        {"client": ""},
        {"client": "x" * 10_000},
        {"client": "a\x00b"},
        {"client": "\ud800"},
        {"value": ["\ud800"]},
        {"value": ["\x00"]},
        {"value": ["x" * 100_000]},
    ],
)
def test_a_save_with_a_value_out_of_bounds_is_refused_and_never_fails(
    furnished: tuple[House, Visitor, str, str], numbers: dict[str, object]
) -> None:
    _, visitor, opened, _ = furnished
    reply = _save(visitor, opened, json.dumps(GOOD | numbers).encode())
    assert reply.status_code in (404, 409, 422), reply.text
    assert reply.is_json
    assert not LEAKS.search(reply.text)


UNKNOWN = {
    "account_id": 999_999,
    "public_id": "nowhere",
    "position": 999,
    "part": 99,
    "comment_id": 999_999,
    "attempt": "nowhere",
    "grant_id": 999_999,
    "item_id": 999_999,
    "slug": "nowhere",
    "note": "nowhere",
    "bank": "nowhere",
    "exam": "nowhere",
}


def test_an_id_that_nobody_has_is_a_page_that_is_not_there_on_every_route(
    furnished: tuple[House, Visitor, str, str],
) -> None:
    house, visitor, opened, closed = furnished
    token = visitor.token("/practice/")
    form: dict[str, Any] = {"data": {"csrf_token": token, "role": "author"}}
    save: dict[str, Any] = {"json": GOOD, "headers": {"X-CSRFToken": token}}
    adapter = house.app.url_map.bind("localhost")
    tried = 0
    for rule in house.app.url_map.iter_rules():
        names = rule.arguments - {"token"}
        paths = [{name: UNKNOWN[name] for name in names}] if names else []
        if names > {"public_id"}:
            reviewed = rule.endpoint.startswith("results.") or rule.endpoint == "practice.siblings"
            paths.append(paths[0] | {"public_id": closed if reviewed else opened})
        for values in paths:
            for method in {"GET", "POST"} & (rule.methods or set()):
                path = adapter.build(rule.endpoint, values, method=method)
                more = save if path.endswith("/responses") else form
                reply = visitor.client.open(path, method=method, follow_redirects=True, **more)
                assert reply.status_code == 404, (method, path)
                tried += 1
    assert tried > 20


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "1e3", "%31%00", "1.0", "%201"])
def test_an_odd_number_in_an_address_is_a_page_that_is_not_there(
    furnished: tuple[House, Visitor, str, str], number: str
) -> None:
    _, visitor, opened, _ = furnished
    for path in ("/items/{}", "/accounts/people/{}", f"/attempts/{opened}/questions/{{}}"):
        assert visitor.get(path.format(number)).status_code == 404, path


@pytest.mark.parametrize("page", ["0", "-7", "x", "", "99999999999999999999999999", "%00", "1e9"])
def test_an_odd_page_of_a_list_shows_a_list(furnished: tuple[House, Visitor, str, str], page: str) -> None:
    _, visitor, _, _ = furnished
    for path in ("/items/", "/accounts/people", "/comments/"):
        assert visitor.get(f"{path}?page={page}").status_code in (200, 404), path


# What was typed is kept


@pytest.mark.parametrize(
    ("path", "fields", "kept"),
    [
        ("/accounts/login", {"email": "ada@example.org"}, 'value="ada@example.org"'),
        ("/accounts/register", {"email": "new@example.org", "password": "short"}, 'value="new@example.org"'),
        ("/setup", {"code": "ABCDE", "email": "root@example.org"}, 'value="ABCDE"'),
        ("/setup", {"code": "ABCDE", "email": "root@example.org"}, 'value="root@example.org"'),
    ],
)
def test_a_half_filled_form_comes_back_as_it_was_but_for_passwords(
    house: House, path: str, fields: dict[str, str], kept: str
) -> None:
    reply = house.visitor().post(path, **fields)
    assert reply.status_code == 422
    assert kept in reply.text
    assert "There is a problem" in reply.text
    assert 'value="short"' not in reply.text


def test_practice_over_no_topic_keeps_the_number_that_was_chosen(
    furnished: tuple[House, Visitor, str, str],
) -> None:
    _, visitor, _, _ = furnished
    reply = visitor.post("/practice/", bank="small", number="20")
    assert reply.status_code == 422
    assert re.search(r'value="20"[^>]*(?:checked|selected)', reply.text)


def test_nothing_is_written_by_a_form_that_is_refused(house: House) -> None:
    house.visitor().post(
        "/accounts/register", email="new@example.org", password=PASSWORD, password_confirm="x"
    )
    house.visitor().post("/setup", code="wrong", email="root@example.org", password=PASSWORD, again=PASSWORD)
    assert accounts.list_people(house.store, "", 1).total == 0
