"""A transaction only writes rows: no letter is parsed or checked for danger in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from inbox_bot.bot import Bot
from inbox_bot.errors import Unreadable
from inbox_bot.letters import safety
from inbox_bot.letters.contact_forms import Form
from inbox_bot.model import Message
from inbox_bot.model.ports import Store, Transaction
from tests.world import World

ASKED = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nAnn"
PRICE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
FORM = "forms@website.example"


@dataclass
class Watched:
    """Wraps a store; counts the statements of this thread in each transaction."""

    store: Store
    held: bool = False
    statements: int = 0
    most: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as tx, self._holding():
            yield tx

    @contextmanager
    def _holding(self) -> Iterator[None]:
        here = threading.get_ident()

        def count(*_: object) -> None:
            self.statements += threading.get_ident() == here

        self.held, self.statements = True, 0
        event.listen(Engine, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", count)
            self.held, self.most = False, max(self.most, self.statements)


def _watched(bot: Bot) -> tuple[Bot, Watched, list[int]]:
    """The same bot, its watched store, and the size of each batch parsed in a transaction."""
    store, here = Watched(bot.store), threading.get_ident()
    under_lock: list[int] = []

    def read(raws: Sequence[bytes]) -> Sequence[Message | Unreadable]:
        if store.held and threading.get_ident() == here:
            under_lock.append(len(raws))
        return bot.read(raws)

    return replace(bot, store=store, read=read), store, under_lock  # type: ignore[arg-type]


def _listening(monkeypatch: pytest.MonkeyPatch, store: Watched) -> list[str]:
    """Texts that safety judges in a transaction; those that it has heard are only looked up."""
    heard: list[str] = []
    passages_of = safety.passages_of

    def passages(text: str) -> list[str]:
        if store.held:
            heard.append(text)
        return passages_of(text)

    monkeypatch.setattr(safety, "passages_of", passages)
    return heard


@pytest.fixture
def held(world: World) -> tuple[Watched, list[int]]:
    world.restart(replace(world.policy, drafts_at_once=0, forms=(Form(sender=FORM),)))
    world.poll()
    bot, store, under_lock = _watched(world.bot)
    world.use(bot)
    return store, under_lock


def test_no_letter_is_read_or_listened_to_while_the_store_is_held(
    world: World, held: tuple[Watched, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    listened_to = _listening(monkeypatch, held[0])
    first = world.letter(ASKED)
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=5)
    world.send()
    world.letter("That did not help, my back still hurts. What now?", In_Reply_To=f"<{first}>")
    first = world.letter(ASKED, From="Bea <bea@example.org>")
    world.poll()
    world.letter(
        PRICE, From="Bea <bea@example.org>", In_Reply_To=f"<{first}>"
    )  # drafted together with the first
    world.letter(f"CAUTION: from outside.\n\n{ASKED}", Message_ID=f"<{first}>")  # a second copy
    form = f"Name: Bob\nEmail: bob@example.net\nMessage: {PRICE}"
    world.letter(form, From=f"Website <{FORM}>", Reply_To="bob@example.net")
    world.raw_letter(b"From: a@example.org\r\nTo: " + world.imap.address.encode() + b"\r\n" * 9)
    world.raw_letter(b"From: b@example.org\r\nX: " + b"(" * 3_000 + b"\r\n\r\nWhy?")
    world.poll()
    assert held[1] == []
    assert listened_to == []
    assert len(world.drafts()) >= 4


def test_a_batch_holds_the_store_for_some_statements_however_many_letters_there_are(
    world: World, held: tuple[Watched, list[int]]
) -> None:
    names = " ".join(f"<r{number}@many.example>" for number in range(9_000))
    most = []
    for count in (5, 50):
        for number in range(count):
            world.letter(ASKED, From=f"Ann <ann{count}.{number}@example.org>", References=names)
        held[0].most = 0
        world.poll()
        most.append(held[0].most)
    assert most[0] <= most[1] <= most[0] + 5
    assert most[1] < 40
