"""The words around the answers are edited as a letter, and a broken one is never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from tests.browser import SMALL, visit
from tests.pages import Desk, settled, token_on
from tests.web.test_access import serious


@pytest.fixture
def path(at: Desk) -> Iterator[Path]:
    """The template of greeting and sign-off; put back afterwards."""
    path = at.page.templates / "replies" / "letter.j2"
    before = path.read_text("utf-8")
    yield path
    path.write_text(before, "utf-8")


def form(client: FlaskClient, path: Path) -> dict[str, str]:
    return {"csrf_token": token_on(client), "source": path.read_text("utf-8")}


def field_with(client: FlaskClient, words: str) -> str:
    """The name of the field that holds these words."""
    shown = client.get("/wording/letter.j2").text
    found = re.search(rf'name="(f\.[\d.]+)"[^>]*>[^<]*{words}', shown)
    assert found
    return found[1]


def test_a_greeting_is_changed_in_its_field_and_the_drafts_follow(at: Desk, path: Path) -> None:
    client = at.author()
    field = field_with(client, "Hi")
    data = form(client, path) | {field: "Dear\r\nDear reader"}
    seen = client.post("/wording/letter.j2/preview-letter", data=data).text
    assert "not saved yet" in seen
    assert "Dear" in seen.partition("card words")[2]
    assert "Dear" not in path.read_text("utf-8")
    saved = client.post("/wording/letter.j2/save-letter", data=data)
    assert "with a new draft" in settled(client, saved)
    assert 'choose("Dear", "Dear reader")' in path.read_text("utf-8")
    assert at.ready().text.startswith("Dear")


def test_the_preview_bears_her_own_signature(at: Desk) -> None:
    shown = at.author().get("/wording/letter.j2").text.partition("card words")[2]
    assert at.bot.author.signature.partition("\n")[0] in shown.partition("</div>")[0]


@pytest.mark.parametrize("typed", ["{{ 7 * 7 }}", "{% include x %}", "{other}", " "])
def test_a_field_cannot_break_the_template(at: Desk, path: Path, typed: str) -> None:
    client, before = at.author(), path.read_text("utf-8")
    data = form(client, path) | {field_with(client, "Hi"): typed}
    refused = client.post("/wording/letter.j2/save-letter", data=data)
    assert refused.status_code == 409
    assert "Not saved." in refused.text
    assert path.read_text("utf-8") == before


def test_it_works_by_thumb_without_script(at: Desk, path: Path, chromium: Browser) -> None:
    with visit(at, chromium, SMALL, script=False) as window:
        page = window.page
        window.go("/wording/letter.j2")
        page.get_by_label("One of these, one per line").first.fill("Good day")
        page.get_by_role("button", name="Preview").first.click()
        expect(page.locator(".card.words")).to_contain_text("Good day")
        page.get_by_role("button", name="Save").first.click()
        expect(page.locator("h1")).to_have_text("Saved")
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    assert "Good day" in path.read_text("utf-8")


@pytest.mark.parametrize("name", ["letter.j2", "answer.j2", "holding.j2", "urgent.j2", "blank.j2"])
def test_everybody_can_use_it(at: Desk, chromium: Browser, name: str) -> None:
    with visit(at, chromium, SMALL) as window:
        window.go(f"/wording/{name}")
        assert serious(window) == set()


def test_each_template_has_a_name_in_words_and_english_comes_first(at: Desk) -> None:
    shown = at.author().get("/wording").text
    assert "urgent-" not in re.sub(r'href="[^"]*"', "", shown)
    assert "All questions answered (German)" in shown
    assert shown.index("Someone may get hurt<") < shown.index("All questions answered (German)")
