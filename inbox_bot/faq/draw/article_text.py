"""Parses an article's text or Markdown into title, sections, and the sentence that promises.

Plain text marks no headings: a short line on its own, without a full stop, above other text is
taken for one. Some will be wrong; the author sees every drawn entry.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inbox_bot.faq.draw.lines import lines_of
from inbox_bot.letters.wordlists import WordLists

MOST_CHARACTERS = 500_000
BULLET = "• "

_MARKED = re.compile(
    r"(?P<level>#{1,6})\s{1,20}(?P<text>.{0,900}?\S)\s{0,20}#{0,20}$"
    r"|(?P<stars>\*\*|__)(?P<bold>[^*_]{1,900})(?P=stars):?$"
)
_ITEM = re.compile(r"(?:[•●▪‣·*+–-]|\d{1,2}[.)])\s+(?=\S)")
_FRONT_MATTER = re.compile(r"---\n(?P<fields>(?:.*\n){0,80}?)---\n")
_TITLED = re.compile(r"^title:[ \t]{0,9}(?P<title>[^\n]{1,200})", re.MULTILINE)
_CAPTION = re.compile(r"(?:man|woman|person|image|photo|picture|figure|screenshot)\b", re.I)
_ADDRESS = re.compile(r"https?://|www\.|\S@\S")
_DISCLOSURE = re.compile(r"(?:affiliate\s)?disclos\w+\s*[:–-]", re.I)
_LONGEST_FURNITURE = 250
_SIGNS = " \t*_·|–—-:.!…»›→()[]#"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LISTS = WordLists(__name__)


def _any_of(section: str) -> re.Pattern[str]:
    """The phrases of a section, alone on a line but for a number and punctuation."""
    phrases = "|".join(rule for _, rule in _LISTS.rows(section))
    return re.compile(rf"(?:\d{{1,4}} )?(?:{phrases})(?: \(\d{{1,4}}\))?$", re.IGNORECASE)


_FURNITURE, _ELSEWHERE, _COMMENTS = map(_any_of, ("furniture", "elsewhere", "comments"))
_PROMISE = re.compile(
    r"\b(?:I|we)(?:\s+will|[’']ll)\b[^.!?]{0,60}"
    r"\b(?:get back|answer|reply|respond|write back|be in touch)\b"
    r"|\b(?:ich|wir)\b[^.!?]{0,30}\b(?:antworten?|melden?|schreiben?)\b[^.!?]{0,60}"
    r"\b(?:kann|können|möglich|bald|zurück|wieder)\b|\bje (?:vous |te )?répond\w*\b"
    r"|\b(?:te|os|le)? ?(?:contesto|contestaré|respondo|responderé)\b",
    re.IGNORECASE,
)
INVITING = re.compile(
    r"\b(?:let me know|drop me a line|write to me|get in touch|schreibt? mir|meldet? euch"
    r"|melde dich|écri(?:vez|s)[- ]moi|n'hésite[zs]? pas|escríbe(?:me|nme)|escribidme)\b"
    r"[^.!?]{0,60}"
    r"\b(?:questions?|fragen?|preguntas?|dudas?)\b"
    r"|\b(?:questions?|fragen?|preguntas?|dudas?)\b[^.!?]{0,60}\b(?:let me know|drop me a line"
    r"|write to me|get in touch|schreibt? mir|écri(?:vez|s)[- ]moi|escríbe(?:me|nme))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’)»]))\s+(?=[\"“‘„«(¿¡]?[^\W_a-zß-öø-ÿ])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Za-zÄÖÜ]|Dr|Mr|Mrs|Ms|St|No|vs|etc|ca|bzw|usw|ggf|evtl|inkl|max|min|approx|Nr|Mme|M|p|Inc|Lt|Co|Ltd|Col|Gen|Prof|Rev|Sgt|Capt|Jr|Sr|fig|Abb|Bd|e\.g|i\.e)\.)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text under one heading; list items are paragraphs that begin with `BULLET`.

    `above` are the headings that this one stands under.
    """

    heading: str
    paragraphs: tuple[str, ...]
    above: tuple[str, ...] = ()

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
    text = (
        _CONTROL.sub("", text[:MOST_CHARACTERS])
        .replace("\xa0", " ")
        .replace("\r\n", "\n")
        .lstrip("\ufeff")
    )
    front = _FRONT_MATTER.match(text)
    named = _TITLED.search(front["fields"]) if front else None
    blocks = list(_blocks(text[front.end() :] if front else text))
    marked = any(_MARKED.match(line) for block in blocks for line in block)
    titled = named["title"].strip(" \t\"'") if named else ""
    title, blocks = (titled, blocks) if titled.strip(">|-") else _title(blocks)
    sections = tuple(_sections(blocks, marked=marked))
    paragraphs = [each for section in sections for each in section.paragraphs]
    return ArticleText(title=title, sections=sections, promise=_promise(paragraphs))


def sentences(paragraph: str) -> list[str]:
    """An abbreviation ends none."""
    found: list[str] = []
    for piece in (each.strip() for each in _SENTENCE.split(paragraph)):
        if found and _ABBREVIATED.search(found[-1][-12:]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


def bare(text: str) -> str:
    """Its words without case, spaces and punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines between blank lines; a marked heading and a list item are blocks of their own."""
    block: list[str] = []
    for line in lines_of(text):
        furniture = _is(_FURNITURE, line)
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


def _is(furniture: re.Pattern[str], line: str) -> bool:
    """Signs around it do not count."""
    return len(line) <= _LONGEST_FURNITURE and bool(furniture.match(line.strip(_SIGNS)))


def _title(blocks: list[list[str]]) -> tuple[str, list[list[str]]]:
    if not blocks or len(blocks[0]) > 1 or len(blocks[0][0]) > 150:
        return "", blocks
    line = _unmarked(blocks[0][0]) or blocks[0][0]
    if line.endswith(".") or _ITEM.match(line) or _ADDRESS.search(line):
        return "", blocks
    return line, blocks[1:]


def _sections(blocks: list[list[str]], *, marked: bool) -> Iterator[Section]:
    """Up to the comments; without boxes that lead elsewhere."""
    headings: list[tuple[int, str]] = []
    paragraphs = list[str]()
    left_out = False
    for at, block in enumerate(blocks):
        line = " ".join(block)
        if _is_caption(block):
            continue
        named = _unmarked(line) if marked else _unmarked_heading(block, last=at + 1 == len(blocks))
        if _is(_COMMENTS, named or line) and at > 1:
            break
        if named or _is(_ELSEWHERE, line):
            if paragraphs:
                yield _section(headings, paragraphs)
            paragraphs, left_out = [], _is(_ELSEWHERE, named or line)
            if named:
                level = _level(line)
                headings = [*(one for one in headings if one[0] < level), (level, named)]
        elif left_out:
            continue
        elif _DISCLOSURE.match(line):
            yield Section(heading="Disclosure", paragraphs=(line.split(":", 1)[-1].strip(),))
        else:
            paragraphs.append(_ITEM.sub(BULLET, line, count=1) if _ITEM.match(line) else line)
    if paragraphs:
        yield _section(headings, paragraphs)


def _section(headings: list[tuple[int, str]], paragraphs: list[str]) -> Section:
    named = [heading for _, heading in headings] or [""]
    return Section(heading=named[-1], paragraphs=tuple(paragraphs), above=tuple(named[:-1]))


def _level(line: str) -> int:
    """1 to 6; a bold line counts as the lowest."""
    found = _MARKED.match(line)
    return len(found["level"]) if found and found["level"] else 7


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
