"""Those who send what is measured: candidates of the product, and the clients of the limit."""

import itertools
import random
import re
from pathlib import Path
from urllib.parse import urlencode

from bench.client import TOKEN, Connection, Reply, timed
from quizapp.config import Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, installation, shipped
from quizapp.services.clock import system_clock

FIELD = re.compile(
    r'<select\s[^>]*name="answer\.(\d+)".*?</select>|<input\b[^>]*?name="answer(?:\.(\d+))?"[^>]*>', re.DOTALL
)
VALUE = re.compile(r'\svalue="([^"]+)"')
PASSWORD = "three unrelated words"


class Saver:
    """One candidate who answers the ten questions of a warm-up again and again."""

    def __init__(self, port: int, number: int) -> None:
        self.connection = Connection(port)
        post = self._post
        post("/accounts/login", email=f"c{number}@example.org", password=PASSWORD)
        begun = post(
            "/attempts/begin", "/exams/treasuries/warm-up/", bank="treasuries", exam="warm-up", mode="timed"
        )
        self.home = begun.headers["location"][0]
        self.questions = [f"{self.home}questions/{position}" for position in range(1, 11)]
        pages = [self.connection.get(one).body.decode() for one in self.questions]
        self.token = _token(pages[0])
        self._answers = [_answers(page) for page in pages]
        self._versions = [0] * 10
        self._seq = itertools.count(1)
        self._places = itertools.cycle(range(10))

    def _post(self, path: str, form_at: str | None = None, **fields: str) -> Reply:
        page = self.connection.get(form_at or path).body.decode()
        body = urlencode(fields | {"csrf_token": _token(page)}).encode()
        kind = "application/x-www-form-urlencoded"
        return timed(self.connection, self.connection.head("POST", path, body, kind), 303)[0]

    def save(self) -> float:
        place = next(self._places)
        document = {
            "position": place + 1,
            "kind": "answer",
            "client": "bench",
            "seq": next(self._seq),
            "based_on": self._versions[place],
            "value": [random.choice(self._answers[place])],
        }
        request = self.connection.post_json(f"{self.home}responses", document, self.token)
        _, taken = timed(self.connection, request, 200)
        self._versions[place] += 1
        return taken

    def view(self) -> float:
        return timed(self.connection, self.connection.head("GET", random.choice(self.questions)), 200)[1]


class LimitSaver:
    """One client of the limit."""

    def __init__(self, port: int, number: int) -> None:
        self.connection = Connection(port)
        self.connection.get(f"/enter/{number}")
        self.name = f"a{number}"
        self._places = itertools.cycle(range(1, 11))

    def save(self) -> float:
        document = {
            "position": next(self._places),
            "value": ["b"],
            "seq": 1,
            "client": "bench",
            "based_on": 0,
        }
        return timed(self.connection, self.connection.post_json(f"/save/{self.name}", document, "x"), 200)[1]

    def view(self) -> float:
        return timed(self.connection, self.connection.head("GET", "/page"), 200)[1]


Client = Saver | LimitSaver


def _answers(page: str) -> list[str]:
    """What may be answered to the question of a page, as its script sends it; a number where one is typed."""
    found = []
    for field in FIELD.finditer(page):
        slot, values = field[1] or field[2], VALUE.findall(field[0]) or map(str, range(1, 100))
        found += [f"{slot}:{value}" if slot else value for value in values]
    return found


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if not found:
        raise RuntimeError("a page has no form")
    return found[1]


def stock(folder: Path, candidates: int) -> None:
    """An installation with the bank that ships, and so many candidates."""
    store = installation.open_store(Settings(data=folder))
    (report,) = shipped.load_all_shipped(store, QUESTION_BANK, system_clock())
    if report.outcome is not shipped.Outcome.APPLIED:
        raise RuntimeError("the bank that ships was not loaded")
    for number in range(candidates):
        accounts.create_account(store, f"c{number}@example.org", PASSWORD, "candidate", system_clock())
    store.close()
