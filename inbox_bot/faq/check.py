"""Finds doubtful places in an FAQ, each as a line that tells the author what to do.

Errors that make an FAQ unusable are reported on loading (`faq.load`); these are entries that would
be answered badly: confused with each other, no longer in line with the article, or with paid links
that are not disclosed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.faq.draw import without_the_promise
from inbox_bot.faq.draw.article_text import ArticleText, Section, bare, read_article
from inbox_bot.faq.draw.passages import digest, passages_of
from inbox_bot.faq.evaluate import Trial
from inbox_bot.model import Entry, Faq

FEWEST_PHRASINGS = 5
CONFUSED_FROM = 2  # phrasings of one entry that another entry wins

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,/]\d+)*(?:\s?%)?")
_LINK = re.compile(r"https?://[^\s<>()\[\]\"']+")
_PAID_LINK = re.compile(
    r"amzn\.to/|amazon\.[a-z.]{2,20}/\S{0,500}[?&]tag=|[?&](?:aff|affid|aff_id|affiliate|ref|partner|irclickid)="
    r"|shareasale\.|awin1?\.|avantlink\.|anrdoezrs\.|jdoqocy\.|tkqlhce\.|clickbank\.|rstyle\.me"
    r"|shrsl\.|skimresources\.|go2cloud\.",
    re.IGNORECASE,
)
_DISCLOSED = re.compile(
    r"\b(?:affiliate|commission|amazon associate|sponsored|paid link|I (?:may )?earn|get paid)",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(r"(?:wrapping up|conclusion|summary|final thoughts|introduction)\b", re.I)


class Doubt(StrEnum):
    REPEATED = "repeated"
    CONFUSED = "confused"
    THIN = "thin"
    NEW = "new"
    STALE = "stale"
    SOURCE = "source"
    NUMBER = "number"
    UNCOVERED = "uncovered"
    UNDISCLOSED = "undisclosed"


HINTS = frozenset({Doubt.CONFUSED, Doubt.THIN, Doubt.UNCOVERED, Doubt.NEW})
"""What could be better; all else is wrong as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`entry` is empty for a whole article; `text` says what to do."""

    doubt: Doubt
    article: str
    entry: str
    text: str

    def line(self) -> str:
        where = f"{self.article}.yaml"
        return f"{where}: {self.entry}: {self.text}" if self.entry else f"{where}: {self.text}"


def check(
    faq: Faq, articles: Mapping[str, str] | None = None, trials: Sequence[Trial] = ()
) -> tuple[Finding, ...]:
    """`articles` holds the available articles' texts by slug; `trials` come from `evaluate`. Checks
    whose input is missing are skipped."""
    findings = [*_repeated(faq), *_confused(faq, trials)]
    for entry in faq.entries:
        findings += [*_thin(entry), *_undisclosed(entry)]
    for slug, text in (articles or {}).items():
        entries = [entry for entry in faq.entries if entry.article == slug]
        read = read_article(text)
        for entry in entries:
            findings += _against_the_article(entry, read)
        passages = [one for one in faq.passages if one.article == slug]
        findings += _lost(slug, passages, read) if passages else _uncovered(slug, entries, read)
    return tuple(findings)


def _finding(doubt: Doubt, entry: Entry, text: str) -> Finding:
    return Finding(doubt=doubt, article=entry.article, entry=entry.id, text=text)


def _repeated(faq: Faq) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in faq.entries:
        for phrasing in (entry.question, *entry.also_asked):
            known = first.setdefault(bare(phrasing), entry)
            if known is not entry:
                advice = (
                    f"“{phrasing}” is also listed under {known.id}; keep it in only one of them"
                )
                yield _finding(Doubt.REPEATED, entry, advice)


def _confused(faq: Faq, trials: Sequence[Trial]) -> Iterator[Finding]:
    wrong = [t for t in trials if t.expected is not None and t.best != t.expected]
    pairs = Counter((trial.expected, trial.best) for trial in wrong)
    for (expected, best), count in pairs.most_common():
        if count < CONFUSED_FROM or expected is None:
            continue
        said = "; ".join(f"“{t.text}”" for t in wrong if (t.expected, t.best) == (expected, best))
        advice = f"would be mistaken for {best}: {said}; make the difference clear in both"
        yield _finding(Doubt.CONFUSED, faq.entry(expected), advice)


def _thin(entry: Entry) -> Iterator[Finding]:
    if not entry.usable:
        advice = "it's new or stale and not in use; review it, then set `status: ready`"
        yield _finding(Doubt.NEW, entry, advice)
    if len(entry.also_asked) < FEWEST_PHRASINGS:
        advice = f"only {len(entry.also_asked)} other phrasings; add some from real letters"
        yield _finding(Doubt.THIN, entry, advice)


def _undisclosed(entry: Entry) -> Iterator[Finding]:
    paid = [link for link in _LINK.findall(entry.answer) if _PAID_LINK.search(link)]
    if paid and not _DISCLOSED.search(_LINK.sub("", entry.answer)):
        advice = (
            f"{paid[0]} looks like an affiliate link; say in the answer that you earn a commission"
        )
        yield _finding(Doubt.UNDISCLOSED, entry, advice)


def _against_the_article(entry: Entry, read: ArticleText) -> Iterator[Finding]:
    section = read.section(entry.source) or _whole_if_title(entry, read)
    if section is None:
        advice = f"the article has no heading “{entry.source}”; set `source:` to one of its own"
        yield _finding(Doubt.SOURCE, entry, advice)
        return
    if entry.section_hash and entry.section_hash != section.hash:
        advice = f"the section “{section.heading}” has changed since then; check the answer again"
        yield _finding(Doubt.STALE, entry, advice)
    said = _numbers(f"{section.heading} {section.text}")
    for number in sorted(_numbers(entry.answer) - said):
        advice = f"{number} isn't in the section “{section.heading}”; check the answer"
        yield _finding(Doubt.NUMBER, entry, advice)


def _lost(slug: str, passages: Sequence[Entry], read: ArticleText) -> Iterator[Finding]:
    now = {digest(piece.text) for piece in passages_of(without_the_promise(read))}
    if any(passage.section_hash not in now for passage in passages if passage.section_hash):
        advice = "the article has changed since it was drawn; run `inbox-bot faq draw` on it again"
        yield Finding(doubt=Doubt.STALE, article=slug, entry="", text=advice)


def _whole_if_title(entry: Entry, read: ArticleText) -> Section | None:
    """The text above the first heading, if the source is the article's title."""
    return read.section("") if bare(entry.source) in {"", bare(read.title)} else None


def _uncovered(slug: str, entries: Sequence[Entry], read: ArticleText) -> Iterator[Finding]:
    covered = {bare(entry.source) for entry in entries}
    for section in read.sections:
        asked = section.heading and not _NOT_ASKED.match(section.heading)
        if asked and bare(section.heading) not in covered:
            advice = f"no entry covers the section “{section.heading}”; add one if readers ask"
            yield Finding(doubt=Doubt.UNCOVERED, article=slug, entry="", text=advice)


def _numbers(text: str) -> set[str]:
    return {"".join(found.split()) for found in _NUMBER.findall(_LINK.sub(" ", text))}
