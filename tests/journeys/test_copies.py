"""Several pages hold one candidate's saves: none of them sends or tells an older one for the newest."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quizapp.assessment.attempt import Kind
from tests.journeys.altered import Altered, hold_up
from tests.journeys.houses import Sitting, Stage, expect_line, line, row, running_house, staged, until
from tests.journeys.test_outbox import LATE, SOON, at, leave, open_question, page_of, ticked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHANGED = "Changed in another tab or on another device: reload this page to see it"
SLOW = LATE.replace("4_000", "600")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_house(tmp_path_factory.mktemp("stage")) as house, staged(house) as stage:
        yield stage


def _left_for_another_tab(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """One tab chooses three times without a network, and is closed; another one sends what it left behind."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    first, second = sitting.choices[:2]
    with at(sitting, browser, altered) as context:
        old, other = (open_question(context, sitting, one) for one in (first, second))
        context.set_offline(True)
        stage.network.down = True
        for value in ("near", "far", "right"):
            row(old, value)
            old.wait_for_timeout(400)
        old.close()
        other.wait_for_timeout(500)  # it is gone by now
        stage.network.down = False
        context.set_offline(False)
        until(other, lambda: first in sitting.held(), SOON, "an answer is lost")
        expect_line(other, "Saved ")
        assert sitting.held() == {first: ("right",)}, "an older answer was sent"


def test_a_tab_sends_the_newest_that_another_left_behind(stage: Stage, browser: Browser) -> None:
    _left_for_another_tab(stage, browser)


def test_control_a_tab_that_holds_on_to_its_first_copy_sends_an_older_one(
    stage: Stage, browser: Browser
) -> None:
    holding = {"outbox.js": ("this.#held.has(key) && this.#owns(one)", "this.#held.has(key)")}
    with pytest.raises(AssertionError, match="an older answer was sent"):
        _left_for_another_tab(stage, browser, holding)


def _taken_over(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """A tab is closed with an answer unsent; another, of which nothing failed, sends it."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    first, second = sitting.choices[:2]
    with at(sitting, browser, altered) as context:
        other, old = (open_question(context, sitting, one) for one in (second, first))
        stage.network.down = True
        for value in ("near", "far"):
            row(old, value)
            expect_line(old, "Offline")
        old.close()
        stage.network.down = False
        until(other, lambda: sitting.held() == {first: ("far",)}, SOON, "the answer comes late")
        expect_line(other, "Saved ")


def test_what_a_closed_tab_left_is_sent_at_once_by_another(stage: Stage, browser: Browser) -> None:
    _taken_over(stage, browser)


def test_control_a_tab_that_looks_only_when_it_opens_sends_it_late(stage: Stage, browser: Browser) -> None:
    once = {"saving.js": ("if (this.#started) this.#awaitOthers();", "")}
    with pytest.raises(AssertionError, match="the answer comes late"):
        _taken_over(stage, browser, once)


def _reloaded_beside_another(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """A page with an answer unsent is loaded anew, twice, while another tab waits for its end."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    first, second = sitting.choices[:2]
    with at(sitting, browser, altered) as context:
        other, page = (open_question(context, sitting, one) for one in (second, first))
        stage.network.down = True
        row(page, "near")
        for _ in range(2):
            expect_line(page, "Offline: 1 answer kept")
            expect_line(other, "Offline: 1 answer kept")
            page.reload()
            page.wait_for_timeout(2_500)
            assert ticked(page) == ("near",), "what was not sent is not shown"
        row(page, "far")
        expect_line(page, "Offline: 1 answer kept")
        stage.network.down = False
        until(page, lambda: sitting.held() == {first: ("far",)}, SOON, "the answer comes late")
        expect_line(page, "Saved ")


def test_what_was_not_sent_stays_with_its_own_tab(stage: Stage, browser: Browser) -> None:
    slow_machine = {"saving.js": ("FIRST_REFUSAL_MS = 2_000", "FIRST_REFUSAL_MS = 10_000")}
    _reloaded_beside_another(stage, browser, slow_machine)


def test_control_a_tab_that_leaves_no_first_refusal_takes_it_away(stage: Stage, browser: Browser) -> None:
    greedy = {"saving.js": ("FIRST_REFUSAL_MS = 2_000", "FIRST_REFUSAL_MS = 0")}
    with pytest.raises(AssertionError, match="what was not sent is not shown"):
        _reloaded_beside_another(stage, browser, greedy)


def _changed_while_the_outbox_opens(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """An option and a note before the script is there, and others while it waits for its storage."""
    sitting, done = stage.sit_down(), list[str]()
    place = sitting.choices[0]
    with at(sitting, browser, altered, SLOW) as context:
        page = page_of(context)
        hold_up(page, "sitting.js", lambda: bool(done))
        page.goto(sitting.question(place), wait_until="commit")
        row(page, "near")
        page.locator("details:has(textarea[name=note]) summary").click()
        note = page.get_by_label("Your note on this question")
        note.press_sequentially("dirty")
        done.append("all")
        page.get_by_role("button", name="Calculator").wait_for()
        note.press_sequentially(" price")
        row(page, "far")
        until(page, lambda: sitting.held(Kind.NOTE) == {place: ("dirty price",)}, SOON, "it is put back")
        expect_line(page, "Saved ")
        assert (sitting.held(), ticked(page)) == ({place: ("far",)}, ("far",)), "it is put back"
        assert note.input_value() == "dirty price", "it is put back"


def test_what_is_changed_while_the_outbox_opens_stands(stage: Stage, browser: Browser) -> None:
    _changed_while_the_outbox_opens(stage, browser)


def test_control_a_page_that_puts_back_what_was_chosen_ahead_is_noticed(
    stage: Stage, browser: Browser
) -> None:
    with pytest.raises(AssertionError, match="it is put back"):
        _changed_while_the_outbox_opens(stage, browser, {"sitting.js": ("ahead.delete(kind)", "null")})


def _untold(stage: Stage, context: BrowserContext, sitting: Sitting) -> Page:
    """A page whose answer is saved, but which was not told so and can send nothing more."""
    page = open_question(context, sitting)
    stage.network.lost_replies = 1
    row(page, "near")
    until(page, lambda: bool(sitting.held()), SOON, "an answer is lost")
    page.route("**/responses", lambda route: route.abort())
    return page


def _told_again(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """A save whose reply is lost is sent again after another tab has saved something else."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        old = _untold(stage, context, sitting)
        stage.network.came.clear()
        stage.network.lost_replies = 0
        new = open_question(context, sitting)
        row(new, "far")
        until(new, lambda: sitting.held() == {sitting.choices[0]: ("far",)}, SOON, "an answer is lost")
        old.unroute_all()
        until(old, lambda: line(old) == CHANGED, SOON, "an overtaken answer is called saved")
        until(old, lambda: len(stage.network.came) >= 2, SOON, "the save is not sent again")
        old.wait_for_timeout(500)
        assert line(new).startswith("Saved ")
        assert line(old) == CHANGED, "an overtaken answer is called saved"
        assert sitting.held() == {sitting.choices[0]: ("far",)}


def test_a_save_that_was_overtaken_is_not_called_saved(stage: Stage, browser: Browser) -> None:
    _told_again(stage, browser)


def test_control_a_page_that_takes_every_reply_for_the_newest_is_noticed(
    stage: Stage, browser: Browser
) -> None:
    trusting = {
        "saving.js": ("newest === answer.version && !answer.late", "true"),
        "sitting.js": ("&& reply.overtaken", "&& false"),
    }
    with pytest.raises(AssertionError, match="an overtaken answer is called saved"):
        _told_again(stage, browser, trusting)


def _goes_on_with(page: Page, sitting: Sitting, value: str) -> None:
    """Next changes nothing of what is saved."""
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(f"Question {sitting.choices[0]}")
    assert sitting.held() == {sitting.choices[0]: (value,)}, "a newer answer is overwritten"


def _opened_again(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """A save whose reply was lost lies on one device; another saves something else; the first comes back."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        page, later = _untold(stage, context, sitting), context.new_page()
        page.wait_for_timeout(300)
        context.set_offline(True)
        page.close()
        stage.network.lost_replies = 0
        with sitting.seat(browser) as phone:
            other = open_question(phone, sitting)
            row(other, "far")
            until(other, lambda: sitting.held() == {sitting.choices[0]: ("far",)}, SOON, "an answer is lost")
        context.set_offline(False)
        page = open_question(context, sitting, page=later)
        until(page, lambda: line(page) == CHANGED, SOON, "an overtaken answer is called saved")


def test_an_overtaken_answer_that_is_put_back_is_not_called_saved(stage: Stage, browser: Browser) -> None:
    _opened_again(stage, browser)


def test_control_a_page_that_trusts_what_it_was_drawn_with_calls_it_saved(
    stage: Stage, browser: Browser
) -> None:
    with pytest.raises(AssertionError, match="an overtaken answer is called saved"):
        _opened_again(stage, browser, {"saving.js": ("&& !this.#restored.has(kind)", "")})


def _newer_of_a_closed_tab(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """Another tab has chosen after this one, and was closed: what it kept is sent and shown here."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting)
        row(page, "near")
        expect_line(page, "Saved ")
        other = open_question(context, sitting, page=context.new_page())
        stage.network.down = True
        row(other, "far")
        expect_line(other, "Offline")
        other.close()
        stage.network.down = False
        page.evaluate("dispatchEvent(new Event('online'))")
        until(page, lambda: sitting.held() == {sitting.choices[0]: ("far",)}, SOON, "an answer is lost")
        page.wait_for_timeout(500)
        _goes_on_with(page, sitting, "far")


def test_what_a_closed_tab_chose_later_is_shown_and_stands(stage: Stage, browser: Browser) -> None:
    _newer_of_a_closed_tab(stage, browser)


def test_control_a_page_that_shows_only_its_own_overwrites_it(stage: Stage, browser: Browser) -> None:
    own = {"saving.js": ("one.based_on < (this.#acknowledgedVersions", "-1 < (this.#acknowledgedVersions")}
    with pytest.raises(AssertionError, match="a newer answer is overwritten"):
        _newer_of_a_closed_tab(stage, browser, own)


def _keep_mine(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """What a closed tab chose is asked about in this one, which has saved something else since."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting)
        other = open_question(context, sitting, page=context.new_page())
        stage.network.down = True
        row(other, "far")
        expect_line(other, "Offline")
        other.route("**/responses", lambda route: route.abort())
        stage.network.down = False
        row(page, "near")
        until(page, lambda: sitting.held() == {sitting.choices[0]: ("near",)}, SOON, "an answer is lost")
        other.close()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.get_by_role("button", name="Keep mine").click()
        until(page, lambda: sitting.held() == {sitting.choices[0]: ("far",)}, SOON, "not kept")
        assert ticked(page) == ("far",), "what was kept is not shown"
        page.wait_for_timeout(500)
        _goes_on_with(page, sitting, "far")


def test_keep_mine_of_an_older_page_is_shown_and_stands(stage: Stage, browser: Browser) -> None:
    _keep_mine(stage, browser)


def test_control_a_page_that_keeps_it_and_shows_its_own_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="what was kept is not shown"):
        _keep_mine(stage, browser, {"sitting.js": ("restore(kind, entry.value);", "")})


def _back_to_what_was_drawn(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """Another option before the script is there, and the one that is saved while it waits for its storage."""
    stage.network.be_sound()
    sitting, done = stage.sit_down(), list[str]()
    with at(sitting, browser, altered, SLOW) as context:
        page = open_question(context, sitting)
        row(page, "far")
        expect_line(page, "Saved ")
        later = context.new_page()
        hold_up(later, "sitting.js", lambda: bool(done))
        later.goto(sitting.question(sitting.choices[0]), wait_until="commit")
        row(later, "near")
        done.append("all")
        later.get_by_role("button", name="Calculator").wait_for()
        row(later, "far")
        later.wait_for_timeout(2_000)
        held = {sitting.choices[0]: ("far",)}
        assert (ticked(later), sitting.held()) == (("far",), held), "what was taken back is saved"


def test_going_back_to_what_was_drawn_while_the_outbox_opens_stands(stage: Stage, browser: Browser) -> None:
    _back_to_what_was_drawn(stage, browser)


def test_control_a_page_that_saves_what_was_taken_back_is_noticed(stage: Stage, browser: Browser) -> None:
    with pytest.raises(AssertionError, match="what was taken back is saved"):
        _back_to_what_was_drawn(stage, browser, {"sitting.js": ('ahead.delete("answer");', "")})


def _refused_when_time_is_up(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """Half a number stands there when the time ends."""
    stage.network.be_sound()
    sitting = stage.sit_down("number")
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting, sitting.number)
        page.locator("input[type=text][name=answer]").press_sequentially("12..5")
        expect_line(page, "Not saved: write the number")
        leave(sitting, 1)
        page.evaluate("dispatchEvent(new Event('focus'))")
        until(page, lambda: line(page).startswith("Time is up. "), SOON, "nothing is said")
        assert "Not saved: write the number" in line(page), "what was refused is called saved"


def test_what_was_refused_when_time_is_up_is_not_called_saved(stage: Stage, browser: Browser) -> None:
    _refused_when_time_is_up(stage, browser)


def test_control_a_line_that_looks_at_the_outbox_only_calls_it_saved(stage: Stage, browser: Browser) -> None:
    blind = {
        "stateline.js": ('if (time === "over") return unsaved ?', 'if (time === "over") return unsent ?')
    }
    with pytest.raises(AssertionError, match="what was refused is called saved"):
        _refused_when_time_is_up(stage, browser, blind)


def _waiting_hand_in(stage: Stage, browser: Browser, altered: Altered | None = None) -> None:
    """Handing in waits for an answer that cannot be sent, and goes on when it was."""
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser, altered) as context:
        page = open_question(context, sitting)
        stage.network.down = True
        row(page, "near")
        expect_line(page, "Offline")
        page.close()
        page = context.new_page()
        page.goto(f"{sitting.home}hand-in")
        page.get_by_role("button", name="Hand in").click()
        told = page.locator("[data-save-text]", has_text="Not handed in: Offline: 1 answer kept")
        result = page.get_by_role("heading", name="Result")
        expect(told.or_(result)).to_be_visible()
        assert told.is_visible(), "it is handed in without an answer that was kept"
        stage.network.down = False
        expect_line(page, "Saved ")
        page.get_by_role("button", name="Hand in").click()
        expect(result).to_be_visible()
        assert sitting.held() == {sitting.choices[0]: ("near",)}


def test_a_hand_in_that_waits_goes_on_once_all_is_sent(stage: Stage, browser: Browser) -> None:
    _waiting_hand_in(stage, browser)


def test_control_a_hand_in_that_does_not_wait_is_noticed(stage: Stage, browser: Browser) -> None:
    hasty = {"sitting.js": ("if (asked || !saver.unsent ||", "if (true ||")}
    with pytest.raises(AssertionError, match="handed in without an answer that was kept"):
        _waiting_hand_in(stage, browser, hasty)


def test_what_is_unsent_when_time_is_up_is_not_called_saved(stage: Stage, browser: Browser) -> None:
    stage.network.be_sound()
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        stage.network.down = True
        row(page, "near")
        expect_line(page, "Offline: 1 answer kept")
        leave(sitting, 1)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect_line(page, "Time is up. Offline: 1 answer kept on this device")
        expect(page.locator("[data-module=save-state]")).to_have_attribute("data-state", "failed")


def test_what_no_page_can_send_is_told_and_never_called_saved(stage: Stage, browser: Browser) -> None:
    stage.network.be_sound()
    sitting = stage.sit_down("number")
    with at(sitting, browser) as context:
        page = open_question(context, sitting, sitting.number)
        stage.network.down = True
        page.locator("input[type=text][name=answer]").press_sequentially("12..5")
        expect_line(page, "Offline: 1 answer kept")
        page.close()
        stage.network.down = False
        page = context.new_page()
        page.goto(f"{sitting.address}/attempts/")
        said = page.get_by_text("cannot be read, and is not saved")
        expect(said).to_contain_text(f"Question {sitting.number}")


def test_a_note_is_saved_while_it_is_typed_without_a_rest(stage: Stage, browser: Browser) -> None:
    sitting = stage.sit_down()
    with at(sitting, browser) as context:
        page = open_question(context, sitting)
        page.locator("details:has(textarea[name=note]) summary").click()
        note = page.get_by_label("Your note on this question")
        for _ in range(40):
            note.press_sequentially("x")
            page.wait_for_timeout(100)
            if sitting.held(Kind.NOTE):
                break
        assert sitting.held(Kind.NOTE), "four seconds of typing are unsaved"


def test_a_late_answer_of_one_tab_is_called_saved_in_none(stage: Stage, browser: Browser) -> None:
    stage.network.be_sound()
    sitting = stage.sit_down()
    first, second = sitting.choices[:2]
    with at(sitting, browser) as context:
        old, other = (open_question(context, sitting, one) for one in (first, second))
        before = line(other)
        sitting.house.clock.move(sitting.left() + timedelta(seconds=6))
        row(old, "near")
        expect_line(old, "Too late")
        other.wait_for_timeout(500)
        assert line(other) == before
