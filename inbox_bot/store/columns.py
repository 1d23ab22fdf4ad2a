"""Column types: how values of the model are stored and read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from inbox_bot.model import Address, Decision
from inbox_bot.store.decisions_json import DecisionCell, decision_cell, decision_of
from inbox_bot.store.text import storable


class Kept(TypeDecorator[Any]):
    """Converts with `write` and `read`; `null` stands for NULL, as in rows from before a column."""

    impl: type[TypeEngine[Any]] = String
    null: object = None

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else self.write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return self.null if value is None else self.read(value)

    def write(self, value: Any) -> object:
        return value

    def read(self, value: Any) -> object:
        return value


class Name(Kept):
    """A short text, made storable."""

    cache_ok = True
    null = ""

    def write(self, value: str) -> str:
        return storable(value)


class Words(Name):
    """A text of any length."""

    cache_ok = True
    impl = Text


class OneOf(Kept):
    """A member of an Enum, by its value."""

    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def write(self, value: str) -> str:
        return str(value)

    def read(self, value: str) -> StrEnum:
        return self.kind(value)


class Moment(Kept):
    """An aware time; naive and in UTC in the database, because SQLite keeps no zone."""

    cache_ok = True
    impl = DateTime

    def write(self, value: datetime) -> datetime:
        return value.astimezone(UTC).replace(tzinfo=None)

    def read(self, value: datetime) -> datetime:
        return value.replace(tzinfo=UTC)


class Names(Kept):
    """Several short texts, in order."""

    cache_ok = True
    impl = JSON

    def write(self, value: Iterable[str]) -> list[str]:
        return [storable(each) for each in value]

    def read(self, value: Iterable[str]) -> tuple[str, ...]:
        return tuple(value)


class Addresses(Kept):
    """Addresses as pairs of email and name, in order."""

    cache_ok = True
    impl = JSON

    def write(self, value: Iterable[Address]) -> list[list[str]]:
        return [[storable(each.email), storable(each.name)] for each in value]

    def read(self, value: Iterable[Sequence[str]]) -> tuple[Address, ...]:
        return tuple(Address(email=each[0], name=each[1]) for each in value)


class Decisions(Kept):
    """The decisions on a letter's questions, in order."""

    cache_ok = True
    impl = JSON

    def write(self, value: Iterable[Decision]) -> list[DecisionCell]:
        return [decision_cell(each) for each in value]

    def read(self, value: Iterable[DecisionCell]) -> tuple[Decision, ...]:
        return tuple(decision_of(each) for each in value)
