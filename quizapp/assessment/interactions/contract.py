"""What every interaction offers: the protocol, the scoring rules and the shape of its examples."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from quizapp.assessment.item import Answer, Body, Finding, Judgement, Response


class ScoringRule(StrEnum):
    """How an exam marks a response that is wrong or partly right.

    Under the negative rule an interaction marks all or nothing; what a wrong answer costs is the exam's.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class Example:
    """One response to one item and the marks it is due under a rule; the tests run each of them."""

    body: Body
    answer: Answer
    response: Response
    rule: ScoringRule
    marks: Fraction


class Interaction(Protocol):
    """A module that knows one way of answering. Marks lie between 0 and 1.

    TITLE is its name for people. LINES and PROSE are the fields of the stored body and answer that hold
    Markdown, of one line and of whole paragraphs; what lies below such a field is Markdown too. `judge`
    speaks of the fields that are written in, in their order; what is chosen has a rationale of its own.
    """

    NAME: str
    TITLE: str
    LINES: frozenset[str]
    PROSE: frozenset[str]

    def read(self, document: Mapping[str, Any], /) -> tuple[Body, Answer]: ...

    def write(self, body: Body, answer: Answer, /) -> dict[str, Any]: ...

    def dump_body(self, body: Body, /) -> dict[str, Any]: ...

    def load_body(self, stored: Mapping[str, Any], /) -> Body: ...

    def dump_answer(self, answer: Answer, /) -> dict[str, Any]: ...

    def load_answer(self, stored: Mapping[str, Any], /) -> Answer: ...

    def dump_key(self, answer: Answer, /) -> Any: ...

    def arrange(self, body: Body, chance: Random, /) -> tuple[str, ...]: ...

    def parse(self, body: Body, submitted: Sequence[str], /) -> Response: ...

    def complete(self, body: Body, response: Response, /) -> bool: ...

    def describe(self, response: Response, order: tuple[str, ...], /) -> str: ...

    def tell_key(self, body: Body, answer: Answer, order: tuple[str, ...], /) -> str: ...

    def judge(self, answer: Answer, response: Response, /) -> tuple[Judgement, ...]: ...

    def score(self, body: Body, answer: Answer, response: Response, rule: ScoringRule, /) -> Fraction: ...

    def findings(self, body: Body, answer: Answer, /) -> Iterator[Finding]: ...

    def examples(self) -> tuple[Example, ...]: ...
