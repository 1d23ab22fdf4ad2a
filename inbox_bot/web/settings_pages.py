"""Addresses of the settings: show them, change them in `settings.yaml`, stop and resume sending."""

from __future__ import annotations

import hmac
from pathlib import Path
from urllib.parse import urlencode

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import settings, yaml_files
from inbox_bot.drafting.templating import safe
from inbox_bot.errors import NotFound, SettingsError, WrongUse
from inbox_bot.letters.verdicts import is_shared
from inbox_bot.review.forms import take_in_notices
from inbox_bot.settings.editing import Refused, Value, change
from inbox_bot.settings.problems import Problem
from inbox_bot.steps.send import PAUSED
from inbox_bot.web.days import example_of, read_period, told_period
from inbox_bot.web.page import Page, here
from inbox_bot.web.push_pages import push_view
from inbox_bot.web.qr import as_svg
from inbox_bot.web.rendering import show
from inbox_bot.web.settings import AWAY, FIELDS, ListField, Typed, items_at, lists_of, settings_view
from inbox_bot.yaml_files import Location

LONGEST = 2_000
MOST_ITEMS = 500


def settings_page() -> Response:
    return _show(Typed())


def save_settings() -> AnyResponse:
    """The form with single values; nothing is written unless all of it can be used."""
    values = {one.name: _typed(one.name) for one in FIELDS}
    changes: dict[Location, Value] = {
        one.where: bool(values[one.name]) if one.is_choice else values[one.name] for one in FIELDS
    }
    changes[("retention",)] = values["retention"] or None  # an empty text is no duration
    try:
        change(_directory(here()), changes)
    except Refused as refused:
        shown = {**values, "name_a_date": "yes" if values["name_a_date"] else "no"}
        return _show(Typed(values=shown, problems=refused.problems), 409)
    return redirect("/settings?saved=1", 303)


def change_list(name: str, verb: str) -> AnyResponse:
    """Add an item to a list, or remove one: the page then offers the way back."""
    page = here()
    directory = _directory(page)
    one = _list_named(name, directory)
    item = _typed("item")
    tree = yaml_files.read(directory / settings.FILE_NAME)
    known = items_at(tree, one.where)
    if verb == "add":
        return _add(page, directory, one, known)
    if verb != "remove":
        abort(404)
    if item not in known:
        raise NotFound(f"{item[:80]} isn’t on the list anymore.")
    if item in known[: one.fixed]:
        raise WrongUse(
            f"{item[:80]} is the mailbox’s main address. Change it with `inbox-bot init`."
        )
    change(directory, {one.where: tuple(other for other in known if other != item)})
    told = urlencode({"list": name, "gone": item, "mark": _mark(page, name, item)})
    return redirect(f"/settings?{told}#{name}", 303)


def _mark(page: Page, name: str, item: str) -> str:
    """Proves that this page itself removed the item: no other site can offer to "undo" it."""
    return hmac.new(page.key.encode(), f"{name}\0{item}".encode(), "sha256").hexdigest()


def _gone(page: Page) -> tuple[str, str]:
    """The list and the item that was just removed from it; empty without a valid mark."""
    name, item, mark = (request.args.get(key, "") for key in ("list", "gone", "mark"))
    proven = hmac.compare_digest(_mark(page, name, item).encode(), mark.encode())
    return (name, item) if proven else ("", "")


def sending(verb: str) -> AnyResponse:
    """Stop all sending at once, or go on."""
    if verb not in ("pause", "resume"):
        abort(404)
    page = here()
    with page.bot.store.transaction() as tx:
        PAUSED.put(tx, page.clock().isoformat() if verb == "pause" else "")
    return redirect("/" if verb == "resume" else "/settings", 303)


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:LONGEST]


def _add(page: Page, directory: Path, one: ListField, known: tuple[str, ...]) -> AnyResponse:
    item = _typed("item")
    problems = _why_not(one, known, item)
    try:
        written = read_period(item, page.locale) if one.name == AWAY and item else item
        if not problems:
            change(directory, {one.where: (*known, written)})
    except ValueError as error:
        problems = (Problem(where=one.where, text=str(error)),)
    except Refused as refused:
        problems = refused.problems
    if problems:
        return _show(Typed(list_name=one.name, item=item, problems=problems), 409)
    if one.name == "forms":
        _take_in(item)
    return redirect(f"/settings?saved=1#{one.name}", 303)


def _take_in(form: str) -> None:
    """Its earlier notices are readers' letters, too; the next poll drafts replies to them."""
    page = here()
    if take_in_notices(page.bot.heeding(), form, page.clock()):
        page.poll_now()


def _why_not(one: ListField, known: tuple[str, ...], item: str) -> tuple[Problem, ...]:
    text = ""
    if not item:
        text = f"enter something like {one.example or example_of(here().locale)}"
    elif one.name == "never" and item.startswith("@") and is_shared(item.lower()):
        text = f"{item} is shared by many people; enter a single address"
    elif len(known) >= MOST_ITEMS:
        text = "the list is full; shorten it in settings.yaml"
    return (Problem(where=one.where, text=text),) if text else ()


def _show(typed: Typed, status: int = 200) -> Response:
    page = here()
    directory = _directory(page)
    name, gone = _gone(page)
    values: dict[str, object] = {
        "title": "Settings",
        "saved": bool(request.args.get("saved")),
        "gone": gone,
        "gone_told": told_period(gone, page.locale) if name == AWAY else gone,
        "list": name,
        "wrong": bool(typed.problems),
        **_phone(page.bot.policy.page_url),
        **push_view(page),
    }
    try:
        with page.bot.store.reading() as tx:
            view = settings_view(tx, page, directory, typed)
    except SettingsError as error:
        return show("settings", {**values, "view": None, "mistake": str(error)}, 409)
    return show("settings", {**values, "view": view, "mistake": ""}, status)


def _phone(url: str) -> dict[str, object]:
    """The page's address for other devices, also as a QR code."""
    return {"url": url, "qr": safe(as_svg(url, "The address as a QR code")) if url else ""}


def _directory(page: Page) -> Path:
    if page.bot.directory is None:
        raise NotFound("Settings aren't available here.")
    return page.bot.directory


def _list_named(name: str, directory: Path) -> ListField:
    for one in lists_of(settings.load(directory)):
        if one.name == name:
            return one
    raise NotFound(f"There’s no list named {name[:80]} in the settings.")
