"""Turns a notice of the author's own site into the letter of the reader behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_bot.letters.authentication import dmarc_result
from inbox_bot.letters.contact_forms.kinds import recognize_header
from inbox_bot.letters.contact_forms.notices import Notice, read_notice
from inbox_bot.letters.reading.addresses import addresses
from inbox_bot.model import Address, Message

_ON = {"en": "your comment on {}", "de": "Kommentar zu „{}“"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The sender of notices: an address, or a domain with or without its "@"."""

    sender: str


def is_notice(message: Message, forms: Sequence[Form], authserv_id: str = "") -> bool:
    """The author named its sender; or a service wrote it whose kind is known, as her own mail
    server (`authserv_id`) has verified (RFC 8601)."""
    if not message.sender:
        return False
    sender = message.sender.email.lower()
    domain = sender.rpartition("@")[2]
    if any(form.sender.lower().removeprefix("@") in (sender, domain) for form in forms):
        return True
    if not authserv_id or dmarc_result(message, authserv_id) != "pass":
        return False
    kind = recognize_header(message)
    return kind is not None and kind.hosted and kind.sent_by(sender)


def is_filled(message: Message) -> bool:
    """It has a text and another's address under the labels of a form."""
    notice = read_notice(message)
    site = message.sender.email.lower() if message.sender else ""
    named = (*notice.emails, *notice.doubtful)
    return bool(notice.text and any(email != site for email in named))


def holds_letter(message: Message) -> bool:
    """It has a text under the label of a form, with or without an address."""
    notice = read_notice(message)
    return bool(notice.text) and not notice.nobody


def wrote_no_reader(message: Message) -> bool:
    """A notice of a trackback, a pingback or spam."""
    return read_notice(message).nobody


def unwrap(message: Message, forms: Sequence[Form], authserv_id: str = "") -> Message | None:
    """The letter as the reader wrote it; None if it is no form's, or nothing was written.

    A reader who left no address is no sender: a note mentions her, and From has only her name. The
    other header fields belong to the site, not to her, and are dropped.
    """
    if not is_notice(message, forms, authserv_id):
        return None
    notice = read_notice(message)
    found = _addresses(message, notice)
    reader = Address(email=found[0], name=_name(message, notice)) if len(found) == 1 else None
    text = notice.text or (message.text if reader and notice.kind is None else "")
    if notice.nobody or not text.strip():
        return None
    kept = tuple(field for field in message.headers if field[0] in ("date", "to", "subject"))
    return replace(
        message,
        sender=reader,
        reply_to=None,
        subject=_subject(message, notice),
        in_reply_to="",
        references=(),
        text=text,
        cut="",
        whole="",
        beside=notice.beside,
        forwarded=False,
        headers=kept if reader else (("from", notice.name), *kept),
        comment_link=notice.link,
        notes=(*message.notes, *_notes(message, notice, found)),
    )


def _addresses(message: Message, notice: Notice) -> tuple[str, ...]:
    """Where a reply could go: one address, none, or several between which the author chooses.

    The Reply-To is the site's word. If it differs from the address field, one of the two was forged
    or mistyped.
    """
    site = {one.email.lower() for one in (message.sender, *message.to) if one}
    answers = [each for each in _reply_to(message) if each not in site]
    if notice.kind and notice.kind.hosted and message.sender:  # it leads back to the service
        answers = [each for each in answers if _owner(each) != _owner(message.sender.email)]
    printed = [each for each in notice.emails if each not in site]
    if len(answers) == 1 and (not printed or answers[0] in printed):
        return tuple(answers)
    return tuple(dict.fromkeys((*answers, *printed)))


def _owner(email: str) -> str:
    """The last two labels of the domain."""
    return ".".join(email.lower().rpartition("@")[2].split(".")[-2:])


def _reply_to(message: Message) -> list[str]:
    """All addresses of all Reply-To fields; a second one may have been smuggled in."""
    written = [value for name, value in message.headers if name == "reply-to"]
    if not written and message.reply_to:
        return [message.reply_to.email.lower()]
    found = [one.email.lower() for value in written for one in addresses(value[:2_000])]
    return list(dict.fromkeys(found))


def _name(message: Message, notice: Notice) -> str:
    if notice.name or not message.reply_to or "@" in message.reply_to.name:
        return notice.name
    return message.reply_to.name


def _subject(message: Message, notice: Notice) -> str:
    if notice.is_comment and notice.title:
        return _ON.get(notice.language, _ON["en"]).format(notice.title)
    return notice.subject or notice.form or message.subject


def _notes(message: Message, notice: Notice, found: Sequence[str]) -> tuple[str, ...]:
    site = message.sender.email if message.sender else "your site"
    through = f"through the {'comments' if notice.is_comment else 'form'} of {site}"
    if len(found) == 1:
        public = f"{through}: everybody sees an answer at {notice.link}, this reader alone an email"
        return (public if notice.link else through,)
    by = f"{through}, by {notice.name or 'someone'}"
    if found:
        named = " and ".join(found)
        return (f"{by}; it names {named}: choose the address to which your reply goes",)
    link = f": {notice.link}" if notice.link else ""
    typed = ""
    if notice.doubtful:
        typed = f"; {notice.doubtful[0]} is below the message, where anyone can type it"
    return (f"{by} who left no address{link}{typed}",)
