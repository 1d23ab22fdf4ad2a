"""Changes single items of a list in a YAML file line by line, so that no other line moves.

A round trip through the parser loses the place of comments, and takes half a second for a large
FAQ. None where the file is written in a way that lines do not show, as with `entries: [...]`: the
lines of what is touched are parsed and compared with what the file says there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from inbox_bot import yaml_files
from inbox_bot.errors import SettingsError

Change = Callable[[MutableMapping[str, object]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Lines [begin, end) of one item of a list, with the comments inside."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A top-level list in a file: its key's line, the column of its dashes, and its items."""

    lines: tuple[str, ...]
    key: str
    at: int
    dash: int
    items: tuple[Item, ...]

    def text_of(self, number: int) -> str:
        item = self.items[number]
        return "".join(self.lines[item.begin : item.end])

    def replaced(self, begin: int, end: int, text: str) -> str:
        """The whole file with other text in place of these lines."""
        return "".join((*self.lines[:begin], text, *self.lines[end:]))


def find_list(text: str, key: str) -> Listed | None:
    """The list under a top-level key, if it is written with an item a line."""
    lines = tuple(text.splitlines(keepends=True))
    opening = re.compile(rf"{re.escape(key)}:[ \t]*(#.*)?\s*")
    at = next((number for number, line in enumerate(lines) if opening.fullmatch(line)), None)
    if at is None or (lines and not lines[-1].endswith("\n")):
        return None
    found: list[Item] = []
    dash = -1
    for number in range(at + 1, len(lines)):
        told = lines[number].lstrip(" ")
        column = len(lines[number]) - len(told)
        begins = told.startswith("- ") or told.rstrip() == "-"
        if not told.strip() or (told.startswith("#") and column <= max(dash, 0)):
            continue
        if begins and (dash < 0 or column == dash):
            dash = column
            found.append(Item(begin=number, end=number + 1))
        elif found and column > dash:
            found[-1] = Item(begin=found[-1].begin, end=number + 1)
        elif not told.startswith("#"):
            break
    if not found:
        return None
    return Listed(lines=lines, key=key, at=at, dash=dash, items=tuple(found))


def inserted(text: str, key: str, item: str, after: int | None = None) -> str | None:
    """With `item`, lines of one item, behind that number, or as the last one; -1 is the first."""
    listed = find_list(text, key)
    if listed is None:
        return None
    behind = len(listed.items) - 1 if after is None else after
    at = listed.items[behind].end if behind >= 0 else listed.items[0].begin
    if not _is_sound(listed, _values(text, key), (behind, behind + 1)):
        return None
    item = _indented(item, listed.dash)
    if _stand_apart(listed):
        item = f"\n{item}" if behind >= 0 else f"{item}\n"
    return listed.replaced(at, at, item)


def removed(text: str, key: str, numbers: Collection[int]) -> str | None:
    """Without the items of these numbers; one must stay."""
    listed = find_list(text, key)
    if listed is None or len(numbers) >= len(listed.items):
        return None
    beside = {number + 1 for number in numbers}.union(numbers)
    if any("&" in listed.text_of(number) for number in numbers):  # perhaps an anchor
        return None
    if not _is_sound(listed, _values(text, key), beside):
        return None
    apart = _stand_apart(listed)
    whole = list(listed.lines)
    for number in sorted(numbers, reverse=True):
        item = listed.items[number]
        end = item.end
        if apart and end < len(whole) and not whole[end].strip():
            end += 1
        del whole[item.begin : end]
    return "".join(whole)


def changed(text: str, key: str, number: int, change: Change) -> str | None:
    """With one item changed; comments inside it stay."""
    listed = find_list(text, key)
    if listed is None or not _is_sound(listed, _values(text, key), (number, number + 1)):
        return None

    def change_it(data: MutableMapping[str, Any]) -> None:
        change(data[key][0])

    item = listed.items[number]
    piece = yaml_files.changed(f"{key}:\n{listed.text_of(number)}", change_it)
    written = piece.partition("\n")[2]
    try:
        _only(written)
    except SettingsError:  # characters that no such file takes
        return None
    return listed.replaced(item.begin, item.end, written)


def _is_sound(listed: Listed, values: Sequence[object], touched: Collection[int]) -> bool:
    """Whether the lines of these items, alone, say what the parser reads there. Parsing all of a
    large file takes half a second."""
    if len(values) != len(listed.items):
        return False
    try:
        return all(
            _only(listed.text_of(number)) == values[number]
            for number in touched
            if 0 <= number < len(values)
        )
    except SettingsError:  # as an alias of what stands elsewhere
        return False


def _values(text: str, key: str) -> Sequence[object]:
    data: Any = yaml_files.values(text)
    return data[key] if isinstance(data, dict) and isinstance(data.get(key), list) else ()


def _only(item: str) -> object:
    data: Any = yaml_files.values(f"it:\n{item}")
    return data["it"][0]


def _indented(item: str, dash: int) -> str:
    """The lines moved sideways, so that the first dash stands in that column."""
    lines = item.strip("\n").splitlines()
    by = dash - (len(lines[0]) - len(lines[0].lstrip(" ")))
    moved = (f"{' ' * by}{line}" if by >= 0 else line[-by:] for line in lines)
    return "".join(f"{line.rstrip() and line}\n" for line in moved)


def _stand_apart(listed: Listed) -> bool:
    """Whether a blank line stands between the last two items."""
    if len(listed.items) < 2:
        return False
    return not listed.lines[listed.items[-2].end].strip()
