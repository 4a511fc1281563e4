"""What result and review tell of how a test was sat: certainty, time, changes, siblings, and a second try."""

import re
from datetime import timedelta

import pytest

from quizapp.assessment.attempt import Kind
from quizapp.services import attempts, responses
from quizapp.services.responses import Save
from quizapp.store import accounts as account_rows
from quizapp.store import hindsight
from quizapp.store import responses as response_rows
from quizapp.store.attempts import find_attempt
from tests import small_bank
from tests.small_bank import CANARY
from tests.web.forms import form_to
from tests.web.test_results import Candidate, ada, question, words
from tests.web.visitors import House

__all__ = ["ada"]
SECOND = timedelta(seconds=1)


@pytest.fixture
def house(kept_house: House) -> House:
    return kept_house


def choices(ada: Candidate, number: int = 3) -> str:
    """An open attempt whose first questions are single choice."""
    for seed in range(200):
        public_id = ada.begin(seed=seed)
        if all(one.option_order for one in ada.dealt(public_id)[:number]):
            return public_id
        ada.hand_in(public_id)
    raise AssertionError("no booklet begins with choices")


def save(ada: Candidate, public_id: str, position: int, *value: str, base: int = 0, **more: Kind) -> None:
    """A save that is based on an earlier one."""
    kind = more.get("kind", Kind.ANSWER)
    with ada.house.store.read() as conn:
        uniquifier = account_rows.uniquifier(conn, ada.account_id)
    assert uniquifier
    sent = Save(public_id, position, kind, f"hindsight {kind.value}", 10 * position + base, base, value)
    responses.save_response(ada.house.store, sent, uniquifier, "no session", ada.house.clock())


def letters(ada: Candidate, public_id: str, position: int) -> dict[str, str]:
    order = ada.dealt(public_id)[position - 1].option_order
    return dict(zip(order, "ABCD", strict=True))


def stored(ada: Candidate, public_id: str) -> tuple[int, int]:
    """How much an attempt holds: entries of its log, and reasons for misses."""
    with ada.house.store.read() as conn:
        found = find_attempt(conn, public_id)
        assert found
        return len(response_rows.log_of(conn, found.id)), len(hindsight.miss_reasons(conn, found.id))


def shown(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'id="question-(\d)"', page)]


# Certainty, time and weight in the result


def test_the_two_by_two_counts_the_answers_of_which_something_was_said(ada: Candidate) -> None:
    public_id = choices(ada)
    for position, value, said in ((1, "right", "sure"), (2, "near", "sure"), (3, "right", "guess")):
        ada.save(public_id, position, value)
        ada.save(public_id, position, said, kind=Kind.CERTAINTY)
    ada.hand_in(public_id)
    page = words(ada.page(public_id, "result"))
    assert "How sure you were Right Not right Sure 1 1 Unsure or guessed 1 0" in page
    assert "Read first what you were sure of and had wrong: 1 question" in page
    assert "left out" not in page


def test_a_test_without_a_word_of_certainty_says_how_to_give_one(ada: Candidate) -> None:
    page = words(ada.page(ada.sit(2), "result"))
    assert "You did not say how sure you were of any answer." in page
    assert "Right Not right Sure" not in page
    public_id = ada.begin()
    ada.hand_in(public_id)
    assert "how sure you were" not in words(ada.page(public_id, "result"))


def test_the_time_used_on_each_question_stands_in_a_chart_and_a_table(ada: Candidate) -> None:
    public_id, clock = choices(ada), ada.house.clock
    for position, took in ((1, 20), (2, 70), (3, 30)):
        ada.visitor.get(f"/attempts/{public_id}/questions/{position}")
        clock.move(took * SECOND)
        ada.save(public_id, position, "right")
    ada.hand_in(public_id)
    page = ada.page(public_id, "result")
    assert "Dashed line: your median, 30 s." in words(page)
    assert "Question Time Outcome 1 20 s right 2 1 min 10 s right 3 30 s right 4 0 s not right" in words(page)
    assert page.count('<rect class="right"') == 3
    assert page.count('<rect class="wrong"') == 1
    assert "Times are estimates" in page
    assert "Fix this one now (1 min)" in words(page)
    shown = words(question(ada.page(public_id, "review"), 2))
    assert "Slow: 1 min 10 s, your median 30 s" in shown


def test_each_topic_stands_beside_its_weight_in_the_test(ada: Candidate) -> None:
    page = words(ada.page(ada.sit(4), "result"))
    assert "Topic Right Weight Share First topic 3 of 3 75 %" in page
    assert "Second topic 1 of 1 25 %" in page


# The review: order, filters, changes


def test_a_review_begins_with_what_teaches_most(ada: Candidate) -> None:
    public_id = choices(ada)
    ada.save(public_id, 1, "right")
    ada.save(public_id, 2, "right")
    ada.save(public_id, 2, "guess", kind=Kind.CERTAINTY)
    ada.save(public_id, 3, "near")
    ada.save(public_id, 3, "sure", kind=Kind.CERTAINTY)
    ada.hand_in(public_id)
    page = ada.page(public_id, "review")
    assert shown(page) == [3, 4, 2, 1]
    heads = [one.strip() for one in re.findall(r'class="teaches quiet">([^<]+)<', page)]
    assert heads == ["Sure, and wrong", "Not right", "Guessed, and right", "Right"]
    other = re.search(r'href="([^"]+)">Order as in the test', page)
    assert other
    assert shown(ada.visitor.get(other[1]).text) == [1, 2, 3, 4]
    assert "You said: sure" in words(question(page, 3))
    assert "Unsure 1" in words(page)
    assert shown(ada.page(public_id, "review?show=unsure")) == [2]


def test_filters_and_order_hold_together_and_topics_are_links(ada: Candidate) -> None:
    public_id = ada.sit(1)
    page = ada.page(public_id, "review?show=wrong&order=test&hide=1")
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+/review\?[^"#]+)"', page)]
    assert any("show=flagged&order=test&hide=1" in one for one in links)
    second = next(one for one in links if "topic=T2" in one)
    assert "show=wrong" in second
    topics = [one.slug for one in ada.dealt(public_id)]
    kept = [at for at, slug in enumerate(topics, start=1) if slug.startswith("two") and at > 1]
    assert shown(ada.visitor.get(second).text) == kept
    assert shown(ada.page(public_id, "review?topic=T9")) == []


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        ("near", "right", "wrong to right"),
        ("right", "far", "right to wrong"),
        ("near", "far", "wrong to wrong"),
    ],
)
def test_a_changed_answer_is_told_in_the_letters_that_were_seen(
    ada: Candidate, first: str, then: str, told: str
) -> None:
    public_id = choices(ada)
    save(ada, public_id, 1, first)
    save(ada, public_id, 1, then, base=1)
    save(ada, public_id, 2, "near")
    ada.hand_in(public_id)
    seen = letters(ada, public_id, 1)
    page = ada.page(public_id, "review?show=changed")
    assert shown(page) == [1]
    assert f"Changed {seen[first]} to {seen[then]} ({told})" in words(question(page, 1))


def test_an_answer_taken_back_for_good_is_a_change_to_no_answer(ada: Candidate) -> None:
    public_id = choices(ada)
    save(ada, public_id, 1, "right")
    save(ada, public_id, 1, base=1)
    ada.hand_in(public_id)
    page = ada.page(public_id, "review?show=changed")
    seen = letters(ada, public_id, 1)["right"]
    assert f"Changed {seen} to no answer (right to wrong)" in words(question(page, 1))


# Answer again before the key is shown


def test_hidden_keys_stay_hidden_until_a_question_is_answered_again_and_nothing_is_kept(
    ada: Candidate,
) -> None:
    public_id = choices(ada)
    ada.save(public_id, 1, "near")
    ada.hand_in(public_id)
    before, digest = stored(ada, public_id), words(ada.page(public_id, "result"))
    page = ada.page(public_id, "review?hide=1")
    assert shown(page) == [1, 2, 3, 4]
    assert CANARY not in page
    assert "Wrong" not in words(page)
    at = f"/attempts/{public_id}/review/1"
    drawn = ada.visitor.get(f"{at}?hide=1").text
    assert CANARY not in drawn
    assert "checked" not in drawn
    form = form_to(drawn, f"{at}?hide=1")
    seen = letters(ada, public_id, 1)
    again = form.send(ada.visitor, answer="right")
    assert again.status_code == 200
    assert f"Right this time In the test you answered {seen['near']}." in words(again.text)
    assert "Right, and your answer" in words(again.text)
    assert CANARY in again.text
    assert f'/attempts/{public_id}/review/2?hide=1"' in again.text
    wrong = words(form.send(ada.visitor, answer="far").text)
    assert "Not right this time" in wrong
    assert stored(ada, public_id) == before
    assert words(ada.page(public_id, "result")) == digest


def test_what_is_no_answer_is_refused_and_tells_nothing(ada: Candidate) -> None:
    public_id = choices(ada)
    ada.hand_in(public_id)
    at = f"/attempts/{public_id}/review/1"
    form = form_to(ada.visitor.get(at).text, at)
    empty = form.send(ada.visitor)
    assert (empty.status_code, CANARY in empty.text) == (422, False)
    assert "There is no answer to check yet" in words(empty.text)
    form.fields["answer"] = ["nonsense"]
    odd = form.send(ada.visitor)
    assert (odd.status_code, CANARY in odd.text) == (422, False)
    assert ada.visitor.get(f"/attempts/{public_id}/review/9").status_code == 404


def test_a_question_that_waits_cannot_be_answered_again_and_an_open_test_has_no_second_try(
    ada: Candidate,
) -> None:
    public_id = choices(ada)
    ada.hand_in(public_id)
    for seed in range(200):
        again = ada.begin(seed=seed)
        if {one.slug for one in ada.dealt(public_id)} & {one.slug for one in ada.dealt(again)}:
            break
        ada.hand_in(again)
    both = {one.slug for one in ada.dealt(again)}
    waiting = next(one.position for one in ada.dealt(public_id) if one.slug in both)
    at = f"/attempts/{public_id}/review/{waiting}"
    assert "The explanation waits" in words(ada.visitor.get(at).text)
    token = ada.visitor.token("/accounts/")
    reply = ada.visitor.client.post(at, data={"csrf_token": token, "answer": "right"})
    assert (reply.status_code, reply.location) == (303, at)
    for method in ("get", "post"):
        open_ = getattr(ada.visitor.client, method)(
            f"/attempts/{again}/review/1", data={"csrf_token": token, "answer": "right"}
        )
        assert open_.status_code in (302, 303)
        assert CANARY not in open_.text
    ada.hand_in(again)


# Why it went wrong, and siblings


def test_a_reason_for_a_miss_is_noted_changed_and_taken_back(ada: Candidate) -> None:
    public_id = ada.sit(1)
    at = f"/attempts/{public_id}/review/2/reason"
    for press, pressed in (("misread", "Misread"), ("calculation", "Calculation")):
        form = form_to(ada.page(public_id, "review"), at)
        reply = form.send(ada.visitor, ("reason", press))
        assert reply.status_code == 303
        assert reply.location.endswith(f"/attempts/{public_id}/review#question-2")
        shown = question(ada.page(public_id, "review"), 2)
        held = re.findall(r'aria-pressed="true".*?<span data-label>([^<]+)', shown, re.DOTALL)
        assert held == [pressed]
        assert stored(ada, public_id)[1] == 1
    form_to(ada.page(public_id, "review"), at).send(ada.visitor, ("reason", ""))
    assert stored(ada, public_id)[1] == 0
    assert "Why did it go wrong?" not in question(ada.page(public_id, "review"), 1)
    token = ada.visitor.token("/accounts/")
    for where, sent, status in ((1, "misread", 404), (9, "misread", 404), (2, "bad luck", 422)):
        reply = ada.visitor.client.post(
            f"/attempts/{public_id}/review/{where}/reason", data={"csrf_token": token, "reason": sent}
        )
        assert reply.status_code == status
    assert stored(ada, public_id)[1] == 0


def test_an_erased_account_leaves_no_reason_behind(ada: Candidate) -> None:
    public_id = ada.sit(1)
    at = f"/attempts/{public_id}/review/2/reason"
    form_to(ada.page(public_id, "review"), at).send(ada.visitor, ("reason", "guessed"))
    assert stored(ada, public_id)[1] == 1
    now = ada.house.clock()
    ada.house.store.write(lambda conn: account_rows.erase(conn, ada.account_id, now))
    assert stored(ada, public_id)[1] == 0


def test_siblings_of_a_question_are_practised_from_its_explanation(ada: Candidate) -> None:
    store = ada.house.store
    kin = [small_bank.single(f"one-kin-{n}", "T1", 1, concept="one-0") for n in range(3)]
    small_bank.stock(store, bank_items=[*small_bank.items(), *kin])
    try:
        for seed in range(200):
            public_id = ada.begin(seed=seed)
            ada.hand_in(public_id)
            found = [one for one in ada.dealt(public_id) if one.concept == "one-0"]
            if found:
                break
        (one,) = found
        page = ada.page(public_id, "review")
        assert "Practise 3 siblings" in words(question(page, one.position))
        assert words(page).count("siblings") == 1
        to = f"/practice/siblings/{public_id}/{one.position}"
        begun = form_to(page, to).send(ada.visitor).location.split("/")[2]
        dealt = ada.dealt(begun)
        assert {other.concept for other in dealt} == {"one-0"}
        assert (len(dealt), one.slug in {other.slug for other in dealt}) == (3, False)
        asked = form_to(page, to).send(ada.visitor)
        assert asked.status_code == 409
        assert "Hand in your open practice?" in words(asked.text)
        assert form_to(asked.text, to).send(ada.visitor).status_code == 303
        token = ada.visitor.token("/accounts/")
        lonely = next(other.position for other in ada.dealt(public_id) if other.concept != "one-0")
        none = ada.visitor.client.post(f"/practice/siblings/{public_id}/{lonely}", data={"csrf_token": token})
        assert (none.status_code, none.location) == (303, f"/attempts/{public_id}/review")
    finally:
        small_bank.stock(store)
    assert attempts.PRACTICE == "practice"
