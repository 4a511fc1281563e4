"""The house stands: who may know whom, each contract broken on purpose, and what imports cannot say."""

import ast
import gc
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from quizapp.assessment.registry import INTERACTIONS
from tests import controls
from tests.controls import Outcomes, Pair, lacking, pairs_in, report, verdict

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "quizapp"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


# The core is pure

LOADED = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for one in pkgutil.walk_packages(getattr(package, "__path__", ()), name + "."):
        importlib.import_module(one.name)
heavy = {"alembic", "flask", "jinja2", "pydantic", "sqlalchemy", "yaml"}
print(*sorted({name.partition(".")[0] for name in sys.modules} & heavy))
"""


def _loaded(*names: str) -> list[str]:
    """The heavy libraries that a fresh interpreter holds once it has imported everything in some packages."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *names], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_a_fresh_interpreter_that_imports_the_core_loads_no_library_of_the_floors_above() -> None:
    assert _loaded("quizapp.assessment", "quizapp.finance", "quizapp.learning") == []


def test_control_the_floors_above_load_them() -> None:
    seen = _loaded("quizapp.web.redirects", "quizapp.bank.schema", "quizapp.store.transaction")
    assert seen == ["flask", "jinja2", "pydantic", "sqlalchemy", "yaml"]


def test_the_process_that_stands_by_while_the_site_is_served_loads_none_of_them() -> None:
    assert _loaded("quizapp.cli.run") == []


def test_the_server_does_not_load_what_only_a_migration_needs() -> None:
    assert "alembic" not in _loaded("quizapp.serving")


def test_control_what_prepares_and_the_other_commands_load_them() -> None:
    for name in ("quizapp.cli.preparation", "quizapp.cli.commands"):
        assert {"alembic", "sqlalchemy"} <= {*_loaded(name)}


# Who may know whom


OFFENCES = {
    "Floors: web and cli over services over store and bank over the core": (
        "quizapp/bank/problems.py",
        "import quizapp.store",
    ),
    "The core is pure: no web, no database, no clock, no files": ("quizapp/finance/bill.py", "import time"),
    "Services know no web": ("quizapp/services/practice.py", "import flask"),
    "Store and bank know no web": ("quizapp/store/items.py", "from werkzeug.exceptions import NotFound"),
    "The bank's files know no database": ("quizapp/bank/problems.py", "import sqlite3"),
    "Web and command line reach store and bank through services only": (
        "quizapp/web/practice.py",
        "import quizapp.bank.problems",
    ),
    "Rows never leave the store": (
        "quizapp/services/practice.py",
        "from quizapp.store.tables import account",
    ),
    "The accounts library stays behind its wall": (
        "quizapp/web/practice.py",
        "from flask_login import current_user",
    ),
    "Interactions are strangers to one another": (
        "quizapp/assessment/interactions/numeric_entry.py",
        "import quizapp.assessment.interactions.single_choice",
    ),
    "The core knows no settings and no folders": (
        "quizapp/assessment/scoring.py",
        "import quizapp.paths",
    ),
    "Settings and folders know no floor": ("quizapp/paths.py", "import quizapp.finance.errors"),
    "No floor knows where all floors meet": ("quizapp/cli/run.py", "import quizapp.serving"),
    "No cycles in any room": ("quizapp/finance/errors.py", "import quizapp.finance.bond"),
}
"""For each contract a module and the line that breaks it."""
AT_ONCE = {
    "No floor knows where all floors meet": {
        "Floors: web and cli over services over store and bank over the core",
    },
    "The core knows no settings and no folders": {
        "The core is pure: no web, no database, no clock, no files",
    },
}
"""Contracts that the offence against another one breaks as well, since the module it names knows more."""
STRAY = ("quizapp/stray.py", "")
"""A module on no floor."""
LINT = """
import json, sys
from pathlib import Path
from importlinter.cli import lint_imports

for offences in json.load(sys.stdin):
    before = {module: Path(module).read_text() for module, _ in offences if Path(module).exists()}
    for module, line in offences:
        with Path(module).open("a") as file:
            file.write(f"\\n{line}\\n")
    print("run")
    print("status", lint_imports(no_cache=True), flush=True)
    for module, _ in offences:
        if module in before:
            Path(module).write_text(before[module])
        else:
            Path(module).unlink()
"""
Told = dict[str, str]
"""The contracts that are broken, each with what import-linter says of it."""


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told, Told]:
    """What a copy of the package breaks as it is, with a stray module, and with every offence at once."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, folder / "quizapp", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        input=json.dumps([[], [STRAY], [*OFFENCES.values()]]),
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    as_it_is, with_stray, offended = map(_broken, done.stdout.split("run\n")[1:])
    return as_it_is, with_stray, offended


def _broken(report: str) -> Told:
    """What one report says of each broken contract; its own count and status agree."""
    found = set(re.findall(r"^(.+) BROKEN(?: \(.*\))?$", report, re.MULTILINE))
    assert f"{len(found)} broken" in report, report
    assert f"status {1 if found else 0}\n" in report, report
    _, *parts = re.split(r"^(.+)\n-+\n", report, flags=re.MULTILINE)
    told = dict(zip(parts[::2], parts[1::2], strict=True))
    return {name: told.get(name, "") for name in found}


def _named_in(told: Told, module: str, line: str) -> set[str]:
    """The contracts whose report names the import that a line makes in a module."""
    importer, imported = module.removesuffix(".py").replace("/", "."), line.split()[1]
    if not imported.startswith("quizapp"):
        imported = imported.partition(".")[0]
    # A cycle is told by names relative to the room that it lies in.
    room = importer.rpartition(".")[0]
    ways = {f"{importer} -> {imported} (", f"{importer} -> {imported} (".replace(f"{room}.", ".")}
    return {name for name, text in told.items() if any(one in text for one in ways)}


def test_the_house_keeps_every_contract(linted: tuple[Told, Told, Told]) -> None:
    assert linted[0] == {}


def test_every_contract_has_an_offence() -> None:
    assert set(OFFENCES) == {one["name"] for one in CONTRACTS}


@pytest.mark.parametrize("name", OFFENCES)
def test_each_contract_bites(linted: tuple[Told, Told, Told], name: str) -> None:
    found = _named_in(linted[2], *OFFENCES[name])
    assert name in found
    assert found <= {name} | AT_ONCE.get(name, set())


def test_a_module_on_no_floor_is_refused(linted: tuple[Told, Told, Told]) -> None:
    assert set(linted[1]) == {next(iter(OFFENCES))}


def test_every_interaction_is_under_the_contract_of_strangers() -> None:
    (listed,) = (one["modules"] for one in CONTRACTS if one["type"] == "independence")
    assert sorted(one.rpartition(".")[2] for one in listed) == sorted(INTERACTIONS)


# What imports cannot say: each rule reads one module and gives the lines that break it

Rule = Callable[[str, ast.Module], Iterator[int]]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
HEAVY = frozenset({"numpy", "scipy"})
"""Packages that may be imported inside a function, because importing them takes so long."""
LAST_RESORT = frozenset({"quizapp/web/errors.py", "quizapp/web/lane.py", "quizapp/store/transaction.py"})
"""Where every error may be caught: the last-resort handler, the fast lane, which leaves it to that handler,
and the writer, which hands it to its caller."""
CATCHERS = frozenset({"suppress", "register_error_handler", "errorhandler"})
FORBIDDEN_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"})
CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    | {"time.localtime", "time.gmtime"}
)


@cache
def _by_kind(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    """Every node of a module by its kind, walked once for all rules."""
    held: dict[type[ast.AST], list[ast.AST]] = {}
    for node in ast.walk(tree):
        held.setdefault(type(node), []).append(node)
    return held


def _nodes(tree: ast.Module, *kinds: type[ast.AST]) -> Iterator[Any]:
    """The nodes of a module that are of some kinds."""
    return chain.from_iterable(_by_kind(tree).get(kind, ()) for kind in kinds)


def _name(node: ast.AST) -> str:
    """The last two words of a dotted name; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value).rpartition('.')[2]}.{node.attr}"
    return ""


def commits(path: str, tree: ast.Module) -> Iterator[int]:
    """Only store/transaction.py commits; the accounts library's own session is the next rule's matter."""
    if path == "quizapp/store/transaction.py":
        return
    for node in _nodes(tree, ast.Attribute):
        if node.attr == "commit" and _name(node.value) != "db.session":
            yield node.lineno


def sessions(path: str, tree: ast.Module) -> Iterator[int]:
    """Only store/transaction.py and store/accounts.py name a session of the ORM."""
    if path in {"quizapp/store/transaction.py", "quizapp/store/accounts.py"}:
        return
    for node in _nodes(tree, ast.Attribute):
        if _name(node) == "db.session":
            yield node.lineno
    for node in _nodes(tree, ast.ImportFrom):
        named = {one.name for one in node.names}
        if node.module == "sqlalchemy.orm" and named & {"Session", "sessionmaker", "scoped_session"}:
            yield node.lineno


def clocks(path: str, tree: ast.Module) -> Iterator[int]:
    """Only services/clock.py asks what time it is; `monotonic` measures, it tells no time."""
    if path == "quizapp/services/clock.py":
        return
    for node in _nodes(tree, ast.ImportFrom):
        if any(f"{node.module}.{one.name}" in CLOCKS for one in node.names):
            yield node.lineno
    for node in _nodes(tree, ast.Attribute):
        if _name(node) in CLOCKS:
            yield node.lineno


def inner_imports(path: str, tree: ast.Module) -> Iterator[int]:
    """No import stands inside a function, but for the heavy packages."""
    bodies = [range(one.lineno, one.end_lineno + 1) for one in _nodes(tree, *FUNCTIONS)]
    for node in _nodes(tree, ast.Import, ast.ImportFrom):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or "."]
        heavy = all(one.partition(".")[0] in HEAVY for one in names)
        if not heavy and any(node.lineno in body for body in bodies):
            yield node.lineno


def catch_alls(path: str, tree: ast.Module) -> Iterator[int]:
    """Nothing swallows every error; what is caught only to be raised again is not swallowed."""
    if path in LAST_RESORT:
        return
    for node in _nodes(tree, ast.ExceptHandler, ast.Call):
        kinds: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            raised_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if not raised_again:
                kinds = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
        elif _name(node.func).rpartition(".")[2] in CATCHERS:
            kinds = [*node.args]
        if any(one is None or _name(one) in {"Exception", "BaseException"} for one in kinds):
            yield node.lineno


def evaluations(path: str, tree: ast.Module) -> Iterator[int]:
    """Nothing runs text as code, and no template is made of data."""
    for node in _nodes(tree, ast.Call):
        called = _name(node.func)
        if called in {"eval", "exec", "compile", "__import__"} or called.rpartition(".")[2] in {
            "render_template_string",
            "from_string",
        }:
            yield node.lineno


def module_names(path: str, tree: ast.Module) -> Iterator[int]:
    """No module is named for being of use to somebody."""
    words = {word for one in Path(path).with_suffix("").parts for word in one.split("_")}
    if words & FORBIDDEN_NAMES:
        yield 1


def docstrings(path: str, tree: ast.Module) -> Iterator[int]:
    """Every module says what it is for, and so does every function and class that others may use."""
    if not ast.get_docstring(tree) and path != "quizapp/__init__.py":
        yield 1
    for node in tree.body:
        named = isinstance(node, (*FUNCTIONS, ast.ClassDef))
        if named and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.lineno


def formats(path: str, tree: ast.Module) -> Iterator[int]:
    """Formats are strangers: a module of one knows no module of another; the first word names the format."""
    if not path.startswith("quizapp/bank/formats/"):
        return
    own = Path(path).stem.partition("_")[0]
    for node in _nodes(tree, ast.Import, ast.ImportFrom):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names += [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            other = re.match(r"quizapp\.bank\.formats\.([a-z0-9]+)", name)
            if other and other[1] != own:
                yield node.lineno


RULES: dict[Rule, tuple[tuple[str, str], ...]] = {
    commits: (("services/x.py", "conn.commit()"), ("store/x.py", "done = session.commit")),
    sessions: (
        ("services/x.py", "db.session.add(row)"),
        ("store/x.py", "from sqlalchemy.orm import Session"),
        ("web/x.py", "tables.db.session.commit()"),
    ),
    clocks: (
        ("web/x.py", "at = datetime.now(UTC)"),
        ("store/x.py", "at = datetime.datetime.utcnow()"),
        ("assessment/x.py", "from time import time"),
        ("services/x.py", "late = time.time() > deadline"),
        ("services/x.py", "date.today()"),
    ),
    inner_imports: (
        ("web/x.py", "def view():\n    import json"),
        ("web/x.py", "def view():\n    from quizapp import app"),
        ("web/x.py", "class A:\n    def b(self):\n        if self:\n            import numpy, os"),
    ),
    catch_alls: (
        ("web/x.py", "try:\n    save()\nexcept Exception:\n    pass"),
        ("web/x.py", "try:\n    save()\nexcept (ValueError, BaseException) as e:\n    raise Other from e"),
        ("web/x.py", "try:\n    save()\nexcept:\n    pass"),
        ("web/x.py", "with contextlib.suppress(Exception):\n    save()"),
        ("web/x.py", "app.register_error_handler(Exception, handle)"),
    ),
    evaluations: (
        ("finance/x.py", "eval(formula)"),
        ("finance/x.py", "exec(formula, {})"),
        ("finance/x.py", "code = compile(formula, '', 'eval')"),
        ("web/x.py", "flask.render_template_string(item.stem)"),
        ("web/x.py", "app.jinja_env.from_string(item.stem)"),
    ),
    module_names: (
        ("web/utils.py", ""),
        ("services/helpers/x.py", ""),
        ("store/session_manager.py", ""),
        ("common.py", ""),
    ),
    docstrings: (
        ("web/x.py", "x = 1"),
        ("web/x.py", '"""A module."""\ndef view():\n    return 1'),
        ("web/x.py", '"""A module."""\nclass View:\n    pass'),
    ),
    formats: (
        ("bank/formats/gift.py", "from quizapp.bank.formats.native import FORMAT"),
        ("bank/formats/gift_writer.py", "from quizapp.bank.formats import native_writer"),
        ("bank/formats/gift.py", "import quizapp.bank.formats.native_writer"),
    ),
}
"""Each rule with modules that break it."""
SOUND = '''"""What every rule lets through."""

import re

WORD = re.compile("a+")


def first(site, conn):
    """The first word at this site's time."""
    try:
        return site.now(), conn.begin(), WORD.match("a")
    except (ValueError, OSError):
        raise
    except BaseException:
        conn.close()
        raise
'''


@pytest.fixture(scope="module")
def trees() -> Iterator[dict[str, ast.Module]]:
    gc.disable()  # nothing is thrown away here, and looking for it takes as long as reading the modules
    yield {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    }
    gc.enable()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks_the_rule(trees: dict[str, ast.Module], rule: Rule) -> None:
    assert [f"{path}:{line}" for path, tree in trees.items() for line in rule(path, tree)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_control_the_rule_bites(rule: Rule) -> None:
    assert list(rule("quizapp/web/x.py", ast.parse(SOUND))) == []
    for path, text in RULES[rule]:
        assert list(rule(f"quizapp/{path}", ast.parse(text))), text


def test_the_package_itself_is_empty() -> None:
    assert (PACKAGE / "__init__.py").read_text() == ""


# One word names a column on every floor


def _misnamed(root: Path) -> list[str]:
    """The columns of the web that lack a service, templates or, but for results, queries of their name."""
    missing = []
    for file in sorted((root / "quizapp" / "web").glob("*.py")):
        if not re.search(r"^column = Column\(", file.read_text(), re.MULTILINE):
            continue
        floors = [f"quizapp/services/{file.stem}.py", f"templates/{file.stem}"]
        # A result is read from its attempt's rows.
        floors += [] if file.stem == "results" else [f"quizapp/store/{file.stem}.py"]
        missing += [one for one in floors if not (root / one).exists()]
        if not re.search(rf'^column = Column\(\s*"{file.stem}"', file.read_text(), re.MULTILINE):
            missing.append(f"the column in {file.name} has another name")
    return missing


def test_a_column_has_the_same_name_on_every_floor() -> None:
    assert _misnamed(ROOT) == []


def test_control_a_column_that_stands_on_one_floor_only_is_found(tmp_path: Path) -> None:
    (tmp_path / "quizapp" / "web").mkdir(parents=True)
    (tmp_path / "quizapp" / "web" / "grades.py").write_text('column = Column("marks", __name__)\n')
    assert _misnamed(tmp_path) == [
        "quizapp/services/grades.py",
        "templates/grades",
        "quizapp/store/grades.py",
        "the column in grades.py has another name",
    ]


# Each guarantee has its check and its control


PLANTED = """
def test_t01_a_thing_holds(): ...
def test_t01_control_the_thing_fails_without_its_guard(): ...
def test_t02_a_thing_holds(): ...
class TestMore:
    def test_t03_control_a_lonely_control(): ...
def test_t1_no_id(): ...
"""


def test_control_a_guarantee_without_check_or_control_is_told() -> None:
    found = pairs_in({"tests/test_x.py": PLANTED})
    assert sorted(found) == ["T01", "T02", "T03"]
    assert lacking(found, ("T01", "T02", "T03", "T04")) == [
        "T02 has no control",
        "T03 has no check",
        "T04 has no check",
        "T04 has no control",
    ]


def test_the_pairs_are_printed_and_any_failure_skip_or_gap_is_told() -> None:
    check, control = "tests/test_x.py::test_t01_a", "tests/test_x.py::test_t01_control_b"
    found = dict.fromkeys(controls.REQUIRED, Pair((check,), (control,)))
    passed = {check: ["passed", "passed"], control: ["passed"]}
    lines, good = report(found, passed)
    assert good
    assert [line.split(maxsplit=2)[:2] for line in lines[:2]] == [["A01", "check"], ["control", "passed"]]
    for one in ("failed", "skipped"):
        assert not report(found, passed | {control: [one]})[1]
    assert not report(found, {check: ["passed"]})[1]
    assert not report({}, {})[1]
    assert [verdict(one) for one in ([], ["passed", "failed"])] == ["not run", "failed"]


def test_the_plugin_runs_safety_tests_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # A folder's own conftest makes pytest sort its plugins, this one among them.
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conftest.py").touch()
    planted = tmp_path / "one" / "test_planted.py"
    (tmp_path / "other" / "test_another.py").write_text("def test_another(): assert False\n")
    planted.write_text(
        "def test_t01_a(): pass\ndef test_t01_control_b(): assert False\ndef test_another(): assert False\n"
    )
    outcomes = Outcomes()
    here = str(tmp_path)
    words = ["-q", "--tb=no", "-p", "no:cacheprovider", "-c", "/dev/null"]
    words += ["--rootdir", here, "--confcutdir", here, here]
    assert pytest.main(words, plugins=[outcomes]) == pytest.ExitCode.TESTS_FAILED
    assert {name.rpartition("::")[2]: ends for name, ends in outcomes.ended.items()} == {
        "test_t01_a": ["passed"],
        "test_t01_control_b": ["failed"],
    }
