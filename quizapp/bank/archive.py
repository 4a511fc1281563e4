"""Zip archives read in memory by counted bytes; nothing is ever extracted by name."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

MOST_MEMBERS = 500
MOST_BYTES = 50 * 1024 * 1024
_CHUNK = 64 * 1024
_ENTRY = b"PK\x01\x02"
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError)


@dataclass(frozen=True)
class ArchiveError(Exception):
    """The archive is refused whole; `code` names the rule."""

    code: str
    message: str


def read_zip(content: bytes) -> dict[str, bytes]:
    """The `.yml` files of an archive by their path inside it, folders left out.

    Raises ArchiveError for a broken archive, more than 500 members, more than 50 MiB inflated (bytes are
    counted as they come, whatever sizes the archive claims), overlapping members, encryption, other
    compression than deflate, links, and names that are absolute, climb, hide characters or differ only by
    case.
    """
    # Counted before the table of contents is read, which takes time for each entry.
    if content.count(_ENTRY) > MOST_MEMBERS:
        raise ArchiveError("too_many_members", f"an archive holds at most {MOST_MEMBERS} files")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _refuse_unsafe(members, len(content))
            return _inflate(archive, members)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        ValueError,
        OverflowError,
    ) as error:
        raise ArchiveError("broken_archive", "this is not a zip archive that can be read") from error


def _refuse_unsafe(members: list[zipfile.ZipInfo], length: int) -> None:
    folded: set[str] = set()
    for member in members:
        name = member.orig_filename
        _refuse_name(name)
        if member.flag_bits & 0x1:
            raise ArchiveError("encrypted", f"'{name}' is encrypted")
        if member.compress_type not in _PLAIN:
            raise ArchiveError("compression", f"'{name}' is compressed in a way that is not read here")
        if (member.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise ArchiveError("not_a_file", f"'{name}' is a link or a device")
        if name.casefold() in folded:
            raise ArchiveError("case_twins", f"'{name}' stands twice, upper and lower case apart")
        folded.add(name.casefold())
    ends = sorted((one.header_offset, one.header_offset + _length(one)) for one in members)
    for (_, end), (start, _) in pairwise(ends):
        if start < end:
            raise ArchiveError("overlap", "members overlap")
    if ends and ends[-1][1] > length:
        raise ArchiveError("lying_sizes", "a member claims more bytes than the archive holds")


def _length(member: zipfile.ZipInfo) -> int:
    """The fewest bytes that a member takes: its header, its name and its content."""
    return 30 + len(member.orig_filename.encode()) + member.compress_size


def _refuse_name(name: str) -> None:
    hidden = any(not sign.isprintable() or sign in "\\:" for sign in name)
    if hidden or not name or name.startswith("/") or ".." in PurePosixPath(name).parts:
        raise ArchiveError("unsafe_name", f"the name {name!a} is not allowed in an archive")
    if not name.endswith(".yml"):
        raise ArchiveError("foreign_file", f"'{name}' is not a .yml file")


def _inflate(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    files, total = {}, 0
    for member in members:
        chunks = []
        with archive.open(member) as stream:
            while chunk := stream.read(min(_CHUNK, MOST_BYTES + 1 - total)):
                total += len(chunk)
                if total > MOST_BYTES:
                    raise ArchiveError("too_large", f"more than {MOST_BYTES // 1024 // 1024} MiB inflated")
                chunks.append(chunk)
        files[member.orig_filename] = b"".join(chunks)
    return files
