"""What both parsers make of a letter: decoded header fields and a tree of parts."""

from __future__ import annotations

from typing import NamedTuple

REPORTS = frozenset(
    ("message/delivery-status", "message/disposition-notification", "message/feedback-report")
)
_TEXT = ("text/plain", "text/html")


class Part(NamedTuple):  # three or four a letter: three times as quick as a dataclass
    """One node of the MIME tree (RFC 2046). `content` has its transfer encoding taken off.

    `content_type` is lower case, `parameters` is the raw field with all its parameters,
    `disposition` is empty where the part has none. A container has children and no content; so has
    message/rfc822, whose single child is the enclosed letter.
    """

    content_type: str
    parameters: str = ""
    disposition: str = ""
    filename: str = ""
    message_id: str = ""
    content: bytes = b""
    children: tuple[Part, ...] = ()

    @property
    def is_attachment(self) -> bool:
        return self.disposition == "attachment" or bool(self.filename and not self.is_text)

    @property
    def is_text(self) -> bool:
        """A container without children is one whose parts were not found: its bytes are shown."""
        return self.content_type in _TEXT or self.content_type.startswith("multipart/")
