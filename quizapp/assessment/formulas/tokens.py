"""Text to tokens: numbers, names and signs with their offsets, and nothing else."""

import re
from typing import NamedTuple

from quizapp.assessment.formulas.errors import fault
from quizapp.assessment.formulas.limits import Limits

# Nothing that may follow the blanks begins with one, and "bad" takes whatever else there is: no second try.
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>[<>=!]=|[-+*/^()\[\],<>])"
    r"|(?P<end>\Z)"
    r"|(?P<bad>[\s\S]))"
)
NUMBER, NAME, SIGN, END, _BAD = range(1, 6)
_PRINTABLE = range(0x21, 0x7F)


class Tokens(NamedTuple):
    """The tokens of one formula side by side: kinds, texts and offsets; the last one is its end."""

    kinds: list[int]
    texts: list[str]
    offsets: list[int]


def tokens(source: str, limits: Limits) -> Tokens:
    """The tokens of a formula; raises FormulaError at the first character that is none of its signs."""
    if len(source) > limits.characters:
        raise fault(source, 0, "too_long", most=limits.characters)
    found = Tokens([], [], [])
    kinds, texts, offsets = found
    for match in _TOKEN.finditer(source):
        kind = match.lastindex or _BAD
        text, at = match[kind], match.start(kind)
        kinds.append(kind)
        texts.append(text)
        offsets.append(at)
        if kind == END:
            break
        if kind == _BAD:
            raise fault(source, at, "bad_character", sign=_printed(text))
        if kind == NUMBER and len(text) > limits.literal_digits:
            raise fault(source, at, "number_too_long", most=limits.literal_digits)
        if len(kinds) > limits.tokens:
            raise fault(source, at, "too_many_parts", most=limits.tokens)
    if len(kinds) == 1:
        raise fault(source, 0, "empty")
    return found


def _printed(sign: str) -> str:
    """A character as people can read it, whatever it would do to the page or the log."""
    return f"'{sign}'" if ord(sign) in _PRINTABLE else f"U+{ord(sign):04X}"
