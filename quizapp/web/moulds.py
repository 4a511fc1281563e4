"""Moulds: pages that are drawn once for each shape of them, with holes that every request fills."""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

_HOLE = re.compile("\0([a-z_]+)\0")
_MARKED = re.compile("[&<>\"']")
"""What has to be escaped: most values hold none of it, and to look is quicker than to escape."""


class Hole(Markup):
    """What stands for a value that is still to come: it can be written, and nothing can depend on it."""

    def __bool__(self) -> bool:
        raise TypeError(f"a template looks at what is still a hole: {self!r}")


def holes(names: Iterable[str]) -> dict[str, Hole]:
    """What a template is drawn with where the values are still to come, by name."""
    return {name: Hole(f"\0{name}\0") for name in names}


class Mould:
    """A page that was drawn with holes; a template may write what fills one anywhere, but not look at it."""

    def __init__(self, drawn: str) -> None:
        parts = _HOLE.split(drawn)
        self._parts = [one.encode() for one in parts]
        self._holes = [(place, parts[place]) for place in range(1, len(parts), 2)]
        self.names = frozenset(parts[1::2])

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The page with its values: what is markup as it is, every other string escaped."""
        texts = {name: as_bytes(values[name]) for name in self.names}
        parts = self._parts.copy()
        for place, name in self._holes:
            parts[place] = texts[name]
        return b"".join(parts)


def as_bytes(value: str) -> bytes:
    """A value as it stands in a page."""
    plain = type(value) is Markup or (type(value) is str and not _MARKED.search(value))
    return (value if plain else escape(value)).encode()
