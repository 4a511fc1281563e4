"""Ordering: the candidate says which of several elements comes first, which second, and so on."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from quizapp.assessment import slots
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, Response
from quizapp.assessment.options import Option
from quizapp.assessment.slots import SlotAnswer, SlotBody

NAME, TITLE = "ordering", "Ordering"
LINES, PROSE = slots.LINES, slots.PROSE
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
FEWEST = 3

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
    """Body and answer from the elements in their right order; raises MalformedItem where a part is missing.

    The stored options stand by id, so that what a candidate's browser holds does not tell the order.
    """
    try:
        written = document["elements"]
        held = [Option(one["id"], one["text"]) for one in written]
        answer = SlotAnswer(
            tuple(one.id for one in held),
            tuple(one["rationale"] for one in written),
            tuple(one["misconception"] for one in written),
        )
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing
    body = SlotBody(ORDINALS[: len(held)], tuple(sorted(held, key=lambda one: one.id)))
    return body, answer


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    texts = {one.id: one.text for one in slots.slot_body(body).options}
    key = slots.slot_answer(answer)
    return {
        "elements": [
            {"id": one, "text": texts[one], "rationale": rationale, "misconception": misconception}
            for one, rationale, misconception in zip(key.key, key.rationales, key.misconceptions, strict=True)
        ]
    }


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for every slot right; under the partial rule the share of slots that are."""
    return slots.marks(answer, response, rule is ScoringRule.PARTIAL)


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with the elements; the key follows from their order."""
    held = slots.slot_body(body)
    yield from slots.slot_findings(body, answer)
    if not FEWEST <= len(held.options) <= len(ORDINALS):
        yield Finding(("elements",), "element_count", f"ordering has {FEWEST} to {len(ORDINALS)} elements")


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body = SlotBody(
        ORDINALS[:3],
        (Option("auction", "Auction"), Option("issue", "Issue"), Option("notice", "Announcement")),
    )
    answer = SlotAnswer(
        ("notice", "auction", "issue"),
        ("It is told.", "It is sold.", "It is paid."),
        ("told-later", "sold-later", "paid-at-once"),
    )
    full, third, none = Fraction(1), Fraction(1, 3), Fraction(0)
    right, late = ("1:notice", "2:auction", "3:issue"), ("1:notice", "2:issue", "3:auction")
    rows = (
        (right, ScoringRule.ALL_OR_NOTHING, full),
        (late, ScoringRule.ALL_OR_NOTHING, none),
        ((), ScoringRule.ALL_OR_NOTHING, none),
        (right, ScoringRule.PARTIAL, full),
        (late, ScoringRule.PARTIAL, third),
        (("1:notice", "2:notice", "3:notice"), ScoringRule.PARTIAL, third),
        ((), ScoringRule.PARTIAL, none),
    )
    return tuple(Example(body, answer, response, rule, due) for response, rule, due in rows)
