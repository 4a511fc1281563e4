"""YAML without guesses: what is refused, with its line, and scalars that stay what was written (I12)."""

import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.bank.tree import DEEPEST, TreeError, parse

UNCHANGED = (
    "no", "No", "off", "yes", "on", "y", "n", "true", "null", "~", "12:30:45", "1_000", "0o17", "0x1F", "017",
    "1e3", ".inf", ".nan", "+1", "2026-06-30", "2026-06-30T12:00:00Z", "1.0", "00123",
)  # fmt: skip


SLOWEST = 0.1
"""I12: the longest, in seconds, that a hostile file may take to be refused."""
RUNS_CODE = (
    "a: 1\nb: !!python/object/apply:os.getcwd []\n",
    "a: !!python/object/apply:builtins.compile ['1', 'probe', 'eval']\n",
    "a: !!python/name:os.system\n",
    "a: !!python/object/new:fractions.Fraction [1, 2]\n",
    "!!python/module:colorsys\n",
    "a: !!python/object:fractions.Fraction {}\n",
    "a: {b: !!python/tuple [1, 2]}\n",
)
"""I12: what a loader of Python objects would import, call or make."""


def changed(load: Callable[[str], object]) -> list[str]:
    """The scalars that a loader turns into something other than the text that was written."""
    texts = {one: f"field: {one}\nlist: [{one}]\n" for one in UNCHANGED}
    return [one for one, text in texts.items() if load(text) != {"field": one, "list": [one]}]


def test_i12_a_scalar_stays_the_text_that_was_written() -> None:
    assert changed(lambda text: parse(text.encode()).value) == []


def test_i12_control_a_guessing_loader_changes_most_of_these_scalars() -> None:
    assert len(changed(yaml.safe_load)) >= 15


def taken(load: Callable[[str], object]) -> list[str]:
    """The texts with Python's own tags that a loader does not refuse."""
    found = []
    for text in RUNS_CODE:
        with suppress(TreeError, yaml.YAMLError):
            load(text)
            found.append(text)
    return found


def test_i12_no_python_object_is_made_of_a_tag() -> None:
    assert taken(lambda text: parse(text.encode())) == []


def test_i12_control_a_loader_of_python_objects_makes_them() -> None:
    assert len(taken(yaml.unsafe_load)) >= 6


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: !!python/object/apply:os.system ['touch /tmp/pwned']\n", "tag", 2),
        ("a: !!python/name:os.system\n", "tag", 1),
        ("a: !!python/object/new:subprocess.Popen [[ls]]\n", "tag", 1),
        ("!!python/module:os\n", "tag", 1),
        ("a: !!str no\n", "tag", 1),
        ("a: !own 1\n", "tag", 1),
        ("a: &x 1\nb: *x\n", "anchor", 1),
        ("a: 1\nb: *x\n", "alias", 2),
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3),
        ("a:\n  - b: 1\n    b: 2\n", "duplicate_key", 3),
        ("a: 1\n---\nb: 2\n", "several_documents", 2),
        ("? [a, b]\n: 1\n", "key_not_text", 1),
        ("a: [1, 2\nb: 3\n", "yaml_syntax", 2),
        ("a: 1\n\tb: 2\n", "yaml_syntax", 2),
        ("a: 1\nb: x\u202ey\n", "hidden_character", 2),
        ('a: 1\nb: "x\\u202Ey"\n', "hidden_character", 2),
        ('a: "x\\0y"\n', "hidden_character", 1),
        ('a: "x\\ey"\n', "hidden_character", 1),
        ('"a\\0": x\n', "hidden_character", 1),
        ("a: 1\nb: x\x00y\n", "hidden_character", 2),
        ("", "empty_file", 1),
        ("# nothing\n", "empty_file", 1),
    ],
)
def test_what_is_no_plain_tree_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(TreeError) as refused:
        parse(text.encode())
    assert (refused.value.code, refused.value.line) == (code, line)


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(TreeError) as refused:
        parse(b"a: 1\nb: \xff\xfe\n")
    assert (refused.value.code, refused.value.line) == ("not_utf8", 2)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert parse(b"\xef\xbb\xbfa: |\r\n  x\r\n  y\r\n").value == {"a": "x\ny\n"}


BOMBS = {
    "billion laughs": "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(200)),
    "flow depth": "[" * 100_000,
    "block depth": "".join(" " * n + "a:\n" for n in range(2_000)),
    "list depth": "- " * 50_000,
    "many anchors": "\n".join(f"k{n}: &n{n} 1" for n in range(50_000)),
    "endless key": "a" * 1_000_000 + ": 1",
    "question marks": "? " * 50_000,
}


def refused_within(load: Callable[[bytes], object], content: bytes) -> float | None:
    """The fewest seconds of three tries in which a text is refused; None where it is read instead."""
    spent = []
    for _ in range(3):
        start = time.thread_time()  # what others do on a busy machine is no fault of the parser
        try:
            load(content)
        except (TreeError, yaml.YAMLError):
            spent.append(time.thread_time() - start)
        else:
            return None
    return min(spent)


@pytest.mark.parametrize("bomb", BOMBS)
def test_i12_a_bomb_is_refused_at_once(bomb: str) -> None:
    spent = refused_within(parse, BOMBS[bomb].encode())
    assert spent is not None
    assert spent <= SLOWEST


@pytest.mark.parametrize("text", RUNS_CODE)
def test_i12_a_tag_is_refused_at_once_however_much_follows(text: str) -> None:
    spent = refused_within(parse, (text + "".join(f"k{n}: x\n" for n in range(20_000))).encode())
    assert spent is not None
    assert spent <= SLOWEST


def test_i12_control_a_loader_with_aliases_reads_the_bomb_and_it_multiplies() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in ("ab", "bc")
    )
    assert refused_within(parse, laughs.encode()) is not None
    assert refused_within(yaml.safe_load, laughs.encode()) is None
    assert sum(len(one) for row in yaml.safe_load(laughs)["c"] for one in row) == 9**3


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_takes_little_memory(bomb: str) -> None:
    content = BOMBS[bomb].encode()
    tracemalloc.start()
    with suppress(TreeError):
        parse(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_depth_is_allowed_to_the_limit_and_no_further() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(TreeError, match="too_deep"):
        parse(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def events(load: Callable[[str], object]) -> set[str]:
    """What the interpreter is asked to import, compile, run or open while hostile texts are read."""
    seen: list[str] = []
    listening = True

    def hook(event: str, arguments: object) -> None:
        if listening and event in ("import", "exec", "compile", "os.system", "subprocess.Popen", "open"):
            seen.append(event)

    sys.addaudithook(hook)
    for text in (*RUNS_CODE, "a: {b: c}"):
        with suppress(TreeError, yaml.YAMLError):
            load(text)
    listening = False
    return set(seen)


def test_i12_nothing_is_imported_or_run_while_a_hostile_file_is_read() -> None:
    assert events(lambda text: parse(text.encode())) == set()


def test_i12_control_a_loader_of_python_objects_is_seen_to_run_code() -> None:
    assert "compile" in events(yaml.unsafe_load)


def test_every_field_knows_its_line_and_block_text_its_first_line() -> None:
    tree = parse(b"a: 1\nb:\n  - c: x\n    d: |\n      one\n      two\n  - e\n")
    assert tree.line(("b", 0, "d")) == 4
    assert tree.text_line(("b", 0, "d"), 2) == 6
    assert tree.text_line(("b", 0, "c"), 1) == 3
    assert tree.line(("b", 1)) == 7
    assert tree.line(("b", 1, "missing")) == 7


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=100)
def test_any_bytes_give_a_tree_or_a_named_refusal(content: bytes) -> None:
    with suppress(TreeError):
        parse(content)
