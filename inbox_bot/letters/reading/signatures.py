"""Removes text around the writer's own: banners, signatures, "Sent from my phone", disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.letters.reading.lines import Lines, is_ornament
from inbox_bot.letters.reading.phrases import QUICK, phrases

_LINK = re.compile(r"<?\bhttps?://\S{1,2000}|\[[^\[\]]{1,300}\]\([^)\[]{1,2000}\)|<[^<>]{1,2000}>")
_RULE = re.compile(r"_{2,}")
_LONGEST_SIGNATURE = 25
_LONGEST_CLOSING = 9
_LONGEST_MARK = 120
_MARKS = "*_<([- "
_POSTSCRIPT = ("ps", "p.s", "p. s")


def own_words(lines: Lines, numbers: Sequence[int]) -> list[int]:
    """The lines of a run that remain without banner and signature."""
    kept = _without_banner(lines, numbers)
    endings, tails = phrases().endings, phrases().tails
    for at, number in enumerate(kept):
        text = lines.plain[number]
        # quick test: most lines are the writer's own
        if (
            text
            and (text[0] in _MARKS or text[:QUICK] in endings or text.endswith(tails))
            and _ends_at(lines, kept, at)
        ):
            return _trimmed(lines, kept[:at])
    return _trimmed(lines, kept[: _closing(lines, kept)])


def _without_banner(lines: Lines, numbers: Sequence[int]) -> list[int]:
    """Removes a mail server's warning at the top; the text below it is the writer's."""
    at = 0
    while at < len(numbers) and lines.is_blank(numbers[at]):
        at += 1
    written = list(numbers[at:])
    if not written or not phrases().disclaimer.begin(lines.plain[written[0]].lstrip(_MARKS)):
        return written
    at = 0
    while at < len(written) and not lines.is_blank(written[at]):
        at += 1
    return written[at:] or written


def _ends_at(lines: Lines, kept: list[int], at: int) -> bool:
    """The writer's text ends above this line."""
    whole = lines.plain[kept[at]]
    text = whole.lstrip(_MARKS)
    if not text:  # only marks, or empty
        return bool(whole) and _is_delimiter(lines, kept, at)
    known = phrases()
    if known.mobile.begin(text):
        return is_mobile(text)
    return at > 0 and known.disclaimer.begin(text)


def _is_delimiter(lines: Lines, kept: list[int], at: int) -> bool:
    """ "--" (RFC 3676, 4.3) or a rule above a few lines."""
    text = lines.plain[kept[at]]
    if text == "--":
        return True
    if not _RULE.fullmatch(text):
        return False
    below = sum(1 for number in kept[at + 1 :] if not lines.is_blank(number))
    return below <= _LONGEST_SIGNATURE


def is_mobile(text: str) -> bool:
    """A line that begins like "Sent from my phone", is short and does not go on."""
    if len(text) > _LONGEST_MARK and "http" not in text:
        return False
    bare = _LINK.sub("", text).strip("*_<>()[]- .!")
    goes_on = "," in bare.replace(", a", "")  # "…, an AT&T smartphone" is no clause
    return len(bare.split()) <= 12 and not goes_on and "?" not in bare and ". " not in bare


def _closing(lines: Lines, kept: list[int]) -> int:
    """Where "Regards," and a block of name, title and numbers begin; the length if there is none.

    A closing with only a name belongs to the letter and stays.
    """
    below = 0
    for at in range(len(kept) - 1, -1, -1):
        text = lines.plain[kept[at]]
        if not text:
            continue
        if text.rstrip(",.!: *_").lstrip("*_ ") in phrases().closing:
            return at if below >= 2 else len(kept)
        below += 1
        if (
            below > _LONGEST_CLOSING
            or len(text) > 70
            or "?" in text
            or text.startswith(_POSTSCRIPT)
        ):
            break
    return len(kept)


def _trimmed(lines: Lines, kept: list[int]) -> list[int]:
    """Without blank and drawn lines at both ends."""
    start, end = 0, len(kept)
    while end > start and _is_empty(lines, kept[end - 1]):
        end -= 1
    while start < end and _is_empty(lines, kept[start]):
        start += 1
    return kept[start:end]


def _is_empty(lines: Lines, number: int) -> bool:
    text = lines.plain[number]
    return not text or is_ornament(text)
