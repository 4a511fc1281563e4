"""Results over HTTP: pass or fail with the margin, topics, receipt, and the review of every question."""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import count

import pytest

from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.scoring import Tally
from quizapp.services import attempts, responses
from quizapp.services.responses import Save
from quizapp.store import accounts as account_rows
from quizapp.store import attempts as attempt_rows
from quizapp.store.attempts import DealtItem
from quizapp.web.results import to_work_on
from tests import small_bank
from tests.small_bank import CANARY
from tests.web.forms import form_to
from tests.web.visitors import House, Visitor

_numbers = count()
STEM = "What the item asks, written anew?"


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


@dataclass
class Candidate:
    """A candidate on one device, at the services where nothing of the result is at stake."""

    house: House
    account_id: int
    visitor: Visitor

    def begin(self, exam: str = "quick", mode: Mode = Mode.TIMED, seed: int = 1) -> str:
        return attempts.begin(
            self.house.store, self.account_id, "small", exam, mode, self.house.clock(), seed
        )

    def sit(self, right: int, exam: str = "quick", seed: int = 1) -> str:
        return small_bank.sit(
            self.house.store, self.account_id, right, exam, now=self.house.clock(), seed=seed
        )

    def save(self, public_id: str, position: int, *value: str, kind: Kind = Kind.ANSWER) -> None:
        with self.house.store.read() as conn:
            uniquifier = account_rows.uniquifier(conn, self.account_id)
        assert uniquifier
        save = Save(public_id, position, kind, f"test {kind.value}", position, 0, value)
        responses.save_response(self.house.store, save, uniquifier, "no session", self.house.clock())

    def hand_in(self, public_id: str) -> None:
        attempts.hand_in(self.house.store, self.account_id, public_id, self.house.clock())

    def dealt(self, public_id: str) -> tuple[DealtItem, ...]:
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, public_id)
            assert found
            return attempt_rows.booklet(conn, found.id)

    def page(self, public_id: str, rest: str) -> str:
        reply = self.visitor.get(f"/attempts/{public_id}/{rest}")
        assert reply.status_code == 200
        return reply.text


@pytest.fixture
def ada(house: House) -> Candidate:
    account_id = small_bank.candidate(house.store, f"reader{next(_numbers)}@example.org")
    return Candidate(house, account_id, house.seated(account_id))


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def question(page: str, position: int) -> str:
    """One question of a review."""
    found = re.search(rf'<article[^>]+id="question-{position}".*?</article>', page, re.DOTALL)
    assert found, f"question {position} is not shown"
    return found[0]


# The result


@pytest.mark.parametrize(
    ("right", "told"),
    [
        (4, "Passed 1 question above: 4 of 4, pass mark 3"),
        (3, "Passed Exactly the pass mark: 3 of 4, pass mark 3"),
        (2, "Not passed 1 question short: 2 of 4, pass mark 3"),
        (0, "Not passed 3 questions short: 0 of 4, pass mark 3"),
    ],
)
def test_a_result_tells_the_margin_in_questions(ada: Candidate, right: int, told: str) -> None:
    page = ada.page(ada.sit(right), "result")
    assert page.count("<h1") == 1
    assert told in words(page)
    assert "Every part" not in page


def test_a_test_without_a_pass_mark_is_neither_passed_nor_failed(ada: Candidate) -> None:
    page = words(ada.page(ada.sit(1, "warm-up"), "result"))
    assert "1 of 2 right" in page
    assert "assed" not in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            (),
            "Part I: Passed 1 question above: 4 of 4, pass mark 3 "
            "Part II: Passed Exactly the pass mark: 1 of 1, pass mark 1 "
            "Every part is passed, so the test is passed.",
        ),
        (
            (5,),
            "Part I: Passed 1 question above: 4 of 4, pass mark 3 "
            "Part II: Not passed 1 question short: 0 of 1, pass mark 1 "
            "Every part must be passed, so the test is not passed.",
        ),
    ],
)
def test_a_test_of_two_parts_is_judged_part_by_part(
    ada: Candidate, wrong: tuple[int, ...], told: str
) -> None:
    public_id = ada.begin("two-parts")
    now = ada.house.clock()
    for position in range(1, 6):
        if position == 5:
            attempts.leave_part(ada.house.store, ada.account_id, public_id, 0, now)
        small_bank.answer(ada.house.store, ada.account_id, public_id, position, position not in wrong, now)
    ada.hand_in(public_id)
    assert told in words(ada.page(public_id, "result"))


def test_a_tutor_attempt_is_told_as_such_without_a_verdict(ada: Candidate) -> None:
    public_id = ada.begin(mode=Mode.TUTOR)
    small_bank.answer(ada.house.store, ada.account_id, public_id, 1, True, ada.house.clock())
    ada.hand_in(public_id)
    page = words(ada.page(public_id, "result"))
    assert "Tutor mode: 1 of 4 right" in page
    assert "assed" not in page


def test_topics_stand_apart_and_the_weak_ones_are_marked(ada: Candidate) -> None:
    public_id = ada.sit(0)
    first = [one for one in ada.dealt(public_id) if one.slug.startswith("one")]
    page = ada.page(public_id, "result")
    assert f"First topic Work on this first 0 of {len(first)}" in words(page)
    assert "Second topic Work on this first 0 of 1" in words(page)
    assert page.count('class="bar weak"') == page.count("Work on this first") == 2
    assert "weak" not in ada.page(ada.sit(4), "result")


@pytest.mark.parametrize(
    ("scores", "first"),
    [
        (["2/2", "1/1"], ""),
        (["2/2", "1/2", "3/3"], "b"),
        (["3/10", "9/10", "5/10", "10/10"], "ac"),
        (["0/2", "2/2", "0/2", "0/2", "1/2"], "acd"),
        (["0/1", "0/2", "0/2", "0/1"], "bc"),
        (["1/2", "7/10", "7/10", "7/10", "9/10"], "abcd"),
    ],
)
def test_the_weakest_two_topics_are_marked_and_all_that_are_as_weak(scores: list[str], first: str) -> None:
    pairs = [one.split("/") for one in scores]
    tallies = [Tally(int(asked), Fraction(marks), 0) for marks, asked in pairs]
    assert to_work_on(list(zip("abcde", tallies, strict=False))) == set(first)


def test_what_is_seen_first_stands_apart_from_repeats(ada: Candidate) -> None:
    page = words(ada.page(ada.sit(4), "result"))
    assert re.search("First seen here 4 of 4 Seen before (none|0 of 0)", page)
    ada.sit(4, seed=2)
    third = ada.sit(4, seed=3)
    repeats = sum(one.seen_before for one in ada.dealt(third))
    assert repeats
    page = words(ada.page(third, "result"))
    assert f"Seen before {repeats} of {repeats}" in page


def test_the_receipt_says_how_many_answers_came_when_and_who_closed_the_test(ada: Candidate) -> None:
    clock = ada.house.clock
    public_id, begun = ada.begin(), clock()
    clock.move(timedelta(minutes=2, seconds=5))
    last = clock()
    small_bank.answer(ada.house.store, ada.account_id, public_id, 1, True, last)
    small_bank.answer(ada.house.store, ada.account_id, public_id, 2, False, last)
    clock.move(timedelta(minutes=1))
    ada.hand_in(public_id)
    with ada.house.store.read() as conn:
        stored = attempt_rows.find_attempt(conn, public_id)
    assert stored
    assert stored.receipt
    page = words(ada.page(public_id, "result"))
    assert (
        f"Receipt: 2 answers received, the last at {last.day} {last:%b %Y, %H:%M} UTC; handed in by you at "
        f"{clock().day} {clock():%b %Y, %H:%M} UTC. Digest {stored.receipt[:16]}." in page
    )
    assert "Unanswered 2" in page
    assert "Time used 3 min 5 s" in page
    assert clock() - begun == timedelta(minutes=3, seconds=5)


def test_a_test_without_an_answer_has_a_receipt_too(ada: Candidate) -> None:
    public_id = ada.begin()
    ada.hand_in(public_id)
    assert "Receipt: 0 answers received; handed in by you" in words(ada.page(public_id, "result"))


def test_what_went_wrong_is_practised_by_one_click(ada: Candidate) -> None:
    public_id = ada.sit(1)
    page = ada.page(public_id, "result")
    assert re.search(r"Fix these 3 now \(\d+ min\)", words(page))
    reply = form_to(page, f"/practice/wrong/{public_id}").send(ada.visitor)
    assert reply.status_code == 303
    again = reply.location.split("/")[2]
    assert [one.slug for one in ada.dealt(again)] == [one.slug for one in ada.dealt(public_id)[1:]]
    assert "Fix th" not in ada.page(ada.sit(4, seed=5), "result")
    assert "Fix this one now (" in words(ada.page(ada.sit(3, seed=6), "result"))


def test_the_dashboard_shows_past_attempts_with_their_trend(ada: Candidate) -> None:
    ada.sit(1)
    ada.house.clock.move(timedelta(minutes=1))
    second = ada.sit(4, seed=2)
    page = ada.visitor.get("/attempts/").text
    assert "From 25 % to 100 % over 2 tests" in page
    assert "1 of 4 (25 %)" in words(page)
    assert f'href="/attempts/{second}/result"' in page
    assert f'href="/attempts/{second}/review"' in page


# The review


def test_a_review_shows_the_letters_seen_the_answer_the_key_and_every_reason(ada: Candidate) -> None:
    public_id = ada.begin()
    for one in ada.dealt(public_id):
        if one.option_order:
            ada.save(public_id, one.position, "near")
            ada.save(public_id, one.position, "far", "off", kind=Kind.STRIKE)
    ada.hand_in(public_id)
    page = ada.page(public_id, "review")
    for one in ada.dealt(public_id):
        if not one.option_order:
            continue
        shown = question(page, one.position)
        rows = re.findall(r'<li class="answer.*?</li>', shown, re.DOTALL)
        assert len(rows) == 4
        for letter, name, row in zip("ABCD", one.option_order, rows, strict=True):
            text = words(row)
            assert text.startswith(f"{letter} Text {name} of {one.slug}")
            assert f"{CANARY} {name}" in text
            assert ("Right answer" in text) is (name == "right")
            assert ("Your answer: wrong" in text) is (name == "near")
            assert ("You struck this out" in text) is (name in {"far", "off"})
        for told in (f"{CANARY} rule", f"{CANARY} why", "Sources: A named text", "As of 30 Jun 2026"):
            assert told in words(shown), told


def test_a_right_and_a_missing_answer_are_told_apart_in_words(ada: Candidate) -> None:
    public_id = ada.begin()
    choices = [one for one in ada.dealt(public_id) if one.option_order]
    ada.save(public_id, choices[0].position, "right")
    ada.hand_in(public_id)
    page = ada.page(public_id, "review")
    right = words(question(page, choices[0].position))
    assert "Right, and your answer" in right
    missing = words(question(page, choices[1].position))
    letter = "ABCD"[choices[1].option_order.index("right")]
    assert f"You left this question unanswered. The answer is {letter}." in missing
    assert "Unanswered" in missing


KEY = "Right answer 2.5 %, give or take 0.05"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("5.0",), f"Your answer 5.0 % {KEY} 5.0 % Your answer {CANARY} doubled"),
        (("2.52",), f"Your answer 2.52 % {KEY} 5.0 % {CANARY} doubled"),
        ((), f"Your answer none {KEY} 5.0 % {CANARY} doubled"),
    ],
)
def test_a_number_is_reviewed_with_its_unit_its_tolerance_and_every_slip(
    ada: Candidate, typed: tuple[str, ...], told: str
) -> None:
    for seed in range(50):
        public_id = ada.begin(seed=seed)
        found = [one.position for one in ada.dealt(public_id) if one.slug == "one-number"]
        if found and typed:
            ada.save(public_id, found[0], *typed)
        ada.hand_in(public_id)
        if found:
            break
    assert told in words(question(ada.page(public_id, "review"), found[0]))


def test_a_review_is_filtered_by_what_is_worth_reading(ada: Candidate) -> None:
    public_id = ada.begin()
    now = ada.house.clock()
    small_bank.answer(ada.house.store, ada.account_id, public_id, 1, True, now)
    small_bank.answer(ada.house.store, ada.account_id, public_id, 2, False, now)
    ada.save(public_id, 1, "1", kind=Kind.FLAG)
    ada.save(public_id, 3, "1", kind=Kind.FLAG)
    ada.hand_in(public_id)

    def shown(wanted: str) -> list[int]:
        page = ada.page(public_id, f"review?show={wanted}")
        return [int(one) for one in re.findall(r'id="question-(\d)"', page)]

    assert shown("all") == shown("nonsense") == [2, 3, 4, 1]
    assert shown("all&order=test") == [1, 2, 3, 4]
    assert shown("wrong") == [2, 3, 4]
    assert shown("flagged") == [3, 1]
    assert shown("flagged&order=test") == [1, 3]
    assert shown("unanswered") == [3, 4]
    page = words(ada.page(public_id, "review"))
    assert "All 4 Not right 3 Flagged 2 Unsure 0 Changed 0 Unanswered 2" in page
    flawless = ada.sit(4, seed=3)
    assert "No question fits this filter" in ada.page(flawless, "review?show=wrong")


def test_every_question_of_a_review_can_be_reported(ada: Candidate) -> None:
    public_id = ada.sit(2)
    page = ada.page(public_id, "review")
    for position in (1, 2, 3, 4):
        link = re.search(r'href="(/comments/new[^"]+)"', question(page, position))
        assert link
        assert html.unescape(link[1]) == f"/comments/new?attempt={public_id}&position={position}"
        assert ada.visitor.get(html.unescape(link[1])).status_code == 200


def test_a_changed_key_is_told_on_result_and_review_and_the_score_stays(ada: Candidate) -> None:
    public_id = ada.sit(4)
    before = words(ada.page(public_id, "result"))
    assert "A key has been changed" not in before
    rekeyed, edited, *others = [one for one in ada.dealt(public_id) if one.option_order]
    now = {one.public.id: one for one in small_bank.items()}
    now[rekeyed.slug] = _again(now[rekeyed.slug], key=["near"])
    now[edited.slug] = _again(now[edited.slug], stem=STEM)
    small_bank.stock(ada.house.store, bank_items=list(now.values()))
    try:
        result, page = words(ada.page(public_id, "result")), ada.page(public_id, "review")
        assert "A key has been changed since" in result
        assert "4 of 4, pass mark 3" in result
        shown = words(question(page, rekeyed.position))
        assert "The key of this question was changed after you sat it" in shown
        assert "Right, and your answer" in shown, "the review explains what was examined"
        shown = words(question(page, edited.position))
        assert "This question has been edited since" in shown
        assert STEM not in shown
        for one in others:
            assert "since" not in words(question(page, one.position))
        fresh = words(ada.page(ada.sit(0, seed=9), "result"))
        assert "A key has been changed" not in fresh
    finally:
        small_bank.stock(ada.house.store)


def _again(item: small_bank.Item, **changed: object) -> small_bank.Item:
    public = item.public
    return small_bank.single(public.id, public.topic, public.difficulty, **changed)


def test_explanations_of_what_stands_in_an_open_test_wait(ada: Candidate) -> None:
    public_id = ada.begin()
    ada.hand_in(public_id)
    for seed in range(50):
        again = ada.begin(seed=seed)
        both = {one.slug for one in ada.dealt(public_id)} & {one.slug for one in ada.dealt(again)}
        if both:
            break
        ada.hand_in(again)
    page = ada.page(public_id, "review")
    for one in ada.dealt(public_id):
        shown = question(page, one.position)
        assert ("The explanation waits" in shown) is (one.slug in both)
        assert (CANARY in shown) is (one.slug not in both)
    ada.hand_in(again)
    assert "The explanation waits" not in ada.page(public_id, "review")


# While it is open, and on paper


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("rest", ["result", "review", "review?show=wrong"])
def test_an_open_attempt_has_neither_result_nor_review_and_tells_nothing(
    ada: Candidate, rest: str, mode: Mode
) -> None:
    public_id = ada.begin(mode=mode)
    small_bank.answer(ada.house.store, ada.account_id, public_id, 1, True, ada.house.clock())
    reply = ada.visitor.get(f"/attempts/{public_id}/{rest}")
    assert (reply.status_code, reply.location) == (303, f"/attempts/{public_id}/")
    for told in (CANARY, "of 4", "Passed", "right"):
        assert told not in reply.text


@pytest.mark.parametrize("rest", ["result", "review"])
def test_what_is_printed_says_that_it_is_unofficial(ada: Candidate, rest: str) -> None:
    page = ada.page(ada.sit(2), rest)
    printed = re.sub(r'<(\w+) class="[^"]*\bno-print\b.*?</\1>', "", page, flags=re.DOTALL)
    assert "Not affiliated with, endorsed by or approved by IBF, SCI, MAS" in words(printed)
    assert "The format is unofficial: check with the exam body" in words(printed)
    assert "Report a problem" not in printed
    assert "Practise what I got wrong" not in printed
