"""The real material: letters as bytes, bodies as text, each with what is known to be right."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

_TEXT_FOLDER = re.compile(r"reply|forward|extended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`expected` is the item's twin file, or empty."""

    name: str
    raw: bytes
    is_letter: bool
    expected: dict[str, object]

    @property
    def kind(self) -> str:
        return str(self.expected.get("kind", ""))

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpora:
    items: tuple[Item, ...]

    @property
    def letters(self) -> list[Item]:
        return [item for item in self.items if item.is_letter]

    def of_kind(self, kind: str) -> list[Item]:
        return [item for item in self.items if item.kind == kind]


def load(folder: Path) -> Corpora:
    paths = sorted(path for path in folder.glob("*/**/*") if path.is_file())
    return Corpora(items=tuple(_item(path) for path in paths if not _is_about(path)))


def _is_about(path: Path) -> bool:
    return path.name.endswith(".expected.json") or path.suffix == ".md"


def _item(path: Path) -> Item:
    twin = path.with_name(path.name + ".expected.json")
    expected: dict[str, object] = {}
    if twin.exists():
        expected = cast("dict[str, object]", json.loads(twin.read_text(encoding="utf-8")))
    declared = expected.get("format")
    is_text = declared == "text/plain" or (
        declared is None and _TEXT_FOLDER.search(path.parent.name) and path.suffix != ".eml"
    )
    return Item(
        name=f"{path.parent.name}/{path.name}",
        raw=path.read_bytes(),
        is_letter=not is_text,
        expected=expected,
    )
