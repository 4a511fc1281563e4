"""Scripts as browsers get them: each module with what it imports in one file."""

from pathlib import Path

import brotli
import pytest

from quizapp.paths import STATIC
from quizapp.web.scripts import bundle, bundles, joined, modules
from tests.web.visitors import House

LEAF = """
// A leaf.
const name = 1;

export function leaf() {
  return name; // of the leaf
}
export const KEY = 2;
"""
TWIG = """
import { KEY, leaf as grown } from "./leaf.js";
export class Twig {}
const name = KEY + grown();
"""
ROOT = """
import { leaf } from "./leaf.js";
import { Twig } from "./twig.js";
import "./alone.js";
leaf(Twig);
"""
BUNDLE = """\
const $leaf = (() => {

// A leaf.
const name = 1;

function leaf() {
  return name; // of the leaf
}
const KEY = 2;
return { leaf, KEY };
})();
const $twig = (() => {

const { KEY, leaf: grown } = $leaf;
class Twig {}
const name = KEY + grown();
return { Twig };
})();
const $alone = (() => {
alone = 1;
return {  };
})();
const $root = (() => {

const { leaf } = $leaf;
const { Twig } = $twig;
leaf(Twig);
return {  };
})();
"""


def folder(at: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (at / f"{name}.js").write_text(text, encoding="utf-8")
    return at


def test_a_module_comes_after_all_that_it_imports_and_each_comes_once(tmp_path: Path) -> None:
    at = folder(tmp_path, leaf=LEAF, twig=TWIG, root=ROOT, alone="alone = 1;\n")
    assert joined(modules(at), "root") == BUNDLE
    made = bundles(at)
    assert sorted(made) == ["alone.js", "leaf.js", "root.js", "twig.js"]
    assert made["leaf.js"] == (
        b"const $leaf=(()=>{const name=1;function leaf(){return name;}\nconst KEY=2;return{leaf,KEY};})();"
        b"export const{leaf,KEY}=$leaf;"
    )


@pytest.mark.parametrize(
    "line",
    [
        'import * as leaf from "./leaf.js";',
        'import leaf from "./leaf.js";',
        'import { leaf } from "https://elsewhere.example/leaf.js";',
        "export default leaf;",
        "export let leaf = 1;",
    ],
)
def test_another_form_of_import_or_export_is_refused_by_name(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"root\.js: no such import or export is used here: (import|export)"):
        bundles(folder(tmp_path, leaf=LEAF, root=f"{line}\n"))


KEPT = {
    "say(\"two  spaces // and no comment\", /* one */ 'it  is');": (
        "say(\"two  spaces // and no comment\",'it  is');"
    ),
    "const to = `https://${host}/  ${ one + two }  /* here */`;": (
        "const to=`https://${host}/  ${ one + two }  /* here */`;"
    ),
    "if (/^[\"'/ ]+  \\/\\/$/.test(line)) go();": "if(/^[\"'/ ]+  \\/\\/$/.test(line))go();",
    'const end = line.replace(/ \\/\\* .*/g, "//");': 'const end=line.replace(/ \\/\\* .*/g,"//");',
    "one = two / 3 / 4; // halves": "one=two/3/4;",
    "rise = one + +two - -three;": "rise=one+ +two- -three;",
    "class Left { #held = 1; get #all() { return this.#held ?? one?.two; } }": (
        "class Left{#held=1;get#all(){return this.#held??one?.two;}}"
    ),
    "const big = 10_000 ** 2, all = [...one], { two: too = {} } = three;": (
        "const big=10_000**2,all=[...one],{two:too={}}=three;"
    ),
    "later = async () => { for await (const one of all) yielded(await one); };": (
        "later=async()=>{for await(const one of all)yielded(await one);};"
    ),
    "function* some() { yield* others(); }": "function*some(){yield*others();}",
    "first()\nsecond()\n[third] = fourth": "first()\nsecond()\n[third]=fourth",
}
"""What is written, and what a browser gets of it: the spaces of texts, templates and expressions stay."""


@pytest.mark.parametrize("written", KEPT)
def test_what_is_no_idle_space_stays(written: str) -> None:
    assert bundle({"one": f"{written}\n"}, "one").startswith(f"const $one=(()=>{{{KEPT[written]}")


def test_a_template_within_a_template_is_refused_since_its_spaces_would_go() -> None:
    with pytest.raises(ValueError, match=r"one\.js: no template within a template is used here"):
        bundle({"one": "say(`${two ? `${two}  more` : none}`);\n"}, "one")


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="import each other: one two one"):
        bundles(folder(tmp_path, one='import "./two.js";\n', two='import "./one.js";\n'))


def test_no_text_of_our_scripts_runs_over_lines_where_a_comment_might_seem_to_stand() -> None:
    for file in (STATIC / "js").glob("*.js"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            assert line.count("`") % 2 == 0, f"{file.name}:{number}"


def test_a_page_gets_its_bundle_for_ever_and_nothing_else_of_it(house: House) -> None:
    client = house.visitor().client
    path = house.app.jinja_env.filters["asset"]("js/sitting.js")
    reply = client.get(path)
    assert (reply.status_code, reply.mimetype) == (200, "text/javascript")
    assert reply.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert b"import" not in reply.data.split(b"\n", 1)[0]
    assert client.head(path).headers["Content-Length"] == str(len(reply.data))
    assert client.post(path).status_code in (404, 405)


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "br", "gzip;q=1, br;q=0.5"])
def test_a_browser_that_takes_brotli_gets_the_same_in_fewer_bytes(house: House, accepted: str) -> None:
    path = house.app.jinja_env.filters["asset"]("js/sitting.js")
    plain = house.visitor().get(path)
    packed = house.visitor().get(path, **{"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 3
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["", "gzip", "*", "br;q=0, gzip", "brotli", "x-br"])
def test_a_browser_that_does_not_take_it_gets_it_plain(house: House, accepted: str) -> None:
    path = house.app.jinja_env.filters["asset"]("css/site.css")
    plain = house.visitor().get(path, **{"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert plain.data.startswith(b"@layer")
