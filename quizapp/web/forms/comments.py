"""The form by which a candidate reports a problem with a question."""

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from quizapp.services.comments import LONGEST

CATEGORIES = {
    "key": "The marked answer is wrong",
    "unclear": "The question is unclear",
    "outdated": "A fact or figure is out of date",
    "typo": "A slip in spelling or layout",
    "other": "Something else",
}
WORDS = {
    "category": "Choose what is wrong.",
    "text_missing": "Say in a few words what is wrong.",
    "text_long": f"Use at most {LONGEST:,} characters.",
    "too_many": "You have sent many reports within an hour. Your text is kept below; send it a little later.",
}


class CommentForm(FlaskForm):
    """What is wrong, chosen and in the candidate's own words."""

    category = RadioField(
        "What is wrong?",
        [InputRequired(WORDS["category"])],
        choices=[SelectChoice(value, label) for value, label in CATEGORIES.items()],
        validate_choice=False,
    )
    text = TextAreaField(
        "In your words",
        [InputRequired(WORDS["text_missing"])],
        description=f"At most {LONGEST:,} characters. The question itself is sent along.",
    )
