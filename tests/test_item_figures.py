"""Every number that the question bank keys or names as a slip is the one that the formulas give."""

import copy
import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

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


def read_items() -> dict[str, Item]:
    """Every item of the bank, its scalars as text."""
    items = {}
    for path in sorted(ITEMS.glob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        items.update({item["id"]: item for item in document["items"]})
    return items


BANK = read_items()
NUMERIC = sorted(slug for slug, item in BANK.items() if item["interaction"] == "numeric_entry")


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


def test_every_numeric_item_of_the_bank_is_in_the_table_and_no_other():
    assert sorted(FIGURES) == NUMERIC
    assert CHOICES.keys() | JUDGED.keys() <= BANK.keys()


def test_every_item_whose_options_are_figures_is_computed_or_looked_up():
    asked = {
        slug
        for slug, item in BANK.items()
        if "options" in item
        and all(FIGURE_ALONE.fullmatch(one["text"].replace("\u2212", "-")) for one in item["options"])
    }
    assert asked >= LOOKED_UP
    assert asked - LOOKED_UP <= CHOICES.keys() | JUDGED.keys()
    assert not LOOKED_UP & (CHOICES.keys() | JUDGED.keys())


def test_every_equation_that_an_explanation_prints_holds():
    found = [
        (slug, one)
        for slug, item in BANK.items()
        for text in texts_after_release(item)
        for one in equations(text)
    ]
    assert len(found) >= LEAST_EQUATIONS
    assert [pair for pair in found if not pair[1].holds] == []


def test_an_equation_off_by_one_unit_in_its_last_place_is_noticed():
    for item in BANK.values():
        for text in texts_after_release(item):
            for one in equations(text):
                number = one.right.rstrip("%")
                if NUMBER.fullmatch(number) and not one.roughly:
                    moved = next_digit(number) + "%" * one.right.endswith("%")
                    assert not Equation(one.left, moved).holds


@pytest.mark.parametrize("slug", sorted(FIGURES))
def test_a_numeric_item_keys_what_the_formulas_give(slug):
    assert not list(figure_problems(BANK[slug], FIGURES[slug]))


@pytest.mark.parametrize("slug", sorted(CHOICES))
def test_the_numbers_in_the_options_are_what_the_formulas_give(slug):
    assert not list(choice_problems(BANK[slug], CHOICES[slug]))


@pytest.mark.parametrize("slug", sorted(JUDGED))
def test_the_key_is_the_option_that_the_numbers_point_to(slug):
    assert not list(judged_problems(BANK[slug], JUDGED[slug]))


def altered(slug: str, value: Decimal, *path: Any) -> Item:
    """A copy of an item with one number moved by a unit in its last place."""
    item = copy.deepcopy(BANK[slug])
    place = item
    for step in path:
        place = place[step]
    place["value"] = str(value + Decimal(1).scaleb(-int(item["decimals"])))
    return item


@pytest.mark.parametrize("slug", sorted(FIGURES))
def test_a_key_or_slip_off_by_one_unit_in_its_last_place_is_noticed(slug):
    item = BANK[slug]
    moved = altered(slug, Decimal(item["key"]["value"]), "key")
    assert any("the key is" in problem for problem in figure_problems(moved, FIGURES[slug]))
    for place, slip in enumerate(item["slips"]):
        moved = altered(slug, Decimal(slip["value"]), "slips", place)
        found = list(figure_problems(moved, FIGURES[slug]))
        assert any(f"the slip {slip['misconception']} is" in problem for problem in found)


@pytest.mark.parametrize("slug", sorted(FIGURES))
def test_a_wide_tolerance_and_a_slip_without_a_formula_are_noticed(slug):
    wide = copy.deepcopy(BANK[slug])
    wide["key"]["tolerance"] = str(11 * Decimal(wide["key"]["tolerance"]))
    found = list(figure_problems(wide, Figure(FIGURES[slug].key, {})))
    assert any("without a reason" in problem for problem in found)
    assert any("are not the computed" in problem for problem in found)


def next_digit(number: str) -> str:
    """The number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("slug", sorted(CHOICES))
def test_an_option_with_another_number_is_noticed(slug):
    item = copy.deepcopy(BANK[slug])
    for option in item["options"]:
        option["text"] = NUMBER.sub(lambda found: next_digit(found[0]), option["text"])
    assert len(list(choice_problems(item, CHOICES[slug]))) == 1 + len(CHOICES[slug].slips)


@pytest.mark.parametrize("slug", sorted(JUDGED))
def test_another_key_is_noticed(slug):
    item = copy.deepcopy(BANK[slug])
    item["key"] = [option["id"] for option in item["options"] if option["id"] not in item["key"]]
    assert list(judged_problems(item, JUDGED[slug]))
