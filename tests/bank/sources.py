"""Small bank files for tests, made from the format's own examples, with one place to spoil each."""

import io
import zipfile
from collections.abc import Mapping

from quizapp.bank.formats import native_examples

ITEM_FILE = "items/T1.yml"
_THREE = ("single_choice", "multiple_response", "numeric_entry")
FILES = {
    **{name: text for name, text in native_examples.FILES.items() if not name.startswith("notes/")},
    ITEM_FILE: native_examples.FILES[ITEM_FILE].split("items:\n")[0]
    + "items:\n"
    + "\n".join(native_examples.ITEMS[name] for name in _THREE),
}
"""A bank of the format's first three examples; without its note, whose plot takes longest to read."""
DAY_BASE, ANSWERS_MORE, PRICE = "bill-day-base", "long-bond-answers-more", "bill-price-from-rate"


def files(**spoilt: tuple[str, str]) -> dict[str, bytes]:
    """The example bank; `items=("old", "new")` replaces text in that file, which must hold it."""
    texts = dict(FILES)
    for name, (old, new) in spoilt.items():
        path = ITEM_FILE if name == "items" else f"{name}.yml"
        assert old in texts[path], f"{path} has no {old!r}"
        texts[path] = texts[path].replace(old, new, 1)
    return {path: text.encode() for path, text in texts.items()}


def line_of(text: str, path: str = ITEM_FILE, held: Mapping[str, bytes] | None = None) -> int:
    """The number of the first line that holds a text."""
    content = (held or files())[path].decode()
    return content[: content.index(text)].count("\n") + 1


def item_file(held: str) -> dict[str, bytes]:
    """The example bank with another list of items."""
    start = FILES[ITEM_FILE].split("items:\n")[0]
    return files() | {ITEM_FILE: (start + "items:\n" + held).encode()}


def packed(held: Mapping[str, bytes]) -> bytes:
    """A zip archive of some files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return content.getvalue()
