"""The documents beside the product: what they name exists, and what exists is named."""

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from quizapp.cli import parser
from quizapp.config import PREFIX, Settings
from quizapp.paths import DEFAULT_DATA
from quizapp.store.tables import metadata
from tests.controls import Pair, lacking, pairs_in, sources

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = {"README.md": 120, "docs/decisions/": 40}
"""The most lines of a page, by the beginning of its path."""
PAGES = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}
Pages = Mapping[str, str]

_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PLACE = re.compile(
    r"(?<![\w/.:~-])((?:quizapp|tests|templates|deploy|docs|bench|question_bank|requirements)/[\w./-]*\w/?)"
)
_TEST = re.compile(r"(?<![\w/])(tests/[\w/]+\.py)::(\w+)")
_TARGET = re.compile(r"`(?:[A-Z]+=\S+ )*make ([a-z][a-z-]*)|^make ([a-z][a-z-]*)$", re.MULTILINE)


def missing_links(pages: Pages) -> Iterator[str]:
    """Relative links and images that lead nowhere."""
    for name, text in pages.items():
        for target in _LINK.findall(text):
            if not re.match(r"[a-z]+:", target) and not (ROOT / name).parent.joinpath(target).exists():
                yield f"{name}: {target}"


def missing_paths(pages: Pages) -> Iterator[str]:
    """Files and folders of the checkout that pages name and that are not there."""
    for name, text in pages.items():
        for place in _PLACE.findall(text):
            if not (ROOT / place).exists():
                yield f"{name}: {place}"


@lru_cache
def _defined(file: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^ *def (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def missing_tests(pages: Pages) -> Iterator[str]:
    """Tests that pages name as file::name and that no file defines."""
    for name, text in pages.items():
        for file, test in _TEST.findall(text):
            if not (ROOT / file).is_file() or test not in _defined(ROOT / file):
                yield f"{name}: {file}::{test}"


def missing_targets(pages: Pages) -> Iterator[str]:
    """Targets of make that pages name and the Makefile does not have."""
    made = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name, text in pages.items():
        for pair in _TARGET.findall(text):
            if not made.intersection(pair):
                yield f"{name}: make {''.join(pair)}"


def too_long(pages: Pages) -> Iterator[str]:
    """Pages with more lines than they may have."""
    for name, text in pages.items():
        for start, most in MOST_LINES.items():
            if name.startswith(start) and len(text.splitlines()) > most:
                yield f"{name}: {len(text.splitlines())} lines, at most {most}"


def unlike_a_decision(pages: Pages) -> Iterator[str]:
    """Decisions without a number and a noun phrase for a name, or without their three sections."""
    for name, text in pages.items():
        if name.startswith("docs/decisions/"):
            if not re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", name.removeprefix("docs/decisions/")):
                yield f"{name}: its name"
            if re.findall(r"^## (.+)$", text, re.MULTILINE) != ["Context", "Decision", "Consequences"]:
                yield f"{name}: its sections"


Check = Callable[[Pages], Iterator[str]]
BAD_PAGES: dict[Check, dict[str, str]] = {
    missing_links: {"docs/x.md": "See [this](nowhere.md), ![that](../docs/img/nothing.png)."},
    missing_paths: {"x.md": "Look into `quizapp/web/nothing.py` and `tests/none/`."},
    missing_tests: {"x.md": "`tests/test_docs.py::test_that_was_renamed`"},
    missing_targets: {"x.md": "Type `make nothing`, or\n\n```sh\nmake neither\n```"},
    too_long: {"docs/decisions/0001-x.md": "line\n" * 41, "README.md": "line\n" * 121},
    unlike_a_decision: {
        "docs/decisions/1-X.md": "## Context\n",
        "docs/decisions/0001-x-y.md": "## Decision\n",
    },
}
"""For each check a page or two with its faults."""


@pytest.mark.parametrize("check", BAD_PAGES)
def test_no_page_has_a_fault(check: Check) -> None:
    assert list(check(PAGES)) == []


@pytest.mark.parametrize("check", BAD_PAGES)
def test_control_a_page_with_a_fault_is_found(check: Check) -> None:
    bad = BAD_PAGES[check]
    assert {fault.split(":")[0] for fault in check(bad)} == set(bad)


def test_paths_outside_the_checkout_are_nobodys_business() -> None:
    text = "`/opt/quizapp/docs/x.md`, `/etc/nginx/sites-available/quizapp`, https://example.org/docs/x.md"
    assert list(missing_paths({"x.md": text})) == []


# Settings


def settings_faults(page: str) -> Iterator[str]:
    """Settings that the page does not list with their default, and rows that are no setting."""
    rows = dict(re.findall(r"^\| `(QUIZAPP_\w+)` \| ([^|]+) \| [^|]+ \| `[^`]+` \|$", page, re.MULTILINE))
    for field in fields(Settings):
        name = PREFIX + field.name.upper()
        if rows.pop(name, None) != _default(field.default):
            yield name
    yield from rows


def _default(value: object) -> str:
    if value is None:
        return "not set"
    return f"`{DEFAULT_DATA.name if value == DEFAULT_DATA else value}`"


def test_the_settings_page_lists_every_setting_with_its_default() -> None:
    assert list(settings_faults(PAGES["docs/settings.md"])) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("| `QUIZAPP_PORT` | `8000` |", "| `QUIZAPP_PORT` | `8080` |", "QUIZAPP_PORT"),
        ("| `QUIZAPP_MAIL_URL` |", "| `QUIZAPP_MAIL` |", "QUIZAPP_MAIL_URL"),
    ],
)
def test_control_a_wrong_default_and_a_missing_setting_are_found(old: str, new: str, found: str) -> None:
    page = PAGES["docs/settings.md"]
    assert old in page
    assert found in list(settings_faults(page.replace(old, new)))


# The command line


def commands(of: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Every command with its options, `--help` aside."""
    below = [one for one in of._actions if isinstance(one, argparse._SubParsersAction)]
    for one in below:
        for word, command in one.choices.items():
            yield from commands(command, (*words, word))
    if not below:
        options = {option for one in of._actions for option in one.option_strings if option.startswith("--")}
        yield " ".join(words), options - {"--help"}


def command_faults(page: str, of: argparse.ArgumentParser) -> Iterator[str]:
    """Commands and options that the page does not name, and those that it names and are not there."""
    told = {
        heading: set(re.findall(r"^\| `(--[a-z-]+)` \|", section, re.MULTILINE))
        for heading, section in re.findall(
            r"^## quizapp ([a-z ]+?)(?: [A-Z ]+)?\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL
        )
    }
    for command, options in commands(of):
        if command not in told:
            yield command
        yield from (f"{command} {one}" for one in sorted(options ^ told.pop(command, options)))
    yield from told


def test_the_command_line_page_names_every_command_and_option() -> None:
    assert list(command_faults(PAGES["docs/command-line.md"], parser())) == []


def test_control_a_command_and_an_option_that_are_not_named_are_found() -> None:
    more = parser()
    below = next(one for one in more._actions if isinstance(one, argparse._SubParsersAction))
    below.add_parser("undo")
    below.choices["backup"].add_argument("--quietly", action="store_true")
    found = list(command_faults(PAGES["docs/command-line.md"], more))
    assert found == ["backup --quietly", "undo"]


def test_the_page_names_the_exit_codes() -> None:
    page = PAGES["docs/command-line.md"]
    assert all(f"**{code}**" in page for code in (0, 1, 2))


# The data map


def mapped(page: str) -> Iterator[str]:
    """The columns that the map has a full row for, as table.column."""
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        tables = re.split(r", ", heading.split(":")[0])
        for name, *cells in re.findall(
            r"^\| `([\w.]+)` \|" + r" ([^|]+) \|" * 4 + "$", section, re.MULTILINE
        ):
            if all(cell.strip() for cell in cells):
                yield name if "." in name else f"{tables[0]}.{name}"


def map_faults(page: str, tables: MetaData) -> list[str]:
    """Columns without a row, rows without a column, and rows that stand twice."""
    rows = list(mapped(page))
    there = {f"{table.name}.{column.name}" for table in tables.tables.values() for column in table.columns}
    return sorted({*(there ^ set(rows)), *(one for one in rows if rows.count(one) > 1)})


def test_the_data_map_has_a_row_for_every_column() -> None:
    assert map_faults(PAGES["docs/data-map.md"], metadata) == []


def test_control_a_column_that_is_not_mapped_is_found() -> None:
    page = PAGES["docs/data-map.md"]
    without = "".join(
        line for line in page.splitlines(True) if not line.startswith("| `response_value.value` ")
    )
    assert map_faults(without, metadata) == ["response_value.value"]
    assert map_faults(
        page.replace("| `email` | person | own pages |", "| `email` | person | |"), metadata
    ) == ["account.email"]


# The disclaimer


def plain(text: str) -> str:
    """A text without markup and line breaks."""
    return " ".join(re.sub(r"<[^>]*>|\{#.*?#\}|^>", " ", text, flags=re.MULTILINE | re.DOTALL).split())


def holds_disclaimer(text: str) -> bool:
    """Whether a page holds the whole disclaimer of the site's footer."""
    shown = (ROOT / "templates" / "components" / "disclaimer.html").read_text(encoding="utf-8")
    return plain(shown) in plain(text)


def test_the_readme_holds_the_disclaimer_of_the_site() -> None:
    assert holds_disclaimer(PAGES["README.md"])


def test_control_a_readme_with_half_a_disclaimer_is_found() -> None:
    assert not holds_disclaimer(PAGES["README.md"].replace("is not financial, legal", "is no"))
    assert len(plain((ROOT / "templates/components/disclaimer.html").read_text(encoding="utf-8"))) > 300


# Numbers


def told_sizes(pages: Pages) -> dict[str, int]:
    """How many questions each page says that the shipped bank has."""
    found = {name: re.search(r"(?i)bank (?:has|of) (\d+)\s+questions", text) for name, text in pages.items()}
    return {name: int(one[1]) for name, one in found.items() if one}


def test_the_pages_give_the_size_of_the_shipped_bank() -> None:
    files = (ROOT / "question_bank" / "treasuries" / "items").glob("*.yml")
    texts = [file.read_text(encoding="utf-8").partition("\ntemplates:")[0] for file in files]
    size = sum(text.count("\n    interaction: ") for text in texts)
    assert told_sizes(PAGES) == {"README.md": size, "CHANGELOG.md": size}


def test_control_a_size_is_read_across_lines() -> None:
    assert told_sizes({"a.md": "a bank of 7\nquestions", "b.md": "many questions"}) == {"a.md": 7}


# Promises


def promise_faults(page: str, pairs: Mapping[str, Pair]) -> list[str]:
    """Ids of guarantees that a page says are tested and that lack a check or a control."""
    rows = re.findall(r"^\| \d.*\| ([^|]*) \| [^|]* \|$", page, re.MULTILINE)
    told = {one for row in (*rows, *re.findall(r"^\| (\w+) \|", page, re.MULTILINE)) for one in _ids(row)}
    whole = {one for one, pair in pairs.items() if pair.checks and pair.controls}
    return sorted(told - whole)


def _ids(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]\d\d\b", text)


@pytest.fixture(scope="module")
def pairs() -> Mapping[str, Pair]:
    """The checks and controls of every guarantee, as the files of tests define them."""
    return pairs_in(sources())


def test_every_promise_names_tests_that_exist_with_their_controls(pairs: Mapping[str, Pair]) -> None:
    assert promise_faults(PAGES["docs/guarantees.md"], pairs) == []


def test_every_required_guarantee_has_a_check_and_a_control(pairs: Mapping[str, Pair]) -> None:
    assert lacking(pairs) == []


def kept_promises(guarantees: str) -> set[int]:
    """The numbers of the promises that docs/guarantees.md calls kept."""
    return {int(one) for one in re.findall(r"^\| ([0-9]+)\. .*\| kept \(.*\) \|$", guarantees, re.MULTILINE)}


def said_to_be_kept(readme: str) -> set[int]:
    """The same for the table of promises in README.md, whose rows are in the same order."""
    states = re.findall(r"^\| [^|]+ \| (not yet|kept|see [^|]+) \|$", readme, re.MULTILINE)
    return {number for number, state in enumerate(states, start=1) if state == "kept"}


def test_readme_and_about_page_call_kept_what_the_guarantees_do() -> None:
    kept = kept_promises(PAGES["docs/guarantees.md"])
    assert said_to_be_kept(PAGES["README.md"]) == kept
    about = (ROOT / "templates" / "pages" / "about.html").read_text(encoding="utf-8")
    listed = {int(one) for one in re.findall(r"^ +\(([0-9]+), ", about, re.MULTILINE)}
    said = re.search(r"set kept = \(([0-9, ]*)\)", about)
    assert said
    assert {int(one) for one in re.findall("[0-9]+", said[1])} == kept & listed


def test_control_a_promise_that_is_kept_in_one_place_only_is_noticed() -> None:
    page = PAGES["README.md"].replace("means on disk | kept |", "means on disk | not yet |")
    assert said_to_be_kept(page) != kept_promises(PAGES["docs/guarantees.md"])


def test_control_a_promise_on_a_test_that_does_not_exist_or_has_no_control_is_found() -> None:
    page = "| 1. Saved | D01 D02 D03 | D01 D02 D03 | not yet |\n| D04 | a thing | 1 | 2 |\n"
    pairs = {"D01": Pair(("a",), ("b",)), "D02": Pair(("a",), ())}
    assert promise_faults(page, pairs) == ["D02", "D03", "D04"]
