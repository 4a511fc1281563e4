"""The register of interactions: one line for each way of answering."""

from quizapp.assessment.interactions import (
    cloze,
    matching,
    multiple_response,
    numeric_entry,
    ordering,
    short_text,
    single_choice,
    statement_set,
    true_false,
)
from quizapp.assessment.interactions.contract import Interaction

INTERACTIONS: dict[str, Interaction] = {
    single_choice.NAME: single_choice,
    multiple_response.NAME: multiple_response,
    numeric_entry.NAME: numeric_entry,
    true_false.NAME: true_false,
    statement_set.NAME: statement_set,
    matching.NAME: matching,
    ordering.NAME: ordering,
    short_text.NAME: short_text,
    cloze.NAME: cloze,
}
