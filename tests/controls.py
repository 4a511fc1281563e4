"""`python -m tests.controls`: every safety test, by its guarantee's id, beside the control that must fail.

A check is named `test_<id>_<sentence>`, its control `test_<id>_control_<sentence>`. The control runs the
same check against a product whose guard is switched off, and passes only where the check finds the fault.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
REQUIRED = (
    *(
        "T01",
        "T02",
        "T03",
        "T04",
        "T05",
        "T06",
        "T07",
        "T08",
        "T09",
        "T10",
        "T11",
        "T13",
        "T14",
        "T15",
        "T17",
    ),
    *("T12", "T16", "T18", "T19"),
    *("D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14"),
    *("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C11", "C12"),
    *("I07", "I08", "I12", "I13", "I14"),
    *("N04", "N06", "N07", "N08", "N09", "N10", "N11", "N12"),
    *("Z01", "Z02", "Z03", "Z05"),
    *("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11"),
    *("L01", "L02", "L03", "L04", "L05", "L06", "O02", "O07"),
    *("R04", "R07", "R09", "R10", "R13", "R14"),
)
"""The guarantees that hold today; each has a check and a control."""
_NAMED = re.compile(r"test_(?P<id>[a-z][0-9]{2})_(?P<control>control_)?")


@dataclass(frozen=True)
class Pair:
    """The tests of one guarantee; each is the file it stands in and its name."""

    checks: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


def pairs_in(sources: Mapping[str, str]) -> dict[str, Pair]:
    """The safety tests that source texts define, by the id of their guarantee in capitals."""
    found: dict[str, Pair] = {}
    for name, text in sorted(sources.items()):
        for node in _defined(text) if _NAMED.search(text) else ():
            if not isinstance(node, ast.FunctionDef) or not (named := _NAMED.match(node.name)):
                continue
            held = found.get(named["id"].upper(), Pair())
            where = (f"{name}::{node.name}",)
            found[named["id"].upper()] = (
                Pair(held.checks, held.controls + where)
                if named["control"]
                else Pair(held.checks + where, held.controls)
            )
    return found


def _defined(text: str) -> Iterator[ast.stmt]:
    """What a module defines, and what its classes do."""
    for node in ast.parse(text).body:
        yield node
        if isinstance(node, ast.ClassDef):
            yield from node.body


def sources() -> dict[str, str]:
    """The text of every file of tests, by its path from the folder that holds `tests`."""
    return {
        file.relative_to(TESTS.parent).as_posix(): file.read_text(encoding="utf-8")
        for file in TESTS.rglob("test_*.py")
    }


def lacking(found: Mapping[str, Pair], required: Iterable[str] = REQUIRED) -> list[str]:
    """What the required guarantees lack, one sentence each."""
    lacks = []
    for one in required:
        pair = found.get(one, Pair())
        lacks += [] if pair.checks else [f"{one} has no check"]
        lacks += [] if pair.controls else [f"{one} has no control"]
    return lacks


@dataclass(eq=False)
class Outcomes:
    """A plugin of pytest that keeps the safety tests and remembers how each of them ended."""

    ended: dict[str, list[str]] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out every test that is named for no guarantee."""
        others = [one for one in items if not _NAMED.match(one.name)]
        items[:] = [one for one in items if _NAMED.match(one.name)]
        config.hook.pytest_deselected(items=others)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test's own outcome, and a failure of what it needed before or after."""
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.partition("[")[0]
            self.ended.setdefault(name, []).append(report.outcome)


def verdict(outcomes: Sequence[str]) -> str:
    """What is said of a test that ran once for each of its parameters."""
    if not outcomes:
        return "not run"
    for bad in ("failed", "skipped"):
        if bad in outcomes:
            return bad
    return "passed" if len(outcomes) == 1 else f"passed, {len(outcomes)} cases"


def report(found: Mapping[str, Pair], ended: Mapping[str, Sequence[str]]) -> tuple[list[str], bool]:
    """The lines to print, each guarantee's checks above its controls, and whether all is well."""
    lines, good = [], True
    for one, pair in sorted(found.items()):
        for word, names in (("check", pair.checks), ("control", pair.controls)):
            for name in names:
                said = verdict(ended.get(name, ()))
                good = good and said.startswith("passed")
                lines.append(f"{one if word == 'check' else '':5}{word:9}{said:18} {name}")
    lacks = lacking(found)
    return [*lines, *lacks], good and not lacks


def main() -> None:
    """Run the safety tests, print the pairs, and fail where a test failed, was skipped or is missing."""
    outcomes = Outcomes()
    code = pytest.main(["-q", "--no-header", "--nightly", str(TESTS), *sys.argv[1:]], plugins=[outcomes])
    lines, good = report(pairs_in(sources()), outcomes.ended)
    print("\n".join(lines))
    sys.exit(0 if good and code == pytest.ExitCode.OK else 1)


if __name__ == "__main__":
    main()
