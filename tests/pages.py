"""The review page on the embedded mailbox: everything real, but for the clock."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inbox_bot import pipeline, review, settings
from inbox_bot.bot import Bot
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.model import Draft, DraftState
from inbox_bot.service.wiring import open_bot
from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.serving import page_of
from inbox_bot.web.sessions import new_link

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Desk:
    """The author's desk: her mailbox, her bot, her page. `later` moves the clock."""

    world: DemoWorld
    bot: Bot
    shift: timedelta = field(default_factory=timedelta)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def later(self, **by: float) -> None:
        self.shift += timedelta(**by)

    @property
    def page(self) -> Page:
        chosen = settings.load(self.world.directory)
        page = page_of(self.bot, chosen, lambda: None)
        return replace(page, clock=lambda: self.now)

    def stranger(self) -> FlaskClient:
        """A browser that is not logged in."""
        return make_app(self.page).test_client()

    def author(self) -> FlaskClient:
        """A browser logged in by a one-time link."""
        client = self.stranger()
        client.get(f"/open/{new_link(self.bot.store, self.now)}")
        return client

    def poll(self) -> None:
        pipeline.poll(self.bot, self.now)

    def drafts(self, *states: DraftState) -> list[Draft]:
        with self.bot.store.reading() as tx:
            return list(tx.drafts.in_state(*(states or tuple(DraftState))))

    def draft(self, draft_id: int) -> Draft:
        with self.bot.store.reading() as tx:
            return tx.drafts.get(draft_id)

    def ready(self) -> Draft:
        """Some draft that needs only a yes."""
        return next(one for one in self.drafts(DraftState.PENDING) if one.kind == "answer")


def addresses(desk: Desk, draft: Draft) -> dict[str, str]:
    """URLs of all that answers GET, by endpoint, with ids that exist.

    A KeyError here means that a new kind of argument lacks an example.
    """
    examples = {
        "letter_id": draft.letter_id,
        "draft_id": draft.id,
        "version": draft.version,
        "entry_id": desk.bot.knowledge().faq.entries[0].id,
        "ticket": "made-up",
        "filename": "page.css",
        "slug": desk.bot.knowledge().faq.articles[0].slug,
        "name": "letter.j2",
        "number": 1,
    }
    rules = [
        rule for rule in make_app(desk.page).url_map.iter_rules() if "GET" in (rule.methods or ())
    ]
    built = {
        rule.endpoint: rule.build({name: examples[name] for name in rule.arguments})
        for rule in rules
    }
    return {name: one[1] for name, one in built.items() if one}


@contextmanager
def desk(undo: timedelta = timedelta(seconds=60)) -> Iterator[Desk]:
    """A desk with the demo's letters read and drafted for."""
    with DemoWorld(datetime.now(UTC)) as world, open_bot(world.directory) as bot:
        slow = replace(bot, policy=replace(bot.policy, undo=undo))
        pipeline.begin(slow, datetime.now(UTC))
        pipeline.poll(slow, datetime.now(UTC))
        yield Desk(world=world, bot=slow)


def settled(client: FlaskClient, response: TestResponse) -> str:
    """The page behind a change of the FAQ once it is learned, reloaded as a browser does."""
    assert response.status_code == 303, response.text
    for _ in range(600):
        shown = client.get(response.headers["Location"])
        if "Refresh" not in shown.headers:
            return shown.text
        time.sleep(0.1)
    raise AssertionError("the change was not learned within a minute")


def token_on(client: FlaskClient, path: str = "/keys") -> str:
    """The token that the forms of that page carry."""
    found = TOKEN.search(client.get(path).text)
    assert found, f"{path} has no form with a token"
    return found[1]


def say(client: FlaskClient, draft: Draft, verb: str, **typed: str) -> TestResponse:
    """Press a button on a letter's page, as it was shown for this draft."""
    form = {
        "csrf_token": token_on(client),
        "version": str(draft.version),
        "hash": review.shown(draft).hash,
        **typed,
    }
    return client.post(f"/draft/{draft.id}/{verb}", data=form)
