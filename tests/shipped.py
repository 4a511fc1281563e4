"""The bank that ships, read from its files once for all tests of a run, and only if one asks."""

import fcntl
import os
import pickle
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.item import Item
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.folder import files_of_folder
from quizapp.bank.reader import read_bank
from quizapp.bank.values import Fact, Reading

BANK = Path(__file__).parent.parent / "question_bank" / "treasuries"
RUN_FOLDER = "TEST_RUN_FOLDER"
"""The variable that names the folder of a run of several processes (tests/conftest.py sets it)."""


@cache
def reading() -> Reading:
    """What the reader says of the files; of the processes of a run the first reads, the others take over."""
    folder = os.environ.get(RUN_FOLDER)
    if folder is None:
        return read_bank(files_of_folder(BANK))
    kept = Path(folder, "shipped.pickle")
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(read_bank(files_of_folder(BANK))))
        read: Reading = pickle.loads(kept.read_bytes())
    return read


@cache
def items() -> list[Item]:
    """Every item; of an item template its specimen."""
    return [one.item for one in reading().items]


@cache
def templates() -> Mapping[str, ItemTemplate]:
    """Every item template by its id."""
    return {one.template.id: one.template for one in reading().items if one.template}


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by its id."""
    return {one.id: one for one in reading().facts or ()}


@cache
def profiles() -> Mapping[str, ExamProfile]:
    """Every exam by its id."""
    return {one.id: one for one in reading().profiles or ()}


@cache
def checked_on() -> date:
    """The day on which the bank was last checked as a whole."""
    return max(item.public.as_of for item in items())
