"""Negative scoring as people meet it: told before Begin and before handing in, and reckoned in the result."""

import html
import re
from fractions import Fraction
from pathlib import Path

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import ExamProfile
from quizapp.services import attempts
from tests import small_bank
from tests.small_bank import Quota, exam, part
from tests.web.visitors import House, Visitor, open_house

QUARTER, THIRD = Fraction(1, 4), Fraction(1, 3)


COSTLY = exam("costly", "Costly", part("Costly", 4, [Quota(("T1",), None, 4)], penalty=QUARTER))
MIXED = exam(
    "mixed",
    "Mixed",
    part("Part I", 3, [Quota(("T1",), None, 3)], penalty=THIRD, pass_percent=None),
    part("Part II", 1, [Quota(("T2",), None, 1)]),
)
FREE = exam("free", "Free", part("Free", 4, [Quota(("T1",), None, 4)]))
EXAMS = (COSTLY, MIXED, FREE)


@pytest.fixture
def house(tmp_path: Path) -> House:
    opened = open_house(tmp_path)
    small_bank.stock(opened.store, EXAMS)
    return opened


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _read(visitor: Visitor, address: str) -> str:
    reply = visitor.get(address)
    assert reply.status_code == 200
    return _words(reply.text)


@pytest.mark.parametrize(
    ("profile", "told", "untold"),
    [
        (
            COSTLY,
            (
                "3 of 4 marks (70 %)",
                "A wrong answer costs a quarter of a mark; an unanswered question costs nothing.",
                "A part never counts below 0",
                "There are no part marks",
            ),
            ("costs nothing, and an unanswered", "answer every one"),
        ),
        (
            MIXED,
            (
                "Part I: One mark for each right answer. A wrong answer costs a third of a mark;",
                "Part II: One mark for each right answer. A wrong answer costs nothing,",
                "Part I: A part never counts below 0, whatever its wrong answers cost. Where several",
            ),
            (),
        ),
        (
            FREE,
            ("A wrong answer costs nothing, and an unanswered question scores nothing",),
            ("below 0", "of a mark"),
        ),
    ],
)
def test_the_start_page_and_the_list_say_what_a_wrong_answer_costs(
    house: House, profile: ExamProfile, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    page = _read(house.visitor(), f"/exams/small/{profile.id}/")
    assert [one for one in told if one not in page] == []
    assert [one for one in untold if one in page] == []
    listed = _read(house.visitor(), "/exams/")
    assert "3 of 4 marks (70 %), a wrong answer costs a quarter of a mark" in listed
    assert (
        "Part I 3 questions, 10 minutes, pass mark not judged, a wrong answer costs a third of a mark"
        in listed
    )
    house.close()


@pytest.mark.parametrize(
    ("slug", "told"), [("costly", "costs a quarter of a mark"), ("free", "costs nothing either")]
)
def test_the_page_before_handing_in_says_it_again(house: House, slug: str, told: str) -> None:
    account_id = house.person("ada@example.org")
    public_id = small_bank.begin(house.store, account_id, slug)
    page = _read(house.seated(account_id), f"/attempts/{public_id}/check")
    assert f"An unanswered question scores nothing; a wrong answer {told}." in page
    house.close()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            4,
            0,
            "Passed 1 mark above: 4 of 4, pass mark 3 A wrong answer costs a quarter of a mark: "
            "4 marks for right answers, 0 taken off for 0 wrong ones.",
        ),
        (
            3,
            1,
            "Not passed 0.25 marks short: 2.75 of 4, pass mark 3 A wrong answer costs a quarter of a mark: "
            "3 marks for right answers, 0.25 taken off for 1 wrong one.",
        ),
        (3, 0, "Passed Exactly the pass mark: 3 of 4, pass mark 3 A wrong answer"),
        (
            0,
            3,
            "Not passed 3 marks short: 0 of 4, pass mark 3 A wrong answer costs a quarter of a mark: "
            "0 marks for right answers, 0.75 taken off for 3 wrong ones. "
            "More was taken off than earned, and a part never counts below 0.",
        ),
    ],
)
def test_the_result_tells_what_was_earned_what_was_taken_off_and_where_it_stops(
    house: House, right: int, wrong: int, told: str
) -> None:
    account_id = house.person("ada@example.org")
    public_id = _sat(house, account_id, "costly", right, wrong)
    visitor = house.seated(account_id)
    page = _read(visitor, f"/attempts/{public_id}/result")
    assert told in page
    assert "Topic Marks Weight Share" in page
    due = max(Fraction(0), right - wrong * QUARTER)
    assert f"{float(due):g} of 4 ({int(25 * due)} %)" in _read(visitor, "/attempts/")
    house.close()


def _sat(house: House, account_id: int, slug: str, right: int, wrong: int, mode: Mode = Mode.TIMED) -> str:
    public_id = small_bank.begin(house.store, account_id, slug, mode)
    for position in range(1, right + wrong + 1):
        small_bank.answer(house.store, account_id, public_id, position, position <= right, house.clock())
    if slug == "mixed":
        attempts.leave_part(house.store, account_id, public_id, 0, house.clock())
    attempts.hand_in(house.store, account_id, public_id, house.clock())
    return public_id


def test_a_part_that_is_not_judged_and_a_tutor_attempt_count_marks_too(house: House) -> None:
    account_id = house.person("ada@example.org")
    visitor = house.seated(account_id)
    page = _read(visitor, f"/attempts/{_sat(house, account_id, 'mixed', 2, 1)}/result")
    assert "Part I: 1.67 of 3 marks" in page
    assert "2 marks for right answers, 0.33 taken off for 1 wrong one." in page
    page = _read(visitor, f"/attempts/{_sat(house, account_id, 'costly', 1, 2, Mode.TUTOR)}/result")
    assert "Tutor mode: 0.5 of 4 marks." in page
    assert "0.5 taken off for 2 wrong ones" in page
    house.close()


def test_where_wrong_answers_cost_nothing_the_result_speaks_of_questions(house: House) -> None:
    account_id = house.person("ada@example.org")
    public_id = _sat(house, account_id, "free", 2, 2)
    page = _read(house.seated(account_id), f"/attempts/{public_id}/result")
    assert "1 question short: 2 of 4, pass mark 3" in page
    assert "Topic Right Weight Share" in page
    assert "taken off" not in page
    house.close()
