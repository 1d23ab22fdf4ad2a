"""What stands below a writer's words: signatures, "Sent from my phone", disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.reading.lines import Lines, is_ornament
from inbox_bot.reading.phrases import phrases

_LINK = re.compile(r"<?\bhttps?://\S{1,2000}|\[[^\]]{1,300}\]\([^)]{1,2000}\)|<[^<>]{1,2000}>")
_RULE = re.compile(r"_{2,}")
_LONGEST_SIGNATURE = 25
_LONGEST_CLOSING = 9
_LONGEST_MARK = 120
_POSTSCRIPT = ("ps", "p.s", "p. s")


def own_words(lines: Lines, numbers: Sequence[int]) -> list[int]:
    """Of one run of a writer's lines those that stay when banner and signature are gone."""
    kept = _without_banner(lines, list(numbers))
    for at, number in enumerate(kept):
        if lines.plain[number] and (
            _ends_here(lines, kept, at) or (at and _starts_disclaimer(lines, number))
        ):
            return _trimmed(lines, kept[:at])
    return _trimmed(lines, kept[: _closing(lines, kept)])


def _without_banner(lines: Lines, numbers: list[int]) -> list[int]:
    """A warning that a mail server put on top goes; what stands below is the writer's."""
    at = 0
    while at < len(numbers) and lines.is_blank(numbers[at]):
        at += 1
    if at == len(numbers) or not _starts_disclaimer(lines, numbers[at]):
        return numbers
    while at < len(numbers) and not lines.is_blank(numbers[at]):
        at += 1
    rest = numbers[at:]
    return rest if any(not lines.is_blank(number) for number in rest) else numbers


def _starts_disclaimer(lines: Lines, number: int) -> bool:
    return phrases().disclaimer.begin(lines.plain[number].lstrip("*_-[( "))


def _ends_here(lines: Lines, kept: list[int], at: int) -> bool:
    text = lines.plain[kept[at]]
    if text == "--":
        return True
    if text[0] == "_" and _RULE.fullmatch(text):
        below = sum(1 for number in kept[at + 1 :] if not lines.is_blank(number))
        return below <= _LONGEST_SIGNATURE
    return is_mobile(text)


def is_mobile(text: str) -> bool:
    """ "Sent from my phone": short, and not a sentence that goes on."""
    if len(text) > _LONGEST_MARK and "http" not in text:
        return False
    if not phrases().mobile.begin(text.lstrip("*_<([- ")):
        return False
    bare = _LINK.sub("", text).strip("*_<>()[]- .!")
    return len(bare.split()) <= 9 and "," not in bare and "?" not in bare and ". " not in bare


def _closing(lines: Lines, kept: list[int]) -> int:
    """Where "Regards," and a block of name, title and numbers begin; the length if they do not.

    A closing with a name alone is how a letter ends, and stays.
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
