"""The draw: a booklet from a blueprint, a seed, the seen positions and a store that fetches positions.

The store keeps units (an item, or a whole case set) at dense positions 0..n-1 per cell. The draw asks for
positions only, so its cost grows with the quota and with what the candidate has seen, never with the bank.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from quizapp.assessment.blueprint import Cell, ExamProfile, Quota
from quizapp.assessment.errors import BlueprintShort
from quizapp.assessment.item import PublicItem
from quizapp.assessment.registry import INTERACTIONS

Place = tuple[Cell, int]
"""A cell and a position in it."""


@dataclass(frozen=True)
class DrawnItem:
    """An item as the store fetches it for a draw; one made from a template names that template's version."""

    item_id: int
    version: str
    concept: str
    seen: bool
    template: str | None = None


@dataclass(frozen=True)
class Unit:
    """What is drawn as one: the items of a case set in order, or a single item."""

    key: str
    items: tuple[DrawnItem, ...]


@dataclass(frozen=True)
class BookletEntry:
    """One question of a booklet: its number in the whole attempt, from 1, and its part, from 0."""

    position: int
    part: int
    item: DrawnItem


Fetch = Callable[[Sequence[Place]], Mapping[Place, Unit]]
SeenPlaces = Mapping[Cell, Mapping[int, datetime]]


@dataclass
class _Filling:
    """A quota while it is being filled."""

    part: int
    quota: Quota
    untried: "_Pool"
    units: list[Unit] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.quota.items - sum(len(unit.items) for unit in self.units)


class _Pool:
    """The places of a quota, handed out once each: unseen ones by chance, then the longest unseen."""

    def __init__(
        self,
        cells: Sequence[Cell],
        counts: Mapping[Cell, int],
        seen: SeenPlaces,
        chance: Random,
    ):
        self._cells = [(cell, counts.get(cell, 0)) for cell in cells]
        self._total = sum(count for _, count in self._cells)
        self._chance = chance
        offset, last_seen = 0, []
        for cell, count in self._cells:
            last_seen += [(at, offset + place) for place, at in seen.get(cell, {}).items() if place < count]
            offset += count
        self._tried = {place for _, place in last_seen}
        self._repeats = [place for _, place in sorted(last_seen, reverse=True)]

    def take(self, wanted: int) -> list[Place]:
        """Up to `wanted` further places."""
        taken = self._unseen(min(wanted, self._total - len(self._tried)))
        while len(taken) < wanted and self._repeats:
            taken.append(self._repeats.pop())
        return [self._place(number) for number in taken]

    def _unseen(self, wanted: int) -> list[int]:
        if 2 * (len(self._tried) + wanted) > self._total:
            left = [number for number in range(self._total) if number not in self._tried]
            taken = self._chance.sample(left, wanted)
            self._tried.update(taken)
            return taken
        taken = []
        while len(taken) < wanted:
            number = self._chance.randrange(self._total)
            if number not in self._tried:
                self._tried.add(number)
                taken.append(number)
        return taken

    def _place(self, number: int) -> Place:
        for cell, count in self._cells:
            if number < count:
                return cell, number
            number -= count
        raise AssertionError("a place beyond the pool")


def draw(
    profile: ExamProfile,
    counts: Mapping[Cell, int],
    seen: SeenPlaces,
    fetch: Fetch,
    chance: Random,
    avoid: frozenset[str] = frozenset(),
) -> tuple[BookletEntry, ...]:
    """A booklet that fills every quota and holds no concept twice, nor any of `avoid`.

    Unseen units come first, then those seen longest ago. A case set larger than what a quota still lacks is
    passed over. Where case sets took concepts that another quota needed, all is drawn anew of single items.
    Raises BlueprintShort when a quota cannot be filled, which a check at load rules out.
    """
    try:
        return _bound(profile, _filled(profile, counts, seen, fetch, chance, avoid), chance)
    except BlueprintShort as short:
        try:
            return _bound(profile, _filled(profile, counts, seen, fetch, chance, avoid, largest=1), chance)
        except BlueprintShort:
            raise short from None


def _filled(
    profile: ExamProfile,
    counts: Mapping[Cell, int],
    seen: SeenPlaces,
    fetch: Fetch,
    chance: Random,
    avoid: frozenset[str],
    largest: int | None = None,
) -> Sequence[_Filling]:
    fillings = [
        _Filling(number, quota, _Pool(quota.cells, counts, seen, chance))
        for number, part in enumerate(profile.parts)
        for quota in part.blueprint
    ]
    fillings.sort(key=lambda one: len(one.quota.cells))
    used = set(avoid)
    keys: set[str] = set()
    while short := [one for one in fillings if one.missing]:
        asked = [(one, one.untried.take(one.missing)) for one in short]
        units = fetch([place for _, places in asked for place in places])
        for filling, places in asked:
            if not places:
                quota = filling.quota
                found = quota.items - filling.missing
                raise BlueprintShort(quota.topics, quota.difficulty, quota.items, found)
            for place in places:
                unit = units.get(place)
                if unit and (largest is None or len(unit.items) <= largest):
                    _accept(filling, unit, used, keys)
    return fillings


def _accept(filling: _Filling, unit: Unit, used: set[str], keys: set[str]) -> None:
    if unit.key in keys or len(unit.items) > filling.missing:
        return
    concepts = [item.concept for item in unit.items]
    if used.intersection(concepts) or len(set(concepts)) < len(concepts):
        return
    used.update(concepts)
    keys.add(unit.key)
    filling.units.append(unit)


def _bound(profile: ExamProfile, fillings: Sequence[_Filling], chance: Random) -> tuple[BookletEntry, ...]:
    entries: list[BookletEntry] = []
    for number in range(len(profile.parts)):
        units = sorted(
            (unit for one in fillings if one.part == number for unit in one.units),
            key=lambda unit: unit.key,
        )
        chance.shuffle(units)
        for item in (item for unit in units for item in unit.items):
            entries.append(BookletEntry(len(entries) + 1, number, item))
    return tuple(entries)


def option_orders(seed: int, items: Sequence[PublicItem]) -> tuple[tuple[str, ...], ...]:
    """The order of the options of every question of a booklet: one seed always deals the same."""
    chance = Random(f"{seed} options")  # noqa: S311 - repeatable, no secret
    return tuple(INTERACTIONS[one.interaction].arrange(one.body, chance) for one in items)
