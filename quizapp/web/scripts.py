"""Scripts as browsers get them: each module in one file with all that it imports, so in one request."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rjsmin import jsmin

_IMPORT = re.compile(r'^import (?:\{ ([^}]+) \} from )?"\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NESTED = re.compile(r"`[^`]*\$\{[^}`]*`")


@cache
def bundles(folder: Path) -> Mapping[str, bytes]:
    """Every module of a folder by its file's name, each with what it imports, directly or not, before it."""
    sources = modules(folder)
    return {f"{name}.js": bundle(sources, name).encode() for name in sources}


def modules(folder: Path) -> dict[str, str]:
    """The text of every module of a folder by its name."""
    return {one.stem: one.read_text(encoding="utf-8") for one in sorted(folder.glob("*.js"))}


def bundle(sources: Mapping[str, str], name: str) -> str:
    """A module after all that it imports, without comments and idle white space.

    A module becomes a function that is called once, so that its names stay its own, and whose value holds
    what it exports. Raises ValueError for what cannot be joined or shortened without knowing more of the
    language: an import or export of a form that is not used here, modules that import each other, and a
    template within a template, whose spaces would go.
    """
    served: str = jsmin(joined(sources, name) + _exported(sources, name))
    return served


def _exported(sources: Mapping[str, str], name: str) -> str:
    """What a bundle exports, for a script that loads it later."""
    names = ", ".join(_EXPORT.findall(sources[name]))
    return f"export const {{ {names} }} = ${name};\n" if names else ""


def joined(sources: Mapping[str, str], name: str) -> str:
    """A module after all that it imports, as they are written."""
    return "".join(_wrapped(sources, one) for one in _order(sources, name))


def _order(sources: Mapping[str, str], name: str, above: tuple[str, ...] = ()) -> list[str]:
    """A module after all that it imports, each once."""
    if name in above:
        raise ValueError(f"modules import each other: {' '.join((*above, name))}")
    found: list[str] = []
    for _, imported in _IMPORT.findall(sources[name]):
        found += (one for one in _order(sources, imported, (*above, name)) if one not in found)
    return [*found, name]


def _wrapped(sources: Mapping[str, str], name: str) -> str:
    text = sources[name]
    exported = ", ".join(_EXPORT.findall(text))
    text = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    if other := _OTHER.search(text):
        raise ValueError(f"{name}.js: no such import or export is used here: {other[0]}")
    if nested := _NESTED.search(text):
        raise ValueError(f"{name}.js: no template within a template is used here: {nested[0]}")
    return f"const ${name} = (() => {{\n{text}return {{ {exported} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    return f"const {{ {found[1].replace(' as ', ': ')} }} = ${found[2]};\n" if found[1] else ""
