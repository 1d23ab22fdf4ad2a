"""Views of the FAQ: entries, their use, and trial questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inbox_bot.drafting import markdown
from inbox_bot.errors import NotFound, SettingsError
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.letters.questions import find_questions
from inbox_bot.model import Answer, Article, DroppedEntry, Entry, Question
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import EntryUse
from inbox_bot.review.keep import dropped_lately
from inbox_bot.review.learn import faq_now
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """`preview` is the answer as plain text, as in a letter; `begins` its first words."""

    id: str
    question: str
    also_asked: tuple[str, ...]
    answer: str
    preview: str
    source: str
    is_used: bool
    fate: str
    is_passage: bool = False
    begins: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    slug: str
    title: str
    entries: tuple[EntryView, ...]
    passages: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    entry_id: str
    question: str
    percent: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedView:
    """The decision on one trial question; `answer` is empty where the author would be asked."""

    question: str
    reason: str
    answer: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqView:
    """`dropped` can be put back; `is_learned` is False while a change is saved, but not heeded.
    `mistake` says what is wrong in the files, where the last valid version goes on."""

    new: tuple[EntryView, ...]
    articles: tuple[ArticleView, ...]
    tried: tuple[TriedView, ...]
    wanted: str
    dropped: tuple[DroppedEntry, ...] = ()
    is_learned: bool = True
    has_mailbox: bool = True
    mistake: str = ""


def faq_view(tx: Transaction, page: Page, wanted: str) -> FaqView:
    """All entries; `wanted` is a question to try."""
    knowledge, faq = page.bot.knowledge(), faq_now(page.bot)
    uses = {one.entry_id: one for one in tx.drafts.uses()}
    views = [(entry, _entry_view(entry, uses.get(entry.id))) for entry in faq.entries]
    passages = [(one, _entry_view(one, uses.get(one.id))) for one in faq.passages]
    return FaqView(
        new=tuple(view for _, view in views if not view.is_used),
        articles=_with_answers_first(_article_view(one, views, passages) for one in faq.articles),
        tried=_tried(wanted, knowledge) if wanted else (),
        wanted=wanted,
        dropped=dropped_lately(tx, page.clock()),
        is_learned=faq == knowledge.faq,
        has_mailbox=bool(page.bot.accounts),
        mistake=_mistake(page),
    )


def _mistake(page: Page) -> str:
    try:
        if page.bot.faq_book:
            page.bot.faq_book.read()
    except SettingsError as error:
        return str(error)
    return ""


def _with_answers_first(articles: Iterable[ArticleView]) -> tuple[ArticleView, ...]:
    return tuple(sorted(articles, key=lambda one: not (one.entries or one.passages)))


def entry_view(tx: Transaction, page: Page, entry_id: str) -> EntryView:
    """NotFound when there is no such entry."""
    use = next((one for one in tx.drafts.uses() if one.entry_id == entry_id), None)
    return _entry_view(entry_of(page, entry_id), use)


def entry_of(page: Page, entry_id: str) -> Entry:
    try:
        return faq_now(page.bot).answers[entry_id]
    except KeyError as error:
        raise NotFound(f"There’s no entry named {entry_id[:80]}.") from error


def _article_view(
    article: Article,
    views: Sequence[tuple[Entry, EntryView]],
    passages: Sequence[tuple[Entry, EntryView]],
) -> ArticleView:
    return ArticleView(
        slug=article.slug,
        title=article.title,
        entries=tuple(view for one, view in views if one.article == article.slug and view.is_used),
        passages=tuple(view for one, view in passages if one.article == article.slug),
    )


def _entry_view(entry: Entry, use: EntryUse | None) -> EntryView:
    return EntryView(
        id=entry.id,
        question=entry.question,
        also_asked=entry.also_asked,
        answer=entry.answer,
        preview=markdown.plain(entry.answer),
        source=entry.source,
        is_used=entry.usable,
        fate=_fate(use),
        is_passage=entry.is_passage,
        begins=phrases.short(markdown.plain(entry.answer), 140),
    )


def _fate(use: EntryUse | None) -> str:
    """ "used 12 times, edited 3 times, rejected once"."""
    if use is None:
        return "not used yet"
    sent = use.sent + use.edited
    told = [f"used {_times(sent)}"] if sent else []
    told += [f"edited {_times(use.edited)}"] if use.edited else []
    told += [f"rejected {_times(use.rejected)}"] if use.rejected else []
    return ", ".join(told)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _tried(wanted: str, knowledge: Knowledge) -> tuple[TriedView, ...]:
    questions = find_questions(wanted) or (Question(text=wanted),)
    known = knowledge.faq.answers
    return tuple(
        TriedView(
            question=one.question.text,
            reason=one.reason,
            answer=_answer(one.matches[0].entry_id, known) if isinstance(one, Answer) else "",
            candidates=tuple(
                Candidate(
                    entry_id=match.entry_id,
                    question=known[match.entry_id].question,
                    percent=round(100 * match.confidence),
                    why=match.why,
                )
                for match in one.matches[:MOST_CANDIDATES]
            ),
        )
        for one in knowledge.consider_text(wanted, questions)
    )


def _answer(entry_id: str, known: Mapping[str, Entry]) -> str:
    return markdown.plain(known[entry_id].answer)
