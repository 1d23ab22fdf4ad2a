"""A public comment is answered below the article first; where no address was left, one is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from inbox_bot import pipeline
from inbox_bot.letters.contact_forms import Form
from inbox_bot.model import Draft, DraftState
from tests.browser import PHONE, visit
from tests.pages import Desk, desk, say

NOTICES = Path(__file__).parent.parent / "data" / "notices"
FORMS = tuple(
    Form(sender=sender)
    for sender in ("authorsite.example", "substack.com", "formspree.io", "wordpress.com")
)


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    """One desk, to which each test has a notice of its own delivered."""
    with desk() as opened:
        opened.bot = replace(opened.bot, policy=replace(opened.bot.policy, forms=FORMS))
        yield opened


def delivered(at: Desk, name: str, *changes: tuple[bytes, bytes]) -> Draft:
    """The draft that answers this notice."""
    raw = (NOTICES / f"{name}.eml").read_bytes()
    raw = raw.replace(b"steve@authorsite.example", b"steve@strongerbodies.example")
    raw = re.sub(rb"Date: .*", at.now.strftime("Date: %a, %d %b %Y %H:%M:%S +0000").encode(), raw)
    for before, after in changes:
        raw = raw.replace(before, after)
    known = {one.id for one in at.drafts()}
    at.world.deliver(raw, at.now)
    at.poll()
    (draft,) = [one for one in at.drafts(DraftState.PENDING) if one.id not in known]
    return draft


def test_the_answer_to_paste_and_the_link_come_before_the_email(at: Desk) -> None:
    draft = delivered(at, "wordpress")
    page = at.author().get(f"/letter/{draft.letter_id}").text
    link = 'href="https://authorsite.example/sciatica/#comment-4711"'
    order = [page.index(each) for each in (link, 'id="paste"', "I answered there", 'id="reply"')]
    assert order == sorted(order)
    assert "Or send it as a private email" in page
    assert "Are massage chairs any good for sciatica?" in page
    assert "Permalink" not in page
    answered = say(at.author(), draft, "answered-by-hand")
    assert answered.status_code == 303
    with at.bot.store.reading() as tx:
        assert draft.letter_id not in {one.letter_id for one in tx.promises.waiting()}


def test_a_comment_without_an_address_offers_no_email_until_one_is_given(at: Desk) -> None:
    draft = delivered(at, "substack-comment")
    client = at.author()
    page = client.get(f"/letter/{draft.letter_id}").text
    assert "<h1>Jane Doe</h1>" in page
    assert "Jane Doe left no address for a private email" in page
    assert 'href="https://steve.substack.com/p/sciatica/comment/98765"' in page
    refused = say(client, draft, "approve")
    assert refused.status_code in (400, 409)
    say(client, draft, "readdress", address="jane@reader.example")
    again = client.get(f"/letter/{draft.letter_id}").text
    assert "Or send it as a private email" in again
    say(client, at.draft(draft.id), "approve")
    before = len(at.world.received)
    at.later(minutes=2)
    pipeline.send_approved(at.bot, at.now)
    (sent,) = at.world.received[before:]
    assert b"jane@reader.example" in sent


def test_a_form_without_an_address_asks_for_one_and_shows_no_comment(at: Desk) -> None:
    draft = delivered(
        at,
        "formspree",
        (b"Reply-To: jane@reader.example\n", b""),
        (b"jane@reader.example", b""),
    )
    page = at.author().get(f"/letter/{draft.letter_id}").text
    assert 'id="address"' in page
    assert "left no address" in page
    assert 'id="paste"' not in page


def test_an_ordinary_letter_shows_neither(at: Desk) -> None:
    page = at.author().get(f"/letter/{at.ready().letter_id}").text
    assert 'id="paste"' not in page
    assert 'id="address"' not in page


def test_the_comment_is_answered_with_thumbs_and_nothing_is_in_the_way(
    at: Desk, chromium: Browser
) -> None:
    draft = delivered(at, "jetpack-comment")
    with visit(at, chromium, {**PHONE, "width": 360}) as window:
        window.go(f"/letter/{draft.letter_id}")
        page = window.page
        expect(page.get_by_label("Your answer, to paste")).to_have_value(at.draft(draft.id).text)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
        page.get_by_role("button", name="I answered there").click()
        expect(page.locator("h1")).to_contain_text("ready")
        assert window.left == []
