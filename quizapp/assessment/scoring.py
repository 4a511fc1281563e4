"""From responses to a result: marks per question, parts passed or missed, topics, first-seen and repeats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from quizapp.assessment.blueprint import ExamPart, ExamProfile
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import PublicItem, Response, SecretItem
from quizapp.assessment.registry import INTERACTIONS


@dataclass(frozen=True)
class MarkedItem:
    """One question of a booklet after marking; `marks` are at most 1, and below 0 where a wrong one costs."""

    position: int
    part: int
    topic: str
    seen_before: bool
    answered: bool
    marks: Fraction


@dataclass(frozen=True)
class Tally:
    """Marks out of questions, with how many were left unanswered."""

    asked: int
    marks: Fraction
    unanswered: int

    @property
    def percent(self) -> int:
        """Marks in percent of the questions, rounded down: 69.9 % never reads as 70 %; never below 0."""
        return max(0, int(100 * self.marks / self.asked)) if self.asked else 0


@dataclass(frozen=True)
class PartResult:
    """One part: its tally, the marks that pass, and the margin in questions (negative: short by so many).

    `penalty` is what each of the `wrong` answers cost; `earned` are the marks before anything was taken off.
    """

    title: str
    tally: Tally
    pass_percent: int | None
    marks_to_pass: int | None
    penalty: Fraction
    earned: Fraction
    wrong: int

    @property
    def margin(self) -> Fraction | None:
        """Marks above (or, negative, below) the pass mark; None where the part is not judged."""
        return None if self.marks_to_pass is None else self.tally.marks - self.marks_to_pass

    @property
    def passed(self) -> bool | None:
        """Whether the pass mark is reached; None where the part is not judged."""
        return None if self.margin is None else self.margin >= 0

    @property
    def taken(self) -> Fraction:
        """What the wrong answers cost together."""
        return self.penalty * self.wrong


@dataclass(frozen=True)
class Result:
    """The result of one attempt."""

    parts: tuple[PartResult, ...]
    whole: Tally
    topics: tuple[tuple[str, Tally], ...]
    first_seen: Tally
    repeats: Tally

    @property
    def passed(self) -> bool | None:
        """Whether every judged part is passed; None where no part is judged."""
        judged = [part.passed for part in self.parts if part.passed is not None]
        return all(judged) if judged else None


def mark(
    item: PublicItem,
    secret: SecretItem,
    response: Response,
    rule: ScoringRule,
    penalty: Fraction = Fraction(0),
) -> Fraction:
    """The marks of one response, between 0 and 1; the penalty is taken off for one that earns nothing."""
    earned = INTERACTIONS[item.interaction].score(item.body, secret.answer, response, rule)
    return earned if earned or not response else -penalty


def mark_booklet(
    profile: ExamProfile,
    booklet: Iterable[tuple[int, int, bool, PublicItem, SecretItem]],
    responses: Mapping[int, Response],
) -> tuple[MarkedItem, ...]:
    """Every question marked; the booklet gives position, part, seen before, and the item's two halves."""
    return tuple(
        MarkedItem(
            position,
            part,
            item.topic,
            seen_before,
            bool(responses.get(position)),
            mark(
                item,
                secret,
                responses.get(position, ()),
                profile.parts[part].scoring,
                profile.parts[part].penalty,
            ),
        )
        for position, part, seen_before, item, secret in booklet
    )


def result_of(profile: ExamProfile, marked: Sequence[MarkedItem]) -> Result:
    """The result that follows from the marks."""
    topics = sorted({one.topic for one in marked}, key=_topic_order)
    parts = tuple(
        _part_result(part, [one for one in marked if one.part == number])
        for number, part in enumerate(profile.parts)
    )
    return Result(
        parts=parts,
        whole=replace(tally(marked), marks=sum((one.tally.marks for one in parts), Fraction(0))),
        topics=tuple((topic, tally([one for one in marked if one.topic == topic])) for topic in topics),
        first_seen=tally([one for one in marked if not one.seen_before]),
        repeats=tally([one for one in marked if one.seen_before]),
    )


def tally(marked: Sequence[MarkedItem]) -> Tally:
    """The sum over some questions."""
    return Tally(
        len(marked),
        sum((one.marks for one in marked), Fraction(0)),
        sum(not one.answered for one in marked),
    )


def part_total(marks: Iterable[Fraction]) -> Fraction:
    """The marks of a part: what is taken off never takes it below 0."""
    return max(sum(marks, Fraction(0)), Fraction(0))


def _part_result(part: ExamPart, marked: Sequence[MarkedItem]) -> PartResult:
    held = replace(tally(marked), marks=part_total(one.marks for one in marked))
    earned = sum((one.marks for one in marked if one.marks > 0), Fraction(0))
    wrong = sum(one.answered and one.marks <= 0 for one in marked)
    return PartResult(part.title, held, part.pass_percent, part.marks_to_pass, part.penalty, earned, wrong)


def _topic_order(topic: str) -> tuple[int, str]:
    digits = "".join(sign for sign in topic if sign.isdigit())
    return (int(digits) if digits else 0, topic)
