"""Results over HTTP: the result of a closed attempt, and the explanation of its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.assessment.attempt import ClosedBy, Mode
from quizapp.assessment.scoring import PartResult, Tally
from quizapp.services import results
from quizapp.services.errors import Conflict
from quizapp.services.results import Explained, Outcome, StoredAttempt
from quizapp.web.columns import Column
from quizapp.web.extra_time import result_words
from quizapp.web.identity import me
from quizapp.web.site import site
from quizapp.web.words import marks, plural, share

column = Column("results", __name__, url_prefix="/attempts")

SHOWN = {"all": "All", "wrong": "Not right", "flagged": "Flagged", "unanswered": "Unanswered"}
WEAKEST = 2


@column.page("/<public_id>/result", Action.SIT)
def result(public_id: str) -> ResponseReturnValue:
    """Pass or fail per part with the margin, then topics, repeats and the receipt."""
    try:
        outcome = results.outcome(site().store, me().id, public_id, site().now())
    except Conflict:
        return redirect(url_for("attempts.show", public_id=public_id), 303)
    stored = outcome.stored
    return render_template(
        "results/result.html",
        outcome=outcome,
        stored=stored,
        tutor=stored.mode is Mode.TUTOR,
        parts=[_part_words(one, len(outcome.result.parts) > 1) for one in outcome.result.parts],
        whole=_whole_words(outcome),
        counted="marks" if any(one.penalty for one in outcome.result.parts) else "right",
        topics=_topic_rows(outcome),
        used=(stored.finished_at or stored.started_at) - stored.started_at,
        extra=result_words(stored),
        receipt_words=_receipt_words(stored),
    )


@dataclass(frozen=True)
class PartWords:
    """One part's outcome as people read it."""

    passed: bool | None
    title: str
    margin: str
    taken: str


def _part_words(part: PartResult, several: bool) -> PartWords:
    got = f"{marks(part.tally.marks)} of {part.tally.asked}"
    where = f"{part.title}: " if several else ""
    counted = ("mark", "marks") if part.penalty else ("question", "questions")
    taken = _taken_words(part)
    if part.margin is None:
        return PartWords(None, part.title, f"{where}{got} {'marks' if part.penalty else 'right'}", taken)
    if part.margin < 0:
        margin = f"{_counted(-part.margin, *counted)} short: {got}, pass mark {part.marks_to_pass}"
    elif part.margin == 0:
        margin = f"Exactly the pass mark: {got}, pass mark {part.marks_to_pass}"
    else:
        margin = f"{_counted(part.margin, *counted)} above: {got}, pass mark {part.marks_to_pass}"
    return PartWords(part.passed, f"{where}{'Passed' if part.passed else 'Not passed'}", margin, taken)


def _counted(margin: Fraction, one: str, many: str) -> str:
    return plural(int(margin), one, many) if margin.denominator == 1 else f"{marks(margin)} {many}"


def _taken_words(part: PartResult) -> str:
    """What wrong answers cost, and where the part was held at 0; empty where they cost nothing."""
    if not part.penalty:
        return ""
    told = (
        f"A wrong answer costs {share(part.penalty)}: {_counted(part.earned, 'mark', 'marks')} for right "
        f"answers, {marks(part.taken)} taken off for {plural(part.wrong, 'wrong one', 'wrong ones')}."
    )
    if part.taken <= part.earned:
        return told
    return f"{told} More was taken off than earned, and a part never counts below 0."


def _whole_words(outcome: Outcome) -> str:
    if outcome.result.passed is None:
        return ""
    return (
        "Every part is passed, so the test is passed."
        if outcome.result.passed
        else "Every part must be passed, so the test is not passed."
    )


def to_work_on(topics: Sequence[tuple[str, Tally]]) -> set[str]:
    """The topics to work on first: the weakest ones, and every other that is as weak as they are.

    Of two with the same share the one with more questions is the weaker.
    """
    weakness = {topic: (tally.percent, -tally.asked) for topic, tally in topics if tally.marks < tally.asked}
    weakest = sorted(weakness.values())[:WEAKEST]
    return {topic for topic, one in weakness.items() if one in weakest}


def _topic_rows(outcome: Outcome) -> list[dict[str, Any]]:
    weak = to_work_on(outcome.result.topics)
    return [
        {
            "topic": outcome.topic_titles.get(topic, topic),
            "right": marks(tally.marks),
            "asked": tally.asked,
            "percent": tally.percent,
            "weak": topic in weak,
        }
        for topic, tally in outcome.result.topics
    ]


_CLOSED_BY = {
    ClosedBy.CANDIDATE: "handed in by you",
    ClosedBy.TIME: "closed when time was up",
    ClosedBy.ADMIN: "closed by an administrator",
}


def _receipt_words(stored: StoredAttempt) -> str:
    when = current_app.jinja_env.filters["when"]
    last = f", the last at {when(stored.last_received_at)}" if stored.last_received_at else ""
    return (
        f"Receipt: {plural(stored.answers_received or 0, 'answer', 'answers')} received{last}; "
        f"{_CLOSED_BY[stored.closed_by or ClosedBy.TIME]} at {when(stored.finished_at)}. "
        f"Digest {(stored.receipt or '')[:16]}."
    )


@column.page("/<public_id>/review", Action.SIT)
def review(public_id: str) -> ResponseReturnValue:
    """Every question with the answer, the key and the reason for every option."""
    try:
        stored, explained, titles = results.review(site().store, me().id, public_id, site().now())
    except Conflict:
        return redirect(url_for("attempts.show", public_id=public_id), 303)
    wanted = request.args.get("show", "all")
    wanted = wanted if wanted in SHOWN else "all"
    return render_template(
        "results/review.html",
        stored=stored,
        explained=[one for one in explained if _kept(wanted, one)],
        titles=titles,
        filters=[
            {
                "label": label,
                "url": url_for(".review", public_id=public_id, show=name),
                "count": sum(_kept(name, one) for one in explained),
                "current": name == wanted,
            }
            for name, label in SHOWN.items()
        ],
    )


def _kept(name: str, one: Explained) -> bool:
    return {
        "all": True,
        "wrong": not one.right,
        "flagged": one.flagged,
        "unanswered": not one.response,
    }[name]
