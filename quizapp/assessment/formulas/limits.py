"""How large a formula and its numbers may grow: the budgets that keep every evaluation short."""

from dataclasses import dataclass
from decimal import Context, DivisionByZero, InvalidOperation, Overflow, Underflow
from functools import cached_property


@dataclass(frozen=True)
class Limits:
    """The budgets of one formula; none of them is measured by a clock.

    `steps` are charged one for each part of the formula, and twenty for each call of a finance formula and
    each payment, period or value of a list that the call may have to loop over. They suffice for two calls
    over a bond of 30 years; what needs more of them is written as several values.
    """

    characters: int = 2_000
    tokens: int = 400
    depth: int = 40
    items: int = 120
    literal_digits: int = 30
    digits: int = 50
    exponent: int = 100
    steps: int = 3_000

    def context(self) -> Context:
        """A fresh context of the working precision, in which nothing infinite or undefined passes."""
        return self._context.copy()

    @cached_property
    def _context(self) -> Context:
        return Context(
            prec=self.digits,
            Emax=self.exponent,
            Emin=-self.exponent,
            traps=[DivisionByZero, InvalidOperation, Overflow, Underflow],
        )


LIMITS = Limits()
