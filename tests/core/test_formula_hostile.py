"""Guarantee I13: a formula does nothing but arithmetic, and little of it, whatever its author wrote."""

import sys
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import MAX_EMAX, Decimal
from typing import Any

import pytest

from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.evaluation import evaluate
from quizapp.assessment.formulas.functions import Language, language
from quizapp.assessment.formulas.grammar import parse
from quizapp.assessment.formulas.limits import LIMITS
from quizapp.assessment.formulas.tree import Value
from quizapp.finance.catalogue import FORMULAS
from tests.core.formula_corpus import ESCAPES, hungry, made

SOURCES, ALL_SOURCES = 10_000, 100_000
"""How many sources of the grammar are tried on a commit, and with `--full` (I13)."""
HUNGRY = 25
"""How often each function is called with arguments that fit it (I13)."""
MOST_SECONDS = 0.05
MOST_BYTES = 16 * 2**20
LANGUAGE = language(FORMULAS)
NAMES: dict[str, Value] = {
    "a": Decimal("97.5"),
    "n": Decimal(3),
    "price": Decimal("0.0418"),
    "settled": date(2026, 2, 15),
    "flows": (Decimal(2), Decimal(102)),
}
WATCHED = ("import", "exec", "open", "compile", "subprocess", "socket", "os.", "code.", "marshal", "ctypes")

Evaluator = Callable[[str], object]


@dataclass
class _Watch:
    """The events of one thread while `thread` is set: an audit hook stays for ever, so it can be put off."""

    thread: int | None = None
    events: Counter[str] = field(default_factory=Counter)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Count an event of the watched thread that would mean more than arithmetic."""
        if self.thread is not None and event.startswith(WATCHED) and threading.get_ident() == self.thread:
            self.events[event] += 1


WATCH = _Watch()


@pytest.fixture(scope="module", autouse=True)
def _watching() -> None:
    """Install the hook once, and only where these tests run: it is asked about every event ever after."""
    sys.addaudithook(WATCH)


@dataclass
class _Trial:
    """What many sources did to an evaluator."""

    tried: int = 0
    valued: int = 0
    faults: list[str] = field(default_factory=list)


def _seconds(evaluator: Evaluator, source: str) -> float:
    began = time.thread_time()
    with suppress(Exception):  # what it was, the first run has told
        evaluator(source)
    return time.thread_time() - began


def _tried(evaluator: Evaluator, sources: Iterable[str], weighed: bool, faults: int = 3) -> _Trial:
    """Every source evaluated: valued or refused by name, without an event, in time and, if weighed, in space.

    Ends at so many faults, since a control needs no more.
    """
    trial = _Trial()
    thread = threading.get_ident()
    WATCH.events.clear()
    for source in sources:
        trial.tried += 1
        before = len(trial.faults)
        WATCH.thread = thread
        began = time.thread_time()
        try:
            evaluator(source)
            trial.valued += 1
        except FormulaError:
            pass
        except Exception as escaped:
            trial.faults.append(f"raised {type(escaped).__name__}")
        finally:
            seconds = time.thread_time() - began
            WATCH.thread = None
        if seconds > MOST_SECONDS:
            # A source that takes so long takes it again; a round of the garbage collector does not.
            seconds = min(seconds, _seconds(evaluator, source))
            if seconds > MOST_SECONDS:
                trial.faults.append(f"took {seconds * 1000:.0f} ms")
        if WATCH.events:
            trial.faults.append(f"caused {dict(WATCH.events)}")
            WATCH.events.clear()
        if weighed and (most := _most_bytes(evaluator, source)) > MOST_BYTES:
            trial.faults.append(f"took {most / 2**20:.0f} MiB")
        if len(trial.faults) > before:
            trial.faults[before:] = [f"{source[:80]!a} {one}" for one in trial.faults[before:]]
            if len(trial.faults) >= faults:
                break
    return trial


def _most_bytes(evaluator: Evaluator, source: str) -> int:
    tracemalloc.start()
    try:
        _seconds(evaluator, source)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _ours(used: Language) -> Evaluator:
    return lambda source: evaluate(parse(source, used.limits), NAMES, used)


# The check


def test_i13_a_formula_does_nothing_but_arithmetic_within_its_budget(full: bool) -> None:
    count = ALL_SOURCES if full else SOURCES
    trial = _tried(_ours(LANGUAGE), made(13, count, tuple(FORMULAS)), weighed=False)
    assert trial.faults == []
    assert trial.tried == count
    assert trial.valued > count // 20


def test_i13_no_source_that_escaped_elsewhere_escapes_here() -> None:
    trial = _tried(_ours(LANGUAGE), ESCAPES, weighed=True)
    assert trial.faults == []
    assert trial.tried == len(ESCAPES)


def test_i13_no_finance_formula_is_held_up_by_what_it_is_given() -> None:
    trial = _tried(_ours(LANGUAGE), hungry(LANGUAGE.functions, 13, HUNGRY), weighed=False)
    assert trial.faults == []
    assert trial.tried == HUNGRY * len(LANGUAGE.functions)
    assert trial.valued > trial.tried // 10


def test_i13_no_bond_of_thirty_years_is_too_much_or_takes_too_long() -> None:
    sources = (
        "price_on_coupon_date(0.04, 0.05, 60)",
        "price_on_coupon_date(0.04, 0.0501, 60) - price_on_coupon_date(0.04, 0.05, 60)",
        "yield_to_maturity(0.04, 95, 60)",
        "yield_to_maturity(0.04, 95, 60, 0.37)",
        "bond_duration(0.04, 0.05, 60)",
        "bond_duration(0.04, 0.05, 60, 2, 0.37)",
        "street_price(0.04, 0.05, date(2026, 6, 30), date(2056, 5, 15))",
        "street_yield(0.04, 95, date(2026, 6, 30), date(2056, 5, 15))",
        "street_duration_at_price(0.04, 95, date(2026, 6, 30), date(2056, 5, 15))",
        "conversion_factor(0.04, 29, 11)",
    )
    trial = _tried(_ours(LANGUAGE), sources, weighed=False)
    assert trial.faults == []
    assert trial.valued == len(sources)


# The controls


def _by_python(source: str) -> object:
    """What a language would be that left its formulas to Python, as they were in other products."""
    return eval(source.replace("^", "**"), {"__builtins__": {}}, dict(NAMES))


def test_i13_control_a_formula_left_to_python_is_noticed() -> None:
    trial = _tried(_by_python, made(13, 200, ()), weighed=False)
    assert any("caused {'compile'" in one for one in trial.faults)
    assert any(
        "raised" in one for one in _tried(_by_python, ("a.__class__", "a.__x__"), weighed=False).faults
    )


def test_i13_control_a_language_without_budgets_is_noticed() -> None:
    endless = replace(
        LIMITS,
        **dict.fromkeys(("characters", "tokens", "depth", "items", "literal_digits", "steps"), 10**9),
    )
    ours = _ours(replace(LANGUAGE, limits=endless))
    assert any("RecursionError" in one for one in _tried(ours, ("(" * 2_000,), weighed=False).faults)
    assert any(" MiB" in one for one in _tried(ours, ("1" * MOST_BYTES,), weighed=True).faults)
    large = _ours(replace(LANGUAGE, limits=replace(LIMITS, digits=200_000, exponent=MAX_EMAX)))
    assert any(" ms" in one for one in _tried(large, ("9^9^9",), weighed=False).faults)


def test_i13_control_a_finance_formula_without_a_charge_is_noticed() -> None:
    charged = language({"pay": _Pay()}).functions
    calls = tuple(hungry({"pay": charged["pay"]}, 13, HUNGRY))
    assert _tried(_ours(Language(charged)), calls, weighed=False).faults == []
    free = charged | {"pay": replace(charged["pay"], cost=None)}
    assert "took" in _tried(_ours(Language(free)), calls, weighed=False, faults=1).faults[0]


@dataclass(frozen=True)
class _Count:
    name: str = "count"
    kind: str = "count"
    optional: bool = False


class _Pay:
    """A formula of finance that pays so often as it is told, the later ones a millisecond each."""

    parameters = (_Count(),)

    def __call__(self, *args: Any) -> Decimal:
        total = Decimal(0)
        for turn in range(min(args[0], 2_000)):
            total += sum(Decimal(one) for one in range(300 if turn < 500 else 2_000)) / (turn + 1)
        return total

    def steps(self, *args: Any) -> tuple[Any, ...]:
        return ()
