"""Readers with addresses beyond ASCII are answered where possible, and never misdirected."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from inbox_bot.errors import Conflict
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftState
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    yield world
    world.close()


def _asked(world: World, sender: str) -> None:
    """She asks, and the author says yes."""
    world.raw_letter(
        (
            f"From: {sender}\r\nTo: {world.imap.address}\r\nSubject: Your article on massage\r\n"
            f"Message-ID: <{sender[:3]!a}@example.org>\r\n\r\n{QUESTION}\r\n"
        ).encode()
    )
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)


def test_a_reader_with_an_international_domain_is_answered_by_any_server(world: World) -> None:
    world.smtp.say({"without": "SMTPUTF8"})
    _asked(world, "Ann <ann@faß.example>")
    world.send()
    (reply,) = world.replies()
    assert reply.recipients == ("ann@xn--fa-hia.example",)
    assert world.waiting() == []


def test_a_local_part_beyond_ascii_is_served_where_the_server_offers_it(world: World) -> None:
    _asked(world, "Änn <änn@example.org>")
    world.send()
    (reply,) = world.replies()
    assert reply.recipients == ("änn@example.org",)
    assert "SMTPUTF8" in reply.options
    assert "<änn@example.org>".encode() in reply.raw
    assert world.waiting() == []
    world.later(minutes=2)
    world.poll()
    assert "<änn@example.org>".encode() in b"".join(world.folder("Sent"))


def test_elsewhere_the_draft_stays_and_says_why_and_other_replies_leave(world: World) -> None:
    world.smtp.say({"without": "SMTPUTF8"})
    _asked(world, "Änn <änn@example.org>")
    _asked(world, "Bob <bob@example.org>")
    world.send()
    assert [reply.recipients for reply in world.replies()] == [("bob@example.org",)]
    (refused,) = world.drafts(DraftState.REFUSED)
    assert refused.reason.endswith("write to this reader by hand")
    assert [promise.reader for promise in world.waiting()] == ["änn@example.org"]


def test_an_answer_by_hand_to_such_a_reader_is_noticed(world: World) -> None:
    world.smtp.say({"without": "SMTPUTF8"})
    _asked(world, "Änn <änn@example.org>")
    world.send()
    (refused,) = world.drafts(DraftState.REFUSED)
    answer = (
        f"From: {world.imap.address}\r\nTo: Änn <änn@example.org>\r\nSubject: Re: massage\r\n"
        f"Message-ID: <by-hand@example.com>\r\nIn-Reply-To: <{refused.in_reply_to}>\r\n"
        f"Date: {format_datetime(world.now)}\r\n\r\nIt can.\r\n"
    )
    with world.client() as client:
        client.append("Sent", answer.encode(), msg_time=world.now)
    world.poll()
    assert world.waiting() == []


def test_a_letter_without_a_message_id_is_answered_without_one_made_up(world: World) -> None:
    world.raw_letter(
        f"From: Ann <ann@example.org>\r\nTo: {world.imap.address}\r\n"
        f"Subject: Your article on massage\r\n\r\n{QUESTION}\r\n".encode()
    )
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)
    world.send()
    (reply,) = world.replies()
    assert b".invalid" not in reply.raw
    assert "In-Reply-To" not in reply.email
    assert world.waiting() == []


def test_a_quoted_local_part_is_written_to_by_hand(world: World) -> None:
    """Never to an address inside the quotes."""
    with pytest.raises(Conflict, match="write to this reader by hand"):
        _asked(world, '"victim@x.example"@evil.example')
    assert world.the_draft().reason.endswith("write to this reader by hand")
    assert [promise.reader for promise in world.waiting()] == ['"victim@x.example"@evil.example']
