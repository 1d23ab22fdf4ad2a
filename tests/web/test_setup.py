"""From one command to the first draft: the command itself, real servers, and a real browser."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from inbox_bot.cli.setup_browser import has_browser, usual_place
from inbox_bot.settings import Tls
from inbox_bot.web.setup.said import FILE_NAME
from tests.beginner import Beginner, set_up
from tests.servers.author import mail_program
from tests.servers.certificates import Certificate
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import Receiver
from tests.servers.website import Website

NARROW: ViewportSize = {"width": 360, "height": 740}
MOST_QUESTIONS = 6
SLOW = 60_000
"""Milliseconds: looking and drafting take their time on a busy machine."""
LINK = r"http://127\.0\.0\.1:\d+/open/[\w-]+"
SERIOUS = {"serious", "critical"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUESTIONS = """() => {
  const fields = [...document.querySelectorAll('main input, main textarea, main select')];
  const shown = fields.filter(one => one.type !== 'hidden' && one.checkVisibility());
  return [...new Set(shown.map(one => one.name))];
}"""
"""What is asked on a screen: each field that is shown, a group of radio buttons once."""


@pytest.fixture
def beginner(
    tmp_path: Path, dovecot: Dovecot, certificate: Certificate, new_name: Callable[[], str]
) -> Iterator[Beginner]:
    smtp, site = Receiver(Tls.TLS, certificate, password=PASSWORD), Website()
    found = Beginner(
        name=new_name(),
        home=tmp_path,
        imap=dovecot,
        smtp=smtp,
        site=site,
        authority=certificate.authority,
    )
    found.fill()
    yield found
    smtp.close()
    site.close()


@contextmanager
def window(chromium: Browser, script: bool = True) -> Iterator[Page]:
    context = chromium.new_context(viewport=NARROW, java_script_enabled=script)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


def walk(page: Page, beginner: Beginner, at_each: Callable[[Page], None]) -> None:
    """All four screens, up to the last button; `at_each` sees every screen."""
    at_each(page)
    page.get_by_label("Your email address").fill(beginner.address)
    page.get_by_role("button", name="Next").click()
    at_each(page)
    page.get_by_label("App password").fill(beginner.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/article")
    at_each(page)
    page.get_by_label("Link to your article or your site").fill(beginner.site.article)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/look")
    expect(page.get_by_text("Found 9 letters from readers; 8 may be waiting.")).to_be_visible(
        timeout=SLOW
    )
    at_each(page)
    page.get_by_role("link", name="Next").click()
    at_each(page)


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Nothing has been sent to your readers.")).to_be_visible(timeout=SLOW)
    expect(page.locator(".rows li").first).to_be_visible(timeout=SLOW)


def to_others(beginner: Beginner) -> list[str]:
    """Everybody but herself who got mail: she gets a note on what is urgent."""
    everybody = [one for taken in beginner.smtp.taken for one in taken.recipients]
    return [one for one in everybody if one != beginner.address]


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_one_command_and_a_browser_lead_to_the_first_draft(
    beginner: Beginner, chromium: Browser, script: bool
) -> None:
    asked: list[str] = []

    def count(page: Page) -> None:
        asked.extend(set(page.evaluate(QUESTIONS)) - set(asked))
        width = page.locator("html").evaluate("html => html.scrollWidth")
        assert width <= NARROW["width"], page.url

    with set_up(beginner) as told, window(chromium, script) as page:
        page.goto(told.until(LINK))
        walk(page, beginner, count)
        start(page)
        expect(page.get_by_text("I'm running. Last checked:")).to_be_visible(timeout=SLOW)
        page.get_by_role("link", name=re.compile("Linda Marsh")).click()
        expect(page.get_by_role("button", name=re.compile("^Send in"))).to_be_visible(timeout=SLOW)
        expect(page.locator("#text, [name=text]").first).to_contain_text("massage chair")
    assert len(asked) <= MOST_QUESTIONS, asked
    assert to_others(beginner) == []
    assert not (beginner.directory / FILE_NAME).exists()
    with mail_program(beginner.imap.account(beginner.name)) as program:
        assert len(program.letters("Drafts")) >= 3


def test_only_watching_writes_nothing_into_the_mailbox(
    beginner: Beginner, chromium: Browser
) -> None:
    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        walk(page, beginner, lambda _: None)
        page.get_by_label("Only watch").check()
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("heading", name="I’m only watching")).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("Last checked:")).to_be_visible(timeout=SLOW)
    with mail_program(beginner.imap.account(beginner.name)) as program:
        program._imap.select("Drafts", readonly=True)
        assert program._imap.search(None, "ALL")[1] == [b""]
    assert to_others(beginner) == []


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_her_posts_are_chosen_with_the_keyboard_alone(
    beginner: Beginner, chromium: Browser, script: bool
) -> None:
    beginner.site.blog()
    with set_up(beginner) as told, window(chromium, script) as page:
        page.goto(told.until(LINK))
        page.get_by_label("Your email address").fill(beginner.address)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("App password").fill(beginner.password)
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("Link to your article or your site").fill(beginner.site.home)
        page.keyboard.press("Enter")
        page.wait_for_url("**/article#posts")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        if script:
            found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
            assert [one["id"] for one in found if one["impact"] in SERIOUS] == []
        page.get_by_label("Massage for sciatica").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/look")


def test_every_screen_can_be_used_by_everybody(beginner: Beginner, chromium: Browser) -> None:
    """axe in both color schemes, also with an error beside each field."""
    found: list[str] = []

    def look(page: Page) -> None:
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            ran = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
            found.extend(f"{page.url}: {one['id']}" for one in ran if one["impact"] in SERIOUS)

    def look_twice(page: Page) -> None:
        look(page)
        button = page.get_by_role("button", name=re.compile("^(Next|Log in)$"))
        if "/look" in page.url or not button.count():
            return
        page.evaluate("for (const one of document.querySelectorAll('main input')) one.value ||= ''")
        button.click()
        look(page)

    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        walk(page, beginner, look_twice)
        page.route("**/arrive", lambda one: one.fulfill(status=204))  # stay where she waits
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_selector("text=Your queue opens here in a moment.")
        look(page)
    assert found == []


def test_tab_and_enter_are_enough(beginner: Beginner, chromium: Browser) -> None:
    def tab_to(page: Page, selector: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        for field, typed, then in (
            ("#address", beginner.address, "#password"),
            ("#password", beginner.password, "#article"),
            ("#article", beginner.site.article, ".pair"),
        ):
            tab_to(page, field)
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            page.wait_for_selector(then)
        tab_to(page, "a.yes")
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=mode]")
        tab_to(page, "[name=mode]")
        tab_to(page, "button.yes")
        page.keyboard.press("Enter")
        expect(page.locator(".rows li").first).to_be_visible(timeout=SLOW)


def test_who_was_interrupted_goes_on_where_she_was(beginner: Beginner, chromium: Browser) -> None:
    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        page.get_by_label("Your email address").fill(beginner.address)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("App password").fill(beginner.password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/article")
        told.process.send_signal(signal.SIGKILL)
    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        expect(page.get_by_label("Link to your article or your site")).to_be_visible(timeout=SLOW)
        page.get_by_role("link", name="Your mailbox").click()
        expect(page.get_by_label("Your email address")).to_have_value(beginner.address)


def test_the_same_command_later_opens_the_page_or_runs_the_bot(
    beginner: Beginner, chromium: Browser
) -> None:
    with set_up(beginner) as told, window(chromium) as page:
        page.goto(told.until(LINK))
        walk(page, beginner, lambda _: None)
        start(page)
        with set_up(beginner) as again:
            again.until("is set up, and inbox_bot is running")
            link = again.until(LINK)
            again.process.wait(20)
        with window(chromium) as other:
            other.goto(link)
            expect(other.locator(".rows li").first).to_be_visible(timeout=SLOW)
    with set_up(beginner) as later, window(chromium) as page:
        later.until("is already set up")
        page.goto(later.until(LINK))
        expect(page.locator(".rows li").first).to_be_visible(timeout=SLOW)


def test_a_browser_is_opened_where_there_is_one_and_none_is_no_error(
    beginner: Beginner, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >{opened}\nsleep 60\n')
    browser.chmod(0o755)
    with set_up(beginner, BROWSER=f"{browser} %s") as told:
        link = told.until(LINK)
        deadline = time.monotonic() + 20
        while not opened.exists() or not opened.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        page = Path(unquote(urlsplit(opened.read_text().strip()).path))
        assert link not in opened.read_text()  # every process can read the arguments
        assert link in page.read_text()
    with set_up(beginner, BROWSER=str(tmp_path / "missing"), EDITOR="false") as told:
        told.until("The same command continues")
        assert told.process.poll() is None


def test_a_place_that_cannot_be_written_is_one_line(beginner: Beginner) -> None:
    (beginner.home / "file").write_text("mine")
    with set_up(beginner, str(beginner.home / "file" / "letters")) as told:
        said = told.until("can't be written")
        told.process.wait(20)
    assert told.process.returncode == 1
    assert said
    assert "inbox-bot setup DIR" in told.lines[-1]
    assert len(told.lines) == 1


def test_the_usual_place_is_never_somebodys_own_letters(tmp_path: Path) -> None:
    assert usual_place(tmp_path) == tmp_path / "letters"
    (tmp_path / "letters").mkdir()
    assert usual_place(tmp_path) == tmp_path / "letters"
    (tmp_path / "letters" / "to mother.odt").write_text("Dear")
    assert usual_place(tmp_path) == tmp_path / "inbox-bot-letters"
    (tmp_path / "letters" / "settings.yaml").write_text("")
    assert usual_place(tmp_path) == tmp_path / "letters"


@pytest.mark.parametrize(
    ("platform", "environ", "opens"),
    [
        ("darwin", {}, True),
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
    ],
)
def test_a_text_browser_never_takes_the_terminal(
    platform: str, environ: dict[str, str], opens: bool
) -> None:
    assert has_browser(platform, environ) is opens


SYSTEMCTL = """#!/bin/sh
# Stands for a systemd of the author's own: `restart` starts what the unit says.
echo "$*" >>{log}
case "$*" in
*restart*)
    command=$(sed -n 's/^ExecStart=//p' {home}/.config/systemd/user/inbox-bot-letters.service)
    eval "setsid $command >{home}/service.log 2>&1 &"
    echo $! >{home}/pid ;;
esac
"""


def test_with_autostart_the_bot_outlives_the_window(
    beginner: Beginner, chromium: Browser, tmp_path: Path
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    log = tmp_path / "systemctl.log"
    (tools / "systemctl").write_text(SYSTEMCTL.format(log=log, home=beginner.home))
    (tools / "systemctl").chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    try:
        with set_up(beginner, PATH=path) as told, window(chromium) as page:
            page.goto(told.until(LINK))
            walk(page, beginner, lambda _: None)
            expect(page.get_by_label("Start when this computer starts")).to_be_checked()
            assert "only while this computer is awake;" in page.content()
            start(page)
            told.until("you can close this window")
            told.process.wait(20)
            page.reload()
            expect(page.locator(".rows li").first).to_be_visible(timeout=SLOW)
        assert "--user enable inbox-bot-letters.service" in log.read_text()
    finally:
        end_background(beginner)


def end_background(beginner: Beginner) -> None:
    """The bot that the stand-in for systemd started, by its number."""
    pid = beginner.home / "pid"
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGTERM)


def test_an_autostart_that_fails_runs_here_instead(
    beginner: Beginner, chromium: Browser, tmp_path: Path
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "systemctl").write_text('#!/bin/sh\ncase "$*" in *restart*) exit 1 ;; esac\n')
    (tools / "systemctl").chmod(0o755)
    with set_up(beginner, PATH=f"{tools}:{os.environ['PATH']}") as told, window(chromium) as page:
        page.goto(told.until(LINK))
        walk(page, beginner, lambda _: None)
        start(page)
        told.until("so it runs here in this window")
    assert not list(beginner.home.glob(".config/systemd/user/*.service"))
