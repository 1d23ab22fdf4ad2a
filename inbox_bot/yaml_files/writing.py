"""Changes the author's YAML files: her comments, quotes and order stay."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence
from io import StringIO
from itertools import accumulate
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import FoldedScalarString
from ruamel.yaml.tokens import CommentToken

from inbox_bot.errors import NotWritten, SettingsError
from inbox_bot.model import files
from inbox_bot.yaml_files.reading import Location, read_text, values


def rewritten(text: str, changes: Mapping[Location, str | int | list[str]]) -> str:
    """Change the values at these places; comments and order stay. A list must be one already."""

    def change(tree: CommentedMap) -> None:
        for location, value in changes.items():
            node = tree
            for step in location[:-1]:
                node = node[step]
            if isinstance(value, list):
                node[location[-1]].clear()
                node[location[-1]].extend(value)
            else:
                node[location[-1]] = value

    return changed(text, change)


def rewrite(path: Path, change: Callable[[CommentedMap], None]) -> None:
    """Change the file's content in place: comments, quotes and order stay as they were.

    The file is replaced atomically, so that no reader sees half of it.
    """
    try:
        written = changed(read_text(path), change)
    except YAMLError as error:
        raise SettingsError(f"{path}: this isn't valid YAML; fix it first") from error
    replace(path, written)


def changed(text: str, change: Callable[[CommentedMap], None]) -> str:
    """The same for the text of a file, or for a part that is YAML by itself."""
    yaml = _writer(text)
    data = yaml.load(text)
    change(data)
    return dumped(data, yaml)


def dumped(data: Mapping[str, object], yaml: YAML | None = None) -> str:
    """As the text of a new file."""
    written = StringIO()
    (yaml or _writer("")).dump(data if isinstance(data, CommentedMap) else {**data}, written)
    return written.getvalue()


def write(path: Path, heading: str, data: Mapping[str, object]) -> None:
    """Write a new file; `heading` becomes the comment at its top."""
    content = CommentedMap(data)
    content.yaml_set_start_comment(heading)
    replace(path, dumped(content))


def append(items: MutableSequence[object], value: object) -> None:
    """Append to a list of a file; comments below its last item stay below the list."""
    items.append(value)
    if isinstance(items, CommentedSeq) and (comment := items.ca.items.pop(len(items) - 2, None)):
        own, below = _parted(comment[0])
        items.ca.items[len(items) - 1] = [below, *comment[1:]]
        if own is not None:
            items.ca.items[len(items) - 2] = [own, *comment[1:]]


def remove(items: MutableSequence[object], number: int) -> None:
    """Remove from a list of a file; comments below its last item stay below the list."""
    comments = items.ca.items if isinstance(items, CommentedSeq) else {}
    comment = comments.get(number) if number == len(items) - 1 else None
    del items[number]
    _, below = _parted(comment[0]) if comment else (None, None)
    if comment is None or below is None or not items:
        return
    before = comments.get(number - 1)
    above = before[0] if before else None
    value = f"{above.value}{below.value.removeprefix(chr(10))}" if above else below.value
    mark = above.start_mark if above else below.start_mark
    comments[number - 1] = [CommentToken(value, mark, None), *comment[1:]]


def put(mapping: MutableMapping[str, object], key: str, values: Mapping[str, object]) -> None:
    """Write a group of keys on one line, in its old place or before the last key, so that
    comments below the mapping stay there."""
    written = CommentedMap(values)
    written.fa.set_flow_style()
    if key in mapping or not isinstance(mapping, CommentedMap):
        mapping[key] = written
    else:
        mapping.insert(max(0, len(mapping) - 1), key, written)


def paragraph(text: str) -> str:
    """Text to write as a folded block, wrapped at spaces; it reads back unchanged."""
    folded = FoldedScalarString(text)
    lines = textwrap.wrap(text, 92, break_long_words=False, break_on_hyphens=False)
    at = list(accumulate(len(line) + 1 for line in lines[:-1]))
    folded.fold_pos = [end - 1 for end in at]
    return folded if "\n" not in text and lines else text


def _parted(comment: CommentToken | None) -> tuple[CommentToken | None, CommentToken | None]:
    """Split off the comment on the item's own line."""
    if comment is None or not comment.value.startswith("#"):
        return None, comment
    line, _, rest = comment.value.partition("\n")
    own = CommentToken(f"{line}\n", comment.start_mark, None)
    return own, CommentToken(f"\n{rest}", comment.start_mark, None) if rest.strip() else None


def _writer(text: str) -> YAML:
    """A dumper that indents lists as `text` does, or under their key."""
    yaml = YAML(typ="rt")
    yaml.width = 4_096  # a long line stays one
    yaml.preserve_quotes = True
    offset = 0 if re.search(r"^- ", text, re.MULTILINE) else 2
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    return yaml


def replace(path: Path, text: str) -> None:
    """Replace the file's text, if it is YAML; NotWritten where it is not."""
    try:
        values(text, path)
    except SettingsError:
        why = "the text has characters that YAML doesn't allow"
        raise NotWritten(f"{path}: {why}; the file was not changed") from None
    files.write_text(path, text)
