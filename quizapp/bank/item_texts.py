"""Where the Markdown of an item stands: each text with its path in the item's file form."""

from collections.abc import Mapping
from typing import Any

from quizapp.bank.tree import Path

SHOWN = frozenset({"text", "passage"})
RELEASED = frozenset({"rationale", "reason", "why_right", "why_wrong"})
"""The fields of any interaction's part of an item that hold Markdown, before release and after it."""

_MARKED = SHOWN | RELEASED
_APART = frozenset({"stem", "explanation", "mentions", "waivers"})
"""The fields of an item that are taken by name, or hold no Markdown."""


def texts_of(document: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Every Markdown text of an item, from its file form."""
    explanation = document["explanation"]
    found: list[tuple[Path, str]] = [
        (("stem",), document["stem"]),
        (("explanation", "rule"), explanation["rule"]),
        (("explanation", "why"), explanation["why"]),
    ]
    _gather({name: value for name, value in document.items() if name not in _APART}, (), found)
    return found


def is_released(path: Path) -> bool:
    """Whether a text is shown after release only."""
    return path[0] == "explanation" or path[-1] in RELEASED


def _gather(holder: Mapping[str, Any], path: Path, found: list[tuple[Path, str]]) -> None:
    """Add every Markdown text of a part of the document, in its order."""
    for name, held in holder.items():
        if isinstance(held, str):
            if name in _MARKED:
                found.append(((*path, name), held))
        elif isinstance(held, dict):
            _gather(held, (*path, name), found)
        elif isinstance(held, list):
            for place, one in enumerate(held):
                if isinstance(one, dict):
                    _gather(one, (*path, name, place), found)
