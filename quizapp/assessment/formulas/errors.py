"""What a formula may be refused for: one error with a code, its place and the values of its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from quizapp.assessment.errors import AssessmentError

SENTENCES: Mapping[str, str] = {
    "bad_character": "{sign} is no part of a formula",
    "chained_comparison": "compare two values at a time: join comparisons with 'and'",
    "division_by_zero": "this divides by zero",
    "empty": "the formula is empty",
    "list_too_long": "a list holds at most {most} values",
    "mixed_list": "a list holds numbers only, or dates only",
    "no_such_date": "there is no such date from the year {first} to {last}",
    "no_working": "only a call of a finance formula has worked steps",
    "not_whole": "{what} must be a whole number",
    "number_too_long": "a number has at most {most} digits",
    "number_too_large": "the number is too large",
    "number_too_small": "the number is too close to zero",
    "out_of_steps": "the formula takes too many steps",
    "out_of_range": "{what} must lie from {low} to {high}",
    "refused": "{function} refuses: {reason}",
    "too_deep": "the formula is nested deeper than {most} levels",
    "too_long": "a formula has at most {most} characters",
    "too_many_parts": "a formula has at most {most} numbers, names and signs",
    "undefined": "this has no value, as the root of a negative number has none",
    "unexpected": "did not expect {found} here",
    "unknown_function": "there is no function '{name}'",
    "unknown_name": "there is no value named '{name}'",
    "wrong_count": "{function} takes {wanted}, not {given}",
    "wrong_kind": "this must be {wanted}, not {given}",
}
"""Each code with its sentence; the names in braces are keys of the error's values."""


@dataclass
class FormulaError(AssessmentError):
    """A formula is no formula, or has no value; line and column count from 1."""

    code: str
    line: int
    column: int
    values: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        return SENTENCES[self.code].format_map(self.values)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence}"


def fault(source: str, at: int, code: str, **values: object) -> FormulaError:
    """The error at an offset of the source."""
    line = source.count("\n", 0, at) + 1
    column = at - source.rfind("\n", 0, at)
    return FormulaError(code, line, column, {name: str(one) for name, one in values.items()})
