"""A site that a test has built something into is not used again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.web.visitors import START, House


def _a_view(house: House) -> None:
    house.app.view_functions["pages.about"] = lambda: "something else"


def _a_hook(house: House) -> None:
    house.app.after_request_funcs[None].pop()


def _a_setting(house: House) -> None:
    house.app.config["WTF_CSRF_TIME_LIMIT"] = 3600


def _a_global(house: House) -> None:
    house.app.jinja_env.globals["csp_nonce"] = lambda: "always the same"


def _a_middleware(house: House) -> None:
    house.app.wsgi_app = house.app.wsgi_app.inner  # type: ignore[attr-defined,method-assign]


def _a_route(house: House) -> None:
    house.app._got_first_request = False
    house.app.add_url_rule("/more", "more", lambda: "more")


def _a_handler(house: House) -> None:
    del house.app.error_handler_spec[None][None][Exception]


def _a_writer_that_stopped(house: House) -> None:
    writer = house.store._writer
    assert writer
    writer.dead = "stopped"


@pytest.mark.parametrize(
    "change",
    [_a_view, _a_hook, _a_setting, _a_global, _a_middleware, _a_route, _a_handler, _a_writer_that_stopped],
)
def test_a_change_is_noticed(house: House, change: Callable[[House], None]) -> None:
    before = house.build()
    assert house.build() == before
    change(house)
    assert house.build() != before


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_site_used_again_has_nobody_in_it_and_its_clock_at_the_start(house: House, time: str) -> None:
    with house.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0, time
    assert house.clock.instant == START, time
    house.signed_in("ada@example.org")
    house.clock.move(timedelta(days=1))
