"""Collects the signs of a message's origin, once for all rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inbox_bot.letters.reading.subjects import is_forward as has_forward_mark, without_marks
from inbox_bot.model import Address, Message

# Bounces and notices identify themselves at the beginning; the rest may be a megabyte of quote.
TEXT_LOOKED_AT = 8_000

_COMMENT = re.compile(r"\([^()]*\)")
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([\w-]+)")

_CALENDAR_METHOD = "\ncalendar-method: "
_REPORTS = {
    "feedback-report": "feedback-type:",
    "disposition-notification": "disposition:",
    "delivery-status": "action:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`subject` is in lower case, without reply prefixes if `answering`; `replies` also considers
    In-Reply-To and References.

    `report` is the type that multipart/report names (RFC 6522), `enclosed_report` the type of a
    report among the parts; `parts` are the content types of the attachments; `fields` the header's
    values by name; `local` is the local part of the sender's address without punctuation; `text`
    the beginning of all text, quotes included, in lower case.
    """

    message: Message
    fields: Mapping[str, Sequence[str]]
    sender: str
    local: str
    subject: str
    answering: bool
    report: str
    enclosed_report: str
    parts: frozenset[str]

    @property
    def text(self) -> str:
        return f"{self.message.text[:TEXT_LOOKED_AT]}\n{self.message.cut[:TEXT_LOOKED_AT]}".lower()

    @property
    def replies(self) -> bool:
        return self.answering or bool(self.message.in_reply_to or self.message.references)

    @property
    def calendar(self) -> str:
        """The method of a calendar part (RFC 5546): "request", "reply", "cancel" …"""
        told = f"\n{self.message.report[:TEXT_LOOKED_AT]}".lower()
        return told.partition(_CALENDAR_METHOD)[2].partition("\n")[0].strip()

    @property
    def kind(self) -> str:
        """The type of report, by the header, else by the parts."""
        return self.report or self.enclosed_report

    @property
    def from_nobody(self) -> bool:
        """The return path is empty (RFC 5321, 4.5.5); the topmost field counts."""
        paths = self.fields.get("return-path", ())
        return bool(paths) and _COMMENT.sub("", paths[0]).replace(" ", "") == "<>"

    def terms(self, name: str) -> list[str]:
        """The first term of each such field, in lower case, without comments (RFC 3834, 5)."""
        return [term for value in self.fields.get(name, ()) if (term := first_term(value))]


def gather(message: Message) -> Evidence:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in message.headers:
        fields[name].append(value)
    subject = message.subject.strip().lower()
    bare = without_marks(subject)
    parts = frozenset(part.content_type.lower() for part in message.attachments)
    sender = message.sender.email.lower() if message.sender else ""
    return Evidence(
        message=message,
        fields=dict(fields),
        sender=sender,
        local=_local_part(sender),
        subject=bare,
        answering=bare != subject,
        report=_report_type(fields.get("content-type", ())),
        enclosed_report=_enclosed_report(message.report[:TEXT_LOOKED_AT].lower(), parts),
        parts=parts,
    )


def first_term(value: str) -> str:
    """`"auto-replied (vacation); owner=x"` gives `"auto-replied"`; hostile nesting is cut off."""
    value = value[:1_000]
    for _ in range(5):  # comments nest; each round removes the innermost
        value, found = _COMMENT.subn(" ", value)
        if not found:
            break
    words = value.replace(";", " ; ").split(None, 1)
    return words[0].strip('"').lower() if words and words[0] != ";" else ""


def is_forward(message: Message) -> bool:
    """It passes another letter on, by Thunderbird's field or by the first mark of its subject."""
    return bool(message.header("x-forwarded-message-id")) or has_forward_mark(message.subject)


def _local_part(address: str) -> str:
    """The part before the @ and any plus, without dots, dashes and underscores."""
    local = address.partition("@")[0].partition("+")[0].lower()
    return local.replace("-", "").replace("_", "").replace(".", "")


def same_mailbox(address: str) -> str:
    """The address of the mailbox: lower case, without a plus suffix."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def mailboxes(addresses: Iterable[Address | None]) -> frozenset[str]:
    return frozenset(same_mailbox(address.email) for address in addresses if address)


def _enclosed_report(told: str, parts: frozenset[str]) -> str:
    """By the field that only this kind of report has, or by the part's own type."""
    if not (told or parts):
        return ""
    for kind, field in _REPORTS.items():
        if f"\n{field}" in f"\n{told}" or f"message/{kind}" in parts:
            return kind
    return ""


def _report_type(content_types: Sequence[str]) -> str:
    for value in content_types:
        lowered = value[:2_000].lower()
        if lowered.startswith("multipart/report"):
            found = _REPORT_TYPE.search(lowered)
            return found[1] if found else "unknown"
    return ""
