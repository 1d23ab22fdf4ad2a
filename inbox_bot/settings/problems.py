"""Validation errors of a settings file, in the author's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inbox_bot.settings.model import Settings
from inbox_bot.yaml_files import Location, unknown_key

_PASSWORD_WORDS = ("passw", "passphrase", "pwd", "secret", "token")
_NOT_HERE = (
    "passwords don't belong in this file; remove it, then set INBOX_BOT_IMAP_PASSWORD "
    "or run inbox-bot init"
)

# pydantic's name of an error -> the second half of our sentence about the value
_WORDS = {
    "string_type": "is not text; put it in quotes",
    "string_too_short": "is empty; enter something",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "bool_type": "should be yes or no",
    "bool_parsing": "should be yes or no",
    "path_type": "is not the name of a folder",
    "tuple_type": "is not a list; use brackets: [one, two]",
    "model_type": "is not a group of keys; try {key: value}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`where` is a path of keys and positions (from 0) in the file, `text` says what to write."""

    where: Location
    text: str

    def __str__(self) -> str:
        return f"{_path(self.where)}: {self.text}"


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's errors in our words; the value of a password is never repeated."""
    return [
        Problem(where=found["loc"], text=_text(found)) for found in error.errors(include_url=False)
    ]


def _path(location: Location) -> str:
    """The path as people write it, counting from one: `mailboxes[1].imap.port`."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".") or "the file"


def _text(found: ErrorDetails) -> str:
    kind = found["type"]
    if kind == "missing":
        return "is missing; see the settings.yaml that inbox-bot init creates for an example"
    if kind == "extra_forbidden":
        return _unknown(found["loc"])
    allowed = found.get("ctx", {})
    if kind == "enum":
        words = f"should be {allowed['expected']}"
    elif kind == "value_error":
        words = str(allowed["error"])
    elif kind in {"greater_than_equal", "less_than_equal"}:
        words = f"is out of range: {found['msg'].removeprefix('Input should be ')}"
    else:
        words = _WORDS.get(kind, f"can't be used: {found['msg']}")
    return _shown(found["input"]) + words


def _shown(value: object) -> str:
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return ""
    return f'"{str(value)[:60]}" ' if value is not None else "nothing "


def _unknown(location: Location) -> str:
    key = str(location[-1]).lower()
    if any(word in key for word in _PASSWORD_WORDS):
        return _NOT_HERE
    return unknown_key(location, Settings)
