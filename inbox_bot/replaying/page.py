"""The look back as a page of its own and as a few lines for a terminal. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from inbox_bot import days, templating
from inbox_bot.model import AskAuthor, DraftKind
from inbox_bot.replaying.looking import Replay, Replayed
from inbox_bot.replaying.pace import Pace, pace_of

READY = (DraftKind.ANSWER, DraftKind.PARTIAL)
WOULD = {
    DraftKind.ANSWER: "a ready answer",
    DraftKind.PARTIAL: "an answer to a part of it",
    DraftKind.URGENT: "an alarm: words of danger",
    DraftKind.BLANK: "a question to you",
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


def pace(found: Replay) -> Pace:
    return pace_of([one.taken for one in found.letters if one.taken is not None])


def summary(found: Replay) -> tuple[str, ...]:
    """The page's first lines, for a terminal."""
    letters = found.letters
    ready = sum(one.kind in READY for one in letters)
    urgent = sum(one.kind is DraftKind.URGENT for one in letters)
    never = [one for one in letters if one.answered is None]
    measured = pace(found)
    lines = [
        f"In the last {found.days} days {_count(len(letters), 'letter', 'letters')} of readers "
        f"came in, and {found.others} others that are none of my business.",
        f"I would have had an answer ready for {ready}, asked you about "
        f"{len(letters) - ready - urgent}, and raised the alarm for {urgent}.",
        f"You answered {len(letters) - len(never)}; {_count(len(never), 'reader', 'readers')} "
        "never got a reply that I can find.",
        measured.sentence(),
    ]
    if measured.within:
        lines.append(f"A promise that you keep: promise: {{within: {measured.within}}}")
    return (*lines, *found.unreachable)


def page(found: Replay, folder: Path) -> str:
    """One HTML file that loads nothing. `folder` holds its template; all text is escaped."""
    source = (folder / "replay.html").read_text(encoding="utf-8")
    environment = templating.html_environment({"replay.html": source})
    rows = [_row(one) for one in found.letters]
    return templating.render(
        environment,
        "replay.html",
        {
            "summary": summary(found),
            "never": [row for row in rows if not row.answer],
            "ready": _with(found, rows, READY, answered=True),
            "asked": _with(found, rows, (DraftKind.BLANK,), answered=True),
            "urgent": _with(found, rows, (DraftKind.URGENT,), answered=True),
            "gaps": _gaps(found),
            "days": found.days,
        },
    )


def _with(
    found: Replay, rows: list[Row], kinds: tuple[DraftKind, ...], *, answered: bool
) -> list[Row]:
    pairs = zip(found.letters, rows, strict=True)
    return [row for one, row in pairs if one.kind in kinds and bool(one.answered) is answered]


def _gaps(found: Replay) -> list[tuple[str, int]]:
    """Questions to which no entry comes near, those asked most first."""
    asked = Counter(
        " ".join(decision.question.text.split())[:200]
        for one in found.letters
        for decision in one.decisions
        if isinstance(decision, AskAuthor) and not decision.personal
    )
    return asked.most_common(20)


def _row(one: Replayed) -> Row:
    taken = one.taken
    return Row(
        reader=one.reader,
        subject=one.subject or "(no subject)",
        arrived=days.full(one.arrived.date()),
        would=WOULD.get(one.kind, str(one.kind)),
        reasons=tuple(f"{each.question.text}: {each.reason}" for each in one.decisions),
        letter=one.text[:_LONGEST],
        draft=one.draft if one.kind in READY else "",
        answer=one.answered.text[:_LONGEST] if one.answered else "",
        taken=_count(max(taken.days, 0), "day", "days") if taken is not None else "",
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
