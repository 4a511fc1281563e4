"""Topic 9: what the template's key comes to, reckoned apart from the finance formulas."""

from fractions import Fraction

from tests.bank_templates.reckoning import Names, Reckoning


def t09_change_of_share_drawn(names: Names) -> float:
    first, others = Fraction(names["first"]), Fraction(names["others_first"])
    step, more = Fraction(names["step"]), Fraction(names["others_step"])
    # The difference of both shares over a common denominator.
    gained = step * others - first * more
    return float(100 * gained / ((first + others) * (first + step + others + more)))


RECKONED: dict[str, Reckoning] = {"t09-change-of-share-drawn": t09_change_of_share_drawn}
