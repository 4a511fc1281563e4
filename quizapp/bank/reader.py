"""The files of a bank read together: typed, cross-checked, and every problem kept with its place."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from quizapp.assessment.codec import item_from_document
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.item import Stimulus
from quizapp.assessment.registry import INTERACTIONS
from quizapp.bank.cross_checks import check_rest, check_together
from quizapp.bank.formats import native
from quizapp.bank.gathering import Gathered, read_exams, read_facts, read_head, refuse_twice, sound
from quizapp.bank.item_texts import texts_of
from quizapp.bank.linting import EVERYTHING, Around, Asked, Linter
from quizapp.bank.markup import MarkupError, render
from quizapp.bank.note_reader import judge_notes, keep_note
from quizapp.bank.problems import Problem
from quizapp.bank.schema import fit
from quizapp.bank.templates import read_template
from quizapp.bank.tree import Path, Tree, TreeError, parse
from quizapp.bank.values import KnownBank, KnownItem, Reading, ReadItem

MOST_PROBLEMS = 1000


def nothing_known(bank_id: str) -> KnownBank | None:
    """Files that stand by themselves."""
    return None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: a reading makes none and keeps nearly all that it makes.

    It would go through all of it again and again, while every thread waits.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@_uncollected()
def read_bank(
    files: Mapping[str, bytes],
    known: Callable[[str], KnownBank | None] = nothing_known,
    asked: Asked = EVERYTHING,
    whole_topics: bool = True,
) -> Reading:
    """Everything in a set of native files, by path; `known` gives what the store already holds of a bank.

    Goes on after every problem. An item with a problem is rejected, and so is one that names a topic,
    subtopic, objective or fact that neither the files nor the store know, that collides with an item of
    a topic that these files do not speak for, or in which the linter finds an error; `asked` says what it is
    asked for. Without `whole_topics` the files speak for their own items only, not for the rest of a topic.
    """
    gathered = Gathered()
    for file in sorted(files, key=_reading_order):
        _read_file(file, files[file], gathered)
    if not whole_topics:
        gathered.topics.clear()
    first = min(files, default="bank.yml")
    if len(gathered.banks) > 1:
        gathered.refuse(
            first, 1, "several_banks", f"files of several banks: {', '.join(sorted(gathered.banks))}"
        )
    held = known(next(iter(gathered.banks))) if len(gathered.banks) == 1 else None
    if gathered.head is None and held is None and not gathered.blocked:
        gathered.refuse(first, 1, "no_bank_file", "there is no bank.yml, and no such bank yet")
    _check_beside(held, gathered, first, asked)
    return Reading(
        bank_id=next(iter(gathered.banks), None),
        head=gathered.head,
        facts=gathered.facts,
        profiles=gathered.profiles,
        topics=frozenset(gathered.topics),
        items=tuple(gathered.items),
        found=gathered.found,
        rejected=tuple(gathered.rejected),
        problems=tuple(sorted(gathered.problems, key=_problem_order)[:MOST_PROBLEMS]),
        blocked=gathered.blocked,
        notices=tuple(sorted(gathered.notices, key=lambda one: (one.file, one.line, one.code))),
        figures=tuple(gathered.figures),
        notes=tuple(gathered.notes),
    )


def _check_beside(held: KnownBank | None, gathered: Gathered, first: str, asked: Asked) -> None:
    """Check the items beside one another and beside what the bank holds."""
    head = gathered.head or (held.head if held else None)
    if head is None:
        return
    facts = {fact.id: fact for fact in (*(held.facts if held else ()), *(gathered.facts or ()))}
    others = _unspoken(held, gathered)
    whole = not others and gathered.head is not None
    judge_notes(gathered, head, facts)
    noted = frozenset(fact for note in gathered.notes for fact in note.facts)
    linter = Linter(gathered.items, Around(facts, others, gathered.profiles or (), noted, whole), asked)
    linted, problems = linter.sort()
    gathered.problems += problems
    gathered.broken_sets |= {one.item.unit_key for one in linter.faulty if one.item.public.stimulus}
    sound, problems = check_together(linted, head, facts, others, gathered.broken_sets)
    kept = {id(one) for one in sound}
    gathered.rejected += [one.item.public.id for one in gathered.items if id(one) not in kept]
    gathered.items = sound
    gathered.problems += problems
    gathered.notices += linter.notices(sound)
    gathered.figures += linter.figures(sound)
    in_use = list(check_rest(others, head, first)) if gathered.head else []
    gathered.problems += in_use
    gathered.blocked = gathered.blocked or bool(in_use)


def _unspoken(held: KnownBank | None, gathered: Gathered) -> list[KnownItem]:
    """The items of the bank that these files do not speak for."""
    slugs = {one.item.public.id for one in gathered.items}
    return [
        one
        for one in (held.items if held else ())
        if one.topic not in gathered.topics and one.slug not in slugs
    ]


def _problem_order(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.code


def _reading_order(file: str) -> tuple[int, str]:
    name = PurePosixPath(file).name
    return ({"bank.yml": 0, "facts.yml": 1, "exams.yml": 2}.get(name, 3), file)


def _read_file(file: str, content: bytes, gathered: Gathered) -> None:
    name = PurePosixPath(file).name
    try:
        tree = parse(content)
    except TreeError as refused:
        gathered.refuse(file, refused.line, refused.code, refused.message)
        return
    readers = {"bank.yml": read_head, "facts.yml": read_facts, "exams.yml": read_exams}
    of_note = isinstance(tree.value, dict) and "note" in tree.value
    bank = readers.get(name, keep_note if of_note else _read_items)(file, tree, gathered)
    if bank is not None:
        gathered.banks.add(bank)


def _read_items(file: str, tree: Tree, gathered: Gathered) -> str | None:
    part = sound(native.ItemsFile, file, tree, gathered)
    if part is None:
        return None
    if part.topic in gathered.topics:
        gathered.refuse(
            file, tree.line(("topic",)), "topic_twice", f"another file holds topic {part.topic} too"
        )
    gathered.topics.add(part.topic)
    refuse_twice(file, [one.id for one in part.stimuli], "stimuli", tree, gathered)
    stimuli = {one.id: Stimulus(one.id, one.title, one.text) for one in part.stimuli}
    _refuse_bad_stimuli(file, tree, part, gathered)
    for place, value in enumerate(part.items):
        gathered.found += 1
        read, problems = _read_item(value, place, file, tree, part, stimuli)
        if read is None:
            gathered.rejected.append(_name(value, f"item {place + 1}"))
            gathered.broken_sets |= {_stimulus(value)} & stimuli.keys()
            gathered.problems += problems
        else:
            gathered.items.append(read)
    for place, value in enumerate(part.templates):
        _read_template(value, ("templates", place), file, tree, part, gathered)
    return part.bank


def _read_template(
    value: Any, root: Path, file: str, tree: Tree, part: native.ItemsFile, gathered: Gathered
) -> None:
    gathered.found += 1
    name = _name(value, f"template {int(root[1]) + 1}")
    template, specimen, problems = read_template(value, root, file, tree, part, name)
    read = None
    if specimen is not None:
        read = ReadItem(specimen, file, tree.line(root), tree.lines_within(root), template)
        problems += _item_problems(read, root, tree, name)
    if read is None or problems:
        gathered.rejected.append(name)
        gathered.problems += problems
    else:
        gathered.items.append(read)


def _refuse_bad_stimuli(file: str, tree: Tree, part: native.ItemsFile, gathered: Gathered) -> None:
    for place, one in enumerate(part.stimuli):
        try:
            render(one.text)
        except MarkupError as refused:
            line = tree.text_line(("stimuli", place, "text"), refused.line)
            gathered.refuse(file, line, refused.code, f"stimulus '{one.id}': {refused.message}")


def _name(value: Any, place: str) -> str:
    named = value.get("id") if isinstance(value, dict) else None
    return named if isinstance(named, str) and named else f"{place} of its file"


def _stimulus(value: Any) -> str:
    named = value.get("stimulus") if isinstance(value, dict) else None
    return named if isinstance(named, str) else ""


def _read_item(
    value: Any, place: int, file: str, tree: Tree, part: native.ItemsFile, stimuli: Mapping[str, Stimulus]
) -> tuple[ReadItem | None, list[Problem]]:
    root, name = ("items", place), _name(value, f"item {place + 1}")
    interaction = value.get("interaction") if isinstance(value, dict) else None
    model = native.ITEM_PARTS.get(interaction) if isinstance(interaction, str) else None
    if model is None:
        words = ", ".join(native.ITEM_PARTS)
        line = tree.line((*root, "interaction"))
        return None, [Problem(file, line, name, "unknown_interaction", f"interaction: write one of: {words}")]
    fitted, problems = fit(model, value, tree, file, root, name)
    if fitted is None:
        return None, problems
    try:
        item = item_from_document(fitted.model_dump(), part.bank, part.topic, stimuli)
    except MalformedItem as refused:
        line = tree.line_of(refused.path, root)
        return None, [Problem(file, line, name, refused.code, f"{'.'.join(refused.path)}: {refused.message}")]
    read = ReadItem(item, file, tree.line(root), tree.lines_within(root))
    problems = list(_item_problems(read, root, tree, name))
    return (None, problems) if problems else (read, [])


def _item_problems(read: ReadItem, root: Path, tree: Tree, name: str) -> Iterable[Problem]:
    item = read.item
    for finding in INTERACTIONS[item.public.interaction].findings(item.public.body, item.secret.answer):
        yield Problem(read.file, tree.line_of(finding.path, root), name, finding.code, finding.message)
    yield from _markup_problems(read, root, tree, name)


def _markup_problems(read: ReadItem, root: Path, tree: Tree, name: str) -> Iterable[Problem]:
    for path, text in texts_of(read.document):
        try:
            render(text)
        except MarkupError as refused:
            line = tree.text_line((*root, *path), refused.line)
            yield Problem(read.file, line, name, refused.code, f"{path[0]}: {refused.message}")
