"""A file or a web address -> the article's text, as Markdown or plain text.

The only module that knows trafilatura, an extra: pages of the web need it, files do not.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlsplit

from inbox_bot.errors import SettingsError
from inbox_bot.yaml_files import read_text

_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"<(script|style|head|nav|header|footer|aside|form|svg)\b.*?</\1\s*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(
    r"</?(?:p|div|section|article|main|ul|ol|table|tr|blockquote)\b[^>]*>|<br\b[^>]*>", re.I
)
_ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_IS_HTML = re.compile(r"\s*(?:<!doctype html|<html\b|<(?:article|main|body|h1|p)\b)", re.IGNORECASE)
MOST_CHARACTERS = 5_000_000


def is_address(article: str) -> bool:
    return article.startswith(("https://", "http://"))


def name_of(article: str) -> str:
    """A name for the article: a file's own, or the last part of an address that says something."""
    path = urlsplit(article).path if is_address(article) else article
    return Path(path.rstrip("/")).stem or (urlsplit(article).hostname or "article")


def article_text(article: str) -> str:
    """The text of a file or of a web page; SettingsError says what to do."""
    if is_address(article):
        return _from_the_web(article)
    text = read_text(Path(article))[:MOST_CHARACTERS]
    return from_html(text) if _IS_HTML.match(text) else text


def from_html(page: str) -> str:
    """Markdown of a page that holds an article and little else, such as an export of a blog."""
    page = _UNSEEN.sub(" ", page)
    page = _HEADING.sub(lambda found: f"\n\n{'#' * int(found[1])} {_flat(found[2])}\n\n", page)
    page = _BREAK.sub("\n\n", _ITEM.sub("\n- ", page))
    return html.unescape(_TAG.sub("", page))


def _flat(inner: str) -> str:
    return " ".join(_TAG.sub("", inner).split())


def _from_the_web(address: str) -> str:
    try:
        import trafilatura  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        advice = "to read a page of the web, run: pip install 'inbox-bot[url]'"
        raise SettingsError(f"{address}: {advice}; or save the article as a file") from error
    page = trafilatura.fetch_url(address)
    if page is None:
        raise SettingsError(f"{address}: the page cannot be fetched; save the article as a file")
    text = trafilatura.extract(
        page, output_format="markdown", include_links=True, include_comments=False
    )
    if not text:
        raise SettingsError(f"{address}: there is no article on it; save the text as a file")
    return str(text)
