"""R13: every journey there is behind a network that loses, delays and doubles saves, and delays pages."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Rounds
from tests.torture.shards import reported

pytestmark = [pytest.mark.nightly, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "journeys").glob("test_*.py"), key=lambda file: file.stat().st_size)
"""The journeys, the shortest file first; a round of R13 is a file."""
COMMIT = 1
LONGEST_S = 3_600
"""How long one file may take, on a busy machine too."""


def test_r13_every_journey_gets_through_on_a_bad_network(
    rounds: Rounds, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    files = [str(FILES[number]) for number in rounds(COMMIT, len(FILES))]
    report = tmp_path / "report.xml"
    words = ("-q", "-p", "no:cacheprovider", f"--junitxml={report}", "-o", "junit_family=xunit1", "--faults")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S * len(files),
    )
    seen = reported(report) if report.exists() else {}
    bad = {name: one.fault for name, one in seen.items() if one.outcome != "passed"}
    assert not bad, bad
    assert done.returncode == pytest.ExitCode.OK, done.stdout[-1000:]
    record_property("printed", f"{len(seen)} journeys passed")
