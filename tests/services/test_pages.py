"""Sample questions that anybody may answer, and the banks in their own words."""

import pytest
from sqlalchemy import func, select

from quizapp.services import attempts, pages
from quizapp.store.tables import metadata
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import CANARY, NOW


def _held(store: Store) -> tuple[int, str]:
    """An account with an open timed attempt that holds the sibling of `sample-one`."""
    ada = small_bank.candidate(store)
    for seed in range(50):
        public_id = small_bank.begin(store, ada, seed=seed)
        if "one-0" in {one.slug for one in small_bank.booklet(store, public_id)}:
            return ada, public_id
        attempts.hand_in(store, ada, public_id, NOW)
    raise AssertionError("the sibling was never drawn")


def test_without_a_bank_there_are_no_samples(store: Store) -> None:
    assert pages.samples(store, None, None, None) == pages.Samples((), None)
    assert pages.bank_words(store) == ()


def test_the_first_sample_is_shown_with_its_options_shuffled_alike_for_all(store: Store) -> None:
    small_bank.stock(store)
    found = pages.samples(store, None, None, None)
    assert found.names == (("sample-one", "First topic"), ("sample-two", "Second topic"))
    assert found.shown
    assert (found.shown.number, found.shown.topic, found.shown.asked.id) == (1, "First topic", "sample-one")
    assert found == pages.samples(store, small_bank.candidate(store), "no-such-sample", None)


def test_a_sample_tells_nothing_before_it_is_answered(store: Store) -> None:
    small_bank.stock(store)
    shown = pages.samples(store, None, "sample-one", None).shown
    assert shown
    assert shown.revealed is None
    assert CANARY not in repr(shown)
    answered = pages.samples(store, None, "sample-one", ["near"]).shown
    assert answered
    assert CANARY in repr(answered)


@pytest.mark.parametrize(
    ("slug", "sent", "right"),
    [
        ("sample-one", ["right"], True),
        ("sample-one", ["near"], False),
        ("sample-two", ["2.5"], True),
        ("sample-two", ["5.0"], False),
    ],
)
def test_an_answer_is_marked_and_explained(store: Store, slug: str, sent: list[str], right: bool) -> None:
    small_bank.stock(store)
    shown = pages.samples(store, None, slug, sent).shown
    assert shown
    assert (shown.right, shown.response, shown.error) == (right, tuple(sent), None)
    assert shown.revealed
    assert CANARY in shown.revealed.rule_html


@pytest.mark.parametrize(
    ("slug", "sent", "error"),
    [
        ("sample-one", [], "missing"),
        ("sample-one", ["no-such-option"], "unknown_option"),
        ("sample-two", ["two and a half"], "not_a_number"),
        ("sample-two", [" "], "missing"),
    ],
)
def test_no_answer_and_an_impossible_one_are_told_and_kept(
    store: Store, slug: str, sent: list[str], error: str
) -> None:
    small_bank.stock(store)
    shown = pages.samples(store, None, slug, sent).shown
    assert shown
    assert (shown.error, shown.revealed, shown.right) == (error, None, None)
    assert shown.typed == tuple(sent)


def test_an_answer_to_another_question_is_not_taken_for_this_one(store: Store) -> None:
    small_bank.stock(store)
    shown = pages.samples(store, None, "no-such-sample", ["right"]).shown
    assert shown
    assert (shown.asked.id, shown.revealed, shown.error) == ("sample-one", None, None)


def test_an_explanation_waits_while_a_sibling_is_in_an_open_timed_test(store: Store) -> None:
    small_bank.stock(store)
    ada, public_id = _held(store)
    shown = pages.samples(store, ada, "sample-one", ["right"]).shown
    assert shown
    assert (shown.withheld, shown.revealed, shown.right) == (True, None, None)
    assert CANARY not in repr(shown)
    other = pages.samples(store, ada, "sample-two", ["2.5"]).shown
    assert other
    assert other.right is True, "only the sibling waits"
    attempts.hand_in(store, ada, public_id, NOW)
    after = pages.samples(store, ada, "sample-one", ["right"]).shown
    assert after
    assert (after.withheld, after.right) == (False, True)


def test_answering_a_sample_writes_nothing(store: Store) -> None:
    small_bank.stock(store)
    ada = small_bank.candidate(store)

    def counts() -> dict[str, int]:
        with store.read() as conn:
            return {
                name: conn.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
            }

    before = counts()
    pages.samples(store, ada, "sample-one", ["right"])
    assert counts() == before
    small_bank.begin(store, ada)
    assert counts() != before, "the count would not have noticed"


def test_the_about_page_counts_what_may_be_drawn(store: Store) -> None:
    small_bank.stock(store)
    (found,) = pages.about_banks(store)
    assert (found.words.title, found.words.covers, found.questions) == ("A small bank", small_bank.COVERS, 13)
