"""The open pages: home with its samples, about, health, and every error page."""

import re
from pathlib import Path

import pytest
from flask import abort
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from quizapp.assessment import errors as core
from quizapp.services import attempts
from quizapp.services import errors as services
from quizapp.web.errors import STATUSES
from tests import small_bank
from tests.small_bank import CANARY
from tests.web.visitors import House, open_house

DISCLAIMER = "not affiliated with, endorsed by or approved by IBF, SCI, MAS"
LEAKS = re.compile(
    r"Traceback|File \"|line \d+|\.py\b|site-packages|/(?:home|root|usr|var|tmp|srv)/|"
    r"(?i:werkzeug|flask|jinja|sqlalchemy|sqlite|psycopg|granian|python)|Error\(|secret detail"
)
"""What no error page may hold: traces, paths, names and versions of what runs the site, an error's text."""


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _h1(page: TestResponse) -> list[str]:
    return re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)


# Home


def test_home_says_what_this_is_and_is_not_without_a_bank_too(tmp_path: Path) -> None:
    page = open_house(tmp_path).visitor().get("/")
    assert page.status_code == 200
    assert len(_h1(page)) == 1
    assert DISCLAIMER in page.text
    assert "No question bank is loaded yet." in page.text


def test_anybody_answers_a_sample_without_an_account_and_without_a_cookie(house: House) -> None:
    visitor = house.visitor()
    page = visitor.get("/")
    assert "Which option answers sample-one?" in page.text
    assert small_bank.COVERS in page.text
    assert CANARY not in page.text
    answered = visitor.get("/?sample=sample-one&answer=near&check=1")
    assert f"{CANARY} rule" in answered.text
    assert "Your answer: wrong" in answered.text
    assert not visitor.client._cookies


def test_every_sample_leads_to_the_next(house: House) -> None:
    visitor = house.visitor()
    first = visitor.get("/?sample=sample-one&answer=right&check=1").text
    assert "Right, and your answer" in first
    assert 'href="/?sample=sample-two#try"' in first
    last = visitor.get("/?sample=sample-two&answer=2.5&check=1").text
    assert "Next sample question" not in last
    assert "Register to sit a whole test" in last


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sample=sample-one&check=1", "Choose or type an answer first"),
        ("sample=sample-one&answer=nothing&check=1", "That is no possible answer"),
        ("sample=sample-two&answer=two&check=1", "Write the number in plain digits"),
    ],
)
def test_an_impossible_answer_is_told_and_what_was_typed_is_kept(house: House, query: str, told: str) -> None:
    page = house.visitor().get(f"/?{query}")
    assert page.status_code == 200
    assert told in page.text
    assert CANARY not in page.text
    if "two&" in query:
        assert 'value="two"' in page.text


@pytest.mark.parametrize(
    "query",
    ["sample=%00", "sample=x&answer=%F0%9F%98%80&check=1", "answer=right&check=1", "sample=" + "x" * 5000],
)
def test_odd_addresses_show_the_plain_home_page(house: House, query: str) -> None:
    page = house.visitor().get(f"/?{query}")
    assert page.status_code == 200
    assert CANARY not in page.text


def test_a_sample_waits_while_its_sibling_is_in_an_open_timed_test(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    ada = _account(house, "ada@example.org")
    for seed in range(50):
        public_id = attempts.begin(
            house.store, ada, "small", "quick", small_bank.Mode.TIMED, house.clock(), seed
        )
        if "one-0" in {one.slug for one in small_bank.booklet(house.store, public_id)}:
            break
        attempts.hand_in(house.store, ada, public_id, house.clock())
    path = "/?sample=sample-one&answer=right&check=1"
    page = visitor.get(path).text
    assert "The explanation waits" in page
    assert CANARY not in page
    assert CANARY in house.visitor().get(path).text, "it waits for this account only"
    attempts.hand_in(house.store, ada, public_id, house.clock())
    assert CANARY in visitor.get(path).text


def _account(house: House, email: str) -> int:
    with house.store.read() as conn:
        return small_bank.account_rows.list_people(conn, email, 0, 1)[1][0].id


# About and health


def test_about_tells_scoring_privacy_licence_and_marks_every_unproven_promise(house: House) -> None:
    page = house.visitor().get("/about")
    assert page.status_code == 200
    assert len(_h1(page)) == 1
    for words in (
        "How scoring works",
        "What is kept about you",
        "CC-BY-4.0",
        "MIT",
        "13 questions",
        DISCLAIMER,
    ):
        assert words in page.text
    promises = page.text.split("<h2>Promises</h2>")[1].split("</dl>")[0]
    assert promises.count("<dt>") == promises.count("Not yet") + promises.count("Kept") > 5


def test_health_is_ok_while_the_store_works_and_names_nothing_when_it_does_not(house: House) -> None:
    visitor = house.visitor()
    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").json) == (200, {"status": "ok"})
    assert house.store._writer
    house.store._writer.dead = "secret detail"
    failing = visitor.get("/healthz")
    assert (failing.status_code, failing.json) == (503, {"status": "failing"})


# O07: error pages


def _raiser(error: object) -> object:
    def view() -> str:
        if isinstance(error, int):
            abort(error, description="secret detail")
        assert isinstance(error, Exception)
        raise error

    return view


REFUSALS: dict[str, Exception] = {
    "not-found": services.NotFound(),
    "not-allowed": core.NotAllowed("secret detail"),
    "withheld": core.KeyWithheld("secret detail"),
    "closed": core.AttemptClosed(0),
    "not-open": core.PartNotOpen(1),
    "order": core.OutOfOrder(3, 2),
    "stale": core.StaleResponse(1, "answer", 2, ("a",), ("b",)),
    "revealed": core.AnswerRevealed(1),
    "reused": core.KeyReused("secret detail", 1),
    "invalid": core.InvalidResponse("not_a_number"),
    "short": core.BlueprintShort(("T1",), None, 3, 1),
    "time": core.TimeFixed(),
    "conflict": services.Conflict("attempt_open"),
    "conflict-other": services.Conflict("changed"),
    "refused": services.Refused("mode", "mode"),
    "full": services.StoreFull("secret detail"),
    "store": services.StoreError("secret detail"),
    "failed": RuntimeError("secret detail"),
    "failed-deep": KeyError("/srv/secret detail.py"),
}
CODES = (400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 418, 422, 429, 431, 500, 501, 502, 503)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A site with a route for every error."""
    house = open_house(tmp_path_factory.mktemp("broken"))
    for name, error in REFUSALS.items():
        house.app.add_url_rule(f"/broken/{name}", f"broken-{name}", _raiser(error))  # type: ignore[arg-type]
    for code in CODES:
        house.app.add_url_rule(f"/broken/{code}", f"broken-{code}", _raiser(code))  # type: ignore[arg-type]
    return house


def _check(page: TestResponse, status: int) -> None:
    """One error page: its status, a request id, one heading, the disclaimer, a way on, and nothing leaked."""
    assert page.status_code == status
    assert re.search(rf"Error {status}\. Request [0-9a-f]{{16}}\.", page.text)
    assert len(_h1(page)) == 1
    assert DISCLAIMER in page.text
    assert 'class="button primary"' in page.text
    told = re.sub(r"<[^>]+>", " ", page.text)
    assert not LEAKS.search(told), LEAKS.search(told)
    assert not {"Server", "X-Powered-By"} & {name for name, _ in page.headers if name != "Server"}


@pytest.mark.parametrize("code", CODES)
def test_every_http_error_has_a_calm_page_with_a_request_id(broken: House, code: int) -> None:
    _check(broken.visitor().get(f"/broken/{code}"), code)


@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_has_a_calm_page_with_a_request_id(broken: House, name: str) -> None:
    expected = next((status for kind, (status, _) in STATUSES.items() if type(REFUSALS[name]) is kind), 500)
    _check(broken.visitor().get(f"/broken/{name}"), expected)


def test_the_refusals_tried_are_all_there_are() -> None:
    assert {type(one) for one in REFUSALS.values()} >= set(STATUSES)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_script_gets_a_problem_with_a_request_id_and_nothing_leaked(broken: House, name: str) -> None:
    reply = broken.visitor().get(f"/broken/{name}", Accept="application/json")
    assert reply.mimetype == "application/problem+json"
    assert reply.json
    assert re.fullmatch(r"[0-9a-f]{16}", reply.json["request_id"])
    assert not LEAKS.search(reply.text)


def test_the_leak_finder_finds_what_a_bare_framework_would_show(broken: House) -> None:
    """The control: the same check must fail on pages that leak."""
    leaky = broken.app.make_response(('<h1>x</h1>Traceback (most recent call last): File "/srv/app.py"', 500))
    page = TestResponse(
        leaky.response, leaky.status, leaky.headers, broken.app.test_request_context().request
    )
    with pytest.raises(AssertionError):
        _check(page, 500)
    assert LEAKS.search("sqlalchemy.exc.OperationalError: no such table")
    assert LEAKS.search("Werkzeug/3.1")
    with pytest.raises(HTTPException):
        abort(500, description="secret detail")


def test_wrong_methods_missing_tokens_and_large_bodies_get_the_same_page(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    _check(visitor.client.delete("/about"), 405)
    _check(visitor.client.post("/practice/", data={"topics": "T1"}), 400)
    _check(house.visitor().client.post("/practice/", data={"topics": "T1"}), 401)
    own = {"csrf_token": visitor.token("/practice/")}
    field = b'--edge\r\nContent-Disposition: form-data; name="topics"\r\n\r\n' + b"x" * 600_000
    kind = "multipart/form-data; boundary=edge"
    _check(visitor.client.post("/practice/", data=field + b"\r\n--edge--\r\n", content_type=kind), 413)
    _check(visitor.client.post("/practice/", data=own, headers={"Origin": "https://elsewhere.example"}), 403)
    _check(visitor.get("/no/such/page"), 404)
    assert "out of date" in visitor.client.post("/practice/", data={"topics": "T1"}).text


def test_too_many_tries_get_the_same_page(house: House) -> None:
    visitor = house.visitor()
    token = visitor.token("/accounts/login")
    form = {"csrf_token": token, "email": "ada@example.org", "password": "not the password"}
    replies = [visitor.client.post("/accounts/login", data=form) for _ in range(12)]
    _check(replies[-1], 429)


def test_every_request_has_an_id_of_its_own(broken: House) -> None:
    found = {
        re.findall(r"Request ([0-9a-f]{16})", broken.visitor().get("/broken/404").text)[0] for _ in range(20)
    }
    assert len(found) == 20


def test_a_static_file_is_kept_for_ever_and_is_what_its_type_says(house: House) -> None:
    with house.visitor().get(house.app.jinja_env.filters["asset"]("css/site.css")) as reply:
        assert reply.mimetype == "text/css"
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
