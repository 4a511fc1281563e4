"""Style sheets as Chromium reads them: what is served says what is written."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from quizapp.paths import STATIC
from quizapp.web.styles import sheets

pytestmark = pytest.mark.browser

_RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const all = (rules) => [...rules].flatMap((one) => [one.cssText, ...all(one.cssRules ?? [])]);
  return all(sheet.cssRules).map((one) => one.replaceAll(/, +/g, ","));
}"""
"""The rules of a sheet one by one; a browser leaves the white space of a value that has a variable."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page() as opened:
        yield opened


def written() -> str:
    return (STATIC / "css" / "site.css").read_text(encoding="utf-8")


def test_a_sheet_without_idle_space_has_the_same_rules(page: Page) -> None:
    rules = page.evaluate(_RULES, written())
    assert len(rules) > 200
    assert page.evaluate(_RULES, sheets(STATIC / "css")["site.css"].decode()) == rules


@pytest.mark.parametrize(
    ("old", "new"), [(".masthead nav", ".mastheadnav"), (" - 2 *", "-2*"), ("--s1: .25rem", "--s1: .2rem")]
)
def test_control_a_space_too_few_is_noticed(page: Page, old: str, new: str) -> None:
    text = written()
    assert old in text
    assert page.evaluate(_RULES, text.replace(old, new)) != page.evaluate(_RULES, text)
