"""Moulds, and the page of a question made with one."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Quota
from quizapp.services import attempts, responses, sitting
from quizapp.services.accounts import Preferences
from quizapp.services.sitting import Question
from quizapp.web.moulds import Mould, holes
from quizapp.web.question_page import HOLES, Marks, QuestionPage, Refusal, shape_of
from tests import small_bank
from tests.web.visitors import House


def test_what_fills_a_hole_is_escaped_unless_it_is_markup() -> None:
    drawn = Markup("<p>{}</p><b>{}</b>").format(*holes(["typed", "piece"]).values())
    filled = Mould(drawn).fill({"typed": "<script>", "piece": Markup("<i>é</i>")})
    assert filled.decode() == "<p>&lt;script&gt;</p><b><i>é</i></b>"


def test_a_template_that_looks_at_a_hole_is_told_so() -> None:
    looking = Environment(autoescape=True, loader=DictLoader({"page": "{% if pace %}{{ pace }}{% endif %}"}))
    with pytest.raises(TypeError, match="still a hole"):
        looking.get_template("page").render(holes(["pace"]))


def test_a_hole_may_stand_in_many_places_and_each_needs_its_value() -> None:
    mould = Mould("/{home}/{home}?{at}".format(**holes(["home", "at"])))
    assert mould.fill({"home": "a", "at": "b", "idle": "c"}) == b"/a/a?b"
    with pytest.raises(KeyError):
        mould.fill({"home": "a"})


KINDS = (
    small_bank.single,
    small_bank.multiple,
    small_bank.numeric,
    small_bank.truth,
    small_bank.statements,
    small_bank.matched,
    small_bank.ordered,
    small_bank.worded,
    small_bank.gapped,
)
EVERY_KIND = small_bank.exam("kinds", "All kinds", small_bank.part("All", 9, [Quota(("T1",), None, 9)]))
MARKS = Marks("a-token", "an-attempt-token", "a-nonce", "a-client")
REFUSED = {"answer": Refusal("option", ("<twelve>",)), "note": Refusal("note", ("long & longer",))}
OTHER_LOOKS = Preferences("off", "large", "dark", "on")


class Room:
    """A site with a question of each kind, and people who sit there."""

    def __init__(self, house: House) -> None:
        self.house = house
        bank = [kind(f"one-{kind.__name__}") for kind in KINDS]
        small_bank.stock(house.store, [EVERY_KIND, small_bank.WARM_UP, small_bank.STAGES], bank)
        self.page = QuestionPage(house.app.jinja_env)

    def begin(self, account_id: int, exam: str, mode: Mode = Mode.TIMED) -> str:
        return attempts.begin(self.house.store, account_id, "small", exam, mode, self.house.clock(), 3)

    def shown(self, account_id: int, public_id: str, position: int = 1) -> Question:
        """A question as it stands once it has been seen."""
        for _ in range(2):
            found = sitting.question(self.house.store, account_id, public_id, position, self.house.clock())
        return found

    def drawn(self, shown: Question, preferences: Preferences, extra: str = "", **more: Any) -> bytes:
        """The page as the template draws it, without any mould."""
        values = self.page.values(shown, MARKS, extra, **more)
        return self.page.draw(shape_of(shown, extra), preferences, values).encode()


@pytest.fixture
def room(house: House) -> Iterator[Room]:
    with house.app.test_request_context():
        yield Room(house)


def every_shape(room: Room) -> Iterator[Question]:
    """A question of every kind, timed and not, in practice, one after another, answered and explained."""
    people = (room.house.person(f"person-{number}@example.org") for number in count())
    for exam, asked in (("kinds", 9), ("warm-up", 2), ("stages", 2)):
        for mode in (Mode.TIMED, Mode.TUTOR):
            someone = next(people)
            public_id = room.begin(someone, exam, mode)
            yield from (room.shown(someone, public_id, position) for position in range(1, asked + 1))
    store, clock, someone = room.house.store, room.house.clock, next(people)
    practised = room.begin(someone, "kinds", Mode.TUTOR)
    (choice,) = [one for one in small_bank.booklet(store, practised) if one.slug == "one-single"]
    small_bank.answer(store, someone, practised, choice.position, "right")
    responses.reveal(store, someone, practised, choice.position, clock())
    yield room.shown(someone, practised, choice.position)
    staged = room.begin(someone := next(people), "stages")
    attempts.leave_part(store, someone, staged, 0, clock())
    attempts.end_break(store, someone, staged, 1, clock())
    yield room.shown(someone, staged, 3)


def test_a_page_from_a_mould_is_the_page_that_the_template_draws(room: Room) -> None:
    shapes = set()
    for shown in every_shape(room):
        for preferences in (Preferences(), OTHER_LOOKS):
            shapes.add(shape_of(shown, ""))
            assert room.page.page(shown, preferences, MARKS) == room.drawn(shown, preferences)
    assert len(shapes) > 8
    assert {one.explained for one in shapes} == {one.sequential for one in shapes} == {True, False}
    assert {one.last_minutes for one in shapes} == {one.tutor for one in shapes} == {True, False}


def test_a_page_with_refusals_messages_and_extra_time_is_that_page_too(room: Room) -> None:
    ada = room.house.person("ada@example.org")
    shown = room.shown(ada, room.begin(ada, "kinds"))
    more = {"refused": REFUSED, "messages": [("info", "A <message>")]}
    page = room.page.page(shown, Preferences(), MARKS, "Extra time: 5 min", **more)
    assert page == room.drawn(shown, Preferences(), "Extra time: 5 min", **more)
    for said in (
        b"A &lt;message&gt;",
        b"long &amp; longer",
        b"Extra time: 5 min",
        b"The note is longer than",
    ):
        assert said in page


def test_two_people_share_a_mould_and_nothing_else(room: Room) -> None:
    pages = []
    for name in ("ada", "bea"):
        someone = room.house.person(f"{name}@example.org")
        public_id = room.begin(someone, "kinds")
        marks = Marks(*(f"{name}-{one}" for one in Marks._fields))
        pages.append((name, public_id, room.page.page(room.shown(someone, public_id), Preferences(), marks)))
    assert room.page.moulds_made() == 1
    for (_, _, page), (other, other_id, _) in zip(pages, reversed(pages), strict=True):
        assert f"{other}-".encode() not in page
        assert f"{other}@".encode() not in page
        assert other_id.encode() not in page


def test_every_hole_is_somewhere_on_some_page(room: Room) -> None:
    seen: set[str] = set()
    for shown in every_shape(room):
        seen |= Mould(room.page.draw(shape_of(shown, ""), Preferences(), holes(HOLES))).names
    assert seen == set(HOLES)
