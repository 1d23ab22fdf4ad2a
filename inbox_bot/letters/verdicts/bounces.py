"""Signs of a bounce: a mail server reports that a letter did not arrive."""

from __future__ import annotations

import re

from inbox_bot.letters.questions import asks_anything
from inbox_bot.letters.verdicts import phrases
from inbox_bot.letters.verdicts.evidence import Evidence

_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
# A server's reply code with its text: "550 5.1.1", "554-delivery error", "550 - Requested action".
_SERVER_REPLY = re.compile(
    r"\b[45][0-5]\d[ -]{1,3}(?:[45]\.\d{1,3}\.\d{1,3}\b|requested|<|mailbox|user|unknown|recipient"
    r"|no such|address|account|invalid|rejected|relay|sorry|delivery|access|host|spam|message)"
)


def bounce(seen: Evidence) -> str:
    return reported(seen) or from_server(seen) or by_text(seen)


def reported(seen: Evidence) -> str:
    """A delivery status (RFC 3464) in the letter itself; one in a forward comes from a person."""
    if seen.report == "delivery-status":
        return "a letter could not be delivered: it is a delivery report (RFC 3464)"
    if seen.enclosed_report == "delivery-status" and not _written_by_hand(seen):
        return "a letter could not be delivered: a delivery status is attached"
    if any(value.strip() for value in seen.fields.get("x-failed-recipients", ())):
        return "a letter could not be delivered: it has an X-Failed-Recipients field"
    return ""


def from_server(seen: Evidence) -> str:
    """Sent by mailer-daemon; an administrator's address counts together with its words."""
    if seen.local in phrases.DELIVERY_SENDERS or "mailer-daemon" in _raw_sender(seen):
        return "a mail server returned a letter"
    if _office(seen):
        tells = _subject_tells(seen) or _text_tells(seen) >= 2
    elif seen.from_nobody or not seen.sender:
        tells = _subject_tells(seen) or (_text_tells(seen) >= 1 and _returns(seen))
    else:
        tells = _silent(seen) and _returns(seen) and _text_tells(seen) >= 2
    return "a mail server says that a letter could not be delivered" if tells else ""


def by_text(seen: Evidence) -> str:
    """From any sender: subject and text say so, the letter or a server's reply proves it, and
    nothing is asked."""
    if notification_of_bounce(seen):
        return "a letter could not be delivered: the notification service says so"
    if seen.answering or not _has_text(seen):  # runs for each header: subjects take the longest
        return ""
    if not _subject_tells(seen) or not _text_tells(seen):
        return ""
    proven = _returns(seen) or _SERVER_REPLY.search(seen.text)
    if proven and not asks_anything(seen.message.text):
        return "a letter could not be delivered: subject and text say so"
    return ""


def may_be_bounce(seen: Evidence) -> bool:
    """For a header without attachments: the letter's text could still make it a bounce."""
    service = seen.sender.endswith(phrases.NOTIFYING_DOMAINS)
    return _office(seen) or _subject_tells(seen) or service


def notification_of_bounce(seen: Evidence) -> bool:
    """Amazon SES reports bounces in JSON."""
    if "notificationType" not in seen.message.text:
        return False
    return '"notificationtype":"bounce"' in "".join(seen.text.replace("\\", "").split())


def of_mail_system(seen: Evidence) -> bool:
    """Sent by a mail system, by its return path or its address."""
    served = seen.local in phrases.DELIVERY_SENDERS or seen.sender.endswith(
        phrases.NOTIFYING_DOMAINS
    )
    return seen.from_nobody or not seen.sender or served or _office(seen) or _silent(seen)


def _subject_tells(seen: Evidence) -> bool:
    return any(map(seen.subject.__contains__, phrases.BOUNCE_SUBJECTS))


def _has_text(seen: Evidence) -> bool:
    return bool(seen.message.text or seen.message.cut)


def _text_tells(seen: Evidence) -> int:
    if not _has_text(seen):
        return 0
    text = seen.text
    replied = _SERVER_REPLY.search(text) is not None
    return replied + sum(phrase in text for phrase in phrases.BOUNCE_TEXT)


def _returns(seen: Evidence) -> bool:
    return not _RETURNED.isdisjoint(seen.parts)


def _silent(seen: Evidence) -> bool:
    return any(map(seen.local.__contains__, phrases.SILENT_SENDERS))


def _raw_sender(seen: Evidence) -> str:
    """From as written: servers write "MAILER-DAEMON <>", which is no address."""
    return seen.message.header("from")[:200].lower() if not seen.sender else ""


def _office(seen: Evidence) -> bool:
    """An administrators' address or name; "*-admin" if the list program fml signs."""
    listed = "x-mlserver" in seen.fields and seen.local.endswith("admin")
    return seen.local in phrases.OFFICE_SENDERS or _named_as_server(seen) or listed


def _named_as_server(seen: Evidence) -> bool:
    sender = seen.message.sender
    name = sender.name.lower() if sender else _raw_sender(seen)
    return any(map(name.__contains__, phrases.DELIVERY_NAMES))


def _written_by_hand(seen: Evidence) -> bool:
    """A person forwards a bounce: "Fwd: Undelivered mail", from an ordinary address."""
    return seen.answering and not seen.from_nobody and "@" in seen.sender and not seen.report
