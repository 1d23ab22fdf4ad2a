"""The first parser: fast-mail-parser, written in Rust; optional, as it lacks some wheels."""

from __future__ import annotations

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading.parts import Part
from inbox_bot.letters.reading.transfer import decoded, is_garbled

try:
    from fast_mail_parser import ParseError, PyLazyMimePart, parse_email_tree
except ImportError:  # no wheel for this machine: stdlib_path reads everything
    AVAILABLE = False
else:
    AVAILABLE = True


def parse(raw: bytes, content_type: str, encoding: str = "") -> Part:
    """The letter's tree; Unreadable if this parser refuses it (broken base64, deep nesting).

    `content_type` and `encoding` are the letter's own fields: this parser can only return them
    together with all others.
    """
    try:
        root = parse_email_tree(raw, mode="lazy")
        return _part(root, content_type, "", encoding)
    except ParseError as refused:
        raise Unreadable(f"fast-mail-parser refuses it: {refused}") from refused


def _part(node: PyLazyMimePart, parameters: str, message_id: str, encoding: str) -> Part:
    """Recurses as deep as the limits, checked before, allow."""
    children = node.children
    content = b"" if children else decoded(node.content or b"", encoding)
    if "64" in encoding and is_garbled(content) and node.content_type.lower().startswith("text/"):
        raise Unreadable("text called base64 that is none, or not all of it")
    return Part(
        content_type=node.content_type.lower(),
        parameters=parameters,
        disposition=(node.disposition or "").lower(),
        filename=node.filename,
        message_id=message_id,
        content=content,
        children=tuple([_child(child, node.is_message) for child in children]),
    )


def _child(node: PyLazyMimePart, is_enclosed: bool) -> Part:
    headers = node.headers
    written = headers.get("Content-Type")
    encoded = headers.get("Content-Transfer-Encoding")
    if written and encoded and not is_enclosed:  # the usual spelling
        return _part(node, written[0], "", encoded[0])
    fields = {name.lower(): values[0] for name, values in headers.items()}
    message_id = fields.get("message-id", "") if is_enclosed else ""
    encoding = fields.get("content-transfer-encoding", "")
    return _part(node, fields.get("content-type", ""), message_id, encoding)
