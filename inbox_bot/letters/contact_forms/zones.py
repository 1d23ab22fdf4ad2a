"""Parts a notice's body into what the site printed, above and below, and the reader's fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.letters.contact_forms.kinds import LOOKED_AT, About, Kind, Told, opening, plain
from inbox_bot.letters.contact_forms.labels import LINES_LOOKED_AT, MACHINE_VALUE, unmarked

_LINK = re.compile(r"https?://[^\s<>\"]+")
_ONLY_LINK = re.compile(r"<?https?://[^\s<>\"]+>?")
_FOOTER_LINES = 60
_MOST_BELOW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """The lines above the reader's fields, the fields, and the lines below the message; `told` is
    what the opening line says."""

    above: Sequence[str]
    fields: Sequence[str]
    below: Sequence[str]
    told: Told | None = None

    @property
    def printed(self) -> Sequence[str]:
        """What the site alone wrote: not the opening, which may name the visitor."""
        return (*(self.above[:-1] if self.told else self.above), *self.below)


def zones_of(lines: Sequence[str], kind: Kind | None) -> Zones:
    if kind is None:
        return Zones(above=(), fields=lines[:LINES_LOOKED_AT], below=())
    opened = opening(kind, [unmarked(line) for line in lines[:LOOKED_AT]])
    start, told = (opened[0] + 1, opened[1]) if opened else (0, None)
    end = _footer(lines, start, kind)
    return Zones(above=lines[:start], fields=lines[start:end], below=lines[end:], told=told)


def _footer(lines: Sequence[str], start: int, kind: Kind) -> int:
    """The first line of the footer, found from below: a forged one in the message is her text.

    Each of its lines stands there once, so the second of a kind is hers, too.
    """
    phrases = [_closing(line, kind) for line in lines]
    last = next((n for n in range(len(lines) - 1, start - 1, -1) if phrases[n]), None)
    if last is None or len(_strange(lines[last + 1 :])) > _MOST_BELOW:
        return len(lines)
    first, seen = last, set[str]()
    for number in range(last, max(start, last - _FOOTER_LINES) - 1, -1):
        line, phrase = unmarked(lines[number]).strip(), phrases[number]
        if phrase in seen or (not phrase and _strange([line])):
            break
        if phrase:
            first = number
            seen.add(phrase)
    return first


def _strange(lines: Sequence[str]) -> Sequence[str]:
    """Those that are neither empty nor a link."""
    written = [line for line in map(str.strip, lines) if line]
    return [line for line in written if not _ONLY_LINK.fullmatch(unmarked(line))]


def _closing(line: str, kind: Kind) -> str:
    """The phrase of the footer with which a line begins, or "". After a label such as "Time:" there
    is a date, an address or a link; "Time: I have little" is hers."""
    told = plain(unmarked(line).strip().strip("*_")).lower()
    phrase = next((one for one in kind.footer if told.startswith(one)), "")
    value = told.removeprefix(phrase).strip()
    typed = phrase.endswith(":") and bool(value) and not MACHINE_VALUE.search(value)
    return "" if typed else phrase


def unknown_below(zones: Zones, kind: Kind | None) -> Sequence[str]:
    """Lines of the footer that the table does not know: the reader may have typed them."""
    if kind is None:
        return ()
    return [
        line
        for line in _strange([unmarked(one) for one in zones.below])
        if not _closing(line, kind)
    ]


def link_of(zones: Zones, kind: Kind | None) -> str:
    """The comment's address, from what the site printed: never from what the visitor typed.

    The last one counts: the end of her words may look like the beginning of the footer.
    """
    if kind is None or kind.about is not About.COMMENT:
        return ""
    lines = [unmarked(line).strip() for line in zones.printed]
    printed = [line for line in lines if not (kind.typed and line.lower().startswith(kind.typed))]
    found: list[str] = [link.rstrip(".,)") for link in _LINK.findall("\n".join(printed)[-100_000:])]
    for mark in kind.links:
        if fitting := [link for link in found if mark in link]:
            return fitting[-1]
    return next((one for one in found if "wp-admin" not in one), "")
