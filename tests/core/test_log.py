"""The response log: its chain, what a change to it gives away, its folding, and the receipt."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from quizapp.assessment.attempt import Kind
from quizapp.assessment.item import Response
from quizapp.assessment.log import (
    LogEntry,
    encode_value,
    entry_hash,
    first_fault,
    first_hash,
    fold,
    receipt,
    value_hash,
)

NAME = "attempt-1"
AT = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
LENGTH = 12
Values = dict[tuple[int, Kind, int], Response]


def _log(name: str = NAME, length: int = LENGTH, seed: int = 1) -> tuple[list[LogEntry], Values]:
    """A log of saves to three positions as the product writes it, and the values apart."""
    chance = Random(seed)
    entries: list[LogEntry] = []
    values: Values = {}
    held: dict[tuple[int, Kind], int] = {}
    for number in range(length):
        where = chance.randint(1, 3), chance.choice(list(Kind))
        version = held.get(where, 0) + 1
        held[where] = version
        value = (f"value {number}",) if chance.random() < 0.8 else ()
        values[*where, version] = value
        entries.append(
            LogEntry(
                *where,
                chance.choice(["tab", "phone"]),
                number,
                version,
                version - 1,
                value_hash(f"salt {number}", encode_value(value)),
                AT + timedelta(seconds=number),
                entry_hash(entries[-1]) if entries else first_hash(name),
            )
        )
    return entries, values


def _other(value: Any) -> Any:
    """Another value of the same type, as near as can be."""
    if isinstance(value, Kind):
        return Kind.FLAG if value is not Kind.FLAG else Kind.ANSWER
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    return value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")


# The chain

Verify = Callable[[str, Sequence[LogEntry]], int | None]


def changes_not_found(verify: Verify) -> list[str]:
    """The changes to one field, one line or the order of a log that a verification takes for sound."""
    entries, _ = _log()
    missed = []
    for place, entry in enumerate(entries[:-1]):
        for one in fields(LogEntry):
            changed = replace(entry, **{one.name: _other(getattr(entry, one.name))})
            if verify(NAME, [*entries[:place], changed, *entries[place + 1 :]]) not in (place, place + 1):
                missed.append(one.name)
        if verify(NAME, entries[:place] + entries[place + 1 :]) != place:
            missed.append("left out")
        if verify(NAME, [*entries[: place + 1], *entries[place:]]) != place + 1:
            missed.append("twice")
        swapped = [*entries[:place], entries[place + 1], entry, *entries[place + 2 :]]
        if verify(NAME, swapped) != place:
            missed.append("swapped")
    return missed


@pytest.mark.parametrize("seed", range(10))
def test_an_honest_log_verifies(seed: int) -> None:
    entries, _ = _log(seed=seed, length=40)
    assert first_fault(NAME, entries) is None
    assert first_fault(NAME, []) is None


def test_any_single_change_to_a_log_is_found_where_it_stands() -> None:
    assert changes_not_found(first_fault) == []


def test_the_check_for_changes_finds_a_verification_that_hashes_nothing() -> None:
    def versions_only(name: str, entries: Sequence[LogEntry]) -> int | None:
        chained = list[LogEntry]()
        for entry in entries:
            previous = entry_hash(chained[-1]) if chained else first_hash(name)
            chained.append(replace(entry, prev_hash=previous))
        return first_fault(name, chained)

    assert {"client", "client_seq", "value_hash", "server_at", "prev_hash"} <= set(
        changes_not_found(versions_only)
    )


def test_a_change_to_the_last_entry_shows_in_the_receipt() -> None:
    entries, _ = _log()
    honest = receipt(NAME, entry_hash(entries[-1]), AT, 3)
    for one in fields(LogEntry):
        changed = replace(entries[-1], **{one.name: _other(getattr(entries[-1], one.name))})
        assert receipt(NAME, entry_hash(changed), AT, 3) != honest


def test_the_log_of_one_attempt_is_no_log_of_another() -> None:
    entries, _ = _log()
    assert first_fault("attempt-2", entries) == 0


def test_a_log_cut_short_verifies_but_ends_in_another_hash() -> None:
    entries, _ = _log()
    assert first_fault(NAME, entries[:-1]) is None
    assert entry_hash(entries[-2]) != entry_hash(entries[-1])


def test_the_hash_of_an_entry_is_what_it_always_was() -> None:
    entry = LogEntry(1, Kind.ANSWER, "tab", 0, 1, 0, value_hash("salt", '["a"]'), AT, first_hash(NAME))
    assert entry_hash(entry) == "0b49df60cff24f5905cf13c9dfb267d89e000fa2c4b372b46825ff61954e7308"
    assert (
        receipt(NAME, entry_hash(entry), AT, 1)
        == "e1358702f18ca60e07530c8d5d81579d1ee25b5d41878c344718f83dde8364e0"
    )


# Values


def test_a_value_is_hashed_with_its_salt() -> None:
    assert len({value_hash(salt, value) for salt in ("a", "b") for value in ("[]", '["a"]')}) == 4


def test_equal_responses_are_stored_alike() -> None:
    assert encode_value(("é", "b")) == encode_value(("e\u0301", "b")) == '["é","b"]'
    assert encode_value(()) == "[]"


def test_the_fold_of_a_log_is_the_last_value_of_every_place_and_kind() -> None:
    entries, values = _log(length=40)
    current = fold(entries, values)
    assert set(current) == {(one.position, one.kind) for one in entries}
    for where, value in current.items():
        newest = max(version for *place, version in values if tuple(place) == where)
        assert value == values[*where, newest]


def test_erased_values_fold_to_nothing_and_the_chain_still_verifies() -> None:
    entries, values = _log(length=40)
    assert set(fold(entries, {}).values()) == {()}
    assert first_fault(NAME, entries) is None
    where = (entries[-1].position, entries[-1].kind)
    kept = {key: value for key, value in values.items() if key[:2] != where}
    current = fold(entries, kept)
    assert current[where] == ()
    assert {key: value for key, value in current.items() if key != where} == {
        key: value for key, value in fold(entries, values).items() if key != where
    }


# Receipts


@pytest.mark.parametrize(
    "changed",
    [
        ("attempt-2", "last", AT, 3),
        (NAME, "lasT", AT, 3),
        (NAME, "last", AT + timedelta(microseconds=1), 3),
        (NAME, "last", AT, 4),
    ],
)
def test_a_receipt_changes_with_each_of_its_inputs(changed: tuple[str, str, datetime, int]) -> None:
    honest = receipt(NAME, "last", AT, 3)
    assert receipt(*changed) != honest
    assert receipt(NAME, "last", AT, 3) == honest


def test_a_receipt_shows_whole_seconds_with_their_fraction() -> None:
    whole = AT.replace(microsecond=0)
    assert receipt(NAME, "last", whole, 3) != receipt(NAME, "last", whole + timedelta(microseconds=1), 3)
