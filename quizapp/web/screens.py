"""What the test screen shows that is neither rule nor markup: headings, the question map, button words."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import url_for

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import Door, ExamProfile, Timer
from quizapp.assessment.pace import LAST_MINUTES, ahead_in, length_of, notices
from quizapp.services.attempts import Standing
from quizapp.services.sitting import Check, Counts, Question, Square
from quizapp.web.extra_time import part_words
from quizapp.web.site import Store
from quizapp.web.words import plural


class Cell(NamedTuple):
    """One square of the question map: its link, its state as a class, in words and as an icon."""

    number: int
    url: str
    state: str
    words: str
    mark: str
    current: bool


Row = tuple[Cell, ...]


def rows(squares: Sequence[Square], before: str | None) -> tuple[Row, ...]:
    """A question map, in tens; each number behind `before` is the address of its question.

    Without one it shows places and no links, as in a sequential part.
    """
    return tuple(row(ten, before, None) for ten, _ in tens(squares, None))


def tens(squares: Sequence[Square], current: int | None) -> list[tuple[tuple[Square, ...], int | None]]:
    """The rows of a question map, and with the one that holds it the current question."""
    found = [tuple(squares[first : first + 10]) for first in range(0, len(squares), 10)]
    return [
        (ten, current if current is not None and ten[0].position <= current <= ten[-1].position else None)
        for ten in found
    ]


def row(squares: Sequence[Square], before: str | None, current: int | None) -> Row:
    """One row of a question map; a question not opened yet reads as unseen."""
    made = []
    for one in squares:
        state = "answered" if one.answered else ("unanswered" if one.displayed else "unseen")
        words, mark = (f"{state}, flagged", "flag") if one.flagged else (state, "")
        at = "" if before is None else f"{before}{one.position}"
        made.append(Cell(one.position, at, state, words, mark, one.position == current))
    return tuple(made)


def heading(profile: ExamProfile, part: int) -> str:
    """The title of the test, with its part where there are several."""
    return profile.title if len(profile.parts) == 1 else f"{profile.title}, {profile.parts[part].title}"


def clock_values(store: Store, standing: Standing, part: int, left: timedelta | None) -> dict[str, Any]:
    """What the clock is drawn from."""
    length = length_of(standing.attempt.parts[part])
    return {
        "heading": heading(standing.stored.profile, part),
        "profile": standing.stored.profile,
        "now": standing.now,
        "deadline": standing.attempt.parts[part].deadline_at,
        "extra": part_words(store, standing, part),
        "length": None if length is None else length.total_seconds(),
        "notices": notice_seconds(length),
        "may_ask": standing.stored.profile.timer is Timer.ADJUSTABLE and length is not None,
        "last_minutes": left is not None and left <= LAST_MINUTES,
    }


@lru_cache(256)
def notice_seconds(length: timedelta | None) -> str:
    """How much of a time is left when a notice of it comes, in seconds."""
    return "" if length is None else " ".join(str(one.seconds) for one in notices(length))


def clock_part(standing: Standing) -> int | None:
    """What the clock of a page counts for: a part by its number, a break below zero; None at the end."""
    number = standing.attempt.after_break
    return standing.current_part if number is None else -number


def pace_words(standing: Standing, part: int, counts: Counts) -> str:
    """How far ahead of an even pace the candidate is, in whole minutes; empty without a limit."""
    ahead = ahead_in(standing.attempt.parts[part], standing.now, counts.answered, counts.asked)
    if ahead is None:
        return ""
    whole = abs(ahead) // timedelta(minutes=1)
    return f"{whole} min {'ahead' if ahead > timedelta(0) else 'behind'}" if whole else "On pace"


def place_in_case(shown: Question) -> str | None:
    """Where a question stands in its case set, in words."""
    if shown.place_in_case is None:
        return None
    return f"Question {shown.place_in_case[0]} of {shown.place_in_case[1]} in this case"


def filters(checked: Check, wanted: str) -> list[dict[str, Any]]:
    """The filters of the page before hand-in, with their counts."""
    counts = checked.counts
    return [
        {
            "label": label,
            "url": url_for("attempts.check", public_id=checked.standing.stored.public_id, show=name),
            "count": count,
            "current": wanted == name,
        }
        for name, label, count in (
            ("all", "All", counts.asked),
            ("unanswered", "Unanswered", counts.unanswered),
            ("flagged", "Flagged", counts.flagged),
        )
    ]


def confirmation(checked: Check) -> dict[str, Any]:
    """The words of the one confirmation before a part is left or the test handed in."""
    stored = checked.standing.stored
    if checked.last_part:
        what = "practice" if stored.mode is Mode.TUTOR else "test"
        return {
            "question": f"Hand in this {what}?",
            "yes": f"Hand in, {checked.counts.unanswered} unanswered",
            "target": url_for("attempts.handed_in", public_id=stored.public_id),
            "one_way": False,
            "door_words": "",
        }
    part, following = stored.profile.parts[checked.part], stored.profile.parts[checked.part + 1]
    one_way = part.door is Door.ONE_WAY
    lapse = "Minutes that are left lapse, and there is no way back to these questions. "
    stay = "You can come back while this part's time runs. "
    clock = following.minutes if stored.mode is Mode.TIMED else None
    begin = f" and its {plural(clock, 'minute begins', 'minutes begin')}" if clock else ""
    opens = f"{following.title} opens at once{begin}."
    if checked.standing.attempt.parts[checked.part].rest:
        rest = plural(part.break_minutes, "minute", "minutes")
        opens = f"A break of {rest} begins. {following.title} opens when it ends, or sooner if you say so."
    return {
        "question": f"Leave {part.title}?",
        "yes": f"Leave, {checked.counts.unanswered} unanswered",
        "target": url_for("attempts.leave_part", public_id=stored.public_id, part=checked.part),
        "one_way": one_way,
        "door_words": (lapse if one_way else stay) + opens,
    }


def trend_title(percents: Sequence[int]) -> str:
    """What the line of past scores says, as a sentence."""
    if len(percents) < 2:
        return ""
    first, last = percents[0], percents[-1]
    if last == first:
        return f"Your first and your latest test both scored {last} %"
    return f"From {first} % to {last} % over {len(percents)} tests"
