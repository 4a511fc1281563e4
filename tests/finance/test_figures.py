"""Every published figure of figures.csv comes out of the formulas, or is named as not covered yet."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.finance.published import ADAPTERS, NOT_COVERED, Published, computed, published

ROWS = published()
COVERED = [row for row in ROWS if row.function not in NOT_COVERED]


def agrees(row: Published) -> bool:
    return abs(computed(row) - row.expected) <= row.precision


def test_every_function_of_the_table_is_either_adapted_or_named_as_not_covered():
    assert {row.function for row in ROWS} == ADAPTERS.keys() | NOT_COVERED.keys()
    assert not ADAPTERS.keys() & NOT_COVERED.keys()


def test_most_of_the_table_is_covered_and_the_rest_is_these_families():
    left_out = {row.family for row in ROWS if row.function in NOT_COVERED}
    assert left_out == {
        "day_count",
        "futures_conversion_factor",
        "savings_bond",
        "street_price_yield",
        "tvm",
    }
    assert (len(ROWS), len(COVERED)) == (119, 103)


@pytest.mark.parametrize("row", COVERED, ids=lambda row: f"{row.family}: {row.description}")
def test_a_published_figure_comes_out_within_its_precision(row):
    assert agrees(row), (computed(row), row.expected, row.source)


def test_a_figure_that_is_off_by_more_than_its_precision_is_noticed():
    for row in COVERED:
        assert not agrees(replace(row, expected=row.expected + 3 * row.precision + Decimal("1e-12")))


def test_every_row_names_its_source():
    assert all(row.source.strip() for row in ROWS)
