"""One save and what becomes of it: accepted, replayed, stale, late or refused, and when a key opens."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.assessment.attempt import GRACE, Kind, Mode, Verdict
from quizapp.assessment.blueprint import Quota
from quizapp.assessment.errors import (
    AnswerRevealed,
    AttemptClosed,
    InvalidResponse,
    KeyReused,
    PartNotOpen,
    StaleResponse,
)
from quizapp.assessment.item import Response
from quizapp.assessment.log import first_fault
from quizapp.services import accounts, attempts, responses, sitting
from quizapp.services.errors import NotFound, SignedOut
from quizapp.services.responses import Save, Saved
from quizapp.store import responses as rows
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds, batches
from tests.services import desks
from tests.services.desks import Desk, sit_down
from tests.small_bank import NOW, exam, part, single

AT_EACH_INSTANT, AT_EACH_INSTANT_FULL = 20, 200
"""T02: saves at each instant, on a commit and before a release; as many at most in one attempt."""
WALKS, WALKS_FULL, WALKS_EACH, ACTS = 100, 2_000, 10, 7
"""C04: interleavings of two browsers, how many go through one attempt, and what is done in each."""
SENT, SENT_FULL = 200, 10_000
"""C05: saves that the network shuffles and doubles; as many at most in one attempt."""
MS = timedelta(milliseconds=1)
DEADLINE = NOW + timedelta(minutes=10)
ON_ONE_DATABASE = pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
"""For what is decided above the store, whose statements other tests run on both databases."""


def _begun(store: Store, exam_slug: str = "quick", mode: Mode = Mode.TIMED) -> tuple[Desk, str]:
    desk = sit_down(store)
    return desk, small_bank.begin(store, desk.account_id, exam_slug, mode)


def _number(store: Store) -> tuple[Desk, str]:
    """Practice with the one numeric question."""
    desk = sit_down(store)
    items = ("one-number",)
    return desk, attempts.begin_practice(
        store, desk.account_id, "small", small_bank.WARM_UP, items, NOW, seed=1
    )


def _refused(desk: Desk, public_id: str, how: type[Exception], *value: str, **more: object) -> Exception:
    """A save that is refused and leaves no trace."""
    before = _traces(desk, public_id)
    with pytest.raises(how) as refused:
        desk.save(public_id, more.pop("position", 1), *value, **more)  # type: ignore[arg-type]
    after = _traces(desk, public_id)
    assert after == before
    assert after[-1] == []
    return refused.value


def _traces(desk: Desk, public_id: str) -> tuple[object, ...]:
    with desk.store.read():
        return tuple(look(desk.store, public_id) for look in (desks.entries, desks.current, desks.late))


def test_a_save_is_answered_from_what_was_committed(kept: Store) -> None:
    desk, public_id = _begun(kept)
    saved = desk.save(public_id, 2, "near", now=NOW + MS)
    assert (saved.position, saved.kind, saved.client_seq, saved.version) == (2, Kind.ANSWER, 1, 1)
    assert (saved.value, saved.server_at, saved.late) == (("near",), NOW + MS, False)
    assert saved.deadline_at == DEADLINE
    assert desks.answers(kept, public_id) == {2: ("near",)}
    with kept.read() as conn:
        assert saved.digest == rows.last_hash(conn, desks.stored(kept, public_id).id)


def test_answering_changing_and_clearing_make_versions_one_after_the_other(kept: Store) -> None:
    desk, public_id = _begun(kept)
    versions = [
        desk.save(public_id, 1, *value, base=n).version for n, value in enumerate((["near"], ["far"], []))
    ]
    assert versions == [1, 2, 3]
    assert desks.answers(kept, public_id) == {}
    assert desks.current(kept, public_id)[1, Kind.ANSWER].version == 3


def test_answer_flag_and_strike_have_versions_of_their_own(kept: Store) -> None:
    desk, public_id = _begun(kept)
    slugs = [one.slug for one in small_bank.booklet(kept, public_id)]
    position = 1 + next(place for place, slug in enumerate(slugs) if slug != "one-number")
    for kind, value in ((Kind.ANSWER, ("far",)), (Kind.FLAG, ("1",)), (Kind.STRIKE, ("off", "near"))):
        assert desk.save(public_id, position, *value, kind=kind).version == 1
    assert desk.save(public_id, position, kind=Kind.FLAG, base=1).version == 2
    held = {kind: one.value for (_, kind), one in desks.current(kept, public_id).items()}
    assert held == {Kind.ANSWER: ("far",), Kind.FLAG: (), Kind.STRIKE: ("near", "off")}


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Kind.ANSWER, ("nowhere",), "unknown_option"),
        (Kind.ANSWER, ("near", "far"), "several_options"),
        (Kind.FLAG, ("yes",), "flag"),
        (Kind.STRIKE, ("nowhere",), "unknown_option"),
    ],
)
def test_what_cannot_be_a_response_is_refused(
    kept: Store, kind: Kind, value: tuple[str, ...], code: str
) -> None:
    desk, public_id = _begun(kept, "single")
    refused = _refused(desk, public_id, InvalidResponse, *value, kind=kind)
    assert refused == InvalidResponse(code)


def test_a_number_has_no_options_to_strike(kept: Store) -> None:
    desk, public_id = _number(kept)
    assert _refused(desk, public_id, InvalidResponse, "2.5", kind=Kind.STRIKE) == InvalidResponse(
        "nothing_to_strike"
    )
    assert desk.save(public_id, 1, " 2.50 ").value == ("2.50",)


@ON_ONE_DATABASE
@pytest.mark.parametrize(("client", "seq"), [("", 1), ("x" * 41, 1), ("c", -1), ("c", 2**31)])
def test_a_save_without_a_plausible_sender_is_refused(kept: Store, client: str, seq: int) -> None:
    desk, public_id = _begun(kept)
    with pytest.raises(InvalidResponse, match="client"):
        desk.send(Save(public_id, 1, Kind.ANSWER, client, seq, 0, ("near",)))
    assert desks.entries(kept, public_id) == 0


def test_a_stale_save_is_refused_with_both_values(kept: Store) -> None:
    desk, public_id = _begun(kept)
    desk.save(public_id, 1, "near")
    stale = _refused(desk.other(), public_id, StaleResponse, "far", base=0)
    assert stale == StaleResponse(1, "answer", 1, ("near",), ("far",))
    ahead = _refused(desk, public_id, StaleResponse, base=7)
    assert ahead == StaleResponse(1, "answer", 1, ("near",), ())


def test_a_replay_is_answered_alike_adds_no_row_and_says_what_stands_by_now(kept: Store) -> None:
    desk, public_id = _begun(kept)
    save = Save(public_id, 1, Kind.ANSWER, desk.client, 1, 0, ("near",))
    first = desk.send(save)
    desk.other().save(public_id, 1, "far", base=1)
    assert first.newest == 1
    assert desk.send(save, NOW + timedelta(minutes=2)) == replace(first, newest=2)
    assert desks.entries(kept, public_id) == 2
    assert desks.answers(kept, public_id) == {1: ("far",)}


def test_a_replay_after_the_deadline_or_the_hand_in_is_still_answered(kept: Store) -> None:
    desk, public_id = _begun(kept)
    save = Save(public_id, 1, Kind.ANSWER, desk.client, 1, 0, ("near",))
    first = desk.send(save)
    assert desk.send(save, DEADLINE + GRACE + MS) == first
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    assert desk.send(save) == first
    assert desks.late(kept, public_id) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "changed",
    [{"submitted": ("far",)}, {"position": 2}, {"kind": Kind.FLAG, "submitted": ("1",)}, {"based_on": 1}],
)
def test_a_number_used_again_for_another_body_is_refused(kept: Store, changed: dict[str, object]) -> None:
    desk, public_id = _begun(kept)
    save = Save(public_id, 1, Kind.ANSWER, desk.client, 1, 0, ("near",))
    desk.send(save)
    with pytest.raises(KeyReused) as reused:
        desk.send(replace(save, **changed))  # type: ignore[arg-type]
    assert (reused.value.client, reused.value.client_seq) == (desk.client, 1)
    assert desks.answers(kept, public_id) == {1: ("near",)}
    assert desks.entries(kept, public_id) == 1


def test_what_is_not_there_or_not_ones_own_reads_the_same(kept: Store) -> None:
    desk, public_id = _begun(kept)
    stranger = sit_down(kept)
    for who, what, position in ((stranger, public_id, 1), (desk, "nothing", 1), (desk, public_id, 5)):
        with pytest.raises(NotFound):
            who.save(what, position, "near")
    assert desks.entries(kept, public_id) == 0


def test_nobody_saves_with_an_ended_session_or_a_disabled_account(kept: Store) -> None:
    desk, public_id = _begun(kept)
    desk.session = f"ended {public_id}"
    accounts.end_session(kept, desk.account_id, desk.session, NOW)
    with pytest.raises(SignedOut):
        desk.save(public_id, 1, "near")
    again = desk.other()
    assert again.save(public_id, 1, "near").version == 1
    accounts.disable(kept, desk.account_id)
    with pytest.raises(SignedOut):
        again.save(public_id, 1, "far", base=1)
    accounts.enable(kept, desk.account_id)
    with pytest.raises(SignedOut):
        again.save(public_id, 1, "far", base=1)
    assert desks.entries(kept, public_id) == 1


def test_a_part_that_waits_takes_nothing_and_one_that_was_left_neither(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    assert _refused(desk, public_id, PartNotOpen, "near", position=5) == PartNotOpen(1)
    attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + MS)
    assert _refused(desk, public_id, AttemptClosed, "near", now=NOW + 2 * MS) == AttemptClosed(0)
    opened = desk.save(public_id, 5, "near", now=NOW + 2 * MS)
    assert opened.deadline_at == NOW + MS + timedelta(minutes=1)


def test_the_first_save_into_a_part_that_time_opened_is_accepted_with_its_deadline(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    saved = desk.save(public_id, 5, "near", now=DEADLINE + timedelta(seconds=30))
    assert (saved.version, saved.late) == (1, False)
    assert saved.deadline_at == DEADLINE + timedelta(minutes=1)


def test_a_save_into_a_part_that_came_and_went_unseen_is_late_and_the_rest_is_scored(kept: Store) -> None:
    desk, public_id = _begun(kept, "two-parts")
    desk.save(public_id, 1, "right")
    after = DEADLINE + timedelta(hours=1)
    assert desk.save(public_id, 5, "right", now=after).late
    assert desks.late(kept, public_id) == [(5, ("right",))]
    attempts.sweep(kept, after)
    closed = desks.stored(kept, public_id)
    assert (closed.open, closed.answers_received) == (False, 1)
    assert closed.finished_at == DEADLINE + timedelta(minutes=1)


def test_after_hand_in_nothing_more_is_taken(kept: Store) -> None:
    desk, public_id = _begun(kept)
    desk.save(public_id, 1, "near")
    attempts.hand_in(kept, desk.account_id, public_id, NOW + MS)
    _refused(desk, public_id, AttemptClosed, "far", base=1, now=NOW + 2 * MS)


def test_a_late_save_that_comes_twice_is_kept_once(kept: Store) -> None:
    desk, public_id = _begun(kept)
    save = Save(public_id, 1, Kind.ANSWER, desk.client, 1, 0, ("near",))
    assert desk.send(save, DEADLINE + GRACE + MS).late
    assert desk.send(save, DEADLINE + GRACE + 2 * MS).late
    assert desks.late(kept, public_id) == [(1, ("near",))]


def test_in_tutor_mode_the_explanation_follows_an_answer_and_locks_it(kept: Store) -> None:
    desk, public_id = _begun(kept, "single", Mode.TUTOR)
    with pytest.raises(InvalidResponse, match="nothing_answered"):
        responses.reveal(kept, desk.account_id, public_id, 1, NOW)
    desk.save(public_id, 1, "near")
    before = sitting.question(kept, desk.account_id, public_id, 1, NOW)
    assert before.explained is None
    responses.reveal(kept, desk.account_id, public_id, 1, NOW)
    shown = sitting.question(kept, desk.account_id, public_id, 1, NOW).explained
    assert shown
    assert shown.revealed
    assert shown.revealed.answer["key"] == ("right",)
    assert _refused(desk, public_id, AnswerRevealed, "right", base=1) == AnswerRevealed(1)
    assert desk.save(public_id, 1, "1", kind=Kind.FLAG).version == 1
    responses.reveal(kept, desk.account_id, public_id, 1, NOW)


def test_nothing_is_revealed_in_a_timed_test_nor_to_others_nor_after_the_end(kept: Store) -> None:
    desk, timed = _begun(kept, "single")
    desk.save(timed, 1, "near")
    learner, tutor = _number(kept)
    learner.save(tutor, 1, "7")
    for who, what in ((desk, timed), (desk, tutor)):
        with pytest.raises(NotFound):
            responses.reveal(kept, who.account_id, what, 1, NOW)
    attempts.hand_in(kept, learner.account_id, tutor, NOW)
    with pytest.raises(NotFound):
        responses.reveal(kept, learner.account_id, tutor, 1, NOW)


def test_the_chain_of_a_busy_attempt_verifies(kept: Store) -> None:
    desk, public_id = _begun(kept)
    for base in range(5):
        desk.save(public_id, 1, "near" if base % 2 else "far", base=base)
        desk.save(public_id, 2, *(["1"] if base % 2 else []), kind=Kind.FLAG, base=base)
    with kept.read() as conn:
        log = rows.log_of(conn, desks.stored(kept, public_id).id)
    assert (len(log), first_fault(public_id, log)) == (10, None)


# T02: the instants around a deadline

LONG = exam("long", "Long test", part("Long test", AT_EACH_INSTANT, [Quota(("T1",), None, AT_EACH_INSTANT)]))
INSTANTS = {
    -timedelta(seconds=1): False,
    -MS: False,
    timedelta(0): False,
    GRACE: False,
    GRACE + MS: True,
}
"""How far from the deadline a save comes, and whether it is late by the printed rule."""


def _stock_long(store: Store) -> None:
    small_bank.stock(store, [LONG], [single(f"one-{n}", "T1", 1 + n % 3) for n in range(AT_EACH_INSTANT + 4)])


def _saves_at(store: Store, offset: timedelta, late: bool, saves: range) -> None:
    """All saves at one instant, half of them after a sweep, get the verdict of the rule.

    Late bodies are kept, and none is scored.
    """
    desk, count = sit_down(store), len(saves)
    public_id = small_bank.begin(store, desk.account_id, "long", seed=saves.start)
    instant = DEADLINE + offset
    told = []
    for position in range(1, count + 1):
        if position == count // 2:
            attempts.sweep(store, instant)
        told.append(desk.save(public_id, position, "right", now=instant).late)
    assert told == [late] * count
    bodies = [(position, ("right",)) for position in range(1, count + 1)]
    assert desks.late(store, public_id) == (bodies if late else [])
    attempts.sweep(store, DEADLINE + timedelta(hours=1))
    closed = desks.stored(store, public_id)
    assert (closed.open, closed.finished_at) == (False, DEADLINE)
    assert closed.answers_received == (0 if late else count)
    _, (past,) = attempts.dashboard(store, desk.account_id, DEADLINE + timedelta(hours=1))
    assert past.marks == (0 if late else count)


def test_t02_saves_around_the_deadline_follow_the_printed_rule(store: Store, rounds: Rounds) -> None:
    _stock_long(store)
    for saves in batches(rounds(AT_EACH_INSTANT, AT_EACH_INSTANT_FULL), AT_EACH_INSTANT):
        for offset, late in INSTANTS.items():
            _saves_at(store, offset, late, saves)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_t02_control_without_the_deadline_late_saves_are_scored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stock_long(store)
    monkeypatch.setattr(responses, "judge_save", lambda *_: Verdict.ACCEPTED)
    with pytest.raises(AssertionError):
        _saves_at(store, GRACE + MS, True, range(AT_EACH_INSTANT))


# C04: two browsers of one person, interleaved


Held = dict[int, tuple[int, Response]]
"""The version and value of each answer."""


class _Browser:
    """A page that was loaded once and knows no more than what it was told since."""

    def __init__(self, desk: Desk, public_id: str) -> None:
        self.desk, self.public_id = desk, public_id
        self.known: Held = {}

    def load(self) -> None:
        self.known = stored(self.desk, self.public_id)


def _saved_or_stale(browser: _Browser, position: int, value: Response, base: int) -> Saved | StaleResponse:
    try:
        return browser.desk.save(browser.public_id, position, *value, base=base)
    except StaleResponse as stale:
        return stale


def _interleave(
    desk: Desk, public_id: str, seed: int, typed: dict[int, tuple[str, ...]], truth: Held
) -> None:
    """Two browsers load and save by chance; what was saved stands until somebody replaces it knowingly."""
    chance = random.Random(seed)
    browsers = [_Browser(desk, public_id), _Browser(desk.other(), public_id)]
    for _ in range(ACTS):
        browser, position = chance.choice(browsers), chance.choice((1, 1, 2, 3))
        if chance.random() < 0.25:
            browser.load()
            continue
        base, _value = browser.known.get(position, (0, ()))
        version, value = truth.get(position, (0, ()))
        text = chance.choice(typed[position])
        mine = (text,) if text else ()
        saved = _saved_or_stale(browser, position, mine, base)
        if isinstance(saved, StaleResponse):
            # Nothing that was typed is lost: both values are shown, and the page now knows the other one.
            assert base != version
            assert saved == StaleResponse(position, "answer", version, value, mine)
            browser.known[position] = (version, value)
        else:
            assert base == version, f"{mine} replaced {value}, which that page had never shown"
            assert (saved.position, saved.version, saved.value) == (position, version + 1, mine)
            truth[position] = browser.known[position] = (saved.version, saved.value)
    assert stored(desk, public_id) == truth


def stored(desk: Desk, public_id: str) -> Held:
    """The version and value of each answer, as the database holds them."""
    held = desks.current(desk.store, public_id)
    return {where: (one.version, one.value) for (where, kind), one in held.items() if kind is Kind.ANSWER}


def _walk(store: Store, seeds: range) -> None:
    """All walks, a few through each attempt: every one begins with two pages that know nothing yet."""
    for together in batches(seeds, WALKS_EACH):
        desk, public_id = _begun(store)
        truth: Held = {}
        typed = {
            one.position: ("2.5", "7", "") if one.slug == "one-number" else ("right", "near", "")
            for one in small_bank.booklet(store, public_id)
        }
        for seed in together:
            _interleave(desk, public_id, seed, typed, truth)


def test_c04_two_browsers_never_overwrite_each_other_unseen(kept: Store, rounds: Rounds) -> None:
    _walk(kept, rounds(WALKS, WALKS_FULL))


@ON_ONE_DATABASE
def test_c04_control_with_the_last_write_winning_answers_are_overwritten(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_write_wins(position: int, kind: Kind, base: int, version: int, *_: Response) -> int:
        return version + 1

    monkeypatch.setattr(responses, "next_version", last_write_wins)
    with pytest.raises(AssertionError, match="which that page had never shown"):
        _walk(kept, range(WALKS))


# C05: a network that shuffles, doubles and repeats


def _deliver(store: Store, saves: range) -> None:
    """Saves arrive in any order and up to three times; each is stored once and answered alike each time."""
    chance = random.Random(saves.start)
    desk, public_id = _begun(store)
    slugs = {one.position: one.slug for one in small_bank.booklet(store, public_id)}
    versions = dict.fromkeys(slugs, 0)
    sent = []
    for number in range(len(saves)):
        position = chance.choice(list(slugs))
        value = str(number) if slugs[position] == "one-number" else chance.choice(("right", "near", "far"))
        sent.append(Save(public_id, position, Kind.ANSWER, desk.client, number, versions[position], (value,)))
        versions[position] += 1
    waiting = sent + chance.choices(sent, k=len(sent) // 2)
    chance.shuffle(waiting)
    # A queue that is shuffled whole would need a round for each; the network reorders what is in flight, and
    # what was refused is sent again in the order in which it was typed.
    waiting.sort(key=lambda save: save.client_seq + chance.randint(0, 4))
    told: dict[int, Saved] = {}
    while waiting:
        refused = []
        for save in waiting:
            try:
                saved = desk.send(save)
            except StaleResponse:
                assert save.client_seq not in told, "a save that was accepted is refused when it comes again"
                refused.append(save)
                continue
            assert replace(told.setdefault(save.client_seq, saved), newest=saved.newest) == saved
        assert len(refused) < len(waiting), "nothing gets through any more"
        waiting = sorted(refused, key=lambda save: save.client_seq)
    assert len(told) == len(sent) == desks.entries(store, public_id)
    for position in {one.position for one in sent}:
        held = desks.current(store, public_id).get((position, Kind.ANSWER))
        newest = max((one for one in sent if one.position == position), key=lambda one: one.based_on)
        assert held
        assert (held.version, held.value) == (versions[position], newest.submitted)
    with store.read() as conn:
        log = rows.log_of(conn, desks.stored(store, public_id).id)
    assert first_fault(public_id, log) is None


def test_c05_shuffled_and_doubled_saves_end_at_the_newest_version(kept: Store, rounds: Rounds) -> None:
    for saves in batches(rounds(SENT, SENT_FULL), SENT):
        _deliver(kept, saves)


@ON_ONE_DATABASE
def test_c05_control_without_the_guard_a_replay_is_taken_for_a_new_save(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest: Callable[..., rows.SaveState | None] = rows.save_state

    def forgetful(*args: object) -> rows.SaveState | None:
        state = honest(*args)
        return state._replace(replay=None) if state else None

    monkeypatch.setattr(rows, "save_state", forgetful)
    with pytest.raises(AssertionError, match="refused when it comes again"):
        _deliver(kept, range(SENT))
