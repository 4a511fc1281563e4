"""Pages that deploy/nginx.conf compresses: nobody but their reader may choose a word of them (BREACH)."""

import re
from pathlib import Path

from tests.web.test_attempts import sitter
from tests.web.visitors import House, Visitor

MARK = "chosenelsewhere"
NGINX = Path(__file__).parents[2] / "deploy" / "nginx.conf"
COMPRESSED = re.findall(
    r"location ~ (\S+) \{\s+proxy_pass \S+;\s+gzip on;", NGINX.read_text(encoding="utf-8")
)


def repeated(visitor: Visitor, path: str) -> bool:
    """Whether a page repeats anything that whoever leads a browser to it can choose."""
    headers = {"Referer": f"http://elsewhere.example/{MARK}", "User-Agent": MARK, "Accept-Language": MARK}
    return MARK in visitor.client.get(f"{path}?q={MARK}&show={MARK}&{MARK}={MARK}", headers=headers).text


def test_the_page_of_a_question_is_compressed_and_says_nothing_of_its_address(kept_house: House) -> None:
    ada = sitter(kept_house)
    (pattern,) = COMPRESSED
    assert re.fullmatch(pattern, ada.question(1))
    assert not repeated(ada.visitor, ada.question(1))


def test_control_a_page_that_repeats_what_was_looked_for_is_noticed_and_not_compressed(
    kept_house: House,
) -> None:
    admin = kept_house.seated(kept_house.person("root@example.org", "admin"))
    assert repeated(admin, "/accounts/people")
    assert not any(re.match(one, "/accounts/people") for one in COMPRESSED)
