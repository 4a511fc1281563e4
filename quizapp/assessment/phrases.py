"""Typed words: folded, and held against patterns in time that grows with their lengths and nothing else."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import Finding

LONGEST = 100
MOST_PATTERNS, MOST_SLIPS = 20, 8
_QUOTES = dict.fromkeys(map(ord, "\"'`´‘’‚‛“”„‟«»‹›′″"))
_END = ".,;:!?"
_MARKS = str.maketrans({mark: f" {mark} " for mark in "[|]"})


@dataclass
class PatternFault(Exception):
    """A text that is no pattern: a code for programs, a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True)
class Word:
    """A folded word of a pattern; an open one may end in anything."""

    text: str
    open: bool

    def takes(self, typed: str) -> bool:
        """Whether a folded word that somebody typed is this one."""
        return typed.startswith(self.text) if self.open else typed == self.text

    def meets(self, other: "Word") -> bool:
        """Whether there is a word that both take."""
        return other.takes(self.text) or self.takes(other.text)


@dataclass(frozen=True)
class Place:
    """One place of a pattern: the words that may stand there, and whether it may be left out."""

    words: tuple[Word, ...]
    optional: bool

    def takes(self, typed: str) -> bool:
        """Whether a folded word may stand here."""
        return any(one.takes(typed) for one in self.words)


@dataclass(frozen=True)
class Pattern:
    """A pattern, read; `shown` is what it says without its marks."""

    places: tuple[Place, ...]
    shown: str

    def takes(self, typed: Sequence[str]) -> bool:
        """Whether the folded words fill its places in order, and all that may not be left out."""
        reached = self._past({0})
        for word in typed:
            reached = self._past(
                {at + 1 for at in reached if at < len(self.places) and self.places[at].takes(word)}
            )
        return len(self.places) in reached

    def meets(self, other: "Pattern") -> bool:
        """Whether there are words that both take."""
        waiting, seen = [(0, 0)], {(0, 0)}
        while waiting:
            mine, theirs = waiting.pop()
            if (mine, theirs) == (len(self.places), len(other.places)):
                return True
            for step in self._steps(other, mine, theirs):
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
        return False

    def _past(self, reached: Iterable[int]) -> set[int]:
        """The places that are reached, and those behind what may be left out."""
        found = set(reached)
        for at, place in enumerate(self.places):
            if at in found and place.optional:
                found.add(at + 1)
        return found

    def _steps(self, other: "Pattern", mine: int, theirs: int) -> Iterator[tuple[int, int]]:
        left = self.places[mine] if mine < len(self.places) else None
        right = other.places[theirs] if theirs < len(other.places) else None
        if left and left.optional:
            yield mine + 1, theirs
        if right and right.optional:
            yield mine, theirs + 1
        if left and right and any(one.meets(two) for one in left.words for two in right.words):
            yield mine + 1, theirs + 1


@dataclass(frozen=True)
class PhraseSlip:
    """A wrong answer that one particular misconception leads to; `rationale` is Markdown."""

    pattern: str
    misconception: str
    rationale: str


@dataclass(frozen=True)
class PhraseKey:
    """The patterns that are right, the first for people to read, why in Markdown, and the named slips."""

    accepted: tuple[str, ...]
    why_right: str
    slips: tuple[PhraseSlip, ...]

    @property
    def shown(self) -> str:
        """The answer that people read."""
        return without_marks(self.accepted[0])

    def holds(self, typed: str) -> bool:
        """Whether typed words are right."""
        words = folded(typed)
        return any(pattern_of(one).takes(words) for one in self.accepted)

    def slip(self, typed: str) -> int | None:
        """The place of the slip that typed words are; None where they are none."""
        words = folded(typed)
        return next(
            (place for place, one in enumerate(self.slips) if pattern_of(one.pattern).takes(words)), None
        )


def read_phrase(submitted: str) -> str:
    """Typed words on one line, without what cannot be seen; raises InvalidResponse for too many."""
    typed = submitted.strip()
    if len(typed) > 4 * LONGEST:
        raise InvalidResponse("text_too_long")
    seen = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in typed)
    line = unicodedata.normalize("NFC", " ".join(seen.split()))
    if len(line) > LONGEST:
        raise InvalidResponse("text_too_long")
    return line


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents, quotes, hyphens, and punctuation at their ends."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    signs = (_plain(sign) for sign in unicodedata.normalize("NFKD", plain))
    words = unicodedata.normalize("NFKC", "".join(signs)).split()
    return tuple(word for one in words if (word := one.rstrip(_END)))


def _plain(sign: str) -> str:
    """A sign as it is compared: dashes are blanks, accents and what cannot be seen are nothing."""
    kind = unicodedata.category(sign)
    if kind == "Pd" or sign == "\u2212" or sign.isspace():
        return " "
    return "" if kind in ("Mn", "Cf", "Cc", "Cs") else sign


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> Pattern:
    """The pattern behind a text; raises PatternFault where it is none."""
    if len(text) > LONGEST:
        raise PatternFault("pattern_too_long", f"a pattern has at most {LONGEST} characters")
    places: list[Place] = []
    shown: list[str] = []
    group: list[str] | None = None
    for part in text.translate(_MARKS).split():
        if part == "[" and group is None:
            group = []
        elif part == "]" and group is not None:
            places.append(_choice(group))
            shown.append(group[0])
            group = None
        elif part in "[|]" and not (part == "|" and group):
            raise PatternFault("brackets", "write [word] or [one|other] for what may be left out")
        elif group is not None:
            group.append(part)
        else:
            places += [Place((one,), optional=False) for one in _words(part)]
            shown.append(part)
    if group is not None:
        raise PatternFault("brackets", "a bracket is not closed")
    if all(one.optional for one in places):
        raise PatternFault("empty_pattern", "a pattern has a word that may not be left out")
    return Pattern(tuple(places), " ".join(shown).replace("*", ""))


def _choice(group: Sequence[str]) -> Place:
    """What stands between brackets: one word, or several with a bar between any two."""
    if len(group) % 2 == 0 or any((part == "|") != bool(at % 2) for at, part in enumerate(group)):
        raise PatternFault("brackets", "write [word] or [one|other] for what may be left out")
    found = [_words(part) for part in group[::2]]
    if any(len(words) != 1 for words in found):
        raise PatternFault("brackets", "between brackets and bars stands one word each")
    return Place(tuple(words[0] for words in found), optional=True)


def _words(written: str) -> list[Word]:
    stem = written.removesuffix("*")
    words = folded(stem)
    if "*" in stem or (stem != written and not words):
        raise PatternFault("star", "* stands at the end of a word")
    last = len(words) - 1
    return [Word(one, stem != written and at == last) for at, one in enumerate(words)]


def without_marks(text: str) -> str:
    """What a pattern says without its marks, for people to read; a text that is none as it is."""
    try:
        return pattern_of(text).shown
    except PatternFault:
        return text


def dump_key(key: PhraseKey) -> dict[str, Any]:
    """The plain form of patterns, reason and slips, the same in files and in the database."""
    return {
        "accepted": list(key.accepted),
        "why_right": key.why_right,
        "slips": [vars(one) for one in key.slips],
    }


def load_key(written: Mapping[str, Any]) -> PhraseKey:
    """Patterns, reason and slips behind a plain form; KeyError for what is missing."""
    slips = tuple(
        PhraseSlip(one["pattern"], one["misconception"], one["rationale"]) for one in written["slips"]
    )
    return PhraseKey(tuple(written["accepted"]), written["why_right"], slips)


def key_findings(key: PhraseKey, root: tuple[str, ...] = ()) -> Iterator[Finding]:
    """What is wrong with patterns and slips; `root` is where they stand."""
    if not 0 < len(key.accepted) <= MOST_PATTERNS:
        yield Finding(
            (*root, "accepted"), "pattern_count", f"there are 1 to {MOST_PATTERNS} accepted patterns"
        )
    if len(key.slips) > MOST_SLIPS:
        yield Finding((*root, "slips"), "slip_count", f"there are at most {MOST_SLIPS} slips")
    written = [((*root, "accepted", str(place)), one) for place, one in enumerate(key.accepted)]
    written += [((*root, "slips", str(place), "pattern"), one.pattern) for place, one in enumerate(key.slips)]
    read: list[Pattern] = []
    for path, text in written:
        try:
            pattern = pattern_of(text)
        except PatternFault as fault:
            yield Finding(path, fault.code, fault.message)
            continue
        if any(pattern.places == other.places for other in read):
            yield Finding(path, "duplicate_pattern", "this pattern stands here twice")
        elif "slips" in path[len(root) :] and any(_meets(pattern, one) for one in key.accepted):
            yield Finding(path, "slip_on_key", "an accepted pattern takes what this slip takes")
        read.append(pattern)


def _meets(slip: Pattern, accepted: str) -> bool:
    try:
        return slip.meets(pattern_of(accepted))
    except PatternFault:
        return False
