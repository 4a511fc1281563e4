"""Proof that a stored attempt is what it was: log, values, marks, order, times and receipt, recomputed.

What is held is compared with what follows from it; each thing that differs is a discrepancy, and names its
place. Values that an erasure took are counted: their hashes still prove the chain.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizapp.assessment.assembly import option_orders
from quizapp.assessment.attempt import GRACE, ClosedBy, Kind, Mode, Part, PartState
from quizapp.assessment.blueprint import Door, Order
from quizapp.assessment.codec import FORMAT, digest, profile_document, public_item, secret_item
from quizapp.assessment.extra_time import extra_time
from quizapp.assessment.held import HeldAttempt, HeldEntry, HeldQuestion, HeldTemplate, HeldVersion
from quizapp.assessment.item import PublicItem, SecretItem
from quizapp.assessment.log import entry_hash, first_hash, receipt, value_hash
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.scoring import mark
from quizapp.assessment.variants.document import key_digest_of_template, load_template


@dataclass(frozen=True)
class Discrepancy:
    """One thing in a stored attempt that does not follow from the rest; `entry` counts its log from 1."""

    code: str
    says: str
    position: int | None = None
    entry: int | None = None

    def __str__(self) -> str:
        places = [] if self.position is None else [f"question {self.position}"]
        places += [] if self.entry is None else [f"entry {self.entry}"]
        return f"{', '.join(places)}: {self.says}" if places else self.says


@dataclass(frozen=True)
class ProvenItem:
    """An item version whose stored content gives its version."""

    public: PublicItem
    secret: SecretItem


@dataclass(frozen=True)
class Verification:
    """What was proven of one attempt, and what could not be."""

    public_id: str
    open: bool
    questions: int
    entries: int
    erased: int
    receipt: str | None
    discrepancies: tuple[Discrepancy, ...]

    @property
    def unchanged(self) -> bool:
        """Whether everything follows from everything else."""
        return not self.discrepancies


def proven_item(held: HeldVersion) -> ProvenItem | None:
    """The item behind a stored version; None where it is not what the version was made from."""
    whole = f'{{"format":{FORMAT},"public":{held.public},"secret":{held.secret}}}'
    version = hashlib.sha256(whole.encode()).hexdigest()
    if held.template is not None:
        if not _proven_template(held.template):
            return None
        version = digest({"item": version, "template": held.template.version})
    if version != held.version:
        return None
    public = public_item(json.loads(held.public))
    secret = secret_item(public.interaction, json.loads(held.secret))
    if _key_of(held, public, secret) != held.key_digest:
        return None
    return ProvenItem(public, secret)


def _proven_template(held: HeldTemplate) -> bool:
    try:
        document = json.loads(held.document)
        del document["template"]["status"]
    except (LookupError, TypeError, ValueError):
        return False
    return digest({"format": FORMAT, **document}) == held.version


def _key_of(held: HeldVersion, public: PublicItem, secret: SecretItem) -> str:
    if held.template is not None:
        return key_digest_of_template(load_template(json.loads(held.template.document)))
    key = INTERACTIONS[public.interaction].dump_key(secret.answer)
    return digest({"interaction": public.interaction, "key": key})


def verify(held: HeldAttempt, items: Mapping[str, ProvenItem]) -> Verification:
    """Recompute all that can be recomputed of an attempt; `items` are the proven ones of its booklet."""
    return Verification(
        public_id=held.public_id,
        open=held.open,
        questions=len(held.questions),
        entries=len(held.log),
        erased=sum(one.value is None for one in held.log) if held.erased else 0,
        receipt=held.receipt,
        discrepancies=(
            *_log(held),
            *_booklet(held, items),
            *_orders(held, items),
            *_parts(held),
            *_end(held),
            *_marks(held, items),
        ),
    )


def _log(held: HeldAttempt) -> Iterator[Discrepancy]:
    previous = first_hash(held.public_id)
    counted: dict[tuple[int, Kind], int] = {}
    parts = {one.position: held.parts[one.part] for one in held.questions if one.part < len(held.parts)}
    for number, one in enumerate(held.log, start=1):
        entry = one.entry
        before = counted.get((entry.position, entry.kind), 0)
        told = [*_entry(one, previous, before), *_value(held, one)]
        part = parts.get(entry.position)
        if part is None:
            told.append(("stray", "the log answers a question that was not dealt"))
        elif part.deadline_at is not None and entry.server_at > part.deadline_at + GRACE:
            told.append(
                (
                    "late",
                    f"saved at {entry.server_at} and the deadline was {part.deadline_at}, grace included",
                )
            )
        for code, says in told:
            yield Discrepancy(code, says, entry.position, number)
        counted[entry.position, entry.kind] = entry.version
        previous = one.digest


def _entry(one: HeldEntry, previous: str, before: int) -> Iterator[tuple[str, str]]:
    entry = one.entry
    if entry.prev_hash != previous:
        yield "chain", "it does not follow from the entry before it: one is missing, added or moved"
    if entry_hash(entry) != one.digest:
        yield "entry", f"its fields give the hash {entry_hash(entry)}, and {one.digest} is stored"
    if (entry.version, entry.based_on) != (before + 1, before):
        yield (
            "version",
            f"{entry.kind.value} version {entry.version} is based on {entry.based_on}; "
            f"version {before + 1} based on {before} would follow",
        )


def _value(held: HeldAttempt, one: HeldEntry) -> Iterator[tuple[str, str]]:
    if one.value is None:
        if not held.erased:
            yield "value_missing", "its value is gone, and the account is not erased"
    elif _forged(one):
        yield "value", "its value does not give the hash that the log holds"


def _forged(one: HeldEntry) -> bool:
    return one.value is not None and value_hash(one.value.salt, one.value.text) != one.entry.value_hash


def _booklet(held: HeldAttempt, items: Mapping[str, ProvenItem]) -> Iterator[Discrepancy]:
    document = json.loads(held.exam_document)
    # A digest leaves out what is null, its name too: only the profile tells that such a name was changed.
    if digest(document) != held.exam_version or document != profile_document(held.profile):
        yield Discrepancy("exam", f"the stored exam is not the one of version {held.exam_version}")
    if held.profile.id != held.exam_slug:
        yield Discrepancy(
            "exam", f"it is an attempt at '{held.exam_slug}', with the exam '{held.profile.id}'"
        )
    numbers = [one.position for one in held.questions]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Discrepancy("booklet", f"its questions are numbered {numbers}")
    dealt = [one.part for one in held.questions]
    wanted = [number for number, part in enumerate(held.profile.parts) for _ in range(part.items)]
    # Practice over named questions holds as many as were left of them.
    if dealt != wanted and (held.profile.parts[0].blueprint or set(dealt) != {0}):
        yield Discrepancy("booklet", f"its questions lie in the parts {dealt}; the exam has {wanted}")
    for one in held.questions:
        yield from (Discrepancy(code, says, one.position) for code, says in _question(held, one, items))


def _question(
    held: HeldAttempt, one: HeldQuestion, items: Mapping[str, ProvenItem]
) -> Iterator[tuple[str, str]]:
    if one.revealed_at is not None and held.mode is Mode.TIMED:
        yield "revealed", f"explained at {one.revealed_at}, in a timed test"
    found = items.get(one.version)
    if found is None:
        yield "item", f"version {one.version} is not stored, or its content gives another hash"
        return
    item = found.public
    if (item.bank, item.id) != one.item or item.bank != held.bank:
        yield (
            "item",
            f"the version is of {item.bank}/{item.id}, the booklet points at {'/'.join(one.item)}, "
            f"the attempt at {held.bank}",
        )
    if item.concept != one.concept:
        yield "item", f"the item asks about '{item.concept}', the booklet says '{one.concept}'"


def _orders(held: HeldAttempt, items: Mapping[str, ProvenItem]) -> Iterator[Discrepancy]:
    if any(one.version not in items for one in held.questions):
        return
    dealt = option_orders(held.seed, [items[one.version].public for one in held.questions])
    for one, order in zip(held.questions, dealt, strict=True):
        if json.dumps(order) != one.option_order:
            yield Discrepancy(
                "options",
                f"the seed deals its options as {json.dumps(order)}, and {one.option_order} is stored",
                one.position,
            )


def _parts(held: HeldAttempt) -> Iterator[Discrepancy]:
    if len(held.parts) != len(held.profile.parts):
        yield Discrepancy("part", f"it has {len(held.parts)} parts; the exam has {len(held.profile.parts)}")
        return
    if held.parts[0].opened_at != held.started_at:
        yield Discrepancy(
            "part", f"it began at {held.started_at}, its first part at {held.parts[0].opened_at}"
        )
    for number, part in enumerate(held.parts):
        yield from (Discrepancy("part", f"part {number + 1}: {says}") for says in _part(held, number, part))


def _part(held: HeldAttempt, number: int, part: Part) -> Iterator[str]:
    due = None if part.opened_at is None else part.opened(part.opened_at).deadline_at
    if part.deadline_at != due:
        yield f"its deadline is {part.deadline_at}; its minutes and what was granted give {due}"
    if part.extra not in _given(held, number, part):
        yield f"it was given {part.extra} more; the grants come to {_given(held, number, part)[0]}"
    if part.opens_at != _break_end(held, number):
        yield f"the break before it ends at {part.opens_at}; it would be {_break_end(held, number)}"
    elif part.opens_at is not None and part.opened_at is not None and part.opened_at > part.opens_at:
        yield f"it was opened at {part.opened_at}; the break before it ended at {part.opens_at}"
    yield from _order(held, number, part)
    if (part.state is PartState.WAITING) != (part.opened_at is None) and part.closed_by is not ClosedBy.ADMIN:
        yield f"it is {part.state.value} and was opened at {part.opened_at}"
    closed = part.state is PartState.CLOSED
    if closed != (part.closed_at is not None) or closed != (part.closed_by is not None):
        yield f"it is {part.state.value} and was closed at {part.closed_at} by {part.closed_by}"
    elif part.closed_at is not None:
        end = _end_of(held, number, part)
        if end is not None and part.closed_at != end:
            yield f"closed by {part.closed_by} at {part.closed_at}; it would be {end}"


def _given(held: HeldAttempt, number: int, part: Part) -> list[timedelta]:
    """What grants give a part: those to it alone, and of those to all parts the ones before it closed.

    Of several at that very instant the first may be in, and the others not.
    """
    own = [one.grant for one in held.grants if one.part == number]
    all_parts = [one for one in held.grants if one.part is None]
    before = sum(part.closed_at is None or one.given_at < part.closed_at for one in all_parts)
    upto = sum(part.closed_at is None or one.given_at <= part.closed_at for one in all_parts)
    return [
        extra_time(part.allowance, own + [one.grant for one in all_parts[:count]])
        for count in range(before, upto + 1)
    ]


def _break_end(held: HeldAttempt, number: int) -> datetime | None:
    """When the break before a part must end: the end of the part before fixed it."""
    before = held.parts[number - 1] if number else None
    if before is None or not before.rest or before.closed_at is None or before.closed_by is ClosedBy.ADMIN:
        return None
    return before.closed_at + before.rest


def _order(held: HeldAttempt, number: int, part: Part) -> Iterator[str]:
    """Whether the place in a sequential part can be, and nothing beyond it was answered."""
    numbers = [one.position for one in held.questions if one.part == number]
    order = held.profile.parts[number].order
    if (order is Order.SEQUENTIAL and held.mode is Mode.TIMED) != (part.present is not None):
        yield f"question {part.present} is its present one; its order is {order.value}"
    elif part.present is not None and not numbers[0] <= part.present <= numbers[-1] + 1:
        yield f"question {part.present} is its present one; it holds {numbers[0]} to {numbers[-1]}"
    elif part.present is not None:
        beyond = {one.entry.position for one in held.log} & {one for one in numbers if one > part.present}
        if beyond:
            yield f"question {part.present} is its present one; {min(beyond)} has been answered"


def _end_of(held: HeldAttempt, number: int, part: Part) -> datetime | None:
    """When a closed part must have closed; None where it can be said of no instant alone."""
    if part.closed_by is ClosedBy.TIME:
        return part.deadline_at
    left = part.door is Door.ONE_WAY and number + 1 < len(held.parts)
    if left and part.closed_by is ClosedBy.CANDIDATE:
        # Its door opened the next part at that instant, or began a break whose end says when.
        return None if part.rest else held.parts[number + 1].opened_at
    if held.finished_at is None:
        return None
    return min(held.finished_at, part.deadline_at or held.finished_at)


def _end(held: HeldAttempt) -> Iterator[Discrepancy]:
    stored = (held.finished_at, held.closed_by, held.answers_received, held.receipt)
    if held.open:
        if any(one is not None for one in (*stored, held.last_received_at)):
            yield Discrepancy("finish", "it is open, and has an end")
        if all(part.state is PartState.CLOSED for part in held.parts):
            yield Discrepancy("finish", "it is open, and all its parts are closed")
        return
    if any(one is None for one in stored) or any(part.state is not PartState.CLOSED for part in held.parts):
        yield Discrepancy("finish", "it is closed, and has no whole end")
        return
    ends = [part.closed_at for part in held.parts if part.closed_at]
    if held.finished_at != max(ends, default=None):
        yield Discrepancy(
            "finish", f"it finished at {held.finished_at}, its last part at {max(ends, default=None)}"
        )
    if held.parts and held.closed_by is not held.parts[-1].closed_by:
        yield Discrepancy(
            "finish", f"closed by {held.closed_by}, its last part by {held.parts[-1].closed_by}"
        )
    yield from _received(held)


def _received(held: HeldAttempt) -> Iterator[Discrepancy]:
    assert held.finished_at is not None
    assert held.answers_received is not None
    least = len(held.answers)
    most = least + len(held.erased_answers)
    if not least <= held.answers_received <= most:
        yield Discrepancy("answers", f"the log holds {least} answers, and {held.answers_received} are stored")
    last = max((one.entry.server_at for one in held.newest.values()), default=None)
    if last != held.last_received_at:
        yield Discrepancy("answers", f"the last save came at {last}, and {held.last_received_at} is stored")
    ending = entry_hash(held.log[-1].entry) if held.log else first_hash(held.public_id)
    counted = held.answers_received if held.erased_answers else least
    due = receipt(held.public_id, ending, held.finished_at, counted)
    if due != held.receipt:
        yield Discrepancy("receipt", f"log and finish give {due}, and {held.receipt} is stored")


def _marks(held: HeldAttempt, items: Mapping[str, ProvenItem]) -> Iterator[Discrepancy]:
    for one in held.questions:
        if held.open and one.marks is not None:
            yield Discrepancy("marks", f"marked {one.marks} while the attempt is open", one.position)
        if held.open or one.version not in items or one.part >= len(held.profile.parts):
            continue
        answered = held.newest.get((one.position, Kind.ANSWER))
        if one.position in held.erased_answers or (answered and _forged(answered)):
            continue
        due = _due(held, one, items[one.version])
        if due != one.marks:
            yield Discrepancy("marks", f"its answer earns {due}, and {one.marks} is stored", one.position)


def _due(held: HeldAttempt, one: HeldQuestion, item: ProvenItem) -> str:
    part = held.profile.parts[one.part]
    answer = held.answers.get(one.position, ())
    try:
        return str(mark(item.public, item.secret, answer, part.scoring, part.penalty))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return f"no mark ({answer} cannot be read)"
