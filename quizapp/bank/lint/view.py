"""An item as the rules see it: its texts, its lists of options and its numbers, however it is answered."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from quizapp.assessment.codec import item_to_document
from quizapp.assessment.item import Finding, Item, OptionOrder
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.item_texts import is_released, texts_of
from quizapp.bank.lint import words
from quizapp.bank.lint.quantity import quantities
from quizapp.bank.tree import Path

_INSTRUCTION = words.listed(
    "arrange assign calculate choose classify complete compute connect determine drag enter estimate fill "
    "find give identify label link list match name order pair pick place put rank reorder select sort state "
    "type write"
)
_COUNTED = frozenset({"value", "tolerance"})
_NAMED = frozenset({"unit", "pattern", "accepted"})
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


class Text(NamedTuple):
    """A Markdown text of an item; `released` says that candidates see it after release only."""

    path: Path
    text: str
    released: bool


class Choice(NamedTuple):
    """One option of a list; `right` is None where the list has no key of its own."""

    path: Path
    id: str
    text: str
    right: bool | None
    misconception: str | None


class Choices:
    """A list of options, with what rules ask of it. `order` is None where the file does not give one."""

    def __init__(self, path: Path, options: tuple[Choice, ...], order: OptionOrder | None) -> None:
        self.path = path
        self.options = options
        self.order = order
        self.texts = tuple(words.plain(one.text) for one in options)
        """The options' texts, with one kind of minus."""
        self.joined = "\n".join(self.texts)
        """All texts, one a line: a pattern that is not in it is in none of them."""
        self.contents = tuple(map(words.content, self.texts))
        """For each option the stems of its content words."""
        self.quantities = quantities(self.texts)
        """The options as quantities; none where one of them is none."""
        self.keys = tuple(one for one in options if one.right)
        """The right options."""
        self.distractors = tuple(one for one in options if one.right is False)
        """The wrong options."""
        self.key = self.keys[0] if len(self.keys) == 1 and self.distractors else None
        """The one right option of a list that has wrong ones too."""


@dataclass(frozen=True)
class View:
    """An item with what rules ask of it; the numbers of a `dealt` one come from its template's formulas.

    `written` is its file form where that is at hand.
    """

    item: Item
    dealt: bool = False
    written: dict[str, Any] | None = None

    @cached_property
    def document(self) -> dict[str, Any]:
        """The item's file form, to which paths refer."""
        return item_to_document(self.item) if self.written is None else self.written

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
    def released(self) -> str:
        """All texts that are shown after release: what is not in it is in none of them."""
        return "\n".join(one.text for one in self.texts if one.released)

    @cached_property
    def besides(self) -> str:
        """All texts but the stem: what is not in it is in none of them."""
        return "\n".join(one.text for one in self.texts if one.path != ("stem",))

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of the content words of what is asked."""
        return words.content(self.asked)

    @cached_property
    def _parts(self) -> "_Parts":
        parts = _Parts([], [], [], [])
        _gather(self.document, (), parts)
        return parts

    @cached_property
    def lists(self) -> list[Choices]:
        """Every list of options: of the item, of a blank, of what is to be ordered or matched."""
        return self._parts.lists

    @property
    def slips(self) -> list[list[tuple[Path, str]]]:
        """The lists of named wrong results, each with the places and names of its errors."""
        return self._parts.slips

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong inside the item as its interaction sees it."""
        public = self.item.public
        return tuple(INTERACTIONS[public.interaction].findings(public.body, self.item.secret.answer))

    @property
    def numbers(self) -> list[Decimal]:
        """The numbers that the answer holds outside its texts: keys, tolerances, slips."""
        return self._parts.numbers

    @cached_property
    def named(self) -> str:
        """What the answer holds as plain text outside its Markdown: units and accepted words."""
        return " ".join(self._parts.named)

    @property
    def judges(self) -> bool:
        """Whether the stem is a statement that is to be judged true or false."""
        return isinstance(self.document.get("key"), bool)

    @cached_property
    def key_texts(self) -> tuple[str, ...]:
        """The texts of the right options of all lists with a key."""
        return tuple(words.plain(one.text) for choices in self.lists for one in choices.keys)


@dataclass(frozen=True)
class _Parts:
    lists: list[Choices]
    slips: list[list[tuple[Path, str]]]
    numbers: list[Decimal]
    named: list[str]


def _gather(holder: Mapping[str, Any], path: Path, parts: _Parts) -> None:
    """Gather the lists of options, slips, numbers and plain texts of a part of the document, in one walk."""
    for name, held in holder.items():
        if isinstance(held, list):
            _gather_list(holder, name, held, path, parts)
        elif isinstance(held, dict):
            if name != "explanation":
                _gather(held, (*path, name), parts)
        elif name in _COUNTED:
            with suppress(InvalidOperation):
                parts.numbers.append(Decimal(held))
        elif name in _NAMED and isinstance(held, str):
            parts.named.append(_PLACEHOLDER.sub(" ", words.plain(held)))


def _gather_list(holder: Mapping[str, Any], name: str, held: list[Any], path: Path, parts: _Parts) -> None:
    here = (*path, name)
    if name in ("mentions", "waivers"):
        return
    if name == "slips":
        parts.slips.append(
            [((*here, place, "misconception"), one["misconception"]) for place, one in enumerate(held)]
        )
    if name in _NAMED:
        parts.named.extend(words.plain(one) for one in held if isinstance(one, str))
    elif _is_list(held):
        parts.lists.append(_choices(holder, held, here))
    else:
        for place, one in enumerate(held):
            if isinstance(one, dict):
                _gather(one, (*here, place), parts)


def _is_list(value: list[Any]) -> bool:
    return len(value) > 1 and all(isinstance(one, dict) and "id" in one and "text" in one for one in value)


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
