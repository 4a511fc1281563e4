"""Exams over HTTP: the list, every rule before Begin, and the profiles."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from quizapp.services import attempts
from quizapp.store.publishing import retire_by_hand
from tests import small_bank
from tests.small_bank import NOW, QUICK, Quota, exam, part
from tests.web.visitors import PASSWORD, House, Visitor, open_house

START = "/exams/small/quick/"


@pytest.fixture
def house(stocked_house: House) -> House:
    return stocked_house


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_without_a_bank_the_list_says_so(tmp_path: Path) -> None:
    assert "No exam is on offer yet" in open_house(tmp_path).visitor().get("/exams/").text


def test_the_list_gives_each_exams_size_pass_mark_and_origin(house: House) -> None:
    page = house.visitor().get("/exams/")
    words = _words(page.text)
    assert page.text.count("<h1") == 1
    for told in (
        "Quick test",
        "4 questions, 10 minutes",
        "3 of 4 right (70 %)",
        "2 questions, no time limit",
        "5 questions, 11 minutes in 2 parts",
        "Part II 1 question, 1 minute, pass mark 1 of 1 right (80 %)",
        "No examination.",
        "Checked on 30 Jun 2026",
        "Unofficial, not verified",
        "Not affiliated with",
    ):
        assert told in words, told


def test_a_start_page_states_every_rule_before_begin(house: House) -> None:
    words = _words(house.signed_in("ada@example.org").get(START).text)
    for told in (
        "Questions 4",
        "Time 10 minutes",
        "Pass mark 3 of 4 right (70 %)",
        "None of 4: there are enough questions that you have not seen",
        small_bank.COVERS,
        "A wrong answer costs nothing",
        "There are no part marks",
        "The clock starts when you press Begin",
        "It cannot be paused",
        "what is saved is handed in for you",
        "has 5 seconds to arrive",
        "Reload the page",
        "Two tabs",
        "Connection lost",
        "Until you hand in, their explanations stay shut",
        "Unofficial, not verified",
        "Not affiliated with",
        "Begin: 4 questions, 10 minutes",
        "Tutor mode: no clock, explanation after each answer",
    ):
        assert told in words, told
    assert "one way" not in words


def test_a_two_part_start_page_tells_the_door_and_both_pass_marks(house: House) -> None:
    words = _words(house.signed_in("ada@example.org").get("/exams/small/two-parts/").text)
    for told in (
        "Part I 4 questions, 10 minutes, pass mark 3 of 4 right (75 %)",
        "Part II 1 question, 1 minute, pass mark 1 of 1 right (80 %)",
        "Every part must be passed",
        "opens one way",
        "unused minutes lapse and you cannot go back",
        "the next part opens at once and its minutes begin",
        "until you leave its part",
        "Begin: 5 questions, 11 minutes in 2 parts",
    ):
        assert told in words, told


def test_a_start_page_without_limit_promises_no_clock(house: House) -> None:
    words = _words(house.signed_in("ada@example.org").get("/exams/small/warm-up/").text)
    assert "Begin: 2 questions, no time limit" in words
    assert "There is no clock. You can leave" in words
    assert "There is no pass mark" in words
    assert "The clock starts" not in words
    assert "The clock runs on" not in words


def test_nobody_reads_the_rules_and_comes_back_to_them_after_log_in(house: House) -> None:
    visitor = house.visitor()
    page = visitor.get(START)
    assert page.status_code == 200
    assert "Begin:" not in page.text
    assert "Seen before" not in page.text
    login = re.search(r'href="(/accounts/login\?next=[^"]+)"', page.text)
    assert login
    house.person("ada@example.org")
    back = visitor.post(login[1].replace("&amp;", "&"), email="ada@example.org", password=PASSWORD)
    assert (back.status_code, urlsplit(back.location).path) == (303, START)


@pytest.mark.parametrize("mode", ["timed", "tutor"])
def test_begin_leads_into_the_test_and_the_start_page_then_says_continue(house: House, mode: str) -> None:
    visitor = house.signed_in("ada@example.org")
    begun = visitor.post("/attempts/begin", START, bank="small", exam="quick", mode=mode)
    assert begun.status_code == 303
    page = visitor.get(START).text
    assert f'href="{begun.location}"' in page
    assert ("Continue your test" in page, "Continue in tutor mode" in page) == (
        mode == "timed",
        mode == "tutor",
    )
    assert ("Begin: 4 questions" in page) == (mode == "tutor")
    assert begun.location in visitor.get("/exams/").text


def test_the_button_of_each_mode_posts_what_begin_asks_for(house: House) -> None:
    page = house.signed_in("ada@example.org").get(START).text
    forms = re.findall(
        r'<form class="actions" method="post" action="/attempts/begin">(.*?)</form>', page, re.DOTALL
    )
    assert len(forms) == 2
    for form, mode in zip(forms, ("timed", "tutor"), strict=True):
        for name, value in (("bank", "small"), ("exam", "quick")):
            assert f'name="{name}" value="{value}"' in form
        assert re.search(rf'name="mode"\s*value="{mode}"', form)


def test_repeats_are_announced_on_the_start_page(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    with house.store.read() as conn:
        ada = small_bank.account_rows.list_people(conn, "ada", 0, 1)[1][0].id
    for seed in range(2):
        small_bank.sit(house.store, ada, right=0, seed=seed)
    assert "2 of 4 seen before" in visitor.get(START).text


def test_a_shortage_takes_the_buttons_away(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    for slug in ("two-0", "two-1"):
        retired = small_bank.item_id(house.store, slug)
        house.store.write(lambda conn, retired=retired: retire_by_hand(conn, retired, NOW))
    page = visitor.get(START).text
    assert "This exam cannot be begun now" in page
    assert "Begin:" not in page
    assert 'action="/attempts/begin"' not in page


def test_time_that_has_run_out_gives_the_begin_button_back(house: House) -> None:
    visitor = house.signed_in("ada@example.org")
    begun = visitor.post("/attempts/begin", START, bank="small", exam="quick", mode="timed")
    house.clock.move(timedelta(minutes=11))
    page = visitor.get(START).text
    assert "Begin: 4 questions, 10 minutes" in page
    assert begun.location not in page


@pytest.mark.parametrize(
    "path", ["/exams/small/slow/", "/exams/large/quick/", "/exams/small/", "/exams/%F0%9F%98%80/x/"]
)
def test_an_exam_that_is_not_offered_is_not_found(house: House, path: str) -> None:
    assert house.visitor().get(path).status_code == 404


def test_profiles_show_sources_and_supply_to_those_who_check_banks(house: House) -> None:
    large = exam("large", "Large test", part("Large test", 9, [Quota(("T1",), None, 9)]))
    small_bank.stock(house.store, [QUICK, large])
    for role in ("author", "admin"):
        words = _words(house.signed_in(f"{role}@example.org", role).get("/exams/profiles").text)
        for told in (
            "small / quick",
            "First topic any 3 8 38 % ample",
            "Second topic any 1 3 34 % ample",
            "First topic any 9 8 100 % too few",
            "The bank may not fill this exam",
            "Unofficial, not verified",
            "30 Jun 2026",
        ):
            assert told in words, told


def test_profiles_are_not_found_by_candidates_and_ask_nobody_to_log_in(house: House) -> None:
    assert house.signed_in("ada@example.org").get("/exams/profiles").status_code == 404
    assert house.visitor().get("/exams/profiles").status_code == 302


def test_an_attempt_begun_from_the_page_is_the_exam_of_the_page(house: House) -> None:
    visitor: Visitor = house.signed_in("ada@example.org")
    begun = visitor.post("/attempts/begin", START, bank="small", exam="quick", mode="timed")
    public_id = begun.location.split("/")[2]
    with house.store.read() as conn:
        ada = small_bank.account_rows.list_people(conn, "ada", 0, 1)[1][0].id
    stored = attempts.standing(house.store, ada, public_id, house.clock()).stored
    assert stored.profile == QUICK
    assert stored.attempt.parts[0].deadline_at == house.clock() + timedelta(minutes=10)
