"""Security headers, set explicitly on every answer."""

from __future__ import annotations

from flask import Flask, Response, request

#: What a page may show pictures from.
_PICTURES = "img-src 'self' data:"
CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        _PICTURES,
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
YEAR = 365 * 24 * 60 * 60


def csp_with_pictures(origin: str) -> str:
    """Return the policy of a page that also shows pictures of ``origin`` (scheme and host)."""
    return CSP.replace(_PICTURES, f"{_PICTURES} {origin}")


def install(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every answer of ``app``."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # "no-referrer" would make Flask-WTF refuse every POST over https.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if is_https:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
        # Only a file that is there is for everybody: a 404 page names who is signed in.
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            age = f"public, max-age={YEAR}, immutable" if "v" in request.args else "public, max-age=3600"
            headers["Cache-Control"] = age
            headers.pop("Vary", None)
        elif "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
