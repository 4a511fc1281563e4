"""The keys of the bank's templates, each reckoned apart from the program's own finance formulas.

One module a topic, each with RECKONED: the reckoning of each template by its id.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.bank_templates.reckoning import Reckoning

RECKONED: dict[str, Reckoning] = {}
for _module in iter_modules(__path__):
    if _module.name != "reckoning":
        RECKONED |= import_module(f"{__name__}.{_module.name}").RECKONED
