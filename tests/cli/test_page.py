"""`open` gives a link only where a page is served; `page` serves one without a mailbox."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from inbox_bot.cli.main import commands
from inbox_bot.errors import Conflict, SettingsError
from inbox_bot.service.lock import only_one, page_served_at
from inbox_bot.settings.editing import change

ARTICLE = "# Bread\n\n## How hot?\n\nBake it at 230 degrees for half an hour.\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory as `new` makes it, with an article drawn."""
    home = tmp_path / "try"
    CliRunner().invoke(commands, ["new", str(home)], catch_exceptions=False)
    (tmp_path / "bread.md").write_text(ARTICLE, encoding="utf-8")
    draw = ["-C", str(home), "faq", "draw", str(tmp_path / "bread.md")]
    assert CliRunner().invoke(commands, draw, catch_exceptions=False).exit_code == 0
    return home


def test_open_gives_no_link_where_nothing_serves_the_page(home: Path) -> None:
    with pytest.raises(Conflict, match="inbox-bot run"):
        CliRunner().invoke(commands, ["-C", str(home), "open"], catch_exceptions=False)
    with only_one(home), pytest.raises(Conflict, match="inbox-bot run"):
        # as while `poll` works: no page is served, and the port may be another program's
        CliRunner().invoke(commands, ["-C", str(home), "open"], catch_exceptions=False)
    with only_one(home), page_served_at(home, 4711):
        told = CliRunner().invoke(commands, ["-C", str(home), "open"], catch_exceptions=False)
    assert "http://127.0.0.1:4711/open/" in told.output


def test_the_page_shows_and_tries_an_article_without_a_mailbox(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    change(home, {("page", "port"): str(port)})
    command = [sys.executable, "-u", "-m", "inbox_bot", "-C", str(home), "page"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            link = next(re.findall(r"http://\S+", line)[0] for line in serving.stdout)
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            first = browser.open(link)
            assert first.url.endswith("/faq")
            assert "No mailbox yet" in (shown := first.read().decode())
            assert "Bake it at 230 degrees" in shown
            tried = browser.open(f"http://127.0.0.1:{port}/faq?try=how+hot+should+I+bake+it")
            assert "I would reply" in tried.read().decode()
            for path in ("/settings", "/backups", "/report", "/others", "/search", "/entry/new"):
                assert browser.open(f"http://127.0.0.1:{port}{path}").status == 200
        finally:
            serving.terminate()


def test_the_terminal_draws_the_pages_address_for_a_phone(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"page\.url is empty"):
        CliRunner().invoke(commands, ["-C", str(home), "page", "--qr"], catch_exceptions=False)
    change(home, {("page", "url"): "https://letters.home.arpa"})
    told = CliRunner().invoke(commands, ["-C", str(home), "page", "--qr"], catch_exceptions=False)
    *drawn, address = told.output.rstrip().splitlines()
    assert address == "https://letters.home.arpa"
    assert read_code(pixels([line for line in drawn if line])) == [address]


LIGHT = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}


def pixels(lines: list[str]) -> Image.Image:
    """Half-block characters as a picture, four pixels a module."""
    wide = max(map(len, lines))
    drawn = Image.new("L", (wide, 2 * len(lines)))
    for y, line in enumerate(lines):
        for x, character in enumerate(line.ljust(wide)):
            for half, value in enumerate(LIGHT[character]):
                drawn.putpixel((x, 2 * y + half), value)
    return drawn.resize((4 * drawn.width, 4 * drawn.height), Image.Resampling.NEAREST)


def read_code(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]
