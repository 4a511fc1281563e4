"""Uploads staged, compared and published at once; items listed, previewed and retired."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from quizapp.assessment.attempt import Mode
from quizapp.assessment.errors import KeyWithheld
from quizapp.bank.formats.native_examples import ITEMS
from quizapp.bank.reader import read_bank
from quizapp.services import attempts, banks, items, results, revisions, uploads
from quizapp.services import shipped as shipping
from quizapp.services.errors import Conflict, NotFound, Refused
from quizapp.services.revisions import Fate
from quizapp.services.uploads import UploadReport
from quizapp.store import publishing
from quizapp.store.catalogue import ItemRow
from quizapp.store.tables import bank, bank_revision, draw_position, exam, item, item_version
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, ITEM_FILE, PRICE, files, packed
from tests.small_bank import NOW

CASE_ITEM = ANSWERS_MORE
ON_ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided above the store, whose statements other tests run on both databases."""


def _stage(store: Store, held: dict[str, bytes], account_id: int | None = None) -> str:
    return uploads.stage_upload(store, account_id, "example.zip", packed(held), NOW)


def _publish(store: Store, held: dict[str, bytes], **how: object) -> int:
    values = {"retire": (), "leave_out": False, "account_id": None, "now": NOW} | how
    return uploads.apply_upload(store, _stage(store, held), **values)  # type: ignore[arg-type]


def _rows(store: Store) -> dict[str, ItemRow]:
    found = items.list_items(store, "example", items.wanted_items(), 1)
    return {one.row.slug: one.row for one in found.items} if found else {}


def _counts(store: Store) -> tuple[int, ...]:
    with store.read() as conn:
        return tuple(
            conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (bank, bank_revision, item, exam, draw_position)
        )


def _fates(report: UploadReport) -> dict[str, str]:
    assert report.comparison
    return {one.slug: one.fate.value for one in report.comparison.changes}


def _dense(store: Store) -> None:
    """Positions count from 0 without a hole in every cell, and name every live unit once."""
    with store.read() as conn:
        rows = conn.execute(
            select(
                draw_position.c.topic,
                draw_position.c.difficulty,
                draw_position.c.position,
                draw_position.c.unit_key,
            )
        ).all()
    cells: dict[tuple[str, int], list[int]] = {}
    for topic, difficulty, position, _ in rows:
        cells.setdefault((topic, difficulty), []).append(position)
    assert all(sorted(held) == list(range(len(held))) for held in cells.values())
    assert len({key for *_, key in rows}) == len(rows)


def test_staging_publishes_nothing(store: Store) -> None:
    public_id = _stage(store, files())
    assert _counts(store) == (0, 0, 0, 0, 0)
    report = uploads.upload_report(store, public_id)
    assert _fates(report) == {DAY_BASE: "new", ANSWERS_MORE: "new", PRICE: "new"}
    assert (report.plan.found, report.obstacle, report.bank_title) == (3, None, "An example bank")


def test_an_upload_is_published_with_its_exams_and_dense_positions(store: Store) -> None:
    assert _publish(store, files()) == 1
    assert {slug: row.status for slug, row in _rows(store).items()} == {
        DAY_BASE: "live",
        ANSWERS_MORE: "live",
        PRICE: "live",
    }
    assert _counts(store) == (1, 1, 3, 1, 3)
    _dense(store)
    with store.read() as conn:
        known = revisions.known_bank(conn, "example")
    reading = read_bank(files())
    assert known
    assert (known.head, known.facts) == (reading.head, reading.facts)


def test_the_same_files_again_change_nothing(store: Store) -> None:
    _publish(store, files())
    public_id = _stage(store, files())
    report = uploads.upload_report(store, public_id)
    assert set(_fates(report).values()) == {"same"}
    assert report.obstacle == "nothing_changed"
    with pytest.raises(Refused, match="nothing_changed"):
        uploads.apply_upload(store, public_id, (), False, None, NOW)
    with store.read() as conn:
        assert conn.execute(select(func.count()).select_from(item_version)).scalar_one() == 3


def test_what_changed_and_what_is_gone_is_told(store: Store) -> None:
    _publish(store, files())
    changed = files(items=("Over a year of how many", "Over how many"))
    text = changed[ITEM_FILE].decode()
    gone = text[: text.index(f"  - id: {PRICE}")]
    report = uploads.upload_report(store, _stage(store, {ITEM_FILE: gone.encode()}))
    assert _fates(report) == {DAY_BASE: "changed", ANSWERS_MORE: "same"}
    assert report.comparison
    assert [(one.slug, one.bound) for one in report.comparison.gone] == [(PRICE, False)]
    assert report.rekeyed == ()


def _easy() -> dict[str, bytes]:
    """The example bank with an exam of one question."""
    return files() | {"exams.yml": files()["exams.yml"].replace(b"items: 2", b"items: 1")}


def test_gone_items_stay_unless_ticked(store: Store) -> None:
    _publish(store, _easy())
    rest = files(items=("Over a year of how many", "Over how many"))[ITEM_FILE].decode()
    without = {ITEM_FILE: rest[: rest.index(f"  - id: {PRICE}")].encode()}
    _publish(store, without)
    assert _rows(store)[PRICE].status == "live"
    assert _publish(store, without, retire=(PRICE,)) == 3
    row = _rows(store)[PRICE]
    assert (row.status, row.retired_at) == ("retired", None)
    _dense(store)
    assert _publish(store, _easy()) == 4
    assert _rows(store)[PRICE].status == "live"


@ON_ONE_DATABASE
def test_a_tick_on_what_is_not_gone_is_refused(store: Store) -> None:
    _publish(store, files())
    held = files(items=("Over a year of how many", "Over how many"))
    with pytest.raises(Refused, match="not_gone"):
        _publish(store, held, retire=(DAY_BASE,))
    assert _rows(store)[DAY_BASE].status == "live"


def test_rejected_items_need_agreement_and_keep_what_the_bank_has(store: Store) -> None:
    _publish(store, files())
    before = _rows(store)
    spoilt = files(items=("decimals: 2", "decimals: two"))
    text = spoilt[ITEM_FILE].replace(b"Over a year of how many", b"Over how many")
    public_id = _stage(store, spoilt | {ITEM_FILE: text})
    report = uploads.upload_report(store, public_id)
    assert report.plan.rejected == (PRICE,)
    (problem,) = report.plan.problems
    assert (problem.file, problem.item, problem.code) == (ITEM_FILE, PRICE, "not_a_whole_number")
    assert problem.line == text.decode()[: text.decode().index("decimals: two")].count("\n") + 1
    with pytest.raises(Refused, match="leave_out"):
        uploads.apply_upload(store, public_id, (), False, None, NOW)
    assert _rows(store) == before
    uploads.apply_upload(store, public_id, (), True, None, NOW)
    after = _rows(store)
    assert after[PRICE] == before[PRICE]
    assert after[DAY_BASE].version != before[DAY_BASE].version


@ON_ONE_DATABASE
def test_a_blocked_upload_says_why_and_cannot_be_applied(store: Store) -> None:
    for held in (files(bank=("topics:", "topics: [")), {"bank.txt": b"x"}, {"../bank.yml": b"x"}):
        public_id = _stage(store, held)
        report = uploads.upload_report(store, public_id)
        assert report.plan.problems
        assert report.obstacle == "blocked"
        with pytest.raises(Refused, match="blocked"):
            uploads.apply_upload(store, public_id, (), True, None, NOW)
    assert _counts(store) == (0, 0, 0, 0, 0)


def test_an_upload_is_applied_once(store: Store) -> None:
    public_id = _stage(store, files())
    uploads.apply_upload(store, public_id, (), False, None, NOW)
    with pytest.raises(Conflict, match="upload_applied"):
        uploads.apply_upload(store, public_id, (), False, None, NOW)


def test_two_admins_who_apply_at_once_publish_once(store: Store) -> None:
    public_id = _stage(store, files())
    ready = threading.Barrier(4)

    def apply(_: int) -> str:
        ready.wait()
        try:
            return f"revision {uploads.apply_upload(store, public_id, (), False, None, NOW)}"
        except Conflict as stopped:
            return stopped.code

    with ThreadPoolExecutor(4) as people:
        told = sorted(people.map(apply, range(4)))
    assert told.count("revision 1") == 1
    assert set(told) <= {"revision 1", "upload_applied", "bank_moved"}
    assert _counts(store) == (1, 1, 3, 1, 3)


def test_an_upload_compared_with_an_older_revision_is_refused(store: Store) -> None:
    _publish(store, files())
    late = _stage(store, files(items=("Over a year of how many", "Over how many")))
    _publish(store, files(items=("level: recall", "level: understand")))
    assert uploads.upload_report(store, late).obstacle == "bank_moved"
    with pytest.raises(Conflict, match="bank_moved"):
        uploads.apply_upload(store, late, (), False, None, NOW)


def test_a_bank_that_could_not_fill_an_exam_is_not_published(store: Store) -> None:
    public_id = _stage(store, files(items=("status: live", "status: draft")))
    report = uploads.upload_report(store, public_id)
    assert report.obstacle == "short"
    assert report.comparison
    assert [(one.exam, one.short.wanted, one.short.found) for one in report.comparison.short] == [
        ("Try-out", 2, 1)
    ]
    with pytest.raises(Refused, match="short"):
        uploads.apply_upload(store, public_id, (), False, None, NOW)
    assert _counts(store)[0] == 0


def test_retiring_a_gone_item_may_not_starve_an_exam(store: Store) -> None:
    _publish(store, files())
    rest = files()[ITEM_FILE].decode()
    public_id = _stage(store, {ITEM_FILE: rest[: rest.index(f"  - id: {PRICE}")].encode()})
    with pytest.raises(Refused, match="short"):
        uploads.apply_upload(store, public_id, (PRICE,), False, None, NOW)
    assert uploads.upload_report(store, public_id, None, (PRICE,)).obstacle == "short"
    assert _rows(store)[PRICE].status == "live"


def test_a_unit_that_fails_at_its_end_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _publish(store, files())
    before, rows = _counts(store), _rows(store)
    public_id = _stage(store, files(items=("Over a year of how many", "Over how many")))
    honest = publishing.publish

    def failing(*args: object, **more: object) -> int:
        honest(*args, **more)  # type: ignore[arg-type]
        raise RuntimeError("the power goes")

    monkeypatch.setattr(publishing, "publish", failing)
    with pytest.raises(RuntimeError):
        uploads.apply_upload(store, public_id, (), False, None, NOW)
    assert (_counts(store), _rows(store)) == (before, rows)
    monkeypatch.undo()
    uploads.apply_upload(store, public_id, (), False, None, NOW)
    assert _rows(store) != rows


@ON_ONE_DATABASE
def test_an_upload_of_one_topic_says_nothing_of_others(store: Store) -> None:
    head = files()["bank.yml"].decode() + (
        "  - id: T2\n    title: Second\n    subtopics: [{id: '2.1', title: One}]\n"
        "    objectives: [{id: T2-O1, text: Do.}]\n"
    )
    other = (
        files()[ITEM_FILE]
        .decode()
        .replace("topic: T1", "topic: T2")
        .replace('"1.1"', '"2.1"')
        .replace("T1-O1", "T2-O1")
    )
    start, single = (
        other.split("stimuli:")[0],
        other[other.index(f"  - id: {DAY_BASE}") : other.index(f"  - id: {ANSWERS_MORE}")],
    )
    second = start + "items:\n" + single.replace(DAY_BASE, "second-item")
    _publish(store, files() | {"bank.yml": head.encode(), "items/T2.yml": second.encode()})
    assert len(_rows(store)) == 4
    report = uploads.upload_report(
        store, _stage(store, {"T2.yml": second.replace("Over a year of", "Over").encode()})
    )
    assert report.comparison
    assert report.comparison.gone == ()
    assert _fates(report) == {"second-item": "changed"}


def _begin_with(store: Store, account_id: int, slug: str) -> str:
    """An open attempt that was dealt an item, after others that were not."""
    for seed in range(50):
        public_id = attempts.begin(store, account_id, "example", "try-out", Mode.TIMED, NOW, seed)
        if slug in {one.slug for one in small_bank.booklet(store, public_id)}:
            return public_id
        attempts.hand_in(store, account_id, public_id, NOW)
    raise AssertionError(f"no draw held {slug}")


def test_a_changed_key_names_the_attempts_it_touched(store: Store) -> None:
    _publish(store, files())
    ada = small_bank.candidate(store)
    public_id = _begin_with(store, ada, PRICE)
    rekeyed = files(items=("value: 97.50", "value: 97.40"))
    report = uploads.upload_report(store, _stage(store, rekeyed))
    (change,) = report.rekeyed
    assert change.slug == PRICE
    assert change.touched
    assert change.touched.count == 1
    assert [(one.public_id, one.account_id, one.email) for one in change.touched.newest] == [
        (public_id, ada, "ada@example.org")
    ]
    before = small_bank.booklet(store, public_id)
    _publish(store, rekeyed)
    assert small_bank.booklet(store, public_id) == before
    attempts.hand_in(store, ada, public_id, NOW)
    _, explained, _ = results.review(store, ada, public_id, NOW)
    assert [one.dealt.slug for one in explained if one.dealt.key_changed] == [PRICE]
    assert all(one.revealed and one.revealed.key_text != "97.40 USD, give or take 0.005" for one in explained)


def test_an_item_retired_by_hand_stays_so_whatever_files_say(store: Store) -> None:
    _publish(store, files())
    items.retire_item(store, _rows(store)[CASE_ITEM].id, NOW)
    changed = files(items=("Yields of both bonds rise", "Both yields rise"))
    report = uploads.upload_report(store, _stage(store, changed))
    assert report.stay_retired == (CASE_ITEM,)
    _publish(store, changed)
    row = _rows(store)[CASE_ITEM]
    assert (row.status, row.retired_at) == ("retired", NOW)
    _dense(store)


def test_a_case_set_is_never_torn_by_an_upload(store: Store) -> None:
    text = files()[ITEM_FILE].decode()
    first = text[text.index(f"  - id: {ANSWERS_MORE}") : text.index(f"  - id: {PRICE}")]
    second = first.replace(ANSWERS_MORE, "second-of-case").replace("term-and-sensitivity", "another-idea")
    _publish(store, files() | {ITEM_FILE: text.replace(first, first + second).encode()})
    changed = files(items=("A client holds two bonds", "A fund holds two bonds"))
    report = uploads.upload_report(store, _stage(store, changed))
    assert report.comparison
    assert [(one.slug, one.bound) for one in report.comparison.gone] == [("second-of-case", True)]
    with pytest.raises(Refused, match="case_set_torn"):
        _publish(store, changed)
    _publish(store, changed, retire=("second-of-case",))
    with store.read() as conn:
        sizes = dict(conn.execute(select(draw_position.c.unit_key, draw_position.c.size)).all())
    assert sizes["case-two-bonds"] == 1


def test_authors_see_their_own_uploads_only(store: Store) -> None:
    ada, eve = small_bank.candidate(store), small_bank.candidate(store, "eve@example.org")
    public_id = _stage(store, files(), ada)
    assert uploads.upload_report(store, public_id, ada)
    with pytest.raises(NotFound):
        uploads.upload_report(store, public_id, eve)
    assert uploads.recent(store, eve) == ()
    with pytest.raises(NotFound):
        uploads.upload_report(store, "no-such-upload")
    assert [one.public_id for one in uploads.recent(store, None)] == [public_id]


@ON_ONE_DATABASE
def test_a_flood_of_uploads_is_stopped(store: Store) -> None:
    ada = small_bank.candidate(store)
    for _ in range(uploads.MOST_IN_AN_HOUR):
        uploads.stage_upload(store, ada, "x.yml", b"a: 1", NOW)
    with pytest.raises(Refused, match="too_many"):
        uploads.stage_upload(store, ada, "x.yml", b"a: 1", NOW)


@ON_ONE_DATABASE
def test_a_hostile_file_name_is_made_plain(store: Store) -> None:
    for name in (
        "../../etc/passwd\n.yml",
        "C:\\x\\y.yml",
        "\u202egpj.yml",
        "x" * 500 + ".yml",
        "",
        "a\0b.yml",
    ):
        kept = uploads.upload_report(
            store, uploads.stage_upload(store, None, name, b"a: 1", NOW)
        ).upload.file_name
        assert kept.isprintable()
        assert 0 < len(kept) <= 120
        assert "/" not in kept


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "banks" / "example"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _spoil(folder: Path, old: str, new: str) -> None:
    file = folder / ITEM_FILE
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def test_what_ships_is_loaded_once_and_again_when_it_is_newer(store: Store, shipped: Path) -> None:
    assert shipping.load_shipped(store, shipped, NOW).outcome is shipping.Outcome.APPLIED
    again = shipping.load_shipped(store, shipped, NOW)
    assert (again.outcome, again.revision) == (shipping.Outcome.UNCHANGED, 1)
    _spoil(shipped, "Over a year of how many", "Over how many")
    (newer,) = shipping.load_all_shipped(store, shipped.parent, NOW)
    assert (newer.outcome, newer.revision) == (shipping.Outcome.APPLIED, 2)


@ON_ONE_DATABASE
def test_files_that_were_loaded_are_not_parsed_again(
    store: Store, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipping.load_shipped(store, shipped, NOW)
    monkeypatch.setattr(shipping, "read_bank", None)
    assert shipping.load_shipped(store, shipped, NOW).outcome is shipping.Outcome.UNCHANGED
    _spoil(shipped, "Over a year of how many", "Over how many")
    with pytest.raises(TypeError):
        shipping.load_shipped(store, shipped, NOW)


def test_a_bank_edited_here_is_kept_and_retiring_is_no_edit(store: Store, shipped: Path) -> None:
    shipping.load_shipped(store, shipped, NOW)
    items.retire_item(store, _rows(store)[CASE_ITEM].id, NOW)
    _spoil(shipped, "Over a year of how many", "Over how many")
    assert shipping.load_shipped(store, shipped, NOW).outcome is shipping.Outcome.APPLIED
    assert _rows(store)[CASE_ITEM].status == "retired"
    _publish(store, files(items=("level: recall", "level: understand")))
    _spoil(shipped, "Over how many", "Within how many")
    kept = shipping.load_shipped(store, shipped, NOW)
    assert (kept.outcome, kept.revision) == (shipping.Outcome.KEPT, 3)


@ON_ONE_DATABASE
def test_unsound_files_that_ship_are_refused_whole(store: Store, shipped: Path) -> None:
    _spoil(shipped, "level: recall", "level: guess")
    report = shipping.load_shipped(store, shipped, NOW)
    assert report.outcome is shipping.Outcome.REFUSED
    assert report.problems
    assert _counts(store)[0] == 0
    _spoil(shipped, "level: guess", "level: recall")
    _spoil(shipped, "status: live", "status: draft")
    short = shipping.load_shipped(store, shipped, NOW)
    assert (short.outcome, len(short.short)) == (shipping.Outcome.REFUSED, 1)


@ON_ONE_DATABASE
def test_a_bank_in_the_folder_of_another_is_refused(store: Store, shipped: Path) -> None:
    report = shipping.load_shipped(store, shipped.rename(shipped.parent / "elsewhere"), NOW)
    assert (report.outcome, report.problems[0].code) == (shipping.Outcome.REFUSED, "bank_folder")


def test_a_shipped_topic_that_is_dropped_is_retired_whole(store: Store, shipped: Path) -> None:
    head = (shipped / "bank.yml").read_text()
    second = (
        "  - id: T2\n    title: Second\n    subtopics: [{id: '2.1', title: One}]\n"
        "    objectives: [{id: T2-O1, text: Do.}]\n"
    )
    single = (
        ITEMS["single_choice"]
        .replace(DAY_BASE, "second-item")
        .replace('"1.1"', '"2.1"')
        .replace("T1-O1", "T2-O1")
    )
    (shipped / "bank.yml").write_text(head + second)
    (shipped / "items" / "T2.yml").write_text(f"format: 1\nbank: example\ntopic: T2\nitems:\n{single}")
    assert shipping.load_shipped(store, shipped, NOW).outcome is shipping.Outcome.APPLIED
    (shipped / "bank.yml").write_text(head)
    (shipped / "items" / "T2.yml").unlink()
    assert shipping.load_shipped(store, shipped, NOW).outcome is shipping.Outcome.APPLIED
    assert _rows(store)["second-item"].status == "retired"
    with store.read() as conn:
        known = revisions.known_bank(conn, "example")
    assert known
    assert [topic.id for topic in known.head.topics] == ["T1", "T2"]


def test_an_export_is_the_same_each_time_and_imports_as_the_same_bank(store: Store, tmp_path: Path) -> None:
    _publish(store, files())
    packed_bank = banks.export_bank(store, "example")
    assert packed_bank == banks.export_bank(store, "example")
    report = uploads.upload_report(store, uploads.stage_upload(store, None, "example.zip", packed_bank, NOW))
    assert report.obstacle == "nothing_changed"
    names = banks.export_to(store, "example", tmp_path / "out")
    for name in names:
        text = (tmp_path / "out" / name).read_text()
        assert text.startswith("# Independent, open-source study aid. Not affiliated with")
    assert banks.check_folder(tmp_path / "out").clean
    with pytest.raises(NotFound):
        banks.export_bank(store, "no-such-bank")


def test_an_export_waits_while_a_timed_test_of_the_same_person_is_open(store: Store) -> None:
    _publish(store, files())
    ada = small_bank.candidate(store)
    assert banks.export_bank(store, "example", ada)
    public_id = attempts.begin(store, ada, "example", "try-out", Mode.TIMED, NOW, 1)
    with pytest.raises(KeyWithheld):
        banks.export_bank(store, "example", ada)
    attempts.hand_in(store, ada, public_id, NOW)
    assert banks.export_bank(store, "example", ada)


@ON_ONE_DATABASE
def test_the_command_line_checks_and_imports_folders_archives_and_files(
    store: Store, shipped: Path, tmp_path: Path
) -> None:
    assert banks.check_folder(shipped).clean
    first = banks.import_files(store, shipped, False, False, NOW)
    assert (first.revision, first.refused) == (1, None)
    archive = tmp_path / "bank.zip"
    spoilt = files(items=("decimals: 2", "decimals: two"), bank=("Two ideas", "Three ideas"))
    archive.write_bytes(packed(spoilt))
    assert banks.check_folder(archive).rejected == (PRICE,)
    stopped = banks.import_files(store, archive, False, False, NOW)
    assert (stopped.revision, stopped.refused) == (None, "leave_out")
    single = tmp_path / "T1.yml"
    single.write_bytes(files(items=("Over a year of how many", "Over how many"))[ITEM_FILE])
    assert banks.import_files(store, single, False, False, NOW).revision == 2
    assert banks.import_files(store, single, False, False, NOW).refused == "nothing_changed"
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK nothing")
    assert banks.check_folder(broken).blocked
    assert banks.import_files(store, broken, True, True, NOW).refused == "blocked"
    with pytest.raises(NotFound):
        banks.check_folder(tmp_path / "nowhere")


def test_an_import_retires_what_is_gone_only_when_told(store: Store, tmp_path: Path) -> None:
    _publish(store, files(exams=("minutes: 5", "minutes: 6")))
    text = files()[ITEM_FILE].decode()
    case = text[text.index(f"  - id: {ANSWERS_MORE}") : text.index(f"  - id: {PRICE}")]
    single = tmp_path / "T1.yml"
    single.write_text(text.replace(case, "").replace("Over a year of how many", "Over how many"))
    banks.import_files(store, single, False, False, NOW)
    assert _rows(store)[ANSWERS_MORE].status == "live"
    banks.import_files(store, single, False, True, NOW)
    assert _rows(store)[ANSWERS_MORE].status == "retired"


def test_lists_filter_and_search(store: Store) -> None:
    assert items.list_items(store, None, items.wanted_items(), 1) is None
    _publish(store, files())

    def slugs(**wanted: str) -> list[str]:
        found = items.list_items(store, None, items.wanted_items(**wanted), 1)
        assert found
        return [one.row.slug for one in found.items]

    assert slugs() == [DAY_BASE, ANSWERS_MORE, PRICE]
    assert slugs(interaction="numeric_entry") == [PRICE]
    assert slugs(level="understand") == [ANSWERS_MORE]
    assert slugs(difficulty="2") == [ANSWERS_MORE, PRICE]
    assert slugs(words="BILL days") == [DAY_BASE, PRICE]
    assert slugs(words="100%") == []
    assert slugs(words="4.00_") == []
    assert slugs(topic="T9") == []
    assert slugs(level="nonsense", difficulty="9", status="'; DROP TABLE item") == slugs()
    with pytest.raises(NotFound):
        items.list_items(store, "other", items.wanted_items(), 1)
    beyond = items.list_items(store, "example", items.wanted_items(), 99)
    assert beyond
    assert (beyond.page, beyond.pages, beyond.count) == (1, 1, 3)


def test_a_long_list_has_pages(store: Store) -> None:
    small_bank.stock(
        store, bank_items=[small_bank.single(f"one-{n:03}", concept=f"c-{n}") for n in range(120)]
    )
    pages = [items.list_items(store, "small", items.wanted_items(), page) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages if page] == [50, 50, 20]


def test_a_preview_shows_question_and_explanation_and_withholds_it_during_a_test(store: Store) -> None:
    _publish(store, files())
    ada, eve = small_bank.candidate(store), small_bank.candidate(store, "eve@example.org")
    public_id = attempts.begin(store, ada, "example", "try-out", Mode.TIMED, NOW, 1)
    dealt = {one.slug for one in small_bank.booklet(store, public_id)}
    for slug, row in _rows(store).items():
        shown = items.preview_item(store, ada, row.id)
        assert (shown.revealed is None) == (slug in dealt)
        assert items.preview_item(store, eve, row.id).revealed
    attempts.hand_in(store, ada, public_id, NOW)
    assert all(items.preview_item(store, ada, row.id).revealed for row in _rows(store).values())
    with pytest.raises(NotFound):
        items.preview_item(store, ada, 10**9)


def test_older_versions_can_be_previewed_and_foreign_ones_cannot(store: Store) -> None:
    _publish(store, files())
    ada = small_bank.candidate(store)
    old = _rows(store)[DAY_BASE]
    _publish(store, files(items=("Over a year of how many", "Over how many")))
    now = items.preview_item(store, ada, old.id)
    assert [one.version for one in now.versions if one.version == old.version]
    assert "Over how many" in now.asked.stem_html
    assert "Over a year of" in items.preview_item(store, ada, old.id, old.version).asked.stem_html
    with pytest.raises(NotFound):
        items.preview_item(store, ada, old.id, _rows(store)[PRICE].version)


def test_retiring_takes_an_item_out_at_once(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    found = items.list_items(store, "small", items.wanted_items(), 1)
    assert found
    by_slug = {one.row.slug: one.row for one in found.items}
    items.retire_item(store, by_slug["two-case-1"].id, NOW)
    _dense(store)
    with store.read() as conn:
        keys = set(conn.execute(select(draw_position.c.unit_key)).scalars())
    assert "ladder" not in keys
    with pytest.raises(Conflict, match="item_retired"):
        items.retire_item(store, by_slug["two-case-1"].id, NOW)
    with pytest.raises(NotFound):
        items.retire_item(store, 10**9, NOW)
    items.retire_item(store, by_slug["one-0"].id, NOW)
    for seed in range(10):
        public_id = attempts.begin(store, ada, "small", "quick", Mode.TIMED, NOW, seed)
        assert not {"one-0", "two-case-0"} & {one.slug for one in small_bank.booklet(store, public_id)}
        attempts.hand_in(store, ada, public_id, NOW)


@ON_ONE_DATABASE
def test_every_fate_has_its_list(store: Store) -> None:
    report = uploads.upload_report(store, _stage(store, files()))
    assert {fate: len(report.fated(fate)) for fate in Fate} == {Fate.NEW: 3, Fate.CHANGED: 0, Fate.SAME: 0}
