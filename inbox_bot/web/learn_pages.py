"""Addresses of learning: "Save for next time?", a new entry, and the drafts it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Article, Draft, Entry, Question
from inbox_bot.review import lesson as review_lesson
from inbox_bot.review.asked_often import due_of, lesson_for, put_off
from inbox_bot.review.keep import Change, Kept, follow_up, write_lesson
from inbox_bot.review.learn import article_for, faq_now, lesson_from
from inbox_bot.review.lesson import Lesson
from inbox_bot.steps.isolation import describe
from inbox_bot.web import phrases
from inbox_bot.web.page import Page, here, number_asked
from inbox_bot.web.rendering import show


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderView:
    letter_id: int
    reader: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """`goes_on`: the change is saved, and not learned yet. `trouble` says why not all was done."""

    entry_id: str
    remade: tuple[ReaderView, ...] = ()
    received: tuple[ReaderView, ...] = ()
    met: tuple[str, ...] = ()
    goes_on: bool = False
    trouble: str = ""


def kept_view(kept: Kept, page: Page) -> KeptView:
    return KeptView(
        entry_id=kept.entry_id,
        remade=readers_of(kept.remade, page),
        received=readers_of(kept.received, page),
        met=kept.met,
    )


def readers_of(drafts: Sequence[Draft], page: Page) -> tuple[ReaderView, ...]:
    return tuple(
        ReaderView(
            letter_id=one.letter_id,
            reader=phrases.short(one.to[0].shown, 60),
            when=phrases.moment(one.sent_at or one.created, page.zone, page.locale),
        )
        for one in drafts
    )


LONGEST = 20_000
REFRESH = "1"  # seconds
LONGEST_QUESTION = 2_000
MOST_PHRASINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    """A new entry before it is saved. `readers` counts who asked, `waiting` who still wait."""

    lesson: Lesson
    articles: tuple[Article, ...]
    readers: int = 0
    waiting: tuple[ReaderView, ...] = ()
    complaint: str = ""


def lesson(draft_id: int) -> Response:
    """Show the proposed entry or phrasing for the author to mend; nothing is saved."""
    page = here()
    proposed = lesson_from(page.bot, draft_id)
    if proposed.is_new:
        return _form(EntryForm(lesson=proposed, articles=_articles(page)))
    return show("lesson", {"title": "Save for next time", "lesson": proposed, "draft": draft_id})


def keep_lesson(draft_id: int) -> AnyResponse:
    """Save another phrasing of an entry."""
    page = here()
    proposed = replace(lesson_from(page.bot, draft_id), question=_typed("question"))
    return begun(page, write_lesson(page.bot, proposed))


def new_entry() -> Response:
    """A form for a question asked often (`often`), for any other (`ask`), or `from` a passage."""
    page = here()
    articles = _articles(page)
    often = number_asked("often")
    if not often:
        asked = request.args.get("ask", "").strip()[:LONGEST_QUESTION]
        passage = faq_now(page.bot).answers.get(request.args.get("from", ""))
        return _form(EntryForm(lesson=_fresh(page, asked, passage), articles=articles))
    with page.bot.store.reading() as tx:
        due = due_of(page.bot, tx, often)
    form = EntryForm(
        lesson=lesson_for(page.bot, due),
        articles=articles,
        readers=due.readers,
        waiting=readers_of(due.waiting, page),
    )
    return _form(form, often)


def keep_entry() -> AnyResponse:
    page = here()
    typed = Lesson(
        is_new=True,
        entry_id=request.form.get("entry_id", "").strip()[:100],
        question=request.form.get("question", "").strip()[:LONGEST_QUESTION],
        answer=request.form.get("answer", "").strip()[:LONGEST],
        article=request.form.get("article", ""),
        also_asked=phrasings(),
    )
    if not typed.entry_id:
        typed = replace(typed, entry_id=review_lesson.new_id(typed.question, faq_now(page.bot)))
    try:
        return begun(page, write_lesson(page.bot, typed))
    except (Conflict, WrongUse) as error:
        form = EntryForm(lesson=typed, articles=_articles(page), complaint=str(error))
        return _form(form, status=409)


def not_now(draft_id: int) -> AnyResponse:
    """Postpone the proposed entry."""
    page = here()
    put_off(page.bot, draft_id, page.clock())
    return redirect("/", 303)


def begun(page: Page, change: Change) -> AnyResponse:
    """To the page that tells what follows from a change."""
    return redirect(f"/kept/{begin_follow_up(page, change)}", 303)


def begin_follow_up(page: Page, change: Change) -> int:
    return page.follow_ups.begin(change.entry_id, lambda: follow_up(page.bot, change, page.clock()))


def kept(number: int) -> AnyResponse:
    """What followed from a change; while it is still being learned the page loads itself anew."""
    page = here()
    found = page.follow_ups.find(number)
    if found is None:  # the bot was started again since
        return redirect("/faq", 303)
    if not found.outcome.done():
        view = KeptView(entry_id=found.entry_id, goes_on=True)
        response = show("kept", {"title": "Saved", "view": view})
        response.headers["Refresh"] = REFRESH
        return response
    try:
        view = kept_view(found.outcome.result(), page)
    except Exception as error:  # the change itself is saved
        view = KeptView(entry_id=found.entry_id, trouble=describe(error))
    return show("kept", {"title": "Saved", "view": view})


def phrasings() -> tuple[str, ...]:
    """Other phrasings, typed one to a line."""
    lines = (" ".join(line.split()) for line in request.form.get("also_asked", "").splitlines())
    return tuple(dict.fromkeys(line[:LONGEST_QUESTION] for line in lines if line))[:MOST_PHRASINGS]


def _form(form: EntryForm, often: int = 0, status: int = 200) -> Response:
    values = {"title": "New entry", "form": form, "often": often}
    return show("new_entry", values, status)


def _fresh(page: Page, asked: str, passage: Entry | None) -> Lesson:
    """With a passage's words as the answer, if one is named."""
    question = review_lesson.asked_plainly(Question(text=asked), ()) if asked else ""
    return Lesson(
        is_new=True,
        entry_id=review_lesson.new_id(question, faq_now(page.bot)) if question else "",
        question=question,
        answer=passage.answer if passage else "",
        article=passage.article if passage else article_for(page.bot, question),
    )


def _articles(page: Page) -> tuple[Article, ...]:
    return faq_now(page.bot).articles


def _typed(name: str) -> str:
    typed = request.form.get(name, "").strip()
    if not typed or len(typed) > LONGEST:
        raise WrongUse(f"Keep the {name.replace('_', ' ')} to a few words.")
    return typed
