"""What this project asks of its own questions beyond the rules of the linter: licence, sources, firm keys."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from quizapp.assessment.interactions.numeric_entry import NumericAnswer
from quizapp.assessment.item import Item, OptionOrder
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody
from quizapp.bank.values import Fact

Facts = Mapping[str, Fact]

CONVENTION = re.compile(r"Convention:.*")
COPIED_WORDS = 12
"""So many words in a row that two items share are a copy."""

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


def choices(item: Item) -> tuple[ChoiceBody, ChoiceAnswer] | None:
    """The options and the key of an item that has options."""
    body, answer = item.public.body, item.secret.answer
    if isinstance(body, ChoiceBody) and isinstance(answer, ChoiceAnswer):
        return body, answer
    return None


def option_texts(item: Item) -> list[str]:
    """The texts of the options, as written."""
    found = choices(item)
    return [one.text.replace("\u2212", "-") for one in found[0].options] if found else []


def released_texts(item: Item) -> Iterator[str]:
    """What is read after release: the explanation and the reason beside each option or slip."""
    yield item.secret.explanation.rule
    yield item.secret.explanation.why
    answer = item.secret.answer
    if isinstance(answer, ChoiceAnswer):
        yield from answer.rationales.values()
    if isinstance(answer, NumericAnswer):
        yield from (slip.rationale for slip in answer.slips)


def stems_alike(items: Sequence[Item]) -> list[str]:
    """The items whose stem another item asks word for word."""
    asked = Counter(_words(one.public.stem) for one in items)
    return [one.public.id for one in items if asked[_words(one.public.stem)] > 1]


def copies(items: Sequence[Item]) -> set[tuple[str, ...]]:
    """The groups of items that share a run of words without sharing a concept or a case.

    Lines that state a convention are left out: they have to read alike.
    """
    places: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, item in enumerate(items):
        for text in (CONVENTION.sub("", item.public.stem), *option_texts(item), *released_texts(item)):
            words = _words(text)
            for start in range(len(words) - COPIED_WORDS + 1):
                places[words[start : start + COPIED_WORDS]].add(number)
    return {
        tuple(items[number].public.id for number in sorted(found))
        for found in places.values()
        if len({items[number].public.concept for number in found}) > 1
        and len({items[number].unit_key for number in found}) > 1
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w%']+", text.lower()))


def extreme_keys(items: Sequence[Item], longest: bool) -> list[str]:
    """The single-choice items whose key is longer, or shorter, than every other option."""
    extreme = []
    for item in single_choices(items):
        found = choices(item)
        assert found
        body, answer = found
        lengths = [(len(one.text) if longest else -len(one.text), one.id) for one in body.options]
        (most, slug), (second, _) = sorted(lengths, reverse=True)[:2]
        if most > second and slug in answer.key:
            extreme.append(item.public.id)
    return extreme


def key_places(items: Sequence[Item]) -> list[int]:
    """How often the key of a fixed-order single choice stands first, second, third and fourth."""
    places = Counter(
        [one.id for one in found[0].options].index(found[1].key[0])
        for item in single_choices(items)
        if (found := choices(item)) and found[0].order is OptionOrder.FIXED
    )
    return [places[place] for place in range(4)]


def single_choices(items: Sequence[Item]) -> list[Item]:
    """The items of which one option is the key."""
    return [one for one in items if one.public.interaction == "single_choice"]
