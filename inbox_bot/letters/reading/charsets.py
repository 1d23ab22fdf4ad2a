"""Decodes bytes despite unknown, wrong or missing charset labels.

Labels mean what browsers take them for (WHATWG, `webencodings`); where Python's codec is too
narrow, a wider one takes its place.
"""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from functools import cache

import webencodings

from inbox_bot.letters.reading import japanese
from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)
_MEANT = _LISTS.keys("meant")
_WIDER = _LISTS.keyed("wider")
_OF_WINDOWS = _LISTS.keys("of windows")
_OWN = {"iso-2022-jp wide": japanese.from_iso_2022_jp, "euc-jp wide": japanese.from_euc_jp}
_LATIN = frozenset(("cp1252", "cp1250", "cp1254", "iso8859-2", "iso8859-15"))
_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x80-\x9f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Invisible, and no part of any word: soft hyphen, zero-width space, word joiner, order mark.
_UNSEEN = re.compile("[\xad\u200b\u2060\ufeff]")
_JOINERS = re.compile("(?<=[A-Za-z\xc0-\u024f])[\u200c\u200d]+(?=[A-Za-z\xc0-\u024f])")
_TO_FOLD = re.compile("[\xad\u02b9\u02bc\u200b-\u200d\u2032\u2060\ufeff\uff07]")
_APOSTROPHES = re.compile("(?<=[^\\W\\d_])[\u02bc\u02b9\u2032\uff07](?=[^\\W\\d_])")


@cache
def _codecs(label: str) -> tuple[str, ...]:
    """The codecs for a label, in the order in which they are tried; () for an unknown label."""
    name = _MEANT.get(label, label)
    known = webencodings.lookup(name)
    if known is not None and name not in ("ascii", "us-ascii"):
        found = known.codec_info.name
    else:
        found = _python_codec(name)
    return _WIDER.get(found, (found,) if found else ())


def _python_codec(name: str) -> str:
    """The name of Python's codec for a label, if it turns bytes into text."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return found.name if found._is_text_encoding else ""  # the only way to tell rot13 from utf-8


def decode(content: bytes, label: str, page_label: str = "") -> str:
    """Decodes and cleans a text.

    A label that does not fit gives way to the page's own (`page_label`), then to UTF-8, then to the
    first of them that fails on few bytes, then to windows-1252.
    """
    named = _named(content, label, page_label)
    for codec in named:
        text = _strictly(content, codec)
        if text is not None:
            return clean(text)
    return clean(next(filter(None, (_nearly(content, codec) for codec in named)), "")) or clean(
        content.decode("cp1252", "replace")
    )


def _named(content: bytes, *labels: str) -> list[str]:
    """The codecs to try, in order; a byte order mark or valid UTF-8 overrules a wrong label."""
    found = [name for label in labels for name in _codecs(label.strip(" \"'").lower()[:40])]
    mark = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    if mark:
        found.insert(0, mark)
    if japanese.shifts(content) and not any(name.startswith("iso") for name in found):
        found.insert(0, "iso-2022-jp wide")
    if found and found[0] in _LATIN and not content.isascii():
        found.insert(0, "utf-8")  # valid UTF-8 is no Latin text, whatever the label
    return [*found, "utf-8"]


def _strictly(content: bytes, codec: str) -> str | None:
    own = _OWN.get(codec)
    try:
        text = own(content) if own else content.decode(codec)
    except (UnicodeError, ValueError):
        return None
    windows = _OF_WINDOWS.get(codec)
    if windows and _CONTROLS.search(text):
        return content.decode(windows, "replace")
    return text


def _nearly(content: bytes, codec: str) -> str | None:
    """The text with a replacement character for each broken byte, if most of it is whole."""
    if codec in _OWN:
        return None
    text = content.decode(codec, "replace")
    broken = text.count("\ufffd")
    return text if 4 * broken <= len(_NOT_ASCII.findall(text)) else None


def clean(text: str) -> str:
    """Removes NULs, invisible characters, and surrogates, which no database stores.

    The only place that folds look-alikes which would hide a word from every later search: soft
    hyphens, zero-width characters, and apostrophes that Unicode counts among letters.
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
        if _TO_FOLD.search(text):  # quick test: few letters have any
            text = _APOSTROPHES.sub("\u2019", _JOINERS.sub("", _UNSEEN.sub("", text)))
    return text.replace("\0", "") if "\0" in text else text
