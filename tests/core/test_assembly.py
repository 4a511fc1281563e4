"""The draw: what a booklet holds, whom it repeats, and what it costs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.assembly import BookletEntry, DrawnItem, Place, SeenPlaces, Unit, draw
from quizapp.assessment.blueprint import Cell, Quota
from quizapp.assessment.errors import BlueprintShort
from tests.core.drawing import Shelf, profile, unit

SEEDS = 60
MILLION = 1_000_000
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
T1, T2 = ("T1", 1), ("T2", 1)


def _singles(prefix: str, count: int) -> list[Unit]:
    return [unit(f"{prefix}{number}") for number in range(count)]


SHELF = {
    T1: [*_singles("one-", 10), unit("case-a", "a1", "a2", "a3")],
    ("T1", 2): [*_singles("two-", 6), *(unit(f"sibling-{number}", "one-0") for number in range(4))],
    T2: [*_singles("three-", 12), unit("case-b", "b1", "b2"), unit("case-c", "c1", "c2", "b1")],
}
EXAM = profile(
    [Quota(("T1",), 1, 4), Quota(("T1",), None, 3)], [Quota(("T1", "T2"), None, 3), Quota(("T2",), None, 3)]
)


def _draw(seed: int, seen: SeenPlaces | None = None, avoid: Sequence[str] = ()) -> tuple[BookletEntry, ...]:
    shelf = Shelf(SHELF)
    return draw(EXAM, shelf.counts, seen or {}, shelf.fetch, Random(seed), frozenset(avoid))


@pytest.fixture(scope="module")
def booklets() -> list[tuple[BookletEntry, ...]]:
    return [_draw(seed) for seed in range(SEEDS)]


Booklets = list[tuple[BookletEntry, ...]]


def _units(booklet: Sequence[BookletEntry]) -> Iterator[Unit]:
    """The units of a booklet, each where its first item stands."""
    homes = {item.version: one for units in SHELF.values() for one in units for item in one.items}
    before = None
    for entry in booklet:
        home = homes[entry.item.version]
        if home is not before:
            yield home
        before = home


# What a booklet holds


def test_the_same_seed_draws_the_same_booklet(booklets: Booklets) -> None:
    assert [_draw(seed) for seed in range(SEEDS)] == booklets


def test_other_seeds_draw_other_booklets(booklets: Booklets) -> None:
    assert len({tuple(entry.item.version for entry in one) for one in booklets}) == SEEDS


def test_the_questions_are_numbered_from_1_part_after_part(booklets: Booklets) -> None:
    for booklet in booklets:
        assert [entry.position for entry in booklet] == list(range(1, 14))
        assert [entry.part for entry in booklet] == [0] * 7 + [1] * 6


def test_no_concept_and_no_unit_stands_in_a_booklet_twice(booklets: Booklets) -> None:
    for booklet in booklets:
        assert max(Counter(entry.item.concept for entry in booklet).values()) == 1
        assert max(Counter(one.key for one in _units(booklet)).values()) == 1


def test_every_quota_is_filled_from_its_own_cells(booklets: Booklets) -> None:
    cells = {item.version: cell for cell, units in SHELF.items() for one in units for item in one.items}
    for booklet in booklets:
        drawn = [Counter(cells[one.item.version] for one in booklet if one.part == part) for part in (0, 1)]
        assert set(drawn[0]) <= {T1, ("T1", 2)}
        assert drawn[0][T1] >= 4
        assert drawn[1][T2] >= 3


def test_a_case_set_is_drawn_whole_and_in_order(booklets: Booklets) -> None:
    drawn = set()
    for booklet in booklets:
        versions = [entry.item.version for entry in booklet]
        for one in _units(booklet):
            wanted = [item.version for item in one.items]
            first = versions.index(wanted[0])
            assert versions[first : first + len(wanted)] == wanted
            assert len({entry.part for entry in booklet[first : first + len(wanted)]}) == 1
            drawn |= {one.key} if len(wanted) > 1 else set()
    assert drawn == {"case-a", "case-b", "case-c"}


def test_a_case_set_larger_than_what_a_quota_lacks_is_passed_over() -> None:
    shelf = {T1: [unit("big", "x", "y", "z"), *_singles("one-", 2)]}
    for seed in range(SEEDS):
        made = Shelf(shelf)
        booklet = draw(profile([Quota(("T1",), 1, 2)]), made.counts, {}, made.fetch, Random(seed))
        assert {entry.item.concept for entry in booklet} == {"one-0", "one-1"}


def test_concepts_to_avoid_are_not_drawn() -> None:
    for seed in range(SEEDS):
        drawn = {entry.item.concept for entry in _draw(seed, avoid=("one-0", "three-1", "a2"))}
        assert not drawn & {"one-0", "three-1", "a1", "a2", "a3"}


def test_every_unit_comes_up_about_as_often_as_any_other() -> None:
    shelf, rounds = Shelf({T1: _singles("one-", 10)}), 2000
    counted = Counter(
        entry.item.concept
        for seed in range(rounds)
        for entry in draw(profile([Quota(("T1",), 1, 3)]), shelf.counts, {}, shelf.fetch, Random(seed))
    )
    assert len(counted) == 10
    assert all(abs(times - 600) < 120 for times in counted.values())


def test_the_order_of_a_booklet_gives_nothing_away() -> None:
    shelf = Shelf({T1: _singles("one-", 5)})
    exam = profile([Quota(("T1",), 1, 5)])
    firsts = Counter(
        draw(exam, shelf.counts, {}, shelf.fetch, Random(seed))[0].item.concept for seed in range(1000)
    )
    assert all(abs(times - 200) < 70 for times in firsts.values())


# Whom it repeats


def _seen(cell: Cell, days_ago: Mapping[int, int]) -> SeenPlaces:
    return {cell: {place: NOW - timedelta(days=days) for place, days in days_ago.items()}}


def test_what_was_not_seen_comes_first() -> None:
    shelf = Shelf({T1: _singles("one-", 10)})
    seen = _seen(T1, {place: place for place in range(7)})
    for seed in range(SEEDS):
        booklet = draw(profile([Quota(("T1",), 1, 3)]), shelf.counts, seen, shelf.fetch, Random(seed))
        assert {entry.item.concept for entry in booklet} == {"one-7", "one-8", "one-9"}


def test_then_comes_what_was_seen_longest_ago() -> None:
    shelf = Shelf({T1: _singles("one-", 6)})
    seen = _seen(T1, {0: 1, 1: 50, 2: 9, 3: 40, 4: 2})
    for seed in range(SEEDS):
        booklet = draw(profile([Quota(("T1",), 1, 3)]), shelf.counts, seen, shelf.fetch, Random(seed))
        assert {entry.item.concept for entry in booklet} == {"one-5", "one-1", "one-3"}


def test_a_seen_place_that_is_gone_is_left_aside() -> None:
    shelf = Shelf({T1: _singles("one-", 3)})
    seen = _seen(T1, {0: 5, 7: 90, MILLION: 91}) | _seen(("gone", 1), {0: 9})
    booklet = draw(profile([Quota(("T1",), 1, 3)]), shelf.counts, seen, shelf.fetch, Random(1))
    assert len(booklet) == 3


@given(st.dictionaries(st.integers(0, 14), st.integers(1, 400)), st.integers(1, 15), st.integers())
def test_who_has_seen_whatever_gets_unseen_places_then_the_oldest(
    days_ago: dict[int, int], items: int, seed: int
) -> None:
    shelf = Shelf({T1: _singles("one-", 15)})
    booklet = draw(
        profile([Quota(("T1",), 1, items)]), shelf.counts, _seen(T1, days_ago), shelf.fetch, Random(seed)
    )
    places = [int(entry.item.concept.removeprefix("one-")) for entry in booklet]
    repeated = [days_ago[place] for place in places if place in days_ago]
    assert len(repeated) == max(0, items - (15 - len(days_ago)))
    assert sorted(repeated) == sorted(days_ago.values())[len(days_ago) - len(repeated) :]


# When the bank is short


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ([], 0),
        (_singles("one-", 3), 3),
        ([unit("one", "x"), unit("two", "x"), unit("three", "y"), unit("four", "x"), unit("five", "y")], 2),
        ([unit("case", "x", "x"), unit("pair", "y", "z")], 2),
        ([unit("big", "a", "b", "c", "d", "e")], 0),
    ],
)
def test_a_quota_that_cannot_be_filled_is_refused_with_what_was_found(units: list[Unit], found: int) -> None:
    shelf = Shelf({T1: units})
    with pytest.raises(BlueprintShort) as refused:
        draw(profile([Quota(("T1",), 1, 4)]), shelf.counts, {}, shelf.fetch, Random(1))
    told = refused.value
    assert (told.topics, told.difficulty, told.wanted, told.found) == (("T1",), 1, 4, found)
    assert len(shelf.asked) == 2 * len(units)


def test_a_case_set_that_takes_what_another_quota_needs_gives_way_to_single_items() -> None:
    shelf = Shelf({T1: [unit("needed")], ("T1", 2): [unit("case", "needed", "x"), *_singles("two-", 2)]})
    exam = profile([Quota(("T1",), 2, 2), Quota(("T1",), 1, 1)])
    for seed in range(SEEDS):
        booklet = draw(exam, shelf.counts, {}, shelf.fetch, Random(seed))
        assert {entry.item.concept for entry in booklet} == {"needed", "two-0", "two-1"}


def test_concepts_to_avoid_can_leave_a_quota_short() -> None:
    shelf = Shelf({T1: _singles("one-", 3)})
    with pytest.raises(BlueprintShort):
        draw(profile([Quota(("T1",), 1, 3)]), shelf.counts, {}, shelf.fetch, Random(1), frozenset({"one-1"}))


def test_a_place_that_the_store_no_longer_holds_is_passed_over() -> None:
    shelf = Shelf({T1: _singles("one-", 5)})

    def fetch(places: Sequence[Place]) -> dict[Place, Unit]:
        return {place: one for place, one in shelf.fetch(places).items() if place != (T1, 2)}

    for seed in range(SEEDS):
        booklet = draw(profile([Quota(("T1",), 1, 4)]), shelf.counts, {}, fetch, Random(seed))
        assert {entry.item.concept for entry in booklet} == {"one-0", "one-1", "one-3", "one-4"}


# What it costs


@dataclass
class Endless:
    """A store that makes up the unit at any position when it is asked, and counts the questions."""

    asked: int = 0
    rounds: int = 0

    def fetch(self, places: Sequence[Place]) -> dict[Place, Unit]:
        self.rounds += 1
        self.asked += len(places)
        return {
            (cell, place): Unit(
                f"{cell[0]}-{cell[1]}-{place}",
                (DrawnItem(place, f"v-{cell[0]}-{place}", f"c-{cell[0]}-{place}", False),),
            )
            for cell, place in places
        }


class CountingRandom(Random):
    """Counts the numbers that a draw takes from chance: its own work, whatever the clock of the machine."""

    taken = 0

    def getrandbits(self, k: int, /) -> int:
        self.taken += 1
        return super().getrandbits(k)


def _cost(units: int, quota: int, seen: int = 0) -> tuple[int, int, int]:
    """Positions fetched, rounds, and numbers taken from chance, with so many units in each of six cells."""
    cells = [(topic, difficulty) for topic in ("T1", "T2") for difficulty in (1, 2, 3)]
    store, chance = Endless(), CountingRandom(1)
    before: SeenPlaces = {("T1", 1): {place: NOW - timedelta(minutes=place) for place in range(seen)}}
    exam = profile([Quota(("T1",), None, quota)], [Quota(("T2",), None, quota)])
    booklet = draw(exam, dict.fromkeys(cells, units), before, store.fetch, chance)
    assert len(booklet) == 2 * quota
    return store.asked, store.rounds, chance.taken


def test_the_cost_of_a_draw_grows_with_the_quota_and_not_with_the_bank() -> None:
    small, large = _cost(1_000, 25), _cost(MILLION, 25)
    assert small[:2] == large[:2] == (50, 1)
    assert large[2] < 50 * 4
    assert _cost(MILLION, 250)[:2] == (500, 1)


def test_what_a_candidate_has_seen_is_not_fetched_again_while_anything_else_is_left() -> None:
    assert _cost(MILLION, 25, seen=2_000)[:2] == (50, 1)


def test_a_bank_seen_through_costs_what_was_seen_and_no_more() -> None:
    seen = {("T1", difficulty): dict.fromkeys(range(500), NOW) for difficulty in (1, 2, 3)}
    store = Endless()
    counts = dict.fromkeys(seen, 500)
    assert len(draw(profile([Quota(("T1",), None, 40)]), counts, seen, store.fetch, Random(1))) == 40
    assert (store.asked, store.rounds) == (40, 1)


def test_siblings_cost_another_round_for_what_they_left_open() -> None:
    shelf = Shelf({T1: [unit(f"{concept}-{n}", f"c{concept}") for concept in range(40) for n in range(3)]})
    for seed in range(SEEDS):
        shelf.asked.clear()
        draw(profile([Quota(("T1",), 1, 20)]), shelf.counts, {}, shelf.fetch, Random(seed))
        assert len(shelf.asked) == len(set(shelf.asked)) < 60
