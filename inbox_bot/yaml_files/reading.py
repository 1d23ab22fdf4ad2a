"""Reads the author's YAML files; errors list all problems, each with its line.

Line numbers are looked up only on errors, because parsing with positions is much slower.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from inbox_bot.errors import SettingsError

Location = tuple[int | str, ...]


class Shape(BaseModel):
    """Schema of a mapping in a file: no other keys, no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


S = TypeVar("S", bound=Shape)


def load(path: Path, shape: type[S]) -> S:
    """Validate the file as `shape`; SettingsError with one line for each problem."""
    data = read(path)
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        problems = [
            problem(path, where["loc"], _advice(where, shape))
            for where in error.errors(include_url=False)
        ]
        raise SettingsError("\n".join(problems)) from error


def problem(path: Path, loc: Location, advice: str) -> str:
    """One line for the author: the place in the file, and the correction."""
    return f"{path}:{line_of(path, loc)}: {advice}"


def line_of(path: Path, loc: Location) -> int:
    """The line, from 1, of the node at `loc` (keys and indices) or of its closest ancestor."""
    node = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    line = 0
    for step in loc:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0]
        else:
            break
        node = node[step]
    return line + 1


def read_text(path: Path) -> str:
    """The file's text; SettingsError if it is not readable UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: file not found") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: this isn't UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path}: can't be read ({error.strerror})") from error


def read(path: Path) -> object:
    """The file's content as plain values, unchecked; SettingsError when it is not YAML.

    Drops the parser's error, because it quotes the file, which may hold a password.
    """
    data = values(read_text(path), path)
    if data is None:
        raise SettingsError(f"{path}: the file is empty")
    return data


def values(text: str, path: Path = Path("the file")) -> object:
    """The text's plain values; SettingsError where it is no YAML."""
    try:
        return _values(text)
    except MarkedYAMLError as error:
        raise SettingsError(_unparsed(path, error)) from None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = "too deeply nested" if isinstance(error, RecursionError) else "odd characters"
        raise SettingsError(f"{path}: this isn't valid YAML ({reason})") from None


@lru_cache(maxsize=128)
def _values(text: str) -> object:
    """Cached, because the parser is slow and usually only one file has changed."""
    data: object = YAML(typ="safe", pure=True).load(text)
    return data


def _unparsed(path: Path, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if isinstance(error, DuplicateKeyError):
        advice = f"{(error.problem or '').split(' with ')[0]}; remove one of the two"
    else:
        what = error.problem or error.context or "unclear"
        advice = f"this isn't valid YAML ({what}); check colons, quotes, and indentation"
    return f"{path}:{line}: {advice}"


def _advice(where: ErrorDetails, shape: type[Shape]) -> str:
    """Advice to the author on one pydantic error."""
    name = _name(where["loc"])
    if where["type"] == "extra_forbidden":
        return unknown_key(where["loc"], shape)
    if where["type"] == "value_error":
        return f"{name}: {where['msg'].removeprefix('Value error, ')}"
    advise = _ADVICE.get(where["type"])
    return f"{name} {advise(where)}" if advise else f"{name}: {where['msg']}"


_ADVICE: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda where: f"is missing; write `{where['loc'][-1]}: …`",
    "string_type": lambda _: (
        "must be text; put it in quotes if it looks like a number or like `true`"
    ),
    "list_type": lambda _: "must be a list; put each item on its own line after `- `",
    "tuple_type": lambda _: "must be a list; put each item on its own line after `- `",
    "bool_type": lambda _: "must be true or false",
    "int_type": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "model_type": lambda _: "must have keys; write `key: value`, one per line",
    "literal_error": lambda where: (
        f"must be {(where.get('ctx') or {}).get('expected', 'something else')}"
    ),
    "string_too_short": lambda _: "is empty; enter some text",
    "too_short": lambda _: "is empty; enter at least one",
}


def unknown_key(loc: Location, shape: type[Shape]) -> str:
    """Advice on the unknown key that `loc` ends with."""
    key, known = str(loc[-1]), _known_keys(shape, loc[:-1])
    close = get_close_matches(key, known, n=1, cutoff=0.6)
    instead = f"write `{close[0]}`" if close else f"the keys here are {', '.join(known)}"
    return f"`{key}` is not a known key; {instead}"


def _known_keys(shape: type[Shape], loc: Location) -> list[str]:
    """The keys of the shape that `loc` leads to."""
    for step in loc:
        if isinstance(step, int):
            continue
        field = shape.model_fields.get(step)
        inner = _inner_shape(field.annotation) if field else None
        if inner is None:
            return []
        shape = inner
    return [field.alias or name for name, field in shape.model_fields.items()]


def _inner_shape(annotation: object) -> type[Shape] | None:
    """The Shape in `Shape`, `list[Shape]` or `Shape | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    inner = (_inner_shape(each) for each in getattr(annotation, "__args__", ()))
    return next((shape for shape in inner if shape is not None), None)


def _name(loc: Location) -> str:
    """`also_asked`, item 3: the last key and what follows it."""
    keys = [step for step in loc if isinstance(step, str)]
    if not keys:
        return "the file"
    name = f"`{keys[-1]}`"
    return f"{name}, item {loc[-1] + 1}," if isinstance(loc[-1], int) else name
