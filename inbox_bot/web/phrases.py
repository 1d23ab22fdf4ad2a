"""Phrases of the page: times, durations, sizes and events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from inbox_bot import humanize
from inbox_bot.model import Doubt, Event, Verb

SECONDS_A_DRAFT = 40
"""Time to read one letter and its reply."""

HAPPENED = {
    Verb.DRAFTED: "a reply was drafted",
    Verb.REMADE: "the reply was redrafted",
    Verb.HOLDING_OFFERED: "a holding reply was drafted",
    Verb.ASKED: "I asked you",
    Verb.HANDED_OVER: "it was handed to the mail server",
    Verb.FOUND_IN_SENT: "it was found in your Sent folder",
    Verb.SENT_FROM_DRAFTS: "you sent it from your Drafts folder",
    Verb.EDITED_IN_DRAFTS: "you changed it in your Drafts folder",
    Verb.REMOVED_FROM_DRAFTS: "you removed it from your Drafts folder",
    Verb.NO_ENTRY_NOW: "you said: not now",
    Verb.READDRESSED: "you chose another address",
    Verb.RELEASED: "you said: no reply is needed",
    Verb.STILL_OWED: "you said: an answer is still owed",
    Verb.OWED_AFTER_ALL: "you said: an answer is owed after all",
    Verb.APPROVED: "you approved it",
    Verb.EDITED: "you changed the text",
    Verb.HOLDING: "you chose a holding reply",
    Verb.REJECTED: "you rejected the draft",
    Verb.LINE_ADDED: "you added a line",
    Verb.SWAPPED: "you chose another answer",
    Verb.NOT_A_QUESTION: "you said: not a question",
    Verb.SNOOZED: "you snoozed it",
    Verb.WOKEN: "you brought it back",
    Verb.ANSWERED_ELSEWHERE: "you answered it elsewhere",
    Verb.WAS_SENT: "you said: it was sent",
    Verb.WAS_NOT_SENT: "you said: it was not sent",
    Verb.WRITES_AGAIN: "you started a correction",
    Verb.NEVER_SENDER: "you said: never this sender",
    Verb.NEVER_DOMAIN: "you said: never this domain",
    Verb.UNDONE: "you undid this",
    Verb.NOT_A_READER: "you said: not a reader",
    Verb.A_READER: "you said: a reader after all",
    Verb.RULE_TAKEN_BACK: "you removed a rule about this sender",
    Verb.WROTE_AGAIN: "the reader wrote again",
    Verb.ANSWERED_BEFORE: "you had answered it already",
    Verb.ANSWERED_BY_HAND: "you answered it yourself",
    Verb.NOT_DELIVERED: "the reply came back undelivered",
    Verb.SENDING: "it is being sent",
    Verb.SENT: "it was sent",
    Verb.REFUSED: "the server refused it",
    Verb.UNCERTAIN: "it may or may not have been sent",
    Verb.PENDING: "it is waiting for you again",
}
LINE_ON_A_PHONE = 34
"""Characters: fewer than fit, as words do not break."""
UNTOLD = frozenset(
    {
        Verb.STILL_OWED,
        Verb.WOKEN,
        Verb.A_READER,
        Verb.NOT_A_READER,
        Verb.NEVER_SENDER,
        Verb.NEVER_DOMAIN,
    }
)
"""Their detail is only for undo, not shown."""


def since(then: datetime, now: datetime, zone: ZoneInfo, locale: str = humanize.AMERICAN) -> str:
    """ "8:12 AM", "yesterday", "Monday", "Nov 23": how the author would name that moment today."""
    there, today = then.astimezone(zone), now.astimezone(zone).date()
    age = (today - there.date()).days
    if age <= 0:
        return humanize.clock(there, locale)
    if age == 1:
        return "yesterday"
    if age < 7:
        return humanize.full(there.date()).partition(",")[0]
    if there.year != today.year:
        return humanize.dated(there.date(), locale)
    return humanize.short(there.date(), locale)


def lately(then: datetime, now: datetime, zone: ZoneInfo, locale: str = humanize.AMERICAN) -> str:
    """ "at 8:12 AM", "yesterday", "Monday": as `since`, after a verb."""
    is_today = then.astimezone(zone).date() >= now.astimezone(zone).date()
    return f"{'at ' if is_today else ''}{since(then, now, zone, locale)}"


def moment(then: datetime, zone: ZoneInfo, locale: str = humanize.AMERICAN) -> str:
    """ "Tue, Mar 3, 2026 at 7:04 PM"; in Britain "Tue, 3 Mar 2026 at 19:04"."""
    return humanize.moment(then.astimezone(zone), locale)


def minutes(drafts: int) -> str:
    """The time to read so many ready drafts."""
    return f"about {max(1, round(drafts * SECONDS_A_DRAFT / 60))} min"


def wait(left: timedelta) -> str:
    """ "43 sec", "2 min"."""
    seconds = max(0, int(left.total_seconds()))
    return f"{seconds} sec" if seconds < 120 else f"{seconds // 60} min"


def send_in(undo: timedelta) -> str:
    """The words on the button that approves: "Send in 1 minute", as long as can be undone."""
    seconds = int(undo.total_seconds())
    if seconds <= 0:
        return "Send now"
    if seconds % 60:
        return f"Send in {humanize.counted(seconds, 'second')}"
    return f"Send in {humanize.counted(seconds // 60, 'minute')}"


def lines_on_a_phone(text: str) -> int:
    """The height of a field that shows the whole text without scrolling inside."""
    return sum(max(1, -(-len(line) // LINE_ON_A_PHONE)) for line in text.splitlines()) + 1


def happened(event: Event) -> str:
    told = HAPPENED[event.verb]
    if event.verb == Verb.UNDONE:
        return f"{told}: {HAPPENED[Verb(event.detail)]}"
    if event.verb == Verb.ASKED and event.detail in set(Doubt):
        return f"{told}: {Doubt(event.detail).question}"
    return f"{told}: {event.detail}" if event.detail and event.verb not in UNTOLD else told


def size(octets: int) -> str:
    if octets < 1_000_000:
        return f"{max(1, octets // 1_000)} KB"
    return f"{octets / 1_000_000:.1f} MB"


def short(text: str, length: int) -> str:
    return humanize.shortened(text, length)


def marked(text: str, questions: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text split at the questions; True marks a question."""
    places = sorted(place for one in questions if (place := _place(text, one)))
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in places:
        if start < done:
            continue
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return tuple(piece for piece in [*pieces, (text[done:], False)] if piece[0])


def _place(text: str, question: str) -> tuple[int, int] | None:
    """The span of the question in the text, whose lines may break anywhere."""
    words = question.split()[:200]
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text[:100_000])
    return found.span() if found else None
