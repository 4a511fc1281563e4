"""Filters that turn values into what people read: times in a zone, durations, marks, counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.config import Settings
from quizapp.web.words import day, face, init_words, iso, marks, minutes, plural

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


Shown = Callable[[datetime], str]


def filters(zone: str) -> dict[str, Shown]:
    """The filters of a site in a zone."""
    app = Flask("words")
    init_words(app, Settings(timezone=zone))
    return app.jinja_env.filters


def shown(zone: str) -> tuple[Shown, Shown]:
    """Those for dates and for times of day."""
    return filters(zone)["when"], filters(zone)["clock_time"]


@pytest.mark.parametrize(
    ("zone", "told", "clock"),
    [
        ("UTC", "24 Nov 2026, 12:00 UTC", "12:00:05"),
        ("Asia/Singapore", "24 Nov 2026, 20:00 +08", "20:00:05"),
        ("America/New_York", "24 Nov 2026, 07:00 EST", "07:00:05"),
        ("Asia/Kathmandu", "24 Nov 2026, 17:45 +0545", "17:45:05"),
        ("Pacific/Kiritimati", "25 Nov 2026, 02:00 +14", "02:00:05"),
        ("Pacific/Pago_Pago", "24 Nov 2026, 01:00 SST", "01:00:05"),
    ],
)
def test_times_are_shown_in_the_zone_of_the_settings(zone: str, told: str, clock: str) -> None:
    when, clock_time = shown(zone)
    assert (when(NOON), clock_time(NOON)) == (told, clock)


@pytest.mark.parametrize(
    ("zone", "told"), [("UTC", "24 Nov"), ("Pacific/Kiritimati", "25 Nov"), ("Pacific/Pago_Pago", "24 Nov")]
)
def test_the_day_on_a_chart_is_the_zones(zone: str, told: str) -> None:
    assert filters(zone)["short_day"](NOON) == told


def test_the_zone_of_the_value_does_not_matter() -> None:
    when, _ = shown("Europe/Berlin")
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-9)))
    assert when(NOON) == when(elsewhere) == "24 Nov 2026, 13:00 CET"


@pytest.mark.parametrize(
    ("zone", "before", "told"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), ("01:59:59", "03:00:00")),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), ("02:59:59", "02:00:00")),
        ("America/New_York", datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), ("01:59:59", "03:00:00")),
        ("America/New_York", datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC), ("01:59:59", "01:00:00")),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 59, 59, tzinfo=UTC), ("01:59:59", "01:30:00")),
    ],
)
def test_a_clock_that_is_put_forward_or_back_is_followed_to_the_second(
    zone: str, before: datetime, told: tuple[str, str]
) -> None:
    _, clock_time = shown(zone)
    assert (clock_time(before), clock_time(before + timedelta(seconds=1))) == told


def test_the_hour_that_comes_twice_is_told_apart_by_its_name() -> None:
    when, _ = shown("America/New_York")
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert when(first) == "1 Nov 2026, 01:30 EDT"
    assert when(first + timedelta(hours=1)) == "1 Nov 2026, 01:30 EST"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
@settings(max_examples=60)
def test_a_time_of_day_is_what_the_zone_database_says(instant: datetime) -> None:
    _, clock_time = shown("Europe/Berlin")
    assert clock_time(instant) == instant.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M:%S")


def test_machines_read_utc_whatever_the_zone() -> None:
    assert iso(NOON) == "2026-11-24T12:00:05Z"
    assert datetime.fromisoformat(iso(NOON)) == NOON
    assert iso(NOON.replace(microsecond=250_000)) == "2026-11-24T12:00:05.250000Z"


def test_a_day_is_short_and_has_no_idle_zero() -> None:
    assert [day(one) for one in (date(2026, 3, 1), date(2026, 11, 24))] == ["1 Mar 2026", "24 Nov 2026"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (25 * 60, "25 min"),
        (3600, "1 h"),
        (3605, "1 h 5 s"),
        (3 * 3600 + 59 * 60 + 59, "3 h 59 min 59 s"),
        (30 * 3600, "30 h"),
    ],
)
def test_a_duration_in_words_names_what_there_is(seconds: float, told: str) -> None:
    assert minutes(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=-1), "0:00"),
        (timedelta(0), "0:00"),
        (timedelta(microseconds=1), "0:01"),
        (timedelta(milliseconds=999), "0:01"),
        (timedelta(seconds=1), "0:01"),
        (timedelta(seconds=59, milliseconds=1), "1:00"),
        (timedelta(minutes=24, seconds=5), "24:05"),
        (timedelta(minutes=59, seconds=59, milliseconds=1), "1:00:00"),
        (timedelta(hours=1, minutes=2, seconds=3), "1:02:03"),
        (timedelta(days=2), "48:00:00"),
    ],
)
def test_a_clock_face_rounds_a_second_that_has_begun_up(span: timedelta, told: str) -> None:
    assert face(span) == told


@given(st.timedeltas(timedelta(0), timedelta(days=2)))
@settings(max_examples=60)
def test_a_clock_face_never_shows_less_than_is_left_nor_a_second_more(span: timedelta) -> None:
    total = 0
    for piece in face(span).split(":"):
        total = total * 60 + int(piece)
    assert timedelta(0) <= timedelta(seconds=total) - span < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Fraction(0), "0"),
        (Fraction(7), "7"),
        (Fraction(10), "10"),
        (Fraction(100), "100"),
        (Fraction(15, 2), "7.5"),
        (Fraction(20, 3), "6.67"),
        (Fraction(1, 3), "0.33"),
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 1000), "0"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(201, 2), "100.5"),
    ],
)
def test_marks_have_two_decimals_at_most_and_no_idle_zeros(value: Fraction, told: str) -> None:
    assert marks(value) == told


@given(st.fractions(0, 1000, max_denominator=60))
@settings(max_examples=60)
def test_marks_shown_lie_within_half_a_hundredth(value: Fraction) -> None:
    assert abs(Fraction(marks(value)) - value) <= Fraction(1, 200)


def test_a_count_has_the_noun_that_fits() -> None:
    told = [plural(count, "question", "questions") for count in (0, 1, 2, 21)]
    assert told == ["0 questions", "1 question", "2 questions", "21 questions"]
