"""The keys that sign: the present one, and those before it, which still verify what they signed."""

from flask import Flask


def keys(app: Flask) -> list[str]:
    """Every key, the present one last, as signers want them."""
    return [*(app.config["SECRET_KEY_FALLBACKS"] or ()), str(app.secret_key)]
