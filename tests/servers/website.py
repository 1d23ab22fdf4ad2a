"""The author's website: one article, and 404 for the rest."""

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


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/massage/"
        page = ARTICLE.encode() if found else b"<h1>Not found</h1>"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's
        """Say nothing."""


class Website:
    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
        self.home = f"http://127.0.0.1:{self._server.server_port}"
        self.article = f"{self.home}/massage/"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
