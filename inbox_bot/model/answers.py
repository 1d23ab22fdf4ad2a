"""FAQ entries, readers' questions, and the bot's decisions on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from inbox_bot.humanize import shortened

IN_A_LIST = 140
"""Characters of a question in a list."""
_DASH = " — "
_SHORTEST_CONTEXT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """`language` is an ISO 639-1 code, empty while there is no answer to tell it from."""

    slug: str
    title: str
    url: str = ""
    promise: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered question of the FAQ. `source` is the article's heading, `answer` Markdown.

    `topic` names its subject in a reply with several answers ("massage chairs");
    `doctor` says that a letter with this answer must send the reader to her doctor first.
    An entry is `usable` once the author has confirmed it; `section_hash` identifies the text of
    the article's section it was drawn from, empty where she wrote the entry herself.

    A passage (`is_passage`) is a piece of the article's own text that can answer where no entry
    does: its `question` is its heading, `section_hash` identifies its words there. If it does not
    stand alone in a letter (`stands_alone`), it is only offered.
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
    is_passage: bool = False
    stands_alone: bool = True


@dataclass(frozen=True, kw_only=True)
class Faq:
    """`passages` are those that no entry replaces; `unanswered` are questions that resemble an
    entry's but go to the author."""

    articles: tuple[Article, ...]
    entries: tuple[Entry, ...]
    unanswered: tuple[str, ...] = ()
    passages: tuple[Entry, ...] = ()

    @cached_property
    def languages(self) -> frozenset[str]:
        """Of the articles that have answers; English where there is none."""
        told = frozenset(article.language for article in self.articles if article.language)
        return told or frozenset({"en"})

    @cached_property
    def answers(self) -> Mapping[str, Entry]:
        """Entries and passages by id."""
        return {entry.id: entry for entry in (*self.passages, *self.entries)}

    def __hash__(self) -> int:
        """Hash the ids only: it is a cache key, and its texts are long."""
        return hash(tuple(entry.id for entry in self.entries))

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id; KeyError where there is none."""
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedEntry:
    """An entry or passage that the author took out: `text` is its lines in the file of `article`,
    and `after` the id of the one before it, empty for the first one."""

    entry_id: str
    question: str
    article: str
    text: str
    after: str
    is_passage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPassage:
    """A passage as the article has it. `above` is the heading under which `heading` stands;
    `topic` is what a reply calls it, empty if the heading gives none; `drawn` identifies its words
    in the article."""

    id: str
    above: str
    heading: str
    text: str
    topic: str
    drawn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFaq:
    """What an article gives an FAQ."""

    article: Article
    passages: tuple[DrawnPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `context` explains its references ("it"), so that it can stand alone.

    `readings` are other texts that may say better what is meant: the question with sentences
    around it. `doubtful`: it may be a courtesy, rhetoric, or a footer's. `hinted`: neither its mark
    nor its words ask, only what it says. `readings` and `hinted` serve the matching alone, and are
    not stored.
    """

    text: str
    context: str = ""
    readings: tuple[str, ...] = field(default=(), compare=False)
    doubtful: bool = field(default=False, compare=False)
    hinted: bool = field(default=False, compare=False)

    def in_list(self, length: int = IN_A_LIST) -> str:
        """On one line, after the sentence it leans on, if any: "… trigger points — Does it hurt?".

        Of that sentence, the end is kept, as far as there is room: it is the nearest.
        """
        asked = shortened(self.text, length)
        room = length - len(asked) - len(_DASH)
        context = " ".join(self.context.split()).rstrip(" .,:;–—-")
        if not context or room < _SHORTEST_CONTEXT:
            return asked
        if len(context) > room:
            context = f"…{context[1 - room :].partition(' ')[2]}"
        return f"{context}{_DASH}{asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """Why the reader needs help now, worded for the author, and the reply's template."""

    reason: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Safety check of a letter: its danger; why only the author should answer (`personal`); the
    same if it answers a reply (`unhelped`)."""

    danger: Danger | None
    personal: str
    unhelped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Earlier answers to a letter's reader.

    `sent` are ids of entries sent to her, `waiting` of those in drafts for her in other threads.
    In this thread, `answered`: a reply has left; `by_hand`: the author wrote one herself.
    """

    sent: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    answered: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`confidence` is a calibrated probability, 0..1; `why` explains it in words. `excerpt` is the
    part of a passage that answers, as it stands there; empty for all of it."""

    entry_id: str
    confidence: float
    why: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`chosen`: the author picked the entry herself; nothing overrules it."""

    question: Question
    matches: tuple[Match, ...]
    reason: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAuthor:
    """Left to the author. `personal`: no answer is filled in, no holding reply prepared."""

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
