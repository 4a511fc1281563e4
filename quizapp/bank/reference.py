"""The reference page of the native format, generated from its schema; running this module prints it."""

import re
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from quizapp.bank.archive import MOST_BYTES, MOST_MEMBERS
from quizapp.bank.formats import native, native_examples
from quizapp.bank.tree import DEEPEST, LARGEST

_MIB = 1024 * 1024
_SCALARS: dict[Any, str] = {
    native.Whole: "whole number",
    native.Number: "number",
    native.Share: "share of 1, such as 0.25 or 1/3",
    native.Day: "date, YYYY-MM-DD",
    native.YesNo: "true or false",
    native.Slug: "id: a-z, 0-9, hyphens",
    native.ShortSlug: "id: a-z, 0-9, hyphens",
    native.Licence: "SPDX identifier",
    native.Code: "code: letters, digits, dots, hyphens",
    native.Line: "one line of text",
    native.Phrase: "pattern",
    native.Prose: "Markdown",
}
_INTRODUCTION = f"""\
# The native bank format

Generated from the schema by `python -m quizapp.bank.reference`; a test compares the two. Check a bank
with `quizapp bank check FOLDER`.

A bank is a folder: `bank.yml`, `facts.yml`, `exams.yml`, one file a topic below `items/`, and one file a
study note below `notes/`. An upload may hold some of these files, as a single `.yml` file or a `.zip`
archive; it speaks only for the topics and notes whose files it holds.

## How the files are read

- YAML 1.2, UTF-8. **Every scalar is text until the schema reads it**: `no`, `12:30:45`, `1_000` and
  `2026-06-30` mean what the field says, never what they look like.
- Refused: aliases, anchors, tags, a field that stands twice, a field that is not listed here, a second
  document in a file, characters that hide or reorder text.
- Put text in quotes when it contains `: ` or ` #`, or begins with a sign that YAML uses. Write longer
  texts as block text (`|`).
- Markdown knows emphasis, lists, quotations, code and pipe tables. Links, images, headings and HTML are
  shown as they are written. `$...$` and `$$...$$` hold LaTeX formulas, shown as MathML; write dollar
  amounts as `USD 1,000`.
- An item with a problem is rejected with file, line and reason, and the others are read on. A case set
  with a rejected item is rejected whole. A file that cannot be read as a whole blocks the upload.
- Limits: {LARGEST // _MIB} MiB a file, {DEEPEST} levels, {MOST_MEMBERS} files and {MOST_BYTES // _MIB} MiB
  an archive.
"""
_ITEMS_NOTE = """\
An item's `concept` names the one idea it asks. Siblings share it; no test holds a concept twice, and a
concept belongs to one topic. `misconception` stands on every wrong option and on no right one. An
option's letter is never named in a text: options are shuffled. Items of a case set stand together, and
carry `style: case`.
"""
_TEMPLATES_NOTE = """\
A template has the fields of every item but `stimulus`, `sample`, `mentions` and `waivers`, and stands in the
list `templates` of its topic's file. A template and a seed make the same item, for ever; each attempt is
dealt a variant of its own and keeps it. `[[name]]` in a text prints a drawn or computed value. Texts shown
after release may name `[[key]]` and each distractor too. Names are small letters, digits and `_`.

A formula holds numbers, names, `+ - * / ^`, comparisons, `and`, `or`, `not`, `if(condition, one, other)`, the
functions `abs`, `min`, `max`, `round(number, decimals)`, `floor`, `ceil`, `sqrt`, `exp`, `ln`, `sum`,
`count`, `date(y, m, d)`, `days`, `add_days`, `add_months`, `weekday`, and every finance formula of
docs/formulas.md. It does nothing but arithmetic.

A draw is refused, and drawn again, where a constraint is not met, or two results print alike or lie within
two tolerances of each other. The import refuses a template of which a draw may divide by zero, whose stem
prints a rounded value that the key is computed from, or of which too few draws are valid. See variants with
`quizapp item preview ID --seed N`, and count them with `quizapp item vary ID --count 1000`.
"""


def reference() -> str:
    """The page, in Markdown."""
    return "\n".join([_INTRODUCTION, *_files(), *_interactions(), *_templates()])


def _files() -> Iterator[str]:
    names = {
        "bank": "bank.yml",
        "facts": "facts.yml",
        "exams": "exams.yml",
        "items": "items/<topic>.yml",
        "notes": "notes/<note>.yml",
    }
    for kind, model in native.FILES.items():
        yield f"## {names[kind]}\n"
        yield from _tables(model, names[kind], set())
        example = native_examples.FILES.get(names[kind].replace("<note>", "example"))
        if example:
            yield _example(example)


def _interactions() -> Iterator[str]:
    yield "## Items\n"
    yield _ITEMS_NOTE
    yield _table(native.ItemPart, "every item")
    yield _table(native.ExplanationPart, "every item: explanation")
    yield _table(native.MentionPart, "every item: mentions")
    yield _table(native.WaiverPart, "every item: waivers")
    shared = set(native.ItemPart.model_fields)
    for name, model in native.ITEM_PARTS.items():
        yield f"## {name}\n"
        yield f"{(model.__doc__ or '').strip()}\n"
        yield from _tables(model, name, shared)
        if "stimulus:" in native_examples.ITEMS[name]:
            yield "The scenario, at the head of the file:\n"
            yield _example(native_examples.STIMULUS)
        yield _example("items:\n" + native_examples.ITEMS[name])


def _templates() -> Iterator[str]:
    yield "## Item templates\n"
    yield _TEMPLATES_NOTE
    yield from _tables(native.TemplatePart, "templates", set(native.ItemPart.model_fields))
    yield _example("templates:\n" + native_examples.TEMPLATE)


def _example(text: str) -> str:
    return f"```yaml\n{text}```\n"


def _tables(model: type[BaseModel], title: str, without: set[str]) -> Iterator[str]:
    """A table for a model, and for each model that its fields hold."""
    yield _table(model, title, without)
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner and name not in without:
            yield from _tables(inner, f"{title}: {name}", set())


def _table(model: type[BaseModel], title: str, without: frozenset[str] | set[str] = frozenset()) -> str:
    rows = [f"| {title} | needed | holds | |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name not in without:
            needed = "yes" if field.is_required() else "no"
            rows.append(f"| `{name}` | {needed} | {_holds(field)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)


def _holds(field: FieldInfo) -> str:
    """What a field holds, with its limits."""
    limits = {
        name: value
        for one in field.metadata
        for name in ("ge", "le", "min_length", "max_length")
        if (value := getattr(one, name, None)) is not None
    }
    words = _words(field.annotation, field.metadata)
    if "ge" in limits:
        words += f", {limits['ge']} to {limits['le']}"
    if get_origin(field.annotation) is list:
        low, high = limits.get("min_length", 0), limits.get("max_length")
        words += f", {low} to {high:,}" if low else f", at most {high:,}"
    elif "max_length" in limits:
        words += f", at most {limits['max_length']:,} characters"
    return words


def _words(annotation: Any, metadata: list[Any]) -> str:
    if get_origin(annotation) in (Union, types.UnionType):
        return _words(next(one for one in get_args(annotation) if one is not type(None)), metadata)
    if get_origin(annotation) is Literal:
        return f"`{get_args(annotation)[0]}`"
    if get_origin(annotation) is list:
        return f"list of: {_words(get_args(annotation)[0], [])}"
    if get_origin(annotation) is dict:
        return "named fields"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{one.value}`" for one in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "fields"
    return _scalar(annotation, metadata)


def _scalar(annotation: Any, metadata: list[Any]) -> str:
    if annotation is Any:
        return "items"
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    for scalar, words in _SCALARS.items():
        base, *extras = get_args(scalar)
        if base is annotation and all(one in metadata for one in extras):
            return words
    patterns = [one.pattern for one in metadata if getattr(one, "pattern", None)]
    choices = re.fullmatch(r"\^\((.*)\)\$", patterns[0]) if patterns else None
    return ", ".join(f"`{one}`" for one in choices[1].split("|")) if choices else "text"


if __name__ == "__main__":
    print(reference(), end="")
