"""The forms by which staff give extra time."""

from flask_wtf import FlaskForm
from wtforms import EmailField, IntegerField, RadioField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services.board import MOST_MINUTES, PERCENTAGES, checked
from quizapp.services.errors import Refused
from quizapp.web.extra_time import REASONS

WHO = {
    "now": "Everybody who is sitting it now",
    "later": "Everybody, in tests begun from now on",
    "person": "One person, in tests begun from now on",
}
WORDS = {
    "minutes": f"Type a whole number of minutes from 1 to {MOST_MINUTES}.",
    "percent": "Choose one of the amounts.",
    "how": "Choose how much.",
    "reason": "Choose a reason.",
    "who": "Choose who gets it.",
    "email_unknown": "Nobody here has that e-mail address.",
}


class TimeForm(FlaskForm):
    """How much time, and why. It is asked for by GET and confirmed by POST, whose token the app checks."""

    class Meta:
        csrf = False

    how = RadioField(
        "How much",
        [InputRequired(WORDS["how"])],
        choices=[
            SelectChoice("minutes", "Minutes, as many as below"),
            *(SelectChoice(str(one), f"{one} % of each part's own minutes") for one in PERCENTAGES),
        ],
        default="minutes",
    )
    minutes = IntegerField(
        "Minutes",
        [Optional()],
        description="For each part that is not closed yet. Read only where minutes are chosen above.",
        default=10,
    )
    reason = RadioField(
        "Why",
        [InputRequired(WORDS["reason"])],
        choices=[SelectChoice(one.value, words.capitalize()) for one, words in REASONS.items()],
        description="The candidate reads this.",
    )

    def grant(self) -> tuple[Grant, Reason]:
        """What the form gives; raises Refused."""
        reason = Reason(self.reason.data)
        if self.how.data == "minutes":
            return checked(self.minutes.data or 0, Measure.MINUTES, reason)
        return checked(int(self.how.data), Measure.PERCENT, reason)


class ExamTimeForm(TimeForm):
    """The same, with who gets it."""

    who = RadioField(
        "Who gets it",
        [InputRequired(WORDS["who"])],
        choices=[SelectChoice(name, words) for name, words in WHO.items()],
    )
    email = EmailField("E-mail address of the one person", [Optional()])


def refuse(form: FlaskForm, refusal: Refused) -> None:
    """Put a refusal of the service beside its field."""
    field = form[refusal.field or "how"]
    field.errors = [*field.errors, WORDS[refusal.code]]
