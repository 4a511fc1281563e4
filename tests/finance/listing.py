"""`python -m tests.finance.listing > docs/formulas.md`: every formula, its source, and what checks it."""

import re
import sys
from collections import Counter, defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import fill
from types import CodeType, FrameType
from typing import Any

from quizapp.finance.catalogue import FORMULAS
from quizapp.finance.formula import AnyFormula
from tests.figures import Figure, figures_in
from tests.finance.reckonings import RECKONINGS
from tests.finance.table import entries_for

HERE = Path(__file__).parent
TABLES = ("figures.csv", "more_figures.csv")
QUANTLIB, RECKONING = "test_quantlib.py", "test_second_reckoning.py"

HEAD = """# Formulas

Written by `python -m tests.finance.listing > docs/formulas.md`; a test compares. The name is what an item
template calls; `.steps(...)` of each gives the whole working, `.source` its source. All of it is exact to 50
digits, and rounded only where the source rounds.

Checked by: the number of published figures (`tests/finance/figures.csv`, `tests/finance/more_figures.csv`)
whose working passes through the formula; **QuantLib** where that library, an independent implementation,
agrees on random cases (`tests/finance/test_quantlib.py`); **second reckoning** where a test works it another
way, in exact fractions or plain floats (`tests/finance/reckonings.py`); **identities** where tests hold it to
properties that it must have.
"""

BARE = """## Without a published figure

No published worked figure was found for the formulas below in the sources searched: they rest on identities
and on a second implementation of our own or QuantLib, as the tables say. A test refuses a formula that has
neither a figure nor an independent implementation. A second implementation shows that the arithmetic is what
we meant; that we meant the right thing rests on the source alone. Among them are breakeven inflation, the
IMF's metric of reserve adequacy, the hedged pickup, bid-to-cover, the auction tail, the hedge ratio and
roll-down.
"""


@cache
def reached() -> Counter[str]:
    """How many published figures' workings pass through each formula of the catalogue."""
    names = {_code(one): name for name, one in FORMULAS.items()}
    counts: Counter[str] = Counter()
    for figure in (figure for table in TABLES for figure in figures_in(HERE / table)):
        counts.update(names[code] for code in _run(figure) if code in names)
    return counts


def independent(name: str, one: AnyFormula) -> list[str]:
    """The other implementations that a formula is compared with."""
    found = ["QuantLib"] if _called(one).search(_tests(own=False)) else []
    return [*found, "second reckoning"] if name in RECKONINGS else found


def checks(name: str, one: AnyFormula) -> list[str]:
    """What checks a formula, strongest first."""
    published = [f"{reached()[name]} published"] if reached()[name] else []
    held = _called(one).search(_tests(own=True))
    return [*published, *independent(name, one), *(["identities"] if held else [])]


@cache
def _tests(own: bool) -> str:
    """The text of the tests of the formulas' properties, or of those beside QuantLib."""
    names = (path for path in sorted(HERE.glob("test_*.py")) if path.name not in (QUANTLIB, RECKONING))
    return "\n".join(path.read_text(encoding="utf-8") for path in (names if own else [HERE / QUANTLIB]))


def page() -> str:
    """The whole page."""
    families: defaultdict[str, list[str]] = defaultdict(list)
    for name, one in FORMULAS.items():
        families[_module(one)].append(name)
    parts = [HEAD]
    for module in sorted(families):
        title = (import_module(f"quizapp.finance.{module}").__doc__ or "").partition("\n")[0].rstrip(".")
        parts.append(f"## `{module}`: {title}\n")
        parts.append("| Formula | Source | Checked by |\n|---|---|---|")
        for name in families[module]:
            source = FORMULAS[name].source.replace("|", "/")
            parts.append(f"| `{name}` | {source} | {', '.join(checks(name, FORMULAS[name]))} |")
        parts.append("")
    bare = ", ".join(f"`{name}`" for name in sorted(FORMULAS) if not reached()[name])
    return "\n".join([*parts, BARE, fill(bare, 110)]) + "\n"


def _run(figure: Figure) -> set[CodeType]:
    """The code that runs while a figure is computed."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        entries_for(figure.inputs)[0].answer(figure.inputs)
    finally:
        sys.setprofile(before)
    return seen


def _called(one: AnyFormula) -> re.Pattern[str]:
    return re.compile(rf"\b{_module(one)}\.{one.name}\b|^from .*{_module(one)} import .*\b{one.name}\b", re.M)


def _module(one: AnyFormula) -> str:
    return str(one.__module__).rpartition(".")[2]


def _code(one: AnyFormula) -> CodeType:
    code: CodeType = one.__wrapped__.__code__  # type: ignore[union-attr]
    return code


if __name__ == "__main__":
    print(page(), end="")
