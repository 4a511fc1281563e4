"""What a candidate learns afterwards: the result, and the explanation of every question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from quizapp.assessment.access import Ground, Sealed, release, sealed_apart
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.item import PublicItem, Response
from quizapp.assessment.scoring import MarkedItem, Result, result_of
from quizapp.services import attempts
from quizapp.services.errors import Conflict
from quizapp.services.notes import NoteLink, links
from quizapp.services.rendering import AskedItem, RevealedItem, asked, revealed
from quizapp.store import attempts as rows
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


@dataclass(frozen=True)
class Explained:
    """One question of a review. `revealed` is None while its key stays shut."""

    dealt: DealtItem
    topic: str
    asked: AskedItem
    response: Response
    struck: Response
    flagged: bool
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
    marked = tuple(_marked(one, publics[one.version], current) for one in dealt)
    wrong = tuple(one.position for one in marked if one.marks < 1)
    return Outcome(
        found, result_of(found.profile, marked), titles, wrong, any(one.key_changed for one in dealt)
    )


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
) -> tuple[StoredAttempt, tuple[Explained, ...], Mapping[str, str]]:
    """Every question of the account's own closed attempt with its explanation, and the titles of topics.

    Questions that stand, or have siblings, in another timed attempt that is still open come without their
    explanation. Raises NotFound, or Conflict while this attempt is open.
    """
    standing = attempts.standing(store, account_id, public_id, now)
    if standing.attempt.open:
        raise Conflict("attempt_open")
    with store.read() as conn:
        dealt = rows.booklet(conn, standing.stored.id)
        explained = _explain(conn, standing.stored, dealt, Ground.REVIEW)
        return standing.stored, explained, item_rows.topic_titles(conn, standing.stored.bank_id)


def explanation(conn: Connection, found: StoredAttempt, position: int) -> Explained | None:
    """One question of a tutor attempt with its explanation, once its answer was revealed; else None."""
    dealt = tuple(one for one in rows.booklet(conn, found.id) if one.position == position)
    if found.mode is not Mode.TUTOR or not all(one.revealed for one in dealt):
        return None
    explained = _explain(conn, found, dealt, Ground.REVEALED)
    return explained[0] if explained else None


def _explain(
    conn: Connection, found: StoredAttempt, dealt: tuple[DealtItem, ...], ground: Ground
) -> tuple[Explained, ...]:
    sitting = rows.sitting_of(conn, found.account_id)
    wanted = tuple(Sealed(one.slug, one.version, one.concept) for one in dealt)
    free, _ = sealed_apart(wanted, sitting)
    secrets = item_rows.secret_items(conn, release(free, ground, holds=True, sitting=sitting))
    publics = item_rows.public_items(conn, [one.version for one in dealt])
    current = response_rows.current_values(conn, found.id)
    explained_in = links(conn, found.bank_id)

    def value(position: int, kind: Kind) -> Response:
        held = current.get((position, kind))
        return held.value if held else ()

    explained = []
    for one in dealt:
        item, response = publics[one.version], value(one.position, Kind.ANSWER)
        secret = secrets.get(one.version)
        explained.append(
            Explained(
                one,
                item.topic,
                asked(item, one.option_order),
                response,
                value(one.position, Kind.STRIKE),
                bool(value(one.position, Kind.FLAG)),
                revealed(item, secret, one.option_order, response) if secret else None,
                explained_in.get(item.subtopic),
            )
        )
    return tuple(explained)
