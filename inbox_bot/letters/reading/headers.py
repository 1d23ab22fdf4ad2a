"""Splits, unfolds and decodes header fields (RFC 5322; RFC 2047 and its common misuse)."""

from __future__ import annotations

import hashlib
import re
from binascii import a2b_qp
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from inbox_bot.letters.reading.charsets import clean, decode
from inbox_bot.letters.reading.transfer import from_base64
from inbox_bot.model import MADE_UP_ID

_FIELD = re.compile(r"^([!-9;-~]{1,100})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
# Some programs leave question marks bare in a Q-word, or cut the last word off.
_WORD = re.compile(
    r"=\?([^?\s]{1,60})\?(?:([bB])\?([^?]*)"
    r"|([qQ])\?((?:[^?=]|=(?!\?)|\?(?!=)|\?(?==[0-9A-F]{2})){0,998}))(?:\?=|\??$)"
)
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t]+(?==\?)")
_ID = re.compile(r"<([^<>]{1,998})>")
_LONGEST = 600_000  # no header is longer (limits.py)
_CONTROL = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


class Field(NamedTuple):
    """`name` is in lower case; `written` is unfolded, `value` has its encoded words decoded.

    Addresses are taken from `written`: an encoded word must not be able to forge one.
    """

    name: str
    written: str
    value: str


def fields(head: bytes, charset: str = "utf-8") -> tuple[Field, ...]:
    """All fields in order; `charset` is that of 8-bit bytes in them.

    A line that is neither a field nor a continuation (an mbox "From ", a broken fold) is skipped:
    it must not hide the fields below it.
    """
    text = head.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    return tuple([_field(name, value, charset) for name, value in _FIELD.findall(text)])


def _field(name: str, value: str, charset: str) -> Field:
    """On one line; 8-bit bytes are UTF-8, else of the charset. Runs thirty times a letter."""
    if not value.isascii():
        value = decode(value.encode("latin-1"), "utf-8", charset)
    written = value.strip()
    if not written.isprintable():
        written = _one_line(written)
    shown = _one_line(decode_words(written)) if "=?" in written else written
    return Field(name.lower(), written, shown)


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if text.isprintable() else clean(text).translate(_CONTROL)


def decode_words(text: str) -> str:
    """RFC 2047: neighbouring words are joined; a broken word is left as it stands.

    Words of one charset are joined as bytes: programs cut characters in two.
    """
    if "=?" not in text:
        return text
    text = text[:_LONGEST]
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        content = _word_bytes(word.group(2) or "q", word.group(3) or word.group(5) or "")
        label = word.group(1).split("*")[0].lower()  # RFC 2231, 5: charset*language
        if between or label != charset:
            pieces += [decode(pending, charset), between]
            pending = b""
        pending, charset, end = pending + content, label, word.end()
    return "".join([*pieces, decode(pending, charset), text[end:]])


def _word_bytes(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return a2b_qp(data, header=True)
    return from_base64(data)


def message_ids(field: str) -> tuple[str, ...]:
    """Bare ids in order, each once. Exchange writes <[…]> and ids with spaces: kept."""
    found = ["".join(each.split()) for each in _ID.findall(field[:100_000])]
    if not found:
        found = [each for each in field[:1_000].split() if "@" in each][:50]
    return tuple(dict.fromkeys(each for each in found if each))


def made_id(raw: bytes) -> str:
    """An id for a letter without one: the same bytes give the same id."""
    return f"{hashlib.sha256(raw).hexdigest()[:32]}{MADE_UP_ID}"


def date(field: str) -> datetime | None:
    """In UTC; a date without a zone counts as UTC (RFC 5322, 3.3: -0000)."""
    try:
        found = parsedate_to_datetime(field[:200])
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found
