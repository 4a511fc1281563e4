"""Settings of one installation: read from the environment, checked, and never with a default secret."""

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quizapp.paths import DEFAULT_DATA

PREFIX = "QUIZAPP_"
SECRETS_FILE = "secrets.json"
DATABASE_FILE = "quizapp.sqlite3"
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "afs", "ceph"}
)


@dataclass(frozen=True)
class UnsafeSettings(Exception):
    """The site refuses to start; `reasons` says why, one sentence each with what to do."""

    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return "quizapp does not start:\n" + "\n".join(f"- {one}" for one in self.reasons)


@dataclass(frozen=True)
class Settings:
    """Every setting; each is the environment variable QUIZAPP_ plus its name in capitals."""

    data: Path = DEFAULT_DATA
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 16
    timezone: str = "UTC"
    public_url: str | None = None
    behind_proxy: int = 0
    mail_url: str | None = None
    mail_from: str = "quizapp@localhost"
    max_upload_mib: int = 10

    @property
    def store_url(self) -> str:
        """The database's SQLAlchemy URL: PostgreSQL where one is set, else the SQLite file in `data`."""
        if self.database_url is None:
            return f"sqlite:///{self.data.absolute() / DATABASE_FILE}"
        return self.database_url.replace("postgres://", "postgresql://", 1).replace(
            "postgresql://", "postgresql+psycopg://", 1
        )

    @property
    def sqlite_file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return self.data.absolute() / DATABASE_FILE if self.database_url is None else None

    @property
    def public_address(self) -> str:
        """The address that people type, without a slash at its end; links in mails begin with it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


@dataclass(frozen=True)
class Secrets:
    """What signs sessions and tokens, and what is mixed into password hashes; older keys still verify."""

    session_key: str
    password_salt: str
    older_session_keys: tuple[str, ...] = ()


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment; raises UnsafeSettings with every reason not to start."""
    kinds: dict[str, Callable[[str], object]] = {
        "data": lambda text: Path(text).absolute(),
        "port": int,
        "threads": int,
        "behind_proxy": int,
        "max_upload_mib": int,
    }
    known = {PREFIX + one.name.upper(): one.name for one in fields(Settings)}
    values: dict[str, object] = {}
    reasons = []
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            reasons.append(f"{name} is no setting: see docs/settings.md for the ones there are.")
        elif text.strip():
            try:
                values[known[name]] = kinds.get(known[name], str)(text.strip())
            except ValueError:
                reasons.append(f"{name} is '{text}': write a whole number.")
    if reasons:
        raise UnsafeSettings(tuple(reasons))
    settings = Settings(**values)  # type: ignore[arg-type]
    reasons = [*_unsafe_values(settings), *_unsafe_places(settings, environ)]
    if reasons:
        raise UnsafeSettings(tuple(reasons))
    return settings


def _unsafe_values(settings: Settings) -> Iterator[str]:
    for name, value, low, high in (
        ("PORT", settings.port, 1, 65535),
        ("THREADS", settings.threads, 1, 256),
        ("BEHIND_PROXY", settings.behind_proxy, 0, 8),
        ("MAX_UPLOAD_MIB", settings.max_upload_mib, 1, 50),
    ):
        if not low <= value <= high:
            yield f"QUIZAPP_{name} is {value}: it lies between {low} and {high}."
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"QUIZAPP_TIMEZONE is '{settings.timezone}': write a zone such as Asia/Singapore."
    if settings.database_url is not None and not settings.store_url.startswith("postgresql+psycopg://"):
        yield "QUIZAPP_DATABASE_URL is no PostgreSQL address: leave it out for SQLite."
    yield from _unsafe_addresses(settings)


def _unsafe_addresses(settings: Settings) -> Iterator[str]:
    address = urlsplit(settings.public_address)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path not in {"", "/"}:
        yield "QUIZAPP_PUBLIC_URL is no address of a site: write https://name, without a path."
    elif address.scheme == "http" and settings.public_url and address.hostname not in LOOPBACK:
        yield "QUIZAPP_PUBLIC_URL is plain http: people would send passwords in the open. Use https."
    if settings.host not in LOOPBACK:
        if not settings.behind_proxy:
            yield (
                f"QUIZAPP_HOST is {settings.host}, plain http beyond this machine: bind 127.0.0.1, or put a "
                "proxy with TLS in front and set QUIZAPP_BEHIND_PROXY=1."
            )
        elif address.scheme != "https":
            yield "Behind a proxy QUIZAPP_PUBLIC_URL must be the https address that people type."
    if settings.mail_url is not None and urlsplit(settings.mail_url).scheme not in {"smtp", "smtps"}:
        yield "QUIZAPP_MAIL_URL begins with smtp:// or smtps://."


def _unsafe_places(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false"}:
        yield "FLASK_DEBUG is set: a debug server shows its insides. Unset it."
    file = settings.sqlite_file
    if file is None:
        return
    if file.exists() and file.stat().st_mode & 0o007:
        yield f"{file} can be read by everybody on this machine: run 'chmod o-rwx {file}'."
    kind = file_system_of(settings.data)
    if kind in NETWORK_FILE_SYSTEMS:
        yield f"QUIZAPP_DATA is on a network file system ({kind}): SQLite loses data there. Use a local disk."


def file_system_of(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The kind of file system that holds a folder; None where the system does not say."""
    try:
        rows = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    path = folder.resolve()
    found = [(_unescaped(row[1]), row[2]) for row in rows if len(row) > 2]
    holding = [
        (len(place), order, kind) for order, (place, kind) in enumerate(found) if path.is_relative_to(place)
    ]
    return max(holding)[2] if holding else None


def _unescaped(place: str) -> str:
    """A mount point as people write it: the system writes a space in it as \\040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)


def _write_once(file: Path, text: str) -> None:
    """Write a file for its owner only, whole or not at all; what another start has written stays."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}-") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(written.name, file)


def keep_secrets(data: Path) -> Secrets:
    """The secrets of an installation, made on first use in a file that only its owner can read.

    Raises UnsafeSettings where the file is open to others, malformed, or holds a short secret.
    """
    file = data / SECRETS_FILE
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        made = json.dumps({"session_key": secrets.token_hex(32), "password_salt": secrets.token_hex(32)})
        _write_once(file, made)
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        older = tuple(held.get("older_session_keys", ()))
        found = Secrets(held["session_key"], held["password_salt"], older)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnsafeSettings((f"{file} is not as we wrote it: restore it, or move it away.",)) from None
    reasons = tuple(_unsafe_secrets(file, found))
    if reasons:
        raise UnsafeSettings(reasons)
    return found


def _unsafe_secrets(file: Path, found: Secrets) -> Iterator[str]:
    if file.stat().st_mode & 0o077:
        yield f"{file} can be read by others: run 'chmod 600 {file}'."
    older = (("older_session_keys", one) for one in found.older_session_keys)
    for name, secret in (
        ("session_key", found.session_key),
        ("password_salt", found.password_salt),
        *older,
    ):
        if not isinstance(secret, str) or len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
            yield f"{name} in {file} is too short or too plain: move the file away for new ones."
