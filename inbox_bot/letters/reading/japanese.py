"""Decodes Japanese with the extensions of NEC and Microsoft (circled digits, units, names) and
half-width kana in ISO-2022-JP, which Python's codecs lack.

Everything is mapped to Microsoft's Shift_JIS (cp932), which has these characters.
"""

from __future__ import annotations

import re

_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\([@BDOQ]|\([BJIH])|([\x0e\x0f])")
_EUC = re.compile(
    rb"[\x00-\x7f]+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|(?:[\xa1-\xfe]{2})+|.", re.DOTALL
)
_TO_HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))


def shifts(content: bytes) -> bool:
    """The bytes contain an escape sequence of ISO-2022-JP."""
    return b"\x1b$B" in content or b"\x1b$@" in content


def from_iso_2022_jp(content: bytes) -> str:
    """Decodes runs between escapes as EUC-JP, broken pairs as replacement characters."""
    pieces: list[str] = []
    mode, end = b"(B", 0
    for shift in _SHIFT.finditer(content):
        pieces.append(_stretch(content[end : shift.start()], mode))
        mode = shift.group(1) or (b"(I" if shift.group(2) == b"\x0e" else b"(B")
        end = shift.end()
    pieces.append(_stretch(content[end:], mode))
    return "".join(pieces)


def from_euc_jp(content: bytes) -> str:
    return "".join([_letters(found) for found in _EUC.findall(content)])


def _stretch(piece: bytes, mode: bytes) -> str:
    if mode in (b"(B", b"(J", b"(H"):
        return piece.decode("cp932", "replace") if not piece.isascii() else piece.decode("ascii")
    shifted = piece.translate(_TO_HIGH)
    if mode == b"(I":
        return shifted.decode("cp932", "replace")
    if mode == b"$(D":
        return "".join(
            part.decode("ascii", "replace")
            if len(part) < 2
            else (b"\x8f" + part).decode("euc_jp", "replace")
            for part in re.findall(rb"[\x80-\xff]{2}|.", shifted, re.DOTALL)
        )
    return from_euc_jp(shifted)


def _letters(found: bytes) -> str:
    lead = found[0]
    if lead < 0x80:
        return found.decode("ascii")
    if lead == 0x8E and len(found) == 2:
        return found[1:].decode("cp932", "replace")
    if lead == 0x8F and len(found) == 3:
        return found.decode("euc_jp", "replace")
    if len(found) % 2:
        return "\ufffd"
    pairs = zip(found[::2], found[1::2], strict=True)
    return b"".join([_shift_jis(first, second) for first, second in pairs]).decode(
        "cp932", "replace"
    )


def _shift_jis(first: int, second: int) -> bytes:
    """The Shift_JIS bytes of a place in the tables of JIS X 0208."""
    row, cell = first - 0xA0, second - 0xA0
    lead = (row + 1) // 2 + (0x80 if row < 63 else 0xC0)
    trail = cell + (0x3F if cell < 64 else 0x40) if row % 2 else cell + 0x9E
    return bytes((lead, trail))
