"""Hostile letters: whatever they contain, no script runs and no request leaves.

Checked in a browser. Its console reports each script, style or request that the page's policy
blocked: one such line is a failure, too, as the policy is only the second defense.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from inbox_bot import review
from inbox_bot.model import DraftState
from tests.browser import DESK, visit
from tests.pages import Desk, desk, say

HANDLERS = """
abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy
beforecut beforeinput beforematch beforepaste beforeprint beforetoggle beforeunload begin blur
cancel canplay canplaythrough change click close contextmenu copy cuechange cut dblclick drag
dragend dragenter dragleave dragover dragstart drop durationchange end ended error focus focusin
focusout formdata fullscreenchange gotpointercapture hashchange input invalid keydown keypress keyup
load loadeddata loadedmetadata loadstart lostpointercapture message mousedown mouseenter mouseleave
mousemove mouseout mouseover mouseup mousewheel pagehide pageshow paste pause play playing
pointerdown pointerenter pointermove pointerup popstate progress ratechange repeat reset resize
scroll scrollend search securitypolicyviolation seeked seeking select selectionchange selectstart
show stalled submit suspend timeupdate toggle touchstart transitionend unhandledrejection unload
volumechange waiting webkitanimationstart wheel
""".split()
"""Each of these on an element that fires it by itself, if there is one."""

PARTS = 4
"""The letters are shared out, so that several processes may go through them."""

OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"


def payloads() -> list[str]:
    written = Path(__file__).with_name("xss.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in written if line and not line.startswith("# ")]
    return [*listed, *("".join(map(with_handler, some)) for some in batched(HANDLERS, 16))]


def with_handler(name: str) -> str:
    return f"<details open tabindex=1 autofocus on{name}=alert(1)><summary>x</summary></details>"


def batched(names: list[str], size: int) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


def article(number: int, some: list[str]) -> str:
    """An article's FAQ file with payloads in each text field; JSON is valid YAML."""
    line = " ".join(some)
    address = "".join(one for one in line if not one.isspace())
    entry = {
        "id": f"hostile-{number}",
        "question": line,
        "also_asked": some,
        "answer": "\n\n".join([*some, *(f"[{one}]({one})" for one in some)]),
        "source": line,
        "topic": line,
    }
    about = {"title": line, "url": f"https://evil.example/{address}", "promise": line}
    return json.dumps({"article": about, "entries": [entry], "unanswered": some})


def letter(number: int, payload: str, now: datetime) -> bytes:
    """The payload in every field that a sender can write."""
    named = Header(f"Ann {payload}", "utf-8", maxlinelen=10_000).encode()
    subject = Header(f"chairs {payload}", "utf-8", maxlinelen=10_000).encode()
    bare = "".join(one for one in payload if one not in '"\\<>' and 32 < ord(one) < 127)[:50]
    return "\r\n".join(
        [
            f'From: {named} <"{bare}{number}"@evil.example>',
            "To: steve@strongerbodies.example",
            f"Subject: {subject}",
            f"Date: {format_datetime(now)}",
            f'Message-ID: <"{bare}"{number}@evil.example>',
            'Content-Type: multipart/mixed; boundary="b"',
            "MIME-Version: 1.0",
            "",
            "--b",
            'Content-Type: multipart/alternative; boundary="c"',
            "",
            "--c",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            "Hi Steve,",
            "",
            f"is a massage chair any good? What about {payload} for a chair?",
            "",
            "--c",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            f"<p>Is a massage chair any good?</p>{payload}",
            "--c--",
            "--b",
            f"Content-Type: text/plain; name*=utf-8''{quote(payload)}",
            f"Content-Disposition: attachment; filename*=utf-8''{quote(payload)}",
            "",
            "x",
            "--b--",
            "",
        ]
    ).encode()


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def test_there_are_two_hundred_kinds() -> None:
    assert len(set(payloads())) >= 200


def test_the_browser_would_tell(at: Desk, chromium: Browser) -> None:
    """Control: a page that runs a script or sends a request is detected."""
    with visit(at, chromium, DESK) as window:
        window.page.evaluate("console.log('it ran')")
        window.page.evaluate("fetch('http://evil.example/').catch(() => {})")
        window.page.evaluate("document.body.append(new Image().src = 'x')")
        window.page.wait_for_timeout(200)
        assert "it ran" in window.ran
        assert any("evil.example" in one for one in [*window.left, *window.ran])


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_in_a_letter_runs_or_calls_home(at: Desk, chromium: Browser, part: int) -> None:
    mine, before = payloads()[part::PARTS], {one.id for one in at.drafts()}
    for number, payload in enumerate(mine):
        at.world.deliver(letter(PARTS * number + part, payload, at.now), at.now)
    at.poll()
    pending = [one for one in at.drafts(DraftState.PENDING) if one.id not in before]
    assert len(pending) > 0.9 * len(mine)
    with visit(at, chromium, DESK) as window:
        for draft in pending:
            window.go(f"/letter/{draft.letter_id}")
            window.page.evaluate(OPEN_ALL)
            assert (window.ran, window.left) == ([], []), draft.subject
        for number in range(1, len(pending) // 25 + 2):
            window.go(f"/?page={number}")
        for path in ("/search?q=chairs", "/others", f"/letter/{pending[0].letter_id}/original"):
            window.go(path)
        assert (window.ran, window.left) == ([], [])


def test_nothing_in_a_reply_runs_or_calls_home(at: Desk, chromium: Browser) -> None:
    draft = at.ready()
    everything = "\n\n".join(["Dear Ann,", *payloads(), "Steve"])
    edited = review.edit(at.bot, review.shown(draft), everything, at.now)
    with visit(at, chromium, DESK) as window:
        window.go(f"/letter/{edited.letter_id}")
        window.page.evaluate(OPEN_ALL)
        assert window.page.get_by_label("The reply").input_value().count("alert") > 150
        for version in (edited.version, draft.version):
            window.go(f"/reply/{edited.id}/{version}/html")
        assert (window.ran, window.left) == ([], [])


@pytest.fixture
def hostile_faq(at: Desk) -> Iterator[list[str]]:
    """Hostile FAQ files, as shared by somebody; yields their stems."""
    batches = batched(payloads(), 16)
    files = [at.page.faq / f"hostile-{number}.yaml" for number in range(len(batches))]
    for number, (file, some) in enumerate(zip(files, batches, strict=True)):
        file.write_text(article(number, some), encoding="utf-8")
    at.bot.fresh()  # reloading takes longer than a page may
    yield [file.stem for file in files]
    for file in files:
        file.unlink()


def test_nothing_in_the_faq_runs_or_calls_home(
    at: Desk, chromium: Browser, hostile_faq: list[str]
) -> None:
    with visit(at, chromium, DESK) as window:
        for path in ("/faq", *(f"/faq/{name}" for name in hostile_faq)):
            window.go(path)
            window.page.evaluate(OPEN_ALL)
            assert (window.ran, window.left) == ([], []), path
        assert "alert(1)" in window.page.get_by_label("Your answer").input_value()
        window.page.get_by_role("button", name="Preview").click()
        for payload in payloads()[::16]:
            window.go(f"/faq?try={quote(payload)}")
            window.page.evaluate(OPEN_ALL)
        assert (window.ran, window.left) == ([], [])


def test_nothing_in_an_answer_of_the_faq_runs_in_a_reply(
    at: Desk, chromium: Browser, hostile_faq: list[str]
) -> None:
    draft = at.ready()
    with visit(at, chromium, DESK) as window:
        for name in hostile_faq:
            draft = review.swap(at.bot, review.shown(draft), 0, name, at.now)
            window.go(f"/letter/{draft.letter_id}")
            window.page.evaluate(OPEN_ALL)
            window.go(f"/reply/{draft.id}/{draft.version}/html")
            assert (window.ran, window.left) == ([], []), name
        say(at.author(), draft, "approve")
        for path in (f"/?done={draft.id}", f"/lesson/{draft.id}"):
            window.go(path)
        assert (window.ran, window.left) == ([], [])


def test_nothing_in_the_names_that_the_settings_give_runs(at: Desk, chromium: Browser) -> None:
    draft = at.ready()
    hers = replace(draft.sender, name=" ".join(payloads()))
    with at.bot.store.transaction() as tx:
        named = replace(draft, sender=hers, version=draft.version + 1, message_id="named@x.example")
        tx.drafts.add_version(named)
    with visit(at, chromium, DESK) as window:
        window.go(f"/letter/{draft.letter_id}")
        assert "<script>alert(1)</script>" in window.page.locator(".fields").inner_text()
        assert (window.ran, window.left) == ([], [])


def test_what_is_searched_for_is_shown_as_text(at: Desk, chromium: Browser) -> None:
    with visit(at, chromium, DESK) as window:
        for payload in payloads()[::25]:
            window.go(f"/search?q={quote(payload)}")
            assert window.page.locator("#q").input_value() == payload.strip()
        assert (window.ran, window.left) == ([], [])
