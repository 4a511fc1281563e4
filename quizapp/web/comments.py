"""Reported problems over HTTP: a candidate's form, and the list that admins work through."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import comments
from quizapp.services.comments import Listing, ReportedQuestion
from quizapp.services.errors import NotFound, Refused
from quizapp.web.columns import Column, word
from quizapp.web.forms.comments import CATEGORIES, WORDS, CommentForm
from quizapp.web.identity import me
from quizapp.web.site import site

column = Column("comments", __name__, url_prefix="/comments")

_COMMENT = "/<int(max=9223372036854775807):comment_id>"
STATES = {comments.OPEN: "Open", comments.RESOLVED: "Resolved"}


@column.page("/new", Action.REPORT_PROBLEM, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Report a problem with a question of one's own attempt; shows that question, never its key."""
    public_id, position = word(request.args.get("attempt", "")), request.args.get("position", 0, type=int)
    asked = comments.question(site().store, me().id, public_id, position, site().now())
    form = CommentForm()
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.validate():
                comments.report(
                    site().store,
                    me().id,
                    public_id,
                    position,
                    form.category.data or "",
                    form.text.data or "",
                    site().now(),
                )
                flash("Thank you. Your report is kept with the question as you saw it.", "success")
                return redirect(_back(asked), 303)
        except Refused as refused:
            form[refused.field or "text"].errors = [WORDS[refused.code]]
    return render_template("comments/new.html", form=form, shown=asked, back=_back(asked)), status


def _back(asked: ReportedQuestion) -> str:
    """Where the candidate came from: the question while the attempt is open, else its explanation."""
    if asked.attempt_open:
        return url_for("attempts.question", public_id=asked.public_id, position=asked.position)
    return url_for("results.review", public_id=asked.public_id, _anchor=f"question-{asked.position}")


@column.page("/", Action.READ_REPORTS)
def index() -> ResponseReturnValue:
    """What candidates have reported, newest first."""
    state = request.args.get("show", comments.OPEN)
    if state not in STATES:
        raise NotFound
    found = comments.listing(site().store, state, request.args.get("page", 1, type=int))
    return render_template(
        "comments/index.html",
        found=found,
        state=state,
        categories=CATEGORIES,
        filters=_filters(found, state),
        links=_pages(found, state),
        beside=_beside(found, state),
    )


def _filters(found: Listing, state: str) -> list[dict[str, Any]]:
    counts = {comments.OPEN: found.open, comments.RESOLVED: found.resolved}
    return [
        {"label": label, "url": url_for(".index", show=name), "count": counts[name], "current": name == state}
        for name, label in STATES.items()
    ]


def _pages(found: Listing, state: str) -> list[dict[str, Any]]:
    near = sorted({1, found.pages, *range(found.page - 2, found.page + 3)})
    return [
        {"label": str(one), "url": url_for(".index", show=state, page=one), "current": one == found.page}
        for one in near
        if 1 <= one <= found.pages
    ]


def _beside(found: Listing, state: str) -> dict[str, str | None]:
    """The addresses of the page before and the page after."""
    return {
        "previous": url_for(".index", show=state, page=found.page - 1) if found.page > 1 else None,
        "next": url_for(".index", show=state, page=found.page + 1) if found.page < found.pages else None,
    }


@column.page(f"{_COMMENT}/resolve", Action.READ_REPORTS, methods=("POST",))
def resolve(comment_id: int) -> ResponseReturnValue:
    """Mark a report as dealt with."""
    comments.resolve(site().store, comment_id, site().now())
    flash("The report is marked as resolved. It stands under Resolved, and can be opened again.", "success")
    return redirect(url_for(".index"), 303)


@column.page(f"{_COMMENT}/reopen", Action.READ_REPORTS, methods=("POST",))
def reopen(comment_id: int) -> ResponseReturnValue:
    """Undo that."""
    comments.reopen(site().store, comment_id)
    flash("The report is open again.", "success")
    return redirect(url_for(".index", show=comments.RESOLVED), 303)
