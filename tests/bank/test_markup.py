"""Rich text: a small list of tags survives, script never, and no text is evaluated (I14, O08)."""

import html
import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from markdown_it import MarkdownIt

from quizapp.bank.markup import MarkupError, render, render_inline
from tests.bank.hostile import IN_MARKDOWN, PROBES, SCRIPTS

_RAW = MarkdownIt("commonmark", {"html": True})


def _dangerous(page: str) -> bool:
    tags = re.findall(r"<\s*([a-zA-Z!?/][^>]*)>", page)
    return any(
        re.match(
            r"/?(script|img|svg|iframe|object|embed|form|a|style|link|meta|base|input|button|video)\b",
            tag,
            re.I,
        )
        or re.search(r"\son\w+\s*=|javascript:|style\s*=|href\s*=|src\s*=", tag, re.I)
        for tag in tags
    )


@pytest.mark.parametrize("script", SCRIPTS + IN_MARKDOWN)
def test_script_in_markdown_never_survives(script: str) -> None:
    for maker in (render, render_inline):
        for text in (
            script,
            f"Before {script} after",
            f"- {script}",
            f"| a |\n|---|\n| {script} |",
            f"`{script}`",
        ):
            try:
                assert not _dangerous(maker(text))
            except MarkupError:
                continue


def test_control_an_ordinary_renderer_lets_script_through() -> None:
    assert sum(_dangerous(_RAW.render(script)) for script in SCRIPTS) > len(SCRIPTS) // 2


@pytest.mark.parametrize("probe", PROBES)
def test_template_code_is_shown_as_it_is_written(probe: str) -> None:
    for maker in (render, render_inline):
        shown = html.unescape(re.sub(r"<[^>]+>", "", maker(f"Before {probe} after")))
        assert shown.replace("__", "") == f"Before {probe} after".replace("__", "")


def test_control_a_template_language_would_run_it() -> None:
    assert Environment().from_string("{{7*7}}").render() == "49"


def test_what_authors_need_is_rendered() -> None:
    shown = render("*a* **b** `c`\n\n- one\n- two\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n$x^2$")
    for tag in ("em", "strong", "code", "ul", "li", "table", "td", "blockquote", "math", "msup"):
        assert f"<{tag}" in shown


def test_links_images_headings_and_html_are_plain_text() -> None:
    shown = render("# One\n\n[two](https://x.example) ![three](x.png) <b>four</b> https://y.example")
    assert not re.search(r"<(h1|a|img|b)\b", shown)


def test_a_dollar_amount_is_no_formula() -> None:
    assert "<math" not in render("It costs USD 1,000 or $5 and $10.")


@pytest.mark.parametrize(
    ("text", "line"),
    [("$\\frac{$", 1), ("one\ntwo $\\frac{$", 2), ("one\n\n$$\n\\nonsense{\n$$", 4), ("- a\n- $\\x{$", 2)],
)
def test_a_formula_that_is_not_understood_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(MarkupError) as refused:
        render(text)
    assert refused.value.code == "formula"
    assert refused.value.line == line


BOMBS = {
    "brackets": "[" * 6000,
    "emphasis": "*a_" * 2000,
    "quotes": "> " * 3000 + "a",
    "lists": "".join(" " * n + "- a\n" for n in range(80)),
    "ticks": "".join("`" * n + " " for n in range(1, 105)),
    "braces": "$" + "{" * 5000 + "}" * 5000 + "$",
    "macro": "$\\def\\a{\\a\\a}\\a$",
    "fractions": "$" + "\\frac{1}{" * 600 + "x" + "}" * 600 + "$",
    "tables": "|a" * 1500 + "|\n" + "|-" * 1500 + "|\n",
    "backslashes": "\\" * 6000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_rendered_or_refused_at_once(bomb: str) -> None:
    start = time.process_time()
    with suppress(MarkupError):
        render(BOMBS[bomb])
    assert time.process_time() - start < 1


def test_a_text_that_is_too_long_is_refused() -> None:
    for maker in (render, render_inline):
        with pytest.raises(MarkupError, match="text_too_long"):
            maker("x" * 20_001)


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_any_text_gives_safe_html_or_a_named_refusal(text: str) -> None:
    with suppress(MarkupError):
        assert not _dangerous(render(text))


def _formulas(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<math>.*?</math>", page)]


def test_a_long_formula_in_a_line_may_be_broken_after_each_of_its_signs() -> None:
    shown = render(
        r"It is $0.30 \times 28.0 + 45 = \frac{1 + 1}{2} \left(a + b\right) \approx -42.4$ per cent."
    )
    assert _formulas(shown) == ["0.30×", "28.0+", "45=", "1+12(a+b)≈", "−42.4"]


def test_a_short_formula_and_one_of_its_own_line_stay_whole() -> None:
    assert _formulas(render("With $P = 99$ it is so.")) == ["P=99"]
    assert render("$$a = b + c + d + e + f + g + h + i + j + k$$").count("</math>") == 1


def test_a_table_can_be_reached_by_keyboard_since_it_scrolls_on_a_narrow_screen() -> None:
    html = str(render("| a | b |\n|---|---|\n| 1 | 2 |"))
    assert html.startswith('<table tabindex="0">')
    assert html.count("tabindex") == 1
