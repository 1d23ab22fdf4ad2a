"""Turn the author's answers into FAQ entries, and redraft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, InboxBotError
from inbox_bot.letters.encoder import encoder
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Decision,
    Draft,
    DraftKind,
    Entry,
    Message,
    Urgent,
)
from inbox_bot.model.ports import FaqBook
from inbox_bot.review import lesson as review_lesson
from inbox_bot.review.lesson import Lesson
from inbox_bot.steps.own_replies import answer_to
from inbox_bot.steps.remake import received, remake
from inbox_bot.steps.stored_letters import read_letters

SAME = 0.82  # cosine of two questions that mean the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Effects of a kept lesson: remade drafts, sent replies with the old text, and questions that
    went to the author by her own list until now (`met`)."""

    entry_id: str
    remade: tuple[Draft, ...] = ()
    received: tuple[Draft, ...] = ()
    met: tuple[str, ...] = ()


def lesson_from(bot: Bot, draft_id: int) -> Lesson:
    """The lesson to propose from this draft; Conflict where there is none.

    A swap yields another phrasing of an entry, or an entry of a passage; the author's own words a
    new entry.
    """
    with bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id)
        letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if not letters or not draft.decisions:
        raise Conflict(f"Draft {draft_id} doesn't answer a question, so there's nothing to save.")
    message = letters[0].message
    people = _people(bot, message, draft)
    decision = _taught(draft)
    question = review_lesson.asked_plainly(decision.question, people)
    passage = ""
    if isinstance(decision, Answer) and decision.matches:
        entry_id = decision.matches[0].entry_id
        entry = bot.knowledge().faq.answers.get(entry_id)
        if entry is None or not entry.is_passage:
            return Lesson(is_new=False, entry_id=entry_id, question=question)
        passage = entry.answer
    words = review_lesson.without_signature(_her_words(bot, draft), bot.author.signature)
    return Lesson(
        is_new=True,
        entry_id=review_lesson.new_id(question, bot.knowledge().faq),
        question=question,
        answer=review_lesson.answered_plainly(words, people) or passage,
        article=article_for(bot, f"{message.subject}\n{message.text}\n{message.cut}"),
    )


def keep_lesson(bot: Bot, lesson: Lesson, now: datetime) -> Kept:
    """Write it into the FAQ, and remake the waiting drafts that it answers."""
    book = book_of(bot)
    if not lesson.question.strip():
        raise Conflict("Enter a question first.")
    if lesson.is_new:
        if not lesson.answer.strip():
            raise Conflict("Enter an answer first.")
        if lesson.entry_id in bot.knowledge().faq.answers:
            raise Conflict(f"There's already an entry named {lesson.entry_id}. Choose another ID.")
        book.add_entry(review_lesson.entry_of(lesson))
    else:
        book.add_phrasing(_entry(bot, lesson.entry_id), lesson.question)
    met = _met(bot, lesson)
    if met:
        book.answer_now(met)
    remade = remake(bot, lesson.entry_id, now)
    return Kept(entry_id=lesson.entry_id, remade=remade, met=met)


def _met(bot: Bot, lesson: Lesson) -> tuple[str, ...]:
    """The questions under `unanswered` that mean the same."""
    listed = bot.knowledge().faq.unanswered
    asked = encoder().encode([lesson.question, *lesson.also_asked])
    near = (encoder().encode(listed) @ asked.T).max(axis=1) if listed else []
    return tuple(text for text, cosine in zip(listed, near, strict=True) if cosine >= SAME)


def mend_entry(bot: Bot, changed: Entry, now: datetime) -> Kept:
    """Change an entry; remake waiting drafts, list replies sent with the old answer."""
    entry = _entry(bot, changed.id)
    had_it = received(bot, entry.id) if changed.answer.strip() != entry.answer.strip() else ()
    if not changed.question.strip():
        raise Conflict("Enter a question first.")
    if not changed.answer.strip():
        raise Conflict("Enter an answer first.")
    book_of(bot).rewrite(entry, changed)
    return Kept(entry_id=entry.id, remade=remake(bot, entry.id, now), received=had_it)


def _taught(draft: Draft) -> Decision:
    """The decision that the author overruled: the swapped one, else the first left to her."""
    if any(isinstance(decision, Urgent) for decision in draft.decisions):
        raise Conflict("Answers to letters about danger are never saved.")
    chosen = [one for one in draft.decisions if isinstance(one, Answer) and one.chosen]
    asked = [one for one in draft.decisions if isinstance(one, AskAuthor)]
    if not chosen and any(isinstance(one, AskAuthor) and one.personal for one in draft.decisions):
        raise Conflict("This letter needed a personal reply, so nothing from it is saved.")
    return (*chosen, *asked, *draft.decisions)[0]


def _her_words(bot: Bot, draft: Draft) -> str:
    """Her answer, from the draft or her Sent folders; empty if she answered elsewhere."""
    if draft.kind is DraftKind.EDITED:
        return draft.text
    with bot.store.reading() as tx:
        message_id = answer_to(draft.letter_id).of(tx)
    mailbox = bot.account_of(draft.sender.email).mailbox
    for sent in mailbox.special_folders().all_sent if message_id else ():
        fetched = list(mailbox.letters(sent, mailbox.find(sent, message_id)[:1]))
        for one in bot.read([one.raw for one in fetched]):
            if isinstance(one, Message):
                return one.text
    return ""


def _people(bot: Bot, message: Message, draft: Draft) -> tuple[Address, ...]:
    author = Address(email="", name=bot.author.name)
    return tuple(
        one for one in (message.sender, message.reply_to, *draft.to, author) if one is not None
    )


def article_for(bot: Bot, text: str) -> str:
    """The article that the text names, else the one with the most entries."""
    knowledge = bot.knowledge()
    slugs = [article.slug for article in knowledge.faq.articles]
    named = knowledge.articles_named(text)
    counts = [entry.article for entry in knowledge.faq.entries]
    return max(slugs, key=lambda slug: (slug in named, counts.count(slug)), default="")


def _entry(bot: Bot, entry_id: str) -> Entry:
    try:
        return bot.knowledge().faq.entry(entry_id)
    except KeyError as error:
        raise Conflict(f"There's no entry named {entry_id[:80]}.") from error


def book_of(bot: Bot) -> FaqBook:
    if bot.faq_book is None:
        raise InboxBotError("There's no FAQ folder to save to.")
    return bot.faq_book
