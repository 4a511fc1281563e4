"""Guards of every route: tokens and origins (N09), headers and nonces (O02), texts never run (I14)."""

import html
import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.services import accounts, comments, uploads
from quizapp.store.tables import metadata
from quizapp.web.guest import reset_link
from tests import small_bank
from tests.bank.hostile import PROBES
from tests.bank.sources import files, packed
from tests.web.visitors import OTHER_PASSWORD, PASSWORD, House, Visitor, open_house

pytestmark = pytest.mark.slow

ADMIN, CANDIDATE = "root@example.org", "ada@example.org"
REFUSED = {400, 401, 403, 415}
"""What a request gets whose sender is not known to be a page of this site."""


@dataclass(frozen=True)
class Furnished:
    """A site where every address leads somewhere, all of it the admin's own."""

    house: House
    admin: int
    values: Mapping[str, object]
    closed: str
    upload: str

    def routes(self, *methods: str) -> list[tuple[str, str, str]]:
        """Method, endpoint and path of every route of these methods; log-out last, which ends the session."""
        adapter = self.house.app.url_map.bind("localhost")
        found = []
        for rule in self.house.app.url_map.iter_rules():
            values = {name: self.values[name] for name in rule.arguments}
            if rule.endpoint.startswith("results.") or rule.endpoint == "practice.wrong":
                values["public_id"] = self.closed
            elif rule.endpoint in ("items.uploaded", "items.apply"):
                values["public_id"] = self.upload
            elif "attempt" in values:
                values["account_id"] = self.admin
            for method in sorted(set(methods) & (rule.methods or set())):
                found.append((method, rule.endpoint, adapter.build(rule.endpoint, values, method=method)))
        query = f"?attempt={self.closed}&position=1"
        found = [(one, to, at + query if to == "comments.new" else at) for one, to, at in found]
        return sorted(found, key=lambda one: one[1] == "security.logout")

    def visitors(self) -> dict[str, Visitor]:
        """A device of somebody in each role, and one of a stranger."""
        people = {
            "admin": self.admin,
            "candidate": self.values["account_id"],
            "author": self.values["author"],
        }
        seats = {role: self.house.seated(int(str(one))) for role, one in people.items()}
        return {**seats, "stranger": self.house.visitor()}


def furnish(folder: Path) -> Furnished:
    house = open_house(folder)
    store, now = house.store, house.clock()
    small_bank.stock(store)
    admin, ada = house.person(ADMIN, "admin"), small_bank.candidate(store, CANDIDATE)
    author = small_bank.candidate(store, "eve@example.org")
    accounts.set_role(store, author, "author")
    closed = small_bank.sit(store, admin, 2)
    opened = small_bank.begin(store, admin, "warm-up")
    small_bank.begin(store, admin, "warm-up", Mode.TUTOR)
    comments.report(store, admin, closed, 1, "typo", "A full stop is missing.", now)
    upload = uploads.stage_upload(store, admin, "example.zip", packed(files()), now)
    with house.app.test_request_context():
        token = reset_link(accounts.reset_subject(store, ada)).rpartition("/")[2]
    values = {
        "account_id": ada,
        "author": author,
        "public_id": opened,
        "attempt": closed,
        "grant_id": 1,
        "position": 1,
        "part": 0,
        "comment_id": 1,
        "item_id": small_bank.item_id(store, "one-0"),
        "slug": "small",
        "note": "first-note",
        "bank": "small",
        "exam": "quick",
        "token": token,
    }
    return Furnished(house, admin, values, closed, upload)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A site for what changes nothing, or is refused."""
    furnished = furnish(tmp_path_factory.mktemp("site"))
    yield furnished
    furnished.house.close()


@pytest.fixture
def spare(tmp_path: Path) -> Iterator[Furnished]:
    """A site of one's own, to switch a guard off in."""
    furnished = furnish(tmp_path)
    yield furnished
    furnished.house.close()


def rows(house: House) -> dict[str, set[tuple[str, ...]]]:
    """Everything that is stored, by table."""
    with house.store.read() as conn:
        return {
            table.name: {tuple(map(str, row)) for row in conn.execute(select(table))}
            for table in metadata.sorted_tables
        }


@dataclass(frozen=True)
class Walk:
    """Every page opened once in every role: the replies by role, method, endpoint and path, and the tables
    that it changed."""

    replies: dict[tuple[str, str, str, str], TestResponse]
    changed: set[str]


def read_everything(site: Furnished, roles: Iterable[str] = (), only: str = "") -> Walk:
    """Open every page, or one, in every role, or in some."""
    before, replies = rows(site.house), {}
    for role, visitor in site.visitors().items():
        if not roles or role in roles:
            for method, endpoint, path in site.routes("GET"):
                if only in ("", endpoint):
                    replies[role, method, endpoint, path] = visitor.get(path)
    after = rows(site.house)
    return Walk(replies, {name for name in before if before[name] != after[name]})


@pytest.fixture(scope="module")
def walk(site: Furnished) -> Walk:
    """The first walk through the site, for every test that only looks at the replies."""
    return read_everything(site)


ELSEWHERE = {"accounts.setup": 404, "items.export": 403}
"""Set-up is over, and keys are not exported while a timed test of theirs is open."""


def test_every_address_of_the_furnished_site_leads_somewhere(walk: Walk) -> None:
    for (role, _, endpoint, path), reply in walk.replies.items():
        signed_out = endpoint.startswith("security.") and endpoint != "security.change_password"
        if role == ("stranger" if signed_out else "admin"):
            assert reply.status_code in (ELSEWHERE.get(endpoint, 200), 303), path


# N09: who may change anything


def _form(token: str | None = None, **headers: str) -> dict[str, Any]:
    return {"data": {"x": "1"} | ({"csrf_token": token} if token else {}), "headers": headers}


SAVE = {"position": 1, "kind": "answer", "client": "tab", "seq": 1, "based_on": 0, "value": []}
ATTACKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "no token": lambda _: _form(),
    "a made-up token": lambda _: _form("made-up"),
    "a token cut short": lambda token: _form(token[:-4]),
    "JSON without a token": lambda _: {"json": SAVE},
    "JSON sent as text": lambda _: {"data": json.dumps(SAVE), "content_type": "text/plain"},
    "JSON in a form's field": lambda _: {"data": {json.dumps(SAVE)[:-1]: "}"}},
    "another site": lambda token: _form(token, Origin="https://evil.example"),
    "another port": lambda token: _form(token, Origin="http://localhost:8001"),
    "an origin that is hidden": lambda token: _form(token, Origin="null"),
    "another site without an origin": lambda token: _form(token, **{"Sec-Fetch-Site": "cross-site"}),
    "a sister site": lambda token: _form(token, **{"Sec-Fetch-Site": "same-site"}),
}


LIGHT = "practice.begin"
"""A route that every form can be sent to."""


def accepted(
    site: Furnished, visitor: Visitor, attacks: Iterable[str], only: str = ""
) -> set[tuple[str, str]]:
    """The attacks and the routes, or the one route, that do more than refuse what another site sends."""
    token = visitor.token("/accounts/delete" if visitor.is_in() else "/accounts/login")
    found = set()
    for method, endpoint, path in site.routes("POST", "PUT", "PATCH", "DELETE"):
        for attack in attacks if only in ("", endpoint) else ():
            reply = visitor.client.open(path, method=method, **ATTACKS[attack](token))
            if reply.status_code not in REFUSED:
                found.add((attack, endpoint))
    return found


def test_n09_every_route_that_changes_something_refuses_what_is_not_sent_from_here(site: Furnished) -> None:
    before = rows(site.house)
    assert accepted(site, site.house.seated(site.admin), ATTACKS) == set()
    assert accepted(site, site.house.visitor(), ATTACKS) == set()
    assert rows(site.house) == before


def _without_hook(site: Furnished, name: str) -> None:
    hooks = site.house.app.before_request_funcs[None]
    assert name in {one.__name__ for one in hooks}
    hooks[:] = [one for one in hooks if one.__name__ != name]


def test_n09_control_without_the_check_of_tokens_anybody_is_heard(spare: Furnished) -> None:
    _without_hook(spare, "csrf_protect")
    ours = {to for _, to, _ in spare.routes("POST") if not to.startswith("security.")}
    before, (first, *rest) = rows(spare.house), tuple(ATTACKS)[:6]
    heard = accepted(spare, spare.house.seated(spare.admin), rest, LIGHT)
    assert heard == {(attack, LIGHT) for attack in rest}
    heard = accepted(spare, spare.house.seated(spare.admin), (first,))
    assert heard >= {(first, endpoint) for endpoint in ours}
    assert rows(spare.house) != before


def test_n09_control_without_the_check_of_origins_a_stolen_token_is_enough(spare: Furnished) -> None:
    _without_hook(spare, "refuse_foreign")
    routes = {endpoint for _, endpoint, _ in spare.routes("POST")}
    before, (first, *rest) = rows(spare.house), tuple(ATTACKS)[6:]
    heard = accepted(spare, spare.house.seated(spare.admin), rest, LIGHT)
    assert heard == {(attack, LIGHT) for attack in rest}
    heard = accepted(spare, spare.house.seated(spare.admin), (first,))
    assert heard == {(first, endpoint) for endpoint in routes}
    assert rows(spare.house) != before


def test_n09_reading_changes_only_what_it_may_and_that_once(site: Furnished, walk: Walk) -> None:
    assert walk.changed == {"booklet_item", "seen_item"}, "that a question was shown"
    assert read_everything(site, {"admin"}).changed == set(), "whose question it was sees it again"


def test_n09_reading_after_the_deadline_only_closes_the_attempt_and_that_once(spare: Furnished) -> None:
    small_bank.begin(spare.house.store, spare.admin, "quick")
    read_everything(spare, {"admin"}, "attempts.question")
    spare.house.clock.move(timedelta(hours=1))
    closed = read_everything(spare, {"admin", "stranger"}).changed
    assert closed == {"attempt", "attempt_part", "booklet_item"}, "that time was up"
    assert read_everything(spare, {"admin"}).changed == set()


def test_n09_control_a_page_that_writes_is_found(spare: Furnished) -> None:
    about = spare.house.app.view_functions["pages.about"]

    def forgetful() -> Any:
        accounts.end_session(spare.house.store, spare.admin, "somewhere else", spare.house.clock())
        return about()

    spare.house.app.view_functions["pages.about"] = forgetful
    assert read_everything(spare, only="pages.about").changed == {"ended_session"}


# O02: headers of every page


def nonce_of(reply: TestResponse) -> str:
    found = re.findall(r"'nonce-([\w-]+)'", reply.headers.get("Content-Security-Policy", ""))
    return found[0] if found else ""


def faults(reply: TestResponse, signed_in: bool) -> list[str]:
    """What a page lacks that keeps it to itself."""
    policy = {}
    for part in reply.headers.get("Content-Security-Policy", "").split(";"):
        name, _, sources = part.strip().partition(" ")
        policy[name] = sources
    nonce, text = nonce_of(reply), reply.text
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
    sheets = re.findall(r"<link\b[^>]*stylesheet[^>]*>", text)
    guards = {
        "default-src": policy.get("default-src") == "'none'",
        "frame-ancestors": policy.get("frame-ancestors") == "'none'",
        "base-uri": policy.get("base-uri") == "'none'",
        "form-action": policy.get("form-action") == "'self'",
        "script-src": policy.get("script-src") == f"'nonce-{nonce}' 'strict-dynamic'",
        "nothing unsafe": "unsafe" not in str(policy) and "*" not in str(policy),
        "length of the nonce": len(nonce) >= 22,
        "nosniff": reply.headers.get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": reply.headers.get("Referrer-Policy") in ("no-referrer", "same-origin"),
        "nonce of scripts": all(f'nonce="{nonce}"' in tag and not body.strip() for tag, body in scripts),
        "nonce of styles": all(f'nonce="{nonce}"' in tag for tag in sheets),
        "no inline handler or style": not re.search(r"<[^>]*\s(?:on\w+|style)=|<style\b", text),
        "no-store": not signed_in or "no-store" in reply.headers.get("Cache-Control", ""),
        "Vary": not signed_in or "Cookie" in reply.headers.get("Vary", ""),
    }
    return [name for name, held in guards.items() if not held]


def faulty_pages(asked: Mapping[str, tuple[TestResponse, bool]]) -> tuple[dict[str, list[str]], list[str]]:
    """The faults of every HTML page among some replies to who is signed in or not, and all nonces."""
    found, nonces = {}, []
    for name, (reply, signed_in) in asked.items():
        if reply.mimetype == "text/html":
            nonces.append(nonce_of(reply))
            if told := faults(reply, signed_in):
                found[name] = told
    return found, nonces


def opened(walk: Walk) -> dict[str, tuple[TestResponse, bool]]:
    """The replies of a walk, and whether each was asked for by somebody signed in."""
    return {
        f"{role} {method} {path}": (reply, role != "stranger")
        for (role, method, _, path), reply in walk.replies.items()
    }


def refused(site: Furnished) -> dict[str, tuple[TestResponse, bool]]:
    """What every role gets for forms without a token, a page that is not there, and a wrong method."""
    asked = [*site.routes("POST"), ("GET", "missing", "/no/such/page"), ("PUT", "method", "/about")]
    return {
        f"{role} {method} {path}": (visitor.client.open(path, method=method), role != "stranger")
        for role, visitor in site.visitors().items()
        for method, _, path in asked
    }


def test_o02_every_page_in_every_role_has_the_headers_and_a_nonce_of_its_own(
    site: Furnished, walk: Walk
) -> None:
    found, nonces = faulty_pages(opened(walk) | refused(site))
    assert found == {}
    assert len(set(nonces)) == len(nonces) > 150


def test_o02_control_without_the_headers_every_page_is_at_fault(
    site: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.house.app
    hooks = [one for one in app.after_request_funcs[None] if one.__name__ != "headers"]
    assert len(hooks) < len(app.after_request_funcs[None])
    monkeypatch.setitem(app.after_request_funcs, None, hooks)
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app.inner)
    found, nonces = faulty_pages(opened(read_everything(site, {"candidate"})))
    assert len(found) == len(nonces) > 15
    assert all(
        {"script-src", "frame-ancestors", "nosniff", "Referrer-Policy"} <= set(one) for one in found.values()
    )


def test_o02_control_a_nonce_that_is_not_the_replys_and_a_script_without_one_are_found(
    site: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.house.app
    monkeypatch.setitem(app.jinja_env.globals, "csp_nonce", lambda: "of-another-reply")
    found, nonces = faulty_pages(opened(read_everything(site, only="pages.about")))
    assert len(found) == len(nonces) == 4
    assert all("nonce of styles" in told for told in found.values())
    monkeypatch.setitem(
        app.view_functions, "pages.about", lambda: "<p onclick='x()'><script>alert(1)</script>"
    )
    assert {"nonce of scripts", "no inline handler or style"} <= set(
        faults(site.house.visitor().get("/about"), signed_in=False)
    )


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An application on a port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


InBrowser = Callable[[Callable[[Browser], Any]], Any]
NO_PAGES = {"items.export", "pages.healthz", "attempts.clock", "accounts.setup"}


def violations(site: Furnished, in_browser: InBrowser, only: str = "") -> set[str]:
    """What a browser refuses or complains of while an admin and a stranger open every page, or one."""
    found: set[str] = set()
    visitors = (site.house.seated(site.admin), site.house.visitor())
    paths = [path for _, to, path in site.routes("GET") if to not in NO_PAGES and only in ("", to)]

    def open_all(browser: Browser, address: str) -> None:
        for visitor in visitors:
            context = browser.new_context()
            held = [(one.key, one.value) for one in visitor.client._cookies.values()]
            context.add_cookies([{"name": key, "value": value, "url": address} for key, value in held])
            page = context.new_page()
            page.on("console", lambda message: found.add(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: found.add(str(error)))
            for path in paths:
                page.goto(address + path)
            context.close()

    with served(site.house.app) as address:
        in_browser(partial(open_all, address=address))
    return found


@pytest.mark.browser
def test_o02_a_browser_finds_no_violation_in_normal_use(site: Furnished, in_browser: InBrowser) -> None:
    assert violations(site, in_browser) == set()


@pytest.mark.browser
def test_o02_control_a_browser_refuses_a_style_with_another_nonce(
    spare: Furnished, in_browser: InBrowser
) -> None:
    spare.house.app.jinja_env.globals["csp_nonce"] = lambda: "of-another-reply"
    assert any("Content Security Policy" in one for one in violations(spare, in_browser, "pages.about"))


# I14: text that a template language would run

TEXTS = tuple(probe.replace("7*7", "913*877") for probe in PROBES)
RAN = re.compile(r"800[,.]?701|<class |<Config ")
"""The result of 913 times 877, and what a class or the settings look like when they are printed."""
LOCAL_PARTS = ("{{913*877}}", "${913*877}", "#{913*877}", "{{config}}")
"""What of it an e-mail address can hold."""
_FREE = "title|covers|statement|unit|source|summary|imitates|text|rationale|stem|rule|why|author"


def filled() -> dict[str, bytes]:
    """The example bank with the probes in turn in every field that takes free text."""
    held, number = {}, 0
    for name, content in files().items():
        lines = []
        for line in content.decode().splitlines():
            field = re.match(rf"(\s*(?:- )?)({_FREE}): [^|{{]+$", line)
            if field:
                probe = TEXTS[number % len(TEXTS)].replace('"', '\\"')
                line = f'{field[1]}{field[2]}: "{probe} no. {number}"'
                number += 1
            lines.append(line)
        held[name] = ("\n".join(lines) + "\n").encode()
    return held


def _words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def probed(folder: Path) -> tuple[House, Visitor, Visitor]:
    """A site whose every text holds a probe, an admin, and a candidate whose address is one."""
    house = open_house(folder)
    upload = uploads.stage_upload(house.store, None, f"{TEXTS[0]}.zip", packed(filled()), house.clock())
    uploads.apply_upload(house.store, upload, (), False, None, house.clock())
    admin = house.seated(house.person(ADMIN, "admin"))
    candidate = house.visitor()
    for local in (*LOCAL_PARTS[1:], LOCAL_PARTS[0]):
        candidate = house.visitor()
        candidate.register(f"{local}@example.org")
        house.visitor().register(f"{local}@example.org")
        house.visitor().post("/accounts/reset", email=f"{local}@example.org")
    changed = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    assert candidate.post("/accounts/change", **changed).status_code == 303
    return house, admin, candidate


def sat(candidate: Visitor) -> Iterator[TestResponse]:
    """The pages of one attempt from its start to its review, with a report on the way and practice after."""
    start = "/exams/example/try-out/"
    yield candidate.get(start)
    begun = candidate.post("/attempts/begin", start, bank="example", exam="try-out", mode="timed").location
    for position in (1, 2):
        question = f"{begun}questions/{position}"
        yield candidate.get(question)
        token = candidate.token(question)
        typed = {"csrf_token": token, "client": "probe", "go": "next", "answer": TEXTS[0]}
        yield candidate.client.post(question, data=typed)
        report = f"/comments/new?attempt={begun.split('/')[2]}&position={position}"
        yield candidate.post(report, category="rude", text="\n".join(TEXTS))
        yield candidate.post(report, category="typo", text="\n".join(TEXTS))
    for path in ("check", "hand-in"):
        yield candidate.get(begun + path)
    candidate.post(f"{begun}hand-in")
    for path in ("result", "review"):
        yield candidate.get(begun + path)
    yield candidate.get("/attempts/")
    yield candidate.get("/practice/")
    yield candidate.post("/practice/", bank=TEXTS[0], topics=TEXTS[1], number=TEXTS[2])
    yield candidate.get("/accounts/")
    yield candidate.post("/accounts/delete", password=TEXTS[0])


def looked_at(admin: Visitor, stranger: Visitor) -> Iterator[TestResponse]:
    """Every page of the desk, with searches for probes, and what a stranger may read and type."""
    for path in ("/items/", "/items/banks", "/exams/profiles", "/comments/", "/accounts/people"):
        yield admin.get(path)
    for number in (1, 2, 3):
        yield admin.get(f"/items/{number}")
    for number in (2, 3, 4, 5):
        yield admin.get(f"/accounts/people/{number}")
    yield admin.post("/accounts/people/2/reset-link", "/accounts/people/2")
    content = packed(filled() | {"bank.yml": filled()["bank.yml"].replace(b"CC-BY-4.0", b"'{{913*877}}'")})
    form = {"csrf_token": admin.token("/items/uploads/new"), "file": (io.BytesIO(content), f"{TEXTS[1]}.zip")}
    yield admin.client.post("/items/uploads/new", data=form, follow_redirects=True)
    for text in TEXTS:
        asked = quote(text, safe="")
        yield admin.get(f"/items/?q={asked}&topic={asked}")
        yield admin.get(f"/accounts/people?q={asked}")
        yield stranger.get(f"/?sample={asked}&answer={asked}&check=1")
        yield stranger.get(f"/{asked}")
        yield stranger.get(f"/exams/{asked}/{asked}/")
    for local in LOCAL_PARTS:
        yield stranger.log_in(f"{local}@example.org", "not the password")
        yield stranger.register(f"{local}@example.org", "short")
    for path in ("/", "/about", "/exams/"):
        yield stranger.get(path)


def ran(texts: Iterable[str]) -> list[str]:
    """The texts in which some template language has run a probe."""
    return [text for text in texts if RAN.search(text)]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Visitor, list[TestResponse]]]:
    """A site whose every text holds a probe, its admin, and what was seen of it."""
    house, admin, candidate = probed(tmp_path_factory.mktemp("probed"))
    yield house, admin, [*sat(candidate), *looked_at(admin, house.visitor())]
    house.close()


def test_i14_no_template_language_runs_a_text_on_any_page_or_in_any_mail(
    typed: tuple[House, Visitor, list[TestResponse]],
) -> None:
    house, _, replies = typed
    assert {reply.status_code for reply in replies} <= {200, 303, 404, 422}
    pages, mails = [_words(reply.text) for reply in replies], house.mails.read_text()
    assert ran([*pages, mails]) == []
    for text in TEXTS:
        assert sum(text.replace("__", "") in page.replace("__", "") for page in pages) > 5, text
    assert all(mails.count(f"{local}@example.org") > 3 for local in LOCAL_PARTS)


def test_i14_control_a_page_that_makes_a_template_of_a_text_is_found(
    typed: tuple[House, Visitor, list[TestResponse]], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, admin, _ = typed
    listed = house.app.view_functions["comments.index"]

    def careless() -> str:
        return render_template_string(_words(str(listed())))

    monkeypatch.setitem(house.app.view_functions, "comments.index", careless)
    outgoing = house.app.extensions["security"].mail_util
    send = outgoing.send_mail

    def careless_mail(
        template: str, subject: str, to: str, sender: str, body: str, *rest: Any, **more: Any
    ) -> None:
        send(template, subject, to, sender, render_template_string(body), *rest, **more)

    monkeypatch.setattr(outgoing, "send_mail", careless_mail)
    already = house.mails.read_text()
    house.visitor().register(f"{LOCAL_PARTS[0]}@example.org")
    mail = house.mails.read_text().removeprefix(already)
    assert ran([already]) == []
    assert len(ran([_words(admin.get("/comments/").text), mail])) == 2
