"""Templates as they are compiled: without the spaces by which their lines are set in."""

import re

from jinja2.ext import Extension

_INDENT = re.compile(r"(?<=\n)[ \t]+")


class Unindented(Extension):
    """Leaves out of every page what only lays out its template; the lines of a template stay where they are.

    A mail is laid out by such spaces, and keeps them.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENT.sub("", source) if name and name.endswith(".html") else source
