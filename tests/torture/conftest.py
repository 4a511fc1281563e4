"""What the tortures share: a process that forks servers, and a place for what they write."""

from collections.abc import Iterator

import pytest

from tests.torture.disks import compiled
from tests.torture.servers import Nursery


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Forks servers on an honest disk."""
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def disk_nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Forks servers on disks that forget and fail."""
    folder = tmp_path_factory.mktemp("nursery")
    made = Nursery(folder, LD_PRELOAD=str(compiled(folder)))
    yield made
    made.close()
