"""Reading a bank: every problem with its file, line, item and code; the rest is read on."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.bank.formats import native_examples
from quizapp.bank.formats.native_examples import ITEMS
from quizapp.bank.reader import read_bank
from quizapp.bank.values import BankHead, Fact, KnownBank, KnownItem, Reading
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, FILES, ITEM_FILE, PRICE, files, item_file, line_of

ROOT = Path(__file__).resolve().parent.parent.parent


def _counts_add_up(reading: Reading) -> bool:
    return len(reading.items) + len(reading.rejected) == reading.found


def test_the_example_bank_is_read_without_a_problem() -> None:
    reading = read_bank(files())
    assert reading.problems == ()
    assert not reading.blocked
    assert [one.item.public.id for one in reading.items] == [DAY_BASE, ANSWERS_MORE, PRICE]
    assert [one.line for one in reading.items] == [
        line_of(f"- id: {one.item.public.id}") for one in reading.items
    ]
    assert reading.found == 3


FIRST = """
import sys, threading
import quizapp.serving
from quizapp.bank.formats.native import BankFile
from quizapp.bank.reader import read_bank
from tests.bank.sources import files

def read():
    gate.wait()
    reading = read_bank(files())
    found.append((reading.problems, len(reading.items)))

sys.setswitchinterval(1e-4)
print(BankFile.__pydantic_complete__)
gate, found = threading.Barrier(16), []
threads = [threading.Thread(target=read) for _ in range(16)]
for one in threads:
    one.start()
for one in threads:
    one.join()
print(BankFile.__pydantic_complete__, *{*found}, len(found))
"""


def test_the_first_to_read_a_bank_build_what_reads_it_and_may_be_many_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue ((), 3) 16\n"


@pytest.mark.parametrize("key", ["key: [a]", "key: [z]", "key: ["])
def test_a_reading_makes_no_cycles_so_that_their_collector_may_rest_meanwhile(key: str) -> None:
    held = files(items=("key: [a]", key))
    read_bank(held)
    assert gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        read_bank(held)
        assert not gc.isenabled()
        assert gc.collect() == 0
    finally:
        gc.enable()


FAULTS = {
    "missing field": ("    concept: bill-day-base\n", "", DAY_BASE, "missing", "- id: bill-day-base"),
    "unknown field": (
        "    difficulty: 1\n",
        "    difficulty: 1\n    hint: no\n",
        DAY_BASE,
        "unknown_field",
        "hint: no",
    ),
    "bad level": ("level: recall", "level: guess", DAY_BASE, "not_allowed", "level: guess"),
    "bad status": ("status: live", "status: ready", DAY_BASE, "not_allowed", "status: ready"),
    "number with underscore": ("decimals: 2", "decimals: 1_0", PRICE, "not_a_whole_number", "decimals: 1_0"),
    "number in words": ("value: 97.50", "value: 9.9e1", PRICE, "not_a_number", "value: 9.9e1"),
    "other digits": ("value: 97.50", "value: ٩٩", PRICE, "not_a_number", "value: ٩٩"),
    "no such day": ("as_of: 2026-06-30", "as_of: 2026-06-31", DAY_BASE, "not_a_date", "as_of: 2026-06-31"),
    "sample in words": (
        "status: live",
        "status: live\n    sample: yes",
        DAY_BASE,
        "not_true_or_false",
        "sample: yes",
    ),
    "difficulty 4": ("difficulty: 1", "difficulty: 4", DAY_BASE, "too_large", "difficulty: 4"),
    "no rationale": (
        "        rationale: Wrong. That base belongs to the investment rate.\n",
        "",
        DAY_BASE,
        "missing",
        "- id: c\n        text: 365",
    ),
    "key names nothing": ("key: [a]", "key: [z]", DAY_BASE, "unknown_key", "key: [z]"),
    "two keys": ("key: [a]", "key: [a, b]", DAY_BASE, "key_count", "key: [a, b]"),
    "tag on key": (
        "whatever the year.\n",
        "whatever the year.\n        misconception: x\n",
        DAY_BASE,
        "misconception_on_key",
        "- id: a\n",
    ),
    "two options alike": ("text: 364 days", "text: 360  days", DAY_BASE, "duplicate_option", "options:"),
    "tolerance of nothing": ("tolerance: 0.005", "tolerance: 0", PRICE, "tolerance", "tolerance: 0"),
    "slip on the key": (
        "value: 97.53",
        "value: 97.50",
        PRICE,
        "slip_on_key",
        "value: 97.50\n        misconception",
    ),
    "unknown topic part": (
        'subtopic: "1.1"',
        'subtopic: "9.9"',
        DAY_BASE,
        "unknown_subtopic",
        'subtopic: "9.9"',
    ),
    "unknown objective": (
        "objective: T1-O1",
        "objective: T1-O9",
        DAY_BASE,
        "unknown_objective",
        "objective: T1-O9",
    ),
    "unknown fact": (
        "facts: [bill-discount-base]",
        "facts: [moon]",
        DAY_BASE,
        "unknown_fact",
        "facts: [moon]",
    ),
    "unknown interaction": (
        "interaction: single_choice",
        "interaction: essay",
        DAY_BASE,
        "unknown_interaction",
        "interaction: essay",
    ),
    "unknown scenario": (
        "stimulus: case-two-bonds",
        "stimulus: moon",
        ANSWERS_MORE,
        "unknown_stimulus",
        "stimulus: moon",
    ),
    "review before": (
        "review_by: 2027-06-30",
        "review_by: 2026-06-30",
        DAY_BASE,
        "review_before_as_of",
        "review_by: 2026-06-30",
    ),
    "id twice": ("- id: bill-price-from-rate", "- id: bill-day-base", DAY_BASE, "duplicate_id", None),
    "style without case": (
        "style: numeric",
        "style: case",
        PRICE,
        "case_without_stimulus",
        "style: case\n    stem: |\n      A bill with 180 days",
    ),
    "formula": ("price $P$ per", "price $\\frac{P$ per", DAY_BASE, "formula", "With the price"),
    "formula in a block": (
        "\\times \\frac{360}{d}$$",
        "\\times \\fra{360}{d}$$",
        DAY_BASE,
        "formula",
        "$$r =",
    ),
    "formula in a slip": (
        "counting over 365 days.",
        "counting $\\x{$ days.",
        PRICE,
        "formula",
        "rationale: You get",
    ),
    "text too long": (
        "days is the bank",
        "days " + "x" * 6001 + " is the bank",
        DAY_BASE,
        "too_long",
        "stem: |",
    ),
    "empty id": ("- id: bill-day-base", "- id: ''", None, "malformed", "- id: ''"),
    "list for text": ("style: single", "style: [single]", DAY_BASE, "not_allowed", "style: [single]"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found_on_its_line_and_the_rest_is_read(fault: str) -> None:
    old, new, item, code, at = FAULTS[fault]
    held = files(items=(old, new))
    reading = read_bank(held)
    found = [one for one in reading.problems if one.code == code]
    assert found, [str(one) for one in reading.problems]
    assert found[0].file == ITEM_FILE
    if item:
        assert found[0].item == item
    if at:
        assert found[0].line == line_of(at, held=held)
    assert not reading.blocked
    assert len(reading.rejected) == 1
    assert _counts_add_up(reading)


def test_three_faults_in_three_items_are_all_told() -> None:
    text = (
        FILES[ITEM_FILE]
        .replace("option_order: fixed", "option_order: sorted")
        .replace("decimals: 2", "decimals: two")
    )
    text = text.replace("choose: stated", "choose: perhaps")
    reading = read_bank(files() | {ITEM_FILE: text.encode()})
    assert [(one.item, one.line, one.code) for one in reading.problems] == [
        (DAY_BASE, text[: text.index("option_order: sorted")].count("\n") + 1, "not_allowed"),
        (ANSWERS_MORE, text[: text.index("choose: perhaps")].count("\n") + 1, "malformed"),
        (PRICE, text[: text.index("decimals: two")].count("\n") + 1, "not_a_whole_number"),
    ]
    assert reading.items == ()
    assert reading.found == 3


_TOPIC_TWICE = (
    "  - id: T1\n    title: A\n    subtopics: [{id: a, title: b}]\n"
    "    objectives: [{id: c, text: d}]\n  - id: T1\n"
)
BLOCKING = {
    "syntax": ({"bank": ("topics:", "topics: [")}, "bank.yml", "yaml_syntax"),
    "format 2": ({"bank": ("format: 1", "format: 2")}, "bank.yml", "unknown_format"),
    "other bank": ({"facts": ("bank: example", "bank: other")}, "bank.yml", "several_banks"),
    "topic twice": ({"bank": ("  - id: T1\n", _TOPIC_TWICE)}, "bank.yml", "duplicate_topic"),
    "blueprint sum": (
        {"exams": ("topics: [T1], items: 2", "topics: [T1], items: 3")},
        "exams.yml",
        "blueprint_sum",
    ),
    "penalty missing": ({"exams": ("all_or_nothing", "negative")}, "exams.yml", "penalty"),
    "penalty without negative scoring": (
        {"exams": ("all_or_nothing", "all_or_nothing\n        penalty: 0.25")},
        "exams.yml",
        "penalty",
    ),
    "penalty above 1": (
        {"exams": ("all_or_nothing", "negative\n        penalty: 5/4")},
        "exams.yml",
        "not_a_share",
    ),
    "penalty of nothing": (
        {"exams": ("all_or_nothing", "negative\n        penalty: 0.0")},
        "exams.yml",
        "not_a_share",
    ),
    "long licence": ({"bank": ("CC-BY-4.0", "C" * 41)}, "bank.yml", "too_long"),
    "long bank id": ({"bank": ("bank: example", "bank: " + "e" * 65)}, "bank.yml", "too_long"),
    "scenario's formula": (
        {"items": ("both bought at par.", "both $\\frac{$ bought.")},
        ITEM_FILE,
        "formula",
    ),
}


@pytest.mark.parametrize("fault", BLOCKING)
def test_a_fault_of_a_whole_file_blocks_the_set(fault: str) -> None:
    spoilt, file, code = BLOCKING[fault]
    reading = read_bank(files(**spoilt))
    assert reading.blocked
    assert (file, code) in {(one.file, one.code) for one in reading.problems}


@pytest.mark.parametrize(
    ("scoring", "at"), [("negative", "scoring: negative"), ("partial\n        penalty: 1/4", "penalty: 1/4")]
)
def test_a_penalty_out_of_place_is_told_on_its_line(scoring: str, at: str) -> None:
    held = files(exams=("all_or_nothing", scoring))
    (told,) = read_bank(held).problems
    assert (told.code, told.line) == ("penalty", line_of(at, "exams.yml", held))


def test_a_scenario_with_a_bad_formula_is_told_on_its_line() -> None:
    held = files(items=("both bought at par.", "both $\\frac{$ bought."))
    (problem,) = [one for one in read_bank(held).problems if one.code == "formula"]
    assert problem.line == line_of("A client holds", held=held)


def test_files_without_a_bank_file_need_a_bank_that_is_known() -> None:
    alone = {ITEM_FILE: files()[ITEM_FILE]}
    assert "no_bank_file" in {one.code for one in read_bank(alone).problems}
    reading = read_bank(alone, lambda slug: _known() if slug == "example" else None)
    assert reading.problems == ()
    assert reading.head is None
    assert reading.topics == {"T1"}


def _known(*items: KnownItem) -> KnownBank:
    whole = read_bank(files())
    assert whole.head
    return KnownBank(whole.head, whole.facts or (), items)


def _other(slug: str, **more: object) -> KnownItem:
    values = {
        "topic": "T2",
        "subtopic": "2.1",
        "objective": "T2-O1",
        "concept": slug,
        "unit_key": slug,
        "live": True,
    }
    return KnownItem(slug, **(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (_other("far", concept="bill-day-base"), "concept_in_two_topics"),
        (_other("far", unit_key="bill-day-base"), "unit_of_another_topic"),
        (_other("case-two-bonds"), "unit_of_another_topic"),
        (_other("far", concept="bill-day-base", live=False), None),
        (_other("far"), None),
    ],
)
def test_items_must_not_collide_with_those_of_other_topics(other: KnownItem, code: str | None) -> None:
    alone = {ITEM_FILE: files()[ITEM_FILE]}
    reading = read_bank(alone, lambda _: _known(other))
    assert {one.code for one in reading.problems} == ({code} if code else set())
    assert not reading.blocked


def test_a_new_head_must_keep_what_live_items_of_other_topics_stand_on() -> None:
    alone = {"bank.yml": files()["bank.yml"]}
    assert read_bank(alone, lambda _: _known(_other("far"))).blocked
    assert not read_bank(alone, lambda _: _known(_other("far", live=False))).blocked
    stands = _other("near", topic="T1", subtopic="1.1", objective="T1-O1")
    assert not read_bank(alone, lambda _: _known(stands)).blocked


def _second(text: str, **changes: str) -> str:
    for old, new in changes.items():
        text = text.replace(old.replace("_", "-"), new)
    return text


def test_a_case_set_stands_or_falls_together() -> None:
    first = ITEMS["multiple_response"]
    second = _second(first, long_bond_answers_more="second-of-case", term_and_sensitivity="another-idea")
    sound = read_bank(item_file(first + second))
    assert sound.problems == ()
    broken = read_bank(item_file(first + second.replace("choose: stated", "choose: maybe")))
    assert set(broken.rejected) == {"second-of-case", ANSWERS_MORE}
    assert {one.code for one in broken.problems} == {"malformed", "case_set_broken"}
    apart = read_bank(item_file(first + ITEMS["single_choice"] + second))
    assert {one.code for one in apart.problems} == {"case_set_apart"}
    same_idea = read_bank(item_file(first + second.replace("another-idea", "term-and-sensitivity")))
    assert {one.code for one in same_idea.problems} == {"case_set_concept"}


def test_a_fact_of_one_secondary_source_bears_no_key() -> None:
    reading = read_bank(files(facts=("confidence: H", "confidence: M")))
    assert {one.code for one in reading.problems} == {"fact_not_sure"}
    assert set(reading.rejected) == {DAY_BASE, PRICE}


def _mentioning(word: str, fact: str = "bill-discount-base") -> Reading:
    """The example bank where one stem mentions a fact of confidence M and no key rests on it."""
    mention = f"mentions:\n      - {{fact: {fact}, attribution: {word}}}"
    held = files(facts=("confidence: H", "confidence: M"))
    text = held[ITEM_FILE].decode().replace("facts: [bill-discount-base]", mention, 1)
    held[ITEM_FILE] = text.replace("facts: [bill-discount-base]\n    ", "").encode()
    return read_bank(held)


def test_a_stem_mentions_such_a_fact_in_words_that_say_whose_it_is() -> None:
    stem = next(one.item.public.stem for one in read_bank(files()).items)
    reading = _mentioning(stem.split()[0].upper())
    assert reading.problems == ()
    assert reading.items[0].item.facts == ("bill-discount-base",)
    assert reading.items[0].item.secret.facts == ()
    assert [one.code for one in _mentioning("zeitung").problems] == ["mention_without_attribution"]
    assert [one.code for one in _mentioning(stem.split()[0], "no-fact").problems] == ["unknown_fact"]


def test_every_file_name_a_problem_names_was_given() -> None:
    held = dict.fromkeys(files(), b"{")
    reading = read_bank(held)
    assert reading.blocked
    assert {one.file for one in reading.problems} <= set(held)
    assert read_bank({}).blocked


def test_a_flood_of_problems_is_cut() -> None:
    flood = "".join(f"  - id: x{number}\n" for number in range(1500))
    reading = read_bank(item_file(flood))
    assert reading.found == 1500
    assert len(reading.problems) == 1000
    assert _counts_add_up(reading)


def test_known_facts_and_new_ones_both_count() -> None:
    alone = {
        ITEM_FILE: files()[ITEM_FILE],
        "facts.yml": files()["facts.yml"].replace(b"bill-discount-base", b"new-fact"),
    }
    assert read_bank(alone, lambda _: _known()).problems == ()


def test_a_head_and_a_fact_are_plain_values() -> None:
    reading = read_bank(files())
    assert isinstance(reading.head, BankHead)
    assert all(isinstance(one, Fact) for one in reading.facts or ())


def test_a_blank_of_two_kinds_is_told_on_its_own_line() -> None:
    whole = native_examples.FILES["items/T1.yml"]
    spoilt = whole.replace("        number: {", "        accepted: [985]\n        number: {", 1)
    held = {**native_examples.FILES, "items/T1.yml": spoilt}
    (problem,) = read_bank({name: text.encode() for name, text in held.items()}).problems
    assert problem.code == "blank_kind"
    assert spoilt.splitlines()[problem.line - 1] == "      - id: cost"
