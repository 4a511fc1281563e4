"""Every interaction of the register: the whole contract, its examples, and what it refuses."""

import inspect
import time
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.codec import canonical
from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.interactions import multiple_response, numeric_entry, single_choice, statement_set
from quizapp.assessment.interactions.contract import Example, Interaction, ScoringRule
from quizapp.assessment.interactions.numeric_entry import NumericBody, judge, numeric_answer
from quizapp.assessment.item import Item, OptionOrder
from quizapp.assessment.options import ChoiceBody, choice_body
from quizapp.assessment.registry import INTERACTIONS
from tests.core.samples import DOCUMENTS, sample

EXAMPLES = [(name, example) for name, module in INTERACTIONS.items() for example in module.examples()]
"""Every example of every interaction, with its name."""
CHOICES = ("single_choice", "multiple_response")
FIELD = NumericBody("%", 2)
NOT_NUMBERS = (
    *("nan", "NaN", "sNaN", "inf", "-inf", "Infinity", "1e9", "1E9", "1e-9", "0x10", "0b1", "1_000", "1__0"),
    *("١٢", "१२", "１２", "൧", "²", "½", "Ⅻ", "一"),
    *("1,00", "1,0000", "5,5", "1,,000", ",100", "1.000.000", "1.000,5", "1 000", "1'000", "1\u00a0000"),
    *("5.", ".", "-", "+", "-.", "+-5", "--5", "- 5", "+ 5", "5-", "(5)", "5%", "$5", "1/2", "5\x00", "5\n5"),
    *("five", "<b>5</b>", "5;6", "=1+1", "\u202e5", "5\u200b"),
)
NUMBERS = (
    *(("5", "5"), ("-5", "-5"), ("+5", "5"), ("\u22125", "-5"), (".5", ".5"), ("-.5", "-.5"), ("005", "005")),
    *(("1,000", "1000"), ("-1,234,567.89", "-1234567.89"), (" 5 ", "5"), ("5\n", "5"), ("0", "0")),
)
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["a", "b", "c", "d", "8.16", "-1,000", "0.5", "\u22128", "nan", "1e9"]
)


def _parsed(name: str, body: Any, submitted: Sequence[str]) -> Any:
    """The response, or None where it is refused by its name; any other error is a fault."""
    try:
        return INTERACTIONS[name].parse(body, submitted)
    except InvalidResponse:
        return None


# The contract


@pytest.mark.parametrize("name", INTERACTIONS)
def test_an_interaction_has_every_part_of_the_contract(name: str) -> None:
    module = INTERACTIONS[name]
    assert isinstance(module, ModuleType)
    assert name == module.NAME == module.__name__.rpartition(".")[2]
    assert module.TITLE[0].isupper()
    assert not module.LINES & module.PROSE
    parts = [part for part, what in vars(Interaction).items() if callable(what) and not part.startswith("_")]
    assert len(parts) >= 12
    for part in parts:
        wanted = [one for one in inspect.signature(getattr(Interaction, part)).parameters if one != "self"]
        assert list(inspect.signature(getattr(module, part)).parameters) == wanted, part


@pytest.mark.parametrize("name", INTERACTIONS)
def test_the_examples_show_full_marks_and_none_whole_and_partly(name: str) -> None:
    examples = INTERACTIONS[name].examples()
    for rule in (ScoringRule.ALL_OR_NOTHING, ScoringRule.PARTIAL):
        assert {0, 1} <= {one.marks for one in examples if one.rule is rule}
    assert any(one.response == () for one in examples)


def _marks(name: str, example: Example, rule: ScoringRule) -> Fraction:
    return INTERACTIONS[name].score(example.body, example.answer, example.response, rule)


def test_every_example_scores_as_stated() -> None:
    scored = [(name, one, _marks(name, one, one.rule)) for name, one in EXAMPLES]
    assert [case for case in scored if case[2] != case[1].marks or not isinstance(case[2], Fraction)] == []


def test_under_the_negative_rule_every_interaction_marks_all_or_nothing() -> None:
    scored = [
        (name, one, _marks(name, one, ScoringRule.ALL_OR_NOTHING), _marks(name, one, ScoringRule.NEGATIVE))
        for name, one in EXAMPLES
    ]
    assert [case for case in scored if case[2] != case[3] or case[3] not in (0, 1)] == []


def test_every_example_is_sound_and_its_response_can_be_given() -> None:
    found = [(name, list(INTERACTIONS[name].findings(one.body, one.answer))) for name, one in EXAMPLES]
    assert [case for case in found if case[1]] == []
    parsed = [(name, one.response, _parsed(name, one.body, one.response)) for name, one in EXAMPLES]
    assert [case for case in parsed if case[1] != case[2]] == []


@pytest.mark.parametrize("name", INTERACTIONS)
def test_there_is_an_example_item_of_every_interaction(name: str) -> None:
    item = sample(name)
    assert item.public.interaction == name
    assert list(INTERACTIONS[name].findings(item.public.body, item.secret.answer)) == []


def test_body_and_answer_come_back_from_what_is_stored() -> None:
    for name, example in EXAMPLES:
        module = INTERACTIONS[name]
        body, answer = module.dump_body(example.body), module.dump_answer(example.answer)
        canonical([body, answer])
        assert module.load_body(body) == example.body, name
        assert module.load_answer(answer) == example.answer, name
        assert "key" in answer, name
        assert not set(body) & set(answer), name


def test_body_and_answer_come_back_from_a_file() -> None:
    for name, example in EXAMPLES:
        module, whole = INTERACTIONS[name], (example.body, example.answer)
        assert module.read(module.write(*whole)) == whole, name


@pytest.mark.parametrize("name", INTERACTIONS)
def test_a_file_that_lacks_a_part_is_refused_by_the_name_of_the_part(name: str) -> None:
    module = INTERACTIONS[name]
    example = module.examples()[0]
    whole = module.write(example.body, example.answer)
    for part in whole:
        with pytest.raises(MalformedItem) as refused:
            module.read({field: value for field, value in whole.items() if field != part})
        assert refused.value.path == (part,)


@pytest.mark.parametrize("name", INTERACTIONS)
def test_the_body_of_another_interaction_is_refused(name: str) -> None:
    for module in INTERACTIONS.values():
        example, own = module.examples()[0], INTERACTIONS[name].examples()[0]
        if isinstance(example.body, type(own.body)):
            continue
        with pytest.raises(TypeError, match="expected"):
            INTERACTIONS[name].dump_body(example.body)
        with pytest.raises(TypeError, match="expected"):
            INTERACTIONS[name].dump_answer(example.answer)


# What a candidate sends


@given(st.sampled_from(EXAMPLES), st.lists(TEXTS, max_size=5), st.sampled_from(ScoringRule))
def test_whatever_is_sent_is_refused_by_name_or_scores_between_0_and_1(
    case: tuple[str, Example], submitted: list[str], rule: ScoringRule
) -> None:
    name, example = case
    module = INTERACTIONS[name]
    response = _parsed(name, example.body, submitted)
    if response is None:
        return
    marks = module.score(example.body, example.answer, response, rule)
    assert isinstance(marks, Fraction)
    assert 0 <= marks <= 1
    assert module.parse(example.body, response) == response
    assert isinstance(module.complete(example.body, response), bool)
    assert isinstance(module.describe(response, module.arrange(example.body, Random(1))), str)


@pytest.mark.parametrize("name", INTERACTIONS)
def test_nothing_sent_is_no_response_and_is_not_complete(name: str) -> None:
    module = INTERACTIONS[name]
    example = module.examples()[0]
    assert module.parse(example.body, ()) == ()
    assert not module.complete(example.body, ())
    assert module.describe((), module.arrange(example.body, Random(1))) == ""


def _read(typed: str) -> tuple[str, ...] | str:
    """What a number field makes of what was typed: the response, or the name of the refusal."""
    try:
        return numeric_entry.parse(FIELD, (typed,))
    except InvalidResponse as refused:
        return refused.code


def test_what_is_no_plain_number_is_refused() -> None:
    assert {typed: read for typed in NOT_NUMBERS if (read := _read(typed)) != "not_a_number"} == {}


def test_a_plain_number_is_understood() -> None:
    assert {typed: _read(typed) for typed, _ in NUMBERS} == {typed: (meant,) for typed, meant in NUMBERS}
    assert all(Decimal(meant).is_finite() for _, meant in NUMBERS)


def test_an_empty_field_is_no_response() -> None:
    assert {_read(typed) for typed in ("", " ", "\t\n", "\u00a0")} == {()}


@given(st.decimals(-(10**9), 10**9, places=4), st.booleans())
def test_a_number_written_with_separators_is_that_number(value: Decimal, separated: bool) -> None:
    (read,) = numeric_entry.parse(FIELD, (f"{value:,}" if separated else str(value),))
    assert Decimal(read) == value


@pytest.mark.parametrize(
    ("name", "submitted", "code"),
    [
        ("numeric_entry", ("9" * 41,), "number_too_long"),
        ("numeric_entry", ("9" * 1_000_000,), "number_too_long"),
        ("numeric_entry", ("-" * 1_000_000,), "number_too_long"),
        ("numeric_entry", ("1," * 1_000_000,), "number_too_long"),
        ("numeric_entry", ("1",) * 100_000, "several_numbers"),
        ("single_choice", ("a", "b") * 50_000, "several_options"),
        ("single_choice", ("x",) * 100_000, "unknown_option"),
        ("single_choice", ("a" * 1_000_000,), "unknown_option"),
        ("multiple_response", (*("a",) * 100_000, "x"), "unknown_option"),
        ("multiple_response", ("A",), "unknown_option"),
        ("multiple_response", (" a",), "unknown_option"),
        ("multiple_response", ("",), "unknown_option"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} of {value[0][:3]!r}",
)
def test_a_hostile_response_is_refused_soon_and_by_its_name(
    name: str, submitted: Sequence[str], code: str
) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidResponse) as refused:
        INTERACTIONS[name].parse(INTERACTIONS[name].examples()[0].body, submitted)
    assert refused.value.code == code
    assert time.process_time() - begun < 1


def test_options_named_over_and_over_count_once_and_in_the_order_of_the_item() -> None:
    body = multiple_response.examples()[0].body
    assert multiple_response.parse(body, ("c", "a") * 50_000) == ("a", "c")


# Order and letters


@given(st.sampled_from(CHOICES), st.integers())
def test_fixed_options_stand_as_written(name: str, seed: int) -> None:
    body = choice_body(sample(name, option_order="fixed").public.body)
    assert INTERACTIONS[name].arrange(body, Random(seed)) == tuple(one.id for one in body.options)


@pytest.mark.parametrize("name", CHOICES)
def test_shuffled_options_take_every_order_and_lose_none(name: str) -> None:
    body = choice_body(sample(name, option_order="shuffled").public.body)
    orders = [INTERACTIONS[name].arrange(body, Random(seed)) for seed in range(400)]
    assert {frozenset(order) for order in orders} == {frozenset(one.id for one in body.options)}
    assert {len(order) for order in orders} == {len(body.options)}
    assert len(set(orders)) == 24
    assert orders[7] == INTERACTIONS[name].arrange(body, Random(7))


def test_a_number_field_has_no_order() -> None:
    assert numeric_entry.arrange(FIELD, Random(1)) == ()


def test_the_letters_are_those_that_the_candidate_saw() -> None:
    assert multiple_response.describe(("a", "b"), ("d", "b", "c", "a")) == "B, D"
    assert single_choice.describe(("a",), ("d", "b", "c", "a")) == "D"
    assert numeric_entry.describe(("-1000",), ()) == "-1000"


# Scoring, row by row


@pytest.mark.parametrize(
    ("response", "strict", "partial"),
    [
        ((), 0, Fraction(0)),
        (("right_1",), 0, Fraction(1, 2)),
        (("right_2",), 0, Fraction(1, 2)),
        (("right_1", "right_2"), 1, Fraction(1)),
        (("right_1", "bond"), 0, Fraction(0)),
        (("right_1", "right_2", "bond"), 0, Fraction(1, 2)),
        (("right_1", "right_2", "bond", "loan"), 0, Fraction(0)),
        (("bond", "loan"), 0, Fraction(0)),
    ],
)
def test_multiple_response_is_marked_whole_or_by_keys_less_distractors(
    response: tuple[str, ...], strict: int, partial: Fraction
) -> None:
    item = sample("multiple_response")
    due = [
        multiple_response.score(item.public.body, item.secret.answer, response, rule)
        for rule in (ScoringRule.ALL_OR_NOTHING, ScoringRule.PARTIAL)
    ]
    assert due == [strict, partial]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("8.155", 1),
        ("8.165", 1),
        ("8.1549", 0),
        ("8.1651", 0),
        ("8.16000", 1),
        ("008.16", 1),
        ("816", 0),
        ("0.0816", 0),
        ("-8.16", 0),
    ],
)
def test_a_number_is_right_up_to_both_ends_of_the_tolerance(typed: str, due: int) -> None:
    item = sample("numeric_entry")
    response = numeric_entry.parse(item.public.body, (typed,))
    for rule in ScoringRule:
        assert numeric_entry.score(item.public.body, item.secret.answer, response, rule) == due


@pytest.mark.parametrize(
    ("response", "named"),
    [((), None), (("8.00",), "nominal"), (("8.005",), "nominal"), (("8.01",), None), (("8.16",), None)],
)
def test_a_wrong_number_finds_the_slip_that_leads_to_it(response: tuple[str, ...], named: str | None) -> None:
    answer = numeric_answer(sample("numeric_entry").secret.answer)
    ((_, place),) = [(one.right, one.slip) for one in judge(answer, response)]
    assert (None if place is None else answer.slips[place].misconception) == named


@pytest.mark.parametrize(
    ("choose", "chosen", "complete"),
    [
        ("stated", ("right_1",), False),
        ("stated", ("right_1", "loan"), True),
        ("stated", ("right_1", "bond", "loan"), False),
        ("open", ("right_1",), True),
        ("open", (), False),
    ],
)
def test_a_response_is_complete_with_the_stated_number_or_with_any(
    choose: str, chosen: tuple[str, ...], complete: bool
) -> None:
    assert (
        multiple_response.complete(sample("multiple_response", choose=choose).public.body, chosen) is complete
    )


# What an interaction finds wrong


def _codes(item: Item) -> set[str]:
    module = INTERACTIONS[item.public.interaction]
    return {one.code for one in module.findings(item.public.body, item.secret.answer)}


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("single_choice", {"options": DOCUMENTS["single_choice"]["options"][:3]}, "option_count"),
        ("single_choice", {"key": ["right", "near"]}, "key_count"),
        ("single_choice", {"key": []}, "key_count"),
        ("multiple_response", {"options": DOCUMENTS["multiple_response"]["options"][:3]}, "option_count"),
        ("multiple_response", {"key": ["right_1"]}, "key_count"),
        ("multiple_response", {"key": ["right_1", "right_2", "bond", "loan"]}, "key_count"),
        ("numeric_entry", {"unit": " "}, "missing_unit"),
        ("numeric_entry", {"key": {"value": "8.16", "tolerance": "0"}}, "tolerance"),
        ("numeric_entry", {"slips": []}, "missing_slips"),
        ("numeric_entry", {"key": {"value": "8.01", "tolerance": "0.005"}}, "slip_on_key"),
    ],
)
def test_what_is_wrong_with_an_item_is_found(name: str, changed: dict[str, Any], code: str) -> None:
    assert code in _codes(sample(name, **changed))
    assert _codes(sample(name)) == set()


def test_choose_is_stated_or_open_and_nothing_else() -> None:
    with pytest.raises(MalformedItem) as refused:
        sample("multiple_response", choose="two")
    assert refused.value.path == ("choose",)
    stated, hidden = (sample("multiple_response", choose=one).public.body for one in ("stated", "open"))
    assert isinstance(stated, ChoiceBody)
    assert isinstance(hidden, ChoiceBody)
    assert (stated.choose, hidden.choose, stated.order) == (2, None, OptionOrder.SHUFFLED)


# Statement sets: options and key follow from the table of truth

TABLES = [table for count in (3, 4) for table in product((True, False), repeat=count) if any(table)]


def test_no_statement_decides_a_set_by_itself_and_the_key_is_one_of_four_different_options() -> None:
    for truth in TABLES:
        sets = statement_set.sets_of(truth)
        key = frozenset(place for place, true in enumerate(truth) if true)
        assert len(set(sets)) == 4, truth
        assert key in sets, truth
        for place in range(len(truth)):
            assert 0 < sum(place in chosen for chosen in sets) < 4, (truth, place)


@pytest.mark.parametrize("truth", [(False, False, False), (True, True), (True,) * 5, ()])
def test_a_table_that_makes_no_four_options_is_refused(truth: tuple[bool, ...]) -> None:
    assert statement_set.sets_of(truth) == ()
    written = [
        {"text": f"Text {n}", "truth": true, "reason": "Why.", "misconception": "slip"}
        for n, true in enumerate(truth)
    ]
    with pytest.raises(MalformedItem) as refused:
        sample("statement_set", statements=written)
    assert (refused.value.path, refused.value.code) == (("statements",), "no_options")


def test_a_wrong_option_of_a_set_says_which_statement_it_misjudges() -> None:
    item = sample("statement_set")
    answer = statement_set.statement_answer(item.secret.answer)
    shown = {one.id: one.text for one in choice_body(item.public.body).options}
    assert {shown[one]: text for one, text in answer.rationales.items()} == {
        "II only": "Wrong. III holds: bonds do.",
        "III only": "Wrong. II holds: notes do.",
        "II and III only": "Right. I does not, II holds, III holds.",
        "I, II and III": "Wrong. I does not hold: bills do not.",
    }
    assert {shown[one]: error for one, error in answer.misconceptions.items()} == {
        "II only": "of-bonds",
        "III only": "of-notes",
        "I, II and III": "of-bills",
    }
