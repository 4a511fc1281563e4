"""Style sheets as browsers get them: each in one file with all that it imports, so in one request."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^@import "\./(\w+)\.css";\n', re.MULTILINE)
_IDLE = r"(?:\s|/\*.*?\*/)"
_SHORTER = re.compile(
    rf"""
      (?P<kept> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | url\([^"')]*\) )
    | {_IDLE}*;{_IDLE}*(?=\}})
    | {_IDLE}*(?P<sign>[{{}};,]){_IDLE}*
    | (?P<colon>:){_IDLE}+
    | (?P<space>{_IDLE}+)
    """,
    re.DOTALL | re.VERBOSE,
)


def sheets(folder: Path) -> Mapping[str, bytes]:
    """Every style sheet of a folder by its file's name, with what it imports, and shortened."""
    sources = {one.stem: one.read_text(encoding="utf-8") for one in sorted(folder.glob("*.css"))}
    return {f"{name}.css": shortened(joined(sources, name)).encode() for name in sources}


def joined(sources: Mapping[str, str], name: str) -> str:
    """A style sheet with what it imports in the place of the import, as they are written.

    Raises ValueError for an import of another form than is used here.
    """
    text = _IMPORT.sub(lambda found: sources[found[1]], sources[name])
    if other := re.search("@import.*", text):
        raise ValueError(f"{name}.css: no such import is used here: {other[0]}")
    return text


@cache
def shortened(text: str) -> str:
    """A style sheet without comments and without the white space that says nothing.

    It stays before a colon, where `a :is(b)` needs it, and wherever else it may part two words or signs.
    """
    return _SHORTER.sub(_kept, text).strip()


def _kept(found: re.Match[str]) -> str:
    return found["kept"] or found["sign"] or found["colon"] or (found["space"] and " ") or ""
