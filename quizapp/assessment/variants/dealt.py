"""What identifies a variant that was dealt: its version, what counts as its key, and its seed."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from quizapp.assessment.codec import canonical, digest, version_of
from quizapp.assessment.formulas.functions import Language
from quizapp.assessment.item import Item
from quizapp.assessment.variants.dealing import Dealer
from quizapp.assessment.variants.document import (
    dump_template,
    key_digest_of_template,
    version_of_template,
)
from quizapp.assessment.variants.template import ItemTemplate

SPECIMEN = 0
"""The seed of the variant that stands for its template wherever one item is shown for all."""
SEEDS = 10_000
"""How many seeds are dealt from. A bound on what is stored, since every variant dealt is kept for ever."""


class Origin:
    """A template, with what all variants of it share worked out once."""

    def __init__(self, template: ItemTemplate, language: Language) -> None:
        self.template = template
        self._language = language

    @cached_property
    def version(self) -> str:
        """The template's version."""
        return version_of_template(self.template)

    @cached_property
    def document(self) -> str:
        """The template as it is stored."""
        return canonical(dump_template(self.template)).decode()

    @cached_property
    def key_digest(self) -> str:
        """What it counts as right, as a hash."""
        return key_digest_of_template(self.template)

    @cached_property
    def _dealer(self) -> Dealer:
        return Dealer(self.template, self._language)

    def deal(self, seed: int) -> "Variant":
        """The variant of a seed; raises TemplateUnsound where no draw is valid."""
        return Variant(self._dealer.deal(seed), self, seed)


@dataclass(frozen=True)
class Variant:
    """An item with the template and the seed that it was dealt from."""

    item: Item
    origin: Origin
    seed: int

    @cached_property
    def version(self) -> str:
        """A hash of item and template: an edited template makes other versions, even of the same item."""
        return digest({"item": version_of(self.item), "template": self.origin.version})


def seed_for(attempt_seed: int, item_id: str) -> int:
    """The seed by which an attempt is dealt a template: always the same one, never the specimen's."""
    return 1 + int(Random(f"{attempt_seed} {item_id}").random() * SEEDS)  # noqa: S311 - repeatable, no secret
