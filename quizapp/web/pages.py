"""The open pages: home with sample questions, about, and whether the service works."""

import logging
from itertools import islice

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import pages
from quizapp.services.pages import Samples
from quizapp.web.columns import Column
from quizapp.web.errors import request_id
from quizapp.web.forms.attempts import answers
from quizapp.web.identity import signed_in
from quizapp.web.site import site

column = Column("pages", __name__)

log = logging.getLogger("quizapp")

_MOST_ANSWERS = 20


@column.page("/", Action.READ_PAGES)
def home() -> ResponseReturnValue:
    """What this is, for whom, and sample questions that anybody may answer; nothing is stored."""
    account = signed_in()
    sent = [*islice(answers(request.args), _MOST_ANSWERS)] if "check" in request.args else None
    samples = pages.samples(site().store, account.id if account else None, request.args.get("sample"), sent)
    return render_template(
        "pages/home.html",
        banks=pages.bank_words(site().store),
        sample=samples.shown,
        links=_links(samples),
        following=_following(samples),
    )


def _address(slug: str) -> str:
    return url_for("pages.home", sample=slug, _anchor="try")


def _links(samples: Samples) -> list[dict[str, object]]:
    number = samples.shown.number if samples.shown else 0
    return [
        {"label": f"{n}. {topic}", "url": _address(slug), "count": None, "current": n == number}
        for n, (slug, topic) in enumerate(samples.names, start=1)
    ]


def _following(samples: Samples) -> str | None:
    """The address of the sample after the one shown; None after the last."""
    if samples.shown is None or samples.shown.number == len(samples.names):
        return None
    return _address(samples.names[samples.shown.number][0])


@column.page("/about", Action.READ_PAGES)
def about() -> ResponseReturnValue:
    """What this is and is not, how scoring works, what is promised, what is kept about a person."""
    return render_template("pages/about.html", banks=pages.about_banks(site().store))


@column.page("/healthz", Action.READ_PAGES)
def healthz() -> ResponseReturnValue:
    """Whether the service works, for what watches it; the reason goes to the log only."""
    trouble = site().health.trouble()
    if trouble is None:
        return jsonify(status="ok")
    log.error("health %s: %s", request_id(), trouble)
    return jsonify(status="failing"), 503
