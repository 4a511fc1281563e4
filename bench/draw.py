"""The draw out of a very large bank, and an import of ten thousand items, both on SQLite."""

import random
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection

from bench.rows import Row, row
from quizapp.assessment.assembly import draw
from quizapp.assessment.blueprint import Door, ExamPart, ExamProfile, Quota
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.bank.formats.native_examples import FILES
from quizapp.config import Settings
from quizapp.services import banks, installation
from quizapp.services.clock import system_clock
from quizapp.store import items as rows
from quizapp.store.transaction import Store

TOPICS = 8
QUOTA = 5
DRAWS = 200
IMPORTED = 10_000
A_FILE = 2_500


def measure(items: int) -> list[Row]:
    """The rows of the report."""
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-") as folder:
        store = installation.open_store(Settings(data=Path(folder)))
        _fill(store, items)
        taken = _draws(store)
        store.close()
    imported = _import()
    return [
        row(
            f"draw of {TOPICS * QUOTA} from {items:,} items, median of {DRAWS}",
            taken,
            f"{taken:.2f} ms",
            2,
            0.6,
            " ms",
        ),
        row(f"import of {IMPORTED:,} items, published at once", imported, f"{imported:.1f} s", 5, 1.5, " s"),
    ]


def _fill(store: Store, items: int) -> None:
    """A bank of that many items, written straight to the tables that the draw reads."""
    print(f"filling a bank of {items:,} items", flush=True)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {items})"
    cell = f"'T' || (i % {TOPICS}), 1 + (i / {TOPICS}) % 3"
    statements = (
        "INSERT INTO bank (id, slug, title, licence, document, revision) "
        "VALUES (1, 'big', 'Big', 'X', '{}', 1)",
        "INSERT INTO item_version (version, bank_slug, slug, public, key_digest, stored_at) "
        "VALUES ('v', 'big', 'one', '{}', 'k', 0)",
        f"{numbers} INSERT INTO item (id, bank_id, slug, version, status, sample, topic, difficulty,"
        " subtopic, concept, level, interaction, unit_key, ordinal, search_text) SELECT i + 1, 1, 'i' || i,"
        f" 'v', 'live', 0, {cell}, 's', 'c' || i, 'recall', 'single_choice', 'i' || i, i, '' FROM n",
        f"{numbers} INSERT INTO draw_position (bank_id, revision, topic, difficulty, position, unit_key,"
        f" size) SELECT 1, 1, {cell}, i / {TOPICS * 3}, 'i' || i, 1 FROM n",
    )

    def unit(conn: Connection) -> None:
        for statement in statements:
            conn.exec_driver_sql(statement)

    store.write(unit)


def _draws(store: Store) -> float:
    """The median milliseconds of one draw, as Begin does it: counts, what was seen, positions, units."""
    quotas = tuple(Quota((f"T{topic}",), None, QUOTA) for topic in range(TOPICS))
    part = ExamPart("Big", TOPICS * QUOTA, None, None, ScoringRule.ALL_OR_NOTHING, Door.FREE, quotas)
    exam = ExamProfile("big", "Big", "", "", "", system_clock().date(), False, (part,))
    cells = {cell for quota in quotas for cell in quota.cells}
    taken = []
    with store.read() as conn:
        for seed in range(DRAWS):
            begun = time.perf_counter()
            booklet = draw(
                exam,
                *rows.survey(conn, 1, 1, cells),
                lambda places: rows.fetch_units(conn, 1, 1, places),
                random.Random(seed),
            )
            taken.append(1000 * (time.perf_counter() - begun))
            if len(booklet) != TOPICS * QUOTA:
                raise RuntimeError("a draw fell short")
    return statistics.median(taken)


def _import() -> float:
    """The seconds from files to a published revision."""
    files = bank_files(IMPORTED)
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-") as folder:
        bank = Path(folder) / "example"
        for path, held in files.items():
            target = bank / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(held, encoding="utf-8")
        store = installation.open_store(Settings(data=Path(folder) / "data"))
        begun = time.perf_counter()
        done = banks.import_files(store, bank, leave_out=False, retire_gone=False, now=system_clock())
        taken = time.perf_counter() - begun
        store.close()
    if done.revision != 1:
        raise RuntimeError(f"the import was refused: {done.refused}, {done.report.plan.problems[:3]}")
    return taken


def bank_files(items: int) -> dict[str, str]:
    """The files of a bank of that many items, which differ by their names alone."""
    (text,) = (text for name, text in FILES.items() if name.startswith("items/"))
    one = text.partition("items:\n")[2].partition("\n  - id: ")[0] + "\n"
    slug = one.split("\n", 1)[0].removeprefix("  - id: ")
    concept = next(line for line in one.splitlines() if line.startswith("    concept: "))
    head, _, topic = FILES["bank.yml"].partition("  - id: T1\n")
    numbers = range(1, -(-items // A_FILE) + 1)
    topics = "".join(
        f"  - id: T{number}\n" + topic.replace("T1-", f"T{number}-").replace('"1.', f'"{number}.')
        for number in numbers
    )
    files = {"bank.yml": f"{head}{topics}", "facts.yml": FILES["facts.yml"]}
    for number in numbers:
        many = (
            one.replace(slug, f"{slug}-{number}-{place}")
            .replace(concept, f"{concept}-{number}-{place}")
            .replace("T1-", f"T{number}-")
            .replace('"1.', f'"{number}.')
            for place in range(min(A_FILE, items - A_FILE * (number - 1)))
        )
        start = f"format: 1\nbank: example\ntopic: T{number}\nitems:\n"
        files[f"items/T{number}.yml"] = start + "".join(many)
    return files
