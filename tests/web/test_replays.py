"""What the outbox of a browser leans on: a save's number stands for one body, and for no other."""

from typing import Any

import pytest

from quizapp.assessment.attempt import Kind, Mode
from quizapp.services import attempts
from quizapp.store import attempts as attempt_rows
from quizapp.store import responses as rows
from quizapp.web.lane import Lane
from tests import small_bank
from tests.web import lanes
from tests.web.visitors import House

OTHERS: tuple[dict[str, object], ...] = (
    {"value": []},
    {"position": 2},
    {"kind": "strike", "value": []},
    {"based_on": 1},
    {"position": 2, "value": [], "based_on": 3},
)
"""C06: other bodies under the number of a save that was accepted."""


def _other_bodies(house: House) -> None:
    """Each is refused as a number used again, and what is stored stays as it was."""
    account_id = small_bank.candidate(house.store)
    visitor = house.seated(account_id)
    public_id = attempts.begin(house.store, account_id, "small", "quick", Mode.TIMED, house.clock(), 1)
    headers = {"X-CSRFToken": visitor.token("/accounts/"), "Accept": "application/json"}
    first = {"position": 1, "kind": "flag", "client": "page", "seq": 1, "based_on": 0, "value": ["1"]}

    def send(**other: object) -> Any:
        return visitor.client.post(f"/attempts/{public_id}/responses", json=first | other, headers=headers)

    assert send().status_code == 200
    for other in OTHERS:
        reply = send(**other)
        assert (reply.status_code, reply.json["code"]) == (422, "key_reused"), other
    with house.store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
        assert found
        assert len(rows.log_of(conn, found.id)) == 1
        assert rows.current_values(conn, found.id)[1, Kind.FLAG].value == ("1",)
    assert send().status_code == 200


@pytest.mark.every_case
def test_c06_a_number_used_again_for_another_body_is_refused(stocked_house: House) -> None:
    _other_bodies(stocked_house)


def test_c06_control_a_reply_from_the_number_alone_is_noticed(
    stocked_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = rows.save_state

    def by_number_alone(*asked: Any) -> rows.SaveState | None:
        state = honest(*asked)
        return state._replace(replay=None) if state else None

    monkeypatch.setattr(Lane, "answer", lanes.declining)  # beside it, lane and application would disagree
    monkeypatch.setattr(rows, "save_state", by_number_alone)
    with pytest.raises(AssertionError, match="value"):
        _other_bodies(stocked_house)
