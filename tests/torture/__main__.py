"""`python -m tests.torture [ID ...]`: try guarantees at their full counts, and write what was found down.

A shard is one guarantee with all its tests. It goes on where it was broken off, as long as the commit and the
share stay the same; what it found so far lies in a folder of results. A changed checkout is not tried: what
was found would be about no commit. Each shard's last line goes to docs/guarantees.csv and docs/guarantees.md.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.controls import Pair, pairs_in, sources
from tests.torture.page import PAGE, PASSED, RECORD, Row, update
from tests.torture.shards import Run, Shard, in_a_process

ROOT = PAGE.parent.parent
RESULTS = ROOT / "instance" / "torture"


OTHERS = ("--", ".", *(f":!{one.relative_to(ROOT)}" for one in (PAGE, RECORD)))
"""Everything but what this program writes itself."""


def git(root: Path, *words: str) -> str:
    """What git says of a checkout."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def changes(root: Path) -> str:
    """What differs from the commit."""
    return git(root, "status", "--porcelain", "--untracked-files=no", *OTHERS)


def tried_commit(root: Path) -> str:
    """The commit that is tried: the last one that is not about the record alone."""
    return git(root, "log", "-1", "--format=%h", *OTHERS)


def row_of(shard: Shard) -> Row:
    """What a shard has found so far, as the record keeps it."""
    tried, full = shard.tried() or (0, 0)
    outcome = f"failed: {shard.fault}" if shard.fault else PASSED if shard.finished else "not finished"
    return Row(
        id=shard.id,
        tried=tried,
        full=full,
        commit=shard.commit,
        date=time.strftime("%Y-%m-%d", time.gmtime()),
        minutes=round(shard.seconds / 60),
        outcome=outcome,
        figures="; ".join(shard.figures()),
    )


def torture(asked: argparse.Namespace, pairs: dict[str, Pair], commit: str, run: Run) -> bool:
    """Try the guarantees that were asked for; whether none of them failed."""
    good = True
    for one in asked.ids or sorted(pairs):
        file: Path = asked.results / f"{one}.jsonl"
        if asked.again:
            file.unlink(missing_ok=True)
        shard = Shard(one, pairs[one], commit, asked.share, file)
        shard.run(run, asked.minutes, lambda: bool(changes(ROOT)) or tried_commit(ROOT) != commit)
        row = row_of(shard)
        update(row, pairs)
        good = good and not shard.fault
        print(
            f"{row.id}: {row.outcome}, {row.tried} of {row.full} in {row.minutes} min; {row.figures}",
            flush=True,
        )
    return good


def asked_for(words: Sequence[str] | None, pairs: dict[str, Pair]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", choices=[[], *sorted(pairs)], help="all if left out")
    parser.add_argument("--share", type=float, default=1.0, help="of the full counts; 1 if left out")
    parser.add_argument("--minutes", type=float, default=60.0, help="that a shard may take; 60 if left out")
    parser.add_argument("--again", action="store_true", help="from the start, whatever was found before")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where shards keep what they found")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Refuse a changed checkout, else try, and fail where a shard failed."""
    pairs = pairs_in(sources())
    asked = asked_for(words, pairs)
    if found := changes(ROOT):
        sys.exit(f"the checkout differs from its commit; commit first:\n{found}")
    sys.exit(0 if torture(asked, pairs, tried_commit(ROOT), in_a_process(ROOT)) else 1)


if __name__ == "__main__":
    main()
