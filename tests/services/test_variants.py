"""Item templates at work: dealt as variants, kept, marked, mended and looked at."""

from dataclasses import replace

import pytest

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.attempt import Mode
from quizapp.assessment.blueprint import ExamProfile, Quota
from quizapp.assessment.variants.dealt import SEEDS, seed_for
from quizapp.assessment.verification import proven_item
from quizapp.bank.formats.native_examples import FILES, TEMPLATE
from quizapp.services import attempts, banks, items, results, uploads, variants, verification
from quizapp.services.errors import NotFound
from quizapp.store import items as item_rows
from quizapp.store.transaction import Store
from quizapp.store.verification import held_versions
from tests import small_bank
from tests.bank.sources import packed
from tests.services.desks import Desk, sit_down
from tests.small_bank import NOW

SLUG = "bill-price-drawn"
EXAM = """\
format: 1
bank: example
exams:
  - id: drawn
    title: Drawn
    summary: One question from a template.
    imitates: No examination. Our own format.
    source: Set by the authors of this bank.
    checked_on: 2026-06-30
    verified: false
    parts:
      - title: Drawn
        items: 1
        minutes: 5
        pass_percent: 50
        scoring: all_or_nothing
        door: free
        blueprint:
          - {topics: [T1], items: 1}
"""
FORMULA = "price: bill_price(discount, days)"


def _files(template: str = TEMPLATE, more: str = "") -> dict[str, bytes]:
    """A bank of one template."""
    head = "format: 1\nbank: example\ntopic: T1\n"
    held = {**FILES, "exams.yml": EXAM, "items/T1.yml": f"{head}{more}templates:\n{template}"}
    return {name: text.encode() for name, text in held.items()}


def _publish(store: Store, template: str = TEMPLATE) -> uploads.UploadReport:
    public_id = uploads.stage_upload(store, None, "example.zip", packed(_files(template)), NOW)
    report = uploads.upload_report(store, public_id)
    assert report.plan.problems == ()
    uploads.apply_upload(store, public_id, (), False, None, NOW)
    return report


@pytest.fixture
def drawn(store: Store) -> Store:
    """A store whose bank is one template."""
    _publish(store)
    return store


def _begin(store: Store, desk: Desk, seed: int) -> str:
    return attempts.begin(store, desk.account_id, "example", "drawn", Mode.TIMED, NOW, seed)


def _stem(store: Store, public_id: str) -> str:
    (dealt,) = small_bank.booklet(store, public_id)
    with store.read() as conn:
        return item_rows.public_items(conn, [dealt.version])[dealt.version].stem


def test_each_attempt_is_dealt_a_variant_of_its_own_and_the_same_seed_the_same_one(drawn: Store) -> None:
    stems = [_stem(drawn, _begin(drawn, sit_down(drawn), seed)) for seed in (1, 2, 3, 1)]
    assert len(set(stems)) == 3
    assert stems[0] == stems[3]
    template = variants.preview(drawn, SLUG, seed_for(1, SLUG))
    assert stems[0].splitlines()[0] in template


def test_seeds_of_attempts_spread_and_never_show_the_specimen() -> None:
    seeds = {seed_for(number, SLUG) for number in range(2000)}
    assert len(seeds) > 1700
    assert 1 <= min(seeds) <= max(seeds) <= SEEDS


def test_a_variant_is_marked_by_its_own_key_and_names_the_slip(drawn: Store) -> None:
    desk = sit_down(drawn)
    public_id = _begin(drawn, desk, 7)
    text = variants.preview(drawn, SLUG, seed_for(7, SLUG))
    key = text.split("key:\n  value: ")[1].split()[0]
    slip = text.split("- value: ")[1].split()[0]
    small_bank.see(drawn, desk.account_id, public_id)
    desk.save(public_id, 1, slip)
    desk.save(public_id, 1, key, base=1)
    attempts.hand_in(drawn, desk.account_id, public_id, NOW)
    _, (one,), _ = results.review(drawn, desk.account_id, public_id, NOW)
    assert one.dealt.marks == 1
    assert not one.dealt.item_changed
    assert not one.dealt.key_changed


def test_a_later_fix_rewrites_no_past_attempt_and_says_that_the_key_changed(drawn: Store) -> None:
    desk = sit_down(drawn)
    public_id = _begin(drawn, desk, 7)
    before = _stem(drawn, public_id)
    report = _publish(drawn, TEMPLATE.replace(FORMULA, "price: bill_price(discount, days) - 1"))
    assert [(one.slug, one.fate.value) for one in report.rekeyed] == [(SLUG, "changed")]
    assert report.rekeyed[0].touched
    assert report.rekeyed[0].touched.count == 1
    assert _stem(drawn, public_id) == before
    attempts.hand_in(drawn, desk.account_id, public_id, NOW)
    _, (one,), _ = results.review(drawn, desk.account_id, public_id, NOW)
    assert one.dealt.key_changed
    assert one.dealt.item_changed


def test_control_another_wording_touches_no_key(drawn: Store) -> None:
    _begin(drawn, sit_down(drawn), 7)
    report = _publish(drawn, TEMPLATE.replace("days to run", "days left to run"))
    assert [one.fate.value for one in report.fated(uploads.Fate.CHANGED)] == ["changed"]
    assert report.rekeyed == ()


def test_a_narrower_range_is_a_change_though_the_specimen_may_be_the_same(drawn: Store) -> None:
    report = _publish(drawn, TEMPLATE.replace("to: 364", "to: 357"))
    assert [one.fate.value for one in report.fated(uploads.Fate.CHANGED)] == ["changed"]
    assert report.rekeyed == ()


def test_what_was_published_is_the_same_when_it_comes_again_and_when_it_was_exported(drawn: Store) -> None:
    again = uploads.stage_upload(drawn, None, "example.zip", packed(_files()), NOW)
    assert uploads.upload_report(drawn, again).obstacle == "nothing_changed"
    exported = banks.export_bank(drawn, "example")
    back = uploads.stage_upload(drawn, None, "example.zip", exported, NOW)
    assert uploads.upload_report(drawn, back).obstacle == "nothing_changed"


def test_an_author_sees_any_variant_and_the_specimen_without_a_seed(drawn: Store) -> None:
    author = sit_down(drawn).account_id
    item_id = small_bank.item_id(drawn, SLUG)
    shown = [items.preview_item(drawn, author, item_id, seed=seed) for seed in (None, 0, 1)]
    assert shown[0].asked == shown[1].asked != shown[2].asked
    assert all(one.revealed for one in shown)
    assert len(shown[0].versions) == 1


def test_variants_that_were_dealt_count_for_the_version_of_their_template(drawn: Store) -> None:
    for seed in (1, 2):
        _begin(drawn, sit_down(drawn), seed)
    author = sit_down(drawn).account_id
    (version,) = items.preview_item(drawn, author, small_bank.item_id(drawn, SLUG)).versions
    assert version.attempts == 2


def test_a_variant_under_way_keeps_every_variant_shut_for_its_candidate(drawn: Store) -> None:
    desk = sit_down(drawn)
    _begin(drawn, desk, 1)
    shown = items.preview_item(drawn, desk.account_id, small_bank.item_id(drawn, SLUG), seed=5)
    assert shown.revealed is None


def test_a_variant_is_proven_with_the_template_that_it_was_dealt_from(drawn: Store) -> None:
    public_id = _begin(drawn, sit_down(drawn), 7)
    assert verification.verify_attempt(drawn, public_id).unchanged
    (dealt,) = small_bank.booklet(drawn, public_id)
    sealed = Sealed(dealt.slug, dealt.version, "")
    with drawn.read() as conn:
        released = release((sealed,), Ground.MARKING, holds=True, sitting=NOT_SITTING)
        (held,) = held_versions(conn, released)
    template = held.template
    assert template
    assert proven_item(held)
    others = (
        None,
        replace(template, document=template.document.replace("discount", "discounts", 1)),
        replace(template, document="{"),
        replace(template, version=held.version),
    )
    assert [proven_item(replace(held, template=other)) for other in others] == [None] * 4
    assert proven_item(replace(held, key_digest="0" * 64)) is None


def test_an_item_of_no_template_has_no_variants(kept: Store) -> None:
    with pytest.raises(NotFound):
        items.preview_item(kept, sit_down(kept).account_id, small_bank.item_id(kept, "one-0"), seed=1)
    for slug in ("one-0", "no-such-item"):
        with pytest.raises(NotFound):
            variants.preview(kept, slug, 1)
        with pytest.raises(NotFound):
            variants.variation(kept, slug, 1)


def test_variants_are_counted(drawn: Store) -> None:
    found = variants.variation(drawn, SLUG, 200)
    assert (found.dealt, found.failures) == (200, ())
    assert found.distinct > 180


def test_practice_deals_new_numbers_for_a_template_that_was_missed(drawn: Store) -> None:
    desk = sit_down(drawn)
    profile = _practice()
    first = attempts.begin_practice(drawn, desk.account_id, "example", profile, (SLUG,), NOW, 1)
    second = attempts.begin_practice(drawn, desk.account_id, "example", profile, (SLUG,), NOW, 2, first)
    assert _stem(drawn, first) != _stem(drawn, second)


def _practice() -> ExamProfile:
    return small_bank.exam(
        "practice",
        "Practice",
        replace(small_bank.part("Practice", 1, [Quota(("T1",), None, 1)]), minutes=None),
    )
