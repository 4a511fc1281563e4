"""The README's pictures: a site on a temporary folder, people in Chromium, the same pictures every time."""

import io
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.servers import served
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.item import Response
from quizapp.bank.folder import files_of_folder
from quizapp.config import Settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, attempts, shipped, uploads
from quizapp.services.clock import system_clock
from quizapp.services.installation import open_store
from quizapp.services.responses import Save, save_response
from quizapp.store import accounts as account_rows
from quizapp.store.transaction import Store
from tests.journeys.booklets import Asked, booklet

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
WIDTH = 1280
MARGIN = 12
MOST_BYTES = 200_000
PASSWORD = "three unrelated words"
BEGUN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEED = 7
WEAK = ("T7", "T10")
"""Topics in which the finished test went badly."""
_STILL = """() => {
  for (let timer = 0; timer < 1000; timer += 1) clearInterval(timer);
  const face = document.querySelector("[data-clock-face]");
  const saved = document.querySelector("[data-save-text]");
  if (face) face.textContent = "18:40";
  if (saved) saved.textContent = saved.textContent.replace(/[0-9:]{8}/, "09:06:20");
}"""
"""Sets to one value what differs from one run to the next: the clock and the time of the last save."""
_FAULTS = (
    ("items/T04-price-and-yield.yml", "as_of: 2026-06-30", "as_of: 2026-06-29", 3),
    ("items/T05-bills.yml", "    level: ", "    level: very ", 1),
    ("items/T07-interest-rate-risk.yml", "    stem: |", "    colour: blue\n    stem: |", 1),
)
"""Three changes that are sound and two that are not: file, old and new text, and how often."""


@dataclass(frozen=True)
class Picture:
    """A page, who looks at it (nobody in particular where None), and the element that ends the picture.

    Without such an element the picture is the window, of this height.
    """

    name: str
    email: str | None
    path: str
    until: str | None = None
    height: int = 640


@dataclass(frozen=True)
class Sitter:
    """Somebody who sits the practice test of the bank that ships, and knows its keys."""

    store: Store
    email: str
    account_id: int

    def begin(self, now: datetime) -> tuple[str, tuple[Asked, ...]]:
        """A new attempt: its public id, and its questions in order."""
        public_id = attempts.begin(
            self.store, self.account_id, "treasuries", "practice-20", Mode.TIMED, now, SEED
        )
        return public_id, booklet(self.store, public_id)

    def save(self, public_id: str, position: int, kind: Kind, value: Response, now: datetime) -> None:
        """Save a value for the first time."""
        with self.store.read() as conn:
            uniquifier = account_rows.uniquifier(conn, self.account_id)
        if uniquifier is None:
            raise LookupError(self.email)
        sequence = 10 * position + list(Kind).index(kind)
        asked = Save(public_id, position, kind, "screenshots", sequence, 0, value)
        save_response(self.store, asked, uniquifier, "no session", now)


def finished(sitter: Sitter) -> str:
    """A test handed in with the choices of the weak topics wrong."""
    public_id, questions = sitter.begin(BEGUN)
    for one in questions:
        value = one.miss if one.item.topic in WEAK else one.key
        sitter.save(public_id, one.position, Kind.ANSWER, value, BEGUN + timedelta(minutes=one.position))
    attempts.hand_in(sitter.store, sitter.account_id, public_id, BEGUN + timedelta(minutes=21))
    return public_id


def half_way(sitter: Sitter) -> tuple[str, int]:
    """A test of this moment with eight answers and two flags, and the question to show of it."""
    now = system_clock() - timedelta(minutes=6)
    public_id, questions = sitter.begin(now)
    for one in questions[:8]:
        sitter.save(public_id, one.position, Kind.ANSWER, one.key, now)
    for position in (4, 7):
        sitter.save(public_id, position, Kind.FLAG, ("1",), now)
    singles = [one.position for one in questions[4:8] if one.item.interaction == "single_choice"]
    return public_id, singles[0]


def faulty_archive() -> bytes:
    """The bank that ships as an upload, with changes and faults in it."""
    files = files_of_folder(QUESTION_BANK / "treasuries")
    for name, old, new, times in _FAULTS:
        files[name] = files[name].replace(old.encode(), new.encode(), times)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def prepare(store: Store) -> tuple[Picture, ...]:
    """Somebody after a test, somebody in one, and an upload with faults; the pictures to take of them."""
    (report,) = shipped.load_all_shipped(store, QUESTION_BANK, BEGUN)
    if report.outcome is not shipped.Outcome.APPLIED:
        raise RuntimeError("the bank that ships was not loaded")

    def person(name: str, role: str = "candidate") -> Sitter:
        email = f"{name}@example.org"
        made = accounts.create_account(store, email, PASSWORD, role, BEGUN)
        return Sitter(store, email, made)

    done, sitting, admin = person("ada"), person("ben"), person("admin", "admin")
    closed = finished(done)
    timed, position = half_way(sitting)
    upload = uploads.stage_upload(store, admin.account_id, "treasuries.zip", faulty_archive(), BEGUN)
    return (
        Picture("home", None, "/", "#try form"),
        Picture("question", sitting.email, f"/attempts/{timed}/questions/{position}"),
        Picture("result", done.email, f"/attempts/{closed}/result", "main table"),
        Picture("review", done.email, f"/attempts/{closed}/review?show=wrong", height=1000),
        Picture("upload", admin.email, f"/items/uploads/{upload}", "main form"),
    )


def log_in(page: Page, address: str, email: str) -> None:
    """Log in as people do."""
    page.goto(f"{address}/accounts/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Log out").wait_for()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """The page in light, down to the element that ends the picture."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": picture.height}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    if picture.email:
        log_in(page, address, picture.email)
    page.goto(address + picture.path)
    page.evaluate(_STILL)
    height = picture.height
    if picture.until:
        box = page.locator(picture.until).first.bounding_box()
        if box is None:
            raise LookupError(f"{picture.name} shows no {picture.until}")
        height = round(box["y"] + box["height"]) + MARGIN
        page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=str(PICTURES / f"{picture.name}.png"))
    context.close()


def main() -> None:
    """Make every picture anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("screenshots: Chromium is not installed. Install the system's package, often `chromium`.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="quizapp-screenshots-") as folder,
        sync_playwright() as playwright,
    ):
        store = open_store(Settings(data=Path(folder)))
        try:
            pictures = prepare(store)
        finally:
            store.close()
        environ = {"QUIZAPP_DATA": folder, "QUIZAPP_DATABASE_URL": ""}
        with served("quizapp.serving:app", environ) as server:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
            )
            for picture in pictures:
                take(browser, f"http://127.0.0.1:{server.port}", picture)
            browser.close()
    sizes = {file: file.stat().st_size for file in sorted(PICTURES.glob("*.png"))}
    for file, size in sizes.items():
        print(f"{file.relative_to(ROOT)}: {size // 1000} kB")
    if max(sizes.values()) > MOST_BYTES:
        sys.exit(f"screenshots: no picture may have more than {MOST_BYTES // 1000} kB")


if __name__ == "__main__":
    main()
