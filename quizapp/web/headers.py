"""Headers of every reply: a content security policy with nonces, and what else keeps a page to itself."""

import secrets

from flask import Flask, Response, g, request, session

_ONE_YEAR = 31_536_000


def csp_nonce() -> str:
    """The nonce of this reply, made when first asked for."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy(nonce: str) -> str:
    """The content security policy: own styles, scripts, images and requests, nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    )


_NOT_A_PAGE = "default-src 'none'; frame-ancestors 'none'"


def init_headers(app: Flask, https: bool) -> None:
    """Put the headers on every reply of an application; `https` adds strict transport security."""

    @app.after_request
    def headers(response: Response) -> Response:
        page = response.mimetype == "text/html"
        response.headers["Content-Security-Policy"] = policy(csp_nonce()) if page else _NOT_A_PAGE
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers.setdefault("Cache-Control", "no-store")
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}"
        if request.blueprint is not None and session.accessed:
            response.vary.add("Cookie")
        return response
