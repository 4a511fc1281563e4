"""Rules on statements I to IV and the options that name some of them."""

import re
from collections.abc import Iterator

from quizapp.assessment.item import Style
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import Choices, View

_NUMERAL = re.compile(r"\b(?:IV|III|II|I|V)\b")
_FILLER = re.compile(
    r"\b(?:IV|III|II|I|V|and|only|or|both|all|none|neither|of|the|these|nor|statements?)\b|[,.&;]",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^\W*(?:IV|III|II|I|V)[.):]\s", re.MULTILINE)
_NUMERALS = ("I", "II", "III", "IV", "V")
_PLACES = {numeral: place for place, numeral in enumerate(_NUMERALS)}


def named_statements(choices: Choices) -> tuple[frozenset[int], ...]:
    """The statements that each option names; empty where an option is anything else."""
    found = []
    for one in choices.texts:
        if not _NUMERAL.search(one) or _FILLER.sub("", one).strip():
            return ()
        found.append(frozenset(_PLACES[numeral] for numeral in _NUMERAL.findall(one)))
    return tuple(found)


def statement_sets(view: View) -> Iterator[tuple[Choices, tuple[frozenset[int], ...]]]:
    """The lists of options that name statements, with what each option names."""
    for choices in view.lists:
        if choices.key is not None and (named := named_statements(choices)):
            yield choices, named


def statements_unbalanced(view: View, ground: Ground) -> Iterator[Flaw]:
    """Of statements each stands in some options and not in all, and none alone decides the key."""
    for choices, named in statement_sets(view):
        if len(set(named)) < len(named):
            yield Flaw(choices.path, "two options name the same statements")
        key = named[choices.options.index(choices.keys[0])]
        for place in range(max(map(max, named)) + 1):
            holding = sum(place in one for one in named)
            numeral = _NUMERALS[place]
            if holding in (0, len(named)):
                yield Flaw(
                    choices.path,
                    f"statement {numeral} stands in {'all' if holding else 'none'} of the options",
                )
            elif (holding == 1) if place in key else (holding == len(named) - 1):
                yield Flaw(choices.path, f"statement {numeral} alone decides the key")


def statement_style(view: View, ground: Ground) -> Iterator[Flaw]:
    """An item with statements I to IV says so in its style, and lists three or four of them."""
    holds = any(True for _ in statement_sets(view))
    if holds and view.item.public.style not in (Style.STATEMENTS, Style.CASE):
        yield Flaw(("style",), "the options name statements: write style: statements")
    listed = len(_LISTED.findall(view.stem))
    if holds and listed and not 3 <= listed <= 4:
        yield Flaw(("stem",), f"there are {listed} statements, not three or four")
