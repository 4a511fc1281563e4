"""Items as forms: every schema gives one, the untouched says the same, and what is typed is never lost."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.codec import item_to_document, version_of
from quizapp.assessment.item import Item
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank import editing
from quizapp.bank.editing import FIXED, MOST_ENTRIES, Entry, Kind
from quizapp.bank.formats.native_examples import ITEMS
from quizapp.bank.problems import Problem
from quizapp.bank.reader import read_bank
from quizapp.bank.tree import parse
from tests.bank.sources import FILES, ITEM_FILE, files


@cache
def _item(interaction: str) -> Item:
    head = FILES[ITEM_FILE].split("items:\n")[0]
    text = head + "items:\n" + ITEMS[interaction]
    reading = read_bank(files() | {ITEM_FILE: text.encode()})
    assert reading.problems == ()
    (one,) = reading.items
    return one.item


def _walk(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    for one in entries:
        yield one
        yield from _walk(one.parts)


def _typed(entries: tuple[Entry, ...]) -> dict[str, str]:
    """What a browser sends of a form: line ends become two signs."""
    return {
        one.name: one.value.replace("\n", "\r\n")
        for one in _walk(entries)
        if one.kind not in (Kind.GROUP, Kind.LIST)
    }


def _fixed(item: Item) -> dict[str, str]:
    document = item_to_document(item)
    return {name: document[name] for name in FIXED if name in document}


def _file(item: Item, draft: dict[str, Any]) -> bytes:
    document = editing.document_of_draft(item.public.interaction, draft, _fixed(item))
    stimuli = [vars(item.public.stimulus)] if item.public.stimulus else []
    return editing.file_of(item.public.bank, item.public.topic, stimuli, [document])


def _draft(item: Item) -> dict[str, Any]:
    return editing.draft_of_document(item_to_document(item))


@pytest.mark.parametrize("interaction", INTERACTIONS)
def test_a_form_that_is_sent_back_untouched_is_the_same_item(interaction: str) -> None:
    item = _item(interaction)
    entries = editing.entries(interaction, _draft(item), {})
    assert not {one.name for one in entries} & set(FIXED)
    content = _file(item, editing.draft_of_form(interaction, _typed(entries)))
    reading = read_bank(files() | {ITEM_FILE: content})
    assert reading.problems == ()
    (again,) = reading.items
    assert version_of(again.item) == version_of(item)
    assert (again.item.status, again.item.sample) == (item.status, item.sample)


@pytest.mark.parametrize("interaction", INTERACTIONS)
def test_every_field_of_a_form_comes_back_as_it_was_typed(interaction: str) -> None:
    entries = editing.entries(interaction, _draft(_item(interaction)), {})
    typed = {name: f"  {name} \u00e9 [[x]] {{{{y}}}} <b>\n\n: # " for name in _typed(entries)}
    again = editing.entries(interaction, editing.draft_of_form(interaction, typed), {})
    assert _typed(again) == {name: text.replace("\n", "\r\n") for name, text in typed.items()}


@pytest.mark.parametrize("interaction", INTERACTIONS)
def test_what_is_wrong_in_a_field_is_told_at_that_field(interaction: str) -> None:
    item = _item(interaction)
    for one in _walk(editing.entries(interaction, _draft(item), {})):
        if not one.value or not one.needed or one.name.split(".")[-1].isdigit():
            continue
        typed = _typed(editing.entries(interaction, _draft(item), {}))
        typed[one.name] = "!" if one.kind is Kind.CHOICE else ""
        content = _file(item, editing.draft_of_form(interaction, typed))
        problems = read_bank(files() | {ITEM_FILE: content}).problems
        faults = editing.faults_in(content, item.public.id, problems)
        assert one.name in faults, (one.name, faults)


def test_what_is_optional_and_empty_is_left_out_and_what_is_needed_is_named() -> None:
    item = _item("cloze")
    draft = editing.draft_of_form("cloze", _typed(editing.entries("cloze", _draft(item), {})))
    document = editing.document_of_draft("cloze", draft, _fixed(item))
    assert [sorted(one) for one in document["blanks"]] == [
        ["choices", "id", "key"],
        ["id", "number", "slips", "why_right"],
        ["accepted", "id", "slips", "why_right"],
    ]
    emptied = editing.document_of_draft("cloze", {}, _fixed(item))
    assert emptied["stem"] == ""
    assert emptied["explanation"] == {"rule": "", "why": ""}
    assert emptied["blanks"] == []
    assert "facts" not in emptied


def test_lists_grow_shrink_and_change_their_order() -> None:
    draft = editing.draft_of_form(
        "ordering", _typed(editing.entries("ordering", _draft(_item("ordering")), {}))
    )
    ids = [one["id"] for one in draft["elements"]]
    draft, first = editing.with_one_more("ordering", draft, "elements")
    assert first == f"elements.{len(ids)}.id"
    assert draft["elements"][-1] == dict.fromkeys(draft["elements"][0], "")
    assert len(editing.document_of_draft("ordering", draft, {"id": "x"})["elements"]) == len(ids)
    draft = editing.moved_up("ordering", draft, "elements.1")
    assert [one["id"] for one in draft["elements"]] == [ids[1], ids[0], *ids[2:], ""]
    draft = editing.without("ordering", draft, "elements.0")
    assert [one["id"] for one in draft["elements"]] == [ids[0], *ids[2:], ""]
    draft, first = editing.with_one_more("ordering", draft, "sources")
    assert (draft["sources"][-1], first) == ("", f"sources.{len(draft['sources']) - 1}")


def test_a_list_within_a_list_grows_too() -> None:
    draft = editing.draft_of_form("cloze", _typed(editing.entries("cloze", _draft(_item("cloze")), {})))
    before = len(draft["blanks"][0]["choices"])
    draft, first = editing.with_one_more("cloze", draft, "blanks.0.choices")
    assert (len(draft["blanks"][0]["choices"]), first) == (before + 1, f"blanks.0.choices.{before}.id")


ODD = (
    "",
    "stem",
    "elements.9",
    "elements.x",
    "elements.-1",
    "nothing",
    "a.b.c",
    "explanation",
    "elements.0.id.0",
)


@pytest.mark.parametrize("name", ODD)
def test_a_name_of_no_list_changes_nothing(name: str) -> None:
    typed = _typed(editing.entries("ordering", _draft(_item("ordering")), {}))
    before = editing.draft_of_form("ordering", typed)
    assert editing.with_one_more("ordering", editing.draft_of_form("ordering", typed), name) == (before, "")
    assert editing.without("ordering", editing.draft_of_form("ordering", typed), name) == before
    assert editing.moved_up("ordering", editing.draft_of_form("ordering", typed), name) == before


_STEPS = st.sampled_from(
    ["options", "stem", "key", "explanation", "rule", "0", "1", "9999", "id", "\u0663", "", "text"]
)


@given(st.dictionaries(st.lists(_STEPS, max_size=10).map(".".join), st.text(max_size=20), max_size=12))
def test_any_names_and_texts_give_a_form_and_a_file_that_is_read(typed: dict[str, str]) -> None:
    draft = editing.draft_of_form("single_choice", typed)
    entries = editing.entries("single_choice", draft, {})
    assert editing.draft_of_form("single_choice", _typed(entries)) == draft
    content = _file(_item("single_choice"), draft)
    problems = read_bank(files() | {ITEM_FILE: content}).problems
    assert problems
    assert editing.faults_in(content, "bill-day-base", problems)


def test_a_list_takes_in_no_more_than_it_may() -> None:
    typed = {f"sources.{number}": "x" for number in range(500)}
    draft = editing.draft_of_form("ordering", typed)
    assert len(draft["sources"]) == MOST_ENTRIES
    assert editing.with_one_more("ordering", draft, "sources") == (draft, "")


def test_what_is_wrong_elsewhere_is_told_of_the_whole() -> None:
    item = _item("ordering")
    content = _file(item, _draft(item))
    line = parse(content).line(("items", 0, "stem"))
    problems = [
        Problem("f", line, "other", "x", "Of another."),
        Problem("f", line, item.public.id, "x", "stem: No."),
    ]
    assert editing.faults_in(content, item.public.id, problems) == {"": ["Of another."], "stem": ["No."]}
