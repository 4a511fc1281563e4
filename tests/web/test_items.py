"""Banks and items over HTTP: lists, previews, uploads with their reports, and who may do what."""

import html
import io
import re
import zipfile
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts, items, uploads
from tests import small_bank
from tests.bank.hostile import PROBES, SCRIPTS
from tests.bank.sources import ANSWERS_MORE, DAY_BASE, ITEM_FILE, PRICE, files, line_of, packed
from tests.web.visitors import House, Visitor

NEW = "/items/uploads/new"


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.signed_in("root@example.org", "admin")


def _send(visitor: Visitor, name: str, content: bytes) -> TestResponse:
    form = {"csrf_token": visitor.token(NEW), "file": (io.BytesIO(content), name)}
    return visitor.client.post(NEW, data=form)


def _report(visitor: Visitor, held: Mapping[str, bytes]) -> str:
    """Upload files; the address of their report."""
    reply = _send(visitor, "example.zip", packed(held))
    assert reply.status_code == 303
    assert reply.location
    return reply.location


def _apply(visitor: Visitor, at: str, **ticks: object) -> TestResponse:
    return visitor.client.post(f"{at}/apply", data={"csrf_token": visitor.token(at), **ticks})


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _publish(house: House, held: Mapping[str, bytes]) -> dict[str, int]:
    """Publish files; the ids of the items by slug."""
    public_id = uploads.stage_upload(house.store, None, "example.zip", packed(held), house.clock())
    uploads.apply_upload(house.store, public_id, (), False, None, house.clock())
    found = items.list_items(house.store, "example", items.wanted_items(), 1)
    assert found
    return {one.row.slug: one.row.id for one in found.items}


def test_an_upload_is_checked_then_applied(house: House, admin: Visitor) -> None:
    at = _report(admin, files())
    page = _words(admin.get(at).text)
    assert "Questions found 3 New 3 Changed 0 Same 0 Gone 0 Rejected 0" in page
    assert "No question" not in page
    assert _apply(admin, at).location == at
    page = _words(admin.get(at).text)
    assert "The bank is now at revision 1." in page
    assert "This upload has been applied" in page
    assert DAY_BASE in admin.get("/items/").text


def test_three_seeded_faults_are_shown_each_with_its_line(admin: Visitor) -> None:
    text = files()[ITEM_FILE].decode()
    for old, new in (
        ("level: recall", "level: guess"),
        ("choose: stated", "choose: maybe"),
        ("decimals: 2", "decimals: two"),
    ):
        text = text.replace(old, new, 1)
    held = files() | {ITEM_FILE: text.encode()}
    page = _words(admin.get(_report(admin, held)).text)
    assert "3 problems" in page
    for slug, at in ((DAY_BASE, "level: guess"), (ANSWERS_MORE, "choose: maybe"), (PRICE, "decimals: two")):
        assert f"{ITEM_FILE}, line {line_of(at, held=held)} {slug}" in page


def test_errors_of_the_linter_stand_among_the_problems_and_its_warnings_beside_them(admin: Visitor) -> None:
    held = files(items=("It tempts those who think of the longest bill.", "Option A is right."))
    held[ITEM_FILE] = held[ITEM_FILE].replace(b"Which statements hold?", b"Which of these is NOT so at all?")
    page = _words(admin.get(_report(admin, held)).text)
    assert "1 problem" in page
    assert f"{DAY_BASE} 'Option A' names a letter letter-named" in page
    assert f"{ANSWERS_MORE} the stem asks for an exception (NOT) negative-stem" in page
    assert f"Leave out this question: {DAY_BASE}" in page
    assert "1 warning" in page
    assert "blueprint-unfilled" not in page  # told where exams that could not be filled are told


def test_an_upload_without_a_warning_speaks_of_none(admin: Visitor) -> None:
    assert "warning" not in _words(admin.get(_report(admin, files())).text)


def test_rejected_items_keep_apply_off_until_ticked_and_ticks_are_kept(house: House, admin: Visitor) -> None:
    easy = files()["exams.yml"].replace(b"items: 2", b"items: 1")
    _publish(house, files() | {"exams.yml": easy})
    text = (
        files(items=("decimals: 2", "decimals: two"))[ITEM_FILE]
        .decode()
        .replace("Over a year of how", "Over how")
    )
    case = text[text.index(f"  - id: {ANSWERS_MORE}") : text.index(f"  - id: {PRICE}")]
    at = _report(admin, {ITEM_FILE: text.replace(case, "").encode()})
    assert f"Leave out this question: {PRICE}" in _words(admin.get(at).text)
    refused = _apply(admin, at, retire=ANSWERS_MORE)
    assert refused.status_code == 422
    assert "Tick that the rejected questions are to be left out" in refused.text
    assert re.search(rf'value="{ANSWERS_MORE}"\s+checked', refused.text)
    assert _apply(admin, at, retire=ANSWERS_MORE, leave_out="y").status_code == 303
    page = _words(admin.get("/items/?status=retired").text)
    assert ANSWERS_MORE in page
    assert DAY_BASE not in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bank.zip", b"PK\x03\x04 nothing", "bank.zip, line 1 the whole file this is not a zip archive"),
        ("bank.txt", b"format: 1", "bank.txt, line 1 the whole file upload a .yml file or a .zip archive"),
        ("bank.yml", b"a: 1\nb: [", "bank.yml, line 3 the whole file not YAML here"),
        ("bank.yml", b"a: !!python/name:os.system\n", "bank.yml, line 1 the whole file tags are not allowed"),
        ("T9.yml", b"", "T9.yml, line 1 the whole file the file is empty"),
        ("bank.yml", b"\xff\xfe\x00", "bank.yml, line 1 the whole file the file is not UTF-8 text"),
    ],
)
def test_a_broken_upload_is_a_clear_page(admin: Visitor, name: str, content: bytes, told: str) -> None:
    reply = _send(admin, name, content)
    assert reply.status_code == 303
    page = admin.get(reply.location or "")
    assert page.status_code == 200
    assert told in _words(page.text)
    assert "nothing of this upload can be applied" in page.text
    assert ">Apply<" not in page.text
    assert _apply(admin, reply.location or "").status_code == 422


def test_an_upload_without_a_file_says_so(admin: Visitor) -> None:
    reply = admin.post(NEW)
    assert reply.status_code == 422
    assert "Choose a file." in reply.text


def test_an_upload_that_is_too_large_is_refused(admin: Visitor) -> None:
    head = (
        f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{admin.token(NEW)}\r\n'
        '--cut\r\nContent-Disposition: form-data; name="file"; filename="bank.yml"\r\n\r\n'
    )
    body = head.encode() + b"x" * (11 * 1024 * 1024) + b"\r\n--cut--\r\n"
    reply = admin.client.post(NEW, data=body, content_type="multipart/form-data; boundary=cut")
    assert reply.status_code == 413
    assert "That is too large" in reply.text


def test_a_stale_report_is_refused_with_409(house: House, admin: Visitor) -> None:
    _publish(house, files())
    at = _report(admin, files(items=("Over a year of how", "Over how")))
    _publish(house, files(items=("level: recall", "level: understand")))
    assert "Upload the file again" in admin.get(at).text
    assert _apply(admin, at).status_code == 409


def test_authors_check_and_preview_but_apply_and_retire_nothing(house: House, admin: Visitor) -> None:
    ids = _publish(house, files())
    author = house.signed_in("ann@example.org", "author")
    at = _report(author, files(items=("Over a year of how", "Over how")))
    page = author.get(at).text
    assert "An admin applies it." in page
    assert ">Apply<" not in page
    for path in ("/items/", "/items/banks", NEW, at, f"/items/{ids[PRICE]}", "/items/banks/example.zip"):
        assert author.get(path).status_code == 200
    for path in (f"{at}/apply", f"/items/{ids[PRICE]}/retire"):
        assert author.post(path, NEW).status_code == 404
    assert "Retire it" not in author.get(f"/items/{ids[PRICE]}").text
    other = house.signed_in("otto@example.org", "author")
    assert other.get(at).status_code == 404
    assert admin.get(at).status_code == 200


def test_candidates_find_nothing_here(house: House) -> None:
    ids = _publish(house, files())
    visitor = house.signed_in("ada@example.org")
    for path in ("/items/", "/items/banks", NEW, f"/items/{ids[PRICE]}", "/items/banks/example.zip"):
        assert visitor.get(path).status_code == 404
        assert house.visitor().get(path).status_code == 302
    assert visitor.post(f"/items/{ids[PRICE]}/retire", "/accounts/").status_code == 404


def test_lists_filter_search_and_keep_what_was_chosen(house: House, admin: Visitor) -> None:
    assert "There is no question bank yet." in admin.get("/items/").text
    _publish(house, files())
    page = admin.get("/items/?interaction=numeric_entry&words=bill").text
    assert "1 question" in _words(page)
    assert PRICE in page
    assert re.search(r'value="numeric_entry"\s+selected', page)
    assert 'value="bill"' in page
    assert "No question fits." in admin.get("/items/?words=%25%27%22%3C").text
    for odd in ("page=x", "page=-1", f"page={2**70}", "difficulty=x", "level=%00", "words=%00"):
        assert admin.get(f"/items/?{odd}").status_code == 200
    assert admin.get("/items/?bank=other").status_code == 404


def test_a_preview_shows_what_a_candidate_sees_then_the_explanation(house: House, admin: Visitor) -> None:
    ids = _publish(house, files())
    page = admin.get(f"/items/{ids[ANSWERS_MORE]}").text
    assert page.count("<h1") == 1
    assert page.index("As a candidate sees it") < page.index("After release")
    before, after = page.split("After release")
    assert "Two bonds on one desk" in before
    assert "Choose 2" in before
    assert "Right." not in before
    assert "Right answer" in after
    assert "Strike" not in before
    number = admin.get(f"/items/{ids[PRICE]}").text
    assert "97.50 USD, give or take 0.005" in number
    assert "You left this question unanswered" not in page + number
    assert admin.get(f"/items/{2**70}").status_code == 404
    assert admin.get("/items/99").status_code == 404
    assert admin.get(f"/items/{ids[PRICE]}?version=nothing").status_code == 404


def test_the_explanation_waits_while_the_readers_own_timed_test_is_open(house: House, admin: Visitor) -> None:
    ids = _publish(house, files())
    account = small_bank.account_rows.list_people
    with house.store.read() as conn:
        account_id = account(conn, "root@example.org", 0, 1)[1][0].id
    public_id = attempts.begin(house.store, account_id, "example", "try-out", Mode.TIMED, house.clock(), 1)
    dealt = small_bank.booklet(house.store, public_id)[0].slug
    held = admin.get(f"/items/{ids[dealt]}").text
    assert "The explanation waits" in held
    assert "Right." not in held
    assert admin.get("/items/banks/example.zip").status_code == 403
    attempts.hand_in(house.store, account_id, public_id, house.clock())
    assert "The explanation waits" not in admin.get(f"/items/{ids[dealt]}").text


def test_an_admin_retires_an_item_at_once(house: House, admin: Visitor) -> None:
    ids = _publish(house, files())
    at = f"/items/{ids[ANSWERS_MORE]}"
    assert "The whole case set leaves the draw with it." in admin.get(at).text
    assert admin.post(f"{at}/retire", at).location == at
    page = admin.get(at).text
    assert "This question is retired" in page
    assert "Retire this question" not in page
    assert admin.client.post(f"{at}/retire", data={"csrf_token": admin.token(NEW)}).status_code == 409


def test_an_export_is_an_archive_with_the_disclaimer_in_each_file(house: House, admin: Visitor) -> None:
    _publish(house, files())
    reply = admin.get("/items/banks/example.zip")
    assert reply.mimetype == "application/zip"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="example.zip"'
    assert reply.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        for name in archive.namelist():
            assert archive.read(name).startswith(b"# Independent, open-source study aid.")
    assert admin.get("/items/banks/other.zip").status_code == 404
    assert _send(admin, "example.zip", reply.data).status_code == 303


_FREE = "title|covers|statement|unit|source|summary|imitates|text|rationale|stem|rule|why|author|vintage"


def _filled(probe: str) -> dict[str, bytes]:
    """The example bank with a text in every field that takes free text."""
    escaped = probe.replace("\\", "\\\\").replace('"', '\\"')
    held = {}
    for name, content in files().items():
        lines = []
        for line in content.decode().splitlines():
            found = re.match(rf"(\s*(?:- )?)({_FREE}): [^|{{]+$", line)
            lines.append(f'{found[1]}{found[2]}: "{escaped} {len(lines)}"' if found else line)
        held[name] = ("\n".join(lines) + "\n").encode()
    return held


@pytest.mark.parametrize("probe", PROBES)
def test_template_code_in_any_field_is_shown_as_written(house: House, admin: Visitor, probe: str) -> None:
    ids = _publish(house, _filled(probe))
    pages = [
        "/items/",
        "/items/banks",
        "/exams/",
        "/exams/profiles",
        "/about",
        *(f"/items/{one}" for one in ids.values()),
    ]
    shown = 0
    for path in pages:
        reply = admin.get(path)
        if path == "/about" and reply.status_code == 404:
            continue
        assert reply.status_code == 200, path
        page = _words(reply.text).replace("__", "")
        assert not re.search(r"\b49 \d+\b", page)
        shown += page.count(probe.replace("__", ""))
    assert shown > 10


@pytest.mark.parametrize("script", SCRIPTS[::4])
def test_script_in_any_field_reaches_no_page(house: House, admin: Visitor, script: str) -> None:
    ids = _publish(house, _filled(script))
    plain = re.compile(
        r"<(script|img|svg|iframe|object|embed|form|a|base|style|meta|video|details|p)\b[^>]*(alert|evil)",
        re.I,
    )
    for path in ("/items/", "/items/banks", "/exams/", *(f"/items/{one}" for one in ids.values())):
        assert not plain.search(admin.get(path).text), path


ROUNDS = 20
"""Changes to the bank while one attempt is open."""


def _fragment(page: str) -> str:
    """The question itself, from its stem to the end of its options or its field."""
    start = page.index('<div class="stem')
    return page[start : page.index('<div class="question-bar')]


def _changed(number: int) -> dict[str, bytes]:
    """The example bank edited, re-keyed, shortened or put back, another way each round."""
    kinds = (
        ("items", ("Over a year of how many", f"Counted over how many ({number})")),
        ("items", ("value: 97.50", f"value: 97.{number:02}")),
        ("items", ("text: 360 days", f"text: {300 + number} days")),
        ("items", ("Both prices fall", f"Both prices drop {number}")),
    )
    name, change = kinds[number % 4]
    held = files(**{name: change})
    if number % 5 == 4:
        text = held[ITEM_FILE].decode()
        case = text[text.index(f"  - id: {ANSWERS_MORE}") : text.index(f"  - id: {PRICE}")]
        held[ITEM_FILE] = text.replace(case, "").encode()
    return held


def _begin_with(house: House, account_id: int, slug: str) -> str:
    """An open attempt that was dealt an item, after others that were not."""
    for seed in range(50):
        public_id = attempts.begin(
            house.store, account_id, "example", "try-out", Mode.TIMED, house.clock(), seed
        )
        if slug in {one.slug for one in small_bank.booklet(house.store, public_id)}:
            return public_id
        attempts.hand_in(house.store, account_id, public_id, house.clock())
    raise AssertionError(f"no draw held {slug}")


def test_a_question_under_way_stays_the_same_to_the_byte_whatever_is_imported(house: House) -> None:
    _publish(house, files() | {"exams.yml": files()["exams.yml"].replace(b"minutes: 5", b"minutes: 50")})
    visitor = house.signed_in("ada@example.org")
    with house.store.read() as conn:
        ada = small_bank.account_rows.list_people(conn, "ada@example.org", 0, 1)[1][0].id
    public_id = _begin_with(house, ada, PRICE)
    paths = [f"/attempts/{public_id}/questions/{number}" for number in (1, 2)]
    before = [_fragment(visitor.get(path).text) for path in paths]
    versions = set()
    for number in range(ROUNDS):
        held = _changed(number)
        at = uploads.stage_upload(house.store, None, "example.zip", packed(held), house.clock())
        report = uploads.upload_report(house.store, at)
        assert report.comparison
        gone = [one.slug for one in report.comparison.gone] if number % 2 else []
        uploads.apply_upload(house.store, at, gone, False, None, house.clock())
        found = items.list_items(house.store, "example", items.wanted_items(), 1)
        assert found
        versions |= {one.row.version for one in found.items}
        assert [_fragment(visitor.get(path).text) for path in paths] == before
    assert len(versions) > ROUNDS
    # The control: a test begun after the last import is asked otherwise, so a change would have been seen.
    anew = files(items=("value: 97.50", "value: 97.40"))[ITEM_FILE].replace(
        b"stem: |\n", b"stem: |\n      Anew:\n"
    )
    _publish(house, files() | {ITEM_FILE: anew})
    assert [_fragment(visitor.get(path).text) for path in paths] == before
    attempts.hand_in(house.store, ada, public_id, house.clock())
    assert "The key of this question was changed after" in visitor.get(f"/attempts/{public_id}/review").text
    fresh = attempts.begin(house.store, ada, "example", "try-out", Mode.TIMED, house.clock(), 3)
    shown = [_fragment(visitor.get(f"/attempts/{fresh}/questions/{number}").text) for number in (1, 2)]
    assert all("Anew:" in one for one in shown)
    assert not any("Anew:" in one for one in before)
