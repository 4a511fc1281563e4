"""How likely chance alone gives a count: tails of the binomial, the hypergeometric and chi-square."""

from math import erfc, exp, lgamma, log, pi, sqrt


def binomial_tail(hits: int, trials: int, share: float) -> float:
    """The chance of so many hits or more in so many trials."""
    if hits <= 0:
        return 1.0
    logs = (
        _choose(trials, one) + one * log(share) + (trials - one) * log(1 - share)
        for one in range(hits, trials + 1)
    )
    return min(1.0, sum(exp(one) for one in logs))


def hypergeometric_tail(hits: int, drawn: int, marked: int, total: int) -> float:
    """The chance of so many marked or more among those drawn, of whom so many are marked in total."""
    logs = (
        _choose(marked, one) + _choose(total - marked, drawn - one) - _choose(total, drawn)
        for one in range(max(hits, drawn - (total - marked)), min(drawn, marked) + 1)
    )
    return min(1.0, sum(exp(one) for one in logs))


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance of a chi-square statistic of that value or more."""
    half = value / 2
    if freedom % 2:
        term, tail, first = sqrt(2 * value / pi) * exp(-half), erfc(sqrt(half)), 3
    else:
        term, tail, first = exp(-half) * half, exp(-half), 4
    for one in range(first, freedom + 1, 2):
        tail += term
        term *= value / one
    return min(1.0, tail)


def unevenness(counts: tuple[int, ...]) -> float:
    """The chi-square statistic of counts that ought to be equal."""
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 for count in counts) / expected if expected else 0.0


def _choose(total: int, some: int) -> float:
    """The logarithm of the number of ways to choose."""
    return lgamma(total + 1) - lgamma(some + 1) - lgamma(total - some + 1)
