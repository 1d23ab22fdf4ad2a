"""A letter's attachments: pictures redrawn, everything else as a download."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response

from inbox_bot.errors import NotFound, Unreadable
from inbox_bot.model import AttachmentContent, AttachmentRequest, Message
from inbox_bot.web import phrases
from inbox_bot.web.page import here

MOST_PICTURES = 6
"""Pictures shown with one letter; further ones are downloads."""
PICTURES = ("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/gif", "image/webp")
SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Policy of what a stranger sent: even if a browser opened it, nothing in it could run or load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """`number` counts from 1."""

    number: int
    name: str
    size: str
    is_picture: bool


def attachment_views(message: Message) -> tuple[AttachmentView, ...]:
    pictures = [
        number
        for number, one in enumerate(message.attachments, 1)
        if one.content_type.lower() in PICTURES
    ]
    return tuple(
        AttachmentView(
            number=number,
            name=phrases.short(one.name or one.content_type, 80),
            size=phrases.size(one.size),
            is_picture=number in pictures[:MOST_PICTURES],
        )
        for number, one in enumerate(message.attachments, 1)
    )


def attachment(letter_id: int, number: int) -> Response:
    """The bytes as they came, which a browser saves and never opens by itself."""
    found = _opened(letter_id, number, as_picture=False)
    response = Response(found.content, content_type="application/octet-stream")
    name = "".join(one for one in found.name if one.isprintable() and one not in '\\/"') or "file"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = SHUT
    return response


def picture(letter_id: int, number: int) -> Response:
    """The picture, redrawn in the sandbox; NotFound where it is none."""
    found = _opened(letter_id, number, as_picture=True)
    response = Response(found.content, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = SHUT
    return response


def _opened(letter_id: int, number: int, *, as_picture: bool) -> AttachmentContent:
    page = here()
    with page.bot.store.reading() as tx:
        raw = tx.messages.get(letter_id).raw
    wanted = AttachmentRequest(raw=raw, number=number, as_picture=as_picture)
    found = page.bot.attachment(wanted)
    if isinstance(found, Unreadable):
        told = str(found)
        raise NotFound(told[:1].upper() + told[1:])
    return found
