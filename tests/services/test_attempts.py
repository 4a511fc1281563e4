"""An attempt from Begin to its end: dealt, frozen, timed, left, handed in or closed by time, and marked."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import GRACE, ClosedBy, Kind, Mode, PartState, Verdict
from quizapp.assessment.blueprint import Door, Order, Quota
from quizapp.assessment.codec import digest, profile_document, version_of
from quizapp.assessment.errors import AttemptClosed, BlueprintShort, OutOfOrder, PartNotOpen, StaleResponse
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.assessment.item import Item, Response, Status
from quizapp.assessment.log import first_hash, receipt
from quizapp.assessment.options import ChoiceAnswer
from quizapp.assessment.scoring import mark_booklet
from quizapp.services import attempts, responses, sitting, verification
from quizapp.services.errors import NotFound
from quizapp.services.rendering import AskedItem
from quizapp.serving import AGAIN_SECONDS, SWEEP_SECONDS
from quizapp.store import attempts as rows
from quizapp.store import responses as response_rows
from quizapp.store.attempts import DealtItem
from quizapp.store.exams import publish_exams
from quizapp.store.publishing import retire_by_hand
from quizapp.store.tables import attempt, attempt_part, booklet_item, item
from quizapp.store.transaction import Store, hot
from tests import small_bank
from tests.conftest import Rounds, batches
from tests.services import desks
from tests.services.desks import Desk, sit_down
from tests.small_bank import EXAMS, NOW, QUICK, STAGES, TWO_PARTS, exam, part, single

pytestmark = pytest.mark.slow

RUNS, RUNS_FULL = 20, 2_000
STEPS, STEPS_FULL = 20, 50
"""T01: runs and steps of each, on a commit and before a release."""
VERIFIED, VERIFIED_FULL = 5, 1_000
"""D13: such runs of which every attempt is verified."""
CHANGES, CHANGES_FULL = 300, 10_000
"""T09: random changes while attempts run; as many at most in one house."""
OVERDUE, OVERDUE_FULL = 12, 1_000
"""T11: attempts whose time is up; settling one of them raises."""
SWEPT_WITHIN = 60.0
"""T11: seconds."""
FEW = range(5)
"""T11, T17: as many where a fault is to be found."""
EDITED, EDITED_FULL = 20, 500
"""T17: attempts whose items change while they run."""
ON_ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For controls whose fault lies above the store: what they show is the same on any database."""
MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
DEADLINE = NOW + timedelta(minutes=10)
AFTER = DEADLINE + timedelta(hours=1)


def _stored(store: Store, public_id: str) -> dict[str, object]:
    with store.read() as conn:
        return dict(conn.execute(select(attempt).where(attempt.c.public_id == public_id)).mappings().one())


def _dealt_items(store: Store, public_id: str) -> tuple[DealtItem, ...]:
    with store.read() as conn:
        return rows.booklet(conn, desks.stored(store, public_id).id)


def _orders(store: Store, public_id: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.version, one.option_order) for one in _dealt_items(store, public_id)]


# Begin


def test_beginning_deals_and_freezes_booklet_order_seed_and_exam(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, seed=7)
    held = _stored(kept, public_id)
    assert (held["seed"], held["revision"], held["state"], held["started_at"]) == (7, 1, "open", NOW)
    assert held["exam_version"] == digest(profile_document(QUICK))
    found = desks.stored(kept, public_id)
    assert (found.profile, found.mode, found.open) == (QUICK, Mode.TIMED, True)
    assert [one.slug[:3] for one in small_bank.booklet(kept, public_id)].count("one") == 3
    for one, (version, order) in zip(
        small_bank.booklet(kept, public_id), _orders(kept, public_id), strict=True
    ):
        assert one.version == version
        assert sorted(order) == ([] if one.slug == "one-number" else ["far", "near", "off", "right"])


def test_one_seed_deals_one_booklet_and_another_seed_another(kept: Store) -> None:
    dealt = {
        seed: [
            _orders(kept, small_bank.begin(kept, sit_down(kept).account_id, seed=seed % 10)) for _ in range(2)
        ]
        for seed in range(6)
    }
    assert all(first == second for first, second in dealt.values())
    assert len({str(first) for first, _ in dealt.values()}) == 6


def test_beginning_twice_gives_the_attempt_that_is_open(kept: Store) -> None:
    desk = sit_down(kept)
    first = small_bank.begin(kept, desk.account_id, seed=1)
    later = attempts.begin(kept, desk.account_id, "small", "quick", Mode.TIMED, NOW + MINUTE, 2)
    assert later == first
    assert (desks.stored(kept, first).attempt.parts[0].deadline_at, _stored(kept, first)["seed"]) == (
        DEADLINE,
        1,
    )
    others = {
        small_bank.begin(kept, desk.account_id, mode=Mode.TUTOR),
        small_bank.begin(kept, desk.account_id, "warm-up"),
        small_bank.begin(kept, sit_down(kept).account_id),
    }
    assert len(others | {first}) == 4
    attempts.hand_in(kept, desk.account_id, first, NOW)
    assert small_bank.begin(kept, desk.account_id) != first


def test_an_attempt_whose_time_is_up_is_closed_before_the_next_begins(kept: Store) -> None:
    desk = sit_down(kept)
    first = small_bank.begin(kept, desk.account_id)
    desk.save(first, 1, "near")
    second = attempts.begin(kept, desk.account_id, "small", "quick", Mode.TIMED, AFTER, 2)
    closed = desks.stored(kept, first)
    assert second != first
    assert (closed.open, closed.closed_by, closed.finished_at) == (False, ClosedBy.TIME, DEADLINE)
    assert closed.answers_received == 1


@pytest.mark.parametrize(
    ("bank", "exam_slug"), [("large", "quick"), ("small", "slow"), ("small", "practice")]
)
def test_what_is_not_offered_cannot_be_begun(kept: Store, bank: str, exam_slug: str) -> None:
    desk = sit_down(kept)
    with pytest.raises(NotFound):
        attempts.begin(kept, desk.account_id, bank, exam_slug, Mode.TIMED, NOW, 1)
    assert attempts.dashboard(kept, desk.account_id, NOW) == ((), ())


def test_an_exam_that_was_withdrawn_cannot_be_begun_and_one_under_way_goes_on(store: Store) -> None:
    small_bank.stock(store)
    desk = sit_down(store)
    public_id = small_bank.begin(store, desk.account_id)
    small_bank.stock(store, exams=[TWO_PARTS])
    with pytest.raises(NotFound):
        small_bank.begin(store, sit_down(store).account_id)
    assert desk.save(public_id, 1, "near").version == 1


def test_a_bank_that_cannot_fill_the_booklet_begins_nothing(store: Store) -> None:
    small_bank.stock(store, bank_items=[single("one-0"), single("one-1"), single("two-0", "T2")])
    desk = sit_down(store)
    with pytest.raises(BlueprintShort) as short:
        small_bank.begin(store, desk.account_id)
    assert (short.value.wanted, short.value.found) == (3, 2)
    assert attempts.dashboard(store, desk.account_id, NOW) == ((), ())


def test_a_tutor_attempt_and_a_warm_up_have_no_deadline(kept: Store) -> None:
    desk = sit_down(kept)
    for public_id in (
        small_bank.begin(kept, desk.account_id, mode=Mode.TUTOR),
        small_bank.begin(kept, desk.account_id, "warm-up"),
    ):
        assert desks.stored(kept, public_id).attempt.parts[0].deadline_at is None
        assert attempts.standing(kept, desk.account_id, public_id, NOW + timedelta(days=400)).attempt.open


def test_another_ones_attempt_is_not_found_by_any_door(kept: Store) -> None:
    public_id = small_bank.begin(kept, sit_down(kept).account_id, "two-parts")
    eve = sit_down(kept).account_id
    for what in (public_id, "no-such-attempt"):
        for door in (
            lambda what: attempts.standing(kept, eve, what, NOW),
            lambda what: attempts.leave_part(kept, eve, what, 0, NOW),
            lambda what: attempts.hand_in(kept, eve, what, NOW),
        ):
            with pytest.raises(NotFound):
                door(what)
    assert desks.stored(kept, public_id).attempt.parts[0].state is PartState.OPEN


# Seen


def _dealt(store: Store, public_id: str) -> list[str]:
    return [one.slug for one in small_bank.booklet(store, public_id)]


def _seen_flags(store: Store, public_id: str) -> dict[str, bool]:
    return {one.slug: one.seen_before for one in _dealt_items(store, public_id)}


@pytest.mark.parametrize("mode", [Mode.TIMED, Mode.TUTOR])
def test_seen_follows_the_item_whatever_the_mode_and_however_it_is_edited(store: Store, mode: Mode) -> None:
    bank_items = [single(f"one-{n}", concept=f"c-{n}") for n in range(3)]
    three = exam("three", "Three", part("Three", 3, [Quota(("T1",), None, 3)]))
    small_bank.stock(store, [three], bank_items)
    desk = sit_down(store)
    first = small_bank.begin(store, desk.account_id, "three", mode)
    sitting.question(store, desk.account_id, first, 1, NOW)
    shown = _dealt(store, first)[0]
    attempts.hand_in(store, desk.account_id, first, NOW)
    edited = [replace(one, public=replace(one.public, stem="Asked anew?")) for one in bank_items]
    small_bank.stock(store, [three], edited)
    flags = _seen_flags(store, small_bank.begin(store, desk.account_id, "three"))
    assert {slug for slug, seen in flags.items() if seen} == {shown}
    assert not any(_seen_flags(store, small_bank.begin(store, sit_down(store).account_id, "three")).values())


def test_when_unseen_questions_run_out_the_longest_unseen_come_first(store: Store) -> None:
    two = exam("two", "Two", part("Two", 2, [Quota(("T1",), None, 2)]))
    small_bank.stock(store, [two], [single(f"one-{n}", concept=f"c-{n}") for n in range(5)])
    desk = sit_down(store)
    dealt = []
    for day in range(8):
        now = NOW + timedelta(days=day)
        public_id = attempts.begin(store, desk.account_id, "small", "two", Mode.TIMED, now, day)
        dealt.append(set(_dealt(store, public_id)))
        small_bank.see(store, desk.account_id, public_id, now)
        attempts.hand_in(store, desk.account_id, public_id, now)
    assert len(dealt[0] | dealt[1]) == 4
    fifth = {f"one-{n}" for n in range(5)} - dealt[0] - dealt[1]
    assert fifth < dealt[2]
    assert dealt[2] - fifth < dealt[0]
    for earlier, before, later in zip(dealt[3:], dealt[4:], dealt[5:], strict=False):
        assert not later & before, "what was seen last is dealt again while others wait"
        assert earlier & later or len(earlier | before | later) == 5


# Parts


def test_leaving_a_part_by_its_one_way_door_opens_the_next_with_its_own_minutes(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    with pytest.raises(PartNotOpen):
        attempts.hand_in(kept, desk.account_id, public_id, NOW)
    left = NOW + 3 * MINUTE
    standing = attempts.leave_part(kept, desk.account_id, public_id, 0, left)
    one, two = standing.attempt.parts
    assert (one.state, one.closed_at, one.closed_by) == (PartState.CLOSED, left, ClosedBy.CANDIDATE)
    assert (two.state, two.opened_at, two.deadline_at) == (PartState.OPEN, left, left + MINUTE)
    assert (standing.current_part, desks.stored(kept, public_id).attempt) == (1, standing.attempt)
    again = attempts.leave_part(kept, desk.account_id, public_id, 0, left + MS)
    assert again.attempt == standing.attempt
    with pytest.raises(AttemptClosed):
        attempts.leave_part(kept, desk.account_id, public_id, 1, left)
    closed = attempts.hand_in(kept, desk.account_id, public_id, left + 2 * MS)
    assert (closed.finished_at, closed.closed_by) == (left + 2 * MS, ClosedBy.CANDIDATE)


def test_the_second_part_opens_at_the_firsts_deadline_whenever_somebody_looks(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    standing = attempts.standing(kept, desk.account_id, public_id, DEADLINE + timedelta(seconds=40))
    one, two = standing.attempt.parts
    assert (one.closed_at, one.closed_by) == (DEADLINE, ClosedBy.TIME)
    assert (two.opened_at, two.deadline_at) == (DEADLINE, DEADLINE + MINUTE)
    assert desks.stored(kept, public_id).attempt == standing.attempt


def test_an_attempt_left_alone_ends_with_its_last_part_and_keeps_what_was_saved(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    desk.save(public_id, 1, "near")
    standing = attempts.standing(kept, desk.account_id, public_id, AFTER)
    assert (standing.attempt.open, standing.current_part) == (False, None)
    assert standing.stored.finished_at == DEADLINE + MINUTE
    assert (standing.stored.answers_received, standing.stored.closed_by) == (1, ClosedBy.TIME)


def test_leaving_a_part_after_all_time_has_passed_closes_and_marks(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    desk.save(public_id, 1, "near")
    standing = attempts.leave_part(kept, desk.account_id, public_id, 0, AFTER)
    assert not standing.stored.open
    assert standing.stored.receipt
    assert _marks(kept, public_id) == _expected_marks(kept, public_id, KNOWN)


# Hand-in


def test_handing_in_gives_a_receipt_and_again_the_same_one(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    desk.save(public_id, 1, "near", now=NOW + MINUTE)
    last = desk.save(public_id, 2, "1", kind=Kind.FLAG, now=NOW + 2 * MINUTE)
    desk.save(public_id, 3, "near", now=NOW + MINUTE)
    cleared = desk.save(public_id, 3, base=1, now=NOW + MINUTE)
    end = NOW + 4 * MINUTE
    closed = attempts.hand_in(kept, desk.account_id, public_id, end)
    assert (closed.open, closed.finished_at, closed.closed_by) == (False, end, ClosedBy.CANDIDATE)
    assert (closed.answers_received, closed.last_received_at) == (1, last.server_at)
    assert cleared.digest
    assert closed.receipt == receipt(public_id, cleared.digest, end, 1)
    assert attempts.hand_in(kept, desk.account_id, public_id, AFTER) == closed
    assert attempts.standing(kept, desk.account_id, public_id, AFTER).stored == closed


def test_an_empty_hand_in_has_a_receipt_too(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    closed = attempts.hand_in(kept, desk.account_id, public_id, NOW)
    assert (closed.answers_received, closed.last_received_at) == (0, None)
    assert closed.receipt == receipt(public_id, first_hash(public_id), NOW, 0)


@pytest.mark.parametrize(
    ("offset", "finish", "by"),
    [
        (GRACE, DEADLINE, ClosedBy.CANDIDATE),
        (GRACE + MS, DEADLINE, ClosedBy.TIME),
        (timedelta(days=1), DEADLINE, ClosedBy.TIME),
    ],
)
def test_a_hand_in_after_the_deadline_finishes_at_the_deadline(
    kept: Store, offset: timedelta, finish: datetime, by: ClosedBy
) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    closed = attempts.hand_in(kept, desk.account_id, public_id, DEADLINE + offset)
    assert (closed.finished_at, closed.closed_by) == (finish, by)


def test_an_admin_closes_any_attempt_even_with_a_part_that_waits(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    closed = attempts.hand_in(kept, None, public_id, NOW + MINUTE, ClosedBy.ADMIN)
    assert (closed.open, closed.closed_by, closed.finished_at) == (False, ClosedBy.ADMIN, NOW + MINUTE)


KNOWN = {version_of(one): one for one in small_bank.items()}
"""The items of the small bank by their versions."""


def _expected_marks(store: Store, public_id: str, known: dict[str, Item]) -> list[Fraction]:
    """The marks that the core gives to the stored answers, worked out from the items themselves."""
    with store.read() as conn:
        found, answered = desks.stored(store, public_id), desks.answers(store, public_id)
        dealt = rows.booklet(conn, found.id)
    halves = [
        (one.position, one.part, one.seen_before, known[one.version].public, known[one.version].secret)
        for one in dealt
    ]
    return [one.marks for one in mark_booklet(found.profile, halves, answered)]


def _marks(store: Store, public_id: str) -> list[Fraction | None]:
    return [one.marks for one in _dealt_items(store, public_id)]


def test_marks_are_those_of_the_cores_own_scoring(kept: Store) -> None:
    for seed in range(5):
        chance, desk = random.Random(seed), sit_down(kept)
        public_id = small_bank.begin(kept, desk.account_id, seed=seed)
        assert _marks(kept, public_id) == [None] * 4
        for one in small_bank.booklet(kept, public_id):
            values = (
                ("2.5", "2.45", "2.44", "5")
                if one.slug == "one-number"
                else ("right", "near", "right", "off")
            )
            if chance.random() < 0.8:
                desk.save(public_id, one.position, chance.choice(values))
        attempts.hand_in(kept, desk.account_id, public_id, NOW)
        marks = _expected_marks(kept, public_id, KNOWN)
        assert _marks(kept, public_id) == marks
        _, (past,) = attempts.dashboard(kept, desk.account_id, NOW)
        assert (past.marks, past.asked, attempts.percent(past)) == (sum(marks), 4, sum(marks) * 25)


def test_the_dashboard_closes_what_is_overdue_and_shows_the_newest_first(kept: Store) -> None:
    desk = sit_down(kept)
    first = small_bank.sit(kept, desk.account_id, right=1)
    second = attempts.begin(kept, desk.account_id, "small", "quick", Mode.TIMED, NOW + MINUTE, 2)
    third = attempts.begin(kept, desk.account_id, "small", "warm-up", Mode.TIMED, NOW + 2 * MINUTE, 2)
    still_open, closed = attempts.dashboard(kept, desk.account_id, AFTER)
    assert [one.public_id for one in still_open] == [third]
    assert [one.public_id for one in closed] == [second, first]
    assert [attempts.percent(one) for one in (*still_open, *closed)] == [None, 0, 25]
    assert [one.profile.title for one in closed] == ["Quick test"] * 2


# T01: any order of what can happen, beside a model that knows nothing of the product's state machine


@dataclass
class _ModelPart:
    minutes: int | None
    one_way: bool
    deadline: datetime | None = None
    opened: datetime | None = None
    closed: datetime | None = None
    by: str | None = None
    extra: timedelta = timedelta(0)
    rest: timedelta = timedelta(0)
    opens: datetime | None = None
    present: int | None = None

    def open_at(self, now: datetime) -> None:
        self.opened = now
        self.deadline = None if self.minutes is None else now + timedelta(minutes=self.minutes) + self.extra

    def extend(self, percent: int, minutes: int) -> None:
        """More of a part's own minutes, and some minutes more."""
        if self.minutes is None or self.closed:
            return
        more = timedelta(seconds=-(-self.minutes * 60 * percent // 100) + 60 * minutes)
        self.extra += more
        self.deadline = self.deadline and self.deadline + more

    def close(self, now: datetime, by: str) -> None:
        self.closed, self.by = min(now, self.deadline or now), by


@dataclass
class _Model:
    """What an attempt must be; it is told everything that happens, in the order in which it happens."""

    parts: list[_ModelPart]
    held: dict[tuple[int, Kind], tuple[int, Response]] = field(default_factory=dict)
    late: list[tuple[int, Response]] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return all(one.closed for one in self.parts)

    def tick(self, now: datetime) -> None:
        for number, one in enumerate(self.parts):
            if one.opens and not one.opened and now >= one.opens:
                one.open_at(one.opens)
            if one.opened and not one.closed and one.deadline:
                last = one is self.parts[-1]
                if now > one.deadline + GRACE if last else now >= one.deadline:
                    one.close(one.deadline, "time")
                    self.go_on(number, one.deadline)

    def go_on(self, part: int, at: datetime) -> None:
        """To the next part, or into the break before it."""
        for following in self.parts[part + 1 : part + 2]:
            if following.opened or following.opens:
                continue
            if rest := self.parts[part].rest:
                following.opens = at + rest
            else:
                following.open_at(at)

    def wake(self, now: datetime) -> None:
        """Whoever is in a break ends it."""
        for one in self.parts:
            if one.opens and not one.opened:
                one.open_at(now)

    def save(self, part: int, where: tuple[int, Kind], base: int, value: Response, now: datetime) -> str:
        here = self.parts[part]
        version, _ = self.held.get(where, (0, ()))
        if not here.opened:
            return "waits"
        if here.by == "candidate":
            return "closed"
        if here.deadline and now > here.deadline + GRACE:
            self.late.append((where[0], value))
            return "late"
        if self.finished:
            return "closed"
        if here.present not in (None, where[0]):
            return "out of order"
        if base != version:
            return "stale"
        self.held[where] = (version + 1, value)
        return f"version {version + 1}"

    def leave(self, part: int, now: datetime) -> str:
        if part == len(self.parts) - 1:
            return "closed"
        if not self.parts[part].opened:
            return "waits"
        if self.parts[part].one_way and not self.parts[part].closed:
            self.parts[part].close(now, "candidate")
        self.go_on(part, now)
        return "left"

    def leave_question(self, part: int, position: int) -> str:
        here = self.parts[part]
        if not here.opened:
            return "waits"
        if here.closed:
            return "closed"
        if here.present is not None and position > here.present:
            return "out of order"
        if here.present == position:
            here.present += 1
        return "left"

    def hand_in(self, now: datetime) -> str:
        if not self.finished and not all(one.opened for one in self.parts):
            return "waits"
        for one in self.parts:
            if not one.closed:
                one.close(now, "candidate")
        return "closed"


FREE_DOOR = exam(
    "free-door",
    "Free door",
    part("Part I", 2, [Quota(("T1",), None, 2)], minutes=2),
    part("Part II", 2, [Quota(("T2",), None, 2)], minutes=3),
)


class _Walk:
    """One candidate's way through an exam, driven by chance, each reply and state held against the model."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.seed, self.chance = store, seed, random.Random(seed)
        self.now = NOW
        self.desk = sit_down(self.store)
        self.exam = self.chance.choice((*EXAMS, FREE_DOOR, TWO_PARTS, STAGES))
        self.began: list[tuple[str, _Model]] = []
        self.booklets: dict[str, tuple[DealtItem, ...]] = {}
        self.begin()

    def begin(self) -> None:
        account_id, mode = self.desk.account_id, Mode.TIMED
        public_id = attempts.begin(
            self.store, account_id, "small", self.exam.id, mode, self.now, self.seed + len(self.began)
        )
        if self.began and not self.model.finished:
            assert public_id == self.public_id, "an attempt is open, and another one was begun"
            return
        assert all(public_id != known for known, _ in self.began)
        firsts = accumulate((one.items for one in self.exam.parts), initial=1)
        made = [
            _ModelPart(
                one.minutes,
                one.door is Door.ONE_WAY,
                rest=timedelta(minutes=one.break_minutes),
                present=first if one.order is Order.SEQUENTIAL else None,
            )
            for one, first in zip(self.exam.parts, firsts, strict=False)
        ]
        made[0].open_at(self.now)
        self.began.append((public_id, _Model(made)))

    @property
    def public_id(self) -> str:
        return self.began[-1][0]

    @property
    def model(self) -> _Model:
        return self.began[-1][1]

    def move(self) -> None:
        """Some way forward: near the next deadline or the end of a break, or anywhere."""
        ends = [at for one in self.model.parts for at in (one.deadline, one.opens) if at]
        deadlines = [at for at in ends if at > self.now]
        ways = [self.now + timedelta(seconds=self.chance.choice((0, 1, 30, 90, 400)))]
        for near in deadlines:
            ways += [near + offset for offset in (-MS, timedelta(0), MS, GRACE, GRACE + MS)]
        self.now = max(self.now, self.chance.choice(ways))
        self.model.tick(self.now)

    def save(self) -> None:
        one = self.chance.choice(self.dealt())
        kind = self.chance.choice((Kind.ANSWER, Kind.ANSWER, Kind.FLAG))
        values = ("2.5", "") if one.slug == "one-number" else ("right", "near", "")
        text_ = self.chance.choice(values if kind is Kind.ANSWER else ("1", ""))
        value = (text_,) if text_ else ()
        version, _ = self.model.held.get((one.position, kind), (0, ()))
        base = version if self.chance.random() < 0.85 else self.chance.randint(0, 3)
        wanted = self.model.save(one.part, (one.position, kind), base, value, self.now)
        assert self._told(lambda: self._saved(one.position, kind, base, value)) == wanted

    def dealt(self) -> tuple[DealtItem, ...]:
        """The booklet of the newest attempt, read once."""
        if self.public_id not in self.booklets:
            self.booklets[self.public_id] = _dealt_items(self.store, self.public_id)
        return self.booklets[self.public_id]

    def _saved(self, position: int, kind: Kind, base: int, value: Response) -> str:
        saved = self.desk.save(self.public_id, position, *value, kind=kind, base=base, now=self.now)
        return "late" if saved.late else f"version {saved.version}"

    def leave(self) -> None:
        number = self.chance.randrange(len(self.exam.parts))
        wanted = self.model.leave(number, self.now)
        assert self._told(lambda: self._left(number)) == wanted

    def _left(self, number: int) -> str:
        attempts.leave_part(self.store, self.desk.account_id, self.public_id, number, self.now)
        return "left"

    def leave_question(self) -> None:
        one = self.chance.choice(self.dealt())
        wanted = self.model.leave_question(one.part, one.position)
        assert self._told(lambda: self._question_left(one.position)) == wanted

    def _question_left(self, position: int) -> str:
        attempts.leave_question(self.store, self.desk.account_id, self.public_id, position, True, self.now)
        return "left"

    def end_break(self) -> None:
        self.model.wake(self.now)
        attempts.end_break(self.store, self.desk.account_id, self.public_id, 1, self.now)

    def extend(self) -> None:
        """An admin gives time, and presses twice."""
        percent, minutes = self.chance.choice(((25, 0), (100, 0), (0, 1), (0, 5)))
        ended = self.model.finished
        for one in self.model.parts:
            one.extend(percent, minutes)
        grant = Grant(percent, Measure.PERCENT) if percent else Grant(minutes, Measure.MINUTES)
        key = f"walk {self.chance.random()}"
        for _ in range(2):
            given = attempts.extend(self.store, self.public_id, grant, Reason.FAULT, None, self.now, key)
            timed = any(one.minutes and not one.closed for one in self.model.parts)
            assert given is (timed and not ended)

    def hand_in(self) -> None:
        wanted = self.model.hand_in(self.now)
        assert self._told(self._handed_in) == wanted

    def _handed_in(self) -> str:
        closed = attempts.hand_in(self.store, self.desk.account_id, self.public_id, self.now)
        assert closed.receipt
        return "closed"

    def _told(self, act: Callable[[], str]) -> str:
        try:
            return act()
        except PartNotOpen:
            return "waits"
        except AttemptClosed:
            return "closed"
        except OutOfOrder:
            return "out of order"
        except StaleResponse:
            return "stale"

    def sweep(self) -> None:
        attempts.sweep(self.store, self.now)

    def look(self) -> None:
        standing = attempts.standing(self.store, self.desk.account_id, self.public_id, self.now)
        self._same_parts(standing.attempt)
        assert standing.stored.open == standing.attempt.open, "an attempt that has ended stands as open"

    def restart(self) -> None:
        self.store.close()
        self.store = self.desk.store = Store(self.store.url)

    def step(self) -> None:
        acts = [self.move, self.save, self.leave, self.hand_in, self.sweep, self.look]
        weights = [6, 12, 2, 1, 2, 2]
        if self.exam is STAGES:
            acts += [self.leave_question, self.end_break]
            weights += [4, 1]
        if self.chance.random() < 0.1:
            self.extend()
        if self.chance.random() < 0.03:
            self.restart()
        elif self.chance.random() < 0.05:
            self.begin()
        else:
            self.chance.choices(acts, weights)[0]()

    def same(self) -> None:
        """What the store holds, the clock applied, is what the model says; looking writes nothing."""
        with self.store.read():
            found = desks.stored(self.store, self.public_id)
            held = desks.current(self.store, self.public_id).items()
            late = desks.late(self.store, self.public_id)
        self._same_parts(_SETTLE(found.attempt, self.now))
        assert {where: (one.version, one.value) for where, one in held} == self.model.held
        assert late == self.model.late

    def _same_parts(self, seen: machine.Attempt) -> None:
        assert [
            (one.opened_at, one.deadline_at, one.closed_at, one.closed_by and one.closed_by.value)
            for one in seen.parts
        ] == [(one.opened, one.deadline, one.closed, one.by) for one in self.model.parts]
        due = [(one.opens, one.present) for one in self.model.parts]
        assert [(one.opens_at, one.present) for one in seen.parts] == due

    def end(self) -> None:
        """Nobody comes back: whatever was saved is scored, by the sweeper or on the first read."""
        timed = all(one.minutes for one in self.model.parts)
        self.now += timedelta(days=1)
        self.model.tick(self.now)
        if timed and self.chance.random() < 0.5:
            self.sweep()
        elif timed:
            self.look()
        else:
            self.hand_in()
        for public_id, model in self.began:
            with self.store.read():
                closed, answers = desks.stored(self.store, public_id), desks.answers(self.store, public_id)
                marks = _marks(self.store, public_id)
                expected = _expected_marks(self.store, public_id, KNOWN)
            assert not closed.open, "never submitted"
            assert closed.finished_at == max(one.closed for one in model.parts if one.closed)
            answered = {
                where: value
                for (where, kind), (_, value) in model.held.items()
                if kind is Kind.ANSWER and value
            }
            assert closed.answers_received == len(answered)
            assert answers == answered
            assert marks == expected


_SETTLE = machine.settle
"""The rule of the core, kept from a control that switches it off in the product."""


def _walk_all(
    url: str, runs: range, steps: int = STEPS, look: Callable[[Store], object] = lambda store: None
) -> None:
    store = Store(url)
    try:
        small_bank.stock(store, (*EXAMS, FREE_DOOR, STAGES))
        for seed in runs:
            walk = _Walk(store, seed)
            for number in range(steps):
                walk.step()
                store = walk.store
                if number % 3 == 0:
                    walk.same()
            walk.same()
            walk.end()
        look(store)
    finally:
        store.close()


def test_t01_any_order_of_events_agrees_with_the_model(url: str, rounds: Rounds, thorough: bool) -> None:
    _walk_all(url, rounds(RUNS, RUNS_FULL), STEPS_FULL if thorough else STEPS)


@pytest.mark.nightly
def test_d13_whatever_happened_to_an_attempt_it_verifies(url: str, rounds: Rounds) -> None:
    def look(store: Store) -> None:
        for one in verification.verify_all(store):
            assert one.discrepancies == (), one.public_id

    _walk_all(url, rounds(VERIFIED, VERIFIED_FULL), look=look)


def _no_deadline(*_: object) -> Verdict:
    return Verdict.ACCEPTED


def _any_base(position: int, kind: Kind, base: int, version: int, *_: Response) -> int:
    return version + 1


def _no_settling(attempt: machine.Attempt, now: datetime) -> machine.Attempt:
    return attempt


@pytest.mark.parametrize(
    ("where", "name", "fault"),
    [
        (responses, "judge_save", _no_deadline),
        (responses, "next_version", _any_base),
        (attempts.machine, "settle", _no_settling),
    ],
)
def test_t01_control_the_model_notices_a_guard_that_is_off(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, where: object, name: str, fault: object
) -> None:
    monkeypatch.setattr(where, name, fault)
    with pytest.raises(AssertionError):
        _walk_all(sqlite_url, range(RUNS))


# T09: nothing moves a deadline earlier


Deadlines = dict[tuple[int, int], int]
"""The deadline of each part of each attempt that has one, in microseconds."""
_standing = hot("SELECT attempt_id, part, deadline_at FROM attempt_part WHERE deadline_at IS NOT NULL")


def _deadlines(store: Store) -> Deadlines:
    with store.read() as conn:
        return {(attempt_id, number): deadline for attempt_id, number, deadline in _standing(conn)}


def _hold(store: Store, before: Deadlines, change: Callable[[], object]) -> Deadlines:
    """A change may open parts, but no deadline that stands moves earlier or goes; how they stand after it."""
    change()
    after = _deadlines(store)
    moved = {where: at for where, at in before.items() if where not in after or after[where] < at}
    assert not moved, f"deadlines moved earlier: {moved}"
    return after


class _Upheaval:
    """Everything that goes on in a house while candidates sit their tests."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        self.store, self.chance, self.now = store, chance, NOW
        self.bank_items, self.exams = small_bank.items(), list(EXAMS)
        self.running: list[tuple[int, str]] = []

    def publish(self) -> None:
        self.bank_id = small_bank.stock(self.store, self.exams, self.bank_items)

    def begin(self) -> None:
        account_id = sit_down(self.store).account_id
        slug = self.chance.choice(EXAMS).id
        begun = attempts.begin(
            self.store, account_id, "small", slug, Mode.TIMED, self.now, self.chance.randrange(1000)
        )
        self.running.append((account_id, begun))

    def time_changes(self) -> None:
        """Other minutes, other doors, for every exam."""
        self.exams = [
            replace(
                one,
                parts=tuple(
                    replace(
                        part_,
                        minutes=self.chance.choice((None, 1, 2, 5, 60)),
                        door=self.chance.choice(list(Door)),
                    )
                    for part_ in one.parts
                ),
            )
            for one in EXAMS
        ]
        self.store.write(lambda conn: publish_exams(conn, self.bank_id, self.exams))

    def edit(self) -> None:
        place = self.chance.randrange(len(self.bank_items))
        stem = f"Asked anew, number {self.chance.random()}?"
        one = self.bank_items[place]
        self.bank_items[place] = replace(one, public=replace(one.public, stem=stem))
        self.publish()

    def retire(self) -> None:
        with self.store.read() as conn:
            living = (
                conn.execute(select(item.c.id).where(item.c.status == "live", ~item.c.sample)).scalars().all()
            )
        if len(living) > 11:
            chosen = self.chance.choice(living)
            self.store.write(lambda conn: retire_by_hand(conn, chosen, self.now))

    def extend(self) -> None:
        """An admin gives somebody, or everybody, time."""
        _, public_id = self.chance.choice(self.running)
        grant = self.chance.choice((Grant(25, Measure.PERCENT), Grant(1, Measure.MINUTES)))
        attempts.extend(
            self.store, public_id, grant, Reason.INTERRUPTION, None, self.now, f"{self.chance.random()}"
        )

    def restart(self) -> None:
        self.store.close()
        self.store.__init__(self.store.url)  # type: ignore[misc]

    def live(self) -> None:
        """A candidate comes by, or the clock moves and the sweeper runs."""
        account_id, public_id = self.chance.choice(self.running)
        act = self.chance.randrange(4)
        if act == 0:
            self.now += timedelta(seconds=self.chance.choice((1, 20, 61)))
            attempts.sweep(self.store, self.now)
        elif act == 1:
            attempts.standing(self.store, account_id, public_id, self.now)
        elif act == 2 and len(desks.stored(self.store, public_id).attempt.parts) > 1:
            attempts.leave_part(self.store, account_id, public_id, 0, self.now)
        else:
            attempts.begin(self.store, account_id, "small", "quick", Mode.TIMED, self.now, 1)


def _changed_about(store: Store, changes: range) -> None:
    """Changes by chance in a house whose people sit their tests."""
    house = _Upheaval(store, random.Random(changes.start))
    house.publish()
    for _ in range(6):
        house.begin()
    acts = (
        house.begin,
        house.time_changes,
        house.edit,
        house.retire,
        house.restart,
        house.extend,
        house.live,
    )
    deadlines = _deadlines(store)
    for act in house.chance.choices(acts, (1, 2, 1, 3, 1, 4, 18), k=len(changes)):
        deadlines = _hold(store, deadlines, act)
    assert len(deadlines) > 10 or len(changes) < CHANGES


def test_t09_no_change_moves_a_deadline_earlier(store: Store, rounds: Rounds) -> None:
    for changes in batches(rounds(CHANGES, CHANGES_FULL), CHANGES):
        _changed_about(store, changes)


def _earlier(store: Store) -> None:
    moved = update(attempt_part).values(deadline_at=NOW)
    store.write(lambda conn: conn.execute(moved.where(attempt_part.c.deadline_at.is_not(None))).rowcount)


@pytest.mark.every_case
def test_t09_the_database_itself_refuses_an_earlier_deadline(kept: Store) -> None:
    small_bank.begin(kept, sit_down(kept).account_id)
    with pytest.raises(DBAPIError, match="a deadline never moves earlier"):
        _earlier(kept)
    gone = update(attempt_part).values(deadline_at=None).where(attempt_part.c.deadline_at.is_not(None))
    with pytest.raises(DBAPIError, match="a deadline never moves earlier"):
        kept.write(lambda conn: conn.execute(gone).rowcount)


def test_t09_control_without_the_trigger_an_earlier_deadline_is_noticed(store: Store) -> None:
    small_bank.stock(store)
    small_bank.begin(store, sit_down(store).account_id)
    table = " ON attempt_part" if store.dialect == "postgresql" else ""
    store.write(lambda conn: conn.execute(text(f"DROP TRIGGER attempt_part_deadline{table}")).rowcount)
    with pytest.raises(AssertionError, match="deadlines moved earlier"):
        _hold(store, _deadlines(store), lambda: _earlier(store))


# T11: browsers closed at the deadline


def _overdue(store: Store, numbers: range) -> tuple[list[tuple[Desk, str]], str]:
    """Attempts with one answer each whose time is up; the first of them cannot be read."""
    small_bank.stock(store)
    broken = sit_down(store)
    sooner = attempts.begin(store, broken.account_id, "small", "quick", Mode.TIMED, NOW - MS, 0)
    sat = []
    for seed in numbers[1:]:
        desk = sit_down(store)
        sat.append((desk, small_bank.begin(store, desk.account_id, seed=seed)))
        small_bank.answer(store, desk.account_id, sat[-1][1], 1, right=True)
    return sat, _spoilt(store, sooner)


def _spoilt(store: Store, public_id: str) -> str:
    found = desks.stored(store, public_id).id
    spoil = update(booklet_item).values(option_order="[").where(booklet_item.c.attempt_id == found)
    store.write(lambda conn: conn.execute(spoil).rowcount)
    return public_id


def _all_finalised(store: Store, sat: list[tuple[Desk, str]]) -> None:
    for _, public_id in sat:
        closed = desks.stored(store, public_id)
        assert (closed.open, closed.finished_at, closed.closed_by) == (False, DEADLINE, ClosedBy.TIME)
        assert (closed.answers_received, sum(one or 0 for one in _marks(store, public_id))) == (1, 1)


def _swept(store: Store, numbers: range) -> None:
    sat, broken = _overdue(store, numbers)
    begun, waited, done = time.monotonic(), SWEEP_SECONDS, 0
    while swept := attempts.sweep(store, AFTER):
        waited, done = waited + AGAIN_SECONDS, done + swept
    assert waited + time.monotonic() - begun < SWEPT_WITHIN
    _all_finalised(store, sat)
    assert done == len(sat) == len(numbers) - 1
    assert desks.stored(store, broken).open


def _read(store: Store, numbers: range) -> None:
    sat, broken = _overdue(store, numbers)
    for desk, public_id in sat:
        attempts.standing(store, desk.account_id, public_id, AFTER)
    _all_finalised(store, sat)
    assert desks.stored(store, broken).open


def test_t11_the_sweeper_closes_all_but_the_one_that_raises(store: Store, rounds: Rounds) -> None:
    _swept(store, rounds(OVERDUE, OVERDUE_FULL))


def test_t11_without_the_sweeper_the_first_read_closes(store: Store, rounds: Rounds) -> None:
    _read(store, rounds(OVERDUE, OVERDUE_FULL))


@ON_ONE_DATABASE
def test_t11_control_a_sweep_that_stops_at_the_first_error_leaves_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise SystemError("the sweep ends here")

    monkeypatch.setattr(attempts.log, "exception", stop)
    with pytest.raises(SystemError):
        _swept(store, FEW)
    with store.read() as conn:
        still_open = conn.execute(select(attempt.c.id).where(attempt.c.state == "open")).all()
    assert len(still_open) == len(FEW)


@ON_ONE_DATABASE
def test_t11_control_with_settling_off_the_first_read_leaves_all_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts.machine, "settle", _no_settling)
    with pytest.raises(AssertionError):
        _read(store, FEW)


def test_attempts_that_cannot_be_closed_do_not_keep_those_after_them_waiting(store: Store) -> None:
    sat, broken = _overdue(store, FEW)
    assert attempts.sweep(store, AFTER, at_once=1) == 1
    assert [desks.stored(store, one).open for _, one in sat].count(False) == 1
    assert desks.stored(store, broken).open


def test_an_attempt_that_the_database_refuses_to_close_does_not_stop_the_sweep(store: Store) -> None:
    sat, _ = _overdue(store, FEW)
    _, refused = sat.pop(0)
    found = desks.stored(store, refused).id
    guard = {
        "sqlite": f"CREATE TRIGGER stuck BEFORE UPDATE ON attempt WHEN OLD.id = {found} "
        "BEGIN SELECT RAISE(ABORT, 'stuck'); END",
        "postgresql": f"ALTER TABLE attempt ADD CONSTRAINT stuck CHECK (id <> {found} OR state = 'open')",
    }[store.dialect]
    store.write(lambda conn: conn.execute(text(guard)).rowcount)
    attempts.sweep(store, AFTER)
    _all_finalised(store, sat)
    assert desks.stored(store, refused).open


def test_the_sweeper_moves_an_attempt_on_to_its_second_part(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    attempts.sweep(kept, DEADLINE + GRACE)
    assert desks.stored(kept, public_id).attempt.parts[1].state is PartState.WAITING
    attempts.sweep(kept, DEADLINE + GRACE + MS)
    moved = desks.stored(kept, public_id).attempt.parts[1]
    assert (moved.state, moved.opened_at) == (PartState.OPEN, DEADLINE)
    attempts.sweep(kept, AFTER)
    assert desks.stored(kept, public_id).finished_at == DEADLINE + MINUTE


# T17: a frozen attempt in a bank that changes


def _fragments(store: Store, desk: Desk, public_id: str) -> list[bytes]:
    asked: list[AskedItem] = [
        sitting.question(store, desk.account_id, public_id, one.position, NOW).asked
        for one in small_bank.booklet(store, public_id)
    ]
    return [repr(one).encode() for one in asked]


def _rekeyed(one: Item) -> Item:
    answer = one.secret.answer
    assert isinstance(answer, ChoiceAnswer)
    misconceptions = {name: "slip" for name in answer.rationales if name != "near"}
    return replace(
        one, secret=replace(one.secret, answer=replace(answer, key=("near",), misconceptions=misconceptions))
    )


def _changed(one: Item, chance: random.Random) -> Item:
    """Another stem, another key, another standing, or the same again."""
    act = chance.randrange(4)
    if act == 0:
        return replace(one, public=replace(one.public, stem=f"Asked anew: {chance.random()}?"))
    if act == 1:
        return _rekeyed(one)
    return replace(one, status=Status.RETIRED) if act == 2 else one


def _frozen(store: Store, numbers: range) -> None:
    """Items are edited, re-keyed, retired and imported again; fragments and marks stay those dealt."""
    made = [single(f"one-{n}", "T1", 1 + n % 3) for n in range(12)] + [
        single(f"two-{n}", "T2") for n in range(6)
    ]
    small_bank.stock(store, [QUICK], made)
    known = {version_of(one): one for one in made}
    sat = []
    for seed in numbers:
        desk = sit_down(store)
        public_id = small_bank.begin(store, desk.account_id, seed=seed)
        sat.append((desk, public_id, _fragments(store, desk, public_id)))
    for number, (desk, public_id, before) in zip(numbers, sat, strict=True):
        chance = random.Random(number)
        if number % 4 == 0:
            changed = [_changed(one, chance) if chance.random() < 0.7 else one for one in made]
            small_bank.stock(store, [QUICK], changed)
            retired = small_bank.item_id(store, chance.choice(made).public.id)
            store.write(lambda conn, retired=retired: retire_by_hand(conn, retired, NOW))  # type: ignore[misc]
        assert _fragments(store, desk, public_id) == before, "a fragment changed while the attempt ran"
        for position in (1, 2, 3):
            desk.save(public_id, position, "right")
        attempts.hand_in(store, desk.account_id, public_id, NOW)
        assert _marks(store, public_id) == _expected_marks(store, public_id, known) == [1, 1, 1, 0]
    small_bank.stock(store, [QUICK], [_rekeyed(one) for one in made])
    assert all(_marks(store, public_id) == [1, 1, 1, 0] for _, public_id, _ in sat)


def test_t17_what_was_dealt_is_shown_and_marked_whatever_becomes_of_the_items(
    store: Store, rounds: Rounds
) -> None:
    _frozen(store, rounds(EDITED, EDITED_FULL))


@ON_ONE_DATABASE
def test_t17_control_an_attempt_that_follows_the_newest_version_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest: Callable[..., tuple[DealtItem, ...]] = rows.booklet

    def newest(conn: object, *args: object) -> tuple[DealtItem, ...]:
        dealt = honest(conn, *args)
        asked = select(item.c.id, item.c.version).where(item.c.id.in_([one.item_id for one in dealt]))
        versions = dict(conn.execute(asked).all())  # type: ignore[attr-defined]
        return tuple(replace(one, version=versions[one.item_id]) for one in dealt)

    def desk_of_newest(conn: Connection, attempt_id: int, position: int) -> response_rows.Desk | None:
        found = honest_desk(conn, attempt_id, position)
        (dealt,) = newest(conn, attempt_id, position)
        return found and replace(found, version=dealt.version)

    honest_desk = response_rows.desk
    monkeypatch.setattr(rows, "booklet", newest)
    monkeypatch.setattr(response_rows, "desk", desk_of_newest)
    with pytest.raises(AssertionError, match="a fragment changed"):
        _frozen(store, FEW)
