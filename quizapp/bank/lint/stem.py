"""Rules on what is asked: the stem by itself, and negations in it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from quizapp.bank.lint import words
from quizapp.bank.lint.arithmetic import calculable, made_from
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import View

MOST_WORDS, MOST_SCENARIO_WORDS, HIGHEST_GRADE, FEWEST_WORDS = 90, 140, 14, 5
_STEM = ("stem",)
_EXCEPTION = re.compile(
    r"\b(?:except(?!ion)"
    r"|(?:is|are|was|were) (?:the )?(?:incorrect|false|untrue|wrong)(?! with)"
    r"|(?:incorrect|false|untrue|wrong) (?:statements?|options?|answers?|descriptions?))\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:the )?least (?:likely|accurate|appropriate|suitable|true|important|correct)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:which|what|who)\b(?P<between>[^,;:]*?)\b(?P<no>not|never|cannot|[a-z]+n't)\b", re.IGNORECASE
)
_SUBORDINATE = re.compile(
    r"\b(?:if|when|whenever|unless|because|since|where|although|though|that|whose|while|after|before|until|why|how)\b",
    re.IGNORECASE,
)
_OPTION_DENIES = re.compile(r"\b(?:not|never|cannot|neither|no longer|[a-z]+n't)\b", re.IGNORECASE)
_OTHER_ITEM = re.compile(
    r"\b(?:previous|preceding|last|next|earlier|following|above|same) (?:question|item|problem|exercise)s?\b"
    r"|\b(?:question|item|problem|exercise) (?:[0-9]+|above|below)\b|\bas in (?:the )?question\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:in your (?:opinion|view)|do you (?:think|feel|believe|prefer|agree)|would you (?:say|prefer)|"
    r"your (?:favou?rite|own opinion))\b|\bbest\?"
    r"|\b(?:which|what) (?:\w+ )?(?:is|are|would be) (?:the )?best(?: \w+)?\?",
    re.IGNORECASE,
)
_SINGULAR, _PLURAL = re.compile(r"\b(?:is|was|has)[:\s_]*$"), re.compile(r"\b(?:are|were|have)[:\s_]*$")
_ARTICLE = re.compile(r"\b(?P<article>an?)[:\s_]*$", re.IGNORECASE)
_SILENT = ("hour", "honest", "heir", "honour", "honor")
_YOU_SOUND = ("uni", "use", "usu", "eu", "one", "once", "us ", "u.s")
_VOWELS = re.compile(r"[aeiouy]+")


def _negation(view: View) -> str | None:
    """The word by which the lead-in asks for an exception; None where it does not."""
    return _exception_in(view.lead_in)


@lru_cache(maxsize=1024)
def _exception_in(lead_in: str) -> str | None:
    asked = words.QUOTED.sub("", lead_in)
    if found := _LEAST.search(asked) or _EXCEPTION.search(asked):
        return found[0]
    if found := _DENIED.search(asked):
        return None if _SUBORDINATE.search(found["between"]) else found["no"]
    return None


def asks_for_exception(view: View) -> bool:
    """Whether the stem asks for an exception."""
    return _negation(view) is not None


def _marked(view: View, negation: str) -> bool:
    """Whether the decisive word stands out, in capitals or bold."""
    if any(one.isupper() and len(one) > 1 for one in negation.split()):
        return True
    place = view.lead_in.find(negation)
    return view.lead_in[:place].count("**") % 2 == 1


def unmarked_negative(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem that asks for an exception shows the negation in capitals."""
    negation = _negation(view)
    if negation and not _marked(view, negation):
        yield Flaw(_STEM, f"'{negation}' is easily missed: write it in capitals")


def negative_stem(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem asks for what is so, not for an exception."""
    if negation := _negation(view):
        yield Flaw(_STEM, f"the stem asks for an exception ({negation})")


def double_negative(view: View, ground: Ground) -> Iterator[Flaw]:
    """No option denies something under a stem that asks for an exception."""
    if not _negation(view):
        return
    for choices in view.lists:
        for one, text in zip(choices.options, choices.texts, strict=True):
            if found := _OPTION_DENIES.search(text):
                yield Flaw(one.path, f"'{found[0]}' under a negative stem")


def not_a_question(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem asks a question, or tells what to do, in at least five words."""
    if view.judges:
        return
    if not view.lead_in:
        yield Flaw(_STEM, "the stem asks nothing: no sentence of it ends in '?' or ':', or tells what to do")
    elif len(view.asked.split()) < FEWEST_WORDS:
        yield Flaw(_STEM, f"the stem has fewer than {FEWEST_WORDS} words")


def long_stem(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem has at most 90 words, the scenario of a case set 140."""
    count, most = len(words.words(view.asked)), MOST_WORDS
    if count > most:
        yield Flaw(_STEM, f"the stem has {count} words, more than {most}")
    if view.scenario and len(words.words(view.scenario)) > MOST_SCENARIO_WORDS:
        yield Flaw(("stimulus",), f"the scenario has more than {MOST_SCENARIO_WORDS} words")


def hard_to_read(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem can be read by who has finished school: its reading grade is at most 14."""
    found = words.words(view.asked)
    if len(found) < 30:
        return
    sentences = max(1, len(words.sentences(view.asked)))
    syllables = sum(max(1, len(_VOWELS.findall(one.removesuffix("e")))) for one in found)
    grade = 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59
    if grade > HIGHEST_GRADE:
        yield Flaw(
            _STEM, f"the reading grade is {grade:.0f}, more than {HIGHEST_GRADE}: shorten the sentences"
        )


def blank_inside(view: View, ground: Ground) -> Iterator[Flaw]:
    """A blank to be filled stands at the end of the stem."""
    for found in words.BLANK.finditer(view.stem):
        if len(words.words(view.stem[found.end() :])) > 1:
            yield Flaw(_STEM, "the blank stands inside the stem")
            return


def refers_to_other_item(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem can be answered without another question before it."""
    if found := _OTHER_ITEM.search(view.stem):
        yield Flaw(_STEM, f"'{found[0]}': questions are dealt one by one, in any order")


def opinion(view: View, ground: Ground) -> Iterator[Flaw]:
    """A stem asks for no opinion, and says by what the best is judged."""
    if found := _OPINION.search(view.stem):
        yield Flaw(_STEM, f"'{found[0]}' asks for an opinion, or names no criterion")


def grammatical_cue(view: View, ground: Ground) -> Iterator[Flaw]:
    """Every option fits the end of the stem."""
    asked = view.asked.rstrip()
    if asked.endswith("?") or view.judges:
        return
    for choices in view.lists:
        if choices.key is None:
            continue
        told = _misfit(asked, choices.texts)
        if told:
            yield Flaw(choices.path, told)


def _misfit(asked: str, texts: tuple[str, ...]) -> str | None:
    if found := _ARTICLE.search(asked):
        vowel = [_sounds_open(one) for one in texts]
        if len(set(vowel)) > 1 or vowel[0] != (found["article"].lower() == "an"):
            return f"not every option fits '{found['article']}'"
    number = _PLURAL.search(asked) or _SINGULAR.search(asked)
    if number and len({_is_plural(one) for one in texts}) > 1 and all(len(one.split()) < 4 for one in texts):
        return f"not every option fits '{number[0].strip(' :_')}'"
    return None


def _sounds_open(text: str) -> bool:
    """Whether a text begins with a vowel as it is spoken."""
    said = text.lstrip("$*\"'(").lower()
    if said.startswith(_SILENT):
        return True
    return said[:1] in "aeiou8" and not said.startswith(_YOU_SOUND)


def _is_plural(text: str) -> bool:
    found = words.words(text)
    return bool(found) and found[-1].endswith("s") and not found[-1].endswith(("ss", "us", "is"))


def idle_number(view: View, ground: Ground) -> Iterator[Flaw]:
    """Every number of a stem that asks for a number is used in its solution."""
    if not view.numbers or view.dealt:
        return
    told = calculable(" ".join(one.text for one in view.texts if one.released))
    used = {round(abs(float(words.number(one))), _EXACT) for one in words.NUMBER.findall(told)}
    used |= {round(abs(float(one)), _EXACT) for one in view.numbers}
    for found in words.NUMBER.finditer(_bare(view.asked)):
        value = abs(float(words.number(found[0])))
        if value not in _UNITS and not any(round(one, _EXACT) in used for one in made_from(value)):
            yield Flaw(_STEM, f"{found[0]} is not used in the explanation")


_UNITS, _EXACT = (1.0, 100.0, 1000.0), 9


def _bare(text: str) -> str:
    """A stem without tables, dates and numbers that are part of a name."""
    return words.DESIGNATION.sub(" ", words.TABLE_ROW.sub(" ", text))
