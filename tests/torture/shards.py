"""A shard: the tests of one guarantee, tried slice by slice in processes of their own, and resumed."""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.controls import Pair

SLICE_SECONDS = 150.0
"""About how long one slice takes: as much is lost when the run is broken off, and each has a start to pay."""
MOST_PARTS = 240
"""A shard's rounds are cut in at most so many parts, and a slice takes as many of them as fit in its time."""
PROBE = "1/1 of a commit's count"
"""The first stage: checks and controls as on a commit, which also tells how long the rest will take."""
MOST_TOLD = 240
"""Letters of what a failed test said."""
WHOLE = "all of the checks that have no parts"
"""The stage of checks that try one round, do not say how many, or try all of them at once."""


@dataclass(frozen=True)
class Seen:
    """What one test did in one stage: how it ended, its rounds of how many, and the figures it printed.

    The rounds of a `whole` one are tried at once: half of a crowd is another crowd.
    """

    outcome: str
    seconds: float
    rounds: tuple[int, int] | None = None
    printed: tuple[str, ...] = ()
    fault: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Stage:
    """A part of a shard: the tests by their node ids, and what tells pytest how much of them to try."""

    name: str
    tests: tuple[str, ...]
    words: tuple[str, ...]


Ran = Mapping[str, Seen]
Run = Callable[[Stage, float], Ran]
"""Tries a stage, within some seconds, and says what each test did; nothing of a test that was broken off."""


@dataclass
class Shard:
    """One guarantee's tests and what has been seen of them so far."""

    id: str
    pair: Pair
    commit: str
    share: float
    file: Path
    stages: dict[str, dict[str, Seen]] = field(default_factory=dict)
    seconds: float = 0.0
    _parts: list[tuple[int, float]] = field(default_factory=list)

    @property
    def fault(self) -> str | None:
        """What failed, where, and with which seeds; None while nothing has."""
        for stage, ran in self.stages.items():
            for test, seen in ran.items():
                if seen.outcome != "passed":
                    return f"{test} {seen.outcome} in slice {stage}: {seen.fault}".rstrip(": ")
        return None

    @property
    def finished(self) -> bool:
        """Whether every stage was tried."""
        return self.next() is None

    def next(self) -> Stage | None:
        """What is to be tried now; None once everything was."""
        probe = self.stages.get(PROBE)
        if probe is None:
            return Stage(PROBE, self.pair.checks + self.pair.controls, ("--nightly",))
        many = [one for one in self.pair.checks if all(self._rounds(seen) > 1 for seen in _of(one, probe))]
        others = tuple(one for one in self.pair.checks if one not in many)
        share = ("--share", str(self.share))
        if others and WHOLE not in self.stages:
            return Stage(WHOLE, others, share)
        first, parts = self._done + 1, self._grid(probe)
        if not many or first > parts:
            return None
        last = min(parts, first + self._fitting(probe, parts) - 1)
        name = f"{first}-{last}/{parts}"
        return Stage(name, tuple(many), (*share, "--slice", name))

    def _rounds(self, seen: Seen) -> int:
        """How many rounds a test is to try in slices; 0 where it does not say."""
        return math.ceil(self.share * seen.rounds[1]) if seen.rounds and not seen.whole else 0

    @property
    def _done(self) -> int:
        return sum(count for count, _ in self._parts)

    def _grid(self, probe: Ran) -> int:
        """In how many parts the rounds are cut: no part is empty."""
        return min([MOST_PARTS, *(count for count in map(self._rounds, probe.values()) if count > 1)])

    def _fitting(self, probe: Ran, parts: int) -> int:
        """How many parts fit in a slice, told by the slices so far, and at first by the probe."""
        if self._parts:
            each = sum(seconds for _, seconds in self._parts) / self._done
            return max(1, min(4 * self._parts[-1][0], int(SLICE_SECONDS / each)))
        whole = sum(
            one.seconds * self._rounds(one) / max(1, one.rounds[0])
            for name, one in probe.items()
            if one.rounds and _named(name) in self.pair.checks
        )
        return max(1, int(SLICE_SECONDS * parts / max(1.0, whole)))

    def run(self, run: Run, minutes: float, changed: Callable[[], bool] = lambda: False) -> None:
        """Try what has not been tried yet, until all is done, something fails, or the time is up."""
        self.resume()
        end = time.monotonic() + 60 * minutes
        while self.fault is None and (stage := self.next()) and not changed():
            left = end - time.monotonic()
            if left <= 0:
                return
            begun = time.monotonic()
            ran = run(stage, left)
            if not ran:
                return
            self._note(stage.name, dict(ran), time.monotonic() - begun)

    def resume(self) -> None:
        """Take over what an earlier run of the same commit and share has left."""
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        whole = text[: text.rfind("\n") + 1]  # what follows is of a run that was broken off while it wrote
        if whole != text:
            self.file.write_text(whole, encoding="utf-8")
        held = [json.loads(one) for one in whole.splitlines()]
        if not held or held[0] != self._head():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(json.dumps(self._head()) + "\n", encoding="utf-8")
            return
        for one in held[1:]:
            self._take(
                one["stage"], {name: _seen(said) for name, said in one["tests"].items()}, one["seconds"]
            )

    def _head(self) -> dict[str, Any]:
        return {"id": self.id, "commit": self.commit, "share": self.share}

    def _note(self, stage: str, ran: dict[str, Seen], seconds: float) -> None:
        said = {"stage": stage, "seconds": seconds, "tests": {name: asdict(one) for name, one in ran.items()}}
        with self.file.open("a", encoding="utf-8") as written:
            written.write(json.dumps(said) + "\n")
            written.flush()
            os.fsync(written.fileno())
        self._take(stage, ran, seconds)

    def _take(self, stage: str, ran: dict[str, Seen], seconds: float) -> None:
        self.stages[stage] = ran
        self.seconds += seconds
        if sliced := re.match(r"(\d+)-(\d+)/", stage):
            self._parts.append((int(sliced[2]) - int(sliced[1]) + 1, seconds))

    def tried(self) -> tuple[int, int] | None:
        """The least that any check tried, of how many; None where one does not count, or did not run."""
        sums: dict[str, tuple[int, int]] = {}
        for stage, ran in self.stages.items():
            for test, seen in ran.items() if stage != PROBE else ():
                if seen.rounds is None:
                    return None
                sums[test] = (sums.get(test, (0, 0))[0] + seen.rounds[0], seen.rounds[1])
        if not all(any(_named(test) == one for test in sums) for one in self.pair.checks):
            return None
        return min(sums.values(), key=lambda pair: (pair[0] / max(1, pair[1]), -pair[1]), default=None)

    def figures(self) -> list[str]:
        """What the tests printed, over all slices."""
        later = [one for name, ran in self.stages.items() if name != PROBE for one in ran.values()]
        controls = [
            one for test, one in self.stages.get(PROBE, {}).items() if _named(test) in self.pair.controls
        ]
        return merged([text for one in (*later, *controls) for text in one.printed])


def _of(test: str, ran: Ran) -> list[Seen]:
    """What a stage saw of a test, once for each of its parameters."""
    return [seen for name, seen in ran.items() if _named(name) == test]


def _named(test: str) -> str:
    """A test's node id without its parameters."""
    return test.partition("[")[0]


def _seen(said: dict[str, Any]) -> Seen:
    rounds = said["rounds"]
    return Seen(**said | {"rounds": rounds and tuple(rounds), "printed": tuple(said["printed"])})


_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")


def merged(texts: Iterable[str]) -> list[str]:
    """Texts that differ in numbers only become one: whole numbers are added up, others given from - to."""
    shapes: dict[str, list[list[str]]] = {}
    for text in texts:
        shapes.setdefault(_NUMBER.sub("#", text), []).append(_NUMBER.findall(text))
    said = []
    for shape, rows in shapes.items():
        numbers = iter([_together(column) for column in zip(*rows, strict=True)])
        said.append(re.sub("#", lambda _, given=numbers: next(given), shape))  # type: ignore[misc]
    return said


def _together(column: Sequence[str]) -> str:
    if all(one.isdigit() for one in column):
        return str(sum(map(int, column)))
    low, high = min(column, key=float), max(column, key=float)
    return low if low == high else f"{low}-{high}"


def in_a_process(root: Path) -> Run:
    """Runs stages in processes of their own, as pytest does in a folder."""

    def run(stage: Stage, seconds: float) -> Ran:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            words = [
                "-q",
                "-x",
                "-p",
                "no:cacheprovider",
                f"--junitxml={report}",
                "-o",
                "junit_family=xunit1",
                "-o",
                "faulthandler_timeout=0",  # a stage has its own end, below
            ]
            command = [sys.executable, "-m", "pytest", *words, *stage.words, *stage.tests]
            process = subprocess.Popen(
                command,
                cwd=root,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            try:
                said, _ = process.communicate(timeout=seconds + SLICE_SECONDS)
            except subprocess.TimeoutExpired:
                return {}
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
            if not report.exists():
                return {
                    one: Seen("did not run", 0.0, fault=" ".join(said.split())[-MOST_TOLD:])
                    for one in stage.tests
                }
            return _complete(stage, reported(report))

    return run


def _complete(stage: Stage, ran: Ran) -> Ran:
    """What was seen, and of every test that was not seen that it did not run."""
    missing = [one for one in stage.tests if not _of(one, ran)]
    failed = any(one.outcome != "passed" for one in ran.values())
    return dict(ran) | ({} if failed else {one: Seen("did not run", 0.0) for one in missing})


def reported(report: Path) -> dict[str, Seen]:
    """What a report of pytest says of each test."""
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        said = [(one.get("name", ""), one.get("value", "")) for one in case.iter("property")]
        rounds = [tuple(map(int, re.findall(r"\d+", value))) for name, value in said if name == "rounds"]
        bad = [one for kind in ("failure", "error", "skipped") for one in case.iter(kind)]
        name = f"{case.get('file')}::{case.get('name')}"
        found[name] = Seen(
            "passed" if not bad else "skipped" if bad[0].tag == "skipped" else "failed",
            float(case.get("time", 0)),
            (sum(one[0] for one in rounds), sum(one[1] for one in rounds)) if rounds else None,
            tuple(value for name, value in said if name == "printed"),
            " ".join((bad[0].get("message") or "").split())[:MOST_TOLD] if bad else "",
            any(name == "whole" for name, _ in said),
        )
    return found
