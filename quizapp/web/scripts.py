"""Scripts as browsers get them: each module in one file with all that it imports, so in one request."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{ ([^}]+) \} from )?"\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def bundles(folder: Path) -> Mapping[str, bytes]:
    """Every module of a folder by its file's name, each with what it imports, directly or not, before it.

    A module becomes a function that is called once, so that its names stay its own, and whose value holds
    what it exports. Raises ValueError for an import or export of a form that is not used here, and for
    modules that import each other.
    """
    sources = {one.stem: one.read_text(encoding="utf-8") for one in sorted(folder.glob("*.js"))}
    return {
        f"{name}.js": "".join(_wrapped(sources, one) for one in _order(sources, name)).encode()
        for name in sources
    }


def _order(sources: Mapping[str, str], name: str, above: tuple[str, ...] = ()) -> list[str]:
    """A module after all that it imports, each once."""
    if name in above:
        raise ValueError(f"modules import each other: {' '.join((*above, name))}")
    found: list[str] = []
    for _, imported in _IMPORT.findall(sources[name]):
        found += (one for one in _order(sources, imported, (*above, name)) if one not in found)
    return [*found, name]


def _wrapped(sources: Mapping[str, str], name: str) -> str:
    text = _COMMENT.sub("", sources[name])
    exported = ", ".join(_EXPORT.findall(text))
    text = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    if other := _OTHER.search(text):
        raise ValueError(f"{name}.js: no such import or export is used here: {other[0]}")
    return f"const ${name} = (() => {{\n{text}return {{ {exported} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    return f"const {{ {found[1].replace(' as ', ': ')} }} = ${found[2]};\n" if found[1] else ""
