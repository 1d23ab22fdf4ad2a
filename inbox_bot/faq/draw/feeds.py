"""Finds the posts of a site: by its feed, else by its sitemap. Only this module uses feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

import feedparser

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw.fetch import Fetched, fetch
from inbox_bot.faq.draw.sitemaps import sitemap_links
from inbox_bot.faq.draw.web_page import feed_links, words_in

MOST_POSTS = 50
_MOST_FEEDS = 3
_MOST_SITEMAPS = 3
_LONGEST_TITLE = 200
_LONGEST_FEED = 500_000  # bytes; the newest posts stand first
_USUAL = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
_FEED_NAME = re.compile(r"/(?:feed|rss|atom)/?$|\.(?:xml|rss|atom)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`day` is None where the site does not date it."""

    title: str
    url: str
    day: date | None = None


def lists_posts(address: str) -> bool:
    """Whether an address names a whole site or a feed, by its shape."""
    path = urlsplit(address).path
    return path in ("", "/") or _FEED_NAME.search(path) is not None


def find_posts(address: str) -> tuple[Post, ...]:
    """The newest posts of a feed, or of the site around a page; none if it lists none.

    SettingsError if nothing can be fetched from this address.
    """
    page = fetch(address)
    for feed in (page, *_feeds_of(page, address)):
        if posts := _newest(_posts_in(feed)):
            return posts
    return _newest(_in_sitemap(urljoin(page.address, "/sitemap.xml"), address))


def _feeds_of(page: Fetched, named: str) -> Iterator[Fetched]:
    """The feeds that the page announces, else one at a usual address."""
    announced = [urljoin(page.address, link) for link in feed_links(page.text)]
    usual = [urljoin(page.address, path) for path in _USUAL]
    for address in dict.fromkeys([*announced[:_MOST_FEEDS], *usual]):
        yield from _fetched(address, named)


def _fetched(address: str, named: str) -> Iterator[Fetched]:
    """Nothing where nothing is: most sites have only one of these addresses."""
    try:
        yield fetch(address, named)
    except SettingsError:
        return


def _posts_in(feed: Fetched) -> Iterator[Post]:
    """Given as a file: feedparser would open a text that looks like an address or a path."""
    headers = {"content-location": feed.address}  # links in it may be relative
    parsed = feedparser.parse(io.BytesIO(feed.content[:_LONGEST_FEED]), response_headers=headers)
    for entry in parsed.entries if parsed.version else ():
        told = entry.get("published_parsed") or entry.get("updated_parsed")
        url = str(entry.get("link") or "")
        title = words_in(str(entry.get("title") or ""))[:_LONGEST_TITLE]
        yield Post(title=title or _title_of(url), url=url, day=_day(told[:3]) if told else None)


def _in_sitemap(address: str, named: str, depth: int = 0) -> Iterator[Post]:
    """An index of sitemaps is followed one step, those of posts first."""
    for sitemap in _fetched(address, named):
        found = sitemap_links(sitemap.text)
        for url, changed in found.pages:
            if urlsplit(url).path not in ("", "/"):
                parts = re.findall(r"\d+", changed)[:3]
                yield Post(title=_title_of(url), url=url, day=_day(map(int, parts)))
        if depth == 0:
            ordered = sorted(found.sitemaps, key=lambda one: "post" not in one)
            for one in ordered[:_MOST_SITEMAPS]:
                yield from _in_sitemap(urljoin(sitemap.address, one), named, depth + 1)


def _newest(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Each address once; posts without a day come last, in the order of the site."""
    known = {one.url: one for one in posts if one.url.startswith(("https://", "http://"))}
    ordered = sorted(known.values(), key=lambda one: one.day or date.min, reverse=True)
    return tuple(islice(ordered, MOST_POSTS))


def _day(parts: Iterable[int]) -> date | None:
    try:
        year, month, day = parts
        return date(year, month, day)
    except ValueError:
        return None


def _title_of(url: str) -> str:
    """ "Massage for sciatica", of "https://example.com/massage-for-sciatica.html"."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    words = re.sub(r"[-_]+", " ", re.sub(r"\.[a-z]{1,5}$", "", last)).strip()
    return (words[:1].upper() + words[1:])[:_LONGEST_TITLE] or url[:_LONGEST_TITLE]
