"""The runner of the tortures and the record of what they found: what is resumed, what fails, what is kept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.controls import Pair, pairs_in, sources
from tests.torture.__main__ import changes, git, tried_commit
from tests.torture.page import BEGIN, END, PAGE, RECORD, Row, drawn, read, state, written
from tests.torture.shards import PROBE, WHOLE, Ran, Run, Seen, Shard, Stage, in_a_process, merged

CHECK, CONTROL, OTHER = "t.py::test_x01_holds", "t.py::test_x01_control_fails", "t.py::test_x01_also"
PAIR = Pair((CHECK,), (CONTROL,))
FULL = 1000


class Rounds:
    """Stages that are tried in no time; each says that it took a second for each round."""

    def __init__(self, fails_in: str = "", uncounted: str = "", stops_after: int = 99) -> None:
        self.stages: list[Stage] = []
        self._fails_in, self._uncounted, self._left = fails_in, uncounted, stops_after

    def __call__(self, stage: Stage, seconds: float) -> Ran:
        if self._left == 0:
            return {}
        self._left -= 1
        self.stages.append(stage)
        return {one: self._seen(stage, one) for one in stage.tests}

    def _seen(self, stage: Stage, test: str) -> Seen:
        outcome = "failed" if stage.name == self._fails_in else "passed"
        if test in (CONTROL, self._uncounted):
            return Seen(outcome, 1.0)
        count = 20 if stage.name == PROBE else _rounds_of(stage)
        return Seen(outcome, count, (count, FULL), (f"{count} tried, 0 lost",), "AssertionError: 1 lost")


def _rounds_of(stage: Stage) -> int:
    """The rounds of a slice as tests/conftest.py cuts them, from the words for pytest."""
    words = dict(zip(stage.words[::2], stage.words[1::2], strict=True))
    first, last, parts = map(int, re.findall(r"\d+", words.get("--slice", "1-1/1")))
    tried = round(FULL * float(words["--share"]))
    return tried * last // parts - tried * (first - 1) // parts


def shard(folder: Path, pair: Pair = PAIR, commit: str = "abc1234", share: float = 1.0) -> Shard:
    return Shard("X01", pair, commit, share, folder / "X01.jsonl")


def ran(folder: Path, run: Run, **more: object) -> Shard:
    """A shard after one run of an hour."""
    made = shard(folder, **more)  # type: ignore[arg-type]
    made.run(run, 60)
    return made


# A shard


def test_a_shard_tries_every_round_once_and_its_controls_once(tmp_path: Path) -> None:
    run = Rounds()
    done = ran(tmp_path, run)
    assert (done.fault, done.finished, done.tried()) == (None, True, (FULL, FULL))
    assert done.figures() == [f"{FULL} tried, 0 lost"]
    assert len(run.stages) > 3
    assert [one.name for one in run.stages if CONTROL in one.tests] == [PROBE]


def test_a_share_is_tried_and_is_not_the_whole(tmp_path: Path) -> None:
    done = ran(tmp_path, Rounds(), share=0.1)
    assert (done.finished, done.tried()) == (True, (100, FULL))


def test_a_shard_goes_on_after_the_last_slice_that_ended(tmp_path: Path) -> None:
    first, second = Rounds(stops_after=2), Rounds()
    broken = ran(tmp_path, first)
    assert not broken.finished
    done = ran(tmp_path, second)
    assert (done.finished, done.tried()) == (True, (FULL, FULL))
    names = [one.name for one in (*first.stages, *second.stages)]
    assert len(names) == len(set(names))
    assert PROBE not in [one.name for one in second.stages]


@pytest.mark.parametrize("other", [{"commit": "def5678"}, {"share": 0.5}])
def test_control_of_another_commit_or_share_nothing_is_taken_over(
    tmp_path: Path, other: dict[str, object]
) -> None:
    ran(tmp_path, Rounds(stops_after=2))
    run = Rounds()
    ran(tmp_path, run, **other)
    assert run.stages[0].name == PROBE


def test_a_slice_that_was_broken_off_in_the_middle_of_its_line_is_tried_again(tmp_path: Path) -> None:
    ran(tmp_path, Rounds(stops_after=3))
    file = tmp_path / "X01.jsonl"
    whole = file.read_text()
    file.write_text(whole[:-30])
    done = ran(tmp_path, Rounds())
    assert (done.finished, done.tried()) == (True, (FULL, FULL))


def test_a_shard_stops_when_its_time_is_up(tmp_path: Path) -> None:
    made = shard(tmp_path)
    made.run(Rounds(), 0)
    assert (made.stages, made.finished, made.tried()) == ({}, False, None)


def test_a_shard_stops_when_the_checkout_changes(tmp_path: Path) -> None:
    made, asked = shard(tmp_path), iter([False, False, True])
    made.run(Rounds(), 60, lambda: next(asked))
    assert (len(made.stages), made.finished) == (2, False)


def test_the_first_failure_ends_a_shard_and_names_its_slice(tmp_path: Path) -> None:
    made, slices = Rounds(), [one.name for one in _stages(tmp_path / "all")]
    failing = Rounds(fails_in=slices[2])
    done = ran(tmp_path, failing)
    assert [one.name for one in failing.stages] == slices[:3]
    assert done.fault == f"{CHECK} failed in slice {slices[2]}: AssertionError: 1 lost"
    again = ran(tmp_path, made)
    assert (again.fault, made.stages) == (done.fault, []), "a failure is not tried away"


def _stages(folder: Path) -> list[Stage]:
    run = Rounds()
    ran(folder, run)
    return run.stages


def test_control_a_failing_control_fails_its_shard(tmp_path: Path) -> None:
    assert "failed in slice" in str(ran(tmp_path, Rounds(fails_in=PROBE)).fault)


def test_a_check_that_does_not_count_leaves_its_guarantee_uncounted(tmp_path: Path) -> None:
    run = Rounds(uncounted=OTHER)
    done = ran(tmp_path, run, pair=Pair((CHECK, OTHER), (CONTROL,)))
    assert (done.finished, done.tried()) == (True, None)
    assert [one.name for one in run.stages if OTHER in one.tests] == [PROBE, WHOLE]


def test_a_check_of_one_round_is_tried_once_and_leaves_the_others_their_parts(tmp_path: Path) -> None:
    names = []

    def run(stage: Stage, seconds: float) -> Ran:
        names.append(stage.name)
        said = {CHECK: (20 if stage.name == PROBE else _rounds_of(stage), FULL), OTHER: (1, 1)}
        return {one: Seen("passed", 20.0, said.get(one)) for one in stage.tests}

    done = ran(tmp_path, run, pair=Pair((CHECK, OTHER), (CONTROL,)))
    assert (done.tried(), names[:2]) == ((FULL, FULL), [PROBE, WHOLE])
    assert len(names) > 4


@pytest.mark.parametrize("whole", [True, False])
def test_a_crowd_is_tried_at_once_and_is_cut_in_no_parts(tmp_path: Path, whole: bool) -> None:
    names = []

    def run(stage: Stage, seconds: float) -> Ran:
        names.append(stage.name)
        count = 30 if stage.name == PROBE else FULL if stage.name == WHOLE else _rounds_of(stage)
        return {one: Seen("passed", 60.0, (count, FULL), whole=whole) for one in stage.tests}

    assert ran(tmp_path, run).tried() == (FULL, FULL)
    assert (names == [PROBE, WHOLE]) == whole


def test_the_least_that_any_of_the_tests_tried_counts(tmp_path: Path) -> None:
    def run(stage: Stage, seconds: float) -> Ran:
        less = {f"{OTHER}[sqlite]": 7, f"{OTHER}[postgresql]": 4, CHECK: 10}
        named = {name: Seen("passed", 0.0, (count, 10)) for name, count in less.items()}
        return named | {one: Seen("passed", 0.0) for one in stage.tests if one == CONTROL}

    assert ran(tmp_path, run, pair=Pair((CHECK, OTHER), (CONTROL,))).tried() == (4, 10)


def test_figures_of_slices_are_added_up_and_times_given_from_to() -> None:
    assert merged(["3 lost", "4 lost", "other 1", "p99 1.5 ms", "p99 0.7 ms"]) == [
        "7 lost",
        "other 1",
        "p99 0.7-1.5 ms",
    ]


# A slice in a process of its own

CONFTEST = """
import pytest
def pytest_addoption(parser):
    parser.addoption("--share", type=float)
"""
TEST = """
import os, pytest
@pytest.mark.parametrize("kind", ["a", "b"])
def test_x01_holds(record_property, kind):
    record_property("rounds", (3, 1000))
    record_property("printed", "3 tried")
    assert os.environ.get("X01") != kind, "seed 2\\nand more"
def test_x01_control_fails():
    pytest.skip("no tool")
"""


def test_a_process_says_of_every_test_what_it_tried_and_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_x.py").write_text(TEST)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    stage = Stage("x", ("test_x.py::test_x01_holds", "test_x.py::test_gone"), ("--share", "1"))
    assert {one.outcome for one in in_a_process(tmp_path)(stage, 60).values()} == {"did not run"}
    whole = ("test_x.py::test_x01_holds", "test_x.py::test_x01_control_fails")
    found = in_a_process(tmp_path)(replace(stage, tests=whole), 60)
    assert {name: one.outcome for name, one in found.items()} == {
        "test_x.py::test_x01_holds[a]": "passed",
        "test_x.py::test_x01_holds[b]": "passed",
        "test_x.py::test_x01_control_fails": "skipped",
    }
    one = found["test_x.py::test_x01_holds[a]"]
    assert (one.rounds, one.printed) == ((3, 1000), ("3 tried",))
    monkeypatch.setenv("X01", "a")
    found = in_a_process(tmp_path)(replace(stage, tests=whole), 60)
    assert found["test_x.py::test_x01_holds[a]"].outcome == "failed"
    assert "seed 2 and more" in found["test_x.py::test_x01_holds[a]"].fault


# The commit that is tried


def test_a_changed_checkout_is_known_and_the_record_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    code, record = tmp_path / "code.py", tmp_path / "docs" / RECORD.name
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    git(tmp_path, "init", "-q")

    def commit() -> str:
        git(tmp_path, "add", ".")
        git(tmp_path, *who, "commit", "-q", "-m", "x")
        return tried_commit(tmp_path)

    code.write_text("1")
    first = commit()
    record.write_text("1")
    assert (commit(), changes(tmp_path)) == (first, "")
    record.write_text("2")
    assert changes(tmp_path) == ""
    code.write_text("2")
    assert "code.py" in changes(tmp_path)
    assert commit() != first


# The record and the page

ROW = Row("X01", FULL, FULL, "abc1234", "2026-11-26", 12, "passed", "0 lost")
PAIRS = {"X01": PAIR, "X02": PAIR}


def test_a_promise_is_kept_once_all_its_tests_passed_at_full_count() -> None:
    rows = {"X01": ROW, "X02": replace(ROW, id="X02", commit="def5678")}
    assert state(["X01"], rows, PAIRS) == "kept (full count at abc1234)"
    assert state(["X01", "X02"], rows, PAIRS) == "kept (full count at abc1234, def5678)"


LESS: Mapping[str, Callable[[Row], Row]] = {
    "a count too few": lambda row: replace(row, tried=FULL - 1),
    "no count": lambda row: replace(row, tried=0, full=0),
    "a failure": lambda row: replace(row, outcome="failed: x"),
    "not finished": lambda row: replace(row, outcome="not finished"),
}


@pytest.mark.parametrize("less", LESS)
def test_control_a_promise_with_less_is_not_kept(less: str) -> None:
    rows = {"X01": ROW, "X02": LESS[less](replace(ROW, id="X02"))}
    assert state(["X01", "X02"], rows, PAIRS) == "not yet"


@pytest.mark.parametrize("pair", [Pair(), Pair((CHECK,), ()), Pair((), (CONTROL,))])
def test_control_a_promise_with_a_missing_test_is_not_kept(pair: Pair) -> None:
    rows = {"X01": ROW, "X02": replace(ROW, id="X02")}
    assert state(["X01", "X02"], rows, {"X01": PAIR, "X02": pair}) == "not yet"
    assert state(["X01", "X03"], rows, PAIRS) == "not yet"


def test_a_record_reads_as_it_was_written() -> None:
    rows = {"X01": ROW, "X02": replace(ROW, id="X02", figures='1, "two"')}
    assert read(written(rows.values())) == rows


@pytest.fixture(scope="module")
def pairs() -> Mapping[str, Pair]:
    """The tests of every guarantee."""
    return pairs_in(sources())


def test_the_page_says_what_the_record_says(pairs: Mapping[str, Pair]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page, read(RECORD.read_text(encoding="utf-8")), pairs) == page


def test_control_a_page_that_says_more_than_the_record_is_found(pairs: Mapping[str, Pair]) -> None:
    page, rows = PAGE.read_text(encoding="utf-8"), read(RECORD.read_text(encoding="utf-8"))
    changed = page.replace("| not yet |", "| kept (full count at abc1234) |", 1)
    assert changed != page
    assert drawn(changed, rows, pairs) == page
    assert drawn(page, rows | {"X01": ROW}, pairs) != page
    assert page.count(BEGIN) == page.count(END) == 1
