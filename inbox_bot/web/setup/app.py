"""Setup as a Flask app: its addresses, and the guards around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, redirect, request, session
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.errors import InboxBotError, next_step
from inbox_bot.web.headers import protect
from inbox_bot.web.login import is_named
from inbox_bot.web.rendering import folder, show
from inbox_bot.web.serving import LOOPBACK
from inbox_bot.web.setup import screens
from inbox_bot.web.setup.desk import NAME, Desk, here

LARGEST_FORM = 25_000_000
INSIDE = "inside"
STRANGER = (
    "Setup is open in another browser. Run the command again where you first ran it: it opens a "
    "fresh page, and your answers are still there."
)

ADDRESSES: tuple[tuple[str, str, Callable[..., AnyResponse]], ...] = (
    ("GET", "/", screens.current),
    ("GET", "/mailbox", screens.mailbox),
    ("POST", "/mailbox", screens.say_mailbox),
    ("GET", "/article", screens.article),
    ("POST", "/article", screens.say_article),
    ("GET", "/look", screens.look),
    ("POST", "/look", screens.look_again),
    ("GET", "/start", screens.start),
    ("POST", "/start", screens.say_start),
    ("GET", "/starting", screens.starting),
    ("GET", "/arrive", screens.arrive),
)


def make_app(desk: Desk) -> Flask:
    app = Flask(NAME, static_folder=str(folder() / "static"), template_folder=None)
    app.config.update(
        SECRET_KEY=desk.key,
        SESSION_COOKIE_NAME=NAME,  # not that of the review page: cookies know no ports
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions[NAME] = desk
    app.before_request(guard)
    CSRFProtect(app)
    app.after_request(protect)
    app.register_error_handler(InboxBotError, _tell)
    app.register_error_handler(OSError, _tell_disk)
    app.register_error_handler(HTTPException, _tell_http)
    app.add_url_rule("/open/<ticket>", "enter", enter)
    for method, path, view in ADDRESSES:
        app.add_url_rule(path, view.__name__, view, methods=[method])
    return app


def guard() -> None:
    """Only this machine's own names, and only the browser that came by the link."""
    if not is_named(request.headers.get("Host", ""), frozenset(LOOPBACK)):
        abort(400, "This page has a different address.")
    if request.endpoint in {"enter", "static"} or session.get(INSIDE):
        return
    abort(403, STRANGER)


def enter(ticket: str) -> AnyResponse:
    """Begin the session; HEAD requests do not use the link up."""
    if request.method == "HEAD":
        return Response()
    if here().take_ticket(ticket):
        session.clear()
        session[INSIDE] = True
    elif not session.get(INSIDE):
        abort(403, STRANGER)
    return redirect("/", 303)


def _tell(error: InboxBotError) -> Response:
    return _trouble(str(error), 500)


def _tell_disk(error: OSError) -> Response:
    what = f"{error.filename}: " if error.filename else ""
    return _trouble(f"{what}{next_step(error)}", 500)


def _tell_http(error: HTTPException) -> Response:
    return _trouble(error.description or "This page can't be shown.", error.code or 500)


def _trouble(text: str, status: int) -> Response:
    values: Mapping[str, object] = {"title": "That didn't work", "text": text}
    return show("setup_trouble", values, status)
