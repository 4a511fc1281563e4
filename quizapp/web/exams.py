"""Exams over HTTP: what is on offer, every rule before Begin, and the profiles with their sources."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.assessment.attempt import GRACE
from quizapp.assessment.blueprint import Door, ExamPart, ExamProfile, Order, Timer
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.services import exams, pages
from quizapp.web import keys
from quizapp.web.columns import Column
from quizapp.web.extra_time import reasons
from quizapp.web.identity import signed_in
from quizapp.web.redirects import sign_target
from quizapp.web.site import site
from quizapp.web.timers import time_choices
from quizapp.web.tour import STEPS, Tried, tour_cells
from quizapp.web.words import minutes, plural, share

column = Column("exams", __name__, url_prefix="/exams")


@dataclass(frozen=True)
class PartWords:
    """One part of an exam as people read it."""

    title: str
    questions: int
    time: str
    passing: str
    penalty: str
    sequential: bool
    rest: str


@dataclass(frozen=True)
class ExamWords:
    """An exam as people read it before they begin."""

    parts: tuple[PartWords, ...]
    marking: tuple[str, ...]
    size: str
    begin: str
    judged: bool
    one_way: bool
    timed: bool


@column.page("/", Action.READ_PAGES)
def index() -> ResponseReturnValue:
    """Every exam on offer."""
    account = signed_in()
    found = exams.listed(site().store, account.id if account else None, site().now())
    return render_template("exams/index.html", listed=[(one, words_of(one.offered.profile)) for one in found])


@column.page("/tour", Action.READ_PAGES)
def tour() -> ResponseReturnValue:
    """The test screen to try, a step for each control; what is pressed stands in the address only."""
    asked = pages.tour_question(site().store)
    tried = Tried.read(request.args, asked)
    cells = tuple(tour_cells(tried, url_for(".tour")))
    answered = sum(one.state == "answered" for one in cells)
    return render_template(
        "exams/tour.html",
        asked=asked,
        tried=tried,
        steps=STEPS,
        cells=cells,
        counts=(answered, len(cells) - answered, sum(bool(one.mark) for one in cells)),
        keys=keys.SITTING,
    )


@column.page("/<bank>/<exam>/", Action.READ_PAGES)
def start(bank: str, exam: str) -> ResponseReturnValue:
    """Every rule of an exam, and the button that begins it."""
    account = signed_in()
    page = exams.start(site().store, account.id if account else None, bank, exam, site().now())
    login = url_for("security.login", next=sign_target("exams.start", {"bank": bank, "exam": exam}))
    return render_template(
        "exams/start.html",
        page=page,
        offered=page.exam.offered,
        profile=page.exam.offered.profile,
        words=words_of(page.exam.offered.profile),
        seen=seen_words(page.seen, page.exam.offered.profile.items),
        extra=extra_words(page),
        times=time_choices(page.exam.offered.profile),
        grace=int(GRACE.total_seconds()),
        signed_in=account is not None,
        login=login,
    )


@column.page("/profiles", Action.CHECK_BANKS)
def profiles() -> ResponseReturnValue:
    """Exam profiles with their sources, and each blueprint beside what its bank holds."""
    checks = exams.feasibility(site().store)
    return render_template(
        "exams/profiles.html", checks=[(one, words_of(one.offered.profile)) for one in checks]
    )


def words_of(profile: ExamProfile) -> ExamWords:
    """An exam in words: its size in one line, its parts, its button."""
    time = "no time limit" if profile.minutes is None else plural(profile.minutes, "minute", "minutes")
    questions = plural(profile.items, "question", "questions")
    size = f"{questions}, {time}"
    if len(profile.parts) > 1:
        size = f"{size} in {len(profile.parts)} parts"
    return ExamWords(
        parts=tuple(_part_words(one) for one in profile.parts),
        marking=_marking(profile),
        size=size,
        begin=f"Begin: {size}" if profile.timer is Timer.FIXED else f"Begin: {questions}",
        judged=any(one.pass_percent is not None for one in profile.parts),
        one_way=any(one.door is Door.ONE_WAY for one in profile.parts[:-1]),
        timed=any(one.minutes is not None for one in profile.parts),
    )


def _part_words(part: ExamPart) -> PartWords:
    time = "no limit" if part.minutes is None else plural(part.minutes, "minute", "minutes")
    counted = "marks" if part.penalty else "right"
    passing = (
        "not judged"
        if part.marks_to_pass is None
        else f"{part.marks_to_pass} of {part.items} {counted} ({part.pass_percent} %)"
    )
    penalty = f"a wrong answer costs {share(part.penalty)}" if part.penalty else ""
    rest = plural(part.break_minutes, "minute", "minutes") if part.break_minutes else ""
    sequential = part.order is Order.SEQUENTIAL
    return PartWords(part.title, part.items, time, passing, penalty, sequential, rest)


def _marking(profile: ExamProfile) -> tuple[str, ...]:
    """The rules of marking, each once; one that not every part has names the parts that have it."""
    held: dict[str, list[str]] = {}
    for part in profile.parts:
        for rule in _rules(part):
            held.setdefault(rule, []).append(part.title)
    whole = len(profile.parts)
    return tuple(
        rule if len(titles) == whole else f"{', '.join(titles)}: {rule}" for rule, titles in held.items()
    )


_WHOLE = (
    "Where several answers are right, the question counts only when you choose all of them and no other. "
    "There are no part marks."
)
_FREE = "A wrong answer costs nothing, and an unanswered question scores nothing, so answer every one."


def _rules(part: ExamPart) -> tuple[str, ...]:
    if part.scoring is ScoringRule.PARTIAL:
        return (
            f"One mark for each right answer. {_FREE}",
            "Where several answers are right, each of them earns its share, and a wrong choice takes one "
            "share away, never below nothing.",
            "Where several places are to be filled, each right one earns its share.",
        )
    if part.scoring is ScoringRule.NEGATIVE:
        return (
            f"One mark for each right answer. A wrong answer costs {share(part.penalty)}; an unanswered "
            "question costs nothing. What is answered in part only counts as answered.",
            "A part never counts below 0, whatever its wrong answers cost.",
            _WHOLE,
        )
    return (f"One mark for each right answer. {_FREE}", _WHOLE)


def extra_words(page: exams.StartPage) -> str:
    """The extra time of each part and what each then has, with the reasons; empty where there is none."""
    if not any(page.extra):
        return ""
    profile = page.exam.offered.profile
    told = [
        f"{f'{part.title}: ' if len(profile.parts) > 1 else ''}{minutes(extra)} more, "
        f"{minutes(part.allowance + extra)} in all"
        for part, extra in zip(profile.parts, page.extra, strict=True)
        if part.allowance is not None
    ]
    return f"{'; '.join(told)} ({reasons(page.given)})"


def seen_words(seen: int, items: int) -> str:
    """How many questions will be repeats."""
    if seen == 0:
        return f"None of {items}: there are enough questions that you have not seen"
    return f"{seen} of {items} seen before"
