"""Splits a body into numbered lines, each with its quote depth and a normalized form."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTE = re.compile(r"(?:[ \t]{0,3}>)+")
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u0307\u061c"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)
_SPACES = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0xFF1A: ":", 0x3000: " "}
_SEEN = {chr(code): shown or "" for code, shown in {**_INVISIBLE, **_SPACES}.items()}
_ODD = re.compile(f"[{''.join(_SEEN)}]")
MAX_CHARACTERS = 200_000
MAX_LINES = 5_000
_BROKEN_OVER = 3
_ORNAMENT = frozenset("-_=*~#—–·• ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """`shown` are the lines as written; `plain` are lower case without quote marks and odd spaces.

    `rest` is the text beyond the limits: no person writes so much, and a hostile letter must not
    cost more.
    """

    shown: list[str]
    plain: list[str]
    depth: list[int]
    rest: str = ""

    def __len__(self) -> int:
        return len(self.shown)

    def is_blank(self, number: int) -> bool:
        return not self.plain[number]

    def next_written(self, number: int) -> int:
        """The first line from that number on which is not blank; the length if there is none."""
        while number < len(self.plain) and not self.plain[number] and not self.depth[number]:
            number += 1
        return number


def numbered(body: str) -> Lines:
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    near, rest = body[:MAX_CHARACTERS], body[MAX_CHARACTERS:]
    shown = near.split("\n", MAX_LINES)
    if len(shown) > MAX_LINES:
        rest = f"{shown.pop()}{rest}"
        near = "\n".join(shown)
    lowered = near.lower()
    if not lowered.isascii():  # ten times quicker than str.translate
        lowered = _ODD.sub(lambda odd: _SEEN[odd[0]], lowered)
    texts = lowered.split("\n")
    plain = [text.strip() for text in texts]
    depth = [0] * len(plain)
    if ">" in lowered:
        _take_off_marks(texts, plain, depth)
        _unquote_broken_addresses(plain, depth)
    return Lines(shown=shown, plain=plain, depth=depth, rest=rest)


def _take_off_marks(texts: list[str], plain: list[str], depth: list[int]) -> None:
    for number, text in enumerate(texts):
        marks = _QUOTE.match(text) if ">" in text[:4] else None
        if marks:
            depth[number] = marks.group().count(">")
            plain[number] = text[marks.end() :].strip()


def _unquote_broken_addresses(plain: list[str], depth: list[int]) -> None:
    """Resets the depth of a line that only looks quoted: an address was broken before its ">"."""
    for number, text in enumerate(plain):
        if depth[number] == 1 and number and text.endswith(":") and len(text) < 30:
            before = " ".join(plain[max(number - _BROKEN_OVER, 0) : number])
            if not depth[number - 1] and before.count("<") > before.count(">"):
                depth[number] = 0
                plain[number] = f"> {text}"


def is_ornament(text: str) -> bool:
    """A line drawn with dashes, stars and the like."""
    return len(text) > 1 and _ORNAMENT.issuperset(text)
