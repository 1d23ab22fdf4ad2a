"""The system's own Chromium, driven by Playwright. Nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, ViewportSize, sync_playwright

from inbox_bot import settings
from inbox_bot.web.serving import Serving
from tests.pages import Desk

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
PHONE: ViewportSize = {"width": 390, "height": 760}
SMALL: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1200, "height": 800}


@contextmanager
def browser() -> Iterator[Browser]:
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=as_root)
        yield opened
        opened.close()


@dataclass
class Visit:
    """One browser window on the author's page, and what the browser itself reported."""

    page: Page
    home: str
    ran: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def go(self, path: str = "/") -> None:
        self.page.goto(self.home + path)

    def watch(self) -> None:
        """Record every dialog and console message, and every request to another host."""
        self.page.on("dialog", self._dismiss)
        self.page.on("console", lambda message: self.ran.append(message.text))
        self.page.on("pageerror", lambda error: self.ran.append(str(error)))
        self.page.on("popup", lambda popup: self.left.append(popup.url))
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("framenavigated", lambda frame: self._note(frame.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.ran.append(dialog.message)
        dialog.dismiss()

    def _note(self, url: str) -> None:
        if not url.startswith((self.home, "about:blank", "about:srcdoc")):
            self.left.append(url)


def send(page: Page) -> None:
    """Read the reply to its end, as the page wants it, and press the button that sends."""
    read_on(page)
    page.get_by_role("button", name="Send in 1 minute").click()


def read_on(page: Page) -> None:
    """Scroll down until the button is live."""
    button = page.locator("button.sends")
    button.wait_for()
    for _ in range(40):
        if button.get_attribute("aria-disabled") != "true":
            return
        page.mouse.move(10, 300)
        page.mouse.wheel(0, 250)
        page.wait_for_timeout(50)
    raise AssertionError("the reply never counts as read")


@contextmanager
def visit(
    desk: Desk, opened: Browser, viewport: ViewportSize = PHONE, script: bool = True
) -> Iterator[Visit]:
    """Log in by the link that `inbox-bot run` prints."""
    with Serving(desk.page, "127.0.0.1", 0) as serving:
        link = serving.link(settings.load(desk.world.directory).page)
        context: BrowserContext = opened.new_context(
            viewport=viewport, java_script_enabled=script, color_scheme="light"
        )
        context.set_default_timeout(10_000)
        window = Visit(page=context.new_page(), home=link.partition("/open/")[0])
        window.watch()
        window.page.goto(link)
        yield window
        context.close()
