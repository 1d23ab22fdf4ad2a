"""Renders the page's templates; Jinja escapes everything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Response, request
from flask_wtf.csrf import generate_csrf

from inbox_bot.drafting import templating
from inbox_bot.settings.shipped import shipped
from inbox_bot.web.headers import nonce


def folder() -> Path:
    """The shipped templates, not the author's copies: they belong to this version."""
    return shipped("templates") / "web"


def show(name: str, values: Mapping[str, object], status: int = 200) -> Response:
    always = {
        "csrf": generate_csrf(),
        "nonce": nonce(),
        "stamp": _stamp(),
        "title": "",
        "path_now": request.path,
    }
    page = templating.render(_environment(), f"{name}.html", {**always, **values})
    return Response(page, status=status, content_type="text/html; charset=utf-8")


@lru_cache(maxsize=1)
def _environment() -> templating.Environment:
    sources = {path.name: path.read_text("utf-8") for path in sorted(folder().glob("*.html"))}
    return templating.html_environment(sources)


@lru_cache(maxsize=1)
def _stamp() -> str:
    """A hash of script and styles for their addresses, so that browsers can cache them."""
    files = sorted((folder() / "static").iterdir())
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
