"""Archives: names that try to escape (I07), and archives that try to grow (I08)."""

import io
import os
import struct
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from quizapp.bank import archive
from quizapp.bank.archive import MOST_BYTES, MOST_MEMBERS, ArchiveError, read_zip
from quizapp.bank.folder import files_of_upload
from tests.bank.sources import files, packed

ARCHIVES = 25
"""I07: archives that try to write elsewhere."""
BOMBS_TRIED = 12
"""I08: archives that try to grow."""
MOST_SECONDS = 2
"""I08: the longest that any of them may take."""

UNSAFE_NAMES = {
    "climbs": "../bank.yml",
    "climbs in the middle": "items/../../bank.yml",
    "climbs at the end": "items/...yml/../..yml/..",
    "absolute": "/etc/bank.yml",
    "absolute twice": "//etc/bank.yml",
    "drive": "C:bank.yml",
    "drive with backslash": "C:\\bank.yml",
    "backslash climbs": "..\\bank.yml",
    "network share": "\\\\host\\share\\bank.yml",
    "alternate stream": "bank.yml::$DATA.yml",
    "new line": "bank\n.yml",
    "escape sequence": "bank\x1b[31m.yml",
    "bidi override": "bank\u202elmy.yml",
    "zero width": "ba\u200bnk.yml",
    "byte order mark": "\ufeffbank.yml",
    "home": "~/../../bank.yml",
    "program": "bank.py",
    "no ending": "bank",
    "page": "index.html",
    "double ending": "bank.yml.exe",
    "upper ending": "BANK.YML.SH",
}


def _zip(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for info, text in members:
            made.writestr(info, text, compresslevel=1)
    return content.getvalue()


def _special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def _renamed(old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return _zip((old.decode(), b"format: 1\n")).replace(old, new)


HOSTILE = {name: _zip((path, b"format: 1\n")) for name, path in UNSAFE_NAMES.items()} | {
    "symlink": _zip((_special("bank.yml", 0o120777), b"/etc/passwd")),
    "device": _zip((_special("bank.yml", 0o020666), b"")),
    "case twins": _zip(("items/a.yml", b"a: 1\n"), ("items/A.yml", b"a: 2\n")),
    "zero byte": _renamed(b"bankXpy.yml", b"bank\0py.yml"),
}


@dataclass(frozen=True)
class Outcome:
    """What a reader did with an archive: why it refused, and the files that it wrote, from its own folder."""

    refused: str | None
    written: frozenset[str]


def what_came_of(read: Callable[[bytes], object], content: bytes, folder: Path) -> Outcome:
    """Read an archive inside a folder of its own, and look for files in that folder and around it."""
    inside = folder / "a" / "inside"
    inside.mkdir(parents=True)
    before, home = set(folder.rglob("*")), Path.cwd()
    os.chdir(inside)
    refused = None
    try:
        read(content)
    except ArchiveError as error:
        refused = error.code if error.message.isprintable() else None
    finally:
        os.chdir(home)
    written = {os.path.relpath(one, inside) for one in set(folder.rglob("*")) - before}
    return Outcome(refused, frozenset(written))


def _extract_by_name(content: bytes) -> None:
    """What the product never does: write each member where its name says, below the present folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        for member in made.infolist():
            place = Path("./" + member.filename.replace("\\", "/"))
            if place.name == "..":
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if member.external_attr >> 16 & 0o170000 == 0o120000:
                place.symlink_to(made.read(member).decode())
            else:
                place.write_bytes(made.read(member))


def test_i07_there_are_twenty_five_hostile_archives() -> None:
    assert len(HOSTILE) == ARCHIVES


@pytest.mark.parametrize("name", HOSTILE)
def test_i07_a_hostile_name_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    outcome = what_came_of(read_zip, HOSTILE[name], tmp_path)
    assert outcome.refused in ("unsafe_name", "foreign_file", "not_a_file", "case_twins")
    assert outcome.written == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_i07_nothing_is_written_for_an_upload_either(name: str, tmp_path: Path) -> None:
    outcome = what_came_of(lambda content: files_of_upload("bank.zip", content), HOSTILE[name], tmp_path)
    assert outcome.refused
    assert outcome.written == set()


def test_i07_control_an_extractor_by_name_is_found_to_write_outside_its_folder(tmp_path: Path) -> None:
    outcomes = {
        name: what_came_of(_extract_by_name, content, tmp_path / str(number))
        for number, (name, content) in enumerate(HOSTILE.items())
    }
    assert sum(outcome.refused is None and bool(outcome.written) for outcome in outcomes.values()) >= 24
    outside = {name for name, one in outcomes.items() if any(path.startswith("..") for path in one.written)}
    assert {"climbs", "climbs in the middle", "backslash climbs", "home"} <= outside


def test_i07_control_without_the_rule_for_names_hostile_ones_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_refuse_name", lambda _: None)
    passed = [name for name in UNSAFE_NAMES if what_came_of(read_zip, HOSTILE[name], tmp_path / name).refused]
    assert passed == []


def test_an_honest_archive_is_read_whole_folders_left_out() -> None:
    folder = zipfile.ZipInfo("items/")
    held = [(name, content) for name, content in files().items()]
    assert read_zip(_zip((folder, b""), *held)) == files()
    assert files_of_upload("bank.zip", packed(files())) == files()


def test_an_upload_that_is_neither_yaml_nor_zip_is_refused() -> None:
    for name, content in (("bank.txt", b"format: 1"), ("", b""), ("bank.yml.gz", b"\x1f\x8b")):
        with pytest.raises(ArchiveError, match="not_a_bank"):
            files_of_upload(name, content)


def _entry(content: bytes, at: int = 0) -> int:
    """Where the table's entry for the member at an offset begins."""
    place = content.index(b"PK\x01\x02")
    while struct.unpack_from("<I", content, place + 42)[0] != at:
        place = content.index(b"PK\x01\x02", place + 4)
    return place


def _patched(content: bytes, *changes: tuple[int, str, int]) -> bytes:
    held = bytearray(content)
    for place, form, value in changes:
        struct.pack_into(form, held, place, value)
    return bytes(held)


@cache
def _too_large() -> bytes:
    """A member that is a byte larger than all of an archive may be."""
    return _zip(("bank.yml", bytes(MOST_BYTES + 1)))


def _lying(claim: int) -> bytes:
    """A member that is too large and claims to hold little."""
    honest = _too_large()
    return _patched(honest, (_entry(honest) + 24, "<I", claim), (22, "<I", claim))


def _overlapping(count: int) -> bytes:
    """Many names in the table for one and the same member."""
    honest = _zip(("a0.yml", b"\0" * (20 * 1024 * 1024)))
    table = honest.index(b"PK\x01\x02")
    end = honest.index(b"PK\x05\x06")
    entry = honest[table:end]
    entries = b"".join(entry.replace(b"a0.yml", f"a{n}.yml".encode()) for n in range(count))
    tail = honest[end:]
    tail = tail[:8] + struct.pack("<HHII", count, count, len(entries), table) + tail[20:]
    return honest[:table] + entries + tail


def _compressed_claim() -> bytes:
    """A member that claims more compressed bytes than the archive holds."""
    honest = _zip(("bank.yml", b"format: 1\n"))
    return _patched(honest, (_entry(honest) + 20, "<I", 10_000_000))


def _zip64(size: int) -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        made.open("bank.yml", "w", force_zip64=True) as member,
    ):
        member.write(bytes(size))
    return content.getvalue()


def _zip64_lie() -> bytes:
    """A table that sends its sizes to a zip64 field of 16 EiB."""
    honest = _zip(("bank.yml", b"format: 1\n"))
    entry = _entry(honest)
    extra = struct.pack("<HHQQ", 1, 16, 2**64 - 2, 2**64 - 2)
    name_end = entry + 46 + len("bank.yml")
    held = honest[:name_end] + extra + honest[name_end:]
    end = held.index(b"PK\x05\x06")
    return _patched(
        held,
        (entry + 20, "<I", 0xFFFFFFFF),
        (entry + 24, "<I", 0xFFFFFFFF),
        (entry + 30, "<H", len(extra)),
        (end + 12, "<I", end - entry),
    )


def _coded(method: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as made:
        made.writestr("bank.yml", bytes(MOST_BYTES + 2))
    return content.getvalue()


def _many(count: int) -> bytes:
    """Empty members, written by hand: the library takes seconds for as many."""
    held, table = bytearray(), bytearray()
    for number in range(count):
        name = f"{number}.yml".encode()
        table += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), *[0] * 5, len(held)
        )
        table += name
        held += struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    after = len(held) + len(table)
    long_end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(table), len(held))
    long_end += struct.pack("<4sIQI", b"PK\6\7", 0, after, 1)
    least = min(count, 0xFFFF)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, least, least, len(table), len(held), 0)
    return bytes(held + table + (long_end if count > least else b"") + end)


BOMBS = {
    "ratio": lambda: _zip(("bank.yml", bytes(2 * MOST_BYTES))),
    "just too large": _too_large,
    "sum of many": lambda: _zip(*((f"{n}.yml", b"\0" * (6 * 1024 * 1024)) for n in range(9))),
    "overlapping members": lambda: _overlapping(10),
    "lying sizes": lambda: _lying(10),
    "lying sizes of nothing": lambda: _lying(0),
    "compressed beyond the end": _compressed_claim,
    "nested": lambda: _zip(("inner.zip", _zip(("bank.yml", b"\0" * 1_000_000)))),
    "65,536 entries": lambda: _many(65_536),
    "zip64 bomb": lambda: _zip64(MOST_BYTES + 2),
    "zip64 sizes of 16 EiB": _zip64_lie,
    "bzip2": lambda: _coded(zipfile.ZIP_BZIP2),
}


@cache
def _bomb(name: str) -> bytes:
    return BOMBS[name]()


@dataclass(frozen=True)
class Cost:
    """What reading an archive took: the bytes that came out of it, the time, and whether it was refused."""

    inflated: int
    seconds: float
    refused: bool


def cost_of(read: Callable[[bytes], object], content: bytes, monkeypatch: pytest.MonkeyPatch) -> Cost:
    """Read an archive, counting the bytes that come out of its members."""
    counted: list[int] = []
    honest = zipfile.ZipExtFile.read

    def counting(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        found = honest(self, n)
        counted.append(len(found))
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting)
    start, refused = time.perf_counter(), False
    try:
        read(content)
    except (ArchiveError, zipfile.BadZipFile):
        refused = True
    spent = time.perf_counter() - start
    monkeypatch.setattr(zipfile.ZipExtFile, "read", honest)
    return Cost(sum(counted), spent, refused)


def _read_whole(content: bytes) -> None:
    """What the standard library reads when it is asked for every member."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        for member in made.infolist():
            made.read(member)


def test_i08_there_are_twelve_bombs() -> None:
    assert len(BOMBS) == BOMBS_TRIED


@pytest.mark.parametrize("name", BOMBS)
def test_i08_a_bomb_is_refused_in_time_and_inflated_only_so_far(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = cost_of(read_zip, _bomb(name), monkeypatch)
    assert cost.refused
    assert cost.inflated <= MOST_BYTES + 1
    assert cost.seconds <= MOST_SECONDS


@pytest.mark.parametrize("name", ["sum of many", "bzip2"])
def test_i08_control_the_standard_library_inflates_the_whole_bomb(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = cost_of(_read_whole, _bomb(name), monkeypatch)
    assert cost.inflated > MOST_BYTES
    assert not cost.refused


def test_i08_control_without_the_count_a_bomb_inflates_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 2**40)
    cost = cost_of(read_zip, _bomb("zip64 bomb"), monkeypatch)
    assert cost.inflated > MOST_BYTES + 1
    assert not cost.refused


def test_an_archive_at_the_very_limits_is_read() -> None:
    assert len(read_zip(_zip(("bank.yml", b"\0" * MOST_BYTES)))["bank.yml"]) == MOST_BYTES
    assert len(read_zip(_many(MOST_MEMBERS))) == MOST_MEMBERS
    with pytest.raises(ArchiveError, match="too_many_members"):
        read_zip(_many(MOST_MEMBERS + 1))


def test_an_encrypted_member_is_refused() -> None:
    honest = _zip(("bank.yml", b"format: 1\n"))
    with pytest.raises(ArchiveError, match="encrypted"):
        read_zip(_patched(honest, (_entry(honest) + 8, "<H", 1), (6, "<H", 1)))


def test_a_cut_archive_is_refused_and_never_crashes() -> None:
    content = packed(files())
    for cut in range(0, 400, 7):
        with pytest.raises(ArchiveError):
            read_zip(content[: len(content) * cut // 400])


def test_flipped_bytes_give_files_or_a_refusal_never_another_error() -> None:
    content = packed(files())
    for place in range(0, len(content), max(1, len(content) // 400)):
        held = bytearray(content)
        held[place] ^= 0xFF
        try:
            read_zip(bytes(held))
        except ArchiveError:
            continue


def test_the_tests_write_nowhere_else() -> None:
    assert not os.path.exists("/etc/bank.yml")
