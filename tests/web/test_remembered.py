"""What the site remembers from one request to the next, and what it judges anew each time."""

from datetime import timedelta

import pytest
from flask import flash
from itsdangerous import TimestampSigner
from markupsafe import Markup

from quizapp.web.sessions import Sessions
from tests.web.visitors import House, Visitor

ACCOUNT = "/accounts/"


def remembered(house: House) -> tuple[Visitor, str]:
    """A person whose cookie and token the site has seen twice."""
    visitor = house.signed_in("ada@example.org")
    assert visitor.token(ACCOUNT) == visitor.token(ACCOUNT)
    return visitor, visitor.token(ACCOUNT)


def cookie(visitor: Visitor) -> str:
    held = visitor.client.get_cookie("quizapp")
    assert held
    return held.value


def test_a_cookie_that_is_remembered_ends_with_its_age(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, _ = remembered(house)
    made, life = TimestampSigner.get_timestamp, int(house.app.permanent_session_lifetime.total_seconds())
    assert timedelta(seconds=life) == timedelta(days=31)
    for later, status in ((life - 60, 200), (life + 60, 302), (-60, 302)):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer, by=later: made(signer) + by)
        assert visitor.get(ACCOUNT).status_code == status


def test_a_cookie_that_was_changed_is_nobodys_however_well_the_right_one_is_known(house: House) -> None:
    visitor, _ = remembered(house)
    right = cookie(visitor)
    for place in (3, len(right) // 2, len(right) - 3):
        forged = right[:place] + ("A" if right[place] != "A" else "B") + right[place + 1 :]
        visitor.client.set_cookie("quizapp", forged)
        assert visitor.get(ACCOUNT).status_code == 302
    visitor.client.set_cookie("quizapp", right)
    assert visitor.get(ACCOUNT).status_code == 200


def test_what_one_request_does_to_its_session_reaches_no_other_with_the_same_cookie(house: House) -> None:
    app = house.app
    assert isinstance(app.session_interface, Sessions)
    signed = app.session_interface.get_signing_serializer(app).dumps({"_flashes": [("info", "one")]})
    for _ in range(3):
        with app.test_request_context("/", headers={"Cookie": f"quizapp={signed}"}) as context:
            flash("two")
            assert len(context.session["_flashes"]) == 2


def test_a_token_that_is_remembered_serves_its_own_session_alone(house: House) -> None:
    visitor, token = remembered(house)
    other = house.signed_in("eve@example.org")
    theirs = other.token(ACCOUNT)
    address, scripts = "/attempts/none/responses", {"Accept": "application/json"}

    def status(who: Visitor, held: str) -> int:
        headers = scripts | {"X-CSRFToken": held}
        return who.client.post(address, json={}, headers=headers).status_code

    assert (status(visitor, token), status(other, theirs)) == (422, 422)
    assert (status(visitor, theirs), status(other, token)) == (400, 400)
    assert (status(visitor, token[:-1]), status(visitor, "é")) == (400, 400)


def test_a_macro_that_is_kept_escapes_text_though_it_drew_the_same_as_html(house: House) -> None:
    macro = "{% macro say(text) %}{{ text }}{% endmacro %}{% set say = kept(say) %}"
    drawn = house.app.jinja_env.from_string(macro + "{{ say(html) }} {{ say(text) }}")
    page = drawn.render(html=Markup("<b>"), text="<b>")
    assert page == "<b> &lt;b&gt;"
