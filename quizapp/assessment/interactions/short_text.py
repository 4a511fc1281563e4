"""Short text: a word or a phrase typed into a field, right where an accepted pattern takes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from quizapp.assessment import phrases
from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, Judgement, Response
from quizapp.assessment.phrases import PhraseKey, PhraseSlip

NAME, TITLE = "short_text", "Short text"
LINES, PROSE = frozenset[str](), frozenset({"rationale", "why_right"})


@dataclass(frozen=True)
class TextBody(Body):
    """A field for words; it shows nothing of its own."""


@dataclass(frozen=True)
class TextAnswer(PhraseKey, Answer):
    """The accepted patterns, why they are right, and the named slips."""


def text_body(body: Body) -> TextBody:
    """The body as a field for words; raises TypeError for another interaction's body."""
    if not isinstance(body, TextBody):
        raise TypeError(f"expected a field for words, got {type(body).__name__}")
    return body


def text_answer(answer: Answer) -> TextAnswer:
    """The answer as patterns; raises TypeError for another interaction's answer."""
    if not isinstance(answer, TextAnswer):
        raise TypeError(f"expected accepted patterns, got {type(answer).__name__}")
    return answer


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where a part is missing."""
    try:
        return TextBody(), TextAnswer(**vars(phrases.load_key(document)))
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    text_body(body)
    return phrases.dump_key(text_answer(answer))


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of the field."""
    text_body(body)
    return {}


def load_body(stored: Mapping[str, Any]) -> Body:
    """The field behind a stored form."""
    return TextBody()


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of patterns and slips."""
    written = phrases.dump_key(text_answer(answer))
    return {"key": written.pop("accepted"), **written}


def load_answer(stored: Mapping[str, Any]) -> Answer:
    """Patterns and slips behind a stored form."""
    return TextAnswer(**vars(phrases.load_key({**stored, "accepted": stored["key"]})))


def dump_key(answer: Answer) -> list[str]:
    """What counts as right."""
    return list(text_answer(answer).accepted)


def arrange(body: Body, chance: Random) -> tuple[str, ...]:
    """A field has nothing to arrange."""
    return ()


def parse(body: Body, submitted: Sequence[str]) -> Response:
    """The words on one line; an empty field is no response. Raises InvalidResponse for too many of them."""
    if len(submitted) > 1:
        raise InvalidResponse("several_texts")
    typed = phrases.read_phrase(submitted[0]) if submitted else ""
    return (typed,) if typed else ()


def complete(body: Body, response: Response) -> bool:
    """Whether words stand in the field."""
    return bool(response)


def describe(response: Response, order: tuple[str, ...]) -> str:
    """The words as they were typed."""
    return response[0] if response else ""


def tell_key(body: Body, answer: Answer, order: tuple[str, ...]) -> str:
    """The first accepted pattern without its marks."""
    return text_answer(answer).shown


def judge(answer: Answer, response: Response) -> tuple[Judgement, ...]:
    """What became of the words."""
    key = text_answer(answer)
    if not response:
        return (Judgement(False, None),)
    return (Judgement(key.holds(response[0]), key.slip(response[0])),)


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 for words that an accepted pattern takes, else 0, under every rule."""
    return Fraction(int(bool(response) and text_answer(answer).holds(response[0])))


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with patterns and slips."""
    yield from phrases.key_findings(text_answer(answer))


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    answer = TextAnswer(
        ("haircut", "[the] repo haircut*"),
        "Right. The lender takes it off the value of the collateral.",
        (
            PhraseSlip(
                "margin call", "margin-call-for-haircut", "Wrong. That asks for more collateral later."
            ),
        ),
    )
    full, none = Fraction(1), Fraction(0)
    rows: tuple[tuple[Response, Fraction], ...] = (
        (("haircut",), full),
        (("“The” Repo-Haircuts.",), full),
        (("repo",), none),
        (("margin call",), none),
        ((), none),
    )
    return tuple(
        Example(TextBody(), answer, response, rule, due) for rule in ScoringRule for response, due in rows
    )
