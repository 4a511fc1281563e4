"""YAML text to a tree of plain text with the line of every field; nothing is guessed, nothing is run.

The tree is built from parser events, without recursion: every scalar stays text whatever it looks like,
and aliases, anchors, tags, duplicate keys and second documents are refused.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

DEEPEST = 16
LARGEST = 8 * 1024 * 1024
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\u2028\u2029\ufeff")
_BLOCK = ("|", ">")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class TreeError(Exception):
    """The text is no tree we read; line counts from 1."""

    line: int
    code: str
    message: str


@dataclass
class Tree:
    """Plain dicts, lists and text, the line on which each path begins, and that of a text's first line."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest parent that stands in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def line_of(self, steps: Sequence[str], root: Path = ()) -> int:
        """The line of what a finding names by the steps of its path, in which places of lists are digits."""
        return self.line((*root, *(int(step) if step.isdigit() else step for step in steps)))

    def text_line(self, path: Path, number: int) -> int:
        """The line of the file that holds line `number`, from 1, of the text at a path."""
        return self.texts[path] + number - 1 if path in self.texts else self.line(path)


@dataclass
class _Open:
    """A collection that is still being read."""

    value: Any
    path: Path
    key: str | None = None


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
    tree = Tree(None)
    stack: list[_Open] = []
    documents = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise TreeError(line, "several_documents", "a file holds one document")
        elif isinstance(event, yaml.AliasEvent):
            raise TreeError(line, "alias", "aliases are not allowed: write the text out")
        elif isinstance(event, yaml.NodeEvent):
            _refuse_extras(event, line)
            _begin(event, line, tree, stack)
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
    if documents == 0:
        raise TreeError(1, "empty_file", "the file is empty")
    return tree


def _refuse_extras(event: yaml.NodeEvent, line: int) -> None:
    if event.anchor is not None:
        raise TreeError(line, "anchor", "anchors are not allowed: write the text out")
    if getattr(event, "tag", None) is not None:
        raise TreeError(line, "tag", "tags are not allowed: the schema knows each field's type")


def _begin(event: yaml.NodeEvent, line: int, tree: Tree, stack: list[_Open]) -> None:
    if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
        stack[-1].key = _key(event, line, stack[-1].value)
        tree.lines[(*stack[-1].path, stack[-1].key)] = line
        return
    value: Any = event.value if isinstance(event, yaml.ScalarEvent) else None
    if isinstance(event, yaml.ScalarEvent):
        _refuse_hidden(event.value, line)
    elif isinstance(event, yaml.MappingStartEvent):
        value = {}
    elif isinstance(event, yaml.SequenceStartEvent):
        value = []
    path = _attach(value, line, tree, stack)
    if isinstance(event, yaml.ScalarEvent):
        tree.texts[path] = line + 1 if event.style in _BLOCK else line
    if isinstance(event, yaml.CollectionStartEvent):
        if len(stack) >= DEEPEST:
            raise TreeError(line, "too_deep", f"more than {DEEPEST} levels")
        stack.append(_Open(value, path))


def _key(event: yaml.NodeEvent, line: int, mapping: dict[str, Any]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise TreeError(line, "key_not_text", "the name of a field is plain text")
    key = str(event.value)
    _refuse_hidden(key, line)
    if key in mapping:
        raise TreeError(line, "duplicate_key", f"'{key}' stands twice")
    return key


def _attach(value: Any, line: int, tree: Tree, stack: list[_Open]) -> Path:
    if not stack:
        tree.value = value
        tree.lines[()] = line
        return ()
    parent = stack[-1]
    if isinstance(parent.value, list):
        path: Path = (*parent.path, len(parent.value))
        parent.value.append(value)
    else:
        path = (*parent.path, str(parent.key))
        parent.value[parent.key] = value
        parent.key = None
    tree.lines.setdefault(path, line)
    return path
