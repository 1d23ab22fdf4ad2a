"""Reads an article from a file or a web address, as Markdown or plain text.

The only module that uses trafilatura, an optional extra: only web pages need it.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from inbox_bot.errors import SettingsError
from inbox_bot.yaml_files import read_text

_HEADING = re.compile(r"<(h[1-6])\b[^<>]*>", re.IGNORECASE)
_ASKED = re.compile(r"<(dt|summary)\b[^<>]*>", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|head|nav|header|footer|aside|form|svg)\b|<(!--)", re.IGNORECASE
)
_BREAK = re.compile(
    r"</?(?:p|div|section|article|main|ul|ol|dl|dd|details|table|tr|blockquote)\b[^<>]*>"
    r"|<br\b[^<>]*>",
    re.I,
)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_IS_HTML = re.compile(r"\s*(?:<!doctype html|<html\b|<(?:article|main|body|h1|p)\b)", re.IGNORECASE)
MOST_CHARACTERS = 5_000_000
TIME_OUT = 30  # seconds


def is_address(article: str) -> bool:
    return article.startswith(("https://", "http://"))


def name_of(article: str) -> str:
    """A name for the article: the file's, or the last part of the address."""
    path = urlsplit(article).path if is_address(article) else article
    return Path(path.rstrip("/")).stem or (urlsplit(article).hostname or "article")


def article_text(article: str) -> str:
    """The text of a file or of a web page; SettingsError says what to do."""
    if is_address(article):
        return _from_the_web(article)
    text = read_text(Path(article))[:MOST_CHARACTERS]
    return from_html(text) if _IS_HTML.match(text) else text


def from_html(page: str) -> str:
    """Markdown of a page with an article and little else, such as an export of a blog."""
    page = _elements(page, _UNSEEN, lambda *_: " ")
    page = _elements(page, _HEADING, lambda name, inner: _headed(int(name[1]), inner))
    page = _elements(page, _ASKED, lambda _, inner: _headed(4, inner))
    page = _BREAK.sub("\n\n", _ITEM.sub("\n- ", page))
    return html.unescape(_TAG.sub("", page))


def _elements(page: str, begins: re.Pattern[str], put: Callable[[str, str], str]) -> str:
    """Replaces each element, up to its next closing tag.

    An unclosed element stays and is searched for once: a page takes linear time.
    """
    kept: list[str] = []
    at, unclosed = 0, set[str]()
    for begun in begins.finditer(page):
        name = begun[begun.lastindex or 0].lower()
        if begun.start() < at or name in unclosed:
            continue
        closing = "-->" if name == "!--" else rf"</{name}\s{{0,20}}>"
        ended = re.compile(closing, re.IGNORECASE).search(page, begun.end())
        if ended is None:
            unclosed.add(name)
            continue
        kept += [page[at : begun.start()], put(name, page[begun.end() : ended.start()])]
        at = ended.end()
    return "".join([*kept, page[at:]])


def _headed(level: int, inner: str) -> str:
    return f"\n\n{'#' * level} {_flat(inner)}\n\n"


def fetched(address: str) -> str:
    """A web page as text; SettingsError if it cannot be fetched."""
    try:
        asked = Request(address, headers={"User-Agent": "inbox_bot"})  # noqa: S310 - http and https only
        with urlopen(asked, timeout=TIME_OUT) as answer:  # noqa: S310
            page: bytes = answer.read(MOST_CHARACTERS)
            charset = answer.headers.get_content_charset("utf-8")
        return page.decode(charset, errors="replace")
    except (OSError, ValueError, LookupError, HTTPException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        advice = f"the page cannot be fetched ({reason}); save the article as a file"
        raise SettingsError(f"{address}: {advice}") from error


def _flat(inner: str) -> str:
    return " ".join(_TAG.sub("", inner).split())


def _from_the_web(address: str) -> str:
    try:
        import trafilatura  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        # this very Python: another one's pip might know another inbox-bot
        install = f"{quote(sys.executable)} -m pip install 'inbox-bot[url]'"
        advice = f"to read a page of the web, run: {install}"
        raise SettingsError(f"{address}: {advice}; or save the article as a file") from error
    # Not trafilatura's own fetch: it refuses addresses that are not public, such as the preview
    # of a blog on the author's machine.
    page = fetched(address)
    text = trafilatura.extract(
        page, output_format="markdown", include_links=True, include_comments=False
    )
    if not text:
        raise SettingsError(f"{address}: there is no article on it; save the text as a file")
    return str(text)
