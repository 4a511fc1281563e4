"""The forms by which a candidate begins practice."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]

from quizapp.services.practice import NUMBERS

DEFAULT_NUMBER = NUMBERS[1]
WORDS = {
    "bank": "Choose a question bank from this page.",
    "topics": "Choose at least one topic from the list.",
    "number": "Choose how many questions.",
}


class PracticeForm(FlaskForm):
    """Topics of one bank, and how many questions; the service judges both.

    `ending` names the open practice that may be handed in for it.
    """

    bank = HiddenField()
    ending = HiddenField()
    topics = SelectMultipleField("Topics", validate_choice=False)
    number = RadioField(
        "How many questions?",
        choices=[SelectChoice(str(number), str(number)) for number in NUMBERS],
        default=str(DEFAULT_NUMBER),
        validate_choice=False,
    )


class AgainForm(FlaskForm):
    """Practice of what went wrong; `ending` names the open practice that may be handed in for it."""

    ending = HiddenField()
