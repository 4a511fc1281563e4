"""The questions of an attempt with their keys, read from the database, and responses made from them."""

from dataclasses import dataclass
from datetime import datetime

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.interactions.cloze import (
    Blank,
    ChoiceBlank,
    ChoiceKey,
    ClozeAnswer,
    ClozeBody,
    Key,
    WrittenNumber,
)
from quizapp.assessment.interactions.numeric_entry import NumericAnswer
from quizapp.assessment.interactions.short_text import TextAnswer
from quizapp.assessment.item import PublicItem, Response, SecretItem
from quizapp.assessment.options import ChoiceAnswer
from quizapp.assessment.slots import SlotAnswer, whole
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.services.responses import Save, save_response
from quizapp.store import accounts as account_rows
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store.transaction import Store


@dataclass(frozen=True)
class Asked:
    """One question of a booklet: both halves of its item, and its options in the order of this booklet."""

    position: int
    part: int
    seen_before: bool
    item: PublicItem
    secret: SecretItem
    order: tuple[str, ...]

    @property
    def key(self) -> Response:
        """The response that gets full marks."""
        answer = self.secret.answer
        if isinstance(answer, ChoiceAnswer):
            return answer.key
        if isinstance(answer, SlotAnswer):
            return whole(answer)
        if isinstance(answer, TextAnswer):
            return (answer.shown,)
        if isinstance(answer, ClozeAnswer):
            return tuple(f"{number}:{_filling(one)}" for number, one in enumerate(answer.keys, start=1))
        assert isinstance(answer, NumericAnswer)
        return (str(answer.value),)

    @property
    def miss(self) -> Response:
        """A response that gets none."""
        answer = self.secret.answer
        if isinstance(answer, ChoiceAnswer):
            return (next(one for one in self.order if one not in answer.key),)
        if isinstance(answer, SlotAnswer):
            return tuple(
                f"{slot}:{next(one for one in self.order if one != key)}"
                for slot, key in enumerate(answer.key, start=1)
            )
        if isinstance(self.item.body, ClozeBody) and isinstance(answer, ClozeAnswer):
            pairs = zip(self.item.body.blanks, answer.keys, strict=True)
            return tuple(f"{number}:{_missing(*one)}" for number, one in enumerate(pairs, start=1))
        return ("987654",)

    @property
    def chosen(self) -> bool:
        """Whether it is answered by choosing among its options."""
        return isinstance(self.secret.answer, ChoiceAnswer)


def _filling(key: Key) -> str:
    """What fills one blank rightly."""
    if isinstance(key, ChoiceKey):
        return key.key
    return str(key.key.value) if isinstance(key, WrittenNumber) else key.shown


def _missing(blank: Blank, key: Key) -> str:
    """What fills one blank wrongly."""
    if isinstance(blank, ChoiceBlank) and isinstance(key, ChoiceKey):
        return next(one.id for one in blank.options if one.id != key.key)
    return "987654"


def booklet(store: Store, public_id: str) -> tuple[Asked, ...]:
    """Every question of an attempt, in order."""
    with store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
        assert found
        dealt = attempt_rows.booklet(conn, found.id)
        sealed = tuple(Sealed(one.slug, one.version, one.concept) for one in dealt)
        leave = release(sealed, Ground.MARKING, holds=True, sitting=NOT_SITTING)
        publics = item_rows.public_items(conn, [one.version for one in dealt])
        secrets = item_rows.secret_items(conn, leave)
    return tuple(
        Asked(
            one.position,
            one.part,
            one.seen_before,
            publics[one.version],
            secrets[one.version],
            one.option_order,
        )
        for one in dealt
    )


def begin(
    store: Store, account_id: int, exam: str, now: datetime, seed: int = 1, mode: Mode = Mode.TIMED
) -> str:
    """An attempt at an exam of the bank that ships, begun at an instant."""
    return attempts.begin(store, account_id, "treasuries", exam, mode, now, seed)


def save(
    store: Store,
    account_id: int,
    public_id: str,
    position: int,
    value: Response,
    kind: Kind = Kind.ANSWER,
    now: datetime | None = None,
) -> None:
    """Save a first value as the account's own device would."""
    with store.read() as conn:
        uniquifier = account_rows.uniquifier(conn, account_id)
    assert uniquifier
    sequence = 10 * position + list(Kind).index(kind)
    asked = Save(public_id, position, kind, "elsewhere", sequence, 0, value)
    save_response(store, asked, uniquifier, "no session", now or system_clock())
