"""The bank's item templates: how many different sound variants each has, and that each key is right."""

import math
from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.variants.dealing import Dealer, Rejected
from quizapp.assessment.variants.soundness import vary
from quizapp.assessment.variants.template import Computed, ItemTemplate
from tests.bank_templates import RECKONED
from tests.shipped import templates

EACH = dict(zip((f"T{n}" for n in range(1, 15)), (3, 5, 5, 11, 7, 8, 8, 5, 1, 3, 4, 0, 0, 0), strict=True))
"""How many templates each topic has."""

SEEDS, DIFFERENT = 20, 19
"""Of so many seeds each template gives at least so many different variants."""

FULL_SEEDS, FULL_DIFFERENT = 1_150, 1_000
"""The same before a release (`--full`)."""

DRAWS = 15
"""Draws of each template whose key is reckoned apart."""

LEAST_DRAWS = 10_000
"""How many draws there are of each, sound or not: few seeds of so many meet again."""


def misses(template: ItemTemplate, draws: int = DRAWS) -> list[str]:
    """The draws whose key the second reckoning does not give within the template's tolerance."""
    chance, dealer, missed, valid = Random(1), Dealer(template, standard()), [], 0
    assert isinstance(template.answer, Computed)
    scale = 100 if str(template.answer.show).startswith("percent") else 1
    while valid < draws:
        places = [chance.randrange(one.size) for _, one in sorted(template.parameters.items())]
        try:
            names, results = dealer.compute(places)
        except Rejected:
            continue
        valid += 1
        drawn = {name: names[name] for name in template.parameters}
        reckoned = Decimal(RECKONED[template.id](drawn)) * scale
        half_unit = Decimal(10) ** int(results[0].number.as_tuple().exponent) / 2
        if not math.isclose(reckoned, results[0].number, rel_tol=0, abs_tol=half_unit * Decimal("1.000001")):
            missed.append(f"{drawn}: {results[0].number}, reckoned {reckoned}")
    return missed


def test_each_topic_has_the_templates_of_the_plan() -> None:
    assert Counter(one.topic for one in templates().values()) == Counter(EACH)


def test_every_template_is_reckoned_apart_and_no_other() -> None:
    assert sorted(RECKONED) == sorted(templates())


def test_every_template_has_different_sound_variants_by_the_thousand(full: bool) -> None:
    seeds, different = (FULL_SEEDS, FULL_DIFFERENT) if full else (SEEDS, DIFFERENT)
    faults = []
    for slug, template in templates().items():
        found = vary(template, seeds, standard(), first_seed=1)
        if found.failures or found.distinct < different or found.size < LEAST_DRAWS:
            faults.append((slug, found.distinct, found.size, found.failures))
    assert faults == []


def test_the_key_of_every_template_is_what_a_second_reckoning_gives() -> None:
    assert {slug: missed for slug, template in templates().items() if (missed := misses(template))} == {}


def test_control_a_key_that_is_a_tenth_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    unnoticed = []
    for slug, right in list(RECKONED.items()):
        monkeypatch.setitem(RECKONED, slug, lambda names, right=right: right(names) * 1.1 + 0.001)
        if len(misses(templates()[slug], draws=5)) < 4:
            unnoticed.append(slug)
    assert unnoticed == []
