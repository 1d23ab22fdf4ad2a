"""Bytes to text, whatever the label says: unknown charsets, lying charsets, none at all."""

from __future__ import annotations

import codecs
from functools import cache

# Labels that mail programs write and Python does not know, or that claim less than they send.
_MEANT = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",  # WHATWG: what is labelled Latin-1 is windows-1252
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-user-defined": "utf-8",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
}


@cache
def _codec(label: str) -> str:
    """The codec for a label, or the empty string; only codecs that turn bytes into text."""
    name = _MEANT.get(label, label)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return found.name if found._is_text_encoding else ""  # the only way to tell rot13 from utf-8


def decode(content: bytes, label: str) -> str:
    """Text without NULs. A label that does not fit gives way to UTF-8, then to windows-1252."""
    label = label.strip().strip("\"'").lower()
    for codec in (_codec(label[:40]), "utf-8"):
        if codec:
            try:
                return clean(content.decode(codec))
            except (UnicodeError, ValueError):
                continue
    return clean(content.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Without NUL and byte order marks, and without surrogates, which no store can hold."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8").replace("\ufeff", "")
    return text.replace("\0", "") if "\0" in text else text
