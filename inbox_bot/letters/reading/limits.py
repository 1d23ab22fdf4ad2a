"""Limits on a letter's size and structure, checked on its bytes before any parser runs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox_bot.errors import Unreadable

_PIECE = re.compile(rb"\*\d{1,9}\*?=")
_FIELD = re.compile(rb"\n[!-9;-~]{1,80}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest real letters measured stay below a tenth of each limit.

    `enclosing` counts multipart and message types, which bounds their nesting; `pieces` are RFC
    2231 continuations; `words` are RFC 2047 encoded words.
    """

    letter_bytes: int = 32 * 1024 * 1024
    header_bytes: int = 512 * 1024
    fields: int = 2_000
    addresses: int = 5_000
    words: int = 3_000
    pieces: int = 1_000
    comments: int = 2_000
    parts: int = 2_000
    enclosing: int = 150


LIMITS = Limits()


def header_end(raw: bytes) -> int:
    """The offset of the empty line that ends the header; the whole length if there is none."""
    end = len(raw)
    for mark in (b"\n\n", b"\n\r\n", b"\r\r") if b"\r" in raw else (b"\n\n",):
        found = raw.find(mark, 0, end)  # a later one is not the first
        end = found if found >= 0 else end
    return end


def check(raw: bytes, limits: Limits = LIMITS) -> int:
    """The header's end; Unreadable for a letter that would cost a parser too much time or memory.

    Each test is one pass over the bytes in C, so that the check itself stays fast.
    """
    if not raw or raw.isspace():
        raise Unreadable("the letter is empty; open it in your mail program")
    _at_most(len(raw), limits.letter_bytes, "bytes")
    end = header_end(raw)
    _at_most(end, limits.header_bytes, "bytes of header")
    if end > limits.comments:  # a smaller header cannot exceed any of these
        _check_header(raw[:end], limits)
    _check_structure(raw, limits)
    return end


def _check_header(head: bytes, limits: Limits) -> None:
    ends = head.count(b"\n") + head.count(b"\r") - head.count(b"\r\n")
    _at_most(ends, 4 * limits.fields, "lines of header")
    if ends > limits.fields:
        _at_most(len(_FIELD.findall(head)), limits.fields, "header fields")
    _at_most(head.count(b"@") + head.count(b","), 2 * limits.addresses, "addresses")
    _at_most(head.count(b"=?"), limits.words, "encoded words in the header")
    _at_most(head.count(b"("), limits.comments, "comments in the header")


def _check_structure(raw: bytes, limits: Limits) -> None:
    if raw.count(b"/") <= limits.enclosing and len(raw) <= 4 * limits.parts:
        return  # each type has a slash in it
    lowered = raw.lower()
    enclosing = lowered.count(b"multipart/") + lowered.count(b"message/rfc822")
    _at_most(enclosing, limits.enclosing, "nested parts")
    if len(raw) <= 4 * limits.parts:
        return
    _at_most(lowered.count(b"\ncontent-"), 4 * limits.parts, "parts")
    _at_most(lowered.count(b"\n--"), 8 * limits.parts, "possible part separators")
    if lowered.count(b"*") > limits.pieces:
        _at_most(len(_PIECE.findall(lowered)), limits.pieces, "RFC 2231 parameter pieces")


def _at_most(found: int, limit: int, what: str) -> None:
    if found > limit:
        raise Unreadable(
            f"the letter has {found:,} {what}, more than {limit:,}; open it in your mail program"
        )
