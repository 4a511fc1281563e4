"""Item templates: what a seed deals, how values are printed, what a draw is refused for, what is unsound."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from quizapp.assessment.codec import item_from_document, item_to_document, version_of
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.functions import language
from quizapp.assessment.formulas.tree import Value
from quizapp.assessment.interactions.numeric_entry import numeric_answer
from quizapp.assessment.item import Item, OptionOrder
from quizapp.assessment.options import choice_answer, choice_body
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.dealing import Dealer, TemplateUnsound, deal
from quizapp.assessment.variants.document import (
    template_from_document,
    template_to_document,
    version_of_template,
)
from quizapp.assessment.variants.printing import (
    Unprintable,
    decimals_asked,
    is_exact,
    printed,
    show_from_text,
)
from quizapp.assessment.variants.resolving import worked_line
from quizapp.assessment.variants.soundness import findings, vary
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.assessment.variants.texts import filled
from quizapp.finance.catalogue import FORMULAS
from quizapp.finance.formula import Step
from tests.core.formula_corpus_templates import TEXTS, document, template

LANGUAGE = language(FORMULAS)
SEEDS = range(60)
INJECTIONS = (
    "{{7*7}}",
    "${7*7}",
    "<% 7*7 %>",
    "{0.__class__}",
    "%(days)s",
    "[[7*7]]",
    "[[ days ]]",
    "[days]",
)


def _dealt(name: str) -> list[Item]:
    dealer = Dealer(template(name), LANGUAGE)
    return [dealer.deal(seed) for seed in SEEDS]


def _found(made: ItemTemplate) -> list[tuple[str, str]]:
    return [(".".join(one.path), one.code) for one in findings(made, LANGUAGE)]


def _half_up(exact: Fraction, places: int) -> Decimal:
    scaled = exact * 10**places
    return Decimal(int(scaled + Fraction(1, 2))).scaleb(-places)


# A template and a seed give one item


def test_a_seed_deals_the_same_stem_for_ever() -> None:
    assert deal(template("bill_price"), 7, LANGUAGE).public.stem == (
        "A Treasury bill with 133 days to maturity is sold at a discount rate of 2.60%.\n"
        "What is its price per 100 of face value?\n\n"
        "Convention: bank discount basis, actual days over 360. Round to three decimals.\n"
    )
    assert deal(template("current_yield"), 7, LANGUAGE).public.stem == (
        "A Treasury note with a coupon of 2.625% is quoted at 103-20. What is its current yield?\n\n"
        "(a year's coupons over the clean price, rounded to two decimals)\n"
    )
    assert deal(template("forward_rate"), 7, LANGUAGE).public.stem == (
        "The 3-year spot rate is 2.4% and the 4-year spot rate is 3.0%.\n"
        "What is the one-year rate, 3 years forward?\n\n"
        "Convention: annual compounding. Round to two decimals.\n"
    )


@pytest.mark.parametrize("name", TEXTS)
def test_a_template_read_again_deals_the_same_items_whatever_the_order_of_its_fields(name: str) -> None:
    first = template(name)
    turned = {field: dict(reversed(one.items())) for field, one in document(name).items() if field in _NAMED}
    other = template(name, **turned)
    assert version_of_template(other) == version_of_template(first)
    for seed in range(10):
        assert version_of(deal(other, seed, LANGUAGE)) == version_of(deal(first, seed, LANGUAGE))


_NAMED = ("parameters", "values", "show")


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_dealt_is_an_ordinary_sound_item(name: str) -> None:
    for item in _dealt(name):
        body, answer = item.public.body, item.secret.answer
        assert list(INTERACTIONS[item.public.interaction].findings(body, answer)) == []
        assert item_from_document(item_to_document(item), "treasuries", "T5", {}) == item
        assert "[[" not in str(item_to_document(item))


def test_the_key_of_a_bill_is_what_a_reader_of_its_stem_computes() -> None:
    for item in _dealt("bill_price"):
        (days, rate) = re.findall(r"with (\d+) days .* rate of ([\d.]+)%", item.public.stem)[0]
        exact = 100 - Fraction(rate) * int(days) / 360
        assert numeric_answer(item.secret.answer).value == _half_up(exact, 3)


def test_the_key_of_a_forward_is_what_a_reader_of_its_stem_computes() -> None:
    for item in _dealt("forward_rate"):
        ((years, near, later, far),) = re.findall(
            r"The (\d)-year .* is ([\d.]+)% .* (\d)-year .* is ([\d.]+)%", item.public.stem
        )
        grown = (1 + Fraction(far) / 100) ** int(later) / (1 + Fraction(near) / 100) ** int(years)
        assert numeric_answer(item.secret.answer).value == _half_up((grown - 1) * 100, 2)


def test_the_key_of_a_current_yield_is_what_a_reader_of_its_stem_computes() -> None:
    for item in _dealt("current_yield"):
        ((coupon, whole, ticks, half),) = re.findall(
            r"coupon of ([\d.]+)% is quoted at (\d+)-(\d\d)(\+?)", item.public.stem
        )
        price = int(whole) + Fraction(int(ticks) * 2 + len(half), 64)
        (key,) = choice_answer(item.secret.answer).key
        (text,) = (one.text for one in choice_body(item.public.body).options if one.id == key)
        assert text == f"{_half_up(Fraction(coupon) / price * 100, 2)}% a year"


def test_options_stand_in_ascending_order_and_no_id_tells_the_key() -> None:
    keys = set()
    for item in _dealt("current_yield"):
        body = choice_body(item.public.body)
        numbers = [Decimal(one.text.split("%")[0]) for one in body.options]
        assert numbers == sorted(numbers)
        assert [one.id for one in body.options] == ["a", "b", "c", "d"]
        assert body.order is OptionOrder.FIXED
        keys |= set(choice_answer(item.secret.answer).key)
    assert keys == {"b", "d"}


def test_a_learner_who_slips_is_told_which_slip_it_was() -> None:
    for item in _dealt("bill_price"):
        answer = numeric_answer(item.secret.answer)
        assert {one.misconception for one in answer.slips} == {
            "year-of-365-for-360",
            "discounting-as-a-yield",
        }
        for one in answer.slips:
            near = [other for other in answer.slips if abs(other.value - one.value) <= answer.tolerance]
            assert near == [one]
            assert str(one.value) in one.rationale


def test_worked_steps_follow_the_explanation_and_end_in_the_key() -> None:
    assert deal(template("bill_price"), 7, LANGUAGE).secret.explanation.why == (
        "Taken off the face value, the discount leaves 99.039 ($99.039$), not 99.053.\n\n"
        "1. The rate is 2.60% ($2.60\\%$) for 133 days.\n"
        "2. Discount for the days: $d \\frac{r}{360}$ = 0.0096\n"
        "3. Price: $100 \\left(1 - d \\frac{r}{360}\\right)$ = 99.0394\n"
    )


def test_a_step_called_by_a_symbol_keeps_its_letters() -> None:
    assert worked_line(Step("a_n", Decimal(2), "v + v^2"), "1.9") == "$a_n$: $v + v^2$ = 1.9"
    assert worked_line(Step("c", Decimal(2), ""), "0.5") == "$c$: 0.5"
    assert worked_line(Step("35% of the offering", Decimal(2), ""), "9") == "35% of the offering: 9"
    assert worked_line(Step("exact factor", Decimal(2), "a - b"), "0.7") == "Exact factor: $a - b$ = 0.7"


def test_two_answers_are_never_within_two_tolerances_of_each_other() -> None:
    close = template("bill_price", key={**document("bill_price")["key"], "tolerance": "0.005"})
    for seed in range(20):
        answer = numeric_answer(deal(close, seed, LANGUAGE).secret.answer)
        numbers = sorted([answer.value, *(one.value for one in answer.slips)])
        assert all(later - earlier > Decimal("0.01") for earlier, later in pairwise(numbers))


def test_a_template_of_another_interaction_fills_every_text_of_it() -> None:
    made = template("bill_price", key=None, distractors=None, steps=None, **_WRITTEN)
    assert _found(made) == []
    item = deal(made, 3, LANGUAGE)
    body, answer = choice_body(item.public.body), choice_answer(item.secret.answer)
    (days,) = re.findall(r"A bill of (\d+) days", item.public.stem)
    assert [one.text for one in body.options][:2] == [f"{days} days", f"no {days} days"]
    assert answer.rationales["d"] == f"Not {days}."


_WRITTEN: Mapping[str, Any] = {
    "interaction": "multiple_response",
    "style": "single",
    "parameters": {"days": {"from": "28", "to": "364", "by": "7"}},
    "values": None,
    "show": {"days": "whole"},
    "stem": "A bill of [[days]] days. Which are true?",
    "convention": "actual days",
    "explanation": {"rule": "Days.", "why": "It has [[days]]."},
    "answer": {
        "choose": "stated",
        "option_order": "shuffled",
        "key": ["a", "c"],
        "options": [
            {"id": "a", "text": "[[days]] days", "rationale": "Yes."},
            {"id": "b", "text": "no [[days]] days", "rationale": "No.", "misconception": "none"},
            {"id": "c", "text": "some days", "rationale": "Yes."},
            {"id": "d", "text": "weeks", "rationale": "Not [[days]].", "misconception": "weeks"},
        ],
    },
}


# How values are printed, and where


@pytest.mark.parametrize(
    ("value", "show", "text"),
    [
        ("97.8867", "decimals 3", "97.887"),
        ("2.5", "decimals 0", "3"),
        ("-2.345", "decimals 2", "\u22122.35"),
        ("-0.001", "decimals 2", "0.00"),
        ("0.0418", "percent 2", "4.18%"),
        ("-0.00005", "percent 2", "\u22120.01%"),
        ("1234567.5", "thousands", "1,234,568"),
        ("1234567.5", "thousands 1", "1,234,567.5"),
        ("1234567.5", "money", "1,234,567.50"),
        ("0.5", "money 0", "1"),
        ("182.00", "whole", "182"),
        ("99.5", "thirty-seconds", "99-16"),
        ("99.515625", "thirty-seconds", "99-16+"),
        ("99.5078125", "thirty-seconds", "99-162"),
        ("99.999", "thirty-seconds", "100-00"),
        ("100.03125", "thirty-seconds", "100-01"),
        ("0.05", None, "0.05"),
        ("5.00", None, "5"),
    ],
)
def test_a_number_is_printed_as_asked_and_rounded_a_half_up(value: str, show: str | None, text: str) -> None:
    assert printed(Decimal(value), show_from_text(show) if show else None) == text


def test_dates_and_words_are_printed_as_people_write_them() -> None:
    assert printed(date(2026, 8, 5), None) == "5 August 2026"
    assert printed(date(2026, 8, 5), show_from_text("date")) == "5 August 2026"
    assert printed("a note", None) == "a note"


@pytest.mark.parametrize(
    ("value", "show", "code"),
    [
        (Decimal("1.5"), "whole", "not_whole"),
        (Decimal(-1), "thirty-seconds", "no_price"),
        (Decimal(1) / 3, None, "no_decimals_named"),
        (date(2026, 8, 5), "decimals 2", "wrong_kind"),
        (Decimal(1), "date", "wrong_kind"),
        ("word", "whole", "wrong_kind"),
        ((Decimal(1),), None, "wrong_kind"),
        (True, None, "wrong_kind"),
    ],
)
def test_what_cannot_be_printed_so_is_refused(value: Value, show: str | None, code: str) -> None:
    with pytest.raises(Unprintable) as refused:
        printed(value, show_from_text(show) if show else None)
    assert refused.value.args == (code,)


@pytest.mark.parametrize(
    "text", ["", "percent", "decimals", "decimals x", "decimals 13", "decimals ²", "whole 2", "date 1", "hex"]
)
def test_a_manner_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        show_from_text(text)


def test_a_print_is_exact_where_it_says_the_whole_value() -> None:
    assert is_exact(Decimal("0.0425"), show_from_text("percent 2"))
    assert not is_exact(Decimal("0.04255"), show_from_text("percent 2"))
    assert is_exact(Decimal("99.515625"), show_from_text("thirty-seconds"))
    assert not is_exact(Decimal("99.51"), show_from_text("thirty-seconds"))


def test_what_to_round_to_is_said_in_words() -> None:
    asked = [decimals_asked(show_from_text(one)) for one in ("whole", "decimals 1", "percent 3", "money")]
    assert asked == ["a whole number", "one decimal", "three decimals", "two decimals"]


def test_a_placeholder_is_filled_once_and_means_nothing_but_its_name() -> None:
    shown = {"days": "91", "word": "[[days]] {{7*7}} \\1", "rate": "\u22124.18%", "face": "1,000"}
    assert filled("[[days]] [[word]]", shown) == "91 [[days]] {{7*7}} \\1"
    for one in INJECTIONS:
        assert filled(f"{one} [[days]]", shown) == f"{one} 91"
    with pytest.raises(KeyError):
        filled("[[day]]", shown)


def test_a_value_between_dollar_signs_is_written_for_latex() -> None:
    shown = {"rate": "\u22124.18%", "face": "1,000"}
    assert filled("[[rate]] of [[face]]", shown) == "\u22124.18% of 1,000"
    assert filled("$1 + [[rate]]$ [[rate]]", shown) == "$1 + -4.18\\%$ \u22124.18%"
    assert filled("$$[[face]]$$ [[face]]", shown) == "$$1{,}000$$ 1,000"
    assert filled("USD \\$5 [[face]]", shown) == "USD \\$5 1,000"


@pytest.mark.parametrize("one", INJECTIONS)
def test_what_other_languages_would_run_stays_in_the_item_as_typed(one: str) -> None:
    made = template("bill_price", stem=f"[[days]] days at [[discount]]: {one}?")
    assert f": {one}?" in deal(made, 1, LANGUAGE).public.stem


# Draws that are refused


def test_a_template_without_any_valid_draw_says_why_by_reason() -> None:
    made = template("bill_price", constraints=["days > 1000"])
    with pytest.raises(TemplateUnsound) as refused:
        deal(made, 1, LANGUAGE, tries=30)
    assert refused.value.template == "t05-bill-price-drawn"
    assert refused.value.reasons == {"constraints.0: not_met": 30}


def test_a_constraint_is_asked_as_soon_as_its_names_are_known() -> None:
    values = {"price": "1 / (days - 91) + 0 * discount"}
    made = template("bill_price", values=values, constraints=["days != 91"])
    reasons = vary(made, 100, LANGUAGE).rejected
    assert "constraints.0: not_met" in reasons
    assert "values.price: division_by_zero" not in reasons


def test_what_varies_is_counted_by_what_a_candidate_sees() -> None:
    few = template("bill_price", parameters={"days": {"numbers": ["91", "182"]}, "discount": _RATES})
    found = vary(few, 50, LANGUAGE)
    assert (found.size, found.dealt, found.distinct, found.failures) == (4, 50, 3, ())
    assert list(found.rejected) == ["bond_year and as_a_yield: within_two_tolerances"]
    none = vary(template("bill_price", constraints=["days < 0"]), 3, LANGUAGE, first_seed=5)
    assert (none.distinct, none.failures) == (0, (5, 6, 7))
    assert none.rejected == {"constraints.0: not_met": 600}


_RATES = {"from": "0.04", "to": "0.05", "by": "0.01"}


@pytest.mark.parametrize("name", TEXTS)
def test_the_examples_have_many_sound_variants_and_nothing_wrong(name: str, full: bool) -> None:
    """More than a thousand each before a release, with `--full`."""
    seeds, different = (1_500, 1_000) if full else (150, 130)
    assert _found(template(name)) == []
    found = vary(template(name), seeds, LANGUAGE)
    assert found.failures == ()
    assert found.distinct >= different


# What is wrong with a template

_KEY = {"formula": "price", "show": "decimals 3", "tolerance": "0.0005", "unit": "USD"}
_WRONG = {"name": "wrong", "formula": "price + 1", "misconception": "one-more", "rationale": "One more."}
FAULTS: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
    ({"values": {"price": "bill_price(discount, dais)"}}, ("values.price", "unknown_name")),
    ({"values": {"price": "bill_cost(discount, days)"}}, ("values.price", "unknown_function")),
    ({"values": {"price": "bill_price(discount)"}}, ("values.price", "wrong_count")),
    ({"values": {"price": "100 * (1 -"}}, ("values.price", "unexpected")),
    (
        {"values": {"price": "100 - other", "other": "price + days * discount"}},
        ("values.price", "unknown_value"),
    ),
    ({"values": {"price": "price + days * discount"}}, ("values.price", "unknown_value")),
    (
        {"values": {"price": "100 * (1 - discount * days / 360) / (days - 91)"}},
        ("values.price", "division_by_zero"),
    ),
    ({"values": {"price": "discount > days"}}, ("key.formula", "wrong_kind")),
    ({"values": {"price": "100 - discount * days", "spare": "days + 1"}}, ("values.spare", "unused")),
    ({"values": {"days": "3", "price": "100 - discount * days"}}, ("values.days", "name_taken")),
    ({"constraints": ["days + discount"]}, ("constraints.0", "wrong_kind")),
    ({"constraints": ["days > 1000"]}, ("parameters", "no_valid_draw")),
    ({"constraints": ["days == 91 and discount > 0.03"]}, ("parameters", "few_valid_draws")),
    ({"stem": "At [[discount]] for [[days]] [[weeks]]?"}, ("stem", "unknown_placeholder")),
    ({"stem": "At [[discount]] for [[days]], not [[key]]?"}, ("stem", "unknown_placeholder")),
    ({"stem": "At [[discount]] for [[days]], not [[bond_year]]?"}, ("stem", "unknown_placeholder")),
    ({"stem": "At [[discount]] for [[days]] and [[ price ]]?"}, ("stem", "unknown_placeholder")),
    ({"stem": "At [[discount]]?"}, ("parameters.days", "not_in_stem")),
    ({"convention": None}, ("convention", "missing")),
    ({"convention": "actual days over 360"}, ("convention", "rounding_not_said")),
    ({"convention": "actual days over 360, two decimals"}, ("convention", "rounding_not_said")),
    ({"show": {"days": "whole", "discount": "percent 2"}}, ("show.price", "missing")),
    (
        {"show": {"days": "whole", "discount": "percent 1", "price": "decimals 3"}},
        ("show.discount", "rounded_in_stem"),
    ),
    ({"show": {"days": "date", "discount": "percent 2", "price": "decimals 3"}}, ("show.days", "wrong_kind")),
    (
        {"show": {"dais": "whole", "discount": "percent 2", "price": "decimals 3"}},
        ("show.dais", "unknown_name"),
    ),
    ({"key": _KEY | {"tolerance": "0"}}, ("key.tolerance", "tolerance")),
    ({"key": {name: one for name, one in _KEY.items() if name != "unit"}}, ("key.unit", "missing")),
    ({"key": _KEY | {"show": "thirty-seconds"}}, ("key.show", "wrong_kind")),
    ({"key": _KEY | {"show": "date"}}, ("key.show", "wrong_kind")),
    ({"key": _KEY, "interaction": "single_choice"}, ("key.rationale", "missing")),
    ({"key": _KEY, "interaction": "multiple_response"}, ("key", "not_computed")),
    ({"distractors": None}, ("distractors", "count")),
    ({"distractors": [{**_WRONG, "rationale": None}]}, ("distractors.0.rationale", "missing")),
    ({"distractors": [{**_WRONG, "misconception": None}]}, ("distractors.0.misconception", "missing")),
    ({"distractors": [_WRONG, _WRONG]}, ("distractors.1.name", "name_taken")),
    ({"distractors": [{**_WRONG, "name": "days"}]}, ("distractors.0.name", "name_taken")),
    (
        {"distractors": [{**_WRONG, "name": "bond_year", "formula": "1 / (days - 91)"}]},
        ("distractors.0.formula", "division_by_zero"),
    ),
    ({"steps": [{"formula": "price + 1", "show": "decimals 3"}]}, ("steps.0.formula", "no_working")),
    ({"steps": [{"text": "See [[nothing]]."}]}, ("steps.0.text", "unknown_placeholder")),
    ({"explanation": {"rule": "R", "why": "[[answer]]"}}, ("explanation.why", "unknown_placeholder")),
)
"""Fields changed in the bill's template, and a finding that they lead to."""


@pytest.mark.parametrize(("changed", "finding"), FAULTS)
def test_what_is_wrong_with_a_template_is_found_with_its_path(
    changed: dict[str, Any], finding: tuple[str, str]
) -> None:
    assert finding in _found(template("bill_price", **changed))


def test_a_division_by_zero_in_one_draw_of_a_thousand_is_found() -> None:
    once = "0 / (abs(days - 91) + abs(discount - 0.03))"
    changed = {
        "parameters": {"days": {"from": "28", "to": "364", "by": "7"}, "discount": _COARSE},
        "values": {"price": f"100 * (1 - discount * days / 360) + {once}"},
        "steps": None,
    }
    made = template("bill_price", **changed)
    assert made.size == 980
    assert _found(made) == [("values.price", "division_by_zero")]


_COARSE = {"from": "0.02", "to": "0.058", "by": "0.002"}


def test_a_template_that_was_never_checked_is_refused_by_name_when_it_is_dealt() -> None:
    with pytest.raises(MalformedItem) as refused:
        deal(template("bill_price", stem="[[nothing]]"), 1, LANGUAGE)
    assert (refused.value.path, refused.value.code) == (("stem",), "unknown_placeholder")
    with pytest.raises(FormulaError):
        deal(template("bill_price", values={"price": "1 +"}), 1, LANGUAGE)
    with pytest.raises(TemplateUnsound) as unsound:
        deal(template("bill_price", values={"price": "price + days"}), 1, LANGUAGE, tries=2)
    assert unsound.value.reasons == {"values.price: unknown_name": 2}


def test_a_text_of_another_interaction_that_names_nothing_is_found() -> None:
    made = template(
        "bill_price", key=None, distractors=None, steps=None, **_WRITTEN | {"convention": "[[decimals]]"}
    )
    assert _found(made) == [("convention", "unknown_placeholder")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"choose": "stated"}, "answer.options: missing"),
        ({"choose": "no"}, "answer.choose: choose"),
        ({**_WRITTEN["answer"], "options": "none"}, "answer: malformed"),
        ({**_WRITTEN["answer"], "option_order": ["fixed"]}, "answer: malformed"),
        ({**_WRITTEN["answer"], "key": ["a", "z"]}, "answer.key: unknown_key"),
    ],
)
def test_a_written_answer_that_makes_no_item_is_found(answer: dict[str, Any], reason: str) -> None:
    made = template("bill_price", key=None, distractors=None, steps=None, **{**_WRITTEN, "answer": answer})
    (found,) = findings(made, LANGUAGE)
    assert (found.code, f"draws is valid: {reason} (49)" in found.message) == ("no_valid_draw", True)


def test_a_number_field_without_a_formula_is_found() -> None:
    changed = {**_WRITTEN, "interaction": "numeric_entry", "answer": {"unit": "days", "decimals": "0"}}
    made = template("bill_price", key=None, distractors=None, steps=None, **changed)
    assert _found(made) == [("key", "missing")]


def test_a_finding_in_a_formula_names_line_and_column() -> None:
    made = template("bill_price", values={"price": "bill_price(\n  discount,\n  dais)"})
    (found,) = (one for one in findings(made, LANGUAGE) if one.code == "unknown_name")
    assert found.message == "line 3, column 3: there is no value named 'dais'"


def test_an_unused_parameter_is_found() -> None:
    parameters = {**document("bill_price")["parameters"], "spare": {"words": ["a", "b"]}}
    assert _found(template("bill_price", parameters=parameters)) == [("parameters.spare", "unused")]


def test_a_parameter_that_the_stem_tells_through_a_value_is_no_fault() -> None:
    changed = {
        "parameters": {"weeks": {"from": "4", "to": "52", "by": "1"}, "discount": _RATES},
        "values": {"days": "7 * weeks", "price": "bill_price(discount, days)"},
    }
    assert _found(template("bill_price", **changed)) == []


def test_a_template_that_rounds_what_its_stem_prints_is_sound() -> None:
    changed = {
        "parameters": {
            "days": {"from": "28", "to": "364", "by": "7"},
            "third": {"from": "6", "to": "18", "by": "1"},
        },
        "values": {"discount": "round(third / 300, 4)", "price": "bill_price(discount, days)"},
    }
    assert _found(template("bill_price", **changed)) == []
    bare = changed | {"values": {"discount": "third / 300", "price": "bill_price(discount, days)"}}
    assert _found(template("bill_price", **bare)) == [("show.discount", "rounded_in_stem")]


# Templates as files hold them


@pytest.mark.parametrize("name", TEXTS)
def test_a_template_survives_the_way_to_a_file_and_back(name: str) -> None:
    made = template(name)
    again = template_from_document(template_to_document(made), "treasuries", "T5")
    assert again == made
    assert version_of_template(again) == version_of_template(made)


def test_a_template_of_dates_survives_and_prints_them() -> None:
    parameters = {
        "settled": {"first": "2026-01-05", "last": "2026-06-29", "every": "7"},
        "due": {"dates": ["2026-08-15", "2026-11-15"]},
        "discount": _RATES,
    }
    values = {"days": "days(settled, due)", "price": "bill_price(discount, days)"}
    stem = "From [[settled]] to [[due]] at [[discount]]?"
    made = template("bill_price", parameters=parameters, values=values, stem=stem)
    assert _found(made) == []
    assert template_from_document(template_to_document(made), "treasuries", "T5") == made
    said = deal(made, 2, LANGUAGE).public.stem
    assert re.match(r"From \d+ \w+ 2026 to 15 (August|November) 2026 at [45]\.00%\?", said)


def test_a_version_changes_with_the_content_and_not_with_the_place_in_the_bank() -> None:
    first = version_of_template(template("bill_price"))
    assert first == version_of_template(template("bill_price", status="retired"))
    assert first == version_of_template(
        template(
            "bill_price", parameters={"days": {"from": "28.0", "to": "364", "by": "7"}, "discount": _FINE}
        )
    )
    assert first != version_of_template(template("bill_price", difficulty="2"))
    assert first != version_of_template(
        template("bill_price", values={"price": "bill_price( discount, days)"})
    )


_FINE = {"from": "0.020", "to": "0.060", "by": "0.00050"}


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"stem": None}, "stem", "missing"),
        ({"stem": " "}, "stem", "not_text"),
        ({"difficulty": "high"}, "difficulty", "not_a_number"),
        ({"difficulty": "1.5"}, "difficulty", "not_a_whole_number"),
        ({"as_of": "2026-02-30"}, "as_of", "not_a_date"),
        ({"as_of": "today"}, "as_of", "not_a_date"),
        ({"level": "guess"}, "level", "not_allowed"),
        ({"interaction": "essay"}, "interaction", "unknown_interaction"),
        ({"surprise": "1"}, "surprise", "unknown_field"),
        ({"sources": "one"}, "sources", "not_a_list"),
        ({"sources": [[]]}, "sources", "not_text"),
        ({"explanation": "text"}, "explanation", "not_fields"),
        ({"explanation": {"rule": "R", "why": "W", "how": "H"}}, "explanation.how", "unknown_field"),
        ({"parameters": {"Days": {"numbers": ["1"]}}}, "parameters.Days", "bad_name"),
        ({"parameters": {"key": {"numbers": ["1"]}}}, "parameters.key", "bad_name"),
        ({"parameters": {"n": {"numbers": []}}}, "parameters.n.numbers", "repeated"),
        ({"parameters": {"n": {"numbers": ["1", "1.0"]}}}, "parameters.n.numbers", "repeated"),
        ({"parameters": {"n": {"numbers": ["1e5"]}}}, "parameters.n.numbers.0", "not_a_number"),
        ({"parameters": {"n": {"words": [" "]}}}, "parameters.n.words.0", "not_text"),
        ({"parameters": {"n": {"numbers": ["1"] * 501}}}, "parameters.n.numbers", "too_many"),
        ({"parameters": {"n": {"from": "1", "to": "2", "by": "0"}}}, "parameters.n", "bad_range"),
        ({"parameters": {"n": {"from": "2", "to": "1", "by": "1"}}}, "parameters.n", "bad_range"),
        ({"parameters": {"n": {"from": "1", "to": "9999999999", "by": "0.1"}}}, "parameters.n", "bad_range"),
        ({"parameters": {"n": {"from": "1", "to": "2"}}}, "parameters.n.by", "missing"),
        (
            {"parameters": {"n": {"first": "2026-01-02", "last": "2026-01-01", "every": "1"}}},
            "parameters.n",
            "bad_range",
        ),
        ({"parameters": {"n": {}}}, "parameters.n", "bad_parameter"),
        ({"parameters": {f"n{one}": {"numbers": ["1"]} for one in range(41)}}, "parameters", "too_many"),
        ({"values": {"price": ["1"]}}, "values.price", "not_text"),
        ({"show": {"days": "hex"}}, "show.days", "unknown_manner"),
        ({"key": _KEY | {"tolerance": "small"}}, "key.tolerance", "not_a_number"),
        ({"key": None}, "answer", "missing"),
        ({"distractors": [{**_WRONG, "name": "so-so"}]}, "distractors.0.name", "bad_name"),
        ({"steps": [{"formula": "1"}]}, "steps.0.show", "missing"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_with_its_path(
    changed: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(MalformedItem) as refused:
        template("bill_price", **changed)
    assert (".".join(refused.value.path), refused.value.code) == (path, code)


def test_chance_is_the_stream_that_python_promises_for_a_seed() -> None:
    stream = Random(7)
    assert [int(stream.random() * 10**6) for _ in range(3)] == [323832, 150849, 650934]
