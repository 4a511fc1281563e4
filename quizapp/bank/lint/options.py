"""Rules on options as texts: what each may say, and how alike they may be."""

import re
from collections.abc import Iterator

from quizapp.assessment.item import OptionOrder
from quizapp.bank.lint import words
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.quantity import is_figure, quantity
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import Choice, View

_CATCH_ALL = re.compile(
    r"\b(?i:all|none|both|any|neither|each|some) (?i:of )?(?i:the )?(?i:above|preceding|foregoing)\b"
    r"|^(?i:all|none|both|any|neither) (?i:of )?(?i:the )?(?i:these|them|others?|options|answers)\.?$"
    r"|^(?i:(?:both|either|neither|only) )?[A-F](?:, [A-F])*,? (?:and|or|&) [A-F](?i: only)?\.?$",
    re.MULTILINE,
)
_PLACED = re.compile(
    r"\b(?:the|as|see|answers?|options?|given|stated|listed|mentioned) (?:above|below)\b"
    r"|\b(?:first|last) (?:two|three|2|3) (?:options|answers|choices)\b"
    r"|\b(?:previous|preceding) (?:options?|answers?|choices?)\b"
    r"|\b(?:option|answer|choice) (?:number )?[1-9]\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:i (?:do not|don't) know|who (?:knows|cares)|no idea|banana|mickey mouse|donald duck|santa claus|"
    r"unicorns?|aliens?|magic|wizards?|just because|the moon|lorem ipsum|asdf|foo|blah)\b"
    r"|^(?:\?+|\.+|x+|-+|n/?a)$",
    re.IGNORECASE | re.MULTILINE,
)
_RATIO = 3
_EMPTY = words.listed(
    "a an the of is are was were be been being that which its their it this these those there"
)
_SYNONYMS = (
    "big large great",
    "bonds securities",
    "buy purchase",
    "decrease decline fall drop reduce",
    "find obtain get",
    "increase rise raise grow",
    "kept held",
    "paid made",
    "run term",
    "show display",
    "small little",
    "start begin",
    "use employ",
)
_MEANING = {words.stem_of(word): group for group in _SYNONYMS for word in group.split()}


def option_count(view: View, ground: Ground) -> Iterator[Flaw]:
    """A single choice has exactly four options, a multiple response four to six."""
    yield from _unsound(view, count=True)


def key_count(view: View, ground: Ground) -> Iterator[Flaw]:
    """The key is there, is one where one is asked for, and no distractor or slip is as right as it is."""
    yield from _unsound(view, count=False)


def _unsound(view: View, count: bool) -> Iterator[Flaw]:
    for found in view.findings:
        if (found.code == "option_count") is count:
            yield Flaw(tuple(int(one) if one.isdigit() else one for one in found.path), found.message)


def catch_all_option(view: View, ground: Ground) -> Iterator[Flaw]:
    """No option gathers up others: all or none of the above, both A and B."""
    for one, text in _holding(view, _CATCH_ALL):
        yield Flaw(one.path, f"the option gathers up others: {text}")


def duplicate_options(view: View, ground: Ground) -> Iterator[Flaw]:
    """No two options are the same but for case, blanks and punctuation."""
    for choices in view.lists:
        seen: set[str] = set()
        for one, text in zip(choices.options, choices.texts, strict=True):
            known = words.normalised(text) or text
            if known in seen:
                yield Flaw(one.path, f"another option says the same: {text}")
            seen.add(known)


def shuffle_unsafe(view: View, ground: Ground) -> Iterator[Flaw]:
    """No option that may be shuffled speaks of the place of another."""
    for one, text in _holding(view, _PLACED, OptionOrder.FIXED):
        if not _CATCH_ALL.search(text):
            yield Flaw(one.path, f"the option speaks of the place of another: {text}")


def filler_option(view: View, ground: Ground) -> Iterator[Flaw]:
    """Every distractor is one that somebody could believe, and names the error behind it."""
    for one, text in _holding(view, _FILLER):
        yield Flaw(one.path, f"nobody would choose it: {text}")
    for choices in view.lists:
        for one in choices.distractors:
            if not one.misconception:
                yield Flaw(one.path, "the option names no misconception")


def misconception_twice(view: View, ground: Ground) -> Iterator[Flaw]:
    """Each wrong option, and each slip, stands for another error."""
    for choices in view.lists:
        seen: set[str] = set()
        for one in choices.distractors:
            if one.misconception and one.misconception in seen:
                yield Flaw(one.path, f"another option stands for '{one.misconception}' too")
            seen.add(one.misconception or "")
    for slips in view.slips:
        named = [name for _, name in slips]
        for place, (path, name) in enumerate(slips):
            if name in named[:place]:
                yield Flaw(path, f"another slip stands for '{name}' too")


def longest_key(view: View, ground: Ground) -> Iterator[Flaw]:
    """The key is not conspicuously longer than the other options."""
    for choices in view.lists:
        key = choices.key
        if key is None or len(choices.distractors) < 2:
            continue
        others = [len(one.text) for one in choices.distractors]
        if len(key.text) > 1.3 * sum(others) / len(others) and len(key.text) - max(others) >= 15:
            yield Flaw(key.path, "the key is much longer than the other options")


def near_duplicate_options(view: View, ground: Ground) -> Iterator[Flaw]:
    """Two options differ in a word that changes what they say."""
    for choices in view.lists:
        seen: set[tuple[str, ...]] = set()
        for one, text in zip(choices.options, choices.texts, strict=True):
            said = tuple(_meaning(word) for word in words.words(text) if word not in _EMPTY)
            if len(said) > 1 and said in seen and quantity(text) is None:
                yield Flaw(one.path, f"another option says the same in other words: {text}")
            seen.add(said)


def _meaning(word: str) -> str:
    stem = words.stem_of(word)
    return _MEANING.get(stem, stem)


def mixed_options(view: View, ground: Ground) -> Iterator[Flaw]:
    """Options are of one kind: numbers or texts, and none more than three times as long as another."""
    for choices in view.lists:
        if choices.keys == () or len(choices.options) < 3:
            continue
        numeric = [is_figure(one) for one in choices.texts]
        lengths = [max(1, len(words.words(one))) for one in choices.texts]
        if 0 < sum(numeric) < len(numeric) and (sum(numeric) == 1 or sum(numeric) == len(numeric) - 1):
            place = numeric.index(sum(numeric) == 1)
            yield Flaw(
                choices.options[place].path, "the option is a number among texts, or a text among numbers"
            )
        elif max(lengths) > _RATIO * min(lengths) and max(lengths) - min(lengths) > 5:
            place = lengths.index(max(lengths))
            yield Flaw(choices.options[place].path, "the option is more than three times as long as another")


def _holding(
    view: View, pattern: re.Pattern[str], but: OptionOrder | None = None
) -> Iterator[tuple[Choice, str]]:
    """The options in which a pattern stands, of lists in any order but one."""
    for choices in view.lists:
        if (but is None or choices.order is not but) and pattern.search(choices.joined):
            for one, text in zip(choices.options, choices.texts, strict=True):
                if pattern.search(text):
                    yield one, text
