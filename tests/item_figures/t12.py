"""The numbers of the items of topic 12, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import risk
from tests.item_figures.table import Choice, D, Figure, Judged


def t12_norland_loss_on_the_rest() -> Choice:
    held, sold, modified, rise = D(300), D(60), D("4.0"), D("0.0020")
    lost = -risk.price_change(modified, rise)
    return Choice(
        key=lambda: (held - sold) * lost,
        slips={
            "loss-on-the-sold-part": lambda: sold * lost,
            "sold-part-not-taken-off": lambda: held * lost,
            "basis-point-slip": lambda: -(held - sold) * risk.price_change(modified, 10 * rise),
        },
    )


FIGURES: Mapping[str, Figure] = {}

CHOICES: Mapping[str, Choice] = {
    "t12-norland-loss-on-the-rest": t12_norland_loss_on_the_rest(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
