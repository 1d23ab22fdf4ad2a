"""`inbox-bot forms`: which forms write to the author, and her word on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inbox_bot import settings
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.errors import NotFound, WrongUse

NOTICES = Path(__file__).parent.parent / "data" / "notices"
SITE = "wordpress@authorsite.example"


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    """The demo's mailbox with the notice of a comment and of a form."""
    now = datetime.now(UTC)
    with DemoWorld(now) as world:
        for name in ("wordpress-moderation", "squarespace"):
            raw = (NOTICES / f"{name}.eml").read_bytes()
            world.deliver(
                raw.replace(b"steve@authorsite.example", b"steve@strongerbodies.example"), now
            )
        assert said(world, "start-drafting").exit_code == 0
        said(world, "poll")
        yield world


def said(world: DemoWorld, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(world.directory), *arguments])


def test_forms_that_write_are_offered_and_taken_in_at_the_authors_word(world: DemoWorld) -> None:
    offered = said(world, "forms").output
    assert f"WordPress writes to you from {SITE}: 1 letter. Are these readers?" in offered
    assert f"inbox-bot forms --add {SITE}" in offered
    assert "Squarespace writes to you" in offered
    assert "Are these readers? Say so: inbox-bot forms" in said(world, "status").output
    added = said(world, "forms", "--add", SITE.upper()).output
    assert "1 earlier letter" in added
    assert SITE in (world.directory / "settings.yaml").read_text("utf-8")
    assert list(settings.load(world.directory).forms) == [SITE]
    listed = said(world, "forms").output
    assert f"{SITE}: its letters are from readers" in listed
    assert "WordPress writes" not in listed
    said(world, "poll")
    assert '"reader": "jane@reader.example"' in said(world, "drafts", "--json").output


def test_what_the_author_declines_is_not_offered_again(world: DemoWorld) -> None:
    assert "form-submission@squarespace.info" in said(world, "forms", "--json").output
    declined = said(world, "forms", "--not", "form-submission@squarespace.info")
    assert "Ignoring form-submission@" in declined.output
    assert "squarespace" not in said(world, "forms").output
    unknown = said(world, "forms", "--not", "nobody@example.org")
    assert isinstance(unknown.exception, NotFound)


@pytest.mark.parametrize("wrong", [("--add", "no address"), ("--add", "a@b.example", "--not", "x")])
def test_wrong_use_changes_nothing(world: DemoWorld, wrong: tuple[str, ...]) -> None:
    before = (world.directory / "settings.yaml").read_bytes()
    assert isinstance(said(world, "forms", *wrong).exception, WrongUse)
    assert (world.directory / "settings.yaml").read_bytes() == before
