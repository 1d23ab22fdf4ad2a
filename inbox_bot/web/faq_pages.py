"""Addresses of the FAQ: show it, try it, and change its files."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.drafting import markdown
from inbox_bot.errors import Conflict, NotFound, SettingsError
from inbox_bot.faq import draw
from inbox_bot.faq.draw.pages import article_text, is_address, name_of
from inbox_bot.faq.draw.web_page import markdown_of
from inbox_bot.model import Article, DrawnFaq, Entry
from inbox_bot.review import keep
from inbox_bot.review.learn import book_of, faq_now
from inbox_bot.web.faq import entry_of, entry_view, faq_view
from inbox_bot.web.learn_pages import begin_follow_up, begun, phrasings
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show

LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 20_000
LONGEST_ARTICLE = 500_000


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
    """Keep, change or drop an entry; `preview` shows a change without keeping it, and `drop` asks
    first."""
    page = here()
    if verb not in ("keep", "edit", "preview", "drop", "put-back"):
        abort(404)
    if verb == "put-back":
        return begun(page, keep.put_back(page.bot, entry_id, page.clock()))
    before = entry_of(page, entry_id)
    if verb == "drop":
        return _drop(page, before)
    typed = replace(
        before,
        question=_typed("question", before.question, LONGEST_QUESTION),
        answer=_typed("answer", before.answer, LONGEST_ANSWER),
        also_asked=phrasings() if "also_asked" in request.form else before.also_asked,
    )
    return _preview(page, typed) if verb == "preview" else _save(page, before, typed)


def _save(page: Page, before: Entry, typed: Entry) -> AnyResponse:
    """A new entry is confirmed by the same button, and the next new one is shown."""
    change = keep.write_entry(page.bot, typed) if typed != before else None
    if not before.usable:
        begin_follow_up(page, keep.confirm_entry(page.bot, before))
        return redirect(_next_new(page, f"/faq/{before.id}"), 303)
    return begun(page, change) if change else redirect(f"/faq/{before.id}", 303)


def _drop(page: Page, entry: Entry) -> AnyResponse:
    if not request.form.get("yes"):
        return show("drop", {"title": "Delete it?", "entry": entry})
    begin_follow_up(page, keep.drop_entry(page.bot, entry, page.clock()))
    return redirect(_next_new(page, "/faq"), 303)


def _typed(name: str, before: str, longest: int) -> str:
    return request.form.get(name, before).strip()[:longest]


def _next_new(page: Page, otherwise: str) -> str:
    """The address of the next entry to check."""
    new = (one.id for one in faq_now(page.bot).entries if not one.usable)
    return next((f"/faq/{entry_id}" for entry_id in new), otherwise)


def _preview(page: Page, typed: Entry) -> Response:
    with page.bot.store.reading() as tx:
        view = entry_view(tx, page, typed.id)
    changed = replace(
        view,
        question=typed.question,
        also_asked=typed.also_asked,
        answer=typed.answer,
        preview=markdown.plain(typed.answer),
    )
    return show("entry", {"title": view.question, "view": changed, "is_saved": False})


# --- articles ----------------------------------------------------------------------------------


def article(slug: str) -> Response:
    return show("article", {"title": "Article", "article": _article(slug), "complaint": ""})


def mend_article(slug: str) -> AnyResponse:
    """Change title, address, and the sentence that promises an answer."""
    before = _article(slug)
    changed = replace(
        before,
        title=_typed("title", before.title, LONGEST_QUESTION),
        url=_typed("url", before.url, LONGEST_QUESTION),
        promise=_typed("promise", before.promise, LONGEST_QUESTION),
    )
    problem = "" if changed.title else "Give it a title."
    if changed.url and not is_address(changed.url):
        problem = "Enter the full link, like https://example.com/article/."
    if problem:
        values = {"title": "Article", "article": changed, "complaint": problem}
        return show("article", values, 409)
    book_of(here().bot).rewrite_article(changed)
    return redirect("/faq", 303)


def new_article() -> Response:
    return show("new_article", {"title": "Add an article", "complaint": "", "source": ""})


def draw_article() -> AnyResponse:
    """Cut an article, by its address or text, into passages."""
    page = here()
    source = request.form.get("source", "").strip()[:LONGEST_ARTICLE]
    try:
        drawn = _drawn(source)
        book_of(page.bot).add_article(drawn)
    except (SettingsError, Conflict) as error:
        values = {"title": "Add an article", "complaint": str(error), "source": source}
        return show("new_article", values, 409)
    return redirect("/faq", 303)


def _drawn(source: str) -> DrawnFaq:
    if is_address(source):
        text = article_text(source, own_network=here().own_network)
        drawn = draw.draw(text, name_of(source), source)
    else:
        text = markdown_of(source) if source.startswith("<") else source
        title = text.strip().partition("\n")[0].strip("# ")[:80]
        drawn = draw.draw(text, title)
    if not drawn.passages:
        raise Conflict(
            "I found nothing in it that could answer a reader. Is this the full article?"
        )
    return drawn


def _article(slug: str) -> Article:
    articles = {one.slug: one for one in faq_now(here().bot).articles}
    if slug not in articles:
        raise NotFound(f"There’s no article named {slug[:80]}.")
    return articles[slug]
