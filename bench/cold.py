"""`python -m bench.cold`: what a first visit to a question loads, file by file, compressed as nginx does."""

import gzip
import re
import tempfile
from pathlib import Path

from bench import servers
from bench.candidates import Saver, stock

Row = tuple[str, str, str, bool]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-") as folder:
        stock(Path(folder), 1)
        with servers.product({"QUIZAPP_DATA": folder}) as product:
            saver = Saver(product.port, 0)
            page = saver.connection.get(saver.questions[0]).body
            for path, file in _loaded(saver, page).items():
                print(f"{len(gzip.compress(file)):>7,} of {len(file):>7,}  {path or 'the page'}")
            for what, found, must, _ in weight(saver, page):
                print(f"{what}: {found}; must be {must}")
            saver.connection.close()


def weight(saver: Saver, page: bytes) -> list[Row]:
    """What a first visit to a question loads: the page, and all that it names; scripts import nothing."""
    held = _loaded(saver, page)
    packed = sum(len(gzip.compress(one)) for one in held.values())
    raw = sum(map(len, held.values()))
    words = f"{packed / 1000:.1f} kB in {len(held)} ({raw / 1000:.1f} kB as they are)"
    return [
        (
            "attempt page, cold: bytes, compressed as nginx does, and requests",
            words,
            "60 kB in 6",
            packed <= 60_000 and len(held) <= 6,
        )
    ]


def _loaded(saver: Saver, page: bytes) -> dict[str, bytes]:
    """The page, under no name, and what it names."""
    named = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())))
    return {"": page} | {path: saver.connection.get(path).body for path in named}


if __name__ == "__main__":
    main()
