"""Judges by the header alone: which letters are in scope (law 9), and verdicts that no text could
change. Nine letters in ten are lists' and machines' and are never fetched."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from inbox_bot.letters.verdicts import machines
from inbox_bot.letters.verdicts.bounces import bounce, may_be_bounce
from inbox_bot.letters.verdicts.evidence import Evidence, gather, same_mailbox
from inbox_bot.model import Judgement, KnownPeople, Message, OutOfScope, Verdict

# Fields in which servers record the recipient: they show the author in Bcc, too.
_ENVELOPE_FIELDS = (
    "delivered-to x-delivered-to x-original-to x-original-delivered-to x-resolved-to"
    " x-apparently-to x-forwarded-to envelope-to x-envelope-to apparently-to resent-to"
).split()

_ADDRESS = re.compile(r"[^\s<>;,:\"]{1,64}@[^\s<>;,:\"]{1,255}")  # Yahoo adds the time to it
_PLAIN = ("text/plain", "text/html", "multipart/alternative")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderJudgement:
    """`outside`: why a letter is out of scope, with the `rule`: one of the author's own, or an
    `OutOfScope`. `settled`: the final verdict on a letter in scope. People's letters have neither
    and must be read."""

    outside: Judgement | None = None
    rule: str = ""
    settled: Judgement | None = None


def judge_header(header_only: Message, people: KnownPeople) -> HeaderJudgement:
    """A bounce is always in scope: it may be of a reply."""
    seen = gather(header_only)
    if seen.from_nobody or bounce(seen):
        return HeaderJudgement()
    if reason := own(seen, people):
        outside = Judgement(verdict=Verdict.OWN, reason=reason)
        return HeaderJudgement(outside=outside, rule=OutOfScope.OWN)
    rule, reason = _kept_out(seen, people)
    if rule:
        return HeaderJudgement(
            outside=Judgement(verdict=Verdict.PERSONAL, reason=reason), rule=rule
        )
    return HeaderJudgement(settled=_settled(seen))


def scope(header_only: Message, people: KnownPeople) -> Judgement | None:
    """Why this letter is out of scope, or None."""
    return judge_header(header_only, people).outside


def _settled(seen: Evidence) -> Judgement | None:
    """The verdict on a list's or a machine's letter, whatever its text.

    None if it must be read: its text or its parts could make it a bounce or a report.
    """
    if (
        not seen.sender
        or not _is_plain(seen)
        or may_be_bounce(seen)
        or machines.names_absence(seen)
    ):
        return None
    if reason := machines.of_list(seen):
        return Judgement(verdict=Verdict.LIST, reason=reason)
    if reason := machines.declared(seen):
        return Judgement(verdict=Verdict.AUTOMATIC, reason=reason)
    return None


def _is_plain(seen: Evidence) -> bool:
    """A text, or one text in several versions, without attachments."""
    kinds = seen.fields.get("content-type", ("text/plain",))
    return len(kinds) == 1 and kinds[0].lower().startswith(_PLAIN)


def own(seen: Evidence, people: KnownPeople) -> str:
    """Sent from one of the author's addresses, unless Reply-To names somebody else: contact forms
    write in the author's name."""
    sender, reply_to = seen.message.sender, seen.message.reply_to
    mine = {same_mailbox(address) for address in people.own}
    if not sender or same_mailbox(sender.email) not in mine:
        return ""
    if reply_to and same_mailbox(reply_to.email) not in mine:
        return ""
    return f"your own letter, from {sender.email}"


def outside(seen: Evidence, people: KnownPeople) -> str:
    """Excluded by the author's rule, her own thread, a person she knows, or another address."""
    return _kept_out(seen, people)[1]


def _kept_out(seen: Evidence, people: KnownPeople) -> tuple[str, str]:
    """The rule that excludes the letter, and the reason in words; ("", "") if none does."""
    message = seen.message
    email, rule = _ruled_out(message, people)
    if rule:
        return rule, f"you said that {email} isn't a reader"
    if not people.begun.isdisjoint((*message.references, message.in_reply_to)):
        return OutOfScope.BEGUN, "you started this thread"
    if message.sender and rule_for(message.sender.email, people.known):
        return OutOfScope.KNOWN, f"you have written to {seen.sender} yourself"
    if not _addressed(seen, people):
        return OutOfScope.NOT_ADDRESSED, "it wasn't sent to an address readers write to"
    return "", ""


def _ruled_out(message: Message, people: KnownPeople) -> tuple[str, str]:
    """The address that one of the author's rules excludes, and the rule; ("", "") if none does."""
    for address in filter(None, (message.sender, message.reply_to)):
        if rule := rule_for(address.email, people.never):
            return address.email, rule
    return "", ""


def rule_for(email: str, rules: Collection[str]) -> str:
    """The address or "@domain" of `rules` that covers this address, or ""."""
    if not rules:
        return ""
    email = email.lower()
    names = (email, same_mailbox(email), *_domains(email))
    return next((name for name in names if name in rules), "")


def _domains(email: str) -> list[str]:
    """ "@" and the domain, then each domain above it: "@mail.example.com", "@example.com"."""
    labels = email.rpartition("@")[2].split(".")
    return ["@" + ".".join(labels[start:]) for start in range(min(len(labels) - 1, 10))]


def _addressed(seen: Evidence, people: KnownPeople) -> bool:
    """Sent to an address for readers; so may be a letter that names nobody (Bcc)."""
    wanted = people.readers_to or people.own
    message = seen.message
    named = {address.email.lower() for address in (*message.to, *message.cc)}
    for name in _ENVELOPE_FIELDS:
        if values := seen.fields.get(name):
            named.update(one.lower() for value in values for one in _ADDRESS.findall(value))
    if not wanted or not named:
        return True
    return not wanted.isdisjoint(named) or not wanted.isdisjoint(map(same_mailbox, named))
