"""The forms of the accounts column, and the account library's forms in our own words."""

from typing import Any

from flask_security.forms import (
    ChangePasswordForm as LibraryChangePasswordForm,
)
from flask_security.forms import (
    ForgotPasswordForm as LibraryForgotPasswordForm,
)
from flask_security.forms import (
    LoginForm as LibraryLoginForm,
)
from flask_security.forms import (
    RegisterFormV2,
)
from flask_security.forms import (
    ResetPasswordForm as LibraryResetPasswordForm,
)
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import EqualTo, InputRequired

from quizapp.services.passwords import LONGEST, SHORTEST, normalise_password

EMAIL = "E-mail address"
AGAIN = "The same password again"
NEW = "New password"
ADVICE = f"At least {SHORTEST} characters. A few unrelated words work well; spaces are fine."

WORDS = {
    "email_invalid": "Type an e-mail address such as name@example.org, in plain letters.",
    "email_taken": "That address has an account already. Use another, or log in with it.",
    "password_short": f"Use at least {SHORTEST} characters.",
    "password_long": f"Use at most {LONGEST} characters.",
    "password_common": "That is among the first passwords anyone would try. Use a few unrelated words.",
    "password_email": "Leave your e-mail address out of the password.",
    "password_wrong": "That is not your password. Nothing was deleted.",
    "code_wrong": "That is not the present code. The server prints a new one each time it starts.",
    "last_admin": "This is the last admin. Make somebody else an admin first.",
    "account_disabled": "This account is disabled. Enable it first.",
    "role_unknown": "Choose one of the roles.",
}


def refuse(form: FlaskForm, code: str, field: str | None) -> None:
    """Put a refusal of a service beside its field, or above the form where it has none."""
    told = WORDS[code]
    if field in form:
        form[field].errors = [*form[field].errors, told]
    else:
        form.form_errors.append(told)


def _told(field: Any, label: str, hint: str = "") -> None:
    field.label.text = label
    field.description = hint


class LoginForm(LibraryLoginForm):
    """E-mail address and password; there is no "remember me", because nothing checks such a cookie."""

    remember = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _told(self.email, EMAIL)
        _told(self.password, "Password")

    def validate(self, **kwargs: Any) -> bool:
        """Refuse what is too long to be a password before anything is hashed."""
        if len(normalise_password(self.password.data or "")) > LONGEST:
            self.password.data = ""
        return bool(super().validate(**kwargs))


class RegisterForm(RegisterFormV2):
    """E-mail address and a password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _told(self.email, EMAIL, "Only used to log in and to recover your password.")
        _told(self.password, "Password", ADVICE)
        _told(self.password_confirm, AGAIN)


class ForgotPasswordForm(LibraryForgotPasswordForm):
    """The address that a reset link goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _told(self.email, EMAIL)


class ResetPasswordForm(LibraryResetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _told(self.password, NEW, ADVICE)
        _told(self.password_confirm, AGAIN)


class ChangePasswordForm(LibraryChangePasswordForm):
    """The present password, and a new one typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _told(self.password, "Present password")
        _told(self.new_password, NEW, ADVICE)
        _told(self.new_password_confirm, "The new password again")


class SetupForm(FlaskForm):
    """The code that the server printed, and the first admin's account."""

    code = StringField(
        "Set-up code",
        [InputRequired("Type the code that the server printed when it started.")],
        description="Printed by the server when it started. Capitals and dashes do not matter.",
    )
    email = EmailField(EMAIL, [InputRequired("Type your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Choose a password.")], description=ADVICE)
    again = PasswordField(AGAIN, [EqualTo("password", "The two passwords differ.")])


class DeleteForm(FlaskForm):
    """The password that confirms a deletion."""

    password = PasswordField("Password", [InputRequired("Type your password to confirm.")])


class RoleForm(FlaskForm):
    """The role of a person."""

    role = SelectField(
        "Role",
        choices=[
            SelectChoice("candidate", "Candidate: practises and sits tests"),
            SelectChoice("author", "Author: also checks and previews questions"),
            SelectChoice("admin", "Admin: also publishes banks and manages people"),
        ],
    )
