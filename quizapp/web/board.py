"""The board for staff: who is sitting what now, with time to give and attempts to close."""

import secrets
from datetime import timedelta
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import board
from quizapp.services.board import Board, Seat
from quizapp.services.errors import Refused
from quizapp.web.columns import Column
from quizapp.web.extra_time import REASONS, amount_words, reason_words
from quizapp.web.forms.board import ExamTimeForm, TimeForm, refuse
from quizapp.web.identity import me
from quizapp.web.site import site
from quizapp.web.words import face, minutes, plural

column = Column("board", __name__, url_prefix="/board")

_MINUTE = timedelta(minutes=1)
_KEY = 40
"""The longest request key that a form may send back."""


@column.page("/", Action.INVIGILATE)
def index() -> ResponseReturnValue:
    """Everybody who is sitting a timed test, exam by exam."""
    found = _board()
    return render_template(
        "board/index.html",
        found=found,
        words={seat.public_id: _words(seat) for room in found.rooms for seat in room.seats},
        at=current_app.jinja_env.filters["clock_time"](site().now()),
        titles={(one.bank_slug, one.exam_slug): one.profile.title for one in found.exams},
        standing=[(one, amount_words(one.grant), REASONS[one.reason]) for one in found.standing],
        links=[
            {"label": str(one), "url": url_for(".index", page=one), "current": one == found.page}
            for one in range(1, found.pages + 1)
        ],
    )


@column.page("/now", Action.INVIGILATE)
def now() -> ResponseReturnValue:
    """What changes on the board, for its script."""
    found = _board()
    return jsonify(
        at=current_app.jinja_env.filters["clock_time"](site().now()),
        seats={seat.public_id: _words(seat) for room in found.rooms for seat in room.seats},
    )


def _board() -> Board:
    return board.board(site().store, request.args.get("page", 1, type=int), site().now())


def _words(seat: Seat) -> dict[str, str]:
    """The cells of a row that change while it is looked at."""
    return {
        "part": f"break before {seat.part}" if seat.on_break else seat.part,
        "left": "no limit" if seat.left is None else face(seat.left),
        "extra": f"{minutes(seat.extra)} extra" if seat.extra else "",
        "answered": f"{seat.answered} of {seat.asked}",
        "saved": "nothing yet" if seat.since_save is None else f"{_age(seat.since_save)} ago",
    }


def _age(span: timedelta) -> str:
    """How long ago, in seconds below a minute and in whole minutes above."""
    return minutes(span if span < _MINUTE else span // _MINUTE * _MINUTE)


@column.page("/attempts/<public_id>/time", Action.INVIGILATE)
def time(public_id: str) -> ResponseReturnValue:
    """How much time to give one person and why; asked again, in words, before it is given."""
    form = TimeForm(request.args) if request.args else TimeForm(formdata=None)
    asked = bool(request.args) and _valid(form)
    return _time_page(public_id, form, asked)


def _valid(form: TimeForm) -> bool:
    if not form.validate():
        return False
    try:
        form.grant()
    except Refused as refusal:
        refuse(form, refusal)
        return False
    return True


def _time_page(public_id: str, form: TimeForm, asked: bool) -> ResponseReturnValue:
    sitter = board.sitter(site().store, public_id, site().now())
    page = render_template(
        "board/time.html",
        sitter=sitter,
        form=form,
        given=[(one, amount_words(one.grant), reason_words(one)) for one in sitter.given],
        words=_words(sitter.seat),
        confirmed=_confirmed(form) if asked else None,
    )
    return page, 422 if form.errors else 200


def _confirmed(form: TimeForm) -> dict[str, Any]:
    """What a filled form gives in words, and the fields that send it again."""
    grant, reason = form.grant()
    fields = {"how": form.how.data, "minutes": form.minutes.data or "", "reason": form.reason.data}
    if isinstance(form, ExamTimeForm):
        fields |= {"who": form.who.data, "email": form.email.data or ""}
    return {
        "amount": amount_words(grant),
        "reason": REASONS[reason],
        "fields": fields | {"key": secrets.token_urlsafe(16)},
    }


@column.page("/attempts/<public_id>/time", Action.INVIGILATE, methods=("POST",))
def give(public_id: str) -> ResponseReturnValue:
    """Give one person time; the same form twice gives it once."""
    form = TimeForm(request.form)
    if not _valid(form):
        return _time_page(public_id, form, asked=False)
    grant, reason = form.grant()
    done = board.give(site().store, public_id, grant, reason, me().id, site().now(), _key())
    if done:
        flash(f"Given: {amount_words(grant)}. The candidate's clock shows it within seconds.", "success")
    else:
        flash("Nothing was given: the test has ended meanwhile, or it has no limit.", "error")
    return redirect(url_for(".index"), 303)


def _key() -> str:
    """What makes a second click harmless; a form that brings none is a request of its own."""
    return request.form.get("key", "")[:_KEY] or secrets.token_urlsafe(16)


@column.page("/exams/<bank>/<exam>/time", Action.INVIGILATE)
def exam_time(bank: str, exam: str) -> ResponseReturnValue:
    """Time for everybody who is sitting an exam, or for tests at it that are begun later."""
    form = ExamTimeForm(request.args) if request.args else ExamTimeForm(formdata=None)
    asked = bool(request.args) and _valid_for_exam(form)
    return _exam_page(bank, exam, form, asked)


def _valid_for_exam(form: ExamTimeForm) -> bool:
    if not _valid(form):
        return False
    if form.who.data == "person" and not (form.email.data or "").strip():
        refuse(form, Refused("email_unknown", "email"))
        return False
    return True


def _exam_page(bank: str, exam: str, form: ExamTimeForm, asked: bool) -> ResponseReturnValue:
    offered, sitting = board.sitting_now(site().store, bank, exam)
    confirmed = _confirmed(form) if asked else None
    if confirmed:
        who = {"now": f"{plural(sitting, 'person', 'people')} sitting it now", "person": form.email.data}
        confirmed["who"] = who.get(form.who.data) or "Everybody who begins it from now on"
    page = render_template(
        "board/exam_time.html", offered=offered, sitting=sitting, form=form, confirmed=confirmed
    )
    return page, 422 if form.errors else 200


@column.page("/exams/<bank>/<exam>/time", Action.INVIGILATE, methods=("POST",))
def give_exam(bank: str, exam: str) -> ResponseReturnValue:
    """Give it; the same form twice gives it once."""
    form = ExamTimeForm(request.form)
    if not _valid_for_exam(form):
        return _exam_page(bank, exam, form, asked=False)
    grant, reason = form.grant()
    store, by, at, key = site().store, me().id, site().now(), _key()
    if form.who.data == "now":
        count = board.give_all(store, bank, exam, grant, reason, by, at, key)
        people = plural(count, "person", "people")
        flash(f"Given to {people}: {amount_words(grant)}. Their clocks show it within seconds.", "success")
        return redirect(url_for(".index"), 303)
    email = form.email.data if form.who.data == "person" else None
    try:
        board.give_ahead(store, bank, exam, email, grant, reason, by, at, key)
    except Refused as refusal:
        refuse(form, refusal)
        return _exam_page(bank, exam, form, asked=False)
    flash("Kept. The start page shows it, and every test begun from now on has it.", "success")
    return redirect(url_for(".index"), 303)


@column.page("/grants/<int(max=9223372036854775807):grant_id>/end", Action.INVIGILATE, methods=("POST",))
def end(grant_id: int) -> ResponseReturnValue:
    """Let a grant stand no longer."""
    board.end_grant(site().store, grant_id, me().id, site().now())
    flash("Ended. Tests that have begun keep their time; tests begun from now on do not get it.", "success")
    return redirect(url_for(".index"), 303)


@column.page("/attempts/<public_id>/close", Action.INVIGILATE)
def close(public_id: str) -> ResponseReturnValue:
    """The one confirmation before an attempt is closed for somebody."""
    sitter = board.sitter(site().store, public_id, site().now())
    return render_template("board/close.html", sitter=sitter, words=_words(sitter.seat))


@column.page("/attempts/<public_id>/close", Action.INVIGILATE, methods=("POST",), endpoint="closed")
def closed(public_id: str) -> ResponseReturnValue:
    """Close it: what is saved is marked."""
    board.close(site().store, public_id, me().id, site().now())
    flash("Closed. What was saved is marked, and the candidate sees the result.", "success")
    return redirect(url_for(".index"), 303)
