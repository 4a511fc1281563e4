"""Item templates at work: each booklet is dealt a variant of its own; authors look at any by its seed."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from quizapp.assessment.access import NOT_SITTING, Ground, Sealed, release
from quizapp.assessment.assembly import BookletEntry
from quizapp.assessment.codec import item_to_document
from quizapp.assessment.errors import AssessmentError
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.item import Item
from quizapp.assessment.variants.dealing import TemplateUnsound, deal
from quizapp.assessment.variants.dealt import Origin, Variant, seed_for
from quizapp.assessment.variants.soundness import Variation, vary
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.formats.native_writer import write_document
from quizapp.services.errors import NotFound
from quizapp.store import items as rows
from quizapp.store import publishing
from quizapp.store.transaction import Store

log = logging.getLogger("quizapp")


def with_variants(
    conn: Connection, entries: Sequence[BookletEntry], seed: int
) -> tuple[tuple[BookletEntry, ...], tuple[Variant, ...]]:
    """The booklet with a variant of its own in place of each template's specimen, and those variants.

    Nothing is stored. The same attempt seed deals the same variants. Should a template have no sound draw for
    it, which no import lets pass, its specimen is dealt rather than nothing.
    """
    items = [one.item for one in entries]
    named = {one.version: one.template for one in items if one.template}
    sealed = tuple(Sealed(str(one.item_id), one.version, one.concept) for one in items if one.template)
    released = release(sealed, Ground.DEALING, holds=True, sitting=NOT_SITTING)
    dealt = {
        version: one
        for version, origin in rows.origins(conn, released, named).items()
        if (one := _dealt(origin, seed_for(seed, origin.template.id))) is not None
    }
    return (
        tuple(
            replace(one, item=replace(one.item, version=dealt[one.item.version].version))
            if one.item.version in dealt
            else one
            for one in entries
        ),
        tuple(dealt.values()),
    )


def variant_of(template: ItemTemplate | None, seed: int) -> Item:
    """The variant of a seed; raises NotFound where there is no template, or no sound draw for that seed."""
    if template is None:
        raise NotFound
    try:
        return deal(template, seed, standard())
    except TemplateUnsound:
        raise NotFound from None


def _dealt(origin: Origin, seed: int) -> Variant | None:
    try:
        return origin.deal(seed)
    except AssessmentError:
        log.exception("template %s has no variant for seed %s", origin.template.id, seed)
        return None


def preview(store: Store, slug: str, seed: int, bank: str | None = None) -> str:
    """The variant of a seed of a stored template, as a file holds items; raises NotFound without one."""
    return write_document(item_to_document(variant_of(_template(store, slug, bank), seed)))


def variation(store: Store, slug: str, count: int, bank: str | None = None) -> Variation:
    """What so many seeds of a stored template give; raises NotFound for none of that id."""
    template = _template(store, slug, bank)
    if template is None:
        raise NotFound
    return vary(template, count, standard(), first_seed=1)


def _template(store: Store, slug: str, bank: str | None) -> ItemTemplate | None:
    with store.read() as conn:
        for one in rows.all_banks(conn):
            found = publishing.held_items(conn, one.id).get(slug) if bank in (None, one.slug) else None
            if found:
                sealed = (Sealed(slug, found.version, found.concept),)
                released = release(sealed, Ground.PREVIEW, holds=True, sitting=NOT_SITTING)
                return rows.templates(conn, released).get(found.version)
    return None
