"""Where the Markdown of an item stands: each text with its path in the item's file form."""

from collections.abc import Iterator, Mapping
from typing import Any

from quizapp.bank.tree import Path

SHOWN = frozenset({"text", "passage"})
RELEASED = frozenset({"rationale", "reason", "why_right", "why_wrong"})
"""The fields of any interaction's part of an item that hold Markdown, before release and after it."""

_HEAD: tuple[Path, ...] = (("stem",), ("explanation", "rule"), ("explanation", "why"))


def texts_of(document: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every Markdown text of an item, from its file form."""
    for path in _HEAD:
        value: Any = document
        for step in path:
            value = value[step]
        yield path, value
    for name, value in document.items():
        if name not in ("stem", "explanation", "mentions", "waivers"):
            yield from _marked(value, (name,))


def is_released(path: Path) -> bool:
    """Whether a text is shown after release only."""
    return path[0] == "explanation" or path[-1] in RELEASED


def _marked(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _marked(held, (*path, name))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _marked(held, (*path, place))
    elif isinstance(value, str) and (path[-1] in SHOWN or path[-1] in RELEASED):
        yield path, value
