"""The numbers of the question bank, each computed from its item's inputs: keys, slips and options.

No result is typed here. A slip is the formula with the mistake that its misconception names. One module holds
one topic; items whose options are numbers that a fact or the stem holds as they stand are LOOKED_UP.
"""

from tests.item_figures import t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12, t13, t14
from tests.item_figures.table import Choice, Figure, Judged

TOPICS = (t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12, t13, t14)

FIGURES: dict[str, Figure] = {slug: one for topic in TOPICS for slug, one in topic.FIGURES.items()}
CHOICES: dict[str, Choice] = {slug: one for topic in TOPICS for slug, one in topic.CHOICES.items()}
JUDGED: dict[str, Judged] = {slug: one for topic in TOPICS for slug, one in topic.JUDGED.items()}
LOOKED_UP = frozenset(slug for topic in TOPICS for slug in topic.LOOKED_UP)
