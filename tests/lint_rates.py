"""How often each rule of the linter finds something; run, this prints the table of docs/linter.md."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from quizapp.assessment.item import Item
from quizapp.bank.folder import files_of_folder
from quizapp.bank.lint.ground import Ground, spread_of
from quizapp.bank.lint.register import RULES
from quizapp.bank.lint.rule import Level
from quizapp.bank.lint.run import heed_waivers, lint_across, lint_bank, lint_item
from quizapp.bank.lint.view import View
from quizapp.bank.linting import NOTHING
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Fact
from tests.bank.lint_corpus import corpus_items

ROOT = Path(__file__).resolve().parent.parent
BANK, CORPUS = ROOT / "question_bank" / "treasuries", ROOT.parent / "shared" / "corpus"
HEAD = "| rule | level | source | asks | {} items | {} items |\n|---|---|---|---|---|---|"
NONE = "–"


def rates(items: Sequence[Item], facts: Iterable[Fact] = ()) -> Counter[str]:
    """In how many items each rule finds something; of a figure 1 where it lies beyond its limit."""
    views = tuple(View(one) for one in items)
    ground = Ground({one.id: one for one in facts}, spread_of(views), len(views), whole=bool(facts))
    found = {id(view): lint_item(view, ground) for view in views}
    for view, finding in lint_across(views, ground):
        found[id(view)].append(finding)
    counted: Counter[str] = Counter()
    for view in views:
        counted.update({one.code for one in heed_waivers(view, found[id(view)])})
    counted.update({one.code for one in lint_bank(views, ground) if not one.sound})
    return counted


def table(shipped: Sequence[Item], facts: Iterable[Fact], corpus: Sequence[Item]) -> Iterator[str]:
    """The lines of the table."""
    yield HEAD.format(f"shipped bank, {len(shipped)}", f"corpus, {len(corpus)}")
    own, others = rates(shipped, facts), rates(corpus)
    for rule in RULES:
        told: Callable[[int, int], str] = _beyond if rule.level is Level.BANK else _share
        cells = [told(own[rule.code], len(shipped)), told(others[rule.code], len(corpus)) if corpus else NONE]
        yield f"| {rule.code} | {rule.level.value} | {rule.source} | {rule.says} | {' | '.join(cells)} |"


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.1%})" if count else "0"


def _beyond(count: int, total: int) -> str:
    return "beyond" if count else "within"


def main() -> None:
    """Print the table for the shipped bank, and for the corpus where it lies beside the checkout."""
    reading = read_bank(files_of_folder(BANK), asked=NOTHING)
    corpus = list(corpus_items(CORPUS)) if CORPUS.is_dir() else []
    items = [one.item for one in reading.items if one.template is None]
    for line in table(items, reading.facts or (), corpus):
        print(line)


if __name__ == "__main__":
    main()
