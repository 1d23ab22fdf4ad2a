"""Loads and checks `faq/*.yaml`: articles and entries. A file's name is its article's slug."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from inbox_bot.errors import SettingsError
from inbox_bot.model import Article, Entry, Faq
from inbox_bot.yaml_files import Shape, load as load_yaml, problem, read

NOT_ARTICLES = frozenset({"urgent", "personal"})

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _is_slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("write small letters and digits with hyphens, like `massage-chair`")
    return value


def _is_web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(char.isspace() for char in value):
        raise ValueError("write the whole address, like `https://example.com/article/`")
    return value


class ArticleShape(Shape):
    title: Text
    url: Annotated[str, AfterValidator(_is_web_address)] | None = None
    promise: Text | None = None


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


class FileShape(Shape):
    article: ArticleShape
    entries: list[EntryShape]
    unanswered: list[Text] = Field(default_factory=list)


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
        articles=tuple(_article(path.stem, shape.article) for path, shape in files),
        entries=tuple(_entry(path.stem, each) for path, shape in files for each in shape.entries),
        unanswered=tuple(text for _, shape in files for text in shape.unanswered),
    )


def article_files(directory: Path) -> list[Path]:
    """The articles' files by name; SettingsError if there is none."""
    if not directory.is_dir():
        raise SettingsError(f"{directory}: there is no such folder; make it, or set `faq:`")
    paths = sorted(
        path
        for path in directory.iterdir()
        if path.suffix in {".yaml", ".yml"} and path.stem not in NOT_ARTICLES
    )
    if not paths:
        advice = "there is no article in it; `inbox-bot faq draw ARTICLE` makes a first one"
        raise SettingsError(f"{directory}: {advice}")
    return paths


def entry_ids(directory: Path) -> frozenset[str]:
    """The ids in the directory's files, invalid files included."""
    found: set[str] = set()
    for path in directory.glob("*.y*ml"):
        try:
            data = read(path)
        except SettingsError:
            continue
        entries = data.get("entries") if isinstance(data, dict) else None
        found |= {str(each.get("id")) for each in entries or () if isinstance(each, dict)}
    return frozenset(found)


def _repeated_ids(files: list[tuple[Path, FileShape]]) -> Iterator[str]:
    first: dict[str, Path] = {}
    for path, shape in files:
        for index, entry in enumerate(shape.entries):
            if entry.id in first:
                advice = (
                    f"the id `{entry.id}` is taken already in {first[entry.id].name}; rename one"
                )
                yield problem(path, ("entries", index, "id"), advice)
            first.setdefault(entry.id, path)


def _article(slug: str, shape: ArticleShape) -> Article:
    return Article(slug=slug, title=shape.title, url=shape.url or "", promise=shape.promise or "")


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
