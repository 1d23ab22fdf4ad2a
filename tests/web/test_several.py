"""Several replies at once in a real browser: by thumb, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from inbox_bot import pipeline, review
from inbox_bot.model import Draft, DraftState
from tests.browser import DESK, SMALL, visit
from tests.pages import Desk, desk
from tests.web.test_access import serious, tab_to
from tests.web.test_faq import deliver

ASKED = "would a massage chair be a good alternative?"
FIRST, LATER = ("Ida", "Ben"), ("Cleo", "Dora", "Ella")


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    """The answer has been sent twice; three more readers wait for it."""
    with desk() as opened:
        for reader in (*FIRST, *LATER):
            deliver(opened, ASKED, reader)
        opened.poll()
        for reader in FIRST:
            review.approve(opened.bot, review.shown(of(opened, reader)), opened.now)
        opened.later(minutes=2)
        pipeline.send_approved(opened.bot, opened.now)
        yield opened


def of(at: Desk, reader: str) -> Draft:
    return next(one for one in at.drafts(DraftState.PENDING) if one.to[0].name == reader)


@pytest.mark.parametrize("script", [True, False])
def test_several_are_read_whole_checked_sent_and_taken_back(
    at: Desk, chromium: Browser, script: bool
) -> None:
    with visit(at, chromium, SMALL, script=script) as window:
        page = window.page
        several = page.locator("h1 + p").get_by_role("link", name="Send several at once")
        several.click()
        boxes = page.get_by_role("checkbox")
        assert boxes.count() >= len(LATER)
        assert not any(box.is_checked() for box in boxes.all())
        for reader in LATER:
            offer = page.locator(".offer", has_text=f"Send this reply to {reader}")
            expect(offer).to_contain_text(ASKED)
            assert of(at, reader).text.strip() in offer.locator(".said").inner_text()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SMALL["width"]
        page.get_by_label("Send this reply to Cleo").check()
        page.get_by_label("Send this reply to Ella").check()
        page.get_by_role("button", name="Send checked replies in 1 minute").click()
        expect(page.get_by_role("status")).to_contain_text("2 replies go out in")
        assert {one.to[0].name for one in at.drafts(DraftState.APPROVED)} == {"Cleo", "Ella"}
        page.get_by_role("status").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status")).to_contain_text("Back in the queue: Cleo, Ella.")
    assert not at.drafts(DraftState.APPROVED)


def test_several_can_be_sent_with_the_keyboard_alone(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, DESK) as window:
        page = window.page
        window.go("/several")
        tab_to(window, f"input[value^='{of(at, 'Dora').id}.']")
        page.keyboard.press("Space")
        tab_to(window, "button.yes")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("1 reply goes out in")
        page.keyboard.press("u")
        expect(page.get_by_role("status")).to_contain_text("Back in the queue: Dora.")


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_everybody_can_use_it(at: Desk, chromium: Browser, colors: str) -> None:
    with visit(at, chromium, SMALL) as window:
        window.page.emulate_media(color_scheme="dark" if colors == "dark" else "light")
        for path in ("/several", "/sent", "/"):
            window.go(path)
            assert serious(window) == set()
