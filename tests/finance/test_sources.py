"""Each formula says where it comes from, shows its working, and takes or gives no float."""

import inspect
import pkgutil
from datetime import date
from decimal import Decimal, localcontext
from importlib import import_module

import pytest
from math_core import LatexError, LatexToMathML

import quizapp.finance
from quizapp.finance.catalogue import FORMULAS
from quizapp.finance.formula import KINDS, Formula, Step, count, formula
from tests.finance.examples import EXAMPLES, example

TOOLS = {"errors", "exact", "formula", "catalogue", "root"}
MODULES = [one.name for one in pkgutil.iter_modules(quizapp.finance.__path__) if one.name not in TOOLS]


def public(name):
    """The formulas and the other functions that a module offers."""
    module = import_module(f"quizapp.finance.{name}")
    return [
        member
        for member_name, member in inspect.getmembers(module)
        if getattr(member, "__module__", "") == module.__name__ and not member_name.startswith("_")
        if isinstance(member, Formula) or inspect.isfunction(member)
    ]


def test_each_formula_names_its_source_and_keeps_to_decimals():
    for name in MODULES:
        assert public(name), name
        for one in public(name):
            assert "Source:" in (one.__doc__ or ""), (name, one.__name__)
            assert "float" not in str(inspect.signature(one)), (name, one.__name__)


def test_the_check_sees_the_formulas_behind_their_decorator():
    names = {one.__name__ for one in public("bill")}
    assert {"price_from_discount", "investment_rate", "year_basis"} <= names


def test_every_function_that_yields_one_number_is_a_formula():
    for name in MODULES:
        for one in public(name):
            gives = inspect.signature(one).return_annotation
            assert isinstance(one, Formula) or gives is not Decimal


def test_the_catalogue_holds_every_formula_that_takes_plain_arguments():
    plain = {
        one
        for name in MODULES
        for one in public(name)
        if isinstance(one, Formula) and all(given.kind in KINDS.values() for given in one.parameters)
    }
    assert set(FORMULAS.values()) == plain
    assert len(FORMULAS) == len(plain)


def test_there_is_an_example_of_every_formula_in_the_catalogue():
    assert EXAMPLES.keys() == FORMULAS.keys()


def whole(step):
    """Whether a step of a working has its finite number, its name and its expression."""
    return isinstance(step.value, Decimal) and step.value.is_finite() and step.name and step.expression


def test_every_formula_shows_its_working_and_the_last_step_is_the_result():
    faults = []
    for name, one in FORMULAS.items():
        steps = one.steps(*example(name))
        faults += [(name, step) for step in steps if not whole(step)]
        if one(*example(name)) != steps[-1].value or not one.source:
            faults.append((name, one.source, steps[-1]))
    assert faults == []


def test_every_expression_can_be_shown_as_a_formula_on_a_page():
    shown = LatexToMathML()
    for name, one in FORMULAS.items():
        for step in one.steps(*example(name)):
            assert "<math" in shown.convert_with_local_state(step.expression, displaystyle=False)
    with pytest.raises(LatexError):
        shown.convert_with_local_state(r"\frac{1}{", displaystyle=False)


def test_no_formula_depends_on_the_precision_of_the_callers_thread():
    for name, one in FORMULAS.items():
        usual = one.steps(*example(name))
        with localcontext() as coarse:
            coarse.prec = 4
            assert one.steps(*example(name)) == usual, name


# The decorator itself


@formula
def _halved(value: Decimal, times: int = 1, day: date | None = None):
    """Half of a value, so many times. Source: a test of
    the decorator.
    """
    for _ in range(times):
        value = value / 2
        yield Step("half", value, r"\frac{x}{2}")


@count
def _counted(value: Decimal):
    """A whole number. Source: a test."""
    yield Step("whole", value)


def test_calling_a_formula_gives_the_last_of_its_steps():
    assert _halved(Decimal(6), 2) == Decimal("1.5")
    assert [step.value for step in _halved.steps(Decimal(6), times=2)] == [Decimal(3), Decimal("1.5")]
    assert type(_counted(Decimal(7))) is int


def test_a_formula_tells_its_name_source_and_parameters():
    assert (_halved.name, _halved.source) == ("_halved", "a test of the decorator.")
    told = [(one.name, one.kind, one.optional) for one in _halved.parameters]
    assert told == [("value", "decimal", False), ("times", "count", True), ("day", "date", True)]
