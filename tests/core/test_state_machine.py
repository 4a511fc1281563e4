"""The drawing of the state machine in docs/ is what the core does."""

import pytest

from quizapp.assessment import attempt as machine
from tests.state_machine import PAGE, drawing, page_with


def _as_drawn() -> bool:
    page = PAGE.read_text(encoding="utf-8")
    return page == page_with(drawing(), page)


def test_the_state_machine_is_drawn_as_it_is() -> None:
    assert _as_drawn(), "run python -m tests.state_machine"


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("end_break", lambda attempt, number, now: attempt),
        ("settle", lambda attempt, now: attempt),
        ("leave_question", lambda attempt, number, position, now: attempt),
    ],
)
def test_control_a_core_with_another_rule_is_drawn_otherwise(
    monkeypatch: pytest.MonkeyPatch, rule: str, changed: object
) -> None:
    monkeypatch.setattr(machine, rule, changed)
    assert not _as_drawn()
