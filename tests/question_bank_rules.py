"""What the rules for question writers ask of an item and of a whole bank, as checks that name each breach."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from quizapp.assessment.interactions.numeric_entry import NumericAnswer
from quizapp.assessment.item import Item, OptionOrder
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

CATCH_ALL = re.compile(
    r"\b(?i:(all|none|both|any|neither) of (the )?(above|these|them))\b|\b[A-F] (and|or) [A-F]\b"
)
LETTER = re.compile(
    r"\b(?i:options?|answers?|choices?|letters?|alternatives?) \(?[A-F]\b|\([A-F]\)|^[A-F][.:)]"
)
NEGATIVE = re.compile(r"\b(not|except|least|never|incorrect|false|wrong)\b", re.IGNORECASE)
YEAR = re.compile(r"\b(19|20)[0-9]{2}\b")
NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
CONVENTION = re.compile(r"Convention:.*")
QUOTED = re.compile(r"\"[^\"]*\"|\([^)]*\)")
COPIED_WORDS = 12
"""So many words in a row that two items share are a copy."""


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


def lead_in(item: Item) -> str:
    """The question itself: the last sentence of the stem that ends in a question mark."""
    asked = [one for one in re.split(r"(?<=[.?!])\s+", item.public.stem.strip()) if one.endswith("?")]
    return asked[-1] if asked else ""


def every_option_says_why(item: Item, facts: Facts) -> Iterator[str]:
    """Each option has its reason, and the reason says the same of it as the key does."""
    found = choices(item)
    if not found:
        return
    body, answer = found
    for one in body.options:
        said = answer.rationales.get(one.id, "")
        begins = "Right. " if one.id in answer.key else "Wrong. "
        if not said.startswith(begins):
            yield f"the reason for {one.id} does not begin with '{begins.strip()}'"


def every_error_is_named(item: Item, facts: Facts) -> Iterator[str]:
    """Each wrong option or slip carries the name of one misconception, each another; no key does."""
    answer = item.secret.answer
    if isinstance(answer, NumericAnswer):
        names = [slip.misconception for slip in answer.slips]
        if not names or len(set(names)) < len(names):
            yield "slips without a name of their own"
    found = choices(item)
    if found:
        body, answer = found
        wrong = {one.id for one in body.options} - set(answer.key)
        if set(answer.misconceptions) != wrong:
            yield "misconceptions and wrong options are not the same"
        if len(set(answer.misconceptions.values())) < len(wrong):
            yield "two options carry one misconception"


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


def dates_are_in_order(item: Item, facts: Facts) -> Iterator[str]:
    """An item is reviewed no later than the first of its facts, and is as new as the newest of them."""
    held = [facts[name] for name in item.secret.facts if name in facts]
    if item.secret.review_by <= item.public.as_of:
        yield "the review is due before the item was true"
    if any(one.review_by < item.secret.review_by for one in held):
        yield "a fact is to be reviewed before the item"
    if any(one.as_of > item.public.as_of for one in held):
        yield "a fact is newer than the item"


def dated_facts_show_a_year(item: Item, facts: Facts) -> Iterator[str]:
    """An item with a fact that is older than the item says of which year it speaks."""
    shown = " ".join(
        [item.public.stem, *option_texts(item), item.public.stimulus.text if item.public.stimulus else ""]
    )
    volatile = [
        one for name in item.secret.facts if (one := facts.get(name)) and one.as_of < item.public.as_of
    ]
    if volatile and not YEAR.search(shown):
        yield "rests on a dated fact and shows no year"


def origin_is_given(item: Item, facts: Facts) -> Iterator[str]:
    """Licence, author and sources are there."""
    if item.secret.licence != LICENCE:
        yield f"licence {item.secret.licence}"
    if not item.secret.author.strip() or not all(one.strip() for one in item.secret.sources):
        yield "author or source is blank"
    if not item.secret.sources:
        yield "no source"


def options_stand_by_themselves(item: Item, facts: Facts) -> Iterator[str]:
    """No option gathers up others, and no two are the same but for case and punctuation."""
    texts = option_texts(item)
    for one in texts:
        if CATCH_ALL.search(one):
            yield f"catch-all option: {one}"
    alike = Counter(re.sub(r"[^a-z0-9.%-]+", " ", one.lower()).strip(" .") for one in texts)
    if any(count > 1 for count in alike.values()):
        yield "two options are the same"


def no_letter_is_named(item: Item, facts: Facts) -> Iterator[str]:
    """Letters change with every shuffle, so nothing names one."""
    for text in (item.public.stem, *option_texts(item), *released_texts(item)):
        if LETTER.search(text):
            yield f"names a letter: {text}"


def stem_asks(item: Item, facts: Facts) -> Iterator[str]:
    """A stem holds a question that can be answered with the options hidden; a negation in it stands out.

    The stem of a true-or-false item is the statement itself.
    """
    if item.public.interaction == "true_false":
        return
    asked = lead_in(item)
    if len(asked.split()) < 4:
        yield "asks nothing"
    for one in NEGATIVE.findall(QUOTED.sub("", asked)):
        if not one.isupper():
            yield f"'{one}' is not in capitals"


def figures_stand_in_order(item: Item, facts: Facts) -> Iterator[str]:
    """Options that differ in a number alone stand in ascending order and stay there."""
    texts = option_texts(item)
    numbers = [NUMBER.search(one) for one in texts]
    if not texts or len({NUMBER.sub("#", one, count=1) for one in texts}) > 1 or None in numbers:
        return
    values = [float(one[0].replace(",", "")) for one in numbers if one]
    found = choices(item)
    if values != sorted(values):
        yield "figures out of order"
    if found and found[0].order is not OptionOrder.FIXED:
        yield "figures are shuffled"


ITEM_RULES: tuple[Callable[[Item, Facts], Iterator[str]], ...] = (
    every_option_says_why,
    every_error_is_named,
    key_rests_on_firm_ground,
    dates_are_in_order,
    dated_facts_show_a_year,
    origin_is_given,
    options_stand_by_themselves,
    no_letter_is_named,
    stem_asks,
    figures_stand_in_order,
)


def expired(items: Sequence[Item], facts: Facts, shipped: date) -> list[str]:
    """The items and facts whose review was due when the bank shipped."""
    return [one.public.id for one in items if one.secret.review_by <= shipped] + [
        one.id for one in facts.values() if one.review_by <= shipped
    ]


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


def unevenness(counts: Sequence[int]) -> float:
    """The chi-square statistic of counts that ought to be equal."""
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 for count in counts) / expected


def single_choices(items: Sequence[Item]) -> list[Item]:
    """The items of which one option is the key."""
    return [one for one in items if one.public.interaction == "single_choice"]


def breaches(items: Sequence[Item], facts: Facts) -> list[str]:
    """Every breach of an item's rule, with the item's id."""
    return [
        f"{item.public.id}: {said}"
        for item in items
        for said in chain.from_iterable(rule(item, facts) for rule in ITEM_RULES)
    ]
