"""What is proven without a database: the content behind a version, and the order that a seed deals."""

from dataclasses import replace

import pytest

from quizapp.assessment.assembly import option_orders
from quizapp.assessment.codec import canonical, key_digest, public_document, secret_document, version_of
from quizapp.assessment.held import HeldVersion
from quizapp.assessment.item import Item
from quizapp.assessment.verification import proven_item
from tests import small_bank

ITEMS = [
    small_bank.single("a"),
    small_bank.multiple("b"),
    small_bank.numeric("c"),
    small_bank.truth("d"),
    small_bank.statements("e"),
    small_bank.matched("f"),
    small_bank.ordered("g"),
    small_bank.worded("h"),
    small_bank.gapped("i"),
]
"""An item of each way of answering."""
DEALT = [
    "off near right far",
    "far off right too",
    "",
    "true false",
    "a b c d",
    "option-3 option-1 option-2",
    "sow reap grind",
    "",
    "",
]
"""The order of options for seed 7: past attempts are verified against it, so it stays."""
EVERY = 7
"""Every such byte of a stored version is changed."""


def _held(item: Item) -> HeldVersion:
    return HeldVersion(
        version_of(item),
        canonical(public_document(item.public)).decode(),
        canonical(secret_document(item)).decode(),
        key_digest(item),
        None,
    )


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.public.interaction)
def test_a_stored_version_gives_its_item_back_and_no_other_text_does(item: Item) -> None:
    held = _held(item)
    found = proven_item(held)
    assert found
    assert (found.public, found.secret) == (item.public, item.secret)
    for name in ("version", "public", "secret", "key_digest"):
        text = getattr(held, name)
        for place in range(0, len(text), EVERY):
            other = "0" if text[place] != "0" else "1"
            changed = replace(held, **{name: text[:place] + other + text[place + 1 :]})
            assert proven_item(changed) is None, f"{name} at {place}"


def test_a_seed_deals_the_order_that_it_always_dealt() -> None:
    orders = option_orders(7, [one.public for one in ITEMS])
    assert [" ".join(one) for one in orders] == DEALT
