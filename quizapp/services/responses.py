"""What a candidate does with one question: answer, clear, flag, strike, say how sure, annotate, see why."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest

from sqlalchemy import Connection

from quizapp.assessment import options
from quizapp.assessment.annotations import parse_highlights, parse_note
from quizapp.assessment.attempt import (
    Kind,
    Mode,
    Part,
    PartState,
    Verdict,
    judge_save,
    next_version,
    settle,
)
from quizapp.assessment.blueprint import Door
from quizapp.assessment.certainty import parse_certainty
from quizapp.assessment.errors import AnswerRevealed, InvalidResponse, KeyReused
from quizapp.assessment.item import PublicItem, Response
from quizapp.assessment.log import LogEntry, encode_value, entry_hash, first_hash, value_hash
from quizapp.assessment.registry import INTERACTIONS
from quizapp.services import accounts
from quizapp.services.errors import NotFound, SignedOut
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store import responses as rows
from quizapp.store.transaction import Store

LONGEST_CLIENT = 40


@dataclass(frozen=True)
class Save:
    """One save as a browser sends it. `client_seq` counts that client's saves."""

    public_id: str
    position: int
    kind: Kind
    client: str
    client_seq: int
    based_on: int
    submitted: tuple[str, ...]


@dataclass(frozen=True)
class Saved:
    """What became of a save, built from the committed row. A late one is kept but not scored.

    `newest` is the version that stands by now: a later one where a save is replayed after others.
    """

    position: int
    kind: Kind
    client_seq: int
    version: int
    newest: int
    value: Response
    server_at: datetime
    late: bool
    deadline_at: datetime | None
    digest: str | None


@dataclass(frozen=True)
class AttemptToken:
    """What a genuine token of the save's attempt claims: the account's epoch then, and the session it had."""

    epoch: str
    session_digest: str


@lru_cache(4096)
def epoch_of(uniquifier: str) -> str:
    """A digest of what changes with an account's password, role and state, fit to lie in a page."""
    return hashlib.sha256(f"epoch {uniquifier}".encode()).hexdigest()


def save_with_token(store: Store, save: Save, token: AttemptToken, now: datetime) -> Saved:
    """Store one save by the token of its attempt, where nobody need be signed in; raises as `save_response`.

    SignedOut also once deadline and grace are over, but for the replay of a save that was accepted.
    """
    with store.read() as conn:
        uniquifier = rows.owner_uniquifier(conn, save.public_id)
    if uniquifier is None or not compare_digest(epoch_of(uniquifier), token.epoch):
        raise SignedOut
    return save_response(store, save, uniquifier, token.session_digest, now, keeps_late=False)


def save_response(
    store: Store,
    save: Save,
    uniquifier: str,
    session_digest: str,
    now: datetime,
    keeps_late: bool = True,
) -> Saved:
    """Store one save of the signed-in account and say what was committed.

    Raises SignedOut, NotFound, InvalidResponse, KeyReused, StaleResponse with both values, PartNotOpen,
    AttemptClosed, OutOfOrder and AnswerRevealed; on any of them nothing was written. A replay of a save that
    was accepted returns the same reply, but for `newest`, and writes nothing. Without `keeps_late` a late
    save raises SignedOut.
    """
    if not 0 < len(save.client) <= LONGEST_CLIENT or not save.client.isprintable():
        raise InvalidResponse("client")
    if not 0 <= save.client_seq <= rows.LARGEST_NUMBER:
        raise InvalidResponse("client")

    def unit(conn: Connection) -> Saved:
        if not 0 < save.position <= rows.LARGEST_NUMBER:
            raise NotFound
        state = rows.save_state(
            conn,
            save.public_id,
            save.position,
            save.kind,
            save.client,
            save.client_seq,
            uniquifier,
            session_digest,
        )
        if state is None:
            raise NotFound
        item = item_rows.public_item_of(conn, state.item_version)
        saved = _decide(conn, save, state, item, now)
        if saved.late and not keeps_late:
            raise SignedOut  # which undoes the unit
        return saved

    try:
        return store.write(unit)
    except NotFound:
        if accounts.find_signed_in(store, uniquifier, session_digest) is None:
            raise SignedOut from None
        raise


def _decide(conn: Connection, save: Save, state: rows.SaveState, item: PublicItem, now: datetime) -> Saved:
    value = parse(save.kind, item, save.submitted)
    if state.replay:
        return _replayed(save, value, state)
    part = Part(
        allowance=None,
        door=Door.FREE,
        state=state.part_state,
        deadline_at=state.deadline_at,
        closed_by=state.part_closed_by,
        present=state.present,
    )
    if part.state is PartState.WAITING:
        part, attempt_open = _settled_part(conn, state, now)
        state = state._replace(deadline_at=part.deadline_at)
    else:
        attempt_open = state.attempt_open
    verdict = judge_save(part, state.part, save.position, now, attempt_open, state.ended_by)
    if verdict is Verdict.LATE:
        kept = rows.add_late(
            conn,
            state.attempt_id,
            save.position,
            save.kind,
            save.client,
            save.client_seq,
            encode_value(value),
            now,
        )
        if not kept:
            raise KeyReused(save.client, save.client_seq, value)
        return _reply(save, state, state.version, value, now, late=True, digest=None)
    if state.revealed and save.kind in (Kind.ANSWER, Kind.CERTAINTY):
        raise AnswerRevealed(save.position)
    version = next_version(save.position, save.kind, save.based_on, state.version, state.value, value)
    digest = _append(conn, save, state, version, value, now)
    return _reply(save, state, version, value, now, late=False, digest=digest)


def _settled_part(conn: Connection, state: rows.SaveState, now: datetime) -> tuple[Part, bool]:
    """A part that is stored as waiting may have been opened by the clock; see what is true at `now`.

    Where time has ended the whole attempt, nothing is written: the parts are closed when it is marked.
    """
    found = attempt_rows.find_attempt(conn, state.public_id)
    if found is None:
        raise NotFound
    settled = settle(found.attempt, now)
    if settled.open:
        attempt_rows.write_parts(conn, found.id, found.attempt, settled)
    return settled.parts[state.part], settled.open


def _append(
    conn: Connection, save: Save, state: rows.SaveState, version: int, value: Response, now: datetime
) -> str:
    salt, text = secrets.token_hex(16), encode_value(value)
    entry = LogEntry(
        save.position,
        save.kind,
        save.client,
        save.client_seq,
        version,
        save.based_on,
        value_hash(salt, text),
        now,
        state.last_hash or first_hash(state.public_id),
    )
    digest = entry_hash(entry)
    rows.add_entry(conn, state.attempt_id, entry, digest, salt, text)
    return digest


def _replayed(save: Save, value: Response, state: rows.SaveState) -> Saved:
    earlier = state.replay
    assert earlier is not None
    same = (earlier.position, earlier.kind, earlier.based_on) == (
        save.position,
        save.kind.value,
        save.based_on,
    )
    if not same or earlier.value != value:
        raise KeyReused(save.client, save.client_seq, value)
    return _reply(save, state, earlier.version, value, earlier.server_at, late=False, digest=earlier.digest)


def _reply(
    save: Save,
    state: rows.SaveState,
    version: int,
    value: Response,
    at: datetime,
    late: bool,
    digest: str | None,
) -> Saved:
    newest = max(version, state.version)
    return Saved(
        save.position, save.kind, save.client_seq, version, newest, value, at, late, state.deadline_at, digest
    )


def parse(kind: Kind, item: PublicItem, submitted: Sequence[str]) -> Response:
    """What was sent, as a response of its kind; raises InvalidResponse where it cannot be one."""
    if kind is Kind.ANSWER:
        return INTERACTIONS[item.interaction].parse(item.body, submitted)
    if kind is Kind.FLAG:
        if tuple(submitted) not in ((), ("1",)):
            raise InvalidResponse("flag")
        return tuple(submitted)
    if kind is Kind.CERTAINTY:
        return parse_certainty(submitted)
    if kind is Kind.NOTE:
        return parse_note(submitted)
    if kind is Kind.HIGHLIGHT:
        return parse_highlights(item, submitted)
    if not isinstance(item.body, options.ChoiceBody):
        raise InvalidResponse("nothing_to_strike")
    return options.known_options(item.body, tuple(submitted))


def reveal(store: Store, account_id: int, public_id: str, position: int, now: datetime) -> None:
    """Show the explanation of an answered question in tutor mode; from then on its answer stands.

    Raises NotFound for a timed attempt and InvalidResponse where nothing is answered yet.
    """

    def unit(conn: Connection) -> None:
        found = attempt_rows.find_attempt(conn, public_id, account_id, lock=True)
        if found is None or found.mode is not Mode.TUTOR or not found.open or position > rows.LARGEST_NUMBER:
            raise NotFound
        current = rows.current_values(conn, found.id, position).get((position, Kind.ANSWER))
        if current is None or not current.value:
            raise InvalidResponse("nothing_answered")
        attempt_rows.mark_revealed(conn, found.id, position, now)

    store.write(unit)
