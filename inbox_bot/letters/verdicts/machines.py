"""Signs that a machine wrote a letter (RFC 3834, 2). Each function returns its reason, or "".

A hint alone decides nothing: two of them must agree.
"""

from __future__ import annotations

import re

from inbox_bot.letters.questions import asks_anything
from inbox_bot.letters.reading.subjects import opens_with, subjects
from inbox_bot.letters.verdicts import phrases
from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

_ACTION = re.compile(r"^action:\s*(\w+)", re.I | re.M)
LIST_FIELDS = _LISTS.words("list fields")
_MACHINE_FIELDS = _LISTS.words("machine fields")
_DENIALS = frozenset({"no", "none", "false", "0"})
_SAYS_ENOUGH = ("auto", "office", "ooo", "abwesen", "notice", "absence", "reply")
_PRECEDENCE_FIELDS = ("precedence", "x-precedence", "preference")
_BULK = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})


def delivered(seen: Evidence) -> str:
    """A delivery report (RFC 3464) of success, by all of its Actions or by its subject."""
    if not (seen.report or seen.from_nobody):
        return ""
    actions = {action.lower() for action in _ACTION.findall(seen.message.report)}
    by_action = bool(actions) and actions <= phrases.SUCCESSFUL_ACTIONS
    by_subject = seen.subject.startswith(phrases.DELIVERED_SUBJECTS) and not seen.answering
    return "a report that a letter arrived" if by_action or by_subject else ""


def receipt(seen: Evidence) -> str:
    if seen.kind == "disposition-notification":
        return "a receipt for a letter that was read (RFC 8098)"
    return ""


def complaint(seen: Evidence) -> str:
    """A feedback report (RFC 5965), or its old form: the letter attached and nothing written."""
    if seen.kind == "feedback-report":
        return "a complaint report from a mail provider (RFC 5965)"
    named = seen.subject.startswith(phrases.COMPLAINT_SUBJECTS) and not seen.answering
    if named and "message/rfc822" in seen.parts:
        return "a complaint report from a mail provider"
    return ""


def absence(seen: Evidence) -> str:
    """An out-of-office reply, by its subject. A person may write such a subject, too: then she asks
    something, or answers such a reply, and no header contradicts her."""
    opening = _absent_by_subject(seen.subject)
    if not opening or (opening == seen.subject and not _bears_out(seen, opening)):
        return ""
    asks = seen.answering or asks_anything(seen.message.text)
    machine = declared(seen) or seen.from_nobody or (_header_hints(seen) and not seen.answering)
    if asks and not machine:
        return ""
    return f"an automatic reply: its subject says “{seen.message.subject[:60]}”"


def names_absence(seen: Evidence) -> bool:
    return bool(_absent_by_subject(seen.subject))


def of_list(seen: Evidence) -> str:
    for name in LIST_FIELDS.intersection(seen.fields):
        if any(value.strip() for value in seen.fields[name]):
            return f"sent to a list: it has a {name.title()} field"
    if "list" in _precedences(seen):
        return "sent to a list: Precedence says so"
    for address in (seen.sender, _return_path(seen)):
        local = address.partition("@")[0]
        if local.startswith("owner-") or local.endswith("-request") or local in phrases.LIST_ROBOTS:
            return f"sent by a list's own address, {address}"
    return ""


def declared(seen: Evidence) -> str:
    """Declared by Auto-Submitted (any value but "no"), Precedence, or a machine's own field."""
    for term in seen.terms("auto-submitted"):
        if term != "no":
            return f"sent by a machine: Auto-Submitted says “{term[:40]}”"
    if seen.terms("auto-submitted"):
        return ""
    if not _BULK.isdisjoint(_precedences(seen)):
        return "sent in bulk: Precedence says so"
    for name in _MACHINE_FIELDS.intersection(seen.fields):
        if any(term not in _DENIALS for term in seen.terms(name)):
            return f"sent by a machine: it has a {name.title()} field"
    if any("vacation" in value.lower() for value in seen.fields.get("x-apple-action", ())):
        return "an automatic reply from iCloud"
    return ""


def nameless(seen: Evidence) -> str:
    if seen.from_nobody:
        return "sent by a machine: its return path is empty (RFC 3834)"
    if seen.report:
        return "a machine's report (multipart/report)"
    return ""


def silent_sender(seen: Evidence) -> str:
    local = seen.local
    if local in phrases.DELIVERY_SENDERS or local in ("bounce", "bounces"):
        return f"sent by a mail server, {seen.sender}"
    if any(word in local for word in phrases.SILENT_SENDERS):
        return (
            f"{seen.sender} doesn't accept replies; if it's your contact form, add it to your forms"
            " under Settings"
        )
    return ""


def hinted(seen: Evidence) -> str:
    """Two hints of an automatic reply agree, and nothing is asked."""
    hints = [*_header_hints(seen), *_word_hints(seen)]
    if len(hints) >= 2 and not asks_anything(seen.message.text):
        return "looks like an automatic reply: " + " and ".join(hints)
    return ""


def _header_hints(seen: Evidence) -> list[str]:
    if "no" in seen.terms("auto-submitted"):
        return []
    hints = []
    if any(term != "none" for term in seen.terms("x-auto-response-suppress")):
        hints.append("it asks for no automatic reply")
    if any(seen.fields.get(name) for name in ("x-loop", "x-ms-exchange-inbox-rules-loop")):
        hints.append("it's protected against loops")
    return hints


def _word_hints(seen: Evidence) -> list[str]:
    """The text counts only together with such a subject: people write so, too."""
    if not _names_absence(seen.subject):
        return []
    beginning = seen.message.text[:1_000].lower()
    told = any(phrase in beginning for phrase in phrases.ABSENT_TEXT)
    return ["its subject mentions an absence", *(["so does its text"] if told else [])]


def _names_absence(subject: str) -> bool:
    return any(phrase in subject for phrase in phrases.ABSENT_TEXT) or subject.startswith("away ")


def _absent_by_subject(subject: str) -> str:
    return opens_with(subject, subjects().automatic)


def _bears_out(seen: Evidence, opening: str) -> bool:
    """A bare subject such as "On vacation" may be a person's: text or header must confirm it."""
    if seen.replies or not opening.isascii() or any(sign in opening for sign in _SAYS_ENOUGH):
        return True
    text = seen.message.text[:1_000].lower()
    return any(phrase in text for phrase in (*phrases.ABSENT_TEXT, *subjects().away))


def _precedences(seen: Evidence) -> list[str]:
    return [term for name in _PRECEDENCE_FIELDS for term in seen.terms(name)]


def _return_path(seen: Evidence) -> str:
    paths = seen.fields.get("return-path", ("",))
    return paths[0].strip(" <>").lower()
