"""Rules on what is shown after release: explanation, rationales, and the numbers in them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from quizapp.bank.lint import words
from quizapp.bank.lint.arithmetic import Equation, calculable, equations, made_of
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import View
from quizapp.bank.tree import Path

_LETTER = re.compile(
    r"\b(?i:options?|answers?|choices?|letters?|alternatives?) \(?[A-H]\b(?![-'’])"
    r"|^\(?[A-H][.:)](?= )"
)
_CAPITAL = re.compile(r"[A-H](?<!\w[A-H])(?!\w)")
_DIGIT = re.compile(r"[0-9]")
_ACRONYM = re.compile(r"\b[A-Z]{3,}s?\b")
_WHY: Path = ("explanation", "why")
_FEWEST_WORDS = 4
_PRINTED = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?: (?P<scale>thousand|million|billion|trillion)\b)?"
)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_FAMILIAR = (0, 1, 2, 4, 12, 30, 32, 52, 100, 360, 364, 365, 366, 1000, 10_000, 1_000_000, 0.01, 0.0001)
"""Numbers that need no origin: of the calendar, of percentages and of quotations."""
_NUMERALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMERAL = {word: float(place) for place, word in enumerate(_NUMERALS.split(), start=1)} | {
    "half": 0.5,
    "quarter": 0.25,
    "thirty": 30.0,
}
_LOOSE, _COMMON = re.compile(r"[0-9][0-9,.]*(?<![,.])"), frozenset(map(str, _FAMILIAR))
"""Numbers as they are written: where the question holds all of them, none needs to be computed."""
_HALF, _CLOSE, _TINY = 0.5 + 1e-9, 0.05, 1e-12


def letter_named(view: View, ground: Ground) -> Iterator[Flaw]:
    """No text names the letter of an option, unless the stem gave it to something."""
    if not _CAPITAL.search(view.besides):
        return
    for one in view.texts:
        if one.path == ("stem",) or not _CAPITAL.search(one.text):
            continue
        found = _LETTER.search(one.text)
        if found and found[0].lower() not in f"{view.stem} {view.scenario}".lower():
            yield Flaw(one.path, f"'{found[0]}' names a letter")


def key_unexplained(view: View, ground: Ground) -> Iterator[Flaw]:
    """The explanation speaks of what the key says."""
    if not view.key_texts:
        return
    told = _told(view)
    said = words.content(told)
    unsaid = [one for one in view.key_texts if words.content(one) and not words.content(one) & said]
    if not unsaid:
        return
    figures = set(_values(calculable(told)))
    short = {one.lower().removesuffix("s") for one in _ACRONYM.findall(told)}
    for one in unsaid:
        if figures & set(_values(calculable(one))):
            continue
        initials = "".join(word[0] for word in words.words(one))
        if not any(name in initials for name in short):
            yield Flaw(_WHY, f"the explanation does not mention the key: {one}")


def _told(view: View) -> str:
    why = view.item.secret.explanation
    return words.plain(f"{why.rule} {why.why}")


def thin_rationale(view: View, ground: Ground) -> Iterator[Flaw]:
    """Each option has a reason of its own, in a sentence."""
    seen: set[str] = set()
    for one in view.texts:
        if one.released and one.path[0] != "explanation":
            if len(one.text.split()) < _FEWEST_WORDS:
                yield Flaw(one.path, f"the reason is no sentence: {one.text}")
            elif one.text in seen:
                yield Flaw(one.path, "two options have the same reason")
            seen.add(one.text)


def false_equation(view: View, ground: Ground) -> Iterator[Flaw]:
    """Every equation of numbers that is told after release is true as it is printed."""
    for one in (one for one in view.texts if one.released):
        for equation in equations(one.text):
            if equation.holds is False:
                yield Flaw(one.path, f"{equation.left} does not come to {equation.right}")


class _Known:
    """Numbers that a text may use, found again rounded, as a percentage, or one step of habit away."""

    def __init__(self, values: Iterable[float]) -> None:
        self.values = sorted(set(map(abs, values)))

    def add(self, values: Iterable[float]) -> None:
        """Let more numbers be used."""
        self.values = sorted({*self.values, *map(abs, values)})

    def holds(self, number: str, scale: str | None = None) -> bool:
        """Whether a printed number is one of these, rounded to its decimals at most."""
        value, step = abs(float(number.replace(",", ""))), 10.0 ** -words.decimals(number)
        allowed = min(step * _HALF, value * _CLOSE)
        if scale and self._near(value * _SCALES[scale], allowed * _SCALES[scale]):
            return True
        return any(self._near(origin, allowed * factor) for origin, factor in made_of(value))

    def _near(self, value: float, allowed: float) -> bool:
        place = bisect_left(self.values, value - allowed - _TINY)
        return place < len(self.values) and self.values[place] <= value + allowed + _TINY


def number_from_nowhere(view: View, ground: Ground) -> Iterator[Flaw]:
    """Every number that is told after release stands in the question, in a fact, or follows from these."""
    told = set(_LOOSE.findall(view.released))
    if not told or view.dealt or told <= _COMMON | set(_LOOSE.findall(_shown(view))):
        return
    released = [one for one in view.texts if one.released and _DIGIT.search(one.text)]
    known = _Known(_given(view, ground))
    _reckon(known, [equation for one in released for equation in equations(one.text)])
    for one in released:
        for printed in _strangers(one.text, known):
            yield Flaw(one.path, f"{printed} comes from neither question, key, fact nor equation")


def _shown(view: View) -> str:
    return "\n".join([view.stem, view.scenario, *(one.text for one in view.texts if not one.released)])


def _reckon(known: _Known, printed: list[Equation]) -> None:
    """Let the results of true equations be used whose own numbers may be."""
    waiting = [one for one in printed if one.holds is not False]
    while derived := [one for one in waiting if all(known.holds(number) for number in one.operands)]:
        known.add(float(number.replace(",", "")) for one in derived for number in one.results)
        waiting = [one for one in waiting if one not in derived]


def _given(view: View, ground: Ground) -> Iterator[float]:
    """The numbers that an explanation may use."""
    shown = [view.stem, view.scenario, view.named, *view.item.secret.sources]
    shown += [one.text for one in view.texts if not one.released]
    days = [view.item.public.as_of]
    for name in view.item.facts:
        if fact := ground.facts.get(name):
            shown += [fact.statement, fact.vintage or "", fact.source]
            shown.append(f"{'' if fact.value is None else fact.value} {fact.unit or ''}")
            days.append(fact.as_of)
    yield from _FAMILIAR
    yield from (float(one) for one in view.numbers)
    yield from (float(one) for day in days for one in (day.year, day.day))
    text = "\n".join(shown)
    yield from _values(calculable(text))
    yield from (_NUMERAL[word] for word in words.words(text) if word in _NUMERAL)
    dated = [day for text in (view.stem, view.scenario) for day in words.days(text)]
    yield from (float((later - day).days) for place, day in enumerate(dated) for later in dated[place:])


def _values(text: str) -> Iterator[float]:
    for found in _PRINTED.finditer(text):
        value = float(found["number"].replace(",", ""))
        yield value
        if found["scale"]:
            yield value * _SCALES[found["scale"]]


def _strangers(text: str, known: _Known) -> Iterator[str]:
    """The numbers of a text that come from nowhere, in order, each once."""
    plain, seen = calculable(text), set[str]()
    for found in _PRINTED.finditer(plain):
        number = found["number"]
        if number in seen or known.holds(number, found["scale"]):
            continue
        if not any(one.start() <= found.start() < one.end() for one in words.DESIGNATION.finditer(plain)):
            seen.add(number)
            yield number
