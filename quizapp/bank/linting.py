"""The linter over items as files hold them: errors as problems with their lines, warnings, and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from quizapp.assessment.blueprint import ExamProfile
from quizapp.bank.lint.copies import runs_of
from quizapp.bank.lint.ground import Ground, spread_of
from quizapp.bank.lint.rule import Level
from quizapp.bank.lint.run import Finding, heed_waivers, lint_across, lint_bank, lint_item
from quizapp.bank.lint.view import View
from quizapp.bank.problems import Figure, Notice, Problem
from quizapp.bank.tree import Path
from quizapp.bank.values import Fact, KnownItem, ReadItem


@dataclass(frozen=True)
class Asked:
    """What the linter is asked for.

    `today` is the day for which reviews are due; without it none is. No item may be copied from `references`,
    texts by name.
    """

    today: date | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    nothing: bool = False


EVERYTHING, NOTHING = Asked(), Asked(nothing=True)


@dataclass(frozen=True)
class Around:
    """What surrounds the items of some files; `noted` are the facts that study notes use.

    `whole` says that nothing else of the bank is left.
    """

    facts: Mapping[str, Fact]
    others: Sequence[KnownItem]
    profiles: tuple[ExamProfile, ...]
    noted: frozenset[str]
    whole: bool


class Linter:
    """One run over the items of some files; `faulty` are those with an error."""

    def __init__(self, items: Sequence[ReadItem], around: Around, asked: Asked) -> None:
        self._items = items
        self._nothing = asked.nothing
        self._views = {id(one): View(one.item, one.template is not None, one.document) for one in items}
        views = () if asked.nothing else tuple(self._views.values())
        self._ground = Ground(
            facts=around.facts,
            spread=spread_of(views),
            size=len(views),
            today=asked.today,
            profiles=around.profiles,
            references=runs_of(asked.references),
            named=frozenset(name for one in around.others for name in (one.slug, one.concept, one.unit_key)),
            noted=around.noted,
            whole=around.whole,
        )
        found = {id(view): lint_item(view, self._ground) for view in views}
        for view, finding in lint_across(views, self._ground):
            found[id(view)].append(finding)
        self._found = {
            id(one): heed_waivers(view, found[id(view)]) if found else [] for one, view in self._pairs(items)
        }
        self.faulty = [one for one in items if any(map(_is_error, self._found[id(one)]))]

    def _pairs(self, items: Sequence[ReadItem]) -> list[tuple[ReadItem, View]]:
        return [(one, self._views[id(one)]) for one in items]

    def sort(self) -> tuple[list[ReadItem], list[Problem]]:
        """The items without an error, and the errors of the others."""
        faulty = {id(one) for one in self.faulty}
        problems = [
            Problem(one.file, line_of(one, found.path), one.item.public.id, found.code, found.said)
            for one in self.faulty
            for found in self._found[id(one)]
            if _is_error(found)
        ]
        return [one for one in self._items if id(one) not in faulty], problems

    def notices(self, items: Sequence[ReadItem]) -> list[Notice]:
        """The warnings of some of the items."""
        return [
            Notice(
                one.file, line_of(one, found.path), one.item.public.id, found.code, found.said, found.waived
            )
            for one in items
            for found in self._found[id(one)]
            if not _is_error(found)
        ]

    def figures(self, items: Sequence[ReadItem]) -> list[Figure]:
        """The statistics of some of the items."""
        views = tuple(view for _, view in self._pairs(items))
        return [] if self._nothing else list(lint_bank(views, self._ground))


def _is_error(finding: Finding) -> bool:
    return finding.level is Level.ERROR


def line_of(read: ReadItem, path: Path) -> int:
    """The line of the field that a path leads to, as near as a reading keeps it."""
    for near in (".".join(map(str, path[:2])), str(path[0])):
        if near in read.lines:
            return read.lines[near]
    return read.line
