"""Decisions as JSON in a draft's row, and back."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from inbox_bot.model import Answer, AskAuthor, Decision, Match, Question, Urgent
from inbox_bot.store.text import storable


class MatchCell(TypedDict):
    entry: str
    confidence: float
    why: str


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


ANSWER, ASK, PERSONAL, URGENT = "answer", "ask", "personal", "urgent"


def decision_cell(decision: Decision) -> DecisionCell:
    cell: DecisionCell = {
        "decision": _name(decision),
        "text": storable(decision.question.text),
        "context": storable(decision.question.context),
        "matches": [
            {"entry": each.entry_id, "confidence": each.confidence, "why": storable(each.why)}
            for each in decision.matches
        ],
        "reason": storable(decision.reason),
    }
    if isinstance(decision, Urgent):
        cell["wording"] = decision.wording
    if isinstance(decision, Answer) and decision.chosen:
        cell["chosen"] = True
    return cell


def _name(decision: Decision) -> str:
    match decision:
        case Answer():
            return ANSWER
        case Urgent():
            return URGENT
        case AskAuthor(personal=personal):
            return PERSONAL if personal else ASK


def decision_of(cell: DecisionCell) -> Decision:
    question = Question(text=cell["text"], context=cell["context"])
    matches = tuple(
        Match(entry_id=each["entry"], confidence=each["confidence"], why=each["why"])
        for each in cell["matches"]
    )
    name, reason = cell["decision"], cell["reason"]
    if name == ANSWER:
        chosen = cell.get("chosen", False)
        return Answer(question=question, matches=matches, reason=reason, chosen=chosen)
    if name == URGENT:
        wording = cell.get("wording", "urgent")
        return Urgent(question=question, matches=matches, reason=reason, wording=wording)
    personal = name == PERSONAL
    return AskAuthor(question=question, matches=matches, reason=reason, personal=personal)
