"""YAML without guesses: what is refused, with its line, and scalars that stay what was written (I12)."""

import sys
import time
import tracemalloc
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


@pytest.mark.parametrize("scalar", UNCHANGED)
def test_a_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert parse(f"field: {scalar}\nlist: [{scalar}]\n".encode()).value == {
        "field": scalar,
        "list": [scalar],
    }


def test_control_a_guessing_loader_changes_most_of_these_scalars() -> None:
    changed = [one for one in UNCHANGED if yaml.safe_load(f"field: {one}") != {"field": one}]
    assert len(changed) >= 15


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


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_at_once_in_little_memory(bomb: str) -> None:
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(TreeError):
        parse(BOMBS[bomb].encode())
    spent, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 0.5
    assert peak < 64 * 1024 * 1024


def test_control_aliases_would_multiply_without_the_guard() -> None:
    laughs = (
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    )
    assert sum(len(one) for row in yaml.safe_load(laughs)["c"] for one in row) == 9**3


def test_depth_is_allowed_to_the_limit_and_no_further() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(TreeError, match="too_deep"):
        parse(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_nothing_is_imported_or_run_while_a_hostile_file_is_read() -> None:
    seen: list[str] = []
    listening = True

    def hook(event: str, arguments: object) -> None:
        if listening and event in ("import", "exec", "compile", "os.system", "subprocess.Popen", "open"):
            seen.append(event)

    sys.addaudithook(hook)
    for text in ("a: !!python/object/apply:os.system [ls]", "a: !!python/module:antigravity", "a: {b: c}"):
        with suppress(TreeError):
            parse(text.encode())
    quiet = list(seen)
    compile("1", "control", "eval")
    listening = False
    assert quiet == []
    assert seen == ["compile"]


def test_every_field_knows_its_line_and_block_text_its_first_line() -> None:
    tree = parse(b"a: 1\nb:\n  - c: x\n    d: |\n      one\n      two\n  - e\n")
    assert tree.line(("b", 0, "d")) == 4
    assert tree.text_line(("b", 0, "d"), 2) == 6
    assert tree.text_line(("b", 0, "c"), 1) == 3
    assert tree.line(("b", 1)) == 7
    assert tree.line(("b", 1, "missing")) == 7


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_give_a_tree_or_a_named_refusal(content: bytes) -> None:
    with suppress(TreeError):
        parse(content)
