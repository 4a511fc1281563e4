"""The register of interactions: one line for each way of answering."""

from quizapp.assessment.interactions import (
    multiple_response,
    numeric_entry,
    single_choice,
)
from quizapp.assessment.interactions.contract import Interaction

INTERACTIONS: dict[str, Interaction] = {
    single_choice.NAME: single_choice,
    multiple_response.NAME: multiple_response,
    numeric_entry.NAME: numeric_entry,
}
