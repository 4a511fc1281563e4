"""People with a browser's cookies but no browser: they register, log in, and post forms with their token."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import ClassVar

from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from quizapp.app import create_app
from quizapp.config import Secrets, Settings
from quizapp.services.passwords import hash_password, normalise_email
from quizapp.store import accounts as account_rows
from quizapp.store.tables import metadata
from quizapp.store.transaction import Store
from quizapp.web.identity import DEVICE
from quizapp.web.limits import init_limits
from tests.conftest import overwrite
from tests.web import lanes

PASSWORD = "three unrelated words"
OTHER_PASSWORD = "four more unrelated words"
SECRETS = Secrets("0f1e2d3c4b5a69788796a5b4c3d2e1f0f1e2d3c4", "a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3")
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')


@dataclass
class HandClock:
    """A clock that moves only when told to."""

    instant: datetime = START

    def __call__(self) -> datetime:
        return self.instant

    def move(self, by: timedelta) -> None:
        self.instant += by


@cache
def password_hash() -> str:
    """The hash of the one password."""
    return hash_password(PASSWORD)


@dataclass
class House:
    """A running site with its clock, its store and the file its mails go to."""

    app: Flask
    store: Store
    clock: HandClock
    mails: Path

    def visitor(self) -> "Visitor":
        return Visitor(self.app.test_client())

    def person(self, email: str, role: str = "candidate") -> int:
        """An account with the one password, whose hash is made once for all of them."""
        address, hashed, now = normalise_email(email), password_hash(), self.clock()
        added = self.store.write(lambda conn: account_rows.add_account(conn, address, hashed, role, now))
        assert added, f"{email} has an account"
        return added

    def signed_in(self, email: str, role: str = "candidate") -> "Visitor":
        """A new person with a session, where how it was come by is not at stake."""
        return self.seated(self.person(email, role))

    def logged_in(self, email: str, role: str = "candidate") -> "Visitor":
        """A new person who has logged in by the form."""
        self.person(email, role)
        visitor = self.visitor()
        assert visitor.log_in(email).status_code == 303
        return visitor

    def seated(self, account_id: int) -> "Visitor":
        """A new device with a session of an account, without the cost of a password."""
        with self.store.read() as conn:
            uniquifier = account_rows.uniquifier(conn, account_id)
        visitor = self.visitor()
        with visitor.client.session_transaction() as session:
            session.update({"_user_id": uniquifier, DEVICE: token_urlsafe(8)})
        return visitor

    def build(self) -> list[object]:
        """What a test might have built into the application: a house with another build is not used again."""
        hooks = (self.app.before_request_funcs, self.app.after_request_funcs)
        security = self.app.extensions["security"]
        return [
            self.store.healthy(),
            self.app.wsgi_app,
            self.app.jinja_env.loader,
            security.mail_util,
            dict(vars(security.login_manager)),
            *(dict(one) for one in (self.app.view_functions, self.app.config, self.app.jinja_env.globals)),
            *({name: list(held) for name, held in one.items()} for one in hooks),
            {scope: dict(held) for scope, held in self.app.error_handler_spec[None].items()},
            [rule.rule for rule in self.app.url_map.iter_rules()],
        ]

    def renew(self, file: Path) -> None:
        """Start again with the data of a file: no mails, no tries counted, the clock at its start."""
        overwrite(self.store.url, file)
        self.clock.instant = START
        self.mails.unlink(missing_ok=True)
        init_limits(self.app)

    def close(self) -> None:
        """Let go of every connection, the account library's too."""
        self.store.close()
        with self.app.app_context():
            for engine in self.app.extensions["sqlalchemy"].engines.values():
                engine.dispose()

    def links(self) -> list[str]:
        """Every address in every mail so far, oldest first."""
        return re.findall(r"https?://\S+", self.mails.read_text()) if self.mails.exists() else []


class _Compiled(BytecodeCache):
    """Templates compiled once for a run: every site has an environment of its own, and there are hundreds."""

    held: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.held:
            bucket.bytecode_from_string(self.held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()


def open_house(folder: Path, public_url: str | None = None, database_url: str | None = None) -> House:
    """A site over a new database: a SQLite file in a folder unless an address is given."""
    settings = Settings(data=folder, public_url=public_url, database_url=database_url)
    store = Store(settings.store_url)
    store.write(metadata.create_all)
    clock = HandClock()
    app = create_app(settings, store, clock, SECRETS)
    app.jinja_env.bytecode_cache = _Compiled()
    return House(app, store, clock, folder / "mail.log")


@dataclass
class Visitor:
    """One device of one person."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: str) -> TestResponse:
        return self.client.get(path, headers={**self.headers, **more})

    def token(self, path: str) -> str:
        """The CSRF token of the first form on a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def post(self, path: str, form_at: str | None = None, **fields: str) -> TestResponse:
        """Post a form with the token of the page that it stands on."""
        fields["csrf_token"] = self.token(form_at or path)
        return self.client.post(path, data=fields, headers=self.headers)

    def log_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/accounts/login", email=email, password=password, **fields)

    def register(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post(
            "/accounts/register", email=email, password=password, password_confirm=password, **fields
        )

    def log_out(self) -> TestResponse:
        return self.post("/accounts/logout", "/accounts/")

    def copy(self) -> "Visitor":
        """Another device that holds a copy of this one's cookie."""
        other = Visitor(self.client.application.test_client(), dict(self.headers))
        for cookie in self.client._cookies.values():
            other.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
        return other

    def is_in(self) -> bool:
        """Whether this device's cookie opens the account page, and the library's own pages too."""
        own, guest = self.get("/accounts/"), self.get("/accounts/change")
        assert (own.status_code == 200) == (guest.status_code == 200), "the two identities disagree"
        return own.status_code == 200


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every statement that reaches a database within the block."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with lanes.alone():
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
