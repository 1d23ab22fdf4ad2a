"""Loads and checks `faq/*.yaml`: articles and entries. A file's name is its article's slug."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw.article_text import bare
from inbox_bot.faq.draw.passages import flowing, stands_alone
from inbox_bot.letters.language import detect
from inbox_bot.model import Article, Entry, Faq
from inbox_bot.yaml_files import Shape, load as load_yaml, problem, read

LANGUAGES = frozenset({"en", "de", "fr", "es"})
"""Those in which replies are written."""
NOT_ARTICLES = frozenset({"urgent", "personal"})

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _is_slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("use lowercase letters and digits with hyphens, like `massage-chair`")
    return value


def _is_web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(char.isspace() for char in value):
        raise ValueError("use the full address, like `https://example.com/article/`")
    return value


class ArticleShape(Shape):
    title: Text
    url: Annotated[str, AfterValidator(_is_web_address)] | None = None
    promise: Text | None = None
    language: Literal["en", "de", "fr", "es"] | None = None


class EntryShape(Shape):
    id: Annotated[str, AfterValidator(_is_slug)]
    question: Text
    also_asked: list[Text] = Field(default_factory=list)
    answer: Text
    source: str = ""
    topic: str = ""
    doctor: bool = False
    status: Literal["new", "stale", "ready"] = "ready"
    section_hash: str = ""


class PassageShape(Shape):
    """`drawn` identifies the article's words that it was cut from, so that the author's own changes
    are told from the article's."""

    id: Annotated[str, AfterValidator(_is_slug)]
    above: str = ""
    heading: str = ""
    text: Text
    topic: str = ""
    drawn: str = ""


class FileShape(Shape):
    """`seen` identifies the passages that were drawn before: one that the author took out does not
    come back."""

    article: ArticleShape
    entries: list[EntryShape] = Field(default_factory=list)
    passages: list[PassageShape] = Field(default_factory=list)
    seen: list[str] = Field(default_factory=list)
    unanswered: list[Text] = Field(default_factory=list)


Stamp = tuple[tuple[str, int, int], ...]
"""Name, time and size of each file: enough to notice a change without reading."""


def stamp_of(*folders: Path) -> Stamp:
    return tuple(row for folder in folders for row in sorted(_rows(str(folder))))


def _rows(folder: str) -> Iterator[tuple[str, int, int]]:
    """By `os.scandir`, since each poll and each request looks: pathlib takes four times as long."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from _rows(one.path)
            elif one.is_file():
                status = one.stat()
                yield (one.path, status.st_mtime_ns, status.st_size)


def load(directory: Path) -> Faq:
    """Loads every article's file; SettingsError with a line for each problem."""
    problems: list[str] = []
    files: list[tuple[Path, FileShape]] = []
    for path in article_files(directory):
        try:
            files.append((path, load_yaml(path, FileShape)))
        except SettingsError as error:
            problems.append(str(error))
    problems.extend(_repeated_ids(files))
    if problems:
        raise SettingsError("\n".join(problems))
    return Faq(
        articles=tuple(_article(path.stem, shape) for path, shape in files),
        entries=tuple(_entry(path.stem, each) for path, shape in files for each in shape.entries),
        unanswered=tuple(text for _, shape in files for text in shape.unanswered),
        passages=tuple(passage for path, shape in files for passage in _passages(path.stem, shape)),
    )


def article_files(directory: Path) -> list[Path]:
    """The articles' files by name; SettingsError if there is none."""
    if not directory.is_dir():
        raise SettingsError(f"{directory}: folder not found; create it, or set `faq:`")
    paths = sorted(
        path
        for path in directory.iterdir()
        if path.suffix in {".yaml", ".yml"} and path.stem not in NOT_ARTICLES
    )
    if not paths:
        advice = "there's no article in it yet; add one with `inbox-bot faq draw ARTICLE`"
        raise SettingsError(f"{directory}: {advice}")
    return paths


def entry_ids(directory: Path, besides: Path | None = None) -> frozenset[str]:
    """The ids in the directory's files but one, invalid files included."""
    found: set[str] = set()
    for path in directory.glob("*.y*ml"):
        if path == besides:
            continue
        try:
            data = read(path)
        except SettingsError:
            continue
        for listed in ("entries", "passages"):
            entries = data.get(listed) if isinstance(data, dict) else None
            found |= {str(each.get("id")) for each in entries or () if isinstance(each, dict)}
    return frozenset(found)


def _repeated_ids(files: list[tuple[Path, FileShape]]) -> Iterator[str]:
    first: dict[str, Path] = {}
    for path, shape in files:
        ids = [(("entries", at, "id"), entry.id) for at, entry in enumerate(shape.entries)]
        ids += [(("passages", at, "id"), one.id) for at, one in enumerate(shape.passages)]
        for place, known in ids:
            if known in first:
                advice = f"the ID `{known}` is already used in {first[known].name}; rename one"
                yield problem(path, place, advice)
            first.setdefault(known, path)


def _article(slug: str, file: FileShape) -> Article:
    shape = file.article
    return Article(
        slug=slug,
        title=shape.title,
        url=shape.url or "",
        promise=shape.promise or "",
        language=shape.language or _language_of(file),
    )


def _language_of(file: FileShape) -> str:
    """That of most of its answers; English if it is none that replies are written in."""
    answers = (*(one.answer for one in file.entries), *(one.text for one in file.passages))
    told = Counter(detect(text) for text in answers).most_common(1)
    return next((name if name in LANGUAGES else "en" for name, _ in told), "")


def _passages(slug: str, shape: FileShape) -> Iterator[Entry]:
    """Without those whose words an entry's answer holds already: entries win."""
    answers = [bare(entry.answer) for entry in shape.entries]
    for passage in shape.passages:
        answer = flowing(passage.text)
        told = bare(answer)
        if not any(told in known for known in answers):
            yield Entry(
                id=passage.id,
                article=slug,
                question=passage.heading or shape.article.title,
                also_asked=(),
                answer=answer,
                source=" › ".join(filter(None, (passage.above, passage.heading))),
                topic=passage.topic,
                section_hash=passage.drawn,
                is_passage=True,
                stands_alone=stands_alone(passage.text, passage.heading),
            )


def _entry(slug: str, shape: EntryShape) -> Entry:
    return Entry(
        id=shape.id,
        article=slug,
        question=shape.question,
        also_asked=tuple(shape.also_asked),
        answer=shape.answer,
        source=shape.source,
        topic=shape.topic,
        doctor=shape.doctor,
        usable=shape.status == "ready",
        section_hash=shape.section_hash,
    )
