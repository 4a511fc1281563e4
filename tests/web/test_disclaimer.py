"""The disclaimer: its substance in the footer of every page for everybody, in exports, and in the README."""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.test import TestResponse

from quizapp.paths import STATIC
from quizapp.services import banks
from tests import small_bank
from tests.web.routes import Cast, ask, table
from tests.web.visitors import House, open_house

SUBSTANCE = (
    r"independent, open-source study aid",
    r"not affiliated with, endorsed by or approved by IBF, SCI, MAS or any government body",
    r"for education only|educational use only",
    r"not financial, legal or licensing advice",
    r"all questions are original",
    r"none (comes|are taken|is taken) from (a )?real examinations? or (from )?(an)?other providers?",
    r"exam formats are unofficial and may be out of date: check with the exam body",
    r"facts (carry a date|are dated); markets and rules change",
)
"""What must be said, in our words or in those that were given."""
EVERYBODY = ("anonymous", "owner", "author", "admin", "disabled")
"""One of each role."""
MACHINES = {"/healthz": "owner", "/attempts/<public_id>/clock": "owner", "/board/now": "admin"}
"""Routes that answer programs, not people, and who may ask them."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = open_house(tmp_path_factory.mktemp("house"))
    small_bank.stock(found.store)
    yield found
    found.close()


@cache
def unsaid(text: str) -> list[str]:
    """What of the substance is missing in a text; marks of comments and quotations do not count."""
    plain = " ".join(re.sub(r"^[ \t]*[#>]+ ?", "", text, flags=re.MULTILINE).split())
    return [one for one in SUBSTANCE if not re.search(one, plain, re.IGNORECASE)]


def footer(page: str) -> str:
    """The words at the foot of a page, as they are printed too."""
    found = re.search(r"<footer\b.*?</footer>", page, re.DOTALL)
    if not found:
        return ""
    printed = re.sub(r"<(\w+)[^>]*\bno-print\b.*?</\1>", "", found[0], flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", printed))


def silent(replies: Mapping[str, TestResponse]) -> list[str]:
    """Which replies do not say it: pages in their footer, archives in every file."""
    found = []
    for name, reply in replies.items():
        if reply.mimetype == "application/zip":
            found += [f"{name}: {path}" for path, text in _files(reply.data).items() if unsaid(text)]
        elif unsaid(footer(reply.text)):
            found.append(name)
    return found


def _files(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def pages(house: House) -> dict[str, TestResponse]:
    """What every GET route shows to everybody, wherever it leads, but for what programs read.

    Where many lead to the same page, as to the form to log in, each person is led there once.
    """
    cast, found = Cast(house), {}
    for route in table():
        if route.changes or route.rule in MACHINES:
            continue
        for name in EVERYBODY:
            address, _ = cast.how(name, route)
            client = cast.visitors[name].client
            reply = client.get(address)
            target = (reply.location or route.rule).partition("?")[0]
            if f"{name} {target}" not in found:
                found[f"{name} {target}"] = (
                    client.get(reply.location, follow_redirects=True) if reply.location else reply
                )
    return found


def refusals(house: House) -> dict[str, TestResponse]:
    """A page of every refusal, by its status, and what forms show without leading on."""
    cast = Cast(house)
    owner, admin = cast.visitors["owner"], cast.visitors["admin"]
    at, target = f"/attempts/{cast.whole}/", cast.ids["target"]

    def broken() -> None:
        raise RuntimeError

    house.app.view_functions["pages.about"], about = broken, house.app.view_functions["pages.about"]
    failed = owner.get("/about")
    house.app.view_functions["pages.about"] = about
    stale = {"client": "a", "flag": "1"}
    ask(house, owner, "POST", f"{at}questions/1", stale)
    found = [
        owner.client.post(f"{at}hand-in", data={}),
        owner.client.get("/about", base_url="http://elsewhere.example"),
        house.visitor().client.post(f"{at}hand-in", data={}),
        owner.client.post(f"{at}hand-in", headers={"Origin": "http://elsewhere.example"}),
        owner.get("/no/such/page"),
        owner.get(f"{at}responses"),
        ask(house, owner, "POST", f"{at}questions/1", stale | {"client": "b", "flag": "0"}),
        owner.client.post(f"{at}hand-in", data=b"x" * (house.app.config["MAX_CONTENT_LENGTH"] + 1)),
        ask(house, owner, "POST", f"{at}questions/2", {"client": "c", "answer": ["no such option"]}),
        *(ask(house, owner, "POST", "/accounts/delete", {"password": "wrong"}) for _ in range(11)),
        ask(house, admin, "POST", f"/accounts/people/{target}/reset-link", {}),
        failed,
    ]
    return {f"{one.status_code} {one.request.path}": one for one in found}


def test_every_page_says_it_at_its_foot_to_everybody(house: House) -> None:
    found = pages(house)
    assert len(found) > 120
    assert silent(found) == []
    assert {reply.mimetype for reply in found.values()} == {"text/html", "application/zip"}


def test_what_is_left_out_of_the_walk_is_read_by_programs(house: House) -> None:
    cast = Cast(house)
    for route in table():
        if route.rule in MACHINES:
            assert cast.ask(MACHINES[route.rule], route).mimetype == "application/json"


def test_every_refusal_says_it_too(house: House) -> None:
    found = refusals(house)
    assert {int(name[:3]) for name in found} >= {200, 400, 401, 403, 404, 405, 409, 413, 422, 429, 500}
    assert silent(found) == []


@pytest.mark.parametrize("address", ["/exams/", "/exams/small/quick/", "/exams/small/two-parts/", "/about"])
def test_a_start_page_says_it_above_its_foot_as_well(house: House, address: str) -> None:
    body = re.sub(r"<footer.*", "", house.visitor().get(address).text, flags=re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", body).split())
    assert "Not affiliated with, endorsed by or approved by IBF, SCI, MAS or any government body" in words
    assert "format is unofficial: check with the exam body" in words


def test_print_hides_no_foot_of_a_page() -> None:
    sheets = "\n".join(sheet.read_text() for sheet in sorted((STATIC / "css").glob("*.css")))
    hidden = re.findall(r"([^{}]+)\{[^{}]*display:\s*none[^{}]*\}", sheets)
    assert any(".no-print" in one for one in hidden)
    assert not any("colophon" in one or "footer" in one for one in hidden)


def test_an_exported_bank_says_it_in_every_file(house: House) -> None:
    files = _files(banks.export_bank(house.store, "small"))
    assert files
    assert {path: unsaid(text) for path, text in files.items() if unsaid(text)} == {}


def test_the_readme_says_it() -> None:
    assert unsaid((Path(__file__).parents[2] / "README.md").read_text()) == []


def test_control_pages_without_the_component_are_found(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    small_bank.stock(house.store)
    without = DictLoader({"components/disclaimer.html": ""})
    house.app.jinja_env.loader = ChoiceLoader([without, house.app.jinja_env.loader])
    found = {"home": house.visitor().get("/"), "lost": house.visitor().get("/no/such/page")}
    assert silent(found) == ["home", "lost"]
    house.close()


def test_control_one_sentence_that_is_dropped_or_not_printed_is_found(house: House) -> None:
    page = house.visitor().get("/").text
    assert unsaid(footer(page)) == []
    dropped = page.replace("markets and rules change", "")
    assert unsaid(footer(dropped)) == [SUBSTANCE[-1]]
    assert len(unsaid(footer(page.replace("<footer", "<div")))) == len(SUBSTANCE)


def test_control_an_export_without_the_words_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banks, "DISCLAIMER", ("A bank of questions.",))
    assert all(unsaid(text) for text in _files(banks.export_bank(house.store, "small")).values())
