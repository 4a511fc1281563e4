"""The plan of the shipped bank, cell by cell, and that its items fill it."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from quizapp.assessment.item import Item
from tests import shipped

GRID = Path(__file__).with_name("question_bank_grid.csv")
TOPICS = dict(
    zip(
        (f"T{number}" for number in range(1, 15)),
        (40, 34, 30, 36, 24, 34, 32, 24, 28, 32, 28, 20, 20, 18),
        strict=True,
    )
)
LEVELS = {"recall": 20, "understand": 35, "apply": 30, "analyse": 15}
"""The percentage of the whole bank that each cognitive level is to have."""

POINTS = 2
LEAST = {"multiple_response": 60, "numeric_entry": 60}
LEAST_OF_ANY = 10
MOST_STATEMENT_SETS = 0.15
LEAST_CASE_SETS = 12

Cell = tuple[str, str, int, str]


def planned() -> Counter[Cell]:
    """How many items the plan holds by topic, level, difficulty and interaction."""
    with GRID.open(encoding="utf-8", newline="") as file:
        return Counter(
            {
                (row["topic"], row["level"], int(row["difficulty"]), row["interaction"]): int(row["items"])
                for row in csv.DictReader(file)
            }
        )


def filled(items: Iterable[Item]) -> Counter[Cell]:
    """How many items there are by topic, level, difficulty and interaction."""
    return Counter(
        (one.public.topic, one.public.level.value, one.public.difficulty, one.public.interaction)
        for one in items
    )


def totals(cells: Counter[Cell], place: int) -> Counter[str | int]:
    """How many items of a table have each value at one place of the cell."""
    found: Counter[str | int] = Counter()
    for cell, count in cells.items():
        found[cell[place]] += count
    return found


def test_the_plan_gives_each_topic_its_items_and_each_level_its_share() -> None:
    plan = planned()
    assert totals(plan, 0) == TOPICS
    for level, percent in LEVELS.items():
        assert abs(100 * totals(plan, 1)[level] / plan.total() - percent) <= POINTS, level
    interactions = totals(plan, 3)
    assert all(interactions[name] >= least for name, least in LEAST.items())
    assert min(interactions.values()) >= LEAST_OF_ANY
    assert interactions["statement_set"] <= MOST_STATEMENT_SETS * plan.total()


def test_every_cell_of_the_bank_holds_the_items_of_the_plan() -> None:
    items = [one.item for one in shipped.reading().items if not one.template]
    assert filled(items) == planned()
    assert len({one.unit_key for one in items if one.public.stimulus}) >= LEAST_CASE_SETS
