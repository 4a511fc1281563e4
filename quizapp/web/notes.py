"""Study notes over HTTP, open to everybody."""

from flask import render_template
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import notes
from quizapp.web.columns import Column
from quizapp.web.site import site

column = Column("notes", __name__, url_prefix="/notes")


@column.page("/", Action.READ_PAGES)
def index() -> ResponseReturnValue:
    """Every study note, by bank and topic."""
    return render_template("notes/index.html", banks=notes.list_notes(site().store))


@column.page("/<bank>/<note>", Action.READ_PAGES)
def show(bank: str, note: str) -> ResponseReturnValue:
    """One note with its worked numbers and plots."""
    return render_template("notes/show.html", shown=notes.show_note(site().store, bank, note))
