"""Every state in which a page of the site is shown to somebody; a GET page without a state fails a test.

A state says who looks, at which address, and what they do there before they look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, Response, expect

from tests.journeys.scenes import Scene
from tests.journeys.seats import Seat

Act = Callable[[Page, Scene], None]

NOT_PAGES = {
    "pages.healthz": "/healthz",
    "attempts.clock": "/attempts/{timed}/clock",
    "attempts.show": "/attempts/{timed}/",
    "board.now": "/board/now",
    "items.export": "/items/banks/treasuries.zip",
}
"""GET routes that answer with something else than a page of their own: JSON, a redirect, an archive."""


@dataclass(frozen=True)
class State:
    """A page as somebody sees it; `act` is what they do first, `status` what the server answers at last.

    `shows` is a text without which it would not be the state that it says it is.
    """

    name: str
    endpoint: str
    who: str
    path: str
    act: Act | None = None
    status: int = 200
    fresh: bool = False
    shows: str = ""


_UNCHECKED = "for (const one of document.forms) one.noValidate = true"
"""Past the browser's own check of a form, to see what the server says of it."""


def _press(name: str) -> Act:
    def act(page: Page, scene: Scene) -> None:
        page.evaluate(_UNCHECKED)
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).first.click()

    return act


def _fill(button: str, **values: str) -> Act:
    def act(page: Page, scene: Scene) -> None:
        for name, value in values.items():
            page.locator(f"[name={name}]").fill(value)
        _press(button)(page, scene)

    return act


def _choose_a_topic(page: Page, scene: Scene) -> None:
    page.locator("[name=topics]").first.check()
    _press("Practise these topics")(page, scene)


def _open_all(page: Page, scene: Scene) -> None:
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def _answer_sample(page: Page, scene: Scene) -> None:
    page.locator("#try label").first.click()
    _press("Check the answer")(page, scene)


def _last_sample(page: Page, scene: Scene) -> None:
    page.get_by_role("navigation", name="Sample questions").get_by_role("link").last.click()
    page.wait_for_load_state()


def _spoil(page: Page, scene: Scene) -> None:
    page.locator("[name='item.key.value']").fill("9e1")
    page.locator("[name='item.explanation.why']").fill("")
    _press("Check and save")(page, scene)


def _flag_and_strike(page: Page, scene: Scene) -> None:
    page.get_by_role("button", name="Flag", exact=True).click()
    page.get_by_role("button", name="Strike out B").click()
    page.locator(".option label").nth(2).click()
    expect(page.locator("[data-module=save-state]")).to_have_attribute("data-state", "saved")


def _use_tools(page: Page, scene: Scene) -> None:
    """Every tool in use: a note, highlighted words, and the calculator with a fault on its display."""
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Your note on this question")).to_be_focused()
    page.keyboard.type("Price up, yield down.")
    stem = page.locator("[data-fragment=stem]")
    if not stem.locator("mark").count():
        stem.evaluate("one => getSelection().selectAllChildren(one)")
        page.get_by_role("button", name="Highlight", exact=True).click()
    expect(stem.locator("mark").first).to_be_visible()
    if page.locator(".calculator").is_hidden():
        page.get_by_role("button", name="Calculator", exact=True).click()
    page.locator(".calculator").focus()
    page.keyboard.type("2+3=1/0=")
    expect(page.locator("[data-display]")).to_have_text("Nothing can be divided by zero")


def _offline(page: Page, scene: Scene) -> None:
    page.route("**/responses", lambda route: route.abort())
    page.locator(".option label").first.click()
    expect(page.locator("[data-module=save-state]")).to_have_attribute("data-state", "offline")


_SAVE_ELSEWHERE = """async ([kind, value]) => {
  const form = document.querySelector("[data-module=sitting]");
  const held = (name) => form.querySelector(`[name=${name}]`).value;
  const body = {position: Number(form.dataset.position), kind, client: "another-tab",
    seq: Date.now() % 1e6, based_on: Number(held(`based_on_${kind}`)), value: [value]};
  const headers = {"Content-Type": "application/json", "X-CSRFToken": held("csrf_token")};
  const reply = await fetch(form.dataset.save, {method: "POST", headers, body: JSON.stringify(body)});
  if (!reply.ok) throw new Error(reply.status);
}"""


def _stale(page: Page, scene: Scene) -> None:
    boxes = page.locator("input[name=answer]")
    page.evaluate(_SAVE_ELSEWHERE, ["answer", boxes.nth(1).get_attribute("value")])
    page.locator(".option label").nth(2).click()
    expect(page.locator("[data-conflict]")).to_be_visible()


def _stale_form(page: Page, scene: Scene) -> None:
    """Send the form of a tab that is out of date, as a browser without script does."""
    boxes = page.locator("input[name=answer]")
    page.evaluate(_SAVE_ELSEWHERE, ["answer", boxes.nth(1).get_attribute("value")])
    with page.expect_navigation():
        boxes.nth(2).evaluate("one => { one.checked = true; one.form.submit(); }")


def _late(page: Page, scene: Scene) -> None:
    """Send an answer to the first question of a test whose time is up."""
    send = (
        "(one, [to, id]) => { one.value = id; one.checked = true; one.form.action = to; one.form.submit(); }"
    )
    to = f"/attempts/{scene.ids['late']}/questions/1"
    with page.expect_navigation():
        page.locator("input[name=answer]").first.evaluate(send, [to, scene.ids["late-option"]])


def _check_sealed(page: Page, scene: Scene) -> None:
    page.locator(".option label").first.click()
    _press("Check my answer")(page, scene)


_TYPE_BADLY = """(one, note) => {
  one.value = "about two";
  one.form.elements.note.value = note;
  one.form.submit();
}"""


def _typed_badly(page: Page, scene: Scene) -> None:
    """No number for an answer, and more of a note than is kept."""
    with page.expect_navigation():
        page.locator("input[type=text][name=answer]").evaluate(_TYPE_BADLY, "Halve the coupon. " * 150)


def _stale_and_typed_badly(page: Page, scene: Scene) -> None:
    """No number for an answer, and a note that another tab has changed."""
    page.evaluate(_SAVE_ELSEWHERE, ["note", "Halve the coupon."])
    with page.expect_navigation():
        page.locator("input[type=text][name=answer]").evaluate(_TYPE_BADLY, "Count the days.")


def _open_folds(page: Page, scene: Scene) -> None:
    """Keys and looks, which lie folded in the rail of the test screen."""
    page.evaluate("for (const one of document.querySelectorAll('.rail details')) one.open = true")


def _hidden_clock(page: Page, scene: Scene) -> None:
    page.get_by_role("button", name="Hide clock").click()


STATES = (
    State("home", "pages.home", "guest", "/"),
    State("home of a person", "pages.home", "newcomer", "/"),
    State("sample answered", "pages.home", "guest", "/", _answer_sample),
    State("sample, nothing chosen", "pages.home", "guest", "/", _press("Check the answer")),
    State("sample of another sort", "pages.home", "guest", "/", _last_sample),
    State("home without a bank", "pages.home", "guest", "/", fresh=True),
    State("about", "pages.about", "guest", "/about"),
    State("register", "security.register", "guest", "/accounts/register"),
    State(
        "register with errors",
        "security.register",
        "guest",
        "/accounts/register",
        _fill("Register", email="nobody", password="short", password_confirm="other"),
        422,
    ),
    State("log in", "security.login", "guest", "/accounts/login"),
    State(
        "log in refused",
        "security.login",
        "guest",
        "/accounts/login",
        _fill("Log in", email="nobody@example.org", password="not the password"),
        422,
    ),
    State("recover", "security.forgot_password", "guest", "/accounts/reset"),
    State(
        "recover, sent",
        "security.forgot_password",
        "guest",
        "/accounts/reset",
        _fill("Send the link", email="somebody@example.org"),
    ),
    State("reset", "security.reset_password", "guest", "{reset}"),
    State(
        "reset with errors",
        "security.reset_password",
        "guest",
        "{reset}",
        _press("Save the new password"),
        422,
    ),
    State("change password", "security.change_password", "newcomer", "/accounts/change"),
    State(
        "change password with errors",
        "security.change_password",
        "newcomer",
        "/accounts/change",
        _press("Save the new password"),
        422,
    ),
    State("account", "accounts.show", "newcomer", "/accounts/"),
    State("delete", "accounts.delete", "newcomer", "/accounts/delete"),
    State(
        "delete with errors",
        "accounts.delete",
        "newcomer",
        "/accounts/delete",
        _fill("Delete my account for good", password="wrong words"),
        422,
    ),
    State("dashboard, empty", "attempts.index", "newcomer", "/attempts/"),
    State("dashboard, a test open", "attempts.index", "sitter", "/attempts/"),
    State("dashboard, past attempts", "attempts.index", "veteran", "/attempts/", _open_all),
    State("exams", "exams.index", "guest", "/exams/"),
    State("exams, one open", "exams.index", "sitter", "/exams/"),
    State("exams without a bank", "exams.index", "guest", "/exams/", fresh=True),
    State("tour, guest", "exams.tour", "guest", "/exams/tour"),
    State(
        "tour, flag pressed, folds open",
        "exams.tour",
        "sitter",
        "/exams/tour?flag=1",
        _open_folds,
        shows="Flags are not scored",
    ),
    State("tour without a bank", "exams.tour", "guest", "/exams/tour", fresh=True),
    State("start, guest", "exams.start", "guest", "/exams/treasuries/practice-20/"),
    State("start", "exams.start", "newcomer", "/exams/treasuries/practice-20/"),
    State("start, two parts", "exams.start", "veteran", "/exams/treasuries/two-part-mock/"),
    State(
        "start, extra time",
        "exams.start",
        "newcomer",
        "/exams/treasuries/two-part-mock/",
        shows="agreed arrangement",
    ),
    State("start, no limit", "exams.start", "newcomer", "/exams/treasuries/warm-up/"),
    State(
        "waiting room",
        "waiting.show",
        "newcomer",
        "/exams/treasuries/mock-50/",
        _press("Go to the waiting room"),
        shows="No clock runs here",
    ),
    State("start, one open", "exams.start", "sitter", "/exams/treasuries/practice-20/"),
    State(
        "question, single choice, keys and looks unfolded",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{single}",
        _open_folds,
    ),
    State(
        "question, multiple response",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{multiple_response}",
    ),
    State("question, number", "attempts.question", "sitter", "/attempts/{timed}/questions/{numeric_entry}"),
    State("question, answered", "attempts.question", "sitter", "/attempts/{timed}/questions/{answered}"),
    State(
        "question, flagged and struck",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{single}",
        _flag_and_strike,
    ),
    State(
        "question, tools in use",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{numeric_entry}",
        _use_tools,
    ),
    State(
        "question, clock hidden",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{single}",
        _hidden_clock,
    ),
    State(
        "question, not saved", "attempts.question", "sitter", "/attempts/{timed}/questions/{spare}", _offline
    ),
    State(
        "question, changed elsewhere",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{stale}",
        _stale,
    ),
    State("conflict", "attempts.question", "sitter", "/attempts/{timed}/questions/{form}", _stale_form, 409),
    State(
        "conflict, no number",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{numeric_entry}",
        _stale_and_typed_badly,
        409,
    ),
    State(
        "question, no number",
        "attempts.question",
        "sitter",
        "/attempts/{timed}/questions/{numeric_entry}",
        _typed_badly,
        422,
    ),
    State("late", "attempts.question", "sitter", "/attempts/{timed}/questions/{single}", _late, 409),
    State("question, no limit", "attempts.question", "sitter", "/attempts/{untimed}/questions/1"),
    State("question, last five minutes", "attempts.question", "hurried", "/attempts/{hurried}/questions/1"),
    State("question of a case set", "attempts.question", "case", "/attempts/{case}/questions/{in-case}"),
    State("question of part two", "attempts.question", "two", "/attempts/{two}/questions/{second-part}"),
    State("break", "attempts.on_break", "resting", "/attempts/{resting}/break", shows="no way back"),
    State(
        "question of a sequential part, left without an answer",
        "attempts.question",
        "ordered",
        "/attempts/{ordered}/questions/{present}",
        _press("Next"),
        422,
        shows="This question has no answer",
    ),
    State("check of a sequential part", "attempts.check", "ordered", "/attempts/{ordered}/check"),
    State("question, tutor mode", "attempts.question", "learner", "/attempts/{tutor}/questions/{open}"),
    State(
        "question, tutor mode, nothing to check",
        "attempts.question",
        "learner",
        "/attempts/{tutor}/questions/{open}",
        _press("Check my answer"),
        422,
    ),
    State("question, explained", "attempts.question", "learner", "/attempts/{tutor}/questions/{revealed}"),
    State(
        "question, explanation waits",
        "attempts.question",
        "torn",
        "/attempts/{sealed}/questions/{sealed-single}",
        _check_sealed,
        shows="The explanation waits",
    ),
    State("check", "attempts.check", "sitter", "/attempts/{timed}/check"),
    State("check, flagged", "attempts.check", "sitter", "/attempts/{untimed}/check?show=flagged"),
    State("check of a part", "attempts.check", "one", "/attempts/{one}/check"),
    State("hand in", "attempts.hand_in", "sitter", "/attempts/{timed}/hand-in"),
    State("leave a part", "attempts.hand_in", "one", "/attempts/{one}/hand-in"),
    State("result, not passed", "results.result", "veteran", "/attempts/{failed}/result"),
    State("result, passed", "results.result", "veteran", "/attempts/{passed}/result"),
    State("result, two parts", "results.result", "veteran", "/attempts/{two-closed}/result"),
    State("result, tutor mode", "results.result", "veteran", "/attempts/{tutor-closed}/result"),
    State("review", "results.review", "veteran", "/attempts/{failed}/review", _open_all),
    State("review, flagged", "results.review", "veteran", "/attempts/{passed}/review?show=flagged"),
    State("review, keys hidden", "results.review", "veteran", "/attempts/{failed}/review?hide=1"),
    State("one question again", "results.again", "veteran", "/attempts/{failed}/review/1"),
    State(
        "one question again, nothing chosen",
        "results.again",
        "veteran",
        "/attempts/{failed}/review/1",
        _press("Check my answer"),
        422,
    ),
    State(
        "review that waits",
        "results.review",
        "torn",
        "/attempts/{torn}/review",
        shows="The explanation waits",
    ),
    State("practice", "practice.index", "veteran", "/practice/"),
    State(
        "practice with errors",
        "practice.index",
        "newcomer",
        "/practice/",
        _press("Practise these topics"),
        422,
    ),
    State("other practice", "practice.begin", "learner", "/practice/", _choose_a_topic, 409),
    State("practice without a bank", "practice.index", "settler", "/practice/", fresh=True),
    State("report a problem", "comments.new", "veteran", "/comments/new?attempt={failed}&position=1"),
    State(
        "report with errors",
        "comments.new",
        "veteran",
        "/comments/new?attempt={failed}&position=1",
        _press("Send the report"),
        422,
    ),
    State("reports", "comments.index", "admin", "/comments/"),
    State("reports, resolved", "comments.index", "admin", "/comments/?show=resolved", shows="Open again"),
    State("board", "board.index", "admin", "/board/", shows="agreed arrangement"),
    State("give time", "board.time", "admin", "/board/attempts/{one}/time"),
    State(
        "give time, given before", "board.time", "admin", "/board/attempts/{two}/time", shows="Given so far"
    ),
    State(
        "give time with errors",
        "board.time",
        "admin",
        "/board/attempts/{one}/time",
        _fill("Go on", minutes="0"),
        422,
    ),
    State(
        "give time, are you sure",
        "board.time",
        "admin",
        "/board/attempts/{one}/time?how=25&reason=fault",
        shows="cannot be taken back",
    ),
    State(
        "give time, no limit", "board.time", "admin", "/board/attempts/{untimed}/time", shows="no time limit"
    ),
    State("give all time", "board.exam_time", "admin", "/board/exams/treasuries/practice-20/time"),
    State(
        "give all time with errors",
        "board.exam_time",
        "admin",
        "/board/exams/treasuries/practice-20/time?how=25&reason=fault&who=person",
        status=422,
    ),
    State(
        "give all time, are you sure",
        "board.exam_time",
        "admin",
        "/board/exams/treasuries/practice-20/time?how=25&reason=fault&who=now",
        shows="cannot be taken back",
    ),
    State("close a test", "board.close", "admin", "/board/attempts/{one}/close"),
    State("banks", "items.banks", "admin", "/items/banks"),
    State("facts", "items.facts", "admin", "/items/facts"),
    State("notes", "notes.index", "guest", "/notes/"),
    State("note", "notes.show", "guest", "/notes/treasuries/t05-bills", _open_all),
    State("items", "items.index", "admin", "/items/"),
    State("items, none fits", "items.index", "author", "/items/?words=nothing-of-that-name"),
    State("items without a bank", "items.index", "keeper", "/items/", fresh=True),
    State("item", "items.show", "admin", "/items/{item}", _open_all),
    State("item of a case set", "items.show", "author", "/items/{case-item}"),
    State("item with many answers", "items.show", "author", "/items/{multiple-item}"),
    State("item with a number", "items.show", "author", "/items/{number-item}"),
    State("item, true or false", "items.show", "author", "/items/{truth-item}"),
    State("item with statements", "items.show", "author", "/items/{statements-item}"),
    State("item as a form", "items.edit", "author", "/items/{item}/edit"),
    State(
        "item as a form, one option more",
        "items.edit",
        "author",
        "/items/{multiple-item}/edit",
        _press("Add to options"),
        shows="Remove option 6",
    ),
    State("item as a form with errors", "items.edit", "admin", "/items/{number-item}/edit", _spoil, 422),
    State("upload", "items.upload", "admin", "/items/uploads/new"),
    State(
        "upload with errors", "items.upload", "author", "/items/uploads/new", _press("Check the file"), 422
    ),
    State("upload report", "items.uploaded", "admin", "/items/uploads/{sound}", _open_all),
    State("upload report with faults", "items.uploaded", "admin", "/items/uploads/{faulty}", _open_all),
    State(
        "upload report, questions gone",
        "items.uploaded",
        "admin",
        "/items/uploads/{dropping}",
        _open_all,
        shows="Gone from the files",
    ),
    State(
        "upload report, not ticked",
        "items.uploaded",
        "admin",
        "/items/uploads/{partly}",
        _press("Apply"),
        422,
    ),
    State("upload report of an author", "items.uploaded", "author", "/items/uploads/{authors}"),
    State("exam profiles", "exams.profiles", "admin", "/exams/profiles"),
    State("people", "accounts.people", "admin", "/accounts/people"),
    State("people, none", "accounts.people", "admin", "/accounts/people?q=nobody-of-that-name"),
    State("person", "accounts.person", "admin", "/accounts/people/{veteran}"),
    State("person, the last admin", "accounts.person", "admin", "/accounts/people/{admin}"),
    State("person, disabled", "accounts.person", "admin", "/accounts/people/{disabled}"),
    State("attempt verified", "accounts.verify", "admin", "/accounts/people/{veteran}/attempts/{failed}"),
    State(
        "reset link", "accounts.person", "admin", "/accounts/people/{veteran}", _press("Make a reset link")
    ),
    State("set up", "accounts.setup", "guest", "/setup", fresh=True),
    State(
        "set up with errors",
        "accounts.setup",
        "guest",
        "/setup",
        _fill("Make the admin account", code="wrong", email="a@example.org", password="short", again="else"),
        422,
        fresh=True,
    ),
    State("no such page", "error", "guest", "/nowhere", status=404),
    State("wrong method", "error", "newcomer", "/practice/wrong/{failed}", status=405),
)


def by_looker(states: tuple[State, ...]) -> list[State]:
    """What each person sees together; guests first, whose links run out meanwhile."""
    met = list(dict.fromkeys((one.who, one.fresh) for one in states))
    return sorted(states, key=lambda one: (one.who != "guest", met.index((one.who, one.fresh))))


@dataclass
class Viewer:
    """Shows states: one browser, emptied whenever somebody else looks."""

    seat: Seat
    scene: Scene
    cookies: dict[tuple[str, bool], str] = field(default_factory=dict)
    looks: tuple[str, bool] = ("guest", False)
    status: int = 0

    def show(self, state: State) -> Page:
        """The page in this state; fails where the server answered otherwise than the state says."""
        page, site = self.seat.page, self.scene.site_of(state.fresh)
        page.unroute_all()
        self.scene.hold_clocks()
        if self.looks != (state.who, state.fresh):
            self.leave()
            self._come(state.who, state.fresh)
        page.goto(site.address + self.scene.path(state.path))
        if state.act:
            state.act(page, self.scene)
        assert self.status == state.status, f"{state.name}: answered {self.status}"
        assert state.shows in page.content(), f"{state.name} does not show what it should"
        return page

    def leave(self) -> None:
        """Nobody looks any more."""
        self.seat.empty(self.scene.site_of(self.looks[1]).address)

    def _come(self, who: str, fresh: bool) -> None:
        self.looks, site = (who, fresh), self.scene.site_of(fresh)
        if who == "guest":
            return
        if self.looks not in self.cookies:
            self.cookies[self.looks] = site.cookie(self.scene.people[who])
        self.seat.context.add_cookies(
            [{"name": "quizapp", "value": self.cookies[self.looks], "url": site.address}]
        )

    def note(self, response: Response) -> None:
        """The server answered: how it did to the last page asked for."""
        if response.request.is_navigation_request():
            self.status = response.status
