"""The bank that ships, from its files: what it holds, what it rests on, and that every exam is filled."""

import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from quizapp.assessment.assembly import BookletEntry, DrawnItem, Place, SeenPlaces, Unit, draw
from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Cell, ExamProfile, Quota, profile_findings, shortfalls
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.item import Item, Status
from quizapp.assessment.options import ChoiceAnswer
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.dealing import Dealer
from quizapp.assessment.variants.dealt import seed_for
from quizapp.bank.folder import files_of_folder
from quizapp.bank.lint.dating import expired
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Level
from quizapp.bank.lint.run import lint_item
from quizapp.bank.lint.view import View
from quizapp.bank.linting import NOTHING
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Fact
from quizapp.services import attempts, banks, exams
from quizapp.services.exams import Supply
from quizapp.services.shipped import Outcome, load_shipped
from quizapp.store import exams as exam_rows
from quizapp.store import items as item_rows
from quizapp.store.transaction import Store
from tests import question_bank_rules as rules
from tests import shipped, small_bank
from tests.shipped import BANK
from tests.small_bank import NOW

pytestmark = pytest.mark.slow

LEAST_ITEMS, LEAST_A_TOPIC, TOPICS = 100, 5, 14
LEAST_NUMERIC, LEAST_MULTIPLE, LEAST_CASES, SAMPLES = 15, 15, 3, 5
CASE_SIZES = {3, 4}
DRAWS = 200
"""Draws of each exam over the whole bank."""

LOOKED_AT = 10
"""Of the variants that those draws deal, every so many is shown to the linter as well."""

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


@cache
def cells_shipped() -> Cells:
    """The cells of the bank that ships."""
    return cells_of(shipped.items())


def units_for(quota: Quota, cells: Cells) -> list[Unit]:
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
        return {(cell, place): cells_shipped()[cell][place] for cell, place in places}

    counts = {cell: len(units) for cell, units in cells_shipped().items()}
    return draw(profile, counts, seen, fetch, Random(seed))


def booklet_faults(profile: ExamProfile, entries: Sequence[BookletEntry]) -> Iterator[str]:
    """What is wrong with a booklet: a concept twice, a sample, or a blueprint that it does not fill."""
    if len({entry.item.concept for entry in entries}) < len(entries):
        yield "a concept twice"
    for number, part in enumerate(profile.parts):
        topics = Counter(
            shipped.items()[entry.item.item_id].public.topic for entry in entries if entry.part == number
        )
        if any(shipped.items()[entry.item.item_id].sample for entry in entries):
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
        for cell, units in cells_shipped().items()
    }


def one(items: Sequence[Item], slug: str) -> Item:
    """The item of that id."""
    return next(item for item in items if item.public.id == slug)


def test_the_files_are_read_without_a_problem() -> None:
    assert shipped.reading().problems == ()
    assert shipped.reading().rejected == ()
    assert shipped.reading().found == len(shipped.items())
    assert shipped.reading().bank_id == BANK.name


def test_the_bank_is_as_large_as_promised() -> None:
    topics = Counter(item.public.topic for item in shipped.items())
    kinds = Counter(item.public.interaction for item in shipped.items())
    assert shipped.reading().head
    assert list(topics) == [topic.id for topic in shipped.reading().head.topics]
    assert len(topics) == TOPICS
    assert min(topics.values()) >= LEAST_A_TOPIC
    assert len(shipped.items()) >= LEAST_ITEMS
    assert kinds["numeric_entry"] >= LEAST_NUMERIC
    assert kinds["multiple_response"] >= LEAST_MULTIPLE
    assert {item.status for item in shipped.items()} == {Status.LIVE}


def test_case_sets_hold_three_or_four_questions() -> None:
    sizes = Counter(item.public.stimulus.id for item in shipped.items() if item.public.stimulus)
    assert len(sizes) >= LEAST_CASES
    assert set(sizes.values()) <= CASE_SIZES


def test_five_live_samples_stand_apart_from_every_draw() -> None:
    samples = [item for item in shipped.items() if item.sample]
    assert len(samples) == SAMPLES
    assert len({item.public.topic for item in samples}) == SAMPLES
    drawn = {unit.key for units in cells_shipped().values() for unit in units}
    assert not drawn & {item.public.id for item in samples}


def test_every_item_keeps_the_rules_for_question_writers() -> None:
    assert rules.breaches(shipped.items(), shipped.facts()) == []


def test_no_fact_stands_unused_or_below_confidence_h() -> None:
    assert {fact.confidence for fact in shipped.facts().values()} == {"H"}
    noted = {name for note in shipped.reading().notes for name in note.facts}
    assert noted.union(*(item.facts for item in shipped.items())) == shipped.facts().keys()


def due(items: Sequence[Item], day: date) -> list[str]:
    """The items that are due for review on a day, or rest on a fact that is."""
    ground = Ground(shipped.facts(), today=day)
    return [item.public.id for item in items if list(expired(View(item), ground))]


def test_nothing_was_due_for_review_when_the_bank_shipped() -> None:
    assert due(shipped.items(), shipped.checked_on()) == []
    assert max(fact.as_of for fact in shipped.facts().values()) <= shipped.checked_on()
    assert {exam.checked_on for exam in shipped.profiles().values()} == {shipped.checked_on()}


def test_a_lapsed_review_is_noticed() -> None:
    item = one(shipped.items(), "t09-official-share-2024")
    assert item.public.id in due(shipped.items(), item.secret.review_by)


def test_no_warning_of_the_linter_stands_without_a_waiver() -> None:
    assert [str(one) for one in shipped.reading().notices if one.waived is None] == []


def test_every_figure_of_the_bank_lies_within_its_limit(record_property: Record) -> None:
    for figure in shipped.reading().figures:
        record_property("printed", str(figure))
    assert [str(figure) for figure in shipped.reading().figures if not figure.sound] == []
    assert {"longest-key-rate", "shortest-key-rate", "key-position", "negative-share", "statement-share"} <= {
        figure.code for figure in shipped.reading().figures
    }


def with_answer(item: Item, **changes: object) -> Item:
    """An item whose key, reasons or misconceptions are others."""
    assert isinstance(item.secret.answer, ChoiceAnswer)
    return replace(item, secret=replace(item.secret, answer=replace(item.secret.answer, **changes)))  # type: ignore[arg-type]


def spoilt() -> Iterator[tuple[str, Item, Mapping[str, Fact]]]:
    """An item that breaks each rule, with what is said of it."""
    item = one(shipped.items(), "t02-noncompetitive-limit")
    answer = item.secret.answer
    assert isinstance(answer, ChoiceAnswer)
    name = item.secret.facts[0]
    doubtful = {**shipped.facts(), name: replace(shipped.facts()[name], confidence="M")}
    secret = item.secret
    yield "does not begin with", with_answer(item, key=("a",)), shipped.facts()
    reasons = {**answer.rationales, "a": "No, that is another limit."}
    yield "does not begin with", with_answer(item, rationales=reasons), shipped.facts()
    yield "is of confidence M", item, doubtful
    yield "no fact", item, {}
    yield "nor two standard texts", replace(item, secret=replace(secret, facts=())), shipped.facts()
    yield "licence", replace(item, secret=replace(secret, licence="MIT")), shipped.facts()
    yield "blank", replace(item, secret=replace(secret, author=" ")), shipped.facts()
    yield "no source", replace(item, secret=replace(secret, sources=())), shipped.facts()


def test_each_broken_rule_is_noticed() -> None:
    unnoticed = [
        said
        for said, item, facts in spoilt()
        if not any(said in breach for breach in rules.breaches([item], facts))
    ]
    assert unnoticed == []


def test_every_exam_says_what_it_imitates_on_whose_word() -> None:
    assert set(shipped.profiles()) == {"warm-up", *TURN}
    for exam in shipped.profiles().values():
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
        for slug, exam in shipped.profiles().items()
    }
    assert shape == {
        "warm-up": [(10, None, None)],
        "practice-20": [(20, 25, 70)],
        "mock-50": [(50, 60, 70)],
        "two-part-mock": [(30, 40, 75), (10, 15, 80)],
    }


@pytest.mark.parametrize("slug", ["warm-up", *TURN])
def test_an_exam_finds_half_as_many_units_again_as_it_asks_for(slug: str) -> None:
    assert scarce(shipped.profiles()[slug], cells_shipped()) == []
    assert shortfalls(shipped.profiles()[slug], singles(shipped.items())) == []


def test_a_bank_too_small_for_an_exam_is_noticed() -> None:
    few = [item for item in shipped.items() if item.public.topic != "T4"] + [
        item for item in shipped.items() if item.public.topic == "T4"
    ][:8]
    assert scarce(shipped.profiles()["mock-50"], cells_of(few)) == [("T4",)]
    assert shortfalls(shipped.profiles()["mock-50"], singles(few)) == []
    assert [short.topics for short in shortfalls(shipped.profiles()["mock-50"], singles(few[:-3]))] == [
        ("T4",)
    ]


@pytest.mark.parametrize("slug", ["warm-up", *TURN])
def test_every_draw_fills_the_blueprint_and_repeats_no_concept(slug: str) -> None:
    exam = shipped.profiles()[slug]
    for seed in range(DRAWS):
        entries = dealt(exam, seed, in_part(seed) if seed % 2 else {})
        assert list(booklet_faults(exam, entries)) == [], seed


@cache
def dealers() -> Mapping[str, Dealer]:
    """Who deals each item template of the bank, its formulas read once for all draws."""
    return {slug: Dealer(template, standard()) for slug, template in shipped.templates().items()}


def variants_of(seed: int) -> Iterator[Item]:
    """What a mock of that seed deals in place of its item templates; raises where one has no valid draw."""
    for entry in dealt(shipped.profiles()["mock-50"], seed, {}):
        dealer = dealers().get(shipped.items()[entry.item.item_id].public.id)
        if dealer:
            yield dealer.deal(seed_for(seed, dealer.template.id))


def faults_of(variant: Item) -> list[str]:
    """The errors that the linter finds in a variant, and what its interaction does not allow."""
    ground = Ground(shipped.facts(), today=shipped.checked_on())
    interaction = INTERACTIONS[variant.public.interaction]
    refused = list(interaction.findings(variant.public.body, variant.secret.answer))
    found = lint_item(View(variant, dealt=True), ground) if not refused else ()
    return [str(one) for one in refused] + [one.said for one in found if one.level is Level.ERROR]


def test_two_hundred_mocks_deal_sound_variants_only() -> None:
    dealt_at_all = 0
    for seed in range(DRAWS):
        for variant in variants_of(seed):
            dealt_at_all += 1
            assert dealt_at_all % LOOKED_AT or faults_of(variant) == [], (seed, variant.public.id)
    assert dealt_at_all > DRAWS


def test_a_variant_with_an_error_is_noticed() -> None:
    variant = next(one for seed in range(DRAWS) for one in variants_of(seed))
    lettered = replace(variant.secret.explanation, why="As option B says, it is the second.")
    assert faults_of(variant) == []
    assert faults_of(replace(variant, secret=replace(variant.secret, explanation=lettered))) != []


def test_a_booklet_with_a_fault_is_noticed() -> None:
    exam = shipped.profiles()["practice-20"]
    entries = list(dealt(exam, 1, {}))
    sample = next(number for number, item in enumerate(shipped.items()) if item.sample)
    twice = [*entries[:-1], replace(entries[-1], item=entries[0].item)]
    shown = [*entries[:-1], replace(entries[-1], item=DrawnItem(sample, "", "", seen=False))]
    assert "a concept twice" in list(booklet_faults(exam, twice))
    assert "a sample" in list(booklet_faults(exam, shown))
    assert any("is not filled" in fault for fault in booklet_faults(exam, entries[:-1]))


@pytest.fixture(scope="module")
def shipped_file(new_url: Callable[[str], str]) -> Path:
    """A database into which the bank was loaded as it is at the first start."""
    store = Store(new_url("sqlite"))
    report = load_shipped(store, BANK, NOW)
    assert (report.outcome, report.problems, report.short) == (Outcome.APPLIED, (), ())
    store.close()
    return Path(store.url.removeprefix("sqlite:///"))


@pytest.fixture
def loaded(shipped_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on a copy of that database."""
    store = Store(f"sqlite:///{shutil.copy(shipped_file, tmp_path)}")
    yield store
    store.close()


def test_the_store_draws_from_the_same_cells_and_finds_them_ample(loaded: Store) -> None:
    cells = [
        (topic, difficulty)
        for topic in {item.public.topic for item in shipped.items()}
        for difficulty in (1, 2, 3)
    ]
    with loaded.read() as conn:
        bank = item_rows.bank_by_slug(conn, BANK.name)
        assert bank
        counts = item_rows.cell_counts(conn, bank.id, cells)
        places = [(cell, place) for cell, count in counts.items() for place in range(count)]
        units = item_rows.fetch_units(conn, bank.id, exams.NOBODY, places)
        supply = exam_rows.concept_supply(conn, bank.id)
    assert supply == singles(shipped.items())
    assert {place: units[place].key for place in places} == {
        (cell, place): unit.key for cell, held in cells_shipped().items() for place, unit in enumerate(held)
    }
    checks = exams.feasibility(loaded)
    assert len(checks) == len(shipped.profiles())
    assert {quota.supply for check in checks for quota in check.quotas} == {Supply.AMPLE}


def test_what_was_loaded_exports_as_the_same_bank_and_is_not_loaded_again(
    loaded: Store, tmp_path: Path
) -> None:
    banks.export_to(loaded, BANK.name, tmp_path / "out")
    # The linter has read the same items from the files that ship.
    exported = read_bank(files_of_folder(tmp_path / "out"), asked=NOTHING)
    assert exported.problems == ()
    assert [read.item for read in exported.items] == shipped.items()
    assert (exported.head, exported.facts, exported.profiles) == (
        shipped.reading().head,
        shipped.reading().facts,
        shipped.reading().profiles,
    )
    assert load_shipped(loaded, BANK, NOW).outcome is Outcome.UNCHANGED


def test_nobody_meets_a_repeat_in_a_first_exam(loaded: Store) -> None:
    for slug in shipped.profiles():
        assert exams.start(loaded, None, BANK.name, slug, NOW).seen == 0
    fresh = small_bank.candidate(loaded)
    assert exams.start(loaded, fresh, BANK.name, "warm-up", NOW).seen == 0
    public_id = attempts.begin(loaded, fresh, BANK.name, "warm-up", Mode.TIMED, NOW, 1)
    assert len(small_bank.booklet(loaded, public_id)) == shipped.profiles()["warm-up"].items


def sit(store: Store, account_id: int, slug: str, now: datetime, seed: int) -> list[str]:
    """The questions of an exam that an account begins, looks through and hands in."""
    public_id = attempts.begin(store, account_id, BANK.name, slug, Mode.TIMED, now, seed)
    small_bank.see(store, account_id, public_id, now)
    for part in range(len(shipped.profiles()[slug].parts) - 1):
        attempts.leave_part(store, account_id, public_id, part, now)
    attempts.hand_in(store, account_id, public_id, now)
    return [one.slug for one in small_bank.booklet(store, public_id)]


def early_repeats(exam: ExamProfile, seen: set[str], booklet: Sequence[str]) -> list[str]:
    """The questions that were dealt again while a single one, never seen, was left for their quota.

    A sibling of what the booklet holds is none that is left.
    """
    early = []
    asked = {one(shipped.items(), slug).public.concept for slug in booklet}
    for _, quota in quotas(exam):
        repeats = [
            slug
            for slug in booklet
            if slug in seen and one(shipped.items(), slug).public.topic in quota.topics
        ]
        left = [unit for unit in units_for(quota, cells_shipped()) if len(unit.items) == 1]
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
            assert early_repeats(shipped.profiles()[slug], seen, booklet) == []
            assert turn or not repeats
            seen |= set(booklet)
        assert repeats, "the bank was not used up, so the rule was not put to the test"
        record_property("printed", f"seen before, candidate {seed}: {', '.join(counts)}")


def test_a_repeat_dealt_too_early_is_noticed() -> None:
    exam = shipped.profiles()["warm-up"]
    booklet = [entry.item.version for entry in dealt(exam, 1, {})]
    assert early_repeats(exam, {booklet[0]}, booklet) == [booklet[0]]
    assert early_repeats(exam, {item.public.id for item in shipped.items()}, booklet) == []
