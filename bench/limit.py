"""The bare limit: a signed cookie, one SELECT and two INSERTs, and a compiled page; nothing else.

It runs on the same server with the same flags, through the same writer thread, with the same durability, so
that what the product costs beyond it is the product's own doing.
"""

import os
import secrets
import time

from flask import Flask, jsonify, request, session
from flask.typing import ResponseReturnValue
from jinja2 import Template
from sqlalchemy import Connection

from quizapp import processors
from quizapp.store.transaction import Store, hot

_SCHEMA = (
    "CREATE TABLE attempt (id INTEGER PRIMARY KEY, name TEXT UNIQUE, account INTEGER, deadline INTEGER)",
    "CREATE TABLE log (id INTEGER PRIMARY KEY, attempt INTEGER, position INTEGER, version INTEGER,"
    " at INTEGER, hash TEXT, UNIQUE (attempt, position, version))",
    "CREATE TABLE value (log INTEGER PRIMARY KEY, value TEXT)",
)
_find = hot(
    "SELECT a.id, a.deadline,"
    " (SELECT max(l.version) FROM log l WHERE l.attempt = a.id AND l.position = :position)"
    " FROM attempt a WHERE a.name = :name AND a.account = :account"
)
_add = hot(
    "INSERT INTO log (attempt, position, version, at, hash)"
    " VALUES (:attempt, :position, :version, :at, :hash) RETURNING id"
)
_keep = hot("INSERT INTO value (log, value) VALUES (:log, :value)")


def app() -> Flask:
    """The limit as an application; `LIMIT_FOLDER` holds its database and what `/page` shows, `page.html`.

    It runs on the processor of the product at the port `LIMIT_BESIDE`.
    """
    processors.stay_on_one(int(os.environ["LIMIT_BESIDE"]))
    folder = os.environ["LIMIT_FOLDER"]
    store = Store(f"sqlite:///{folder}/limit.sqlite3")
    page = Template(_as_template(f"{folder}/page.html"))
    made = Flask("limit", static_folder=None)
    made.secret_key = secrets.token_hex(32)

    def schema(conn: Connection) -> None:
        for statement in _SCHEMA:
            conn.exec_driver_sql(statement)

    store.write(schema)

    @made.get("/enter/<int:account>")
    def enter(account: int) -> ResponseReturnValue:
        session["account"] = account
        store.write(
            lambda conn: (
                conn.exec_driver_sql(
                    "INSERT INTO attempt (name, account, deadline) VALUES (?, ?, ?)",
                    (f"a{account}", account, 2**60),
                )
                and None
            )
        )
        return jsonify(name=f"a{account}")

    @made.post("/save/<name>")
    def save(name: str) -> ResponseReturnValue:
        body = request.get_json()
        account = session["account"]

        def unit(conn: Connection) -> tuple[int, int]:
            ((attempt, deadline, version),) = _find(
                conn, name=name, account=account, position=body["position"]
            )
            now = time.time_ns() // 1000
            assert now < deadline
            version = (version or 0) + 1
            ((log,),) = _add(
                conn, attempt=attempt, position=body["position"], version=version, at=now, hash=name
            )
            _keep(conn, log=log, value=str(body["value"]))
            return version, now

        version, now = store.write(unit)
        return jsonify(position=body["position"], version=version, saved_at=now)

    @made.get("/page")
    def show() -> ResponseReturnValue:
        return page.render(cells=range(1, 21), session=session.get("account"))

    return made


def _as_template(path: str) -> str:
    """A page of the product as a bare template: the same bytes, its question map drawn in a loop."""
    if not os.path.exists(path):
        return "{{ session }}"
    with open(path, encoding="utf-8") as held:
        text = held.read()
    head, mark, tail = text.partition("<h1")
    loop = "{% for one in cells %}<i>{{ one }}</i>{% endfor %}"
    return (
        "{% raw %}" + head + "{% endraw %}" + loop + "{% raw %}" + mark + tail + "{% endraw %}{{ session }}"
    )
