"""Attachments on the page: a picture drawn anew, everything else saved and never opened."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from PIL import Image
from playwright.sync_api import expect

from inbox_bot.cli.demo_world import ADDRESS
from inbox_bot.model import DraftState
from tests.browser import SMALL, browser, visit
from tests.pages import Desk, desk
from tests.web.test_access import serious

HOSTILE = '<script>document.title = "ran"</script>'
IS_LOADED = "document.querySelector('.attached img').naturalWidth === 1600"
NAME = 'a"b\\c; filename=evil.html'


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    """A desk with one letter that has a photo, a hostile page, and a picture that is none."""
    with desk() as opened:
        opened.world.deliver(letter(), datetime.now(UTC))
        opened.poll()
        yield opened


def photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (3_000, 2_000), "teal").save(written, "JPEG")
    return written.getvalue()


def letter() -> bytes:
    email = EmailMessage()
    email["From"] = "Ann Photo <photo@example.org>"
    email["To"] = ADDRESS
    email["Subject"] = "Is this the right spot?"
    email["Message-ID"] = "<photo@example.org>"
    email["Date"] = format_datetime(datetime.now(UTC))
    email.set_content("Hi Steve,\n\ndoes trigger point massage hurt there?\n\nAnn")
    email.add_attachment(photo(), maintype="image", subtype="jpeg", filename="knee.jpg")
    email.add_attachment(HOSTILE.encode(), maintype="image", subtype="png", filename="bad.png")
    email.add_attachment(HOSTILE.encode(), maintype="text", subtype="html", filename=NAME)
    email.add_attachment(
        HOSTILE.encode(), maintype="image", subtype="svg+xml", filename="drawing.svg"
    )
    return email.as_bytes()


def letter_id(at: Desk) -> int:
    return next(
        one.letter_id
        for one in at.drafts(DraftState.PENDING)
        if one.to[0].email == "photo@example.org"
    )


def test_a_photo_is_shown_and_a_false_one_is_not(at: Desk) -> None:
    author, number = at.author(), letter_id(at)
    shown = author.get(f"/letter/{number}/picture/1")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(shown.data)).size == (1_600, 1_067)
    assert shown.data != photo()
    refused = author.get(f"/letter/{number}/picture/2")
    assert refused.status_code == 404
    assert HOSTILE not in refused.text


def test_everything_else_is_saved_and_never_opened(at: Desk) -> None:
    author, number = at.author(), letter_id(at)
    for attached in (2, 3, 4):
        saved = author.get(f"/letter/{number}/attachment/{attached}")
        assert saved.status_code == 200
        assert saved.data == HOSTILE.encode()
        assert saved.content_type == "application/octet-stream"
        assert saved.headers["X-Content-Type-Options"] == "nosniff"
        assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert "sandbox" in saved.headers["Content-Security-Policy"]
    named = author.get(f"/letter/{number}/attachment/3").headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w%.~-]*evil\.html", named)


def test_strangers_and_numbers_of_nothing_get_nothing(at: Desk) -> None:
    number = letter_id(at)
    for path in (f"/letter/{number}/picture/1", f"/letter/{number}/attachment/1"):
        assert at.stranger().get(path).status_code in (302, 303, 401)
    for path in (f"/letter/{number}/attachment/9", "/letter/999999/attachment/1"):
        assert at.author().get(path).status_code == 404


def test_in_the_browser_the_photo_is_seen_and_nothing_runs(at: Desk) -> None:
    """At 360 pixels, without JavaScript as well; axe finds nothing serious."""
    path = f"/letter/{letter_id(at)}"
    with browser() as opened:
        for script in (True, False):
            with visit(at, opened, SMALL, script=script) as window:
                window.go(path)
                window.page.locator("details.whole > summary").click()
                seen = window.page.get_by_role("img", name="knee.jpg")
                expect(seen).to_be_visible()
                seen.scroll_into_view_if_needed()
                if script:
                    window.page.wait_for_function(IS_LOADED)
                assert window.page.locator(".attached img").count() == 2
                box = seen.bounding_box()
                assert box is not None
                assert box["width"] <= SMALL["width"]
                with window.page.expect_download() as saving:
                    window.page.get_by_role("link", name="Save drawing.svg").click()
                assert saving.value.suggested_filename == "drawing.svg"
                assert window.page.url.endswith(path)
                assert window.page.title() != "ran"
                if script:
                    assert serious(window) == set()
                assert [one for one in window.left if "letter" not in one] == []
