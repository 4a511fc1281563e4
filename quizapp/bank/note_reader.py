"""The study notes of a bank's files: kept while files are read, judged once head and facts are known."""

from collections.abc import Mapping

from quizapp.assessment.errors import MalformedItem
from quizapp.bank.formats import native
from quizapp.bank.gathering import Gathered, sound
from quizapp.bank.markup import MarkupError, render
from quizapp.bank.notes import note_of
from quizapp.bank.tree import Path, Tree
from quizapp.bank.values import BankHead, Fact, Note


def keep_note(file: str, tree: Tree, gathered: Gathered) -> str | None:
    """Keep a file that holds a note until it can be judged; the bank that it names."""
    part = sound(native.NoteFile, file, tree, gathered)
    if part is None:
        return None
    gathered.note_files.append((file, tree))
    return part.bank


def judge_notes(gathered: Gathered, head: BankHead, facts: Mapping[str, Fact]) -> None:
    """Make notes of the files kept; one with a problem blocks the whole set, as a bad fact does."""
    for file, tree in gathered.note_files:
        try:
            note = note_of(tree.value, facts)
        except MalformedItem as refused:
            message = f"{'.'.join(refused.path)}: {refused.message}"
            gathered.refuse(file, tree.line_of(refused.path), refused.code, message)
            continue
        if any(one.id == note.id for one in gathered.notes):
            gathered.refuse(
                file, tree.line(("note",)), "duplicate_id", f"another file holds note '{note.id}'"
            )
            continue
        _refuse_strangers(file, tree, note, head, gathered)
        _refuse_bad_markup(file, tree, note, gathered)
        gathered.notes.append(note)


def _refuse_strangers(file: str, tree: Tree, note: Note, head: BankHead, gathered: Gathered) -> None:
    topic = head.topic(note.topic)
    if topic is None:
        line = tree.line(("topic",))
        gathered.refuse(file, line, "unknown_topic", f"bank.yml has no topic '{note.topic}'")
        return
    known = {name for name, _ in topic.subtopics}
    for place, one in enumerate(note.sections):
        if one.subtopic is not None and one.subtopic not in known:
            line = tree.line(("sections", place, "subtopic"))
            message = f"topic {topic.id} has no subtopic '{one.subtopic}'"
            gathered.refuse(file, line, "unknown_subtopic", message)


def _refuse_bad_markup(file: str, tree: Tree, note: Note, gathered: Gathered) -> None:
    for place, one in enumerate(note.sections):
        path: Path = ("sections", place, "text")
        try:
            render(one.text)
        except MarkupError as refused:
            line = tree.text_line(path, refused.line)
            gathered.refuse(file, line, refused.code, f"sections.{place}.text: {refused.message}")
