"""Archives: names that try to escape (I07), and archives that try to grow (I08)."""

import io
import os
import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quizapp.bank import archive
from quizapp.bank.archive import MOST_BYTES, MOST_MEMBERS, ArchiveError, read_zip
from quizapp.bank.folder import files_of_upload
from tests.bank.sources import files, packed

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
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for info, text in members:
            made.writestr(info, text)
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


@contextmanager
def _nothing_written(folder: Path) -> Iterator[None]:
    """Fails if any file appears or changes below a folder, or in the working folder."""

    def snapshot() -> dict[str, tuple[int, int]]:
        return {
            str(one): (one.lstat().st_size, one.lstat().st_mtime_ns)
            for place in (folder, folder.parent)
            for one in place.rglob("*")
        }

    before = snapshot()
    yield
    assert snapshot() == before


def test_there_are_twenty_five_hostile_archives() -> None:
    assert len(HOSTILE) == 25


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with _nothing_written(inside), pytest.raises(ArchiveError) as refused:
        read_zip(HOSTILE[name])
    assert refused.value.code in ("unsafe_name", "foreign_file", "not_a_file", "case_twins")
    assert refused.value.message.isprintable()


def test_control_an_extractor_by_name_writes_outside_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(io.BytesIO(HOSTILE["climbs"])) as made:
        (inside / made.namelist()[0]).write_bytes(made.read(made.namelist()[0]))
    assert (tmp_path / "bank.yml").exists()


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


def _lying(claim: int) -> bytes:
    """A member of 60 MiB that claims to hold little."""
    honest = _zip(("bank.yml", b"\0" * (60 * 1024 * 1024)))
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
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("bank.yml", "w", force_zip64=True) as member,
    ):
        member.write(b"\0" * size)
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
        made.writestr("bank.yml", b"\0" * (60 * 1024 * 1024))
    return content.getvalue()


def _many(count: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as made:
        for number in range(count):
            made.writestr(f"{number}.yml", b"")
    return content.getvalue()


BOMBS = {
    "ratio": lambda: _zip(("bank.yml", b"\0" * (300 * 1024 * 1024))),
    "just too large": lambda: _zip(("bank.yml", b"\0" * (MOST_BYTES + 1))),
    "sum of many": lambda: _zip(*((f"{n}.yml", b"\0" * (6 * 1024 * 1024)) for n in range(9))),
    "overlapping members": lambda: _overlapping(10),
    "lying sizes": lambda: _lying(10),
    "lying sizes of nothing": lambda: _lying(0),
    "compressed beyond the end": _compressed_claim,
    "nested": lambda: _zip(("inner.zip", _zip(("bank.yml", b"\0" * 1_000_000)))),
    "65,536 entries": lambda: _many(65_536),
    "zip64 bomb": lambda: _zip64(60 * 1024 * 1024),
    "zip64 sizes of 16 EiB": _zip64_lie,
    "lzma": lambda: _coded(zipfile.ZIP_LZMA),
}


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that came out of every read of a member."""
    counted: list[int] = []
    honest = zipfile.ZipExtFile.read

    def read(self: zipfile.ZipExtFile, n: int = -1) -> bytes:
        content = honest(self, n)
        counted.append(len(content))
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", read)
    return counted


def test_there_are_twelve_bombs() -> None:
    assert len(BOMBS) == 12


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_time_and_inflated_only_so_far(name: str, inflated: list[int]) -> None:
    bomb = BOMBS[name]()
    start = time.perf_counter()
    with pytest.raises(ArchiveError):
        read_zip(bomb)
    assert time.perf_counter() - start < 2
    assert sum(inflated) <= MOST_BYTES + 1


def test_control_without_the_count_a_bomb_inflates_whole(
    inflated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 2**40)
    read_zip(BOMBS["zip64 bomb"]())
    assert sum(inflated) > 50 * 1024 * 1024 + 1


def test_an_archive_at_the_very_limits_is_read() -> None:
    assert len(read_zip(_zip(("bank.yml", b"\0" * MOST_BYTES)))["bank.yml"]) == MOST_BYTES
    assert len(read_zip(_many(MOST_MEMBERS))) == MOST_MEMBERS
    with pytest.raises(ArchiveError, match="too_many_members"):
        read_zip(_many(MOST_MEMBERS + 1))


def test_an_encrypted_member_is_refused() -> None:
    honest = _zip(("bank.yml", b"format: 1\n"))
    with pytest.raises(ArchiveError, match="encrypted"):
        read_zip(_patched(honest, (_entry(honest) + 8, "<H", 1), (6, "<H", 1)))


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_cut_archive_is_refused_and_never_crashes(cut: int) -> None:
    content = packed(files())
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
