"""Hostile values that more than one test feeds in."""

import random

REDIRECTS = (
    "https://evil.example",
    "http:evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "\x19//evil.example",
    "//evil.example\\@localhost",
    "https://localhost@evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "/%2f/evil.example",
)
"""Addresses that lead off the site in one browser or another."""

_PIECES = (
    "/",
    "\\",
    "//",
    "\t",
    "\n",
    " ",
    ":",
    "@",
    "%2f",
    "%5c",
    "evil.example",
    "https",
    "http",
    "localhost",
    "?",
    "#",
    ".",
)


def generated_redirects(count: int, seed: int) -> tuple[str, ...]:
    """Addresses put together by chance from the pieces that such attacks are made of."""
    chance = random.Random(seed)
    return tuple("".join(chance.choices(_PIECES, k=chance.randint(1, 8))) for _ in range(count))


LOOK_ALIKES = (
    lambda email: email.upper(),
    lambda email: f"  {email} ",
    lambda email: email.replace("a", "ａ", 1),
    lambda email: email.replace("s", "ſ", 1),
    lambda email: email.replace("k", "K", 1),
    lambda email: email.replace("a", "а", 1),
    lambda email: email.replace("o", "ο", 1),
    lambda email: email.replace("i", "ı", 1),
    lambda email: email.replace("i", "İ", 1),
    lambda email: email.replace("@", "\x00@", 1),
    lambda email: email + "\x00",
    lambda email: email.replace("@", "\u200b@", 1),
    lambda email: "\ufeff" + email,
    lambda email: email.replace("a", "a\u0301", 1),
    lambda email: email.replace(".", "。", 1),
    lambda email: email.replace("@", "＠", 1),
    lambda email: email + "\u202e",
    lambda email: email.replace("@", " @", 1),
    lambda email: email.replace("e", "ｅ", 1),
    lambda email: email.replace("s", "ß", 1),
)
"""Ways to write an e-mail address that looks like another one."""
