"""The running bot looks back once, in the background, and the page offers what it found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from inbox_bot import pipeline
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.model import DraftState
from inbox_bot.reports.forgotten import is_due
from inbox_bot.service.looking_back import PLACE, LookBack
from inbox_bot.service.scheduler import Ticker
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings import FILE_NAME
from tests.browser import SMALL, visit
from tests.pages import Desk, token_on
from tests.web.test_access import serious

MINUTES = timedelta(minutes=5)


@pytest.fixture
def at() -> Iterator[Desk]:
    """Her bot looks at the last hour alone; the demo's letters are up to a week old."""
    with DemoWorld(datetime.now(UTC)) as world:
        file = world.directory / FILE_NAME
        file.write_text(f"{file.read_text()}\npoll: {{since: 1h}}\n")
        with open_bot(world.directory) as bot:
            yield Desk(world=world, bot=bot)


def test_after_the_first_poll_it_looks_back_once_and_leaves_nothing_behind(at: Desk) -> None:
    told: list[str] = []
    ticker = Ticker(at.bot, MINUTES, told.append)
    ticker.poll()
    assert is_due(at.bot)
    assert ticker._look_back._thread is None, "drafting has not begun"
    pipeline.begin(at.bot, at.now)
    ticker.poll()
    thread = ticker._look_back._thread
    assert thread
    thread.join(60)
    assert any("from before I began may never have gotten a reply" in line for line in told), told
    assert is_due(at.bot) is None
    assert not (at.world.directory / PLACE).exists()
    again = LookBack(at.bot, told.append)
    again.begin(at.now)
    assert again._thread is None


@pytest.mark.parametrize("script", [True, False])
def test_card_and_charts_can_be_used_by_everybody(
    at: Desk, chromium: Browser, script: bool
) -> None:
    pipeline.begin(at.bot, at.now)
    at.poll()
    LookBack(at.bot, lambda _: None).look(at.now)
    with visit(at, chromium, SMALL, script=script) as window:
        for scheme in ("light", "dark") if script else ():
            window.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in ("/", "/report"):
                window.go(path)
                assert serious(window) == set(), (path, scheme)
        window.go("/report")
        expect(window.page.get_by_role("img", name="Letters before I began")).to_be_visible()
        window.page.get_by_text("Show the numbers").first.click()
        expect(window.page.get_by_role("table").first).to_be_visible()
        width = window.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SMALL["width"]
        window.go()
        window.page.get_by_role("button", name="It’s too late").click()
        window.page.get_by_role("button", name="Undo").click()
        window.page.get_by_role("button", name="Write now").click()
    at.poll()
    assert len(at.drafts(DraftState.PENDING)) == 1


def test_the_page_offers_them_one_at_a_time(at: Desk) -> None:
    pipeline.begin(at.bot, at.now)
    at.poll()
    LookBack(at.bot, lambda _: None).look(at.now)
    author = at.author()
    shown = author.get("/").text
    assert "Did you ever answer " in shown
    assert "before I began" in shown
    action = shown.partition('action="/forgotten/')[2].partition('/write"')[0]
    assert shown.count("/forgotten/") == 3, "one card, three buttons"
    done = author.post(f"/forgotten/{action}/late", data={"csrf_token": token_on(author)})
    assert done.location == f"/?late={action}"
    notice = author.get(done.location).text
    assert "be offered again" in notice
    back = author.post(f"/forgotten/{action}/back", data={"csrf_token": token_on(author)})
    assert back.location == "/"
    assert f"/forgotten/{action}/write" in author.get("/").text
    author.post(f"/forgotten/{action}/write", data={"csrf_token": token_on(author)})
    at.poll()
    (draft,) = at.drafts(DraftState.PENDING)
    assert draft.letter_id == int(action)
    again = author.post(f"/forgotten/{action}/write", data={"csrf_token": token_on(author)})
    assert again.status_code == 404, "she has decided"
