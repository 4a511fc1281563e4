"""Every published figure comes out of the formulas, through an adapter that holds names only."""

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests import figures
from tests.figures import figures_in, outcome, report

HERE = Path(__file__).parent
GIVEN = figures_in(HERE / "figures.csv")
MORE = figures_in(HERE / "more_figures.csv")
ADAPTER = [HERE / "adapter.py", HERE / "table.py"]
REFUSED = (
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.AugAssign,
    ast.Compare,
    ast.If,
    ast.IfExp,
    ast.Match,
    ast.For,
    ast.While,
    ast.Try,
)
ARITHMETIC = {
    "sum",
    "abs",
    "round",
    "pow",
    "divmod",
    "min",
    "max",
    "eval",
    "exec",
    "reduce",
    "operator",
    "math",
}


def test_every_published_figure_comes_out_within_its_precision():
    assert [figure for figure in GIVEN + MORE if not figure.source.strip()] == []
    missed = [one for one in map(outcome, GIVEN + MORE) if not one.agrees]
    assert not missed, report(missed)


def test_none_of_the_tables_rows_is_left_out():
    assert (len(GIVEN), len(MORE)) == (119, 139)


def test_a_figure_that_is_off_by_more_than_its_precision_is_noticed():
    off = [
        replace(figure, expected=figure.expected + 3 * figure.precision + Decimal("1e-12"))
        for figure in GIVEN + MORE
    ]
    assert [figure for figure in off if outcome(figure).agrees] == []


# The command


def table(tmp_path: Path, *rows: str) -> str:
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["family,description,inputs,expected,precision,source", *rows]) + "\n")
    return str(path)


def test_the_command_counts_what_agrees_and_succeeds(tmp_path, capsys):
    rows = table(
        tmp_path, 'tbill,a price,"{""fn"": ""bill_price"", ""d"": 0.0761, ""r"": 90}",98.0975,5e-7,x'
    )
    assert figures.main([rows]) == 0
    assert capsys.readouterr().out == "1 figures: 1 agree, 0 miss, 0 cannot be computed\n"


def test_the_command_prints_each_row_that_misses_with_both_numbers(tmp_path, capsys):
    rows = table(tmp_path, 'tbill,a price,"{""fn"": ""bill_price"", ""d"": 0.0761, ""r"": 90}",98.1,5e-7,x')
    assert figures.main([rows]) == 1
    missed, counts = capsys.readouterr().out.splitlines()
    assert missed == (
        "misses: tbill: a price: expected 98.1, computed 98.0975, difference -0.0025 (precision 5E-7)"
    )
    assert counts == "1 figures: 0 agree, 1 miss, 0 cannot be computed"


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ('{""fn"": ""nothing""}', "unknown function 'nothing'"),
        (
            '{""fn"": ""bill_price"", ""d"": 0.05, ""r"": 90, ""moon"": 1}',
            "bill_price knows no argument moon",
        ),
        ('{""fn"": ""bill_price"", ""d"": 0.05}', "bill_price: TypeError"),
        ('{""fn"": ""bill_price"", ""d"": 0.05, ""r"": 0}', "bill_price: OutOfRange"),
        ('{""fn"": ""ust_price"", ""kind"": ""lunar""}', "ust_price knows no argument kind"),
        ('{""fn"": ""coup"", ""what"": ""phase""}', "unknown function 'coup'"),
    ],
)
def test_the_command_names_what_it_cannot_compute(tmp_path, capsys, inputs, reason):
    assert figures.main([table(tmp_path, f'tbill,odd,"{inputs}",1,0,x')]) == 1
    said, counts = capsys.readouterr().out.splitlines()
    assert said.startswith("cannot be computed: tbill: odd: ")
    assert reason in said
    assert counts == "1 figures: 0 agree, 0 miss, 1 cannot be computed"


def test_the_command_refuses_a_file_of_another_shape(tmp_path, capsys):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    assert figures.main([str(path)]) == 2
    assert "no column description" in capsys.readouterr().err
    assert figures.main([table(tmp_path, "tbill,a list,[1],1,0,x")]) == 2
    assert "no object" in capsys.readouterr().err
    assert figures.main([table(tmp_path, "tbill,no json,{fn},1,0,x")]) == 2
    assert figures.main([str(tmp_path / "missing.csv")]) == 2
    assert figures.main([]) == 2


# The adapter holds names and their order only


def computing(source: str) -> list[str]:
    """What in a module computes or decides: operators, comparisons, branches, loops, arithmetic by name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, REFUSED) or (isinstance(node, ast.comprehension) and node.ifs):
            found.append(type(node).__name__)
        if isinstance(node, ast.Name) and node.id in ARITHMETIC:
            found.append(node.id)
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.extend(one.name for one in node.names if one.name in ARITHMETIC)
    return found


@pytest.mark.parametrize("path", ADAPTER, ids=lambda path: path.name)
def test_the_adapter_computes_and_decides_nothing(path):
    assert computing(path.read_text(encoding="utf-8")) == []


PLANTED = {
    "rate = row['C'] / 100": "BinOp",
    "rate = -row['C']": "UnaryOp",
    "total += row['a']": "AugAssign",
    "kind = row['a'] or 1": "BoolOp",
    "price = 1 if row['clean'] else 2": "IfExp",
    "given = row['a'] > 1": "Compare",
    "for one in row:\n    pass": "For",
    "def f(row):\n    if row:\n        return 1": "If",
    "names = [one for one in row if one]": "comprehension",
    "total = sum(row)": "sum",
    "import math": "math",
}


def test_control_arithmetic_or_a_decision_in_the_adapter_is_caught():
    assert {planted for planted, what in PLANTED.items() if computing(planted) != [what]} == set()
