"""The language of every template: the basic functions and the whole finance catalogue, put together once."""

from functools import cache

from quizapp.assessment.formulas.functions import Language, language
from quizapp.finance.catalogue import FORMULAS


@cache
def standard() -> Language:
    """The language in which the formulas of item templates are written."""
    return language(FORMULAS)
