"""Statement set: statements I to IV, each true or false for a reason; options and key follow from that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from quizapp.assessment import options
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, OptionOrder, Response
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody, Option

NAME, TITLE = "statement_set", "Statements"
LINES, PROSE = frozenset({"text", "statements"}), frozenset({"rationales", "reasons"})
NUMERALS = ("I", "II", "III", "IV")
FEWEST, MOST, OPTIONS = 3, 4, 4
Chosen = frozenset[int]
"""The places of the statements that an option names."""

arrange = options.arrange
parse = options.parse_one
complete = options.complete_one
describe = options.letters
tell_key = options.tell_key
judge = options.judge_none
dump_key = options.dump_key


@dataclass(frozen=True, kw_only=True)
class StatementBody(ChoiceBody):
    """The statements in Markdown, one line each, beside the options that name some of them."""

    statements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StatementAnswer(ChoiceAnswer):
    """Whether each statement is true, the reason in Markdown, and who judges it wrongly."""

    truth: tuple[bool, ...]
    reasons: tuple[str, ...]
    errors: tuple[str, ...]


def statement_body(body: Body) -> StatementBody:
    """The body as statements; raises TypeError for another interaction's body."""
    if not isinstance(body, StatementBody):
        raise TypeError(f"expected statements, got {type(body).__name__}")
    return body


def statement_answer(answer: Answer) -> StatementAnswer:
    """The answer as a table of truth; raises TypeError for another interaction's answer."""
    if not isinstance(answer, StatementAnswer):
        raise TypeError(f"expected a table of truth, got {type(answer).__name__}")
    return answer


def sets_of(truth: Sequence[bool]) -> tuple[Chosen, ...]:
    """The statements that each of the four options names, the key among them, in the order shown.

    No statement decides by itself: each stands in at least one option and not in all. Among such sets those
    closest to the key come first, since they are wrong by one statement; a set and its rank do not depend on
    chance. Empty where there is no such key: every statement false, or fewer than three statements.
    """
    places = range(len(truth))
    key = frozenset(place for place in places if truth[place])
    if not key or not FEWEST <= len(truth) <= MOST:
        return ()
    wrong = [
        frozenset(chosen)
        for size in range(1, len(truth) + 1)
        for chosen in combinations(places, size)
        if frozenset(chosen) != key
    ]
    wrong.sort(key=lambda chosen: (len(chosen ^ key), sorted(chosen)))
    for three in combinations(wrong, OPTIONS - 1):
        counts = [sum(place in one for one in (*three, key)) for place in places]
        if all(0 < count < OPTIONS for count in counts):
            return tuple(sorted((*three, key), key=lambda chosen: (len(chosen), sorted(chosen))))
    return ()


def words(chosen: Chosen, count: int) -> str:
    """An option as people read it: "I only", "I and III only", "I, II and III"."""
    named = [NUMERALS[place] for place in sorted(chosen)]
    listed = " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]
    return listed if len(named) == count else f"{listed} only"


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where they make no item."""
    try:
        written = document["statements"]
        truth = tuple(bool(one["truth"]) for one in written)
        reasons = tuple(one["reason"] for one in written)
        errors = tuple(one["misconception"] for one in written)
        texts = tuple(one["text"] for one in written)
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing
    return _made(texts, truth, reasons, errors)


def _made(
    texts: tuple[str, ...], truth: tuple[bool, ...], reasons: tuple[str, ...], errors: tuple[str, ...]
) -> tuple[StatementBody, StatementAnswer]:
    key = frozenset(place for place, true in enumerate(truth) if true)
    sets = sets_of(truth)
    if not sets:
        raise MalformedItem(
            ("statements",),
            "no_options",
            f"{FEWEST} or {MOST} statements, at least one of them true, make four options",
        )
    named = {"abcd"[place]: chosen for place, chosen in enumerate(sets)}
    made = ((one, chosen, _misjudged(chosen, key)) for one, chosen in named.items() if chosen != key)
    rationales: dict[str, str] = {}
    misconceptions: dict[str, str] = {}
    for one, chosen, wrong in made:
        rationales[one] = "Wrong. " + " ".join(
            f"{NUMERALS[place]} {'does not hold' if place in chosen else 'holds'}: {reasons[place]}"
            for place in wrong
        )
        misconceptions[one] = errors[wrong[0]]
    (right,) = (one for one, chosen in named.items() if chosen == key)
    rationales[right] = "Right. " + _verdicts(truth)
    body = StatementBody(
        options=tuple(Option(one, words(chosen, len(truth))) for one, chosen in named.items()),
        order=OptionOrder.FIXED,
        statements=texts,
    )
    answer = StatementAnswer(
        key=(right,),
        rationales=rationales,
        misconceptions=misconceptions,
        truth=truth,
        reasons=reasons,
        errors=errors,
    )
    return body, answer


def _misjudged(chosen: Chosen, key: Chosen) -> list[int]:
    return sorted(chosen ^ key)


def _verdicts(truth: Sequence[bool]) -> str:
    told = (f"{NUMERALS[place]} {'holds' if true else 'does not'}" for place, true in enumerate(truth))
    return ", ".join(told) + "."


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    texts, table = statement_body(body).statements, statement_answer(answer)
    return {
        "statements": [
            {"text": text, "truth": true, "reason": reason, "misconception": error}
            for text, true, reason, error in zip(texts, table.truth, table.reasons, table.errors, strict=True)
        ]
    }


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of statements and options."""
    return {**options.dump_body(body), "statements": list(statement_body(body).statements)}


def load_body(stored: Mapping[str, Any]) -> Body:
    """The statements and options behind a stored form."""
    choices = options.load_body(stored)
    return StatementBody(options=choices.options, order=choices.order, statements=tuple(stored["statements"]))


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of key, rationales and table of truth."""
    table = statement_answer(answer)
    more = {"truth": list(table.truth), "reasons": list(table.reasons), "errors": list(table.errors)}
    return {**options.dump_answer(answer), **more}


def load_answer(stored: Mapping[str, Any]) -> Answer:
    """Key, rationales and table of truth behind a stored form."""
    choices = options.load_answer(stored)
    return StatementAnswer(
        key=choices.key,
        rationales=choices.rationales,
        misconceptions=choices.misconceptions,
        truth=tuple(stored["truth"]),
        reasons=tuple(stored["reasons"]),
        errors=tuple(stored["errors"]),
    )


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for the key, else 0, under every rule."""
    return Fraction(int(bool(response) and response == statement_answer(answer).key))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with the statements; options and key follow from them."""
    texts = [" ".join(one.casefold().split()) for one in statement_body(body).statements]
    if len(set(texts)) != len(texts):
        yield Finding(("statements",), "duplicate_statement", "two statements read the same")


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body, answer = _made(
        ("Bills pay coupons.", "Notes pay coupons.", "Bonds pay coupons."),
        (False, True, True),
        ("A bill pays its face value only.", "A note pays every half-year.", "A bond pays every half-year."),
        ("coupon-on-bills", "note-at-a-discount", "bond-at-a-discount"),
    )
    marks: list[tuple[Response, Fraction]] = [((), Fraction(0))]
    marks += [((one.id,), Fraction(int(one.id in answer.key))) for one in body.options]
    return tuple(
        Example(body, answer, response, rule, due) for rule in ScoringRule for response, due in marks
    )
