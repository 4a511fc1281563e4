"""The timeline of an attempt: what was typed, sent, acknowledged, replaced, late or never arrived."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.assessment import timeline as core
from quizapp.assessment.attempt import GRACE, Kind, Mode
from quizapp.assessment.errors import StaleResponse
from quizapp.assessment.timeline import Fate, Moment, Saved, Standing, Timeline, What
from quizapp.services import attempts, sitting
from quizapp.services.errors import NotFound
from quizapp.services.timeline import timeline_of
from quizapp.store import attempts as rows
from quizapp.store.accounts import erase
from quizapp.store.transaction import Store
from quizapp.store.verification import held_attempt
from tests import small_bank
from tests.conftest import Rounds
from tests.services.desks import Desk, sit_down, stored
from tests.small_bank import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DEADLINE = NOW + 10 * MINUTE


def _begun(store: Store, exam: str = "single", mode: Mode = Mode.TIMED) -> tuple[Desk, str]:
    desk = sit_down(store)
    return desk, small_bank.begin(store, desk.account_id, exam, mode)


def _saves(told: Timeline) -> list[Moment]:
    return [one for one in told.moments if one.sent]


def _question(told: Timeline, position: int = 1) -> Standing:
    return told.questions[position - 1]


def test_each_save_is_told_as_typed_as_sent_and_as_acknowledged(kept: Store) -> None:
    desk, public_id = _begun(kept)
    sitting.question(kept, desk.account_id, public_id, 1, NOW + SECOND)
    desk.save(public_id, 1, "near", now=NOW + 2 * SECOND)
    desk.save(public_id, 1, "1", kind=Kind.FLAG, now=NOW + 3 * SECOND)
    desk.save(public_id, 1, "far", "off", kind=Kind.STRIKE, now=NOW + 4 * SECOND)
    attempts.hand_in(kept, desk.account_id, public_id, NOW + MINUTE)
    told = timeline_of(kept, public_id)
    assert [(one.what, one.at) for one in told.moments] == [
        (What.BEGUN, NOW),
        (What.OPENED, NOW),
        (What.DISPLAYED, NOW + SECOND),
        (What.SAVED, NOW + 2 * SECOND),
        (What.SAVED, NOW + 3 * SECOND),
        (What.SAVED, NOW + 4 * SECOND),
        (What.CLOSED, NOW + MINUTE),
        (What.FINISHED, NOW + MINUTE),
        (What.DEADLINE, DEADLINE),
    ]
    answer, flag, strike = _saves(told)
    assert answer.sent
    assert answer.saved
    assert (answer.position, answer.sent.kind, answer.sent.value) == (1, Kind.ANSWER, ("near",))
    assert (answer.sent.client, answer.sent.client_seq, answer.sent.based_on) == (desk.client, 1, 0)
    assert (answer.saved.fate, answer.saved.entry, answer.saved.version) == (Fate.STANDS, 1, 1)
    assert answer.sent.read_as == "ABCD"[_order(kept, public_id).index("near")]
    assert flag.sent
    assert flag.sent.read_as == "flagged"
    assert strike.sent
    assert strike.sent.value == ("far", "off")
    assert told.moments[-2].note == "by the candidate, 1 answers received"


def _order(store: Store, public_id: str) -> tuple[str, ...]:
    """The options of the first question as its page showed them."""
    with store.read() as conn:
        return rows.dealt_item(conn, stored(store, public_id).id, 1).option_order


def test_what_took_the_place_of_a_save_is_named_with_where_it_came_from(kept: Store) -> None:
    desk, public_id = _begun(kept)
    other = desk.other()
    desk.save(public_id, 1, "near")
    desk.save(public_id, 1, "far", base=1, now=NOW + SECOND)
    other.save(public_id, 1, base=2, now=NOW + 2 * SECOND)
    told = timeline_of(kept, public_id)
    assert [one.saved for one in _saves(told)] == [
        Saved(Fate.REPLACED, 1, 1, replaced_by=2),
        Saved(Fate.REPLACED, 2, 2, replaced_by=3, by_other_tab=True),
        Saved(Fate.STANDS, 3, 3),
    ]
    question = _question(told)
    assert (question.answer, question.read_as, question.entry) == ((), "nothing", 3)
    assert question.why == "cleared by entry 3, in place of entry 2 from another tab"
    assert question.saved_at == NOW + 2 * SECOND


def test_looking_settles_nothing_and_an_unknown_attempt_is_not_found(kept: Store) -> None:
    _, public_id = _begun(kept)
    assert all(one.what is not What.FINISHED for one in timeline_of(kept, public_id).moments)
    assert stored(kept, public_id).open
    with pytest.raises(NotFound):
        timeline_of(kept, "nothing")


# "My answer vanished"

CASES, CASES_FULL = 7, 50
"""R14: complaints, on a commit each with a cause of its own."""


def _cleared(desk: Desk, public_id: str) -> None:
    desk.save(public_id, 1, "near")
    desk.save(public_id, 1, base=1)


def _replaced(desk: Desk, public_id: str) -> None:
    desk.save(public_id, 1, "near")
    desk.other().save(public_id, 1, "far", base=1)


def _late(desk: Desk, public_id: str) -> None:
    desk.save(public_id, 1, "near", now=DEADLINE + GRACE + SECOND)


def _never_sent(desk: Desk, public_id: str) -> None:
    """The tab gave a number to a save that the network swallowed; a flag after it arrived."""
    desk.sent += 1
    desk.save(public_id, 1, "1", kind=Kind.FLAG)


def _refused(desk: Desk, public_id: str) -> None:
    """Another tab was first; this one was told so, with both values, and went on."""
    desk.other().save(public_id, 1, "far")
    with pytest.raises(StaleResponse):
        desk.save(public_id, 1, "near")
    desk.save(public_id, 1, "1", kind=Kind.FLAG)


def _only_flagged(desk: Desk, public_id: str) -> None:
    desk.save(public_id, 1, "1", kind=Kind.FLAG)


def _erased(desk: Desk, public_id: str) -> None:
    desk.save(public_id, 1, "near")
    desk.store.write(lambda conn: erase(conn, desk.account_id, NOW + MINUTE))


Cause = Callable[[Desk, str], None]
SAID: dict[Cause, Callable[[Timeline, Standing], bool]] = {
    _cleared: lambda told, one: one.why == "cleared by entry 2, in place of entry 1 from the same tab",
    _replaced: lambda told, one: one.why == "answered by entry 2, in place of entry 1 from another tab",
    _late: lambda told, one: "an answer came too late" in one.why and Fate.LATE in _fates(told),
    _never_sent: lambda told, one: "no answer arrived" in one.why and _missing(told) == [(1,)],
    _refused: lambda told, one: one.why == "answered by entry 1" and _missing(told) == [(1,)],
    _only_flagged: lambda told, one: "no answer arrived" in one.why and _missing(told) == [],
    _erased: lambda told, one: one.why == "saved as entry 1, erased since" and one.read_as == "erased",
}
"""What the timeline has to say of each cause."""


def _fates(told: Timeline) -> set[Fate]:
    return {one.saved.fate for one in _saves(told) if one.saved}


def _missing(told: Timeline) -> list[tuple[int, ...]]:
    return [one.missing for one in told.gaps]


Tell = Callable[[Store, str], Timeline]


def unexplained(store: Store, cases: range, tell: Tell) -> set[str]:
    """The causes of complaints that the timeline does not name."""
    causes = list(SAID)
    missed = set()
    for number in cases:
        cause = causes[number % len(causes)]
        desk, public_id = _begun(store)
        desk.sent = 0
        cause(desk, public_id)
        if random.Random(number).random() < 0.5:
            attempts.sweep(store, DEADLINE + MINUTE)
        told = tell(store, public_id)
        if not SAID[cause](told, _question(told)):
            missed.add(cause.__name__)
    return missed


def test_r14_the_timeline_explains_why_an_answer_vanished(kept: Store, rounds: Rounds) -> None:
    assert unexplained(kept, rounds(CASES, CASES_FULL), timeline_of) == set()


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
def test_r14_control_a_timeline_without_numbers_and_late_saves_explains_less(kept: Store) -> None:
    def poorer(store: Store, public_id: str) -> Timeline:
        with store.read() as conn:
            held = held_attempt(conn, stored(store, public_id))
        return replace(core.timeline(held, (), {}), gaps=())

    assert unexplained(kept, range(CASES), poorer) == {"_late", "_never_sent", "_refused"}
