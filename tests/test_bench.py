"""The measurements' own material: a grown database holds what it says, and is one of the product's."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench import grown
from bench.rows import Bound, Row, row
from quizapp.services import results
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store.publishing import held_items
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW

ADA = BANK = 1
SIZE = grown.size_of(1 / 10_000)
_COUNTS = """
SELECT (SELECT count(*) FROM item), (SELECT count(DISTINCT version) FROM item),
       (SELECT count(*) FROM account), (SELECT count(*) FROM attempt), (SELECT count(*) FROM response_log),
       (SELECT count(*) FROM response_value)"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


@dataclass
class Grown:
    """A database that was grown, and what was asked of it before."""

    file: Path
    counts: list[int]
    schema: list[Any]

    def ask(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.file)) as held:
            return held.execute(statement).fetchall()


@pytest.fixture(scope="module")
def growing(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """The small bank and Ada, grown."""
    file = Path(shutil.copy(empty_sqlite, tmp_path_factory.mktemp("grown")))
    store = Store(f"sqlite:///{file}")
    small_bank.stock(store)
    assert small_bank.candidate(store) == ADA
    store.close()
    made = Grown(file, [], [])
    made.counts, made.schema = list(made.ask(_COUNTS)[0]), made.ask(_SCHEMA)
    grown.grow(file, SIZE, "quick")
    return made


def test_a_grown_database_has_the_schema_it_had_and_as_much_more_as_it_says(growing: Grown) -> None:
    assert growing.ask(_SCHEMA) == growing.schema
    assert growing.ask("PRAGMA integrity_check") == [("ok",)]
    assert growing.ask("PRAGMA foreign_key_check") == []
    more = [new - old for new, old in zip(growing.ask(_COUNTS)[0], growing.counts, strict=True)]
    assert more == [SIZE.items, SIZE.items, SIZE.accounts, SIZE.attempts, SIZE.responses, SIZE.responses]
    assert (SIZE.items, SIZE.responses) == (100, 1000)


def test_the_product_shows_what_was_grown_and_draws_from_it(growing: Grown) -> None:
    store = Store(f"sqlite:///{growing.file}")
    with store.read() as conn:
        past = attempt_rows.past_attempts(conn, ADA)
        held = held_items(conn, BANK)
        assert len(item_rows.public_items(conn, [one.version for one in held.values()])) == len(held)
    assert len(past) == 1 + SIZE.attempts // (1 + SIZE.accounts)
    for one in past:
        _, seen, _ = results.review(store, ADA, one.public_id, NOW)
        assert sum(bool(question.response) for question in seen) == grown.ANSWERED
        assert len({question.dealt.item_id for question in seen}) == grown.ASKED
    begun = small_bank.begin(store, ADA)
    small_bank.answer(store, ADA, begun, 1, right=True)
    drawn = {one.slug for one in small_bank.booklet(store, begun)}
    store.close()
    assert drawn - {one.public.id for one in small_bank.items()}, "no copy was drawn"


@pytest.mark.parametrize(
    ("value", "least", "grade"),
    [
        *((1.0, False, "aim"), (1.1, False, "aim"), (1.2, False, "must"), (1.4, False, "MISSED")),
        *((1.4, True, "aim"), (1.2, True, "MISSED")),
    ],
)
def test_a_figure_meets_its_aim_its_must_or_neither(value: float, least: bool, grade: str) -> None:
    assert row("a save", value, str(value), 1.3, 1.1 if not least else 1.4, "x", least).grade == grade


def test_a_row_of_two_figures_is_as_good_as_the_worse() -> None:
    assert Row("", "", "", "", (Bound(20, 60, 25), Bound(5, 6, 4))).grade == "must"
    assert Row("", "", "", "", (Bound(0, None, 0), Bound(9, None, 20, least=True))).grade == "MISSED"
