"""What a command answers, and what it raises where it cannot be run."""

from dataclasses import dataclass, field
from typing import Any

DONE, FAULTS, UNUSABLE = 0, 1, 2
"""Exit codes: all is well; what was asked for was refused or has faults; the command cannot be run so."""


@dataclass(frozen=True)
class Answer:
    """What a command says: lines for people, a document for programs, and its exit code."""

    lines: tuple[str, ...]
    document: dict[str, Any] = field(default_factory=dict)
    code: int = DONE


class Unusable(Exception):
    """The command cannot be run as it was given; the message says why."""
