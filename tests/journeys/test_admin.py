"""An admin sets the site up, loads a bank with three faults, sees each with its line, applies the rest."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from quizapp.bank.folder import files_of_folder
from quizapp.paths import QUESTION_BANK
from quizapp.services.accounts import renew_setup_code
from tests.bank.sources import packed
from tests.journeys.browsing import Person, at_browser
from tests.journeys.conftest import Sit
from tests.journeys.sites import PASSWORD, running_site

pytestmark = pytest.mark.browser

FAULTS = (
    ("items/T01-instruments.yml", "    difficulty: ", "    colour: blue\n    difficulty: ", "no such field"),
    ("items/T05-bills.yml", "    as_of: ", "    as_of: about ", "as_of"),
    ("items/T07-interest-rate-risk.yml", "    level: ", "    level: very ", "level"),
)
"""Three faults in the bank that ships: a file, what stands there first, what is put there, what is said."""


Seeded = tuple[str, int, str, str]
"""A fault as it is to be seen: its file, line, item and reason."""


def bank_with(faults: Iterable[tuple[str, str, str, str]], whole: bool = True) -> tuple[bytes, list[Seeded]]:
    """The bank that ships as an archive with these faults; else its topics that can have one."""
    held = files_of_folder(QUESTION_BANK / "treasuries")
    if not whole:
        topics = {path for path, *_ in FAULTS}
        held = {name: text for name, text in held.items() if "/" not in name or name in topics}
    seeded = []
    for path, old, new, said in faults:
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


def upload(person: Person, archive: bytes) -> None:
    """Have a bank checked, and stand before what was found in it."""
    person.visit("/items/uploads/new")
    person.page.get_by_label("File").set_input_files(
        {"name": "treasuries.zip", "mimeType": "application/zip", "buffer": archive}
    )
    person.press("Check the file")
    expect(person.page.get_by_role("heading", name="What treasuries.zip would change")).to_be_visible()


def see_the_faults(page: Page, seeded: list[Seeded]) -> None:
    """The page lists exactly these faults, each with its file, line, item and reason."""
    rows = page.get_by_role("row").filter(has_text=", line ").all_inner_texts()
    assert len(rows) == len(seeded), f"{len(rows)} faults are listed"
    for path, line, item, said in seeded:
        place = re.compile(rf"{re.escape(path)}, line {line}\b")
        here = [one for one in rows if place.search(one)]
        assert here, f"no fault is shown at {path}, line {line}"
        assert item in here[0], f"{item} is not named at {path}, line {line}"
        assert said in here[0], f"the reason is not named at {path}, line {line}"


def test_an_admin_sets_up_sees_three_faults_with_their_lines_and_applies_the_rest(
    browser: Browser, tmp_path: Path
) -> None:
    archive, seeded = bank_with(FAULTS)
    with running_site(tmp_path, shipped=False) as site, at_browser(browser, site) as person:
        code = renew_setup_code(site.store)
        assert code
        set_up(person, code)
        upload(person, archive)
        see_the_faults(person.page, seeded)
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


def _admin(person: Person) -> None:
    person.seat(person.site.person(f"{uuid4().hex}@example.org", "admin"))


def test_the_journey_that_looks_for_faults_finds_none_in_a_sound_bank(sit: Sit) -> None:
    archive, _ = bank_with((), whole=False)
    _, seeded = bank_with(FAULTS)
    with sit() as person:
        _admin(person)
        upload(person, archive)
        see_the_faults(person.page, [])
        with pytest.raises(AssertionError, match="0 faults are listed"):
            see_the_faults(person.page, seeded)


def test_the_journey_that_looks_for_faults_notices_one_told_wrongly(sit: Sit) -> None:
    archive, seeded = bank_with(FAULTS, whole=False)
    path, line, item, said = seeded[1]
    place = f"{path}, line {line}"
    with sit() as person:
        _admin(person)
        upload(person, archive)
        see_the_faults(person.page, seeded)
        told = person.context.request.get(person.page.url)
        for right, wrong, complaint in (
            (place, f"{path}, line {line + 1}", f"no fault is shown at {place}"),
            (place, f"{path}, line {line}0", f"no fault is shown at {place}"),
            (item, "another", f"{item} is not named at {place}"),
            (said, "something", f"the reason is not named at {place}"),
            ('class="problem"', "hidden", "0 faults are listed"),
        ):
            person.page.route(person.page.url, _retold(told, right, wrong))
            person.page.reload()
            with pytest.raises(AssertionError, match=re.escape(complaint)):
                see_the_faults(person.page, seeded)


def _retold(told: APIResponse, right: str, wrong: str) -> Callable[[Route], None]:
    """Answers with what the site said, but for one thing."""
    body = told.text()
    assert right in body
    return lambda route: route.fulfill(response=told, body=body.replace(right, wrong))
