"""Reads an article from a file or a web address, as Markdown or plain text."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw.fetch import fetch
from inbox_bot.faq.draw.web_page import markdown_of
from inbox_bot.yaml_files import read_text

_IS_HTML = re.compile(r"\s{0,99}<(?:!doctype|!--|\?xml|[a-z][a-z1-6]{0,9}[\s/>])", re.IGNORECASE)
_BLOCK_ENDS = re.compile(r"</(?:p|div|h[1-6]|li|td|span|body|dd|summary)>|<br\b", re.IGNORECASE)
MOST_CHARACTERS = 5_000_000


def is_address(article: str) -> bool:
    return article.startswith(("https://", "http://"))


def name_of(article: str) -> str:
    """A name for the article: the file's, or the last part of the address."""
    path = urlsplit(article).path if is_address(article) else article
    return Path(path.rstrip("/")).stem or (urlsplit(article).hostname or "article")


def article_text(article: str, named: str = "", *, own_network: bool = True) -> str:
    """The text of a file or of a web page; `named` is the site that led to the page.

    Without `own_network` a page must be on a public host, also if the author named it herself.
    SettingsError says what to do.
    """
    if is_address(article):
        return _from_the_web(article, named, own_network)
    if not Path(article).exists():
        raise SettingsError(
            f"{article}: there's no such file here. Give the path of your article's file, or its "
            "address on the web, like https://example.com/my-article"
        )
    text = read_text(Path(article))[:MOST_CHARACTERS]
    is_page = _IS_HTML.match(text) and _BLOCK_ENDS.search(text)
    return markdown_of(text) if is_page else text


def _from_the_web(address: str, named: str, own_network: bool) -> str:
    text = markdown_of(fetch(address, named, own_network=own_network).text)
    if not text:
        raise SettingsError(f"{address}: found no article there; save the text as a file")
    return text
