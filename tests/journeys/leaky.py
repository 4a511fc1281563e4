"""The site with its guard off: it gives every secret of a key away, each in another place, before release."""

import base64
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Response

from quizapp import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LATER = ';{const said = [..."%s"].reverse().join(""); %s}'
"""A script that puts together only in the browser what it gives away."""


def _body(reply: Response) -> None:
    reply.set_data(reply.get_data().replace(b"</main>", b"<!-- canary-rationale --></main>"))


def _header(reply: Response) -> None:
    reply.headers["X-Note"] = "canary-slip"


def _encoded(reply: Response) -> None:
    reply.headers["X-Note"] = base64.b64encode(b"from canary-source").decode()


def _address(reply: Response) -> None:
    reply.set_data(reply.get_data().replace(b"</main>", b'<a href="/?canary-author">More</a></main>'))


def _script(reply: Response) -> None:
    shown = _LATER % ("canary-fact"[::-1], "document.body.dataset.said = said")
    kept = _LATER % ("482.591837"[::-1], 'localStorage.setItem("said", said)')
    reply.set_data(reply.get_data() + (shown + kept).encode())


PLANTS: dict[str, Callable[[Response], None]] = {
    "/questions/1": _body,
    "/questions/2": _header,
    "/responses": _header,
    "/clock": _encoded,
    "/check": _address,
    "/sitting.js": _script,
}
"""How an answer of the site is altered whose address ends so."""


def app() -> Flask:
    """What the server's worker runs in place of quizapp.serving."""
    leaky = serving.app()
    sound: WSGIApplication = leaky.wsgi_app

    def leaking(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        reply = Response.from_app(sound, environ, buffered=True)
        for end, plant in PLANTS.items():
            if environ["PATH_INFO"].endswith(end):
                plant(reply)
        return reply(environ, start_response)

    leaky.wsgi_app = leaking  # type: ignore[method-assign]
    return leaky
