"""Style sheets as browsers get them."""

import pytest

from quizapp.web.styles import shortened
from tests.web.visitors import House

KEPT = {
    'a::before { content: "two  /* spaces */ {; \\" ,"; }': 'a::before{content:"two  /* spaces */ {; \\" ,"}',
    "a { content: 'it  \\' : is'; color: red; }": "a{content:'it  \\' : is';color:red}",
    "a { background: url( 'a  b.svg' ), url( c;d,e/*f*/.svg ) }": (
        "a{background:url( 'a  b.svg' ),url( c;d,e/*f*/.svg )}"
    ),
    "a { background: url(\"data:image/svg+xml;x='1  2',/* */\") }": (
        "a{background:url(\"data:image/svg+xml;x='1  2',/* */\")}"
    ),
    "a { inline-size: calc(100% - 2 * var(--gap)) }": "a{inline-size:calc(100% - 2 * var(--gap))}",
    "a { inset: min(1px + 2px, 3px) -1px }": "a{inset:min(1px + 2px,3px) -1px}",
    "nav  :is(a, b) > c:not(.d)\n~ [e] /* f */ g { }": "nav :is(a,b) > c:not(.d) ~ [e] g{}",
    "@layer one, two;\n@media print { nav :is(a) { color: red; } }": (
        "@layer one,two;@media print{nav :is(a){color:red}}"
    ),
    "a { &:hover { color: red; } & b { color: blue } }": "a{&:hover{color:red}& b{color:blue}}",
    "@media (min-width: 4rem) and (hover) { a { color: light-dark(#fff, #000) } }": (
        "@media (min-width:4rem) and (hover){a{color:light-dark(#fff,#000)}}"
    ),
    "@container card (width > 4rem) { a { --Kept: 1 } }": "@container card (width > 4rem){a{--Kept:1}}",
}
"""What is written, and what a browser gets of it."""


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_idle_space_stays(text: str) -> None:
    assert shortened(text) == KEPT[text]
    assert shortened(KEPT[text]) == KEPT[text]


def test_a_page_gets_its_sheet_for_ever(house: House) -> None:
    client = house.visitor().client
    reply = client.get(house.app.jinja_env.filters["asset"]("css/site.css"))
    assert (reply.status_code, reply.mimetype) == (200, "text/css")
    assert reply.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert b"/*" not in reply.data
    assert b".question-bar{" in reply.data
