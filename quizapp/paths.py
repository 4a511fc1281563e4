"""Where the data folders are: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
RESOURCES = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent

TEMPLATES = RESOURCES / "templates"
QUESTION_BANK = RESOURCES / "question_bank"
STATIC = PACKAGE / "static"
DEFAULT_DATA = RESOURCES / "instance" if RESOURCES is not PACKAGE else Path("instance").absolute()
