"""Results over HTTP: the result of a closed attempt, the explanation of its questions, and a second try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.assessment.attempt import ClosedBy, Mode
from quizapp.assessment.certainty import Certainty
from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.hindsight import MissReason
from quizapp.assessment.scoring import PartResult, Tally
from quizapp.services import results
from quizapp.services.errors import Conflict, NotFound, Refused
from quizapp.services.results import Change, Outcome, Retried, Reviewed, StoredAttempt
from quizapp.web import keys
from quizapp.web.columns import Column
from quizapp.web.extra_time import result_words
from quizapp.web.forms.attempts import answers
from quizapp.web.identity import me
from quizapp.web.site import site
from quizapp.web.timers import time_words
from quizapp.web.words import marks, plural, share

column = Column("results", __name__, url_prefix="/attempts")

SHOWN = {
    "all": "All",
    "wrong": "Not right",
    "flagged": "Flagged",
    "unsure": "Unsure",
    "changed": "Changed",
    "unanswered": "Unanswered",
}
GROUPS = ("Sure, and wrong", "Not right", "Guessed, and right", "Right, but slow", "Right")
REASONS = {
    MissReason.DID_NOT_KNOW: "Did not know",
    MissReason.MISREAD: "Misread",
    MissReason.CALCULATION: "Calculation",
    MissReason.RAN_OUT_OF_TIME: "Ran out of time",
    MissReason.GUESSED: "Guessed",
}
WEAKEST = 2
LONGEST_TYPED, MOST_FIELDS = 200, 20
"""Characters of a field, and fields, of another answer."""


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
        chart=outcome.chart,
        used=(stored.finished_at or stored.started_at) - stored.started_at,
        extra=result_words(stored),
        time=time_words(stored.profile),
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
            "weight": outcome.weights[topic],
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
    time = time_words(stored.profile)
    chosen = f"Time chosen: {time}. " if time else ""
    last = f", the last at {when(stored.last_received_at)}" if stored.last_received_at else ""
    return (
        f"Receipt: {plural(stored.answers_received or 0, 'answer', 'answers')} received{last}; "
        f"{_CLOSED_BY[stored.closed_by or ClosedBy.TIME]} at {when(stored.finished_at)}. {chosen}"
        f"Digest {(stored.receipt or '')[:16]}."
    )


@dataclass(frozen=True)
class View:
    """Which questions of a review are shown, in which order, and whether their keys are hidden for now."""

    show: str
    topic: str
    as_in_test: bool
    hidden: bool

    @classmethod
    def asked(cls) -> "View":
        """What the address asks for; nonsense reads as nothing."""
        show = request.args.get("show", "all")
        return cls(
            show if show in SHOWN else "all",
            request.args.get("topic", ""),
            request.args.get("order") == "test",
            request.args.get("hide") == "1",
        )

    def fields(self, **changed: Any) -> dict[str, Any]:
        """The address of this view, or of one that differs in what is named."""
        view = replace(self, **changed)
        named = {
            "show": view.show if view.show != "all" else None,
            "topic": view.topic or None,
            "order": "test" if view.as_in_test else None,
            "hide": "1" if view.hidden else None,
        }
        return {name: value for name, value in named.items() if value}

    def questions(self, reviewed: Sequence[Reviewed]) -> list[Reviewed]:
        """The questions that it shows, in its order."""
        kept = [one for one in reviewed if _kept(self.show, one) and self.topic in ("", one.topic)]
        if self.as_in_test:
            return kept
        return sorted(kept, key=lambda one: (one.urgency, one.dealt.position))


@column.page("/<public_id>/review", Action.SIT)
def review(public_id: str) -> ResponseReturnValue:
    """The questions that are worth reading first, each with the answer, the key and every reason."""
    try:
        stored, reviewed, titles = results.review(site().store, me().id, public_id, site().now())
    except Conflict:
        return redirect(url_for("attempts.show", public_id=public_id), 303)
    view = View.asked()

    def to(**changed: Any) -> str:
        return url_for(".review", public_id=public_id, **view.fields(**changed))

    return render_template(
        "results/review.html",
        stored=stored,
        view=view,
        questions=view.questions(reviewed),
        fields=view.fields(),
        usual=reviewed[0].usual if reviewed else None,
        titles=titles,
        filters=[
            {
                "label": label,
                "url": to(show=name),
                "count": sum(_kept(name, one) for one in reviewed),
                "current": name == view.show,
            }
            for name, label in SHOWN.items()
        ],
        topics=[
            {"label": label, "url": to(topic=topic), "count": None, "current": topic == view.topic}
            for topic, label in [("", "All topics"), *_topics_of(reviewed, titles)]
        ],
        groups=GROUPS,
        reason_words=REASONS,
        change_words=_change_words,
        keys=keys.REVIEW,
        other_order=to(as_in_test=not view.as_in_test),
        other_hiding=to(hidden=not view.hidden),
    )


def _topics_of(reviewed: Sequence[Reviewed], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    held = {one.topic for one in reviewed}
    return [(topic, title) for topic, title in titles.items() if topic in held]


def _kept(name: str, one: Reviewed) -> bool:
    return {
        "all": True,
        "wrong": not one.right,
        "flagged": one.flagged,
        "unsure": one.certainty in (Certainty.UNSURE, Certainty.GUESS),
        "changed": one.change is not None,
        "unanswered": not one.response,
    }[name]


def _change_words(change: Change) -> str:
    """What became of an answer: Changed C to A (right to wrong)."""
    told = f"Changed {change.was} to {change.now}"
    if change.was_right is None or change.now_right is None:
        return told
    was, now = ("right" if one else "wrong" for one in (change.was_right, change.now_right))
    return f"{told} ({was} to {now})"


@column.page("/<public_id>/review/<int:position>", Action.SIT)
def again(public_id: str, position: int) -> ResponseReturnValue:
    """A question to be answered once more before its key and reasons are shown."""
    return _again_page(public_id, position)


@column.page("/<public_id>/review/<int:position>", Action.SIT, methods=("POST",))
def answered_again(public_id: str, position: int) -> ResponseReturnValue:
    """What comes of another answer; it is marked, shown and forgotten."""
    submitted = tuple(answers(request.form))[:MOST_FIELDS]
    try:
        told = results.retried(site().store, me().id, public_id, position, submitted, site().now())
    except InvalidResponse as refused:
        return _again_page(public_id, position, typed=submitted, error=refused.code)
    except Conflict:
        return redirect(url_for(".again", public_id=public_id, position=position), 303)
    return _again_page(public_id, position, told)


def _again_page(
    public_id: str,
    position: int,
    told: Retried | None = None,
    typed: tuple[str, ...] | None = None,
    error: str | None = None,
) -> ResponseReturnValue:
    """A question once more; `told` is what came of another answer to it."""
    view = View.asked()
    try:
        stored, reviewed, titles = results.review(site().store, me().id, public_id, site().now())
    except Conflict:
        return redirect(url_for("attempts.show", public_id=public_id), 303)
    own = next((other for other in reviewed if other.dealt.position == position), None)
    if own is None:
        raise NotFound
    one = told.explained if told else results.unexplained(own)
    order = [other.dealt.position for other in view.questions(reviewed)]
    place = order.index(position) if position in order else len(order)
    page = render_template(
        "results/again.html",
        stored=stored,
        one=one,
        told=told,
        typed=typed and tuple(text[:LONGEST_TYPED] for text in typed),
        error=error,
        topic=titles.get(one.topic, one.topic),
        fields=view.fields(),
        following=order[place + 1] if place + 1 < len(order) else None,
        waits=own.revealed is None,
    )
    return page, 422 if error else 200


@column.page("/<public_id>/review/<int:position>/reason", Action.SIT, methods=("POST",))
def reason(public_id: str, position: int) -> ResponseReturnValue:
    """Note why a question went wrong, or take that back."""
    chosen = request.form.get("reason", "")
    try:
        noted = MissReason(chosen) if chosen else None
    except ValueError:
        raise Refused("reason", "reason") from None
    try:
        results.note_miss(site().store, me().id, public_id, position, noted, site().now())
    except Conflict:
        return redirect(url_for("attempts.show", public_id=public_id), 303)
    to = url_for(".review", public_id=public_id, _anchor=f"question-{position}", **View.asked().fields())
    return redirect(to, 303)
