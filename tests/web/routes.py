"""The table of routes: who may open what, and how each route is asked. A route that is not here fails."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import accounts, attempts, board, comments, uploads
from quizapp.store import accounts as account_rows
from quizapp.web.guest import reset_link
from tests import small_bank
from tests.bank.sources import files, packed
from tests.web.visitors import OTHER_PASSWORD, PASSWORD, House, Visitor, password_hash

Fields = dict[str, object]

PEOPLE = ("anonymous", "owner", "other", "author", "colleague", "admin", "disabled")
"""`owner` and `other` are candidates, and attempts and reports are the owner's; `author` and `colleague` are
authors, and uploads are the author's; the account of `disabled` was disabled while it was logged in."""

TABLE = """
GET   /                                       200 200 200 200 200 200 200
GET   /about                                  200 200 200 200 200 200 200
GET   /healthz                                200 200 200 200 200 200 200
GET   /setup                                  404 404 404 404 404 404 404
POST  /setup                                  404 404 404 404 404 404 404

GET   /exams/                                 200 200 200 200 200 200 200
GET   /exams/tour                             200 200 200 200 200 200 200
GET   /exams/<bank>/<exam>/                   200 200 200 200 200 200 200
GET   /exams/profiles                         302 404 404 200 200 200 302

GET   /waiting/<bank>/<exam>                  302 303 303 303 303 303 302
POST  /waiting/<bank>/<exam>                  401 303 303 303 303 303 401

GET   /attempts/                              302 200 200 200 200 200 302
POST  /attempts/begin                         401 303 303 303 303 303 401
GET   /attempts/<public_id>/                  302 303 404 404 404 404 302
GET   /attempts/<public_id>/questions/<position>   302 200 404 404 404 404 302
POST  /attempts/<public_id>/questions/<position>   401 303 404 404 404 404 401
POST  /attempts/<public_id>/responses         401 200 404 404 404 404 401
POST  /attempts/<public_id>/more-time         401 303 404 404 404 404 401
GET   /attempts/<public_id>/check             302 200 404 404 404 404 302
GET   /attempts/<public_id>/clock             302 200 404 404 404 404 302
GET   /attempts/<public_id>/break             302 303 404 404 404 404 302
GET   /attempts/<public_id>/hand-in           302 200 404 404 404 404 302
POST  /attempts/<public_id>/hand-in           401 303 404 404 404 404 401
POST  /attempts/<public_id>/parts/<part>/leave     401 303 404 404 404 404 401
POST  /attempts/<public_id>/parts/<part>/open      401 303 404 404 404 404 401
GET   /attempts/<public_id>/result            302 200 404 404 404 404 302
GET   /attempts/<public_id>/review            302 200 404 404 404 404 302
GET   /attempts/<public_id>/review/<position>      302 200 404 404 404 404 302
POST  /attempts/<public_id>/review/<position>      401 200 404 404 404 404 401
POST  /attempts/<public_id>/review/<position>/reason   401 303 404 404 404 404 401

GET   /practice/                              302 200 200 200 200 200 302
POST  /practice/                              401 303 303 303 303 303 401
POST  /practice/wrong/<public_id>             401 303 404 404 404 404 401
POST  /practice/siblings/<public_id>/<position>    401 303 404 404 404 404 401

GET   /comments/new                           302 200 404 404 404 404 302
POST  /comments/new                           401 303 404 404 404 404 401
GET   /comments/                              302 404 404 404 404 200 302
POST  /comments/<comment_id>/resolve          401 404 404 404 404 303 401
POST  /comments/<comment_id>/reopen           401 404 404 404 404 303 401

GET   /items/                                 302 404 404 200 200 200 302
GET   /items/<item_id>                        302 404 404 200 200 200 302
GET   /items/<item_id>/edit                   302 404 404 200 200 200 302
POST  /items/<item_id>/edit                   401 404 404 422 422 422 401
POST  /items/<item_id>/retire                 401 404 404 404 404 303 401
GET   /items/banks                            302 404 404 200 200 200 302
GET   /items/banks/<slug>.zip                 302 404 404 200 200 200 302
GET   /items/facts                            302 404 404 200 200 200 302
GET   /notes/                                 200 200 200 200 200 200 200
GET   /notes/<bank>/<note>                    200 200 200 200 200 200 200
GET   /items/uploads/new                      302 404 404 200 200 200 302
POST  /items/uploads/new                      401 404 404 303 303 303 401
GET   /items/uploads/<public_id>              302 404 404 200 404 200 302
POST  /items/uploads/<public_id>/apply        401 404 404 404 404 303 401

GET   /board/                                 302 404 404 404 404 200 302
GET   /board/now                              302 404 404 404 404 200 302
GET   /board/attempts/<public_id>/time        302 404 404 404 404 200 302
POST  /board/attempts/<public_id>/time        401 404 404 404 404 303 401
GET   /board/attempts/<public_id>/close       302 404 404 404 404 200 302
POST  /board/attempts/<public_id>/close       401 404 404 404 404 303 401
GET   /board/exams/<bank>/<exam>/time         302 404 404 404 404 200 302
POST  /board/exams/<bank>/<exam>/time         401 404 404 404 404 303 401
POST  /board/grants/<grant_id>/end            401 404 404 404 404 303 401

GET   /accounts/                              302 200 200 200 200 200 302
GET   /accounts/delete                        302 200 200 200 200 200 302
POST  /accounts/preferences                   401 303 303 303 303 303 401
POST  /accounts/delete                        401 303 303 303 303 303 401
GET   /accounts/people                        302 404 404 404 404 200 302
GET   /accounts/people/<account_id>           302 404 404 404 404 200 302
GET   /accounts/people/<account_id>/attempts/<attempt>   302 404 404 404 404 200 302
POST  /accounts/people/<account_id>/disable   401 404 404 404 404 303 401
POST  /accounts/people/<account_id>/enable    401 404 404 404 404 303 401
POST  /accounts/people/<account_id>/reset-link     401 404 404 404 404 200 401
POST  /accounts/people/<account_id>/role      401 404 404 404 404 303 401

GET   /accounts/login                         200 303 303 303 303 303 200
POST  /accounts/login                         303 303 303 303 303 303 422
POST  /accounts/logout                        303 303 303 303 303 303 303
GET   /accounts/register                      200 303 303 303 303 303 200
POST  /accounts/register                      303 303 303 303 303 303 303
GET   /accounts/reset                         200 200 200 200 200 200 200
POST  /accounts/reset                         303 303 303 303 303 303 303
GET   /accounts/reset/<token>                 200 200 200 200 200 200 200
POST  /accounts/reset/<token>                 303 303 303 303 303 303 303
GET   /accounts/change                        303 200 200 200 200 200 303
POST  /accounts/change                        401 303 303 303 303 303 401
"""
"""Method, rule, and the status of the reply to each of PEOPLE. All send a valid token with a form."""


@dataclass(frozen=True)
class Route:
    """A row of the table."""

    method: str
    rule: str
    replies: tuple[int, ...]

    @property
    def changes(self) -> bool:
        return self.method != "GET"


def table() -> tuple[Route, ...]:
    """The rows of the table."""
    rows = (line.split() for line in TABLE.splitlines() if line)
    return tuple(Route(method, rule, tuple(int(one) for one in statuses)) for method, rule, *statuses in rows)


_numbers = iter(range(10**9))


_RAW = "0123456789abcdef"


def csrf_token(house: House) -> str:
    """A token for every form of whoever was seated here."""
    return str(URLSafeTimedSerializer(str(house.app.secret_key), salt="wtf-csrf-token").dumps(_RAW))


def seat(house: House, account_id: int | None) -> Visitor:
    """A device that is logged in to an account, or to none, and whose forms take that token."""
    visitor = house.visitor() if account_id is None else house.seated(account_id)
    with visitor.client.session_transaction() as session:
        session["csrf_token"] = _RAW
    return visitor


def ask(house: House, visitor: Visitor, method: str, address: str, fields: Fields) -> TestResponse:
    """Get a page, or post a form, or `json` as the script does, with a valid token."""
    if method == "GET":
        return visitor.client.get(address)
    token = csrf_token(house)
    if "json" in fields:
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        return visitor.client.post(address, json=fields["json"], headers=headers)
    return visitor.client.post(address, data={"csrf_token": token, **fields})


class _Seats(dict[str, Visitor]):
    """The devices of a cast, each made when first asked for."""

    def __init__(self, house: House, ids: dict[str, int]) -> None:
        super().__init__()
        self.house, self.ids = house, ids

    def __missing__(self, name: str) -> Visitor:
        self[name] = seat(self.house, self.ids.get(name))
        if name == "disabled":
            accounts.disable(self.house.store, self.ids[name])
        return self[name]


class Cast:
    """One of each of PEOPLE on a stocked site, and what is theirs, made when first asked for."""

    def __init__(self, house: House) -> None:
        self.house = house
        number = next(_numbers)
        self.emails = {name: f"{name}{number}@example.org" for name in (*PEOPLE[1:], "target")}
        self.ids = house.store.write(self._people)
        self.visitors = _Seats(house, self.ids)

    def _people(self, conn: Connection) -> dict[str, int]:
        ids = {}
        for name, email in self.emails.items():
            role = {"author": "author", "colleague": "author", "admin": "admin"}.get(name, "candidate")
            added = account_rows.add_account(conn, email, password_hash(), role, self.house.clock())
            assert added
            ids[name] = added
        return ids

    def _begin(self, exam: str = "quick") -> str:
        return attempts.begin(
            self.house.store, self.ids["owner"], "small", exam, Mode.TIMED, self.house.clock(), 1
        )

    @cached_property
    def open(self) -> str:
        """The owner's open attempt of two parts, its first question displayed."""
        public_id = self._begin("two-parts")
        small_bank.see(self.house.store, self.ids["owner"], public_id, self.house.clock())
        return public_id

    @cached_property
    def whole(self) -> str:
        """The owner's open attempt of one part."""
        return self._begin()

    @cached_property
    def closed(self) -> str:
        """The owner's closed attempt with nothing answered."""
        public_id = self._begin("warm-up")
        attempts.hand_in(self.house.store, self.ids["owner"], public_id, self.house.clock())
        return public_id

    @cached_property
    def comment(self) -> int:
        """A report by the owner."""
        store, owner, now = self.house.store, self.ids["owner"], self.house.clock()
        comments.report(store, owner, self.open, 1, "typo", "A full stop is missing.", now)
        return max(one.id for one in comments.listing(store, "open", 1).comments)

    @cached_property
    def grant(self) -> int:
        """Extra time that stands for the tests that the owner begins later."""
        store, admin, now = self.house.store, self.ids["admin"], self.house.clock()
        given = Grant(25, Measure.PERCENT), Reason.ARRANGEMENT
        board.give_ahead(
            store, "small", "quick", self.emails["owner"], *given, admin, now, f"{next(_numbers)}"
        )
        return max(one.id for one in board.board(store, 1, now).standing)

    @cached_property
    def upload(self) -> str:
        """An upload by the author, which nobody has applied."""
        spoilt = files(bank=("title: ", f"title: No. {next(_numbers)} "))
        return uploads.stage_upload(
            self.house.store, self.ids["author"], "example.zip", packed(spoilt), self.house.clock()
        )

    @cached_property
    def token(self) -> str:
        """The end of a reset link for `target`."""
        with self.house.app.test_request_context():
            return reset_link(accounts.reset_subject(self.house.store, self.ids["target"])).rpartition("/")[2]

    @cached_property
    def item(self) -> int:
        return small_bank.item_id(self.house.store, "one-1")

    def ask(self, name: str, route: Route) -> TestResponse:
        """Ask for a route as one of PEOPLE, with all that its form needs."""
        address, fields = self.how(name, route)
        return ask(self.house, self.visitors[name], route.method, address, fields)

    def how(self, name: str, route: Route) -> tuple[str, Fields]:
        """The address of a route with its parts filled in, and what its form holds."""
        made = _ADDRESSES.get(route.rule, lambda cast: route.rule)(self)
        fields = _FIELDS.get(route.rule, lambda cast, name: {})(self, name) if route.changes else {}
        return made, fields


_ADDRESSES: dict[str, Callable[[Cast], str]] = {
    "/exams/<bank>/<exam>/": lambda cast: "/exams/small/quick/",
    "/waiting/<bank>/<exam>": lambda cast: "/waiting/small/quick",
    "/attempts/<public_id>/": lambda cast: f"/attempts/{cast.open}/",
    "/attempts/<public_id>/questions/<position>": lambda cast: f"/attempts/{cast.open}/questions/1",
    "/attempts/<public_id>/responses": lambda cast: f"/attempts/{cast.open}/responses",
    "/attempts/<public_id>/more-time": lambda cast: f"/attempts/{cast.open}/more-time",
    "/attempts/<public_id>/check": lambda cast: f"/attempts/{cast.open}/check",
    "/attempts/<public_id>/clock": lambda cast: f"/attempts/{cast.open}/clock",
    "/attempts/<public_id>/break": lambda cast: f"/attempts/{cast.open}/break",
    "/attempts/<public_id>/hand-in": lambda cast: f"/attempts/{cast.whole}/hand-in",
    "/attempts/<public_id>/parts/<part>/leave": lambda cast: f"/attempts/{cast.open}/parts/0/leave",
    "/attempts/<public_id>/parts/<part>/open": lambda cast: f"/attempts/{cast.open}/parts/1/open",
    "/attempts/<public_id>/result": lambda cast: f"/attempts/{cast.closed}/result",
    "/attempts/<public_id>/review": lambda cast: f"/attempts/{cast.closed}/review",
    "/attempts/<public_id>/review/<position>": lambda cast: f"/attempts/{cast.closed}/review/1",
    "/attempts/<public_id>/review/<position>/reason": lambda cast: f"/attempts/{cast.closed}/review/1/reason",
    "/practice/siblings/<public_id>/<position>": lambda cast: f"/practice/siblings/{cast.closed}/1",
    "/board/attempts/<public_id>/time": lambda cast: f"/board/attempts/{cast.open}/time",
    "/board/attempts/<public_id>/close": lambda cast: f"/board/attempts/{cast.whole}/close",
    "/board/exams/<bank>/<exam>/time": lambda cast: "/board/exams/small/quick/time",
    "/board/grants/<grant_id>/end": lambda cast: f"/board/grants/{cast.grant}/end",
    "/practice/wrong/<public_id>": lambda cast: f"/practice/wrong/{cast.closed}",
    "/comments/new": lambda cast: f"/comments/new?attempt={cast.open}&position=1",
    "/comments/<comment_id>/resolve": lambda cast: f"/comments/{cast.comment}/resolve",
    "/comments/<comment_id>/reopen": lambda cast: f"/comments/{cast.comment}/reopen",
    "/items/<item_id>": lambda cast: f"/items/{cast.item}",
    "/items/<item_id>/edit": lambda cast: f"/items/{cast.item}/edit",
    "/items/<item_id>/retire": lambda cast: f"/items/{cast.item}/retire",
    "/items/banks/<slug>.zip": lambda cast: "/items/banks/small.zip",
    "/notes/<bank>/<note>": lambda cast: "/notes/small/first-note",
    "/items/uploads/<public_id>": lambda cast: f"/items/uploads/{cast.upload}",
    "/items/uploads/<public_id>/apply": lambda cast: f"/items/uploads/{cast.upload}/apply",
    "/accounts/people/<account_id>/attempts/<attempt>": lambda cast: (
        f"/accounts/people/{cast.ids['owner']}/attempts/{cast.closed}"
    ),
    "/accounts/reset/<token>": lambda cast: f"/accounts/reset/{cast.token}",
    **{
        f"/accounts/people/<account_id>{end}": lambda cast, end=end: (  # type: ignore[misc]
            f"/accounts/people/{cast.ids['target']}{end}"
        )
        for end in ("", "/disable", "/enable", "/reset-link", "/role")
    },
}
_TIME = {"how": "minutes", "minutes": "1", "reason": "fault"}
_NEW = {"password": OTHER_PASSWORD, "password_confirm": OTHER_PASSWORD}
_FIELDS: dict[str, Callable[[Cast, str], Fields]] = {
    "/attempts/begin": lambda cast, name: {"bank": "small", "exam": "warm-up", "mode": "timed"},
    "/attempts/<public_id>/questions/<position>": lambda cast, name: {
        "client": "form",
        "flag": "1",
        "go": "stay",
    },
    "/attempts/<public_id>/more-time": lambda cast, name: {"client": "form"},
    "/attempts/<public_id>/responses": lambda cast, name: {
        "json": {"position": 2, "kind": "flag", "client": "script", "seq": 1, "based_on": 0, "value": ["1"]}
    },
    "/attempts/<public_id>/review/<position>": lambda cast, name: {"answer": "near"},
    "/attempts/<public_id>/review/<position>/reason": lambda cast, name: {"reason": "misread"},
    "/board/attempts/<public_id>/time": lambda cast, name: _TIME,
    "/board/exams/<bank>/<exam>/time": lambda cast, name: {**_TIME, "who": "later"},
    "/practice/": lambda cast, name: {"bank": "small", "topics": ["T1"], "number": "5"},
    "/comments/new": lambda cast, name: {"category": "typo", "text": "A comma is missing."},
    "/items/uploads/new": lambda cast, name: {"file": _file()},
    "/accounts/people/<account_id>/role": lambda cast, name: {"role": "author"},
    "/accounts/preferences": lambda cast, name: {"colours": "dark"},
    "/accounts/delete": lambda cast, name: {"password": PASSWORD},
    "/accounts/login": lambda cast, name: {
        "email": cast.emails.get(name, cast.emails["target"]),
        "password": PASSWORD,
    },
    "/accounts/register": lambda cast, name: {"email": f"new{next(_numbers)}@example.org", **_NEW},
    "/accounts/reset": lambda cast, name: {"email": f"unknown{next(_numbers)}@example.org"},
    "/accounts/reset/<token>": lambda cast, name: _NEW,
    "/accounts/change": lambda cast, name: {
        "password": PASSWORD,
        "new_password": OTHER_PASSWORD,
        "new_password_confirm": OTHER_PASSWORD,
    },
}


def _file() -> tuple[io.BytesIO, str]:
    return io.BytesIO(packed(files())), "example.zip"
