"""What many clients saw of the same answers at the same time, and a checker that finds what cannot have been.

The method is Jepsen's: every call is recorded with when it began and when its reply came, and the whole is
judged afterwards against what a single copy, changed by one at a time, could have shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Register = tuple[str, int]
"""One answer: the attempt and the position."""


@dataclass(frozen=True)
class Seen:
    """A reply that told a version of an answer: of one that was saved, or of one that was read."""

    register: Register
    begun: float
    ended: float
    version: int
    value: str
    saved: tuple[str, int] | None = None
    """The client and its number of the save; None for a read."""
    based_on: int = -1


@dataclass(frozen=True)
class Stored:
    """An entry of the log of one answer, in its order."""

    version: int
    value: str
    client: str
    seq: int
    based_on: int


def violations(history: Sequence[Seen], logs: Mapping[Register, Sequence[Stored]]) -> Iterator[str]:
    """Everything that one copy, changed by one at a time, could not have shown; nothing where all is well."""
    by_register: dict[Register, list[Seen]] = {}
    for one in history:
        by_register.setdefault(one.register, []).append(one)
    for register, seen in by_register.items():
        log = logs.get(register, ())
        yield from (f"{register}: {told}" for told in _unlike_the_log(seen, log))
        yield from (f"{register}: {told}" for told in _out_of_order(seen))
    for register, log in logs.items():
        if [one.version for one in log] != list(range(1, len(log) + 1)):
            yield f"{register}: the versions of the log have gaps"


def _unlike_the_log(seen: Sequence[Seen], log: Sequence[Stored]) -> Iterator[str]:
    """Replies that the log does not bear out, and saves that went over what another had saved."""
    held = {one.version: one for one in log}
    for one in seen:
        stored = held.get(one.version)
        if one.version == 0 and not one.value and not one.saved:
            continue
        if stored is None:
            yield f"version {one.version} was shown and is not stored"
        elif stored.value != one.value:
            yield f"version {one.version} was shown as {one.value} and is stored as {stored.value}"
        elif one.saved and (stored.client, stored.seq) != one.saved:
            yield f"save {one.saved} was acknowledged as version {one.version}, which is another's"
        elif one.saved and one.based_on != one.version - 1:
            yield f"version {one.version} was saved over one that its client had not seen"


def _out_of_order(seen: Sequence[Seen]) -> Iterator[str]:
    """Replies that were older than one that had come before their call began."""
    ended, newest, place = sorted(seen, key=lambda one: one.ended), -1, 0
    for one in sorted(seen, key=lambda one: one.begun):
        while place < len(ended) and ended[place].ended < one.begun:
            newest = max(newest, ended[place].version)
            place += 1
        if one.version < newest or (one.saved and one.version == newest):
            yield f"version {one.version} was shown after version {newest}"
