"""Marks for a stored booklet: the one place where keys are read in order to score."""

from collections.abc import Mapping
from fractions import Fraction

from sqlalchemy import Connection

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.item import Response
from quizapp.assessment.scoring import mark
from quizapp.store import attempts as rows
from quizapp.store import items as item_rows
from quizapp.store.attempts import StoredAttempt


def marks_of(
    conn: Connection, found: StoredAttempt, responses: Mapping[int, Response]
) -> dict[int, Fraction]:
    """The marks of every question of an attempt, by position; unanswered ones get none."""
    dealt = rows.booklet(conn, found.id)
    asked = tuple(Sealed(one.slug, one.version, one.concept) for one in dealt)
    publics = item_rows.public_items(conn, [one.version for one in dealt])
    secrets = item_rows.secret_items(conn, release(asked, Ground.MARKING, holds=True, sitting=NOT_SITTING))
    return {
        one.position: mark(
            publics[one.version],
            secrets[one.version],
            responses.get(one.position, ()),
            found.profile.parts[one.part].scoring,
            found.profile.parts[one.part].penalty,
        )
        for one in dealt
    }
