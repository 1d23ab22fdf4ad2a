"""The page of a fleet: one server, an author a session.

A one-time link, mailed to the author's own address, names her by a random number; a cookie keeps
it. Each request goes to that author's own app, on her own store, with its own sessions, signed
with her own key. So a cookie that names somebody else leads to a login, and to nothing behind it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from urllib.parse import urlsplit
from uuid import UUID
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, abort, redirect, request, session
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Request, Response as AnyResponse

from inbox_bot.errors import Conflict, InboxBotError, NotFound
from inbox_bot.fleet import roster
from inbox_bot.fleet.authors import Fleet, Recent
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.editing import Edited, open_for_editing
from inbox_bot.fleet.queueing import defer_look
from inbox_bot.fleet.roster import Member
from inbox_bot.web.app import make_app
from inbox_bot.web.askers import Askers, Later
from inbox_bot.web.headers import protect
from inbox_bot.web.login import SECRET, is_named
from inbox_bot.web.mailed_links import note_wish
from inbox_bot.web.page import Page
from inbox_bot.web.rendering import folder, show
from inbox_bot.web.serving import LOOPBACK, key_of
from inbox_bot.web.sessions import is_inside

DOOR = "door"
FRONT = ("/login", "/to/", "/healthz", "/static/")
"""Beginnings of paths that are the same for all authors."""
APPS = 100
LOG = logging.getLogger(__name__)
ON_ITS_WAY = (
    "If a link can be sent now, it will be in your inbox in a minute or two. It works once, within "
    "the hour; the next one can be sent in ten minutes."
)
ANOTHER = "You're logged in to another author's page. Log out there, then open the link again."
BUSY = "I'm still fetching the last one. Wait a few seconds, then try again."
ELSEWHERE = "Your answers were changed in another window. Reload the page and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An author's app and the files that it changes, for one request at a time."""

    app: Flask
    edited: Edited
    turn: Lock = field(default_factory=Lock)


class FleetPage:
    """A WSGI app. `url` is the host's address for browsers; it decides on Secure cookies."""

    def __init__(self, fleet: Fleet, url: str, clock: Callable[[], datetime]) -> None:
        self._fleet = fleet
        self._url = urlsplit(url)
        self._clock = clock
        self._desks: Recent[Desk] = Recent(APPS)
        self._askers = Askers()
        self.later = Later()
        self.front = self._make_front()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = self._url.scheme
        try:
            answer = self._answer(environ)
        except InboxBotError as error:
            LOG.warning("%s", error)
            answer = AnyResponse("This can't be shown right now. Try again in a minute.\n", 503)
        return answer(environ, start)

    def _answer(self, environ: WSGIEnvironment) -> AnyResponse:
        if Request(environ).path.startswith(FRONT):
            return AnyResponse.from_app(self.front.wsgi_app, environ, buffered=True)
        with self.front.request_context(environ):
            member = self._member(str(session.get(DOOR, "")))
        if member is None:
            return redirect("/login", 303)
        return self._ask(member, environ)

    def _ask(self, member: Member, environ: WSGIEnvironment) -> AnyResponse:
        """Her app's answer. What it changed in her files is kept before anybody hears of it."""
        desk = self.desk_of(member)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return AnyResponse.from_app(desk.app.wsgi_app, environ, buffered=True)
        if not desk.turn.acquire(blocking=False):  # or one author could hold all threads
            return AnyResponse(BUSY, 503, {"Retry-After": "5"})
        try:
            return self._changed(desk, environ)
        finally:
            desk.turn.release()

    def _changed(self, desk: Desk, environ: WSGIEnvironment) -> AnyResponse:
        answer = AnyResponse.from_app(desk.app.wsgi_app, environ, buffered=True)
        try:
            version = desk.edited.keep()
        except Conflict:
            return AnyResponse(ELSEWHERE, 409)
        self._desks.get((desk.edited.author, version), lambda: desk)
        return answer

    def _member(self, door: str) -> Member | None:
        try:
            number = UUID(door)
        except ValueError:
            return None
        with connected(self._fleet.url) as connection:
            try:
                return roster.member_behind(connection, number)
            except NotFound:
                return None

    def desk_of(self, member: Member) -> Desk:
        return self._desks.get((member.id, member.version), lambda: self._desk(member))

    def _desk(self, member: Member) -> Desk:
        edited = open_for_editing(self._fleet, member)
        page = Page(
            bot=edited.bot,
            clock=self._clock,
            hosts=self._hosts(),
            key=key_of(edited.bot.store),
            faq=edited.directory / "faq",
            templates=edited.directory / "templates",
            poll_now=lambda: self._poll(member),
            own_network=False,
        )
        return Desk(app=make_app(page), edited=edited)

    def _poll(self, member: Member) -> None:
        with connected(self._fleet.url) as connection:
            defer_look(connection, member.id, self._clock())

    def _hosts(self) -> frozenset[str]:
        return frozenset(LOOPBACK) | {self._url.hostname or ""}

    # --- what is the same for all authors ------------------------------------------------------

    def _make_front(self) -> Flask:
        app = Flask("fleet", static_folder=str(folder() / "static"), template_folder=None)
        app.config.update(
            SECRET_KEY=hashlib.sha256(b"page\0" + self._fleet.safe.keys[0]).hexdigest(),
            SESSION_COOKIE_NAME="inbox_bot_door",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=self._url.scheme == "https",
            MAX_CONTENT_LENGTH=10_000,
            WTF_CSRF_TIME_LIMIT=None,
        )
        CSRFProtect(app)
        app.before_request(self._check_host)
        app.after_request(protect)
        app.add_url_rule("/login", "login", _show_login)
        app.add_url_rule("/login/link", "link", self._mail_link, methods=["POST"])
        app.add_url_rule("/to/<uuid:door>/", "home", self._go_to)
        app.add_url_rule("/to/<uuid:door>/<path:rest>", "to", self._go_to)
        app.add_url_rule("/healthz", "healthz", self._healthz)
        return app

    def _check_host(self) -> None:
        if not is_named(request.headers.get("Host", ""), self._hosts()):
            abort(400, "This page has a different address.")

    def _mail_link(self) -> Response:
        """The answer is the same, and as fast, whether there is such an author or not."""
        asked = request.form.get("address", "")[:320].strip().lower()
        if self._askers.may_ask(request.remote_addr or "", self._clock()):
            self.later.do(lambda: self._want_link(asked))
        return _show_login(ON_ITS_WAY)

    def _want_link(self, asked: str) -> None:
        """Her bot is not opened: a broken one would tell of her, and the next poll needs it."""
        for member in self._fleet.members():
            if member.address.lower() == asked and note_wish(
                self._fleet.shared.store_of(member.id), self._clock()
            ):
                self._poll(member)

    def _go_to(self, door: UUID, rest: str = "") -> AnyResponse:
        """Remember who is meant; her own app asks for the link's secret, or for a session.

        A link on a stranger's page must not take a visitor out of her own session.
        """
        before = self._member(str(session.get(DOOR, "")))
        if before and before.door != door and self._is_inside(before):
            return AnyResponse(ANOTHER, 409)
        session.clear()
        session[DOOR] = str(door)
        session.permanent = True
        return redirect(own_path(rest), 303)

    def _is_inside(self, member: Member) -> bool:
        desk = self.desk_of(member)
        with desk.app.request_context(request.environ):
            secret = str(session.get(SECRET, ""))
        return is_inside(desk.edited.bot.store, secret, self._clock())

    def _healthz(self) -> Response:
        try:
            self._fleet.members()
        except InboxBotError:
            return Response("the database does not answer\n", 503)
        return Response("ok\n")


def _show_login(told: str = "") -> Response:
    return show("fleet_login", {"title": "Log in", "told": told})


def own_path(rest: str) -> str:
    """The rest of a link as a path of this page; "/" for what a browser may read as another host.

    Browsers skip control characters, and take "\\" for "/".
    """
    path = "/" + "".join(one for one in rest if one.isprintable()).lstrip("/")
    return "/" if "//" in path or "\\" in path else path
