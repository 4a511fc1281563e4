"""Passwords and e-mail addresses: what is refused, what is one and the same, and that every letter counts."""

import pytest

from quizapp.services import passwords
from quizapp.services.errors import Refused
from quizapp.services.passwords import (
    COMMON,
    LONGEST,
    SHORTEST,
    check_password,
    hash_password,
    normalise_email,
    password_matches,
)
from tests.conftest import SHIPPED_COST
from tests.payloads import LOOK_ALIKES

EMAIL = "ada@example.org"


def _code(password: str, email: str = EMAIL) -> str | None:
    try:
        check_password(password, email)
    except Refused as refused:
        return f"{refused.field}_{refused.code.removeprefix('password_')}"
    return None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("nine keys", "password_short"),
        ("keys: ten.", None),
        ("three unrelated words", None),
        ("v" * 5 + "x" * 130, "password_long"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("abcdefghijklm", "password_common"),
        ("9876543210987", "password_common"),
        ("qwertyuiopasdf", "password_common"),
        ("password1234", "password_common"),
        ("P@ssw0rd!!!!", "password_common"),
        ("2026September!", "password_common"),
        ("treasurytreasury", "password_common"),
        ("1234iloveyou", "password_common"),
        ("September is warm", None),
        ("example and more", "password_email"),
        ("我的密码不是这个", "password_short"),
        ("我的密码不是这个而是", None),
    ],
)
def test_short_long_commonplace_and_borrowed_passwords_are_refused(password: str, code: str | None) -> None:
    assert _code(password) == code


def test_the_name_before_the_at_sign_is_no_password_unless_it_is_tiny() -> None:
    assert _code("so lovelace it is", "lovelace@example.org") == "password_email"
    assert _code("a sunny granada", "ada@example.org") is None


@pytest.mark.parametrize("length", [SHORTEST, 64, 72, 73, 100, LONGEST])
def test_lengths_up_to_the_longest_are_taken_and_one_more_is_not(length: int) -> None:
    text = "".join(chr(ord("a") + (n * n + 3 * n) % 26) for n in range(LONGEST + 1))
    assert _code(text[:length]) is None
    assert _code(text) == "password_long"


@pytest.mark.parametrize("length", [64, 73, LONGEST])
def test_every_letter_of_a_long_password_counts(length: int) -> None:
    password = "x" * (length - 1) + "y"
    hashed = hash_password(password)
    assert password_matches(hashed, password)
    assert not password_matches(hashed, password[:-1] + "z")
    assert not password_matches(hashed, password[:-1])
    assert not password_matches(hashed, password + "y")


def test_every_common_word_is_refused_with_digits_around_it() -> None:
    passed = [word for word in COMMON if _code(f"{word}12345678".title()) != "password_common"]
    assert passed == []


def test_a_password_is_the_same_from_any_keyboard() -> None:
    hashed = hash_password("caf\u00e9 au lait \ufb01n")
    assert password_matches(hashed, "cafe\u0301 au lait fin")
    assert not password_matches(hashed, "cafe au lait fin")


def test_hashes_are_argon2id_and_never_alike() -> None:
    first, second = hash_password("three unrelated words"), hash_password("three unrelated words")
    assert first.startswith("$argon2id$v=19$")
    assert first != second


def test_what_ships_spends_on_a_hash_what_owasp_advises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", SHIPPED_COST)
    assert hash_password("three unrelated words").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("hashed", [None, "", "no hash", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"])
def test_nothing_matches_what_is_no_hash(hashed: str | None) -> None:
    assert not password_matches(hashed, "three unrelated words")
    assert not password_matches(hashed, "x" * 10_000)


def test_an_address_has_one_form() -> None:
    for typed in ("Ada@Example.ORG", "  ada@example.org ", "ａｄａ@example.org", "ada＠example.org"):
        assert normalise_email(typed) == EMAIL
    assert normalise_email("o'brien+x@mail.example.co.uk") == "o'brien+x@mail.example.co.uk"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@@example.org",
        "ada@example..org",
        "ada@-example.org",
        ".ada@example.org",
        "ada@example.org\x00",
        "ada@example.org\n",
        "ada@example.org\nBcc: eve@example.org",
        "a da@example.org",
        "\u0430da@example.org",
        "ada@example.org\u200b",
        "x" * 65 + "@example.org",
        "ada@" + "x." * 200 + "org",
        "x" * 1_000_000,
    ],
)
def test_what_is_no_plain_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        normalise_email(typed)
    assert (refused.value.code, refused.value.field) == ("email_invalid", "email")


def test_a_look_alike_is_the_same_address_or_none() -> None:
    for alike in LOOK_ALIKES:
        try:
            read = normalise_email(alike("asking.kai@sites.example.org"))
        except Refused:
            continue
        assert read == "asking.kai@sites.example.org"
