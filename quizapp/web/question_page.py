"""The page of a question: a mould for each shape of it, and what a request fills into the holes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from flask import Flask, current_app
from jinja2 import Environment
from markupsafe import Markup

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Timer
from quizapp.assessment.pace import LAST_MINUTES, length_of
from quizapp.services.accounts import Preferences
from quizapp.services.sitting import Question, Square, counts_of
from quizapp.web import keys, screens
from quizapp.web.moulds import Mould, holes
from quizapp.web.words import face, iso

EXTENSION = "quizapp-question-page"
LONGEST_TYPED, MOST_TYPED = 10_000, 20
"""Characters of a field that was refused, and fields, that its page gives back."""
MOST_MOULDS, MOST_ROWS = 256, 1024
_FORM = ("asked_html", "bar_html", "certainty_html", "held_html", "note_html", "refusals_html")
HOLES = (
    *("attempt_token", "client", "csrf", "deadline", "explained_html", "extra", "flashes_html", "following"),
    *(
        "highlights",
        "home",
        "key_html",
        "length",
        "nonce",
        "notices",
        "pace",
        "part",
        "position",
        "public_id",
    ),
    *("remaining", "rows_html", "save_html", "scenario_html", "server_now", *_FORM),
)
"""What the template may write and not look at; each gets its value in `QuestionPage.values`."""


class Refusal(NamedTuple):
    """Why a response cannot be saved, and what stood in the form."""

    code: str
    typed: tuple[str, ...]

    @property
    def given_back(self) -> tuple[str, ...]:
        """What was typed, no longer than a page should be."""
        return tuple(one[:LONGEST_TYPED] for one in self.typed[:MOST_TYPED])


NOTHING_REFUSED: Mapping[str, Refusal] = MappingProxyType({})


class Shape(NamedTuple):
    """All that decides how the page of a question is built: pages of one shape differ in their holes only."""

    title: str
    heading: str
    questions: int
    explained: bool
    last: bool
    sequential: bool
    tutor: bool
    may_ask: bool
    last_minutes: bool
    timed: bool
    extended: bool


@dataclass(frozen=True)
class Looks:
    """Of the person who asks, a mould knows no more."""

    preferences: Preferences


class Marks(NamedTuple):
    """What each reply makes anew: its tokens, its nonce, and the name under which its form saves."""

    csrf: str
    attempt_token: str
    nonce: str
    client: str


class QuestionPage:
    """Draws questions with the templates of one site."""

    def __init__(self, templates: Environment) -> None:
        self._templates = templates
        self._mould = lru_cache(MOST_MOULDS)(self._drawn)
        self._row = lru_cache(MOST_ROWS)(self._row_drawn)

    def page(
        self,
        shown: Question,
        preferences: Preferences,
        marks: Marks,
        extra: str = "",
        refused: Mapping[str, Refusal] = NOTHING_REFUSED,
        messages: Sequence[tuple[str, str]] = (),
    ) -> bytes:
        """The page as UTF-8.

        `extra` says what time was given, `refused` by kind what of a form was not taken, and `messages` what
        the page before has left to say, as pairs of a category and words.
        """
        values = self.values(shown, marks, extra, refused, messages)
        return self._mould(shape_of(shown, extra), preferences).fill(values)

    def moulds_made(self) -> int:
        """How many shapes are at hand."""
        return self._mould.cache_info().currsize

    def draw(self, shape: Shape, preferences: Preferences, values: Mapping[str, str]) -> str:
        """What the template makes of a shape, with values or with holes."""
        return self._templates.get_template("attempts/question.html").render(
            values,
            shape=shape,
            account=Looks(preferences),
            keys=keys.SITTING,
            csp_nonce=lambda: values["nonce"],
        )

    def values(
        self,
        shown: Question,
        marks: Marks,
        extra: str = "",
        refused: Mapping[str, Refusal] = NOTHING_REFUSED,
        messages: Sequence[tuple[str, str]] = (),
    ) -> dict[str, str]:
        """What fills the holes of the page."""
        standing, part = shown.standing, shown.standing.attempt.parts[shown.part]
        home = home_of(standing.stored.public_id)
        counts, length = counts_of(shown.squares), length_of(part)
        answer, struck, certainty = shown.answer.value, shown.strike.value, shown.certainty.value
        values = {
            "public_id": standing.stored.public_id,
            "home": home,
            "position": str(shown.position),
            "part": str(shown.part),
            "following": str(shown.next or ""),
            "csrf": marks.csrf,
            "attempt_token": marks.attempt_token,
            "nonce": marks.nonce,
            "client": marks.client,
            "extra": extra,
            "length": "" if length is None else str(length.total_seconds()),
            "notices": screens.notice_seconds(length),
            "pace": screens.pace_words(standing, shown.part, counts),
            "remaining": "" if shown.left is None else face(shown.left),
            "deadline": "" if part.deadline_at is None else iso(part.deadline_at),
            "server_now": iso(standing.now),
            "highlights": " ".join(shown.highlight.value),
            "save_html": self._saved(shown),
            "rows_html": self._map(shown),
            "key_html": self._sitting.palette_key(counts.answered, counts.unanswered, counts.flagged),
            "flashes_html": self._pieces.flashes(messages) if messages else "",
            "scenario_html": self._scenario(shown),
        }
        if shown.explained:
            explained = self._pieces.explained(shown.explained)
            return values | dict.fromkeys(_FORM, "") | {"explained_html": explained}
        wrong, long = refused.get("answer"), refused.get("note")
        draw = self._pieces.asked_again if wrong else self._pieces.asked
        return values | {
            "explained_html": "",
            "held_html": self._pieces.held(
                shown.versions, certainty, answer, struck, shown.previous, shown.next
            ),
            "refusals_html": self._refusals(shown, refused) if refused else "",
            "asked_html": draw(shown.asked, answer, struck, *([wrong] if wrong else [])),
            "certainty_html": self._question.certainty_strip(certainty[0] if certainty else None),
            "note_html": self._tools.notepad(shown.note.value, long.given_back if long else None),
            "bar_html": self._question.question_bar(
                bool(shown.flag.value), shown.previous is None, shown.next is None, leaving=shown.sequential
            ),
        }

    def _drawn(self, shape: Shape, preferences: Preferences) -> Mould:
        return Mould(self.draw(shape, preferences, holes(HOLES)))

    def _saved(self, shown: Question) -> Any:
        if not shown.answer.version:
            return self._sitting.save_state("none", "Not answered yet")
        return self._sitting.save_state("saved", f"Saved {self._clock_time(shown.answer.server_at)}")

    def _scenario(self, shown: Question) -> Any:
        title, html = shown.asked.stimulus_title, shown.asked.stimulus_html
        return self._pieces.scenario(title, html, screens.place_in_case(shown)) if html else ""

    def _refusals(self, shown: Question, refused: Mapping[str, Refusal]) -> Any:
        answer = refused.get("answer")
        impossible = bool(shown.asked.options) and set(refused) != {"note"}
        return self._pieces.refusals(answer and answer.code, "note" in refused, impossible)

    def _map(self, shown: Question) -> Markup:
        tens = screens.tens(shown.squares, shown.position)
        return Markup().join([self._row(ten, not shown.sequential, here) for ten, here in tens])

    def _row_drawn(self, ten: tuple[Square, ...], linked: bool, here: int | None) -> Any:
        """One row; its addresses are beside that of the page, and so the same for everybody."""
        return self._sitting.palette_row(screens.row(ten, "" if linked else None, here))

    @cached_property
    def _pieces(self) -> Any:
        return self._templates.get_template("components/pieces.html").module

    @cached_property
    def _question(self) -> Any:
        return self._templates.get_template("components/question.html").module

    @cached_property
    def _sitting(self) -> Any:
        return self._templates.get_template("components/sitting.html").module

    @cached_property
    def _tools(self) -> Any:
        return self._templates.get_template("components/tools.html").module

    @cached_property
    def _clock_time(self) -> Any:
        return self._templates.filters["clock_time"]


def init_question_page(app: Flask) -> None:
    """Give an application its page of a question."""
    app.extensions[EXTENSION] = QuestionPage(app.jinja_env)


def question_page() -> QuestionPage:
    """The page of a question of the running application."""
    return cast(QuestionPage, current_app.extensions[EXTENSION])


def home_of(public_id: str) -> str:
    """The address of an attempt that there is: its id needs no quoting."""
    return f"/attempts/{public_id}/"


def shape_of(shown: Question, extra: str) -> Shape:
    """The shape of a question's page; `extra` says what time was given."""
    profile = shown.standing.stored.profile
    length = length_of(shown.standing.attempt.parts[shown.part])
    return Shape(
        title=profile.title,
        heading=screens.heading(profile, shown.part),
        questions=profile.items,
        explained=shown.explained is not None,
        last=shown.next is None,
        sequential=shown.sequential,
        tutor=shown.standing.stored.mode is Mode.TUTOR,
        may_ask=profile.timer is Timer.ADJUSTABLE and length is not None,
        last_minutes=shown.left is not None and shown.left <= LAST_MINUTES,
        timed=length is not None,
        extended=bool(extra),
    )
