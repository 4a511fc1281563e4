"""An admin sets the site up, loads a bank with three faults, sees each with its line, applies the rest."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from quizapp.bank.folder import files_of_folder
from quizapp.paths import QUESTION_BANK
from quizapp.services.accounts import renew_setup_code
from tests.bank.sources import packed
from tests.journeys.browsing import Person, at_browser
from tests.journeys.sites import PASSWORD, running_site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

FAULTS = (
    ("items/T01-instruments.yml", "    difficulty: ", "    colour: blue\n    difficulty: ", "no such field"),
    ("items/T05-bills.yml", "    as_of: ", "    as_of: about ", "as_of"),
    ("items/T07-interest-rate-risk.yml", "    level: ", "    level: very ", "level"),
)
"""Three faults in the bank that ships: a file, what stands there first, what is put there, what is said."""


def faulty_bank() -> tuple[bytes, list[tuple[str, int, str, str]]]:
    """The bank that ships as an archive with the three faults; their file, line, item and reason."""
    held = files_of_folder(QUESTION_BANK / "treasuries")
    seeded = []
    for path, old, new, said in FAULTS:
        text = held[path].decode()
        place = text.index(old, text.index("items:"))
        held[path] = (text[:place] + new + text[place + len(old) :]).encode()
        item = re.findall(r"^  - id: (\S+)", text[:place], re.MULTILINE)[-1]
        seeded.append((path, text[:place].count("\n") + 1, item, said))
    return packed(held), seeded


def set_up(person: Person, code: str) -> None:
    """Make the first admin with the code that the server prints, and log in."""
    page = person.visit("/setup")
    page.get_by_label("Set-up code").fill(code.lower())
    page.get_by_label("E-mail address").fill("root@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    person.press("Make the admin account")
    expect(page.get_by_text("The admin account is ready")).to_be_visible()
    person.log_in("root@example.org")
    person.allowed.add("status of 404")
    person.visit("/setup")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_an_admin_sets_up_sees_three_faults_with_their_lines_and_applies_the_rest(
    browser: Browser, tmp_path: Path
) -> None:
    archive, seeded = faulty_bank()
    with running_site(tmp_path, shipped=False) as site, at_browser(browser, site) as person:
        code = renew_setup_code(site.store)
        assert code
        set_up(person, code)
        person.visit("/items/uploads/new")
        person.page.get_by_label("File").set_input_files(
            {"name": "treasuries.zip", "mimeType": "application/zip", "buffer": archive}
        )
        person.press("Check the file")
        expect(person.page.get_by_role("heading", name="3 problems")).to_be_visible()
        for path, line, item, said in seeded:
            row = person.page.get_by_role("row").filter(has_text=f"{path}, line {line}")
            expect(row).to_contain_text(item)
            expect(row).to_contain_text(said)

        _apply_is_off(person)
        person.page.get_by_label("Leave out these 3 questions").check()
        person.press("Apply")
        expect(person.page.get_by_text("Applied. The bank is now at revision 1.")).to_be_visible()
        _see_the_questions(person, [item for _, _, item, _ in seeded])


def _apply_is_off(person: Person) -> None:
    """Until the tick the browser sends nothing; a browser that does is refused with the reason."""
    address = person.page.url
    person.press("Apply")
    assert person.page.evaluate("document.querySelector('#leave_out').validity.valueMissing")
    assert person.page.url == address
    person.allowed.add("status of 422")
    with person.page.expect_navigation():
        person.page.evaluate("document.querySelector('form.gated').submit()")
    expect(person.page.get_by_role("alert")).to_contain_text("Tick that the rejected questions")


def _see_the_questions(person: Person, left_out: list[str]) -> None:
    page = person.visit("/items/")
    expect(page.get_by_role("table")).to_contain_text("t01-")
    for item in left_out:
        page.get_by_label("Words in id or question").fill(item)
        person.press("Show")
        expect(page.get_by_text("No question fits")).to_be_visible()
    person.follow("Show all")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="As a candidate sees it")).to_be_visible()
    person.visit("/exams/")
    expect(page.get_by_role("heading", name="Practice test")).to_be_visible()
