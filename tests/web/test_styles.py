"""Style sheets as browsers get them: each with what it imports in one file."""

from pathlib import Path

import pytest

from quizapp.web.styles import sheets, shortened
from tests.web.visitors import House


def folder(at: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (at / f"{name}.css").write_text(text, encoding="utf-8")
    return at


def test_what_a_sheet_imports_stands_in_its_place(tmp_path: Path) -> None:
    site = '/* All. */\n@import "./base.css";\n@import "./more.css";\n\na { color: red; }\n'
    at = folder(tmp_path, base="@layer one, two;\n", more="b { color: blue; } /* more */\n", site=site)
    made = sheets(at)
    assert sorted(made) == ["base.css", "more.css", "site.css"]
    assert made["site.css"] == b"@layer one,two;b{color:blue}a{color:red}"


@pytest.mark.parametrize(
    "line",
    [
        '@import url("./base.css");',
        "@import './base.css';",
        '@import "./base.css" print;',
        '@import "https://elsewhere.example/base.css";',
        '@import "./twice.css";',
    ],
)
def test_another_import_is_refused_by_name(tmp_path: Path, line: str) -> None:
    at = folder(tmp_path, base="a { color: red; }\n", twice='@import "./base.css";\n', site=f"{line}\n")
    with pytest.raises(ValueError, match=r"site\.css: no such import is used here: @import"):
        sheets(at)


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
    reply = client.get(house.app.jinja_env.filters["asset"]("css/sitting.css"))
    assert (reply.status_code, reply.mimetype) == (200, "text/css")
    assert reply.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert b"@import" not in reply.data
    assert b".question-bar{" in reply.data
    assert b".masthead nav" not in reply.data
