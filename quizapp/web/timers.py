"""The time of practice in words: what may be chosen before Begin, and what was."""

from quizapp.assessment.blueprint import ExamProfile, TimeChoice, Timer, with_time
from quizapp.web.words import plural

WORDS = {
    TimeChoice.AS_SET: "As set",
    TimeChoice.DOUBLE: "Twice the time",
    TimeChoice.TENFOLD: "Ten times the time",
    TimeChoice.OFF: "No clock",
}


def time_choices(profile: ExamProfile) -> list[tuple[str, str]]:
    """What may be chosen, each with the minutes that it gives; nothing where time is part of the test."""
    if profile.timer is Timer.FIXED or profile.minutes is None:
        return []
    return [(one.value, _words(with_time(profile, one))) for one in TimeChoice]


def time_words(profile: ExamProfile) -> str:
    """What was chosen before Begin; empty for the time as it is set."""
    if profile.chosen is TimeChoice.AS_SET:
        return ""
    return _words(profile) + ("" if profile.exam_conditions else "; not under exam conditions")


def _words(profile: ExamProfile) -> str:
    words = WORDS[profile.chosen]
    return words if profile.minutes is None else f"{words}: {plural(profile.minutes, 'minute', 'minutes')}"
