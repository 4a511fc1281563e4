"""Rules on waivers: each excuses a warning that would stand otherwise."""

from collections.abc import Collection, Iterator, Mapping

from quizapp.bank.lint.rule import Flaw, Level
from quizapp.bank.lint.view import View


def unknown_waiver(view: View, levels: Mapping[str, Level], fired: Collection[str]) -> Iterator[Flaw]:
    """A waiver names a rule that there is."""
    for path, rule in _named(view):
        if rule not in levels:
            yield Flaw(path, f"there is no rule '{rule}'")


def waived_error(view: View, levels: Mapping[str, Level], fired: Collection[str]) -> Iterator[Flaw]:
    """A waiver excuses a warning, never an error or a figure of the bank."""
    for path, rule in _named(view):
        if levels.get(rule) in (Level.ERROR, Level.BANK):
            yield Flaw(path, f"'{rule}' is no warning, so it cannot be waived")


def unneeded_waiver(view: View, levels: Mapping[str, Level], fired: Collection[str]) -> Iterator[Flaw]:
    """A waiver excuses a warning that the item gives rise to, and each but once."""
    seen: set[str] = set()
    for path, rule in _named(view):
        if levels.get(rule) is Level.WARNING and (rule not in fired or rule in seen):
            yield Flaw(path, f"nothing here breaks '{rule}', or it is waived already")
        seen.add(rule)


def _named(view: View) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for place, one in enumerate(view.item.secret.waivers):
        yield ("waivers", place, "rule"), one.rule
