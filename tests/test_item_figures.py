"""Every number that the question bank keys or names as a slip is the one that the formulas give."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from quizapp.bank.item_texts import is_released, texts_of
from quizapp.bank.lint.arithmetic import Equation, equations
from quizapp.finance.exact import WORKING, half_up
from tests.item_figures import CHOICES, FIGURES, JUDGED, LOOKED_UP
from tests.item_figures.table import Choice, Figure, Judged

ITEMS = Path(__file__).parent.parent / "question_bank" / "treasuries" / "items"
NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
FIGURE_ALONE = re.compile(
    r"(?:USD |SGD )?-?[0-9][0-9,.]*(?:%| (?:weeks|months|years|million|billion|trillion))?", re.ASCII
)

LEAST_EQUATIONS = 85
"""How many equations the explanations hold at least, so that a parser that finds none is noticed."""

Item = dict[str, Any]
Told = TypeVar("Told", Figure, Choice, Judged)
"""What a table tells of an item."""


def read_items() -> dict[str, Item]:
    """Every item of the bank, its scalars as text."""
    items = {}
    for path in sorted(ITEMS.glob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        items.update({item["id"]: item for item in document["items"]})
    return items


@pytest.fixture(scope="module")
def bank() -> dict[str, Item]:
    """Every item of the bank, by its id."""
    return read_items()


def faulty(check: Callable[[Item, Told], Iterable[str]], bank: dict[str, Item], table: Mapping[str, Told]):
    """What a check finds wrong with the items of a table, by the item's id."""
    return {slug: found for slug, told in table.items() if (found := list(check(bank[slug], told)))}


def figure_problems(item: Item, figure: Figure) -> Iterator[str]:
    """What is wrong with the key, the tolerance and the slips of a numeric item."""
    places = int(item["decimals"])
    key, tolerance = Decimal(item["key"]["value"]), Decimal(item["key"]["tolerance"])
    slips = {slip["misconception"]: Decimal(slip["value"]) for slip in item["slips"]}
    with localcontext(WORKING):
        right = half_up(figure.key(), places)
        wrong = {name: half_up(number(), places) for name, number in figure.slips.items()}
        half_unit = Decimal(1).scaleb(-places) / 2
    if key != right:
        yield f"the key is {key}, computed {right}"
    if tolerance > half_unit and not figure.loose:
        yield f"the tolerance {tolerance} exceeds {half_unit} without a reason"
    if slips.keys() != wrong.keys():
        yield f"slips {sorted(slips)} are not the computed {sorted(wrong)}"
    for name in slips.keys() & wrong.keys():
        if slips[name] != wrong[name]:
            yield f"the slip {name} is {slips[name]}, computed {wrong[name]}"
        if abs(slips[name] - right) < 2 * tolerance:
            yield f"the slip {name} lies too near to the key"


def shown(text: str) -> tuple[Decimal, int]:
    """The number in an option's text, and with how many decimals it stands there."""
    found = NUMBER.search(text.replace("\u2212", "-"))
    assert found, text
    number = Decimal(found[0].replace(",", ""))
    return number, max(0, -int(number.as_tuple().exponent))


def choice_problems(item: Item, choice: Choice) -> Iterator[str]:
    """What is wrong with the numbers in the options of a single-choice item."""
    by_name = {option.get("misconception", "key"): option for option in item["options"]}
    if [by_name["key"]["id"]] != item["key"]:
        yield "the key is not the option without a misconception"
    for name, number in {"key": choice.key, **choice.slips}.items():
        if name not in by_name:
            yield f"no option has the misconception {name}"
            continue
        value, places = shown(by_name[name]["text"])
        with localcontext(WORKING):
            due = half_up(number(), places)
        if value != due:
            yield f"{by_name[name]['id']} ({name}) shows {value}, computed {due}"


def judged_problems(item: Item, judged: Judged) -> Iterator[str]:
    """What is wrong with the key of an item whose options are judged by a number."""
    values = {option: number() for option, number in judged.options.items()}
    due = [option for option, own in values.items() if judged.keyed(own, tuple(values.values()))]
    if sorted(values) != sorted(option["id"] for option in item["options"]):
        yield "the options are others"
    if due != item["key"]:
        yield f"the key is {item['key']}, computed {due} from {values}"


def texts_after_release(item: Item) -> Iterator[str]:
    """What a candidate reads of an item once it is released."""
    return (text for path, text in texts_of(item) if is_released(path))


def test_every_numeric_item_of_the_bank_is_in_the_table_and_no_other(bank):
    assert FIGURES.keys() == {slug for slug, item in bank.items() if item["interaction"] == "numeric_entry"}
    assert CHOICES.keys() | JUDGED.keys() <= bank.keys()


def test_every_item_whose_options_are_figures_is_computed_or_looked_up(bank):
    asked = {
        slug
        for slug, item in bank.items()
        if "options" in item
        and all(FIGURE_ALONE.fullmatch(one["text"].replace("\u2212", "-")) for one in item["options"])
    }
    assert asked >= LOOKED_UP
    assert asked - LOOKED_UP <= CHOICES.keys() | JUDGED.keys()
    assert not LOOKED_UP & (CHOICES.keys() | JUDGED.keys())


def test_every_equation_that_an_explanation_prints_holds(bank):
    found = [
        (slug, one)
        for slug, item in bank.items()
        for text in texts_after_release(item)
        for one in equations(text)
    ]
    assert len(found) >= LEAST_EQUATIONS
    assert [pair for pair in found if not pair[1].holds] == []


def test_an_equation_off_by_one_unit_in_its_last_place_is_noticed(bank):
    for item in bank.values():
        for text in texts_after_release(item):
            for one in equations(text):
                number = one.right.rstrip("%")
                if NUMBER.fullmatch(number) and not one.roughly:
                    moved = next_digit(number) + "%" * one.right.endswith("%")
                    assert not Equation(one.left, moved).holds


def test_every_numeric_item_keys_what_the_formulas_give(bank):
    assert faulty(figure_problems, bank, FIGURES) == {}


def test_the_numbers_in_all_options_are_what_the_formulas_give(bank):
    assert faulty(choice_problems, bank, CHOICES) == {}


def test_the_key_is_the_option_that_the_numbers_point_to(bank):
    assert faulty(judged_problems, bank, JUDGED) == {}


def moved(item: Item) -> Item:
    """An item of which the key and each slip are a unit in the last place too high."""
    unit = Decimal(1).scaleb(-int(item["decimals"]))
    key, *slips = (
        one | {"value": str(Decimal(one["value"]) + unit)} for one in (item["key"], *item["slips"])
    )
    return item | {"key": key, "slips": slips}


def test_a_key_or_slip_off_by_one_unit_in_its_last_place_is_noticed(bank):
    unnoticed = []
    for slug, figure in FIGURES.items():
        item = bank[slug]
        found = list(figure_problems(moved(item), figure))
        due = ["the key is", *(f"the slip {slip['misconception']} is" for slip in item["slips"])]
        unnoticed += [(slug, said) for said in due if not any(said in problem for problem in found)]
    assert unnoticed == []


def test_a_wide_tolerance_and_a_slip_without_a_formula_are_noticed(bank):
    unnoticed = []
    for slug, figure in FIGURES.items():
        key = bank[slug]["key"]
        wide = bank[slug] | {"key": key | {"tolerance": str(11 * Decimal(key["tolerance"]))}}
        found = "; ".join(figure_problems(wide, Figure(figure.key, {})))
        due = ("without a reason", "are not the computed")
        unnoticed += [(slug, said) for said in due if said not in found]
    assert unnoticed == []


def next_digit(number: str) -> str:
    """The number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def with_other_numbers(item: Item) -> Item:
    """An item with another number in each option."""
    options = [
        one | {"text": NUMBER.sub(lambda found: next_digit(found[0]), one["text"])} for one in item["options"]
    ]
    return item | {"options": options}


def test_every_option_with_another_number_is_noticed(bank):
    found = faulty(choice_problems, {slug: with_other_numbers(bank[slug]) for slug in CHOICES}, CHOICES)
    assert {slug: len(said) for slug, said in found.items()} == {
        slug: 1 + len(choice.slips) for slug, choice in CHOICES.items()
    }


def with_another_key(item: Item) -> Item:
    """An item that keys what it does not key."""
    return item | {"key": [one["id"] for one in item["options"] if one["id"] not in item["key"]]}


def test_every_other_key_is_noticed(bank):
    found = faulty(judged_problems, {slug: with_another_key(bank[slug]) for slug in JUDGED}, JUDGED)
    assert found.keys() == JUDGED.keys()
