"""Rules on texts that stand twice: runs of words, stems that read alike, and texts of others."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from math import ceil

from quizapp.bank.lint import words
from quizapp.bank.lint.ground import Ground
from quizapp.bank.lint.rule import Flaw
from quizapp.bank.lint.view import View
from quizapp.bank.tree import Path

RUN = 8
TELLING = 5
"""So many words in a row, and among them so many that carry content, are a copy if two items share them."""
_GAP = " qxgapxq "
"""Stands where words were left out, so that those beside them make no run."""
_ANSWERING = re.compile(
    r"\b(?:Give|Round|Express|State|Answer)\b[^.?]*\b(?:decimals?|nearest|whole)\b[^.?]*[.?]"
)
_AT_ONCE = 1_000_000
_ALIKE, _SHINGLE, _MOST_NEAR = 0.8, 3, 500


def copied_text(views: tuple[View, ...], ground: Ground) -> Iterator[tuple[View, Flaw]]:
    """No eight words in a row stand in another item; conventions, lead-ins, quotations and siblings aside."""
    held = [_own_texts(one) for one in views]
    count = sum(len(one) for texts in held for _, one in texts)
    shares = max(1, ceil(count / _AT_ONCE))  # the index of a large bank is made share by share
    copied: dict[int, tuple[int, int, int]] = {}
    for share in range(shares):
        first: dict[int, int] = {}
        for place, texts in enumerate(held):
            for number, (_, text) in enumerate(texts):
                for start, run in enumerate(_runs(text)):
                    if run % shares != share:
                        continue
                    other = first.setdefault(run, place)
                    if other == place or place in copied or _kin(views[place], views[other]):
                        continue
                    if _telling(text[start : start + RUN]):
                        copied[place] = (other, number, start)
    for place, (other, number, start) in sorted(copied.items()):
        path, text = held[place][number]
        shared = " ".join(text[start : start + RUN])
        yield views[place], Flaw(path, f"'{shared}' stands in '{views[other].item.public.id}' too")


def copied_reference(view: View, ground: Ground) -> Iterator[Flaw]:
    """No eight words in a row stand in a text of the folder of references."""
    if ground.references:
        for path, text in _own_texts(view):
            for start, run in enumerate(_runs(text)):
                if run in ground.references:
                    shared = " ".join(text[start : start + RUN])
                    yield Flaw(path, f"'{shared}' stands in {ground.references[run]}")
                    return


def runs_of(texts: Mapping[str, str]) -> dict[int, str]:
    """The runs of words of some texts, each with the name of a text that holds it."""
    return {run: name for name, text in texts.items() for run in _runs(words.words(words.plain(text)))}


def near_duplicate_stems(views: tuple[View, ...], ground: Ground) -> Iterator[tuple[View, Flaw]]:
    """No two stems share more than four fifths of their runs of three words; siblings aside.

    Of two sets so alike, some member among the rarest fifth of each is shared; so only those are indexed. Of
    stems that are the same only the first is, and no stem is held against more than so many others.
    """
    sets = [_shingles(words.words(one.asked)) for one in views]
    spread = Counter(one for held in sets for one in held)
    index: dict[int, list[int]] = defaultdict(list)
    same: dict[frozenset[int], int] = {}
    for place, held in enumerate(sets):
        twin = same.setdefault(held, place)
        rarest = sorted(held, key=lambda one: (spread[one], one))[: len(held) - ceil(_ALIKE * len(held)) + 1]
        near = [twin] if twin != place else list(islice(chain(*(index[one] for one in rarest)), _MOST_NEAR))
        for other in near:
            shared = len(held & sets[other])
            if shared > _ALIKE * len(held | sets[other]) and not _kin(views[place], views[other]):
                yield (
                    views[place],
                    Flaw(("stem",), f"the stem reads like that of '{views[other].item.public.id}'"),
                )
                break
        if twin == place:
            for one in rarest:
                index[one].append(place)


def _telling(run: tuple[str, ...]) -> bool:
    """Whether so many words carry content that nobody would write them alike by chance."""
    return (
        _GAP.strip() not in run and sum(one not in words.STOP and not one.isdigit() for one in run) >= TELLING
    )


def _own_texts(view: View) -> list[tuple[Path, tuple[str, ...]]]:
    """The words of every text, without what may read alike in several items."""
    lead = view.lead_in
    found = []
    for one in view.texts:
        text = one.text
        if one.path == ("stem",):
            text = _ANSWERING.sub(_GAP, view.asked.replace(lead, _GAP) if lead else view.asked)
            text = words.TABLE_ROW.sub(_GAP, text)
        if '"' in text or "“" in text:
            text = words.QUOTED.sub(_GAP, text)
        cut = words.words(text)
        if len(cut) >= RUN:
            found.append((one.path, cut))
    return found


def _runs(text: tuple[str, ...]) -> Iterable[int]:
    return map(hash, zip(*(text[start:] for start in range(RUN)), strict=False))


def _shingles(text: tuple[str, ...]) -> frozenset[int]:
    size = min(_SHINGLE, max(1, len(text)))
    return frozenset(map(hash, zip(*(text[start:] for start in range(size)), strict=False)))


def _kin(one: View, other: View) -> bool:
    """Whether two items share their idea or their scenario."""
    return one.item.public.concept == other.item.public.concept or one.item.unit_key == other.item.unit_key
