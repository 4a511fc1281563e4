"""The native format written: a bank as files that read back as the same bank."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.codec import item_to_document, profile_document
from quizapp.assessment.item import Item, Stimulus
from quizapp.assessment.variants.document import template_to_document
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.formats.native import FORMAT
from quizapp.bank.values import Bank, BankHead, Fact

_WIDEST = 100
_PLAIN = re.compile(r"[A-Za-z0-9$(][^\n\r\t]*[^\s:]|[A-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_INDENT = "  "


def write_bank(bank: Bank, comment: Sequence[str] = ()) -> dict[str, bytes]:
    """The files of a bank by path; `comment` stands at the head of each.

    Items keep their order within a topic. Raises ValueError where two items of a case set carry different
    scenarios, which files cannot say.
    """
    documents: dict[str, dict[str, Any]] = {
        "bank.yml": _head(bank.head),
        "facts.yml": _top(bank.head) | {"facts": [_fact(one) for one in bank.facts]},
        "exams.yml": _top(bank.head) | {"exams": [_profile(one) for one in bank.profiles]},
    }
    for number, topic in enumerate(bank.head.topics, start=1):
        items = [one for one in bank.items if one.public.topic == topic.id]
        templates = [one for one in bank.templates if one.topic == topic.id]
        if items or templates:
            written = _topic(bank.head, topic.id, items, templates)
            documents[f"items/{number:02}-{topic.id}.yml"] = written
    documents |= {f"notes/{one.id}.yml": dict(one.source) for one in bank.notes}
    head = "".join(f"# {line}\n" for line in comment)
    return {name: (head + write_document(document)).encode() for name, document in documents.items()}


def _top(head: BankHead) -> dict[str, Any]:
    return {"format": FORMAT, "bank": head.id}


def _head(head: BankHead) -> dict[str, Any]:
    return _top(head) | {
        "title": head.title,
        "licence": head.licence,
        "covers": head.covers,
        "topics": [
            {
                "id": topic.id,
                "title": topic.title,
                "subtopics": [{"id": one, "title": title} for one, title in topic.subtopics],
                "objectives": [{"id": one, "text": text} for one, text in topic.objectives],
            }
            for topic in head.topics
        ],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in vars(fact).items() if value is not None}


def _profile(profile: ExamProfile) -> dict[str, Any]:
    written: dict[str, Any] = _without_gaps(profile_document(profile))
    return written


def _topic(
    head: BankHead, topic: str, items: Sequence[Item], templates: Sequence[ItemTemplate]
) -> dict[str, Any]:
    stimuli: dict[str, Stimulus] = {}
    for item in items:
        held = item.public.stimulus
        if held and stimuli.setdefault(held.id, held) != held:
            raise ValueError(f"case set '{held.id}' has two scenarios")
    written = _top(head) | {"topic": topic}
    if stimuli:
        written["stimuli"] = [vars(one) for one in stimuli.values()]
    if items:
        written["items"] = [item_to_document(one) for one in items]
    if templates:
        written["templates"] = [template_to_document(one) for one in templates]
    return written


def _without_gaps(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_gaps(one) for name, one in value.items() if one is not None}
    return [_without_gaps(one) for one in value] if isinstance(value, list) else value


def write_document(document: Mapping[str, Any]) -> str:
    """A plain document as YAML in the form that people write: block text, short lists on one line."""
    return "".join(f"{line}\n" for line in _fields(document, ""))


def _fields(document: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in document.items():
        yield from _entry(f"{indent}{name}:", value, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    """A value behind the text that begins its line, its own lines indented below."""
    if isinstance(value, Mapping):
        yield start
        yield from _fields(value, indent + _INDENT)
    elif isinstance(value, list | tuple):
        yield from _list(start, value, indent)
    elif isinstance(value, str):
        yield from _text(start, value, indent)
    else:
        yield f"{start} {_scalar(value)}"


def _list(start: str, values: Sequence[Any], indent: str) -> Iterator[str]:
    if all(isinstance(one, str) and _WORD.fullmatch(one) for one in values):
        line = f"{start} [{', '.join(values)}]"
        if len(line) <= _WIDEST or not values:
            yield line
            return
    yield start
    deeper = indent + _INDENT
    for one in values:
        if isinstance(one, Mapping):
            first, *rest = _fields(one, deeper + _INDENT)
            yield f"{deeper}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield from _entry(f"{deeper}-", one, deeper)


def _text(start: str, text: str, indent: str) -> Iterator[str]:
    if _fits_block(text):
        body = text.removesuffix("\n")
        yield f"{start} |{'' if text.endswith(chr(10)) else '-'}"
        yield from (f"{indent}{_INDENT}{line}" if line else "" for line in body.split("\n"))
    else:
        yield f"{start} {text if _fits_plain(text) else _quoted(text)}"


def _fits_block(text: str) -> bool:
    """Whether a literal block keeps every sign: several lines, none of which could be mistaken for layout."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and all(line == line.rstrip() and "\t" not in line for line in lines)
        and all(sign.isprintable() for line in lines for sign in line)
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and bool(lines[-1])
    )


def _fits_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and ": " not in text
        and " #" not in text
        and text.isprintable()
        and len(text.strip()) == len(text)
    )


def _quoted(text: str) -> str:
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(signs.get(sign) or _escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _scalar(value: bool | int | Decimal | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
