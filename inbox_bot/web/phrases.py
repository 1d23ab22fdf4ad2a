"""How the page says things: when, how long, how sure, and what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from inbox_bot import humanize
from inbox_bot.model import Event

SECONDS_A_DRAFT = 40
"""What it takes to read one letter and the reply to it."""

HAPPENED = {
    "drafted": "a reply was drafted",
    "remade": "the reply was drafted anew",
    "holding offered": "a holding reply was drafted",
    "asked": "you were asked",
    "handed over": "the mail server was handed it",
    "found in Sent": "it was found in your Sent folder",
    "sent from Drafts": "you sent it from your Drafts folder",
    "edited in Drafts": "you changed it in your Drafts folder",
    "removed from Drafts": "you removed it from your Drafts folder",
    "no entry now": "you said: no entry for it now",
    "readdressed": "you chose another address",
    "released": "you said: no answer is needed",
    "still owed": "you said: an answer is still owed",
    "owed after all": "you said: an answer is owed after all",
    "approved": "you approved it",
    "edited": "you changed the text",
    "holding": "you chose a holding reply",
    "rejected": "you rejected the draft",
    "line added": "you added a line",
    "swapped": "you chose another answer",
    "not a question": "you said: not a question",
    "snoozed": "you put it off",
    "woken": "you brought it back",
    "answered elsewhere": "you answered it elsewhere",
    "was sent": "you said: it was sent",
    "was not sent": "you said: it was not sent",
    "writes again": "you began a correction",
    "never this sender": "you said: never this sender",
    "never this domain": "you said: never this domain",
    "undone": "you took back",
    "not a reader": "you said: not a reader",
    "a reader": "you said: a reader after all",
    "rule taken back": "you took back a rule about this sender",
    "wrote again": "the reader wrote again",
    "answered before": "you had answered it already",
    "answered by hand": "you answered it yourself",
    "not delivered": "the reply came back undelivered",
    "sending": "it is being sent",
    "sent": "it was sent",
    "refused": "the server refused it",
    "uncertain": "nobody knows whether it left",
    "pending": "it waits for you again",
}
UNTOLD = frozenset(
    {
        "still owed",
        "woken",
        "a reader",
        "not a reader",
        "never this sender",
        "never this domain",
    }
)
"""Of these the detail is only what an undo needs to know."""


def since(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "08:12", "yesterday", "Monday", "3 March": how the author would name that moment today."""
    there, today = then.astimezone(zone), now.astimezone(zone).date()
    age = (today - there.date()).days
    if age <= 0:
        return f"{there:%H:%M}"
    if age == 1:
        return "yesterday"
    named = humanize.full(there.date())
    weekday, _, rest = named.partition(", ")
    if age < 7:
        return weekday
    return rest if there.year != today.year else rest.rpartition(" ")[0]


def moment(then: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday, 3 March 2026, 19:04"."""
    there = then.astimezone(zone)
    return f"{humanize.full(there.date())}, {there:%H:%M}"


def minutes(drafts: int) -> str:
    """How long the author will need for so many ready drafts."""
    return f"about {max(1, round(drafts * SECONDS_A_DRAFT / 60))} min"


def wait(left: timedelta) -> str:
    """ "43 s", "2 min"."""
    seconds = max(0, int(left.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def happened(event: Event) -> str:
    told = HAPPENED.get(event.verb, event.verb)
    if event.verb == "undone":
        return f"{told}: {HAPPENED.get(event.detail, event.detail)}"
    return f"{told}: {event.detail}" if event.detail and event.verb not in UNTOLD else told


def size(octets: int) -> str:
    if octets < 1_000_000:
        return f"{max(1, octets // 1_000)} kB"
    return f"{octets / 1_000_000:.1f} MB"


def short(text: str, length: int) -> str:
    flat = " ".join(text[: 4 * length].split())
    return flat if len(flat) <= length else f"{flat[: length - 1].rstrip()}…"


def marked(text: str, questions: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces; True for those that are one of the questions."""
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
    """Where the question stands in the text, which may break its lines anywhere."""
    words = question.split()[:200]
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text[:100_000])
    return found.span() if found else None
