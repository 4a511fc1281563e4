"""The numbers of the items of topic 13, each computed from its inputs."""

from collections.abc import Mapping

from tests.item_figures.table import Choice, D, Figure, Judged


def t13_runoff_cap() -> Choice:
    maturing, cap = D(38), D(5)
    return Choice(
        key=lambda: maturing - cap,
        slips={
            "runoff-without-reinvestment": lambda: maturing - maturing,
            "cap-on-reinvestment": lambda: cap,
            "full-reinvestment-during-runoff": lambda: maturing,
        },
    )


FIGURES: Mapping[str, Figure] = {}

CHOICES: Mapping[str, Choice] = {
    "t13-runoff-cap": t13_runoff_cap(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t13-debt-limit-july-2025",
    }
)
