"""An attachment is shown as a picture drawn anew, or saved; none costs more than is allowed."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from PIL import Image

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import Sandbox, attached
from inbox_bot.letters.reading.attached import SIDE
from inbox_bot.model import AttachmentContent, AttachmentRequest
from tests import bombs

MOST_MEMORY = 300 * 1024 * 1024
MOST_SECONDS = 2.0
SLACK = 0.5  # seconds for a machine with other work to do


@pytest.fixture(scope="module")
def pictures() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def letter(*attached: tuple[bytes, str, str]) -> bytes:
    email = EmailMessage()
    email["From"] = "ann@example.org"
    email.set_content("See what I attached. Does it look right?")
    for content, kind, name in attached:
        main, _, sub = kind.partition("/")
        email.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return email.as_bytes()


def drawn(kind: str, size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(written, kind, **options)
    return written.getvalue()


def asked(content: bytes, kind: str = "image/png", *, as_picture: bool = True) -> AttachmentRequest:
    raw = letter((content, kind, "x"))
    return AttachmentRequest(raw=raw, number=1, as_picture=as_picture)


def opened(sandbox: Sandbox, wanted: AttachmentRequest) -> AttachmentContent:
    found = sandbox.open(wanted)
    assert isinstance(found, AttachmentContent), found
    return found


@pytest.mark.parametrize("make", bombs.ALL, ids=lambda make: make.__name__)
def test_no_bomb_costs_more_than_is_allowed(pictures: Sandbox, make: Callable[[], bytes]) -> None:
    wanted = asked(make())
    opened(pictures, asked(drawn("PNG")))  # the child runs, and has loaded what it needs
    before = pictures.peak_memory()
    done, highest = threading.Event(), [before]

    def watch() -> None:
        while not done.wait(0.005):
            highest.append(pictures.peak_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    found = pictures.open(wanted)
    took = time.monotonic() - began
    done.set()
    watcher.join()
    assert took < MOST_SECONDS + SLACK
    assert max(highest) - before < MOST_MEMORY
    if isinstance(found, AttachmentContent):
        assert max(Image.open(io.BytesIO(found.content)).size) <= SIDE
    assert opened(pictures, asked(drawn("PNG"))), "the next picture is shown"


NEVER_SHOWN = ("tiff", "bmp", "svg", "zip", "font", "postscript")
OTHERS = [one for one in bombs.ALL if one.__name__.startswith(NEVER_SHOWN)]


@pytest.mark.parametrize("make", OTHERS, ids=lambda one: one.__name__)
def test_only_the_formats_of_photos_are_ever_decoded(
    pictures: Sandbox, make: Callable[[], bytes]
) -> None:
    found = pictures.open(asked(make()))
    assert isinstance(found, Unreadable)
    assert "save it to open it" in str(found)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM", "ICO", "EPS", "PDF", "JPEG2000", "TGA"])
def test_a_sound_picture_of_another_format_is_not_decoded_either(
    pictures: Sandbox, kind: str
) -> None:
    assert isinstance(pictures.open(asked(drawn(kind))), Unreadable)


def test_a_picture_of_more_pixels_or_bytes_than_allowed_is_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here in this process, where no other limit could refuse it."""
    for kind in attached.FORMATS:
        assert attached.open_attached(asked(drawn(kind))).content
    for limit, most in (("MOST_BYTES", 100), ("MOST_PIXELS", 299 * 200)):
        with monkeypatch.context() as patch:
            patch.setattr(attached, limit, most)
            for kind in attached.FORMATS:
                with pytest.raises(Unreadable, match="save it"):
                    attached.open_attached(asked(drawn(kind)))


@pytest.mark.parametrize(
    ("kind", "becomes"), [("PNG", "PNG"), ("GIF", "PNG"), ("JPEG", "JPEG"), ("WEBP", "JPEG")]
)
def test_a_picture_is_drawn_anew_without_what_the_file_says_of_itself(
    pictures: Sandbox, kind: str, becomes: str
) -> None:
    place = Image.Exif()
    place[0x010E] = "taken at home, 52.5 N 13.4 E"
    known = {} if kind == "GIF" else {"exif": place.tobytes()}
    before = drawn(kind, (4_000, 1_000), **known) + b"<script>alert(1)</script>"
    found = opened(pictures, asked(before, "application/octet-stream"))
    assert found.content_type == f"image/{becomes.lower()}"
    shown = Image.open(io.BytesIO(found.content))
    assert (shown.format, shown.size) == (becomes, (SIDE, SIDE // 4))
    assert b"script" not in found.content
    assert b"taken at home" not in found.content
    assert not shown.getexif()
    red, green, blue = shown.convert("RGB").getpixel((800, 200))  # type: ignore[misc]
    assert abs(red - 200) + abs(green - 30) + abs(blue - 30) < 30


def test_a_photo_taken_upright_is_shown_upright(pictures: Sandbox) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    found = opened(pictures, asked(drawn("JPEG", (400, 100), exif=turned.tobytes())))
    assert Image.open(io.BytesIO(found.content)).size == (100, 400)


def test_what_can_be_seen_through_is_white(pictures: Sandbox) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    found = opened(pictures, asked(written.getvalue()))
    assert Image.open(io.BytesIO(found.content)).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_photo_of_a_phone_is_shown(pictures: Sandbox) -> None:
    """48 megapixels, twice as many as other formats may have: decoded at a fraction of its size."""
    found = opened(pictures, asked(drawn("JPEG", (8_000, 6_000))))
    assert Image.open(io.BytesIO(found.content)).size == (1_600, 1_200)


def test_each_attachment_is_found_by_its_number_as_the_letter_lists_them(
    pictures: Sandbox,
) -> None:
    raw = letter(
        (b"%PDF-1.4 first", "application/pdf", "one.pdf"),
        (b"a,b\n1,2\n", "text/csv", "two.csv"),
        (drawn("PNG"), "image/png", "three.png"),
    )
    (message,) = pictures.read([raw])
    assert not isinstance(message, Unreadable)
    names = [one.name for one in message.attachments]
    found = [opened(pictures, AttachmentRequest(raw=raw, number=number)) for number in (1, 2, 3)]
    assert [one.name for one in found] == names == ["one.pdf", "two.csv", "three.png"]
    assert found[0].content == b"%PDF-1.4 first"
    assert {one.content_type for one in found} == {"application/octet-stream"}
    for number in (0, 4, -1, 10**9):
        assert isinstance(pictures.open(AttachmentRequest(raw=raw, number=number)), Unreadable)


def test_what_was_not_fetched_is_not_saved_as_an_empty_file(pictures: Sandbox) -> None:
    found = pictures.open(asked(b"", "application/pdf", as_picture=False))
    assert isinstance(found, Unreadable)
    assert "mail program" in str(found)


def test_a_letter_in_a_letter_is_opened_elsewhere(pictures: Sandbox) -> None:
    outer = EmailMessage()
    outer["From"] = "ann@example.org"
    outer.set_content("See below. Is that right?")
    outer.add_attachment(message_from_bytes(letter(), policy=policy.default))
    found = pictures.open(AttachmentRequest(raw=outer.as_bytes(), number=1))
    assert isinstance(found, Unreadable)
    assert "mail program" in str(found)


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"From: a@b.c\r\n\r\nhi", b"\xff" * 10_000])
def test_letters_without_attachments_have_none(pictures: Sandbox, raw: bytes) -> None:
    assert isinstance(pictures.open(AttachmentRequest(raw=raw, number=1)), Unreadable)
