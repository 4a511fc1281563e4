"""A bank's files by path: from a folder, a zip archive or a single file, and back into a folder."""

from collections.abc import Mapping
from pathlib import Path

from quizapp.bank.archive import ArchiveError, read_zip

ITEMS = "items"


def files_of_folder(folder: Path) -> dict[str, bytes]:
    """The `.yml` files of a bank's folder by their path inside it, links left out."""
    found = sorted(one for one in folder.rglob("*.yml") if one.is_file() and not one.is_symlink())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


def files_of_upload(name: str, content: bytes) -> dict[str, bytes]:
    """The files of what a person uploads: a zip archive, or one `.yml` file.

    Raises ArchiveError for anything else, and for an archive that breaks a rule of `archive.py`.
    """
    if content.startswith(b"PK"):
        return read_zip(content)
    if name.endswith((".yml", ".yaml")):
        return {Path(name).name: content}
    raise ArchiveError("not_a_bank", "upload a .yml file or a .zip archive of them")


def files_at(path: Path) -> dict[str, bytes]:
    """The files of a folder, an archive or a single file.

    Raises FileNotFoundError where there is none of these, and ArchiveError as `files_of_upload` does.
    """
    if path.is_dir():
        return files_of_folder(path)
    if not path.is_file():
        raise FileNotFoundError(path)
    return files_of_upload(path.name, path.read_bytes())


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a bank's files below a folder that must be empty or new; raises FileExistsError otherwise."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
