"""The refusals of the core: named errors that carry values; words are chosen in templates."""

from dataclasses import dataclass


class AssessmentError(Exception):
    """The root of every refusal of the core."""


@dataclass
class InvalidResponse(AssessmentError):
    """What was sent is no possible response to this item; `code` names the rule."""

    code: str


@dataclass
class MalformedItem(AssessmentError):
    """A plain dict is not an item; `path` leads to the field."""

    path: tuple[str, ...]
    code: str
    message: str


@dataclass
class AttemptClosed(AssessmentError):
    """The attempt, or the part asked for, no longer takes anything."""

    part: int


@dataclass
class PartNotOpen(AssessmentError):
    """The part has not been opened yet."""

    part: int


@dataclass
class OutOfOrder(AssessmentError):
    """In a sequential part only the present question takes anything, and no other can be left."""

    position: int
    present: int


@dataclass
class StaleResponse(AssessmentError):
    """A save was based on another version than the current one; nothing was written."""

    position: int
    kind: str
    current_version: int
    current: tuple[str, ...]
    yours: tuple[str, ...]


@dataclass
class KeyReused(AssessmentError):
    """A client sequence number came again with another body; `yours` is what it asks to save."""

    client: str
    client_seq: int
    yours: tuple[str, ...] = ()


@dataclass
class AnswerRevealed(AssessmentError):
    """In tutor mode the explanation of this item is already shown, so its answer stands."""

    position: int


class TimeFixed(AssessmentError):
    """Time is part of this exam: it is not left to choose."""


@dataclass
class BlueprintShort(AssessmentError):
    """The bank cannot fill a quota."""

    topics: tuple[str, ...]
    difficulty: int | None
    wanted: int
    found: int


@dataclass
class KeyWithheld(AssessmentError):
    """Keys of this item stay shut: a timed attempt with it or a sibling is open, or nothing releases it."""

    item_id: str


@dataclass
class NotAllowed(AssessmentError):
    """The actor's role does not cover the action."""

    action: str
