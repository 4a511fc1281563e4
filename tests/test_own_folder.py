"""Where tests write: each user of a machine in a folder of their own."""

import os
import stat
from pathlib import Path

import pytest

from tests.conftest import own_folder

ME = os.getuid()


def test_a_user_gets_the_same_folder_each_time_and_nobody_elses(tmp_path: Path) -> None:
    own = own_folder(tmp_path, ME)
    assert own == own_folder(tmp_path, ME)
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert str(ME) in own.name


def test_a_folder_that_somebody_else_made_under_that_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="set TMPDIR"):
        own_folder(tmp_path, ME + 1)  # whose folder this user has made


def test_a_link_under_that_name_is_refused(tmp_path: Path) -> None:
    own = own_folder(tmp_path, ME)
    own.rmdir()
    own.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="set TMPDIR"):
        own_folder(tmp_path, ME)
