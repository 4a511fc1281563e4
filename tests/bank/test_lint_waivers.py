"""Waivers: written beside the item, kept through files, versions and exports, and judged by the linter."""

from dataclasses import replace

from quizapp.assessment.codec import secret_document, secret_item, version_of
from quizapp.assessment.item import Item, Waiver
from quizapp.bank.formats.native_writer import write_bank
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Bank
from tests.bank.sources import ITEM_FILE, files

WRITTEN = "    waivers:\n      - rule: long-stem\n        reason: The table cannot be shorter.\n"
WAIVED = (Waiver("long-stem", "The table cannot be shorter."),)


def waived(written: str = WRITTEN) -> dict[str, bytes]:
    """The example bank, its first item with waivers."""
    text = files()[ITEM_FILE].decode()
    return files() | {ITEM_FILE: text.replace("    author: Example authors\n", _AUTHOR + written, 1).encode()}


_AUTHOR = "    author: Example authors\n"


def _bank(held: dict[str, bytes]) -> Bank:
    reading = read_bank(held)
    assert reading.problems == ()
    assert reading.head
    return Bank(
        reading.head, reading.facts or (), reading.profiles or (), tuple(one.item for one in reading.items)
    )


def _first() -> Item:
    return _bank(waived()).items[0]


def test_a_waiver_is_read_and_written_beside_its_item() -> None:
    bank = _bank(waived())
    assert [one.secret.waivers for one in bank.items] == [WAIVED, (), ()]
    assert _bank(write_bank(bank)) == bank


def test_a_waiver_is_stored_with_what_is_secret_and_an_item_without_one_keeps_its_version() -> None:
    item = _first()
    plain = replace(item, secret=replace(item.secret, waivers=()))
    assert secret_item(item.public.interaction, secret_document(item)) == item.secret
    assert "waivers" not in secret_document(plain)
    assert version_of(plain) == version_of(_bank(files()).items[0]) != version_of(item)


def test_a_waiver_without_a_reason_is_refused_with_its_line() -> None:
    held = waived("    waivers:\n      - rule: long-stem\n")
    (problem,) = read_bank(held).problems
    assert (problem.code, problem.message) == ("missing", "waivers.0.reason: this field is needed")
    assert held[ITEM_FILE].decode().splitlines()[problem.line - 1].strip() == "- rule: long-stem"
