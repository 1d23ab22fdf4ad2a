"""Opens one attachment of a letter: its bytes, or a picture decoded and redrawn by Pillow.

Runs in the sandbox's child alone, which bounds time and memory.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading.letters import attached_parts
from inbox_bot.model import AttachmentContent, AttachmentRequest

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What phones and browsers make. Pillow's thirty other decoders are never asked."""
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 16_000_000
MOST_JPEG_PIXELS = 110_000_000  # decoded at an eighth of its size, it is as cheap as the others
SIDE = 1600
"""Longest side of the picture shown, in pixels."""
_NO_PICTURE = "this attachment can't be shown as a picture; save it to open it"


def open_attached(wanted: AttachmentRequest) -> AttachmentContent:
    """Unreadable where there is no such attachment, or where it is no picture that can be shown."""
    try:
        parts = attached_parts(wanted.raw)
    except Unreadable:
        raise
    except Exception as error:  # as in `read`
        raise Unreadable("the letter can't be read; open it in your mail program") from error
    if not 0 < wanted.number <= len(parts):
        raise Unreadable("this letter has no such attachment")
    part, known = parts[wanted.number - 1]
    if part.children:
        raise Unreadable("this attachment is a letter itself; open it in your mail program")
    if not part.content:  # of a letter above the size limit, only text was fetched
        raise Unreadable("this attachment isn't here; open the letter in your mail program")
    content, content_type = part.content, "application/octet-stream"
    if wanted.as_picture:
        content, content_type = _redrawn(content)
    return AttachmentContent(name=known.name, content_type=content_type, content=content)


def _redrawn(content: bytes) -> tuple[bytes, str]:
    """Our own PNG or JPEG of what can be seen: no metadata, no second frame, no trick of a format
    survives."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_NO_PICTURE)
    try:
        return _drawn_again(content)
    except Exception as error:  # hostile bytes can cause any error in a decoder
        raise Unreadable(_NO_PICTURE) from error


def _drawn_again(content: bytes) -> tuple[bytes, str]:
    from PIL import Image, ImageOps  # noqa: PLC0415 - most letters have no picture to show

    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        kind = opened.format
        most = MOST_JPEG_PIXELS if kind in ("JPEG", "MPO") else MOST_PIXELS
        if opened.width * opened.height > most:
            raise Unreadable(_NO_PICTURE)
        opened.draft("RGB", (SIDE, SIDE))
        if opened.width * opened.height > MOST_PIXELS:
            raise Unreadable(_NO_PICTURE)
        opened.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=1.5)
        drawn = _on_white(ImageOps.exif_transpose(opened))
    written = BytesIO()
    if kind in ("PNG", "GIF"):
        drawn.save(written, "PNG", compress_level=3)
        return written.getvalue(), "image/png"
    drawn.save(written, "JPEG", quality=85)
    return written.getvalue(), "image/jpeg"


def _on_white(picture: Image) -> Image:
    """A fresh picture without what the file said of itself."""
    from PIL import Image  # noqa: PLC0415 - as above

    drawn = Image.new("RGB", picture.size, "white")
    whole = picture.convert("RGBA")
    drawn.paste(whole, mask=whole.getchannel("A"))
    return drawn
