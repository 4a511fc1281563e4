"""YAML text to a tree of plain text with the line of every field; nothing is guessed, nothing is run.

The tree is built from parser events, without recursion: every scalar stays text whatever it looks like,
and aliases, anchors, tags, duplicate keys and second documents are refused.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

DEEPEST = 16
LARGEST = 8 * 1024 * 1024
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\u2028\u2029\ufeff")
_BLOCK = ("|", ">")

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True)
class TreeError(Exception):
    """The text is no tree we read; line counts from 1."""

    line: int
    code: str
    message: str


class Tree:
    """Plain dicts, lists and text, with the line on which each entry of a dict or list begins."""

    def __init__(self) -> None:
        self.whole: list[Any] = []
        """The document, as the one entry of a list."""
        self.lines: dict[int, dict[Step, int]] = {id(self.whole): {}}
        """For each dict and list, by its identity, the lines of its entries."""
        self.texts: dict[tuple[int, Step], int] = {}
        """The first lines of those texts that begin on another line than their entry."""

    @property
    def value(self) -> Any:
        """The whole document."""
        return self.whole[0]

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest parent that stands in the text."""
        holder, step, _ = self._nearest(path)
        return self.lines[id(holder)][step]

    def line_of(self, steps: Sequence[str], root: Path = ()) -> int:
        """The line of what a finding names by the steps of its path, in which places of lists are digits."""
        return self.line((*root, *(int(step) if step.isdigit() else step for step in steps)))

    def text_line(self, path: Path, number: int) -> int:
        """The line of the file that holds line `number`, from 1, of the text at a path."""
        holder, step, found = self._nearest(path)
        line = self.lines[id(holder)][step]
        if not found or not isinstance(holder[step], str):
            return line
        return self.texts.get((id(holder), step), line) + number - 1

    def lines_within(self, path: Path) -> dict[str, int]:
        """The lines of the fields at a path, and of the entries of those that are lists, as "options.0"."""
        fields = self._at(path)
        lines = {str(name): line for name, line in self.lines[id(fields)].items()}
        for name, held in fields.items():
            if isinstance(held, list):
                lines |= {f"{name}.{place}": line for place, line in self.lines[id(held)].items()}
        return lines

    def places(self, path: Path) -> Iterator[tuple[Path, int]]:
        """The line of a path that stands in the text, and of every path below it."""
        yield path, self.line(path)
        for step in self.lines.get(id(self._at(path)), ()):
            yield from self.places((*path, step))

    def _at(self, path: Path) -> Any:
        held = self.value
        for step in path:
            held = held[step]
        return held

    def _nearest(self, path: Path) -> tuple[Any, Any, bool]:
        """What holds the entry at a path or its nearest parent, the step to it, and whether it is its own."""
        holder: Any = self.whole
        last: Step = 0
        for step in path:
            held = holder[last]
            if step not in self.lines.get(id(held), ()):
                return holder, last, False
            holder, last = held, step
        return holder, last, True


def parse(content: bytes) -> Tree:
    """The tree of a YAML document; raises TreeError with the line of the first thing refused."""
    if len(content) > LARGEST:
        raise TreeError(1, "file_too_large", f"a file holds at most {LARGEST // 1024 // 1024} MiB")
    text = _decode(content)
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TreeError(line, "yaml_syntax", f"not YAML here: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position, 0)) + 1 if error.position >= 0 else 1
        raise TreeError(line, "yaml_character", "a character that YAML does not allow") from error


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TreeError(line, "not_utf8", "the file is not UTF-8 text") from error
    # What can all be printed hides nothing: one look at the whole spares one at every letter of every line.
    if text.replace("\r\n", "").replace("\n", "").isprintable():
        return text
    for number, row in enumerate(text.split("\n"), start=1):
        _refuse_hidden(row.rstrip("\r"), number)
    return text


def _refuse_hidden(text: str, line: int) -> None:
    """Refuse what hides or reorders text, and controls but for line ends and tabs, escaped ones too."""
    if text.replace("\n", "").isprintable():
        return
    if any(
        sign in _REORDERING
        or sign in _BREAKS
        or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t")
        for sign in text
        if not sign.isprintable()
    ):
        raise TreeError(line, "hidden_character", "a character that hides or reorders text")


def _build(text: str) -> Tree:
    builder = _Builder()
    steps: dict[type[yaml.Event], Callable[[Any], None]] = {
        yaml.DocumentStartEvent: builder.document,
        yaml.AliasEvent: builder.alias,
        yaml.ScalarEvent: builder.scalar,
        yaml.MappingStartEvent: builder.mapping,
        yaml.SequenceStartEvent: builder.sequence,
        yaml.MappingEndEvent: builder.end,
        yaml.SequenceEndEvent: builder.end,
    }
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if step := steps.get(type(event)):
            step(event)
    if not builder.tree.whole:
        raise TreeError(1, "empty_file", "the file is empty")
    return builder.tree


class _Builder:
    """A tree that grows by the events of a parser, one method for each kind."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._documents = 0
        self._outer: list[tuple[Any, dict[Step, int], Step | None]] = []
        self._holder: Any = self.tree.whole
        self._lines = self.tree.lines[id(self.tree.whole)]
        self._step: Step | None = 0
        """The step from the holder to the value that comes next; None where the name of a field comes."""

    def document(self, event: yaml.DocumentStartEvent) -> None:
        """A document begins."""
        self._documents += 1
        if self._documents > 1:
            raise TreeError(_line(event), "several_documents", "a file holds one document")

    def alias(self, event: yaml.AliasEvent) -> None:
        """An alias stands where something should be written out."""
        raise TreeError(_line(event), "alias", "aliases are not allowed: write the text out")

    def scalar(self, event: yaml.ScalarEvent) -> None:
        """A text: the name of a field, or a value."""
        line, text, step = _line(event), event.value, self._step
        if event.anchor is not None or event.tag is not None:
            _refuse_extras(event, line)
        if not text.isprintable():
            _refuse_hidden(text, line)
        if step is None:
            if text in self._holder:
                raise TreeError(line, "duplicate_key", f"'{text}' stands twice")
            self._lines[text] = line
            self._step = text
            return
        first = line + 1 if event.style in _BLOCK else line
        if first != self._lines.setdefault(step, line):
            self.tree.texts[id(self._holder), step] = first
        self._put(text, step)

    def mapping(self, event: yaml.MappingStartEvent) -> None:
        """Fields begin."""
        self._begin({}, None, event)

    def sequence(self, event: yaml.SequenceStartEvent) -> None:
        """A list begins."""
        self._begin([], 0, event)

    def end(self, event: yaml.CollectionEndEvent) -> None:
        """Fields or a list end."""
        self._holder, self._lines, self._step = self._outer.pop()

    def _begin(self, held: Any, first: Step | None, event: yaml.CollectionStartEvent) -> None:
        line, step = _line(event), self._step
        _refuse_extras(event, line)
        if step is None:
            raise TreeError(line, "key_not_text", "the name of a field is plain text")
        if len(self._outer) >= DEEPEST:
            raise TreeError(line, "too_deep", f"more than {DEEPEST} levels")
        self._lines.setdefault(step, line)
        self._put(held, step)
        self._outer.append((self._holder, self._lines, self._step))
        self._holder, self._step = held, first
        self._lines = self.tree.lines[id(held)] = {}

    def _put(self, value: Any, step: Step) -> None:
        if isinstance(step, int):
            self._holder.append(value)
            self._step = step + 1
        else:
            self._holder[step] = value
            self._step = None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_extras(event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
    if event.anchor is not None:
        raise TreeError(line, "anchor", "anchors are not allowed: write the text out")
    if event.tag is not None:
        raise TreeError(line, "tag", "tags are not allowed: the schema knows each field's type")
