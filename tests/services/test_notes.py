"""Study notes published, shown and linked with the questions of their subtopics."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.bank.formats.native_examples import FILES, NOTE
from quizapp.bank.values import Curve, Plot, Point
from quizapp.services import attempts, banks, notes, plots, results, uploads
from quizapp.services.errors import NotFound
from quizapp.services.revisions import Fate
from quizapp.store.transaction import Store
from tests import small_bank
from tests.bank.sources import packed
from tests.services.desks import sit_down
from tests.small_bank import NOW


def _stage(store: Store, note: str = NOTE) -> uploads.UploadReport:
    held = {**FILES, "notes/example.yml": note}
    files = {name: text.encode() for name, text in held.items()}
    return uploads.upload_report(store, uploads.stage_upload(store, None, "example.zip", packed(files), NOW))


def _apply(store: Store, report: uploads.UploadReport) -> None:
    uploads.apply_upload(store, report.upload.public_id, (), False, None, NOW)


def test_a_note_is_published_with_its_bank_and_compared_when_it_comes_again(store: Store) -> None:
    first = _stage(store)
    assert first.comparison
    assert first.comparison.notes == {"bills": Fate.NEW}
    _apply(store, first)
    again = _stage(store)
    assert again.comparison
    assert again.comparison.notes == {"bills": Fate.SAME}
    assert again.obstacle == "nothing_changed"
    changed = _stage(store, NOTE.replace("How a bill is priced", "What a bill costs"))
    assert changed.comparison
    assert changed.comparison.notes == {"bills": Fate.CHANGED}
    _apply(store, changed)
    assert notes.show_note(store, "example", "bills").note.title == "What a bill costs"


def test_a_note_is_exported_with_its_bank(store: Store) -> None:
    _apply(store, _stage(store))
    back = uploads.stage_upload(store, None, "example.zip", banks.export_bank(store, "example"), NOW)
    assert uploads.upload_report(store, back).obstacle == "nothing_changed"


def test_a_note_counts_the_questions_of_its_subtopics_and_draws_its_plots(store: Store) -> None:
    _apply(store, _stage(store))
    shown = notes.show_note(store, "example", "bills")
    (section,) = shown.sections
    assert section.questions >= 2
    assert section.plot
    assert len(section.plot.lines) == 2
    assert [one.id for one in shown.facts] == ["bill-discount-base"]
    (listed,) = notes.list_notes(store)
    assert [one.slug for one in listed.notes] == ["bills"]


def test_an_explanation_names_the_section_that_explains_its_subtopic(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    attempts.hand_in(kept, desk.account_id, public_id, NOW)
    _, explained, _ = results.review(kept, desk.account_id, public_id, NOW)
    assert {one.note and (one.note.slug, one.note.title) for one in explained} == {("first-note", "Halves")}


def test_an_unknown_note_is_not_found(kept: Store) -> None:
    for bank, slug in (("small", "no-such-note"), ("no-such-bank", "first-note")):
        with pytest.raises(NotFound):
            notes.show_note(kept, bank, slug)


NUMBERS = st.decimals(-10_000, 10_000, places=3)


@given(st.lists(st.lists(NUMBERS, min_size=2, max_size=30), min_size=1, max_size=4))
def test_every_point_of_a_plot_lies_in_its_box_and_every_tick_is_round(heights: list[list[Decimal]]) -> None:
    drawn = plots.drawn(_plot(heights))
    for line in drawn.lines:
        for pair in line.path.split():
            across, up = map(float, pair.split(","))
            assert plots.LEFT <= across <= plots.WIDTH - plots.RIGHT
            assert plots.TOP <= up <= plots.HEIGHT - plots.BOTTOM
    assert 2 <= len(drawn.up) <= plots.MOST_TICKS + 1
    assert len({one.label for one in drawn.up}) == len(drawn.up)
    assert len(drawn.rows) <= plots.MOST_ROWS + 1


def test_control_a_point_outside_the_range_leaves_the_box() -> None:
    scale = plots.Scale(Decimal(0), Decimal(10), plots.LEFT, plots.WIDTH - plots.RIGHT)
    assert scale.at(Decimal(11)) > plots.WIDTH - plots.RIGHT


def _plot(heights: list[list[Decimal]]) -> Plot:
    curves = [
        Curve(f"line {n}", tuple(Point(str(x), Decimal(x), y) for x, y in enumerate(one)))
        for n, one in enumerate(heights)
    ]
    return replace(Plot("A plot", "across", "up", (), False), curves=tuple(curves))
