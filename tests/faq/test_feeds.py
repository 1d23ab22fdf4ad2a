"""The posts of a site, found by its feed or sitemap, and what may be fetched on the way."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw import fetch as fetching
from inbox_bot.faq.draw.feeds import MOST_POSTS, find_posts, lists_posts
from inbox_bot.faq.draw.fetch import fetch
from inbox_bot.faq.draw.pages import article_text
from inbox_bot.faq.draw.route import is_public
from inbox_bot.faq.draw.sitemaps import sitemap_links
from inbox_bot.faq.draw.web_page import feed_links, markdown_of
from tests.servers.website import Website, feed, sitemap

NEWEST_FIRST = ["Massage for sciatica", "Beans", "Roses & lilies"]


@pytest.fixture
def site() -> Iterator[Website]:
    website = Website()
    yield website
    website.close()


def titles(address: str) -> list[str]:
    return [one.title for one in find_posts(address)]


def test_a_site_announces_its_feed_and_a_feed_is_one_itself(site: Website) -> None:
    site.blog()
    assert titles(site.home) == titles(f"{site.home}/news.rss") == NEWEST_FIRST
    newest, *_, oldest = find_posts(site.home)
    assert newest.url == site.article
    assert oldest.url == f"{site.home}/roses/", "its link in the feed is relative"
    assert oldest.day == date(2026, 11, 1)


@pytest.mark.parametrize("path", ["/feed", "/rss.xml", "/atom.xml"])
def test_a_feed_that_is_not_announced_is_found_at_a_usual_address(site: Website, path: str) -> None:
    site.pages["/"] = "<p>Welcome.</p>"
    site.pages[path] = feed(site.home)
    assert titles(f"{site.home}/") == NEWEST_FIRST


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_sitemap_is_the_last_resort(site: Website, is_indexed: bool) -> None:
    site.pages["/"] = "<p>Welcome.</p>"
    site.pages["/posts.xml" if is_indexed else "/sitemap.xml"] = sitemap(site.home)
    if is_indexed:
        loc = f"<loc>{site.home}/posts.xml</loc>"
        site.pages["/sitemap.xml"] = f"<sitemapindex><sitemap>{loc}</sitemap></sitemapindex>"
    assert titles(site.home) == ["Massage", "Beans", "Roses"]
    assert find_posts(site.home)[0].day == date(2026, 11, 3)


def test_a_feed_of_comments_is_none_of_posts(site: Website) -> None:
    site.blog()
    link = '<link rel="alternate" type="application/rss+xml" title="Comments" href="/said.rss">'
    site.pages["/"] = link + site.pages["/"]
    site.pages["/said.rss"] = feed("https://other.example")
    assert find_posts(site.home)[0].url == site.article


def test_a_long_feed_is_cut_and_a_hostile_one_is_only_text(site: Website) -> None:
    entry = "<entry><title type='html'>&lt;b&gt;P{n}&lt;/b&gt;</title><link href='/p{n}'/></entry>"
    entries = "".join(entry.format(n=n) for n in range(80))
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    site.pages["/feed"] = (
        f"{bomb}<feed xmlns='http://www.w3.org/2005/Atom'><title>&a;</title>{entries}</feed>"
    )
    found = find_posts(f"{site.home}/feed")
    assert len(found) == MOST_POSTS
    assert found[0].title == "P0"
    assert found[0].url == f"{site.home}/p0"


def test_a_page_without_posts_has_none_and_a_missing_one_raises(site: Website) -> None:
    site.pages["/"] = "<p>Welcome.</p>"
    assert find_posts(site.home) == ()
    with pytest.raises(SettingsError, match="404"):
        find_posts(f"{site.home}/nothing/")


def test_a_page_that_names_a_file_is_not_opened(site: Website, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(feed("https://example.com"))
    for text in (str(tmp_path / "feed.xml"), f"file://{tmp_path}/feed.xml", f"{site.home}/feed"):
        site.pages["/"] = text
        assert find_posts(site.home) == ()


@pytest.mark.parametrize(
    ("address", "lists"),
    [
        ("https://example.com", True),
        ("https://example.com/", True),
        ("https://example.com/feed/", True),
        ("https://example.com/blog/index.xml", True),
        ("https://example.com/my-article/", False),
        ("https://example.com/feeding-cats", False),
    ],
)
def test_a_site_and_a_feed_are_known_by_their_address(address: str, lists: bool) -> None:
    assert lists_posts(address) == lists


# --- pages and feeds that were made to take long ---


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 201 + "x",
        "<div class=nav>x" * 3_000,
        "<ul><li>a" * 3_000,
        "<b>x</b>" * 20_001,
        "<div>" * 400_000,
    ],
)
def test_a_page_too_large_to_read_is_refused_in_a_line(page: str) -> None:
    with pytest.raises(SettingsError, match="too deeply nested to read; save") as refused:
        markdown_of(f"<body>{page}")
    assert "\n" not in str(refused.value)
    assert feed_links(page) == ()


@pytest.mark.parametrize(
    "page",
    [
        "<p>Knead it.</p>" * 9_000,
        "<div>" * 150 + "<p>Knead it.</p>" * 100,
        "<div class=nav>" * 150
        + "<ul><li>a</ul>" * 900
        + "</div>" * 150
        + "<p>Knead it.</p>" * 900,
        "<div>" + "<b>x</b><br><br>" * 6_000 + "Knead it.",
    ],
)
def test_a_page_within_the_limits_is_read_in_seconds(page: str) -> None:
    begun = time.process_time()
    assert "Knead it." in markdown_of(f"<body>{page}")
    assert time.process_time() - begun < 10


def test_a_long_or_nested_sitemap_and_feed_are_read_in_seconds(site: Website) -> None:
    begun = time.process_time()
    assert len(sitemap_links("<url><loc>https://a.example/b</loc></url>" * 50_000).pages) == 50_000
    assert len(sitemap_links("<url>" * 50_000).pages) == 50_000
    site.pages["/feed"] = "<rss version='2.0'><channel><item><title>" + "<a>" * 1_000_000
    assert find_posts(f"{site.home}/feed") == ()
    assert time.process_time() - begun < 30


def test_a_sitemap_is_read_however_it_is_written() -> None:
    found = sitemap_links(
        "<urlset><url>\n<loc> https://a.example/?b&amp;c </loc>"
        "<lastmod>2026-11-03</lastmod></url>"
        "<url id='2'><loc><![CDATA[https://a.example/d]]></loc></url></urlset>"
        "<sitemap><loc>https://a.example/e.xml</loc></sitemap>"
    )
    assert found.pages == (("https://a.example/?b&c", "2026-11-03"), ("https://a.example/d", ""))
    assert found.sitemaps == ("https://a.example/e.xml",)


# --- what may be fetched -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/a.html", "file:///etc/hostname", "gopher://127.0.0.1/", "data:,x"]
)
def test_only_the_web_is_fetched_also_after_a_redirect(site: Website, target: str) -> None:
    site.moved["/moved/"] = target
    for address in (target, f"{site.home}/moved/"):
        with pytest.raises(SettingsError, match="save the article as a file"):
            fetch(address)


def test_an_ftp_server_is_never_called(site: Website) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ftp:
        ftp.settimeout(0.3)
        site.moved["/moved/"] = f"ftp://127.0.0.1:{ftp.getsockname()[1]}/a.html"
        with pytest.raises(SettingsError, match="is not a web page"):
            article_text(f"{site.home}/moved/")
        with pytest.raises(TimeoutError):
            ftp.accept()


def test_neither_a_redirect_nor_a_link_leads_to_another_private_machine(site: Website) -> None:
    other = site.article.replace("127.0.0.1", "localhost")
    site.moved["/moved/"] = other
    with pytest.raises(SettingsError, match="localhost is a private address"):
        article_text(f"{site.home}/moved/")
    with pytest.raises(SettingsError, match="localhost is a private address"):
        article_text(other, named=site.home)
    assert "/massage/" not in site.asked
    site.moved["/moved/"] = site.article
    assert "massage chair" in article_text(f"{site.home}/moved/"), "her own machine is hers"
    assert "massage chair" in article_text(other), "and so is one that she names"


HEAD = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "body": (b"HTTP/1.0 200 OK\r\n\r\n", b"x", 0.02),
    "header": (HEAD + b"X: ", b"a", 0.02),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.0),
    "size of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;", b"a", 0.02),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 1000, 0.0),
    "silence": (b"", b"", 0.02),
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_never_ends_is_given_up(
    kind: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By https it dribbles in the place of the handshake."""
    monkeypatch.setattr(fetching, "DEADLINE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_go_on, args=(server, *ENDLESS[kind]), daemon=True).start()
        begun = time.monotonic()
        with pytest.raises(SettingsError, match=r"longer than|SSL"):
            fetch(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - begun < 3


def _go_on(server: socket.socket, first: bytes, then: bytes, pause: float) -> None:
    line, _ = server.accept()
    with line, contextlib.suppress(OSError):  # the other side hangs up
        line.recv(4096)
        line.sendall(first)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            line.sendall(then)
            time.sleep(pause)


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.0.0.1 169.254.169.254 100.64.0.1 224.0.0.1 239.255.255.250 240.0.0.1 0.0.0.0
    192.88.99.1 ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2002:7f00:1::
    2001:0:1::1 fec0::1 fe80::1 fd00::1 ff02::1 ff0e::1""".split(),
)
def test_an_address_that_is_not_the_internets_is_refused(address: str) -> None:
    assert not is_public(address)


def test_an_address_of_the_internet_is_public() -> None:
    assert all(map(is_public, ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")))


def test_a_name_that_changes_its_address_leads_to_no_private_machine(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look-up tells a public address, each later one this machine's."""
    real, port, asked = socket.getaddrinfo, urlsplit(site.home).port, []

    def told(host: str, *more: object, **options: object) -> list[Any]:
        if host == "rebinding.example":
            asked.append(host)
            host = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return real(host, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    with pytest.raises(SettingsError, match="is a private address"):
        fetch(f"http://rebinding.example:{port}/massage/", "https://blog.example/")
    assert site.asked == []
    assert len(asked) == 2


def test_in_a_fleet_not_even_the_author_names_a_private_machine(site: Website) -> None:
    with pytest.raises(SettingsError, match="private address"):
        article_text(site.article, own_network=False)
    assert site.asked == []


def test_a_page_is_cut_at_the_limit(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100)
    assert len(fetch(site.article).content) == 100
