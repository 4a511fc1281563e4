"""Slots to be filled from one list of options, shared by the interactions in which a candidate does that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import Answer, Body, Finding, Judgement, Response
from quizapp.assessment.options import LETTERS, Option

LINES, PROSE = frozenset({"text", "prompts"}), frozenset({"rationales"})


@dataclass(frozen=True)
class SlotBody(Body):
    """What stands beside each slot, in Markdown of one line, and the options that may fill any of them."""

    prompts: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class SlotAnswer(Answer):
    """For each slot in turn the option that belongs there, why, and who errs; rationales are Markdown."""

    key: tuple[str, ...]
    rationales: tuple[str, ...]
    misconceptions: tuple[str, ...]


def slot_body(body: Body) -> SlotBody:
    """The body as slots; raises TypeError for another interaction's body."""
    if not isinstance(body, SlotBody):
        raise TypeError(f"expected slots, got {type(body).__name__}")
    return body


def slot_answer(answer: Answer) -> SlotAnswer:
    """The answer as a key over slots; raises TypeError for another interaction's answer."""
    if not isinstance(answer, SlotAnswer):
        raise TypeError(f"expected a key over slots, got {type(answer).__name__}")
    return answer


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of slots and options."""
    slots = slot_body(body)
    options = [{"id": one.id, "text": one.text} for one in slots.options]
    return {"prompts": list(slots.prompts), "options": options}


def load_body(stored: Mapping[str, Any]) -> Body:
    """The slots and options behind a stored form."""
    options = tuple(Option(one["id"], one["text"]) for one in stored["options"])
    return SlotBody(tuple(stored["prompts"]), options)


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of the key and its rationales."""
    slots = slot_answer(answer)
    return {
        "key": list(slots.key),
        "rationales": list(slots.rationales),
        "misconceptions": list(slots.misconceptions),
    }


def load_answer(stored: Mapping[str, Any]) -> Answer:
    """The key and rationales behind a stored form."""
    return SlotAnswer(tuple(stored["key"]), tuple(stored["rationales"]), tuple(stored["misconceptions"]))


def dump_key(answer: Answer) -> list[str]:
    """What counts as right: the option of each slot."""
    return list(slot_answer(answer).key)


def arrange(body: Body, chance: Random) -> tuple[str, ...]:
    """The order in which one attempt lists the options; the slots stand as written."""
    ids = [one.id for one in slot_body(body).options]
    chance.shuffle(ids)
    return tuple(ids)


def parse(body: Body, submitted: Sequence[str]) -> Response:
    """The filled slots as "number:option", in their order, the first slot being 1.

    Raises InvalidResponse for a slot or an option that is not there, and for a slot that is filled twice. One
    option in two slots is taken as it is: a candidate who exchanges two passes through it.
    """
    slots = slot_body(body)
    ids = {one.id for one in slots.options}
    numbers = {str(number): number for number in range(1, len(slots.prompts) + 1)}
    filled: dict[int, str] = {}
    for one in submitted:
        number, _, option = one.partition(":")
        if number not in numbers:
            raise InvalidResponse("unknown_slot")
        if option not in ids:
            raise InvalidResponse("unknown_option")
        if numbers[number] in filled:
            raise InvalidResponse("slot_twice")
        filled[numbers[number]] = option
    return tuple(f"{number}:{filled[number]}" for number in sorted(filled))


def complete(body: Body, response: Response) -> bool:
    """Whether every slot is filled."""
    return len(response) == len(slot_body(body).prompts)


def describe(response: Response, order: tuple[str, ...]) -> str:
    """Each filled slot with the letter that the candidate saw beside its option: 1 B, 2 A."""
    filled = (one.partition(":") for one in response)
    return ", ".join(f"{number} {LETTERS[order.index(option)]}" for number, _, option in filled)


def tell_key(body: Body, answer: Answer, order: tuple[str, ...]) -> str:
    """The right option of each slot, in the letters that the candidate saw."""
    return describe(whole(answer), order)


def whole(answer: Answer) -> Response:
    """The response that fills every slot rightly."""
    return tuple(f"{number}:{option}" for number, option in enumerate(slot_answer(answer).key, start=1))


def judge(answer: Answer, response: Response) -> tuple[Judgement, ...]:
    """Slots have a rationale each; nothing is written."""
    return ()


def marks(answer: Answer, response: Response, partial: bool) -> Fraction:
    """1 where every slot is right; with part marks, right slots over all slots."""
    key = whole(answer)
    if partial:
        return Fraction(len(set(response) & set(key)), len(key))
    return Fraction(int(response == key))


def slot_findings(body: Body, answer: Answer) -> Iterator[Finding]:
    """What is wrong with slots, options and key, whichever interaction uses them."""
    slots, key = slot_body(body), slot_answer(answer).key
    ids = [one.id for one in slots.options]
    if len(set(ids)) != len(ids):
        yield Finding(("options",), "duplicate_option_id", "two options have the same id")
    texts = [" ".join(one.text.casefold().split()) for one in slots.options]
    if len(set(texts)) != len(texts):
        yield Finding(("options",), "duplicate_option", "two options read the same")
    for one in key:
        if one not in ids:
            yield Finding(("key",), "unknown_key", f"the key names '{one}', which is no option")
