"""What a candidate learns afterwards: the result, and the explanations that nothing holds shut."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.blueprint import Quota
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Item
from quizapp.assessment.options import ChoiceAnswer
from quizapp.bank.reader import read_bank
from quizapp.services import attempts, responses, results, sitting
from quizapp.services.errors import Conflict, NotFound
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import files
from tests.services import desks
from tests.services.desks import sit_down
from tests.small_bank import CANARY, NOW, exam, part, single

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


def _outcome(store: Store, account_id: int, public_id: str) -> results.Outcome:
    return results.outcome(store, account_id, public_id, LATER)


@pytest.mark.parametrize(
    ("right", "margin", "passed"), [(0, -3, False), (2, -1, False), (3, 0, True), (4, 1, True)]
)
def test_a_result_gives_marks_margin_and_what_went_wrong(
    kept: Store, right: int, margin: int, passed: bool
) -> None:
    desk = sit_down(kept)
    public_id = small_bank.sit(kept, desk.account_id, right)
    told = _outcome(kept, desk.account_id, public_id)
    (one,) = told.result.parts
    assert (one.marks_to_pass, one.margin, one.passed, told.result.passed) == (3, margin, passed, passed)
    assert (told.result.whole.marks, told.result.whole.percent) == (right, 25 * right)
    assert told.wrong == tuple(range(right + 1, 5))
    assert (told.key_changed, told.topic_titles["T1"]) == (False, "First topic")
    assert [(topic, tally.asked) for topic, tally in told.result.topics] == [("T1", 3), ("T2", 1)]


def test_what_is_unanswered_is_wrong_and_counted_apart(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    small_bank.answer(kept, desk.account_id, public_id, 2, right=True)
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    told = _outcome(kept, desk.account_id, public_id)
    assert (told.wrong, told.result.whole.unanswered) == ((1, 3, 4), 3)


def test_both_parts_must_be_passed(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    for position in (1, 2, 3, 4):
        small_bank.answer(kept, desk.account_id, public_id, position, right=True)
    attempts.leave_part(kept, desk.account_id, public_id, 0, NOW)
    small_bank.answer(kept, desk.account_id, public_id, 5, right=False)
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    told = _outcome(kept, desk.account_id, public_id)
    assert [(one.title, one.passed, one.margin) for one in told.result.parts] == [
        ("Part I", True, 1),
        ("Part II", False, -1),
    ]
    assert told.result.passed is False


def test_a_test_without_pass_mark_is_neither_passed_nor_missed(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.sit(kept, desk.account_id, 1, "warm-up")
    told = _outcome(kept, desk.account_id, public_id)
    assert (told.result.passed, told.result.parts[0].margin) == (None, None)


def test_questions_seen_before_are_told_apart(store: Store) -> None:
    two = exam("two", "Two", part("Two", 2, [Quota(("T1",), None, 2)]))
    small_bank.stock(store, [two], [single(f"one-{n}", concept=f"c-{n}") for n in range(3)])
    desk = sit_down(store)
    first = small_bank.sit(store, desk.account_id, 1, "two")
    assert _outcome(store, desk.account_id, first).result.repeats.asked == 0
    second = small_bank.sit(store, desk.account_id, 2, "two", NOW + MINUTE)
    told = _outcome(store, desk.account_id, second).result
    assert (told.first_seen.asked, told.repeats.asked) == (1, 1)
    assert (told.first_seen.marks, told.repeats.marks) == (1, 1)


def test_half_a_key_earns_what_the_exams_rule_says(store: Store) -> None:
    items = [one.item for one in read_bank(files()).items]
    several = next(one for one in items if one.public.interaction == "multiple_response")
    made = replace(several, public=replace(several.public, bank="small", topic="T1", stimulus=None))
    asked = part("Part", 1, [Quota(("T1",), None, 1)])
    costs = {ScoringRule.NEGATIVE: Fraction(1, 4)}
    exams = [
        exam(rule.value, rule.value, replace(asked, scoring=rule, penalty=costs.get(rule, Fraction(0))))
        for rule in ScoringRule
    ]
    small_bank.stock(store, exams, [made])
    desk, answer = sit_down(store), made.secret.answer
    assert isinstance(answer, ChoiceAnswer)
    marks = {}
    for rule in ScoringRule:
        public_id = small_bank.begin(store, desk.account_id, rule.value)
        desk.save(public_id, 1, answer.key[0])
        attempts.hand_in(store, desk.account_id, public_id, NOW)
        told = _outcome(store, desk.account_id, public_id)
        marks[rule] = told.result.whole.marks
        assert told.wrong == (1,)
        (one,) = results.review(store, desk.account_id, public_id, LATER)[1]
        assert (one.right, one.partly) == (False, bool(marks[rule]))
        assert one.dealt.marks == marks[rule] - costs.get(rule, 0)
    assert marks[ScoringRule.ALL_OR_NOTHING] == marks[ScoringRule.NEGATIVE] == 0
    assert marks[ScoringRule.PARTIAL] == Fraction(1, len(answer.key))


def test_an_open_attempt_has_neither_result_nor_review(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    for look in (results.outcome, results.review):
        with pytest.raises(Conflict, match="attempt_open"):
            look(kept, desk.account_id, public_id, NOW)
        with pytest.raises(NotFound):
            look(kept, sit_down(kept).account_id, public_id, NOW)
    assert _outcome(kept, desk.account_id, public_id).stored.finished_at == NOW + 10 * MINUTE


def test_a_review_shows_this_candidates_letters_answer_key_and_every_rationale(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "single")
    desk.save(public_id, 1, "near")
    desk.save(public_id, 1, "off", "far", kind=Kind.STRIKE)
    desk.save(public_id, 1, "1", kind=Kind.FLAG)
    before = sitting.question(kept, desk.account_id, public_id, 1, NOW).asked
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    stored, (one,), titles = results.review(kept, desk.account_id, public_id, LATER)
    assert (stored.public_id, titles["T1"]) == (public_id, "First topic")
    assert one.asked == before
    letters = {option.id: option.letter for option in before.options}
    assert (one.response, one.struck, one.flagged, one.right) == (("near",), ("far", "off"), True, False)
    assert one.asked.describe(one.response) == letters["near"]
    assert one.revealed
    assert (one.revealed.answer["key"], one.revealed.key_text) == (("right",), letters["right"])
    assert set(one.revealed.answer["rationales"]) == set(letters)
    assert all(CANARY in text for text in one.revealed.answer["rationales"].values())
    assert CANARY in one.revealed.why_html


# Shut while a timed test is open


def _siblings() -> list[Item]:
    """Two items of one concept in cells of their own, and one that has nothing to do with them."""
    return [
        single("one-a", "T1", 1, concept="shared"),
        single("one-b", "T1", 2, concept="shared"),
        single("one-c", "T1", 3, concept="apart"),
    ]


def _exam(slug: str, difficulty: int) -> small_bank.ExamProfile:
    return exam(slug, slug, part(slug, 1, [Quota(("T1",), difficulty, 1)]))


@pytest.mark.parametrize(("second", "shut"), [("first", True), ("sibling", True), ("apart", False)])
def test_an_explanation_is_shut_while_a_timed_test_with_the_item_or_a_sibling_is_open(
    store: Store, second: str, shut: bool
) -> None:
    small_bank.stock(store, [_exam("first", 1), _exam("sibling", 2), _exam("apart", 3)], _siblings())
    desk, other = sit_down(store), sit_down(store)
    closed = small_bank.sit(store, desk.account_id, 1, "first")
    others = small_bank.sit(store, other.account_id, 1, "first")
    still_open = small_bank.begin(store, desk.account_id, second)
    (one,) = results.review(store, desk.account_id, closed, NOW)[1]
    assert (one.revealed is None, CANARY not in repr(one)) == (shut, shut)
    assert results.outcome(store, desk.account_id, closed, NOW).result.whole.marks == 1
    assert results.review(store, other.account_id, others, NOW)[1][0].revealed
    attempts.hand_in(store, desk.account_id, still_open, NOW)
    assert results.review(store, desk.account_id, closed, NOW)[1][0].revealed


def test_a_tutor_explanation_is_shut_too_and_an_open_tutor_attempt_shuts_nothing(store: Store) -> None:
    small_bank.stock(store, [_exam("first", 1), _exam("sibling", 2)], _siblings())
    desk = sit_down(store)
    closed = small_bank.sit(store, desk.account_id, 1, "first")
    tutor = small_bank.begin(store, desk.account_id, "first", Mode.TUTOR)
    assert results.review(store, desk.account_id, closed, NOW)[1][0].revealed
    desk.save(tutor, 1, "near")
    responses.reveal(store, desk.account_id, tutor, 1, NOW)
    before = sitting.question(store, desk.account_id, tutor, 1, NOW).explained
    assert before
    assert before.revealed
    small_bank.begin(store, desk.account_id, "sibling")
    during = sitting.question(store, desk.account_id, tutor, 1, NOW).explained
    assert during
    assert during.revealed is None
    assert CANARY not in repr(during)


def test_a_timed_test_whose_time_is_up_but_that_nobody_closed_still_shuts(store: Store) -> None:
    small_bank.stock(store, [_exam("first", 1), _exam("sibling", 2)], _siblings())
    desk = sit_down(store)
    closed = small_bank.sit(store, desk.account_id, 1, "first")
    small_bank.begin(store, desk.account_id, "sibling")
    assert results.review(store, desk.account_id, closed, LATER)[1][0].revealed is None
    attempts.sweep(store, LATER)
    assert results.review(store, desk.account_id, closed, LATER)[1][0].revealed


# Changed since


def test_a_changed_key_is_told_and_changes_no_mark(store: Store) -> None:
    made = [single("one-a"), single("one-b", concept="b")]
    both = exam("both", "Both", part("Both", 2, [Quota(("T1",), None, 2)]))
    small_bank.stock(store, [both], made)
    desk = sit_down(store)
    public_id = small_bank.sit(store, desk.account_id, 2, "both")
    before = _outcome(store, desk.account_id, public_id)
    edited = replace(made[0], public=replace(made[0].public, stem="Asked anew?"))
    small_bank.stock(store, [both], [edited, made[1]])
    assert not _outcome(store, desk.account_id, public_id).key_changed
    answer = made[0].secret.answer
    assert isinstance(answer, ChoiceAnswer)
    rekeyed = replace(made[0], secret=replace(made[0].secret, answer=replace(answer, key=("near",))))
    small_bank.stock(store, [both], [rekeyed, made[1]])
    after = _outcome(store, desk.account_id, public_id)
    assert (before.key_changed, after.key_changed) == (False, True)
    assert after.result == before.result
    explained = results.review(store, desk.account_id, public_id, LATER)[1]
    assert {one.dealt.slug: one.dealt.key_changed for one in explained} == {"one-a": True, "one-b": False}
    assert all(one.revealed and one.revealed.answer["key"] == ("right",) for one in explained)
    small_bank.stock(store, [both], made)
    assert not _outcome(store, desk.account_id, public_id).key_changed


def test_a_review_of_nothing_answered_explains_all_the_same(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    explained = results.review(kept, desk.account_id, public_id, LATER)[1]
    assert [one.response for one in explained] == [()] * 4
    assert all(one.revealed for one in explained)
    assert desks.answers(kept, public_id) == {}
