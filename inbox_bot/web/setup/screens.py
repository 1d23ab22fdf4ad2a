"""The addresses of setup: read the form, act, and show the screen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.errors import InboxBotError
from inbox_bot.mail.login import client_of
from inbox_bot.service.trial import mailbox_of
from inbox_bot.settings.home import write_answers
from inbox_bot.settings.passwords import Login
from inbox_bot.web.rendering import show
from inbox_bot.web.setup import article as articles, login, posts, starting as starts
from inbox_bot.web.setup.desk import Desk, Mode, Start, here
from inbox_bot.web.setup.looking import look_view
from inbox_bot.web.setup.mailbox import is_corrected, mailbox_view, typed_in, understood
from inbox_bot.web.setup.said import Said, Screen, answers_of

PATIENCE = 15.0  # seconds
TITLES = {
    Screen.MAILBOX: "Your mailbox",
    Screen.ARTICLE: "Your article",
    Screen.LOOK: "A first look",
    Screen.START: "Start",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step in the line at the top; `path` is empty where she cannot go yet."""

    number: int
    title: str
    path: str
    is_here: bool


def steps(said: Said, now: Screen) -> tuple[Step, ...]:
    return tuple(
        Step(
            number=number,
            title=TITLES[one],
            path=f"/{one}" if one is not now and said.may_open(one) else "",
            is_here=one is now,
        )
        for number, one in enumerate(Screen, 1)
    )


def _screen(
    desk: Desk, screen: Screen, values: Mapping[str, object], status: int = 200
) -> Response:
    always = {
        "title": TITLES[screen],
        "steps": steps(desk.said, screen),
        "said": desk.said,
        "directory": desk.directory,
    }
    return show(f"setup_{screen}", {**always, **values}, status)


def current() -> AnyResponse:
    desk = here()
    return redirect("/arrive" if desk.begun.is_set() else f"/{desk.said.reached}", 303)


def _elsewhere(desk: Desk, screen: Screen) -> AnyResponse | None:
    """Where she has to be instead: at the queue when it runs, or at a screen before this one."""
    if desk.begun.is_set():
        return redirect("/arrive", 303)
    return None if desk.said.may_open(screen) else redirect(f"/{desk.said.reached}", 303)


# --- mailbox -------------------------------------------------------------------------------------


def mailbox() -> AnyResponse:
    desk = here()
    return _elsewhere(desk, Screen.MAILBOX) or _mailbox(desk, desk.said, {})


def say_mailbox() -> AnyResponse:
    desk = here()
    if elsewhere := _elsewhere(desk, Screen.MAILBOX):
        return elsewhere
    typed = typed_in(request.form)
    said, problems = understood(desk.said, typed)
    if problems:
        return _mailbox(desk, said, problems, typed.address)
    before, is_new = desk.said, said.address != desk.said.address
    if not login.is_for_these_servers(said):  # no later screen may use them before a log-in
        said = replace(said, reached=Screen.MAILBOX)
    desk.keep(said)
    if is_new:
        desk.consent.forget()
    if not (is_corrected(before, typed, said.address) if is_new else typed.has_login):
        return redirect("/mailbox?new=yes" if is_new and before.address else "/mailbox", 303)
    if "ask" in request.form:
        return _ask_for_consent(desk, said)
    tried = login.log_in(desk.directory, said, typed, desk.clock())
    desk.keep(tried.said)
    if tried.problems:
        return _mailbox(desk, tried.said, tried.problems, choices=tried.choices)
    desk.look.forget()
    return redirect("/article", 303)


def _ask_for_consent(desk: Desk, said: Said) -> AnyResponse:
    client = client_of(mailbox_of(answers_of(said)))
    if client is None or not client.client_id:
        return _mailbox(desk, said, {"client_id": "Paste your project's ID here."})
    desk.consent.begin(client, Login(directory=desk.directory, address=said.address))
    return redirect("/mailbox", 303)


def _mailbox(
    desk: Desk,
    said: Said,
    problems: Mapping[str, str],
    address: str = "",
    choices: tuple[str, ...] = (),
) -> Response:
    has_password = bool(login.known_password(desk.directory, said).reveal())
    view = mailbox_view(
        said,
        problems,
        has_password=has_password,
        is_moved="new" in request.args,
        choices=choices,
        asking=desk.consent.state,
    )
    values = {"view": view, "address": address or said.address}
    return _screen(desk, Screen.MAILBOX, values, 422 if problems else 200)


# --- article -------------------------------------------------------------------------------------


def article() -> AnyResponse:
    desk = here()
    return _elsewhere(desk, Screen.ARTICLE) or _article(desk, desk.said, {})


def say_article() -> AnyResponse:
    desk = here()
    if elsewhere := _elsewhere(desk, Screen.ARTICLE):
        return elsewhere
    given = request.files.get("file")
    typed = articles.typed_in(
        request.form,
        desk.offer,
        (given.filename or "") if given else "",
        given.read(articles.LONGEST_FILE + 1) if given else b"",
    )
    before = desk.said
    said, problems = articles.understood(before, typed)
    if listed := _list_posts(desk, said, typed, problems):
        return listed
    if problems:
        return _article(desk, said, problems)
    desk.keep(said)
    if not articles.is_same(before, said, typed):
        said, problems = articles.draw_article(desk.directory, said, typed)
        if problems:
            return _article(desk, said, problems)
        desk.look.forget()
    else:
        said = said.up_to(Screen.LOOK)
        write_answers(desk.directory, answers_of(said))
    desk.keep(said)
    return redirect("/look", 303)


def _list_posts(
    desk: Desk, said: Said, typed: articles.Typed, problems: Mapping[str, str]
) -> AnyResponse | None:
    """The screen with the posts of her site, where its address was typed for the first time."""
    if "article" in problems or typed.file or typed.text:
        return None
    if not posts.asks_for_posts(desk.offer, said.article, pressed=typed.wants_posts):
        return None
    desk.offer, problem = posts.search(said.article, pressed=typed.wants_posts)
    if problem:
        return _article(desk, said, {"article": problem})
    if desk.offer is None:
        return None
    desk.keep(said)
    return redirect("/article#posts", 303)


def _article(desk: Desk, said: Said, problems: Mapping[str, str]) -> Response:
    listed = posts.offered(desk.offer, said.article, said.posts, answers_of(said).locale)
    view = articles.ArticleView(said=said, problems=problems, posts=listed)
    return _screen(desk, Screen.ARTICLE, {"view": view}, 422 if problems else 200)


# --- the first look ------------------------------------------------------------------------------


def look() -> AnyResponse:
    """Begins it the first time; the page loads itself again until it is over."""
    desk = here()
    if elsewhere := _elsewhere(desk, Screen.LOOK):
        return elsewhere
    if desk.look.state is None:
        desk.look.begin()
    assert desk.look.state is not None
    view = look_view(desk.said, desk.look.state)
    if not view.goes_on:
        desk.keep(desk.said.up_to(Screen.START))
    return _screen(desk, Screen.LOOK, {"view": view})


def look_again() -> AnyResponse:
    """With the addresses that she says are her site's form."""
    desk = here()
    if elsewhere := _elsewhere(desk, Screen.LOOK):
        return elsewhere
    state = desk.look.state
    offered = state.found.forms if state and state.found else ()
    chosen = tuple(one for one in request.form.getlist("form") if one in offered)
    if chosen:
        said = replace(desk.said, forms=(*desk.said.forms, *chosen))
        write_answers(desk.directory, answers_of(said))
        desk.keep(said)
    desk.look.begin()
    return redirect("/look", 303)


# --- start ---------------------------------------------------------------------------------------


def start() -> AnyResponse:
    desk = here()
    if desk.said.reached is Screen.LOOK and not desk.begun.is_set():  # she does not wait for it
        desk.keep(desk.said.up_to(Screen.START))
    return _elsewhere(desk, Screen.START) or _start(desk, desk.trouble)


def say_start() -> AnyResponse:
    desk = here()
    if elsewhere := _elsewhere(desk, Screen.START):
        return elsewhere
    mode = Mode.WATCH if request.form.get("mode") == Mode.WATCH else Mode.DRAFTS
    try:
        starts.get_ready(desk.directory, desk.said, mode, desk.clock())
    except InboxBotError as error:
        return _start(desk, str(error), 422)
    desk.begin(Start(mode=mode, autostart=desk.can_autostart and "autostart" in request.form))
    return redirect("/starting", 303)


def _start(desk: Desk, trouble: str, status: int = 200) -> Response:
    view = starts.start_view(desk.can_autostart, trouble)
    return _screen(desk, Screen.START, {"view": view}, status)


def starting() -> AnyResponse:
    """Shown at least once: a form's answer may not lead to another port (CSP, form-action)."""
    desk = here()
    if not desk.begun.is_set():
        return redirect("/start", 303)
    values = {"title": "Starting", "steps": steps(desk.said, Screen.START)}
    return show("setup_starting", values)


def arrive() -> AnyResponse:
    """Into the queue, as soon as it is there; the browser waits for the answer."""
    desk = here()
    deadline = time.monotonic() + PATIENCE
    while desk.begun.is_set() and not starts.is_served(desk.directory):
        if time.monotonic() > deadline:
            return redirect("/starting", 303)
        time.sleep(0.2)
    if not desk.begun.is_set():
        return redirect("/start", 303)
    desk.arrived.set()
    return redirect(starts.link_in(desk.directory, desk.clock()), 303)
