"""What is gathered while a bank is read, and the readers of the files that are sound whole or not at all."""

from dataclasses import dataclass, field
from fractions import Fraction

from quizapp.assessment.blueprint import ExamPart, ExamProfile, Quota, profile_findings
from quizapp.bank.formats import native
from quizapp.bank.problems import Figure, Notice, Problem
from quizapp.bank.schema import PartT, fit
from quizapp.bank.tree import Tree
from quizapp.bank.values import BankHead, Fact, Note, ReadItem, Topic


@dataclass
class Gathered:
    """What has been read so far."""

    problems: list[Problem] = field(default_factory=list)
    banks: set[str] = field(default_factory=set)
    head: BankHead | None = None
    facts: tuple[Fact, ...] | None = None
    profiles: tuple[ExamProfile, ...] | None = None
    topics: set[str] = field(default_factory=set)
    items: list[ReadItem] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    broken_sets: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    note_files: list[tuple[str, Tree]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    found: int = 0
    blocked: bool = False

    def refuse(self, file: str, line: int, code: str, message: str) -> None:
        """A problem of a whole file: nothing of this set may be published."""
        self.problems.append(Problem(file, line, None, code, message))
        self.blocked = True


def sound(model: type[PartT], file: str, tree: Tree, gathered: Gathered) -> PartT | None:
    """A file as its model says; None where it does not fit, which blocks the whole set."""
    part, problems = fit(model, tree.value, tree, file)
    if problems:
        gathered.problems += problems
        gathered.blocked = True
    return part


def read_head(file: str, tree: Tree, gathered: Gathered) -> str | None:
    """Gather `bank.yml`; the bank that it names."""
    part = sound(native.BankFile, file, tree, gathered)
    if part is None:
        return None
    topics = tuple(
        Topic(
            one.id,
            one.title,
            tuple((sub.id, sub.title) for sub in one.subtopics),
            tuple((objective.id, objective.text) for objective in one.objectives),
        )
        for one in part.topics
    )
    for code, ids in (
        ("duplicate_topic", [one.id for one in topics]),
        ("duplicate_subtopic", [sub for one in topics for sub, _ in one.subtopics]),
        ("duplicate_objective", [objective for one in topics for objective, _ in one.objectives]),
    ):
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            gathered.refuse(file, 1, code, f"'{twice}' stands twice")
    gathered.head = BankHead(part.bank, part.title, part.licence, part.covers, topics)
    return part.bank


def read_facts(file: str, tree: Tree, gathered: Gathered) -> str | None:
    """Gather `facts.yml`; the bank that it names."""
    part = sound(native.FactsFile, file, tree, gathered)
    if part is None:
        return None
    gathered.facts = tuple(Fact(**dict(one)) for one in part.facts)
    refuse_twice(file, [one.id for one in part.facts], "facts", tree, gathered)
    return part.bank


def read_exams(file: str, tree: Tree, gathered: Gathered) -> str | None:
    """Gather `exams.yml`; the bank that it names."""
    part = sound(native.ExamsFile, file, tree, gathered)
    if part is None:
        return None
    gathered.profiles = tuple(_profile(one) for one in part.exams)
    for place, profile in enumerate(gathered.profiles):
        for finding in profile_findings(profile):
            line = tree.line_of(finding.path, ("exams", place))
            gathered.refuse(file, line, finding.code, f"exam '{profile.id}': {finding.message}")
    refuse_twice(file, [one.id for one in part.exams], "exams", tree, gathered)
    return part.bank


def _profile(part: native.ExamPart) -> ExamProfile:
    return ExamProfile(
        id=part.id,
        title=part.title,
        summary=part.summary,
        imitates=part.imitates,
        source=part.source,
        checked_on=part.checked_on,
        verified=part.verified,
        parts=tuple(
            ExamPart(
                title=one.title,
                items=one.items,
                minutes=one.minutes,
                pass_percent=one.pass_percent,
                scoring=one.scoring,
                door=one.door,
                blueprint=tuple(Quota(tuple(q.topics), q.difficulty, q.items) for q in one.blueprint),
                penalty=one.penalty or Fraction(0),
                order=one.order,
                break_minutes=one.break_minutes or 0,
            )
            for one in part.parts
        ),
        timer=part.timer,
    )


def refuse_twice(file: str, ids: list[str], field_name: str, tree: Tree, gathered: Gathered) -> None:
    """Refuse a list of which two entries have one id."""
    for place, one in enumerate(ids):
        if one in ids[:place]:
            gathered.refuse(file, tree.line((field_name, place)), "duplicate_id", f"'{one}' stands twice")
