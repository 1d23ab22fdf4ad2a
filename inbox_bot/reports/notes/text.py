"""Text of a note: subject and body from a view. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from inbox_bot import humanize
from inbox_bot.humanize import counted
from inbox_bot.model.names import letter_name

MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reader who waits. `matter` is a question to settle, `reply` the text of a ready draft.

    `in_drafts`: that draft is in her Drafts folder, too.
    """

    letter_id: int
    reader: str
    question: str
    since: date
    told: date | None = None
    matter: str = ""
    draft: str = ""
    reply: str = ""
    in_drafts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The contents of a note. `lines` are single findings as sentences."""

    today: date
    waiting: tuple[Waiting, ...] = ()
    answered: int = 0
    lines: tuple[str, ...] = ()
    page: str = ""
    locale: str = humanize.AMERICAN

    @property
    def news(self) -> bool:
        return bool(self.waiting or self.lines)


def subject(view: Digested) -> str:
    """ "3 readers are waiting, 2 replies are ready", or that all is well."""
    if not view.waiting:
        return _all_answered(view)
    ready = sum(bool(one.reply) for one in view.waiting)
    told = f", {counted(ready, 'reply is', 'replies are')} ready" if ready else ""
    return f"{_waiting(view)}{told}"


def text(view: Digested) -> str:
    parts = [_opening(view)]
    parts += ["\n".join(f"- {line}" for line in view.lines)] if view.lines else []
    coming = sorted((one for one in view.waiting if one.told), key=lambda one: one.told or date.max)
    if coming:
        parts.append("\n".join(["Dates you gave readers:", *_days_told(coming, view)]))
    parts += ["\n".join(_about(one, view.locale)) for one in view.waiting]
    parts.append(f"See everything: {view.page or 'inbox-bot drafts'}")
    return "\n\n".join(parts) + "\n"


def urgent_text(letters: Sequence[Waiting], page: str) -> str:
    """The body of a note on letters with words of danger."""
    one = letters[0]
    if len(letters) > 1:
        readers = Counter(letter.reader for letter in letters)
        listed = "\n".join(
            f"- {reader}: {counted(count, 'letter', 'letters')}"
            for reader, count in readers.most_common(MOST_LISTED)
        )
        more = len(readers) - MOST_LISTED
        others = f"\n- and {counted(more, 'other reader')}" if more > 0 else ""
        return (
            f"{len(letters)} letters sound like emergencies:\n\n{listed}{others}\n\n"
            f"The first one:\n\n  {one.question}\n\n"
            f"I didn't fill in an answer. Please look at them now: {page or 'inbox-bot drafts'}\n"
        )
    where = page or f"inbox-bot show {letter_name(one.letter_id)}"
    return (
        f"{one.reader} wrote something that sounds like an emergency:\n\n"
        f"  {one.question}\n\n{one.matter}\n\n"
        f"I didn't fill in an answer. Please look at it now: {where}\n"
    )


def _opening(view: Digested) -> str:
    if not view.waiting:
        return f"{_all_answered(view)}. I checked, and you don't owe anyone a reply."
    first = min(one.since for one in view.waiting)
    since = humanize.full(first, view.locale)
    if len(view.waiting) == 1:
        return f"1 reader has been waiting since {since}."
    return f"{_waiting(view)}, the first one since {since}."


def _waiting(view: Digested) -> str:
    return counted(len(view.waiting), "reader is waiting", "readers are waiting")


def _all_answered(view: Digested) -> str:
    if not view.answered:
        return "Nobody is waiting"
    if view.answered == 1:
        return "Your reader has an answer"
    return f"All {view.answered:,} readers have an answer"


def _days_told(coming: Sequence[Waiting], view: Digested) -> Iterator[str]:
    for one in coming:
        assert one.told is not None
        overdue = " (overdue)" if one.told < view.today else ""
        yield f"- {humanize.full(one.told, view.locale)}: {one.reader}{overdue}"


def _about(one: Waiting, locale: str) -> Iterator[str]:
    yield f"{one.reader}, waiting since {humanize.full(one.since, locale)}"
    yield f"  {one.question}"
    if one.matter:
        yield f"  {one.matter}"
        name = letter_name(one.letter_id)
        yield f"  To settle it: inbox-bot answered {name}, or inbox-bot owed {name}"
    if one.reply:
        where = "your Drafts folder, or run " if one.in_drafts else ""
        yield f"  A reply is ready. See {where}inbox-bot show {one.draft}"
        yield ""
        yield from (f"  | {line}".rstrip() for line in one.reply.splitlines())
