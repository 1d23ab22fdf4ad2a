"""Addresses of the FAQ: look at it, try it, and mend it without ever opening a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import faq_writing, pipeline, prose
from inbox_bot.web.faq import entry_of, entry_view, faq_view
from inbox_bot.web.learn_pages import show_kept
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show

LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 20_000


def faq() -> Response:
    page = here()
    wanted = request.args.get("try", "").strip()[:LONGEST_QUESTION]
    with page.bot.store.reading() as tx:
        view = faq_view(tx, page, wanted)
    return show("faq", {"title": "FAQ", "view": view})


def entry(entry_id: str) -> Response:
    page = here()
    with page.bot.store.reading() as tx:
        view = entry_view(tx, page, entry_id)
    return show("entry", {"title": view.question, "view": view, "is_saved": True})


def mend(entry_id: str, verb: str) -> AnyResponse:
    """Keep, change or drop an entry; `preview` shows a change without keeping it."""
    page = here()
    if verb not in (*VERBS, "edit", "preview"):
        abort(404)
    answer = request.form.get("answer", "").replace("\r\n", "\n").strip()[:LONGEST_ANSWER]
    if verb == "preview":
        return _preview(page, entry_id, answer)
    if verb == "edit":
        entry_of(page, entry_id)
        return show_kept(pipeline.mend(page.bot, entry_id, answer, page.clock()))
    VERBS[verb](_file_of(page, entry_id), entry_id)
    return redirect("/faq" if verb == "drop" else f"/faq/{entry_id}", 303)


def _preview(page: Page, entry_id: str, answer: str) -> Response:
    with page.bot.store.reading() as tx:
        view = entry_view(tx, page, entry_id)
    changed = replace(view, answer=answer, preview=prose.plain(answer))
    return show("entry", {"title": view.question, "view": changed, "is_saved": False})


VERBS: Mapping[str, Callable[[Path, str], None]] = {
    "keep": faq_writing.keep,
    "drop": faq_writing.drop,
}


def _file_of(page: Page, entry_id: str) -> Path:
    slug = entry_of(page, entry_id).article
    files = [page.faq / f"{slug}{ending}" for ending in (".yaml", ".yml")]
    return next((file for file in files if file.exists()), files[0])
