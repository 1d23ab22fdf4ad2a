"""Decodes misspelt or unlabelled transfer encodings (RFC 2045, 6): "base64 (MIME)", uuencode."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

_KNOWN = frozenset(("", "7bit", "8bit", "binary", "base64", "quoted-printable"))
_SPELT = re.compile(r"(quoted.?printable)|(base.?64)|(uu(?:e|$))", re.IGNORECASE)
_BLANK_BEHIND = (b"64 \n", b"64 \r\n", b"64  ", b"64\t", b"able \n", b"able \r\n", b"able  ")
_BLANKS = re.compile(rb"(ncoding:[ \t]{0,9}[\w-]{1,40})[ \t]{1,99}(?=\r?\n)", re.IGNORECASE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LOOKS_QUOTED = re.compile(rb"=[C-F][0-9A-F]=[89AB][0-9A-F]")
_LEAST_HIDDEN = 24
_LOOKED_AT = 2_000
_CONTROLS = bytes(sign for sign in range(32) if sign not in b"\t\n\r\f\x1b")


def tidied(raw: bytes) -> bytes:
    """Removes blanks after an encoding's name, at which parsers stumble."""
    if any(sign in raw for sign in _BLANK_BEHIND):
        return _BLANKS.sub(rb"\1", raw)
    return raw


def decoded(content: bytes, label: str) -> bytes:
    """Decodes content that a parser left encoded because its label was unknown or missing."""
    label = label.strip().lower()
    spelt = _SPELT.search(label) if label not in _KNOWN else None
    if spelt is None:
        return _guessed(content) if content.isascii() else content
    if spelt.group(1):
        return binascii.a2b_qp(content)
    return _from_base64(content) if spelt.group(2) else _from_uuencode(content)


def is_garbled(content: bytes) -> bool:
    """Has control characters that no text has, UTF-16 apart: base64 was decoded by mistake."""
    start = content[:_LOOKED_AT]
    return len(start.translate(None, _CONTROLS)) < len(start)


def base64_of_text(content: bytes) -> bytes:
    """Decodes leading base64 lines and keeps the text below them; all is kept if there are none."""
    lines = content.splitlines()
    end = next((n for n, line in enumerate(lines) if _is_written(line)), len(lines))
    found = _from_base64(b"".join(lines[:end]))
    first = max((len(line) for line in lines[:end]), default=0)
    if first < _LEAST_HIDDEN and end < len(lines):
        return content
    return b"\n".join((found, *lines[end:])) if end < len(lines) else found


def _is_written(line: bytes) -> bool:
    """Written by a person or a list, not by an encoder."""
    return b" " in line.strip() or line.startswith(b"--")


def _guessed(content: bytes) -> bytes:
    """Decodes unlabelled encoded text, if the result is UTF-8 text."""
    if _LOOKS_QUOTED.search(content):
        found = binascii.a2b_qp(content)
    elif len(content) >= _LEAST_HIDDEN and b" " not in content:
        joined = b"".join(content.split()).rstrip(b"=")
        found = b"" if joined.translate(None, _BASE64) else _from_base64(joined)
    else:
        return content
    try:
        text = found.decode("utf-8")
    except UnicodeError:
        return content
    return found if any(blank in text for blank in " \n") and "\0" not in text else content


def _from_base64(content: bytes) -> bytes:
    """Decodes up to the padding: text below it, as lists add, is no part of it."""
    return from_base64(content.partition(b"=")[0])


def from_base64(content: bytes) -> bytes:
    """Decodes without padding and other characters; content that was cut off loses its tail."""
    letters = _NOT_BASE64.sub(b"", content)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return b64decode(whole + b"=" * (-len(whole) % 4))


def _from_uuencode(content: bytes) -> bytes:
    pieces: list[bytes] = []
    begun = False
    for line in content.splitlines():
        if line.startswith(b"begin "):
            begun = True
        elif line.strip() == b"end":
            break
        elif begun:
            pieces.append(_uu_line(line))
    return b"".join(pieces) if begun else content


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # trailing characters of old encoders
        length = ((line[0] - 32) & 63) * 4 // 3 + 5 if line else 0
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""
