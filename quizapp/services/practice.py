"""Practice that a candidate puts together: by topic, or from the questions that went wrong."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from quizapp.assessment.blueprint import Door, ExamPart, ExamProfile, Quota
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.services import attempts, results
from quizapp.services.errors import Conflict, Refused
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store import practice as rows
from quizapp.store.items import StoredBank
from quizapp.store.practice import Record
from quizapp.store.transaction import Store

NUMBERS = (5, 10, 20)
"""How many questions a candidate may ask for."""
NO_RECORD = Record(0, 0, None)
_SINCE = date(2026, 11, 1)


@dataclass(frozen=True)
class PractisedTopic:
    """A topic with how many questions it holds and the account's own record in it."""

    id: str
    title: str
    questions: int
    record: Record

    @property
    def percent(self) -> int | None:
        """Right answers in percent of those given, rounded down; None before the first."""
        return 100 * self.record.right // self.record.answered if self.record.answered else None


@dataclass(frozen=True)
class PracticeBank:
    """A bank to practise from, its topics in the bank's order."""

    slug: str
    title: str
    topics: tuple[PractisedTopic, ...]


def banks(store: Store, account_id: int) -> tuple[PracticeBank, ...]:
    """Every bank with its topics and the account's record; topics without questions are left out."""
    with store.read() as conn:
        return tuple(_bank(conn, bank, account_id) for bank in item_rows.all_banks(conn))


def _bank(conn: Connection, bank: StoredBank, account_id: int) -> PracticeBank:
    sizes = rows.topic_sizes(conn, bank.id)
    records = rows.topic_records(conn, bank.id, account_id)
    titles = item_rows.topic_titles(conn, bank.id)
    return PracticeBank(
        bank.slug,
        bank.title,
        tuple(
            PractisedTopic(topic, title, sizes[topic], records.get(topic, NO_RECORD))
            for topic, title in titles.items()
            if topic in sizes
        ),
    )


def begin(
    store: Store,
    account_id: int,
    bank_slug: str,
    topics: tuple[str, ...],
    number: int,
    now: datetime,
    seed: int,
    ending: str | None = None,
) -> str:
    """Begin tutor-mode practice over some topics; the public id of the attempt.

    Raises Refused for an unknown bank, topic or number, or for none, BlueprintShort where the topics hold
    too few questions for this candidate now, and PracticeOpen where other practice is open than the one
    that `ending` names.
    """
    bank = next((one for one in banks(store, account_id) if one.slug == bank_slug), None)
    if bank is None:
        raise Refused("bank", "bank")
    chosen = [one for one in bank.topics if one.id in topics]
    if not chosen or len(chosen) < len(set(topics)):
        raise Refused("topics", "topics")
    if number not in NUMBERS:
        raise Refused("number", "number")
    title = f"Practice: {chosen[0].title}" if len(chosen) == 1 else f"Practice: {len(chosen)} topics"
    quota = Quota(tuple(one.id for one in chosen), None, number)
    exam = _profile(title, number, (quota,))
    return attempts.begin_practice(store, account_id, bank_slug, exam, None, now, seed, ending)


def begin_wrong(
    store: Store, account_id: int, public_id: str, now: datetime, seed: int, ending: str | None = None
) -> str:
    """Begin practice over what went wrong in the account's own closed attempt; the new attempt's public id.

    Questions retired since are left out. Raises NotFound, Conflict while the attempt is open and where
    nothing is left to practise, and PracticeOpen as `begin` does.
    """
    outcome = results.outcome(store, account_id, public_id, now)
    stored = outcome.stored
    with store.read() as conn:
        wrong = [one.slug for one in attempt_rows.booklet(conn, stored.id) if one.position in outcome.wrong]
        left = item_rows.drawn_items(conn, stored.bank_id, account_id, wrong)
    if not left:
        raise Conflict("nothing_wrong")
    title = stored.profile.title
    again = title if title.startswith(_AGAIN) else f"{_AGAIN}{title}"
    items = _profile(again, len(left), ())
    return attempts.begin_practice(
        store, account_id, stored.bank_slug, items, tuple(wrong), now, seed, ending
    )


_AGAIN = "What I got wrong: "


def begin_siblings(
    store: Store,
    account_id: int,
    public_id: str,
    position: int,
    now: datetime,
    seed: int,
    ending: str | None = None,
) -> str:
    """Begin practice of the other questions on the idea of one in the account's own closed attempt.

    Raises NotFound, Conflict while the attempt is open and where there is no other question, and
    PracticeOpen as `begin` does.
    """
    found = results.siblings_of(store, account_id, public_id, position, now)
    if not found.slugs:
        raise Conflict("no_siblings")
    profile = _profile(f"One idea again: {found.topic}", len(found.slugs), ())
    return attempts.begin_practice(
        store, account_id, found.bank_slug, profile, found.slugs, now, seed, ending
    )


def _profile(title: str, number: int, blueprint: tuple[Quota, ...]) -> ExamProfile:
    """An exam that is none: no limit, no pass mark; its date is fixed, so that one choice is one version."""
    part = ExamPart(title, number, None, None, ScoringRule.ALL_OR_NOTHING, Door.FREE, blueprint)
    return ExamProfile(
        id=attempts.PRACTICE,
        title=title,
        summary="Practice without a clock, with the explanation after each answer.",
        imitates="No examination.",
        source="Put together by the candidate.",
        checked_on=_SINCE,
        verified=False,
        parts=(part,),
    )
