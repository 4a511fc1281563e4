"""Who may open what (Z01), what is told about what is not one's own (Z02), and what no request can bend:
time and marks (T03), a test that is handed in (T15), keys before their release (Z03)."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import request
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from quizapp.assessment import access
from quizapp.assessment.attempt import Mode, Verdict
from quizapp.assessment.blueprint import ExamProfile, Quota
from quizapp.assessment.item import Item
from quizapp.services import attempts, responses, results
from quizapp.store import attempts as attempt_rows
from quizapp.store import responses as response_rows
from quizapp.store.accounts import add_account
from quizapp.store.items import secret_items
from quizapp.store.tables import (
    account,
    attempt,
    attempt_part,
    comment,
    late_response,
    metadata,
    response_log,
)
from tests import small_bank
from tests.conftest import Rounds
from tests.small_bank import (
    CANARY,
    exam,
    gapped,
    matched,
    multiple,
    numeric,
    ordered,
    part,
    single,
    statements,
    truth,
    worded,
)
from tests.web.routes import PEOPLE, Cast, Route, ask, seat, table
from tests.web.visitors import House, Visitor, open_house

pytestmark = pytest.mark.slow

ROUNDS, ROUNDS_FULL = 20, 500
"""T15: rounds of an edit after hand-in, each with two clients, on a commit and before a release."""
MADE_UP, MADE_UP_FULL = 20, 1_000
"""T03: writes with parameters made up from the names of every column."""
ROUTES_WITH_AN_OWNER = 23
"""Z02: rows of the table that name an attempt, an upload or a report."""
_numbers = count()
_LAST = ("owner", "admin")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A stocked site for the whole module: each test brings its own cast."""
    found = open_house(tmp_path_factory.mktemp("house"))
    small_bank.stock(found.store)
    yield found
    found.close()


# Z01: every route, everybody


def shape(rule: str) -> str:
    """A rule as the table writes it: without converters."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"<\1>", rule)


def absent(house: House) -> set[tuple[str, str]]:
    """Routes of the application that are not in the table, and rows of it that are no route."""
    routes = {
        (method, shape(rule.rule))
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return routes ^ {(one.method, one.rule) for one in table()}


def surprises(
    house: House, routes: tuple[Route, ...], people: tuple[str, ...] = PEOPLE
) -> list[tuple[str, str, str, int]]:
    """Whoever got another status than the table says: person, method, rule, status.

    Who may change something brings a cast of their own, and asks after all who may not.
    """
    found, reader = [], Cast(house)
    for route in routes:
        fresh = Cast(house) if route.changes else reader
        for name in sorted(people, key=_LAST.__contains__):
            allowed = route.replies[PEOPLE.index(name)] < 400
            status = (fresh if allowed else reader).ask(name, route).status_code
            if status != route.replies[PEOPLE.index(name)]:
                found.append((name, route.method, route.rule, status))
    return found


def test_z01_every_route_is_in_the_table_once(house: House) -> None:
    rows = [(one.method, one.rule) for one in table()]
    assert len(rows) == len(set(rows))
    assert absent(house) == set()


def test_z01_control_a_route_that_nobody_wrote_down_is_found(house: House, tmp_path: Any) -> None:
    other = open_house(tmp_path)
    other.app.add_url_rule("/items/keys.json", "keys", lambda: "all of them")
    assert absent(other) == {("GET", "/items/keys.json")}
    other.close()


def test_z01_everybody_gets_what_the_table_says_and_nothing_else(house: House) -> None:
    assert surprises(house, table()) == []


def test_every_route_answers_who_may_use_it_on_postgresql_too(
    new_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = open_house(tmp_path_factory.mktemp("other"), database_url=new_url("postgresql"))
    small_bank.stock(other.store)
    owners = [one for one in table() if one.replies[PEOPLE.index("owner")] < 400]
    rest = [one for one in table() if one not in owners]
    assert surprises(other, tuple(owners), ("owner",)) + surprises(other, tuple(rest), ("admin",)) == []
    other.close()


def test_z01_control_without_the_policy_strangers_get_pages(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.web.columns.can", lambda *_: True)
    guarded_pages = [one for one in table() if one.rule in ("/accounts/people", "/items/")]
    found = surprises(house, tuple(guarded_pages))
    opened = {(name, rule) for name, _, rule, status in found if status // 100 == 2}
    assert {("owner", "/accounts/people"), ("author", "/accounts/people"), ("other", "/items/")} <= opened


# Z02: what is somebody else's reads as what does not exist

_OWNED = ("<public_id>", "/comments/new")
_STAFFS = "/board/"
"""What is found by role alone, whoever owns it: Z01 asks everybody for it."""
_PASSING = re.compile(
    r'Request [0-9a-f]{16}|nonce[-=]"?[\w-]+|name="csrf_token" value="[^"]+"|"request_id":\s*"\w+"'
)


@dataclass(frozen=True)
class Exchange:
    """The same request for something that is somebody else's and for something that nobody has."""

    asked: str
    foreign: TestResponse
    unknown: TestResponse
    names: tuple[str, str]
    holder: str

    @property
    def tells(self) -> bool:
        """Whether the replies differ but for what passes with every request, or show what is the holder's."""
        text = self.foreign.text
        return (
            self._said(self.foreign, self.names[0]) != self._said(self.unknown, self.names[1])
            or self.foreign.status_code != 404
            or "Which option answers" in text
            or self.holder in text
        )

    def _said(self, reply: TestResponse, name: str) -> object:
        headers = {
            key: "" if key == "Set-Cookie" else _PASSING.sub("", value).replace(name, "")
            for key, value in reply.headers.items()
        }
        return reply.status_code, headers, _PASSING.sub("", reply.text).replace(name, "")


def owned() -> list[Route]:
    """The routes that name something owned."""
    return [
        route
        for route in table()
        if any(mark in route.rule for mark in _OWNED) and not route.rule.startswith(_STAFFS)
    ]


def exchanges(house: House, one: Cast, other: Cast, routes: Iterable[Route]) -> Iterator[Exchange]:
    """Routes that name something owned, asked by each of two people for what is the other's."""
    for asker, holder in ((one, other), (other, one)):
        for route in routes:
            person = "author" if "uploads" in route.rule else "owner"
            visitor = asker.visitors[person]
            address, fields = holder.how(person, route)
            found = re.search(r"[\w-]{22}", address)
            assert found, address
            name, nobody = found[0], "0" * len(found[0])
            yield Exchange(
                f"{route.method} {route.rule}",
                ask(house, visitor, route.method, address, fields),
                ask(house, visitor, route.method, address.replace(name, nobody), fields),
                (name, nobody),
                holder.emails[person],
            )


def kept(house: House) -> list[object]:
    """Everything that a request could change about attempts and reports."""
    with house.store.read() as conn:
        return [
            conn.execute(select(one).order_by(*one.primary_key)).all()
            for one in (attempt, attempt_part, response_log, late_response, comment)
        ]


def _casts(house: House) -> tuple[Cast, Cast]:
    casts = Cast(house), Cast(house)
    for cast in casts:
        assert cast.closed
        assert cast.open
        assert cast.whole
        assert cast.upload
    return casts


def leaks(asked: Iterable[Exchange]) -> list[str]:
    """Requests whose reply tells what is somebody else's from what nobody has, or shows any of it."""
    return [exchange.asked for exchange in asked if exchange.tells]


def test_z02_what_is_somebody_elses_reads_as_what_does_not_exist(house: House) -> None:
    one, other = _casts(house)
    before = kept(house)
    asked = list(exchanges(house, one, other, owned()))
    assert len(asked) == 2 * ROUTES_WITH_AN_OWNER
    assert leaks(asked) == []
    assert kept(house) == before


def _anybodys_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    real = attempt_rows.find_attempt

    def find(conn: Any, public_id: str, account_id: int | None = None, **more: Any) -> Any:
        return real(conn, public_id, None, **more)

    monkeypatch.setattr(attempt_rows, "find_attempt", find)


def _anybodys_save(monkeypatch: pytest.MonkeyPatch) -> None:
    real = response_rows.save_state

    def state(conn: Any, public_id: str, *between: Any) -> Any:
        *rest, _, digest = between
        owner = select(account.c.fs_uniquifier).join(attempt, attempt.c.account_id == account.c.id)
        uniquifier = conn.execute(owner.where(attempt.c.public_id == public_id)).scalar()
        return real(conn, public_id, *rest, uniquifier, digest)

    monkeypatch.setattr(response_rows, "save_state", state)


def _anybodys_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.web.items._own_only", lambda: None)


@pytest.mark.parametrize(
    ("drop", "open_now"),
    [
        (
            _anybodys_attempt,
            (
                "GET /attempts/<public_id>/questions/<position>",
                "GET /attempts/<public_id>/review",
                "GET /comments/new",
            ),
        ),
        (_anybodys_save, ("POST /attempts/<public_id>/responses",)),
        (_anybodys_upload, ("GET /items/uploads/<public_id>",)),
    ],
)
def test_z02_control_without_the_owner_in_the_query_the_leak_is_found(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    drop: Callable[[pytest.MonkeyPatch], None],
    open_now: tuple[str, ...],
) -> None:
    casts = Cast(house), Cast(house)
    routes = [one for one in owned() if f"{one.method} {one.rule}" in open_now]
    drop(monkeypatch)
    assert set(leaks(exchanges(house, *casts, routes))) == set(open_now)


def test_z02_a_question_or_version_of_something_else_reads_as_none(house: House) -> None:
    one, other = _casts(house)
    versions = {dealt.slug: dealt.version for dealt in small_bank.booklet(house.store, other.open)}
    version = next(held for slug, held in versions.items() if slug != "one-1")
    pairs = (
        ("owner", f"/attempts/{one.whole}/questions/5", f"/attempts/{one.whole}/questions/9"),
        (
            "owner",
            f"/comments/new?attempt={one.whole}&position=5",
            f"/comments/new?attempt={one.whole}&position=9",
        ),
        *(
            ("author", f"{at}?version={version}", f"{at}?version={'0' * len(version)}")
            for at in (f"/items/{one.item}", f"/items/{one.item}/edit")
        ),
    )
    for person, foreign, unknown in pairs:
        client = one.visitors[person].client
        replies = client.get(foreign), client.get(unknown)
        assert not Exchange(foreign, *replies, (foreign, unknown), other.emails["owner"]).tells, foreign


def test_z02_an_id_in_a_body_changes_nothing_of_anybodys(house: House) -> None:
    one, other = _casts(house)
    before = responses_of(house, other.open)
    theirs = dict.fromkeys(("public_id", "attempt", "attempt_id"), other.open)
    theirs |= dict.fromkeys(("account_id", "user_id", "id"), str(other.ids["owner"]))
    for number, (name, value) in enumerate(theirs.items()):
        save = {
            "position": 1,
            "kind": "flag",
            "client": "z02",
            "seq": number,
            "based_on": number,
            "value": [],
        }
        sent = save | {name: value}
        reply = ask(house, one.visitors["owner"], "POST", f"/attempts/{one.open}/responses", {"json": sent})
        assert (reply.status_code, reply.json["version"]) == (200, number + 1)
        form = {"client": f"form {name}", "flag": "1", "based_on_flag": "0", name: value}
        ask(house, one.visitors["owner"], "POST", f"/attempts/{one.open}/questions/{2 + number % 3}", form)
    assert responses_of(house, other.open) == before


def responses_of(house: House, public_id: str) -> list[Any]:
    with house.store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
        assert found
        return [found, response_rows.log_of(conn, found.id)]


# T03: no parameter bends the clock, the marks or anything else of an attempt

LATER = "2030-01-01T00:00:00+00:00"
FORGED: dict[str, str] = {
    # The clock
    **dict.fromkeys(
        ("begin", "start", "started_at", "opened_at", "deadline", "deadline_at", "closed_at", "now", "time"),
        LATER,
    ),
    **dict.fromkeys(
        ("duration", "minutes", "allowance", "extra_time", "grace", "grace_ms", "left_ms", "time_limit"),
        "6000",
    ),
    # Everything else that an attempt, an answer or an account holds
    **dict.fromkeys(
        ("id", "attempt_id", "account_id", "user_id", "owner_id", "bank_id", "item_id", "revision", "seed"),
        "1",
    ),
    **dict.fromkeys(
        ("is_admin", "admin", "active", "late", "revealed", "passed", "correct", "unlimited"), "1"
    ),
    **dict.fromkeys(("score", "marks", "percent", "answers_received", "pass_percent", "weight"), "100"),
    **dict.fromkeys(
        ("finished_at", "server_at", "saved_at", "displayed_at", "revealed_at", "created_at"), LATER
    ),
    "state": "closed",
    "status": "closed",
    "closed_by": "admin",
    "role": "admin",
    "roles": "admin",
    "account": "root@example.org",
    "email": "root@example.org",
    "receipt": "0" * 64,
    "digest": "0" * 64,
    "prev_hash": "0" * 64,
    "option_order": '["right"]',
    "exam_version": "0" * 64,
    "version": "9",
    "public_id": "x",
}
"""T03: names that some product once listened to, or that a column of ours has."""


@dataclass
class Sat:
    """A fresh person with what a write route needs, and how that route is asked."""

    house: House
    account_id: int
    address: str
    fields: dict[str, Any]
    attempt: str | None = None

    @classmethod
    def about_to(cls, house: House, name: str) -> "Sat":
        """A person about to use a write route of an attempt."""
        account_id = small_bank.candidate(house.store, f"t03-{next(_numbers)}@example.org")

        def begun(exam: str = "quick") -> str:
            return attempts.begin(house.store, account_id, "small", exam, Mode.TIMED, house.clock(), 1)

        if name == "begin":
            return cls(
                house, account_id, "/attempts/begin", {"bank": "small", "exam": "quick", "mode": "timed"}
            )
        if name == "practise":
            return cls(house, account_id, "/practice/", {"bank": "small", "topics": ["T1"], "number": "5"})
        public_id = begun("two-parts" if name == "leave" else "quick")
        if name == "practise again":
            attempts.hand_in(house.store, account_id, public_id, house.clock())
            return cls(house, account_id, f"/practice/wrong/{public_id}", {})
        address, fields = {
            "answer": ("questions/1", {"client": "form", "flag": "1", "go": "stay"}),
            "save": ("responses", {"json": dict(_SAVE)}),
            "leave": ("parts/0/leave", {}),
            "hand in": ("hand-in", {}),
        }[name]
        return cls(house, account_id, f"/attempts/{public_id}/{address}", fields, public_id)


_SAVE = {"position": 1, "kind": "flag", "client": "script", "seq": 1, "based_on": 0, "value": ["1"]}
WRITES = ("begin", "practise", "practise again", "answer", "save", "leave", "hand in")


def facts(sat: Sat, forged: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the database after a write with some parameters more, in its query and in its body."""
    fields = {"json": {**forged, **sat.fields["json"]}} if "json" in sat.fields else {**forged, **sat.fields}
    reply = ask(
        sat.house, seat(sat.house, sat.account_id), "POST", f"{sat.address}?{urlencode(forged)}", fields
    )
    public_id = sat.attempt or (reply.location or "").split("/")[2]
    with sat.house.store.read() as conn:
        person = conn.execute(select(account).where(account.c.id == sat.account_id)).mappings().one()
        row = conn.execute(select(attempt).where(attempt.c.public_id == public_id)).mappings().one()
        asked = select(attempt_part).where(attempt_part.c.attempt_id == row["id"])
        parts = conn.execute(asked.order_by(attempt_part.c.part)).mappings().all()
        log = response_rows.log_of(conn, row["id"])
    own = {"id", "public_id", "account_id", "seed", "receipt", "attempt_id"}
    return {
        "status": reply.status_code,
        "owner": row["account_id"] == sat.account_id,
        "account": (person["role"], person["active"], person["email"].startswith("t03-")),
        "attempt": {key: value for key, value in row.items() if key not in own},
        "parts": [{key: value for key, value in one.items() if key not in own} for one in parts],
        "log": [(one.position, one.kind, one.version, one.based_on, one.server_at) for one in log],
    }


def gained(honest: dict[str, Any], forged: dict[str, Any]) -> float:
    """The seconds by which deadlines lie later than those of an honest attempt."""
    return sum(
        (mine["deadline_at"] - theirs["deadline_at"]).total_seconds()
        for theirs, mine in zip(honest["parts"], forged["parts"], strict=True)
        if theirs["deadline_at"] and mine["deadline_at"]
    )


@pytest.mark.every_case
@pytest.mark.parametrize("name", WRITES)
def test_t03_no_write_route_listens_to_forged_parameters(house: House, name: str) -> None:
    honest, forged = facts(Sat.about_to(house, name), {}), facts(Sat.about_to(house, name), FORGED)
    assert gained(honest, forged) == 0
    assert forged == honest


@pytest.mark.every_case
def test_t03_no_single_parameter_buys_time_at_the_start(house: House) -> None:
    assert len(FORGED) >= 17 + 30
    honest = facts(Sat.about_to(house, "begin"), {})
    for name, value in FORGED.items():
        found = facts(Sat.about_to(house, "begin"), {name: value})
        assert (name, gained(honest, found), found) == (name, 0, honest)


NAMES = sorted({*FORGED, *(column.name for one in metadata.sorted_tables for column in one.c)})
VALUES = (
    LATER,
    "2020-01-01",
    "6000",
    "-1",
    "0",
    "1",
    "",
    "true",
    "null",
    "admin",
    "closed",
    "x" * 300,
    "\x00",
)
IN_JSON = (*VALUES, None, True, -1, 10**30, 1e300, [], ["1"], {}, {"deadline_at": LATER}, [[["right"]]])


@pytest.mark.nightly
def test_t03_no_made_up_parameters_change_a_write(house: House, rounds: Rounds) -> None:
    honest: dict[str, Any] = {}
    for number in rounds(MADE_UP, MADE_UP_FULL):
        chance, name = Random(number), WRITES[number % len(WRITES)]
        if name not in honest:
            honest[name] = facts(Sat.about_to(house, name), {})
        sat = Sat.about_to(house, name)
        values = IN_JSON if "json" in sat.fields else VALUES
        forged = {one: chance.choice(values) for one in chance.sample(NAMES, chance.randint(1, 12))}
        assert (number, forged, facts(sat, forged)) == (number, forged, honest[name])


def test_t03_control_a_view_that_listens_to_minutes_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = house.app.view_functions["attempts.begin"]

    def generous() -> Any:
        reply = view()
        minutes = request.values.get("minutes", type=int)
        if minutes:
            begun = select(attempt.c.id).where(attempt.c.public_id == reply.location.split("/")[2])
            later = update(attempt_part).where(attempt_part.c.attempt_id == begun.scalar_subquery())
            deadline = house.clock() + timedelta(minutes=minutes)
            house.store.write(lambda conn: conn.execute(later.values(deadline_at=deadline)))
        return reply

    monkeypatch.setitem(house.app.view_functions, "attempts.begin", generous)
    honest, forged = facts(Sat.about_to(house, "begin"), {}), facts(Sat.about_to(house, "begin"), FORGED)
    assert gained(honest, forged) > 5900 * 60, "whatever time Z01 gave to all who begin later"
    assert forged != honest


def question_bytes(replies: list[TestResponse]) -> set[str]:
    """The items whose words stand in some replies; samples may stand anywhere."""
    found = set()
    for reply in replies:
        found.update(
            re.findall(r"answers ([\w-]+)\?|Text \w+ of ([\w-]+)|half of five, for ([\w-]+)\?", reply.text)
        )
    return {slug for group in found for slug in group if slug and not slug.startswith("sample")}


AROUND = (
    "/",
    "/about",
    "/exams/",
    "/exams/small/quick/",
    "/exams/small/two-parts/",
    "/practice/",
    "/attempts/",
)
"""Every page that shows a candidate anything before an attempt is begun."""


def _of_no_attempt(cast: Cast) -> list[str]:
    """Those pages, and then every other that names no attempt."""
    named = ("<public_id>", "<attempt>", "/comments/new")
    routes = [one for one in table() if not one.changes and not any(word in one.rule for word in named)]
    return list(dict.fromkeys([*AROUND, *(cast.how("owner", one)[0] for one in routes)]))


def test_t03_no_byte_of_a_question_is_sent_before_the_start(house: House, rounds: Rounds) -> None:
    cast = Cast(house)
    visitor, pages = cast.visitors["owner"], _of_no_attempt(cast)
    tried = rounds(len(AROUND), len(pages))
    assert question_bytes([visitor.get(pages[number]) for number in tried]) == set()
    public_id = attempts.begin(
        house.store, cast.ids["owner"], "small", "two-parts", Mode.TIMED, house.clock(), 1
    )
    behind = {one.slug for one in small_bank.booklet(house.store, public_id) if one.position == 5}
    at = f"/attempts/{public_id}/"
    part_two = [visitor.get(f"{at}{rest}") for rest in ("questions/5", "check", "hand-in", "clock", "review")]
    part_two += [visitor.get(f"/comments/new?attempt={public_id}&position={n}") for n in (1, 5)]
    save = {"json": _SAVE | {"position": 5, "kind": "answer", "value": ["right"]}}
    part_two += [
        ask(house, visitor, "POST", f"{at}responses", save),
        ask(house, visitor, "POST", f"{at}questions/5", {"client": "form", "answer": "right"}),
        visitor.client.get(f"{at}questions/5", follow_redirects=True),
        *(visitor.get(one) for one in AROUND),
    ]
    assert not question_bytes(part_two) & behind


def test_t03_control_after_the_start_the_same_look_finds_the_question(house: House) -> None:
    cast = Cast(house)
    first = small_bank.booklet(house.store, cast.open)[0].slug
    page = cast.visitors["owner"].get(f"/attempts/{cast.open}/questions/1")
    assert question_bytes([page]) == {first}


# T15: what is handed in stays as it is


def edits_after_hand_in(house: House, numbers: Iterable[int]) -> list[tuple[int, int, bool]]:
    """Rounds of an answer sent from a second client, drawn before the first handed in: the status that the
    script gets, the status that the form gets, and whether attempt, receipt and log are as they were."""
    found = []
    for number in numbers:
        account_id = small_bank.candidate(house.store, f"t15-{next(_numbers)}@example.org")
        public_id = attempts.begin(
            house.store, account_id, "small", "quick", Mode.TIMED, house.clock(), number
        )
        first, second, at = seat(house, account_id), seat(house, account_id), f"/attempts/{public_id}/"
        position = 1 + number % 4
        assert second.get(f"{at}questions/{position}").status_code == 200
        assert ask(house, first, "POST", f"{at}responses", {"json": _SAVE}).status_code == 200
        assert ask(house, first, "POST", f"{at}hand-in", {}).status_code == 303
        house.clock.move(timedelta(seconds=number))
        before = responses_of(house, public_id)
        based_on = 1 if position == 1 else 0
        edit = _SAVE | {"position": position, "client": "second", "based_on": based_on, "value": []}
        script = ask(house, second, "POST", f"{at}responses", {"json": edit})
        fields = {"client": "form", "flag": "0", "based_on_flag": str(based_on), "go": "next"}
        form = ask(house, second, "POST", f"{at}questions/{position}", fields)
        found.append((script.status_code, form.status_code, responses_of(house, public_id) == before))
    return found


def test_t15_an_edit_after_hand_in_is_refused_and_the_receipt_stands(house: House, rounds: Rounds) -> None:
    numbers = rounds(ROUNDS, ROUNDS_FULL)
    assert edits_after_hand_in(house, numbers) == [(409, 409, True)] * len(numbers)


def test_t15_control_without_the_judge_of_saves_an_edit_gets_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "judge_save", lambda *_: Verdict.ACCEPTED)
    assert (409, 409, True) not in edits_after_hand_in(house, range(2))


# Z03: no byte of a key, a rationale or an explanation before its release

NUMBERS = ("731.25", "913.75")
"""Key and slip of every number here: in no stem, and in no reply before release."""
_HIDDEN = {
    "explanation": {"rule": f"{CANARY} rule", "why": f"{CANARY} why"},
    "sources": [f"{CANARY} source"],
    "facts": [f"{CANARY}-fact"],
    "licence": f"{CANARY}-licence",
    "author": f"{CANARY} author",
}


def guarded(make: Callable[..., Item], slug: str, cell: tuple[str, int], **more: Any) -> Item:
    """An item whose every secret field holds the canary."""
    if make is numeric:
        more["key"] = {"value": NUMBERS[0], "tolerance": "0.01"}
        slip = {"value": NUMBERS[1], "misconception": f"{CANARY}-slip", "rationale": f"{CANARY} slip"}
        more["slips"] = [slip]
    return make(slug, *cell, **_HIDDEN, **more)


INTERACTIONS: dict[str, Callable[..., Item]] = {
    "single_choice": single,
    "multiple_response": multiple,
    "numeric_entry": numeric,
    "true_false": truth,
    "statement_set": statements,
    "matching": matched,
    "ordering": ordered,
    "short_text": worded,
    "cloze": gapped,
}
CELLS = [(topic, difficulty) for topic in ("T1", "T2", "T3") for difficulty in (1, 2, 3)]
"""A cell of the bank for each interaction, in their order."""


def _slug(interaction: str) -> str:
    return interaction.replace("_", "-")


def _exam(name: str, cell: tuple[str, int]) -> ExamProfile:
    topic, difficulty = cell
    return exam(_slug(name), name, part(name, 2, [Quota((topic,), difficulty, 2)]))


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site whose items hold the canary in every secret field, with an exam for each interaction."""
    found = open_house(tmp_path_factory.mktemp("vault"))
    held = [
        guarded(make, f"{name.split('_')[0]}-{n}", cell)
        for cell, (name, make) in zip(CELLS, INTERACTIONS.items(), strict=False)
        for n in range(2)
    ]
    samples = [
        guarded(make, f"sample-{word}", CELLS[0], sample=True, concept=f"{word}-0")
        for word, make in ((name.split("_")[0], make) for name, make in INTERACTIONS.items())
    ]
    exams = [_exam(name, cell) for cell, name in zip(CELLS, INTERACTIONS, strict=False)]
    small_bank.stock(found.store, exams, [*held, *samples])
    yield found
    found.close()


@dataclass
class Sitting:
    """Somebody with an open attempt at one interaction."""

    house: House
    interaction: str
    mode: Mode
    role: str
    account_id: int
    visitor: Visitor
    public_id: str

    @property
    def at(self) -> str:
        return f"/attempts/{self.public_id}/"

    @property
    def desk(self) -> bool:
        """Whether this is somebody who checks banks, in a timed test: what they may open is shut."""
        return self.mode is Mode.TIMED and self.role != "candidate"

    @property
    def items(self) -> list[str]:
        """The pages and the forms of its items for authors and admins."""
        dealt = small_bank.booklet(self.house.store, self.public_id)
        pages = [f"/items/{small_bank.item_id(self.house.store, one.slug)}" for one in dealt]
        return [*pages, *(f"{one}/edit" for one in pages)]


def sittings(vault: House, interactions: Iterable[str], mode: Mode, role: str) -> Iterator[Sitting]:
    """A new person's open attempts at some interactions."""
    email, now = f"z03-{next(_numbers)}@example.org", vault.clock()
    account_id = vault.store.write(lambda conn: add_account(conn, email, "no hash", role, now))
    assert account_id
    visitor = seat(vault, account_id)
    for interaction in interactions:
        public_id = attempts.begin(vault.store, account_id, "small", _slug(interaction), mode, now, 1)
        yield Sitting(vault, interaction, mode, role, account_id, visitor, public_id)


def sitting(vault: House, interaction: str, mode: Mode, role: str) -> Sitting:
    return next(sittings(vault, (interaction,), mode, role))


ANSWERS: dict[str, tuple[list[str], list[str]]] = {
    "single_choice": (["right"], ["off"]),
    "multiple_response": (["right", "too"], ["off"]),
    "numeric_entry": (["1.5"], ["2"]),
    "true_false": (["true"], ["false"]),
    "statement_set": (["b"], ["d"]),
    "matching": (["1:option-1"], ["1:option-2"]),
    "ordering": (["1:sow"], ["1:reap"]),
    "short_text": (["open sesame"], ["barley"]),
    "cloze": (["1:a"], ["2:2.6"]),
}
"""What each interaction takes: something right, where that is no secret here, and something wrong."""


def everything(one: Sitting) -> Iterator[TestResponse]:
    """Every page and reply that can show an item of an open attempt to who sits it."""
    at, word, house = one.at, one.interaction.partition("_")[0], one.house
    pages = [f"{at}{rest}" for rest in ("", "questions/1", "questions/2", "check", "hand-in", "clock")]
    pages += [f"{at}{rest}" for rest in ("result", "review", "review?show=wrong", "check?show=unanswered")]
    pages += [f"/comments/new?attempt={one.public_id}&position={n}" for n in (1, 2)]
    pages.append(f"/exams/small/{_slug(one.interaction)}/")
    if one.mode is Mode.TIMED:
        # A sample of the same concept as an item of the test.
        pages += [
            f"/?sample=sample-{word}&check=1&answer={value}" for (value, *_) in ANSWERS[one.interaction]
        ]
    if one.desk:
        pages += [f"/items/?words={word}", *one.items, "/items/banks/small.zip"]
    for page in pages:
        yield ask(house, one.visitor, "GET", page, {})
        if page.endswith("/edit"):
            yield ask(house, one.visitor, "POST", page, {"item.stem": "Anew?", "add": "sources"})
            yield ask(house, one.visitor, "POST", page, {"item.stem": "Anew?"})
    for number, value in enumerate((*ANSWERS[one.interaction], ["no such thing"], [])):
        save = {"position": 1, "kind": "answer", "client": "script", "seq": number, "based_on": number}
        yield ask(house, one.visitor, "POST", f"{at}responses", {"json": save | {"value": value}})
        form = {"client": f"form{number}", "answer": value, "go": "stay"}
        yield ask(house, one.visitor, "POST", f"{at}questions/2", form)
    for kind, value in (("strike", ["off"]), ("strike", ["no such thing"]), ("flag", ["1"])):
        save = {"position": 1, "kind": kind, "client": kind, "seq": 1, "based_on": 0, "value": value}
        yield ask(house, one.visitor, "POST", f"{at}responses", {"json": save})
    yield ask(house, one.visitor, "POST", f"/comments/new?attempt={one.public_id}&position=1", {})


def elsewhere(one: Sitting) -> list[str]:
    """Every page that shows nothing of one attempt alone."""
    pages = ["/", "/about", "/attempts/", "/exams/", "/practice/", "/notes/"]
    if one.desk:
        pages += ["/items/", f"/items/?words={CANARY}", "/items/banks", "/items/facts", "/exams/profiles"]
    return pages


def everywhere(sat: Iterable[Sitting]) -> list[str]:
    """Every page of the site, asked for what each of some open attempts has to do with."""
    pages = []
    for one in sat:
        parts = {
            **dict.fromkeys(("bank", "slug"), "small"),
            **dict.fromkeys(("public_id", "attempt"), one.public_id),
            "exam": _slug(one.interaction),
            "position": "1",
            "note": "first-note",
            "item_id": one.items[0].rpartition("/")[2],
            "account_id": str(one.account_id),
            "token": "token",
        }
        for rule in (route.rule for route in table() if not route.changes):
            page = "".join(parts[word] if at % 2 else word for at, word in enumerate(re.split("[<>]", rule)))
            query = f"?attempt={one.public_id}&position=1" if rule == "/comments/new" else ""
            pages.append(page + query)
    return pages


def told(replies: Iterable[TestResponse]) -> list[str]:
    """Where a secret stands in what was sent: in a header, a body, or a file of an archive."""
    found = []
    for reply in replies:
        sent = [reply.data, str(reply.headers).encode()]
        if reply.mimetype == "application/zip":
            with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
                sent = [archive.read(name) for name in archive.namelist()]
        query = reply.request.query_string.partition(b"words=")[2] or b"nothing was searched for"
        if any(secret.encode() in one.replace(query, b"") for one in sent for secret in (CANARY, *NUMBERS)):
            found.append(f"{reply.request.method} {reply.request.path}")
    return found


SITTINGS = (
    (Mode.TIMED, "candidate"),
    (Mode.TIMED, "author"),
    (Mode.TUTOR, "candidate"),
)


@pytest.mark.every_case
@pytest.mark.parametrize("interaction", INTERACTIONS)
@pytest.mark.parametrize(("mode", "role"), SITTINGS)
def test_z03_no_secret_is_sent_before_its_release_and_every_one_after(
    vault: House, interaction: str, mode: Mode, role: str
) -> None:
    one = sitting(vault, interaction, mode, role)
    replies = list(everything(one))
    assert told(replies) == []
    assert sum(reply.status_code == 200 for reply in replies) >= 12, "pages were shown and saves were taken"
    saves = [reply.status_code for reply in replies if reply.request.path == f"{one.at}responses"]
    assert saves[:2] == [200, 200], "right and wrong answers were taken"
    if mode is Mode.TUTOR:
        ask(vault, one.visitor, "POST", f"{one.at}questions/2", {"client": "last", "go": "reveal"})
        shown, shut = (one.visitor.get(f"{one.at}questions/{n}") for n in (2, 1))
        assert told([shown])
        assert told([shut]) == []
    attempts.hand_in(vault.store, one.account_id, one.public_id, vault.clock())
    review = one.visitor.get(f"{one.at}review")
    for words in ("rule", "why", "source"):
        assert review.text.count(f"{CANARY} {words}") == 2, words
    if role != "candidate":
        pages = [one.visitor.get(page) for page in (*one.items, "/items/banks/small.zip")]
        assert len(told(pages)) == 5


@pytest.mark.parametrize(("mode", "role"), SITTINGS)
def test_z03_no_other_page_tells_while_tests_of_everything_are_open(
    vault: House, mode: Mode, role: str, rounds: Rounds
) -> None:
    sat = list(sittings(vault, INTERACTIONS, mode, role))
    shown = elsewhere(sat[-1])
    pages = list(dict.fromkeys([*shown, *everywhere(sat)]))
    tried = [pages[number] for number in rounds(len(shown), len(pages))]
    replies = {page: ask(vault, sat[-1].visitor, "GET", page, {}) for page in tried}
    assert told(replies.values()) == []
    assert {replies[page].status_code for page in shown if page in replies} <= {200}


def test_z03_control_without_the_look_at_open_tests_other_pages_tell(
    vault: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_rows, "sitting_of", lambda *_: access.NOT_SITTING)
    found = told(everything(sitting(vault, "single_choice", Mode.TIMED, "author")))
    assert {"GET /", "GET /items/banks/small.zip"} <= set(found)
    assert sum(one.startswith("GET /items/") for one in found) == 5


def test_z03_control_an_explanation_before_it_is_asked_for_is_found(
    vault: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def eager(conn: Any, found: Any, position: int) -> Any:
        dealt = attempt_rows.booklet(conn, found.id, position)
        return results._explain(
            conn, found, dealt, results._opened(conn, found, dealt, access.Ground.REVEALED)
        )[0]

    monkeypatch.setattr(results, "explanation", eager)
    one = sitting(vault, "numeric_entry", Mode.TUTOR, "candidate")
    assert told([one.visitor.get(f"{one.at}questions/1")]) == [f"GET {one.at}questions/1"]


def test_z03_control_a_reply_made_from_the_secret_half_is_found(
    vault: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generous(saved: Any, now: Any) -> dict[str, Any]:
        with vault.store.read() as conn:
            dealt = small_bank.booklet(vault.store, one.public_id)[saved.position - 1]
            free = access.Sealed(dealt.slug, dealt.version, dealt.slug)
            leave = access.release((free,), access.Ground.MARKING, True, access.NOT_SITTING)
            secret = secret_items(conn, leave)[dealt.version]
        return {"version": saved.version, "why": secret.explanation.why}

    monkeypatch.setattr("quizapp.web.saves.reply", generous)
    one = sitting(vault, "multiple_response", Mode.TIMED, "candidate")
    save = ask(
        vault, one.visitor, "POST", f"{one.at}responses", {"json": _SAVE | {"kind": "strike", "value": []}}
    )
    assert told([save]) == [f"POST {one.at}responses"]
