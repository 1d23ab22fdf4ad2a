"""Changes values of `settings.yaml` for the page: all or nothing, and her comments stay.

The result is checked as the file itself is at the start, each problem beside its key.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from pathlib import Path

from pydantic import ValidationError

from inbox_bot import yaml_files
from inbox_bot.errors import SettingsError
from inbox_bot.model import files
from inbox_bot.settings.load import FILE_NAME
from inbox_bot.settings.model import Settings
from inbox_bot.settings.problems import Problem, problems_of
from inbox_bot.yaml_files import Location

Value = str | bool | tuple[str, ...] | None
"""None empties a key."""


class Refused(SettingsError):
    """Show each problem beside its field: nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def change(directory: Path, changes: Mapping[Location, Value]) -> None:
    """Set these values; Refused where the settings could not be used with them."""
    path = directory / FILE_NAME
    before = yaml_files.read_text(path)

    def apply(tree: MutableMapping[str, object]) -> None:
        for location, value in changes.items():
            _set(tree, location, value)

    written = yaml_files.changed(before, apply)
    try:
        Settings.model_validate(yaml_files.values(written, path))
    except ValidationError as error:
        raise Refused(problems_of(error)) from error
    if written != before:
        files.write_text(path, written)


def _set(tree: MutableMapping[str, object], location: Location, value: Value) -> None:
    """A section that is missing is made; a list keeps the comments of the items that stay."""
    node: object = tree
    for step in location[:-1]:
        if isinstance(node, MutableMapping) and not node.get(step):
            node[step] = {}
        node = node[step]  # type: ignore[index]
    key = location[-1]
    assert isinstance(node, MutableMapping)
    known = node.get(key)
    if isinstance(value, tuple) and isinstance(known, MutableSequence):
        _set_items(known, value)
    elif isinstance(value, tuple):
        node[key] = list(value)
    elif isinstance(value, bool):
        node[key] = "yes" if value else "no"
    elif value is None or value != str(known):  # quotes around it stay
        node[key] = value


def _set_items(known: MutableSequence[object], wanted: Sequence[str]) -> None:
    for item in wanted:
        if item not in map(str, known):
            yaml_files.append(known, item)
    for number in reversed(range(len(known))):
        if str(known[number]) not in wanted:
            yaml_files.remove(known, number)
