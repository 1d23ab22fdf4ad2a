"""Parses an article's text or Markdown into title, sections, and the sentence that promises.

Plain text marks no headings: a short line on its own, without a full stop, above other text is
taken for one. Some will be wrong; the author sees every drawn entry.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 500_000
BULLET = "• "

_MARKED = re.compile(
    r"#{1,6}\s{1,20}(?P<text>.{0,900}?\S)\s{0,20}#{0,20}$"
    r"|(?P<stars>\*\*|__)(?P<bold>[^*_]{1,900})(?P=stars)$"
)
_ITEM = re.compile(r"(?:[•●▪‣·*+–-]|\d{1,2}[.)])\s+(?=\S)")
_CAPTION = re.compile(r"(?:man|woman|person|image|photo|picture|figure|screenshot)\b", re.I)
_ADDRESS = re.compile(r"https?://|www\.|\S@\S")
_DISCLOSURE = re.compile(r"(?:affiliate\s)?disclos\w+\s*[:–-]", re.I)
_FURNITURE = re.compile(
    r"(?:leave a (?:comment|reply)|comments?|share (?:this|on)\b.{0,200}|"
    r"related (?:posts?|articles?)|about the author|table of contents|contents|subscribe|"
    r"newsletter|you may also like|"
    r"\W{0,20}(?:posted|published|updated|last updated|written|reviewed) (?:by|on)\b[^.!?]{1,60}|"
    r"\W{0,20}by (?-i:[A-Z][\w.]{1,40}(?: [A-Z][\w.]{1,40}){0,3})|"
    r"\d{1,4} min(?:ute)?s? read)\W{0,20}$",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:I|we)(?:\s+will|[’']ll)\b[^.!?]{0,60}"
    r"\b(?:get back|answer|reply|respond|write back|be in touch)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"“‘(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text under one heading; list items are paragraphs that begin with `BULLET`."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def hash(self) -> str:
        """A hash of its words: changes of spaces, case and punctuation do not count."""
        words = bare(f"{self.heading} {self.text}")
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """`sections` in order; text above the first heading has the heading ""."""

    title: str
    sections: tuple[Section, ...]
    promise: str

    def section(self, heading: str) -> Section | None:
        """The section with this heading, compared without case, spaces and punctuation."""
        wanted = bare(heading)
        return next((each for each in self.sections if bare(each.heading) == wanted), None)


def read_article(text: str) -> ArticleText:
    """Never fails: a text without headings is one section without a heading."""
    text = text[:MOST_CHARACTERS].replace("\xa0", " ").lstrip("\ufeff")
    blocks = list(_blocks(text))
    marked = any(_MARKED.match(line) for block in blocks for line in block)
    title, blocks = _title(blocks)
    sections = tuple(_sections(blocks, marked=marked))
    paragraphs = [each for section in sections for each in section.paragraphs]
    return ArticleText(title=title, sections=sections, promise=_promise(paragraphs))


def sentences(paragraph: str) -> list[str]:
    return [each.strip() for each in _SENTENCE.split(paragraph) if each.strip()]


def bare(text: str) -> str:
    """Its words without case, spaces and punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines between blank lines; a marked heading and a list item are blocks of their own."""
    block: list[str] = []
    for line in (" ".join(each.split()) for each in text.splitlines()):
        furniture = bool(_FURNITURE.match(line))
        alone = bool(_MARKED.match(line) or _ITEM.match(line))
        if block and (not line or alone or furniture):
            yield block
            block = []
        if line and not furniture:
            block.append(line)
        if _MARKED.match(line):
            yield block
            block = []
    if block:
        yield block


def _title(blocks: list[list[str]]) -> tuple[str, list[list[str]]]:
    if not blocks or len(blocks[0]) > 1 or len(blocks[0][0]) > 150:
        return "", blocks
    line = _unmarked(blocks[0][0]) or blocks[0][0]
    if line.endswith(".") or _ITEM.match(line) or _ADDRESS.search(line):
        return "", blocks
    return line, blocks[1:]


def _sections(blocks: list[list[str]], *, marked: bool) -> Iterator[Section]:
    heading, paragraphs = "", list[str]()
    for at, block in enumerate(blocks):
        line = " ".join(block)
        if _is_caption(block):
            continue
        named = _unmarked(line) if marked else _unmarked_heading(block, last=at + 1 == len(blocks))
        if named:
            if paragraphs:
                yield Section(heading=heading, paragraphs=tuple(paragraphs))
            heading, paragraphs = named, []
        elif _DISCLOSURE.match(line):
            yield Section(heading="Disclosure", paragraphs=(line.split(":", 1)[-1].strip(),))
        else:
            paragraphs.append(_ITEM.sub(BULLET, line, count=1) if _ITEM.match(line) else line)
    if paragraphs:
        yield Section(heading=heading, paragraphs=tuple(paragraphs))


def _unmarked(line: str) -> str:
    """The text of a heading that Markdown marks; empty for any other line."""
    found = _MARKED.match(line)
    return (found["text"] or found["bold"]).strip(" *_") if found else ""


def _unmarked_heading(block: list[str], *, last: bool) -> str:
    line = block[0]
    plain = len(block) == 1 and not last and len(line) <= 80 and len(line.split()) <= 12
    odd = _ITEM.match(line) or _ADDRESS.search(line)
    begun = line[:1].isupper() or line[:1].isdigit()
    return line if plain and begun and not odd and line[-1] not in ".,;:!…" else ""


def _is_caption(block: list[str]) -> bool:
    line = block[0]
    return len(block) == 1 and len(line) <= 80 and line[-1] != "." and bool(_CAPTION.match(line))


def _promise(paragraphs: Iterable[str]) -> str:
    each = (sentence for paragraph in paragraphs for sentence in sentences(paragraph))
    promising = [sentence for sentence in each if _PROMISE.search(sentence)]
    return promising[-1] if promising else ""
