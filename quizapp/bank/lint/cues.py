"""Rules on what gives a key away to who does not know it: words, forms and patterns of the options."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from quizapp.bank.lint import words
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import Choices, View

_ABSOLUTE = re.compile(
    r"\b(?:always|never|must|guarantee[sd]?|impossible|invariably|under (?:all|no) circumstances|completely|"
    r"entirely|absolutely)\b",
    re.IGNORECASE,
)
ABSOLUTE = re.compile(rf"{_ABSOLUTE.pattern}|\b(?:only|all|none)\b", re.IGNORECASE)
VAGUE = re.compile(
    r"\b(?:(?i:usually|often|might|sometimes|rarely|generally|typically|tends? to|frequently|seldom)|may)\b"
)
_UP = re.compile(
    r"\b(?:ris\w+|increas\w+|higher|up|more|gains?|grow\w*|strengthen\w*|widen\w*|steepen\w*)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:fall\w*|decreas\w+|lower|down|less|loses?|shrink\w*|weaken\w*|narrow\w*|flatten\w*|drop\w*)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:unchanged|(?:the )?same|no change|constant|stays?|unaffected|equal)\b", re.IGNORECASE
)
_RARE, _FEWEST_ITEMS, _LONG, _SHORT, _TINY = 0.02, 50, 5, 6, Decimal("0.001")
_YEARS = range(1900, 2100)
_FIGURES = re.compile(r"[0-9][0-9.,]{3}")


def absolute_words(view: View, ground: Ground) -> Iterator[Flaw]:
    """Absolute words such as always and never do not stand in distractors alone."""
    for choices in view.lists:
        yield from _apart(choices, _ABSOLUTE, "absolute", in_key=False)


def vague_words(view: View, ground: Ground) -> Iterator[Flaw]:
    """Vague words such as usually and may do not stand in the key alone."""
    for choices in view.lists:
        yield from _apart(choices, VAGUE, "vague", in_key=True)


def _apart(choices: Choices, pattern: re.Pattern[str], kind: str, in_key: bool) -> Iterator[Flaw]:
    if choices.key is None or not pattern.search(choices.joined):
        return
    hits = [
        (one, found[0])
        for one, text in zip(choices.options, choices.texts, strict=True)
        if (found := pattern.search(text))
    ]
    if hits and all(one.right is in_key for one, _ in hits):
        (one, word), side = hits[0], "the key" if in_key else "distractors"
        yield Flaw(one.path, f"the {kind} word '{word}' stands in {side} alone")


def sharing(choices: Choices) -> tuple[int, ...]:
    """For each option how many of its content words the others have, counted over the others."""
    held = choices.contents
    counted = Counter(word for one in held for word in one)
    return tuple(sum(counted[word] - 1 for word in one) for one in held)


def convergence(view: View, ground: Ground) -> Iterator[Flaw]:
    """The key is not the one option that shares most with all the others."""
    for choices in view.lists:
        key = choices.key
        if key is None or len(choices.options) < 4 or choices.quantities:
            continue
        shared = sharing(choices)
        own = shared[choices.options.index(key)]
        rest = sorted((one for one, option in zip(shared, choices.options, strict=True) if option is not key))
        if own >= 4 and own >= 1.5 * rest[-1] and own > rest[-1] + 1:
            yield Flaw(key.path, "the key shares most with all other options")


def clang(view: View, ground: Ground) -> Iterator[Flaw]:
    """No rare word of the stem stands in the key alone."""
    if ground.size < _FEWEST_ITEMS:
        return
    for choices in view.lists:
        key = choices.key
        if key is None:
            continue
        place = choices.options.index(key)
        shared = choices.contents[place] & view.content
        if not shared:
            continue
        shared = shared.difference(*choices.contents[:place], *choices.contents[place + 1 :])
        for word in sorted(shared):
            if len(word) >= _LONG and ground.spread.get(word, 0) <= max(2, _RARE * ground.size):
                yield Flaw(key.path, f"the stem's rare word '{word}' stands in the key alone")
                break


def exhaustive_options(view: View, ground: Ground) -> Iterator[Flaw]:
    """No three options cover up, down and unchanged while the fourth speaks of something else."""
    for choices in view.lists:
        if choices.key is None or len(choices.options) != 4:
            continue
        if any(not one.search(choices.joined) for one in (_UP, _DOWN, _SAME)):
            continue
        if any(len(one.split()) > _SHORT for one in choices.texts):
            continue
        said = [
            (bool(_UP.search(one)), bool(_DOWN.search(one)), bool(_SAME.search(one))) for one in choices.texts
        ]
        if sum(not any(one) for one in said) != 1:
            continue
        three = [one for one in said if any(one)]
        if all(sum(one) == 1 for one in three) and {one.index(True) for one in three} == {0, 1, 2}:
            place = said.index((False, False, False))
            if not choices.options[place].right:
                yield Flaw(choices.options[place].path, "the three other options cover every case")


def trick_option(view: View, ground: Ground) -> Iterator[Flaw]:
    """The key differs from a distractor by more than a negation, or one digit where that is hardly seen."""
    for choices in view.lists:
        if choices.key is None:
            continue
        right = words.plain(choices.key.text)
        for one in choices.distractors:
            wrong = words.plain(one.text)
            if _one_digit(right, wrong):
                yield Flaw(one.path, "the option differs from the key by one digit")
            elif _only_denied(words.words(right), words.words(wrong)):
                yield Flaw(one.path, "the option differs from the key by a negation alone")


def _one_digit(right: str, wrong: str) -> bool:
    if len(right) != len(wrong) or not _FIGURES.search(right):
        return False
    differing = [place for place, (one, other) in enumerate(zip(right, wrong, strict=True)) if one != other]
    if len(differing) != 1 or not (right[differing[0]].isdigit() and wrong[differing[0]].isdigit()):
        return False
    found = next(
        (one for one in words.NUMBER.finditer(right) if one.start() <= differing[0] < one.end()), None
    )
    if found is None or differing[0] == found.start():
        return False
    value, other = words.number(found[0]), words.number(wrong[found.start() : found.end()])
    return value not in _YEARS and abs(value - other) < _TINY * abs(value)


def _only_denied(right: tuple[str, ...], wrong: tuple[str, ...]) -> bool:
    longer, shorter = (right, wrong) if len(right) > len(wrong) else (wrong, right)
    if len(longer) != len(shorter) + 1:
        return False
    return any(
        longer[place] in ("not", "never", "no") and longer[:place] + longer[place + 1 :] == shorter
        for place in range(len(longer))
    )
