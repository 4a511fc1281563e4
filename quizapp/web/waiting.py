"""The waiting room over HTTP: have a booklet dealt, then wait for the word to begin."""

import secrets
from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import waiting
from quizapp.web.columns import Column
from quizapp.web.exams import words_of
from quizapp.web.identity import me
from quizapp.web.shedding import Rank
from quizapp.web.site import site
from quizapp.web.timers import time_choices

column = Column("waiting", __name__, url_prefix="/waiting")


@column.page("/<bank>/<exam>", Action.SIT)
def show(bank: str, exam: str) -> ResponseReturnValue:
    """What is dealt, and the button that begins it; the start page where nothing waits."""
    offered = waiting.find(site().store, me().id, bank, exam, site().now())
    if offered is None:
        return redirect(url_for("exams.start", bank=bank, exam=exam), 303)
    return render_template(
        "waiting/show.html",
        offered=offered,
        words=words_of(offered.profile),
        times=time_choices(offered.profile),
        hours=waiting.LONGEST // timedelta(hours=1),
    )


@column.page("/<bank>/<exam>", Action.SIT, methods=("POST",), rank=Rank.START)
def enter(bank: str, exam: str) -> ResponseReturnValue:
    """Have the booklet dealt; what is dealt already stays."""
    waiting.enter(site().store, me().id, bank, exam, site().now(), secrets.randbits(62))
    return redirect(url_for(".show", bank=bank, exam=exam), 303)
