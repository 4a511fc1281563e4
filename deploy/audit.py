"""Known holes in the locked packages; an audit that could not ask its source is a failure, not a pass."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Ask for every pin of the application's lock and read the answer, not the exit status alone."""
    lock = ROOT / "requirements" / "app.lock"
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--strict",
        "--disable-pip",
        "--require-hashes",
        "-r",
        str(lock),
    ]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    said = asked.stdout + asked.stderr
    print(said)
    if asked.returncode or "could not be audited" in said or "No known vulnerabilities found" not in said:
        sys.exit("audit: not clean, or not answered")


if __name__ == "__main__":
    main()
