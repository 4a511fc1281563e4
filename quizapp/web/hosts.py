"""The names under which the site may be asked for."""

from functools import lru_cache

from werkzeug.sansio.utils import get_host

own_host = lru_cache(1024)(get_host)
"""The host that a request is for, by its scheme, Host header, server and the names that are ours.

Raises SecurityError for a strange one. Every request asks, and few differ.
"""
