"""The second parser: the standard library's compat32, for letters that the first refuses.

Its address, date and RFC 2047 code is not used, because it raises on real mail; the limits were
checked before.
"""

from __future__ import annotations

import re
from email.message import Message as StdlibMessage
from email.parser import BytesParser
from email.policy import compat32

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading.headers import decode_words
from inbox_bot.letters.reading.limits import header_end
from inbox_bot.letters.reading.parts import REPORTS, Part
from inbox_bot.letters.reading.transfer import base64_of_text, decoded

_DONE_BY_PARSER = ("x-uuencode", "uuencode", "uue", "x-uue")
_FOLD = re.compile(rb"(?:\r\n|\n)[ \t]+")


def parse(raw: bytes) -> Part:
    """The letter's tree; Unreadable with the reason if this parser refuses it, too."""
    try:
        return _part(BytesParser(policy=compat32).parsebytes(_unfolded(raw)))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as failed:
        raise Unreadable(f"the standard parser refuses it: {type(failed).__name__}") from failed


def _unfolded(raw: bytes) -> bytes:
    """Unfolds the header: this parser misses a folded boundary (RFC 5322, 2.2.3)."""
    end = header_end(raw)
    return _FOLD.sub(b" ", raw[:end]) + raw[end:]


def _part(node: StdlibMessage) -> Part:
    """Recurses as deep as the limits, checked before, allow."""
    inner = node.get_payload()
    content = b""
    nodes = inner if isinstance(inner, list) else []
    children = tuple(_part(child) for child in nodes if isinstance(child, StdlibMessage))
    content_type = node.get_content_type().lower()
    if content_type in REPORTS:
        content, children = "\n\n".join(map(_fields, nodes)).encode(), ()
    elif not children:
        content = _content(node)
    return Part(
        content_type=content_type,
        parameters=_text(node.get("Content-Type")),
        disposition=(node.get_content_disposition() or "").lower(),
        filename=decode_words(_text(node.get_filename(""))),
        message_id=_text(node.get("Message-ID")),
        content=content,
        children=children,
    )


def _content(node: StdlibMessage) -> bytes:
    encoding = _text(node.get("Content-Transfer-Encoding")).strip().lower()
    written = node.get_payload()
    if encoding == "base64" and node.get_content_maintype() == "text" and isinstance(written, str):
        return base64_of_text(written.encode("utf-8", "surrogateescape"))
    content = node.get_payload(decode=True)
    if encoding in _DONE_BY_PARSER:
        encoding = "base64"  # any label that needs no more decoding
    return decoded(content, encoding) if isinstance(content, bytes) else b""


def _fields(block: object) -> str:
    """A report's fields as text: this parser takes them for a letter's header."""
    items = block.items() if isinstance(block, StdlibMessage) else []
    return "\n".join(f"{name}: {_text(value)}" for name, value in items)


def _text(found: object) -> str:
    """The text of a field; one with 8-bit bytes is a Header object here, with surrogates inside."""
    return str(found or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
