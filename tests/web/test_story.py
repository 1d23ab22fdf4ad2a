"""End to end in a real browser: from the log-in link to the delivered reply."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from inbox_bot import pipeline, review
from inbox_bot.model import DraftState
from tests.browser import DESK, PHONE, SMALL, Visit, read_on, send as press_send, visit
from tests.pages import Desk, desk

LINE = "A line of the reply that is to be read before it leaves.\n"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    """One desk for all; each test takes letters of its own."""
    with desk() as opened:
        yield opened


def send(at: Desk) -> list[str]:
    """Close the undo window and send approved replies; returns the texts that arrived."""
    before = len(at.world.received)
    at.later(seconds=61)
    pipeline.send_approved(at.bot, at.now)
    return [text_of(raw) for raw in at.world.received[before:]]


def text_of(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def open_letter(window: Visit, reader: str) -> None:
    window.page.locator(".rows a", has_text=reader).click()
    expect(window.page.locator("h1")).to_have_text(reader)


def test_the_whole_story_with_thumbs(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, PHONE) as window:
        page = window.page
        expect(page.locator("h1")).to_contain_text("ready (about")
        rows = page.locator(".rows li")
        waiting = rows.count()
        open_letter(window, "Linda Marsh")
        page.get_by_label("Add a line").fill("How good to hear from Leeds again")
        text = page.get_by_label("The reply")
        text.fill(text.input_value().replace("Best,", "All the best,"))
        press_send(page)
        expect(page.get_by_role("status")).to_contain_text("goes out in")
        expect(rows).to_have_count(waiting - 1)
        page.get_by_role("status").get_by_role("button", name="Undo").click()
        expect(page.get_by_label("The reply")).to_have_value(re.compile("All the best,"))
        assert send(at) == []
        press_send(page)
        expect(page.get_by_role("status")).to_contain_text("goes out in")
        (arrived,) = send(at)
        window.go()
        expect(rows).to_have_count(waiting - 1)
    assert "How good to hear from Leeds again." in arrived
    assert "All the best," in arrived
    assert "Linda Marsh wrote:" in arrived


def test_the_keyboard_alone_is_enough(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, DESK) as window:
        page = window.page
        reader = "Sabine Brückner"
        page.keyboard.press("j")
        while reader not in page.locator(":focus").inner_text():
            page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(reader)
        page.wait_for_load_state()  # the heading appears before the key handlers work
        page.keyboard.press("l")
        page.keyboard.type("Good to hear from you")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("button", name="Send in 1 minute")).to_be_visible()
        page.wait_for_load_state()
        read_on(page)
        page.keyboard.press("a")
        expect(page.get_by_role("status")).to_contain_text(reader)
        page.keyboard.press("u")
        expect(page.locator("h1")).to_have_text(reader)
        page.wait_for_load_state()
        read_on(page)
        page.keyboard.press("a")
        expect(page.get_by_role("status")).to_contain_text("goes out in")
    (arrived,) = send(at)
    assert "Good to hear from you." in arrived


def test_a_right_draft_needs_one_key(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, DESK) as window:
        open_letter(window, "Hannah Reyes")
        read_on(window.page)
        window.page.keyboard.press("a")
        expect(window.page.get_by_role("status")).to_contain_text("Hannah Reyes")
    assert len(send(at)) == 1


def test_everything_works_without_script(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, PHONE, script=False) as window:
        page = window.page
        open_letter(window, "Marco Bellini")
        page.get_by_label("Add a line").fill("Ciao Marco")
        press_send(page)
        expect(page.get_by_role("status")).to_contain_text("Marco Bellini")
        page.get_by_role("status").get_by_role("button", name="Undo").click()
        press_send(page)
        page.get_by_role("link", name="Search").click()
        page.get_by_label("Search letters").fill("Bellini")
        page.get_by_role("button", name="Find").click()
        expect(page.locator(".rows li")).to_have_count(1)
        page.get_by_role("button", name="Log out").click()
        expect(page.locator("code")).to_have_text("inbox-bot open")
    (arrived,) = send(at)
    assert "Ciao Marco." in arrived


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("viewport", [SMALL, DESK])
def test_the_whole_reply_is_on_the_screen_before_it_can_be_sent(
    at: Desk, chromium: Browser, viewport: ViewportSize, script: bool
) -> None:
    draft = next(one for one in at.drafts(DraftState.PENDING) if "Okafor" in one.to[0].name)
    long = review.edit(at.bot, review.shown(draft), "Dear Peter,\n\n" + 60 * LINE, at.now)
    with visit(at, chromium, viewport, script=script) as window:
        page = window.page
        window.go(f"/letter/{draft.letter_id}")
        sends, text = page.get_by_role("button", name="Send in 1 minute"), page.locator("#text")
        ends = text.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
        assert ends, "the field scrolls inside"
        if not script:
            assert below(text, sends)
            return
        expect(sends).to_have_attribute("aria-disabled", "true")
        expect(page.locator("#unread")).to_be_in_viewport()
        page.keyboard.press("a")
        assert at.draft(long.id).state is DraftState.PENDING
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(100)
        assert sends.get_attribute("aria-disabled") == "true", "what lay between was skipped"
        page.evaluate("scrollTo(0, 0)")
        read_on(page)
        page.keyboard.press("a")
        expect(page.get_by_role("status")).to_contain_text("goes out in")
        review.undo(at.bot, long.id, at.now)


def below(upper: Locator, lower: Locator) -> bool:
    above, under = upper.bounding_box(), lower.bounding_box()
    assert above
    assert under
    return above["y"] + above["height"] <= under["y"]


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_reply_and_buttons_are_in_sight_and_the_letter_is_one_tap_away(
    at: Desk, chromium: Browser, script: bool
) -> None:
    draft = next(one for one in at.drafts(DraftState.PENDING) if "Okafor" in one.to[0].name)
    with visit(at, chromium, SMALL, script=script) as window:
        page = window.page
        window.go(f"/letter/{draft.letter_id}")
        letter = page.locator(".theirs .words").first
        text = page.locator("#text").bounding_box()
        assert text
        assert text["y"] < 0.65 * SMALL["height"]
        if script:
            for name in ("Send in 1 minute", "Hold", "Reject"):
                button = page.get_by_role("button", name=name, exact=True)
                expect(button).to_be_in_viewport(ratio=1)
                assert lines_of(button) == 1
        expect(letter).to_be_hidden()
        expect(page.get_by_text("Show the letter")).to_be_in_viewport()
        page.locator(".whole > summary").click()
        expect(letter).to_be_visible()
        expect(page.get_by_text("Show the letter")).to_be_hidden()
    with visit(at, chromium, DESK, script=script) as window:
        window.go(f"/letter/{draft.letter_id}")
        expect(window.page.locator(".theirs .words").first).to_be_visible()


def lines_of(one: Locator) -> int:
    """Lines of its words."""
    told: int = one.evaluate(
        "one => { const range = document.createRange(); range.selectNodeContents(one);"
        " return range.getClientRects().length; }"
    )
    return told


def test_no_label_wraps_on_a_phone(at: Desk, chromium: Browser) -> None:
    letters = {one.letter_id for one in at.drafts(DraftState.PENDING)}
    with visit(at, chromium, SMALL) as window:
        for path in ("/", *(f"/letter/{one}" for one in letters)):
            window.go(path)
            shown = window.page.locator("nav a, .bar button, dt, .closed").all()
            for one in shown:
                assert not one.is_visible() or lines_of(one) == 1, one.inner_text()
            tops = {round(one.bounding_box()["y"]) for one in shown[:6]}  # type: ignore[index]
            assert len(tops) == 1, "the menu stands on one line"


def test_the_menu_marks_only_the_page_where_she_is(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, SMALL) as window:
        for path, here in (("/", ["Letters"]), ("/sent", ["Sent"]), ("/letter/1", [])):
            window.go(path)
            marked = window.page.locator("nav a[aria-current=page]")
            assert marked.all_inner_texts() == here
            bold = "all => all.filter(one => getComputedStyle(one).fontWeight >= 600).length"
            assert window.page.locator("nav a").evaluate_all(bold) == len(here)


def test_an_empty_draft_shows_the_letter_and_then_the_reply(at: Desk, chromium: Browser) -> None:
    blank = next(one for one in at.drafts(DraftState.PENDING) if one.kind == "blank")
    with visit(at, chromium, SMALL) as window:
        window.go(f"/letter/{blank.letter_id}")
        letter = window.page.locator(".theirs .words").first
        expect(letter).to_be_in_viewport()
        assert below(letter, window.page.get_by_label("The reply"))
        assert below(window.page.get_by_label("The reply"), window.page.locator(".questions"))
        expect(window.page.locator("#empty")).to_be_in_viewport()


def test_nothing_sticks_over_the_field_that_has_the_focus(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, SMALL) as window:
        window.go(f"/letter/{at.drafts(DraftState.PENDING)[0].letter_id}")
        window.page.locator("#text").focus()
        stuck = window.page.evaluate(
            "[...document.querySelectorAll('*')].filter(one =>"
            " ['sticky', 'fixed'].includes(getComputedStyle(one).position)).length"
        )
        assert stuck == 0


def test_an_empty_reply_offers_no_button_that_sends(at: Desk, chromium: Browser) -> None:
    blank = next(one for one in at.drafts(DraftState.PENDING) if one.kind == "blank")
    with visit(at, chromium, SMALL) as window:
        page = window.page
        window.go(f"/letter/{blank.letter_id}")
        expect(page.locator("button.sends")).to_have_count(0)
        text = page.get_by_label("The reply")
        text.fill("Hi Grace,\n\nan hour is sixty dollars in my town.\n\nSteve")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Send in 1 minute")).to_be_visible()
        text.fill("")
        press_send(page)
        expect(page.get_by_role("alert")).to_contain_text("The reply is empty")
    assert at.draft(blank.id).state is DraftState.PENDING


def test_a_line_that_was_begun_is_there_after_a_look_at_the_queue(
    at: Desk, chromium: Browser
) -> None:
    with visit(at, chromium, DESK) as window:
        page = window.page
        open_letter(window, "Okafor, Peter")
        page.keyboard.press("l")
        page.keyboard.type("I thought of you")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.locator(".rows").first).to_be_visible()
        open_letter(window, "Okafor, Peter")
        expect(page.get_by_label("Add a line")).to_have_value("I thought of you")


def test_what_somebody_else_approved_meanwhile_is_shown(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, PHONE) as window:
        open_letter(window, "Okafor, Peter")
        draft = next(one for one in at.drafts(DraftState.PENDING) if "Okafor" in one.to[0].name)
        review.edit(at.bot, review.shown(draft), "Something quite different.", at.now)
        press_send(window.page)
        expect(window.page.get_by_role("alert")).to_contain_text("Nothing was sent")
        expect(window.page.locator("ins", has_text="quite different")).to_be_visible()
    assert send(at) == []


def test_the_page_says_nothing_to_the_console_and_asks_nobody_else(
    at: Desk, chromium: Browser
) -> None:
    with visit(at, chromium, DESK) as window:
        for path in ("/", "/letter/1", "/others", "/keys", "/search?q=a"):
            window.go(path)
        assert window.ran == []
        assert window.left == []


def test_a_thumb_can_hit_everything(at: Desk, chromium: Browser) -> None:
    """Targets are at least 24 px high (WCAG 2.2, 2.5.8), buttons and rows 44 px."""
    with visit(at, chromium, PHONE) as window:
        for path in ("/", "/letter/1"):
            window.go(path)
            for target in window.page.locator(
                "button:visible, .rows a, input:visible, summary:visible"
            ).all():
                box = target.bounding_box()
                assert box is None or box["height"] >= 43.9, target.inner_text()
            width = window.page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], f"{path} scrolls sideways"


def test_the_pictures_in_the_readme_are_of_this_page(
    at: Desk, chromium: Browser, tmp_path: Path
) -> None:
    """INBOX_BOT_PICTURES=1 updates them; else only tests that they can be made."""
    folder = DOCS if os.environ.get("INBOX_BOT_PICTURES") == "1" else tmp_path
    with visit(at, chromium, PHONE) as window:
        window.page.screenshot(path=folder / "queue.png")
        open_letter(window, "dave")
        window.page.evaluate("scrollTo(0, 150)")
        window.page.screenshot(path=folder / "letter.png")
    assert (folder / "queue.png").stat().st_size < 150_000
    assert (folder / "letter.png").stat().st_size < 150_000
