"""`python -m tests.state_machine`: draw in docs/state-machine.md what the core does with an attempt.

Nothing is listed here by hand: attempts of every shape are begun, every event is tried in every state that
can be reached, and each step that something took is an arrow.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import GRACE, Attempt, ClosedBy, Part, PartState
from quizapp.assessment.blueprint import Door
from quizapp.assessment.errors import AssessmentError
from quizapp.assessment.extra_time import MOST_GIVEN_BACK, Grant, Measure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "state-machine.md"
BEGIN, END = "<!-- drawn by python -m tests.state_machine -->", "<!-- end of what is drawn -->"
BEGUN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE, MS = timedelta(minutes=1), timedelta(milliseconds=1)
QUESTIONS = 2
"""In each part."""
START = "[*]"
"""Where Mermaid begins."""
Event = Callable[[Attempt, datetime], Attempt]
Step = tuple[str, str, str]
"""From, event, to."""


def _part(number: int, door: Door, rest: int = 0, sequential: bool = False) -> Part:
    present = QUESTIONS * number + 1 if sequential else None
    return Part(10 * MINUTE, door, rest=rest * MINUTE, present=present)


SHAPES = (
    (_part(0, Door.FREE),),
    (_part(0, Door.FREE, sequential=True),),
    (_part(0, Door.ONE_WAY), _part(1, Door.FREE)),
    (_part(0, Door.FREE), _part(1, Door.FREE)),
    (_part(0, Door.ONE_WAY, rest=5), _part(1, Door.FREE, sequential=True)),
)
"""Every kind of part, door and break that a profile may ask for."""


def _outage(attempt: Attempt, now: datetime) -> Attempt:
    return machine.give_back(attempt, now - MINUTE, now, MOST_GIVEN_BACK)[0]


def _left(number: int) -> Event:
    return lambda attempt, now: machine.leave_part(attempt, number, now)


def _break_ended(number: int) -> Event:
    return lambda attempt, now: machine.end_break(attempt, number, now)


def _question_left(position: int) -> Event:
    number = (position - 1) // QUESTIONS
    return lambda attempt, now: machine.leave_question(attempt, number, position, now)


def events(attempt: Attempt, now: datetime) -> Iterator[tuple[str, datetime, Event]]:
    """Everything that may happen next, with its name and its instant."""
    yield "handed in", now, machine.hand_in
    yield "closed by staff", now, lambda one, at: machine.hand_in(one, at, ClosedBy.ADMIN)
    yield "extra time", now, lambda one, at: machine.extend(one, [Grant(1, Measure.MINUTES)], at)
    yield "outage given back", now, _outage
    for number in range(len(attempt.parts)):
        yield "part left", now, _left(number)
        yield "break ended early", now, _break_ended(number)
    for position in range(1, QUESTIONS * len(attempt.parts) + 1):
        yield "question left", now, _question_left(position)
    for part in attempt.parts:
        if part.state is PartState.OPEN and part.deadline_at:
            yield "time ends", part.deadline_at, machine.settle
            yield "grace ends", part.deadline_at + GRACE + MS, machine.settle
        if part.state is PartState.WAITING and part.opens_at:
            yield "break ends", part.opens_at, machine.settle


def part_state(part: Part) -> str:
    """A part's state as it is drawn: by whom it was closed, and whether its break is on."""
    if part.state is PartState.CLOSED and part.closed_by:
        return f"closed by {part.closed_by.value}"
    return "break before it" if part.state is PartState.WAITING and part.opens_at else part.state.value


def attempt_state(attempt: Attempt) -> str:
    """An attempt's state as it is drawn; what is not begun yet is where all arrows come from."""
    if not attempt.open:
        return "closed"
    return START if attempt.here is None else "on break" if attempt.current is None else "sitting"


def question_states(part: Part, number: int) -> list[str]:
    """The states of the questions of a sequential part; none of any other."""
    positions = range(QUESTIONS * number + 1, QUESTIONS * (number + 1) + 1)
    present = part.present
    if present is None or part.state is not PartState.OPEN:
        return []
    return ["left" if one < present else "present" if one == present else "to come" for one in positions]


@dataclass
class Drawn:
    """Every step that was seen, and what becomes of a save in each state of a part."""

    attempts: set[Step] = field(default_factory=set)
    parts: set[Step] = field(default_factory=set)
    questions: set[Step] = field(default_factory=set)
    saves: set[Step] = field(default_factory=set)

    def look(self, before: Attempt, event: str, after: Attempt) -> None:
        """Note the steps between two states of an attempt."""
        self.attempts |= _steps([attempt_state(before)], event, [attempt_state(after)])
        self.parts |= _steps(map(part_state, before.parts), event, map(part_state, after.parts))
        for number, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
            was, now = question_states(old, number), question_states(new, number)
            if was and now:
                self.questions |= _steps(was, event, now)

    def try_saves(self, attempt: Attempt, now: datetime) -> None:
        """Note what becomes of a save to each question: in time, in the grace and after it."""
        for number, part in enumerate(attempt.parts):
            states = question_states(part, number) or ["any"] * QUESTIONS
            for when, at in _instants(part, now):
                for which, question in enumerate(states):
                    position = QUESTIONS * number + which + 1
                    place = part_state(part) + ("" if question == "any" else f", the question {question}")
                    place += "" if attempt.open else ", like all others"
                    try:
                        done = machine.judge_save(part, number, position, at, attempt.open).value
                    except AssessmentError as refused:
                        done = f"refused: {type(refused).__name__}"
                    self.saves.add((place, when, done))


def _instants(part: Part, now: datetime) -> Iterator[tuple[str, datetime]]:
    if part.deadline_at is None:
        yield "at any time", now
        return
    if part.closed_by is not ClosedBy.TIME:
        yield "in time", part.deadline_at - MS
    yield "in the grace", part.deadline_at + GRACE
    yield "after the grace", part.deadline_at + GRACE + MS


def _steps(before: Iterable[str], event: str, after: Iterable[str]) -> set[Step]:
    return {(old, event, new) for old, new in zip(before, after, strict=True) if old != new}


def explored() -> Drawn:
    """What the core does, seen from every shape by every order of events."""
    drawn = Drawn()
    for shape in SHAPES:
        begun = machine.begin(shape, BEGUN)
        drawn.look(Attempt(shape), "begun", begun)
        reached, waiting = {_abstract(begun)}, [(begun, BEGUN + MINUTE)]
        while waiting:
            attempt, now = waiting.pop()
            drawn.try_saves(attempt, now)
            for name, at, event in events(attempt, now):
                try:
                    after = event(attempt, max(now, at))
                except AssessmentError:
                    continue
                drawn.look(attempt, name, after)
                if _abstract(after) not in reached:
                    reached.add(_abstract(after))
                    waiting.append((after, max(now, at) + MS))
    return drawn


def _abstract(attempt: Attempt) -> tuple[object, ...]:
    return tuple((part_state(part), part.present) for part in attempt.parts)


def diagram(title: str, steps: Iterable[Step]) -> str:
    """Steps as a Mermaid diagram; those between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for old, event, new in sorted(steps):
        arrows.setdefault((old, new), []).append(event)
    names = sorted({name for pair in arrows for name in pair} - {START})
    of = {START: START} | {name: f"s{number}" for number, name in enumerate(names)}
    lines = [f'    state "{name}" as {of[name]}' for name in names]
    for (old, new), named in arrows.items():
        if "time ends" in named:  # the end of the grace ends it too: nobody looked before
            named = [one for one in named if one != "grace ends"]
        lines.append(f"    {of[old]} --> {of[new]}: {', '.join(named)}")
    return "\n".join([f"### {title}", "", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


def drawing() -> str:
    """Everything that is drawn, as it stands in the page."""
    drawn = explored()
    rows = [f"| {place} | {when} | {done} |" for place, when, done in sorted(drawn.saves)]
    table = ["### A save", "", "| to a part that is | when | becomes |", "|---|---|---|", *rows, ""]
    return "\n".join(
        [
            diagram("An attempt", drawn.attempts),
            diagram("A part", drawn.parts),
            diagram("A question of a sequential part", drawn.questions),
            *table,
        ]
    )


def page_with(drawn: str, page: str) -> str:
    """The page with what is drawn in the place of what was."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{drawn}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page_with(drawing(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
