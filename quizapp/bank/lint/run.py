"""The linter itself: every rule over items and banks, waivers heeded; findings and statistics out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.register import ACROSS_RULES, BANK_RULES, ITEM_RULES, RULES, WAIVER_RULES
from quizapp.bank.lint.rule import AnyRule, BankRule, Flaw, ItemRule, Level, Statistic
from quizapp.bank.lint.view import View
from quizapp.bank.problems import Figure
from quizapp.bank.tree import Path

LEVELS = {rule.code: rule.level for rule in RULES}


@dataclass(frozen=True)
class Finding:
    """A rule that an item breaks, and where; `waived` is the reason for which it may stand."""

    code: str
    level: Level
    path: Path
    said: str
    waived: str | None = None


def lint_item(view: View, ground: Ground, rules: Sequence[ItemRule] = ITEM_RULES) -> list[Finding]:
    """What an item breaks by itself; waivers are not heeded yet."""
    return [_finding(rule, flaw) for rule in rules for flaw in rule.check(view, ground)]


def lint_across(views: tuple[View, ...], ground: Ground) -> Iterator[tuple[View, Finding]]:
    """What items break beside one another; waivers are not heeded yet."""
    for rule in ACROSS_RULES:
        for view, flaw in rule.check(views, ground):
            yield view, _finding(rule, flaw)


def lint_bank(views: tuple[View, ...], ground: Ground) -> Iterator[Figure]:
    """The statistics of the bank."""
    for rule in BANK_RULES:
        for statistic in rule.check(views, ground):
            yield _figure(rule, statistic)


def heed_waivers(view: View, found: Sequence[Finding]) -> list[Finding]:
    """The findings of an item with those waived that may be, and with what is wrong with its waivers."""
    if not view.item.secret.waivers:
        return list(found)
    reasons = {one.rule: one.reason for one in view.item.secret.waivers}
    fired = {one.code for one in found}
    heeded = [
        Finding(one.code, one.level, one.path, one.said, reasons.get(one.code))
        if one.level is Level.WARNING
        else one
        for one in found
    ]
    return heeded + [
        _finding(rule, flaw) for rule in WAIVER_RULES for flaw in rule.check(view, LEVELS, fired)
    ]


def _finding(rule: AnyRule, flaw: Flaw) -> Finding:
    return Finding(rule.code, rule.level, flaw.path, flaw.said)


def _figure(rule: BankRule, found: Statistic) -> Figure:
    blocks = rule.level is Level.ERROR
    return Figure(rule.code, found.value, found.limit, found.sound, found.said, blocks)
