"""Multiple response: two or more options are the key, and all of them are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from quizapp.assessment import options
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, OptionOrder, Response
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody, Option

NAME, TITLE = "multiple_response", "Multiple response"
FEWEST, MOST = 4, 6

arrange = options.arrange
describe = options.letters
tell_key = options.tell_key
judge = options.judge_none
LINES, PROSE = options.LINES, options.PROSE
dump_body = options.dump_body
load_body = options.load_body
dump_answer = options.dump_answer
dump_key = options.dump_key
load_answer = options.load_answer


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; `choose` says whether the screen states how many."""
    if document.get("choose") not in {"stated", "open"}:
        raise MalformedItem(("choose",), "choose", "choose is 'stated' or 'open'")
    stated = document["choose"] == "stated"
    return options.read_choices(document, choose=len(document.get("key", ())) if stated else None)


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    stated = options.choice_body(body).choose is not None
    return {
        **options.write_choices(body, answer),
        "choose": "stated" if stated else "open",
    }


def parse(body: Body, submitted: Sequence[str]) -> Response:
    """The chosen options in the item's order; raises InvalidResponse for an unknown one.

    More options than stated are taken as they are: the screen warns, the candidate decides.
    """
    return options.known_options(options.choice_body(body), tuple(submitted))


def complete(body: Body, response: Response) -> bool:
    """Whether the stated number is chosen, or at least one where none is stated."""
    wanted = options.choice_body(body).choose
    return bool(response) if wanted is None else len(response) == wanted


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """All or nothing: 1 for exactly the key. Partial: keys less distractors chosen, over keys, at least 0."""
    key = set(options.choice_answer(answer).key)
    chosen = set(response)
    if rule is not ScoringRule.PARTIAL:
        return Fraction(int(chosen == key))
    return max(Fraction(0), Fraction(len(chosen & key) - len(chosen - key), len(key)))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with options and key."""
    choices, key = options.choice_body(body), options.choice_answer(answer)
    yield from options.choice_findings(choices, key)
    if not FEWEST <= len(choices.options) <= MOST:
        yield Finding(
            ("options",),
            "option_count",
            f"multiple response has {FEWEST} to {MOST} options",
        )
    if not 2 <= len(key.key) < len(choices.options):
        yield Finding(
            ("key",),
            "key_count",
            "multiple response has two or more keys, and not every option",
        )


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body = ChoiceBody(
        tuple(Option(one, text) for one, text in zip("abcd", ("Bill", "Note", "Share", "Loan"), strict=True)),
        OptionOrder.SHUFFLED,
        choose=2,
    )
    answer = ChoiceAnswer(
        ("a", "b"),
        {"a": "Right.", "b": "Right.", "c": "Wrong.", "d": "Wrong."},
        {"c": "equity-for-debt", "d": "loan-for-security"},
    )
    full, half, none = Fraction(1), Fraction(1, 2), Fraction(0)
    strict, partial = ScoringRule.ALL_OR_NOTHING, ScoringRule.PARTIAL
    rows: tuple[tuple[Response, ScoringRule, Fraction], ...] = (
        (("a", "b"), strict, full),
        (("a",), strict, none),
        (("a", "b", "c"), strict, none),
        ((), strict, none),
        (("a", "b"), partial, full),
        (("a",), partial, half),
        (("a", "b", "c"), partial, half),
        (("c", "d"), partial, none),
    )
    return tuple(Example(body, answer, response, rule, due) for response, rule, due in rows)
