"""Options with their rationales, shared by every interaction in which a candidate chooses among them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from quizapp.assessment.errors import InvalidResponse, MalformedItem
from quizapp.assessment.item import Answer, Body, Finding, Judgement, OptionOrder, Response

LETTERS = "ABCDEFGHIJ"
LINES, PROSE = frozenset({"text"}), frozenset({"rationales"})


@dataclass(frozen=True)
class Option:
    """One option as the candidate sees it; `text` is Markdown."""

    id: str
    text: str


@dataclass(frozen=True)
class ChoiceBody(Body):
    """Options and their order; `choose` is the number of keys when the screen states it."""

    options: tuple[Option, ...]
    order: OptionOrder
    choose: int | None = None


@dataclass(frozen=True)
class ChoiceAnswer(Answer):
    """The ids of the key, and for each option why it is right or wrong and whom it tempts."""

    key: tuple[str, ...]
    rationales: Mapping[str, str]
    misconceptions: Mapping[str, str]


def choice_body(body: Body) -> ChoiceBody:
    """The body as options; raises TypeError where an interaction was given another's body."""
    if not isinstance(body, ChoiceBody):
        raise TypeError(f"expected options, got {type(body).__name__}")
    return body


def choice_answer(answer: Answer) -> ChoiceAnswer:
    """The answer as a key over options; raises TypeError for another interaction's answer."""
    if not isinstance(answer, ChoiceAnswer):
        raise TypeError(f"expected a key over options, got {type(answer).__name__}")
    return answer


def known_options(body: ChoiceBody, submitted: tuple[str, ...]) -> Response:
    """The submitted ids in the order of the item, each once; raises InvalidResponse for an unknown id."""
    ids = [option.id for option in body.options]
    if any(one not in ids for one in submitted):
        raise InvalidResponse("unknown_option")
    return tuple(one for one in ids if one in submitted)


def parse_one(body: Body, submitted: Sequence[str]) -> Response:
    """The one chosen option; raises InvalidResponse for an unknown option or more than one."""
    response = known_options(choice_body(body), tuple(submitted))
    if len(response) > 1:
        raise InvalidResponse("several_options")
    return response


def complete_one(body: Body, response: Response) -> bool:
    """Whether the one option is chosen."""
    return len(response) == 1


def arrange(body: Body, chance: Random) -> tuple[str, ...]:
    """The order in which one attempt shows the options."""
    choices = choice_body(body)
    ids = [option.id for option in choices.options]
    if choices.order is OptionOrder.SHUFFLED:
        chance.shuffle(ids)
    return tuple(ids)


def letters(response: Response, order: tuple[str, ...]) -> str:
    """The letters a candidate saw beside the chosen options, in the order seen."""
    return ", ".join(LETTERS[place] for place, one in enumerate(order) if one in response)


def tell_key(body: Body, answer: Answer, order: tuple[str, ...]) -> str:
    """The letters of the key as a candidate saw them."""
    return letters(choice_answer(answer).key, order)


def judge_none(answer: Answer, response: Response) -> tuple[Judgement, ...]:
    """Options have a rationale each; nothing is written."""
    return ()


def dump_body(body: Body) -> dict[str, Any]:
    """The stored form of the options."""
    choices = choice_body(body)
    stored: dict[str, Any] = {
        "options": [{"id": option.id, "text": option.text} for option in choices.options],
        "option_order": choices.order.value,
    }
    if choices.choose is not None:
        stored["choose"] = choices.choose
    return stored


def load_body(stored: Mapping[str, Any]) -> ChoiceBody:
    """The options behind a stored form."""
    return ChoiceBody(
        options=tuple(Option(one["id"], one["text"]) for one in stored["options"]),
        order=OptionOrder(stored["option_order"]),
        choose=stored.get("choose"),
    )


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The stored form of the key and its rationales."""
    choices = choice_answer(answer)
    return {
        "key": list(choices.key),
        "rationales": dict(choices.rationales),
        "misconceptions": dict(choices.misconceptions),
    }


def dump_key(answer: Answer) -> list[str]:
    """What counts as right, in one order whatever the file's."""
    return sorted(choice_answer(answer).key)


def load_answer(stored: Mapping[str, Any]) -> ChoiceAnswer:
    """The key and rationales behind a stored form."""
    return ChoiceAnswer(tuple(stored["key"]), dict(stored["rationales"]), dict(stored["misconceptions"]))


def read_choices(document: Mapping[str, Any], choose: int | None) -> tuple[ChoiceBody, ChoiceAnswer]:
    """Body and answer from the shape of a file; raises MalformedItem where an option lacks a part."""
    try:
        written = document["options"]
        body = ChoiceBody(
            options=tuple(Option(one["id"], one["text"]) for one in written),
            order=OptionOrder(document["option_order"]),
            choose=choose,
        )
        answer = ChoiceAnswer(
            key=tuple(document["key"]),
            rationales={one["id"]: one["rationale"] for one in written},
            misconceptions={one["id"]: one["misconception"] for one in written if one.get("misconception")},
        )
    except KeyError as missing:
        raise MalformedItem((str(missing.args[0]),), "missing", "this field is needed") from missing
    return body, answer


def write_choices(body: Body, answer: Answer) -> dict[str, Any]:
    """The shape of a file for body and answer."""
    choices, key = choice_body(body), choice_answer(answer)
    options = []
    for option in choices.options:
        written = {
            "id": option.id,
            "text": option.text,
            "rationale": key.rationales[option.id],
        }
        if option.id in key.misconceptions:
            written["misconception"] = key.misconceptions[option.id]
        options.append(written)
    return {
        "option_order": choices.order.value,
        "options": options,
        "key": list(key.key),
    }


def choice_findings(body: ChoiceBody, answer: ChoiceAnswer) -> Iterator[Finding]:
    """What is wrong with options and key, whichever interaction uses them."""
    ids = [option.id for option in body.options]
    if len(set(ids)) != len(ids):
        yield Finding(("options",), "duplicate_option_id", "two options have the same id")
    texts = [" ".join(option.text.casefold().split()) for option in body.options]
    if len(set(texts)) != len(texts):
        yield Finding(("options",), "duplicate_option", "two options read the same")
    if len(set(answer.key)) != len(answer.key):
        yield Finding(("key",), "duplicate_key", "the key names an option twice")
    for one in answer.key:
        if one not in ids:
            yield Finding(("key",), "unknown_key", f"the key names '{one}', which is no option")
    for place, option in enumerate(body.options):
        tagged = option.id in answer.misconceptions
        if option.id in answer.key and tagged:
            yield Finding(
                ("options", str(place)),
                "misconception_on_key",
                "a right option carries no misconception",
            )
        if option.id not in answer.key and not tagged:
            yield Finding(
                ("options", str(place)),
                "missing_misconception",
                "a wrong option names its misconception",
            )
