"""Publishing a bank: immutable versions staged first, then one unit that makes them what is drawn."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from quizapp.assessment.codec import key_digest, stored_texts, version_of_stored
from quizapp.assessment.item import Item, PublicItem, Status
from quizapp.assessment.variants.dealt import Variant
from quizapp.store.tables import (
    account,
    attempt,
    bank,
    bank_revision,
    booklet_item,
    draw_position,
    item,
    item_fact,
    item_secret,
    item_version,
    to_microseconds,
)
from quizapp.store.transaction import hot

_MOST_AT_ONCE = 500


class Placed(Protocol):
    """An item as a bank places it: what is public of it, and its standing."""

    @property
    def public(self) -> PublicItem: ...

    @property
    def status(self) -> Status: ...

    @property
    def sample(self) -> bool: ...

    @property
    def unit_key(self) -> str: ...

    @property
    def facts(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class HeldItem:
    """An item as the bank holds it now: enough to compare with what a file says."""

    id: int
    slug: str
    version: str
    status: str
    sample: bool
    topic: str
    concept: str
    difficulty: int
    unit_key: str
    retired_by_hand: bool
    key_digest: str
    interaction: str
    ordinal: int


def held_items(conn: Connection, bank_id: int) -> dict[str, HeldItem]:
    """Every item of a bank by its slug."""
    rows = conn.execute(
        select(item, item_version.c.key_digest)
        .join(item_version, item_version.c.version == item.c.version)
        .where(item.c.bank_id == bank_id)
    ).mappings()
    return {
        row["slug"]: HeldItem(
            row["id"],
            row["slug"],
            row["version"],
            row["status"],
            row["sample"],
            row["topic"],
            row["concept"],
            row["difficulty"],
            row["unit_key"],
            row["retired_at"] is not None,
            row["key_digest"],
            row["interaction"],
            row["ordinal"],
        )
        for row in rows
    }


@dataclass(frozen=True)
class VersionRow:
    """A version as its rows say it: both halves as they are stored, and the hash of its key."""

    version: str
    bank: str
    slug: str
    public: str
    secret: str
    key_digest: str


def version_rows(items: Iterable[Item]) -> list[VersionRow]:
    """The versions of some items."""
    halves = ((one, *stored_texts(one)) for one in items)
    return [
        _version_row(one, version_of_stored(public, secret), public, secret, key_digest(one))
        for one, public, secret in halves
    ]


def _version_row(one: Item, version: str, public: str, secret: str, key: str) -> VersionRow:
    return VersionRow(version, one.public.bank, one.public.id, public, secret, key)


def stage_versions(conn: Connection, versions: Iterable[VersionRow], now: datetime) -> None:
    """Store some versions, both halves. Nothing is published by it."""
    _put_versions(conn, {one.version: one for one in versions}, now)


def stage_variants(conn: Connection, variants: Iterable[Variant], now: datetime) -> dict[str, str]:
    """Store some variants as versions of their items, each with its template; their hashes by slug."""
    versions = {one.version: one for one in variants}
    for one in sorted({one.origin for one in versions.values()}, key=lambda origin: origin.version):
        _put_template(conn, version=one.version, document=one.document)
    rows = (
        _version_row(one.item, version, *stored_texts(one.item), one.origin.key_digest)
        for version, one in versions.items()
    )
    _put_versions(conn, {one.version: one for one in rows}, now)
    for version, variant_ in sorted(versions.items()):
        _put_variant(conn, version=version, template=variant_.origin.version, seed=variant_.seed)
    return {one.item.public.id: version for version, one in versions.items()}


_put_template = hot(
    "INSERT INTO template_version (version, document) VALUES (:version, :document) ON CONFLICT DO NOTHING"
)
_put_variant = hot(
    "INSERT INTO variant (version, template, seed) VALUES (:version, :template, :seed) ON CONFLICT DO NOTHING"
)


def _put_versions(conn: Connection, rows: Mapping[str, VersionRow], now: datetime) -> None:
    if not rows:
        return
    known = set(
        conn.execute(select(item_version.c.version).where(item_version.c.version.in_(rows))).scalars()
    )
    new = [rows[version] for version in sorted(rows) if version not in known]
    if not new:
        return
    conn.execute(
        insert(item_version),
        [
            {
                "version": one.version,
                "bank_slug": one.bank,
                "slug": one.slug,
                "public": one.public,
                "key_digest": one.key_digest,
                "stored_at": now,
            }
            for one in new
        ],
    )
    conn.execute(insert(item_secret), [{"version": one.version, "secret": one.secret} for one in new])


def add_bank(conn: Connection, slug: str, title: str, licence: str, document: str) -> int:
    """A new bank at revision 0, which nothing has been published in; its id."""
    return int(
        conn.execute(
            insert(bank)
            .values(slug=slug, title=title, licence=licence, document=document, revision=0)
            .returning(bank.c.id)
        ).scalar_one()
    )


def set_head(conn: Connection, bank_id: int, values: Mapping[str, Any]) -> None:
    """Change what a bank says of itself."""
    conn.execute(update(bank).where(bank.c.id == bank_id).values(**values))


@dataclass(frozen=True)
class ItemRow:
    """An item as its row in a bank says it, and the facts that it rests on."""

    slug: str
    values: Mapping[str, Any]
    facts: tuple[str, ...]


def item_rows(items: Iterable[tuple[int, Placed]], versions: Mapping[str, str]) -> list[ItemRow]:
    """The rows of some items that are staged; each comes with its ordinal."""
    return [
        ItemRow(
            one.public.id, _item_columns(one, versions[one.public.id], ordinal), tuple(sorted(set(one.facts)))
        )
        for ordinal, one in items
    ]


def put_items(conn: Connection, bank_id: int, rows: Sequence[ItemRow], held: Mapping[str, HeldItem]) -> None:
    """Make staged versions the items of a bank.

    An item retired by hand stays retired. Rows that stand as they should are left alone. Saves wait for it on
    SQLite: nothing is done here that can be done before.
    """
    fresh, changed, resting = [], list[dict[str, Any]](), list[tuple[str, int, str]]()
    for one in rows:
        known = held.get(one.slug)
        if known is None:
            fresh.append((bank_id, one.slug, *one.values.values()))
        else:
            values = dict(one.values)
            if known.retired_by_hand:
                values["status"] = Status.RETIRED.value
            if all(
                getattr(known, name) == values[name] for name in ("version", "status", "sample", "ordinal")
            ):
                continue
            changed.append({"known": known.id, **values})
        resting += [(fact, bank_id, one.slug) for fact in one.facts]
    _for_all(conn, _ADD_ITEM, fresh)
    for start in range(0, len(changed), _MOST_AT_ONCE):
        some = changed[start : start + _MOST_AT_ONCE]
        conn.execute(update(item).where(item.c.id == bindparam("known")), some)
        conn.execute(delete(item_fact).where(item_fact.c.item_id.in_([one["known"] for one in some])))
    _for_all(conn, _ADD_FACT, resting)


_COLUMNS = (
    *("version", "status", "sample", "topic", "subtopic", "concept", "level", "difficulty"),
    *("interaction", "unit_key", "ordinal", "search_text"),
)
_PLACES = ", ".join(f"{{{place}}}" for place in range(2 + len(_COLUMNS)))
_ADD_ITEM = f"INSERT INTO item (bank_id, slug, {', '.join(_COLUMNS)}) SELECT {_PLACES} FROM {{rows}}"  # noqa: S608
_ADD_FACT = """
INSERT INTO item_fact (item_id, fact)
SELECT item.id, {0} FROM {rows} CROSS JOIN item WHERE item.bank_id = {1} AND item.slug = {2}
"""


def _for_all(conn: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for some rows of values, which it names `{0}`, `{1}` and so on, from `{rows}`.

    SQLite takes all of them at once: between two rows it would wait for the interpreter's lock each time, and
    whoever saves would wait with it.
    """
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        values = [f"json_extract(value, '$[{place}]')" for place in range(len(rows[0]))]
        conn.exec_driver_sql(sql.format(*values, rows="json_each(?)"), (json.dumps(rows),))
    else:
        marks = ["%s"] * len(rows[0])
        conn.exec_driver_sql(sql.format(*marks, rows="(SELECT 1) once"), list(rows))


def _item_columns(one: Placed, version: str, ordinal: int) -> dict[str, Any]:
    public = one.public
    values = (
        *(version, one.status.value, one.sample, public.topic, public.subtopic, public.concept),
        *(public.level.value, public.difficulty, public.interaction, one.unit_key, ordinal),
        f"{public.id} {public.stem}".casefold()[:4000],
    )
    return dict(zip(_COLUMNS, values, strict=True))


def retire_items(conn: Connection, item_ids: Collection[int]) -> None:
    """Retire items because a file no longer holds them."""
    conn.execute(update(item).where(item.c.id.in_(item_ids)).values(status=Status.RETIRED.value))


_revision = hot("SELECT revision FROM bank WHERE id = :bank_id")
_rebuild = hot("""
INSERT INTO draw_position (bank_id, revision, topic, difficulty, position, unit_key, size)
SELECT bank_id, :revision, topic, difficulty,
       row_number() OVER (PARTITION BY topic, difficulty ORDER BY unit_key) - 1, unit_key, size
  FROM (SELECT bank_id, topic, unit_key, count(*) AS size,
               CAST(round(avg(difficulty * 1.0)) AS INTEGER) AS difficulty
          FROM item i
         WHERE bank_id = :bank_id AND NOT sample AND NOT (status = 'retired' AND retired_at IS NULL)
         GROUP BY bank_id, topic, unit_key
        HAVING min(CASE WHEN status = 'live' THEN 1 ELSE 0 END) = 1) units
""")
_forget = hot("DELETE FROM draw_position WHERE bank_id = :bank_id AND revision < :revision")
_renew = hot("UPDATE bank SET revision = :revision WHERE id = :bank_id")
_note = hot("""
INSERT INTO bank_revision (bank_id, revision, origin, account_id, published_at, summary)
VALUES (:bank_id, :revision, :origin, :account_id, :now, :summary)
""")


def publish(
    conn: Connection,
    bank_id: int,
    origin: str,
    account_id: int | None,
    summary: Mapping[str, Any],
    now: datetime,
) -> int:
    """Make the bank's items what is drawn: a new revision with dense positions; its number.

    A case set is drawn without the items that its files have retired, and not at all while one of the others
    is a draft or was retired by hand; its difficulty is the mean of its items, rounded.
    """
    ((last,),) = _revision(conn, bank_id=bank_id)
    revision = int(last) + 1
    for one in (_rebuild, _forget, _renew):
        one(conn, bank_id=bank_id, revision=revision)
    _note(
        conn,
        bank_id=bank_id,
        revision=revision,
        origin=origin,
        account_id=account_id,
        now=to_microseconds(now),
        summary=json.dumps(summary),
    )
    return revision


def edited(conn: Connection, bank_id: int) -> bool:
    """Whether anything but what ships has been published in a bank; retiring by hand does not count."""
    return (
        conn.execute(
            select(bank_revision.c.revision).where(
                bank_revision.c.bank_id == bank_id, bank_revision.c.origin == "upload"
            )
        ).first()
        is not None
    )


def withdraw_unit(conn: Connection, bank_id: int, unit_key: str) -> None:
    """Take a unit out of the draw at once: the last position of its cell moves into the hole."""
    newest = select(bank.c.revision).where(bank.c.id == bank_id).scalar_subquery()
    here = (draw_position.c.bank_id == bank_id) & (draw_position.c.revision == newest)
    hole = (
        conn.execute(select(draw_position).where(here, draw_position.c.unit_key == unit_key))
        .mappings()
        .first()
    )
    if hole is None:
        return
    cell = (
        here & (draw_position.c.topic == hole["topic"]) & (draw_position.c.difficulty == hole["difficulty"])
    )
    last = conn.execute(select(func.max(draw_position.c.position)).where(cell)).scalar_one()
    conn.execute(delete(draw_position).where(cell, draw_position.c.position == hole["position"]))
    if last != hole["position"]:
        conn.execute(
            update(draw_position)
            .where(cell, draw_position.c.position == last)
            .values(position=hole["position"])
        )


def retire_by_hand(conn: Connection, item_id: int, now: datetime) -> None:
    """Retire one item at once, and withdraw the unit that it is drawn with."""
    row = conn.execute(select(item.c.bank_id, item.c.unit_key).where(item.c.id == item_id)).one()
    conn.execute(select(bank.c.id).where(bank.c.id == row.bank_id).with_for_update())
    conn.execute(update(item).where(item.c.id == item_id).values(status=Status.RETIRED.value, retired_at=now))
    withdraw_unit(conn, row.bank_id, row.unit_key)


@dataclass(frozen=True)
class TouchedAttempt:
    """An attempt that was dealt an item under another key, with whose it is; no e-mail once erased."""

    public_id: str
    account_id: int
    email: str | None
    started_at: datetime


@dataclass(frozen=True)
class Touched:
    """How many attempts a changed key touches, and the newest of them."""

    count: int
    newest: tuple[TouchedAttempt, ...]


def touched_by(conn: Connection, item_id: int, new_key: str, most: int) -> Touched:
    """The attempts that were dealt an item whose key was another than `new_key` then; the newest `most`."""
    query = (
        select(attempt.c.public_id, attempt.c.account_id, account.c.email, attempt.c.started_at)
        .join(booklet_item, booklet_item.c.attempt_id == attempt.c.id)
        .join(item_version, item_version.c.version == booklet_item.c.item_version)
        .join(account, account.c.id == attempt.c.account_id)
        .where(booklet_item.c.item_id == item_id, item_version.c.key_digest != new_key)
    )
    count = int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())
    rows = conn.execute(query.order_by(attempt.c.started_at.desc(), attempt.c.id.desc()).limit(most))
    return Touched(count, tuple(TouchedAttempt(*row) for row in rows))
