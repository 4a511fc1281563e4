"""What a candidate learns afterwards: the result, and the explanation of every question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from quizapp.assessment.access import Ground, Sealed, release, sealed_apart
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.certainty import Calibration, Certainty, calibration, certainty_of
from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.hindsight import (
    LookedBack,
    MissReason,
    Said,
    answers_given,
    is_slow,
    minutes_to_fix,
    own_median,
    percent_of,
    times,
    urgency,
)
from quizapp.assessment.item import PublicItem, Response, SecretItem
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.scoring import MarkedItem, Result, mark, result_of
from quizapp.services import attempts
from quizapp.services.bars import Bars, Timed, bars
from quizapp.services.errors import Conflict, NotFound
from quizapp.services.notes import NoteLink, links
from quizapp.services.rendering import AskedItem, RevealedItem, asked, revealed
from quizapp.store import attempts as rows
from quizapp.store import hindsight as hindsight_rows
from quizapp.store import items as item_rows
from quizapp.store import responses as response_rows
from quizapp.store.attempts import DealtItem
from quizapp.store.attempts import StoredAttempt as StoredAttempt
from quizapp.store.responses import Current
from quizapp.store.transaction import Store


@dataclass(frozen=True)
class Outcome:
    """The result of a closed attempt, with the titles of its topics and the questions that went wrong."""

    stored: StoredAttempt
    result: Result
    topic_titles: Mapping[str, str]
    wrong: tuple[int, ...]
    key_changed: bool
    calibration: Calibration
    spent: tuple[Timed, ...]
    usual: timedelta | None

    @property
    def chart(self) -> Bars | None:
        """The time per question as bars; None where none was measured."""
        return bars(self.spent, self.usual)

    @property
    def minutes_to_fix(self) -> int:
        """Whole minutes that what went wrong takes at the candidate's own pace."""
        return minutes_to_fix(len(self.wrong), self.usual)

    @property
    def weights(self) -> dict[str, int]:
        """The share of the test that each topic had, in percent."""
        asked = self.result.whole.asked
        return {topic: percent_of(tally.asked, asked) for topic, tally in self.result.topics}


@dataclass(frozen=True)
class Explained:
    """One question of a review. `revealed` is None while its key stays shut; `own_note` is what was noted."""

    dealt: DealtItem
    topic: str
    asked: AskedItem
    response: Response
    struck: Response
    flagged: bool
    own_note: Response
    highlights: Response
    revealed: RevealedItem | None
    note: NoteLink | None

    @property
    def right(self) -> bool:
        """Whether the question got full marks."""
        return self.dealt.marks == 1

    @property
    def partly(self) -> bool:
        """Whether the question got some marks, not all."""
        return self.dealt.marks is not None and 0 < self.dealt.marks < 1


@dataclass(frozen=True)
class Change:
    """What became of an answer that was changed; `was` and `now` are in the candidate's own letters.

    `was_right` and `now_right` are None while the key stays shut.
    """

    was: str
    now: str
    was_right: bool | None
    now_right: bool | None


@dataclass(frozen=True)
class Reviewed(Explained):
    """A question of a review with what the log tells of it; `usual` is the candidate's own median time."""

    certainty: Certainty | None
    spent: timedelta | None
    usual: timedelta | None
    change: Change | None
    siblings: int
    reason: MissReason | None

    @property
    def slow(self) -> bool:
        """Whether it took at least twice the candidate's own median."""
        return is_slow(self.spent, self.usual)

    @property
    def urgency(self) -> int:
        """How soon it is worth reading; 0 is at once."""
        return urgency(LookedBack(self.dealt.position, self.right, self.certainty, self.slow))


@dataclass(frozen=True)
class Siblings:
    """The items on one idea, with the bank and the topic that they stand in."""

    bank_slug: str
    topic: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class Retried:
    """A question answered once more: `explained` holds the new answer, of which nothing is stored."""

    stored: StoredAttempt
    explained: Explained
    right: bool
    before: str


def outcome(store: Store, account_id: int, public_id: str, now: datetime) -> Outcome:
    """The result of the account's own closed attempt; raises NotFound, or Conflict while it is open."""
    standing = attempts.standing(store, account_id, public_id, now)
    if standing.attempt.open:
        raise Conflict("attempt_open")
    with store.read() as conn:
        found = standing.stored
        dealt = rows.booklet(conn, found.id)
        publics = item_rows.public_items(conn, [one.version for one in dealt])
        current = response_rows.current_values(conn, found.id)
        titles = item_rows.topic_titles(conn, found.bank_id)
        spent = _times(conn, found, hindsight_rows.history(conn, found.id))
    marked = tuple(_marked(one, publics[one.version], current) for one in dealt)
    wrong = tuple(one.position for one in marked if one.marks < 1)
    return Outcome(
        stored=found,
        result=result_of(found.profile, marked),
        topic_titles=titles,
        wrong=wrong,
        key_changed=any(one.key_changed for one in dealt),
        calibration=calibration(
            (_certainty(one.position, current), one.marks == 1) for one in marked if one.answered
        ),
        spent=tuple(
            Timed(one.position, spent.get(one.position, timedelta(0)), one.marks == 1) for one in marked
        ),
        usual=own_median(spent),
    )


def _times(conn: Connection, found: StoredAttempt, said: tuple[Said, ...]) -> dict[int, timedelta]:
    """An estimate of the time spent on each question that was shown."""
    spent: dict[int, timedelta] = {}
    for part, moments in hindsight_rows.moments(conn, found.id, said).items():
        spent |= times(moments, found.attempt.parts[part].closed_at)
    return spent


def _certainty(position: int, current: Mapping[tuple[int, Kind], Current]) -> Certainty | None:
    held = current.get((position, Kind.CERTAINTY))
    return certainty_of(held.value) if held else None


def _marked(dealt: DealtItem, item: PublicItem, current: Mapping[tuple[int, Kind], Current]) -> MarkedItem:
    answer = current.get((dealt.position, Kind.ANSWER))
    return MarkedItem(
        dealt.position,
        dealt.part,
        item.topic,
        dealt.seen_before,
        bool(answer and answer.value),
        dealt.marks if dealt.marks is not None else Fraction(0),
    )


def review(
    store: Store, account_id: int, public_id: str, now: datetime
) -> tuple[StoredAttempt, tuple[Reviewed, ...], Mapping[str, str]]:
    """Every question of the account's own closed attempt with its explanation, and the titles of topics.

    Questions that stand, or have siblings, in another timed attempt that is still open come without their
    explanation. Raises NotFound, or Conflict while this attempt is open.
    """
    found = _closed(store, account_id, public_id, now)
    with store.read() as conn:
        dealt = rows.booklet(conn, found.id)
        return found, _look_back(conn, found, dealt), item_rows.topic_titles(conn, found.bank_id)


def _closed(store: Store, account_id: int, public_id: str, now: datetime) -> StoredAttempt:
    standing = attempts.standing(store, account_id, public_id, now)
    if standing.attempt.open:
        raise Conflict("attempt_open")
    return standing.stored


def _look_back(conn: Connection, found: StoredAttempt, dealt: tuple[DealtItem, ...]) -> tuple[Reviewed, ...]:
    opened = _opened(conn, found, dealt, Ground.REVIEW)
    said = hindsight_rows.history(conn, found.id)
    spent = _times(conn, found, said)
    reasons = hindsight_rows.miss_reasons(conn, found.id)
    siblings = hindsight_rows.siblings(conn, found.bank_id, [one.concept for one in dealt])
    explained = _explain(conn, found, dealt, opened)
    given = answers_given(said, _answered_at_once(explained, said))
    return tuple(
        Reviewed(
            **vars(one),
            certainty=_certainty(one.dealt.position, opened.current),
            spent=spent.get(one.dealt.position),
            usual=own_median(spent),
            change=_change(found, one, opened, given.get(one.dealt.position, ())),
            siblings=sum(slug != one.dealt.slug for slug in siblings.get(one.dealt.concept, ())),
            reason=reasons.get(one.dealt.position),
        )
        for one in explained
    )


def _answered_at_once(explained: tuple[Explained, ...], said: tuple[Said, ...]) -> frozenset[int]:
    """The questions at which one option is a whole answer, as far as the answers tell."""
    options = {one.dealt.position: {option.id for option in one.asked.options} for one in explained}
    built_up = {
        one.position
        for one in said
        if one.kind is Kind.ANSWER and (len(one.value) > 1 or not set(one.value) <= options[one.position])
    }
    return frozenset(position for position, known in options.items() if known and position not in built_up)


def _change(
    found: StoredAttempt, one: Explained, opened: "_Opened", given: tuple[Response, ...]
) -> Change | None:
    if len(given) < 2:
        return None
    first, last = given[0], given[-1]
    secret = opened.secrets.get(one.dealt.version)

    def right(value: Response) -> bool | None:
        if secret is None:
            return None
        rule = found.profile.parts[one.dealt.part].scoring
        return mark(opened.publics[one.dealt.version], secret, value, rule) == 1

    if set(first) == set(last):
        first = given[-2]
        return Change(one.asked.describe(first), one.asked.describe(last), right(first), right(last))
    return Change(
        one.asked.describe(first), one.asked.describe(last) or "no answer", right(first), right(last)
    )


def unexplained(one: Explained) -> Explained:
    """A question of a review to be answered once more: without key, reasons, and what was answered."""
    return replace(one, revealed=None, response=(), struck=())


def retried(
    store: Store, account_id: int, public_id: str, position: int, submitted: tuple[str, ...], now: datetime
) -> Retried:
    """What comes of another answer to a question of the account's own closed attempt; nothing is written.

    Raises InvalidResponse for what is no answer, and Conflict while the explanation has to wait.
    """
    found, one, opened = _one(store, account_id, public_id, position, now)
    secret = opened.secrets.get(one.dealt.version)
    if secret is None:
        raise Conflict("explanation_waits")
    item = opened.publics[one.dealt.version]
    response = INTERACTIONS[item.interaction].parse(item.body, submitted)
    if not response:
        raise InvalidResponse("nothing_answered")
    right = mark(item, secret, response, found.profile.parts[one.dealt.part].scoring) == 1
    again = replace(
        one,
        response=response,
        struck=(),
        revealed=revealed(item, secret, one.dealt.option_order, response),
    )
    return Retried(found, again, right, one.asked.describe(one.response))


def _one(
    store: Store, account_id: int, public_id: str, position: int, now: datetime
) -> tuple[StoredAttempt, Explained, "_Opened"]:
    found = _closed(store, account_id, public_id, now)
    with store.read() as conn:
        dealt = tuple(one for one in rows.booklet(conn, found.id) if one.position == position)
        if not dealt:
            raise NotFound
        opened = _opened(conn, found, dealt, Ground.REVIEW)
        (one,) = _explain(conn, found, dealt, opened)
    return found, one, opened


def note_miss(
    store: Store, account_id: int, public_id: str, position: int, reason: MissReason | None, now: datetime
) -> None:
    """Note why a question of the account's own closed attempt went wrong; None takes it back.

    Raises NotFound for a question that is not there, or that was right.
    """
    found = _closed(store, account_id, public_id, now)

    def unit(conn: Connection) -> None:
        missed = [one for one in rows.booklet(conn, found.id) if one.position == position and one.marks != 1]
        if not missed:
            raise NotFound
        hindsight_rows.note_miss_reason(conn, found.id, position, reason, now)

    store.write(unit)


def siblings_of(store: Store, account_id: int, public_id: str, position: int, now: datetime) -> Siblings:
    """The other live questions on the idea of a question of the account's own closed attempt."""
    found = _closed(store, account_id, public_id, now)
    with store.read() as conn:
        dealt = next((one for one in rows.booklet(conn, found.id) if one.position == position), None)
        if dealt is None:
            raise NotFound
        item = item_rows.public_items(conn, [dealt.version])[dealt.version]
        titles = item_rows.topic_titles(conn, found.bank_id)
        on_it = hindsight_rows.siblings(conn, found.bank_id, [dealt.concept]).get(dealt.concept, ())
    slugs = tuple(one for one in on_it if one != dealt.slug)
    return Siblings(found.bank_slug, titles.get(item.topic, item.topic), slugs)


def explanation(conn: Connection, found: StoredAttempt, position: int) -> Explained | None:
    """One question of a tutor attempt with its explanation, once its answer was revealed; else None."""
    dealt = tuple(one for one in rows.booklet(conn, found.id) if one.position == position)
    if found.mode is not Mode.TUTOR or not all(one.revealed for one in dealt):
        return None
    explained = _explain(conn, found, dealt, _opened(conn, found, dealt, Ground.REVEALED))
    return explained[0] if explained else None


@dataclass(frozen=True)
class _Opened:
    """The items of some questions, with the secrets that may be read now, and what was answered."""

    publics: Mapping[str, PublicItem]
    secrets: Mapping[str, SecretItem]
    current: Mapping[tuple[int, Kind], Current]


def _opened(conn: Connection, found: StoredAttempt, dealt: tuple[DealtItem, ...], ground: Ground) -> _Opened:
    sitting = rows.sitting_of(conn, found.account_id)
    wanted = tuple(Sealed(one.slug, one.version, one.concept) for one in dealt)
    free, _ = sealed_apart(wanted, sitting)
    return _Opened(
        item_rows.public_items(conn, [one.version for one in dealt]),
        item_rows.secret_items(conn, release(free, ground, holds=True, sitting=sitting)),
        response_rows.current_values(conn, found.id),
    )


def _explain(
    conn: Connection, found: StoredAttempt, dealt: tuple[DealtItem, ...], opened: _Opened
) -> tuple[Explained, ...]:
    explained_in = links(conn, found.bank_id)

    def value(position: int, kind: Kind) -> Response:
        held = opened.current.get((position, kind))
        return held.value if held else ()

    explained = []
    for one in dealt:
        item, response = opened.publics[one.version], value(one.position, Kind.ANSWER)
        secret = opened.secrets.get(one.version)
        explained.append(
            Explained(
                one,
                item.topic,
                asked(item, one.option_order),
                response,
                value(one.position, Kind.STRIKE),
                bool(value(one.position, Kind.FLAG)),
                value(one.position, Kind.NOTE),
                value(one.position, Kind.HIGHLIGHT),
                revealed(item, secret, one.option_order, response) if secret else None,
                explained_in.get(item.subtopic),
            )
        )
    return tuple(explained)
