"""Passwords and e-mail addresses: one form of each, what is refused, and the one kind of hash."""

import re
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from quizapp.services.errors import Refused

SHORTEST = 10
LONGEST = 128
_LONGEST_EMAIL = 254


@dataclass(frozen=True)
class Cost:
    """What one argon2id hash takes: memory in KiB, passes over it, lanes side by side."""

    memory_kib: int
    passes: int
    lanes: int


# OWASP's password storage guidance: argon2id with 19 MiB, 2 passes, 1 lane.
COST = Cost(19_456, 2, 1)

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>{_LABEL}(?:\.{_LABEL})+)")

# Words that people reach for first; a password that is one of them with digits or signs around it is refused.
COMMON = frozenset(
    """
    abcdef abcdefg abcdefgh abcdefghij access account action adidas admin administrator airplane alexander
    america andrea andrew angel angels anthony apples arsenal asdf asdfgh asdfghjkl ashley august autumn
    babygirl badminton banana barcelona baseball basketball batman beautiful beijing benjamin birthday biscuit
    blessing bond bonds brandon broker brother bubbles business butterfly california camera candidate captain
    carlos changeme changeit charlie cheese chelsea chicken chocolate christian christmas coffee college
    company computer cookie cowboys crystal daniel december default diamond dolphin dragon durian elephant
    elizabeth england everton examination facebook family february ferrari finance flower football forever
    france freedom friday friend friends gabriel garden ginger goodluck google guest guitar hannah happy
    hello helloworld holiday hongkong hunter iloveyou internet investor jackson january jasmine jennifer
    jessica jesus jordan joseph joshua july june justin killer kitten knight letmein letmeinnow liberty
    lionking liverpool login logmein london lovely lover loveyou madrid malaysia manchester march market
    marina master matrix matthew melissa merlion michael michelle midnight minecraft monday monkey mother
    mustang natalie nicholas nicole november october office orange orchid pakistan panda passphrase passport
    passw passwd password passwords patrick peanut pepper philippines phoenix pikachu please pokemon prince
    princess private purple qazwsx qazwsxedc qwer qwert qwertyu qwerty qwertyuiop qwertz rachel rainbow
    rebecca robert rockyou samantha samsung saturday school secret secretpassword security september shadow
    singapore snoopy soccer spiderman spring starwars student summer sunday sunflower sunshine superman
    superstar support sweetheart system teacher temp temporary test tester testing thailand thomas thursday
    tiger tinkerbell trader treasury trustno tuesday tweety united unlock user vanessa victoria vietnam
    wednesday welcome welcomehome whatever william winner winter wizard yellow zxcv zxcvbn zxcvbnm
    """.split()
)
_LEET = str.maketrans("013457@$!", "oleastasi")
_RUNS = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 13, "qwertyuiopasdfghjklzxcvbnm" * 2)


def normalise_email(text: str) -> str:
    """The one form of an e-mail address: NFKC, lower case, plain ASCII.

    What still holds other characters is refused rather than mapped: letters of other scripts, spaces and
    invisible signs make addresses that look alike. Raises Refused("email_invalid", "email").
    """
    if len(text) > 2 * _LONGEST_EMAIL:
        raise Refused("email_invalid", "email")
    plain = unicodedata.normalize("NFKC", text).strip(" ").lower()
    found = _EMAIL.fullmatch(plain)
    if found is None or len(plain) > _LONGEST_EMAIL or len(found["local"]) > 64 or not plain.isascii():
        raise Refused("email_invalid", "email")
    return plain


def normalise_password(text: str) -> str:
    """The one form of a password, whatever keyboard it was typed on: NFKC."""
    return unicodedata.normalize("NFKC", text)


def _hasher() -> PasswordHasher:
    return PasswordHasher(COST.passes, COST.memory_kib, COST.lanes, type=Type.ID)


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher().hash(normalise_password(password))


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether a password is the hashed one; spends the same time where there is no hash."""
    typed = normalise_password(password)
    if len(typed) > LONGEST:
        return False
    try:
        if hashed is None:
            _hasher().hash(typed)
            return False
        return _hasher().verify(hashed, typed)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, email: str) -> None:
    """Refuse a password that is too short, too long, commonplace, or made of the e-mail address.

    Raises Refused with the code `password_short`, `password_long`, `password_common` or `password_email`.
    """
    typed = normalise_password(password)
    if len(typed) < SHORTEST:
        raise Refused("password_short", "password")
    if len(typed) > LONGEST:
        raise Refused("password_long", "password")
    folded = typed.casefold()
    if _commonplace(folded):
        raise Refused("password_common", "password")
    local, _, domain = email.casefold().partition("@")
    if any(len(part) >= 4 and part in folded for part in (local, domain.rpartition(".")[0])):
        raise Refused("password_email", "password")


def _commonplace(folded: str) -> bool:
    if len(set(folded)) < 5 or any(folded in run or folded[::-1] in run for run in _RUNS):
        return True
    letters = re.sub(r"[^a-z]", "", folded)
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", folded)
    plain = re.sub(r"[^a-z]", "", core.translate(_LEET))
    return any(_is_common(reading) for reading in (letters, core, plain))


def _is_common(word: str) -> bool:
    half = len(word) // 2
    return word in COMMON or (word[:half] == word[half:] and word[:half] in COMMON)
