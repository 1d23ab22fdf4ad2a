"""Compares two versions of one letter by their words, to find text that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile(r"<?\b(?:https?|mailto):\S{1,2000}|\bwww\.\S{1,2000}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{2,60}")
_LOOKED_AT = 200_000
_A_FEW = 3
_SAME = 0.8
_MOSTLY = 0.6
_LONGEST_STUB = 400
# A program's stub in the plain version: the letter is in the page.
_STUB = ("html", "browser", "navegador", "navigateur", "webversion", "web version", "online")


def adds_to(text: str, other: str) -> bool:
    """The other text has several words that this one lacks.

    Quick path: tokens that stand in both are not split further.
    """
    known = set(text.split())
    new = words(" ".join([word for word in other.split() if word not in known]))
    return len(new) >= _A_FEW and len(new - words(text)) >= _A_FEW


def said_once(texts: Iterable[str]) -> list[str]:
    """Drops texts whose words another one contains."""
    some = [text for text in texts if text.strip()]
    if len(some) < 2:
        return some
    written = [(text, words(text)) for text in some]
    kept: list[tuple[str, frozenset[str]]] = []
    for text, said in written:
        if said and any(_is_within(said, before) for _, before in kept):
            continue
        kept = [(one, before) for one, before in kept if not before or not _is_within(before, said)]
        kept.append((text, said))
    return [text for text, _ in kept]


def best(plain: str, page: str) -> tuple[str, str]:
    """The text to use of two versions, and the text that only the other one has.

    The plain one if they agree; the page if the plain one is its beginning or a stub that points to
    it; both if they differ.
    """
    said, shown = words(plain), words(page)
    if not said:
        return page, ""
    if len(shown - said) < _A_FEW or _is_within(shown, said):
        return plain, ""
    if _is_within(said, shown, _MOSTLY):
        return (page, "") if len(shown) >= 2 * len(said) else (plain, page)
    if len(plain) <= _LONGEST_STUB and any(sign in plain.lower() for sign in _STUB):
        return page, plain
    return f"{plain}\n\n{page}", ""


def words(text: str) -> frozenset[str]:
    """The words without links: a page is full of them, and its plain version is not."""
    if "://" in text or "www." in text or "mailto:" in text:
        text = _LINK.sub(" ", text)
    return frozenset(_WORD.findall(text[:_LOOKED_AT].lower()))


def _is_within(some: frozenset[str], others: frozenset[str], share: float = _SAME) -> bool:
    return len(some & others) >= share * len(some)
