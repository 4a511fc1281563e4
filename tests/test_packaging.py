"""What is handed out: the wheel serves a page on its own, and the locked lists name hashes and no host."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quizapp.bank.folder import files_of_folder
from quizapp.paths import QUESTION_BANK
from quizapp.services.shipped import digest_of

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


SERVE = """
import re, sys
from pathlib import Path
import quizapp
from quizapp.app import create_app
from quizapp.bank.folder import files_of_folder
from quizapp.config import load_settings
from quizapp.paths import QUESTION_BANK, TEMPLATES
from quizapp.services import installation, shipped

home = Path(sys.argv[1]).resolve()
for place in (quizapp.__file__, QUESTION_BANK, TEMPLATES):
    assert Path(place).resolve().is_relative_to(home), place
settings = load_settings({"QUIZAPP_DATA": str(Path.cwd() / "data")})
store = installation.open_store(settings)

def serve():
    client = create_app(settings, store).test_client()
    page = client.get("/")
    print("page", page.status_code)
    style = client.get(re.search(r'rel="stylesheet"[^>]* href="([^"]+)"', page.text)[1])
    print("style", style.status_code)
    style.close()
    for bank in sorted(QUESTION_BANK.glob("*/bank.yml")):
        print("bank", bank.parent.name, shipped.digest_of(files_of_folder(bank.parent)))

kept = Path.cwd() / "left out"
kept.mkdir()
for parts in sys.argv[2:]:
    print("without", parts)
    for number, part in enumerate(parts.split()):
        (home / "quizapp" / part).rename(kept / str(number))
    try:
        serve()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
    for number, part in enumerate(parts.split()):
        (kept / str(number)).rename(home / "quizapp" / part)
store.close()
"""
LACKING = {
    "templates/base.html": ["TemplateNotFound: base.html"],
    "static/css/site.css question_bank/treasuries/bank.yml": ["page 200", "style 404"],
}
"""Parts of the product, and what a site says that lacks them: the second lacks its style, and its bank."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without asking anybody."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unzipped wheel, out of the checkout's reach."""
    home = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(home)
    return home


@pytest.fixture(scope="module")
def said(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What a process says that serves a page from the unzipped wheel: from all of it, and without a part."""
    folder = tmp_path_factory.mktemp("served")
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(installed), "", *LACKING],
        cwd=folder,
        env={"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = (one.splitlines() for one in done.stdout.split("without ")[1:])
    return {part.strip(): lines for part, *lines in told}


@pytest.mark.slow
def test_a_wheel_in_an_empty_folder_serves_its_own_pages_and_holds_the_bank(
    said: dict[str, list[str]],
) -> None:
    # The files that the checkout has; that a start loads them is shown in test_cli.py.
    digest = digest_of(files_of_folder(QUESTION_BANK / "treasuries"))
    assert said[""] == ["page 200", "style 200", f"bank treasuries {digest}"]


@pytest.mark.slow
@pytest.mark.parametrize("part", LACKING)
def test_control_a_wheel_that_lacks_a_part_is_found(said: dict[str, list[str]], part: str) -> None:
    assert said[part] == LACKING[part]


@pytest.mark.slow
def test_the_wheel_holds_the_product_its_licence_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    tops = {one.partition("/")[0] for one in names}
    assert {re.sub(r"-.*\.dist-info$", "", one) for one in tops} == {"quizapp"}
    assert any(one.endswith(".dist-info/licenses/LICENSE") for one in names)
    kept = {"py", "mako", "css", "js", "svg", "html", "txt", "yml"}
    inside = {one.rpartition(".")[2] for one in names if one.startswith("quizapp/")}
    assert inside <= kept, inside - kept


# The locked lists


def loose(lock: str) -> list[str]:
    """The lines of a locked list that are not pinned to one version with its hashes, or that name a host."""
    faults = [
        f"it names a host: {line}" for line in lock.splitlines() if re.search(r"://|--.*(index|find)", line)
    ]
    for entry in re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n?", "", lock, flags=re.MULTILINE)).splitlines():
        named, *hashes = entry.split(" --hash=")
        pinned = re.fullmatch(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[0-9][0-9a-z.+!]*( *;.*)?", named.strip())
        sound = all(re.fullmatch(r"sha256:[0-9a-f]{64}", one.strip()) for one in hashes)
        if entry.strip() and not entry.startswith("--") and not (pinned and hashes and sound):
            faults.append(f"it is not pinned: {named.strip()}")
    return faults


@pytest.mark.parametrize("lock", LOCKS, ids=lambda file: file.name)
def test_a_lock_pins_every_entry_with_its_hashes_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert text.count("==") > 20
    assert loose(text) == []


def test_there_is_a_lock_to_run_and_one_to_test_and_they_agree() -> None:
    held = {one.name: set(re.findall(r"^[a-z0-9._-]+==\S+", one.read_text(), re.MULTILINE)) for one in LOCKS}
    assert set(held) == {"app.lock", "dev.lock"}
    assert held["app.lock"] <= held["dev.lock"]


PINNED = "flask==3.1.3 ; python_version >= '3.11' \\\n    --hash=sha256:" + "a" * 64 + "\n"


@pytest.mark.parametrize(
    "text",
    [
        PINNED.replace("==", ">="),
        PINNED.replace("a" * 64, "a" * 63),
        "flask==3.1.3\n",
        "--index-url https://registry.example.org/simple\n" + PINNED,
        "--extra-index-url registry.example.org\n" + PINNED,
        "flask @ https://example.org/flask.whl \\\n    --hash=sha256:" + "a" * 64 + "\n",
        "-e .\n" + PINNED,
    ],
)
def test_control_a_loose_entry_or_a_host_is_found(text: str) -> None:
    assert loose(text)
    assert loose(f"# a list\n{PINNED}") == []
