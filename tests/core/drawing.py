"""Banks as a draw sees them: units at dense positions per cell, and how a store would fetch them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from quizapp.assessment.assembly import DrawnItem, Place, Unit
from quizapp.assessment.blueprint import Cell, Door, ExamPart, ExamProfile, Quota
from quizapp.assessment.interactions.contract import ScoringRule


def profile(*parts: Sequence[Quota]) -> ExamProfile:
    """An exam with these quotas in each part; ten minutes, 70 %."""
    return ExamProfile(
        *("made", "Made", "Made up.", "No examination.", "The test's author.", date(2026, 6, 30), False),
        tuple(
            ExamPart(
                f"Part {number}",
                sum(one.items for one in quotas),
                10,
                70,
                ScoringRule.ALL_OR_NOTHING,
                Door.FREE,
                tuple(quotas),
            )
            for number, quotas in enumerate(parts, start=1)
        ),
    )


def unit(key: str, *concepts: str) -> Unit:
    """A unit with one item for each concept; its own key is the concept where none is given."""
    return Unit(
        key,
        tuple(
            DrawnItem(number, f"{key}-{number}", concept, False)
            for number, concept in enumerate(concepts or (key,))
        ),
    )


@dataclass
class Shelf:
    """Units by cell, in the order of their positions; counts what is fetched."""

    cells: Mapping[Cell, Sequence[Unit]]
    asked: list[Place] = field(default_factory=list)
    rounds: int = 0

    @property
    def counts(self) -> dict[Cell, int]:
        return {cell: len(units) for cell, units in self.cells.items()}

    @property
    def supply(self) -> dict[Cell, frozenset[str]]:
        """The concepts of single items per cell."""
        return {
            cell: frozenset(one.items[0].concept for one in units if len(one.items) == 1)
            for cell, units in self.cells.items()
        }

    def fetch(self, places: Sequence[Place]) -> dict[Place, Unit]:
        self.rounds += 1
        self.asked += places
        return {(cell, place): self.cells[cell][place] for cell, place in places}
