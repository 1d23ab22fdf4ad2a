"""Drivers for the author's interfaces (doors): the review page and the terminal.

Each remembers a draft as it was shown, so that a decision may come late: from a page still open in
a tab, or for a version printed an hour ago.
"""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import unescape
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from inbox_bot.bot import Bot
from inbox_bot.cli import queue
from inbox_bot.cli.main import commands
from inbox_bot.errors import Conflict
from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.sessions import new_link
from tests.world import TOP, World

_HIDDEN = re.compile(r'name="(csrf_token|version|hash)" value="([^"]*)"')
_TEXT = re.compile(r'<textarea id="text"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
_TO = re.compile(r"<dt>To</dt><dd>(.*?)</dd>")
_TAG = re.compile(r"<[^>]+>")  # <wbr> stands inside of addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One draft as a door showed it; `form` holds the fields that a tab would send back."""

    draft_id: int
    version: int
    text: str
    to: str
    form: dict[str, str] = field(default_factory=dict)


class Door(Protocol):
    """Each action returns whether it took effect: False if what she saw is outdated."""

    def look(self, draft_id: int, letter_id: int) -> Seen | None: ...
    def approve(self, seen: Seen) -> bool: ...
    def edit(self, seen: Seen, text: str) -> bool: ...
    def undo(self, draft_id: int) -> bool: ...


class PageDoor:
    """The review page over HTTP: reads its forms and submits them."""

    def __init__(self, world: World) -> None:
        page = Page(
            bot=world.bot,
            clock=lambda: world.now,
            hosts=frozenset({"localhost"}),
            key="a key of this test",
            faq=TOP / "faq",
        )
        self._client: FlaskClient = make_app(page).test_client()
        self._client.get(f"/open/{new_link(world.bot.store, world.now)}")

    def look(self, draft_id: int, letter_id: int) -> Seen | None:
        page = self._client.get(f"/letter/{letter_id}").text
        text = _TEXT.search(page)
        if text is None or f'action="/draft/{draft_id}/approve"' not in page:
            return None
        form = dict(_HIDDEN.findall(page))
        return Seen(
            draft_id=draft_id,
            version=int(form["version"]),
            text=unescape(text[1]),
            to=unescape(_TAG.sub("", _TO.findall(page)[0])),
            form=form,
        )

    def approve(self, seen: Seen) -> bool:
        return self._press(seen, "approve", seen.text)

    def edit(self, seen: Seen, text: str) -> bool:
        return self._press(seen, "edit", text)

    def undo(self, draft_id: int) -> bool:
        token = dict(_HIDDEN.findall(self._client.get("/keys").text))["csrf_token"]
        answer = self._client.post(f"/draft/{draft_id}/undo", data={"csrf_token": token})
        return self._was_heeded(answer.status_code)

    def _press(self, seen: Seen, verb: str, text: str) -> bool:
        typed = {"text": text.replace("\n", "\r\n"), "line": ""}
        answer = self._client.post(f"/draft/{seen.draft_id}/{verb}", data={**seen.form, **typed})
        return self._was_heeded(answer.status_code)

    def _was_heeded(self, status: int) -> bool:
        assert status in (303, 409), status
        return status == 303


class TerminalDoor:
    """The commands, with a store of their own, like another process."""

    def __init__(self, world: World, bot: Bot) -> None:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(queue, "open_bot", lambda _: nullcontext(bot))
        self._patch.setattr(queue, "datetime", _Clock(world))

    def close(self) -> None:
        self._patch.undo()

    def look(self, draft_id: int, letter_id: int) -> Seen | None:  # noqa: ARG002  a Door's
        draft = json.loads(self._said("show", str(draft_id), "--json"))
        return Seen(
            draft_id=draft_id,
            version=draft["version"],
            text=draft["text"],
            to=", ".join(draft["to"]),
        )

    def approve(self, seen: Seen) -> bool:
        return self._is_heeded("approve", f"{seen.draft_id}.{seen.version}")

    def edit(self, seen: Seen, text: str) -> bool:
        return self._is_heeded("edit", f"{seen.draft_id}.{seen.version}", "--text", text)

    def undo(self, draft_id: int) -> bool:
        return self._is_heeded("undo", str(draft_id))

    def _is_heeded(self, *words: str) -> bool:
        try:
            self._said(*words)
        except Conflict:
            return False
        return True

    def _said(self, *words: str) -> str:
        done = CliRunner().invoke(commands, list(words), obj=Path(), standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.output


class _Clock:
    """Stands in for the clock that a command reads."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self, _zone: tzinfo) -> datetime:
        return self._world.now
