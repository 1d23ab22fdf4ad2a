"""Draws an FAQ from an article: cuts it into passages that can answer.

The author reviews nothing beforehand: a passage is shown to her in the first reply that it makes,
and what she makes of it becomes an entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from inbox_bot.faq.draw.article_text import INVITING, ArticleText, Section, read_article, sentences
from inbox_bot.faq.draw.passages import Piece, digest, passages_of
from inbox_bot.faq.draw.topics import topic_of
from inbox_bot.letters.language import detect
from inbox_bot.model import Article, DrawnFaq, DrawnPassage

_SMALL_WORDS = frozenset(
    "a an the of for to is are do does can i you your in on and or with that may what how which"
    " about it my really from der die das und ein eine im den le la les de du des el los".split()
)
_OF_AN_ID = 4  # words
MOST_PASSAGES = 1_000


def draw(text: str, name: str, url: str = "") -> DrawnFaq:
    """`text` is plain text or Markdown; `name` becomes the article's slug."""
    slug = slugged(name) or "article"
    read = read_article(text)
    article = Article(slug=slug, title=read.title or name, url=url, promise=read.promise)
    language = detect(" ".join(section.text for section in read.sections))
    used: set[str] = set()
    drawn: list[DrawnPassage] = []
    for piece in islice(passages_of(without_the_promise(read)), MOST_PASSAGES):
        passage = _drawn(piece, used, slug, language)
        used.add(passage.id)
        drawn.append(passage)
    return DrawnFaq(article=article, passages=tuple(drawn))


def _drawn(piece: Piece, used: Collection[str], slug: str, language: str) -> DrawnPassage:
    named = slugged(piece.heading, at_most=_OF_AN_ID) or slugged(slug, at_most=_OF_AN_ID)
    return DrawnPassage(
        id=free_id(named or "passage", used),
        above=piece.above[-1] if piece.above else "",
        heading=piece.heading,
        text=piece.text,
        topic=topic_of(piece.heading, language),
        drawn=digest(piece.text),
    )


def with_free_ids(drawn: DrawnFaq, taken: Collection[str]) -> DrawnFaq:
    """The same with ids that no other article has."""
    used = set(taken)
    passages: list[DrawnPassage] = []
    for passage in drawn.passages:
        passages.append(replace(passage, id=free_id(passage.id, used)))
        used.add(passages[-1].id)
    return replace(drawn, passages=tuple(passages))


def slugged(text: str, at_most: int = 8) -> str:
    """Small letters and hyphens; small words are left out first if there are too many."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.findall(r"[a-z0-9]+", plain.replace("ß", "ss"))
    telling = [word for word in words if word not in _SMALL_WORDS] or words
    return "-".join((words if len(words) <= at_most else telling)[:at_most])


def free_id(passage_id: str, taken: Collection[str]) -> str:
    numbered = (f"{passage_id}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (passage_id, *numbered) if each not in taken)


def without_the_promise(read: ArticleText) -> ArticleText:
    """ "Questions? Write to me, I'll answer" answers nothing."""
    sections = tuple(_cleared(section, read.promise) for section in read.sections)
    kept = tuple(section for section in sections if section.paragraphs)
    return ArticleText(title=read.title, sections=kept, promise=read.promise)


def _cleared(section: Section, promise: str) -> Section:
    kept = tuple(each for one in section.paragraphs if (each := _kept(one, promise)))
    return Section(heading=section.heading, paragraphs=kept, above=section.above)


def _kept(paragraph: str, promise: str) -> str:
    """Its sentences without the promise, the invitation to ask, and a question that leads to
    them."""
    told = sentences(paragraph)
    out = {at for at, one in enumerate(told) if one == promise or INVITING.search(one)}
    if not out:
        return paragraph
    out |= {at for at, one in enumerate(told) if one.endswith("?") and at + 1 in out}
    return " ".join(one for at, one in enumerate(told) if at not in out)
