"""Whose letters are the bot's business (law 9): told from the header alone."""

from __future__ import annotations

from inbox_bot.model import Address, Circle, Judgement, Message, Verdict
from inbox_bot.verdicts.evidence import Evidence, gather, same_mailbox
from inbox_bot.verdicts.undelivered import bounce

# Where servers note whom a letter was for: it finds the author in Bcc, too.
_ENVELOPE_FIELDS = (
    "delivered-to",
    "x-original-to",
    "x-forwarded-to",
    "envelope-to",
    "x-envelope-to",
    "apparently-to",
    "resent-to",
)


def scope(header_only: Message, circle: Circle) -> Judgement | None:
    """Why this letter is out of scope, or None. A bounce is in scope: it may be of a reply."""
    seen = gather(header_only)
    if seen.from_nobody or bounce(seen):
        return None
    reason = own(seen, circle)
    if reason:
        return Judgement(verdict=Verdict.OWN, reason=reason)
    reason = outside(seen, circle)
    return Judgement(verdict=Verdict.PERSONAL, reason=reason) if reason else None


def own(seen: Evidence, circle: Circle) -> str:
    """From one of the author's addresses, unless its answers are to go to somebody else:
    contact forms write in the author's name."""
    sender, reply_to = seen.message.sender, seen.message.reply_to
    mine = {same_mailbox(address) for address in circle.own}
    if not sender or same_mailbox(sender.email) not in mine:
        return ""
    if reply_to and same_mailbox(reply_to.email) not in mine:
        return ""
    return f"your own letter, from {sender.email}"


def outside(seen: Evidence, circle: Circle) -> str:
    """The author said so, began the thread, knows the sender, or was not written to."""
    message = seen.message
    for address in filter(None, (message.sender, message.reply_to)):
        if _named(address, circle.never):
            return f"you said that letters from {address.email} are not readers' letters"
    if not circle.begun.isdisjoint((*message.references, message.in_reply_to)):
        return "it answers a letter of yours: you began this thread"
    if _named(message.sender, circle.known):
        return f"you wrote to {seen.sender} before, outside readers' letters"
    if not _addressed(seen, circle):
        return "it was not sent to an address that readers write to"
    return ""


def _named(address: Address | None, names: frozenset[str]) -> bool:
    if not address or not names:
        return False
    email = address.email.lower()
    return not names.isdisjoint((email, same_mailbox(email), *_domains(email)))


def _domains(email: str) -> list[str]:
    """ "@" and the domain, then each domain above it: "@mail.example.com", "@example.com"."""
    labels = email.rpartition("@")[2].split(".")
    return ["@" + ".".join(labels[start:]) for start in range(min(len(labels) - 1, 10))]


def _addressed(seen: Evidence, circle: Circle) -> bool:
    """A letter that names nobody at all (Bcc, and the server kept no note) may be for her."""
    wanted = circle.readers_to or circle.own
    message = seen.message
    named = {address.email.lower() for address in (*message.to, *message.cc)}
    for name in _ENVELOPE_FIELDS:
        named.update(value.strip(" <>").lower() for value in seen.fields.get(name, ()))
    if not wanted or not named:
        return True
    return not wanted.isdisjoint(named) or not wanted.isdisjoint(map(same_mailbox, named))
