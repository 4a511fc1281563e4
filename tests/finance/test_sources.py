"""Each formula says where it comes from, shows its working, and takes or gives no float."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import quizapp.finance
from quizapp.finance.formula import Formula

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


@pytest.mark.parametrize("name", MODULES)
def test_each_formula_names_its_source_and_keeps_to_decimals(name):
    assert public(name)
    for formula in public(name):
        assert "Source:" in (formula.__doc__ or ""), formula.__name__
        assert "float" not in str(inspect.signature(formula)), formula.__name__


def test_the_check_sees_the_formulas_behind_their_decorator():
    names = {formula.__name__ for formula in public("bill")}
    assert {"price_from_discount", "investment_rate", "year_basis"} <= names
