"""`python -m bench.cold`: what a first visit to a question loads, file by file, as it comes through nginx.

Scripts and styles come as the site packs them, all else as nginx does.
"""

import gzip
import re
import tempfile
from pathlib import Path

from bench import servers
from bench.candidates import Saver, stock
from bench.rows import Bound, Row


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-") as folder:
        stock(Path(folder), 1)
        with servers.product({"QUIZAPP_DATA": folder}) as product:
            saver = Saver(product.port, 0)
            page = saver.connection.get(saver.questions[0]).body
            for path, (packed, raw) in _loaded(saver, page).items():
                print(f"{packed:>7,} of {raw:>7,}  {path or 'the page'}")
            print(*weight(saver, page))
            saver.connection.close()


def weight(saver: Saver, page: bytes) -> list[Row]:
    """What a first visit to a question loads: the page, and all that it names; scripts import nothing."""
    held = _loaded(saver, page)
    packed, raw = (sum(one[place] for one in held.values()) for place in (0, 1))
    (script,) = (path for path in held if path.endswith(".js"))
    later, _ = _sizes(saver, script.rpartition("/")[0] + "/calculator.js")
    words = (
        f"{packed / 1000:.1f} kB in {len(held)} ({raw / 1000:.1f} kB as they are);"
        f" once the calculator is opened {later / 1000:.1f} more"
    )
    what = "attempt page, cold: bytes, compressed as they come through nginx, and requests"
    bounds = Bound(packed, 60_000, 25_000), Bound(len(held), 6, 4)
    return [Row(what, words, "60 kB in 6", "25 kB in 4", bounds)]


def _loaded(saver: Saver, page: bytes) -> dict[str, tuple[int, int]]:
    """Bytes on the wire, and bytes as they are, of the page, under no name, and of what it names."""
    named = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())))
    return {"": (len(gzip.compress(page)), len(page))} | {path: _sizes(saver, path) for path in named}


def _sizes(saver: Saver, path: str) -> tuple[int, int]:
    raw = saver.connection.get(path).body
    asked = saver.connection.head("GET", path, Accept_Encoding="gzip, br")
    sent = saver.connection.send(asked)
    own = sent.headers.get("content-encoding") == ["br"]
    return len(sent.body if own else gzip.compress(raw)), len(raw)


if __name__ == "__main__":
    main()
