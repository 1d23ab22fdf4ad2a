"""Accessibility of every page: axe-core on WCAG 2.2 A and AA, and use by keyboard alone.

The pages come from the app's URL map, so that a new page cannot be forgotten here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from inbox_bot import review
from inbox_bot.model import Draft, DraftState
from inbox_bot.web.password import keep_password
from tests.browser import DESK, PHONE, Visit, read_on, send as press_send, visit
from tests.pages import Desk, addresses, desk

SERIOUS = {"serious", "critical"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NO_PAGES = {"static", "healthz", "enter_by_link"}
MAIL = {"html-has-lang", "document-title"}
"""Rules not applied to mails, which are shown in a frame with a title."""
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"
IS_SEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return true;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const isShown = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].some(([x, y]) => {
    const top = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
    return top && (one.contains(top) || top.matches("a, label") && top.contains(one));
  });
  return isShown && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
"""The focus is marked (WCAG 2.4.7), and not fully covered (2.4.11)."""


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    """A desk with something in each state, and with a password set."""
    with desk() as opened:
        keep_password(opened.bot.store, "four words do well")
        yield opened


@pytest.fixture(scope="module")
def taught(at: Desk) -> Draft:
    """An approved answer by hand, from which a lesson can be learned."""
    blank = next(one for one in at.drafts(DraftState.PENDING) if one.kind == "blank")
    words = "Hi,\n\nit is 60 dollars for an hour.\n\nSteve"
    hers = review.edit(at.bot, review.shown(blank), words, at.now)
    return review.approve(at.bot, review.shown(hers), at.now)


def trouble_on(window: Visit, path: str) -> list[str]:
    """Serious axe violations on that page."""
    beside = MAIL if show(window, path) else set()
    return [f"{path}: {one}" for one in sorted(serious(window) - beside)]


def serious(window: Visit) -> set[str]:
    """The same for the page as it is now."""
    window.page.evaluate(OPEN_ALL)
    found = Axe().run(window.page, options={"runOnly": WCAG}).response["violations"]
    return {one["id"] for one in found if one["impact"] in SERIOUS}


def show(window: Visit, path: str) -> bool:
    """Open it; True for a mail, which is shown in a frame.

    A mail's policy forbids all scripts, so axe checks the mail without it.
    """
    answer = window.page.goto(window.home + path)
    assert answer is not None
    is_mail = "sandbox" in answer.headers["content-security-policy"]
    if is_mail:
        text = answer.text()
        window.page.goto("about:blank")
        window.page.set_content(text)
    return is_mail


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(
    at: Desk, chromium: Browser, taught: Draft, colours: str
) -> None:
    pages = [path for name, path in addresses(at, taught).items() if name not in NO_PAGES]
    paths = [*pages, "/search?q=massage", "/faq?try=is+a+chair+good", "/nothing"]
    paths += [f"/letter/{one.letter_id}" for one in at.drafts(DraftState.PENDING)]
    with visit(at, chromium, PHONE) as window:
        window.page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        assert [one for path in paths for one in trouble_on(window, path)] == []


def test_what_answers_a_button_can_be_used_by_everybody(at: Desk, chromium: Browser) -> None:
    draft = at.ready()
    with visit(at, chromium, PHONE) as window:
        page = window.page
        window.go(f"/faq/{draft.entries[0]}")
        page.get_by_role("button", name="Preview").click()
        assert serious(window) == set()
        window.go(f"/letter/{draft.letter_id}")
        review.edit(at.bot, review.shown(draft), "Something quite different.", at.now)
        press_send(page)
        expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
        assert serious(window) == set()
        page.context.clear_cookies()
        window.go("/login")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert serious(window) == set()


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_who_has_only_tab_and_enter_gets_through_and_sees_where_she_is(
    at: Desk, chromium: Browser, viewport: ViewportSize
) -> None:
    draft = at.ready()
    with visit(at, chromium, viewport) as window:
        keyboard, page = window.page.keyboard, window.page
        tab_to(window, f'a[href="/letter/{draft.letter_id}"]')
        keyboard.press("Enter")
        expect(page.get_by_label("Add a line")).to_be_visible()
        tab_to(window, "#line")
        keyboard.type("Good to hear from you")
        tab_to(window, "button.yes")
        read_on(page)
        keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("goes out in")
        tab_to(window, "[role=status] button")
        keyboard.press("Space")
        expect(page.get_by_label("Add a line")).to_be_visible()
    assert "Good to hear from you." in at.draft(draft.id).text
    review.undo(at.bot, draft.id, at.now)


def tab_to(window: Visit, selector: str) -> None:
    """Press Tab until `selector` has the focus; the focus is visible at each stop."""
    for _ in range(80):
        window.page.keyboard.press("Tab")
        assert window.page.evaluate(IS_SEEN), window.page.evaluate(FOCUSED)
        if window.page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_single_keys_can_be_turned_off(at: Desk, chromium: Browser) -> None:
    """WCAG 2.1.4: speech input would trigger single keys."""
    with visit(at, chromium, DESK) as window:
        window.go("/keys")
        window.page.get_by_label("Turn on single-key").uncheck()
        window.page.keyboard.press("/")
        window.go("/keys")
        assert not window.page.get_by_label("Turn on single-key").is_checked()
        window.page.get_by_label("Turn on single-key").check()
        window.page.keyboard.press("Tab")
        window.page.keyboard.press("/")
        window.page.wait_for_url("**/search")
