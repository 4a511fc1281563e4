"""The README's pictures: a site on a temporary folder, people in Chromium, the same pictures every time."""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from quizapp.assessment.attempt import Kind
from quizapp.bank.folder import files_of_folder
from quizapp.paths import QUESTION_BANK
from quizapp.services import attempts, uploads
from quizapp.services.clock import system_clock
from tests.bank.sources import packed
from tests.journeys.booklets import begin, booklet, save
from tests.journeys.browsing import ARGUMENTS, Person
from tests.journeys.sites import Site, running_site

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
WIDTH = 1280
BEGUN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_STILL = """() => {
  for (let timer = 0; timer < 1000; timer += 1) clearInterval(timer);
  const face = document.querySelector("[data-clock-face]");
  const saved = document.querySelector("[data-save-text]");
  if (face) face.textContent = "18:40";
  if (saved) saved.textContent = saved.textContent.replace(/[0-9:]{8}/, "09:06:20");
}"""
"""Stops the clock at a fixed time, which differs from one run to the next."""


@dataclass(frozen=True)
class Picture:
    """A page to show, and whose it is."""

    name: str
    account_id: int | None
    path: str
    height: int = 800


def prepare(site: Site) -> list[Picture]:
    """Somebody in a test, somebody after one, and an upload with faults; the pictures to take of them."""
    person, admin = site.person("ada@example.org"), site.person("admin@example.org", "admin")
    done = begin(site.store, person, "practice-20", BEGUN, 7)
    dealt = booklet(site.store, done)
    missed = [one for one in dealt if one.item.interaction == "single_choice"][1:5]
    for one in dealt:
        value = one.miss if one in missed else one.key
        save(site.store, person, done, one.position, value, now=BEGUN + timedelta(minutes=one.position))
    attempts.hand_in(site.store, person, done, BEGUN + timedelta(minutes=21))
    sitter = site.person("sitter@example.org")
    now = system_clock() - timedelta(minutes=6)
    timed = begin(site.store, sitter, "practice-20", now, 7)
    asked = booklet(site.store, timed)
    for one in asked[:8]:
        save(site.store, sitter, timed, one.position, one.key, now=now)
    for position in (4, 7):
        save(site.store, sitter, timed, position, ("1",), Kind.FLAG, now=now)
    shown = next(one for one in asked[4:8] if one.item.interaction == "single_choice")
    files = files_of_folder(QUESTION_BANK / "treasuries")
    text = files["items/T05-bills.yml"].decode()
    files["items/T05-bills.yml"] = text.replace("    level: ", "    level: very ", 1).encode()
    text = files["items/T07-interest-rate-risk.yml"].decode()
    text = text.replace("    stem: |", "    colour: blue\n    stem: |", 1)
    files["items/T07-interest-rate-risk.yml"] = text.encode()
    text = files["items/T04-price-and-yield.yml"].decode()
    files["items/T04-price-and-yield.yml"] = text.replace(
        "as_of: 2026-06-30", "as_of: 2026-06-29", 3
    ).encode()
    upload = uploads.stage_upload(site.store, admin, "treasuries.zip", packed(files), BEGUN)
    return [
        Picture("home", None, "/"),
        Picture("question", sitter, f"/attempts/{timed}/questions/{shown.position}"),
        Picture("result", person, f"/attempts/{done}/result"),
        Picture("review", person, f"/attempts/{done}/review?show=wrong"),
        Picture("upload", admin, f"/items/uploads/{upload}", 1200),
    ]


def take(browser: Browser, site: Site, picture: Picture) -> None:
    """The page as its person sees it, in light."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": picture.height}, color_scheme="light", reduced_motion="reduce"
    )
    person = Person(site, context, context.new_page())
    if picture.account_id is not None:
        person.seat(picture.account_id)
    page = person.visit(picture.path)
    page.evaluate(_STILL)
    page.screenshot(path=str(PICTURES / f"{picture.name}.png"))
    context.close()


def main() -> None:
    """Make every picture anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("screenshots: Chromium is not installed")
    PICTURES.mkdir(parents=True, exist_ok=True)
    pictures: list[Picture] = []
    with (
        tempfile.TemporaryDirectory(prefix="quizapp-screenshots-") as folder,
        running_site(Path(folder), prepare=lambda site: pictures.extend(prepare(site))) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for picture in pictures:
            take(browser, site, picture)
        browser.close()
    for one in sorted(PICTURES.glob("*.png")):
        print(f"{one.relative_to(ROOT)}: {one.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
