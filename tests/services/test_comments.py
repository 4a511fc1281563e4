"""Problems with questions, from the candidate's form to the admin's list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quizapp.services import attempts, comments
from quizapp.services.errors import NotFound, Refused
from quizapp.store.tables import comment
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import CANARY, NOW

ON_ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided above the store, whose statements other tests run on both databases."""


def _asked(store: Store) -> tuple[int, str]:
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    public_id = small_bank.begin(store, ada)
    small_bank.see(store, ada, public_id)
    return ada, public_id


def _report(
    store: Store, ada: int, public_id: str, text: str = "The key is wrong.", category: str = "key"
) -> None:
    comments.report(store, ada, public_id, 2, category, text, NOW)


def test_the_question_is_shown_as_asked_and_never_its_key(store: Store) -> None:
    ada, public_id = _asked(store)
    shown = comments.question(store, ada, public_id, 2, NOW)
    assert (shown.position, shown.title, shown.attempt_open) == (2, "Quick test", True)
    assert CANARY not in repr(shown)
    attempts.hand_in(store, ada, public_id, NOW)
    closed = comments.question(store, ada, public_id, 2, NOW)
    assert not closed.attempt_open
    assert CANARY not in repr(closed)


@pytest.mark.parametrize("position", [0, -1, 5, 2**63, -(2**63) - 1])
def test_a_position_outside_the_booklet_is_not_found(store: Store, position: int) -> None:
    ada, public_id = _asked(store)
    with pytest.raises(NotFound):
        comments.question(store, ada, public_id, position, NOW)


def test_another_ones_question_is_not_found(store: Store) -> None:
    _, public_id = _asked(store)
    eve = small_bank.candidate(store, "eve@example.org")
    with pytest.raises(NotFound):
        comments.question(store, eve, public_id, 2, NOW)
    with pytest.raises(NotFound):
        _report(store, eve, public_id)
    assert comments.listing(store, "open", 1).open == 0


def test_a_question_that_was_not_shown_yet_stays_unshown(store: Store) -> None:
    """A question of a part that waits behind its door must not be read through this form."""
    small_bank.stock(store)
    ada = small_bank.candidate(store)
    public_id = small_bank.begin(store, ada, "two-parts")
    with pytest.raises(NotFound):
        comments.question(store, ada, public_id, 5, NOW)
    small_bank.see(store, ada, public_id)
    assert comments.question(store, ada, public_id, 5, NOW).position == 5


def test_a_report_is_kept_with_the_version_that_was_dealt(store: Store) -> None:
    ada, public_id = _asked(store)
    _report(store, ada, public_id, "  The key\r\nis wrong.\x00\x1b[31m ")
    with store.read() as conn:
        row = conn.execute(select(comment)).one()
    assert row.item_version == small_bank.booklet(store, public_id)[1].version
    assert (row.position, row.category, row.state, row.created_at) == (2, "key", "open", NOW)
    assert row.text == "The key\nis wrong.[31m"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("category", "text", "code"),
    [
        ("rude", "Wrong.", "category"),
        ("key", " \r\n\t ", "text_missing"),
        ("key", "x" * (comments.LONGEST + 1), "text_long"),
    ],
)
def test_a_report_that_says_nothing_or_too_much_is_refused(
    store: Store, category: str, text: str, code: str
) -> None:
    ada, public_id = _asked(store)
    with pytest.raises(Refused) as refused:
        _report(store, ada, public_id, text, category)
    assert refused.value.code == code
    assert comments.listing(store, "open", 1).open == 0


def test_a_report_may_be_as_long_as_said_however_its_lines_end(store: Store) -> None:
    ada, public_id = _asked(store)
    _report(store, ada, public_id, "x\r\n" * 999 + "xy")
    assert comments.listing(store, "open", 1).open == 1


@ON_ONE_DATABASE
def test_a_flood_of_reports_is_refused_for_an_hour(store: Store) -> None:
    ada, public_id = _asked(store)
    for number in range(comments.MOST_IN_AN_HOUR):
        _report(store, ada, public_id, f"Report {number}")
    with pytest.raises(Refused) as refused:
        _report(store, ada, public_id, "One more")
    assert refused.value.code == "too_many"
    later = NOW + timedelta(hours=1, seconds=1)
    comments.report(store, ada, public_id, 2, "key", "One more", later)
    assert comments.listing(store, "open", 1).open == comments.MOST_IN_AN_HOUR + 1


@ON_ONE_DATABASE
def test_a_list_holds_fifty_and_a_page_beyond_the_last_is_the_last(store: Store) -> None:
    ada, public_id = _asked(store)
    for number in range(51):
        at = NOW + timedelta(minutes=3 * number)
        comments.report(store, ada, public_id, 2, "typo", f"Report {number}", at)
    first, second, beyond = (comments.listing(store, "open", page) for page in (1, 2, 99))
    assert (len(first.comments), first.comments[0].text, first.pages) == (50, "Report 50", 2)
    assert [one.text for one in second.comments] == ["Report 0"]
    assert beyond == second
    assert comments.listing(store, "open", -1) == first


def test_a_report_is_resolved_and_opened_again(store: Store) -> None:
    ada, public_id = _asked(store)
    _report(store, ada, public_id)
    (found,) = comments.listing(store, "open", 1).comments
    comments.resolve(store, found.id, NOW)
    assert comments.listing(store, "open", 1).comments == ()
    (resolved,) = comments.listing(store, "resolved", 1).comments
    assert resolved.resolved_at == NOW
    comments.reopen(store, found.id)
    (again,) = comments.listing(store, "open", 1).comments
    assert again == found


def test_an_unknown_report_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        comments.resolve(store, 1, NOW)
    with pytest.raises(NotFound):
        comments.reopen(store, 1)
