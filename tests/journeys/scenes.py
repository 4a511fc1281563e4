"""Two sites made ready for every state of `states.py`: a full one, and a fresh one without bank or admin."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from quizapp.assessment.attempt import Kind
from quizapp.assessment.blueprint import ExamProfile, Order
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, attempts, board, comments, practice, uploads
from quizapp.services.clock import system_clock
from quizapp.services.responses import reveal
from quizapp.store.attempts import find_attempt, mark_displayed
from quizapp.store.exams import all_offered, publish_exams
from quizapp.store.items import bank_by_slug
from quizapp.store.tables import attempt_part
from quizapp.store.transaction import Store
from quizapp.web.guest import reset_link
from tests.bank.sources import DAY_BASE, files, packed
from tests.journeys.booklets import Asked, begin, booklet, save
from tests.journeys.sites import Site, ago, running_site
from tests.small_bank import item_id

NUMERIC, MULTIPLE, SINGLE = "numeric_entry", "multiple_response", "single_choice"
Wants = Callable[[tuple[Asked, ...]], bool]
_TOPIC = QUESTION_BANK / "treasuries" / "items" / "T05-bills.yml"


@dataclass
class Scene:
    """The two sites, the account of everybody on them, and what else paths are made of."""

    full: Site
    fresh: Site
    people: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    held_at: datetime = field(default_factory=system_clock)

    def hold_clocks(self) -> None:
        """Give open tests back the time since this was last done: to look at every state may take longer."""
        now = system_clock()
        passed, running = now - self.held_at, attempt_part.c.state == "open"
        if passed < timedelta(minutes=1):
            return

        def unit(conn: Connection) -> None:
            for one in conn.execute(attempt_part.select().where(running)).all():
                if one.deadline_at and one.deadline_at > now:
                    same = (attempt_part.c.attempt_id == one.attempt_id) & (attempt_part.c.part == one.part)
                    conn.execute(
                        attempt_part.update().where(same).values(deadline_at=one.deadline_at + passed)
                    )

        self.full.store.write(unit)
        self.held_at = now

    def site_of(self, fresh: bool) -> Site:
        return self.fresh if fresh else self.full

    def path(self, pattern: str) -> str:
        """A path with the names in it filled in."""
        return pattern.format_map({**self.people, **self.ids})


@contextmanager
def set_scene(folder: Path) -> Iterator[Scene]:
    """Both sites, running, with everything in place."""
    made: list[Scene] = []

    def prepare(full: Site) -> None:
        made.append(_prepared(full, fresh))

    for name in ("full", "fresh"):
        (folder / name).mkdir()
    with (
        running_site(folder / "fresh", shipped=False) as fresh,
        running_site(folder / "full", prepare=prepare),
    ):
        yield made[0]


def _prepared(full: Site, fresh: Site) -> Scene:
    scene = Scene(full, fresh)
    accounts.renew_setup_code(fresh.store)
    for who, site, role in (
        ("newcomer", full, "candidate"),
        ("admin", full, "admin"),
        ("author", full, "author"),
        ("settler", fresh, "candidate"),
        ("keeper", fresh, "author"),
    ):
        scene.people[who] = site.person(f"{who}@example.org", role)
    _veteran(scene)
    _sitter(scene)
    _others_at_work(scene)
    _desk(scene)
    return scene


def _has(*interactions: str) -> Wants:
    wanted = Counter(interactions)
    return lambda asked: wanted <= Counter(one.item.interaction for one in asked)


def _deal(scene: Scene, who: str, exam: str, now: datetime, wants: Wants) -> str:
    """A new person with an open attempt whose booklet is as wanted; tries one person a seed."""
    store = scene.full.store
    for seed in range(200):
        account_id = scene.full.person(f"{who}-{seed}@example.org")
        public_id = begin(store, account_id, exam, now, seed)
        if wants(booklet(store, public_id)):
            scene.people[who] = account_id
            return public_id
    raise AssertionError(f"no booklet of {exam} is as wanted for {who}")


def _display(site: Site, account_id: int, public_id: str, now: datetime) -> None:
    asked = booklet(site.store, public_id)

    def unit(conn: object) -> None:
        found = find_attempt(conn, public_id)
        assert found
        for one in asked:
            mark_displayed(conn, found.id, account_id, one.position, now)

    site.store.write(unit)


def _sitter(scene: Scene) -> None:
    """Somebody in the middle of a timed test, with a test without limit open and an overdue one closed."""
    store, begun = scene.full.store, ago(4)
    all_sorts = _has(*(SINGLE,) * 8, MULTIPLE, NUMERIC)
    public_id = _deal(scene, "sitter", "practice-20", begun, all_sorts)
    account_id = scene.people["sitter"]
    asked = booklet(store, public_id)
    free = [one for one in asked if one.item.interaction == SINGLE]
    places = {"single": free[0], "answered": free[1], "spare": free[2], "stale": free[3], "form": free[4]}
    places |= {
        name: next(one for one in asked if one.item.interaction == name) for name in (MULTIPLE, NUMERIC)
    }
    scene.ids |= {name: str(one.position) for name, one in places.items()} | {"timed": public_id}
    for one in (free[1], *free[5:8]):
        save(store, account_id, public_id, one.position, one.miss)
    for one in free[5:7]:
        save(store, account_id, public_id, one.position, ("1",), Kind.FLAG)
    untimed = begin(store, account_id, "warm-up", ago(60))
    save(store, account_id, untimed, 2, ("1",), Kind.FLAG)
    late = begin(store, account_id, "mock-50", ago(90))
    first = booklet(store, late)[0]
    attempts.sweep(store, system_clock())
    scene.ids |= {"untimed": untimed, "late": late, "late-option": first.key[0]}


def _others_at_work(scene: Scene) -> None:
    """People in the last minutes, in a case set, in either part of two, in tutor mode, between two tests."""
    store = scene.full.store
    scene.ids["hurried"] = _deal(scene, "hurried", "practice-20", ago(20.7), _has(SINGLE))

    case = _deal(scene, "case", "mock-50", ago(3), lambda asked: any(one.item.stimulus for one in asked))
    scene.ids |= {
        "case": case,
        "in-case": str([one.position for one in booklet(store, case) if one.item.stimulus][1]),
    }
    scene.ids["one"] = _deal(scene, "one", "two-part-mock", ago(5), _has(SINGLE))
    two = _deal(scene, "two", "two-part-mock", ago(20), _has(SINGLE))
    attempts.leave_part(store, scene.people["two"], two, 0, ago(2))
    scene.ids |= {
        "two": two,
        "second-part": str(next(one.position for one in booklet(store, two) if one.part == 1)),
    }
    _learner(scene)
    _torn(scene)
    _in_stages(scene)


@contextmanager
def staged(store: Store, minutes: int = 60) -> Iterator[None]:
    """While the two-part mock is offered with a break of so many minutes and a sequential second part.

    No exam that ships has either; an attempt keeps what it was begun with.
    """
    with store.read() as conn:
        bank = bank_by_slug(conn, "treasuries")
        shipped = [one.profile for one in all_offered(conn)]
    assert bank
    changed = [_staged(one, minutes) if one.id == "two-part-mock" else one for one in shipped]
    store.write(lambda conn: publish_exams(conn, bank.id, changed))
    try:
        yield
    finally:
        store.write(lambda conn: publish_exams(conn, bank.id, shipped))


def _in_stages(scene: Scene) -> None:
    """Somebody in a break, and somebody past it whose questions come one after another."""
    store = scene.full.store
    with staged(store):
        resting = _deal(scene, "resting", "two-part-mock", ago(20), _has(SINGLE))
        ordered = _deal(scene, "ordered", "two-part-mock", ago(20), _has(SINGLE))
    attempts.leave_part(store, scene.people["resting"], resting, 0, ago(2))
    attempts.leave_part(store, scene.people["ordered"], ordered, 0, ago(3))
    attempts.end_break(store, scene.people["ordered"], ordered, 1, ago(2))
    first = next(one.position for one in booklet(store, ordered) if one.part == 1)
    attempts.leave_question(store, scene.people["ordered"], ordered, first, True, ago(1))
    scene.ids |= {"resting": resting, "ordered": ordered, "present": str(first + 1)}


def _staged(profile: ExamProfile, minutes: int) -> ExamProfile:
    first, second = profile.parts
    return replace(
        profile, parts=(replace(first, break_minutes=minutes), replace(second, order=Order.SEQUENTIAL))
    )


def _torn(scene: Scene) -> None:
    """Somebody whose practice asks something that a timed test of theirs asks as well; one person a seed."""
    store = scene.full.store
    for seed in range(200):
        account_id = scene.full.person(f"torn-{seed}@example.org")
        torn = begin(store, account_id, "warm-up", ago(30), seed)
        attempts.hand_in(store, account_id, torn, ago(29))
        sealed = practice.begin(store, account_id, "treasuries", ("T1", "T2"), 20, ago(2), seed)
        shut = {one.item.concept for one in booklet(store, begin(store, account_id, "mock-50", ago(1), seed))}
        for one in booklet(store, sealed):
            if one.item.concept in shut and one.item.interaction == SINGLE:
                scene.people["torn"] = account_id
                scene.ids |= {"torn": torn, "sealed": sealed, "sealed-single": str(one.position)}
                return
    raise AssertionError("no practice shares a question with a timed test")


def _learner(scene: Scene) -> None:
    account_id = scene.full.person("learner@example.org")
    scene.people["learner"] = account_id
    tutor = practice.begin(scene.full.store, account_id, "treasuries", ("T1", "T2"), 10, ago(9), 3)
    singles = [one for one in booklet(scene.full.store, tutor) if one.item.interaction == SINGLE]
    save(scene.full.store, account_id, tutor, singles[0].position, singles[0].miss)
    reveal(scene.full.store, account_id, tutor, singles[0].position, system_clock())
    scene.ids |= {
        "tutor": tutor,
        "revealed": str(singles[0].position),
        "open": str(singles[1].position),
    }


def _veteran(scene: Scene) -> None:
    """Somebody with tests behind them: not passed, passed, in two parts, in tutor mode."""
    store = scene.full.store
    all_sorts = _has(SINGLE, MULTIPLE, NUMERIC)
    failed = _deal(scene, "veteran", "practice-20", ago(4000), all_sorts)
    account_id = scene.people["veteran"]
    _sit(scene.full, account_id, failed, ago(3990), lambda place: place % 3 == 0, skip=(4, 9))
    passed = begin(store, account_id, "practice-20", ago(2600), 5)
    _sit(scene.full, account_id, passed, ago(2590), lambda place: place != 7, flag=(2, 7))
    two = begin(store, account_id, "two-part-mock", ago(1300), 6)
    _sit(scene.full, account_id, two, ago(1299), lambda place: place <= 32, stay=True)
    attempts.leave_part(store, account_id, two, 0, ago(1295))
    _sit(scene.full, account_id, two, ago(1290), lambda place: place <= 32, part=1)
    third = begin(store, account_id, "practice-20", ago(700), 8)
    _sit(scene.full, account_id, third, ago(690), lambda place: place < 13)
    tutor = practice.begin_wrong(store, account_id, failed, ago(100), 1)
    attempts.hand_in(store, account_id, tutor, ago(99))
    scene.ids |= {"failed": failed, "passed": passed, "two-closed": two, "tutor-closed": tutor}


def _sit(
    site: Site,
    account_id: int,
    public_id: str,
    now: datetime,
    right: Callable[[int], bool],
    *,
    skip: tuple[int, ...] = (),
    flag: tuple[int, ...] = (),
    part: int = 0,
    stay: bool = False,
) -> None:
    """Answer a part at one instant, rightly where `right` says so, and hand in unless one stays."""
    _display(site, account_id, public_id, now)
    for one in booklet(site.store, public_id):
        if one.part == part and one.position not in skip:
            value = one.key if right(one.position) else one.miss
            save(site.store, account_id, public_id, one.position, value, now=now)
        if one.part == part and one.position in flag:
            save(site.store, account_id, public_id, one.position, ("1",), Kind.FLAG, now=now)
    if not stay:
        attempts.hand_in(site.store, account_id, public_id, now)


def _desk(scene: Scene) -> None:
    """What admins and authors look at: uploads, reports, a disabled person, items, a reset link."""
    store, now = scene.full.store, system_clock()
    admin, author, veteran = (scene.people[who] for who in ("admin", "author", "veteran"))
    with_fault = files(items=(f"id: {DAY_BASE}\n", f"id: {DAY_BASE}\n    colour: blue\n"))
    blocked = files(
        items=(f"id: {DAY_BASE}\n", f"id: {DAY_BASE}\n    colour: blue\n"),
        exams=("pass_percent", "pass_percnt"),
    )
    text = _TOPIC.read_text(encoding="utf-8")
    last = text.rindex("\n  - id: ")
    dropping = text[: last + 1].replace("    difficulty: 1\n", "    difficulty: 2\n", 1)
    for name, account, file, content in (
        ("sound", admin, "example.zip", packed(files())),
        ("partly", admin, "example.zip", packed(with_fault)),
        ("faulty", admin, "example.zip", packed(blocked)),
        ("dropping", admin, _TOPIC.name, dropping.encode()),
        ("authors", author, "example.zip", packed(files())),
    ):
        scene.ids[name] = uploads.stage_upload(store, account, file, content, now)
    passed = scene.ids["passed"]
    for position, category, words in (
        (1, "unclear", "Is the yield meant before or after the fee?\n\nThe stem does not say."),
        (2, "typo", "The second option lacks a full stop."),
    ):
        comments.report(store, veteran, passed, position, category, words, now)
    comments.resolve(store, 2, now)
    quarter = Grant(25, Measure.PERCENT), Reason.ARRANGEMENT
    board.give_ahead(
        store, "treasuries", "two-part-mock", "newcomer@example.org", *quarter, admin, now, "ahead"
    )
    attempts.extend(store, scene.ids["two"], *quarter, admin, now, "meanwhile")
    scene.people["disabled"] = scene.full.person("disabled@example.org")
    accounts.disable(store, scene.people["disabled"])
    asked = booklet(store, scene.ids["timed"])
    scene.ids |= {
        "item": str(item_id(store, asked[0].item.id)),
        "number-item": str(item_id(store, next(o.item.id for o in asked if o.item.interaction == NUMERIC))),
        "multiple-item": str(
            item_id(store, next(o.item.id for o in asked if o.item.interaction == MULTIPLE))
        ),
        "case-item": str(
            item_id(store, next(o.item.id for o in booklet(store, scene.ids["case"]) if o.item.stimulus))
        ),
        "truth-item": str(item_id(store, "t04-pull-to-par")),
        "statements-item": str(item_id(store, "t02-noncompetitive-statements")),
        "reset": _reset_path(scene.full, veteran),
    }


def _reset_path(site: Site, account_id: int) -> str:
    with site.app.test_request_context():
        link = reset_link(accounts.reset_subject(site.store, account_id))
    return re.sub(r"^https?://[^/]+", "", link)
