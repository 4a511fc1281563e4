"""Facts at work: an overdue one keeps its questions out of tests, a changed one names what it touches."""

from datetime import UTC, datetime, timedelta

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.assessment.errors import BlueprintShort
from quizapp.services import attempts, exams, facts, uploads
from quizapp.services.errors import NotFound
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import files, packed
from tests.services.desks import sit_down
from tests.small_bank import NOW

DUE = "review_by: 2027-06-30"
LAST_DAY = datetime(2027, 6, 30, 12, 0, tzinfo=UTC)
OVERDUE = LAST_DAY + timedelta(days=1)
FACT = "bill-discount-base"


def _files() -> dict[str, bytes]:
    """The example bank with an exam of one question."""
    held = files()
    return held | {"exams.yml": held["exams.yml"].replace(b"items: 2", b"items: 1")}


def _publish(store: Store, *changes: tuple[str, str]) -> uploads.UploadReport:
    held = _files()
    for old, new in changes:
        assert old in held["facts.yml"].decode()
        held["facts.yml"] = held["facts.yml"].decode().replace(old, new).encode()
    public_id = uploads.stage_upload(store, None, "example.zip", packed(held), NOW)
    report = uploads.upload_report(store, public_id)
    uploads.apply_upload(store, public_id, (), False, None, NOW)
    return report


@pytest.fixture
def dated(store: Store) -> Store:
    """A store with the example bank, two of whose items rest on one fact."""
    _publish(store)
    return store


def _dealt(store: Store, now: datetime, mode: Mode = Mode.TIMED) -> set[str]:
    """The questions of many booklets begun at an instant."""
    found = set()
    for seed in range(6):
        account_id = sit_down(store).account_id
        public_id = attempts.begin(store, account_id, "example", "try-out", mode, now, seed)
        found |= {one.slug for one in small_bank.booklet(store, public_id)}
    return found


def _resting(store: Store) -> set[str]:
    listed = facts.list_facts(store, "example", NOW.date())
    assert listed
    return {item.slug for one in listed.facts if one.fact.id == FACT for item in one.items}


def test_a_fact_lists_the_items_that_rest_on_it(dated: Store) -> None:
    assert len(_resting(dated)) >= 2


def test_the_questions_of_an_overdue_fact_are_kept_out_of_timed_tests_from_the_day_after(
    dated: Store,
) -> None:
    resting = _resting(dated)
    assert _dealt(dated, LAST_DAY) & resting
    assert not _dealt(dated, OVERDUE) & resting


def test_practice_still_asks_them(dated: Store) -> None:
    assert _dealt(dated, OVERDUE, Mode.TUTOR) & _resting(dated)


def test_a_fact_that_was_looked_up_again_brings_its_questions_back(dated: Store) -> None:
    resting = _resting(dated)
    report = _publish(dated, (DUE, "review_by: 2028-06-30"))
    assert report.comparison
    (changed,) = report.comparison.facts
    assert (changed.id, {one.slug for one in changed.items}) == (FACT, resting)
    assert _dealt(dated, OVERDUE) & resting


def test_control_files_that_say_the_same_of_a_fact_change_none(dated: Store) -> None:
    report = uploads.upload_report(
        dated, uploads.stage_upload(dated, None, "example.zip", packed(_files()), NOW)
    )
    assert report.comparison
    assert report.comparison.facts == ()


def test_the_start_page_says_when_too_little_is_left(dated: Store) -> None:
    account_id = sit_down(dated).account_id
    _publish_everything_on_the_fact(dated)
    assert exams.start(dated, account_id, "example", "try-out", LAST_DAY).short is None
    assert exams.start(dated, account_id, "example", "try-out", OVERDUE).short
    with pytest.raises(BlueprintShort):
        attempts.begin(dated, account_id, "example", "try-out", Mode.TIMED, OVERDUE, 1)


def _publish_everything_on_the_fact(store: Store) -> None:
    held = {name: text.decode() for name, text in _files().items()}
    lines = held["items/T1.yml"].replace(f"    facts: [{FACT}]\n", "").splitlines()
    resting = [f"    facts: [{FACT}]\n{one}" if one.startswith("    sources:") else one for one in lines]
    held["items/T1.yml"] = "\n".join(resting).replace("2028-06-30", "2027-06-30") + "\n"
    public_id = uploads.stage_upload(
        store, None, "example.zip", packed({name: text.encode() for name, text in held.items()}), NOW
    )
    uploads.apply_upload(store, public_id, (), False, None, NOW)


def test_facts_are_listed_by_review_and_marked_when_due_and_overdue(dated: Store) -> None:
    def marks(day: datetime) -> tuple[bool, bool]:
        listed = facts.list_facts(dated, None, day.date())
        assert listed
        (one,) = listed.facts
        assert bool(listed.expired) == one.expired
        return one.due, one.expired

    assert marks(NOW) == (False, False)
    assert marks(LAST_DAY) == (True, False)
    assert marks(OVERDUE) == (False, True)


def test_an_unknown_bank_has_no_facts(dated: Store) -> None:
    with pytest.raises(NotFound):
        facts.list_facts(dated, "no-such-bank", NOW.date())
