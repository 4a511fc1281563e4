"""What a second reckoning of a template's key is given: the drawn parameters by name."""

from collections.abc import Callable, Mapping
from typing import Any

Names = Mapping[str, Any]
Reckoning = Callable[[Names], float]
