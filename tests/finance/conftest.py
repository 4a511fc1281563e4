"""The tests of the formulas compare at the working precision of the formulas."""

from decimal import localcontext

import pytest

from quizapp.finance.exact import WORKING


@pytest.fixture(autouse=True, scope="module")
def _working_precision():
    with localcontext(WORKING):
        yield
