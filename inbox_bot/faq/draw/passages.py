"""Cuts an article into passages: pieces of its own text that can answer a reader.

Every sentence of the article's body stands in exactly one passage. A passage ends with a sentence
or a list item, never spans two headings, and holds at most `LONGEST` words; paragraphs stay whole
where that leaves room.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox_bot.faq.draw.article_text import BULLET, ArticleText, Section, bare, sentences
from inbox_bot.letters.wordlists import WordLists

LONGEST = 90  # words
USUAL = 50  # words from which a paragraph need not share its passage
_LEAST = 25  # a shorter rest goes with the piece before it, if there is room
_LONG_ITEM = 9  # words from which a list's items are sentences
_OPENING, _CLOSING = "\"'“„«¿¡(", " \"'”’)»:;-D🙂😉"
_RUN_IN_HEAD = re.compile(
    r"^\*\*(?:[^*\s]{1,40} ){0,2}[^*\s]{1,40}[.:]\*\*:? (?=[\"“„«(]?[^\W\d_a-z])"
    r"|^\*\*(?:[^*\s]{1,40} ){0,2}[^*\s]{1,40}\*\*: (?=[\"“„«(]?[^\W\d_a-z])",
    re.MULTILINE,
)
_EMPHASIS = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?=\S)(?P<words>[^*_\n]{1,300})(?<=\S)(?P=mark)")
_NAMED_BY_A_QUESTION = frozenset("it it's they he she sie er es il elle ils elles".split())
_ADDING = re.compile(r"(?:[^\W\d_]+ ){1,3}(?:also|too|auch|ebenfalls|aussi|también)\b")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LISTS = WordLists(__name__)
_LEANING = frozenset(
    " ".join(phrase for listed in _LISTS.keyed("leaning").values() for phrase in listed).split()
)
_FREE = [re.compile(rule) for _, rule in _LISTS.rows("free")]
_POINTING = [re.compile(rule) for _, rule in _LISTS.rows("pointing")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`heading` is that of its section, `above` those that this one stands under; `text` has its
    paragraphs, with an empty line between, and list items as lines that begin with "- "."""

    heading: str
    above: tuple[str, ...]
    text: str


def passages_of(read: ArticleText) -> Iterator[Piece]:
    for section in read.sections:
        for blocks in _packed(_blocks(section)):
            yield Piece(heading=section.heading, above=section.above, text=_joined(blocks))


def digest(text: str) -> str:
    """Identifies its words: spaces, case and punctuation do not count."""
    return hashlib.sha256(bare(text).encode()).hexdigest()[:16]


def stands_alone(text: str, heading: str = "") -> bool:
    """It begins with a sentence of its own, ends with one, and points to nothing outside. Below a
    question it may begin with "It": the reader's question is the same."""
    if text.startswith("- ") and not _are_sentences(_items(text)):
        return False
    told = flowing(text)
    asked = heading.rstrip().endswith("?") and _first_word(told) in _NAMED_BY_A_QUESTION
    begins = told[:1].isupper() or told[:1].isdigit() or told[:1] in _OPENING
    if not begins or (leans(told) and not asked):
        return False
    if not told.rstrip(_CLOSING).endswith((".", "!", "?", "…")):
        return False
    if any(part.endswith(":") for part in told.split("\n\n")):
        return False
    plain = told.lower().replace("’", "'")
    return not any(pattern.search(plain) for pattern in _POINTING)


def leans(text: str) -> bool:
    """It begins with a word like "this", "then" or "aber"."""
    plain = text[:100].lower().replace("’", "'").lstrip(f"{_OPENING}*_ ")
    if _ADDING.match(plain):
        return True
    first = _first_word(text)
    leaning = first in _LEANING or first.partition("'")[0] in _LEANING  # "it's", "they'll"
    return leaning and not any(pattern.match(plain) for pattern in _FREE)


def _first_word(text: str) -> str:
    first = _FIRST_WORD.match(text[:100].lower().replace("’", "'").lstrip(f"{_OPENING}*_ "))
    return first.group() if first else ""


def flowing(text: str) -> str:
    """As it may stand in a letter, without bold print and the heads of paragraphs ("**Tyres.** The
    wheels …"): the items of a list become one sentence, or some if they are sentences."""
    text = _RUN_IN_HEAD.sub("", text)
    text = _EMPHASIS.sub(r"\g<words>", text)
    parts: list[str] = []
    items: list[str] = []
    for line in [*text.split("\n"), ""]:
        item = line.removeprefix("- ")
        if item != line:
            items.append(item)
            continue
        if items:
            told = _told(items)
            joins = bool(parts) and parts[-1].endswith(":")
            parts[-1:] = [f"{parts[-1]} {told}"] if joins else [*parts[-1:], told]
            items = []
        if line.strip():
            parts.append(line.strip())
    return "\n\n".join(parts)


def _told(items: Sequence[str]) -> str:
    if _are_sentences(items):
        return " ".join(item if item[-1:] in ".!?…" else f"{item}." for item in items)
    return "; ".join(item.rstrip(".;,") for item in items) + "."


def _items(text: str) -> list[str]:
    return [line.removeprefix("- ") for line in text.split("\n") if line.startswith("- ")]


def _are_sentences(items: Sequence[str]) -> bool:
    long = sum(len(item.split()) for item in items) >= _LONG_ITEM * len(items)
    return long and all(item[:1].isupper() or item[:1] in "*_" for item in items)


def _blocks(section: Section) -> Iterator[str]:
    """Paragraphs and list items; a long one is cut between sentences into nearly equal parts."""
    for paragraph in section.paragraphs:
        size = len(paragraph.split())
        if size <= LONGEST:
            yield paragraph
            continue
        parts = -(-size // USUAL)
        yield from _cut(sentences(paragraph), size / parts)


def _cut(said: Sequence[str], size: float) -> Iterator[str]:
    part: list[str] = []
    words = 0
    for sentence in said:
        length = len(sentence.split())
        if part and (words + length > LONGEST or words + length / 2 > size):
            yield " ".join(part)
            part, words = [], 0
        part.append(sentence)
        words += length
    if part:
        yield " ".join(part)


def _packed(blocks: Iterator[str]) -> Iterator[list[str]]:
    """As many blocks as fit; a list stays with the sentence that opens it."""
    pack: list[str] = []
    words = 0
    for block in blocks:
        length = len(block.split())
        listed = block.startswith(BULLET)
        goes_on = listed or length < _LEAST or leans(block) or bool(pack and pack[-1].endswith(":"))
        full = words + length > LONGEST or (words >= USUAL and not goes_on)
        if pack and full:
            opening = [pack.pop()] if pack[-1].endswith(":") and len(pack) > 1 else []
            yield pack
            pack, words = opening, sum(len(one.split()) for one in opening)
        pack.append(block)
        words += length
    if pack:
        yield pack


def _joined(blocks: Sequence[str]) -> str:
    text = ""
    for block in blocks:
        item = block.removeprefix(BULLET)
        listed = item != block
        line = f"- {item}" if listed else item
        both = listed and text.rpartition("\n")[2].startswith("- ")
        text = f"{text}{chr(10) if both else chr(10) * 2}{line}" if text else line
    return text
