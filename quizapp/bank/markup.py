"""Markdown with formulas to safe HTML with MathML; bounded, sanitised, cached by its text."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

LONGEST = 20_000
DEEPEST = 12

_TAGS = {
    "p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "sub", "sup", "span",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_MATHML = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mspace", "mtext", "menclose", "mfrac", "mpadded", "mphantom",
    "mroot", "msqrt", "mstyle", "mmultiscripts", "mover", "mprescripts", "msub", "msubsup", "msup", "munder",
    "munderover", "mtable", "mtd", "mtr", "merror", "semantics",
}  # fmt: skip
_MATH_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "separator", "form", "lspace", "rspace", "minsize",
    "maxsize", "symmetric", "largeop", "movablelimits", "accent", "accentunder", "columnalign",
    "linethickness", "width", "height", "depth", "displaystyle", "scriptlevel",
}  # fmt: skip
_SANITISER = nh3.Cleaner(
    tags=_TAGS | _MATHML,
    attributes=dict.fromkeys(_MATHML, _MATH_ATTRIBUTES),
    url_schemes=set(),
    link_rel=None,
)

_LONG_FORMULA = 120
"""Characters of MathML from which a formula in a line of text may be broken."""
_TAG = re.compile(r"<(?P<end>/?)[a-z]+[^>]*>")
_BREAKING = re.compile(r'<mo(?: lspace="0.2222em" rspace="0.2222em")?>[=≈≤≥+−×]</mo>')


@dataclass(frozen=True)
class MarkupError(Exception):
    """Text that cannot be rendered; `line` counts from 1 inside the text."""

    line: int
    code: str
    message: str


class SafeHtml(str):
    """HTML that has been through the sanitiser; templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@lru_cache(maxsize=8192)
def render(text: str) -> SafeHtml:
    """Safe HTML of a Markdown text, formulas as MathML.

    Raises MarkupError for a formula that is not understood, and for text that is too long or too deep.
    """
    if len(text) > LONGEST:
        raise MarkupError(1, "text_too_long", f"a text has at most {LONGEST} characters")
    return SafeHtml(_clean(_markdown().render(text, {"text": text})).strip())


@lru_cache(maxsize=8192)
def render_inline(text: str) -> SafeHtml:
    """Safe HTML of one line of Markdown, without a paragraph around it."""
    if len(text) > LONGEST:
        raise MarkupError(1, "text_too_long", f"a text has at most {LONGEST} characters")
    return SafeHtml(_clean(_markdown().renderInline(text, {"text": text})).strip())


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable("table")
    markdown.disable(
        ["link", "image", "autolink", "reference", "html_block", "html_inline", "heading", "lheading"]
    )
    markdown.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        markdown.add_render_rule(name, _render_formula)
    return markdown


def _render_formula(renderer: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    try:
        mathml = _latex().convert_with_local_state(
            token.content.strip(), displaystyle=token.type != "math_inline"
        )
    except LatexError as error:
        line = env["text"].count("\n", 0, max(env["text"].find(token.content.strip()), 0)) + 1
        raise MarkupError(line, "formula", f"the formula is not understood: {error}") from error
    return str(mathml) if token.type != "math_inline" else _breakable(str(mathml))


def _breakable(mathml: str) -> str:
    """An inline formula as several that a line may be broken between: after its signs.

    No browser breaks a line inside a formula, so that a long equation would not fit on a phone.
    """
    if len(mathml) < _LONG_FORMULA:
        return mathml
    body = mathml.removeprefix("<math>").removesuffix("</math>")
    parts, depth, start, child = [], 0, 0, 0
    for tag in _TAG.finditer(body):
        if not tag["end"]:
            child = child if depth else tag.start()
            depth += 1
            continue
        depth -= 1
        if not depth and child > start and _BREAKING.fullmatch(body, child, tag.end()):
            parts.append(body[start : tag.end()])
            start = tag.end()
    return "".join(f"<math>{one}</math>" for one in (*parts, body[start:]) if one)


@lru_cache(maxsize=1)
def _latex() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


def _clean(html: str) -> str:
    clean = _SANITISER.clean(html)
    # A wide table scrolls by itself on a narrow screen, so the keyboard has to reach it.
    return clean.replace("<table>", '<table tabindex="0">')
