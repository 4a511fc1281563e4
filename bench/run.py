"""`python -m bench.run`: saves, the attempt page, the draw and an import, beside limit and targets.

The two servers take turns in one run, so that a machine that slows down slows both; the ratios are medians
over the rounds. `--seconds` and `--rounds` say how long.
"""

import argparse
import gzip
import itertools
import platform
import random
import re
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import draw
from bench.client import TOKEN, Act, Connection, Measured, Reply, load, timed
from bench.servers import Server, served
from quizapp.config import Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, installation, shipped
from quizapp.services.clock import system_clock

CLIENTS = (1, 8, 32)
FIELD = re.compile(
    r'<select [^>]*name="answer\.(\d+)".*?</select>|<input\b[^>]*?name="answer(?:\.(\d+))?"[^>]*>', re.DOTALL
)
VALUE = re.compile(r' value="([^"]+)"')
PASSWORD = "three unrelated words"


@dataclass
class Round:
    """One burst on one server: what the clients saw, and processor milliseconds a request."""

    measured: Measured
    cpu_ms: float


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


def _stock(folder: Path) -> None:
    store = installation.open_store(Settings(data=folder))
    (report,) = shipped.load_all_shipped(store, QUESTION_BANK, system_clock())
    if report.outcome is not shipped.Outcome.APPLIED:
        raise RuntimeError("the bank that ships was not loaded")
    for number in range(max(CLIENTS)):
        accounts.create_account(store, f"c{number}@example.org", PASSWORD, "candidate", system_clock())
    store.close()


def burst(server: Server, clients: list[Client], act: str, seconds: float) -> Round:
    """Load one server and see what it cost."""
    for one in clients:
        one.connection.close()
        one.connection.reopen()
    acts: list[Act] = [getattr(one, act) for one in clients]
    before = server.cpu_seconds()
    measured = load(acts, seconds)
    return Round(measured, 1000 * (server.cpu_seconds() - before) / len(measured.latencies))


def in_turn(
    pairs: tuple[tuple[Server, list[Client]], tuple[Server, list[Client]]],
    act: str,
    wanted: argparse.Namespace,
) -> tuple[list[Round], list[Round]]:
    """Product and limit by turns; who goes first changes with every round."""
    kept: tuple[list[Round], list[Round]] = ([], [])
    for number in range(wanted.rounds):
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            kept[place].append(burst(*pairs[place], act, wanted.seconds))
    return kept


def ratio(ours: list[Round], theirs: list[Round], of: Callable[[Round], float]) -> float:
    """The median over the rounds of ours divided by theirs."""
    return statistics.median(of(one) / of(other) for one, other in zip(ours, theirs, strict=True))


def line(what: str, value: str, must: str, met: bool) -> None:
    print(f"| {what} | {value} | {must} | {'met' if met else 'MISSED'} |", flush=True)


def show(name: str, rounds: list[Round]) -> None:
    middle = statistics.median
    print(
        f"  {name:8} {middle(one.measured.per_second for one in rounds):7.0f}/s  "
        f"cpu {middle(one.cpu_ms for one in rounds):6.3f} ms  "
        f"p50 {middle(one.measured.percentile(0.5) for one in rounds):6.2f}  "
        f"p95 {middle(one.measured.percentile(0.95) for one in rounds):6.2f}  "
        f"p99 {middle(one.measured.percentile(0.99) for one in rounds):6.2f}  "
        f"max {max(max(one.measured.latencies) for one in rounds):6.1f} ms  "
        f"n {sum(len(one.measured.latencies) for one in rounds)}",
        flush=True,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=4.0, help="how long one burst takes")
    asked.add_argument("--rounds", type=int, default=5, help="bursts a server and a number of clients")
    asked.add_argument(
        "--items", type=int, default=1_000_000, help="items in the bank of the draw; 0 leaves it out"
    )
    wanted = asked.parse_args()
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{wanted.rounds} rounds of {wanted.seconds:g} s\n"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quizapp-bench-")))
        _stock(folder)
        product = stack.enter_context(served("quizapp.serving:app", {"QUIZAPP_DATA": str(folder)}))
        savers = [Saver(product.port, number) for number in range(max(CLIENTS))]
        page = savers[0].connection.get(savers[0].questions[0]).body
        (folder / "page.html").write_bytes(page)
        limit = stack.enter_context(served("bench.limit:app", {"LIMIT_FOLDER": str(folder)}))
        bare = [LimitSaver(limit.port, number) for number in range(max(CLIENTS))]
        table = _saves(product, limit, savers, bare, wanted) + _pages(product, limit, savers, bare, wanted)
        table += _weight(savers[0], page)
        memory = product.memory_mib()
        table.append(
            ("memory of all server processes under load", f"{memory:.0f} MiB PSS", "200 MiB", memory <= 200)
        )
        for one in [*savers, *bare]:
            one.connection.close()
    if wanted.items:
        table += draw.measure(wanted.items)
    print("\n| measure | found | must | |\n|---|---|---|---|")
    for row in table:
        line(*row)


Row = tuple[str, str, str, bool]


def _saves(
    product: Server, limit: Server, savers: list[Saver], bare: list[LimitSaver], wanted: argparse.Namespace
) -> list[Row]:
    table: list[Row] = []
    worst = 0.0
    for clients in CLIENTS:
        print(f"saves, {clients} clients")
        ours, theirs = in_turn(((product, [*savers[:clients]]), (limit, [*bare[:clients]])), "save", wanted)
        show("product", ours)
        show("limit", theirs)
        speed = ratio(ours, theirs, lambda one: one.measured.per_second)
        cpu = ratio(ours, theirs, lambda one: one.cpu_ms)
        table.append((f"saves/s against the limit, {clients} clients", f"{speed:.0%}", "60 %", speed >= 0.6))
        table.append(
            (f"server CPU per save against the limit, {clients} clients", f"{cpu:.2f}x", "1.6x", cpu <= 1.6)
        )
        if clients == 8:
            tail = ratio(ours, theirs, lambda one: one.measured.percentile(0.95))
            worst = max(max(one.measured.latencies) for one in ours)
            table.append(
                ("p95 of a save at 8 clients against the limit's", f"{tail:.2f}x", "1.6x", tail <= 1.6)
            )
            print(f"  slowest save of the product: {worst:.1f} ms")
    return table


def _pages(
    product: Server, limit: Server, savers: list[Saver], bare: list[LimitSaver], wanted: argparse.Namespace
) -> list[Row]:
    print("attempt page, 8 clients")
    ours, theirs = in_turn(((product, [*savers[:8]]), (limit, [*bare[:8]])), "view", wanted)
    show("product", ours)
    show("limit", theirs)
    cpu = ratio(ours, theirs, lambda one: one.cpu_ms)
    return [("attempt page: server CPU against a bare page of the same bytes", f"{cpu:.2f}x", "3x", cpu <= 3)]


def _weight(saver: Saver, page: bytes) -> list[Row]:
    """What a first visit to a question loads: the page, and all that it names; scripts import nothing."""
    seen = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode()))
    held = {"": page}
    while seen:
        path = seen.pop()
        held[path] = saver.connection.get(path).body
    packed = sum(len(gzip.compress(one)) for one in held.values())
    raw = sum(map(len, held.values()))
    words = f"{packed / 1000:.1f} kB in {len(held)} ({raw / 1000:.1f} kB as they are)"
    return [
        (
            "attempt page, cold: bytes, compressed as nginx does, and requests",
            words,
            "60 kB in 6",
            packed <= 60_000 and len(held) <= 6,
        )
    ]


if __name__ == "__main__":
    main()
