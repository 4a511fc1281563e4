"""Templates and static files: each page is whole, stands where its address says, and asks nobody else."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, Undefined, nodes
from jinja2.exceptions import TemplateSyntaxError

from quizapp.app import COLUMNS
from quizapp.assessment.registry import INTERACTIONS
from quizapp.paths import STATIC, TEMPLATES
from quizapp.web.columns import POLICIES
from tests import small_bank
from tests.web.visitors import House, open_house

NO_PAGES = ("components", "interactions")
"""Folders of parts that pages are made of."""
EXPORTS = "exports"
"""The folder of files that stand by themselves, with their styles inside."""
REFUSALS = frozenset({"attempts/conflict", "attempts/late", "errors/refused"})
"""Pages at the address of what was refused."""
PAGELESS = frozenset({"attempts.show", "attempts.clock", "board.now", "items.export", "pages.healthz"})
"""Addresses that are read and show no page of their own: they lead on, or hand out data."""


@cache
def sources() -> dict[str, str]:
    """The text of every template, by its name."""
    return {
        file.relative_to(TEMPLATES).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(TEMPLATES.rglob("*.*"))
    }


def pages() -> list[str]:
    """The names of the templates that are a whole page."""
    return [
        name
        for name in sources()
        if name.endswith(".html")
        and name != "base.html"
        and name.partition("/")[0] not in (*NO_PAGES, EXPORTS)
    ]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = open_house(tmp_path_factory.mktemp("house"))
    small_bank.stock(opened.store)
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def environment(house: House) -> Environment:
    return house.app.jinja_env


READER = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
"""The site's own settings."""


@cache
def parsed(text: str) -> nodes.Template:
    """A template's tree; nobody changes it."""
    return READER.parse(text)


# Each page is whole


def test_every_template_is_read_with_the_filters_that_the_site_has(environment: Environment) -> None:
    assert {*sources()} <= {*environment.list_templates()}
    for name in sources():
        assert environment.get_template(name)


@pytest.mark.parametrize(
    "text", ["{% if %}", "{{ a|no_such_filter }}", "{% block a %}", "{{ a is no_such_test }}"]
)
def test_control_a_template_that_cannot_be_read_is_refused(environment: Environment, text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        environment.from_string(text)


def headings(body: Iterable[nodes.Node], texts: Mapping[str, str]) -> set[int]:
    """How many h1 some nodes may give, over every way that their conditions may turn out."""
    found = {0}
    for node in body:
        if isinstance(node, nodes.TemplateData):
            here = {len(re.findall(r"<h1[\s>]", node.data))}
        elif isinstance(node, nodes.If):
            ways = [node.body, *(one.body for one in node.elif_), node.else_]
            here = {count for way in ways for count in headings(way, texts)}
        elif isinstance(node, nodes.For):
            once = headings(node.body, texts)
            here = {0} | once | {2 * count for count in once} | headings(node.else_, texts)
        elif isinstance(node, nodes.Include):
            assert isinstance(node.template, nodes.Const)
            here = headings(parsed(texts[node.template.value]).body, texts)
        elif isinstance(node, nodes.Macro):
            here = {0}
        else:
            here = headings(node.iter_child_nodes(), texts)
        found = {one + other for one in found for other in here}
    return found


def incomplete(name: str, text: str, texts: Mapping[str, str]) -> list[str]:
    """What a page lacks of a frame, a title and one heading."""
    tree = parsed(text)
    lacks = []
    frames = [one.template for one in tree.find_all(nodes.Extends)]
    if [getattr(one, "value", None) for one in frames] != ["base.html"]:
        lacks.append("it does not extend base.html")
    blocks = {one.name: one for one in tree.find_all(nodes.Block)}
    if "title" not in blocks or not list(blocks["title"].find_all((nodes.TemplateData, nodes.Name))):
        lacks.append("it sets no title")
    inside = headings(blocks["main"].body, texts) if "main" in blocks else {0}
    if inside != {1}:
        lacks.append(f"it may have {sorted(inside)} h1")
    return [f"{name}: {one}" for one in lacks]


def test_every_page_has_the_frame_a_title_and_one_heading() -> None:
    assert len(pages()) > 25
    assert [told for name in pages() for told in incomplete(name, sources()[name], sources())] == []


def test_no_part_of_a_page_brings_a_heading_of_its_own() -> None:
    parts = [name for name in sources() if name.partition("/")[0] in NO_PAGES or name == "base.html"]
    texts = [re.sub(r"\{#.*?#\}", "", sources()[name], flags=re.DOTALL) for name in parts]
    assert [name for name, text in zip(parts, texts, strict=True) if "<h1" in text] == []


WHOLE = '{% extends "base.html" %}{% block title %}A{% endblock %}{% block main %}<h1>A</h1>{% endblock %}'
PART = {"part.html": "<h1>A part</h1>"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WHOLE, []),
        (WHOLE.replace("<h1>A</h1>", "{% if a %}<h1>A</h1>{% else %}<h1 id='b'>B</h1>{% endif %}"), []),
        (WHOLE.replace("<h1>A</h1>", '{% include "part.html" %}'), []),
        (WHOLE.replace("base.html", "part.html"), ["it does not extend base.html"]),
        (WHOLE.replace('{% extends "base.html" %}', ""), ["it does not extend base.html"]),
        (WHOLE.replace("title %}A", "title %}"), ["it sets no title"]),
        (WHOLE.replace("block title", "block other"), ["it sets no title"]),
        (WHOLE.replace("h1>", "h2>"), ["it may have [0] h1"]),
        (WHOLE.replace("A</h1>", "A</h1><h1>B</h1>"), ["it may have [2] h1"]),
        (WHOLE.replace("<h1>A</h1>", "{% if a %}<h1>A</h1>{% endif %}"), ["it may have [0, 1] h1"]),
        (WHOLE.replace("<h1>A</h1>", "{% for a in b %}<h1>A</h1>{% endfor %}"), ["it may have [0, 1, 2] h1"]),
        (WHOLE.replace("</h1>", '</h1>{% include "part.html" %}'), ["it may have [2] h1"]),
    ],
)
def test_control_a_page_that_lacks_something_is_told(text: str, told: list[str]) -> None:
    assert incomplete("x.html", text, PART) == [f"x.html: {one}" for one in told]


# Nothing inline, nothing from elsewhere


@dataclass
class Scan(HTMLParser):
    """What in a page runs or styles inline, or has a browser ask another origin; and how many h1 it has."""

    faults: list[str] = field(default_factory=list)
    headings: int = 0
    titled: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.faults.append("<style>")
        if tag == "script" and not (given.get("nonce") and given.get("src")):
            self.faults.append("<script> without source or nonce")
        if tag in {"iframe", "object", "embed", "base"}:
            self.faults.append(f"<{tag}>")
        self.faults += [f"{name}= on <{tag}>" for name in given if name == "style" or name.startswith("on")]
        self.faults += [f"{name}={said} on <{tag}>" for name, said in given.items() if _asks(tag, name, said)]
        self.headings += tag == "h1"

    def handle_data(self, data: str) -> None:
        if self.lasttag == "title" and data.strip(" ·\n") not in {"", "quizapp"}:
            self.titled = True


ASKING = frozenset({"src", "srcset", "href", "action", "formaction", "poster", "data", "ping", "background"})


def _asks(tag: str, name: str, said: str) -> bool:
    """Whether an attribute has a browser ask another origin, or run text; a link may lead anywhere."""
    if re.match(r"\s*(javascript|vbscript|data):", said, re.IGNORECASE):
        return True
    if name not in ASKING or (tag == "a" and name == "href"):
        return False
    return re.match(r"\s*([a-z][a-z0-9+.-]*:)?[/\\]{2}", said, re.IGNORECASE) is not None


def scanned(text: str) -> Scan:
    """A page, or a template whose expressions stand as words."""
    plain = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    plain = re.sub(r"\{\{.*?\}\}", "§", plain, flags=re.DOTALL)
    plain = re.sub(r"\{%.*?%\}", " ", plain, flags=re.DOTALL)
    scan = Scan()
    scan.feed(plain)
    scan.close()
    return scan


def test_no_template_runs_or_styles_inline_or_asks_another_origin() -> None:
    found = {name: scanned(text).faults for name, text in sources().items() if name.endswith(".html")}
    faulty = {name: set(faults) for name, faults in found.items() if faults}
    assert faulty == {name: {"<style>"} for name in found if name.startswith(EXPORTS)}


def unsigned(text: str) -> list[str]:
    """The scripts of a template whose nonce is not the one of the reply."""
    tags = re.findall(r"<script\b.*?>", text, re.DOTALL)
    return [one for one in tags if not re.search(r'\snonce="\{\{ csp_nonce\(\) \}\}"', one)]


def test_every_script_carries_the_nonce_of_its_reply() -> None:
    assert [one for text in sources().values() for one in unsigned(text)] == []
    assert any("<script" in text for text in sources().values())


@pytest.mark.parametrize(
    "text",
    ["<script src='/a.js'></script>", '<script nonce="abc" src="/a.js"></script>', "<script>go()</script>"],
)
def test_control_a_script_without_the_nonce_is_found(text: str) -> None:
    assert unsigned(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p style='color: red'>",
        "<style>p { color: red }</style>",
        "<button {% if a %}onclick='go()'{% endif %}>",
        "<body ONLOAD=go()>",
        "<script nonce='{{ csp_nonce() }}'>go()</script>",
        "<script src='{{ 'js/a.js'|asset }}'></script>",
        "<img src='https://example.org/a.png'>",
        "<link rel=stylesheet href=//example.org/a.css>",
        "<form action='http://example.org/'>",
        "<a href='javascript:go()'>",
        "<a href='/' ping='https://example.org'>",
        "<iframe src='/'></iframe>",
        "<base href='/'>",
    ],
)
def test_control_what_is_inline_or_from_elsewhere_is_found(text: str) -> None:
    assert scanned(text).faults
    assert scanned("<a href='https://example.org'>{{ on_click }} style=</a><!-- <style> -->").faults == []


def foreign(text: str) -> list[str]:
    """The addresses of other origins in a style sheet or script; a name of an XML vocabulary is none."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    plain = re.sub(r"http://www\.w3\.org/[0-9A-Za-z/]+", "", plain)
    found = re.findall(r"(?:https?|wss?):[\"'`]?\s*//[^\s\"')]+", plain)
    return found + re.findall(r"[\"'`(]\s*//[^\s\"')]+", plain)


def test_no_static_file_names_another_origin() -> None:
    files = [one for one in STATIC.rglob("*") if one.suffix in {".css", ".js", ".svg"}]
    assert {one.suffix for one in files} == {".css", ".js", ".svg"}
    assert [(one.name, told) for one in files for told in foreign(one.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "@import 'https://example.org/a.css';",
        "p { background: url(//example.org/a.png) }",
        'fetch("http://example.org/")',
        "import x from '//example.org/a.js';",
        "new WebSocket(`wss://example.org`)",
    ],
)
def test_control_another_origin_in_a_static_file_is_found(text: str) -> None:
    assert foreign(text)
    assert foreign("// a comment\nconst a = 'a//b'; /* https://example.org */ url(/own.png)") == []


PUBLIC = (
    "/",
    "/about",
    "/exams/",
    "/exams/small/quick/",
    "/accounts/login",
    "/accounts/register",
    "/no/such",
)
OWN = ("/attempts/", "/practice/", "/accounts/", "/accounts/change", "/exams/small/two-parts/")
STAFF = (
    "/items/",
    "/items/banks",
    "/items/facts",
    "/items/uploads/new",
    "/exams/profiles",
    "/comments/",
    "/accounts/people",
    "/board/",
    "/board/exams/small/quick/time",
)


def test_pages_as_they_are_served_are_whole_and_ask_nobody_else(house: House) -> None:
    admin, ada = house.signed_in("admin@example.org", "admin"), house.signed_in("ada@example.org")
    ada.post("/attempts/begin", "/exams/small/quick/", bank="small", exam="quick", mode="timed")
    begun = re.findall(r'href="(/attempts/[^"/]+/)', ada.get("/attempts/").text)[0]
    sitting = tuple(f"{begun}{one}" for one in ("questions/1", "check", "hand-in"))
    for visitor, paths in ((house.visitor(), PUBLIC), (ada, OWN + sitting), (admin, STAFF)):
        for path in paths:
            reply = visitor.get(path)
            assert reply.status_code == (404 if path == "/no/such" else 200), path
            scan = scanned(reply.text)
            assert (scan.faults, scan.headings, scan.titled) == ([], 1, True), path


# A template stands where its address says


def misplaced(names: Iterable[str], endpoints: Mapping[str, bool]) -> list[str]:
    """Pages without an endpoint of their name, and endpoints that are read (True) and have no page."""
    wanted = {one.replace(".", "/"): read for one, read in endpoints.items() if one not in PAGELESS}
    placed = {name.removesuffix(".html") for name in names}
    return sorted(placed - wanted.keys() - REFUSALS) + sorted(
        one for one, read in wanted.items() if read and one not in placed
    )


def endpoints_of(app: Flask) -> dict[str, bool]:
    """The endpoints of an application, and whether they answer a GET."""
    found: dict[str, bool] = {}
    for rule in app.url_map.iter_rules():
        found[rule.endpoint] = found.get(rule.endpoint, False) or "GET" in (rule.methods or ())
    return found


def test_a_page_stands_where_its_address_says(house: House) -> None:
    assert misplaced(pages(), endpoints_of(house.app)) == []


def test_every_exception_is_still_one(house: House) -> None:
    assert {f"{name}.html" for name in REFUSALS} <= set(pages())
    assert all(endpoints_of(house.app)[one] for one in PAGELESS)
    assert not {name.replace(".", "/") for name in PAGELESS} & {one.removesuffix(".html") for one in pages()}


def test_every_column_has_its_folder_and_every_folder_its_column(house: House) -> None:
    folders = {name.partition("/")[0] for name in pages()} - {"errors", "security"}
    assert folders == {column.name for column in COLUMNS}
    assert {one.partition(".")[0] for one in house.app.extensions[POLICIES]} == folders


def test_control_a_page_that_stands_elsewhere_is_found() -> None:
    endpoints = {"attempts.index": True, "attempts.check": True, "attempts.begin": False}
    assert misplaced(["attempts/index.html", "attempts/check.html"], endpoints) == []
    assert misplaced(["attempts/list.html", "attempts/check.html"], endpoints) == [
        "attempts/list",
        "attempts/index",
    ]


# Interactions


@dataclass(frozen=True)
class Macro:
    """What a macro takes: every argument, and those that must be given."""

    takes: frozenset[str]
    needs: frozenset[str]


@cache
def macros(text: str) -> dict[str, Macro]:
    """The macros of a template that others may call."""
    found = {}
    for one in parsed(text).find_all(nodes.Macro):
        names = [argument.name for argument in one.args]
        found[one.name] = Macro(frozenset(names), frozenset(names[: len(names) - len(one.defaults)]))
    return {name: macro for name, macro in found.items() if not name.startswith("_")}


@cache
def interaction_calls(page: str) -> list[tuple[str, nodes.Call]]:
    """The calls of a macro of `interaction` in a page, each with the macro's name."""
    calls = [(one.node, one) for one in parsed(page).find_all(nodes.Call)]
    return [
        (target.attr, call)
        for target, call in calls
        if isinstance(target, nodes.Getattr) and getattr(target.node, "name", "") == "interaction"
    ]


def unanswered(page: str, part: str) -> list[str]:
    """The calls of `interaction` in a page that the template of an interaction cannot answer."""
    there, faults = macros(part), []
    for name, call in interaction_calls(page):
        macro = there.get(name)
        positional = [*(macro.takes if macro else ())][: len(call.args)]
        given = {one.key for one in call.kwargs}
        if macro is None:
            faults.append(f"{name} is missing")
        elif given - macro.takes:
            faults.append(f"{name} does not take {', '.join(sorted(given - macro.takes))}")
        elif len(macro.needs - given) > len(positional):
            faults.append(f"{name} needs {', '.join(sorted(macro.needs - given))}")
    return faults


@pytest.mark.parametrize("name", INTERACTIONS)
def test_every_interaction_has_the_macros_that_pages_call(name: str) -> None:
    part = sources()[f"interactions/{name}.html"]
    assert [f"{page}: {told}" for page, text in sources().items() for told in unanswered(text, part)] == []
    assert {"ask", "review"} <= set(macros(part))


def test_no_template_is_left_of_an_interaction_that_is_gone() -> None:
    there = {Path(name).stem for name in sources() if name.startswith("interactions/")}
    assert there == set(INTERACTIONS)


ASKS = "{{ interaction.ask(shown, response=(), struck=()) }}"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("{% macro ask(asked, response, struck, error=none) %}{% endmacro %}", []),
        ("{% macro review(asked) %}{% endmacro %}", ["ask is missing"]),
        ("{% macro _ask(asked, response, struck) %}{% endmacro %}", ["ask is missing"]),
        ("{% macro ask(asked, response) %}{% endmacro %}", ["ask does not take struck"]),
        ("{% macro ask(asked, response, struck, typed) %}{% endmacro %}", ["ask needs asked, typed"]),
    ],
)
def test_control_a_macro_that_a_page_calls_in_vain_is_found(part: str, told: list[str]) -> None:
    assert unanswered(ASKS, part) == told


def test_a_missing_value_is_an_error_and_no_empty_space(environment: Environment) -> None:
    assert environment.undefined is not Undefined
    with pytest.raises(Exception, match="no_such_value"):
        environment.from_string("{{ no_such_value }}").render()
