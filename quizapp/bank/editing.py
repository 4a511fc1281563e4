"""An item as a form: the fields that its schema gives, and the document that is typed into them.

What was typed is a draft, a tree of plain texts in the shape of the item's file. It keeps every text as it
was typed, whether or not the schema takes it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from quizapp.bank.formats.native import FORMAT, ITEM_PARTS, ItemPart
from quizapp.bank.formats.native_writer import write_document
from quizapp.bank.problems import Problem
from quizapp.bank.tree import Path, TreeError, parse

FIXED = ("id", "interaction", "stimulus")
"""Fields that no form changes: with another value it would be another item, or of another case set."""
MOST_ENTRIES = 60
"""Entries of a list that a form takes in; every list of an item's schema is shorter."""
_LONGEST_LINE = 400
_DEEPEST = 8

Draft = dict[str, Any]


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    PROSE = "prose"
    CHOICE = "choice"
    GROUP = "group"
    LIST = "list"


@dataclass(frozen=True)
class Entry:
    """A field of a form. `name` is its path, as in `options.1.text`; `parts` are those of a group or list."""

    name: str
    label: str
    hint: str
    kind: Kind
    needed: bool
    value: str = ""
    choices: tuple[str, ...] = ()
    parts: tuple["Entry", ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def one(self) -> str:
        """What a single entry of a list is called."""
        return self.label.removesuffix("s").lower()


@dataclass(frozen=True)
class _Shape:
    """What a field holds: a list of `inner`, the fields of `model`, or a text."""

    needed: bool = True
    hint: str = ""
    inner: "_Shape | None" = None
    model: type[BaseModel] | None = None
    choices: tuple[str, ...] = ()
    prose: bool = False


@lru_cache(maxsize=64)
def _fields(model: type[BaseModel]) -> Mapping[str, _Shape]:
    return {
        name: _shape(
            field.annotation, field.metadata, field.is_required(), _sentence(field.description or "")
        )
        for name, field in model.model_fields.items()
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shape(annotation: Any, metadata: Sequence[Any], needed: bool = True, hint: str = "") -> _Shape:
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (one for one in get_args(annotation) if one is not type(None))
    if hasattr(annotation, "__metadata__"):
        annotation, metadata = get_args(annotation)[0], [*annotation.__metadata__, *metadata]
    if get_origin(annotation) is list:
        return _Shape(needed, hint, inner=_shape(get_args(annotation)[0], ()))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _Shape(needed, hint, model=annotation)
    longest = max((getattr(one, "max_length", None) or 0 for one in metadata), default=0)
    return _Shape(needed, hint, choices=_choices(annotation, metadata), prose=longest > _LONGEST_LINE)


def _choices(annotation: Any, metadata: Iterable[Any]) -> tuple[str, ...]:
    if annotation is bool:
        return "true", "false"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(one.value) for one in annotation)
    patterns = [one.pattern for one in metadata if getattr(one, "pattern", None)]
    words = re.fullmatch(r"\^\(([a-z_|]+)\)\$", patterns[0]) if patterns else None
    return tuple(words[1].split("|")) if words else ()


def draft_of_document(document: Mapping[str, Any]) -> Draft:
    """The draft that says what an item's document says."""
    return {name: _plain(value) for name, value in document.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return draft_of_document(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def draft_of_form(interaction: str, typed: Mapping[str, str]) -> Draft:
    """The draft behind the fields of a form, by their names; what the schema does not know is left out."""
    nested: dict[str, Any] = {}
    for name, text in typed.items():
        *above, last = name.split(".")[:_DEEPEST]
        held: Any = nested
        for step in above:
            held = held.setdefault(step, {}) if isinstance(held, dict) else None
        if isinstance(held, dict):
            held[last] = text.replace("\r\n", "\n").replace("\r", "\n")
    draft: Draft = _taken(_Shape(model=ITEM_PARTS[interaction]), nested)
    return {name: value for name, value in draft.items() if name not in FIXED}


def _taken(shape: _Shape, held: Any) -> Any:
    """What of a nested form fits a shape."""
    named = held if isinstance(held, dict) else {}
    if shape.inner:
        places = sorted(int(one) for one in named if one.isascii() and one.isdigit() and len(one) < 4)
        return [_taken(shape.inner, named.get(str(place))) for place in places[:MOST_ENTRIES]]
    if shape.model:
        return {name: _taken(one, named.get(name)) for name, one in _fields(shape.model).items()}
    return held if isinstance(held, str) else ""


def entries(interaction: str, draft: Draft, faults: Mapping[str, Sequence[str]]) -> tuple[Entry, ...]:
    """The form of an item, filled from a draft; `faults` are what is wrong, by the names of fields.

    What belongs to the way of answering stands behind the stem, where people read it.
    """
    fields = _fields(ITEM_PARTS[interaction])
    shared = list(ItemPart.model_fields)
    split = shared.index("stem") + 1
    names = [*shared[:split], *(name for name in fields if name not in shared), *shared[split:]]
    return tuple(
        _entry(fields[name], name, name, draft.get(name), faults) for name in names if name not in FIXED
    )


def _entry(shape: _Shape, name: str, label: str, held: Any, faults: Mapping[str, Sequence[str]]) -> Entry:
    shown = label.replace("_", " ").capitalize()
    told, kind = tuple(faults.get(name, ())), Kind.PROSE if shape.prose else Kind.LINE
    if shape.inner:
        inner, single = shape.inner, label.removesuffix("s")
        parts = tuple(
            _entry(inner, f"{name}.{place}", f"{single} {place + 1}", one, faults)
            for place, one in enumerate(held or ())
        )
        return Entry(name, shown, shape.hint, Kind.LIST, shape.needed, parts=parts, faults=told)
    if shape.model:
        parts = tuple(
            _entry(one, f"{name}.{field}", field, (held or {}).get(field), faults)
            for field, one in _fields(shape.model).items()
        )
        return Entry(name, shown, shape.hint, Kind.GROUP, shape.needed, parts=parts, faults=told)
    if shape.choices:
        kind = Kind.CHOICE
    return Entry(name, shown, shape.hint, kind, shape.needed, held or "", shape.choices, faults=told)


def with_one_more(interaction: str, draft: Draft, name: str) -> tuple[Draft, str]:
    """A draft with an empty entry at the end of the list of that name, and the name of what to fill in first.

    A name that is no list changes nothing.
    """
    shape, held = _at(interaction, draft, name.split("."))
    if shape is None or shape.inner is None or not isinstance(held, list) or len(held) >= MOST_ENTRIES:
        return draft, ""
    held.append(_taken(shape.inner, None))
    first, inner = f"{name}.{len(held) - 1}", shape.inner
    return draft, f"{first}.{next(iter(_fields(inner.model)))}" if inner.model else first


def without(interaction: str, draft: Draft, name: str) -> Draft:
    """A draft without an entry of a list."""
    listed, place = _listed(interaction, draft, name)
    del listed[place : place + 1]
    return draft


def moved_up(interaction: str, draft: Draft, name: str) -> Draft:
    """A draft with an entry of a list before the one that stood before it."""
    listed, place = _listed(interaction, draft, name)
    if 0 < place < len(listed):
        listed[place - 1 : place + 1] = [listed[place], listed[place - 1]]
    return draft


def _listed(interaction: str, draft: Draft, name: str) -> tuple[list[Any], int]:
    """The list and the place of an entry; an empty list where the name is of none."""
    list_name, _, place = name.rpartition(".")
    shape, held = _at(interaction, draft, list_name.split("."))
    known = shape is not None and shape.inner is not None and isinstance(held, list)
    return (held, int(place)) if known and re.fullmatch("[0-9]{1,3}", place) else ([], 0)


def _at(interaction: str, draft: Draft, steps: Sequence[str]) -> tuple[_Shape | None, Any]:
    shape: _Shape | None = _Shape(model=ITEM_PARTS[interaction])
    held: Any = draft
    for step in steps:
        if shape and shape.model and isinstance(held, dict):
            shape, held = _fields(shape.model).get(step), held.get(step)
        elif shape and shape.inner and isinstance(held, list) and re.fullmatch("[0-9]{1,3}", step):
            shape, held = shape.inner, held[int(step)] if int(step) < len(held) else None
        else:
            return None, None
    return shape, held


def document_of_draft(interaction: str, draft: Draft, fixed: Mapping[str, str]) -> dict[str, Any]:
    """What a file says where a draft is typed: texts trimmed, and what is empty and not needed left out."""
    said = _said(_Shape(model=ITEM_PARTS[interaction]), {**draft, **fixed})
    return dict(said)


def _said(shape: _Shape, held: Any) -> Any:
    """What a file says of a field; None where nothing is typed."""
    if shape.inner:
        said = [_said(shape.inner, one) for one in held or ()]
        return [one for one in said if one] or None
    if shape.model:
        fields = _fields(shape.model)
        told = {name: _said(one, (held or {}).get(name)) for name, one in fields.items()}
        if not any(one and not fields[name].choices for name, one in told.items()):
            return None
        return {
            name: one or _needed(fields[name]) for name, one in told.items() if one or fields[name].needed
        }
    text = str(held or "")
    return text if shape.prose and text.strip() else text.strip()


def _needed(shape: _Shape) -> Any:
    """What stands for a field that is needed and empty, so that the reader names it."""
    if shape.inner:
        return []
    return {name: _needed(one) for name, one in _fields(shape.model).items()} if shape.model else ""


def file_of(
    bank: str, topic: str, stimuli: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
) -> bytes:
    """A file of some items of a topic."""
    head = {"format": FORMAT, "bank": bank, "topic": topic}
    held = {"stimuli": list(stimuli)} if stimuli else {}
    return write_document({**head, **held, "items": list(items)}).encode()


def faults_in(content: bytes, slug: str, problems: Iterable[Problem]) -> dict[str, list[str]]:
    """What is wrong with the first item of a file that was written here, by the names of its fields.

    The empty name is the item as a whole, and what is wrong elsewhere.
    """
    try:
        held = list(parse(content).places(("items", 0)))
    except TreeError:
        held = []
    places = sorted((line, len(path), path) for path, line in held)
    names = {_name(path) for _, _, path in places}
    faults: dict[str, list[str]] = {}
    for problem in problems:
        said, _, rest = problem.message.partition(": ")
        if problem.item != slug:
            faults.setdefault("", []).append(problem.message)
        elif said in names:
            faults.setdefault(said, []).append(rest)
        else:
            faults.setdefault(_field_at(places, problem.line), []).append(problem.message)
    return faults


def _name(path: Path) -> str:
    return ".".join(map(str, path[2:]))


def _field_at(places: Sequence[tuple[int, int, Path]], line: int) -> str:
    """The name of the field that a line belongs to; of several on one line, the one that holds the others."""
    above = [one for one in places if one[0] <= line]
    path: Path = next((path for start, _, path in above if start == above[-1][0]), ())
    return _name(path)
