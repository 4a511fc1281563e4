"""How sure a candidate was of an answer: one of three words, given during the test, never part of a mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import Response


class Certainty(StrEnum):
    """What a candidate says of an answer before knowing the key."""

    SURE = "sure"
    UNSURE = "unsure"
    GUESS = "guess"


def parse_certainty(submitted: Sequence[str]) -> Response:
    """What was sent, one of the three words or nothing; raises InvalidResponse for anything else."""
    if len(submitted) > 1 or any(one not in set(Certainty) for one in submitted):
        raise InvalidResponse("certainty")
    return tuple(submitted)


def certainty_of(response: Response) -> Certainty | None:
    """The word behind a stored response; None where nothing was said."""
    return Certainty(response[0]) if response else None


@dataclass(frozen=True)
class Calibration:
    """How many answers were right and not right among those given for sure, and among the others.

    A guess stands with the unsure ones. `unsaid` counts answers of which nothing was said.
    """

    sure_right: int
    sure_wrong: int
    unsure_right: int
    unsure_wrong: int
    unsaid: int

    @property
    def said(self) -> int:
        """Answers whose certainty was given."""
        return self.sure_right + self.sure_wrong + self.unsure_right + self.unsure_wrong


def calibration(answered: Iterable[tuple[Certainty | None, bool]]) -> Calibration:
    """The two by two of certainty and outcome: of each answer, what was said and whether it was right."""
    pairs = [
        (None if said is None else "sure" if said is Certainty.SURE else "unsure", right)
        for said, right in answered
    ]
    return Calibration(
        sure_right=pairs.count(("sure", True)),
        sure_wrong=pairs.count(("sure", False)),
        unsure_right=pairs.count(("unsure", True)),
        unsure_wrong=pairs.count(("unsure", False)),
        unsaid=sum(said is None for said, _ in pairs),
    )
