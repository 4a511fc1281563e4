"""What the open pages show: sample questions with their explanations, the banks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import Connection

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release, sealed_apart
from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import NO_RESPONSE, PublicItem, Response
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.scoring import mark
from quizapp.services.rendering import AskedItem, RevealedItem, asked, revealed
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store import pages as rows
from quizapp.store.pages import BankWords, SampleItem
from quizapp.store.practice import topic_sizes
from quizapp.store.transaction import Store

SAMPLES = 5
"""How many sample questions the home page shows."""


@dataclass(frozen=True)
class Sample:
    """A sample question; `revealed` and `right` are None until it is answered, and while `withheld`.

    `error` names what is wrong with the answer that was sent, None where nothing is.
    """

    number: int
    topic: str
    asked: AskedItem
    response: Response = NO_RESPONSE
    typed: tuple[str, ...] | None = None
    error: str | None = None
    revealed: RevealedItem | None = None
    right: bool | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Samples:
    """The sample questions by their ids and topics, and the one that is shown."""

    names: tuple[tuple[str, str], ...]
    shown: Sample | None


def samples(store: Store, account_id: int | None, wanted: str | None, sent: Sequence[str] | None) -> Samples:
    """The sample questions and the one that is wanted, else the first; `sent` is the answer given to it.

    Nothing is written. The key is read only once an answer is there, and not at all while the account has a
    timed attempt open that holds the question or one on the same idea.
    """
    with store.read() as conn:
        found = rows.sample_items(conn, SAMPLES)
        names = tuple((one.slug, _topic_title(conn, one)) for one in found)
        place = next((n for n, one in enumerate(found) if one.slug == wanted), 0)
        if not found:
            return Samples((), None)
        answer = sent if wanted == found[place].slug else None
        return Samples(names, _sample(conn, found[place], place + 1, names[place][1], account_id, answer))


def tour_question(store: Store) -> AskedItem | None:
    """The first sample question with options, to try the test screen on; None where there is none."""
    with store.read() as conn:
        for found in rows.sample_items(conn, SAMPLES):
            shown = _drawn(conn, found)
            if shown.options:
                return shown
    return None


def _drawn(conn: Connection, found: SampleItem) -> AskedItem:
    item = item_rows.public_items(conn, (found.version,))[found.version]
    return asked(item, _order(item, found))


def _order(item: PublicItem, found: SampleItem) -> tuple[str, ...]:
    chance = Random(f"sample {found.slug}")  # noqa: S311 - repeatable, no secret
    return INTERACTIONS[item.interaction].arrange(item.body, chance)


def _topic_title(conn: Connection, found: SampleItem) -> str:
    return item_rows.topic_titles(conn, found.bank_id).get(found.topic, found.topic)


def _sample(
    conn: Connection,
    found: SampleItem,
    number: int,
    topic: str,
    account_id: int | None,
    sent: Sequence[str] | None,
) -> Sample:
    item = item_rows.public_items(conn, (found.version,))[found.version]
    interaction = INTERACTIONS[item.interaction]
    order = _order(item, found)
    fresh = Sample(number, topic, asked(item, order))
    if sent is None:
        return fresh
    typed = tuple(one[:200] for one in sent)
    try:
        response = interaction.parse(item.body, sent)
    except InvalidResponse as refused:
        return replace(fresh, typed=typed, error=refused.code)
    if not response:
        return replace(fresh, typed=typed, error="missing")
    return _answered(conn, fresh, found, item, order, response, account_id)


def _answered(
    conn: Connection,
    fresh: Sample,
    found: SampleItem,
    item: PublicItem,
    order: tuple[str, ...],
    response: Response,
    account_id: int | None,
) -> Sample:
    sitting = attempt_rows.sitting_of(conn, account_id) if account_id is not None else NOT_SITTING
    free, _ = sealed_apart((Sealed(found.slug, found.version, found.concept),), sitting)
    if not free:
        return replace(fresh, response=response, withheld=True)
    secret = item_rows.secret_items(conn, release(free, Ground.SAMPLE, holds=True, sitting=sitting))[
        found.version
    ]
    right = mark(item, secret, response, ScoringRule.ALL_OR_NOTHING) == 1
    return replace(fresh, response=response, revealed=revealed(item, secret, order, response), right=right)


@dataclass(frozen=True)
class AboutBank:
    """A bank in its own words, with how many questions may be drawn from it."""

    words: BankWords
    questions: int


def about_banks(store: Store) -> tuple[AboutBank, ...]:
    """Every bank, for the about page."""
    with store.read() as conn:
        return tuple(AboutBank(one, sum(topic_sizes(conn, one.id).values())) for one in rows.banks(conn))


def bank_words(store: Store) -> tuple[BankWords, ...]:
    """What each bank says of itself."""
    with store.read() as conn:
        return rows.banks(conn)
