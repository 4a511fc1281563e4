"""Rules on what items name: one another, and facts."""

import re
from collections import Counter
from collections.abc import Iterator

from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw, Statistic
from quizapp.bank.lint.view import View

MOST_USES, MOST_OVERUSED, FEWEST_FACTS = 3, 0.05, 20
_NAME = re.compile(r"(?<![\w/-])[a-z]+[0-9]+(?:-[a-z0-9]+)+(?![\w/-])|`([a-z0-9]+(?:-[a-z0-9]+)+)`")


def dead_link(views: tuple[View, ...], ground: Ground) -> Iterator[tuple[View, Flaw]]:
    """A text that names an item, concept, case set or fact names one that exists."""
    own = {name for one in views for name in (one.item.public.id, one.item.public.concept, one.item.unit_key)}
    known = own | ground.named | ground.facts.keys()
    families = {one.partition("-")[0] for one in known}
    for view in views:
        for text in view.texts:
            if "-" not in text.text:
                continue
            for found in _NAME.finditer(text.text):
                name = found[1] or found[0]
                if name.partition("-")[0] in families and name not in known:
                    yield view, Flaw(text.path, f"there is nothing named '{name}'")


def unused_fact(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """Every fact is used by an item or a study note."""
    if ground.whole and ground.facts:
        used = ground.noted.union(*(one.item.facts for one in views))
        idle = [name for name in ground.facts if name not in used]
        told = f"{len(idle)} of {len(ground.facts)} facts are used by no item and no note{_listed(idle)}"
        yield Statistic(len(idle), 0, not idle, told)


def overused_fact(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """At most 5 % of the facts carry more than three items, a case set counted once."""
    units = {(name, one.item.unit_key) for one in views for name in one.item.secret.facts}
    counted = Counter(name for name, _ in units)
    often = sorted(name for name, count in counted.items() if count > MOST_USES)
    share = len(often) / len(counted) if counted else 0.0
    told = f"{len(often)} of {len(counted)} facts carry more than {MOST_USES} items{_listed(often)}"
    yield Statistic(share, MOST_OVERUSED, share <= MOST_OVERUSED or len(counted) < FEWEST_FACTS, told)


def _listed(names: list[str]) -> str:
    most = 10
    shown = ", ".join(names[:most]) + (" ..." if len(names) > most else "")
    return f": {shown}" if names else ""
