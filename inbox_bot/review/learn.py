"""Propose FAQ entries from the author's answers."""

from __future__ import annotations

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, InboxBotError, SettingsError
from inbox_bot.model import (
    ON_THE_WAY,
    Address,
    Answer,
    AskAuthor,
    Cause,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Message,
    Urgent,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import FaqBook
from inbox_bot.model.records import SentReply
from inbox_bot.review import lesson as review_lesson
from inbox_bot.review.lesson import Lesson
from inbox_bot.steps.own_replies import answer_to
from inbox_bot.steps.stored_letters import read_letters


def lesson_from(bot: Bot, draft_id: int) -> Lesson:
    """The lesson to propose from this draft; Conflict where there is none.

    A swap yields another phrasing of an entry, or an entry of a passage; the author's own words a
    new entry.
    """
    with bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id)
        letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if not letters or not draft.decisions:
        raise Conflict(
            f"Draft {draft_name(draft_id)} doesn't answer a question, so there's nothing to save."
        )
    message = letters[0].message
    people = _people(bot, message, draft)
    decision = _taught(draft)
    question = review_lesson.asked_plainly(decision.question, people)
    passage = ""
    if isinstance(decision, Answer) and decision.matches:
        entry_id = decision.matches[0].entry_id
        entry = faq_now(bot).answers.get(entry_id)
        if entry is None or not entry.is_passage:
            return Lesson(is_new=False, entry_id=entry_id, question=question)
        passage = entry.answer
    words = review_lesson.without_signature(_her_words(bot, draft), bot.author.signature)
    return Lesson(
        is_new=True,
        entry_id=review_lesson.new_id(question, faq_now(bot)),
        question=question,
        answer=review_lesson.answered_plainly(words, people) or passage,
        article=article_for(bot, f"{message.subject}\n{message.text}\n{message.cut}"),
    )


def teaches(draft: Draft) -> bool:
    """Whether the author answered a question that was left to her, or chose another answer."""
    if not can_teach(draft):
        return False
    if draft.state is DraftState.SUPERSEDED:
        return draft.cause is Cause.ANSWERED_BY_HAND
    said_yes = draft.state in (*ON_THE_WAY, DraftState.SENT)
    hers = [one for one in draft.decisions if isinstance(one, AskAuthor)]
    return said_yes and (
        any(isinstance(one, Answer) and one.chosen for one in draft.decisions)
        or (draft.kind is DraftKind.EDITED and bool(hers))
    )


def can_teach(draft: Draft | SentReply) -> bool:
    """Whether an entry or another way to ask one can be made of it; see `lesson_from`."""
    decisions = draft.decisions
    if not decisions or draft.kind is DraftKind.HOLDING:
        return False
    if any(isinstance(one, Urgent) for one in decisions):
        return False
    return not any(isinstance(one, AskAuthor) and one.personal for one in decisions)


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
    faq, named = faq_now(bot), bot.knowledge().articles_named(text)
    slugs = [article.slug for article in faq.articles]
    counts = [entry.article for entry in faq.entries]
    return max(slugs, key=lambda slug: (slug in named, counts.count(slug)), default="")


def book_of(bot: Bot) -> FaqBook:
    if bot.faq_book is None:
        raise InboxBotError("There's no FAQ folder to save to.")
    return bot.faq_book


def faq_now(bot: Bot) -> Faq:
    """The FAQ as its files are, also while the bot still learns them; the last valid one where
    they hold a mistake."""
    try:
        return bot.faq_book.read() if bot.faq_book else bot.knowledge().faq
    except SettingsError:
        return bot.knowledge().faq
