"""Rules on facts and time: what is dated, and what is due."""

import re
from collections.abc import Iterator

from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import View
from quizapp.bank.values import Fact

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_FLOATING = re.compile(
    r"\b(?:currently|nowadays|at present|at the moment|as of now|these days|this year|last year|recently|"
    r"latest|to date|so far this)\b",
    re.IGNORECASE,
)


def undated_figure(view: View, ground: Ground) -> Iterator[Flaw]:
    """An item that rests on a dated figure shows of which year it speaks."""
    if any(one.value is not None for one in _older(view, ground)) and not _YEAR.search(_shown(view)):
        yield Flaw(("stem",), "rests on a dated figure and shows no year")


def undated_fact(view: View, ground: Ground) -> Iterator[Flaw]:
    """An item that rests on a fact older than itself shows of which year it speaks."""
    older = _older(view, ground)
    if older and all(one.value is None for one in older) and not _YEAR.search(_shown(view)):
        yield Flaw(("stem",), "rests on a dated fact and shows no year")


def floating_date(view: View, ground: Ground) -> Iterator[Flaw]:
    """A question that says "currently" or "latest" says as of when."""
    found = _FLOATING.search(view.asked)
    if found and not _YEAR.search(_shown(view)):
        yield Flaw(("stem",), f"'{found[0]}' without a date")


def dates_out_of_order(view: View, ground: Ground) -> Iterator[Flaw]:
    """An item is no older than the newest of its facts, and is reviewed no later than the first of them."""
    held = _held(view, ground)
    if any(one.as_of > view.item.public.as_of for one in held):
        yield Flaw(("as_of",), "a fact is newer than the item")
    if any(one.review_by < view.item.secret.review_by for one in held):
        yield Flaw(("review_by",), "a fact is to be reviewed before the item")


def expired(view: View, ground: Ground) -> Iterator[Flaw]:
    """Neither an item nor a fact that it rests on is due for review."""
    if ground.today is None:
        return
    if view.item.secret.review_by <= ground.today:
        yield Flaw(("review_by",), f"the review was due on {view.item.secret.review_by}")
    for one in _held(view, ground):
        if one.review_by <= ground.today:
            yield Flaw(("facts",), f"the fact '{one.id}' was due for review on {one.review_by}")


def _held(view: View, ground: Ground) -> list[Fact]:
    return [ground.facts[name] for name in view.item.facts if name in ground.facts]


def _older(view: View, ground: Ground) -> list[Fact]:
    return [one for one in _held(view, ground) if one.as_of < view.item.public.as_of]


def _shown(view: View) -> str:
    """What a candidate sees before answering."""
    return " ".join(
        [view.stem, view.scenario, view.named, *(one.text for one in view.texts if not one.released)]
    )
