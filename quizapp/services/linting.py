"""A bank's files under the linter: every finding, and how often each rule finds something."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from quizapp.bank.archive import ArchiveError
from quizapp.bank.folder import files_at
from quizapp.bank.lint.register import RULES
from quizapp.bank.linting import Asked
from quizapp.bank.problems import Figure, Notice, Problem
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Reading
from quizapp.services.errors import NotFound

TEXTS = (".txt", ".md", ".yml")


@dataclass(frozen=True)
class RuleCount:
    """A rule, and in how many items it found something, waived or not."""

    code: str
    level: str
    source: str
    says: str
    items: int
    findings: int


@dataclass(frozen=True)
class LintReport:
    """What the linter says of some files; `problems` are errors, `notices` warnings."""

    bank: str | None
    found: int
    sound: int
    rejected: tuple[str, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]
    figures: tuple[Figure, ...]
    rules: tuple[RuleCount, ...]
    blocked: bool

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """The warnings that no waiver excuses."""
        return tuple(one for one in self.notices if one.waived is None)

    @property
    def clean(self) -> bool:
        """Whether there is no error."""
        return (
            not self.problems
            and not self.blocked
            and all(one.sound or not one.blocks for one in self.figures)
        )


def lint_files(files: Mapping[str, bytes], asked: Asked) -> LintReport:
    """A set of files under the linter, by themselves."""
    return _report(read_bank(files, asked=asked))


def lint_folder(path: Path, references: Path | None, today: date) -> LintReport:
    """A bank's folder, archive or single file under the linter; raises NotFound where there is none.

    No item may be copied from the texts below `references`.
    """
    asked = Asked(today, _texts_below(references) if references else {})
    try:
        return lint_files(files_at(path), asked)
    except ArchiveError as refused:
        problem = Problem(path.name, 1, None, refused.code, refused.message)
        return _report(Reading(None, None, None, None, frozenset(), (), 0, (), (problem,), True))
    except FileNotFoundError as missing:
        raise NotFound from missing


def _texts_below(folder: Path) -> dict[str, str]:
    """The texts of a folder by their path inside it; raises NotFound where there is none."""
    if not folder.is_dir():
        raise NotFound
    found = sorted(one for one in folder.rglob("*") if one.suffix in TEXTS and one.is_file())
    return {
        one.relative_to(folder).as_posix(): one.read_text(encoding="utf-8", errors="replace") for one in found
    }


def _report(reading: Reading) -> LintReport:
    said = [(one.code, one.item) for one in reading.problems]
    said += [(one.code, one.item) for one in reading.notices]
    said += [(one.code, None) for one in reading.figures if not one.sound]
    findings = Counter(code for code, _ in said)
    items = Counter(code for code, item in set(said) if item is not None)
    return LintReport(
        reading.bank_id,
        reading.found,
        len(reading.items),
        reading.rejected,
        reading.problems,
        reading.notices,
        reading.figures,
        tuple(
            RuleCount(one.code, one.level.value, one.source, one.says, items[one.code], findings[one.code])
            for one in RULES
        ),
        reading.blocked,
    )
