"""Single choice: one option of four is the key."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from quizapp.assessment import options
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, OptionOrder, Response
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody, Option

NAME, TITLE = "single_choice", "Single choice"
OPTIONS = 4

arrange = options.arrange
parse = options.parse_one
complete = options.complete_one
describe = options.letters
tell_key = options.tell_key
judge = options.judge_none
LINES, PROSE = options.LINES, options.PROSE
dump_body = options.dump_body
load_body = options.load_body
dump_answer = options.dump_answer
dump_key = options.dump_key
load_answer = options.load_answer
write = options.write_choices


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file."""
    return options.read_choices(document, choose=None)


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for the key, else 0, under every rule."""
    return Fraction(int(bool(response) and response == options.choice_answer(answer).key))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with options and key."""
    choices, key = options.choice_body(body), options.choice_answer(answer)
    yield from options.choice_findings(choices, key)
    if len(choices.options) != OPTIONS:
        yield Finding(("options",), "option_count", f"single choice has exactly {OPTIONS} options")
    if len(key.key) != 1:
        yield Finding(("key",), "key_count", "single choice has exactly one key")


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body = ChoiceBody(
        tuple(Option(one, text) for one, text in zip("abcd", ("360", "364", "365", "366"), strict=True)),
        OptionOrder.FIXED,
    )
    answer = ChoiceAnswer(
        ("a",),
        {"a": "Right.", "b": "Wrong.", "c": "Wrong.", "d": "Wrong."},
        {"b": "weeks-of-seven", "c": "calendar-year", "d": "leap-year"},
    )
    full, none = Fraction(1), Fraction(0)
    marks = ((("a",), full), (("b",), none), ((), none))
    return tuple(
        Example(body, answer, response, rule, due) for rule in ScoringRule for response, due in marks
    )
