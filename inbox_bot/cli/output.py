"""Output of commands: JSON as one ASCII line for each item, or wrapped text."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from inbox_bot.errors import Conflict
from inbox_bot.model import Answer, AskAuthor, Decision, Match, Urgent

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

LINE = 300
"""Characters of a question and what it leans on; it is wrapped."""
GRAVITY = ("urgent", "ask", "answer", "no-question")


def print_json(item: Mapping[str, Json]) -> None:
    """One ASCII line: U+2028 and U+0085 would split it for some readers."""
    click.echo(json.dumps(item, ensure_ascii=True, separators=(", ", ": ")))


def edited(text: str, extension: str) -> str | None:
    """The text after her $EDITOR; None where she saved nothing. Conflict when the editor fails."""
    try:
        return click.edit(text, extension=extension)
    except click.ClickException as error:
        raise Conflict(
            f"Your editor didn't work ({error.format_message()}); nothing was changed. Set EDITOR "
            "to use a different one."
        ) from error


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


def is_personal(decisions: Sequence[Decision]) -> bool:
    """Only the author should answer it."""
    return any(isinstance(one, AskAuthor) and one.personal for one in decisions)


def decision_json(decision: Decision, offered: Sequence[Match] = ()) -> Mapping[str, Json]:
    """`offered` is what the author can choose from; it stands under `matches`, too, where the
    decision has none."""
    shown = offered or decision.matches
    return {
        "text": decision.question.text,
        "decision": decision_word(decision),
        "reason": decision.reason,
        "matches": [_match_json(match) for match in decision.matches or shown],
        "shown": [_match_json(match) for match in shown],
    }


def _match_json(match: Match) -> Mapping[str, Json]:
    return {
        "entry": match.entry_id,
        "confidence": round(match.confidence, 4),
        "why": match.why,
    }


def decision_lines(decision: Decision) -> list[str]:
    """The question, the decision, its reason and the candidates, as text."""
    lines = [
        f"  {decision.question.in_list(LINE)}",
        f"    {decision_word(decision)}: {decision.reason}",
    ]
    lines += [
        f"    {match.confidence:4.0%}  {match.entry_id}  ({match.why})"
        for match in decision.matches[:3]
    ]
    return lines


def echo(text: str) -> None:
    """Print text without control characters, as a letter's could rewrite the terminal."""
    told = "".join(one for one in text if one in "\n\t" or one.isprintable())
    click.echo(wrapped(told, width()) if sys.stdout.isatty() else told)


def width() -> int:
    """The terminal's columns, at most 80."""
    return min(shutil.get_terminal_size().columns, 80)


def wrapped(text: str, columns: int) -> str:
    """Wrap long lines between words, with their indent; addresses stay whole."""
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line, columns))


def _pieces(line: str, columns: int) -> list[str]:
    begins = line[: len(line) - len(line.lstrip("> "))]
    pieces = textwrap.wrap(
        line, columns, subsequent_indent=begins, break_long_words=False, break_on_hyphens=False
    )
    return pieces or [line]


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
