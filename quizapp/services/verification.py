"""Whether stored attempts are unchanged: each is read whole, in one view of the data, and recomputed."""

from collections.abc import Iterator, Mapping, MutableMapping

from sqlalchemy import Connection
from sqlalchemy.exc import NoResultFound

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.held import HeldAttempt
from quizapp.assessment.verification import (
    Discrepancy,
    ProvenItem,
    Verification,
    proven_item,
    verify,
)
from quizapp.services.errors import NotFound
from quizapp.store import attempts as attempt_rows
from quizapp.store import verification as rows
from quizapp.store.transaction import Store

_AT_ONCE = 500
_MOST_ITEMS = 5_000
_UNREADABLE = (NoResultFound, ArithmeticError, LookupError, TypeError, ValueError)
"""What reading a row may end in where somebody wrote what the product never does."""
Items = MutableMapping[str, ProvenItem]


def verify_attempt(store: Store, public_id: str, account_id: int | None = None) -> Verification:
    """Prove one attempt, open or closed; raises NotFound where there is none, or it is another's."""
    with store.read() as conn:
        if not rows.is_stored(conn, public_id, account_id):
            raise NotFound
        return prove(conn, public_id, {})


def verify_all(store: Store) -> Iterator[Verification]:
    """Prove every attempt, oldest first; those begun meanwhile come last."""
    items: Items = {}
    last = 0
    while names := _names(store, last):
        for public_id in names.values():
            with store.read() as conn:
                proven = prove(conn, public_id, items)
            yield proven
            if len(items) > _MOST_ITEMS:
                items.clear()
        last = max(names)


def _names(store: Store, after: int) -> dict[int, str]:
    with store.read() as conn:
        return dict(rows.attempt_names(conn, after, _AT_ONCE))


def prove(conn: Connection, public_id: str, known: Items) -> Verification:
    """Prove one attempt as a connection sees it; `known` are items proven in the same run, and grows."""
    try:
        held = _held(conn, public_id)
        return verify(held, _items(conn, held, known))
    except _UNREADABLE as error:
        told = Discrepancy("unreadable", f"what is stored cannot be read: {error}")
        return Verification(public_id, False, 0, 0, 0, None, (told,))


def _held(conn: Connection, public_id: str) -> HeldAttempt:
    found = attempt_rows.find_attempt(conn, public_id)
    if found is None:
        raise LookupError("its bank or its parts are gone")
    return rows.held_attempt(conn, found)


def _items(conn: Connection, held: HeldAttempt, known: Items) -> Mapping[str, ProvenItem]:
    """The proven items of a booklet; what is known already was proven in this very run."""
    sealed = tuple(
        Sealed("/".join(one.item), one.version, one.concept)
        for one in held.questions
        if one.version not in known
    )
    released = release(sealed, Ground.MARKING, holds=True, sitting=NOT_SITTING)
    for one in rows.held_versions(conn, released) if sealed else ():
        proven = proven_item(one)
        if proven is not None:
            known[one.version] = proven
    return known
