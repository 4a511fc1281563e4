"""Practice over HTTP: topics with one's own record, and practice begun from them or from a result."""

import secrets
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.assessment.errors import BlueprintShort
from quizapp.services import practice, sitting
from quizapp.services.errors import Conflict, PracticeOpen, Refused
from quizapp.web.columns import Column, word
from quizapp.web.forms.practice import WORDS, AgainForm, PracticeForm
from quizapp.web.identity import me
from quizapp.web.shedding import Rank
from quizapp.web.site import site
from quizapp.web.words import plural

column = Column("practice", __name__, url_prefix="/practice")


@column.page("/", Action.SIT)
def index() -> ResponseReturnValue:
    """The topics of every bank with this person's record; those that the address names are ticked."""
    asked = {"bank": request.args.get("bank"), "topics": request.args.getlist("topic")}
    return _page(PracticeForm(formdata=None, data=asked))


def _page(form: PracticeForm, status: int = 200) -> ResponseReturnValue:
    banks = practice.banks(site().store, me().id)
    numbers = [(str(one), str(one)) for one in practice.NUMBERS]
    return render_template("practice/index.html", banks=banks, form=form, numbers=numbers), status


@column.page("/", Action.SIT, methods=("POST",), rank=Rank.START)
def begin() -> ResponseReturnValue:
    """Begin practice over the chosen topics."""
    form = PracticeForm()
    typed = form.number.data or ""
    number = int(typed) if typed in {str(one) for one in practice.NUMBERS} else 0
    topics = tuple(form.topics.data or ())
    try:
        public_id = practice.begin(
            site().store,
            me().id,
            word(form.bank.data or ""),
            topics,
            number,
            site().now(),
            secrets.randbits(62),
            ending=form.ending.data,
        )
    except PracticeOpen as other:
        return _asked(
            other.public_id, url_for(".begin"), [("bank", form.bank.data or ""), ("number", typed)], topics
        )
    except Refused as refused:
        form[refused.field or "topics"].errors = [WORDS[refused.code]]
        return _page(form, 422)
    except BlueprintShort as short:
        form.topics.errors = [_too_few(short)]
        return _page(form, 422)
    return redirect(url_for("attempts.show", public_id=public_id), 303)


def _asked(
    public_id: str, target: str, fields: Sequence[tuple[str, str]] = (), topics: Sequence[str] = ()
) -> ResponseReturnValue:
    """The question before open practice is handed in for other practice: it names what is unanswered."""
    checked = sitting.check(site().store, me().id, public_id, site().now())
    chosen = [*fields, *(("topics", one) for one in topics), ("ending", public_id)]
    return render_template("practice/begin.html", checked=checked, target=target, fields=chosen), 409


def _too_few(short: BlueprintShort) -> str:
    held = plural(short.found, "question", "questions")
    return f"Only {held} can be drawn from these topics now. Choose more topics or fewer questions."


@column.page("/wrong/<public_id>", Action.SIT, methods=("POST",), rank=Rank.START)
def wrong(public_id: str) -> ResponseReturnValue:
    """Practise what went wrong in a closed attempt."""
    try:
        begun = practice.begin_wrong(
            site().store,
            me().id,
            public_id,
            site().now(),
            secrets.randbits(62),
            ending=AgainForm().ending.data,
        )
    except PracticeOpen as other:
        return _asked(other.public_id, url_for(".wrong", public_id=public_id))
    except Conflict as conflict:
        if conflict.code != "nothing_wrong":
            raise
        flash("Nothing is left to practise: no question that went wrong is still in the bank.", "info")
        return redirect(url_for("results.result", public_id=public_id), 303)
    return redirect(url_for("attempts.show", public_id=begun), 303)


@column.page("/siblings/<public_id>/<int:position>", Action.SIT, methods=("POST",), rank=Rank.START)
def siblings(public_id: str, position: int) -> ResponseReturnValue:
    """Practise the other questions on the idea of one question of a closed attempt."""
    try:
        begun = practice.begin_siblings(
            site().store,
            me().id,
            public_id,
            position,
            site().now(),
            secrets.randbits(62),
            ending=AgainForm().ending.data,
        )
    except PracticeOpen as other:
        return _asked(other.public_id, url_for(".siblings", public_id=public_id, position=position))
    except Conflict as conflict:
        if conflict.code != "no_siblings":
            raise
        flash("The bank holds no other question on this idea.", "info")
        return redirect(url_for("results.review", public_id=public_id), 303)
    return redirect(url_for("attempts.show", public_id=begun), 303)
