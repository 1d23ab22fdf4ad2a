"""Writes into the author's FAQ files: new entries, phrasings, her yes and no.

Her comments, quotes and order stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain, count
from pathlib import Path
from typing import Any, cast

from inbox_bot import yaml_files
from inbox_bot.errors import NotFound, SettingsError
from inbox_bot.faq.draw import free_id
from inbox_bot.faq.draw.article_text import bare
from inbox_bot.faq.draw.passages import digest
from inbox_bot.faq.load import NOT_ARTICLES
from inbox_bot.model import Article, DrawnFaq, DrawnPassage, Entry

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
            "article": _article(drawn.article),
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
        changed = _redraw(_list(data, "passages"), _list(data, "seen"), drawn)

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


def add_entry(path: Path, entry: Entry) -> None:
    def change(data: Mapped) -> None:
        yaml_files.append(_list(data, "entries"), _mapped(entry))

    yaml_files.rewrite(path, change)


def add_phrasing(path: Path, entry_id: str, phrasing: str) -> None:
    """Adds another way in which the entry is asked, unless it is known."""

    def change(entry: Mapped) -> None:
        known = _list(entry, "also_asked")
        said = " ".join(phrasing.split())
        if said.lower() not in {str(each).lower() for each in (*known, entry["question"])}:
            yaml_files.append(known, said)

    _change_entry(path, entry_id, change)


def answer_now(path: Path, met: Collection[str]) -> None:
    """Takes questions out of `unanswered`: an entry answers them from now on."""

    def change(data: Mapped) -> None:
        listed = _list(data, "unanswered")
        for each in [one for one in listed if str(one).strip() in met]:
            listed.remove(each)

    yaml_files.rewrite(path, change)


def rewrite_answer(path: Path, entry_id: str, answer: str) -> None:
    _change_entry(
        path, entry_id, lambda entry: entry.update(answer=yaml_files.paragraph(answer.strip()))
    )


def rewrite_entry(path: Path, entry_id: str, changed: Entry) -> None:
    """Changes the question, the other ways to ask it, and the answer; comments on the rest stay."""

    def change(entry: Mapped) -> None:
        entry["question"] = changed.question
        if entry.get("answer") != changed.answer:
            entry["answer"] = yaml_files.paragraph(changed.answer.strip())
        known = _list(entry, "also_asked")
        for gone in [each for each in known if str(each) not in changed.also_asked]:
            known.remove(gone)
        for said in changed.also_asked:
            if said not in {str(each) for each in known}:
                yaml_files.append(known, said)
        if not known:
            del entry["also_asked"]

    _change_entry(path, entry_id, change)


def rewrite_article(path: Path, article: Article) -> None:
    def change(data: Mapped) -> None:
        known = data["article"]
        if isinstance(known, MutableMapping):
            for key in ("url", "promise"):
                known.pop(key, None)
            known.update(_article(article))

    yaml_files.rewrite(path, change)


def keep(path: Path, entry_id: str, section_hash: str = "") -> None:
    """Records the author's yes: the entry is used from now on, with the hash of its section."""

    def change(entry: Mapped) -> None:
        entry["status"] = "ready"
        if section_hash:
            entry["section_hash"] = section_hash

    _change_entry(path, entry_id, change)


def mark_stale(path: Path, entry_id: str) -> None:
    """Withholds an entry, whose section has changed, until the author has looked at it."""
    _change_entry(path, entry_id, lambda entry: entry.update(status="stale"))


def drop(path: Path, entry_id: str) -> None:
    def change(data: Mapped) -> None:
        entries = _list(data, "entries")
        entries.remove(_found(data, entry_id, path))

    yaml_files.rewrite(path, change)


def _change_entry(path: Path, entry_id: str, change: Callable[[Mapped], None]) -> None:
    yaml_files.rewrite(path, lambda data: change(_found(data, entry_id, path)))


def _found(data: Mapped, entry_id: str, path: Path) -> Mapped:
    for entry in _list(data, "entries"):
        if isinstance(entry, MutableMapping) and entry.get("id") == entry_id:
            return entry
    raise NotFound(f"{path}: there's no entry `{entry_id}`")


def _list(mapped: Mapped, key: str) -> MutableSequence[object]:
    """The list under a key, created if missing."""
    if not isinstance(mapped.get(key), MutableSequence):
        mapped[key] = []
    return cast(MutableSequence[object], mapped[key])


def _article(article: Article) -> dict[str, str]:
    fields = {"title": article.title, "url": article.url, "promise": article.promise}
    return {key: value for key, value in fields.items() if value}


def _mapped(entry: Entry) -> dict[str, object]:
    """The fields in an author's reading order, without empty ones."""
    fields: dict[str, object] = {
        "id": entry.id,
        "status": "" if entry.usable else "new",
        "question": entry.question,
        "also_asked": list(entry.also_asked),
        "answer": yaml_files.paragraph(entry.answer),
        "source": entry.source,
        "topic": entry.topic,
        "doctor": entry.doctor,
        "section_hash": entry.section_hash,
    }
    return {key: value for key, value in fields.items() if value}
