"""What `make` calls before there is an environment: makes one from the locked list and runs a command in it.

Standard library only. `bootstrap.py run ...` serves the site, `bootstrap.py dev COMMAND ...` runs a command
with the test extras installed. Nothing is installed twice: the lock's digest is remembered.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
BUILD_TOOLS = ("packaging", "setuptools", "wheel")


def refuse(reason: str) -> None:
    """End with one line that says what is missing."""
    sys.exit(f"quizapp: {reason}")


def check_python() -> None:
    """Refuse a Python that is too old or has no venv."""
    if tuple(sys.version_info) < OLDEST:
        found = sys.version.split()[0]
        refuse(f"Python 3.11 or newer is needed, this is {found}. Try PYTHON=python3.12 make run")
    if importlib.util.find_spec("ensurepip") is None:
        refuse("this Python cannot make virtual environments: install the package python3-venv")


def make_environment(lock: Path) -> None:
    """Make the environment and install a lock into it, unless that very lock is there already."""
    mark = ENVIRONMENT / f"installed-{lock.stem}"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and mark.exists() and mark.read_text() == digest:
        return
    if not PYTHON.exists():
        print("quizapp: making a virtual environment", flush=True)
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    print(f"quizapp: installing {lock.relative_to(ROOT)}", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    install([*pip, "--only-binary=:all:", "-r", str(only(lock, BUILD_TOOLS))])
    install([*pip, "--no-build-isolation", "-r", str(lock)])
    mark.write_text(digest)


def only(lock: Path, names: tuple[str, ...]) -> Path:
    """A list with some of a lock's entries, hashes included, inside the environment."""
    blocks, keep = [], False
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not line.startswith((" ", "#")):
            keep = line.split("==")[0] in names
        if keep:
            blocks.append(line)
    part = ENVIRONMENT / "build-tools.txt"
    part.write_text("\n".join(blocks) + "\n", encoding="utf-8")
    return part


def install(command: list[str]) -> None:
    """Run pip, without the flags of an outer environment; refuse where it fails."""
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    if subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode:
        refuse("the packages could not be installed; the lines above say why")


def hand_over(command: list[str]) -> None:
    """Become the command, inside the environment."""
    os.environ["PATH"] = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["VIRTUAL_ENV"] = str(ENVIRONMENT)
    os.execv(command[0], command)


def main() -> None:
    """Parse the words and hand over."""
    words = sys.argv[1:]
    if not words or words[0] not in ("run", "dev"):
        refuse("say 'run' or 'dev COMMAND ...'")
    check_python()
    make_environment(ROOT / "requirements" / ("app.lock" if words[0] == "run" else "dev.lock"))
    hand_over([str(PYTHON), *(["-m", "quizapp", "run"] if words[0] == "run" else []), *words[1:]])


if __name__ == "__main__":
    main()
