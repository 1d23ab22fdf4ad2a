"""Text of a note: subject and body from a view. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from inbox_bot import humanize
from inbox_bot.humanize import counted
from inbox_bot.model.names import letter_name
from inbox_bot.review.queue import Tally

MOST_LISTED = 10
MOST_IN_FULL = 30
"""Readers listed in a digest; after a flood, the rest is only counted."""
EMERGENCY = (
    "The draft has your wording for emergencies and nothing else: no answer from your FAQ was "
    "filled in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row of the queue. `matter` is a question to settle, `reply` the text of a ready draft.

    `owed`: the reader waits for an answer; else it is a correction. `unedited`: the draft is the
    one for emergencies, as the template has it. `in_drafts`: that draft is in her Drafts folder,
    too; `subject` is what it is called there.
    """

    letter_id: int
    reader: str
    question: str
    since: date
    subject: str = ""
    owed: bool = True
    urgent: bool = False
    unedited: bool = False
    matter: str = ""
    draft: str = ""
    reply: str = ""
    in_drafts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTold:
    """A day by which a reader was told to hear from the author."""

    day: date
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The contents of a note. `lines` are single findings as sentences.

    `elsewhere` counts readers who wait but are not in the queue today: their letter is snoozed, or
    their reply is being sent.
    """

    today: date
    waiting: tuple[Waiting, ...] = ()
    elsewhere: int = 0
    told: tuple[DayTold, ...] = ()
    answered: int = 0
    lines: tuple[str, ...] = ()
    page: str = ""
    locale: str = humanize.AMERICAN

    @property
    def news(self) -> bool:
        return bool(self.waiting or self.lines)

    @property
    def owed(self) -> int:
        return sum(one.owed for one in self.waiting)

    @property
    def ready(self) -> int:
        return sum(bool(one.reply) for one in self.waiting)

    @property
    def urgent(self) -> int:
        return sum(one.urgent for one in self.waiting)


def subject(view: Digested) -> str:
    """ "1 urgent letter, 3 readers are waiting, 2 replies are ready", or that all is well."""
    urgent = [counted(view.urgent, "urgent letter")] if view.urgent else []
    owed = [_waiting(view)] if view.owed else []
    ready = [counted(view.ready, "reply is", "replies are") + " ready"] if view.ready else []
    return ", ".join([*urgent, *owed, *ready]) or _all_answered(view)


def text(view: Digested) -> str:
    parts = [_opening(view)]
    parts += ["\n".join(f"- {line}" for line in view.lines)] if view.lines else []
    if view.told:
        parts.append("\n".join(["Dates you gave readers:", *_days_told(view)]))
    parts += ["\n".join(_about(one, view)) for one in view.waiting[:MOST_IN_FULL]]
    more = len(view.waiting) - MOST_IN_FULL
    parts += [f"And {counted(more, 'more letter')} in your queue."] if more > 0 else []
    parts.append(f"See everything: {view.page or 'inbox-bot drafts'}")
    return "\n\n".join(parts) + "\n"


def urgent_text(letters: Sequence[Waiting], page: str) -> str:
    """The body of a note on letters with words of danger."""
    one = letters[0]
    if len(letters) == 1:
        return (
            f"{one.reader} wrote something that sounds like an emergency:\n\n"
            f"  {one.question}\n\n{one.matter}\n\n"
            f"{EMERGENCY} Please look at it now: {place(one, page)}\n"
        )
    readers = Counter(letter.reader for letter in letters)
    listed = "\n".join(
        f"- {reader}: {counted(count, 'letter', 'letters')}"
        for reader, count in readers.most_common(MOST_LISTED)
    )
    more = len(readers) - MOST_LISTED
    others = f"\n- and {counted(more, 'other reader')}" if more > 0 else ""
    drafts = EMERGENCY.replace("The draft has", "Each draft has")
    return (
        f"{len(letters)} letters sound like emergencies:\n\n{listed}{others}\n\n"
        f"The first one ({place(one, page)}):\n\n  {one.question}\n\n"
        f"{drafts} Please look at them now: {page or 'inbox-bot drafts'}\n"
    )


def place(one: Waiting, page: str) -> str:
    """Where to open the letter: on the page if her mail program can, else in Drafts by its subject,
    else in the terminal."""
    if page:
        return f"{page.rstrip('/')}/letter/{one.letter_id}"
    command = f"inbox-bot show {one.draft}"
    if not one.in_drafts:
        return command
    return f'your Drafts folder, in the thread "{one.subject[:80]}", or {command}'


def _opening(view: Digested) -> str:
    if not view.waiting:
        return _nothing_to_do(view)
    ready = sum(bool(one.reply) and not one.urgent for one in view.waiting)
    needy = len(view.waiting) - view.urgent - ready
    rest = Tally(urgent=view.urgent, ready=ready, need_you=needy).parts()
    first = min((one.since for one in view.waiting if one.owed), default=None)
    if first is None:
        return f"Nobody is waiting for an answer. In your queue: {', '.join(rest)}."
    since = humanize.full(first, view.locale)
    if view.owed == 1:
        return f"1 reader has been waiting since {since}. In your queue: {', '.join(rest)}."
    return f"{_waiting(view)}, the first one since {since}. In your queue: {', '.join(rest)}."


def _nothing_to_do(view: Digested) -> str:
    if not view.elsewhere:
        return f"{_all_answered(view)}. I checked, and you don't owe anyone a reply."
    later = counted(view.elsewhere, "reader is", "readers are")
    return (
        f"Nothing needs you today. {later} still waiting: you snoozed the letter, or your reply is "
        "on its way."
    )


def _waiting(view: Digested) -> str:
    return counted(view.owed, "reader is waiting", "readers are waiting")


def _all_answered(view: Digested) -> str:
    if view.elsewhere:
        return "Nothing needs you today"
    if not view.answered:
        return "Nobody is waiting"
    if view.answered == 1:
        return "Your reader has an answer"
    return f"All {view.answered:,} readers have an answer"


def _days_told(view: Digested) -> Iterator[str]:
    for one in sorted(view.told, key=lambda one: one.day):
        overdue = " (overdue)" if one.day < view.today else ""
        yield f"- {humanize.full(one.day, view.locale)}: {one.reader}{overdue}"


def _about(one: Waiting, view: Digested) -> Iterator[str]:
    if one.urgent:
        yield f"URGENT: {one.reader} may need help now"
    elif one.owed:
        yield f"{one.reader}, waiting since {humanize.full(one.since, view.locale)}"
    else:
        yield f"{one.reader}, a correction to your reply"
    yield f"  {one.question}"
    if one.urgent and one.unedited:
        yield f"  {EMERGENCY}"
    if one.matter:
        yield f"  {one.matter}"
        name = letter_name(one.letter_id)
        yield f"  To settle it: inbox-bot answered {name}, or inbox-bot owed {name}"
    yield f"  {'A reply is ready' if one.reply else 'It needs you'}: {place(one, view.page)}"
    if one.reply:
        yield ""
        yield from (f"  | {line}".rstrip() for line in one.reply.splitlines())
