"""The linter's rules over single items: each fires on its bad example and is silent on its good one."""

import re

import pytest

from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.lint.register import ACROSS_RULES, BANK_RULES, ITEM_RULES, RULES, WAIVER_RULES
from quizapp.bank.lint.rule import Level
from quizapp.bank.lint.run import lint_item
from quizapp.bank.lint.view import View
from tests.bank.lint_cases import PAIRS, beside, choice, number, rationales
from tests.core.samples import DOCUMENTS, sample


def codes(view_and_ground: tuple[View, object]) -> set[str]:
    """The rules that an item breaks."""
    return {one.code for one in lint_item(*view_and_ground)}  # type: ignore[arg-type]


@pytest.mark.parametrize("code", PAIRS)
def test_a_rule_fires_on_its_bad_item_and_not_on_its_good_one(code: str) -> None:
    bad, good = PAIRS[code]
    assert code in codes(beside(bad))
    assert code not in codes(beside(good))


def test_every_rule_over_items_has_its_pair() -> None:
    assert set(PAIRS) == {rule.code for rule in ITEM_RULES}


def test_a_sound_item_breaks_no_rule() -> None:
    assert codes(beside(choice())) == set()
    assert codes(beside(number())) == set()


def test_every_rule_has_a_name_of_its_own_a_sentence_and_a_source() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code)
        assert re.fullmatch(r"[A-Z].*\.", rule.says), rule.code
        assert re.search(r"HDR [0-9]|NBME|own", rule.source)


def test_rules_over_items_are_errors_or_warnings_and_figures_judge_the_bank() -> None:
    assert {rule.level for rule in (*ITEM_RULES, *ACROSS_RULES, *WAIVER_RULES)} == {
        Level.ERROR,
        Level.WARNING,
    }
    assert [rule.code for rule in BANK_RULES if rule.level is not Level.BANK] == ["blueprint-unfilled"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_interaction_is_linted_by_its_texts(name: str) -> None:
    view, ground = beside(sample(name))
    told = {text.text for text in view.texts}
    assert sample(name).public.stem in told
    assert any(text.released for text in view.texts if text.path[0] != "explanation")
    lint_item(view, ground)


def test_the_examples_stand_for_every_interaction() -> None:
    assert set(INTERACTIONS) <= {one["interaction"] for one in DOCUMENTS.values()}


def test_two_slips_of_one_name_are_told() -> None:
    slips = [
        {"value": value, "misconception": "over-365", "rationale": "You get this by counting over 365 days."}
        for value in ("97.53", "97.60")
    ]
    assert "misconception-twice" in codes(beside(number(slips=slips)))
    assert "misconception-twice" not in codes(beside(number(slips=slips[:1])))


def test_the_numbers_of_an_item_dealt_from_a_template_are_left_to_its_formulas() -> None:
    for code in ("idle-number", "number-from-nowhere"):
        view, ground = beside(PAIRS[code][0])
        assert code not in {one.code for one in lint_item(View(view.item, dealt=True), ground)}


def test_a_letter_that_the_stem_gives_to_something_may_be_named() -> None:
    told = (
        "The issuer decides.",
        "Unlike option A it is no call.",
        "Both kinds may pay twice.",
        "That is a linker.",
    )
    stem = "Option A costs 5 and option B costs 6. Which of the two does an issuer prefer?"
    assert "letter-named" in codes(beside(choice(**rationales(*told))))
    assert "letter-named" not in codes(beside(choice(stem=stem, **rationales(*told))))
    for text in (
        "(B) is wrong, as it pays twice.",
        "B. is wrong, as it pays twice.",
        "Take answer (C), it pays.",
    ):
        assert "letter-named" in codes(beside(choice(**rationales(text, *told[2:], "It is not so."))))
    for text in (
        "It is rated A by one agency.",
        "Class B shares (B) pay more.",
        "See section 3(A) of the act.",
    ):
        assert "letter-named" not in codes(beside(choice(**rationales(text, *told[2:], "It is not so."))))


@pytest.mark.parametrize(
    ("stem", "excepts"),
    [
        ("Which of these securities does not pay interest?", True),
        ("Which of these statements is false?", True),
        ("Which of these outcomes is LEAST likely?", True),
        ("All of these pay interest except which?", True),
        ("Which of these costs is never paid by the buyer?", True),
        ("Which bond that is not callable pays more than this one?", False),
        ("What happens to the bidder if a bid is not accepted?", False),
        ("Why does the Treasury not strip its bills for investors?", False),
        ("What is wrong with this view of the yield curve?", False),
        ("At least how many bids does one auction need?", False),
        ('What does "not callable" mean in the terms of a bond?', False),
    ],
)
def test_a_stem_that_asks_for_an_exception_is_told_from_one_that_speaks_of_a_negation(
    stem: str, excepts: bool
) -> None:
    assert ("negative-stem" in codes(beside(choice(stem=stem)))) is excepts
