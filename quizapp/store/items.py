"""Banks and items in the database: versions in two halves, the draw's dense positions, what was seen."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from quizapp.assessment.access import Released
from quizapp.assessment.assembly import DrawnItem, Place, Unit
from quizapp.assessment.blueprint import Cell
from quizapp.assessment.codec import public_item, secret_item
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.item import PublicItem, SecretItem
from quizapp.assessment.variants.dealt import Origin
from quizapp.assessment.variants.document import load_template
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.store.tables import (
    from_microseconds,
    item,
    seen_item,
    template_version,
    variant,
)
from quizapp.store.transaction import hot

T = TypeVar("T")

_PUBLICS = "SELECT version, public FROM item_version WHERE version IN ({})"
_SECRETS = """
SELECT s.version, s.secret, v.public FROM item_secret s JOIN item_version v ON v.version = s.version
 WHERE s.version IN ({})"""
_VARIANTS = "SELECT version, template FROM variant WHERE version IN ({})"

_MOST_CACHED = 20_000
_MOST_NAMED = 1000


@dataclass(frozen=True)
class StoredBank:
    """A bank as the store holds it; `document` is its head and facts as plain JSON."""

    id: int
    slug: str
    title: str
    licence: str
    document: str
    revision: int
    shipped_digest: str | None


def bank_by_slug(conn: Connection, slug: str) -> StoredBank | None:
    """The bank of that slug."""
    row = _bank.one(conn, slug=slug)
    return StoredBank(*row) if row else None


_BANKS = "SELECT id, slug, title, licence, document, revision, shipped_digest FROM bank"
_banks = hot(_BANKS + " ORDER BY slug")
_bank = hot(_BANKS + " WHERE slug = :slug")
_bank_locked = hot(_BANKS + " WHERE slug = :slug FOR UPDATE")
_head = hot("SELECT document FROM bank WHERE id = :bank_id")


def lock_bank(conn: Connection, slug: str) -> StoredBank | None:
    """The bank of that slug, kept from every other writer until this unit ends."""
    asked = _bank_locked if conn.dialect.name == "postgresql" else _bank
    row = asked.one(conn, slug=slug)
    return StoredBank(*row) if row else None


def all_banks(conn: Connection) -> tuple[StoredBank, ...]:
    """Every bank, by slug."""
    return tuple(StoredBank(*row) for row in _banks(conn))


def topic_titles(conn: Connection, bank_id: int) -> Mapping[str, str]:
    """The titles of a bank's topics by their id, in the bank's order."""
    ((document,),) = _head(conn, bank_id=bank_id)
    return _titles(document)


@lru_cache(maxsize=64)
def _titles(document: str) -> Mapping[str, str]:
    return {one["id"]: one["title"] for one in json.loads(document)["topics"]}


# Versions never change, so what was read once may be kept.
_publics: dict[str, PublicItem] = {}


def public_items(conn: Connection, versions: Collection[str]) -> dict[str, PublicItem]:
    """The public halves of some versions; a version that is not stored raises KeyError."""
    found = {one: _publics.get(one) for one in versions}
    for some in _batches([one for one, known in found.items() if known is None]):
        rows = _of_versions(_PUBLICS, len(some))(conn, **_values(len(some), version=some))
        read = {version: public_item(json.loads(text)) for version, text in rows}
        if len(_publics) > _MOST_CACHED:
            _publics.clear()
        _publics.update(read)
        found |= {one: read[one] for one in some}
    return {version: item for version, item in found.items() if item is not None}


def public_item_of(conn: Connection, version: str) -> PublicItem:
    """The public half of one version; raises KeyError where it is not stored."""
    return _publics.get(version) or public_items(conn, (version,))[version]


def secret_items(conn: Connection, released: Released) -> dict[str, SecretItem]:
    """The secret halves of released versions; there is no other way to read one."""
    secrets = {}
    for some in _batches(sorted(released.versions)):
        rows = _of_versions(_SECRETS, len(some))(conn, **_values(len(some), version=some))
        for version, secret, public in rows:
            secrets[version] = secret_item(json.loads(public)["interaction"], json.loads(secret))
    return secrets


def template_versions(conn: Connection, versions: Collection[str]) -> dict[str, str]:
    """The templates' versions of those item versions that were dealt from one, by item version."""
    found: dict[str, str] = {}
    for some in _batches(sorted(versions)):
        rows = _of_versions(_VARIANTS, len(some))(conn, **_values(len(some), version=some))
        found.update((version, template) for version, template in rows)
    return found


# As with the public halves: versions never change.
_origins: dict[str, Origin] = {}


def origins(conn: Connection, released: Released, named: Mapping[str, str]) -> dict[str, Origin]:
    """The templates of released item versions, by item version; `named` says which is whose."""
    named = {version: template for version, template in named.items() if version in released.versions}
    known = {one: _origins.get(one) for one in named.values()}
    for some in _batches(sorted(one for one, origin in known.items() if origin is None)):
        rows = conn.execute(select(template_version).where(template_version.c.version.in_(some)))
        read = {version: Origin(load_template(json.loads(text)), standard()) for version, text in rows}
        if len(_origins) > _MOST_CACHED:
            _origins.clear()
        _origins.update(read)
        known |= read
    return {version: origin for version, template in named.items() if (origin := known[template])}


def templates(conn: Connection, released: Released) -> dict[str, ItemTemplate]:
    """The templates of released item versions alone; those of no template are left out."""
    named = template_versions(conn, released.versions)
    return {version: one.template for version, one in origins(conn, released, named).items()}


def _batches(named: Sequence[T]) -> Iterable[Sequence[T]]:
    """As many at once as one statement may name."""
    return (named[start : start + _MOST_NAMED] for start in range(0, len(named), _MOST_NAMED))


@lru_cache(maxsize=256)
def _of_versions(statement: str, count: int) -> hot:
    """A statement about so many versions."""
    return hot(statement.format(", ".join(f":{name}" for name in _named(count, "version"))))


def _count(cells: int) -> str:
    """One look at the end of the index for each cell, in one statement."""
    return f"""
WITH wanted (topic, difficulty) AS (VALUES {_rows(cells, "topic", "difficulty")})
SELECT w.topic, w.difficulty,
       (SELECT max(p.position) FROM draw_position p
         WHERE p.bank_id = b.id AND p.revision = b.revision
           AND p.topic = w.topic AND p.difficulty = w.difficulty), NULL
  FROM wanted w CROSS JOIN bank b WHERE b.id = :bank_id"""  # noqa: S608 - names of parameters, no values


# The places of what an account has seen in those topics: one look into the index for each seen item.
_SEEN = """
 UNION ALL
SELECT p.topic, p.difficulty, p.position, max(s.last_at)
  FROM seen_item s JOIN item i ON i.id = s.item_id
  JOIN bank b ON b.id = i.bank_id
  JOIN draw_position p ON p.bank_id = b.id AND p.revision = b.revision AND p.unit_key = i.unit_key
 WHERE s.account_id = :account_id AND b.id = :bank_id AND i.topic IN (SELECT w.topic FROM wanted w)
 GROUP BY p.topic, p.difficulty, p.position"""


@lru_cache(maxsize=256)
def _counting(cells: int) -> hot:
    return hot(_count(cells))


@lru_cache(maxsize=256)
def _surveying(cells: int) -> hot:
    return hot(_count(cells) + _SEEN)


@lru_cache(maxsize=256)
def _fetching(places: int) -> hot:
    """The units at some places: each place is one look into the index, however large the bank."""
    return hot(f"""
WITH wanted (topic, difficulty, position) AS (VALUES {_rows(places, "topic", "difficulty", "position")})
SELECT p.topic, p.difficulty, p.position, p.unit_key, i.id, i.version, i.concept, s.last_at, t.template
  FROM wanted w CROSS JOIN bank b
  JOIN draw_position p
    ON p.bank_id = b.id AND p.revision = b.revision
   AND p.topic = w.topic AND p.difficulty = w.difficulty AND p.position = w.position
  JOIN item i ON i.bank_id = p.bank_id AND i.unit_key = p.unit_key AND i.status = 'live'
  LEFT JOIN seen_item s ON s.item_id = i.id AND s.account_id = :account_id
  LEFT JOIN variant t ON t.version = i.version
 WHERE b.id = :bank_id ORDER BY p.unit_key, i.ordinal""")  # noqa: S608 - names of parameters, no values


def _rows(count: int, *names: str) -> str:
    """Rows of named parameters for VALUES: `(:topic_a, :difficulty_a), ...`."""
    rows = zip(*(_named(count, name) for name in names), strict=True)
    return ", ".join("(" + ", ".join(f":{name}" for name in row) + ")" for row in rows)


@lru_cache(maxsize=1024)
def _named(count: int, name: str) -> tuple[str, ...]:
    """Names for as many parameters, numbered in letters: parameters are named without digits."""
    return tuple(f"{name}_{str(number).translate(_DIGITS)}" for number in range(count))


_DIGITS = str.maketrans("0123456789", "abcdefghij")


def _values(count: int, **columns: Iterable[str | int]) -> dict[str, str | int]:
    """The values of such rows, given a column at a time."""
    values: dict[str, str | int] = {}
    for name, column in columns.items():
        values.update(zip(_named(count, name), column, strict=True))
    return values


def cell_counts(conn: Connection, bank_id: int, cells: Iterable[Cell]) -> dict[Cell, int]:
    """The units in each cell."""
    wanted = sorted(cells)
    if not wanted:
        return {}
    topics, difficulties = zip(*wanted, strict=True)
    values = _values(len(wanted), topic=topics, difficulty=difficulties)
    rows = _counting(len(wanted))(conn, bank_id=bank_id, **values)
    return {(topic, difficulty): 0 if last is None else last + 1 for topic, difficulty, last, _ in rows}


class Survey(NamedTuple):
    """What a draw rests on: the units in each cell, and the places and times of those that were seen."""

    counts: dict[Cell, int]
    seen: dict[Cell, dict[int, datetime]]


def survey(conn: Connection, bank_id: int, account_id: int, cells: Iterable[Cell]) -> Survey:
    """The units in each cell, and those of their topics that the account has seen, in one statement."""
    wanted = sorted(cells)
    found = Survey({}, {})
    if not wanted:
        return found
    topics, difficulties = zip(*wanted, strict=True)
    values = _values(len(wanted), topic=topics, difficulty=difficulties)
    rows = _surveying(len(wanted))(conn, bank_id=bank_id, account_id=account_id, **values)
    for topic, difficulty, position, last_at in rows:
        if last_at is None:
            found.counts[topic, difficulty] = 0 if position is None else position + 1
        else:
            found.seen.setdefault((topic, difficulty), {})[position] = from_microseconds(last_at)
    return found


def fetch_units(
    conn: Connection, bank_id: int, account_id: int, places: Sequence[Place]
) -> dict[Place, Unit]:
    """The units at some places, with whether the account has seen their items."""
    found: dict[Place, tuple[str, list[DrawnItem]]] = {}
    for some in _batches(sorted(set(places))):
        values = _values(
            len(some),
            topic=[topic for (topic, _), _ in some],
            difficulty=[difficulty for (_, difficulty), _ in some],
            position=[position for _, position in some],
        )
        rows = _fetching(len(some))(conn, bank_id=bank_id, account_id=account_id, **values)
        for topic, difficulty, position, key, item_id, version, concept, last_at, template in rows:
            drawn = DrawnItem(item_id, version, concept, last_at is not None, template)
            found.setdefault(((topic, difficulty), position), (key, []))[1].append(drawn)
    return {place: Unit(key, tuple(items)) for place, (key, items) in found.items()}


def drawn_items(
    conn: Connection, bank_id: int, account_id: int, slugs: Sequence[str]
) -> tuple[DrawnItem, ...]:
    """Named items in the order given, as they are now; those retired since are left out."""
    rows = conn.execute(
        select(
            item.c.slug, item.c.id, item.c.version, item.c.concept, seen_item.c.last_at, variant.c.template
        )
        .outerjoin(seen_item, (seen_item.c.item_id == item.c.id) & (seen_item.c.account_id == account_id))
        .outerjoin(variant, variant.c.version == item.c.version)
        .where(item.c.bank_id == bank_id, item.c.slug.in_(slugs), item.c.status == "live")
    )
    found = {
        slug: DrawnItem(item_id, version, concept, at is not None, template)
        for slug, item_id, version, concept, at, template in rows
    }
    return tuple(found[slug] for slug in slugs if slug in found)
