"""The bot's knowledge as one value: FAQ, matcher, safety rules and templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from inbox_bot.drafting import Drafter
from inbox_bot.faq.decide import MOST_CANDIDATES, NOTHING_BEFORE, Terms, decide
from inbox_bot.faq.matching import Matcher, best_of
from inbox_bot.faq.matching.text import words
from inbox_bot.faq.resolving import needed_for, readings_of, resolved
from inbox_bot.humanize import language_name
from inbox_bot.letters.questions import asks_anything, find_questions, gist
from inbox_bot.letters.reading.subjects import is_answer, without_marks
from inbox_bot.letters.safety import Safety
from inbox_bot.letters.verdicts import judge, wants_no_answer
from inbox_bot.model import (
    Answer,
    AskAuthor,
    Before,
    Decision,
    Faq,
    Judgement,
    KnownPeople,
    Match,
    Message,
    Question,
    Urgent,
    Verdict,
)

_LEAST_OF_A_TITLE = 3  # words
BY_HAND = "you wrote in this thread yourself, so reply in your own words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter before its decision: `settled` before any matching, or with its `questions`, the
    articles that it names, and the matches of each question.

    `personal` is why only the author should answer, `unhelped` the same after an answer.
    """

    text: str
    settled: tuple[Decision, ...] = ()
    personal: str = ""
    unhelped: str = ""
    questions: tuple[Question, ...] = ()
    named: frozenset[str] = frozenset()
    matches: tuple[tuple[Match, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIn:
    """The questions of a letter, and the articles that it names."""

    questions: tuple[Question, ...]
    articles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The last valid version of the author's files."""

    faq: Faq
    matcher: Matcher
    safety: Safety
    drafter: Drafter
    answer_at: float

    def warm_up(self) -> None:
        """Load what the first letter would have to wait for."""
        self.matcher.rank("")

    def judge(self, message: Message, people: KnownPeople) -> Judgement:
        """The verdict by the rules; but danger makes a letter a reader's, even below "Thanks!", and
        so does what needs a person in a letter that looks like mere thanks."""
        judgement = judge(message, people)
        if not judgement.by_words:
            return judgement
        subject = "" if is_answer(message.subject) else message.subject
        heard = self.safety.hear_many([message.text, message.beside, subject])
        danger = next((one.danger for one in heard if one.danger), None)
        if danger:
            return Judgement(verdict=Verdict.READER, reason=f"it mentions danger: {danger.reason}")
        if judgement.verdict is Verdict.COURTESY and heard[0].personal:
            return Judgement(verdict=Verdict.READER, reason=heard[0].personal)
        return judgement

    def consider(self, message: Message, before: Before = NOTHING_BEFORE) -> tuple[Decision, ...]:
        """One decision for each question, in order; none if the letter asks nothing."""
        return self.decide(self.match_many([message])[0], before)

    def match_many(self, messages: Sequence[Message]) -> Sequence[Case]:
        """Prepares and matches many letters at once. Their answers depend on earlier replies to
        their readers: see `decide`."""
        self.safety.hear_many([said(message) for message in messages])  # in one batch, then kept
        return self._matched([self._prepared(message) for message in messages])

    def match_questions(self, asked: Sequence[AskedIn]) -> Sequence[tuple[tuple[Match, ...], ...]]:
        """The matches of each question of letters that were read before, all at once."""
        cases = [Case(text="", questions=one.questions, named=one.articles) for one in asked]
        return [case.matches for case in self._matched(cases)]

    def decide(self, case: Case, before: Before) -> tuple[Decision, ...]:
        """One decision for each question of a matched letter, in order."""
        if case.settled:
            return case.settled
        personal = _personal(case, before)
        if not case.questions:
            return _unasked(case.text, personal)
        terms = Terms(answer_at=self.answer_at, personal=personal, faq=self.faq, before=before)
        asked = zip(case.questions, case.matches, strict=True)
        return _without_hints([decide(question, matches, terms) for question, matches in asked])

    def _prepared(self, message: Message) -> Case:
        """Danger counts in all text, including footers and the letter's second version."""
        case = self._case_of(message)
        if not message.beside or any(isinstance(one, Urgent) for one in case.settled):
            return case
        beside = self._urgent(message.beside, message.language)
        return replace(case, settled=beside) if beside else case

    def _case_of(self, message: Message) -> Case:
        text = said(message)
        if message.language and message.language not in self.faq.languages:
            foreign = self._urgent(text, message.language) or (self._foreign(message, text),)
            return Case(text=text, settled=foreign)
        named = self.articles_of(message)
        questions = find_questions(message.text, self._topic(message)) or asked_in_subject(message)
        return self._case(text, questions, named, message.language)

    def _topic(self, message: Message) -> str:
        """The subject, unless it only names an article: that tells nothing of what is asked."""
        topic = topic_of(message)
        said = words(topic)
        titles = [words(article.title) for article in self.faq.articles]
        names_one = any(said == title[: len(said)] for title in titles)
        return "" if names_one and len(said) >= _LEAST_OF_A_TITLE else topic

    def consider_text(
        self,
        text: str,
        questions: Sequence[Question],
        named: frozenset[str] = frozenset(),
        before: Before = NOTHING_BEFORE,
        language: str = "",
    ) -> tuple[Decision, ...]:
        """The same for bare text. Danger and anger are searched for in all of it."""
        case = self._case(text, questions, named, language)
        return self.decide(self._matched([case])[0], before)

    def _case(
        self,
        text: str,
        questions: Sequence[Question],
        named: frozenset[str],
        language: str,
    ) -> Case:
        if urgent := self._urgent(text, language):
            return Case(text=text, settled=urgent)
        heard = self.safety.hear(text)
        return Case(
            text=text,
            personal=heard.personal,
            unhelped=heard.unhelped,
            questions=tuple(questions),
            named=named,
        )

    def _matched(self, cases: Sequence[Case]) -> Sequence[Case]:
        ranked = self._ranked_by_articles(cases)
        return [
            replace(case, matches=tuple(next(ranked[case.named]) for _ in case.questions))
            for case in cases
        ]

    def _ranked_by_articles(
        self, cases: Sequence[Case]
    ) -> Mapping[frozenset[str], Iterator[tuple[Match, ...]]]:
        """The matches of all questions, in order, of letters that name the same articles."""
        questions: dict[frozenset[str], list[Question]] = {}
        for case in cases:
            questions.setdefault(case.named, []).extend(case.questions)
        return {named: iter(self._ranked(asked, named)) for named, asked in questions.items()}

    def _ranked(
        self, questions: Sequence[Question], named: frozenset[str]
    ) -> list[tuple[Match, ...]]:
        """Ranks each question alone and in each of its readings: the better one counts."""
        readings = [readings_of(question) for question in questions]
        texts = [reading.text for each in readings for reading in each]
        ranked = iter(self.matcher.rank_many(texts, named))
        return [
            resolved(each, [next(ranked) for _ in each], needed_for(question, self.answer_at))
            for question, each in zip(questions, readings, strict=True)
        ]

    def articles_of(self, message: Message) -> frozenset[str]:
        """Slugs of the articles that the letter or its quotes name; else of those in its language,
        if there are others."""
        named = self.articles_named(f"{message.subject}\n{message.text}\n{message.cut}")
        if named or len(self.faq.languages) == 1 or not message.language:
            return named
        return frozenset(
            article.slug for article in self.faq.articles if article.language == message.language
        )

    def articles_named(self, text: str) -> frozenset[str]:
        """Slugs of the articles whose title or URL is in the text."""
        lowered = text.lower()
        return frozenset(
            article.slug
            for article in self.faq.articles
            if any(name.lower() in lowered for name in (article.title, article.url) if name)
        )

    def _urgent(self, text: str, language: str) -> tuple[Decision, ...]:
        danger = self.safety.hear(text).danger
        if not danger:
            return ()
        wording = f"{danger.template}.{language}"
        return (Urgent(question=gist(text), matches=(), reason=danger.reason, wording=wording),)

    def _foreign(self, message: Message, text: str) -> AskAuthor:
        """Needs the author: nothing is drafted in a language that her answers do not have."""
        personal = self.safety.hear(text).personal
        asked = find_questions(message.text) or (Question(text=gist(message.text).text),)
        ranked = self.matcher.rank_foreign([one.text for one in asked])
        reason = f"it's in {language_name(message.language)}, and your answers aren't"
        return AskAuthor(
            question=gist(message.text),
            matches=tuple(best_of(chain.from_iterable(ranked))[:MOST_CANDIDATES]),
            reason=personal or reason,
            personal=bool(personal),
        )


def wants_answer(message: Message, decisions: Sequence[Decision]) -> bool:
    """A reader's letter opens a promise, unless it asks nothing and wants no reply (law 10)."""
    return bool(decisions) or not wants_no_answer(message.text)


def said(message: Message) -> str:
    """All text that is searched for danger and distress; `beside` only for danger."""
    return f"{message.subject}\n\n{message.text}"


def asked_in_subject(message: Message) -> tuple[Question, ...]:
    """ "Does massage help?" above an empty letter. The subject of a reply is an old one."""
    subject = message.subject.strip()
    if without_marks(subject) != subject or not asks_anything(subject):
        return ()
    return find_questions(subject)


def topic_of(message: Message) -> str:
    """The subject, without the marks of replies and forwards."""
    return without_marks(message.subject).strip(" .")


def asked(question: Question) -> str:
    """The question for the matcher, with the context that it needs."""
    return f"{question.context} {question.text}".strip()


def _personal(case: Case, before: Before) -> str:
    if before.by_hand:
        return BY_HAND
    return (before.answered and case.unhelped) or case.personal


def _without_hints(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Beside an answer, "My wife says it is all in the head" needs no promise of another."""
    answered = any(isinstance(one, Answer) for one in decisions)
    return tuple(
        one
        for one in decisions
        if not answered or isinstance(one, Answer) or not one.question.hinted
    )


def _unasked(text: str, personal: str) -> tuple[Decision, ...]:
    if not personal:
        return ()
    return (AskAuthor(question=gist(text), matches=(), reason=personal, personal=True),)
