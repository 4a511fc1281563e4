"""A disk that forgets what was not flushed, and fails on demand: tests/power_cut/power_cut.c in a server."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quizapp.config import DATABASE_FILE
from tests.conftest import skip_or_fail
from tests.torture.servers import ROOT

SOURCE = ROOT / "tests" / "power_cut" / "power_cut.c"


def compiled(folder: Path) -> Path:
    """The library, made by this machine's compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        skip_or_fail("there is no C compiler")
    made = folder / "power_cut.so"
    words = [compiler, "-shared", "-fPIC", "-O2", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run(words, check=True, capture_output=True, text=True)
    return made


@dataclass(frozen=True)
class Disk:
    """A data folder, what of it is on the disk for good, and what fails."""

    data: Path

    @property
    def kept(self) -> Path:
        return self.data.with_name("kept")

    @property
    def fault(self) -> Path:
        return self.data.with_name("fault")

    @property
    def environ(self) -> dict[str, str]:
        """What tells the library in a server of this disk."""
        return {
            "POWER_CUT_FOLDER": str(self.data),
            "POWER_CUT_KEPT": str(self.kept),
            "POWER_CUT_FAULT": str(self.fault),
        }

    def flush(self) -> None:
        """Everything is on the disk now."""
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir()
        for one in self._files():
            shutil.copy(one, self.kept)

    def set_back(self) -> None:
        """What a power cut leaves: of each file what was flushed last, and nothing of one that never was."""
        for one in self._files():
            one.unlink()
        for one in self.kept.glob(f"{DATABASE_FILE}*"):
            if not one.name.endswith(".new"):
                shutil.copy(one, self.data)

    def _files(self) -> list[Path]:
        return list(self.data.glob(f"{DATABASE_FILE}*"))

    @contextmanager
    def failing(self, *faults: str) -> Iterator[None]:
        """Calls fail as told, such as `fdatasync EIO`, until the block ends."""
        fresh = self.fault.with_suffix(".new")
        fresh.write_text("".join(f"{one}\n" for one in faults))
        fresh.rename(self.fault)
        try:
            yield
        finally:
            self.fault.unlink()

    @property
    def hit(self) -> Path:
        """There once a call has failed, until it is taken away."""
        return self.fault.with_name("fault.hit")
