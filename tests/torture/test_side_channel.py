"""Z05: neither the size nor the time of a reply tells whether an answer is right."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe
from statistics import median

import pytest
from flask import request

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts
from tests import small_bank
from tests.conftest import Rounds
from tests.web.visitors import House, Visitor, open_house

pytestmark = pytest.mark.nightly

COMMIT, FULL = 100, 2000
"""Z05: answers of each sort, each with its save, a flag and the next question."""
MOST_SECONDS = 0.001
"""Of work, not of waiting: other programs of this machine would hide any difference in how long it takes."""
RIGHT, WRONG = "2.5", "7.5"

Record = Callable[[str, object], None]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = open_house(tmp_path)
    small_bank.stock(found.store)
    yield found
    found.close()


def _seated(house: House) -> tuple[Visitor, str, int]:
    """Somebody whose test asks for a number: their device, the attempt's address, the question."""
    for seed in range(60):
        account_id = small_bank.candidate(house.store, f"{token_urlsafe(8)}@example.org")
        public_id = attempts.begin(house.store, account_id, "small", "quick", Mode.TIMED, house.clock(), seed)
        for one in small_bank.booklet(house.store, public_id):
            if one.slug == "one-number":
                return house.seated(account_id), f"/attempts/{public_id}/", one.position
    raise AssertionError("nobody was asked for a number")


def tells(house: House, numbers: range) -> list[str]:
    """What differs between right and wrong answers, by the request that it differs in."""
    visitor, home, position = _seated(house)
    headers = {"X-CSRFToken": visitor.token("/accounts/"), "Accept": "application/json"}
    sizes: dict[tuple[str, str], set[int]] = {}
    times: dict[tuple[str, str], list[float]] = {}
    based = {"answer": 0, "flag": 0}

    def note(name: str, value: str, ask: Callable[[], object]) -> None:
        begun = time.process_time()
        reply = ask()
        times.setdefault((name, value), []).append(time.process_time() - begun)
        said = reply.get_data()  # type: ignore[attr-defined]
        size = len(said) + sum(len(one) + len(held) for one, held in reply.headers)  # type: ignore[attr-defined]
        sizes.setdefault((name, value), set()).add(size)

    def save(kind: str, value: list[str]) -> object:
        seq = 1000 + sum(based.values())
        body = {"position": position, "kind": kind, "client": "script", "seq": seq, "value": value}
        reply = visitor.client.post(
            f"{home}responses", json=body | {"based_on": based[kind]}, headers=headers
        )
        assert reply.status_code == 200, reply.text
        based[kind] += 1
        return reply

    for number in (None, *numbers):
        if number == numbers.start:  # what is shown for the first time is marked so
            sizes.clear()
            times.clear()
        order = (RIGHT, WRONG) if number and number % 2 else (WRONG, RIGHT)
        for value in order:
            save("answer", ["8.5"])  # so that no version's digits favour one of them
            note("save", value, lambda value=value: save("answer", [value]))  # type: ignore[misc]
            note("flag", value, lambda: save("flag", ["1"]))
            note("next", value, lambda: visitor.get(f"{home}questions/{position % 4 + 1}"))
    found = []
    for name in ("save", "flag", "next"):
        right, wrong = (name, RIGHT), (name, WRONG)
        gap = abs(median(times[right]) - median(times[wrong]))
        if gap > MOST_SECONDS:
            found.append(f"{name}: {gap * 1000:.2f} ms")
        if sizes[right] ^ sizes[wrong]:
            found.append(f"{name}: sizes")
    return found


def test_z05_no_reply_tells_by_size_or_time_whether_an_answer_is_right(
    house: House, rounds: Rounds, record_property: Record
) -> None:
    assert tells(house, rounds(COMMIT, FULL)) == []


def test_z05_control_a_reply_that_takes_longer_and_says_more_is_noticed(house: House) -> None:
    honest = house.app.view_functions["attempts.save_response"]

    def leaky(**values: str) -> object:
        reply = house.app.make_response(honest(**values))
        if request.get_json()["value"] == [RIGHT]:
            end = time.process_time() + 5 * MOST_SECONDS
            while time.process_time() < end:
                pass
            reply.headers["X-Note"] = "well done"
        return reply

    house.app.view_functions["attempts.save_response"] = leaky
    found = tells(house, range(20))
    assert any(one.startswith("save: ") and one.endswith(" ms") for one in found)
    assert "save: sizes" in found
