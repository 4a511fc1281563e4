"""What this project asks of its own questions beyond the rules of the linter: licence, sources, firm keys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from quizapp.assessment.item import Item
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody
from quizapp.bank.values import Fact

Facts = Mapping[str, Fact]

LICENCE = "CC-BY-4.0"
STANDARD_TEXTS = frozenset(
    {
        "Bodie, Kane and Marcus, Investments",
        "Deacon, Derry and Mirfendereski, Inflation-Indexed Securities",
        "Eichengreen, Exorbitant Privilege",
        "Eichengreen, Mehl and Chiţu, How Global Currencies Work",
        "Fabozzi, Bond Markets, Analysis and Strategies",
        "Fleming, Measuring Treasury Market Liquidity, FRBNY Economic Policy Review, 2003",
        "Garbade, Birth of a Market",
        "Hull, Options, Futures, and Other Derivatives",
        "IMF, Assessing Reserve Adequacy, 2011",
        "IMF, Balance of Payments and International Investment Position Manual, sixth edition",
        "IMF, Currency Composition of Official Foreign Exchange Reserves (COFER), description of the data",
        "IMF, International Reserves and Foreign Currency Liquidity: Guidelines for a Data Template, 2013",
        "IMF, Revised Guidelines for Foreign Exchange Reserve Management, 2013",
        "Krugman, Obstfeld and Melitz, International Economics",
        "Mishkin, The Economics of Money, Banking, and Financial Markets",
        "Stigum, Money Market",
        "Tuckman and Serrat, Fixed Income Securities",
        "US Treasury, TIC, frequently asked questions (revisions)",
    }
)
"""What a conceptual key, one without a fact, may rest on; two of them have to agree."""


def every_option_says_why(item: Item, facts: Facts) -> Iterator[str]:
    """Each option has its reason, and the reason says the same of it as the key does."""
    body, answer = item.public.body, item.secret.answer
    if not isinstance(body, ChoiceBody) or not isinstance(answer, ChoiceAnswer):
        return
    for one in body.options:
        said = answer.rationales.get(one.id, "")
        begins = "Right. " if one.id in answer.key else "Wrong. "
        if not said.startswith(begins):
            yield f"the reason for {one.id} does not begin with '{begins.strip()}'"


def key_rests_on_firm_ground(item: Item, facts: Facts) -> Iterator[str]:
    """A factual key rests on facts of confidence H, a conceptual one on two standard texts."""
    held = item.secret.facts
    for name in held:
        if name not in facts:
            yield f"no fact {name}"
        elif facts[name].confidence != "H":
            yield f"{name} is of confidence {facts[name].confidence}"
    if not held and len(STANDARD_TEXTS & set(item.secret.sources)) < 2:
        yield "neither a fact nor two standard texts"


def origin_is_given(item: Item, facts: Facts) -> Iterator[str]:
    """Licence, author and sources are there."""
    if item.secret.licence != LICENCE:
        yield f"licence {item.secret.licence}"
    if not item.secret.author.strip() or not all(one.strip() for one in item.secret.sources):
        yield "author or source is blank"
    if not item.secret.sources:
        yield "no source"


ITEM_RULES: tuple[Callable[[Item, Facts], Iterator[str]], ...] = (
    every_option_says_why,
    key_rests_on_firm_ground,
    origin_is_given,
)


def breaches(items: Sequence[Item], facts: Facts) -> list[str]:
    """Every breach of an item's rule, with the item's id."""
    return [
        f"{item.public.id}: {said}"
        for item in items
        for said in chain.from_iterable(rule(item, facts) for rule in ITEM_RULES)
    ]
