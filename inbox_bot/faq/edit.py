"""Changes entries in the author's FAQ files: new ones, phrasings, her yes and no.

Her comments, quotes and order stay as they were, and so does each line that is not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any

from inbox_bot import yaml_files
from inbox_bot.errors import NotFound
from inbox_bot.faq import splice
from inbox_bot.faq.write import Mapped, article_fields, list_in
from inbox_bot.model import Article, DroppedEntry, Entry, files

_ENTRIES, _PASSAGES, _UNANSWERED = "entries", "passages", "unanswered"


def add_entry(path: Path, entry: Entry) -> None:
    """Behind the last entry, above what stands below them."""
    item = yaml_files.dumped({_ENTRIES: [_mapped(entry)]}).partition("\n")[2]
    _insert(path, _ENTRIES, item, None)


def put_back(path: Path, dropped: DroppedEntry) -> None:
    """What was dropped, where it stood: behind the one that was before it."""
    key = _PASSAGES if dropped.is_passage else _ENTRIES
    ids = _ids(yaml_files.read(path), key)
    after = ids.index(dropped.after) if dropped.after in ids else None
    _insert(path, key, dropped.text, after if dropped.after else -1)


def _insert(path: Path, key: str, item: str, after: int | None) -> None:
    spliced = splice.inserted(yaml_files.read_text(path), key, item, after)
    if spliced is not None:
        files.write_text(path, spliced)
        return
    told: Any = yaml_files.values(f"it:\n{item}")

    def change(data: Mapped) -> None:
        yaml_files.append(list_in(data, key), told["it"][0])

    yaml_files.rewrite(path, change)


def add_phrasing(path: Path, entry_id: str, phrasing: str) -> None:
    """Adds another way in which the entry is asked, unless it is known."""

    def change(entry: Mapped) -> None:
        known = list_in(entry, "also_asked")
        said = " ".join(phrasing.split())
        if said.lower() not in {str(each).lower() for each in (*known, entry["question"])}:
            yaml_files.append(known, said)

    _change_entry(path, entry_id, change)


def answer_now(path: Path, met: Collection[str]) -> None:
    """Takes questions out of `unanswered`: an entry answers them from now on."""
    data: Any = yaml_files.read(path)
    listed = data.get(_UNANSWERED) if isinstance(data, dict) else None
    numbers = [number for number, one in enumerate(listed or ()) if str(one).strip() in met]
    if not numbers:
        return
    spliced = splice.removed(yaml_files.read_text(path), _UNANSWERED, numbers)
    if spliced is not None:
        files.write_text(path, spliced)
        return

    def change(data: Mapped) -> None:
        known = list_in(data, _UNANSWERED)
        for each in [one for one in known if str(one).strip() in met]:
            known.remove(each)

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
        known = list_in(entry, "also_asked")
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
            known.update(article_fields(article))

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


def rewrite_passage(path: Path, passage_id: str, text: str) -> None:
    """`drawn` still names the article's words, so that drawing anew knows this as her own."""

    def change(passage: Mapped) -> None:
        passage["text"] = yaml_files.paragraph(text.strip())

    _change_item(path, _PASSAGES, passage_id, change)


def drop(path: Path, entry: Entry) -> DroppedEntry:
    """Removes an entry or a passage and returns its lines, to be put back."""
    key = _PASSAGES if entry.is_passage else _ENTRIES
    text = yaml_files.read_text(path)
    ids = _ids(yaml_files.read(path), key)
    if entry.id not in ids:
        raise _unknown(path, entry.id)
    number = ids.index(entry.id)
    dropped = DroppedEntry(
        entry_id=entry.id,
        question=entry.source or entry.question if entry.is_passage else entry.question,
        article=entry.article,
        text=_lines_of(path, key, number),
        after=ids[number - 1] if number else "",
        is_passage=entry.is_passage,
    )
    spliced = splice.removed(text, key, [number])
    if spliced is not None:
        files.write_text(path, spliced)
        return dropped

    def change(data: Mapped) -> None:
        list_in(data, key).remove(_found(data, key, entry.id, path))

    yaml_files.rewrite(path, change)
    return dropped


def _lines_of(path: Path, key: str, number: int) -> str:
    """As they stand; of a list that is not written an item a line, its values."""
    listed = splice.find_list(yaml_files.read_text(path), key)
    if listed and number < len(listed.items):
        return listed.text_of(number)
    data: Any = yaml_files.read(path)
    return yaml_files.dumped({key: [data[key][number]]}).partition("\n")[2]


def _change_entry(path: Path, entry_id: str, change: Callable[[Mapped], None]) -> None:
    _change_item(path, _ENTRIES, entry_id, change)


def _change_item(path: Path, key: str, item_id: str, change: Callable[[Mapped], None]) -> None:
    """Other lines of the file stay as they are, if each item has lines of its own."""
    ids = _ids(yaml_files.read(path), key)
    if item_id not in ids:
        raise _unknown(path, item_id)
    text = yaml_files.read_text(path)
    spliced = splice.changed(text, key, ids.index(item_id), change)
    if spliced is not None:
        files.write_text(path, spliced)
        return
    yaml_files.rewrite(path, lambda data: change(_found(data, key, item_id, path)))


def _ids(data: object, key: str) -> list[str]:
    """The ids of the file's entries or passages in order."""
    items = data.get(key) if isinstance(data, dict) else None
    return [str(each.get("id")) if isinstance(each, dict) else "" for each in items or ()]


def _found(data: Mapped, key: str, item_id: str, path: Path) -> Mapped:
    for item in list_in(data, key):
        if isinstance(item, MutableMapping) and item.get("id") == item_id:
            return item
    raise _unknown(path, item_id)


def _unknown(path: Path, entry_id: str) -> NotFound:
    return NotFound(f"{path}: there's no entry `{entry_id}`")


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
