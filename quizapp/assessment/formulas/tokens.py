"""Text to tokens: numbers, names and signs with their offsets, and nothing else."""

import re
from typing import NamedTuple

from quizapp.assessment.formulas.errors import fault
from quizapp.assessment.formulas.limits import Limits

# Each alternative begins with characters of its own and none nests a repetition, so a text is read once.
_TOKEN = re.compile(
    r"[ \t\r\n]+"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>[<>=!]=|[-+*/^()\[\],<>])"
    r"|(?P<bad>[\s\S])"
)
END = "end"
_PRINTABLE = range(0x21, 0x7F)


class Token(NamedTuple):
    """A number, a name, a sign or the end of the formula; `at` is its offset."""

    kind: str
    text: str
    at: int


def tokens(source: str, limits: Limits) -> list[Token]:
    """The tokens of a formula, the last one of kind END; raises FormulaError at the first bad character."""
    if len(source) > limits.characters:
        raise fault(source, 0, "too_long", most=limits.characters)
    found: list[Token] = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind is None:
            continue
        text, at = match.group(), match.start()
        if kind == "bad":
            raise fault(source, at, "bad_character", sign=_printed(text))
        if kind == "number" and len(text) > limits.literal_digits:
            raise fault(source, at, "number_too_long", most=limits.literal_digits)
        found.append(Token(kind, text, at))
        if len(found) > limits.tokens:
            raise fault(source, at, "too_many_parts", most=limits.tokens)
    if not found:
        raise fault(source, 0, "empty")
    found.append(Token(END, "the end", len(source)))
    return found


def _printed(sign: str) -> str:
    """A character as people can read it, whatever it would do to the page or the log."""
    return f"'{sign}'" if ord(sign) in _PRINTABLE else f"U+{ord(sign):04X}"
