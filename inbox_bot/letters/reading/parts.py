"""The result of both parsers: a tree of MIME parts."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

REPORTS = frozenset(
    ("message/delivery-status", "message/disposition-notification", "message/feedback-report")
)
_PAGES = frozenset(("text/html", "text/xhtml", "application/xhtml+xml", "html"))
_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_RTF = frozenset(("text/rtf", "application/rtf", "application/x-rtf"))
_MAIN_TYPES = frozenset("application audio font image message model multipart video".split())
# Text for programs, not for people.
_DATA = frozenset(
    f"text/{kind}"
    for kind in (
        "calendar x-vcalendar vcard x-vcard directory csv tab-separated-values xml css javascript"
        " ecmascript x-amp-html watch-html rfc822-headers json yaml"
    ).split()
)


class Kind(Enum):
    PLAIN = auto()
    PAGE = auto()
    ENRICHED = auto()
    RTF = auto()
    OTHER = auto()


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
        """Marked as an attachment or named; text needs both, else it belongs to the letter."""
        if self.is_text:
            return self.disposition == "attachment" and bool(self.filename)
        return self.disposition == "attachment" or bool(self.filename)

    @property
    def is_text(self) -> bool:
        """Shown as text; so is a container whose parts were not found."""
        return self.kind is not Kind.OTHER

    @property
    def kind(self) -> Kind:
        """How its text is encoded; "text" alone and unknown subtypes count as plain."""
        content_type = self.content_type
        if content_type in ("text/plain", ""):
            return Kind.PLAIN
        if content_type in _PAGES:
            return Kind.PAGE
        if content_type in _ENRICHED:
            return Kind.ENRICHED
        if content_type in _RTF:
            return Kind.RTF
        if content_type.startswith("text/"):
            is_data = content_type in _DATA or content_type.startswith("text/vnd.")
            return Kind.OTHER if is_data else Kind.PLAIN
        main, slash, _ = content_type.partition("/")
        misspelt = main not in _MAIN_TYPES and ("text" in content_type or "plain" in content_type)
        return Kind.PLAIN if main == "multipart" or not slash or misspelt else Kind.OTHER
