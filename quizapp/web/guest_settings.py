"""The accounts library in our settings: what is on, its words, its mails, its rules for passwords."""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, g
from flask_security import MailUtil, PasswordUtil
from flask_security.mail_util import EmailValidateException

from quizapp.services import passwords
from quizapp.services.clock import Clock
from quizapp.services.errors import Refused
from quizapp.services.mail import Mailer
from quizapp.services.passwords import SHORTEST, check_password, normalise_email, normalise_password
from quizapp.web.forms import accounts as forms
from quizapp.web.site import EXTENSION, Site

LINK_LIFE = timedelta(minutes=10)
LINK_SENT = "If that address has an account, a link is on its way to it. It works once, within 10 minutes."
_DEAD_LINK = "That link has been used, is older than 10 minutes, or was cut short. Ask for a new one."

_MESSAGES = {
    "EMAIL_NOT_PROVIDED": "Type your e-mail address.",
    "INVALID_EMAIL_ADDRESS": forms.WORDS["email_invalid"],
    "PASSWORD_NOT_PROVIDED": "Type a password.",
    "RETYPE_PASSWORD_MISMATCH": "The two passwords differ.",
    "INVALID_PASSWORD": "That is not your present password.",
    "PASSWORD_IS_THE_SAME": "The new password is the present one. Choose another.",
    "GENERIC_AUTHN_FAILED": "No account that can log in has this e-mail address and password.",
    "INVALID_RESET_PASSWORD_TOKEN": _DEAD_LINK,
    "PASSWORD_RESET_EXPIRED": _DEAD_LINK,
    "PASSWORD_RESET_REQUEST": LINK_SENT,
    "PASSWORD_RESET_NO_LOGIN": "Your password is changed, and every device is logged out. Log in again.",
    "PASSWORD_CHANGE": "Your password is changed. Your other devices are logged out.",
}
_LEVELS = {
    "PASSWORD_CHANGE": "success",
    "PASSWORD_RESET_NO_LOGIN": "success",
    "PASSWORD_RESET_REQUEST": "info",
}


class GuestMail(MailUtil):
    """Our form of e-mail addresses, and mails that leave only when what they tell of is committed."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        settings = cast(Site, app.extensions[EXTENSION]).settings
        self.mailer = Mailer(settings.mail_url, settings.mail_from, settings.data / "mail.log")

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **kwargs: Any
    ) -> None:
        """Keep a rendered mail until the request is done."""
        outbox().append((str(recipient), str(subject), str(body)))

    def normalize(self, email: str) -> str:
        """The one form of an address; raises EmailValidateException."""
        try:
            return normalise_email(email)
        except Refused:
            raise EmailValidateException(forms.WORDS["email_invalid"]) from None

    validate = normalize


class GuestPasswords(PasswordUtil):
    """Our rules for passwords."""

    def normalize(self, password: str) -> str:
        """The one form of a password."""
        return normalise_password(password)

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """What is wrong with a new password, if anything, and its one form."""
        email = kwargs.get("email") if is_register else kwargs["user"].email
        try:
            check_password(password, email or "")
        except Refused as refusal:
            return [forms.WORDS[refusal.code]], normalise_password(password)
        return None, normalise_password(password)


def outbox() -> list[tuple[str, str, str]]:
    """The mails that this request has written: recipient, subject, body; sent when its work is committed."""
    if "outbox" not in g:
        g.outbox = []
    return cast(list[tuple[str, str, str]], g.outbox)


def configure(app: Flask, now: Clock) -> None:
    """Put the library's settings into those of the application, before the library reads them."""
    settings: dict[str, Any] = {
        "URL_PREFIX": "/accounts",
        "STATIC_FOLDER": None,
        "CACHE_CONTROL": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "REGISTERABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "RETURN_GENERIC_RESPONSES": True,
        "API_ENABLED_METHODS": ["session"],
        "FRESHNESS": timedelta(seconds=-1),
        "JOIN_USER_ROLES": False,
        "DATETIME_FACTORY": now,
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": normalise_email, "case_insensitive": False}}],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID",
            "argon2__memory_cost": passwords.COST.memory_kib,
            "argon2__time_cost": passwords.COST.passes,
            "argon2__parallelism": passwords.COST.lanes,
        },
        "HASHING_SCHEMES": ["hex_sha256"],
        "PASSWORD_LENGTH_MIN": SHORTEST,
        "RESET_PASSWORD_WITHIN": LINK_LIFE,
        "POST_LOGIN_VIEW": "attempts.index",
        "POST_REGISTER_VIEW": "attempts.index",
        "POST_LOGOUT_VIEW": "pages.home",
        "POST_CHANGE_VIEW": "accounts.show",
        "POST_RESET_VIEW": "security.login",
        "LOGIN_USER_TEMPLATE": "security/login.html",
        "REGISTER_USER_TEMPLATE": "security/register.html",
        "EMAIL_HTML": False,
        "EMAIL_SUBJECT_REGISTER": "Your quizapp account",
        "EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new quizapp password",
        "EMAIL_SUBJECT_PASSWORD_NOTICE": "Your quizapp password was reset",
        "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your quizapp password was changed",
    }
    for name, value in settings.items():
        app.config[f"SECURITY_{name}"] = value
    for name, words in _MESSAGES.items():
        app.config[f"SECURITY_MSG_{name}"] = (words, _LEVELS.get(name, "error"))
