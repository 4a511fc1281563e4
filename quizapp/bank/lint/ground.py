"""What rules may know besides the item: facts, how common words are, the day, and texts not to be copied."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from quizapp.assessment.blueprint import ExamProfile
from quizapp.bank.lint import words
from quizapp.bank.lint.view import View
from quizapp.bank.values import Fact


@dataclass(frozen=True)
class Ground:
    """The bank around an item. `today` is None where nobody asks whether something is due.

    `spread` counts the items in which each content word stands, `size` all items. `references` holds runs of
    words of texts that are not to be copied, `named` the names of items that stand elsewhere. `whole` says
    that the items are the whole bank and not what an upload brings of it; `noted` are the facts of its notes.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    spread: Mapping[str, int] = field(default_factory=dict)
    size: int = 0
    today: date | None = None
    profiles: tuple[ExamProfile, ...] = ()
    references: Mapping[int, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    noted: frozenset[str] = frozenset()
    whole: bool = True


def spread_of(views: Iterable[View]) -> Counter[str]:
    """In how many items each content word stands, in stem, scenario or options."""
    counted: Counter[str] = Counter()
    for view in views:
        held = {*view.content, *words.content(view.scenario)}
        for choices in view.lists:
            held.update(*choices.contents)
        counted.update(held)
    return counted
