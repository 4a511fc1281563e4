"""The banks that ship, at start: many starts, starts at once, and what must survive a newer bank.

The plain cases stand in `test_items.py`, beside the uploads that they have in common.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts, items, results, shipped, uploads
from quizapp.services.shipped import Outcome
from quizapp.store import publishing
from quizapp.store.items import bank_by_slug
from quizapp.store.tables import bank, bank_revision, item
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import ITEM_FILE, PRICE, files, packed
from tests.services.desks import sit_down
from tests.small_bank import NOW


@dataclass
class Folder:
    """A folder of a bank that ships, which a newer release rewrites."""

    path: Path

    def write(self, held: dict[str, bytes]) -> None:
        for name, content in held.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(content)

    def start(self, store: Store) -> shipped.ShippedReport:
        return shipped.load_shipped(store, self.path, NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "banks" / "example")
    made.write(files())
    return made


def _newer(old: str, new: str) -> dict[str, bytes]:
    return files(items=(old, new))


STEM = ("Over a year of how many", "Over how many")


def _standing(store: Store) -> dict[str, str]:
    with store.read() as conn:
        return dict(conn.execute(select(item.c.slug, item.c.status)).all())


def _revisions(store: Store) -> list[tuple[int, str]]:
    c = bank_revision.c
    with store.read() as conn:
        return [tuple(row) for row in conn.execute(select(c.revision, c.origin).order_by(c.revision))]


def test_many_starts_publish_once(store: Store, folder: Folder) -> None:
    told = [folder.start(store).outcome for _ in range(4)]
    assert told == [Outcome.APPLIED, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert _revisions(store) == [(1, "shipped")]


def test_a_file_that_was_only_touched_or_listed_otherwise_is_no_newer_bank(
    store: Store, folder: Folder
) -> None:
    folder.start(store)
    folder.write(dict(reversed(files().items())))
    assert folder.start(store).outcome is Outcome.UNCHANGED


def test_starts_at_once_publish_once(store: Store, folder: Folder) -> None:
    folder.start(store)
    folder.write(_newer(*STEM))
    ready = threading.Barrier(3)

    def start(_: int) -> Outcome:
        ready.wait()
        return folder.start(store).outcome

    with ThreadPoolExecutor(3) as starts:
        told = list(starts.map(start, range(3)))
    assert told.count(Outcome.APPLIED) == 1
    assert _revisions(store) == [(1, "shipped"), (2, "shipped")]


def test_an_edited_bank_is_kept_at_every_start_and_told_as_such(store: Store, folder: Folder) -> None:
    folder.start(store)
    public_id = uploads.stage_upload(
        store, None, "example.zip", packed(_newer("level: recall", "level: understand")), NOW
    )
    uploads.apply_upload(store, public_id, (), False, None, NOW)
    assert folder.start(store).outcome is Outcome.UNCHANGED
    folder.write(_newer(*STEM))
    for _ in range(2):
        kept = folder.start(store)
        assert (kept.outcome, kept.revision, kept.problems) == (Outcome.KEPT, 2, ())
    with store.read() as conn:
        held = bank_by_slug(conn, "example")
        assert held
        assert held.shipped_digest == shipped.digest_of(files())
        assert publishing.edited(conn, held.id)


def test_an_item_retired_by_hand_stays_retired_and_the_newer_bank_is_applied(
    store: Store, folder: Folder
) -> None:
    folder.start(store)
    with store.read() as conn:
        item_id = conn.execute(select(item.c.id).where(item.c.slug == PRICE)).scalar_one()
        held = bank_by_slug(conn, "example")
    items.retire_item(store, item_id, NOW)
    with store.read() as conn:
        assert held
        assert not publishing.edited(conn, held.id)
    folder.write(_newer(*STEM) | {"exams.yml": files()["exams.yml"].replace(b"items: 2", b"items: 1")})
    assert folder.start(store).outcome is Outcome.APPLIED
    assert _standing(store)[PRICE] == "retired"


def test_an_attempt_under_way_keeps_the_questions_of_the_older_bank(store: Store, folder: Folder) -> None:
    folder.start(store)
    desk = sit_down(store)
    public_id = attempts.begin(store, desk.account_id, "example", "try-out", Mode.TIMED, NOW, 1)
    before = small_bank.booklet(store, public_id)
    text = files()[ITEM_FILE].decode().replace(*STEM).replace("value: 97.50", "value: 97.40")
    folder.write(files() | {ITEM_FILE: text.encode()})
    assert folder.start(store).outcome is Outcome.APPLIED
    assert small_bank.booklet(store, public_id) == before
    attempts.hand_in(store, desk.account_id, public_id, NOW)
    explained = results.review(store, desk.account_id, public_id, NOW)[1]
    for one in explained:
        assert "Over how many" not in one.asked.stem_html
        assert one.dealt.key_changed == (one.dealt.slug == PRICE)


def test_unsound_newer_files_leave_the_stored_bank_as_it_was(store: Store, folder: Folder) -> None:
    folder.start(store)
    before = _standing(store)
    folder.write(_newer("level: recall", "level: guess"))
    refused = folder.start(store)
    assert (refused.outcome, refused.revision) == (Outcome.REFUSED, 1)
    assert [(one.file, one.code) for one in refused.problems] == [(ITEM_FILE, "not_allowed")]
    assert (_standing(store), _revisions(store)) == (before, [(1, "shipped")])
    folder.write(files())
    assert folder.start(store).outcome is Outcome.UNCHANGED


def test_every_folder_with_a_bank_is_loaded_and_nothing_else(store: Store, folder: Folder) -> None:
    other = {name: text.replace(b"bank: example", b"bank: second") for name, text in files().items()}
    other["bank.yml"] = other["bank.yml"].replace(b"id: example", b"id: second")
    Folder(folder.path.parent / "second").write(other)
    (folder.path.parent / "notes").mkdir()
    (folder.path.parent / "README.md").write_text("no bank")
    told = shipped.load_all_shipped(store, folder.path.parent, NOW)
    assert [(one.bank, one.outcome) for one in told] == [
        ("example", Outcome.APPLIED),
        ("second", Outcome.APPLIED),
    ]
    with store.read() as conn:
        assert set(conn.execute(select(bank.c.slug)).scalars()) == {"example", "second"}


def test_the_digest_covers_names_and_bytes_and_where_one_file_ends() -> None:
    base = shipped.digest_of({"a": b"xy", "b": b""})
    assert base == shipped.digest_of({"b": b"", "a": b"xy"})
    for other in ({"a": b"x", "b": b"y"}, {"a": b"xy"}, {"a": b"xy", "c": b""}, {"a": b"xY", "b": b""}):
        assert shipped.digest_of(other) != base
