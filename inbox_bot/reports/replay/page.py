"""The replay as an HTML page and as a few lines for a terminal. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from inbox_bot import humanize
from inbox_bot.drafting import templating
from inbox_bot.humanize import counted
from inbox_bot.model import AskAuthor, DraftKind
from inbox_bot.model.records import Listed
from inbox_bot.reports.replay.pace import Pace, pace_of
from inbox_bot.reports.replay.read import ANSWERING, Replay, Replayed

WOULD = {
    DraftKind.ANSWER: "a ready answer",
    DraftKind.PARTIAL: "a partial answer",
    DraftKind.URGENT: "an alert: possible danger",
    DraftKind.BLANK: "a question for you",
}
_LONGEST = 4_000
"""Characters of a letter that the page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    reader: str
    subject: str
    arrived: str
    would: str
    reasons: tuple[str, ...]
    letter: str
    draft: str
    answer: str
    taken: str
    waits: str
    remark: str


def pace(found: Replay) -> Pace:
    return pace_of([one.taken for one in found.letters if one.taken is not None])


def summary(found: Replay) -> tuple[str, ...]:
    """The page's first lines, for a terminal."""
    letters = found.letters
    ready = sum(one.kind in ANSWERING for one in letters)
    urgent = sum(one.kind is DraftKind.URGENT for one in letters)
    never = _never(found)
    waiting = len({one.address for one in never})
    measured = pace(found)
    others = counted(found.others, "other letter", "other letters")
    lines = [
        f"In the last {found.days} days, you got {counted(len(letters), 'letter')} from readers, "
        f"and {others} that I would have left alone.",
        f"I would have drafted an answer to {ready}, asked you about "
        f"{len(letters) - ready - urgent}, and sent you an alert about {urgent}.",
        f"You answered {len(letters) - len(never)}. I found no reply to "
        f"{counted(waiting, 'reader')}.",
        measured.sentence(),
    ]
    if measured.within:
        lines.append(
            f"A deadline you can keep: promise: {{within: {measured.within}}} in settings.yaml"
        )
    return (*lines, *found.unreachable)


def page(found: Replay, folder: Path, locale: str = humanize.AMERICAN) -> str:
    """One HTML file that loads nothing. `folder` holds its template; all text is escaped."""
    source = (folder / "replay.html").read_text(encoding="utf-8")
    environment = templating.html_environment({"replay.html": source})
    rows = [_row(one, found, locale) for one in found.letters]
    return templating.render(
        environment,
        "replay.html",
        {
            "summary": summary(found),
            "never": [_row(one, found, locale) for one in _never(found)],
            "ready": _with(found, rows, ANSWERING, answered=True),
            "asked": _with(found, rows, (DraftKind.BLANK,), answered=True),
            "urgent": _with(found, rows, (DraftKind.URGENT,), answered=True),
            "gaps": _gaps(found),
            "days": found.days,
            "aside": [_aside(one) for one in found.aside],
            "unopened": max(found.others - len(found.aside), 0),
        },
    )


def _never(found: Replay) -> list[Replayed]:
    """Letters without an answer: words of danger first, then the oldest."""
    never = [one for one in found.letters if one.answered is None]
    return sorted(never, key=lambda one: (one.kind is not DraftKind.URGENT, one.arrived))


def _aside(one: Listed) -> tuple[str, str, str]:
    sender = one.sender
    who = (sender.name or sender.email) if sender else "someone"
    return who, one.subject or "(no subject)", one.reason


def _with(
    found: Replay, rows: list[Row], kinds: tuple[DraftKind, ...], *, answered: bool
) -> list[Row]:
    pairs = zip(found.letters, rows, strict=True)
    return [row for one, row in pairs if one.kind in kinds and bool(one.answered) is answered]


def _gaps(found: Replay) -> list[tuple[str, int]]:
    """Questions that no entry answers, the most frequent first."""
    asked = Counter(
        decision.question.in_list(200)
        for one in found.letters
        for decision in one.decisions
        if isinstance(decision, AskAuthor) and not decision.personal
    )
    return asked.most_common(20)


def _row(one: Replayed, found: Replay, locale: str) -> Row:
    taken = one.taken
    waits = "" if taken is not None else _days(found.looked - one.arrived)
    return Row(
        reader=one.reader,
        subject=one.subject or "(no subject)",
        arrived=humanize.full(one.arrived.date(), locale),
        would=WOULD.get(one.kind, str(one.kind)),
        reasons=tuple(f"{each.question.in_list()}: {each.reason}" for each in one.decisions),
        letter=one.text[:_LONGEST],
        draft=one.draft if one.kind in ANSWERING else "",
        answer=one.answered.text[:_LONGEST] if one.answered else "",
        taken=_days(taken) if taken is not None else "",
        waits=waits,
        remark=_remark(one, locale),
    )


def _remark(one: Replayed, locale: str) -> str:
    """Her holding line, if that is all she wrote."""
    if one.put_off:
        said = " ".join(one.put_off.text.split())[:200]
        return f'On {humanize.full(one.put_off.at.date(), locale)}, you wrote only: "{said}"'
    return ""


def _days(span: timedelta) -> str:
    return counted(span.days, "day") if span.days > 0 else "less than a day"
