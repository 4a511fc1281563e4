"""What a save and the attempt page cost once very much is stored, beside a server on an empty database."""

import argparse
import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import grown
from bench.candidates import Client, Saver, stock
from bench.rows import Row, row
from bench.servers import product
from bench.turns import in_turn, ratio, show
from quizapp.config import Settings
from quizapp.services import attempts, installation
from quizapp.services.clock import system_clock
from quizapp.store.attempts import open_timed

CLIENTS = 8
EXAM = "mock-50"
MOST, AIM = 1.3, 1.1
FULL = "1,000,000 items and 10,000,000 responses"
_DONE = "grown.json"
"""Written into the folder of a grown database once it is whole: the size that it was grown to."""


def measure(wanted: argparse.Namespace) -> list[Row]:
    """The rows of the report; both servers hold the bank that ships, and each candidate sits one attempt."""
    size = grown.size_of(wanted.growth)
    with ExitStack() as stack:
        empty = _folder(stack)
        stock(empty, CLIENTS)
        full = wanted.grown or _folder(stack)
        _make(full, size)
        servers = [stack.enter_context(product({"QUIZAPP_DATA": str(one)})) for one in (full, empty)]
        savers: list[list[Client]] = [
            [Saver(server.port, number) for number in range(CLIENTS)] for server in servers
        ]
        pairs = (servers[0], savers[0]), (servers[1], savers[1])
        table = []
        held = f"with {size.items:,} items and {size.responses:,} responses, against an empty database"
        for act, words in (("save", "a save"), ("view", "the attempt page")):
            print(f"{words}, {CLIENTS} clients")
            ours, theirs = in_turn(pairs, act, wanted)
            show("grown", ours)
            show("empty", theirs)
            cpu = ratio(ours, theirs, lambda one: one.cpu_ms)
            table.append(row(f"server CPU of {words} {held}", cpu, f"{cpu:.2f}x", MOST, AIM, "x"))
            if act == "save":
                slower = ratio(theirs, ours, lambda one: one.measured.per_second)
                table.append(row(f"seconds a save {held}", slower, f"{slower:.2f}x", MOST, AIM, "x"))
        for one in (*savers[0], *savers[1]):
            one.connection.close()
    return table


def _folder(stack: ExitStack) -> Path:
    """A folder on the disk, wherever temporary files lie."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quizapp-bench-", dir="/var/tmp")))


def _make(folder: Path, size: grown.Size) -> None:
    """A grown database in a folder; what an earlier run has made is taken, and its open attempts ended."""
    done, settings = folder / _DONE, Settings(data=folder)
    file = settings.sqlite_file
    assert file
    if not done.exists():
        print(f"growing a database by {size.items:,} items and {size.responses:,} responses", flush=True)
        begun = time.perf_counter()
        stock(folder, CLIENTS)
        grown.grow(file, size, EXAM)
        done.write_text(json.dumps(vars(size)))
        print(f"  in all: {time.perf_counter() - begun:.0f} s", flush=True)
    if json.loads(done.read_text()) != vars(size):
        raise SystemExit(f"{folder} holds a database of another size")
    print(f"the grown database: {file.stat().st_size / 1e9:.2f} GB in {folder}", flush=True)
    store = installation.open_store(settings)
    with store.read() as conn:
        left = open_timed(conn)
    for one in left:
        attempts.hand_in(store, None, one, system_clock())
    store.close()
