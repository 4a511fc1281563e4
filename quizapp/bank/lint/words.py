"""Texts as the rules read them: without formulas and marks, cut into words, sentences and numbers."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache
from sys import intern

NUMBER = re.compile(r"(?<![\w.])-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|(?<![\w.])-?\.[0-9]+")
BLANK = re.compile(r"_{2,}")
TABLE_ROW = re.compile(r"^\s*\|.*$", re.MULTILINE)
CONVENTION = re.compile(r"^Convention:.*", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|\([^()]*\)")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
DESIGNATION = re.compile(
    rf"\b[0-9]+-(?:year|month|week|day)s?\b|\b(?:19|20)[0-9]{{2}}\b|\b[0-9]{{1,2}} (?={_MONTH})"
    rf"|\b(?:{_MONTH}) [0-9]{{1,2}}\b|\b[A-Z]+[-+][0-9]+\b|\b[A-Z][0-9]+\b|\b[0-9]+[A-Z]\b"
)
"""Dates, years, and numbers that are part of a name: 13-week, T+1, 10-K."""
_DAY = re.compile(rf"\b([0-9]{{1,2}}) ({_MONTH})(?: ([0-9]{{4}}))?\b")
_MONTHS = {name: place for place, name in enumerate(_MONTH.split("|"), start=1)}
_MATHS = re.compile(r"(?<!\\)\$\$?[^$]*\$\$?")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE = re.compile(r"(?<![\s.][A-Z]\.)(?<=[.?!])[\"”)]?\s+|\n\s*\n")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2011": "-", "\u00a0": " ", "’": "'"})
_ENDINGS = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s")
_LEAST_STEM = 4
_PUNCTUATION = re.compile(r"(?<![0-9])[.,]|[.,](?![0-9])|[^\w\s.,%/+<>=*^-]")


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


STOP = listed(
    "a an and are as at be because been before being but by can could did do does each for from had has have "
    "how if in into is it its may more most much not of on one only or other out over same should so some "
    "such than that the their them then there these they this those through to under up was were what when "
    "where whether which while who why will with would your you"
)


def plain(text: str) -> str:
    """A text with one kind of minus and blank."""
    return text.translate(_SIGNS) if not text.isascii() else text


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, numbers among them, formulas left out.

    A word is kept once, however many texts of a large bank hold it.
    """
    return tuple(map(intern, _WORD.findall(prose(text).lower())))


def prose(text: str) -> str:
    """A text without its formulas."""
    return _MATHS.sub(" ", text) if "$" in text else text


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [one.strip() for one in _SENTENCE.split(prose(text)) if one.strip()]


@lru_cache(maxsize=16384)
def stem_of(word: str) -> str:
    """A word without its ending, so that forms of one word are alike."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)].removesuffix("e")
    return word.removesuffix("e") if len(word) > _LEAST_STEM else word


@lru_cache(maxsize=256)
def content(text: str) -> frozenset[str]:
    """The stems of the words of a text that carry its content."""
    return frozenset(intern(stem_of(one)) for one in words(text) if one not in STOP and not one.isdigit())


def normalised(text: str) -> str:
    """A text without case, blanks and punctuation, for telling whether two read the same."""
    return " ".join(_PUNCTUATION.sub(" ", plain(text).casefold()).split())


def number(text: str) -> Decimal:
    """The value of a number as it is printed."""
    return Decimal(text.replace(",", ""))


def decimals(text: str) -> int:
    """How many decimals a printed number shows."""
    return len(text.partition(".")[2])


def days(text: str) -> list[date]:
    """The days that a text names, those without a year in that of the day before."""
    found: list[date] = []
    for day, month, year in _DAY.findall(text):
        which = int(year) if year else found[-1].year if found else 2001
        if which and 1 <= int(day) <= monthrange(which, _MONTHS[month])[1]:
            found.append(date(which, _MONTHS[month], int(day)))
    return found
