"""docs/guarantees.md out of docs/guarantees.csv: what was tried last, and which promises are kept."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tests.controls import TESTS, Pair

PAGE = TESTS.parent / "docs" / "guarantees.md"
RECORD = TESTS.parent / "docs" / "guarantees.csv"
BEGIN, END = "<!-- last torture: written by `make torture` -->", "<!-- end of last torture -->"
PASSED = "passed"


@dataclass(frozen=True)
class Row:
    """What the last torture of one guarantee tried and found. Without a count, `tried` and `full` are 0."""

    id: str
    tried: int
    full: int
    commit: str
    date: str
    minutes: int
    outcome: str
    figures: str = ""

    @property
    def whole(self) -> bool:
        """Whether it passed at its full count."""
        return self.outcome == PASSED and 0 < self.full <= self.tried

    @property
    def seeds(self) -> str:
        """The rounds tried: a round's number is its seed."""
        return f"0 to {self.tried - 1}" if self.tried else ""


def read(text: str) -> dict[str, Row]:
    """The rows of a record by their ids."""
    rows = csv.DictReader(io.StringIO(text))
    numbers = {one.name for one in fields(Row) if one.type is int}
    made = [Row(**{name: int(v) if name in numbers else v for name, v in row.items()}) for row in rows]  # type: ignore[arg-type]
    return {one.id: one for one in made}


def written(rows: Iterable[Row]) -> str:
    """A record as it is checked in."""
    out = io.StringIO()
    table = csv.DictWriter(out, [one.name for one in fields(Row)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(one) for one in sorted(rows, key=lambda row: row.id))
    return out.getvalue()


def drawn(page: str, rows: Mapping[str, Row], pairs: Mapping[str, Pair]) -> str:
    """The page with its generated block, and the state of each promise, as a record says."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    head = "".join(_promise(line, rows, pairs) for line in head.splitlines(keepends=True))
    return "\n".join((f"{head}{BEGIN}", *_table(rows), f"{END}{tail}"))


def _table(rows: Mapping[str, Row]) -> Iterator[str]:
    yield "| id | tried | full count | seeds | commit | date | minutes | outcome | figures |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for _, one in sorted(rows.items()):
        tried, full = (f"{one.tried:,}", f"{one.full:,}") if one.full else ("not counted", "")
        cells = (one.id, tried, full, one.seeds, one.commit, one.date, one.minutes, one.outcome, one.figures)
        yield "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


_PROMISE = re.compile(r"(\| \d+\. [^|]*\| )([^|]*)( \| [^|]* \| )([^|]*)( \|\n)")


def _promise(line: str, rows: Mapping[str, Row], pairs: Mapping[str, Pair]) -> str:
    """A line of the page; where it is a promise that hangs on tests, with its state as it is now."""
    found = _PROMISE.fullmatch(line)
    if not found or not re.fullmatch(r"[A-Z]\d\d( [A-Z]\d\d)*", found[2]):
        return line
    return f"{found[1]}{found[2]}{found[3]}{state(found[2].split(), rows, pairs)}{found[5]}"


def state(needed: Iterable[str], rows: Mapping[str, Row], pairs: Mapping[str, Pair]) -> str:
    """Whether a promise is kept: every test that it needs is here and passed at its full count."""
    commits = []
    for one in needed:
        pair, row = pairs.get(one, Pair()), rows.get(one)
        if not (pair.checks and pair.controls and row and row.whole):
            return "not yet"
        commits.append(row.commit)
    return f"kept (full count at {', '.join(dict.fromkeys(commits))})"


def update(row: Row, pairs: Mapping[str, Pair], record: Path = RECORD, page: Path = PAGE) -> None:
    """Put what a torture found into the record and onto the page."""
    rows = read(record.read_text(encoding="utf-8")) if record.exists() else {}
    rows[row.id] = row
    record.write_text(written(rows.values()), encoding="utf-8")
    page.write_text(drawn(page.read_text(encoding="utf-8"), rows, pairs), encoding="utf-8")
