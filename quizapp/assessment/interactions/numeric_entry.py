"""Numeric entry: a number typed into a field, right within a tolerance; slips name likely wrong results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from quizapp.assessment import numbers
from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.interactions.contract import Example, ScoringRule
from quizapp.assessment.item import Answer, Body, Finding, Judgement, Response
from quizapp.assessment.numbers import NumberKey, Slip

NAME, TITLE = "numeric_entry", "Number"
LINES, PROSE = frozenset[str](), frozenset({"rationale"})


@dataclass(frozen=True)
class NumericBody(Body):
    """The unit shown beside the field, and the decimals that the stem asks for."""

    unit: str
    decimals: int


@dataclass(frozen=True)
class NumericAnswer(NumberKey, Answer):
    """The key with its absolute tolerance, and the named slips."""


def numeric_body(body: Body) -> NumericBody:
    """The body as a number field; raises TypeError for another interaction's body."""
    if not isinstance(body, NumericBody):
        raise TypeError(f"expected a number field, got {type(body).__name__}")
    return body


def numeric_answer(answer: Answer) -> NumericAnswer:
    """The answer as a number; raises TypeError for another interaction's answer."""
    if not isinstance(answer, NumericAnswer):
        raise TypeError(f"expected a number, got {type(answer).__name__}")
    return answer


def read(document: Mapping[str, Any]) -> tuple[Body, Answer]:
    """Body and answer from the shape of a file; raises MalformedItem where a part is missing."""
    try:
        key = document["key"]
        body = NumericBody(document["unit"], document["decimals"])
        slips = numbers.load_slips(document["slips"])
        return body, NumericAnswer(Decimal(key["value"]), Decimal(key["tolerance"]), slips)
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing


def write(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    return {**dump_body(body), **dump_answer(answer)}


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of the number field."""
    number = numeric_body(body)
    return {"unit": number.unit, "decimals": number.decimals}


def load_body(stored: Mapping[str, Any]) -> Body:
    """The number field behind a stored form."""
    return NumericBody(stored["unit"], stored["decimals"])


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of key and slips; numbers as text, so that no digit is lost."""
    number = numeric_answer(answer)
    return {
        "key": {"value": str(number.value), "tolerance": str(number.tolerance)},
        "slips": numbers.dump_slips(number.slips),
    }


def dump_key(answer: Answer) -> dict[str, str]:
    """What counts as right, without the zeros that change nothing."""
    return numbers.key_digits(numeric_answer(answer))


def load_answer(stored: Mapping[str, Any]) -> Answer:
    """Key and slips behind a stored form."""
    return NumericAnswer(
        Decimal(stored["key"]["value"]),
        Decimal(stored["key"]["tolerance"]),
        numbers.load_slips(stored["slips"]),
    )


def arrange(body: Body, chance: Random) -> tuple[str, ...]:
    """A number field has nothing to arrange."""
    return ()


def parse(body: Body, submitted: Sequence[str]) -> Response:
    """The number as plain digits; an empty field is no response. Raises InvalidResponse for what is none."""
    if len(submitted) > 1:
        raise InvalidResponse("several_numbers")
    number = numbers.read_number(submitted[0]) if submitted else ""
    return (number,) if number else ()


def complete(body: Body, response: Response) -> bool:
    """Whether a number stands in the field."""
    return bool(response)


def describe(response: Response, order: tuple[str, ...]) -> str:
    """The number as it was understood."""
    return response[0] if response else ""


def score(body: Body, answer: Answer, response: Response, rule: ScoringRule) -> Fraction:
    """1 within the tolerance of the key, both ends included, else 0, under every rule."""
    return Fraction(int(bool(response) and numeric_answer(answer).holds(response[0])))


def tell_key(body: Body, answer: Answer, order: tuple[str, ...]) -> str:
    """The key with its unit and its tolerance."""
    return numbers.tell(numeric_answer(answer), numeric_body(body).unit)


def judge(answer: Answer, response: Response) -> tuple[Judgement, ...]:
    """What became of the number."""
    key = numeric_answer(answer)
    if not response:
        return (Judgement(False, None),)
    return (Judgement(key.holds(response[0]), key.slip(response[0])),)


def findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with field, key and slips."""
    number = numeric_answer(answer)
    if not numeric_body(body).unit.strip():
        yield Finding(("unit",), "missing_unit", "a numeric entry names its unit")
    if not number.slips:
        yield Finding(("slips",), "missing_slips", "a numeric entry names at least one slip")
    yield from numbers.key_findings(number, ("key", "tolerance"), ("slips",))


def examples() -> tuple[Example, ...]:
    """A body, its answer, and responses with the marks they are due."""
    body = NumericBody("% a year", 2)
    answer = NumericAnswer(
        Decimal("8.16"),
        Decimal("0.005"),
        (Slip(Decimal("8.00"), "no-compounding", "That is the nominal rate."),),
    )
    full, none = Fraction(1), Fraction(0)
    rows = (
        (("8.16",), full),
        (("8.165",), full),
        (("8.1651",), none),
        (("-8.16",), none),
        ((), none),
    )
    return tuple(Example(body, answer, response, rule, due) for rule in ScoringRule for response, due in rows)
