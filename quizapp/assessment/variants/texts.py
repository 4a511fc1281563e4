"""Placeholders in texts: `[[name]]` stands for a printed value; nothing else in a text means anything."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\[\[([A-Za-z][A-Za-z0-9_]*)\]\]")
_MATHS = re.compile(r"(?<!\\)\$\$?")
_IN_MATHS = str.maketrans({"\u2212": "-", "%": r"\%", ",": "{,}"})


def names_in(text: str) -> tuple[str, ...]:
    """The names of its placeholders, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def strays_in(text: str) -> bool:
    """Whether brackets are left that look like a placeholder and are none."""
    return "[[" in _PLACEHOLDER.sub("", text)


def filled(text: str, shown: Mapping[str, str]) -> str:
    """The text with each placeholder replaced once by what is shown for its name; KeyError for another name.

    Within `$...$` a value is written so that LaTeX prints it alike.
    """
    pieces: list[str] = []
    end, maths = 0, False
    for found in _PLACEHOLDER.finditer(text):
        before = text[end : found.start()]
        maths ^= len(_MATHS.findall(before)) % 2 == 1
        value = shown[found[1]]
        pieces += (before, value.translate(_IN_MATHS) if maths else value)
        end = found.end()
    return "".join((*pieces, text[end:]))


def filled_all(value: Any, shown: Mapping[str, str]) -> Any:
    """A plain document with every text in it filled; the names of its fields stay."""
    if isinstance(value, str):
        return filled(value, shown)
    if isinstance(value, Mapping):
        return {name: filled_all(one, shown) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [filled_all(one, shown) for one in value]
    return value


def texts_of(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a plain document with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from texts_of(one, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from texts_of(one, (*path, str(place)))
