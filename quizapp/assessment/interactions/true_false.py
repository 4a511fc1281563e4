"""True or false: one statement, which is the stem, and two options that stand for every such item."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from quizapp.assessment import options
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, OptionOrder, Response
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody, Option

NAME, TITLE = "true_false", "True or false"
TRUE, FALSE = "true", "false"
BODY = ChoiceBody((Option(TRUE, "True"), Option(FALSE, "False")), OptionOrder.FIXED)

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


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where a part is missing."""
    try:
        key = TRUE if document["key"] else FALSE
        wrong = FALSE if document["key"] else TRUE
        answer = ChoiceAnswer(
            (key,),
            {key: document["why_right"], wrong: document["why_wrong"]},
            {wrong: document["misconception"]},
        )
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing
    return BODY, answer


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    options.choice_body(body)
    choices = options.choice_answer(answer)
    (key,) = choices.key
    wrong = FALSE if key == TRUE else TRUE
    return {
        "key": key == TRUE,
        "why_right": choices.rationales[key],
        "why_wrong": choices.rationales[wrong],
        "misconception": choices.misconceptions[wrong],
    }


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for the key, else 0, under every rule."""
    return Fraction(int(bool(response) and response == options.choice_answer(answer).key))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with the key."""
    yield from options.choice_findings(options.choice_body(body), options.choice_answer(answer))


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    answer = ChoiceAnswer(("false",), {"false": "Right.", "true": "Wrong."}, {"true": "price-with-yield"})
    marks = ((("false",), Fraction(1)), (("true",), Fraction(0)), ((), Fraction(0)))
    return tuple(
        Example(BODY, answer, response, rule, due) for rule in ScoringRule for response, due in marks
    )
