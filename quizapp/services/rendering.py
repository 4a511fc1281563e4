"""Items as safe HTML: what a candidate is asked, and what is revealed after release."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from quizapp.assessment.interactions.contract import Interaction
from quizapp.assessment.item import Judgement, PublicItem, Response, SecretItem
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.markup import SafeHtml, render, render_inline

_TURNING = re.compile(r"(?<![\w*])(NOT|EXCEPT|LEAST)(?![\w*])")
"""The words that turn a question round; authors write them in capitals, and they are shown in bold."""
_BLANK = re.compile(r"\{\{([^{}]*)\}\}")


class Fields(Mapping[str, Any]):
    """The stored fields of a body or an answer, Markdown rendered. Hashable, so what it draws can be kept."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._hash = hash(tuple(fields.items()))

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fields) and self._fields == other._fields

    def __repr__(self) -> str:
        return f"Fields({self._fields!r})"


@dataclass(frozen=True)
class AskedOption:
    """One option with the letter that this candidate sees beside it."""

    id: str
    letter: str
    html: SafeHtml


@dataclass(frozen=True)
class AskedItem:
    """An item as it is asked; `order` is what the booklet arranged, and options, if any, stand in it."""

    id: str
    interaction: str
    stem_html: SafeHtml
    body: Fields
    order: tuple[str, ...]
    options: tuple[AskedOption, ...]
    stimulus_title: str | None
    stimulus_html: SafeHtml | None
    as_of: date

    def __hash__(self) -> int:
        """By its name and order alone, as with the item that it shows."""
        return hash((self.id, self.order))

    def describe(self, response: Response) -> str:
        """A response in the candidate's own letters, or as it was typed."""
        return INTERACTIONS[self.interaction].describe(response, self.order)


@dataclass(frozen=True)
class RevealedItem:
    """What an item keeps shut until release; `judged` is what became of each field that was written in."""

    key_text: str
    answer: Fields
    judged: tuple[Judgement, ...]
    rule_html: SafeHtml
    why_html: SafeHtml
    sources: tuple[str, ...]


@lru_cache(maxsize=2048)
def asked(item: PublicItem, order: tuple[str, ...]) -> AskedItem:
    """An item as one booklet asks it, arranged as in that booklet."""
    interaction = INTERACTIONS[item.interaction]
    body = _fields(interaction, interaction.dump_body(item.body))
    texts = {one["id"]: one["text"] for one in body.get("options", ())}
    return AskedItem(
        id=item.id,
        interaction=item.interaction,
        stem_html=render(_TURNING.sub(r"**\1**", item.stem)),
        body=body,
        order=order,
        options=tuple(
            AskedOption(one, chr(ord("A") + place), texts[one])
            for place, one in enumerate(order if texts else ())
        ),
        stimulus_title=item.stimulus.title if item.stimulus else None,
        stimulus_html=render(item.stimulus.text) if item.stimulus else None,
        as_of=item.as_of,
    )


def revealed(
    item: PublicItem, secret: SecretItem, order: tuple[str, ...], response: Response
) -> RevealedItem:
    """Key, rationales and explanation, and what became of what was written."""
    interaction = INTERACTIONS[item.interaction]
    return RevealedItem(
        key_text=interaction.tell_key(item.body, secret.answer, order),
        answer=_fields(interaction, interaction.dump_answer(secret.answer)),
        judged=interaction.judge(secret.answer, response),
        rule_html=render_inline(secret.explanation.rule),
        why_html=render(secret.explanation.why),
        sources=secret.sources,
    )


def _fields(interaction: Interaction, stored: Mapping[str, Any]) -> Fields:
    return Fields({name: _shown(interaction, name, value) for name, value in stored.items()})


def _shown(interaction: Interaction, name: str, value: Any) -> Any:
    """A stored value with its Markdown rendered; `name` is the field that it stands in or below."""
    if isinstance(value, Mapping):
        kept = name if name in interaction.LINES | interaction.PROSE else None
        return Fields({one: _shown(interaction, kept or one, held) for one, held in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_shown(interaction, name, one) for one in value)
    if isinstance(value, str) and name in interaction.LINES:
        return render_inline(value)
    if isinstance(value, str) and name in interaction.PROSE:
        return render(value)
    return value


def pieces(html: SafeHtml) -> tuple[tuple[SafeHtml, str], ...]:
    """A rendered passage cut at its blanks: each piece with the id of the blank behind it."""
    texts = _BLANK.split(html)
    return tuple((SafeHtml(text), one) for text, one in zip(texts[::2], [*texts[1::2], ""], strict=True))
