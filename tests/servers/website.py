"""The author's website: one article, a feed or a sitemap of posts, redirects, 404 for the rest."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

ARTICLE = """<!DOCTYPE html><html lang="en"><head><title>Massage for sciatica</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<article><h1>Massage for sciatica</h1>
<p>Massage can be a practical way to ease sciatica when other treatments have failed.</p>
<h2>Massage chairs</h2>
<p>A massage chair is a good alternative to a therapist if you live far from town. It costs more at
first, but you can use it every day, and most chairs let you choose how hard they press.</p>
<h2>Deep tissue massage</h2>
<p>Deep tissue massage helps with sciatic pain by loosening the muscles that press on the nerve. It
works slowly, and your back may feel sore for a day or two afterwards.</p>
<h2>Trigger point massage</h2>
<p>Trigger point massage presses on small knots in a muscle and holds them for half a minute. It can
hurt while it lasts, and many people feel relief right after it.</p>
<h2>The study</h2>
<p>A study with 400 people found that a third of those who had massage were nearly free of pain
after ten weeks, compared to 4 percent of those who had the usual care.</p>
<p>Please let me know if you have any questions. I will get back to you just as soon as I can.</p>
</article></body></html>"""


POSTS = {
    "/roses/": ("Roses &amp; lilies", "Roses need water every day in summer, and none in winter."),
    "/beans/": ("Beans", "Beans climb well on strings, and they like the full sun of the south."),
    "/massage/": ("Massage for sciatica", ""),
}
"""The oldest first, a day apart."""


def feed(home: str) -> str:
    """An RSS feed of the posts; one link is relative, one item leads out of the web."""
    items = "".join(
        f"<item><title>{title}</title><link>{home if day > 1 else ''}{path}</link>"
        f"<pubDate>0{day} Nov 2026 08:00:00 GMT</pubDate></item>"
        for day, (path, (title, _)) in enumerate(POSTS.items(), 1)
    )
    bad = "<item><title>Bad</title><link>ftp://127.0.0.1/</link></item>"
    return f'<rss version="2.0"><channel><title>A garden</title>{items}{bad}</channel></rss>'


def sitemap(home: str) -> str:
    urls = "".join(
        f"<url><loc>{home}{path}</loc><lastmod>2026-11-0{day}T08:00:00Z</lastmod></url>"
        for day, path in enumerate(POSTS, 1)
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return (
        f'<?xml version="1.0"?><urlset xmlns="{space}"><url><loc>{home}/</loc></url>{urls}</urlset>'
    )


class _Server(ThreadingHTTPServer):
    """`pages` beside the article, `moved` from a path to an address, and the paths `asked` for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.pages: dict[str, str] = {"/massage/": ARTICLE}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []


class _Pages(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path in self.server.moved:
            self.send_response(302)
            self.send_header("Location", self.server.moved[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        found = self.path in self.server.pages
        page = self.server.pages.get(self.path, "<h1>Not found</h1>").encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's
        """Say nothing."""


class Website:
    def __init__(self) -> None:
        self._server = _Server()
        self.pages, self.moved = self._server.pages, self._server.moved
        self.asked = self._server.asked
        self.home = f"http://127.0.0.1:{self._server.server_port}"
        self.article = f"{self.home}/massage/"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def blog(self) -> Website:
        """With a home page that announces a feed, and the posts in it."""
        link = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'
        self.pages["/"] = f"<html><head>{link}</head><body><p>Welcome.</p></body></html>"
        self.pages["/news.rss"] = feed(self.home)
        for path, (title, text) in POSTS.items():
            self.pages.setdefault(path, f"<article><h1>{title}</h1><p>{text}</p></article>")
        return self

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
