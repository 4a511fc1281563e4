"""What identifies a variant that was dealt: its version, what counts as its key, and its seed."""

from dataclasses import dataclass
from random import Random

from quizapp.assessment.codec import digest, version_of
from quizapp.assessment.item import Item
from quizapp.assessment.variants.document import template_to_document, version_of_template
from quizapp.assessment.variants.template import ItemTemplate

SPECIMEN = 0
"""The seed of the variant that stands for its template wherever one item is shown for all."""
SEEDS = 10_000
"""How many seeds are dealt from. A bound on what is stored, since every variant dealt is kept for ever."""
_KEY = ("interaction", "values", "key", "answer")
"""The fields of a template that say what counts as right."""


@dataclass(frozen=True)
class Variant:
    """An item with the template and the seed that it was dealt from."""

    item: Item
    template: ItemTemplate
    seed: int

    @property
    def version(self) -> str:
        """A hash of item and template: an edited template makes other versions, even of the same item."""
        return digest({"item": version_of(self.item), "template": version_of_template(self.template)})

    @property
    def key_digest(self) -> str:
        """A hash that changes when what the template counts as right is computed otherwise.

        All variants of a template share it, so that it tells a mended key from another draw.
        """
        document = template_to_document(self.template)
        return digest({name: document[name] for name in _KEY if name in document})


def seed_for(attempt_seed: int, item_id: str) -> int:
    """The seed by which an attempt is dealt a template: always the same one, never the specimen's."""
    return 1 + int(Random(f"{attempt_seed} {item_id}").random() * SEEDS)  # noqa: S311 - repeatable, no secret
