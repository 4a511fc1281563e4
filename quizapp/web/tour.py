"""The tour of the test screen: its steps, and what somebody tried there; nothing of it is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from quizapp.services.rendering import AskedItem
from quizapp.web.screens import Cell

STEPS = (
    "Click anywhere on a row to answer. Click it again, or “Clear my answer”, and the answer is taken back.",
    "Strike crosses out an option that you have ruled out. You can still choose it.",
    "Sure, Unsure and Guess say how sure you are. It never changes your mark.",
    "Flag marks a question that you want to look at again. Flags are not scored.",
    "Next, Previous and the question map go to any question of the part. Review lists what is unanswered or "
    "flagged, and from there you hand in.",
    "The clock on top is our server’s. “Hide” puts it away with the question count, and it comes back "
    "for the last 5 minutes.",
    "Beside the clock stands when your answer was saved, or that it is kept on this device until it can be.",
    "In a test, calculator, highlight and your note open below the answer. Below the question map lie the "
    "keys (press ?), the size of the text, the colours and a pace hint.",
)
ANSWER, STRIKE, CERTAINTY, FLAG, MOVE = range(5)
_OF_BUTTON = {"clear": ANSWER, "next": MOVE, "previous": MOVE, "review": MOVE}


@dataclass(frozen=True)
class Tried:
    """What stands on the screen of the tour; `step` explains what was pressed last."""

    answer: tuple[str, ...]
    struck: tuple[str, ...]
    certainty: str | None
    flagged: bool
    step: int | None

    @classmethod
    def read(cls, sent: MultiDict[str, str], asked: AskedItem | None) -> "Tried":
        """What a form of the tour sent; anything else counts for nothing."""
        options = [one.id for one in asked.options] if asked else []
        answer = () if sent.get("go") == "clear" else _known(sent.getlist("answer"), options)
        struck = set(_known(sent.getlist("struck"), options)) ^ set(_known([sent.get("strike", "")], options))
        certainty = sent.get("certainty")
        return cls(
            answer=tuple(answer),
            struck=tuple(sorted(struck)),
            certainty=certainty if certainty in ("sure", "unsure", "guess") else None,
            flagged=sent["flag"] == "1" if "flag" in sent else "flagged" in sent,
            step=_step(sent),
        )


def _known(sent: list[str], options: list[str]) -> list[str]:
    return [one for one in options if one in sent]


def _step(sent: Mapping[str, str]) -> int | None:
    if "flag" in sent:
        return FLAG
    if "strike" in sent:
        return STRIKE
    if sent.get("go") == "stay":
        return CERTAINTY if "certainty" in sent else ANSWER
    return _OF_BUTTON.get(sent.get("go", ""))


def tour_cells(tried: Tried, url: str) -> Iterator[Cell]:
    """A question map of four: the one on the screen, and one of each other kind."""
    state = "answered" if tried.answer else "unanswered"
    yield Cell(
        1, url, state, f"{state}{', flagged' if tried.flagged else ''}", "flag" if tried.flagged else "", True
    )
    yield Cell(2, url, "answered", "answered", "", False)
    yield Cell(3, url, "unanswered", "unanswered, flagged", "flag", False)
    yield Cell(4, url, "unseen", "unseen", "", False)
