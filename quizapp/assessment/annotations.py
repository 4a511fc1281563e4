"""What a candidate puts beside a question, never marked: a note of their own, and highlights in its text."""

import re
import unicodedata
from collections.abc import Sequence

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.item import PublicItem, Response
from quizapp.assessment.options import ChoiceBody

LONGEST_NOTE = 2_000
MOST_HIGHLIGHTS = 50
_RANGE = re.compile(r"(?P<fragment>[a-z]+(?:\.[a-z0-9-]+)?):(?P<start>[0-9]{1,5})-(?P<end>[0-9]{1,5})")


def parse_note(submitted: Sequence[str]) -> Response:
    """The text of a note, lines kept; a blank one is none. Raises InvalidResponse for too much of it."""
    if len(submitted) > 1:
        raise InvalidResponse("several_notes")
    typed = "\n".join("".join(submitted).splitlines())
    if len(typed) > LONGEST_NOTE:
        raise InvalidResponse("note_too_long")
    seen = "".join(
        sign if sign.isprintable() or sign in "\n\t" else " " if sign.isspace() else "" for sign in typed
    )
    text = unicodedata.normalize("NFC", seen.strip())
    return (text,) if text else ()


def fragments(item: PublicItem) -> frozenset[str]:
    """The names of the texts of an item in which something can be highlighted."""
    options = item.body.options if isinstance(item.body, ChoiceBody) else ()
    names = {"stem", *(f"option.{one.id}" for one in options)}
    return frozenset(names | {"stimulus"} if item.stimulus else names)


def parse_highlights(item: PublicItem, submitted: Sequence[str]) -> Response:
    """Ranges such as `stem:12-40`, which count the characters of a fragment as shown; each once, in order.

    Raises InvalidResponse for a fragment that the item has not, an empty range, or more than fifty.
    """
    if len(submitted) > MOST_HIGHLIGHTS:
        raise InvalidResponse("too_many_highlights")
    known = fragments(item)
    found = set()
    for one in submitted:
        read = _RANGE.fullmatch(one)
        if read is None or read["fragment"] not in known or int(read["start"]) >= int(read["end"]):
            raise InvalidResponse("highlight")
        found.add((read["fragment"], int(read["start"]), int(read["end"])))
    return tuple(f"{fragment}:{start}-{end}" for fragment, start, end in sorted(found))
