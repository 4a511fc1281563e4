"""Makes a database as years of use leave it: very many items, accounts, attempts and stored responses.

It grows from a database that the product has made and loaded. Bulk SQL copies its items, each under a name
and a version of its own, and lets accounts sit single-choice ones; the product's own publish makes the copies
what is drawn. Tables and indexes stay the product's, and as the product never runs ANALYZE, nor does this.
Hashes and marks are made up.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from quizapp.services.clock import system_clock
from quizapp.store.publishing import publish
from quizapp.store.transaction import Store

ASKED, ANSWERED = 50, 40
"""Questions of a grown attempt, and how many of them have a response."""
BEGAN = 1_700_000_000_000_000
EVERY = 120_000_000
"""Microseconds: when the first grown attempt began, and how long after it the next."""
_HASTE = ("journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "cache_size = -1000000")
"""Nothing need survive a crash; at most about 2 GB of memory."""

_STATEMENTS = (
    """
CREATE TEMP TABLE original AS
SELECT i.*, v.public, v.key_digest, v.stored_at, s.secret,
       (SELECT json_group_array(json_extract(o.value, '$.id')) FROM json_each(v.public, '$.body.options') o)
           AS dealt
  FROM item i JOIN item_version v ON v.version = i.version JOIN item_secret s ON s.version = i.version
 WHERE NOT i.sample AND i.version NOT IN (SELECT version FROM variant)""",
    """
CREATE TEMP TABLE copied AS
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :items)
SELECT (SELECT max(id) FROM item) + i + 1 AS id, 1 + i % o.held AS original, 1 + i / o.held AS number,
       '-' || (1 + i / o.held) AS mark, lower(hex(randomblob(32))) AS version
  FROM n CROSS JOIN (SELECT count(*) AS held FROM original) o""",
    """
INSERT INTO item_version (version, bank_slug, slug, public, key_digest, stored_at)
SELECT c.version, (SELECT slug FROM bank), o.slug || c.mark,
       json_set(o.public, '$.id', o.slug || c.mark, '$.concept', o.concept || c.mark),
       o.key_digest, o.stored_at
  FROM copied c JOIN original o ON o.rowid = c.original""",
    """
INSERT INTO item_secret (version, secret)
SELECT c.version, o.secret FROM copied c JOIN original o ON o.rowid = c.original""",
    """
INSERT INTO item (id, bank_id, slug, version, status, sample, topic, subtopic, concept, level, difficulty,
                  interaction, unit_key, ordinal, search_text)
SELECT c.id, o.bank_id, o.slug || c.mark, c.version, o.status, o.sample, o.topic, o.subtopic,
       o.concept || c.mark, o.level, o.difficulty, o.interaction, o.unit_key || c.mark,
       o.ordinal + 10000 * c.number, o.search_text
  FROM copied c JOIN original o ON o.rowid = c.original""",
    # What is dealt of an item: its version, and its options as they were ordered.
    """
CREATE TEMP TABLE card AS
SELECT c.id, c.version, o.concept || c.mark AS concept, o.dealt
  FROM copied c JOIN original o ON o.rowid = c.original WHERE o.interaction = 'single_choice'""",
    "DROP TABLE copied",
    """
CREATE TEMP TABLE place AS
WITH RECURSIVE p(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM p WHERE n < :asked) SELECT n FROM p""",
    """
INSERT INTO account (email, password, active, fs_uniquifier, role, created_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :accounts)
SELECT 'grown' || i || '@example.org', 'none', 1, lower(hex(randomblob(32))), 'candidate', :began FROM n""",
    """
INSERT INTO attempt (public_id, account_id, bank_id, revision, exam_slug, exam_version, mode, seed, state,
                     started_at, finished_at, closed_by, answers_received, last_received_at, receipt)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :attempts)
SELECT lower(hex(randomblob(11))), 1 + i % (SELECT max(id) FROM account), e.bank_id, 1, e.slug, e.version,
       'timed', i, 'closed', :began + i * :every, :began + i * :every + 3000000000, 'candidate', :answered,
       :began + i * :every + 2900000000, lower(hex(randomblob(32)))
  FROM n CROSS JOIN exam e WHERE e.slug = :exam""",
    """
INSERT INTO attempt_part (attempt_id, part, state, opened_at, deadline_at, closed_at, closed_by)
SELECT id, 0, 'closed', started_at, started_at + 3600000000, finished_at, 'candidate' FROM attempt""",
    # The questions of an attempt lie evenly over all items, those of the next a step further.
    """
INSERT INTO booklet_item (attempt_id, position, part, item_id, item_version, concept, option_order,
                          seen_before, displayed_at, marks)
SELECT a.id, p.n, 0, c.id, c.version, c.concept, c.dealt, 0, a.started_at + p.n * 1000000, p.n % 3 > 0
  FROM (SELECT count(*) AS held FROM card) k CROSS JOIN attempt a CROSS JOIN place p
  JOIN card c ON c.rowid = 1 + (a.id * 7919 + p.n * (k.held / :asked)) % k.held""",
    """
INSERT INTO seen_item (account_id, item_id, last_at)
SELECT a.account_id, b.item_id, max(b.displayed_at)
  FROM attempt a JOIN booklet_item b ON b.attempt_id = a.id GROUP BY 1, 2""",
    """
INSERT INTO response_log (attempt_id, position, kind, client, client_seq, version, based_on, value_hash,
                          server_at, prev_hash, entry_hash)
SELECT a.id, p.n, 'answer', a.public_id || '-grown', p.n, 1, 0, lower(hex(randomblob(32))),
       a.started_at + p.n * 60000000, lower(hex(randomblob(32))), lower(hex(randomblob(32)))
  FROM attempt a CROSS JOIN place p WHERE p.n <= :answered""",
    """
INSERT INTO response_value (log_id, salt, value)
SELECT l.id, lower(hex(randomblob(16))),
       json_array(json_extract(b.option_order, '$[' || (l.position % 2) || ']'))
  FROM response_log l JOIN booklet_item b ON b.attempt_id = l.attempt_id AND b.position = l.position""",
)


@dataclass(frozen=True)
class Size:
    """How much a database is grown by: items, accounts, and attempts with `ANSWERED` responses each."""

    items: int
    accounts: int
    attempts: int

    @property
    def responses(self) -> int:
        """Entries of the response log."""
        return self.attempts * ANSWERED


def size_of(share: float) -> Size:
    """A share of the full size: a million items, and ten million responses of 25,000 accounts."""
    return Size(int(1_000_000 * share), int(25_000 * share), int(250_000 * share))


def grow(file: Path, size: Size, exam: str) -> None:
    """Grow a database at rest in which nobody has sat a test: items of its one bank, attempts at one exam."""
    with closing(sqlite3.connect(file, isolation_level=None)) as held:
        for pragma in _HASTE:
            held.execute(f"PRAGMA {pragma}")
        values = {
            **vars(size),
            **{"exam": exam, "asked": ASKED, "answered": ANSWERED, "began": BEGAN, "every": EVERY},
        }
        with _without_indexes(held):
            for statement in _STATEMENTS:
                begun = time.perf_counter()
                held.execute(statement, values)
                words = " ".join(statement.split()[:3]).lower()
                print(f"  {words}: {time.perf_counter() - begun:.0f} s", flush=True)
    _publish(file)


@contextmanager
def _without_indexes(held: sqlite3.Connection) -> Iterator[None]:
    """Take plain indexes away while rows come in any order, and make them again as they were."""
    found = held.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in found:
        held.execute(f"DROP INDEX {name}")
    yield
    for _, sql in found:
        held.execute(sql)


def _publish(file: Path) -> None:
    store = Store(f"sqlite:///{file}")

    def unit(conn: Connection) -> None:
        (bank_id,) = conn.exec_driver_sql("SELECT id FROM bank").one()
        publish(conn, bank_id, "upload", None, {}, system_clock())

    store.write(unit)
    store.close()
