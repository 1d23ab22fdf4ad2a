"""The review page from outside: `inbox-bot run`, a browser's cookies, and hostile requests."""

from __future__ import annotations

import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar

from benchmarks.scenarios_letters import Letter, ann
from benchmarks.scenarios_world import PATIENCE, Fails, World, check, scenario

_LINK = re.compile(r"http://\S+/open/\S+")
_HREF = re.compile(r'href="(/[^"#]*)"')


@contextmanager
def running(world: World) -> Iterator[None]:
    """While `run` goes on and its page answers."""
    process = world.begin(world.command("run"))
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_open(world.page):
            check(process.poll() is None, "`run` ends")
            check(time.monotonic() < deadline, "the page does not open")
            time.sleep(0.3)
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except Exception:
            process.kill()
            process.communicate()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def link(world: World) -> str:
    found = _LINK.search(world.run("open").good().out)
    check(found, "`open` prints no link")
    assert found is not None
    return found[0]


class Browser:
    def __init__(self, world: World) -> None:
        self._top = f"http://127.0.0.1:{world.page}"
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        url = path if path.startswith("http") else self._top + path
        asked = urllib.request.Request(url, method=method)
        try:
            with self._opener.open(asked, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise Fails(f"{method} {path}: {error}") from error

    def pages(self, most: int = 60) -> dict[str, str]:
        """The queue and what can be reached from it by links."""
        seen: dict[str, str] = {}
        ahead = ["/"]
        while ahead and len(seen) < most:
            path = ahead.pop(0)
            if path not in seen:
                _, seen[path] = self.get(path)
                ahead += [found for found in _HREF.findall(seen[path]) if "static" not in found]
        return seen


def browser(world: World) -> Browser:
    one = Browser(world)
    code, _ = one.get(link(world))
    check(code == 200, f"the link answers with {code}")
    return one


@scenario()
def head_does_not_use_up_the_link(world: World) -> None:
    world.poll(ann())
    with running(world):
        once = link(world)
        previewed, _ = Browser(world).get(once, "HEAD")
        check(previewed < 500, f"HEAD answers with {previewed}")
        one = Browser(world)
        one.get(once)
        code, text = one.get("/")
        check(code == 200 and "Ann" in text, f"the queue answers with {code} after HEAD and GET")
        late = Browser(world)
        late.get(once)
        _, text = late.get("/")
        check("ann@example.org" not in text and "Ann Miller" not in text, "the link works twice")


@scenario()
def no_request_makes_an_error_of_the_server(world: World) -> None:
    world.poll(ann())
    huge = "9" * 30
    with running(world):
        one = browser(world)
        paths = {re.sub(r"\d+", huge, path) for path in one.pages(25)}
        paths |= {re.sub(r"\d+", "%0a", path) for path in one.pages(25)}
        paths |= {f"/report?month={month}" for month in ("9999-12", "0000-00", huge, "%0a", "")}
        paths |= {f"/report?from={day}&to={day}" for day in ("9999-12-31", "0001-01-01", "%0a")}
        paths |= {f"/search?q={word}" for word in ("%0a", "%00", "%ff", "a" * 5000)}
        told = {path: one.get(path)[0] for path in sorted(paths)}
        bad = [f"{path[:60]} ({code})" for path, code in told.items() if code >= 500]
        check(not bad, f"errors of the server: {', '.join(bad[:5])}")


@scenario()
def idle_connections_do_not_block_the_page(world: World) -> None:
    world.poll()
    with running(world), ExitStack() as stack:
        for _ in range(150):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", world.page)))
            idle.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        code, _ = Browser(world).get("/healthz")
        check(code in {200, 503}, f"/healthz answers with {code}")


@scenario()
def a_deeply_nested_letter_does_not_block_the_page(world: World) -> None:
    kind = {"Content-Type": "text/html; charset=utf-8"}
    text = "<p>Does massage help with sciatica?</p>" + "<div>" * 38_000
    world.poll(Letter(text=text, headers=kind))
    with running(world):
        one = browser(world)
        letters = [path for path, page in one.pages(12).items() if "sciatica" in page]
        check(letters, "the letter is nowhere on the page")
        code, _ = one.get("/healthz")
        check(code in {200, 503}, f"/healthz answers with {code}")


@scenario()
def a_shared_domain_is_never_offered_as_a_whole(world: World) -> None:
    world.poll(
        Letter(sender="Ann Miller <ann.miller@gmail.com>"),
        Letter(sender="Bob Stone <bob@stone-and-sons.example>"),
    )
    with running(world):
        pages = browser(world).pages()
    offers = [
        line.strip()[:120]
        for page in pages.values()
        for line in page.splitlines()
        if re.search(r"(?<![\w.@])@?gmail\.com", line)
    ]
    check(not offers, f"offered: {offers[:1]}")


@scenario()
def a_stranger_sees_no_letter(world: World) -> None:
    world.poll(ann())
    with running(world):
        for path in browser(world).pages(15):
            code, text = Browser(world).get(path)
            check("ann@example.org" not in text, f"{path} shows a letter to a stranger")
            check(code < 500, f"{path} answers a stranger with {code}")
