"""The settings on the page: written into the file, checked, heeded, and with a way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from inbox_bot import pipeline, review, settings
from inbox_bot.model import DraftState
from inbox_bot.settings.editing import change
from tests.browser import SMALL, browser, visit
from tests.pages import Desk, desk, say, token_on
from tests.servers.web_hook import web_hook
from tests.web.test_access import serious

NOTICES = Path(__file__).parent.parent / "data" / "notices"
SITE = "wordpress@authorsite.example"
GOOD = {
    "promise": "I will write back.",
    "within": "3 days",
    "name_a_date": "yes",
    "letter_time": "",
    "digest": "weekly",
    "retention": "",
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


@pytest.fixture
def file(at: Desk) -> Iterator[Path]:
    """settings.yaml, restored afterwards."""
    path = at.world.directory / settings.FILE_NAME
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def post(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_on(client), **typed})


def test_values_are_written_and_heeded_at_once(at: Desk, file: Path) -> None:
    client = at.author()
    assert "Saved" in client.get(post(client, "/settings/save", **GOOD).headers["Location"]).text
    assert settings.load(at.world.directory).promise.within == timedelta(days=3)
    heeding = at.bot.heeding()
    assert heeding.policy.within == timedelta(days=3)
    assert heeding.policy.promise_text == GOOD["promise"]
    assert 'value="3 days"' in client.get("/settings").text


def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(at: Desk, file: Path) -> None:
    before = file.read_text("utf-8")
    told = post(at.author(), "/settings/save", **GOOD | {"within": "soon", "letter_time": "noon"})
    assert told.status_code == 409
    assert 'value="soon"' in told.text
    assert 'id="within-wrong"' in told.text
    assert "is not a duration" in told.text
    assert 'id="letter_time-wrong"' in told.text
    assert 'id="retention-wrong"' not in told.text
    assert file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("name", "item", "wrong"),
    [
        ("away", "2099-01-02..2099-01-05", "next week"),
        ("forms", "form@example.org", "the form"),
        ("never", "@pitches.example", "@gmail.com"),
        ("to", "letters@example.com", "letters"),
        ("own-0", "alias@example.com", "alias"),
    ],
)
def test_a_list_takes_an_item_and_gives_it_back(
    at: Desk, file: Path, name: str, item: str, wrong: str
) -> None:
    client, before = at.author(), settings.load(at.world.directory)
    refused = post(client, f"/settings/{name}/add", item=wrong)
    assert refused.status_code == 409
    assert f'id="{name}-item-wrong"' in refused.text or f'id="{name}-wrong"' in refused.text
    assert post(client, f"/settings/{name}/add", item=item).status_code == 303
    assert settings.load(at.world.directory) != before
    assert item in client.get("/settings").text
    gone = post(client, f"/settings/{name}/remove", item=item)
    assert settings.load(at.world.directory) == before
    offered = client.get(gone.headers["Location"]).text
    told = "Jan 2, 2099 to Jan 5, 2099" if name == "away" else item
    assert f"Removed: {told}" in offered
    assert f'action="/settings/{name}/add"' in offered
    forged = gone.headers["Location"].replace("mark=", "mark=0")
    assert "Removed:" not in client.get(forged).text
    assert post(client, f"/settings/{name}/remove", item=item).status_code == 404


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("12/20/2099 to 1/3/2100", "2099-12-20..2100-01-03"),
        ("12/20/2099", "2099-12-20..2099-12-20"),
        ("2099-12-20..2100-01-03", "2099-12-20..2100-01-03"),
    ],
)
def test_days_away_are_typed_and_shown_in_the_shape_of_her_locale(
    at: Desk, file: Path, typed: str, written: str
) -> None:
    client = at.author()
    assert 'placeholder="12/20/2026 to 1/3/2027"' in client.get("/settings").text
    assert post(client, "/settings/away/add", item=typed).status_code == 303
    assert f'value="{written}"' in client.get("/settings").text
    assert "<div>Dec 20, 2099" in client.get("/settings").text


@pytest.mark.parametrize("typed", ["20.20.2099", "1/3/2100 to 12/20/2099", "soon", "1 to 2 to 3"])
def test_days_that_are_none_are_refused_beside_the_field(at: Desk, file: Path, typed: str) -> None:
    before = file.read_text("utf-8")
    refused = post(at.author(), "/settings/away/add", item=typed)
    assert refused.status_code == 409
    assert 'id="away-wrong"' in refused.text
    assert file.read_text("utf-8") == before


def test_the_page_names_no_key_and_no_host_of_the_settings(at: Desk, file: Path) -> None:
    shown = at.author().get("/settings").text
    for word in ("authserv_id", "localhost", "127.0.0.1"):
        assert word not in shown
    assert "Your own addresses" in shown


def test_the_address_that_names_the_mailbox_stays(at: Desk, file: Path) -> None:
    (own, *_) = settings.load(at.world.directory).addresses
    assert post(at.author(), "/settings/own-0/remove", item=own).status_code == 400
    assert own in settings.load(at.world.directory).addresses


def test_who_is_ruled_out_here_is_not_fetched_any_more(at: Desk, file: Path) -> None:
    post(at.author(), "/settings/never/add", item="@pitches.example")
    assert "@pitches.example" in at.bot.heeding().policy.never


def test_a_form_that_is_added_brings_in_its_earlier_letters(file: Path, at: Desk) -> None:
    raw = (NOTICES / "wordpress-moderation.eml").read_bytes()
    raw = raw.replace(b"steve@authorsite.example", b"steve@strongerbodies.example")
    at.world.deliver(raw, at.now)
    at.poll()
    assert "jane@reader.example" not in readers(at)
    assert post(at.author(), "/settings/forms/add", item=SITE).status_code == 303
    pipeline.poll(at.bot.heeding(), at.now)
    assert "jane@reader.example" in readers(at)


def readers(at: Desk) -> set[str]:
    return {one.to[0].email for one in at.drafts(DraftState.PENDING)}


def test_what_is_no_list_is_404(at: Desk, file: Path) -> None:
    client = at.author()
    assert post(client, "/settings/store/add", item="x").status_code == 404
    assert post(client, "/settings/own-7/add", item="x@example.org").status_code == 404
    assert post(client, "/settings/never/replace", item="x@example.org").status_code == 404
    assert post(client, "/sending/stop").status_code == 404


def test_a_mistake_in_the_file_is_told_with_its_line(at: Desk, file: Path) -> None:
    client, text = at.author(), file.read_text("utf-8")
    file.write_text(f"{text}\ndigest: hourly\n", encoding="utf-8")
    told = client.get("/settings")
    assert told.status_code == 409
    assert "settings.yaml:" in told.text
    assert "digest" in told.text


def test_paused_nothing_leaves_and_the_queue_says_so(at: Desk, file: Path) -> None:
    client, draft = at.author(), at.ready()
    post(client, "/sending/pause")
    queue = client.get("/").text
    assert "Sending is paused" in queue
    say(client, draft, "approve")
    at.later(seconds=61)
    assert pipeline.send_approved(at.bot, at.now).sent == ()
    assert at.draft(draft.id).state is DraftState.APPROVED
    post(client, "/sending/resume")
    assert "Sending is paused" not in client.get("/").text
    review.undo(at.bot, draft.id, at.now)


@pytest.mark.usefixtures("file")
def test_the_pages_address_is_shown_as_a_code_that_a_phone_can_read(at: Desk) -> None:
    """Drawn by Chromium in both color schemes and read back from the picture."""
    assert "<svg" not in at.author().get("/settings").text
    with browser() as opened, visit(at, opened, SMALL) as window:
        change(at.world.directory, {("page", "url"): "https://letters.home.arpa"})
        for scheme in SCHEMES:
            window.page.emulate_media(color_scheme=scheme)
            window.go("/settings")
            picture = window.page.locator(".qr").screenshot()
            (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
            assert code.text == "https://letters.home.arpa"
            assert window.page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
            assert not window.ran
            assert serious(window) == set()


def test_an_address_to_push_to_is_kept_tried_and_removed_and_never_shown(at: Desk) -> None:
    author = at.author()
    with web_hook() as hook:
        wrong = post(author, "/push/save", address="hello")
        assert wrong.status_code == 400
        assert "ntfy" in wrong.text
        assert post(author, "/push/test").status_code == 404
        assert post(author, "/push/save", address=hook.address).status_code == 303
        shown = author.get("/settings?push=save").text
        assert "This is on." in shown
        assert "s3cret" not in shown
        assert post(author, "/push/test").status_code == 303
        assert hook.words() == ["This is a test. This is where you'll hear about urgent letters."]
        hook.status = 500
        assert "didn’t get through" in post(author, "/push/test").text
        assert "The last push didn’t get through" in author.get("/settings").text
    assert post(author, "/push/remove").status_code == 303
    assert "This is on." not in author.get("/settings").text
    assert post(author, "/push/other").status_code == 404
    assert "s3cret" not in (at.world.directory / settings.FILE_NAME).read_text(encoding="utf-8")
