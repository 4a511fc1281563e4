"""The keys of the test screen and of the explanation review: what each does, and the control that it presses.

A page shows its table as help, and the script presses what the shown table says.
"""

from typing import NamedTuple

from quizapp.assessment.hindsight import MissReason

LETTERS, DIGITS = tuple("abcdef"), tuple("123456")


class Keys(NamedTuple):
    """Keys that press the controls at a CSS selector, the first key the first of them and so on."""

    names: tuple[str, ...]
    presses: str

    @property
    def label(self) -> str:
        """As people read it: J, Alt+N, A to F."""
        first = "+".join(one.capitalize() for one in self.names[0].split("+"))
        return first if len(self.names) == 1 else f"{first} to {self.names[-1][-1].upper()}"


class Act(NamedTuple):
    """What some keys do, each of them alike."""

    does: str
    keys: tuple[Keys, ...]


def _act(does: str, presses: str, *names: str) -> Act:
    return Act(does, tuple(Keys((name,), presses) for name in names))


HELP = _act("Open or close this list", "[data-module=keys] > summary", "?")
SITTING = (
    Act("Choose an option", (Keys(LETTERS, "[data-option] input"), Keys(DIGITS, "[data-option] input"))),
    Act("Strike an option out, or restore it", (Keys(tuple(f"shift+{one}" for one in LETTERS), ".strike"),)),
    _act("Next question", ".question-bar .primary, .question > .actions > .primary", "j", "alt+n"),
    _act("Previous question", "[name=go][value=previous]", "k", "alt+p"),
    _act("Flag, or take the flag off", "[name=flag]", "m", "alt+f"),
    _act("Sure of the answer", "[name=certainty][value=sure]", "s"),
    _act("Unsure", "[name=certainty][value=unsure]", "u"),
    _act("Guess", "[name=certainty][value=guess]", "g"),
    _act("Review before handing in", "[name=go][value=review]:not(.primary)", "r"),
    _act("More time, in the last minutes of practice", "[data-more-time]", "x"),
    _act("Open or close the calculator", "[data-tool=calculator]", "=", "alt+c"),
    _act("Write a note", ".notepad:not([open]) > summary, .notepad[open] > textarea", "n", "alt+o"),
    _act("Highlight the selected words", "[data-tool=highlight]", "h", "alt+h"),
    _act("Say the time left", "[data-say-time]", "t"),
    HELP,
)
REVIEW = (
    _act("Next question", "[data-step=next]", "j", "alt+n"),
    _act("Previous question", "[data-step=previous]", "k", "alt+p"),
    Act("Note why it went wrong", (Keys(DIGITS[: len(MissReason)], ".reasons button"),)),
    HELP,
)
