"""The first path: fast-mail-parser, written in Rust. Machines without its wheel go without it."""

from __future__ import annotations

from inbox_bot.errors import Unreadable
from inbox_bot.model import Address
from inbox_bot.reading.parts import Part

try:
    from fast_mail_parser import ParseError, PyLazyMimePart, parse_email, parse_email_tree
except ImportError:  # no wheel for this machine: stdlib_path reads everything
    AVAILABLE = False
else:
    AVAILABLE = True


def parse(raw: bytes) -> Part:
    """The letter's tree; Unreadable for what this parser refuses (broken base64, deep nesting)."""
    try:
        return _part(parse_email_tree(raw, mode="lazy"))
    except ParseError as refused:
        raise Unreadable(f"fast-mail-parser refuses it: {refused}") from refused


def sender(raw: bytes) -> Address | None:
    """The From as this parser reads it, to compare with our own reading."""
    try:
        found = parse_email(raw, mode="metadata").from_
    except ParseError:
        return None
    return Address(email=found.address, name=found.display_name or "") if found else None


def _part(node: PyLazyMimePart, *, enclosed: bool = False) -> Part:
    """Recursion is bounded by the limits, which were checked before."""
    children = node.children
    content_type = node.content_type.lower()
    return Part(
        content_type=content_type,
        parameters="" if children else _first(node, "content-type"),
        disposition=(node.disposition or "").lower(),
        filename=node.filename,
        message_id=_first(node, "message-id") if enclosed else "",
        content=b"" if children else node.content or b"",
        children=tuple(_part(child, enclosed=node.is_message) for child in children),
    )


def _first(node: PyLazyMimePart, name: str) -> str:
    fields = node.headers
    return next((values[0] for key, values in fields.items() if key.lower() == name), "")
