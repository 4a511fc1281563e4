"""The question's form as a browser without script posts it."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from quizapp.assessment.attempt import Kind
from quizapp.assessment.errors import InvalidResponse, StaleResponse
from quizapp.services.responses import Save

_SEQUENCE = {Kind.ANSWER: 1, Kind.FLAG: 2, Kind.STRIKE: 3, Kind.CERTAINTY: 4, Kind.NOTE: 5}
"""Each kind has its own number within one drawn form, so a double click replays and changes nothing."""


@dataclass(frozen=True)
class QuestionPost:
    """What stood in the form, and which button was pressed.

    `shown` is the answer that the form was drawn with: only where `answer` differs from it has the
    candidate changed anything, so a flag set in an old tab never writes that tab's old answer.
    """

    go: str
    client: str
    answer: tuple[str, ...]
    shown: tuple[str, ...]
    struck: tuple[str, ...]
    flag: str | None
    strike: str | None
    certainty: tuple[str, ...]
    certainty_shown: tuple[str, ...]
    note: tuple[str, ...]
    note_shown: tuple[str, ...]
    before: int | None
    following: int | None
    based_on: dict[Kind, int]

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "QuestionPost":
        """The form as typed; raises InvalidResponse where a number of the form is none."""
        return cls(
            go=form.get("go", "stay"),
            client=form.get("client", ""),
            answer=() if form.get("go") == "clear" else tuple(answers(form)),
            shown=tuple(form.getlist("shown")),
            struck=tuple(form.getlist("struck")),
            flag=form.get("flag"),
            strike=form.get("strike"),
            certainty=tuple(form.getlist("certainty")),
            certainty_shown=tuple(form.getlist("certainty_shown")),
            note=tuple(one for one in form.getlist("note") if one),
            note_shown=tuple(form.getlist("note_shown")),
            before=whole(form.get("before")),
            following=whole(form.get("following")),
            based_on={kind: whole(form.get(f"based_on_{kind.value}")) or 0 for kind in Kind},
        )

    def saves(self, public_id: str, position: int) -> Iterator[Save]:
        """The saves that this form amounts to, nothing for what was left as drawn."""
        if self.flag is not None:
            yield self._save(public_id, position, Kind.FLAG, ("1",) if self.flag == "1" else ())
        if self.strike is not None:
            toggled = set(self.struck) ^ {self.strike}
            yield self._save(public_id, position, Kind.STRIKE, tuple(sorted(toggled)))
        if self.note != self.note_shown:
            yield self._save(public_id, position, Kind.NOTE, self.note)
        if set(self.answer) != set(self.shown):
            yield self._save(public_id, position, Kind.ANSWER, self.answer)
        if self.certainty != self.certainty_shown:
            yield self._save(public_id, position, Kind.CERTAINTY, self.certainty)

    def _save(self, public_id: str, position: int, kind: Kind, value: tuple[str, ...]) -> Save:
        return Save(public_id, position, kind, self.client, _SEQUENCE[kind], self.based_on[kind], value)


def answers(form: MultiDict[str, str]) -> Iterator[str]:
    """What was chosen or typed; a field `answer.2` fills slot 2, and is sent on as `2:` and its value."""
    for name, values in form.lists():
        field, _, slot = name.partition(".")
        if field == "answer":
            yield from (f"{slot}:{one}" if slot else one for one in values if one.strip())


def again(stale: StaleResponse) -> tuple[tuple[str, str], ...]:
    """The fields that send a refused value once more, now based on the one that is saved."""
    based_on = (f"based_on_{stale.kind}", str(stale.current_version))
    if stale.kind == Kind.FLAG:
        return based_on, ("flag", "1" if stale.yours else "0")
    if stale.kind == Kind.STRIKE:
        toggled = {*(*stale.yours, *stale.current)[:1]}
        struck = sorted(toggled ^ set(stale.yours))
        return based_on, *(("strike", one) for one in toggled), *(("struck", one) for one in struck)
    if stale.kind == Kind.CERTAINTY:
        said = [("certainty", one) for one in stale.yours]
        return based_on, *said, *(("certainty_shown", one) for one in stale.current)
    if stale.kind == Kind.NOTE:
        return (
            based_on,
            *(("note", one) for one in stale.yours),
            *(("note_shown", one) for one in stale.current),
        )
    return based_on, *(("answer", one) for one in stale.yours), *(("shown", one) for one in stale.current)


def asked_key(client: str) -> str:
    """What makes the second click on "I need more time" on one drawn page give nothing more."""
    if not client.isprintable():
        raise InvalidResponse("client")
    return f"asked {client[:40]}"


def whole(text: str | None) -> int | None:
    """A whole number of a form; None where it is absent or empty. Raises InvalidResponse for other text."""
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidResponse("number")
    return int(text)
