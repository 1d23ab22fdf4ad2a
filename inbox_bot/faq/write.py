"""Writes an article's passages into its FAQ file.

The author's comments, quotes and order stay as they were.
"""

from __future__ import annotations

from collections.abc import MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain, count
from pathlib import Path
from typing import Any, cast

from inbox_bot import yaml_files
from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw import free_id
from inbox_bot.faq.draw.article_text import bare
from inbox_bot.faq.draw.passages import digest
from inbox_bot.faq.load import NOT_ARTICLES
from inbox_bot.model import Article, DrawnFaq, DrawnPassage

_HEADING = """\
Drawn from the article by inbox_bot: `passages` are your own words, which can answer a reader.
Change anything you wouldn't say that way in a letter, and delete what no one should get. A passage
that you rework in a reply can become an entry: a question in readers' words, with your answer.
`drawn` tells the bot when the article has changed, and `seen` keeps out what you deleted. Leave
both as they are.
"""

Mapped = MutableMapping[str, object]
TAKEN = NOT_ARTICLES | {"general"}
_MOST_COMPARED, _SAME = 200, 0.5  # words, and the share of them in the same order


def file_for(drawn: DrawnFaq, folder: Path) -> Path:
    """The article's own file: a new name where another article, or something else, has its."""
    slug = drawn.article.slug
    numbered = (f"{slug}-{number}" for number in count(2))
    names = (name for name in chain([slug], numbered) if name not in TAKEN)
    return next(path for name in names if _is_its_own(path := folder / f"{name}.yaml", drawn))


def _is_its_own(path: Path, drawn: DrawnFaq) -> bool:
    """There is no such file, or it was drawn from an article of that title or address."""
    if not path.exists():
        return True
    data: Any = yaml_files.read(path)
    article = data.get("article") if isinstance(data, MutableMapping) else None
    if not isinstance(article, MutableMapping):
        return True  # writing tells what is wrong with it
    same_address = bool(drawn.article.url) and drawn.article.url == article.get("url")
    same_title = bare(str(article.get("title", ""))) == bare(drawn.article.title)
    return same_address or same_title or not (data.get("passages") or data.get("entries"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """Ids of passages: `added`, `removed` because the article lost them, `kept` though it lost
    them, because the author had changed them, and `unchanged`."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def write_drawn(drawn: DrawnFaq, path: Path) -> Redrawn:
    """A new file; or, where there is one, its passages brought up to date. Entries and the author's
    own changes stay."""
    if not path.exists():
        passages = [_passage(each) for each in drawn.passages]
        seen = [each.drawn for each in drawn.passages]
        data: dict[str, object] = {
            "article": article_fields(drawn.article),
            "passages": passages,
            "seen": seen,
        }
        yaml_files.write(path, _HEADING, data)
        return Redrawn(added=tuple(each.id for each in drawn.passages))
    changed = Redrawn()

    def change(data: Mapped) -> None:
        nonlocal changed
        if not isinstance(data, MutableMapping):
            raise SettingsError(
                f"{path}: this isn't an FAQ file; give the article's file another name"
            )
        changed = _redraw(list_in(data, "passages"), list_in(data, "seen"), drawn)

    yaml_files.rewrite(path, change)
    return changed


def _redraw(
    known: MutableSequence[object], seen: MutableSequence[object], drawn: DrawnFaq
) -> Redrawn:
    old = [each for each in known if isinstance(each, MutableMapping)]
    now = {each.drawn for each in drawn.passages}
    lost = [each for each in old if each.get("drawn") and str(each["drawn"]) not in now]
    gone = [each for each in lost if digest(str(each.get("text", ""))) == each.get("drawn")]
    kept = [each for each in lost if each not in gone]
    for each in gone:
        known.remove(each)
        if each["drawn"] in seen:  # should the article say it again, it is new
            seen.remove(each["drawn"])
    added = _added(old, kept, set(map(str, seen)), drawn)
    for passage in added:
        yaml_files.append(known, _passage(passage))
        yaml_files.append(seen, passage.drawn)
    return Redrawn(
        added=tuple(passage.id for passage in added),
        removed=tuple(str(each["id"]) for each in gone),
        kept=tuple(str(each["id"]) for each in kept),
        unchanged=tuple(str(each["id"]) for each in old if each not in lost),
    )


def _added(
    old: Sequence[Mapped], kept: Sequence[Mapped], seen: set[str], drawn: DrawnFaq
) -> list[DrawnPassage]:
    """What is new, but for passages that the author has changed already: hers stand for them."""
    known = seen | {str(each.get("drawn", "")) for each in old}
    taken = {str(each.get("id")) for each in old}
    hers = [bare(str(each.get("text", ""))).split() for each in kept]
    added: list[DrawnPassage] = []
    for passage in drawn.passages:
        if passage.drawn in known or any(_alike(passage.text, own) for own in hers):
            continue
        added.append(replace(passage, id=free_id(passage.id, taken)))
        taken.add(added[-1].id)
    return added


def _alike(text: str, own: Sequence[str]) -> bool:
    told = bare(text).split()[:_MOST_COMPARED]
    return SequenceMatcher(None, told, own[:_MOST_COMPARED], autojunk=False).ratio() >= _SAME


def _passage(passage: DrawnPassage) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": passage.id,
        "above": passage.above,
        "heading": passage.heading,
        "topic": passage.topic,
        "text": yaml_files.paragraph(passage.text),
        "drawn": passage.drawn,
    }
    return {key: value for key, value in fields.items() if value}


def list_in(mapped: Mapped, key: str) -> MutableSequence[object]:
    """The list under a key, created if missing."""
    if not isinstance(mapped.get(key), MutableSequence):
        mapped[key] = []
    return cast(MutableSequence[object], mapped[key])


def article_fields(article: Article) -> dict[str, str]:
    fields = {"title": article.title, "url": article.url, "promise": article.promise}
    return {key: value for key, value in fields.items() if value}
