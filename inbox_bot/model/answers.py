"""What the author has answered, what a reader asks, and what the bot makes of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    slug: str
    title: str
    url: str = ""
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered question of the FAQ. `source` is the article's heading, `answer` Markdown.

    `topic` names what it is about where several answers share a letter ("massage chairs");
    `doctor` says that a letter with this answer must send the reader to her doctor first.
    An entry is `usable` once the author has looked at it; `section_hash` names the state of the
    article's section that it was drawn from, empty where the author wrote the entry herself.
    """

    id: str
    article: str
    question: str
    also_asked: tuple[str, ...]
    answer: str
    source: str = ""
    topic: str = ""
    doctor: bool = False
    usable: bool = True
    section_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    """`unanswered` are questions that sound like an entry and have none: they go to the author."""

    articles: tuple[Article, ...]
    entries: tuple[Entry, ...]
    unanswered: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Of the ids alone: it is a key in caches, and its texts fill a book."""
        return hash(tuple(entry.id for entry in self.entries))

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id; KeyError where there is none."""
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked. `context` is what it needs to be understood alone ("it" names what?)."""

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """Why a letter needs help now, in words for the author, and the template that tells how."""

    reason: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in a letter: its danger, and why only the author should answer, if so; why
    so if it answers a reply (`unhelped`)."""

    danger: Danger | None
    personal: str
    unhelped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What this reader was told before a letter.

    Ids of the entries that were `sent` to her, and of those that lie in drafts for her in other
    threads. In this thread `answered`: a reply has left; `by_hand`: the author wrote one herself.
    """

    sent: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    answered: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`confidence` is a calibrated probability, 0..1; `why` says in words what it rests on."""

    entry_id: str
    confidence: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    question: Question
    matches: tuple[Match, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAuthor:
    """`personal` when it needs a person: nothing is filled in and no holding reply prepared."""

    question: Question
    matches: tuple[Match, ...]
    reason: str
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """`wording` names the template of the reply: `urgent` or one for this danger and language."""

    question: Question
    matches: tuple[Match, ...]
    reason: str
    wording: str = "urgent"


Decision = Answer | AskAuthor | Urgent

CHOSEN = "you chose it"
"""The reason of an answer that the author picked herself; nothing overrules it."""
