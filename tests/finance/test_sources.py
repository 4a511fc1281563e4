"""Each formula says where it comes from, and none takes or gives a float."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import quizapp.finance

TOOLS = {"errors", "exact"}
MODULES = [one.name for one in pkgutil.iter_modules(quizapp.finance.__path__) if one.name not in TOOLS]


def formulas(name):
    module = import_module(f"quizapp.finance.{name}")
    return [
        member
        for member_name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not member_name.startswith("_")
    ]


@pytest.mark.parametrize("name", MODULES)
def test_each_formula_names_its_source_and_keeps_to_decimals(name):
    assert formulas(name)
    for formula in formulas(name):
        assert "Source:" in (formula.__doc__ or ""), formula.__name__
        assert "float" not in str(inspect.signature(formula)), formula.__name__


def test_the_check_sees_the_formulas_behind_their_decorator():
    names = {formula.__name__ for formula in formulas("bill")}
    assert {"price_from_discount", "investment_rate", "year_basis"} <= names
