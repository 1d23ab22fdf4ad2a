"""Writes into the author's FAQ files: new entries, phrasings, her yes and no.

Her comments, quotes and order stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, MutableSequence
from pathlib import Path
from typing import cast

from inbox_bot import yaml_files
from inbox_bot.errors import NotFound, SettingsError
from inbox_bot.faq.draw import DrawnFaq
from inbox_bot.model import Article, Entry

_HEADING = """\
Drawn from the article by inbox_bot. Each entry is `status: new` and not used until you have
looked at it: change what is not as you would say it, add the words that readers use, and take
the line `status: new` away (or set it to ready). Drop what nobody would ask.
`section_hash` tells the bot when the article's section has changed; leave it as it is.
"""

Mapped = MutableMapping[str, object]


def write_drawn(drawn: DrawnFaq, path: Path) -> None:
    """SettingsError if the file exists: the author's text is never replaced."""
    if path.exists():
        advice = "it is there already; `inbox-bot faq check` tells what has changed since"
        raise SettingsError(f"{path}: {advice}")
    data: dict[str, object] = {
        "article": _article(drawn.article),
        "entries": [_mapped(entry) for entry in drawn.entries],
    }
    yaml_files.write(path, _HEADING, data)


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
    raise NotFound(f"{path}: there is no entry `{entry_id}`")


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
