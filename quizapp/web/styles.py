"""Style sheets as browsers get them: as they are written, but for comments and idle white space."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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
    """Every style sheet of a folder by its file's name, shortened."""
    return {one.name: shortened(one.read_text(encoding="utf-8")).encode() for one in folder.glob("*.css")}


@cache
def shortened(text: str) -> str:
    """A style sheet without comments and without the white space that says nothing.

    It stays before a colon, where `a :is(b)` needs it, and wherever else it may part two words or signs.
    """
    return _SHORTER.sub(_kept, text).strip()


def _kept(found: re.Match[str]) -> str:
    return found["kept"] or found["sign"] or found["colon"] or (found["space"] and " ") or ""
