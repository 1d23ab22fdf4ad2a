"""Extracts a reader's letter from contact forms and comment notices of the author's own site.

WordPress forms write "Label: value", or a label on a line of its own with the value below; the
labels are data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Address, Message

LINES_LOOKED_AT = 2_000
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]{1,190}\.[^\s<>()\[\],;:\".]{2,}"
)
_LINK = re.compile(r"https?://[^\s<>\"]+")
_MACHINE_VALUE = re.compile(r"\d|://|^elementor$", re.I)
_LONGEST_LABEL = 40
_LONGEST_LABEL_WORDS = 5

_LISTS = WordLists(__name__)
_LABELS = _LISTS.keys("labels")
_CLOSINGS = (*_LISTS.phrases("closings"), "sent from ", "currently ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The sender of notices: an address, or a domain with or without its "@"."""

    sender: str


@dataclass(frozen=True, slots=True)
class _Filled:
    """The values that the reader filled in; `link` leads to the comment."""

    name: str
    email: str
    subject: str
    text: str
    link: str


def is_notice(message: Message, forms: Sequence[Form]) -> bool:
    """It comes from one of the author's forms, by its header."""
    if not message.sender:
        return False
    sender = message.sender.email.lower()
    domain = sender.rpartition("@")[2]
    return any(form.sender.lower().removeprefix("@") in (sender, domain) for form in forms)


def is_filled(message: Message) -> bool:
    """It has a text and another's address under the labels of a form."""
    filled = _read(message.text)
    site = message.sender.email.lower() if message.sender else ""
    return bool(filled.text and filled.email and filled.email != site)


def holds_letter(message: Message) -> bool:
    """It has a text under the label of a form, with or without an address."""
    return bool(_read(message.text).text)


def unwrap(message: Message, forms: Sequence[Form]) -> Message | None:
    """The letter as the reader wrote it; None if it is no form's, or nothing was written.

    A reader who left no address is no sender: a note mentions her, and From has only her name. The
    other header fields belong to the site, not to her, and are dropped.
    """
    if not is_notice(message, forms):
        return None
    # Text after a "From:" or a "-- " may have been cut as a quote or a signature.
    bodies = [message.text, f"{message.cut}\n{message.text}", f"{message.text}\n{message.cut}"]
    filled = max(map(_read, bodies), key=lambda found: (bool(found.email), bool(found.text)))
    reader = _reader(message, filled)
    text = filled.text or (message.text if reader else "")
    if not text.strip():
        return None
    kept = tuple(field for field in message.headers if field[0] in ("date", "to", "subject"))
    return replace(
        message,
        sender=reader,
        reply_to=None,
        subject=filled.subject or message.subject,
        text=text,
        cut="",
        headers=kept if reader else (("from", filled.name), *kept),
        notes=(*message.notes, _note(message, reader, filled)),
    )


def _reader(message: Message, filled: _Filled) -> Address | None:
    """The Reply-To, unless it is the site itself; else the address in the body."""
    answers, site = message.reply_to, message.sender
    if answers and site and answers.email.lower() != site.email.lower():
        return Address(email=answers.email, name=answers.name or filled.name)
    return Address(email=filled.email, name=filled.name) if filled.email else None


def _note(message: Message, reader: Address | None, filled: _Filled) -> str:
    site = message.sender.email if message.sender else "your site"
    if reader:
        return f"through the form on {site}"
    link = f": {filled.link}" if filled.link else ""
    return f"through the form on {site}, from {filled.name or 'someone'} who left no address{link}"


def _read(body: str) -> _Filled:
    fields: dict[str, list[str]] = {}
    field = ""
    written = body.splitlines()[:LINES_LOOKED_AT]
    in_columns = any(_cells(line)[0] == "email" and _ADDRESS.search(line) for line in written)
    for line in written:
        stripped = line.strip().strip("*_").strip()
        found, value = _label(stripped)
        if in_columns and not found:
            found, value = _cells(stripped)
        if found and not (field == "message" and _part_of_message(found, value, fields)):
            field = found
            fields.setdefault(field, []).append(value)
        elif stripped.lower().startswith(_CLOSINGS):
            field = "end"
        elif field:
            fields.setdefault(field, []).append(line.rstrip())
    name, email = _sender(fields)
    return _Filled(
        name=name,
        email=email,
        subject=_first(fields.get("subject", [])),
        text="\n".join(fields.get("message", [])).strip(),
        link=_link(body),
    )


def _label(line: str) -> tuple[str, str]:
    """The field that a line opens and its value; ("", "") for any other line."""
    label, colon, value = line.partition(":")
    if len(label) > _LONGEST_LABEL:
        return "", ""
    known = label.strip().rstrip("*?").strip().lower().removesuffix(" (required)")
    if not colon and line.endswith((".", "!")):
        return "", ""
    return _LABELS.get(known, ""), value.strip().strip("*").strip()


def _cells(line: str) -> tuple[str, str]:
    """The same for a table's row without a colon: "E-mail jane@reader.example"."""
    words = line.split()
    for length in range(min(len(words) - 1, _LONGEST_LABEL_WORDS), 0, -1):
        found = _LABELS.get(" ".join(words[:length]).lower().rstrip("*?"), "")
        if found:
            return found, " ".join(words[length:])
    return "", ""


def _part_of_message(found: str, value: str, fields: dict[str, list[str]]) -> bool:
    """The line only looks like a label: its field is filled already, or the value does not fit:
    "Question: how long?", "Email: see below"."""
    if found == "end":  # dates, addresses and links close it; "Time: I have little" does not
        return bool(value) and not _MACHINE_VALUE.search(value)
    if found == "email":
        return bool(value) and not _ADDRESS.search(value[:500])
    return found in ("message", "other") or any(fields.get(found, []))


def _sender(fields: dict[str, list[str]]) -> tuple[str, str]:
    """Name and address, also from "Author: Jane (IP address: …)" and "From: Jane <jane@…>"."""
    name = _first(fields.get("name", []))
    email = _ADDRESS.search(" ".join(fields.get("email", [])[:5])[:1_000]) or _ADDRESS.search(name)
    name = re.split(r"[(<\[]", name, maxsplit=1)[0].strip().strip(" \"'")
    return ("" if "@" in name else name), (email[0].lower() if email else "")


def _first(values: list[str]) -> str:
    return next((value.strip()[:200] for value in values if value.strip()), "")


def _link(body: str) -> str:
    """The link to the comment itself, else the first link to the comments."""
    links = _LINK.findall(body[:100_000])
    public = [link for link in links if "wp-admin" not in link]
    comment = [link for link in public if "#comment-" in link]
    return next(iter((*comment, *public)), "")
