"""Takes the links out of a sitemap (sitemaps.org), in one pass without a parser.

A sitemap may have 50,000 links, and a parser's time is quadratic in nested elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_LONGEST = 5_000_000  # characters
_ENTRY = re.compile(r"<(?:\w{1,20}:)?(url|sitemap)(?=[\s>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLinks:
    """`pages` with the day of their last change as it is written; `sitemaps` of an index."""

    pages: tuple[tuple[str, str], ...]
    sitemaps: tuple[str, ...]


def sitemap_links(sitemap: str) -> SitemapLinks:
    """Each entry reaches to the next one."""
    _, *parts = _ENTRY.split(sitemap[:_LONGEST])
    entries = [(kind.lower(), text) for kind, text in zip(parts[::2], parts[1::2], strict=True)]
    return SitemapLinks(
        pages=tuple((_said(t, "loc"), _said(t, "lastmod")) for kind, t in entries if kind == "url"),
        sitemaps=tuple(_said(text, "loc") for kind, text in entries if kind == "sitemap"),
    )


def _said(entry: str, tag: str) -> str:
    _, opened, rest = entry.partition(f"<{tag}>")
    told = rest.partition("</")[0].strip() if opened else ""
    return unescape(told.removeprefix("<![CDATA[").removesuffix("]]>").strip())
