"""Applies the verdict rules in order: the first that gives a reason decides."""

from __future__ import annotations

from collections.abc import Callable

from inbox_bot.letters.verdicts import bounces, form_letters, machines, pitches_and_thanks
from inbox_bot.letters.verdicts.evidence import Evidence, gather
from inbox_bot.letters.verdicts.form_notices import exchange_substitute, no_reader, notice
from inbox_bot.letters.verdicts.header_only import outside, own
from inbox_bot.letters.verdicts.private import private
from inbox_bot.model import Judgement, KnownPeople, Message, Verdict

Sign = Callable[[Evidence], str]

# Reports come before bounces, which look alike; bounces before rules that would hide one.
_REPORTS: tuple[tuple[Verdict, Sign], ...] = (
    (Verdict.AUTOMATIC, machines.delivered),
    (Verdict.AUTOMATIC, machines.receipt),
    (Verdict.AUTOMATIC, machines.complaint),
    (Verdict.AUTOMATIC, machines.absence),
    (Verdict.BOUNCE, bounces.bounce),
)
_MACHINES: tuple[tuple[Verdict, Sign], ...] = (
    (Verdict.LIST, machines.of_list),
    (Verdict.AUTOMATIC, machines.declared),
    (Verdict.AUTOMATIC, machines.nameless),
    (Verdict.AUTOMATIC, machines.silent_sender),
    (Verdict.AUTOMATIC, no_reader),
    (Verdict.AUTOMATIC, form_letters.invitation_answer),
    (Verdict.AUTOMATIC, form_letters.receipt_in_words),
    (Verdict.AUTOMATIC, form_letters.recall),
    (Verdict.AUTOMATIC, form_letters.absence_in_words),
    (Verdict.COURTESY, pitches_and_thanks.reaction),
    (Verdict.AUTOMATIC, machines.hinted),
)
_PEOPLE: tuple[tuple[Verdict, Sign], ...] = (
    (Verdict.UNREADABLE, exchange_substitute),
    (Verdict.UNREADABLE, notice),
    (Verdict.PITCH, pitches_and_thanks.pitch),
    (Verdict.PERSONAL, private),
    (Verdict.COURTESY, pitches_and_thanks.courtesy),
    (Verdict.COURTESY, pitches_and_thanks.thanks_in_prose),
)
_BY_WORDS: frozenset[Sign] = frozenset(
    (
        machines.hinted,
        form_letters.receipt_in_words,
        form_letters.recall,
        form_letters.absence_in_words,
        pitches_and_thanks.reaction,
        pitches_and_thanks.courtesy,
        pitches_and_thanks.thanks_in_prose,
    )
)
_BY_HEADER = frozenset(
    (Verdict.OWN, Verdict.PERSONAL, Verdict.AUTOMATIC, Verdict.BOUNCE, Verdict.LIST)
)


def judge(message: Message, people: KnownPeople) -> Judgement:
    """The verdict on a letter, with the reason in words for the author."""
    seen = gather(message)
    return (
        _first(_REPORTS, seen)
        or _said(Verdict.OWN, own(seen, people))
        or _first(_MACHINES, seen)
        or _said(Verdict.PERSONAL, outside(seen, people))
        or _first(_PEOPLE, seen)
        or Judgement(verdict=Verdict.READER, reason="a person wrote to you")
    )


def judge_unread(by_header: Judgement, trouble: str) -> Judgement:
    """The header's verdict on an unreadable letter, else UNREADABLE: it may be a reader's."""
    if by_header.verdict in _BY_HEADER:
        return by_header
    return Judgement(verdict=Verdict.UNREADABLE, reason=trouble)


def is_of_list(header_only: Message) -> bool:
    """Passed on by a list, as its header shows."""
    return bool(machines.of_list(gather(header_only)))


def is_from_mail_system(bounce: Message) -> bool:
    """Not from a person's address: anybody can write text that looks like a report."""
    seen = gather(bounce)
    return bool(machines.declared(seen)) or bounces.of_mail_system(seen)


def is_notice_of_form(message: Message) -> bool:
    """Sent by a form that the settings do not name."""
    return bool(notice(gather(message)))


def is_automatic(message: Message) -> bool:
    """Written by a machine, as its header shows: an out-of-office reply in Sent keeps no
    promise."""
    seen = gather(message)
    signs = (machines.receipt, machines.absence, machines.declared, machines.nameless)
    return any(sign(seen) for sign in signs)


def _first(rules: tuple[tuple[Verdict, Sign], ...], seen: Evidence) -> Judgement | None:
    for verdict, sign in rules:
        reason = sign(seen)
        if reason:
            return Judgement(verdict=verdict, reason=reason, by_words=sign in _BY_WORDS)
    return None


def _said(verdict: Verdict, reason: str) -> Judgement | None:
    return Judgement(verdict=verdict, reason=reason) if reason else None
