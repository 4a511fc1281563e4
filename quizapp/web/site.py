"""What every view of one running site shares: its settings, its store, its clock and its health."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from quizapp.config import Settings
from quizapp.services.clock import Clock
from quizapp.services.health import Health
from quizapp.store.transaction import Store as Store

EXTENSION = "quizapp"


@dataclass(frozen=True)
class Site:
    """The site that serves this request."""

    settings: Settings
    store: Store
    now: Clock
    health: Health


def site() -> Site:
    """The site of the running application."""
    return cast(Site, current_app.extensions[EXTENSION])
