"""What the bot knows to say: FAQ, matcher, words of danger and templates, as one value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.decisions import Terms, decide
from inbox_bot.drafting import Drafter
from inbox_bot.following_up import borne_out
from inbox_bot.lanes import Lanes
from inbox_bot.matching import Matcher
from inbox_bot.model import AskAuthor, Decision, Faq, Match, Message, Question, Urgent
from inbox_bot.questions import asks_anything, find_questions, gist

_ANSWER_TO = re.compile(r"(?:re|aw|sv|antw|fw|fwd|wg)\s*(?:\[\d+\])?:", re.IGNORECASE)
NOTHING_TOLD: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The last good version of what the author wrote. `languages` are those of her entries."""

    faq: Faq
    matcher: Matcher
    lanes: Lanes
    drafter: Drafter
    answer_at: float
    both_when_close: bool = False
    languages: frozenset[str] = frozenset({"en"})

    def consider(
        self, message: Message, told: frozenset[str] = NOTHING_TOLD
    ) -> tuple[Decision, ...]:
        """One decision a question, in their order; none when the letter asks nothing.

        `told` are the entries that this reader was sent before.
        """
        text = f"{message.subject}\n\n{message.text}"
        if message.language and message.language not in self.languages:
            return self._urgent(text, message.language) or (_foreign(message),)
        named = self.articles_named(f"{text}\n{message.cut}")
        questions = find_questions(message.text) or asked_in_subject(message)
        return self.consider_text(text, questions, named, told, message.language)

    def consider_text(
        self,
        text: str,
        questions: Sequence[Question],
        named: frozenset[str] = frozenset(),
        told: frozenset[str] = NOTHING_TOLD,
        language: str = "",
    ) -> tuple[Decision, ...]:
        """The same for bare text. Danger and anger are looked for in all of it, asked or not."""
        if urgent := self._urgent(text, language):
            return urgent
        personal = self.lanes.personal(text)
        if not questions:
            return _unasked(text, personal)
        terms = Terms(
            answer_at=self.answer_at,
            personal=personal,
            faq=self.faq,
            already_answered=told,
            both_when_close=self.both_when_close,
        )
        ranked = self._ranked(questions, named)
        return tuple(
            decide(question, matches, terms)
            for question, matches in zip(questions, ranked, strict=True)
        )

    def _ranked(
        self, questions: Sequence[Question], named: frozenset[str]
    ) -> list[tuple[Match, ...]]:
        """Each question with the context that it needs, as far as its own words bear that out."""
        with_context = self.matcher.rank_many([asked(question) for question in questions], named)
        leaning = [question for question in questions if question.context]
        alone = iter(self.matcher.rank_many([question.text for question in leaning], named))
        return [
            borne_out(question, matches, next(alone), self.faq) if question.context else matches
            for question, matches in zip(questions, with_context, strict=True)
        ]

    def articles_named(self, text: str) -> frozenset[str]:
        """Slugs of the articles whose title or URL stands in the text."""
        lowered = text.lower()
        return frozenset(
            article.slug
            for article in self.faq.articles
            if any(name.lower() in lowered for name in (article.title, article.url) if name)
        )

    def _urgent(self, text: str, language: str) -> tuple[Decision, ...]:
        danger = self.lanes.danger(text)
        if not danger:
            return ()
        wording = f"{danger.template}.{language}"
        return (Urgent(question=gist(text), matches=(), reason=danger.reason, wording=wording),)


def asked_in_subject(message: Message) -> tuple[Question, ...]:
    """ "Does massage help?" above an empty letter. The subject of an answer is an old one."""
    subject = message.subject.strip()
    if _ANSWER_TO.match(subject) or not asks_anything(subject):
        return ()
    return find_questions(subject)


def asked(question: Question) -> str:
    """The question as the matcher should see it: with the context that it needs."""
    return f"{question.context} {question.text}".strip()


def _unasked(text: str, personal: str) -> tuple[Decision, ...]:
    if not personal:
        return ()
    return (AskAuthor(question=gist(text), matches=(), reason=personal, personal=True),)


def _foreign(message: Message) -> AskAuthor:
    reason = f"it is written in another language ({message.language}) than your answers"
    return AskAuthor(question=gist(message.text), matches=(), reason=reason)
