"""Matching: for each of several prompts the candidate picks one of the options in a common list."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from quizapp.assessment import slots
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, Response
from quizapp.assessment.options import Option
from quizapp.assessment.slots import SlotAnswer, SlotBody

NAME, TITLE = "matching", "Matching"
LINES, PROSE = slots.LINES, slots.PROSE
FEWEST, MOST, MOST_OPTIONS = 3, 6, 8

dump_body = slots.dump_body
load_body = slots.load_body
dump_answer = slots.dump_answer
load_answer = slots.load_answer
dump_key = slots.dump_key
arrange = slots.arrange
parse = slots.parse
complete = slots.complete
describe = slots.describe
tell_key = slots.tell_key
judge = slots.judge


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where a part is missing."""
    try:
        written, listed = document["prompts"], document["options"]
        body = SlotBody(
            tuple(one["text"] for one in written), tuple(Option(one["id"], one["text"]) for one in listed)
        )
        answer = SlotAnswer(
            tuple(one["key"] for one in written),
            tuple(one["rationale"] for one in written),
            tuple(one["misconception"] for one in written),
        )
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing
    return body, answer


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    held, key = slots.slot_body(body), slots.slot_answer(answer)
    return {
        "prompts": [
            {"text": text, "key": one, "rationale": rationale, "misconception": misconception}
            for text, one, rationale, misconception in zip(
                held.prompts, key.key, key.rationales, key.misconceptions, strict=True
            )
        ],
        "options": [{"id": one.id, "text": one.text} for one in held.options],
    }


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for every slot right; under the partial rule the share of slots that are."""
    return slots.marks(answer, response, rule is ScoringRule.PARTIAL)


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with prompts, options and key."""
    held = slots.slot_body(body)
    yield from slots.slot_findings(body, answer)
    if not FEWEST <= len(held.prompts) <= MOST:
        yield Finding(("prompts",), "prompt_count", f"matching has {FEWEST} to {MOST} prompts")
    if len(held.options) > MOST_OPTIONS:
        yield Finding(("options",), "option_count", f"matching has at most {MOST_OPTIONS} options")
    if len(set(slots.slot_answer(answer).key)) < 2:
        yield Finding(("prompts",), "one_option_for_all", "one option belongs to every prompt")


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body = SlotBody(
        ("Bill", "Note", "Bond"),
        (Option("year", "Up to a year"), Option("ten", "Up to ten years"), Option("thirty", "Up to thirty")),
    )
    answer = SlotAnswer(
        ("year", "ten", "thirty"), ("Short.", "Middling.", "Long."), ("bill-term", "note-term", "bond-term")
    )
    full, third, none = Fraction(1), Fraction(1, 3), Fraction(0)
    right, swapped = ("1:year", "2:ten", "3:thirty"), ("1:year", "2:thirty", "3:ten")
    rows = (
        (right, ScoringRule.ALL_OR_NOTHING, full),
        (swapped, ScoringRule.ALL_OR_NOTHING, none),
        ((), ScoringRule.ALL_OR_NOTHING, none),
        (right, ScoringRule.PARTIAL, full),
        (swapped, ScoringRule.PARTIAL, third),
        (("3:thirty",), ScoringRule.PARTIAL, third),
        ((), ScoringRule.PARTIAL, none),
    )
    return tuple(Example(body, answer, response, rule, due) for response, rule, due in rows)
