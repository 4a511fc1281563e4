"""A tree held against a schema: typed parts out, a Problem with its line for everything that does not fit."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from quizapp.bank.problems import Problem
from quizapp.bank.tree import Path, Tree

PartT = TypeVar("PartT", bound=BaseModel)

_CODES = {
    "missing": ("missing", "this field is needed"),
    "extra_forbidden": ("unknown_field", "no such field"),
    "string_too_short": ("empty", "this field is empty"),
    "string_too_long": ("too_long", "this text is too long"),
    "string_pattern_mismatch": ("malformed", "this text has not the form that the field wants"),
    "string_type": ("not_text", "this field holds one text"),
    "list_type": ("not_a_list", "this field holds a list"),
    "model_type": ("not_fields", "this field holds fields of its own"),
    "literal_error": ("unknown_format", "this version reads format 1"),
    "too_short": ("too_few", "too few entries"),
    "too_long": ("too_many", "too many entries"),
    "greater_than_equal": ("too_small", "the number is too small"),
    "less_than_equal": ("too_large", "the number is too large"),
}


def fit(
    model: type[PartT], value: Any, tree: Tree, file: str, root: Path = (), item: str | None = None
) -> tuple[PartT | None, list[Problem]]:
    """The value as the model says, or None with every problem in it; `root` is its path in the tree."""
    try:
        return model.model_validate(value), []
    except ValidationError as refused:
        problems = [
            _problem(error["type"], error["loc"], error["msg"], tree, file, root, item)
            for error in refused.errors(include_url=False, include_context=False, include_input=False)
        ]
        return None, problems


def _problem(
    kind: str, where: Sequence[str | int], words: str, tree: Tree, file: str, root: Path, item: str | None
) -> Problem:
    code, message = _CODES.get(kind, (kind, words))
    path = ".".join(str(step) for step in where)
    return Problem(file, tree.line((*root, *where)), item, code, f"{path}: {message}" if path else message)
