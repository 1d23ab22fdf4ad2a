"""Offers the posts of her site on the second screen, and draws those that she chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw import draw
from inbox_bot.faq.draw.feeds import Post, find_posts, lists_posts
from inbox_bot.faq.draw.pages import article_text, name_of
from inbox_bot.humanize import counted, dated
from inbox_bot.model import DrawnFaq
from inbox_bot.settings.interview import read_url
from inbox_bot.web.setup import trouble

NONE_CHECKED = "Check the posts that readers write to you about, or enter the link to one article."
NO_POSTS = "I found no list of posts there. Paste the link to one article instead."
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The posts found at the address that she typed."""

    site: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPost:
    """`day` is written in her locale, empty if the site does not date the post."""

    title: str
    url: str
    day: str
    is_chosen: bool


def offered(
    offer: Offer | None, site: str, chosen: Sequence[str], locale: str
) -> tuple[OfferedPost, ...]:
    """The list to show below the address, if it was found there."""
    return tuple(
        OfferedPost(
            title=one.title,
            url=one.url,
            day=dated(one.day, locale) if one.day else "",
            is_chosen=one.url in chosen,
        )
        for one in (offer.posts if offer and offer.site == site else ())
    )


def asks_for_posts(offer: Offer | None, site: str, *, pressed: bool) -> bool:
    """Whether the address has to be searched for posts first."""
    if not site or (offer and offer.site == site):
        return False
    return pressed or lists_posts(read_url(site))


def search(site: str, *, pressed: bool) -> tuple[Offer | None, str]:
    """The posts there, or what went wrong. Nothing of both: read the page itself as an article."""
    address = read_url(site)
    try:
        found = find_posts(address)
    except SettingsError as error:
        return None, trouble.no_article(error, address)
    if found:
        return Offer(site=site, posts=found), ""
    return None, NO_POSTS if pressed else ""


def drawn_posts(posts: Sequence[str], site: str) -> tuple[tuple[DrawnFaq, ...], Mapping[str, str]]:
    """All of them, or a sentence that names those that cannot be used."""
    named = read_url(site)

    def read(address: str) -> str:
        try:
            return article_text(address, named)
        except SettingsError:
            return ""

    with ThreadPoolExecutor(_AT_ONCE) as several:
        texts = several.map(read, posts)
        pairs = zip(posts, texts, strict=True)
        drawn = tuple(draw(text, name_of(url), url) for url, text in pairs)
    failed = [one.article.url for one in drawn if not one.passages]
    return ((), {"posts": _unreadable(failed)}) if failed else (drawn, {})


def _unreadable(failed: Sequence[str]) -> str:
    more = f" and {counted(len(failed) - 1, 'more post')}" if len(failed) > 1 else ""
    return f"I couldn't find an article at {failed[0]}{more}. Uncheck it, or try again."
