"""Addresses that only show something (GET)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.drafting.mime import html_of
from inbox_bot.errors import InboxBotError, NotFound
from inbox_bot.model import Message
from inbox_bot.model.names import letter_name
from inbox_bot.pipeline import first_letters, has_begun
from inbox_bot.reports import watch_only
from inbox_bot.steps.health import Ailment, Health, health_of
from inbox_bot.steps.send import PAUSED
from inbox_bot.steps.stored_letters import read_letters
from inbox_bot.web.flash import (
    is_stale,
    late_notice,
    looked_view,
    notice_of,
    settled_notice,
    several_notice,
)
from inbox_bot.web.headers import framed
from inbox_bot.web.html import harmless
from inbox_bot.web.letter import letter_view
from inbox_bot.web.newcomer import newcomer_view
from inbox_bot.web.page import here, number_asked
from inbox_bot.web.queue import queue_view
from inbox_bot.web.rendering import show
from inbox_bot.web.searching import found, others_view
from inbox_bot.web.sent import sent_view
from inbox_bot.web.several_pages import numbers

LONGEST_ORIGINAL = 200_000


def queue() -> AnyResponse:
    """Without a mailbox there are no letters, but answers to look through."""
    page, now = here(), here().clock()
    if not page.bot.accounts:
        return redirect("/faq", 303)
    number = number_asked("page", 1)
    with page.bot.store.reading() as tx:
        view = queue_view(tx, page, number, now)
        notice = notice_of(tx, number_asked("done"), page, now)
        notice = notice or settled_notice(tx, number_asked("over"))
        notice = notice or late_notice(tx, number_asked("late"))
        notice = notice or several_notice(tx, _asked_ids("several"), _asked_ids("left"), now)
        watched = watch_only.score(tx)
        looked = looked_view(tx, number_asked("looked"), now)
        if notice is None and looked is None:  # one notice at a time
            looked = newcomer_view(tx, page, now)
        paused = bool(PAUSED.of(tx))
        stale = is_stale(tx, now)
    if view.being_read and stale:
        page.poll_now()
    first = None if watched or has_begun(page.bot) else first_letters(page.bot)
    values = {"view": view, "notice": notice, "first": first, "watched": watched, "looked": looked}
    return show("queue", {**values, "paused": paused})


def _asked_ids(name: str) -> tuple[int, ...]:
    return numbers(request.args.get(name, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Text that the author typed before the page is shown again, with the reason."""

    line: str = ""
    text: str = ""
    complaint: str = ""


def letter(letter_id: int) -> Response:
    return show_letter(letter_id, Typed())


def show_letter(letter_id: int, typed: Typed, status: int = 200) -> Response:
    page, now = here(), here().clock()
    with page.bot.store.reading() as tx:
        view = letter_view(tx, page, letter_id, now)
    again = bool(request.args.get("again"))
    values = {"title": view.reader, "view": view, "typed": typed, "again": again}
    return show("letter", values, status)


def original(letter_id: int) -> Response:
    """The letter's source as text."""
    with here().bot.store.reading() as tx:
        stored = tx.messages.get(letter_id)
    source = stored.raw[:LONGEST_ORIGINAL].decode("utf-8", "replace")
    return show("original", {"title": "Original", "letter_id": letter_id, "source": source})


def letter_html(letter_id: int) -> Response:
    """The reader's HTML, sanitized, for a sandboxed frame."""
    return framed(harmless(_message(letter_id).html))


def reply_html(draft_id: int, version: int) -> Response:
    """The HTML part of a reply as it will arrive, for a sandboxed frame."""
    with here().bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id, version)
    return framed(html_of(draft))


def search() -> Response:
    page = here()
    wanted = request.args.get("q", "").strip()[:200]
    with page.bot.store.reading() as tx:
        view = found(tx, page, wanted, page.clock())
    return show("search", {"title": "Search", "view": view})


def sent() -> Response:
    page = here()
    wanted = request.args.get("q", "").strip()[:200]
    with page.bot.store.reading() as tx:
        view = sent_view(tx, page, wanted, number_asked("page", 1), page.clock())
    return show("sent", {"title": "Sent", "view": view})


def others() -> Response:
    page = here()
    with page.bot.store.reading() as tx:
        view = others_view(tx, page, page.clock())
    return show("others", {"title": "Others", "view": view})


def keys() -> Response:
    return show("keys", {"title": "Keyboard shortcuts"})


def healthz() -> Response:
    """Health check for a watchdog; says nothing about readers."""
    page = here()
    try:
        with page.bot.store.reading() as tx:
            health = health_of(tx, page.clock())
    except InboxBotError:
        health = Health(what=Ailment.STORE)
    response: Response = jsonify(health.as_json())
    response.status_code = 200 if health.healthy else 503
    return response


def _message(letter_id: int) -> Message:
    page = here()
    with page.bot.store.reading() as tx:
        stored = tx.messages.get(letter_id)
    letters, _ = read_letters(page.bot, [stored])
    if not letters:
        raise NotFound(f"Letter {letter_name(letter_id)} can't be read. Open the original instead.")
    return letters[0].message
