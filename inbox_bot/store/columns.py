"""Column types: how values of the model are stored and read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from sqlalchemy import JSON, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from inbox_bot.model import Address, Answer, AskAuthor, Decision, Match, Question, Urgent


def storable(text: str) -> str:
    """The text with lone surrogates and NULs escaped, which no database takes."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


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
        return [_decision_cell(each) for each in value]

    def read(self, value: Iterable[DecisionCell]) -> tuple[Decision, ...]:
        return tuple(_decision_of(each) for each in value)


# --- decisions as JSON ------------------------------------------------------------------------


class MatchCell(TypedDict):
    entry: str
    confidence: float
    why: str
    excerpt: NotRequired[str]
    """Of a passage that answers in part."""


class DecisionCell(TypedDict):
    decision: str
    text: str
    context: str
    matches: list[MatchCell]
    reason: str
    wording: NotRequired[str]
    """Of an urgent one; older rows have none."""
    chosen: NotRequired[bool]
    """Of an answer that the author picked herself."""
    doubtful: NotRequired[bool]
    """Of a question that may be none."""


ANSWER, ASK, PERSONAL, URGENT = "answer", "ask", "personal", "urgent"


def _decision_cell(decision: Decision) -> DecisionCell:
    cell: DecisionCell = {
        "decision": _name(decision),
        "text": storable(decision.question.text),
        "context": storable(decision.question.context),
        "matches": [_match_cell(match) for match in decision.matches],
        "reason": storable(decision.reason),
    }
    if decision.question.doubtful:
        cell["doubtful"] = True
    if isinstance(decision, Urgent):
        cell["wording"] = decision.wording
    if isinstance(decision, Answer) and decision.chosen:
        cell["chosen"] = True
    return cell


def _match_cell(match: Match) -> MatchCell:
    cell: MatchCell = {
        "entry": match.entry_id,
        "confidence": match.confidence,
        "why": storable(match.why),
    }
    if match.excerpt:
        cell["excerpt"] = storable(match.excerpt)
    return cell


def _match_of(cell: MatchCell) -> Match:
    return Match(
        entry_id=cell["entry"],
        confidence=cell["confidence"],
        why=cell["why"],
        excerpt=cell.get("excerpt", ""),
    )


def _name(decision: Decision) -> str:
    match decision:
        case Answer():
            return ANSWER
        case Urgent():
            return URGENT
        case AskAuthor(personal=personal):
            return PERSONAL if personal else ASK


def _decision_of(cell: DecisionCell) -> Decision:
    doubtful = cell.get("doubtful", False)
    question = Question(text=cell["text"], context=cell["context"], doubtful=doubtful)
    matches = tuple(map(_match_of, cell["matches"]))
    name, reason = cell["decision"], cell["reason"]
    if name == ANSWER:
        chosen = cell.get("chosen", False)
        return Answer(question=question, matches=matches, reason=reason, chosen=chosen)
    if name == URGENT:
        wording = cell.get("wording", "urgent")
        return Urgent(question=question, matches=matches, reason=reason, wording=wording)
    personal = name == PERSONAL
    return AskAuthor(question=question, matches=matches, reason=reason, personal=personal)
