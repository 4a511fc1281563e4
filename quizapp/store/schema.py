"""The database's schema over time: bring a database to the newest revision, or say where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import NullPool, create_engine

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def migrate(url: str, revision: str = "head", scripts: Path = MIGRATIONS) -> None:
    """Upgrade a database to a revision; one that is there already is left as it is."""
    command.upgrade(_config(url, scripts), revision)


def unmigrate(url: str, revision: str, scripts: Path = MIGRATIONS) -> None:
    """Take a database back to an earlier revision."""
    command.downgrade(_config(url, scripts), revision)


def current(url: str) -> str | None:
    """The revision a database stands at; None for an empty one."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as conn:
            return MigrationContext.configure(conn).get_current_revision()
    finally:
        engine.dispose()


def _config(url: str, scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config
