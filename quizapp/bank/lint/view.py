"""An item as the rules see it: its texts, its lists of options and its numbers, however it is answered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from quizapp.assessment.codec import item_to_document
from quizapp.assessment.item import Item, OptionOrder
from quizapp.bank.item_texts import is_released, texts_of
from quizapp.bank.lint import words
from quizapp.bank.tree import Path

_INSTRUCTION = words.listed(
    "arrange assign calculate choose classify complete compute connect determine drag enter estimate fill "
    "find give identify label link list match name order pair pick place put rank reorder select sort state "
    "type write"
)


@dataclass(frozen=True)
class Text:
    """A Markdown text of an item; `released` says that candidates see it after release only."""

    path: Path
    text: str
    released: bool


@dataclass(frozen=True)
class Choice:
    """One option of a list; `right` is None where the list has no key of its own."""

    path: Path
    id: str
    text: str
    right: bool | None
    misconception: str | None


@dataclass(frozen=True)
class Choices:
    """A list of options. `ordered` is None where the file does not say in which order they stand."""

    path: Path
    options: tuple[Choice, ...]
    order: OptionOrder | None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The options' texts, with one kind of minus."""
        return tuple(words.plain(one.text) for one in self.options)

    @cached_property
    def joined(self) -> str:
        """All texts, one a line: a pattern that is not in it is in none of them."""
        return "\n".join(self.texts)

    @cached_property
    def keys(self) -> tuple[Choice, ...]:
        """The right options."""
        return tuple(one for one in self.options if one.right)

    @cached_property
    def distractors(self) -> tuple[Choice, ...]:
        """The wrong options."""
        return tuple(one for one in self.options if one.right is False)

    @cached_property
    def key(self) -> Choice | None:
        """The one right option of a list that has wrong ones too."""
        return self.keys[0] if len(self.keys) == 1 and self.distractors else None


@dataclass(frozen=True)
class View:
    """An item with what rules ask of it; the numbers of a `dealt` one come from its template's formulas."""

    item: Item
    dealt: bool = False

    @cached_property
    def document(self) -> dict[str, Any]:
        """The item's file form, to which paths refer."""
        return item_to_document(self.item)

    @cached_property
    def stem(self) -> str:
        """The stem, with one kind of minus."""
        return words.plain(self.item.public.stem).strip()

    @cached_property
    def asked(self) -> str:
        """The stem without the lines that state a convention."""
        return words.CONVENTION.sub("", self.stem).strip()

    @cached_property
    def lead_in(self) -> str:
        """The question itself: the last sentence that asks or instructs; empty where none does."""
        found = words.sentences(self.asked)
        asking = [one for one in found if one.endswith(("?", "?)", '?"'))]
        if asking:
            return asking[-1]
        if found and (found[-1].endswith(":") or self.instructs(found[-1])):
            return found[-1]
        asking = [one for one in found if self.instructs(one) or words.BLANK.search(one)]
        return asking[-1] if asking else ""

    @staticmethod
    def instructs(sentence: str) -> bool:
        """Whether a sentence tells the candidate what to do."""
        first = words.words(sentence)[:1]
        return bool(first) and first[0] in _INSTRUCTION

    @cached_property
    def scenario(self) -> str:
        """The text of the case set, where there is one."""
        stimulus = self.item.public.stimulus
        return words.plain(stimulus.text) if stimulus else ""

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every Markdown text, with one kind of minus."""
        return tuple(
            Text(path, words.plain(text), is_released(path)) for path, text in texts_of(self.document)
        )

    @cached_property
    def lists(self) -> tuple[Choices, ...]:
        """Every list of options: of the item, of a blank, of what is to be ordered or matched."""
        return tuple(_lists(self.document, ()))

    @cached_property
    def slips(self) -> tuple[tuple[tuple[Path, str], ...], ...]:
        """The lists of named wrong results, each with the places and names of its errors."""
        return tuple(_slips(self.document, ()))

    @cached_property
    def judges(self) -> bool:
        """Whether the stem is a statement that is to be judged true or false."""
        return isinstance(self.document.get("key"), bool)

    @cached_property
    def numbers(self) -> tuple[Decimal, ...]:
        """The numbers that the answer holds outside its texts: keys, tolerances, slips."""
        return tuple(_numbers(self.document))

    @cached_property
    def named(self) -> str:
        """What the answer holds as plain text outside its Markdown: units and accepted words."""
        return " ".join(_words(self.document))

    @cached_property
    def key_texts(self) -> tuple[str, ...]:
        """The texts of the right options of all lists with a key."""
        return tuple(words.plain(one.text) for choices in self.lists for one in choices.keys)


def _lists(value: Any, path: Path) -> Iterator[Choices]:
    if isinstance(value, dict):
        for name, held in value.items():
            if _is_list(held):
                yield _choices(value, held, (*path, name))
            elif name not in ("explanation", "waivers"):
                yield from _lists(held, (*path, name))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _lists(held, (*path, place))


def _slips(value: Any, path: Path) -> Iterator[tuple[tuple[Path, str], ...]]:
    if isinstance(value, dict):
        for name, held in value.items():
            if name == "slips" and isinstance(held, list):
                yield tuple(
                    ((*path, name, place, "misconception"), one["misconception"])
                    for place, one in enumerate(held)
                )
            elif isinstance(held, dict | list):
                yield from _slips(held, (*path, name))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _slips(held, (*path, place))


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(one, dict) and {"id", "text"} <= one.keys() for one in value)
    )


def _choices(holder: Mapping[str, Any], written: list[Mapping[str, Any]], path: Path) -> Choices:
    key = holder.get("key")
    keys = {key} if isinstance(key, str) else set(key) if isinstance(key, list) else None
    order = holder.get("option_order")
    return Choices(
        path,
        tuple(
            Choice(
                (*path, place, "text"),
                one["id"],
                one["text"],
                None if keys is None else one["id"] in keys,
                one.get("misconception"),
            )
            for place, one in enumerate(written)
        ),
        OptionOrder(order) if order else None,
    )


_COUNTED = frozenset({"value", "tolerance"})
_NAMED = frozenset({"unit", "pattern", "accepted", "passage"})
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


def _numbers(value: Any) -> Iterator[Decimal]:
    if isinstance(value, dict):
        for name, held in value.items():
            if name in _COUNTED and isinstance(held, str | Decimal | int):
                try:
                    yield Decimal(held)
                except InvalidOperation:
                    continue
            else:
                yield from _numbers(held)
    elif isinstance(value, list):
        for held in value:
            yield from _numbers(held)


def _words(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, held in value.items():
            yield from _words(held, inner)
    elif isinstance(value, list):
        for held in value:
            yield from _words(held, name)
    elif isinstance(value, str) and name in _NAMED:
        yield _PLACEHOLDER.sub(" ", words.plain(value))
