"""Login: guards every address, by session, and begins and ends sessions."""

from __future__ import annotations

import re
from collections.abc import Collection

from flask import Response, abort, g, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.web import sessions
from inbox_bot.web.mailed_links import want_link
from inbox_bot.web.page import here
from inbox_bot.web.password import has_password
from inbox_bot.web.rendering import show

OPEN_TO_ALL = frozenset(
    {
        "static",
        "log_in",
        "log_in_with_password",
        "enter_by_link",
        "ask_for_link",
        "show_mailed_link",
        "enter_by_mailed_link",
        "healthz",
    }
)
"""Endpoints that need no session; all others do, new ones included."""

_OWN_PATH = re.compile(r"/(?:letter/\d{1,12}|faq|others|search|report|compare)?")
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::\d{1,5})?")
SECRET = "secret"  # noqa: S105  the name of the field in the cookie
MOST_CHARACTERS = 1_000
TOO_OLD = "This link has expired or was already used."
ON_ITS_WAY = (
    "Check your inbox: a link should be there in a minute or two. It works once, within an hour. "
    "You can ask for another one in five minutes."
)


def guard() -> AnyResponse | None:
    """Before each request: check Host and session; redirect to the login otherwise."""
    if not is_named(request.headers.get("Host", ""), here().hosts):
        abort(
            400,
            "This page has a different address. To add this one, use page.hosts in settings.yaml.",
        )
    if request.endpoint is None or request.endpoint in OPEN_TO_ALL:
        return None
    page = here()
    if sessions.is_inside(page.bot.store, str(session.get(SECRET, "")), page.clock()):
        if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":  # no mere refresh
            page.bot.standby.expect(page.clock())  # she may open a letter next
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(f"/login?next={request.path}", 303)
    return abort(401, "You're logged out. Log in, then try again.")


def is_named(host: str, names: Collection[str]) -> bool:
    """Whether a Host header (RFC 9110, 7.2) holds one of these names, with any port.

    A stranger's site can point its name to this machine (DNS rebinding): then the browser treats
    our page as part of it, and only this header reveals that.
    """
    found = _HOST.fullmatch(host.lower())
    return found is not None and found[1] in names


def log_in() -> Response:
    return _show_login(_next(request.args.get("next", "")))


def ask_for_link() -> Response:
    """Have a link mailed to the author; the answer never tells whether one is sent."""
    page = here()
    if not page.bot.policy.page_url:
        abort(404)
    if want_link(page.bot, page.clock()):
        page.poll_now()
    return _show_login("/", told=ON_ITS_WAY)


def show_mailed_link(ticket: str) -> Response:
    """A button, since mail scanners open every link: only pressing it uses the link up."""
    return show("enter", {"title": "Log in", "ticket": ticket[:MOST_CHARACTERS]})


def enter_by_mailed_link(ticket: str) -> AnyResponse:
    page = here()
    secret = sessions.enter_by_link(page.bot.store, ticket[:MOST_CHARACTERS], page.clock())
    if not secret:
        return _show_login("/", complaint=TOO_OLD, status=403)
    _begin_session(secret, trusted=True)
    return redirect("/", 303)


def log_in_with_password() -> AnyResponse:
    page, now = here(), here().clock()
    store, gatekeeper = page.bot.store, page.gatekeeper
    wanted = _next(request.form.get("next", ""))
    if gatekeeper.is_closed(now):
        complaint = "Too many wrong passwords. Wait 15 minutes, or use a link."
        return _show_login(wanted, complaint=complaint, status=429)
    password = request.form.get("password", "")[:MOST_CHARACTERS]
    if not has_password(store) or not gatekeeper.admits(store, password, now):
        return _show_login(wanted, complaint="That's not the right password.", status=403)
    trusted = request.form.get("trusted") == "yes"
    _begin_session(sessions.enter(store, trusted, now), trusted)
    return redirect(wanted, 303)


def enter_by_link(ticket: str) -> AnyResponse:
    """Begin a session; HEAD requests (of mail programs and scanners) do not use the link up."""
    if request.method == "HEAD":
        return Response()
    page = here()
    store, now = page.bot.store, page.clock()
    secret = sessions.enter_by_link(store, ticket[:MOST_CHARACTERS], now)
    if secret:
        _begin_session(secret, trusted=True)
    elif not sessions.is_inside(store, str(session.get(SECRET, "")), now):
        return _show_login("/", complaint=TOO_OLD, status=403)
    return redirect("/", 303)


def log_out() -> AnyResponse:
    sessions.leave(here().bot.store, str(session.get(SECRET, "")))
    session.clear()
    return redirect("/login", 303)


def _begin_session(secret: str, trusted: bool) -> None:
    """Begin a fresh session, against session fixation."""
    session.clear()
    session[SECRET] = secret
    session.permanent = trusted
    g.pop("csrf_token", None)


def _next(path: str) -> str:
    """The path if it is one of ours, else "/": no open redirect."""
    return path if _OWN_PATH.fullmatch(path) else "/"


def _show_login(wanted: str, complaint: str = "", told: str = "", status: int = 200) -> Response:
    bot = here().bot
    values = {
        "title": "Log in",
        "next": wanted,
        "has_password": has_password(bot.store),
        "mails_links": bool(bot.policy.page_url),
        "complaint": complaint,
        "told": told,
    }
    return show("login", values, status)
