"""The linter's rules over many items: copies, dead links, balance, and waivers."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quizapp.assessment.blueprint import Quota
from quizapp.assessment.item import Item
from quizapp.bank.lint.chance import binomial_tail, chi_square_tail, hypergeometric_tail, unevenness
from quizapp.bank.lint.register import ACROSS_RULES, BANK_RULES, WAIVER_RULES
from quizapp.bank.lint.run import Finding, heed_waivers, lint_across, lint_bank, lint_item
from quizapp.bank.problems import Figure
from tests.bank.lint_cases import FACTS, REFERENCE, choice, ground_of, why
from tests.small_bank import exam, part

LONG = (
    "Dealers bid in every auction because the Treasury requires reasonable participation from each of them."
)


def several(make: Callable[[int], Item], count: int = 40) -> list[Item]:
    """So many items, each under its own id and concept, with a stem that no other has."""
    return [
        replace(
            item,
            public=replace(item.public, id=f"t1-item-{place}", concept=f"t1-concept-{place}"),
        )
        for place in range(count)
        for item in [make(place)]
    ]


def across(items: Iterable[Item], **around: Any) -> list[tuple[str, str, str]]:
    """What items break beside one another: item, rule, and what is said."""
    views, ground = ground_of(items, **around)
    return [(view.item.public.id, one.code, one.said) for view, one in lint_across(views, ground)]


def named(slug: str, **changed: Any) -> Item:
    """An item of another id and concept."""
    return choice(id=slug, concept=f"{slug}-concept", **changed)


# Beside one another


def pair(told: str, **changed: Any) -> list[tuple[str, str, str]]:
    """What is said of two items of which the first tells LONG and the second something else."""
    texts = ("Alpha beta.", "Gamma delta.", "Epsilon zeta.", "Eta theta.")
    first = {
        "id": "t1-one",
        "concept": "t1-one",
        "stem": "Who takes part?",
        **why(f"So it is. {LONG}", "One."),
    }
    second = {"id": "t1-two", "concept": "t1-two", "stem": "Which bids come?", **why(told, "Two."), **changed}
    found = across([choice(*texts, **first), choice(*texts, **second)])
    return [one for one in found if one[1] == "copied-text"]


def test_a_run_of_eight_words_in_two_items_is_a_copy() -> None:
    ((slug, _, said),) = pair(f"Look. {LONG}")
    assert slug == "t1-two"
    assert said == "'dealers bid in every auction because the treasury' stands in 't1-one' too"


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        (LONG, {"concept": "t1-one"}),
        (f'As the rule says: "{LONG}"', {}),
        (LONG.replace("auction", "sale").replace("requires", "asks for"), {}),
    ],
    ids=["sibling", "quoted", "in other words"],
)
def test_siblings_quotations_and_other_words_are_no_copy(told: str, changed: dict[str, Any]) -> None:
    assert pair(told, **changed) == []


def test_copies_are_found_in_a_bank_too_large_for_one_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.bank.lint.copies._AT_ONCE", 7)
    assert [slug for slug, _, _ in pair(LONG)] == ["t1-two"]


def test_stems_that_read_alike_are_told_unless_they_are_siblings() -> None:
    stem = (
        "Why does the holder of a callable bond with five years to run earn more than that of a plain bond?"
    )
    one, two = named("t1-one", stem=stem), named("t1-two", stem=stem.replace("five", "six"))
    other = named("t1-other", stem="Which security pays no coupon and is sold at a discount to face value?")
    sibling = replace(two, public=replace(two.public, concept=one.public.concept))

    def alike(items: list[Item]) -> list[str]:
        return [slug for slug, code, _ in across(items) if code == "near-duplicate-stems"]

    assert alike([one, other, named("t1-same", stem=stem)]) == ["t1-same"]
    assert alike([one, other]) == []
    assert alike([one, sibling]) == []
    assert alike([one, replace(sibling, public=replace(sibling.public, stem=stem))]) == []


def test_a_name_that_leads_nowhere_is_told() -> None:
    one = named("t1-one", **why("See t1-two-concept, `t1-two` and t1-gone; the so-called t-bill is no name."))
    found = [said for _, code, said in across([one, named("t1-two")]) if code == "dead-link"]
    assert found == ["there is nothing named 't1-gone'"]
    assert not [
        one
        for one in across([one], named=frozenset({"t1-two", "t1-two-concept", "t1-gone"}))
        if one[1] == "dead-link"
    ]


def test_every_rule_across_items_is_tested_here() -> None:
    assert {rule.code for rule in ACROSS_RULES} == {"copied-text", "near-duplicate-stems", "dead-link"}


# The bank as a whole


def figures(items: Iterable[Item], **around: Any) -> dict[str, Figure]:
    """The figures of a bank by rule; of several the last one that is not sound."""
    views, ground = ground_of(items, **around)
    found = list(lint_bank(views, ground))
    return {one.code: one for one in sorted(found, key=lambda one: not one.sound)}


def _even(place: int) -> Item:
    """Items of which nothing gives the key away."""
    texts = ["Alpha beta gamma", "Delta omega kappa", "Sigma lambda tau", "Omicron upsilon chi"]
    return choice(
        *texts, key="abcd"[place % 4], order="fixed", stem=f"What is the name of thing {place}x?", facts=[]
    )


def _extreme(length: int) -> Callable[[int], Item]:
    def make(place: int) -> Item:
        texts = [
            "Alpha beta gamma" if one else "Alpha beta gamma"[:length] + "a" * max(0, length - 16)
            for one in range(4)
        ]
        texts = [f"{text}{mark}" for text, mark in zip(texts, "abcd", strict=True)]
        return choice(*texts)

    return make


def _with(place: int, every: int, bad: Callable[[int], Item]) -> Item:
    return bad(place) if place % every == 0 else _even(place)


_STATED = "Consider: I. Bills pay. II. Notes pay. III. Bonds pay. Which statements hold of thing {}?"


def _statements(place: int) -> Item:
    texts = ("I and II only", "I and III only", "II and III only", "II only")
    return choice(*texts, order="fixed", stem=_STATED.format(place), style="statements")


BANKS: dict[str, list[Item]] = {
    "longest-key-rate": several(_extreme(30)),
    "shortest-key-rate": several(_extreme(5)),
    "convergence-rate": several(
        lambda place: choice(
            "red blue green", "red blue", "blue green", "green red", stem=f"Which is {place}?"
        )
    ),
    "key-position": several(lambda place: choice("Alpha", "Delta", "Sigma", "Omicron", order="fixed")),
    "key-runs": several(
        lambda place: choice("Alpha", "Delta", "Sigma", "Omicron", order="fixed", key="abcd"[place // 10])
    ),
    "absolute-skew": several(
        lambda place: choice("Alpha", "It only falls", "It must fall", "All of it falls")
    ),
    "vague-skew": several(
        lambda place: choice("It usually falls", "It falls at once", "It rises", "It stays")
    ),
    "negative-share": several(
        lambda place: _with(place, 5, lambda one: choice(stem="Which of these is NOT a bond of the state?"))
    ),
    "statement-share": several(lambda place: _with(place, 5, _statements)),
    "statement-keys": several(_statements),
    "unused-fact": several(_even),
    "overused-fact": several(
        lambda place: choice(facts=["cap"] if place < 4 else ["tax"] if place < 8 else [f"fact-{place}"])
    ),
    "waiver-share": several(
        lambda place: choice(
            waivers=[{"rule": "clang", "reason": "It cannot be said otherwise."}] if place < 3 else []
        )
    ),
    "blueprint-unfilled": several(_even),
}
"""For each figure a bank in which it lies beyond its limit."""

EXAM = exam("try", "Try", part("Part one", 50, [Quota(("T1",), None, 50)]))


@pytest.mark.parametrize("code", BANKS)
def test_a_figure_beyond_its_limit_is_told(code: str) -> None:
    found = figures(BANKS[code], profiles=(EXAM,))[code]
    assert not found.sound, found
    assert found.blocks is (code == "blueprint-unfilled")


def test_a_balanced_bank_has_every_figure_within_its_limit() -> None:
    items = several(lambda place: choice(facts=["cap"]) if place == 1 else _even(place))
    found = figures(items, facts={"cap": FACTS["cap"]})
    assert [one for one in found.values() if not one.sound] == []
    assert set(BANKS) - set(found) == {"statement-keys", "blueprint-unfilled"}


def test_every_figure_is_tested_here() -> None:
    assert set(BANKS) == {rule.code for rule in BANK_RULES}


def test_a_part_of_a_bank_is_not_judged_by_what_the_rest_must_hold() -> None:
    found = figures(BANKS["unused-fact"], profiles=(EXAM,), whole=False)
    assert not {"unused-fact", "blueprint-unfilled"} & set(found)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (binomial_tail(8, 10, 0.5), 56 / 1024),
        (binomial_tail(0, 10, 0.5), 1),
        (hypergeometric_tail(3, 4, 4, 8), 17 / 70),
        (hypergeometric_tail(0, 4, 4, 8), 1),
        (chi_square_tail(3.841, 1), 0.05),
        (chi_square_tail(5.991, 2), 0.05),
        (chi_square_tail(7.815, 3), 0.05),
        (chi_square_tail(9.488, 4), 0.05),
        (chi_square_tail(11.070, 5), 0.05),
        (chi_square_tail(0, 3), 1),
        (unevenness((20, 5, 5, 5)), 19.2857),
    ],
)
def test_tails_of_chance_are_those_of_the_tables(given: float, due: float) -> None:
    assert given == pytest.approx(due, rel=2e-3)


# Waivers


def waived(*rules: str, **changed: Any) -> list[Finding]:
    """What is said of an item with waivers for some rules."""
    reasons = [{"rule": one, "reason": "It cannot be said otherwise."} for one in rules]
    views, ground = ground_of([choice(waivers=reasons, **changed)])
    return heed_waivers(views[0], lint_item(views[0], ground))


def standing(found: Iterable[Finding]) -> set[str]:
    """The codes of findings that nothing excuses."""
    return {one.code for one in found if one.waived is None}


def test_a_waiver_excuses_its_warning_and_keeps_the_reason() -> None:
    asked = "Which of these features is NOT found in a callable bond?"
    assert standing(waived(stem=asked)) == {"negative-stem"}
    found = waived("negative-stem", stem=asked)
    assert standing(found) == set()
    assert [one.waived for one in found] == ["It cannot be said otherwise."]


def test_a_waiver_never_excuses_an_error() -> None:
    bad = {"stem": "Which of these features is not found in a callable bond?"}
    assert {"unmarked-negative", "waived-error"} <= standing(waived("unmarked-negative", **bad))
    assert "waived-error" in standing(waived("longest-key-rate"))


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (("no-such-rule",), {"unknown-waiver"}),
        (("negative-stem",), {"unneeded-waiver"}),
        ((), set()),
    ],
)
def test_an_unknown_and_an_unneeded_waiver_are_told(rules: tuple[str, ...], told: set[str]) -> None:
    assert standing(waived(*rules)) == told


def test_one_waiver_is_enough_for_a_rule() -> None:
    asked = "Which of these features is NOT found in a callable bond?"
    assert standing(waived("negative-stem", "negative-stem", stem=asked)) == {"unneeded-waiver"}


def test_every_rule_on_waivers_is_tested_here() -> None:
    assert {rule.code for rule in WAIVER_RULES} == {"unknown-waiver", "waived-error", "unneeded-waiver"}


def test_nothing_is_due_while_nobody_asks_for_a_day() -> None:
    views, ground = ground_of([choice(review_by=date(2026, 7, 1))], today=None)
    assert "expired" not in {one.code for one in lint_item(views[0], ground)}


def test_a_reference_that_is_not_given_is_not_copied() -> None:
    views, ground = ground_of([choice(**why(REFERENCE))], references={})
    assert "copied-reference" not in {one.code for one in lint_item(views[0], ground)}
