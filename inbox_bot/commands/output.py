"""How commands print: JSON as one ASCII line an item, people get words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from inbox_bot.model import Answer, AskAuthor, Decision, Urgent

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

GRAVITY = ("urgent", "ask", "answer", "no-question")


def print_json(item: Mapping[str, Json]) -> None:
    """One line, ASCII: U+2028 and U+0085 must not break readers that split lines."""
    click.echo(json.dumps(item, ensure_ascii=True, separators=(", ", ": ")))


def decision_word(decision: Decision) -> str:
    match decision:
        case Urgent():
            return "urgent"
        case AskAuthor():
            return "ask"
        case Answer():
            return "answer"


def gravest(decisions: Sequence[Decision]) -> str:
    words = {decision_word(decision) for decision in decisions}
    return next((word for word in GRAVITY if word in words), "no-question")


def decision_json(decision: Decision) -> Mapping[str, Json]:
    return {
        "text": decision.question.text,
        "decision": decision_word(decision),
        "reason": decision.reason,
        "matches": [
            {
                "entry": match.entry_id,
                "confidence": round(match.confidence, 4),
                "why": match.why,
            }
            for match in decision.matches
        ],
    }


def decision_lines(decision: Decision) -> list[str]:
    """The same for a person: the question, what the bot would do, and why."""
    lines = [f"  {decision.question.text}", f"    {decision_word(decision)}: {decision.reason}"]
    lines += [
        f"    {match.confidence:4.0%}  {match.entry_id}  ({match.why})"
        for match in decision.matches[:3]
    ]
    return lines


def echo(text: str) -> None:
    """Print for a person. A letter's control characters could rewrite her terminal: they go."""
    click.echo("".join(one for one in text if one in "\n\t" or one.isprintable()))


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
