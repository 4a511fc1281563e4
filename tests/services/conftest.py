"""What tests of services share: the small bank in a store that a whole module uses, once on each database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from quizapp.assessment.blueprint import Quota
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import exam, part

SINGLE = exam("single", "One question", part("One question", 1, [Quota(("T1",), 1, 1)]))
"""Whatever it draws, it is a single choice."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Store]:
    """A stocked store for tests that publish nothing: each brings its own people."""
    with ExitStack() as lent:
        if request.param == "postgresql":
            store = lent.enter_context(request.getfixturevalue("lent_database")()).store()
        else:
            store = lent.enter_context(closing(Store(new_url("sqlite"))))
        small_bank.stock(store, (*small_bank.EXAMS, SINGLE))
        yield store
