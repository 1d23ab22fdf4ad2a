"""Converts RTF to text: decompression (MS-OXRTFCP), pages inside it (MS-OXRTFEX), text.

One pass over the bytes, with limits on the output.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_HEAD = 16
_WINDOW = 4_096
_LONGEST = 2 * 1024 * 1024
_DEEPEST = 1_000
_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,9})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))"
    rb"|([{}])|([^\\{}\r\n]{1,9000})"
)
_NOT_SHOWN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl"
    b" footerr footerf fldinst datafield filetbl revtbl bkmkstart bkmkend xe tc nonshppict".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t",
    b"cell": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"endash": "–", b"emdash": "—", b"~": "\xa0", b"_": "-", b"\n": "\n",
    b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}",
}  # fmt: skip
_CODEPAGE_OF_FONT = {
    128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip


class _Group(NamedTuple):
    """The state up to the closing brace. `shown` is false in font tables and the like, `repeats`
    where a page's text is repeated for readers of RTF."""

    shown: bool = True
    repeats: bool = False
    in_fonts: bool = False
    codec: str = ""
    fallbacks: int = 1


def decompressed(content: bytes) -> bytes:
    """The bytes as far as they can be decompressed; empty if they are no compressed RTF."""
    kind = content[8:12]
    if kind == _PLAIN:
        return content[_HEAD : _HEAD + _LONGEST]
    return _unpacked(content[_HEAD:]) if kind == _COMPRESSED else b""


def _unpacked(packed: bytes) -> bytes:
    out = bytearray(_PRELOAD)
    at, end = 0, len(packed)
    while at < end and len(out) < _LONGEST:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(packed[at])
                at += 1
                continue
            reference = int.from_bytes(packed[at : at + 2], "big")
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW
            if not back:  # a reference to the writing position marks the end
                return bytes(out[len(_PRELOAD) :])
            _repeat(out, back, (reference & 15) + 2)
    return bytes(out[len(_PRELOAD) :])


def _repeat(out: bytearray, back: int, length: int) -> None:
    for _ in range(length):
        out.append(out[-back] if back <= len(out) else 32)


def text_of(content: bytes) -> tuple[str, bool]:
    """The text, and whether it is a page: Outlook wraps pages in RTF."""
    content = content[:_LONGEST]
    is_page = b"\\fromhtml" in content[:2_000]
    return _Reading(is_page).read(content), is_page


class _Reading:
    def __init__(self, is_page: bool) -> None:
        self._is_page = is_page
        self._groups = [_Group()]
        self._pieces: list[str] = []
        self._bytes = bytearray()  # not decoded yet: a character may have two bytes
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._codec = "cp1252"
        self._optional = False  # behind "\*"
        self._passing_over = 0  # fallbacks behind a "\u"

    def read(self, content: bytes) -> str:
        at = 0
        while found := _TOKEN.search(content, at):
            at = found.end()
            word, number, byte, sign, brace, text = found.groups()
            if text:
                self._shown_bytes(text)
            elif byte:
                self._shown_bytes(bytes.fromhex(byte.decode()))
            elif brace:
                self._brace(brace)
            elif sign == b"*":
                self._optional = True
            elif sign:
                self._shown(_SIGNS.get(sign, ""))
            elif word == b"bin":
                at += max(int(number or 0), 0)
            else:
                self._control(word, int(number) if number else None)
        self._flush()
        return "".join(self._pieces)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._optional, self._passing_over = False, 0
        if brace == b"}":
            if len(self._groups) > 1:
                self._groups.pop()
        elif len(self._groups) < _DEEPEST:
            self._groups.append(self._groups[-1])

    def _control(self, word: bytes, number: int | None) -> None:
        optional, self._optional = self._optional, False
        if word == b"u" and number is not None:
            self._shown(chr(number % 0x10000))
            self._passing_over = self._groups[-1].fallbacks
        elif word in _SIGNS:
            self._shown(_SIGNS[word])
        elif word == b"htmltag":
            self._change(shown=self._is_page)
        elif word in _NOT_SHOWN or optional:
            self._change(shown=False, in_fonts=word == b"fonttbl")
        elif word == b"htmlrtf":
            self._change(repeats=self._is_page and number != 0)
        elif word == b"uc":
            self._change(fallbacks=min(number or 0, 9))
        else:
            self._charset(word, number or 0)

    def _charset(self, word: bytes, number: int) -> None:
        group = self._groups[-1]
        if word == b"ansicpg":
            self._codec = _codec(number) or self._codec
        elif word == b"f" and group.in_fonts:
            self._font = number
        elif word == b"fcharset" and group.in_fonts:
            self._fonts[self._font] = _codec(_CODEPAGE_OF_FONT.get(number, 0))
        elif word == b"f":
            self._change(codec=self._fonts.get(number, ""))

    def _change(self, **changed: bool | int | str) -> None:
        self._flush()
        self._groups[-1] = self._groups[-1]._replace(**changed)  # type: ignore[arg-type]

    def _shown_bytes(self, content: bytes) -> None:
        passed = min(self._passing_over, len(content))
        self._passing_over -= passed
        group = self._groups[-1]
        if group.shown and not group.repeats:
            self._bytes += content[passed:]

    def _shown(self, text: str) -> None:
        self._flush()
        group = self._groups[-1]
        if group.shown and not group.repeats:
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._bytes:
            codec = self._groups[-1].codec or self._codec
            self._pieces.append(self._bytes.decode(codec, "replace"))
            self._bytes.clear()


def _codec(codepage: int) -> str:
    name = "utf-8" if codepage == 65001 else f"cp{codepage}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""
