"""The linter where people meet it: in files and on the command line."""

import html
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quizapp.bank.linting import NOTHING, Asked
from quizapp.bank.reader import read_bank
from quizapp.cli import main
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, ITEM_FILE, PRICE, files, line_of, packed
from tests.bank.test_lint_waivers import WRITTEN, waived
from tests.web.test_disclaimer import unsaid

CATCH_ALL = ("text: 366 days", "text: None of the above")
NEGATIVE = ("Over a year of how many days is", "Which of these is NOT a year over which")


# Files


def test_an_error_rejects_its_item_with_file_line_and_rule() -> None:
    held = files(items=CATCH_ALL)
    reading = read_bank(held)
    (problem,) = reading.problems
    assert (problem.item, problem.code) == (DAY_BASE, "catch-all-option")
    assert (problem.file, problem.line) == (ITEM_FILE, line_of("id: d\n", held=held))
    assert reading.rejected == (DAY_BASE,)
    assert [one.item.public.id for one in reading.items] == [ANSWERS_MORE, PRICE]
    assert read_bank(held, asked=NOTHING).problems == ()


def test_an_error_in_a_case_set_rejects_the_whole_set() -> None:
    text = files()[ITEM_FILE].decode()
    case = text[text.index(f"  - id: {ANSWERS_MORE}") : text.index(f"  - id: {PRICE}")]
    twin = case.replace(ANSWERS_MORE, "twin").replace("term-and-sensitivity", "twin-concept")
    twin = twin.replace("text: Both prices fall", "text: All of the above")
    held = files() | {ITEM_FILE: text.replace(case, case + twin).encode()}
    reading = read_bank(held)
    assert set(reading.rejected) == {ANSWERS_MORE, "twin"}
    assert {one.code for one in reading.problems} == {"catch-all-option", "case_set_broken"}


def test_a_warning_keeps_its_item_and_a_waiver_its_reason() -> None:
    held = files(items=NEGATIVE)
    (notice,) = read_bank(held).notices
    assert (notice.item, notice.code, notice.waived) == (DAY_BASE, "negative-stem", None)
    assert notice.line == line_of("stem: |", held=held)
    excused = waived(WRITTEN.replace("long-stem", "negative-stem"))
    excused[ITEM_FILE] = excused[ITEM_FILE].replace(NEGATIVE[0].encode(), NEGATIVE[1].encode())
    assert [one.waived for one in read_bank(excused).notices] == ["The table cannot be shorter."]
    assert [one.code for one in read_bank(waived()).notices] == ["unneeded-waiver"]


def test_the_examples_of_the_format_break_no_rule() -> None:
    reading = read_bank(files())
    assert (reading.problems, reading.notices) == ((), ())
    assert [one for one in reading.figures if not one.sound] == []


def test_what_is_due_depends_on_the_day() -> None:
    assert read_bank(files()).notices == ()
    due = read_bank(files(), asked=Asked(date(2028, 6, 30))).notices
    assert {one.item for one in due if one.code == "expired"} == {DAY_BASE, ANSWERS_MORE, PRICE}


# The command line

Lint = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Run the command over files; its exit code and what it printed."""
    monkeypatch.setenv("QUIZAPP_DATA", str(tmp_path / "data"))

    def run(held: dict[str, bytes], *words: object) -> tuple[int, str, str]:
        archive = tmp_path / "example.zip"
        archive.write_bytes(packed(held))
        with pytest.raises(SystemExit) as ended:
            main(["bank", "lint", str(archive), *(str(one) for one in words)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_a_sound_bank_gives_code_0_and_its_figures(lint: Lint) -> None:
    code, out, _ = lint(files())
    assert code == 0
    assert "[longest-key-rate]" in out
    assert "3 items found, 3 sound, 0 rejected; 0 errors, 0 warnings, 0 waived" in out


def test_errors_give_code_1_and_warnings_alone_do_not(lint: Lint) -> None:
    code, _, err = lint(files(items=CATCH_ALL))
    assert code == 1
    assert f"{DAY_BASE}: the option gathers up others: None of the above [catch-all-option]" in err
    code, out, _ = lint(files(items=NEGATIVE))
    assert code == 0
    assert f"{DAY_BASE}: the stem asks for an exception (NOT) [negative-stem]" in out


def test_json_holds_errors_warnings_figures_and_the_rate_of_each_rule(lint: Lint) -> None:
    code, out, _ = lint(files(items=CATCH_ALL), "--json")
    said: dict[str, Any] = json.loads(out)
    assert (code, said["ok"], said["bank"]) == (1, False, "example")
    assert (said["found"], said["sound"], said["rejected"]) == (3, 2, [DAY_BASE])
    assert [(one["item"], one["code"]) for one in said["errors"]] == [(DAY_BASE, "catch-all-option")]
    assert {"code", "value", "limit", "sound", "message", "blocks"} == set(said["figures"][0])
    rates = {one["code"]: (one["level"], one["items"], one["findings"]) for one in said["rules"]}
    assert rates["catch-all-option"] == ("error", 1, 1)
    assert rates["negative-stem"] == ("warning", 0, 0)


def test_a_page_holds_all_of_it_and_needs_nothing_else(lint: Lint, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    held = files(items=CATCH_ALL)
    held[ITEM_FILE] = held[ITEM_FILE].replace(b"Example authors", b"<script>alert(1)</script>")
    held[ITEM_FILE] = held[ITEM_FILE].replace(b"text: None of", b"text: <script>none</script> None of")
    assert lint(held, "--html", page)[0] == 1
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"\b(?:src|href|@import|url\()", text)
    assert "&lt;script&gt;none" in text
    assert "catch-all-option" in text
    assert unsaid(html.unescape(re.sub(r"<[^>]+>", " ", text))) == []
    code, _, err = lint(files(), "--html", page)
    assert code == 2
    assert "name a new file" in err


def test_texts_of_a_folder_are_not_to_be_copied(lint: Lint, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    assert lint(files(), "--against", folder)[0] == 0
    why = "Discounting by a higher yield lowers every payment, and the later ones most."
    (folder / "book.txt").write_text(f"As we saw: {why}")
    code, _, err = lint(files(), "--against", folder)
    assert code == 1
    assert "stands in book.txt [copied-reference]" in err
    assert lint(files(), "--against", tmp_path / "none")[0] == 2
