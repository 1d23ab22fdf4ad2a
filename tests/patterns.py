"""Collect all regular expressions of the package, and how they are used."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import inbox_bot

ROOT = Path(inbox_bot.__file__).parent
ANCHORED = frozenset({"match", "fullmatch"})
_SKIPPED = (
    "inbox_bot.letters.reading.sandbox_child",
    "inbox_bot.__main__",
    "inbox_bot.store.migrations",
)
_METHODS = frozenset("search match fullmatch sub subn split findall finditer".split())


@dataclass(frozen=True, slots=True)
class Found:
    """`searched` unless it is only ever tried at the beginning of a text."""

    where: str
    pattern: re.Pattern[Any]
    searched: bool


def all_patterns() -> list[Found]:
    """Patterns held by modules, at any depth, and literals inside functions."""
    found: dict[re.Pattern[Any], Found] = {}
    for module in pkgutil.walk_packages([str(ROOT)], "inbox_bot."):
        if module.name.startswith(_SKIPPED):
            continue
        loaded = importlib.import_module(module.name)
        for one in [*_held(loaded), *_written(Path(str(loaded.__file__)), module.name)]:
            known = found.get(one.pattern)
            if known is None or (one.searched and not known.searched):
                found[one.pattern] = one
    return list(found.values())


def _held(module: Any) -> Iterator[Found]:
    source = Path(module.__file__).read_text(encoding="utf-8")
    for name, value in vars(module).items():
        for called, pattern in _inside(name, value, set()):
            used = set(re.findall(rf"\b{re.escape(called)}\.(\w+)", source)) & _METHODS
            anchored = bool(used) and used <= ANCHORED
            yield Found(f"{module.__name__}.{name}", pattern, not anchored)


def _inside(name: str, value: Any, seen: set[int]) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Each pattern by the name under which the module uses it."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _inside(name, one, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _inside(name, one, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _inside(each.name, getattr(value, each.name, None), seen)


def _written(path: Path, module: str) -> Iterator[Found]:
    """`re.sub("…", …)` with a literal pattern."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _METHODS
            and isinstance(node.args[0], ast.Constant)
        ):
            text = node.args[0].value
            yield Found(f"{module}:{node.lineno}", re.compile(text), node.func.attr not in ANCHORED)
