"""Items as safe HTML: what a candidate is asked, and what is revealed after release."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quizapp.assessment.interactions.numeric_entry import NumericAnswer, NumericBody, numeric_body, slip_for
from quizapp.assessment.item import PublicItem, Response, SecretItem
from quizapp.assessment.options import ChoiceAnswer, ChoiceBody
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.markup import SafeHtml, render, render_inline

_TURNING = re.compile(r"(?<![\w*])(NOT|EXCEPT|LEAST)(?![\w*])")
"""The words that turn a question round; authors write them in capitals, and they are shown in bold."""


@dataclass(frozen=True)
class AskedOption:
    """One option with the letter that this candidate sees beside it."""

    id: str
    letter: str
    html: SafeHtml


@dataclass(frozen=True)
class AskedItem:
    """An item as it is asked. `choose` is the number that the screen states, None for "all that apply"."""

    id: str
    interaction: str
    stem_html: SafeHtml
    options: tuple[AskedOption, ...]
    choose: int | None
    unit: str | None
    decimals: int | None
    stimulus_title: str | None
    stimulus_html: SafeHtml | None
    as_of: date

    def describe(self, response: Response) -> str:
        """A response in the candidate's own letters, or as the number typed."""
        return INTERACTIONS[self.interaction].describe(response, tuple(one.id for one in self.options))


@dataclass(frozen=True)
class RevealedSlip:
    """A wrong number, the slip that leads to it, and whether the response was this one."""

    value: str
    html: SafeHtml
    yours: bool


@dataclass(frozen=True)
class RevealedItem:
    """What an item keeps shut until release."""

    key: tuple[str, ...]
    key_text: str
    rationales: Mapping[str, SafeHtml]
    slips: tuple[RevealedSlip, ...]
    rule_html: SafeHtml
    why_html: SafeHtml
    sources: tuple[str, ...]


def asked(item: PublicItem, order: tuple[str, ...]) -> AskedItem:
    """An item as one booklet asks it, its options in that booklet's order."""
    body = item.body
    choices = body if isinstance(body, ChoiceBody) else None
    number = body if isinstance(body, NumericBody) else None
    texts = {one.id: one.text for one in choices.options} if choices else {}
    return AskedItem(
        id=item.id,
        interaction=item.interaction,
        stem_html=render(_TURNING.sub(r"**\1**", item.stem)),
        options=tuple(
            AskedOption(one, chr(ord("A") + place), render_inline(texts[one]))
            for place, one in enumerate(order)
        ),
        choose=choices.choose if choices else None,
        unit=number.unit if number else None,
        decimals=number.decimals if number else None,
        stimulus_title=item.stimulus.title if item.stimulus else None,
        stimulus_html=render(item.stimulus.text) if item.stimulus else None,
        as_of=item.as_of,
    )


def revealed(
    item: PublicItem, secret: SecretItem, order: tuple[str, ...], response: Response
) -> RevealedItem:
    """Key, rationales and explanation; for a number also the slips that lead to wrong ones."""
    answer = secret.answer
    choices = answer if isinstance(answer, ChoiceAnswer) else None
    number = answer if isinstance(answer, NumericAnswer) else None
    return RevealedItem(
        key=choices.key if choices else (),
        key_text=INTERACTIONS[item.interaction].describe(choices.key, order)
        if choices
        else _number_text(item, number),
        rationales={one: render(text) for one, text in choices.rationales.items()} if choices else {},
        slips=_slips(item, number, response) if number else (),
        rule_html=render_inline(secret.explanation.rule),
        why_html=render(secret.explanation.why),
        sources=secret.sources,
    )


def _number_text(item: PublicItem, number: NumericAnswer | None) -> str:
    return f"{_with_unit(item, number.value)}, give or take {number.tolerance:f}" if number else ""


def _slips(item: PublicItem, number: NumericAnswer, response: Response) -> tuple[RevealedSlip, ...]:
    yours = slip_for(number, response)
    return tuple(
        RevealedSlip(_with_unit(item, one.value), render(one.rationale), one is yours) for one in number.slips
    )


def _with_unit(item: PublicItem, value: Decimal) -> str:
    return f"{value:,f} {numeric_body(item.body).unit}"
