from pathlib import Path

from tests.finance import listing

PAGE = Path(__file__).parents[2] / "docs" / "formulas.md"


def test_the_page_of_formulas_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == listing.page()


def test_the_count_of_figures_comes_from_what_their_working_runs_through():
    counts = listing.reached()
    assert counts["bill_price"] >= 6
    assert counts["dv01"] >= 1
    assert counts["bid_to_cover"] == counts["ara_metric"] == 0
