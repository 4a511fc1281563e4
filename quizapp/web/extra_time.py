"""Extra time in words, as candidates and staff read it."""

from collections.abc import Sequence
from datetime import timedelta

from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts
from quizapp.services.attempts import Standing, StoredAttempt, TimeGrant
from quizapp.web.site import Store, site
from quizapp.web.words import minutes, plural

REASONS = {
    Reason.ARRANGEMENT: "agreed arrangement",
    Reason.INTERRUPTION: "interruption in the room",
    Reason.FAULT: "technical fault",
    Reason.OUTAGE: "this site was not reachable",
}


def reason_words(given: TimeGrant) -> str:
    """Why time was given; an arrangement that nobody gave is one's own asking in practice."""
    own = given.reason is Reason.ARRANGEMENT and given.giver is None and given.given_by is None
    return "asked for in practice" if own else REASONS[given.reason]


def amount_words(grant: Grant) -> str:
    """How much a grant is: 10 minutes, 25 % of each part's minutes."""
    if grant.measure is Measure.PERCENT:
        return f"{grant.amount} % of each part's minutes"
    if grant.measure is Measure.SECONDS:
        return minutes(timedelta(seconds=grant.amount))
    return plural(grant.amount, "minute", "minutes")


def reasons(given: Sequence[TimeGrant]) -> str:
    """Why time was given, each reason once: agreed arrangement, technical fault."""
    return ", ".join(dict.fromkeys(reason_words(one) for one in given))


def part_words(store: Store, standing: Standing, part: int | None) -> str:
    """The extra time of a part that is being sat, with the reasons; empty where there is none.

    What an outage of the server gave back is told as such: it is no more time than the part has of its own.
    """
    extra = timedelta(0) if part is None else standing.attempt.parts[part].extra
    if not extra:
        return ""
    given = attempts.time_given(store, standing.stored)
    back = timedelta(seconds=sum(one.grant.amount for one in given if one.part == part))
    more = [f"Extra time: {minutes(extra - back)} ({reasons([one for one in given if one.part is None])})"]
    away = [f"The server was away: you have {minutes(back)} back"]
    return ". ".join(more * (extra > back) + away * bool(back))


def result_words(stored: StoredAttempt) -> str:
    """What an attempt was given in all: 10 minutes (technical fault); empty where that is nothing."""
    given = attempts.time_given(site().store, stored)
    return "; ".join(f"{amount_words(one.grant)} ({reason_words(one)})" for one in given)
