"""Learn now: what the author answered once she need not answer again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot import lessons
from inbox_bot.bot import Bot
from inbox_bot.drafting import topic_of
from inbox_bot.errors import Conflict, InboxBotError, Unreadable
from inbox_bot.lessons import Lesson
from inbox_bot.letters import read_letters
from inbox_bot.mending import received, remake
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Entry,
    Message,
    Urgent,
)
from inbox_bot.own_replies import answer_note
from inbox_bot.ports import FaqBook
from inbox_bot.verbs.rewriting import CHOSEN

OFTEN = 3
"""So many letters that ask the same make it worth an entry."""
OPEN = (DraftState.PENDING, DraftState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping a lesson did: drafts that were remade, replies that had the old text."""

    entry_id: str
    remade: tuple[Draft, ...] = ()
    received: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A question that came often and has no entry. `waiting` are drafts of who still waits."""

    question: str
    letters: tuple[int, ...]
    waiting: tuple[Draft, ...]


def lesson_from(bot: Bot, draft_id: int) -> Lesson:
    """What could be kept of this answer; Conflict where there is nothing to learn.

    A swap teaches another way to ask an entry, words of the author's a new entry.
    """
    with bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id)
        letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if not letters or not draft.decisions:
        raise Conflict(f"Draft {draft_id} answers no question: there is nothing to keep.")
    message = letters[0].message
    people = _people(bot, message, draft)
    decision = _taught(draft)
    question = lessons.asked_plainly(decision.question, people)
    if isinstance(decision, Answer) and decision.matches:
        entry_id = decision.matches[0].entry_id
        return Lesson(draft_id=draft_id, is_new=False, entry_id=entry_id, question=question)
    words = lessons.without_signature(_her_words(bot, draft), bot.author.signature)
    return Lesson(
        draft_id=draft_id,
        is_new=True,
        entry_id=lessons.new_id(question, bot.knowledge().faq),
        question=question,
        answer=lessons.answered_plainly(words, people),
        article=_article(bot, message),
    )


def keep_lesson(bot: Bot, lesson: Lesson, now: datetime) -> Kept:
    """Write it into the FAQ, and draft with it for all who wait for the same."""
    book = _book(bot)
    if not lesson.question.strip():
        raise Conflict("Write the question first.")
    if lesson.is_new:
        if not lesson.answer.strip():
            raise Conflict("Write the answer first.")
        if lesson.entry_id in {entry.id for entry in bot.knowledge().faq.entries}:
            raise Conflict(f"There is an entry {lesson.entry_id} already: choose another name.")
        book.add_entry(lessons.entry_of(lesson))
    else:
        book.add_phrasing(_entry(bot, lesson.entry_id), lesson.question)
    remade = remake(bot, lesson.entry_id, now)
    return Kept(entry_id=lesson.entry_id, remade=remade)


def mend(bot: Bot, entry_id: str, answer: str, now: datetime) -> Kept:
    """Another answer for an entry: who waits gets the new text, who had the old one is told."""
    had_it = received(bot, entry_id)
    if not answer.strip():
        raise Conflict("Write the answer first.")
    _book(bot).rewrite_answer(_entry(bot, entry_id), answer)
    return Kept(entry_id=entry_id, remade=remake(bot, entry_id, now), received=had_it)


def lessons_due(bot: Bot) -> tuple[Due, ...]:
    """Questions without an entry that came from three letters or more, the most frequent first."""
    with bot.store.reading() as tx:
        latest = {draft.id: draft for draft in tx.drafts.in_state(*DraftState)}
    groups: list[list[tuple[str, Draft]]] = []
    for text, draft in _unanswered(sorted(latest.values(), key=lambda one: one.id)):
        group = next((one for one in groups if _same(bot, one[0][0], text)), None)
        if group is None:
            groups.append([(text, draft)])
        else:
            group.append((text, draft))
    found = [_due(group) for group in groups]
    often = [due for due in found if len(due.letters) >= OFTEN and not _is_known(bot, due)]
    return tuple(sorted(often, key=lambda due: -len(due.letters)))


def _unanswered(drafts: Sequence[Draft]) -> Iterator[tuple[str, Draft]]:
    for draft in drafts:
        for decision in draft.decisions:
            if isinstance(decision, AskAuthor) and not decision.personal:
                yield lessons.asked_plainly(decision.question, draft.to), draft


def _same(bot: Bot, one: str, other: str) -> bool:
    faq = bot.knowledge().faq
    topic = topic_of(one, faq)
    return (bool(topic) and topic == topic_of(other, faq)) or lessons.alike(one, other)


def _due(group: Sequence[tuple[str, Draft]]) -> Due:
    return Due(
        question=min((text for text, _ in group), key=len),
        letters=tuple(dict.fromkeys(draft.letter_id for _, draft in group)),
        waiting=tuple({d.id: d for _, d in group if d.state in OPEN}.values()),
    )


def _is_known(bot: Bot, due: Due) -> bool:
    """An entry made since answers it."""
    knowledge = bot.knowledge()
    (match, *_) = knowledge.matcher.rank(due.question) or (None,)
    return match is not None and match.confidence >= knowledge.answer_at


def _taught(draft: Draft) -> Decision:
    """The decision that the author overruled: the swapped one, else the first left to her."""
    if any(isinstance(decision, Urgent) for decision in draft.decisions):
        raise Conflict("Words of danger never get a kept answer.")
    chosen = [one for one in draft.decisions if one.reason == CHOSEN]
    asked = [one for one in draft.decisions if isinstance(one, AskAuthor)]
    if not chosen and any(isinstance(one, AskAuthor) and one.personal for one in draft.decisions):
        raise Conflict("This letter needed a person: nothing of it is kept.")
    return (*chosen, *asked, *draft.decisions)[0]


def _her_words(bot: Bot, draft: Draft) -> str:
    """What she wrote: into the draft, or from her own mail program; nothing where she called."""
    if draft.kind is DraftKind.EDITED:
        return draft.text
    with bot.store.reading() as tx:
        message_id = tx.note(answer_note(draft.letter_id))
    account = bot.account_of(draft.sender.email)
    sent = account.mailbox.special_folders().sent if message_id else None
    if sent is None:
        return ""
    uids = account.mailbox.find(sent, message_id)
    fetched = list(account.mailbox.letters(sent, uids[:1]))
    read = bot.read([one.raw for one in fetched])
    return next((one.text for one in read if not isinstance(one, Unreadable)), "")


def _people(bot: Bot, message: Message, draft: Draft) -> tuple[Address, ...]:
    author = Address(email="", name=bot.author.name)
    return tuple(
        one for one in (message.sender, message.reply_to, *draft.to, author) if one is not None
    )


def _article(bot: Bot, message: Message) -> str:
    """The article that the letter names, else the one with the most entries."""
    knowledge = bot.knowledge()
    slugs = [article.slug for article in knowledge.faq.articles]
    named = knowledge.articles_named(f"{message.subject}\n{message.text}\n{message.cut}")
    counts = [entry.article for entry in knowledge.faq.entries]
    return max(slugs, key=lambda slug: (slug in named, counts.count(slug)), default="")


def _entry(bot: Bot, entry_id: str) -> Entry:
    try:
        return bot.knowledge().faq.entry(entry_id)
    except KeyError as error:
        raise Conflict(f"There is no entry {entry_id[:80]}.") from error


def _book(bot: Bot) -> FaqBook:
    if bot.faq_book is None:
        raise InboxBotError("There is no FAQ folder to write into.")
    return bot.faq_book
