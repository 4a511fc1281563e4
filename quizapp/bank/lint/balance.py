"""Statistics of a whole bank: what gives keys away over many items, and shares that must stay small."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from quizapp.assessment.blueprint import Cell, shortfalls
from quizapp.assessment.item import OptionOrder, Status, Style
from quizapp.bank.lint import chance
from quizapp.bank.lint.cues import ABSOLUTE, VAGUE, sharing
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Statistic
from quizapp.bank.lint.statements import statement_sets
from quizapp.bank.lint.stem import asks_for_exception
from quizapp.bank.lint.view import Choices, View

MOST_EXTREME, MOST_NEGATIVE, MOST_STATEMENTS, MOST_WAIVED, MOST_OF_ONE_KEY = 0.30, 0.10, 0.15, 0.05, 0.5
LONGEST_RUN, FEWEST, SURE, EVEN = 4, 20, 0.01, 0.05
"""`SURE` and `EVEN` are the chances below which a pattern counts as none of chance."""


def longest_key_rate(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """The key is the longest option in at most 30 % of the items, and no more often than by chance."""
    yield from _extreme(views, "longest", 1)


def shortest_key_rate(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """The key is the shortest option in at most 30 % of the items, and no more often than by chance."""
    yield from _extreme(views, "shortest", -1)


def _extreme(views: Sequence[View], word: str, sign: int) -> Iterator[Statistic]:
    lists = [one for one in _keyed(views) if len(one.options) > 2]
    hits = [one for one in lists if _is_extreme(one, sign)]
    yield from _rate(f"the key is the {word} option", hits, lists, MOST_EXTREME)


def _is_extreme(choices: Choices, sign: int) -> bool:
    lengths = sorted((sign * len(one.text), one is choices.key) for one in choices.options)
    return lengths[-1][1] and lengths[-1][0] > lengths[-2][0]


def _rate(what: str, hits: Sequence[Choices], lists: Sequence[Choices], most: float) -> Iterator[Statistic]:
    if not lists:
        return
    share = len(hits) / len(lists)
    by_chance = sum(1 / len(one.options) for one in lists) / len(lists)
    tail = chance.binomial_tail(len(hits), len(lists), by_chance)
    told = (
        f"{what} in {len(hits)} of {len(lists)} items "
        f"({share:.0%}; by chance {by_chance:.0%}, binomial p {tail:.3f})"
    )
    yield Statistic(share, most, len(lists) < FEWEST or (share <= most and tail >= SURE), told)


def convergence_rate(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """The key shares most words with the other options no more often than by chance."""
    lists = [one for one in _keyed(views) if len(one.options) > 3 and not one.quantities]
    lists = [one for one in lists if max(sharing(one)) > 0]
    hits = [one for one in lists if _is_centre(one)]
    yield from _rate("the key alone shares most words with the other options", hits, lists, 1.0)


def _is_centre(choices: Choices) -> bool:
    shared = sharing(choices)
    own = shared[choices.options.index(choices.keys[0])]
    return own == max(shared) and shared.count(own) == 1


def key_position(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """Where options stand in a fixed order, the key stands in each place as often as in any other."""
    fixed = [one for one in _keyed(views) if one.order is OptionOrder.FIXED]
    for size in sorted({len(one.options) for one in fixed if len(one.options) > 2}):
        places = Counter(one.options.index(one.keys[0]) for one in fixed if len(one.options) == size)
        counts = tuple(places[place] for place in range(size))
        value = chance.unevenness(counts)
        tail = chance.chi_square_tail(value, size - 1)
        told = f"keys of {size} fixed options by place: {list(counts)} (chi-square {value:.1f}, p {tail:.3f})"
        yield Statistic(value, EVEN, sum(counts) < FEWEST or tail >= EVEN, told)


def key_runs(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """Where options stand in a fixed order, at most four keys in a row stand in one place."""
    places = [
        choices.options.index(choices.keys[0])
        for choices in _keyed(views)
        if choices.order is OptionOrder.FIXED and len(choices.options) > 2
    ]
    longest = max((len(list(same)) for _, same in groupby(places)), default=0)
    told = f"at most {longest} keys in a row stand in one place"
    yield Statistic(longest, LONGEST_RUN, longest <= LONGEST_RUN or len(places) < FEWEST, told)


def absolute_skew(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """Absolute words stand in distractors no more often than in keys."""
    yield from _skew(views, ABSOLUTE, "absolute words", in_keys=False)


def vague_skew(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """Vague words stand in keys no more often than in distractors."""
    yield from _skew(views, VAGUE, "vague words", in_keys=True)


def _skew(views: Sequence[View], pattern: re.Pattern[str], what: str, in_keys: bool) -> Iterator[Statistic]:
    options = [
        (bool(one.right), hit)
        for view in views
        for choices in view.lists
        if choices.keys and choices.distractors
        for one, hit in zip(choices.options, _hits(choices, pattern), strict=True)
    ]
    if not options:
        return
    marked = sum(hit for _, hit in options)
    keys = sum(right for right, _ in options)
    both = sum(right and hit for right, hit in options)
    hits, drawn = (both, keys) if in_keys else (marked - both, len(options) - keys)
    tail = chance.hypergeometric_tail(hits, drawn, marked, len(options))
    told = (
        f"{what} stand in {both} of {keys} keys and {marked - both} of {len(options) - keys} distractors "
        f"(exact p {tail:.3f})"
    )
    yield Statistic(tail, SURE, tail >= SURE, told)


def _hits(choices: Choices, pattern: re.Pattern[str]) -> list[bool]:
    """For each option whether a pattern stands in it."""
    if not pattern.search(choices.joined):
        return [False] * len(choices.options)
    return [bool(pattern.search(text)) for text in choices.texts]


def negative_share(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """At most a tenth of the stems ask for an exception."""
    yield from _share("stems ask for an exception", sum(map(asks_for_exception, views)), views, MOST_NEGATIVE)


def statement_share(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """At most 15 % of the items are sets of statements."""
    count = sum(one.item.public.style is Style.STATEMENTS for one in views)
    yield from _share("items are sets of statements", count, views, MOST_STATEMENTS)


def statement_keys(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """No combination of statements is the key of more than half of the sets."""
    counted = Counter(key for view in views for key in _true_statements(view))
    total = sum(counted.values())
    if not total:
        return
    (key, most), share = counted.most_common(1)[0], max(counted.values()) / total
    named = ", ".join(("I", "II", "III", "IV", "V")[place] for place in sorted(key))
    told = f"the commonest key of statements, {named}, is that of {most} of {total} sets"
    yield Statistic(share, MOST_OF_ONE_KEY, total < FEWEST // 2 or share <= MOST_OF_ONE_KEY, told)


def _true_statements(view: View) -> Iterator[frozenset[int]]:
    for held in view.document.values():
        if _are_statements(held):
            yield frozenset(place for place, one in enumerate(held) if one["truth"])
    for choices, named in statement_sets(view):
        yield named[choices.options.index(choices.keys[0])]


def _are_statements(held: Any) -> bool:
    if not isinstance(held, list) or not held or not isinstance(held[0], dict):
        return False
    return all(isinstance(one, dict) and "truth" in one for one in held)


def waiver_share(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """At most 5 % of the items carry a waiver."""
    count = sum(bool(one.item.secret.waivers) for one in views)
    yield from _share("items carry a waiver", count, views, MOST_WAIVED)


def _share(what: str, count: int, views: Sequence[View], most: float) -> Iterator[Statistic]:
    share = count / len(views) if views else 0.0
    sound = share <= most or (len(views) < FEWEST and count <= 1)
    yield Statistic(share, most, sound, f"{count} of {len(views)} {what} ({share:.0%})")


def blueprint_unfilled(views: tuple[View, ...], ground: Ground) -> Iterator[Statistic]:
    """The bank holds enough ideas for every quota of every exam."""
    if not ground.whole:
        return
    supply: dict[Cell, set[str]] = {}
    for one in views:
        public = one.item.public
        if one.item.status is Status.LIVE and not one.item.sample and public.stimulus is None:
            supply.setdefault((public.topic, public.difficulty), set()).add(public.concept)
    held = {cell: frozenset(concepts) for cell, concepts in supply.items()}
    for profile in ground.profiles:
        for short in shortfalls(profile, held):
            topics = ", ".join(short.topics)
            told = f"exam '{profile.title}': {topics} hold {short.found} ideas of {short.wanted}"
            yield Statistic(short.found, short.wanted, False, told)


def _keyed(views: Sequence[View]) -> list[Choices]:
    """The lists of options of which exactly one is right."""
    return [choices for view in views for choices in view.lists if choices.key is not None]
