"""Filters that turn values into what people read: times, durations, marks, counts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask import Flask

from quizapp.assessment.phrases import without_marks
from quizapp.config import Settings
from quizapp.services.rendering import pieces


def init_words(app: Flask, settings: Settings) -> None:
    """Register the filters; times are shown in the zone of the settings, which scripts are told too."""
    app.jinja_env.filters.update(
        when=_shown_in(ZoneInfo(settings.timezone)),
        clock_time=_clock_in(ZoneInfo(settings.timezone)),
        short_day=_short_day_in(ZoneInfo(settings.timezone)),
        iso=iso,
        day=day,
        minutes=minutes,
        face=face,
        grouped=grouped,
        marks=marks,
        share=share,
        plural=plural,
        pieces=pieces,
        without_marks=without_marks,
    )
    app.jinja_env.globals["zone"] = settings.timezone


def _shown_in(zone: ZoneInfo) -> Callable[[datetime], str]:
    def when(instant: datetime) -> str:
        """A date and time with its zone: 24 Nov 2026, 14:06 CET."""
        local = instant.astimezone(zone)
        return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"

    return when


def _clock_in(zone: ZoneInfo) -> Callable[[datetime], str]:
    def clock_time(instant: datetime) -> str:
        """A time of day: 14:06:31."""
        return f"{instant.astimezone(zone):%H:%M:%S}"

    return clock_time


def _short_day_in(zone: ZoneInfo) -> Callable[[datetime], str]:
    def short_day(instant: datetime) -> str:
        """A day without its year, for the axis of a chart: 24 Nov."""
        local = instant.astimezone(zone)
        return f"{local.day} {local:%b}"

    return short_day


def iso(instant: datetime) -> str:
    """A machine-readable UTC instant."""
    return instant.isoformat().replace("+00:00", "Z")


def day(date_: date) -> str:
    """A date: 24 Nov 2026."""
    return f"{date_.day} {date_:%b %Y}"


def minutes(span: timedelta) -> str:
    """A duration in words: 24 min 5 s."""
    whole, seconds = divmod(max(0, int(span.total_seconds())), 60)
    hours, rest = divmod(whole, 60)
    words = [f"{hours} h" if hours else "", f"{rest} min" if rest else "", f"{seconds} s" if seconds else ""]
    return " ".join(word for word in words if word) or "0 s"


def face(span: timedelta) -> str:
    """A duration on a clock face, seconds rounded up: 24:05 or 1:02:03."""
    seconds = max(0, -(-span // timedelta(seconds=1)))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def marks(value: Fraction) -> str:
    """Marks with at most two decimals, idle zeros dropped: 7, 7.5, 6.67."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    shown = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return format(shown.normalize() + 0 if shown else Decimal(0), "f")


_SHARES = {
    Fraction(1): "a whole mark",
    Fraction(1, 2): "half a mark",
    Fraction(1, 3): "a third of a mark",
    Fraction(1, 4): "a quarter of a mark",
    Fraction(1, 5): "a fifth of a mark",
}


def share(value: Fraction) -> str:
    """A share of a mark in words: a quarter of a mark, 2/7 of a mark."""
    return _SHARES.get(value, f"{value} of a mark")


def grouped(value: str) -> str:
    """A stored number with commas between thousands: 1,536,400."""
    return f"{Decimal(value):,f}"


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun: 1 question, 3 questions."""
    return f"{count} {one if count == 1 else many}"
