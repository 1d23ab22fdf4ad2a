"""Drafts a first FAQ from an article, for the author to keep, change or drop by entry.

Answers are the sections' own sentences: it is the author's own article. No drawn entry is used
before she has approved it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from inbox_bot.faq.draw.article_text import BULLET, ArticleText, Section, read_article, sentences
from inbox_bot.faq.draw.asking import Asked, ask
from inbox_bot.faq.draw.cues import question_of
from inbox_bot.model import Article, Entry

LONGEST_ANSWER = 110  # words; an answer is a paragraph in a letter
_LEAST_OWN_ENTRY = 25  # words from which a list item becomes an entry of its own
_FEW = 3  # paragraphs that fit into one answer
_CAPTION = re.compile(r"(?<=[.!?])\s*[^.!?:;]{1,40}$")
_SUBJECT = re.compile(r"(?P<subject>[^,;:–—(.!?]{3,50})[,;:–—(]|(?P<bold>\*\*[^*]{3,50}\*\*)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]*")
_SMALL_WORDS = frozenset(
    "a an the of for to is are do does can i you your in on and or with that may what how which"
    " about it my really from".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFaq:
    """No entry is `usable` yet; each has the hash of its section."""

    article: Article
    entries: tuple[Entry, ...]


def draw(text: str, name: str, url: str = "", taken: Collection[str] = ()) -> DrawnFaq:
    """`text` is plain text or Markdown; `name` becomes the article's slug. `taken` are the ids of
    other articles' entries."""
    slug = slugged(name) or "article"
    read = read_article(text)
    article = Article(slug=slug, title=read.title or name, url=url, promise=read.promise)
    entries: list[Entry] = []
    for section, asked, answer in _proposals(read):
        used = {*taken, *(entry.id for entry in entries)}
        entry_id = _free(slugged(asked.question.removeprefix("What about "), at_most=4), used)
        entries.append(
            Entry(
                id=entry_id,
                article=slug,
                question=asked.question,
                also_asked=asked.also_asked,
                answer=answer,
                source=section.heading or read.title,
                topic=asked.topic,
                usable=False,
                section_hash=section.hash,
            )
        )
    return DrawnFaq(article=article, entries=tuple(entries))


def slugged(text: str, at_most: int = 8) -> str:
    """Small letters and hyphens; small words are left out first if there are too many."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))
    telling = [word for word in words if word not in _SMALL_WORDS] or words
    return "-".join((words if len(words) <= at_most else telling)[:at_most])


def _free(entry_id: str, taken: set[str]) -> str:
    numbered = (f"{entry_id}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (entry_id or "entry", *numbered) if each not in taken)


def _proposals(read: ArticleText) -> Iterator[tuple[Section, Asked, str]]:
    names = _names(read)
    for section in read.sections:
        said = _without_the_promise(section, read.promise)
        own = [each for each in said if _subject(each)]
        headless = not section.heading and len(said) > _FEW
        telling = [each for each in said if headless and question_of(each)]
        others = [each for each in said if each not in own and each not in telling]
        first = [sentences(item.removeprefix(BULLET))[0] for item in own]
        if answer := _answer([*first, *others]):
            yield section, ask(section.heading or read.title or "This article", names), answer
        for item in own:
            yield section, ask(_subject(item), names), _answer([item])
        for paragraph in telling:
            yield section, ask(question_of(paragraph), names), _answer([paragraph])
    if contact := _contact(read):
        yield contact


def _without_the_promise(section: Section, promise: str) -> list[str]:
    """The paragraphs without the promise: "Questions? Write to me, I'll answer" answers nothing."""
    if not promise or promise not in section.text:
        return list(section.paragraphs)
    kept: list[str] = []
    for paragraph in section.paragraphs:
        told = sentences(paragraph)
        if promise in told:
            at = told.index(promise)
            ends = at - 1 if at and told[at - 1].endswith("?") else at
            told[ends : at + 1] = []
        kept.append(" ".join(told))
    return [paragraph for paragraph in kept if paragraph]


def _names(read: ArticleText) -> frozenset[str]:
    """Words with a capital within a sentence."""
    text = " ".join(section.text for section in read.sections)
    return frozenset(_NAME.findall(text)) | {"I"}


def _subject(paragraph: str) -> str:
    """The subject of a long list item: the words before its first pause."""
    item = paragraph.removeprefix(BULLET)
    if item == paragraph or len(item.split()) < _LEAST_OWN_ENTRY:
        return ""
    found = _SUBJECT.match(item)
    return (found["subject"] or found["bold"]).strip(" *") if found else ""


def _answer(paragraphs: Iterable[str]) -> str:
    """As many of the first sentences as fit; list items become parts of one sentence."""
    kept: list[str] = []
    room = LONGEST_ANSWER
    for sentence in _flowing(paragraphs):
        room -= len(sentence.split())
        if room < 0 and kept:
            break
        kept.append(sentence)
    return " ".join(" ".join(kept).split()[: 2 * LONGEST_ANSWER])


def _flowing(paragraphs: Iterable[str]) -> Iterator[str]:
    items: list[str] = []
    for paragraph in paragraphs:
        item = paragraph.removeprefix(BULLET)
        if item != paragraph and len(item.split()) < _LEAST_OWN_ENTRY:
            items.append(item.rstrip(".;,"))
            continue
        if items:
            yield _listed(items)
            items = []
        yield from sentences(_CAPTION.sub("", item) if item == paragraph else item)
    if items:
        yield _listed(items)


def _listed(items: list[str]) -> str:
    told = "; ".join(items)
    return f"{told[:1].upper()}{told[1:]}."


def _contact(read: ArticleText) -> tuple[Section, Asked, str] | None:
    for section in reversed(read.sections):
        if found := _EMAIL.search(section.text):
            address = f"Write to me at <{found.group()}>, I'm glad to hear from you. "
            there = found.group() in read.promise
            return section, ask("Contact"), f"{'' if there else address}{read.promise}".strip()
    return None
