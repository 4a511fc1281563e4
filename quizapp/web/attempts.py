"""Attempts over HTTP: dashboard, the test screen, saving, leaving a part, handing in."""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import (
    Response,
    current_app,
    get_flashed_messages,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.assessment.attempt import GRACE, Kind, Mode, time_left
from quizapp.assessment.blueprint import TimeChoice
from quizapp.assessment.errors import (
    AttemptClosed,
    InvalidResponse,
    KeyReused,
    OutOfOrder,
    PartNotOpen,
    StaleResponse,
)
from quizapp.assessment.item import Response as Value
from quizapp.services import attempts, responses, sitting, timers
from quizapp.services.errors import Refused, SignedOut
from quizapp.services.responses import Save, Saved
from quizapp.web import extra_time, saves, screens
from quizapp.web.attempt_tokens import HEADER, attempt_tokens
from quizapp.web.columns import Column, word
from quizapp.web.errors import request_id
from quizapp.web.forms.attempts import QuestionPost, again, asked_key
from quizapp.web.headers import csp_nonce
from quizapp.web.identity import Credential, credential, me
from quizapp.web.origins import csrf_token
from quizapp.web.question_page import NOTHING_REFUSED, Marks, Refusal, home_of, question_page
from quizapp.web.shedding import Rank
from quizapp.web.site import site

column = Column("attempts", __name__, url_prefix="/attempts")

LEAVING = ("leave", "skip")
"""The buttons that leave a question of a sequential part for good, answered or without an answer."""
TREND = 12
"""Timed attempts under exam conditions in the dashboard's trend."""


@column.page("/", Action.SIT)
def index() -> ResponseReturnValue:
    """The dashboard: continue, start, past attempts with their trend."""
    short_day = current_app.jinja_env.filters["short_day"]
    open_ones, closed = attempts.dashboard(site().store, me().id, site().now())
    scores = [
        (one, percent)
        for one in reversed(closed)
        if one.mode is Mode.TIMED and one.profile.exam_conditions
        if (percent := attempts.percent(one)) is not None
    ][-TREND:]
    return render_template(
        "attempts/index.html",
        open_ones=open_ones,
        closed=[(one, attempts.percent(one)) for one in closed],
        trend=[{"label": short_day(one.started_at), "percent": percent} for one, percent in scores],
        trend_title=screens.trend_title([percent for _, percent in scores]),
    )


@column.page("/begin", Action.SIT, methods=("POST",), rank=Rank.START)
def begin() -> ResponseReturnValue:
    """Begin an attempt; a second click leads to the same one."""
    try:
        mode = Mode(request.form.get("mode", ""))
        chosen = TimeChoice(request.form.get("timer", TimeChoice.AS_SET))
    except ValueError:
        raise Refused("mode", "mode") from None
    public_id = attempts.begin(
        site().store,
        me().id,
        word(request.form.get("bank", "")),
        word(request.form.get("exam", "")),
        mode,
        site().now(),
        secrets.randbits(62),
        chosen,
    )
    return redirect(url_for(".show", public_id=public_id), 303)


@column.page("/<public_id>/", Action.SIT)
def show(public_id: str) -> ResponseReturnValue:
    """Wherever the attempt stands: its next question, the check once none is left, a break, or its result."""
    standing, position = sitting.first_open(site().store, me().id, public_id, site().now())
    if not standing.attempt.open:
        return redirect(url_for("results.result", public_id=public_id), 303)
    if position is None:
        there = ".check" if standing.attempt.after_break is None else ".on_break"
        return redirect(url_for(there, public_id=public_id), 303)
    return redirect(url_for(".question", public_id=public_id, position=position), 303)


@column.page("/<public_id>/questions/<int:position>", Action.SIT, one_view=True)
def question(public_id: str, position: int) -> ResponseReturnValue:
    """One question of an open attempt."""
    try:
        shown = sitting.question(site().store, me().id, public_id, position, site().now())
    except (AttemptClosed, OutOfOrder, PartNotOpen):
        return redirect(url_for(".show", public_id=public_id), 303)
    return _question_page(shown)


def _question_page(
    shown: sitting.Question, refused: Mapping[str, Refusal] = NOTHING_REFUSED
) -> ResponseReturnValue:
    """The question, and what of a posted form was refused, by kind."""
    public_id = shown.standing.stored.public_id
    page = question_page().page(
        shown,
        me().preferences,
        Marks(
            csrf=csrf_token(),
            attempt_token=attempt_tokens().issue(public_id, _credential(), site().now()),
            nonce=csp_nonce(),
            client=secrets.token_urlsafe(12),
        ),
        extra_time.part_words(site().store, shown.standing, shown.part),
        refused,
        cast(list[tuple[str, str]], get_flashed_messages(with_categories=True)),
    )
    return Response(page, 422 if refused else 200, mimetype="text/html")


@column.page("/<public_id>/questions/<int:position>", Action.SIT, methods=("POST",))
def answer(public_id: str, position: int) -> ResponseReturnValue:
    """The question's form without script: save what changed, then go where the button says."""
    post, now = QuestionPost.read(request.form), site().now()
    if post.go == "more_time":
        timers.ask_for_time(site().store, me().id, public_id, now, asked_key(post.client))
    outcome = Outcome.of(post.saves(public_id, position), _credential(), now)
    if outcome.late:
        asked = sitting.as_asked(site().store, me().id, public_id, position, now)
        late = {"public_id": public_id, "position": position, "asked": asked, "outcome": outcome}
        return render_template("attempts/late.html", **late), 409
    if outcome.reused:
        outcome.add_changed_since(sitting.question(site().store, me().id, public_id, position, now))
    if outcome.conflicts:
        return _conflict_page(public_id, position, outcome)
    if not outcome.refused:
        try:
            return _gone_on(post, public_id, position)
        except InvalidResponse as error:
            outcome.refused["answer"] = Refusal(error.code, post.answer)
    shown = sitting.question(site().store, me().id, public_id, position, site().now())
    return _question_page(shown, outcome.refused)


@dataclass
class Outcome:
    """What became of the saves of a form: each stands for itself, so that none costs what was sent along.

    Another value than the one that another tab has saved is a conflict; what cannot be read is refused; and
    a form that was sent before with another value is `reused` by its second sending.
    """

    late: list[Saved] = field(default_factory=list)
    conflicts: list[StaleResponse] = field(default_factory=list)
    reused: list[tuple[Kind, Value]] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)

    @classmethod
    def of(cls, saves: Iterable[Save], held: Credential, now: datetime) -> "Outcome":
        """Make the saves; all of them came at one instant, however long the first of them takes."""
        found = cls()
        for save in saves:
            try:
                saved = responses.save_response(site().store, save, held.uniquifier, held.session_digest, now)
            except StaleResponse as stale:
                if set(stale.current) != set(stale.yours):
                    found.conflicts.append(stale)
            except KeyReused as reused:
                found.reused.append((save.kind, reused.yours))
            except InvalidResponse as error:
                found.refused[save.kind.value] = Refusal(error.code, tuple(save.submitted))
            else:
                if saved.late:
                    found.late.append(saved)
        return found

    def add_changed_since(self, shown: sitting.Question) -> None:
        """What a second sending of a form has changed since the first is a conflict with what stands."""
        for kind, yours in self.reused:
            held = shown.current(kind)
            if set(held.value) != set(yours):
                stale = StaleResponse(shown.position, kind.value, held.version, held.value, yours)
                self.conflicts.append(stale)


def _gone_on(post: QuestionPost, public_id: str, position: int) -> ResponseReturnValue:
    """What the form's button asks for, now that all is saved; InvalidResponse where an answer is missing."""
    if post.go == "reveal":
        responses.reveal(site().store, me().id, public_id, position, site().now())
    if post.go in LEAVING:
        unanswered = post.go == "skip"
        with suppress(AttemptClosed):  # its time has ended meanwhile
            attempts.leave_question(site().store, me().id, public_id, position, unanswered, site().now())
        return redirect(url_for(".show", public_id=public_id), 303)
    return redirect(_target(post, public_id, position), 303)


def _target(post: QuestionPost, public_id: str, position: int) -> str:
    if post.go == "review":
        return url_for(".check", public_id=public_id)
    wanted = {"next": post.following, "previous": post.before}.get(post.go)
    return url_for(".question", public_id=public_id, position=wanted or position)


def _conflict_page(public_id: str, position: int, outcome: Outcome) -> ResponseReturnValue:
    """Both values of each conflict; what cannot be read is told too, and sent again with what is kept."""
    shown = sitting.question(site().store, me().id, public_id, position, site().now())
    unread = [
        StaleResponse(position, kind.value, held.version, held.value, outcome.refused[kind.value].given_back)
        for kind in (Kind.ANSWER, Kind.NOTE)
        if kind.value in outcome.refused
        for held in [shown.current(kind)]
    ]
    page = render_template(
        "attempts/conflict.html",
        public_id=public_id,
        shown=shown,
        conflicts=outcome.conflicts,
        unread=unread,
        again=[pair for stale in (*outcome.conflicts, *unread) for pair in again(stale)],
        client=secrets.token_urlsafe(12),
    )
    return page, 409


@column.page("/<public_id>/responses", Action.SIT, methods=("POST",), joins_identity=True)
def save_response(public_id: str) -> ResponseReturnValue:
    """One save of a script: JSON in, what was committed out. By the attempt's token, or by the session."""
    save, now = saves.read(public_id, _document()), site().now()
    token = attempt_tokens().presented(request.headers.get(HEADER), public_id, now)
    try:
        if saves.REFUSAL in request.environ:
            raise request.environ[saves.REFUSAL]
        if token is None:
            held = _credential()
            saved = responses.save_response(site().store, save, held.uniquifier, held.session_digest, now)
        else:
            saved = responses.save_with_token(site().store, save, token, now)
    except StaleResponse as stale:
        return _stale(stale)
    return jsonify(saves.reply(saved, site().now()))


def _document() -> object:
    """What the body says, as JSON; None where it is none."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets nested by the thousand
        return None


def _credential() -> Credential:
    held = credential()
    if held is None:
        raise SignedOut
    return held


def _stale(stale: StaleResponse) -> ResponseReturnValue:
    reply = jsonify(
        code="stale_response",
        status=409,
        position=stale.position,
        kind=stale.kind,
        version=stale.current_version,
        current=list(stale.current),
        yours=list(stale.yours),
        server_now=site().now().isoformat(),
        request_id=request_id(),
    )
    reply.status_code = 409
    return reply


@column.page("/<public_id>/more-time", Action.SIT, methods=("POST",))
def more_time(public_id: str) -> ResponseReturnValue:
    """More time for whoever practises, asked for beside the question map before hand-in."""
    key = asked_key(request.form.get("client", ""))
    timers.ask_for_time(site().store, me().id, public_id, site().now(), key)
    return redirect(url_for(".check", public_id=public_id), 303)


@column.page("/<public_id>/break", Action.SIT)
def on_break(public_id: str) -> ResponseReturnValue:
    """What is left of a break, and what comes after it."""
    standing = attempts.standing(site().store, me().id, public_id, site().now())
    number = standing.attempt.after_break
    if number is None:
        return redirect(url_for(".show", public_id=public_id), 303)
    part = standing.attempt.parts[number]
    return render_template(
        "attempts/on_break.html",
        public_id=public_id,
        profile=standing.stored.profile,
        heading=screens.heading(standing.stored.profile, number),
        before=standing.stored.profile.parts[number - 1],
        following=standing.stored.profile.parts[number],
        number=number,
        time=None if part.allowance is None else part.allowance + part.extra,
        ends_at=part.opens_at,
        left=time_left(part, standing.now),
        now=standing.now,
        part=screens.clock_part(standing),
    )


@column.page("/<public_id>/parts/<int:part>/open", Action.SIT, methods=("POST",))
def open_part(public_id: str, part: int) -> ResponseReturnValue:
    """End the break before a part early; once that is over, this leads to wherever the attempt stands."""
    attempts.end_break(site().store, me().id, public_id, part, site().now())
    return redirect(url_for(".show", public_id=public_id), 303)


@column.page("/<public_id>/check", Action.SIT)
def check(public_id: str) -> ResponseReturnValue:
    """The page before hand-in: what is answered, unanswered, flagged."""
    wanted = request.args.get("show", "all")
    try:
        checked = sitting.check(site().store, me().id, public_id, site().now())
    except AttemptClosed:
        return redirect(url_for("results.result", public_id=public_id), 303)
    kept = {
        "unanswered": [one for one in checked.squares if not one.answered],
        "flagged": [one for one in checked.squares if one.flagged],
    }.get(wanted, list(checked.squares))
    return render_template(
        "attempts/check.html",
        checked=checked,
        penalty=checked.standing.stored.profile.parts[checked.part].penalty,
        kept=kept,
        rows=screens.rows(kept, f"{home_of(public_id)}questions/" if checked.present is None else None),
        filters=screens.filters(checked, wanted),
        client=secrets.token_urlsafe(12),
        pace=screens.pace_words(checked.standing, checked.part, checked.counts),
        **screens.clock_values(site().store, checked.standing, checked.part, checked.left),
    )


@column.page("/<public_id>/hand-in", Action.SIT)
def hand_in(public_id: str) -> ResponseReturnValue:
    """The one confirmation: it names the numbers, then hands in or leaves the part."""
    try:
        checked = sitting.check(site().store, me().id, public_id, site().now())
    except AttemptClosed:
        return redirect(url_for("results.result", public_id=public_id), 303)
    return render_template(
        "attempts/hand_in.html",
        checked=checked,
        **screens.confirmation(checked),
        **screens.clock_values(site().store, checked.standing, checked.part, checked.left),
    )


@column.page("/<public_id>/hand-in", Action.SIT, methods=("POST",), endpoint="handed_in")
def handed_in(public_id: str) -> ResponseReturnValue:
    """Hand in; again leads to the same receipt."""
    attempts.hand_in(site().store, me().id, public_id, site().now())
    return redirect(url_for("results.result", public_id=public_id), 303)


@column.page("/<public_id>/parts/<int:part>/leave", Action.SIT, methods=("POST",))
def leave_part(public_id: str, part: int) -> ResponseReturnValue:
    """Leave a part for the next one."""
    attempts.leave_part(site().store, me().id, public_id, part, site().now())
    return redirect(url_for(".show", public_id=public_id), 303)


@column.page("/<public_id>/clock", Action.SIT)
def clock(public_id: str) -> ResponseReturnValue:
    """The time left, for a script that has been asleep."""
    standing = attempts.standing(site().store, me().id, public_id, site().now())
    here, part = standing.attempt.here, standing.current_part
    left = None if here is None else time_left(standing.attempt.parts[here], standing.now)
    return jsonify(
        open=standing.attempt.open,
        part=screens.clock_part(standing),
        left_ms=None if left is None else int(left.total_seconds() * 1000),
        grace_ms=int(GRACE.total_seconds() * 1000),
        extra=extra_time.part_words(site().store, standing, part),
    )
