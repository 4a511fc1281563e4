"""The bank that ships, from its files: what it holds, what it rests on, and that every exam is filled."""

import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.assessment.assembly import BookletEntry, DrawnItem, Place, SeenPlaces, Unit, draw
from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Cell, ExamProfile, Quota, profile_findings, shortfalls
from quizapp.assessment.item import Item, Status
from quizapp.assessment.options import ChoiceAnswer
from quizapp.bank.folder import files_of_folder
from quizapp.bank.lint.dating import expired
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.view import View
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Fact
from quizapp.services import attempts, banks, exams
from quizapp.services.exams import Supply
from quizapp.services.shipped import Outcome, load_shipped
from quizapp.store import exams as exam_rows
from quizapp.store import items as item_rows
from quizapp.store.transaction import Store
from tests import question_bank_rules as rules
from tests import small_bank
from tests.small_bank import NOW

BANK = Path(__file__).parent.parent / "question_bank" / "treasuries"
READING = read_bank(files_of_folder(BANK))
ITEMS = [one.item for one in READING.items]
FACTS = {one.id: one for one in READING.facts or ()}
EXAMS = {one.id: one for one in READING.profiles or ()}
SHIPPED = max(item.public.as_of for item in ITEMS)
"""The day on which the bank was last checked as a whole."""

LEAST_ITEMS, LEAST_A_TOPIC, TOPICS = 100, 5, 14
LEAST_NUMERIC, LEAST_MULTIPLE, LEAST_CASES, SAMPLES = 15, 15, 3, 5
CASE_SIZES = {3, 4}
DRAWS = 200
"""Draws of each exam over the whole bank."""

TURN = ("practice-20", "mock-50", "two-part-mock")
"""The exams that one candidate sits one after the other, again and again until some question comes twice."""

ROUNDS = 8
"""So often at the most: a bank that lasts longer has to be put to the test otherwise."""

IMITABLE: Mapping[str, tuple[int, int, int]] = {
    "M8": (50, 60, 70),
    "M9": (100, 120, 70),
    "M9A": (50, 60, 70),
    "CM-CIS": (100, 120, 70),
    "HI": (50, 75, 70),
}
"""Questions, minutes and pass mark of the papers whose format is known well enough to be imitated."""

Cells = Mapping[Cell, Sequence[Unit]]
Record = Callable[[str, object], None]


def cells_of(items: Sequence[Item]) -> Cells:
    """The units of a bank in the cells of the draw, at their dense positions, as publishing lays them."""
    members: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        if item.status is Status.LIVE and not item.sample:
            members[item.public.topic, item.unit_key].append(item)
    numbers = {item.public.id: number for number, item in enumerate(items)}
    cells: dict[Cell, list[Unit]] = defaultdict(list)
    for (topic, key), held in sorted(members.items()):
        mean = sum(one.public.difficulty for one in held) / len(held)
        drawn = [
            DrawnItem(numbers[one.public.id], one.public.id, one.public.concept, seen=False) for one in held
        ]
        cells[topic, math.floor(mean + 0.5)].append(Unit(key, tuple(drawn)))
    return cells


CELLS = cells_of(ITEMS)


def units_for(quota: Quota, cells: Cells = CELLS) -> list[Unit]:
    """The units that a quota may draw from."""
    return [unit for cell in quota.cells for unit in cells.get(cell, ())]


def quotas(profile: ExamProfile) -> Iterator[tuple[int, Quota]]:
    """The quotas of an exam with the numbers of their parts."""
    for number, part in enumerate(profile.parts):
        for quota in part.blueprint:
            yield number, quota


def scarce(profile: ExamProfile, cells: Cells) -> list[tuple[str, ...]]:
    """The topics for which a bank holds less than half as many units again as an exam asks for."""
    wanted: Counter[tuple[tuple[str, ...], int | None]] = Counter()
    for _, quota in quotas(profile):
        wanted[quota.topics, quota.difficulty] += quota.items
    return [
        topics
        for (topics, difficulty), asked in wanted.items()
        if 2 * len(units_for(Quota(topics, difficulty, asked), cells)) < 3 * asked
    ]


def singles(items: Sequence[Item]) -> dict[Cell, frozenset[str]]:
    """The concepts of the single items that may be drawn, per cell."""
    supply: dict[Cell, set[str]] = defaultdict(set)
    for item in items:
        if not item.sample and item.public.stimulus is None:
            supply[item.public.topic, item.public.difficulty].add(item.public.concept)
    return {cell: frozenset(concepts) for cell, concepts in supply.items()}


def dealt(profile: ExamProfile, seed: int, seen: SeenPlaces) -> tuple[BookletEntry, ...]:
    """A booklet over the whole bank."""

    def fetch(places: Sequence[Place]) -> Mapping[Place, Unit]:
        return {(cell, place): CELLS[cell][place] for cell, place in places}

    counts = {cell: len(units) for cell, units in CELLS.items()}
    return draw(profile, counts, seen, fetch, Random(seed))


def booklet_faults(profile: ExamProfile, entries: Sequence[BookletEntry]) -> Iterator[str]:
    """What is wrong with a booklet: a concept twice, a sample, or a blueprint that it does not fill."""
    if len({entry.item.concept for entry in entries}) < len(entries):
        yield "a concept twice"
    for number, part in enumerate(profile.parts):
        topics = Counter(ITEMS[entry.item.item_id].public.topic for entry in entries if entry.part == number)
        if any(ITEMS[entry.item.item_id].sample for entry in entries):
            yield "a sample"
        for quota in part.blueprint:
            if sum(topics[topic] for topic in quota.topics) != quota.items:
                yield f"{quota.topics} is not filled"


def in_part(seed: int) -> dict[Cell, dict[int, datetime]]:
    """Half of the bank's units, as a candidate may have seen them on several days."""
    chance = Random(f"seen {seed}")
    return {
        cell: {
            place: NOW - timedelta(days=chance.randrange(90))
            for place in chance.sample(range(len(units)), len(units) // 2)
        }
        for cell, units in CELLS.items()
    }


def one(items: Sequence[Item], slug: str) -> Item:
    """The item of that id."""
    return next(item for item in items if item.public.id == slug)


def test_the_files_are_read_without_a_problem() -> None:
    assert READING.problems == ()
    assert READING.rejected == ()
    assert READING.found == len(ITEMS)
    assert READING.bank_id == BANK.name


def test_the_bank_is_as_large_as_promised() -> None:
    topics = Counter(item.public.topic for item in ITEMS)
    kinds = Counter(item.public.interaction for item in ITEMS)
    assert READING.head
    assert list(topics) == [topic.id for topic in READING.head.topics]
    assert len(topics) == TOPICS
    assert min(topics.values()) >= LEAST_A_TOPIC
    assert len(ITEMS) >= LEAST_ITEMS
    assert kinds["numeric_entry"] >= LEAST_NUMERIC
    assert kinds["multiple_response"] >= LEAST_MULTIPLE
    assert {item.status for item in ITEMS} == {Status.LIVE}


def test_case_sets_hold_three_or_four_questions() -> None:
    sizes = Counter(item.public.stimulus.id for item in ITEMS if item.public.stimulus)
    assert len(sizes) >= LEAST_CASES
    assert set(sizes.values()) <= CASE_SIZES


def test_five_live_samples_stand_apart_from_every_draw() -> None:
    samples = [item for item in ITEMS if item.sample]
    assert len(samples) == SAMPLES
    assert len({item.public.topic for item in samples}) == SAMPLES
    drawn = {unit.key for units in CELLS.values() for unit in units}
    assert not drawn & {item.public.id for item in samples}


def test_every_item_keeps_the_rules_for_question_writers() -> None:
    assert rules.breaches(ITEMS, FACTS) == []


def test_no_fact_stands_unused_or_below_confidence_h() -> None:
    assert {fact.confidence for fact in FACTS.values()} == {"H"}
    assert {name for item in ITEMS for name in item.secret.facts} == FACTS.keys()


def due(items: Sequence[Item], day: date) -> list[str]:
    """The items that are due for review on a day, or rest on a fact that is."""
    ground = Ground(FACTS, today=day)
    return [item.public.id for item in items if list(expired(View(item), ground))]


def test_nothing_was_due_for_review_when_the_bank_shipped() -> None:
    assert due(ITEMS, SHIPPED) == []
    assert max(fact.as_of for fact in FACTS.values()) <= SHIPPED
    assert {exam.checked_on for exam in EXAMS.values()} == {SHIPPED}


def test_a_lapsed_review_is_noticed() -> None:
    item = one(ITEMS, "t09-official-share-2024")
    assert item.public.id in due(ITEMS, item.secret.review_by)


def test_no_warning_of_the_linter_stands_without_a_waiver() -> None:
    assert [str(one) for one in READING.notices if one.waived is None] == []


def test_every_figure_of_the_bank_lies_within_its_limit(record_property: Record) -> None:
    for figure in READING.figures:
        record_property("printed", str(figure))
    assert [str(figure) for figure in READING.figures if not figure.sound] == []
    assert {"longest-key-rate", "shortest-key-rate", "key-position", "negative-share", "statement-share"} <= {
        figure.code for figure in READING.figures
    }


def with_answer(item: Item, **changes: object) -> Item:
    """An item whose key, reasons or misconceptions are others."""
    assert isinstance(item.secret.answer, ChoiceAnswer)
    return replace(item, secret=replace(item.secret, answer=replace(item.secret.answer, **changes)))  # type: ignore[arg-type]


def spoilt() -> Iterator[tuple[str, Item, Mapping[str, Fact]]]:
    """An item that breaks each rule, with what is said of it."""
    item = one(ITEMS, "t02-noncompetitive-limit")
    answer = item.secret.answer
    assert isinstance(answer, ChoiceAnswer)
    name = item.secret.facts[0]
    doubtful = {**FACTS, name: replace(FACTS[name], confidence="M")}
    secret = item.secret
    yield "does not begin with", with_answer(item, key=("a",)), FACTS
    reasons = {**answer.rationales, "a": "No, that is another limit."}
    yield "does not begin with", with_answer(item, rationales=reasons), FACTS
    yield "is of confidence M", item, doubtful
    yield "no fact", item, {}
    yield "nor two standard texts", replace(item, secret=replace(secret, facts=())), FACTS
    yield "licence", replace(item, secret=replace(secret, licence="MIT")), FACTS
    yield "blank", replace(item, secret=replace(secret, author=" ")), FACTS
    yield "no source", replace(item, secret=replace(secret, sources=())), FACTS


@pytest.mark.parametrize(("said", "item", "facts"), list(spoilt()), ids=[said for said, _, _ in spoilt()])
def test_each_broken_rule_is_noticed(said: str, item: Item, facts: Mapping[str, Fact]) -> None:
    assert any(said in breach for breach in rules.breaches([item], facts))


def test_every_exam_says_what_it_imitates_on_whose_word() -> None:
    assert set(EXAMS) == {"warm-up", *TURN}
    for exam in EXAMS.values():
        assert exam.source
        assert exam.summary
        assert list(profile_findings(exam)) == []
        if not exam.imitates.startswith("No examination."):
            paper = next(word for word in exam.imitates.replace(":", " ").split() if word in IMITABLE)
            assert (exam.items, exam.minutes, exam.parts[0].pass_percent) == IMITABLE[paper]
            assert "nofficial" in exam.imitates


def test_the_exams_are_those_of_the_plan() -> None:
    shape = {
        slug: [(part.items, part.minutes, part.pass_percent) for part in exam.parts]
        for slug, exam in EXAMS.items()
    }
    assert shape == {
        "warm-up": [(10, None, None)],
        "practice-20": [(20, 25, 70)],
        "mock-50": [(50, 60, 70)],
        "two-part-mock": [(30, 40, 75), (10, 15, 80)],
    }


@pytest.mark.parametrize("slug", EXAMS)
def test_an_exam_finds_half_as_many_units_again_as_it_asks_for(slug: str) -> None:
    assert scarce(EXAMS[slug], CELLS) == []
    assert shortfalls(EXAMS[slug], singles(ITEMS)) == []


def test_a_bank_too_small_for_an_exam_is_noticed() -> None:
    few = [item for item in ITEMS if item.public.topic != "T4"] + [
        item for item in ITEMS if item.public.topic == "T4"
    ][:8]
    assert scarce(EXAMS["mock-50"], cells_of(few)) == [("T4",)]
    assert shortfalls(EXAMS["mock-50"], singles(few)) == []
    assert [short.topics for short in shortfalls(EXAMS["mock-50"], singles(few[:-3]))] == [("T4",)]


@pytest.mark.parametrize("slug", EXAMS)
def test_every_draw_fills_the_blueprint_and_repeats_no_concept(slug: str) -> None:
    exam = EXAMS[slug]
    for seed in range(DRAWS):
        entries = dealt(exam, seed, in_part(seed) if seed % 2 else {})
        assert list(booklet_faults(exam, entries)) == [], seed


def test_a_booklet_with_a_fault_is_noticed() -> None:
    exam = EXAMS["practice-20"]
    entries = list(dealt(exam, 1, {}))
    sample = next(number for number, item in enumerate(ITEMS) if item.sample)
    twice = [*entries[:-1], replace(entries[-1], item=entries[0].item)]
    shown = [*entries[:-1], replace(entries[-1], item=DrawnItem(sample, "", "", seen=False))]
    assert "a concept twice" in list(booklet_faults(exam, twice))
    assert "a sample" in list(booklet_faults(exam, shown))
    assert any("is not filled" in fault for fault in booklet_faults(exam, entries[:-1]))


@pytest.fixture(scope="module")
def shipped(new_url: Callable[[str], str]) -> Path:
    """A database into which the bank was loaded as it is at the first start."""
    store = Store(new_url("sqlite"))
    report = load_shipped(store, BANK, NOW)
    assert (report.outcome, report.problems, report.short) == (Outcome.APPLIED, (), ())
    store.close()
    return Path(store.url.removeprefix("sqlite:///"))


@pytest.fixture
def loaded(shipped: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on a copy of that database."""
    store = Store(f"sqlite:///{shutil.copy(shipped, tmp_path)}")
    yield store
    store.close()


def test_the_store_draws_from_the_same_cells_and_finds_them_ample(loaded: Store) -> None:
    cells = [
        (topic, difficulty) for topic in {item.public.topic for item in ITEMS} for difficulty in (1, 2, 3)
    ]
    with loaded.read() as conn:
        bank = item_rows.bank_by_slug(conn, BANK.name)
        assert bank
        counts = item_rows.cell_counts(conn, bank.id, cells)
        places = [(cell, place) for cell, count in counts.items() for place in range(count)]
        units = item_rows.fetch_units(conn, bank.id, exams.NOBODY, places)
        supply = exam_rows.concept_supply(conn, bank.id)
    assert supply == singles(ITEMS)
    assert {place: units[place].key for place in places} == {
        (cell, place): unit.key for cell, held in CELLS.items() for place, unit in enumerate(held)
    }
    checks = exams.feasibility(loaded)
    assert len(checks) == len(EXAMS)
    assert {quota.supply for check in checks for quota in check.quotas} == {Supply.AMPLE}


def test_what_was_loaded_exports_as_the_same_bank_and_is_not_loaded_again(
    loaded: Store, tmp_path: Path
) -> None:
    banks.export_to(loaded, BANK.name, tmp_path / "out")
    exported = read_bank(files_of_folder(tmp_path / "out"))
    assert exported.problems == ()
    assert {read.item.public.id: read.item for read in exported.items} == {
        item.public.id: item for item in ITEMS
    }
    assert (exported.head, exported.facts, exported.profiles) == (
        READING.head,
        READING.facts,
        READING.profiles,
    )
    assert load_shipped(loaded, BANK, NOW).outcome is Outcome.UNCHANGED


def test_nobody_meets_a_repeat_in_a_first_exam(loaded: Store) -> None:
    for slug in EXAMS:
        assert exams.start(loaded, None, BANK.name, slug, NOW).seen == 0
    fresh = small_bank.candidate(loaded)
    assert exams.start(loaded, fresh, BANK.name, "warm-up", NOW).seen == 0
    public_id = attempts.begin(loaded, fresh, BANK.name, "warm-up", Mode.TIMED, NOW, 1)
    assert len(small_bank.booklet(loaded, public_id)) == EXAMS["warm-up"].items


def sit(store: Store, account_id: int, slug: str, now: datetime, seed: int) -> list[str]:
    """The questions of an exam that an account begins, looks through and hands in."""
    public_id = attempts.begin(store, account_id, BANK.name, slug, Mode.TIMED, now, seed)
    small_bank.see(store, account_id, public_id, now)
    for part in range(len(EXAMS[slug].parts) - 1):
        attempts.leave_part(store, account_id, public_id, part, now)
    attempts.hand_in(store, account_id, public_id, now)
    return [one.slug for one in small_bank.booklet(store, public_id)]


def early_repeats(exam: ExamProfile, seen: set[str], booklet: Sequence[str]) -> list[str]:
    """The questions that were dealt again while a single one, never seen, was left for their quota.

    A sibling of what the booklet holds is none that is left.
    """
    early = []
    asked = {one(ITEMS, slug).public.concept for slug in booklet}
    for _, quota in quotas(exam):
        repeats = [slug for slug in booklet if slug in seen and one(ITEMS, slug).public.topic in quota.topics]
        left = [unit for unit in units_for(quota) if len(unit.items) == 1]
        if any(unit.key not in seen and unit.items[0].concept not in asked for unit in left):
            early += repeats
    return early


def test_one_candidate_sits_the_exams_in_turn_and_meets_repeats_only_when_new_questions_run_out(
    loaded: Store, record_property: Record
) -> None:
    for seed in (1, 2):
        account_id, seen = small_bank.candidate(loaded, f"turn-{seed}@example.org"), set[str]()
        counts, repeats = [], set[str]()
        for turn, slug in enumerate(TURN * ROUNDS):
            if repeats and turn > len(TURN):
                break
            now = NOW + timedelta(days=turn)
            said = exams.start(loaded, account_id, BANK.name, slug, now).seen
            booklet = sit(loaded, account_id, slug, now, seed)
            repeats = seen & set(booklet)
            counts.append(f"{slug} {len(repeats)} of {len(booklet)} (start page: {said})")
            assert early_repeats(EXAMS[slug], seen, booklet) == []
            assert turn or not repeats
            seen |= set(booklet)
        assert repeats, "the bank was not used up, so the rule was not put to the test"
        record_property("printed", f"seen before, candidate {seed}: {', '.join(counts)}")


def test_a_repeat_dealt_too_early_is_noticed() -> None:
    exam = EXAMS["warm-up"]
    booklet = [entry.item.version for entry in dealt(exam, 1, {})]
    assert early_repeats(exam, {booklet[0]}, booklet) == [booklet[0]]
    assert early_repeats(exam, {item.public.id for item in ITEMS}, booklet) == []
